"""In the same append as a deadline's own events."""

from __future__ import annotations

from collections.abc import Sequence

from domain.deadline import DeadlineResumed, RecomputeDeadline
from domain.kernel import Command, Recorded
from domain.reactions.kernel import Places, when


@when(DeadlineResumed, at_once=True)
def when_deadline_resumed_then_it_is_reckoned_by_the_calendar_of_now(
    event: DeadlineResumed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """A year may have been published while it stood."""
    return [RecomputeDeadline(subject_id=event.subject_id, kind=event.kind)]
