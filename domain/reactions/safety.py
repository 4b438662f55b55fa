"""Files that are one child's tell the same safety instructions (安全提示)."""

from __future__ import annotations

from collections.abc import Sequence

from domain.kernel import Command, Recorded
from domain.merged_file import FileMerged, FileUnmerged
from domain.reactions.kernel import Places, when
from domain.safety_instruction import ReadTogether


@when(FileMerged, FileUnmerged)
def when_files_are_joined_then_their_safety_instructions_are_read_together(
    event: FileMerged | FileUnmerged, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Of either file, whichever an organisation has in its view."""
    joined = isinstance(event, FileMerged)
    return [ReadTogether(child_ref=event.child_ref, other=event.other, joined=joined)]
