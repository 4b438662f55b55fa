"""Who sees what of a mandatory report, through every door, and who cannot even tell.

Source: 反家暴法 14, 强报意见 13 (the reporter's identity), sharing matrix (harm, reporter),
privacy design "Who may".
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.kernel import Actor
from domain.mandatory_report import (
    CloseMandatoryReport,
    DecideMandatoryReport,
    FeedBackToReporter,
    PoliceDecision,
)
from domain.organisations import Organisation, Post, Seat, seat_of
from hub.audit.log import AccessEntry
from hub.bootstrap import Program
from hub.keyservice import Purpose, Reader
from tests.adversary.job import HOSPITAL, PARTNERS, WITNESSES
from tests.adversary.scan import Scanner, readable
from tests.program import (
    CIVIL_AFFAIRS,
    DISTRICT,
    OTHER_SCHOOL,
    OTHER_STATION,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    START,
    STATION,
    VILLAGE_CODE,
    running,
    send,
    unnumbered,
    view_file,
)

pytestmark = pytest.mark.adversary

PEOPLE = tuple(post for post in Post if post is not Post.SYSTEM)
"""Posts that people hold."""

REPORTER = {"reporter_name": "单庚师", "call_back": "13900071234"}
CONTENT = {
    "seen": "庚所见经过一二三",
    "child": "庚孩子模样四五六",
    "suspect": "庚加害人七八九",
    "colour_of_coat": "庚大衣颜色十百千",
    # A column of the hospital's own form; of every other one, a word that it does not ask for.
    "diagnosis": "庚诊断意见甲乙戊",
}
TOLD = "庚反馈经过甲乙丙"
REASON = "庚决定理由丁戊己"
FILER = "u-filer"
OTHER_HOSPITAL = Organisation("hospital:31011700010", "另一示例医院", DISTRICT[0].town)
OTHERS = sorted(
    each.id
    for each in (*DISTRICT, *WITNESSES, *PARTNERS, OTHER_HOSPITAL)
    if each.id not in (STATION, POLICE, PROCURATORATE, CIVIL_AFFAIRS)
)
EMPTY = {"null", "[]", '{"items": [], "next_cursor": null, "safety": []}', "{}"}


def somebody(organisation: str, post: Post = Post.HANDLER, user: str = "u-test") -> Reader:
    return Reader(organisation, post.value, user, Purpose.CASEWORK)


@dataclass
class Case:
    """One report of one unit, in the hands of the station of the beat."""

    hub: Program
    unit: str
    report: str
    receipt: str

    def told(self, who: Reader) -> str:
        """Everything that every door says to somebody who knows the report's number."""
        queries = self.hub.queries
        answers: list[Any] = [
            queries.reports(who),
            queries.reports(who, decision="NOT_FILED"),
            queries.report(who, self.report),
            queries.report_of(who, self.receipt),
            queries.timeline(who, self.report),
            queries.child_file(who, self.report),
            queries.register(who),
            *(
                queries.register(who, stream="report", everybodys=everybodys, limit=limit)
                for everybodys in (False, True)
                for limit in (1, 2, 50)
            ),
            queries.inbox(who, open_only=False),
            queries.sent(who),
            queries.board(who),
            queries.children(who),
            queries.unassigned(who),
            queries.overdue(who),
            queries.overdue_by_town(who),
        ]
        found = [json.dumps(each, default=_plain, ensure_ascii=False) for each in answers]
        return "\n".join(text for text in found if text not in EMPTY)

    def do(self, command: Any, organisation: str = STATION) -> None:
        self.hub.hub.command(command, Actor(organisation, Post.HANDLER.value, "u-test"))
        assert self.hub.settle()

    def fed_back(self) -> None:
        report = UUID(self.report)
        self.do(
            DecideMandatoryReport(
                report_id=report, decision=PoliceDecision.NOT_FILED, reason=REASON
            )
        )
        self.do(FeedBackToReporter(report_id=report, told=TOLD))

    def close(self) -> None:
        report = UUID(self.report)
        self.do(FeedBackToReporter(report_id=report, told=TOLD, final=True))
        self.do(CloseMandatoryReport(report_id=report))


def _plain(value: Any) -> Any:
    return asdict(value)


def holds(text: str, *values: str) -> set[str]:
    """Which of these, or of all the report's words, a text holds."""
    wanted = values or (*CONTENT.values(), *REPORTER.values(), TOLD, REASON)
    return {value for value in wanted if value in text}


