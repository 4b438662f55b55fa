"""副站长活动登记: who sees an activity, and that what is named must be a town's station."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.organisations import Organisation
from tests.program import (
    CIVIL_AFFAIRS,
    DISTRICT,
    PROCURATORATE,
    SCHOOL_NAME,
    TOWN,
    reader,
    running,
    send,
    take,
)

OFFICE = "women_children_office:310117"
HELD = {
    "station": "示例第一街道未保站",
    "activity": "法治宣传",
    "held_on": "2025-02-28",
    "topic": "示例普法课",
    "attendance": "40人",
    "account": "讲授未成年人保护法",
}


def test_p02_station_civil_affairs_and_the_office_see_it_and_nobody_else(tmp_path: Path) -> None:
    with running(tmp_path / "data") as hub:
        hub.directory.add_organisations([Organisation(OFFICE, "示例妇儿工委办")])
        send(hub, PROCURATORATE, "procuratorate.vice_head_activity", HELD)
        hub.settle()
        (fact,) = hub.store.feed(0, 10)
        seen = {}
        for organisation in (*(each.id for each in DISTRICT), OFFICE):
            entries = hub.queries.timeline(reader(organisation), str(fact.stream)).items
            if entries:
                seen[organisation] = entries[0]
        assert set(seen) == {PROCURATORATE, TOWN, CIVIL_AFFAIRS, OFFICE}
        for entry in seen.values():
            assert (entry.clear["attendance"], entry.words["activity"]) == (40, "法治宣传")
            assert entry.fields == {"topic": HELD["topic"], "account": HELD["account"]}
        (own,) = hub.queries.register(reader(PROCURATORATE)).items
        assert own.title == "副站长活动"


@pytest.mark.parametrize("named", ["示例第九街道未保站", SCHOOL_NAME])
def test_what_is_no_towns_station_is_refused_at_its_heading(tmp_path: Path, named: str) -> None:
    with running(tmp_path / "data") as hub:
        answer = take(
            hub, PROCURATORATE, "procuratorate.vice_head_activity", {**HELD, "station": named}
        )
        (fault,) = answer.faults
        assert (fault.column, fault.code) == ("街镇未保站", "TOWN_STATION_UNKNOWN")
        assert named not in fault.rule + fault.advice
