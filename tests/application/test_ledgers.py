"""三本台账 (教基厅函〔2024〕15号; domain reference §3): 适龄儿童、疑似辍学、辍学, as whoever keeps
or reads them sees them."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.dropout_rules import Ledger, months_of_age
from domain.organisations import HUB
from domain.referral import AcceptReferral, RequestReferral
from hub.answers import LedgerRow
from hub.application import SYSTEM
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_SCHOOL_NAME,
    OTHER_TOWN,
    POLICE,
    SCHOOL,
    SCHOOL_NAME,
    STATION,
    TOWN,
    VILLAGE,
    absent,
    actor,
    at,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    send,
)


@pytest.fixture
def hub_of_two(hub: Program) -> Program:
    """Two pupils of two schools; one of them stays away without a reason."""
    for number, school in ((1, SCHOOL_NAME), (2, OTHER_SCHOOL_NAME)):
        send(hub, TOWN, "town.residence", resident(pupil(number)))
        send(hub, EDUCATION, "education.roll", enrolled(pupil(number), school))
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    assert hub.settle()
    return hub


def rows(hub: Program, organisation: str, ledger: Ledger) -> dict[str, LedgerRow]:
    found = hub.queries.ledger(reader(organisation), ledger).items
    return {each.child_ref: each for each in found}


def test_each_sees_the_ledgers_of_its_own(hub_of_two: Program) -> None:
    """教育局看全区，学校看本校，街镇看本街镇；其他单位没有."""
    hub = hub_of_two
    away, there = (child_of(hub, pupil(number)) for number in (1, 2))
    states = {ref: each.state for ref, each in rows(hub, EDUCATION, Ledger.OF_AGE).items()}
    assert states == {away: "SUSPECTED_DROPOUT", there: "ENROLLED"}
    assert set(rows(hub, TOWN, Ledger.OF_AGE)) == {away, there}
    assert set(rows(hub, SCHOOL, Ledger.OF_AGE)) == {away}
    assert set(rows(hub, OTHER_SCHOOL, Ledger.OF_AGE)) == {there}
    for organisation in (EDUCATION, SCHOOL, TOWN):
        assert set(rows(hub, organisation, Ledger.SUSPECTED)) == {away}
        assert rows(hub, organisation, Ledger.DROPOUT) == {}
    for organisation in (OTHER_SCHOOL, OTHER_TOWN):
        assert rows(hub, organisation, Ledger.SUSPECTED) == {}
    for organisation in (CIVIL_AFFAIRS, POLICE, STATION, VILLAGE, OTHER_TOWN):
        for ledger in Ledger:
            assert rows(hub, organisation, ledger) == {}


def test_a_town_lists_who_lives_there_and_no_child_of_which_it_has_a_task_alone(
    hub_of_two: Program,
) -> None:
    """街镇看本街镇: given a task about another town's child / then it is in no ledger of its."""
    hub = hub_of_two
    away = child_of(hub, pupil(1))
    task = RequestReferral(
        referral_id=UUID(int=7),
        child_ref=UUID(away),
        case_id=UUID(int=8),
        kind="persuade_dropout",
        sender=HUB,
        addressee=OTHER_TOWN,
        town=None,
    )
    hub.hub.command(task, SYSTEM)
    hub.settle()
    assert away in {each.child_ref for each in hub.queries.inbox(reader(OTHER_TOWN)).items}
    accept = AcceptReferral(referral_id=UUID(int=7))
    hub.hub.command(accept, actor(OTHER_TOWN))
    hub.settle()
    assert away in {each.child_ref for each in hub.queries.children(reader(OTHER_TOWN)).items}
    assert rows(hub, OTHER_TOWN, Ledger.OF_AGE) == {}
    assert away in rows(hub, TOWN, Ledger.OF_AGE)


def test_a_suspicion_that_lasts_goes_from_one_ledger_to_the_other_and_a_return_strikes_it_off(
    hub_of_two: Program,
) -> None:
    """动态销号: given a suspected dropout / when it lasts over 30 days / then it stands in the
    ledger of dropouts, and in none once the child is back."""
    hub = hub_of_two
    away = child_of(hub, pupil(1))
    at(hub, hub.clock.now() + timedelta(days=40))
    assert hub.settle()
    assert set(rows(hub, EDUCATION, Ledger.DROPOUT)) == {away}
    assert rows(hub, EDUCATION, Ledger.SUSPECTED) == {}
    send(hub, SCHOOL, "education.return", {**pupil(1), "returned_on": "2025-04-10"})
    assert hub.settle()
    assert rows(hub, EDUCATION, Ledger.DROPOUT) == {}
    assert rows(hub, SCHOOL, Ledger.OF_AGE)[away].state == "ENROLLED"


def test_the_groups_to_watch_first_are_told_to_whoever_reads_the_categories(
    hub_of_two: Program,
) -> None:
    hub = hub_of_two
    away = child_of(hub, pupil(1))
    send(hub, TOWN, "town.residence", resident(pupil(1), categories="流动儿童"))
    assert hub.settle()
    assert rows(hub, TOWN, Ledger.SUSPECTED)[away].focus == ("流动儿童",)
    assert rows(hub, SCHOOL, Ledger.SUSPECTED)[away].focus is None


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2025, 3, 3), "2009-03", "2018-08"),
        (date(2025, 8, 31), "2009-08", "2018-08"),
        (date(2025, 9, 1), "2009-09", "2019-08"),
    ],
)
def test_art_11_who_is_of_age_is_of_six_by_august_and_not_yet_past_sixteen(
    day: date, first: str, last: str
) -> None:
    assert months_of_age(6, 8, 16, day) == (first, last)
