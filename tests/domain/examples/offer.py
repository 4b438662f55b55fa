"""How commands of the streams ``offer``, ``offer_board`` and ``sign_up`` are drawn, and what makes
each of their events happen."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.offer_board import ListOffer
from domain.offer_codes import Attendance, OfferKind, SignUpEnd, SpotAnswer, Wish
from domain.offer_events import (
    EndOffer,
    FreeSpot,
    GiveOutSpots,
    PublishOffer,
    QueueSignUp,
    offer_id,
)
from domain.organisations import HUB
from domain.sign_up_events import (
    AnswerChild,
    AnswerSpot,
    CloseSignUp,
    LapseSpot,
    OfferSpot,
    RecordAttendance,
    SignUp,
    sign_up_id,
)
from tests.domain.invented import TOWN, TOWN_CODE, VILLAGE
from tests.domain.pools import DAY, FIRST_DAY, Told, children, days, organisations, texts

NUMBER, LATER = "BM-0001", "BM-0002"
CLOSES = FIRST_DAY + timedelta(days=10)
BEGINS = FIRST_DAY + timedelta(days=30)
_numbers = st.sampled_from([NUMBER, LATER])
_sign_ups = st.builds(sign_up_id, children, _numbers)
_offers = st.builds(offer_id, _numbers)

COMMANDS = {
    PublishOffer: st.builds(
        PublishOffer,
        register_number=_numbers,
        offer=st.sampled_from(OfferKind),
        brand=st.none(),
        town=st.just(TOWN_CODE),
        begins_on=st.just(BEGINS),
        until=st.just(BEGINS + timedelta(days=300)),
        spots=st.integers(1, 2),
        age_from=st.just(0),
        age_until=st.just(18),
        sign_up_by=st.just(CLOSES),
        account=texts,
    ),
    EndOffer: st.builds(EndOffer, register_number=_numbers, ended_on=days, cancelled=st.booleans()),
    QueueSignUp: st.builds(
        QueueSignUp,
        register_number=_numbers,
        sign_up=_sign_ups,
        of_child=children,
        born=st.none(),
        guardian_agrees=st.booleans(),
    ),
    GiveOutSpots: st.builds(GiveOutSpots, offer_id=_offers),
    FreeSpot: st.builds(FreeSpot, offer_id=_offers, sign_up=_sign_ups, waits=st.booleans()),
    ListOffer: st.builds(ListOffer, for_period=st.just("2026"), listed=_offers),
    SignUp: st.builds(
        SignUp,
        child_ref=children,
        register_number=_numbers,
        signed_on=days,
        wish=st.sampled_from(Wish),
        childs_words=texts,
    ),
    AnswerSpot: st.builds(
        AnswerSpot,
        child_ref=children,
        register_number=_numbers,
        answer=st.sampled_from(SpotAnswer),
        answered_on=days,
        note=texts,
    ),
    AnswerChild: st.builds(
        AnswerChild,
        child_ref=children,
        register_number=_numbers,
        told_on=days,
        childs_words=texts,
    ),
    RecordAttendance: st.builds(
        RecordAttendance,
        child_ref=children,
        register_number=_numbers,
        attendance=st.sampled_from(Attendance),
        seen_on=days,
        note=texts,
    ),
    OfferSpot: st.builds(
        OfferSpot,
        sign_up=_sign_ups,
        organiser=organisations,
        offer=st.sampled_from(OfferKind),
        begins_on=st.just(BEGINS),
        until=st.just(BEGINS),
    ),
    LapseSpot: st.builds(LapseSpot, sign_up=_sign_ups),
    CloseSignUp: st.builds(CloseSignUp, sign_up=_sign_ups, end=st.sampled_from(SignUpEnd)),
}

ONE, TWO, THREE, FOUR = (UUID(int=4800 + n) for n in range(4))
"""No other example changes whose children they are."""


def _published(number: str) -> PublishOffer:
    return PublishOffer(
        register_number=number,
        offer=OfferKind.STATION_ACTIVITY,
        brand=None,
        town=TOWN_CODE,
        begins_on=BEGINS,
        until=BEGINS + timedelta(days=3),
        spots=2,
        age_from=6,
        age_until=15,
        sign_up_by=CLOSES,
        account="带水杯",
    )


def _signed(child: UUID, number: str = NUMBER) -> list[Told]:
    return [
        (
            QueueSignUp(
                register_number=number,
                sign_up=sign_up_id(child, number),
                of_child=child,
                born=None,
                guardian_agrees=True,
            ),
            VILLAGE,
            DAY,
        ),
        (
            SignUp(
                child_ref=child,
                register_number=number,
                signed_on=DAY,
                wish=Wish.WISHES,
                childs_words="想去画画",
            ),
            VILLAGE,
            DAY,
        ),
    ]


def _offered(child: UUID) -> Told:
    asked = OfferSpot(
        sign_up=sign_up_id(child, NUMBER),
        organiser=TOWN,
        offer=OfferKind.STATION_ACTIVITY,
        begins_on=BEGINS,
        until=BEGINS + timedelta(days=3),
    )
    return (asked, HUB, _GIVEN)


def _answered(child: UUID, answer: SpotAnswer) -> Told:
    said = AnswerSpot(
        child_ref=child,
        register_number=NUMBER,
        answer=answer,
        answered_on=_GIVEN,
        note="会去",
    )
    return (said, VILLAGE, _GIVEN)


_GIVEN: date = CLOSES + timedelta(days=1)

TOLD: list[Told] = [
    (_published(NUMBER), TOWN, DAY),
    (ListOffer(for_period="2026", listed=offer_id(NUMBER)), HUB, DAY),
    *(each for child in (ONE, TWO, THREE, FOUR) for each in _signed(child)),
    (GiveOutSpots(offer_id=offer_id(NUMBER)), HUB, _GIVEN),
    _offered(ONE),
    _offered(TWO),
    _answered(ONE, SpotAnswer.TAKES),
    (LapseSpot(sign_up=sign_up_id(TWO, NUMBER)), HUB, _GIVEN),
    (
        FreeSpot(offer_id=offer_id(NUMBER), sign_up=sign_up_id(TWO, NUMBER), waits=True),
        HUB,
        _GIVEN,
    ),
    (
        AnswerChild(
            child_ref=ONE,
            register_number=NUMBER,
            told_on=_GIVEN,
            childs_words="好的",
        ),
        VILLAGE,
        _GIVEN,
    ),
    (
        RecordAttendance(
            child_ref=ONE,
            register_number=NUMBER,
            attendance=Attendance.CAME,
            seen_on=BEGINS,
            note="准时到",
        ),
        TOWN,
        BEGINS,
    ),
    (
        RecordAttendance(
            child_ref=ONE,
            register_number=NUMBER,
            attendance=Attendance.COMPLETED,
            seen_on=BEGINS + timedelta(days=3),
            note="全程参加",
        ),
        TOWN,
        BEGINS + timedelta(days=3),
    ),
    (EndOffer(register_number=NUMBER, ended_on=BEGINS, cancelled=False), TOWN, BEGINS),
    (CloseSignUp(sign_up=sign_up_id(TWO, NUMBER), end=SignUpEnd.NO_SPOT), HUB, BEGINS),
]
