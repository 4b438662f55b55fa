"""家庭支持计划登记."""

from __future__ import annotations

from datetime import date

from domain.family_support_events import SetSupportPlan, SupportBasis
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            SetSupportPlan(
                child_ref=CHILD,
                set_on=date(2025, 3, 26),
                agreed=True,
                basis=SupportBasis.OWN_REQUEST,
                account=NOTE,
            ),
            date(2025, 3, 26),
        )
    ],
    wrong=[
        ("support_basis", "机密甲", "CODE_SUPPORT_BASIS"),
        ("agreed", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("set_on", "2025-03-27"),
    other={"support_basis": "回归家庭", "agreed": "否"},
)
