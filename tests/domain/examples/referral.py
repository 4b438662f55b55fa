"""How handing a referral over is drawn, and what makes it happen."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from domain.kernel import Command
from domain.referral import (
    AcceptReferral,
    DeclineOffer,
    OfferReferral,
    ReassignReferral,
    RequestReferral,
)
from tests.domain.invented import CHILD, CIVIL_AFFAIRS, OTHER_TOWN, SCHOOL, TOWN, TOWN_CODE
from tests.domain.pools import CASE, DAY, Told, organisations, referral_ids, texts

_REFERRAL, _OFFERED = UUID(int=72), UUID(int=73)

COMMANDS: dict[type[Command], SearchStrategy[Command]] = {
    ReassignReferral: st.builds(
        ReassignReferral, referral_id=referral_ids, addressee=organisations | st.just("nobody")
    ),
    OfferReferral: st.builds(
        OfferReferral, referral_id=referral_ids, to=organisations | st.just("nobody")
    ),
    DeclineOffer: st.builds(DeclineOffer, referral_id=referral_ids, note=texts),
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
    (AcceptReferral(referral_id=_OFFERED), OTHER_TOWN, DAY),
]
