"""Terms of policies/: when a length of time, begun on a day, is over (民法典 201–203)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.rules import Term, months_after
from hub.policies import load_policies

RULES = load_policies().rules


@pytest.mark.parametrize(
    ("day", "months", "over"),
    [
        (date(2026, 3, 4), 1, date(2026, 4, 4)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
    ],
)
def test_a_month_ends_on_its_day_or_on_the_last_there_is(
    day: date, months: int, over: date
) -> None:
    assert months_after(day, months) == over
    assert RULES.last_day(Term(amount=months, unit="months"), day) == over


def test_a_term_of_months_ends_at_midnight_in_shanghai() -> None:
    begun = datetime(2026, 3, 4, 15, 59, tzinfo=UTC)
    assert RULES.due(Term(amount=2, unit="months"), begun) == datetime(2026, 5, 4, 16, tzinfo=UTC)


def test_a_term_of_hours_has_no_last_day() -> None:
    with pytest.raises(ValueError, match="hours"):
        RULES.last_day(Term(amount=24, unit="hours"), date(2026, 3, 4))
