"""Hazards and work lists as offices enter them: the loop closes, and what is overdue is silent
(plan 二5 P37, P38; 三1 P51, P53; 三2 P56)."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.hazard import HAZARD, HazardState, hazard_id
from domain.organisations import Organisation
from domain.periodic_duty import PERIODIC_DUTY, duty_id
from domain.silence import SilenceKind
from domain.site import site_id
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_TOWN,
    POLICE,
    SCHOOL,
    SCHOOL_NAME,
    TOWN,
    at,
    reader,
    send,
    take,
)

WATER = "water:310117"
STATION = "示例第一街道未保站"


def silent(hub: Program, organisation: str) -> list[str]:
    found = hub.queries.silence(reader(organisation)).items
    return [each.clock or "" for each in found if each.kind == SilenceKind.MISSED.value]


def water(hub: Program) -> None:
    hub.directory.add_organisations([Organisation(WATER, "示例区水务局")])
    site = {"number": "SY-001", "site_kind": "水域", "name": "示例河段", "town": STATION}
    send(hub, WATER, "programmes.site", site)


def test_p38_what_a_patrol_finds_is_put_right_and_looked_at_again(hub: Program) -> None:
    """Given a patrol that finds a broken railing / when the town does not mend it in time / then it
    is silent for the town, whoever found it and civil affairs, for nobody else; mended, whoever
    found it looks again; and then it is over."""
    water(hub)
    patrol = {"inspection": "河湖巡查", "held_on": "2025-03-03", "number": "SY-001", "hazards": "1"}
    send(hub, WATER, "programmes.inspection", patrol)
    hazard = {
        "number": "YH-001",
        "hazard": "防护设施缺损",
        "rectified_by": STATION,
        "found_on": "2025-03-03",
        "rectify_by": "2025-03-10",
        "site": "SY-001",
        "account": "护栏缺损",
    }
    send(hub, WATER, "programmes.hazard", hazard)
    assert hub.settle()
    assert silent(hub, TOWN) == []
    at(hub, datetime(2025, 3, 11, 1, tzinfo=UTC))
    assert hub.settle()
    for sees in (TOWN, WATER, CIVIL_AFFAIRS):
        expected = [] if sees == WATER else ["rectify_hazard"]
        assert silent(hub, sees) == expected, sees
    assert silent(hub, POLICE) == silent(hub, OTHER_TOWN) == []
    mended = {"number": "YH-001", "rectified_on": "2025-03-11", "account": "已修复"}
    other = take(hub, OTHER_TOWN, "programmes.rectification", mended)
    assert [fault.code for fault in other.faults] == ["HAZARD_NOT_YOURS"]
    send(hub, TOWN, "programmes.rectification", mended)
    assert hub.settle()
    assert silent(hub, TOWN) == silent(hub, CIVIL_AFFAIRS) == []
    at(hub, datetime(2025, 4, 11, 1, tzinfo=UTC))
    assert hub.settle()
    assert silent(hub, WATER) == ["recheck_hazard"], "nobody looked again"
    looked = {"number": "YH-001", "rechecked_on": "2025-04-11", "solved": "是"}
    send(hub, WATER, "programmes.recheck", looked)
    assert hub.settle()
    assert silent(hub, WATER) == silent(hub, CIVIL_AFFAIRS) == []
    assert hub.store.load(HAZARD, hazard_id("YH-001")).state.state is HazardState.CLOSED


def test_p37_a_place_that_nobody_entered_is_not_inspected(hub: Program) -> None:
    fire = {"inspection": "消防安全", "held_on": "2025-03-03", "number": "XX-001"}
    refused = take(hub, EDUCATION, "programmes.inspection", fire)
    assert [fault.code for fault in refused.faults] == ["SITE_UNKNOWN"]
    school = {"number": "XX-001", "site_kind": "中小学", "name": "示例", "run_by": SCHOOL_NAME}
    send(hub, EDUCATION, "programmes.site", school)
    send(hub, EDUCATION, "programmes.inspection", fire)
    assert hub.settle()
    told = hub.queries.timeline(reader(SCHOOL), str(site_id("XX-001"))).items
    assert "检查登记" in {each.title for each in told}, "the school is told"


def test_p51_p53_p56_lists_and_the_full_inspection_count_for_what_is_owed(hub: Program) -> None:
    send(hub, CIVIL_AFFAIRS, "civil_affairs.duty_start", {"first_day": "2025-01-01"})
    assert hub.settle()
    items = {
        "QD-001": (CIVIL_AFFAIRS, STATION),
        "QD-002": (EDUCATION, "示例区教育局"),
    }
    for number, (by, owner) in items.items():
        item = {
            "number": number,
            "year": "2025",
            "assigned_to": owner,
            "title": "示例事项",
            "held_on": "2025-03-03",
            "finish_by": "2025-03-31",
        }
        send(hub, by, "programmes.work_item", item)
    full = {"inspection": "全面检查", "held_on": "2025-03-03", "unit": "示例区教育局"}
    send(hub, CIVIL_AFFAIRS, "programmes.inspection", full)
    assert hub.settle()

    def owed(duty: str, owner: str) -> tuple[int, bool]:
        state = hub.store.load(PERIODIC_DUTY, duty_id(duty, owner, "2025")).state
        return state.held, state.fulfilled

    assert owed("department_work_list", EDUCATION) == (1, True)
    assert owed("department_work_list", POLICE) == (0, False)
    assert owed("town_work_list", CIVIL_AFFAIRS) == (1, False)
    assert owed("full_inspection", CIVIL_AFFAIRS) == (1, True)
    # A second inspection of the same place is another record, and takes nothing back.
    send(hub, CIVIL_AFFAIRS, "programmes.inspection", {**full, "held_on": "2025-03-02"})
    assert hub.settle()
    assert owed("full_inspection", CIVIL_AFFAIRS) == (2, True)
    at(hub, datetime(2025, 4, 1, 1, tzinfo=UTC))
    assert hub.settle()
    assert silent(hub, TOWN) == ["work_item"]
    done = {"number": "QD-001", "finished_on": "2025-04-01", "done": "是"}
    send(hub, TOWN, "programmes.work_done", done)
    assert hub.settle()
    assert silent(hub, TOWN) == []
