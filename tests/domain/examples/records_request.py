"""How commands of the stream ``records_request`` are drawn, and what makes its events happen."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.kernel import Category
from domain.records_request import (
    EndRecordsAccess,
    GrantRecords,
    RefusalReason,
    RefuseRecords,
    RequestRecords,
)
from tests.domain.invented import CHILD, EDUCATION
from tests.domain.pools import (
    DAY,
    Told,
    children,
    days,
    matters,
    organisations,
    referral_ids,
    texts,
)

COURT = "court:310117"
_GRANTED, _REFUSED = UUID(int=81), UUID(int=82)

COMMANDS = {
    RequestRecords: st.builds(
        RequestRecords,
        request_id=referral_ids,
        child_ref=st.none() | children,
        addressee=organisations | st.just("nobody"),
        categories=st.lists(matters, max_size=3, unique=True).map(tuple),
        document_number=st.text(max_size=8),
        account=st.text(max_size=8),
        danger=st.booleans(),
    ),
    GrantRecords: st.builds(
        GrantRecords,
        request_id=referral_ids,
        child_ref=children,
        categories=st.lists(matters, max_size=3, unique=True).map(tuple),
        until=days,
    ),
    RefuseRecords: st.builds(
        RefuseRecords,
        request_id=referral_ids,
        reason=st.sampled_from(RefusalReason),
        note=texts,
    ),
    EndRecordsAccess: st.builds(EndRecordsAccess, request_id=referral_ids),
}


def _ask(request_id: UUID) -> RequestRecords:
    return RequestRecords(
        request_id=request_id,
        child_ref=CHILD,
        addressee=EDUCATION,
        categories=(Category.SCHOOLING,),
        document_number="1号",
        account="核实就学情况",
    )


TOLD: list[Told] = [
    (_ask(_GRANTED), COURT, DAY),
    (_ask(_REFUSED), COURT, DAY),
    (
        GrantRecords(
            request_id=_GRANTED,
            child_ref=CHILD,
            categories=(Category.SCHOOLING,),
            until=DAY + timedelta(days=7),
        ),
        EDUCATION,
        DAY,
    ),
    (EndRecordsAccess(request_id=_GRANTED), COURT, DAY),
    (
        RefuseRecords(request_id=_REFUSED, reason=RefusalReason.NOT_NEEDED_FOR_MATTER, note="无关"),
        EDUCATION,
        DAY,
    ),
]
