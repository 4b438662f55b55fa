"""In the same append as a sealing's approval: the fence in the record's own stream."""

from __future__ import annotations

from collections.abc import Sequence

from domain.kernel import Command, Recorded
from domain.reactions.kernel import Places, when
from domain.sealing import SealingApproved, SealRecord


@when(SealingApproved, at_once=True)
def when_sealing_approved_then_the_record_is_fenced(
    event: SealingApproved, cause: Recorded, places: Places
) -> Sequence[Command]:
    """In the record's own stream, so that whoever states something of it at the same moment is
    either before the fence and sealed with it, or behind it and another record."""
    return [SealRecord(child_ref=event.child_ref, record=event.record)]
