"""关爱服务. Plan 二1 (P08: 提供学业陪伴、心理疏导、情感抚慰、家庭教育)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.care_service import (
    CARE_SERVICE,
    SERVICE,
    CareService,
    CareServiceGiven,
    RecordCareService,
    Service,
)
from domain.child_file import ChildFile
from domain.kernel import Category, Refused
from domain.organisations import Seat
from tests.domain.invented import (
    CHILD,
    EVERY_SEAT,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
    organisation_of,
)
from tests.specification import circumstances, given

TODAY = date(2026, 3, 31)
LIVES = ChildFile(opened=True, town=TOWN_CODE, village=VILLAGE_CODE)
ELSEWHERE = ChildFile(opened=True, town="310117099", village="310117099001")
WORKERS = organisation_of(Seat.SOCIAL_ORGANISATION)

give = RecordCareService(
    service_id=UUID(int=5901),
    child_ref=CHILD,
    given_on=TODAY,
    hours=2,
    service=Service.COUNSELLING,
    account="（示例）谈心",
)
GIVEN = CareServiceGiven(
    child_ref=CHILD, given_on=TODAY, hours=2, service=Service.COUNSELLING, account="（示例）谈心"
)


@pytest.mark.parametrize("by", [TOWN, VILLAGE])
def test_p08_station_and_village_record_what_they_gave_a_child_that_lives_there(by: str) -> None:
    """Clear are day and hours; which service it was and what was said stay sealed."""
    (event,) = given().when(give, by=by, on=TODAY, child=LIVES).then(GIVEN)
    assert set(event.SENSITIVE) == {"service", "account"}
    assert {event.category_of(name) for name in event.SENSITIVE} == {Category.VISITS}


def test_p08_the_four_services_of_the_plan() -> None:
    assert list(SERVICE.labels.values()) == ["学业陪伴", "心理疏导", "情感抚慰", "家庭教育"]
    assert set(SERVICE.labels) == set(Service)


@pytest.mark.parametrize("by", sorted({*EVERY_SEAT, TOWN, VILLAGE, WORKERS}))
@pytest.mark.parametrize("child", [None, ELSEWHERE], ids=["unknown", "elsewhere"])
def test_p08_nobody_records_for_a_child_that_is_not_theirs(
    by: str, child: ChildFile | None
) -> None:
    """The same answer, whether there is such a child or not."""
    given().when(give, by=by, on=TODAY, child=child).then_refused("SERVICE_NOT_YOURS")


@pytest.mark.parametrize("by", sorted(EVERY_SEAT))
def test_p08_by_a_task_three_seats_give_it_and_no_other(by: str) -> None:
    """A social organisation in its task; a task of another kind of office opens nothing."""
    where = circumstances(by, TODAY, tasks=frozenset({Category.WHO}))
    decide = CARE_SERVICE.decide[RecordCareService]
    if by.split(":")[0] in {"town", "village", "social_organisation"}:
        assert decide(CareService(), give, where) == [GIVEN]
    else:
        with pytest.raises(Refused, match="SERVICE_NOT_YOURS"):
            decide(CareService(), give, where)


def test_p08_it_is_recorded_once_it_was_given() -> None:
    tomorrow = give.model_copy(update={"given_on": TODAY + timedelta(days=1)})
    refused = given().when(tomorrow, by=TOWN, on=TODAY, child=LIVES)
    assert "服务日期" in refused.then_refused("SERVICE_IN_FUTURE").text


def test_p08_what_was_recorded_in_the_task_is_corrected_after_it() -> None:
    more = give.model_copy(update={"hours": 3})
    corrected = given(GIVEN).when(more, by=WORKERS, on=TODAY, correction=True)
    corrected.then(GIVEN.model_copy(update={"hours": 3}))
