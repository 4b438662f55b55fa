"""How commands of the stream ``supervisory_order`` are drawn, and what makes each event happen."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st

from domain.organisations import HUB, Seat, district_organisation
from domain.supervisory_order import CloseOrder, IssueOrder, ProposeOrder, ReplyToOrder
from tests.domain.invented import EDUCATION
from tests.domain.pools import DAY, Told, clocks, days, instants, organisations, referral_ids
from tests.specification import at_noon

_ORDER = UUID(int=71)
_OFFICE = district_organisation(Seat.WOMEN_CHILDREN_OFFICE)

COMMANDS = {
    ProposeOrder: st.builds(
        ProposeOrder,
        order_id=referral_ids,
        sender=organisations,
        addressee=organisations,
        matter_id=referral_ids,
        kind=clocks,
        missed_at=instants,
    ),
    IssueOrder: st.builds(
        IssueOrder,
        order_id=referral_ids,
        addressee=organisations,
        demand=st.text(max_size=8),
        matter_id=st.none() | referral_ids,
    ),
    ReplyToOrder: st.builds(
        ReplyToOrder,
        order_id=referral_ids,
        content=st.text(max_size=8),
        replied_on=st.none() | days,
    ),
    CloseOrder: st.builds(CloseOrder, order_id=referral_ids),
}

TOLD: list[Told] = [
    (
        ProposeOrder(
            order_id=_ORDER,
            sender=_OFFICE,
            addressee=EDUCATION,
            matter_id=UUID(int=11),
            kind="complete",
            missed_at=at_noon(DAY),
        ),
        HUB,
        DAY,
    ),
    (IssueOrder(order_id=_ORDER, addressee=EDUCATION, demand="请于五日内办结"), _OFFICE, DAY),
    (ReplyToOrder(order_id=_ORDER, content="已办结"), EDUCATION, DAY),
    (CloseOrder(order_id=_ORDER), _OFFICE, DAY),
]
