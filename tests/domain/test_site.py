"""Places where children are, and what is looked at there (plan 二4 P31; 二5 P37, P38; 三2 P56)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.kernel import Category, Command, Event
from domain.site import (
    INSPECTION,
    SITE_KIND,
    Inspection,
    RecordInspection,
    RegisterSite,
    SiteInspected,
    SiteKind,
    SiteRegistered,
)
from tests.domain.invented import (
    CIVIL_AFFAIRS,
    EDUCATION,
    EVERY_SEAT,
    SCHOOL,
    TOWN,
    TOWN_CODE,
    VILLAGE_CODE,
)
from tests.specification import given
from tests.together import all_of

TODAY = date(2026, 3, 4)
WATER = "water:310117"
EMERGENCY = "emergency:310117"
STATED: dict[str, Any] = {
    "register_number": "SY-0001",
    "site_kind": SiteKind.WATERS,
    "village": VILLAGE_CODE,
    "town": TOWN_CODE,
    "run_by": None,
    "closed_on": None,
    "name": "示例河段",
}
register = RegisterSite(**STATED)
REGISTERED = SiteRegistered(**STATED, kept_by=WATER, told_to=TOWN)
CLOSED = REGISTERED.model_copy(update={"closed_on": TODAY})
OF_SCHOOL = REGISTERED.model_copy(update={"site_kind": SiteKind.SCHOOL, "run_by": SCHOOL})
patrol = RecordInspection(
    record_id=UUID(int=41),
    register_number="SY-0001",
    unit=None,
    inspection=Inspection.RIVER_PATROL,
    held_on=TODAY,
    hazards=1,
    account="护栏缺损",
)
PATROLLED = SiteInspected(
    record_id=UUID(int=41),
    register_number="SY-0001",
    unit=None,
    inspection=Inspection.RIVER_PATROL,
    held_on=TODAY,
    town=TOWN_CODE,
    told_to=TOWN,
    hazards=1,
    account="护栏缺损",
)
fire = patrol.model_copy(update={"inspection": Inspection.FIRE})

HISTORIES: dict[str, tuple[Event, ...]] = {
    "none": (),
    "registered": (REGISTERED,),
    "closed": (CLOSED,),
}
ACTIONS: dict[str, Command] = {"register": register, "patrol": patrol, "inspect": fire}


@pytest.mark.parametrize("state", HISTORIES)
@pytest.mark.parametrize("action", ACTIONS)
@all_of("by", EVERY_SEAT)
def test_who_may_do_what_with_a_place_in_which_state(state: str, action: str, by: str) -> None:
    """Whoever entered it says what it is; whoever inspects may do so as long as it is there."""
    outcome = given(*HISTORIES[state]).when(ACTIONS[action], by=by, on=TODAY)
    if action == "register":
        if state == "none" or by == WATER:
            told = None if by == TOWN else TOWN
            outcome.then(REGISTERED.model_copy(update={"kept_by": by, "told_to": told}))
        else:
            assert outcome.then_refused("SITE_TAKEN").text.endswith("。")
    elif state == "registered":
        told = None if by == TOWN else TOWN
        expected = {"told_to": told, "inspection": ACTIONS[action].inspection}  # type: ignore[attr-defined]
        outcome.then(PATROLLED.model_copy(update=expected))
    else:
        outcome.then_refused("SITE_UNKNOWN")


def test_p37_a_schools_inspection_is_told_to_the_school() -> None:
    """消防、校车、卫生食品、自然灾害: what was seen stays sealed, and no child is in it."""
    for kind in (
        Inspection.FIRE,
        Inspection.SCHOOL_BUS,
        Inspection.FOOD,
        Inspection.NATURAL_HAZARDS,
    ):
        looked = patrol.model_copy(update={"inspection": kind})
        (event,) = given(OF_SCHOOL).when(looked, by=EMERGENCY, on=TODAY).events
        assert isinstance(event, SiteInspected)
        assert event.told_to == SCHOOL
        assert set(event.SENSITIVE) == {"account"}
        assert event.category_of("account") is Category.PROGRAMMES
        assert event.subject is None


@pytest.mark.parametrize("kind", [Inspection.RIVER_PATROL, Inspection.FACILITY_MAINTENANCE])
def test_p38_patrols_and_maintenance_are_of_waters(kind: Inspection) -> None:
    """河湖巡查和防护设施维护."""
    looked = patrol.model_copy(update={"inspection": kind})
    given(OF_SCHOOL).when(looked, by=WATER, on=TODAY).then_refused("SITE_NO_WATERS")
    given(REGISTERED).when(looked, by=WATER, on=TODAY).then(
        PATROLLED.model_copy(update={"inspection": kind})
    )


@pytest.mark.parametrize("by", EVERY_SEAT)
def test_p56_civil_affairs_inspect_departments_and_towns_and_nobody_else_does(by: str) -> None:
    """民政部门…每年至少开展一次全面检查: of an organisation, and not of a place."""
    full = patrol.model_copy(
        update={
            "register_number": None,
            "unit": EDUCATION,
            "inspection": Inspection.FULL_INSPECTION,
        }
    )
    outcome = given().when(full, by=by, on=TODAY)
    if by != CIVIL_AFFAIRS:
        outcome.then_refused("INSPECTION_NOT_YOURS")
        return
    (event,) = outcome.events
    assert isinstance(event, SiteInspected)
    assert (event.unit, event.told_to, event.register_number) == (EDUCATION, EDUCATION, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"inspection": Inspection.FULL_INSPECTION},
        {"unit": EDUCATION},
        {"unit": EDUCATION, "register_number": None},
    ],
)
def test_a_place_or_an_organisation_is_inspected(wrong: dict[str, Any]) -> None:
    looked = patrol.model_copy(update=wrong)
    outcome = given(REGISTERED).when(looked, by=CIVIL_AFFAIRS, on=TODAY)
    outcome.then_refused("INSPECTION_OF_WHAT")


def test_days_to_come_are_refused() -> None:
    tomorrow = TODAY + timedelta(days=1)
    later = patrol.model_copy(update={"held_on": tomorrow})
    given(REGISTERED).when(later, by=WATER, on=TODAY).then_refused("INSPECTION_IN_FUTURE")
    closed = register.model_copy(update={"closed_on": tomorrow})
    given(REGISTERED).when(closed, by=WATER, on=TODAY).then_refused("SITE_CLOSED_IN_FUTURE")


def test_p31_employment_stations_and_markets_are_places_of_the_register() -> None:
    """15分钟就业服务圈站点、零工市场."""
    for word, kind in (
        ("就业服务站点", SiteKind.EMPLOYMENT_STATION),
        ("零工市场", SiteKind.LABOUR_MARKET),
    ):
        assert SITE_KIND.parse(word) == kind
        (event,) = (
            given()
            .when(
                register.model_copy(update={"site_kind": kind}),
                by="human_resources:310117",
                on=TODAY,
            )
            .events
        )
        assert isinstance(event, SiteRegistered)
        assert event.site_kind is kind


def test_every_kind_has_its_word() -> None:
    assert set(SITE_KIND.labels) == set(SiteKind)
    assert set(INSPECTION.labels) == set(Inspection)
