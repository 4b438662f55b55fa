"""应发: what decisions say is due in a month. Plan 三1 (P54); amounts as dated data (domain §6)."""

from __future__ import annotations

from domain.aid_due import Due, Granted, due_in
from hub.policies import load_policies

SCHEMES = load_policies().rules.benefits
ALLOWANCE = Granted("SPECIAL_CHILD", "1", "2024-12-01", "2500")
LIVING = Granted("MINIMUM_LIVING", "1", "2025-01-01", "1000")


def test_a_standard_that_changes_is_due_from_its_day_on_whenever_it_was_granted() -> None:
    """3,200 from 2025-01-01, 2,500 before."""
    assert due_in("2024-11", [ALLOWANCE], SCHEMES) == {}
    assert due_in("2024-12", [ALLOWANCE], SCHEMES) == {("SPECIAL_CHILD", "1"): Due(1, 2500)}
    assert due_in("2025-01", [ALLOWANCE], SCHEMES) == {("SPECIAL_CHILD", "1"): Due(1, 3200)}


def test_where_no_standard_is_named_it_is_the_amount_of_the_grant_and_its_reviews() -> None:
    changed = LIVING.changed("2025-06-15", "1200")
    other = Granted("MINIMUM_LIVING", "1", "2025-01-01", None)
    assert due_in("2025-05", [changed], SCHEMES) == {("MINIMUM_LIVING", "1"): Due(1, 1000)}
    assert due_in("2025-06", [changed, other], SCHEMES) == {("MINIMUM_LIVING", "1"): Due(2, 1200)}


def test_the_month_of_the_end_is_the_last_and_what_is_paid_once_is_due_once() -> None:
    ended = LIVING.ended("2025-03-31")
    assert due_in("2025-03", [ended], SCHEMES)
    assert due_in("2025-04", [ended], SCHEMES) == {}
    once = Granted("TEMPORARY", "1", "2025-03-01", "800")
    assert due_in("2025-03", [once], SCHEMES) == {("TEMPORARY", "1"): Due(1, 800)}
    assert due_in("2025-04", [once], SCHEMES) == {}
