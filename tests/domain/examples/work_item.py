"""How commands of the streams ``work_item`` and ``budget`` are drawn, and what makes each event
happen."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from domain.budget import Fund, StateBudget
from domain.work_item import FinishWorkItem, ListWorkItem
from tests.domain.invented import CIVIL_AFFAIRS, TOWN, TOWN_CODE
from tests.domain.pools import DAY, Told, days, maybe_town, organisations, texts

_numbers = st.sampled_from(["QD-2026-01", "QD-2026-02"])
_yuan = st.integers(0, 3)

COMMANDS = {
    ListWorkItem: st.builds(
        ListWorkItem,
        register_number=_numbers,
        owner=organisations,
        town=maybe_town,
        for_period=st.sampled_from(["2025", "2026"]),
        held_on=days,
        finish_by=days,
        title=texts,
    ),
    FinishWorkItem: st.builds(
        FinishWorkItem,
        register_number=_numbers,
        finished_on=days,
        done=st.booleans(),
        account=texts,
    ),
    StateBudget: st.builds(
        StateBudget,
        fund=st.sampled_from(Fund),
        year=st.sampled_from([2025, 2026]),
        as_of=days,
        budgeted=_yuan,
        allocated=_yuan,
        spent=_yuan,
        note=texts,
    ),
}

TOLD: list[Told] = [
    (
        ListWorkItem(
            register_number="QD-2026-01",
            owner=TOWN,
            town=TOWN_CODE,
            for_period="2026",
            held_on=DAY,
            finish_by=DAY + timedelta(days=200),
            title="全面核查",
        ),
        CIVIL_AFFAIRS,
        DAY,
    ),
    (
        FinishWorkItem(register_number="QD-2026-01", finished_on=DAY, done=True, account="已完成"),
        TOWN,
        DAY,
    ),
    (
        StateBudget(
            fund=Fund.STATIONS,
            year=2026,
            as_of=DAY,
            budgeted=1_000_000,
            allocated=400_000,
            spent=250_000,
            note="半年执行",
        ),
        "finance:310117",
        DAY,
    ),
]
