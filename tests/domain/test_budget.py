"""Budget, allocation and execution by finance (plan 三1 P54)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from domain.budget import BUDGET, FUND, BudgetStated, Fund, StateBudget
from domain.kernel import Category
from tests.domain.invented import EVERY_SEAT
from tests.specification import given

TODAY = date(2026, 6, 30)
FINANCE = "finance:310117"
STATED: dict[str, Any] = {
    "fund": Fund.HOME_RENOVATION,
    "year": 2026,
    "as_of": TODAY,
    "budgeted": 1_000_000,
    "allocated": 400_000,
    "spent": 250_000,
    "note": "（示例）半年执行情况",
}
state = StateBudget(**STATED)
SAID = BudgetStated(**STATED)


@pytest.mark.parametrize("by", EVERY_SEAT)
@pytest.mark.parametrize("history", [(), (SAID,)], ids=["none", "stated"])
def test_p54_finance_states_each_schemes_money_and_nobody_else_does(
    history: tuple[BudgetStated, ...], by: str
) -> None:
    """财政部门要做好资金保障工作: budgeted, allocated, spent, in whole yuan; no child."""
    outcome = given(*history).when(state, by=by, on=TODAY)
    if by != FINANCE:
        outcome.then_refused("BUDGET_NOT_YOURS")
        return
    (event,) = outcome.then(SAID)
    assert set(event.SENSITIVE) == {"note"}
    assert event.category_of("note") is Category.PROGRAMMES
    assert event.subject is None


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"spent": 400_001}, "BUDGET_AMOUNTS"),
        ({"allocated": 1_000_001}, "BUDGET_AMOUNTS"),
        ({"as_of": TODAY + timedelta(days=1)}, "BUDGET_IN_FUTURE"),
        ({"year": 2027}, "BUDGET_BEFORE_YEAR"),
    ],
)
def test_amounts_and_days_that_cannot_be_are_refused(changed: dict[str, Any], code: str) -> None:
    wrong = state.model_copy(update=changed)
    assert given().when(wrong, by=FINANCE, on=TODAY).then_refused(code).text.endswith("。")


def test_a_schemes_money_of_a_year_is_one_thing_and_every_scheme_has_its_word() -> None:
    later = state.model_copy(update={"spent": 300_000})
    where = BUDGET.locate
    assert where(state, lambda _: None) == where(later, lambda _: None)
    assert where(state, lambda _: None) != where(
        state.model_copy(update={"year": 2025}), lambda _: None
    )
    assert set(FUND.labels) == set(Fund)
