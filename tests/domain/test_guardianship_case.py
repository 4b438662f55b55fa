"""The guardianship case: dissuasion (P09), admonition (P10); 未保法 118, 家教法 48–49."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.guardianship_case import (
    GUARDIANSHIP_CASE,
    AdmonitionRecorded,
    CloseGuardianshipCase,
    DissuasionRecorded,
    GuardianshipCaseClosed,
    GuardianshipState,
    RecordAdmonition,
    RecordDissuasion,
    guardianship_case_id,
)
from domain.kernel import Category, Command, Event
from domain.organisations import Seat, seat_of
from tests.domain.invented import CHILD, EVERY_SEAT, OTHER_CHILD, STATION, TOWN, TOWN_CODE, VILLAGE
from tests.specification import Journal, folded, given, happened

TODAY = date(2026, 3, 4)
TOMORROW = date(2026, 3, 5)

dissuade = RecordDissuasion(
    child_ref=CHILD,
    dissuaded_on=TODAY,
    guardian_relation="51",
    conduct="未尽监护职责",
    account="已当面劝诫",
)
admonish = RecordAdmonition(
    child_ref=CHILD,
    town=TOWN_CODE,
    document_number="沪松公训〔2026〕1号",
    served_on=TODAY,
    guardian_relation="51",
    conduct="侵犯儿童合法权益",
    account=None,
    guidance_ordered=True,
)
close = CloseGuardianshipCase(child_ref=CHILD, reason="监护已改善")


def after(*commands: Command) -> tuple[Event, ...]:
    history: tuple[Event, ...] = ()
    for command in commands:
        history += given(*history).when(command, by=TOWN, on=TODAY).events
    return history


DISSUADED = after(dissuade)
ADMONISHED: tuple[Event, ...] = (AdmonitionRecorded(**admonish.model_dump(), ordinal=1),)
CLOSED = (*DISSUADED, GuardianshipCaseClosed(child_ref=CHILD, reason="监护已改善"))


def state_after(*events: Event) -> GuardianshipState:
    return folded(GUARDIANSHIP_CASE, *events).state


def test_p09_the_village_dissuades_who_neglects_or_harms() -> None:
    """不依法履行监护职责或侵权的，予以劝诫、制止 (未保法 118(1))."""
    (event,) = (
        given()
        .when(dissuade, by=VILLAGE, on=TODAY)
        .then(DissuasionRecorded(**dissuade.model_dump()))
    )
    assert state_after(event) is GuardianshipState.DISSUADED
    sealed_as = {mark.category for mark in DissuasionRecorded.SENSITIVE.values()}
    assert (event.category, sealed_as) == (Category.GUARDIANSHIP, {Category.GUARDIANSHIP})
    assert RecordDissuasion.STATES is Category.GUARDIANSHIP


def test_p10_where_it_is_serious_the_police_admonish_and_order_guidance() -> None:
    """情况严重的，由公安机关予以训诫，责令接受家庭教育指导 (未保法 118(2)): a document, served."""
    (event,) = (
        given(*DISSUADED)
        .when(admonish, by=STATION, on=TODAY)
        .then(
            happened(
                AdmonitionRecorded,
                child_ref=CHILD,
                town=TOWN_CODE,
                served_on=TODAY,
                ordinal=1,
                guidance_ordered=True,
                document_number="沪松公训〔2026〕1号",
            )
        )
    )
    assert state_after(*DISSUADED, event) is GuardianshipState.ADMONISHED
    assert event.category is Category.ORDERS
    assert RecordAdmonition.STATES is Category.ORDERS


def test_an_admonition_needs_no_dissuasion_before_it() -> None:
    given().when(admonish, by=STATION, on=TODAY).then(happened(AdmonitionRecorded, ordinal=1))


@pytest.mark.parametrize("ordered", [True, False])
def test_p10_an_admonition_says_whether_guidance_was_ordered(ordered: bool) -> None:
    """训诫 and 责令接受家庭教育指导 are two acts; the second does not follow from the first."""
    command = admonish.model_copy(update={"guidance_ordered": ordered})
    given().when(command, by=STATION, on=TODAY).then(
        happened(AdmonitionRecorded, guidance_ordered=ordered)
    )


def test_what_the_guardian_did_stays_with_orders_and_a_flag_tells_none_of_it() -> None:
    marks = AdmonitionRecorded.SENSITIVE
    assert {name for name, mark in marks.items() if mark.flag} == {"notice"}
    assert {mark.category for mark in marks.values()} == {Category.ORDERS}
    (event,) = given().when(admonish, by=STATION, on=TODAY).then(happened(AdmonitionRecorded))
    assert isinstance(event, AdmonitionRecorded)
    assert event.notice == "公安机关已对监护人训诫，请配合跟进"


def test_admonitions_are_counted() -> None:
    history = ADMONISHED
    for ordinal in (2, 3):
        history += (
            given(*history)
            .when(admonish, by=STATION, on=TODAY)
            .then(happened(AdmonitionRecorded, ordinal=ordinal))
        )


def test_an_admonition_that_is_corrected_is_not_counted_twice() -> None:
    """The document number is sealed: that it is the same document, only the sender knows."""
    twice = (*ADMONISHED, AdmonitionRecorded(**admonish.model_dump(), ordinal=2))
    for history, ordinal in (((), 1), (ADMONISHED, 1), (twice, 2)):
        given(*history).when(admonish, by=STATION, on=TODAY, correction=True).then(
            happened(AdmonitionRecorded, ordinal=ordinal)
        )


def test_a_dissuasion_after_an_admonition_is_no_step_down() -> None:
    events = (
        given(*ADMONISHED).when(dissuade, by=VILLAGE, on=TODAY).then(happened(DissuasionRecorded))
    )
    assert state_after(*ADMONISHED, *events) is GuardianshipState.ADMONISHED


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (dissuade.model_copy(update={"dissuaded_on": TOMORROW}), "DISSUASION_IN_FUTURE"),
        (admonish.model_copy(update={"served_on": TOMORROW}), "ADMONITION_IN_FUTURE"),
    ],
    ids=["dissuasion", "admonition"],
)
def test_what_is_still_to_come_is_not_recorded(command: Command, code: str) -> None:
    given(*DISSUADED).when(command, by=STATION, on=TODAY).then_refused(code)


@pytest.mark.parametrize("history", [DISSUADED, ADMONISHED], ids=["dissuaded", "admonished"])
def test_an_open_case_closes_with_a_reason(history: tuple[Event, ...]) -> None:
    events = (
        given(*history)
        .when(close, by=TOWN, on=TODAY)
        .then(GuardianshipCaseClosed(child_ref=CHILD, reason="监护已改善"))
    )
    assert state_after(*history, *events) is GuardianshipState.CLOSED
    assert "reason" in GuardianshipCaseClosed.SENSITIVE


@pytest.mark.parametrize("history", [(), CLOSED], ids=["no case", "closed"])
def test_without_an_open_case_nothing_closes(history: tuple[Event, ...]) -> None:
    given(*history).when(close, by=TOWN, on=TODAY).then_refused("GUARDIANSHIP_NOT_OPEN")


def test_after_a_closing_the_next_record_is_a_new_case() -> None:
    """One open case per child; a closed one is never opened again."""
    journal = Journal()

    def case(command: Command, by: str) -> Any:
        (fact,) = journal.carry_out(command, by=by, on=TODAY)
        return fact.originator_id

    first, second = (guardianship_case_id(CHILD, n) for n in (1, 2))
    assert case(dissuade, VILLAGE) == first
    assert case(admonish, STATION) == first
    assert case(close, TOWN) == first
    assert case(admonish, STATION) == second
    assert case(dissuade, VILLAGE) == second
    assert guardianship_case_id(OTHER_CHILD, 1) not in (first, second)


@pytest.mark.parametrize("actor", EVERY_SEAT)
def test_p10_only_police_procuratorate_or_court_admonish(actor: str) -> None:
    """训诫: 公安机关、人民检察院、人民法院 (未保法 118(2), 家教法 49), nobody else; not within a
    task that releases orders either."""
    outcome = given().when(admonish, by=actor, on=TODAY)
    if seat_of(actor) in (Seat.POLICE, Seat.POLICE_STATION, Seat.PROCURATORATE, Seat.COURT):
        outcome.then(happened(AdmonitionRecorded, ordinal=1))
    else:
        outcome.then_refused("ADMONITION_NOT_YOURS")
