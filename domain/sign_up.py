"""A child's sign-up for what is offered (报名): waiting, a spot, taken, come, over. Plan 二1 (P06),
二4 (P29).

Signed up by its village, its town's station or its school, with what the child itself says. The
hub gives out the spots (domain/offer.py); whoever signed the child up answers for the family in
time. Only then is the organiser told who comes, by a task that releases name and contact; what it
sees of the child it states while it has the spot.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.kernel import (
    Due,
    Event,
    Given,
    Refused,
    Stream,
)
from domain.offer_codes import (
    OFFER_KIND,
    SIGN_UP_END,
    WISH,
    Attendance,
    OfferKind,
    SignUpEnd,
    SpotAnswer,
    Wish,
)
from domain.organisations import HUB
from domain.referral_checks import is_of
from domain.sign_up_events import (
    ANSWER_CHILD,
    ANSWER_SPOT,
    AnswerChild,
    AnswerSpot,
    ChildAnswered,
    CloseSignUp,
    LapseSpot,
    OfferSpot,
    RecordAttendance,
    SignedUp,
    SignUp,
    SignUpEnded,
    SpotAttended,
    SpotLapsed,
    SpotOffered,
    SpotTaken,
    sign_up_id,
)
from domain.standing import Standing, Stands


class SignUpState(StrEnum):
    NONE = "NONE"
    WAITING = "WAITING"
    OFFERED = "OFFERED"
    TAKEN = "TAKEN"
    ATTENDING = "ATTENDING"
    ENDED = "ENDED"


SIGN_UP_STATE_WORDS: dict[str, str] = {
    SignUpState.NONE: "未报名",
    SignUpState.WAITING: "排队中",
    SignUpState.OFFERED: "有名额，待答复",
    SignUpState.TAKEN: "已确认参加",
    SignUpState.ATTENDING: "参加中",
    SignUpState.ENDED: "已结束",
}

_RUNNING = frozenset(SignUpState) - {SignUpState.NONE, SignUpState.ENDED}


@dataclass(frozen=True, slots=True)
class SignedUpChild:
    """Where a child's sign-up stands. ``signers``: who signed it up; the first one is asked, and
    each may answer."""

    state: SignUpState = SignUpState.NONE
    child_ref: UUID | None = None
    register_number: str = ""
    signers: tuple[str, ...] = ()
    organiser: str | None = None
    offer: OfferKind | None = None
    wish: Wish | None = None

    @property
    def signed_by(self) -> str:
        """Who is asked, and told."""
        return self.signers[0]

    def about(self, told_to: str | None) -> dict[str, Any]:
        """What every event of a spot says."""
        return {
            "child_ref": self.child_ref,
            "register_number": self.register_number,
            "organiser": self.organiser,
            "offer": self.offer,
            "told_to": told_to,
        }


def _sign_up(state: SignedUpChild, command: SignUp, given: Given) -> list[Event]:
    if not is_of(given.actor.organisation, given.rules.offers.signs_up):
        raise Refused("SIGN_UP_NOT_HERE", "报名由村居、街镇未保站或学校办理，请告知家庭。")
    given.not_in_future(command.signed_on, "SIGN_UP_IN_FUTURE", "报名日期")
    # Said again by somebody else it reads as the first time: nobody learns who was first.
    return [SignedUp(**command.model_dump(), signed_by=given.actor.organisation)]


def _by_hub(given: Given) -> None:
    if given.actor.organisation != HUB:
        raise Refused("SPOTS_BY_HUB", "名额由系统按优先和报名先后分配，不能由单位登记。")


def _offer(state: SignedUpChild, command: OfferSpot, given: Given) -> list[Event]:
    _by_hub(given)
    if state.state is not SignUpState.WAITING:
        return []
    answer_by = given.rules.due(given.rules.clocks[ANSWER_SPOT].within, given.now)
    return [
        SpotOffered(
            **replace(state, organiser=command.organiser, offer=command.offer).about(
                state.signed_by
            ),
            signed_by=state.signed_by,
            begins_on=command.begins_on,
            until=command.until,
            answer_by=answer_by,
            lapses_at=given.rules.due(given.rules.offers.lapses_after, answer_by),
        )
    ]


def _ended(
    state: SignedUpChild,
    end: SignUpEnd,
    on: date,
    given: Given,
    *,
    told_to: str | None = None,
    came: bool = False,
    note: str | None = None,
) -> SignUpEnded:
    told = not came and end in _DECIDED
    return SignUpEnded(
        **state.about(told_to),
        ended_on=on,
        end=end,
        came=came,
        note=note,
        tell_child_by=_tell_by(state, given) if told else None,
    )


_DECIDED = frozenset({SignUpEnd.NO_SPOT, SignUpEnd.CANCELLED, SignUpEnd.DECLINED})
"""What of a child's wish others decided."""


def _tell_by(state: SignedUpChild, given: Given) -> datetime | None:
    """By when the child is told; nobody is told who was not asked."""
    if state.wish is not Wish.WISHES:
        return None
    due: datetime = given.rules.due(given.rules.clocks[ANSWER_CHILD].within, given.now)
    return due


def _answer(state: SignedUpChild, command: AnswerSpot, given: Given) -> list[Event]:
    if given.actor.organisation not in state.signers:
        raise _not_yours()
    given.not_in_future(command.answered_on, "SIGN_UP_IN_FUTURE", "答复日期")
    open_to = {SignUpState.OFFERED, SignUpState.TAKEN}
    if command.answer is SpotAnswer.TAKES:
        again = state.state is SignUpState.TAKEN and given.correction
        if state.state is not SignUpState.OFFERED and not again:
            raise _in_state(state)
        told = state.organiser
        return [
            SpotTaken(
                **state.about(told),
                answered_on=command.answered_on,
                note=command.note,
                tell_child_by=_tell_by(state, given),
            )
        ]
    if state.state not in open_to | {SignUpState.WAITING}:
        raise _in_state(state)
    # The organiser is told of whom it expected.
    told = state.organiser if state.state is SignUpState.TAKEN else None
    end, on = SignUpEnd.DECLINED, command.answered_on
    return [_ended(state, end, on, given, told_to=told, note=command.note)]


