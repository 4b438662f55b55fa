"""Yearly returns from opening to correction, their table, and exact figures for two named persons
(plan 三1 P52, P55; 三2 P56)."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from domain.annual_return_events import (
    CheckReturn,
    ConfirmReturn,
    LockReturn,
    OpenReturn,
    SendBackReturn,
    SubmitReturn,
)
from domain.kernel import Actor, Command, Refused
from domain.organisations import Organisation, Post
from domain.statutory_return import ApproveExact, EndExact, RequestExact
from hub.bootstrap import Program, program
from hub.clock import SetClock
from hub.keyservice import Purpose, Reader
from hub.policies import FOLDER
from hub.queries.return_answers import ReturnLineRow, ReturnTable
from hub.returns import Stated
from hub.settings import Settings
from tests.application.conftest import Another
from tests.application.test_indicators import lecture, paired
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    POLICE,
    actor,
    at,
    reader,
    running,
    send,
)

OFFICE = "women_children_office:310117"
LEAGUE = "youth_league:310117"
JANUARY = datetime(2026, 1, 12, 2, tzinfo=UTC)


@pytest.fixture
def hub(another: Another) -> Program:
    made = another()
    made.directory.add_organisations(
        [Organisation(OFFICE, "示例妇儿工委办"), Organisation(LEAGUE, "示例团区委")]
    )
    return made


def do(hub: Program, organisation: str, command: Command, post: Post = Post.HANDLER) -> None:
    user = "u-head" if post is Post.HEAD else "u-test"
    hub.hub.command(command, actor(organisation, post, user))
    hub.settle()


def opened(hub: Program, department: str, checker: str, year: int = 2025) -> None:
    do(
        hub,
        checker,
        OpenReturn(
            department=department,
            year=year,
            as_of=date(year, 12, 31),
            fill_by=date(2026, 1, 20),
        ),
    )


def goes_through(hub: Program, department: str, checker: str, year: int = 2025) -> None:
    """Filled in as the hub counts it, submitted, checked, confirmed and locked."""
    opened(hub, department, checker, year)
    hub.returns.fill(actor(department), year)
    of: dict[str, Any] = {"department": department, "year": year}
    do(hub, department, SubmitReturn(**of))
    do(hub, checker, CheckReturn(**of))
    do(hub, department, ConfirmReturn(**of), Post.HEAD)
    do(hub, checker, LockReturn(**of))


def table(hub: Program, sees: str, department: str, year: int = 2025) -> ReturnTable:
    found = hub.queries.annual_return(reader(sees), department, year)
    assert found is not None
    return found


def line(hub: Program, sees: str, department: str, code: str) -> ReturnLineRow:
    (found,) = (each for each in table(hub, sees, department).lines if each.code == code)
    return found


def test_p55_a_return_goes_round_and_its_table_says_where_every_number_is_from(
    hub: Program,
) -> None:
    """部门填报 → 审核 → 退回 → 锁定 → 年报表: with reference date, definition, source, confirmer,
    last year's figure and the 2026 target."""
    send(hub, LEAGUE, "programmes.activity", lecture(held_on="2024-11-02"))
    send(hub, LEAGUE, "programmes.activity", lecture(sessions="5"))
    at(hub, JANUARY)
    goes_through(hub, LEAGUE, CIVIL_AFFAIRS, 2024)
    opened(hub, LEAGUE, CIVIL_AFFAIRS)
    with pytest.raises(Refused, match="RETURN_DIFFERENCE"):
        hub.returns.fill(actor(LEAGUE), 2025, {"league_activities": Stated(7)})
    hub.returns.fill(actor(LEAGUE), 2025, {"league_activities": Stated(7, "两场在纸质台账")})
    of: dict[str, Any] = {"department": LEAGUE, "year": 2025}
    do(hub, LEAGUE, SubmitReturn(**of))
    do(hub, CIVIL_AFFAIRS, SendBackReturn(**of, reason="请先补登"))
    send(hub, LEAGUE, "programmes.activity", lecture(held_on="2025-03-03", sessions="2"))
    hub.returns.fill(actor(LEAGUE), 2025)
    do(hub, LEAGUE, SubmitReturn(**of))
    do(hub, CIVIL_AFFAIRS, CheckReturn(**of))
    with pytest.raises(Refused, match="APPROVAL"):
        do(hub, LEAGUE, ConfirmReturn(**of))
    head = hub.directory.add_user("li", LEAGUE, "", Post.HEAD)
    hub.hub.command(ConfirmReturn(**of), Actor(LEAGUE, Post.HEAD.value, head.user))
    do(hub, CIVIL_AFFAIRS, LockReturn(**of))
    for sees in (LEAGUE, CIVIL_AFFAIRS, OFFICE):
        found = table(hub, sees, LEAGUE)
        assert (found.row.state_words, found.row.as_of) == ("已锁定", date(2025, 12, 31))
        assert (found.confirmed_by, found.sent_back) == ("li", ("请先补登",))
        (only,) = found.lines
        assert (only.words, only.last_year_words, only.target_2026_words) == ("7场", "1场", "10场")
        assert (only.definition, only.reads) == ("当年团区委举办的各类活动场次", "活动登记")
        assert not only.own_count
    with pytest.raises(Refused, match="RETURN_STATE"):
        hub.returns.fill(actor(LEAGUE), 2025)


