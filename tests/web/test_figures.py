"""Figures, oversight and one's own organisation on pages."""

from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from uuid import UUID, uuid4

import pytest
from python_calamine import CalamineWorkbook

from domain.annual_return_events import OpenReturn
from domain.break_glass import BreakGlass
from domain.kernel import Category, LegalBasis
from domain.organisations import Organisation, Post
from tests.application.test_indicators import paired
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    SCHOOL,
    STATION,
    TOWN,
    actor,
    at,
    child_of,
    pupil,
    reader,
    resident,
    send,
    topics,
)
from tests.web.people import Person, Workspace, text_of

LEAGUE = "youth_league:310117"
OFFICE = "women_children_office:310117"


def test_indicators_are_shown_with_what_they_mean(workspace: Workspace) -> None:
    person = workspace[CIVIL_AFFAIRS]
    assert "2025年指标" in text_of(person.get("/indicators?year=2025"))
    rows = workspace.program.queries.indicators(reader(CIVIL_AFFAIRS), 2025)
    assert rows
    one = text_of(person.get(f"/indicators/{rows[0].code}?year=2025"))
    assert rows[0].definition in one
    assert person.get("/indicators/no_such?year=2025").status_code == 404
    assert person.get("/indicators?year=bad").status_code == 200


def test_what_is_left_out_of_a_figure_is_no_number_for_its_chart(workspace: Workspace) -> None:
    """Given an indicator of people whose number is small, when its page is opened, then the table
    says so in words, and no cell of it holds a number to be drawn."""
    program = workspace.program
    paired(program, 1, 2, 3)
    at(program, datetime(2026, 1, 5, 2, tzinfo=UTC))
    code = "children_paired"
    found = program.queries.indicator(reader(EDUCATION), code, 2025)
    assert found is not None
    year = {each.year: each for each in found.years}[2025]
    exact, _ = program.indicators.count(code, 2025, date(2025, 12, 31))
    assert (exact.number, year.value) == (3, None)
    page = workspace[EDUCATION].get(f"/indicators/{code}?year=2025").text
    line = re.search(r"2025年</th><td[^>]*>", page)
    assert line is not None
    assert "data-value" not in line[0]


def test_indicators_leave_as_a_workbook_and_as_text_as_they_are_shown(
    workspace: Workspace,
) -> None:
    person = workspace[CIVIL_AFFAIRS]
    rows = workspace.program.queries.indicators(reader(CIVIL_AFFAIRS), 2025)
    book = person.get("/indicators/table.xlsx?year=2025").content
    (sheet,) = CalamineWorkbook.from_filelike(BytesIO(book)).sheet_names
    lines = CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_name(sheet).to_python()
    text = person.get("/indicators/table.csv?year=2025").content.decode("utf-8-sig")
    same = list(csv.reader(StringIO(text)))
    for found in (lines, same):
        assert person.user.login in str(found[0][0])
        assert [row[0] for row in found[4:]] == [each.code for each in rows]
        assert [row[4] for row in found[4:]] == [each.words for each in rows]
    own = workspace[SCHOOL].get("/indicators/table.csv?year=2025").text
    assert "children_paired" in own
    assert "town_lectures" not in own


def test_a_return_is_filled_in_checked_and_locked_by_whoever_may(workspace: Workspace) -> None:
    program = workspace.program
    program.directory.add_organisations([Organisation(LEAGUE, "示例团区委")])
    at(program, datetime(2026, 1, 5, 2, tzinfo=UTC))
    opened = OpenReturn(
        department=LEAGUE, year=2025, as_of=date(2025, 12, 31), fill_by=date(2026, 1, 20)
    )
    program.hub.command(opened, actor(CIVIL_AFFAIRS))
    workspace.settle()
    department, checker = workspace[LEAGUE], workspace[CIVIL_AFFAIRS]
    path = f"/returns/{LEAGUE}/2025"
    assert "填报中" in text_of(checker.get("/returns?year=2025"))
    assert "由系统计数填报" in department.get(path).text
    assert "由系统计数填报" not in checker.get(path).text
    assert department.send(f"{path}/fill", {"key": "1"}).status_code == 303
    assert f"{path}/submit" in department.get(path).text
    assert department.send(f"{path}/submit", {"key": "2"}).status_code == 303
    page = checker.get(path).text
    assert f"{path}/check" in page
    assert f"{path}/check" not in department.get(path).text
    nameless = checker.send(f"{path}/send-back", {"key": "3"})
    assert nameless.status_code == 422
    assert "请写明退回的原因" in text_of(nameless)
    back = checker.send(f"{path}/send-back", {"key": "4", "because": "请核对场次"})
    assert back.status_code == 303
    assert "退回原因：请核对场次" in text_of(department.get(path))
    book = department.get(f"{path}/table.xlsx")
    assert book.content.startswith(b"PK")
    stranger = workspace[SCHOOL]
    for address in (path, f"{path}/table.xlsx"):
        assert stranger.get(address).status_code == 404
    assert stranger.send(f"{path}/fill", {}).status_code == 404
    assert checker.send(f"{path}/no-step", {}).status_code == 404


