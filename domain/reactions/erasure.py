"""In the same append as an erasure's approval: the fence in the child's own file."""

from __future__ import annotations

from collections.abc import Sequence

from domain.child_file import CloseFile
from domain.erasure import ErasureApproved
from domain.kernel import Command, Recorded
from domain.reactions.kernel import Places, when


@when(ErasureApproved, at_once=True)
def when_erasure_approved_then_the_file_is_fenced(
    event: ErasureApproved, cause: Recorded, places: Places
) -> Sequence[Command]:
    """In the file's own stream, so that whoever states something of it at the same moment is
    either before the fence and seen by whoever approves, or behind it and refused."""
    return [CloseFile(child_ref=event.child_ref)]
