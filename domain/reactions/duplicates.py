"""Together with the statement that opens a file: which other files may be the same child's."""

from __future__ import annotations

from collections.abc import Sequence

from domain.child_file import IdentityStated
from domain.duplicate import SuspectDuplicate
from domain.kernel import Command, Recorded
from domain.reactions.kernel import Places, when


@when(IdentityStated, at_once=True)
def when_identity_stated_in_doubt_then_a_duplicate_is_suspected(
    event: IdentityStated, cause: Recorded, places: Places
) -> Sequence[Command]:
    """The doubt is kept as a pair that a person decides; the record itself waits for nobody."""
    return [
        SuspectDuplicate(child_ref=event.child_ref, other=other)
        for other in event.possible_duplicates
    ]
