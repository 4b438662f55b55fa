"""Benefits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from domain.benefit import BENEFIT_SCHEME, EndBenefit, GrantBenefit, RefuseBenefit
from tests.domain.invented import CHILD, CIVIL_AFFAIRS
from tests.domain.pools import DAY, LONG_AFTER, Told, children, days, texts

_GRANTED, _REFUSED = UUID(int=51), UUID(int=52)
_SCHEMES = st.sampled_from([*BENEFIT_SCHEME.labels, "NO_SUCH_SCHEME"])
_STATED: dict[str, Any] = {
    "benefit_id": st.sampled_from([_GRANTED, _REFUSED]),
    "child_ref": children,
    "scheme": _SCHEMES,
    "document_number": st.text(max_size=8),
    "reason": texts,
}

COMMANDS: dict[type, Any] = {
    GrantBenefit: st.builds(GrantBenefit, **_STATED, since=days, monthly_amount=texts),
    EndBenefit: st.builds(EndBenefit, **_STATED, since=days, until=days, monthly_amount=texts),
    RefuseBenefit: st.builds(RefuseBenefit, **_STATED),
}

_PLAIN: dict[str, Any] = {
    "benefit_id": _GRANTED,
    "child_ref": CHILD,
    "scheme": "EDUCATION",
    "document_number": "1号",
    "reason": "家庭贫困",
    "since": DAY,
    "monthly_amount": "500元",
}

TOLD: list[Told] = [
    (
        GrantBenefit(**_PLAIN | {"benefit_id": UUID(int=53), "scheme": "SPECIAL_CHILD"}),
        CIVIL_AFFAIRS,
        DAY,
    ),
    (GrantBenefit(**_PLAIN), CIVIL_AFFAIRS, DAY),
    (EndBenefit(**_PLAIN, until=LONG_AFTER), CIVIL_AFFAIRS, LONG_AFTER),
    (
        RefuseBenefit(
            benefit_id=_REFUSED,
            child_ref=CHILD,
            scheme="TEMPORARY",
            document_number="2号",
            reason="不符合条件",
        ),
        CIVIL_AFFAIRS,
        DAY,
    ),
]
