"""Terms of policies/: when a length of time, begun on a day, is over (民法典 201–203)."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from domain.calendar import SHANGHAI
from domain.rules import Clock
from domain.terms import Term, Unit, months_after, parse_term
from hub.authorization.policy import PolicyError
from hub.policies import FOLDER, load_policies

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


@pytest.mark.parametrize("unit", ["minutes", "hours"])
def test_a_term_of_minutes_or_hours_has_no_last_day(unit: Unit) -> None:
    with pytest.raises(ValueError, match=unit):
        RULES.last_day(Term(amount=24, unit=unit), date(2026, 3, 4))


@pytest.mark.parametrize(
    ("term", "begun", "over"),
    [
        # Tuesday evening before National Day 2025: 1 to 8 October are off, Saturday 11 is worked.
        ("90 minutes", "2025-09-30T23:00", "2025-10-01T00:30"),
        ("3 hours", "2025-09-30T23:00", "2025-10-01T02:00"),
        ("3 days", "2025-09-30T23:00", "2025-10-04T00:00"),
        ("3 working_days", "2025-09-30T23:00", "2025-10-12T00:00"),
        ("2 school_days", "2026-06-29T09:00", "2026-09-02T00:00"),
        ("1 months", "2025-09-30T23:00", "2025-10-31T00:00"),
    ],
)
def test_each_unit_runs_as_it_is_counted(term: str, begun: str, over: str) -> None:
    """Minutes and hours run on; days end at 24:00; working and school days skip what is off."""
    found = RULES.due(_term(term), _shanghai(begun))
    assert found == _shanghai(over)


@pytest.mark.parametrize(
    ("term", "before"),
    [
        ("30 minutes", "2025-10-11T23:30"),
        ("2 hours", "2025-10-11T22:00"),
        ("2 days", "2025-10-10T00:00"),
        ("3 working_days", "2025-10-09T00:00"),
        ("4 working_days", "2025-09-30T00:00"),
        ("1 months", "2025-09-12T00:00"),
    ],
)
def test_so_long_before_it_is_due(term: str, before: str) -> None:
    assert RULES.terms.earlier(_term(term), _shanghai("2025-10-12T00:00")) == _shanghai(before)


def _term(text: str) -> Term:
    return Term.model_validate(parse_term(text))


def _shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize("term", ["1 working_days", "2 school_days"])
def test_what_runs_on_is_not_counted_in_working_or_school_days(term: str) -> None:
    """No night and no holiday stops a clock of harm: such a row of policies/ is no rule."""
    row = {"title": "反馈", "source": "invented", "runs_on": True}
    with pytest.raises(ValidationError, match="runs on"):
        Clock.model_validate({**row, "within": term})
    assert Clock.model_validate({**row, "within": "3 days"}).runs_on


def test_every_kind_of_harm_runs_on(tmp_path: Path) -> None:
    """Policies in which one does not are not loaded."""
    folder = tmp_path / "policies"
    shutil.copytree(FOLDER, folder)
    file = folder / "referrals.toml"
    text = file.read_text(encoding="utf-8")
    before, row, after = text.partition("[handle_report]")
    file.write_text(before + row + after.replace("runs_on = true\n", "", 1), encoding="utf-8")
    with pytest.raises(PolicyError, match="handle_report"):
        load_policies(folder)