def test_whoever_is_late_with_a_return_is_urged_in_one_tap(workspace: Workspace) -> None:
    """年报 · 催报: a supervisory order to each department whose return is late, and once a day."""
    program = workspace.program
    program.directory.add_organisations([Organisation(OFFICE, "示例妇儿工委办")])
    at(program, datetime(2026, 1, 5, 2, tzinfo=UTC))
    for department in (EDUCATION, CIVIL_AFFAIRS):
        opened = OpenReturn(
            department=department, year=2025, as_of=date(2025, 12, 31), fill_by=date(2026, 1, 20)
        )
        program.hub.command(opened, actor(OFFICE))
    workspace.settle()
    assert "催报" not in text_of(workspace[OFFICE].get("/returns?year=2025"))
    at(program, datetime(2026, 2, 2, 2, tzinfo=UTC))
    workspace.settle()
    office, late = workspace.person(OFFICE), workspace.person(EDUCATION)
    page = office.get("/returns?year=2025")
    assert "催报这2个单位" in text_of(page)
    assert "催报" not in text_of(late.get("/returns?year=2025"))
    key = page.text.split('name="key" value="')[1].split('"')[0]
    for _ in range(2):
        answer = office.send("/returns/urge", {"year": "2025", "key": key})
        assert answer.status_code == 303, text_of(answer)
    workspace.settle()
    assert topics(program).count("supervisory_order.issued.v1") == 2
    assert "2025年度报表已逾期" in text_of(late.get(_only_order(late)))
    refused = late.send("/returns/urge", {"year": "2025"})
    assert refused.status_code == 409
    assert topics(program).count("supervisory_order.issued.v1") == 2


def _only_order(person: Person) -> str:
    (found,) = re.findall(r'href="(/matters/orders/[^"]+)"', person.get("/matters/orders").text)
    return str(found)


@pytest.mark.adversary
def test_an_emergency_access_is_reviewed_by_whoever_is_to_and_nobody_else(
    workspace: Workspace,
) -> None:
    program = workspace.program
    send(program, TOWN, "town.residence", resident(pupil(1)))
    workspace.settle()
    child = child_of(program, pupil(1))
    command = BreakGlass(
        access_id=uuid4(),
        child_ref=UUID(child),
        categories=(Category.CONTACT,),
        ground="MISSING",
        account="（示例）夜间走失，需立即联系家长。",
        hours=2,
    )
    program.hub.command(command, actor(STATION), basis=LegalBasis.EMERGENCY)
    workspace.settle()
    review = f"/emergencies/{command.access_id}/review"

    def offered(person: Person) -> bool:
        return review in person.get("/emergencies").text

    assert not offered(workspace[STATION])
    assert not offered(workspace[SCHOOL])
    reviewers = [o for o in (CIVIL_AFFAIRS, TOWN, "police:310117") if offered(workspace[o])]
    assert len(reviewers) == 1
    refused = workspace[STATION].send(review, {"key": "1", "justified": "是"})
    assert refused.status_code in (404, 422)
    done = workspace[reviewers[0]].send(review, {"key": "2", "justified": "是", "note": "属实"})
    assert done.status_code == 303
    assert not offered(workspace[reviewers[0]])


def test_rules_are_explained_of_no_child(workspace: Workspace) -> None:
    person = workspace[SCHOOL]
    page = text_of(person.get("/rules?category=harm&organisation=school:1&task=true"))
    assert "能看到" in page
    assert "规则版本" in page
    wrong = person.get("/rules?category=harm&organisation=nobody:1")
    assert wrong.status_code == 422
    assert "nobody" not in text_of(wrong)


def test_a_roster_is_entered_by_its_head_and_seen_by_its_people(workspace: Workspace) -> None:
    head, handler = workspace.person(STATION, Post.HEAD), workspace[STATION]
    shift = {
        "post": "值班",
        "begins": "2025-03-03T08:00",
        "ends": "2025-03-04T08:00",
        "user": handler.user.login,
    }
    refused = handler.send("/organisation/roster", shift)
    assert refused.status_code == 422
    assert "由本单位负责人或值班领导登记" in text_of(refused)
    wrong = head.send("/organisation/roster", {**shift, "user": "nobody"})
    assert wrong.status_code == 422
    assert head.send("/organisation/roster", shift).status_code == 303
    assert head.send("/organisation/number", {"number": "021-57000001"}).status_code == 303
    page = text_of(handler.get("/organisation"))
    assert "021-57000001" in page
    assert handler.user.login in page
    assert handler.user.login not in text_of(workspace[SCHOOL].get("/organisation"))


def test_how_far_the_hub_has_come_is_said_without_a_child(workspace: Workspace) -> None:
    page = text_of(workspace[SCHOOL].get("/system"))
    assert "规则版本" in page
    assert "村居" in page
