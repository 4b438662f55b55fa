"""Benefits: P22 (基本生活保障、特困、低保、低收入、临时救助), P24 (医疗救助和教育资助), P25."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.aid_codes import AID_SCHEME
from domain.aid_rules import Per, Scheme, Standard
from domain.benefit import (
    BENEFIT,
    BENEFIT_SCHEME,
    Benefit,
    BenefitEnded,
    BenefitEvent,
    BenefitGranted,
    BenefitRefused,
    BenefitState,
    EndBenefit,
    GrantBenefit,
    RefuseBenefit,
)
from domain.kernel import Category
from domain.organisations import Seat
from hub.policies import load_policies
from tests.domain.invented import CHILD, CIVIL_AFFAIRS, EVERY_SEAT
from tests.specification import folded, given, happened

TODAY = date(2026, 3, 4)
SINCE = date(2026, 1, 1)
BENEFIT_1 = UUID(int=1)
RULES = load_policies().rules
PUBLISHING = {Seat.CIVIL_AFFAIRS, Seat.TOWN, Seat.DISABLED_FEDERATION}

STATED: dict[str, Any] = {
    "benefit_id": BENEFIT_1,
    "child_ref": CHILD,
    "scheme": "SPECIAL_CHILD",
    "document_number": "示民保〔2026〕1号",
    "reason": "社会散居孤儿",
}
refuse = RefuseBenefit(**STATED)
REFUSED = BenefitRefused(**refuse.model_dump(exclude={"benefit_id"}), aid_notice=None)


def grant(**changes: Any) -> GrantBenefit:
    return GrantBenefit(**{**STATED, "since": SINCE, "monthly_amount": "3200元", **changes})


def end(**changes: Any) -> EndBenefit:
    return EndBenefit(**grant().model_dump() | {"until": TODAY, **changes})


GRANTED = BenefitGranted(
    **grant().model_dump(exclude={"benefit_id"}), standard="3200元/人/月", aid_notice=None
)


def test_codes_and_policies_name_the_same_schemes() -> None:
    """What an office may fill in is what the rules know, and no more."""
    assert set(RULES.benefits) == set(BENEFIT_SCHEME.labels) | set(AID_SCHEME.labels)
    assert {code for code, row in RULES.benefits.items() if row.applies} == set(AID_SCHEME.labels)
    words = {**BENEFIT_SCHEME.labels, **AID_SCHEME.labels}
    assert {code: row.title for code, row in RULES.benefits.items()} == words
    assert all(scheme.source for scheme in RULES.benefits.values())


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("基本生活保障", "SPECIAL_CHILD"),
        ("特困", "DESTITUTE"),
        ("低保", "MINIMUM_LIVING"),
        ("低收入", "MINIMUM_LIVING_MARGIN"),
        ("临时救助", "TEMPORARY"),
        ("医疗救助", "MEDICAL"),
        ("教育资助", "EDUCATION"),
        ("人工耳蜗", "REHABILITATION"),
        ("康复训练补贴", "REHABILITATION"),
    ],
)
def test_p22_p24_p25_the_plans_words_are_known(word: str, code: str) -> None:
    assert BENEFIT_SCHEME.parse(word) == code


# The standards


@pytest.mark.parametrize(
    ("day", "standard"),
    [
        (date(2024, 12, 31), "2500元/人/月"),
        (date(2025, 1, 1), "3200元/人/月"),
        (date(2026, 1, 1), "3200元/人/月"),
    ],
)
def test_a_special_childs_standard_is_3200_yuan_from_2025(day: date, standard: str) -> None:
    """沪民规〔2025〕9号: 每人每月3200元, from 2025-01-01; 2,500 before."""
    given().when(grant(since=day), by=CIVIL_AFFAIRS, on=TODAY).then(
        happened(BenefitGranted, since=day, standard=standard)
    )


def test_no_standard_is_named_where_the_rules_have_none() -> None:
    given().when(grant(scheme="TEMPORARY"), by=CIVIL_AFFAIRS, on=TODAY).then(
        happened(BenefitGranted, standard=None, monthly_amount="3200元")
    )


def test_the_amount_is_the_offices_own_and_never_the_standard() -> None:
    """Never an automatic decision: what nobody wrote is not filled in."""
    given().when(grant(monthly_amount=None), by=CIVIL_AFFAIRS, on=TODAY).then(
        happened(BenefitGranted, monthly_amount=None, standard="3200元/人/月")
    )


def amount(yuan: int, **days: date) -> Standard:
    return Standard.model_validate({"yuan": yuan, "source": "x", "mark": "guess", **days})


def test_amounts_follow_each_other_day_by_day() -> None:
    before = {"to": SINCE - timedelta(days=1)}
    early, late = amount(1, **before), amount(2, **{"from": SINCE})
    scheme = Scheme(title="x", amounts=(early, late), source="x")
    assert scheme.standard_on(SINCE) == late
    assert scheme.standard_on(SINCE - timedelta(days=1)) == early
    assert Scheme(title="x", amounts=(late,), source="x").standard_on(before["to"]) is None
    for wrong in ((late, early), (early, early), (amount(1), late)):
        with pytest.raises(ValidationError, match="follow each other"):
            Scheme(title="x", amounts=wrong, source="x")


def test_p22_the_allowance_is_3200_from_2025_on_and_was_2500() -> None:
    """沪民规〔2025〕9号; every amount says where it comes from and how sure it is."""
    scheme = RULES.benefits["SPECIAL_CHILD"]
    on = {day: scheme.standard_on(day) for day in (date(2024, 12, 31), date(2025, 1, 1))}
    assert [each and (each.yuan, each.per) for each in on.values()] == [
        (2500, Per.MONTH),
        (3200, Per.MONTH),
    ]
    assert all(each.mark == "S" and "9号" in each.source for each in scheme.amounts)


# The decision


@pytest.mark.parametrize("by", EVERY_SEAT)
def test_a_decision_is_stated_by_those_who_publish_means(by: str) -> None:
    for command in (grant(), refuse, end()):
        outcome = given().when(command, by=by, on=TODAY)
        if Seat(by.split(":")[0]) in PUBLISHING:
            assert len(outcome.events) == 1
        else:
            outcome.then_refused("BENEFIT_NOT_YOURS")


def test_a_scheme_that_is_not_known_is_refused() -> None:
    given().when(grant(scheme="NO_SUCH_SCHEME"), by=CIVIL_AFFAIRS, on=TODAY).then_refused(
        "BENEFIT_SCHEME_UNKNOWN"
    )


def test_what_is_granted_restated_and_ended_is_one_decision() -> None:
    given().when(grant(), by=CIVIL_AFFAIRS, on=TODAY).then(GRANTED)
    given(GRANTED).when(
        grant(monthly_amount="3000元"), by=CIVIL_AFFAIRS, on=TODAY, correction=True
    ).then(happened(BenefitGranted, monthly_amount="3000元"))
    (ended,) = (
        given(GRANTED)
        .when(end(), by=CIVIL_AFFAIRS, on=TODAY, correction=True)
        .then(happened(BenefitEnded, since=SINCE, until=TODAY, aid_notice=None))
    )
    assert folded(BENEFIT, GRANTED) == Benefit(BenefitState.GRANTED)
    assert folded(BENEFIT, GRANTED, ended) == Benefit(BenefitState.ENDED)
    assert folded(BENEFIT, GRANTED, ended, GRANTED) == Benefit(BenefitState.GRANTED)


def test_a_refusal_keeps_its_reason_sealed() -> None:
    given().when(refuse, by=CIVIL_AFFAIRS, on=TODAY).then(REFUSED)
    assert "reason" in BenefitRefused.SENSITIVE


def test_a_refusal_by_mistake_can_be_put_right() -> None:
    """Each statement is the whole of the decision, and every later one a correction."""
    given(REFUSED).when(end(), by=CIVIL_AFFAIRS, on=TODAY, correction=True).then(
        happened(BenefitEnded)
    )


@pytest.mark.parametrize("scheme", BENEFIT_SCHEME.labels)
def test_p24_aid_that_was_granted_by_mistake_is_taken_back_from_who_carries_it_out(
    scheme: str,
) -> None:
    """批准 corrected to 不予批准: told once, and only to whom it was said before."""
    refusing = refuse.model_copy(update={"scheme": scheme})
    granted = given().when(grant(scheme=scheme), by=CIVIL_AFFAIRS, on=TODAY).events
    told = "教育资助已停止，请做好衔接" if scheme == "EDUCATION" else None
    refused = (
        given(*granted)
        .when(refusing, by=CIVIL_AFFAIRS, on=TODAY, correction=True)
        .then(happened(BenefitRefused, aid_notice=told))
    )
    for before in ((), (*granted, *refused)):
        given(*before).when(refusing, by=CIVIL_AFFAIRS, on=TODAY, correction=True).then(
            happened(BenefitRefused, aid_notice=None)
        )


@pytest.mark.parametrize(
    ("until", "code"),
    [(date(2025, 12, 31), "BENEFIT_BACKWARDS"), (date(2026, 3, 5), "BENEFIT_END_IN_FUTURE")],
)
def test_an_end_lies_between_start_and_today(until: date, code: str) -> None:
    given(GRANTED).when(end(until=until), by=CIVIL_AFFAIRS, on=TODAY).then_refused(code)


# Who may know


@pytest.mark.parametrize("event", [BenefitGranted, BenefitRefused, BenefitEnded])
def test_scheme_amount_and_reason_are_means_and_sealed(event: type[BenefitEvent]) -> None:
    """Days are clear, and which child; a scheme would say that the child is an orphan."""
    assert event.CATEGORY is Category.MEANS
    assert {mark.category for mark in event.SENSITIVE.values()} == {Category.MEANS}
    clear = set(event.model_fields) - set(event.SENSITIVE)
    assert clear <= {"child_ref", "since", "until"}
    flags = {name for name, mark in event.SENSITIVE.items() if mark.flag}
    assert flags <= {"aid_notice"}


@pytest.mark.parametrize("scheme", BENEFIT_SCHEME.labels)
def test_p24_school_and_education_bureau_are_asked_to_carry_out_education_aid_only(
    scheme: str,
) -> None:
    """落实教育资助: in fixed words, and of no other scheme a word."""
    aid = scheme == "EDUCATION"
    given().when(grant(scheme=scheme), by=CIVIL_AFFAIRS, on=TODAY).then(
        happened(BenefitGranted, aid_notice="请落实教育资助" if aid else None)
    )
    given().when(end(scheme=scheme), by=CIVIL_AFFAIRS, on=TODAY).then(
        happened(BenefitEnded, aid_notice="教育资助已停止，请做好衔接" if aid else None)
    )


def test_a_decision_is_a_stream_of_its_own_in_the_order_of_the_child() -> None:
    assert BENEFIT.locate(grant(), lambda _: None) == BENEFIT_1
    assert BENEFIT.ordering_key(grant(), BENEFIT_1) == CHILD
