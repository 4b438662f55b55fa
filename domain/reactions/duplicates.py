"""Together with the statement that opens a file: which other files may be the same child's."""

from __future__ import annotations

from collections.abc import Sequence

from domain.child_file import IdentityStated
from domain.duplicate import DuplicateConfirmed, DuplicateReopened, SuspectDuplicate
from domain.kernel import Command, Recorded
from domain.merged_file import MergeFile, UnmergeFile
from domain.reactions.kernel import Places, when


@when(IdentityStated)
def when_identity_stated_in_doubt_then_a_duplicate_is_suspected(
    event: IdentityStated, cause: Recorded, places: Places
) -> Sequence[Command]:
    """The doubt is kept as a pair that a person decides; the record itself waits for nobody.

    Afterwards, and not together with the record: what a receipt counts would tell its sender that
    there is a child like the one it named.
    """
    return [
        SuspectDuplicate(child_ref=event.child_ref, other=other)
        for other in event.possible_duplicates
    ]


@when(DuplicateConfirmed, at_once=True)
def when_duplicate_confirmed_then_the_two_files_are_joined(
    event: DuplicateConfirmed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """An event on each file: one event concerns one child. The one that goes on comes first, for
    the other takes its place of it."""
    files = sorted((event.child_ref, event.other), key=lambda each: each != event.survivor)
    return [
        MergeFile(child_ref=one, other=other, survivor=event.survivor)
        for one, other in (files, reversed(files))
    ]


@when(DuplicateReopened, at_once=True)
def when_duplicate_reopened_then_the_two_files_are_apart_again(
    event: DuplicateReopened, cause: Recorded, places: Places
) -> Sequence[Command]:
    if event.survivor is None:
        return []
    return [
        UnmergeFile(child_ref=one, other=other)
        for one, other in ((event.child_ref, event.other), (event.other, event.child_ref))
    ]
