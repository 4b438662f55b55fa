"""How handing a referral over is drawn, and what makes it happen."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from domain.child_file import StateIdentity
from domain.kernel import Actor, Command
from domain.organisations import HUB, Post
from domain.referral import (
    AcceptReferral,
    AssignReferral,
    CloseReferral,
    CompleteReferral,
    ConfineReferral,
    DeclineOffer,
    HoldReferral,
    OfferReferral,
    OpenReferral,
    ReassignReferral,
    RequestReferral,
    ResumeReferral,
    SendReferral,
    VoidReferral,
)
from tests.domain.invented import CHILD, CIVIL_AFFAIRS, OTHER_TOWN, POLICE, SCHOOL, TOWN, TOWN_CODE
from tests.domain.pools import (
    CASE,
    DAY,
    KINDS,
    RULES,
    Told,
    children,
    days,
    organisations,
    referral_ids,
    texts,
)

_REFERRAL, _OFFERED, _HELD = UUID(int=72), UUID(int=73), UUID(int=74)
_DRAFT, _PUPIL = UUID(int=75), UUID(int=76)
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
    ConfineReferral: st.builds(
        ConfineReferral,
        referral_id=referral_ids,
        avoid=st.lists(organisations, max_size=2).map(tuple),
    ),
    OpenReferral: st.builds(
        lambda pair, **rest: OpenReferral(kind=pair[0], addressee=pair[1], **rest),
        pair=st.sampled_from(KINDS),
        referral_id=referral_ids,
        child_ref=children,
        account=texts,
        draft=st.booleans(),
    ),
    SendReferral: st.builds(SendReferral, referral_id=referral_ids, account=texts),
    CloseReferral: st.builds(CloseReferral, referral_id=referral_ids, note=texts),
    VoidReferral: st.builds(
        VoidReferral,
        referral_id=referral_ids,
        reason=st.sampled_from([*RULES.casework.errors, ""]),
        note=texts,
    ),
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
    (ConfineReferral(referral_id=_HELD, avoid=(POLICE,)), HUB, DAY),
    (CompleteReferral(referral_id=_HELD, outcome="AGREED"), _HANDLER, DAY),
    (CloseReferral(referral_id=_HELD, note="已看到"), SCHOOL, DAY),
    (
        StateIdentity(
            child_ref=_PUPIL,
            name="测试丁",
            birth_date=date(2015, 9, 1),
            id_number=None,
            sex=None,
            stated_village=None,
        ),
        SCHOOL,
        DAY,
    ),
    (
        OpenReferral(
            referral_id=_DRAFT,
            child_ref=_PUPIL,
            kind="look_into_concern",
            addressee=TOWN,
            account="情绪低落",
            draft=True,
        ),
        SCHOOL,
        DAY,
    ),
    (SendReferral(referral_id=_DRAFT, account="情绪低落"), SCHOOL, DAY),
    (VoidReferral(referral_id=_DRAFT, reason="WRONG_CHILD", note="同名"), SCHOOL, DAY),
]
