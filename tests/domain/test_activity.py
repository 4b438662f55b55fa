"""Activities and publicity of every office (plan 二1 P03, P06, P07; 二5 P33–P36, P39, P40; 三1 P53;
三3 P57, P58)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from adapters.programmes.activity import PUBLISHING
from domain.activity import ActivityRecorded, RecordActivity
from domain.activity_codes import (
    ACTIVITY_KIND,
    AUDIENCE,
    BRAND,
    ActivityKind,
    Audience,
    Brand,
)
from domain.kernel import Category
from domain.organisations import Seat, seat_of
from hub.authorization.decide import may_state
from hub.policies import load_policies
from tests.domain.invented import (
    CIVIL_AFFAIRS,
    EDUCATION,
    EVERY_SEAT,
    SCHOOL,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.specification import given

TODAY = date(2026, 3, 4)
STATED: dict[str, Any] = {
    "activity": ActivityKind.DROWNING_PREVENTION,
    "audience": Audience.FAMILIES,
    "brand": None,
    "held_on": TODAY,
    "villages": (VILLAGE_CODE,),
    "town": TOWN_CODE,
    "school": None,
    "sessions": 1,
    "children_attended": 30,
    "guardians_attended": 12,
    "others_attended": 0,
    "for_period": None,
    "topic": "示例防溺水课",
    "account": "讲授防溺水知识",
}
activity = RecordActivity(activity_id=UUID(int=42), **STATED)
HELD = ActivityRecorded(**STATED, told_to=VILLAGE)


def test_p33_p36_what_is_brought_into_a_village_is_on_record_with_the_guardians_who_came() -> None:
    """安全知识进居村, 增强监护人监护意识: where and when, children and guardians counted apart;
    what was said stays sealed, and no child is named."""
    (event,) = given().when(activity, by=EDUCATION, on=TODAY).then(HELD)
    assert set(event.SENSITIVE) == {"topic", "account"}
    assert {event.category_of(name) for name in event.SENSITIVE} == {Category.PROGRAMMES}
    assert event.subject is None


@pytest.mark.parametrize("organisation", EVERY_SEAT)
def test_every_seat_that_publishes_programmes_records_its_own(organisation: str) -> None:
    """Every department, town, school and institution; the village reads them (sharing matrix)."""
    seat = seat_of(organisation)
    may = may_state(load_policies().access, seat, Category.PROGRAMMES, frozenset())
    assert may == (seat in PUBLISHING) == (seat not in (Seat.COURT, Seat.VILLAGE))
    given().when(activity, by=organisation, on=TODAY).then(
        HELD if organisation != VILLAGE else HELD.model_copy(update={"told_to": None})
    )


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"villages": (VILLAGE_CODE, "310117001002")}, TOWN),
        ({"villages": (), "school": SCHOOL}, SCHOOL),
        ({"villages": (), "town": None}, None),
    ],
)
def test_whoever_is_there_is_told(stated: dict[str, Any], told: str | None) -> None:
    (event,) = (
        given()
        .when(activity.model_copy(update=stated), by=EDUCATION, on=TODAY)
        .then(HELD.model_copy(update={**stated, "told_to": told}))
    )
    assert event.told_to == told  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", [ActivityKind.TOWN_GUIDANCE, ActivityKind.TOWN_TRAINING])
@pytest.mark.parametrize("organisation", EVERY_SEAT)
def test_p53_towns_are_guided_and_trained_by_civil_affairs(
    kind: ActivityKind, organisation: str
) -> None:
    """民政部门要加强对街镇的支持和专业业务指导及培训; which town it was is said."""
    guided = activity.model_copy(update={"activity": kind, "villages": ()})
    outcome = given().when(guided, by=organisation, on=TODAY)
    if organisation != CIVIL_AFFAIRS:
        outcome.then_refused("ACTIVITY_OF_CIVIL_AFFAIRS")
        return
    outcome.then(HELD.model_copy(update={"activity": kind, "villages": (), "told_to": TOWN}))
    nowhere = guided.model_copy(update={"town": None})
    given().when(nowhere, by=organisation, on=TODAY).then_refused("ACTIVITY_NEEDS_TOWN")


def test_it_is_recorded_once_it_was_held_and_somebody_came() -> None:
    tomorrow = activity.model_copy(update={"held_on": TODAY + timedelta(days=1)})
    given().when(tomorrow, by=EDUCATION, on=TODAY).then_refused("ACTIVITY_IN_FUTURE")
    nobody = activity.model_copy(update={"children_attended": 0, "guardians_attended": 0})
    refused = given().when(nobody, by=EDUCATION, on=TODAY).then_refused("ACTIVITY_NOBODY_CAME")
    assert refused.text.endswith("。")


def test_a_corrected_record_stands_in_the_same_place() -> None:
    more = activity.model_copy(update={"guardians_attended": 13})
    corrected = given(HELD).when(more, by=EDUCATION, on=TODAY, correction=True)
    corrected.then(HELD.model_copy(update={"guardians_attended": 13}))


def test_p03_p06_p07_p39_p40_p57_p58_every_kind_and_programme_has_its_word() -> None:
    """The words of the plan are known as they stand there."""
    assert set(ACTIVITY_KIND.labels) == set(ActivityKind)
    assert set(AUDIENCE.labels) == set(Audience)
    assert {BRAND.parse(word): word for word in BRAND.labels.values()} == {
        Brand.GUARDIAN_STAR: "守护星",
        Brand.SCIENCE_CAMP: "科普夏令营",
        Brand.LABOUR_WEEK: "学生劳动教育宣传周",
        Brand.CAREER_DAY: "学生职业体验日",
        Brand.LAW_PROJECT: "普法教育特色项目",
    }
    for word, kind in (
        ("普法教育", ActivityKind.LEGAL_EDUCATION),
        ("主题教育活动", ActivityKind.STATION_ACTIVITY),
        ("志愿服务", ActivityKind.VOLUNTEERING),
        ("社会实践", ActivityKind.SOCIAL_PRACTICE),
        ("涉水安全宣传", ActivityKind.WATER_SAFETY),
        ("预防网络沉迷", ActivityKind.NETWORK_PROTECTION),
        ("法规政策宣传", ActivityKind.PUBLICITY),
        ("强制报告主体培训", ActivityKind.DUTY_BEARER_TRAINING),
    ):
        assert ACTIVITY_KIND.parse(word) == kind