def _not_yours() -> Refused:
    """The same whether the child is signed up by another, or is nowhere known."""
    return Refused("SIGN_UP_NOT_YOURS", "没有可由本单位答复的报名，请核对儿童和项目编号。")


def _in_state(state: SignedUpChild) -> Refused:
    return Refused(
        "SIGN_UP_STATE",
        f"该报名目前是“{SIGN_UP_STATE_WORDS[state.state]}”，不能这样登记，请核对。",
    )


def _lapse(state: SignedUpChild, command: LapseSpot, given: Given) -> list[Event]:
    _by_hub(given)
    if state.state is not SignUpState.OFFERED:
        return []
    return [SpotLapsed(**state.about(state.signed_by))]


def _close(state: SignedUpChild, command: CloseSignUp, given: Given) -> list[Event]:
    _by_hub(given)
    if state.state not in _RUNNING:
        return []
    came = state.state is SignUpState.ATTENDING
    return [_ended(state, command.end, given.today, given, told_to=state.signed_by, came=came)]


def _answer_child(state: SignedUpChild, command: AnswerChild, given: Given) -> list[Event]:
    if given.actor.organisation not in state.signers:
        raise _not_yours()
    given.not_in_future(command.told_on, "SIGN_UP_IN_FUTURE", "答复日期")
    if state.state in (SignUpState.WAITING, SignUpState.OFFERED):
        raise _in_state(state)
    return [ChildAnswered(**command.model_dump())]


def _attend(state: SignedUpChild, command: RecordAttendance, given: Given) -> list[Event]:
    if state.organiser is None or given.actor.organisation != state.organiser:
        raise _not_the_organiser()
    if state.state is SignUpState.OFFERED:
        raise _not_the_organiser()
    given.not_in_future(command.seen_on, "SIGN_UP_IN_FUTURE", "登记日期")
    here = state.state is SignUpState.ATTENDING
    possible = {
        Attendance.CAME: state.state is SignUpState.TAKEN or (here and given.correction),
        Attendance.COMPLETED: state.state in (SignUpState.TAKEN, SignUpState.ATTENDING),
        Attendance.LEFT: state.state in (SignUpState.TAKEN, SignUpState.ATTENDING),
        Attendance.NOT_COME: state.state is SignUpState.TAKEN,
    }
    if not possible[command.attendance]:
        raise _in_state(state)
    told = state.signed_by
    if command.attendance is Attendance.CAME:
        return [SpotAttended(**state.about(told), seen_on=command.seen_on, note=command.note)]
    end = SignUpEnd(command.attendance.value)
    came = command.attendance is not Attendance.NOT_COME
    on = command.seen_on
    return [_ended(state, end, on, given, told_to=told, came=came, note=command.note)]


def _not_the_organiser() -> Refused:
    """The same whether the child is signed up elsewhere, waits, or is nowhere known."""
    return Refused(
        "ATTENDANCE_NOT_YOURS", "没有可由本单位登记参加情况的报名，请核对儿童和项目编号。"
    )


def _signed_up(state: SignedUpChild, event: SignedUp) -> SignedUpChild:
    if state.state in _RUNNING:
        signers = tuple(dict.fromkeys((*state.signers, event.signed_by)))
        return replace(state, signers=signers)
    return SignedUpChild(
        SignUpState.WAITING,
        event.child_ref,
        event.register_number,
        (event.signed_by,),
        wish=event.wish,
    )


def _spot_offered(state: SignedUpChild, event: SpotOffered) -> SignedUpChild:
    return replace(state, state=SignUpState.OFFERED, organiser=event.organiser, offer=event.offer)


def _locate(command: Any, load: object) -> UUID:
    found: UUID | None = getattr(command, "sign_up", None)
    return found or sign_up_id(command.child_ref, command.register_number)


SIGN_UP: Stream[SignedUpChild] = Stream(
    name="sign_up",
    initial=SignedUpChild(),
    decide={
        SignUp: _sign_up,
        OfferSpot: _offer,
        AnswerSpot: _answer,
        LapseSpot: _lapse,
        CloseSignUp: _close,
        RecordAttendance: _attend,
        AnswerChild: _answer_child,
    },
    evolve={
        SignedUp: _signed_up,
        SpotOffered: _spot_offered,
        SpotTaken: lambda state, event: replace(state, state=SignUpState.TAKEN),
        SpotLapsed: lambda state, event: replace(state, state=SignUpState.WAITING),
        SpotAttended: lambda state, event: replace(state, state=SignUpState.ATTENDING),
        SignUpEnded: lambda state, event: replace(state, state=SignUpState.ENDED),
        ChildAnswered: lambda state, event: state,
    },
    locate=_locate,
    title="报名",
    states=SIGN_UP_STATE_WORDS,
    codes={"offer": OFFER_KIND, "wish": WISH, "end": SIGN_UP_END},
    due=Due(
        starts={SpotOffered: ("lapses_at",)},
        over=(SpotTaken, SpotLapsed, SignUpEnded),
        ask=lambda stream_id, clear: LapseSpot(sign_up=stream_id),
    ),
    stands=lambda state, rules: (
        [Standing(Stands.OPEN_CASE)]
        if state.state in (SignUpState.OFFERED, SignUpState.TAKEN, SignUpState.ATTENDING)
        else []
    ),
)
