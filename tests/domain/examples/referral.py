"""How handing a referral over is drawn, and what makes it happen."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from domain.kernel import Actor, Command
from domain.organisations import Post
from domain.referral import (
    AcceptReferral,
    AssignReferral,
    DeclineOffer,
    HoldReferral,
    OfferReferral,
    ReassignReferral,
    RequestReferral,
    ResumeReferral,
)
from tests.domain.invented import CHILD, CIVIL_AFFAIRS, OTHER_TOWN, SCHOOL, TOWN, TOWN_CODE
from tests.domain.pools import CASE, DAY, RULES, Told, days, organisations, referral_ids, texts

_REFERRAL, _OFFERED, _HELD = UUID(int=72), UUID(int=73), UUID(int=74)
_HANDLER = Actor(TOWN, Post.HANDLER.value, "u-a")

people = st.sampled_from(["u-a", "u-b"])

COMMANDS: dict[type[Command], SearchStrategy[Command]] = {
    ReassignReferral: st.builds(
        ReassignReferral, referral_id=referral_ids, addressee=organisations | st.just("nobody")
    ),
    OfferReferral: st.builds(
        OfferReferral, referral_id=referral_ids, to=organisations | st.just("nobody")
    ),
    DeclineOffer: st.builds(DeclineOffer, referral_id=referral_ids, note=texts),
    AssignReferral: st.builds(
        AssignReferral, referral_id=referral_ids, handler=people, deputy=st.none() | people
    ),
    HoldReferral: st.builds(
        HoldReferral,
        referral_id=referral_ids,
        reason=st.sampled_from([*RULES.casework.holds, "", "别的"]),
        until=days,
        note=texts,
    ),
    ResumeReferral: st.builds(ResumeReferral, referral_id=referral_ids),
}


def _ask(referral_id: UUID) -> RequestReferral:
    return RequestReferral(
        referral_id=referral_id,
        child_ref=CHILD,
        case_id=CASE,
        kind="persuade_dropout",
        sender=SCHOOL,
        addressee=TOWN,
        town=TOWN_CODE,
    )


_OFFER = OfferReferral(referral_id=_OFFERED, to=OTHER_TOWN)

TOLD: list[Told] = [
    (_ask(_REFERRAL), SCHOOL, DAY),
    (ReassignReferral(referral_id=_REFERRAL, addressee=OTHER_TOWN), CIVIL_AFFAIRS, DAY),
    (_ask(_OFFERED), SCHOOL, DAY),
    (_OFFER, TOWN, DAY),
    (DeclineOffer(referral_id=_OFFERED, note="不在本辖区"), OTHER_TOWN, DAY),
    (_OFFER, TOWN, DAY),
    (AcceptReferral(referral_id=_OFFERED), Actor(OTHER_TOWN, Post.HANDLER.value, "u-c"), DAY),
    (_ask(_HELD), SCHOOL, DAY),
    (AcceptReferral(referral_id=_HELD), _HANDLER, DAY),
    (AssignReferral(referral_id=_HELD, handler="u-b", deputy="u-a"), _HANDLER, DAY),
    (HoldReferral(referral_id=_HELD, reason="CHILD_AWAY", until=DAY, note="外出"), _HANDLER, DAY),
    (ResumeReferral(referral_id=_HELD), _HANDLER, DAY),
]