def test_a_departments_own_number_stands_beside_the_hubs_with_its_reason(hub: Program) -> None:
    at(hub, JANUARY)
    opened(hub, LEAGUE, CIVIL_AFFAIRS)
    hub.returns.fill(actor(LEAGUE), 2025, {"league_activities": Stated(7, "在纸质台账")})
    found = line(hub, CIVIL_AFFAIRS, LEAGUE, "league_activities")
    assert (found.words, found.own_count, found.counted_words) == ("7场", True, "0场")
    assert found.explanation == "在纸质台账"


def test_a_late_correction_stays_visible_with_what_was_there_before(hub: Program) -> None:
    """迟报更正: reason, old and new value, in the table."""
    send(hub, LEAGUE, "programmes.activity", lecture())
    at(hub, JANUARY)
    goes_through(hub, LEAGUE, CIVIL_AFFAIRS)
    head = actor(LEAGUE, Post.HEAD, "u-head")
    with pytest.raises(Refused, match="RETURN_NOTHING_CHANGED"):
        hub.returns.correct(head, 2025, "league_activities", Stated(account="核对"))
    send(hub, LEAGUE, "programmes.activity", lecture(held_on="2025-03-03", sessions="2"))
    assert line(hub, CIVIL_AFFAIRS, LEAGUE, "league_activities").words == "1场", "locked"
    hub.returns.correct(head, 2025, "league_activities", Stated(account="补登两场"))
    found = line(hub, CIVIL_AFFAIRS, LEAGUE, "league_activities")
    assert found.words == "3场"
    (correction,) = found.corrections
    assert (correction.before_words, correction.words) == ("1场", "3场")
    assert (correction.reason, correction.few) == ("补登两场", False)


def test_people_change_in_a_return_by_many_or_not_at_all(hub: Program) -> None:
    paired(hub, *range(1, 8))
    at(hub, JANUARY)
    goes_through(hub, EDUCATION, OFFICE)
    assert line(hub, OFFICE, EDUCATION, "children_paired").words == "7人次"
    paired(hub, 8, 9)
    head = actor(EDUCATION, Post.HEAD, "u-head")
    hub.returns.correct(head, 2025, "children_paired", Stated(account="补登"))
    found = line(hub, OFFICE, EDUCATION, "children_paired")
    assert (found.words, found.few_since) == ("7人次", True)
    assert [each.few for each in found.corrections] == [True]
    paired(hub, *range(10, 14))
    hub.returns.correct(head, 2025, "children_paired", Stated(account="补登"))
    found = line(hub, OFFICE, EDUCATION, "children_paired")
    assert (found.words, found.few_since) == ("13人次", False)
    listed = {each.code: each for each in hub.queries.indicators(reader(OFFICE), 2025)}
    assert listed["children_paired"].words == "13人次", "one number of a year, at every door"