FORMS = {"report.mandatory": SCHOOL, "health.suspected_harm": HOSPITAL}
"""A teacher's desk entry, and a physician's form."""


@pytest.fixture(params=FORMS)
def case(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Case]:
    kind, unit = request.param, FORMS[request.param]
    with running(tmp_path / "data") as hub:
        hub.directory.add_organisations((*WITNESSES, *PARTNERS, OTHER_HOSPITAL))
        filer = Actor(unit, Post.HANDLER.value, FILER)
        cells = {**CONTENT, **REPORTER, "situations": "MR4", "place": VILLAGE_CODE}
        answer = hub.intake.record(filer, kind, {**cells, "immediate_danger": "是"})
        assert answer.answer is not None
        assert hub.settle()
        (report,) = hub.queries.reports(somebody(STATION)).items
        yield Case(hub, unit, report.id, answer.answer.number)


# -- the unit that reported ------------------------------------------------------------------------


def test_the_filer_reads_its_own_words_and_what_it_is_told(case: Case) -> None:
    case.fed_back()
    told = case.told(somebody(case.unit, user=FILER))
    assert holds(told) == {*CONTENT.values(), *REPORTER.values(), TOLD}
    assert case.report in told
    assert case.hub.queries.report_of(somebody(case.unit, user=FILER), case.receipt) == case.report


@pytest.mark.parametrize("post", [p for p in PEOPLE if p is not Post.DESIGNATED_REPORTER])
def test_a_colleague_of_the_filer_cannot_tell_that_anybody_reported(case: Case, post: Post) -> None:
    """Of whatever post: the head of a school is often who must not know."""
    case.fed_back()
    assert case.told(somebody(case.unit, post, "u-colleague")) == ""
    for other in (OTHER_SCHOOL, OTHER_HOSPITAL.id):
        assert case.told(somebody(other, post, FILER)) == ""


def test_the_designated_reporter_follows_the_report_but_not_who_made_it(case: Case) -> None:
    case.fed_back()
    told = case.told(somebody(case.unit, Post.DESIGNATED_REPORTER, "u-liaison"))
    assert holds(told) == {*CONTENT.values(), TOLD}


# -- the police ------------------------------------------------------------------------------------


@pytest.mark.parametrize("post", PEOPLE)
def test_the_station_of_the_beat_reads_it_and_two_posts_who_reported(
    case: Case, post: Post
) -> None:
    """经办人 and 值班领导, and no other post of the station."""
    told = case.told(somebody(STATION, post, "u-any"))
    expected = set(CONTENT.values())
    if post in (Post.HANDLER, Post.DUTY_LEADER):
        expected |= set(REPORTER.values())
    assert holds(told) == expected


def test_when_the_task_is_over_the_station_no_longer_reads_who_reported(case: Case) -> None:
    case.fed_back()
    case.close()
    assert holds(case.told(somebody(STATION)), *REPORTER.values(), *CONTENT.values()) == set()


def test_the_sub_bureau_reads_it_and_who_reported_only_when_it_has_it_in_hand(case: Case) -> None:
    case.fed_back()
    told = case.told(somebody(POLICE))
    assert holds(told) == {*CONTENT.values(), TOLD, REASON}
    send(case.hub, PROCURATORATE, "report.mandatory", {"seen": "来信", "reporter_name": "单辛检"})
    assert case.hub.settle()
    (task,) = case.hub.queries.inbox(somebody(POLICE)).items
    other = replace(case, report=task.child_ref)
    assert "单辛检" in other.told(somebody(POLICE)), "no town: the command desk has it in hand"
    assert "单辛检" not in other.told(somebody(POLICE, Post.DEPUTY))
    assert "单辛检" not in other.told(somebody(STATION))


# -- who supervises and who coordinates ------------------------------------------------------------


@pytest.mark.parametrize("post", PEOPLE)
def test_the_procuratorate_reads_the_content_and_never_who_reported(case: Case, post: Post) -> None:
    case.fed_back()
    told = case.told(somebody(PROCURATORATE, post))
    assert holds(told) == {*CONTENT.values(), TOLD, REASON}
    listed = case.hub.queries.reports(somebody(PROCURATORATE, post), decision="NOT_FILED").items
    assert [each.id for each in listed] == [case.report], "立案监督 (强报意见 Art 11)"


