"""P02: 深化检察官兼任街镇未保站副站长机制; P03: 普法教育特色项目 (plan 二1)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.kernel import Category
from domain.programme import (
    ACTIVITY,
    PROGRAMME,
    Activity,
    RecordViceHeadActivity,
    ViceHeadActivityRecorded,
)
from tests.domain.invented import EVERY_SEAT, PROCURATORATE, TOWN, TOWN_CODE
from tests.specification import given

TODAY = date(2026, 3, 4)

activity = RecordViceHeadActivity(
    activity_id=UUID(int=41),
    town=TOWN_CODE,
    activity=Activity.LEGAL_EDUCATION,
    held_on=TODAY,
    attendance=40,
    topic="示例普法课",
    account="讲授未成年人保护法",
)
HELD = ViceHeadActivityRecorded(
    town=TOWN_CODE,
    told_to=TOWN,
    activity=Activity.LEGAL_EDUCATION,
    held_on=TODAY,
    attendance=40,
    topic="示例普法课",
    account="讲授未成年人保护法",
)


def test_p02_a_vice_heads_activity_is_on_record_and_told_to_the_station() -> None:
    """检察官兼任街镇未保站副站长: where, when and for how many; what was said stays sealed."""
    (event,) = given().when(activity, by=PROCURATORATE, on=TODAY).then(HELD)
    assert set(event.SENSITIVE) == {"topic", "account"}
    assert {event.category_of(name) for name in event.SENSITIVE} == {Category.PROGRAMMES}
    assert event.subject is None, "it names no child"


@pytest.mark.parametrize("organisation", sorted(set(EVERY_SEAT) - {PROCURATORATE}))
def test_only_the_procuratorate_records_it(organisation: str) -> None:
    given().when(activity, by=organisation, on=TODAY).then_refused("VICE_HEAD_NOT_YOURS")


def test_it_is_recorded_once_it_was_held() -> None:
    tomorrow = activity.model_copy(update={"held_on": TODAY + timedelta(days=1)})
    refused = given().when(tomorrow, by=PROCURATORATE, on=TODAY)
    assert "活动日期" in refused.then_refused("ACTIVITY_IN_FUTURE").text


def test_a_corrected_record_stands_in_the_same_place() -> None:
    more = activity.model_copy(update={"attendance": 41})
    corrected = given(HELD).when(more, by=PROCURATORATE, on=TODAY, correction=True)
    corrected.then(HELD.model_copy(update={"attendance": 41}))
    assert PROGRAMME.locate(more, lambda _: None) == activity.activity_id


def test_p03_every_kind_of_activity_has_a_word() -> None:
    """普法教育 among them."""
    assert set(ACTIVITY.labels) == set(Activity)
    assert ACTIVITY.parse("普法教育") == Activity.LEGAL_EDUCATION
