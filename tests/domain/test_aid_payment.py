"""保障资金发放: plan 三1 (P54: 财政做好资金保障). Totals by scheme, town and month to finance, with
no small number and none that it could be reckoned by."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from domain.aid_codes import AID_SCHEME
from domain.aid_payment import (
    FINANCE,
    Cell,
    ConfirmPayments,
    PaymentStated,
    PaymentTotalPublished,
    StatePayment,
    told,
)
from domain.kernel import Category
from domain.organisations import seat_of
from hub.policies import load_policies
from tests.domain.invented import CIVIL_AFFAIRS, EVERY_SEAT, OTHER_TOWN_CODE, TOWN_CODE
from tests.specification import given, happened

RULES = load_policies().rules
TODAY = date(2026, 3, 4)
THIRD_TOWN = "310117003"


def pay(persons: int = 12, **changes: Any) -> StatePayment:
    stated = {
        "payer": CIVIL_AFFAIRS,
        "month": "2026-03",
        "paid_for": "SPECIAL_CHILD",
        "town": TOWN_CODE,
        "persons": persons,
        "yuan_paid": 3200 * persons,
    }
    return StatePayment.model_validate({**stated, **changes})


confirm = ConfirmPayments(payer=CIVIL_AFFAIRS, month="2026-03")


def paid(*commands: StatePayment) -> tuple[Any, ...]:
    return tuple(
        event
        for command in commands
        for event in given().when(command, by=CIVIL_AFFAIRS, on=TODAY).events
    )


@pytest.mark.parametrize("scheme", AID_SCHEME.labels)
def test_what_was_paid_is_stated_by_whoever_decides(scheme: str) -> None:
    for by in EVERY_SEAT:
        outcome = given().when(pay(payer=by, paid_for=scheme), by=by, on=TODAY)
        if seat_of(by) is RULES.benefits[scheme].decides:
            (event,) = outcome.then(happened(PaymentStated, persons=12))
            assert event.SENSITIVE == {}
        else:
            outcome.then_refused("PAYMENT_NOT_YOURS")


def test_of_no_month_to_come() -> None:
    given().when(pay(month="2026-04"), by=CIVIL_AFFAIRS, on=TODAY).then_refused("PAYMENT_IN_FUTURE")


@pytest.mark.parametrize("by", EVERY_SEAT)
def test_only_the_payer_confirms_its_month_and_only_what_was_stated(by: str) -> None:
    given().when(confirm, by=by, on=TODAY).then_refused("PAYMENT_NOTHING")
    outcome = given(*paid(pay())).when(confirm, by=by, on=TODAY)
    if by != CIVIL_AFFAIRS:
        outcome.then_refused("PAYMENT_NOTHING")
    else:
        assert {type(each) for each in outcome.events} == {PaymentTotalPublished}


def test_p54_finance_is_told_totals_of_the_last_confirmation() -> None:
    """Given payments of a month / when it is confirmed / then finance is told each scheme's total
    and its towns'; put right and confirmed again, as the next edition."""
    before = paid(pay(12), pay(9, town=OTHER_TOWN_CODE))
    first = (
        given(*before)
        .when(confirm, by=CIVIL_AFFAIRS, on=TODAY)
        .then(
            happened(
                PaymentTotalPublished,
                town=None,
                persons=21,
                yuan_paid=67200,
                edition=1,
                told_to=FINANCE,
            ),
            happened(PaymentTotalPublished, town=TOWN_CODE, persons=12, yuan_paid=38400),
            happened(PaymentTotalPublished, town=OTHER_TOWN_CODE, persons=9, yuan_paid=28800),
        )
    )
    assert {each.category for each in first} == {Category.PROGRAMMES}
    again = (*before, *first, *paid(pay(13)))
    given(*again).when(confirm, by=CIVIL_AFFAIRS, on=TODAY).then(
        happened(PaymentTotalPublished, town=None, persons=22, edition=2),
        happened(PaymentTotalPublished, town=TOWN_CODE, persons=13),
        happened(PaymentTotalPublished, town=OTHER_TOWN_CODE, persons=9),
    )


def test_a_small_number_is_left_out_with_what_it_could_be_reckoned_by() -> None:
    before = paid(pay(3), pay(9, town=OTHER_TOWN_CODE), pay(20, town=THIRD_TOWN))
    given(*before).when(confirm, by=CIVIL_AFFAIRS, on=TODAY).then(
        happened(PaymentTotalPublished, town=None, persons=32),
        happened(PaymentTotalPublished, town=TOWN_CODE, persons=None, yuan_paid=None),
        happened(PaymentTotalPublished, town=OTHER_TOWN_CODE, persons=None, yuan_paid=None),
        happened(PaymentTotalPublished, town=THIRD_TOWN, persons=20),
    )


_cells = st.dictionaries(
    st.tuples(st.sampled_from(["A", "B", "C"]), st.sampled_from(["1", "2", "3", "4"])),
    st.integers(0, 12).map(lambda persons: (persons, 3200 * persons)),
    min_size=1,
)


@drawn(_cells)
def test_no_small_number_is_shown_nor_left_over(cells: dict[tuple[str, str], Cell]) -> None:
    """Whatever was paid: no shown number is below 5, and where parts are left out of a shown total
    their sum is not, and there is more than one of them."""
    shown = {(scheme, town): cell for scheme, town, cell in told(cells, 5)}
    for cell in shown.values():
        assert cell is None or cell[0] >= 5
    for scheme in {scheme for scheme, _ in cells}:
        total = shown[scheme, None]
        parts = {town: shown[scheme, town] for of, town in cells if of == scheme}
        if total is None:
            assert set(parts.values()) == {None}
            continue
        hidden = total[0] - sum(cell[0] for cell in parts.values() if cell)
        left_out = [town for town, cell in parts.items() if cell is None]
        assert not left_out or len(left_out) == len(parts) or (hidden >= 5 and len(left_out) > 1)