def test_civil_affairs_has_state_and_clock_and_nothing_else(case: Case) -> None:
    case.fed_back()
    told = case.told(somebody(CIVIL_AFFAIRS))
    assert holds(told) == set()
    (line,) = case.hub.queries.reports(somebody(CIVIL_AFFAIRS)).items
    assert (line.state, line.decision) == ("FED_BACK", "NOT_FILED")
    assert line.feedback_by is not None
    assert line.immediate_danger is None, "not shown is not the same as no danger"
    entries = case.hub.queries.timeline(somebody(CIVIL_AFFAIRS), case.report).items
    assert {entry.by for entry in entries} == {"status"}
    shown = {name for entry in entries for name in entry.clear}
    assert shown.isdisjoint({"hurt", "guardian_suspected", "reporter_unit", "told_to", "defects"})


def test_civil_affairs_is_not_told_which_child_it_is(case: Case) -> None:
    send(
        case.hub,
        STATION,
        "police.report_child",
        {**unnumbered(1), "report_id": case.report},
    )
    assert case.hub.settle()
    (line,) = case.hub.queries.reports(somebody(CIVIL_AFFAIRS)).items
    assert line.child_ref is None
    (seen,) = case.hub.queries.reports(somebody(POLICE)).items
    assert seen.child_ref is not None


# -- everybody else --------------------------------------------------------------------------------


def test_everybody_else_is_told_nothing_by_any_door(case: Case) -> None:
    case.fed_back()
    for organisation in OTHERS:
        posts = {Post.HANDLER, Post.HEAD, Post.DESIGNATED_REPORTER}
        if organisation == case.unit:
            # Whom the filer's own unit names for it is told.
            posts.remove(Post.DESIGNATED_REPORTER)
        for post in posts:
            assert case.told(somebody(organisation, post)) == "", (organisation, post)


def _entry(entry: AccessEntry) -> dict[str, str]:
    form = asdict(entry)
    del form["at"]
    return {**form, "child_ref": ""}


@pytest.mark.parametrize("organisation", [SCHOOL, OTHER_STATION, HOSPITAL, "court:310117"])
def test_hidden_and_never_filed_read_and_are_logged_alike(case: Case, organisation: str) -> None:
    who, queries = somebody(organisation), case.hub.queries
    unknown = "f0000000-0000-4000-8000-00000000000f"
    for ask, hidden, absent in (
        (queries.report, case.report, unknown),
        (queries.timeline, case.report, unknown),
        (queries.report_of, case.receipt, "20250303-22222222"),
    ):
        answers, entries = [], []
        for each in (hidden, absent):
            answers.append(ask(who, each))
            entries.append(_entry(case.hub.audit.newest(1)[0]))
        assert answers[0] == answers[1]
        assert entries[0] == entries[1]


def test_a_station_that_reports_on_its_own_beat_handles_it(case: Case) -> None:
    """Who files it and who handles it are two people of one organisation."""
    send(case.hub, STATION, "report.mandatory", {"seen": "庚所内经过", "place": VILLAGE_CODE})
    assert case.hub.settle()
    assert "庚所内经过" in case.told(somebody(STATION, user="u-on-duty"))


# -- what lies on disk -----------------------------------------------------------------------------


def test_nothing_of_it_lies_in_clear_in_the_data_folder(case: Case) -> None:
    case.fed_back()
    for organisation in (case.unit, STATION, POLICE, PROCURATORATE):
        case.told(somebody(organisation))
    wanted = Scanner([*CONTENT.values(), *REPORTER.values(), TOLD, REASON])
    assert readable(wanted.folder(case.hub.folder.root)) == {}


def test_no_view_but_the_handling_stations_and_the_filers_holds_who_reported(case: Case) -> None:
    for seat in case.hub.directory.seats():
        with closing(sqlite3.connect(view_file(case.hub, seat))) as connection:
            rows = connection.execute("SELECT organisation, sealed FROM facts").fetchall()
        holders = {
            organisation
            for organisation, sealed in rows
            if any(entry[0] == "reporter" for entry in json.loads(sealed).values())
        }
        assert holders <= {case.unit, STATION}, seat
        if seat in (seat_of(case.unit), Seat.POLICE_STATION):
            assert holders


def test_views_made_anew_show_the_same(case: Case) -> None:
    case.fed_back()
    readers = [
        somebody(case.unit, user=FILER),
        *(somebody(o) for o in (STATION, POLICE, PROCURATORATE, CIVIL_AFFAIRS, case.unit)),
    ]
    before = [case.told(who) for who in readers]
    case.hub.projector.rebuild(case.hub.projector.views, lambda seat: None)
    assert [case.told(who) for who in readers] == before
    assert before[-1] == ""
    assert case.hub.clock.now() == START
