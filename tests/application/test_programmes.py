"""What is looked up of what offices owe, hold, inspect, list and spend: each by its own view, and
small numbers of children left out for the office that sees no child."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.organisations import Organisation
from domain.site import SiteKind
from hub.bootstrap import Program
from hub.queries.programme_answers import (
    ActivityCount,
    BrandCount,
    BudgetRow,
    HazardRow,
    InspectionCount,
    ProgrammeCoverage,
    WorkItemRow,
)
from tests.application.conftest import Another
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_TOWN,
    POLICE,
    SCHOOL,
    TOWN,
    VILLAGE,
    VILLAGE_CODE,
    at,
    reader,
    send,
)

OFFICE = "women_children_office:310117"
FINANCE = "finance:310117"
SEES_ALL = (CIVIL_AFFAIRS, OFFICE)
STATION = "示例第一街道未保站"


def lecture(**stated: str) -> dict[str, str]:
    return {
        "activity": "防溺水",
        "held_on": "2025-03-02",
        "topic": "示例防溺水课",
        "audience": "儿童和监护人",
        "children": "30",
        "guardians": "12",
        **stated,
    }


def coverage(hub: Program, organisation: str) -> ProgrammeCoverage:
    found = hub.queries.programme_coverage(reader(organisation), "2025")
    assert found is not None
    return found


@pytest.fixture
def hub(another: Another) -> Program:
    made = another()
    made.directory.add_organisations(
        [Organisation(OFFICE, "示例妇儿工委办"), Organisation(FINANCE, "示例财政局")]
    )
    send(made, CIVIL_AFFAIRS, "civil_affairs.duty_start", {"first_day": "2025-01-01"})
    assert made.settle()
    return made


def test_p33_p34_whoever_owes_sees_what_is_missing_and_who_coordinates_sees_all(
    hub: Program,
) -> None:
    """Given a town that held its lecture and one that did not, and a village that was come to /
    when the quarter is over / then each sees its own, civil affairs and the office see every one,
    with the villages that are missing by name."""
    send(hub, TOWN, "programmes.activity", lecture())
    send(hub, EDUCATION, "programmes.activity", lecture(villages=VILLAGE_CODE))
    at(hub, datetime(2025, 4, 1, 1, tzinfo=UTC))
    assert hub.settle()
    for sees in SEES_ALL:
        owed = hub.queries.duties(reader(sees), "2025")
        by = {(each.duty, each.owner, each.period): each for each in owed}
        assert list(owed) == sorted(owed, key=lambda each: (each.due_at, each.duty, each.owner))
        held = by["town_lecture", TOWN, "2025-Q1"]
        assert (held.held, held.needed, held.fulfilled, held.overdue) == (1, 1, True, False)
        silent = by["town_lecture", OTHER_TOWN, "2025-Q1"]
        assert (silent.held, silent.fulfilled, silent.overdue) == (0, False, True)
        villages = by["safety_into_villages", EDUCATION, "2025"]
        assert (villages.held, villages.needed) == (1, len(hub.policies.divisions))
        assert len(villages.missing) == villages.needed - 1
        here = next(each for each in hub.policies.divisions if each.code == VILLAGE_CODE)
        assert here.town_name + here.name not in villages.missing
    assert {each.owner for each in hub.queries.duties(reader(TOWN), "2025")} == {TOWN}
    assert {each.owner for each in hub.queries.duties(reader(POLICE), "2025")} == {POLICE}
    assert hub.queries.duties(reader(VILLAGE), "2025") == ()
    only = hub.queries.duties(reader(CIVIL_AFFAIRS), "2025", owner=OTHER_TOWN)
    assert {each.owner for each in only} == {OTHER_TOWN}
    assert hub.queries.duties(reader(CIVIL_AFFAIRS), "2024") == ()


def test_coverage_counts_what_was_held_and_leaves_small_numbers_of_children_out(
    hub: Program,
) -> None:
    """P36: guardians apart; P07: named programmes. To the office that sees no child a small number
    of children is not shown, nor the one by which it could be reckoned."""
    send(hub, TOWN, "programmes.activity", lecture(brand="守护星", children="3"))
    send(hub, OTHER_TOWN, "programmes.activity", lecture(children="30"))
    send(hub, EDUCATION, "programmes.activity", lecture(children="4", sessions="2"))
    assert hub.settle()
    exact = coverage(hub, CIVIL_AFFAIRS)
    assert exact.activities == (
        ActivityCount("DROWNING_PREVENTION", "education", 1, 2, 4, 12, 0),
        ActivityCount("DROWNING_PREVENTION", "town", 2, 2, 33, 24, 0),
    )
    assert exact.brands == (BrandCount("GUARDIAN_STAR", 1, 1),)
    (towns,) = (each for each in exact.duties if each.duty == "town_lecture")
    assert (towns.seat, towns.organisations, towns.needed, towns.held) == ("town", 2, 2, 2)
    office = coverage(hub, OFFICE)
    assert [each.children for each in office.activities] == [None, None]
    assert [each.guardians for each in office.activities] == [12, 24]
    assert office.duties == exact.duties
    own = coverage(hub, TOWN)
    assert [(each.records, each.children) for each in own.activities] == [(1, 3)]
    assert hub.queries.programme_coverage(reader(VILLAGE), "2025") is None


def test_p37_p56_hazards_that_are_not_over_are_listed_until_they_are(hub: Program) -> None:
    hazard = {
        "number": "YH-0001",
        "hazard": "消防隐患",
        "rectified_by": STATION,
        "found_on": "2025-03-03",
        "rectify_by": "2025-03-10",
    }
    send(hub, EDUCATION, "programmes.hazard", hazard)
    at(hub, datetime(2025, 3, 11, 1, tzinfo=UTC))
    assert hub.settle()
    expected = HazardRow(
        number="YH-0001",
        state="FOUND",
        hazard="FIRE_HAZARD",
        site=None,
        owner=TOWN,
        owner_name=STATION,
        found_by=EDUCATION,
        found_by_name="示例区教育局",
        found_on="2025-03-03",
        due_at="2025-03-10T16:00:00+00:00",
        overdue=True,
    )
    for sees in (*SEES_ALL, TOWN, EDUCATION):
        (found,) = hub.queries.hazards(reader(sees))
        assert datetime.fromisoformat(found.due_at) == datetime.fromisoformat(expected.due_at)
        assert found.state == "FOUND"
        assert (found.owner, found.found_by, found.overdue) == (TOWN, EDUCATION, True)
    assert hub.queries.hazards(reader(SCHOOL)) == hub.queries.hazards(reader(POLICE)) == ()
    mended = {"number": "YH-0001", "rectified_on": "2025-03-11"}
    send(hub, TOWN, "programmes.rectification", mended)
    assert hub.settle()
    (waiting,) = hub.queries.hazards(reader(CIVIL_AFFAIRS))
    assert (waiting.state, waiting.overdue) == ("RECTIFIED", False)
    looked = {"number": "YH-0001", "rechecked_on": "2025-03-11", "solved": "是"}
    send(hub, EDUCATION, "programmes.recheck", looked)
    assert hub.settle()
    assert hub.queries.hazards(reader(CIVIL_AFFAIRS)) == ()


def test_p51_p53_work_lists_show_who_does_what_by_when(hub: Program) -> None:
    item = {
        "number": "QD-0001",
        "year": "2025",
        "assigned_to": STATION,
        "title": "示例事项",
        "held_on": "2025-03-03",
        "finish_by": "2025-03-05",
    }
    send(hub, CIVIL_AFFAIRS, "programmes.work_item", item)
    at(hub, datetime(2025, 3, 6, 1, tzinfo=UTC))
    assert hub.settle()
    for sees in (*SEES_ALL, TOWN):
        (found,) = hub.queries.work_items(reader(sees), "2025")
        assert isinstance(found, WorkItemRow)
        assert (found.owner, found.listed_by, found.state) == (TOWN, CIVIL_AFFAIRS, "LISTED")
        assert found.overdue
    assert hub.queries.work_items(reader(OTHER_TOWN), "2025") == ()
    assert hub.queries.work_items(reader(TOWN), "2024") == ()
    done = {"number": "QD-0001", "finished_on": "2025-03-06", "done": "是"}
    send(hub, TOWN, "programmes.work_done", done)
    assert hub.settle()
    (found,) = hub.queries.work_items(reader(CIVIL_AFFAIRS), "2025")
    assert (found.state, found.overdue) == ("DONE", False)


def test_p54_budgets_show_the_newest_statement_and_the_rate(hub: Program) -> None:
    row = {
        "fund": "追光小屋",
        "year": "2025",
        "as_of": "2025-03-01",
        "budgeted": "1,000,000",
        "allocated": "500000",
        "spent": "250000元",
    }
    send(hub, FINANCE, "finance.budget", row)
    send(hub, FINANCE, "finance.budget", {**row, "as_of": "2025-02-01", "spent": "1"})
    none = {**row, "fund": "临时救助", "budgeted": "0", "allocated": "0", "spent": "0"}
    send(hub, FINANCE, "finance.budget", none)
    assert hub.settle()
    for sees in (*SEES_ALL, FINANCE):
        assert hub.queries.budgets(reader(sees), "2025") == (
            BudgetRow("HOME_RENOVATION", 2025, "2025-03-01", 1_000_000, 500_000, 250_000, 25.0),
            BudgetRow("TEMPORARY_AID", 2025, "2025-03-01", 0, 0, 0, None),
        )
    assert hub.queries.budgets(reader(TOWN), "2025") == ()
    assert hub.queries.budgets(reader(FINANCE), "2024") == ()


def test_p31_p37_places_are_listed_with_those_that_nobody_looked_at_first(hub: Program) -> None:
    """Given two places of which one was inspected twice, last year and this / then the other comes
    first; whoever runs one sees it, and nobody else does."""
    places = (("XX-0001", "中小学", "示例第一小学"), ("JY-0001", "就业服务站点", STATION))
    for number, kind, run_by in places:
        row = {"number": number, "site_kind": kind, "name": "示例场所", "run_by": run_by}
        send(hub, EDUCATION, "programmes.site", row)
    for day in ("2024-12-30", "2025-03-01"):
        fire = {"inspection": "消防安全", "held_on": day, "number": "XX-0001", "hazards": "2"}
        send(hub, EDUCATION, "programmes.inspection", fire)
    # A corrected inspection is still one.
    send(hub, EDUCATION, "programmes.inspection", {**fire, "hazards": "1"})
    assert hub.settle()
    for sees in (*SEES_ALL, EDUCATION):
        station, school = hub.queries.sites(reader(sees), "2025")
        assert (station.number, station.inspected_on, station.inspections) == ("JY-0001", None, 0)
        assert (school.number, school.inspected_on, school.inspections) == (
            "XX-0001",
            "2025-03-01",
            1,
        )
    (own,) = hub.queries.sites(reader(SCHOOL), "2025")
    assert (own.number, own.run_by) == ("XX-0001", SCHOOL)
    entries = hub.queries.timeline(reader(SCHOOL), own.id).items
    assert "示例场所" in {each.fields.get("name") for each in entries}
    assert hub.queries.sites(reader(POLICE), "2025") == ()
    only = hub.queries.sites(reader(EDUCATION), "2025", kind=SiteKind.SCHOOL)
    assert [each.number for each in only] == ["XX-0001"]
    counted = coverage(hub, CIVIL_AFFAIRS).inspections
    assert counted == (InspectionCount("FIRE", "education", 1, 1),)


def test_what_was_said_and_what_places_are_called_stands_nowhere_in_clear(hub: Program) -> None:
    """No free text of these records lies in a file of the hub."""
    said = {
        "topic": "示例主题壹",
        "account": "示例情况贰",
    }
    send(hub, TOWN, "programmes.activity", lecture(**said))
    site = {"number": "XX-0001", "site_kind": "中小学", "name": "示例校名叁", "run_by": STATION}
    send(hub, EDUCATION, "programmes.site", site)
    fire = {"inspection": "消防安全", "held_on": "2025-03-01", "number": "XX-0001"}
    send(hub, EDUCATION, "programmes.inspection", {**fire, "account": "示例检查肆"})
    hazard = {
        "number": "YH-0001",
        "hazard": "消防隐患",
        "rectified_by": STATION,
        "found_on": "2025-03-03",
        "rectify_by": "2025-03-10",
        "account": "示例隐患伍",
    }
    send(hub, EDUCATION, "programmes.hazard", hazard)
    item = {
        "number": "QD-0001",
        "year": "2025",
        "assigned_to": STATION,
        "title": "示例事项陆",
        "held_on": "2025-03-03",
        "finish_by": "2025-03-05",
    }
    send(hub, CIVIL_AFFAIRS, "programmes.work_item", item)
    assert hub.settle()
    words = ("示例主题壹", "示例情况贰", "示例校名叁", "示例检查肆", "示例隐患伍", "示例事项陆")
    files = [path.read_bytes() for path in hub.folder.root.rglob("*") if path.is_file()]
    found = {word for word in words for held in files if word.encode() in held}
    assert found == set()
    assert any(b"town_lecture" in held for held in files), "else this shows nothing"
