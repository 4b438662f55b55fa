"""Plan 二2 (P16): 落实儿童福利机构、未保机构、街镇临时照料场所，提供养育、教育、医疗、心理服务."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.care_place import (
    CARE_PLACE,
    CARE_SERVICE,
    RUN_BY,
    BedsStated,
    CareService,
    StateBeds,
    care_place_id,
)
from domain.guardianship_codes import Facility
from domain.organisations import seat_of
from tests.domain.invented import CIVIL_AFFAIRS, EVERY_SEAT, TOWN
from tests.specification import given, happened

TODAY = date(2026, 3, 4)
INSTITUTION = "welfare_institution:310117"
state_beds = StateBeds(
    run_by=INSTITUTION,
    facility=Facility.CHILD_WELFARE,
    since=TODAY,
    beds=20,
    services=tuple(CareService),
    account="（示例）",
)


@pytest.mark.parametrize("facility", Facility)
@pytest.mark.parametrize("organisation", EVERY_SEAT)
def test_p16_each_kind_of_place_is_stated_by_who_runs_it(
    facility: Facility, organisation: str
) -> None:
    """Each of the three kinds has a seat, states its own beds, and civil affairs are told."""
    command = state_beds.model_copy(update={"facility": facility, "run_by": organisation})
    outcome = given().when(command, by=organisation, on=TODAY)
    if seat_of(organisation) is RUN_BY[facility]:
        outcome.then(happened(BedsStated, told_to=CIVIL_AFFAIRS, beds=20))
    else:
        outcome.then_refused("BEDS_NOT_YOURS")
    assert CARE_PLACE.locate(command, lambda _: None) == care_place_id(organisation, facility)


def test_nobody_states_the_beds_of_another() -> None:
    given().when(state_beds, by=TOWN, on=TODAY).then_refused("BEDS_NOT_YOURS")


def test_days_that_cannot_be_are_refused() -> None:
    tomorrow, before = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
    late = state_beds.model_copy(update={"since": tomorrow})
    given().when(late, by=INSTITUTION, on=TODAY).then_refused("BEDS_IN_FUTURE")
    (stated,) = given().when(state_beds, by=INSTITUTION, on=TODAY).events
    older = state_beds.model_copy(update={"since": before})
    given(stated).when(older, by=INSTITUTION, on=TODAY).then_refused("BEDS_BEFORE")
    given(stated).when(older, by=INSTITUTION, on=TODAY, correction=True).then(happened(BedsStated))


def test_p16_every_service_has_its_word() -> None:
    """养育、教育、医疗、心理."""
    assert set(CARE_SERVICE.labels) == set(CareService)
    assert list(CARE_SERVICE.labels.values()) == ["养育", "教育", "医疗", "心理"]