def test_a_return_is_told_to_its_department_and_to_who_checks(hub: Program) -> None:
    at(hub, JANUARY)
    goes_through(hub, POLICE, OFFICE)
    goes_through(hub, LEAGUE, CIVIL_AFFAIRS)

    def seen(organisation: str) -> set[str]:
        return {each.department for each in hub.queries.annual_returns(reader(organisation), 2025)}

    assert seen(OFFICE) == seen(CIVIL_AFFAIRS) == {POLICE, LEAGUE}
    assert seen(LEAGUE) == {LEAGUE}
    assert seen(EDUCATION) == set()
    asked = hub.queries.annual_return
    assert asked(reader(LEAGUE), POLICE, 2025) is None
    assert asked(reader(EDUCATION), LEAGUE, 2025) is None
    assert asked(reader(CIVIL_AFFAIRS), LEAGUE, 2024) is None
    # The matrix shows civil affairs no counts of harm: of the police's return only the rest.
    assert {each.code for each in table(hub, CIVIL_AFFAIRS, POLICE).lines} == {
        "entry_checks_in_time"
    }
    timelines = [
        str(entry.clear)
        for entry in hub.queries.register(
            reader(CIVIL_AFFAIRS), stream="annual_return", everybodys=True
        ).items
    ]
    assert timelines
    assert not any("figure" in each for each in timelines), "in no view"


def test_what_is_not_filled_in_or_checked_in_time_is_silent(hub: Program) -> None:
    at(hub, JANUARY)
    opened(hub, LEAGUE, CIVIL_AFFAIRS)
    at(hub, datetime(2026, 1, 22, 2, tzinfo=UTC))
    hub.settle()
    assert [each.kind for each in hub.queries.overdue(reader(LEAGUE)).items] == ["return_fill"]
    (row,) = hub.queries.annual_returns(reader(CIVIL_AFFAIRS), 2025)
    assert row.overdue
    hub.returns.fill(actor(LEAGUE), 2025)
    do(hub, LEAGUE, SubmitReturn(department=LEAGUE, year=2025))
    at(hub, datetime(2026, 2, 28, 2, tzinfo=UTC))
    hub.settle()
    late = [each.kind for each in hub.queries.overdue(reader(CIVIL_AFFAIRS)).items]
    assert "return_check" in late


# Exact figures (法定报表准确数)

ONE, OTHER = "u-reads-one", "u-reads-other"


def person(organisation: str, user: str) -> Reader:
    return Reader(organisation, Post.HANDLER.value, user, Purpose.CASEWORK)


def test_exact_figures_are_read_by_two_named_persons_and_each_reading_is_logged(
    hub: Program,
) -> None:
    paired(hub, 1, 2, 3)
    at(hub, JANUARY)
    goes_through(hub, EDUCATION, OFFICE)
    assert line(hub, EDUCATION, EDUCATION, "children_paired").words == "—"
    request = RequestExact(
        request_id=uuid4(),
        department=EDUCATION,
        year=2025,
        readers=(ONE, OTHER),
        purpose="教育事业统计年报",
    )
    number = str(request.request_id)
    do(hub, EDUCATION, request)
    read = hub.queries.exact_return
    assert read(person(EDUCATION, ONE), number) is None, "not approved yet"
    do(hub, EDUCATION, ApproveExact(request_id=request.request_id), Post.HEAD)
    for who in (ONE, OTHER):
        before = hub.audit.count()
        found = read(person(EDUCATION, who), number)
        assert found is not None
        assert (found.purpose, found.row.mine) == ("教育事业统计年报", True)
        exact = {each.code: each.number for each in found.lines}
        assert exact == {"children_paired": 3, "dropouts": 0}
        entries = hub.audit.newest(hub.audit.count() - before)
        assert {(each.user, each.action) for each in entries} == {(who, "exact_return")}
        assert any("schooling" in each.categories for each in entries)
    for nobody in (
        person(EDUCATION, "u-head"),
        person(EDUCATION, "u-test"),
        person(OFFICE, ONE),
        person(CIVIL_AFFAIRS, ONE),
    ):
        assert read(nobody, number) is None
    (row,) = hub.queries.exact_requests(person(EDUCATION, ONE))
    assert (row.state_words, row.mine) == ("可查看", True)
    assert hub.queries.exact_requests(reader(OFFICE)) == ()
    at(hub, datetime(2026, 2, 12, 2, tzinfo=UTC))
    assert read(person(EDUCATION, ONE), number) is None, "run out"


