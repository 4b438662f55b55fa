"""What follows from a move (迁移): what is handed over, and until when."""

from __future__ import annotations

from collections.abc import Sequence

from domain.child_file import ResidenceConfirmed
from domain.enrolment import EnrolmentConfirmed
from domain.kernel import Command, Recorded
from domain.leaving import DistrictLeft
from domain.move import (
    ConfirmMove,
    EndMoves,
    MoveAnnounced,
    MoveConfirmed,
    MoveEvent,
    MoveExpired,
    MoveWithdrawn,
)
from domain.organisations import town_organisation, village_organisation
from domain.reactions.kernel import Places, when
from domain.scope import CloseScope, OpenScope, ScopeBasis


@when(MoveAnnounced, at_once=True)
def when_move_announced_then_the_receiver_sees_what_is_handed_over(
    event: MoveAnnounced, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [
        OpenScope(
            organisation=event.told_to,
            child_ref=event.child_ref,
            item=event.item,
            basis=ScopeBasis.MOVE,
            categories=event.categories,
            until=event.due_at,
        )
    ]


@when(MoveConfirmed, MoveWithdrawn, MoveExpired, at_once=True)
def when_move_over_then_close_scope(
    event: MoveEvent, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Who confirmed reads by its standing from here on; of a move that came to nothing, or that
    nobody confirmed in time, nobody."""
    return [CloseScope(organisation=event.told_to, child_ref=event.child_ref, item=event.item)]


@when(ResidenceConfirmed, at_once=True)
def when_residence_confirmed_then_the_move_is_confirmed(
    event: ResidenceConfirmed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """The old town's, village's and beat's standing ends with it (domain/child_file.py)."""
    receivers = [town_organisation(event.town), village_organisation(event.village)]
    if event.police_station:
        receivers.append(event.police_station)
    return [ConfirmMove(child_ref=event.child_ref, receiver=receiver) for receiver in receivers]


@when(EnrolmentConfirmed, at_once=True)
def when_enrolment_confirmed_then_the_move_is_confirmed(
    event: EnrolmentConfirmed, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [ConfirmMove(child_ref=event.child_ref, receiver=event.school)]


@when(DistrictLeft)
def when_child_left_the_district_then_no_residence_here_is_awaited(
    event: DistrictLeft, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Afterwards: whoever records the letter need not know who else had announced what."""
    return [EndMoves(child_ref=event.child_ref)]
