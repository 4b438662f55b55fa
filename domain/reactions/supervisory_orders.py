"""A supervisory order (督办单) is proposed where a missed deadline has gone up to the office; with
its own events goes the clock of its written reply."""

from __future__ import annotations

from collections.abc import Sequence

from domain.calendar import end_of_day_utc
from domain.deadline import DeadlineEscalated, MeetDeadline, SetDeadline
from domain.kernel import Command, Recorded, derived_id
from domain.organisations import Seat, district_organisation
from domain.reactions.kernel import Places, when
from domain.supervisory_order import REPLY, OrderIssued, OrderReplied, ProposeOrder


@when(DeadlineEscalated, at_once=True)
def when_deadline_reaches_the_office_then_an_order_is_proposed(
    event: DeadlineEscalated, cause: Recorded, places: Places
) -> Sequence[Command]:
    """A person of the office issues it. The office is told whose clock was missed, since when and
    of which matter, and of no child."""
    if not event.to_office:
        return []
    return [
        ProposeOrder(
            order_id=derived_id("supervisory_order", cause.originator_id, cause.header.event_id),
            sender=district_organisation(Seat.WOMEN_CHILDREN_OFFICE),
            addressee=event.owner,
            matter_id=event.subject_id,
            kind=event.kind,
            missed_at=event.due_at,
        )
    ]


@when(OrderIssued, at_once=True)
def when_order_issued_then_a_written_reply_is_owed(
    event: OrderIssued, cause: Recorded, places: Places
) -> Sequence[Command]:
    """No child is concerned: the clock is the order's."""
    return [
        SetDeadline(
            subject_id=cause.originator_id,
            kind=REPLY,
            child_ref=cause.originator_id,
            matter=event.CATEGORY,
            owner=event.addressee,
            town=places.town_of(event.addressee),
            due_at=end_of_day_utc(event.reply_by),
        )
    ]


@when(OrderReplied, at_once=True)
def when_order_replied_then_the_reply_is_no_longer_owed(
    event: OrderReplied, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [MeetDeadline(subject_id=cause.originator_id, kind=REPLY)]