def test_what_was_ended_is_read_no_more(hub: Program) -> None:
    at(hub, JANUARY)
    goes_through(hub, EDUCATION, OFFICE)
    request = RequestExact(
        request_id=uuid4(), department=EDUCATION, year=2025, readers=(ONE, OTHER), purpose="年报"
    )
    do(hub, EDUCATION, request)
    do(hub, EDUCATION, ApproveExact(request_id=request.request_id), Post.HEAD)
    number = str(request.request_id)
    assert hub.queries.exact_return(person(EDUCATION, ONE), number) is not None
    do(hub, EDUCATION, EndExact(request_id=request.request_id))
    assert hub.queries.exact_return(person(EDUCATION, ONE), number) is None


def test_whoever_sees_counts_alone_is_shown_no_exact_number(hub: Program) -> None:
    """The office sees aggregates of schooling (汇总): a statutory table gives it no more."""
    paired(hub, 1, 2, 3)
    at(hub, JANUARY)
    goes_through(hub, EDUCATION, OFFICE)
    request = RequestExact(
        request_id=uuid4(), department=EDUCATION, year=2025, readers=(ONE, OTHER), purpose="年报"
    )
    do(hub, OFFICE, request)
    do(hub, OFFICE, ApproveExact(request_id=request.request_id), Post.HEAD)
    found = hub.queries.exact_return(person(OFFICE, ONE), str(request.request_id))
    assert found is not None
    assert found.lines == ()


def test_an_exact_figure_is_that_of_the_line_and_not_of_what_came_later(hub: Program) -> None:
    paired(hub, 1, 2, 3)
    at(hub, JANUARY)
    goes_through(hub, EDUCATION, OFFICE)
    request = RequestExact(
        request_id=uuid4(), department=EDUCATION, year=2025, readers=(ONE, OTHER), purpose="年报"
    )
    do(hub, EDUCATION, request)
    do(hub, EDUCATION, ApproveExact(request_id=request.request_id), Post.HEAD)
    paired(hub, 4)

    def exact() -> int:
        found = hub.queries.exact_return(person(EDUCATION, ONE), str(request.request_id))
        assert found is not None
        return {each.code: each.number for each in found.lines}["children_paired"]

    assert exact() == 3
    head = actor(EDUCATION, Post.HEAD, "u-head")
    hub.returns.correct(head, 2025, "children_paired", Stated(account="补登"))
    assert exact() == 4
    assert line(hub, EDUCATION, EDUCATION, "children_paired").words == "—"


def test_an_exact_figure_is_counted_by_the_formula_of_its_day(tmp_path: Path) -> None:
    """Given a return that was locked / when the formula is changed later / then its exact figure
    is as it was, and what is counted by now is another one."""
    root, changed = tmp_path / "data", tmp_path / "policies"
    with running(root) as hub:
        hub.directory.add_organisations([Organisation(LEAGUE, "示例团区委")])
        send(hub, LEAGUE, "programmes.activity", lecture(sessions="3"))
        at(hub, JANUARY)
        goes_through(hub, LEAGUE, CIVIL_AFFAIRS)
        request = RequestExact(
            request_id=uuid4(), department=LEAGUE, year=2025, readers=(ONE, OTHER), purpose="年报"
        )
        do(hub, CIVIL_AFFAIRS, request)
        do(hub, CIVIL_AFFAIRS, ApproveExact(request_id=request.request_id), Post.HEAD)
    shutil.copytree(FOLDER, changed, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    file = changed / "indicators.toml"
    before, mark, after = file.read_text(encoding="utf-8").partition(
        "[indicators.league_activities.of]"
    )
    file.write_text(before + mark + after.replace('adds = "sessions"\n', "", 1), encoding="utf-8")
    version = changed / "version.toml"
    version.write_text(
        version.read_text(encoding="utf-8").replace('version = "', 'version = "changed.'),
        encoding="utf-8",
    )
    with program(root, Settings(), SetClock(JANUARY), changed) as hub:
        assert hub.indicators.count("league_activities", 2025, date(2025, 12, 31))[0].number == 1
        found = hub.queries.exact_return(person(CIVIL_AFFAIRS, ONE), str(request.request_id))
        assert found is not None
        assert [each.number for each in found.lines] == [3]
