"""In the same append as a request for records (调阅申请): the clock of its answer, its scope."""

from __future__ import annotations

from collections.abc import Sequence

from domain.deadline import MeetDeadline, SetDeadline
from domain.kernel import Command, Recorded
from domain.reactions.kernel import Places, when
from domain.records_request import (
    ANSWER,
    ANSWER_IN_DANGER,
    RecordsAccessEnded,
    RecordsEvent,
    RecordsGranted,
    RecordsRefused,
    RecordsRequested,
)
from domain.scope import CloseScope, OpenScope, ScopeBasis


@when(RecordsRequested, at_once=True)
def when_records_requested_then_an_answer_is_owed(
    event: RecordsRequested, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Within one working day, at once in danger. The clock is the request's, and no child's."""
    return [
        SetDeadline(
            subject_id=cause.originator_id,
            kind=ANSWER,
            child_ref=cause.originator_id,
            matter=event.CATEGORY,
            owner=event.addressee,
            town=places.town_of(event.addressee),
            due_at=event.answer_by,
            rule=ANSWER_IN_DANGER if event.danger else None,
        )
    ]


@when(RecordsGranted, RecordsRefused, at_once=True)
def when_records_request_answered_then_the_answer_is_no_longer_owed(
    event: RecordsEvent, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [MeetDeadline(subject_id=cause.originator_id, kind=ANSWER)]


@when(RecordsGranted, at_once=True)
def when_records_granted_then_open_scope(
    event: RecordsGranted, cause: Recorded, places: Places
) -> Sequence[Command]:
    if event.named is None:
        return []
    return [
        OpenScope(
            organisation=event.organisation,
            child_ref=event.named,
            item=cause.originator_id,
            basis=ScopeBasis.RECORDS_REQUEST,
            categories=event.categories,
            until=event.due_at,
        )
    ]


@when(RecordsAccessEnded, at_once=True)
def when_records_access_ended_then_close_scope(
    event: RecordsAccessEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    if event.named is None:
        return []
    return [
        CloseScope(organisation=event.organisation, child_ref=event.named, item=cause.originator_id)
    ]
