"""What is worked step by step besides referrals: listed, opened and worked on its page."""

from __future__ import annotations

import re
from typing import Any

import pytest

from domain.organisations import Organisation, Post, Seat
from hub.api.paging import NOBODY
from hub.web.matters.all import MATTERS
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_STATION,
    OTHER_VILLAGE_CODE,
    PROCURATORATE,
    SCHOOL,
    SCHOOL_NAME,
    STATION,
    TOWN,
    VILLAGE,
    VILLAGE_CODE,
    absent,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    send,
    topics,
    unnumbered,
)
from tests.web.people import Person, Workspace, text_of

MENTORS = "youth_league:310117"
SEATS = (CIVIL_AFFAIRS, EDUCATION, PROCURATORATE, SCHOOL, STATION, TOWN, VILLAGE)


def listed(person: Person, kind: str) -> list[str]:
    """The pages of those that a list shows."""
    page = person.get(f"/matters/{kind}")
    assert page.status_code == 200, text_of(page)
    return re.findall(rf'href="(/matters/{kind}/[^"]+)"', page.text)


def acts(person: Person, path: str) -> set[str]:
    """The steps that a page offers."""
    return set(re.findall(r'id="act-([a-z-]+)"', person.get(path).text))


def step(person: Person, path: str, name: str, **fields: Any) -> None:
    """Take one, which is taken."""
    answer = person.send(f"{path}/{name}", {"key": name, **fields})
    assert answer.status_code == 303, text_of(answer)
    assert person.program.settle()


@pytest.mark.parametrize("kind", MATTERS)
def test_every_seat_opens_every_list_and_nobody_what_is_not_there(
    workspace: Workspace, kind: str
) -> None:
    for seat in SEATS:
        person = workspace[seat]
        assert listed(person, kind) == []
        for nobody in (NOBODY, "x", f"{NOBODY}.{NOBODY}", f"{NOBODY}.1"):
            assert person.get(f"/matters/{kind}/{nobody}").status_code == 404
            assert person.send(f"/matters/{kind}/{nobody}/close", {}).status_code == 404
    assert workspace[SCHOOL].get("/matters/nonsense").status_code == 404


def test_each_seat_is_told_of_its_kinds_alone(workspace: Workspace) -> None:
    for kind in MATTERS.values():
        for seat in (SCHOOL, PROCURATORATE):
            told = f'href="/matters/{kind.name}"' in workspace[seat].get("/matters").text
            assert told is (kind.seats is None or Seat(seat.partition(":")[0]) in kind.seats)


def reported(workspace: Workspace) -> str:
    """A school reports harm of a resident pupil; gives the report."""
    program = workspace.program
    send(program, TOWN, "town.residence", resident(pupil(1)))
    send(program, EDUCATION, "education.roll", enrolled(pupil(1)))
    send(program, SCHOOL, "report.mandatory", {"seen": "（示例）手臂瘀青", "place": VILLAGE_CODE})
    workspace.settle()
    (found,) = program.queries.reports(reader(STATION)).items
    return f"/matters/reports/{found.id}"


def named(workspace: Workspace, path: str) -> None:
    """The station, which has taken the report, finds who the child is."""
    who = {name: pupil(1)[name] for name in ("name", "id_number")}
    number = path.rpartition("/")[2]
    send(workspace.program, STATION, "police.report_child", {**who, "report_id": number})
    workspace.settle()


def test_police_take_a_report_decide_feed_back_and_the_procurator_reads_the_papers(
    workspace: Workspace,
) -> None:
    """强制报告: 接报, 不立案, 反馈; then 未立案清单 → 调阅申请 with two fields."""
    path = reported(workspace)
    station, procurator = workspace[STATION], workspace[PROCURATORATE]
    assert listed(station, "reports") == [path]
    assert listed(workspace[OTHER_STATION], "reports") == []
    assert workspace[OTHER_STATION].get(path).status_code == 404
    assert {"accept", "medical"} <= acts(station, path)
    assert "decide" not in acts(workspace[SCHOOL], path)
    step(station, path, "accept", police_receipt="示例接〔2025〕1号")
    named(workspace, path)
    nothing = station.send(f"{path}/decide", {"decision": "NONSENSE"})
    assert nothing.status_code == 422
    assert "请从列表中选择处理决定" in text_of(nothing)
    without = station.send(f"{path}/decide", {"decision": "NOT_FILED", "key": "d"})
    assert without.status_code == 422
    step(station, path, "decide", decision="NOT_FILED", reason="（示例）未发现违法事实")
    step(station, path, "feedback", told="（示例）已见到孩子", final="yes")
    assert 'href="/matters/not-filed"><span class="number">1<' in procurator.get("/").text
    (seen,) = listed(procurator, "not-filed")
    assert "不立案" in text_of(procurator.get("/matters/not-filed"))
    assert {"request", "order-filing"} <= acts(procurator, seen)
    step(procurator, seen, "request", document_number="示检调〔2025〕1号", account="核实理由")
    assert topics(workspace.program).count("records_request.made.v1") == 1
    step(procurator, seen, "order-filing", document="示检通立〔2025〕1号", reason="（示例）理由")


def test_a_request_is_granted_by_its_owner_until_a_day(workspace: Workspace) -> None:
    path = reported(workspace)
    station, procurator = workspace[STATION], workspace[PROCURATORATE]
    step(station, path, "accept")
    named(workspace, path)
    step(station, path, "decide", decision="NOT_FILED", reason="（示例）未发现违法事实")
    seen = path.replace("/reports/", "/not-filed/")
    step(procurator, seen, "request", document_number="示检调〔2025〕1号", account="核实理由")
    (asked,) = listed(station, "requests")
    assert "示检调〔2025〕1号" in text_of(station.get(asked))
    assert {"grant", "refuse"} <= acts(station, asked)
    assert listed(workspace[SCHOOL], "requests") == []
    until = workspace.program.clock.now().date().isoformat()
    step(station, asked, "grant", categories=["harm"], until=until)
    assert "准予调阅" in text_of(procurator.get(asked))
    assert acts(procurator, asked) == {"end"}
    step(procurator, asked, "end")
    assert acts(procurator, asked) == set()


def test_what_a_colleague_put_forward_is_approved_by_another(workspace: Workspace) -> None:
    program = workspace.program
    send(program, TOWN, "town.residence", resident(pupil(1)))
    assessment = {
        **{name: pupil(1)[name] for name in ("name", "id_number")},
        "assessed_on": "2025-03-03",
        "conclusion": "在家监护支持",
        "grade": "较低",
        "basics": "（示例）父母长期在外",
    }
    send(program, CIVIL_AFFAIRS, "civil_affairs.assessment", assessment)
    workspace.settle()
    author, head = workspace[CIVIL_AFFAIRS], workspace.person(CIVIL_AFFAIRS, Post.HEAD)
    (path,) = listed(author, "approvals")
    assert "（示例）父母长期在外" in text_of(author.get(path))
    assert acts(author, path) == set()
    assert acts(head, path) == {"approve", "reject"}
    without = head.send(f"{path}/reject", {})
    assert without.status_code == 422
    assert "请填写退回的理由" in text_of(without)
    step(head, path, "approve")
    assert listed(head, "approvals") == []


def test_an_order_is_issued_answered_and_closed(workspace: Workspace) -> None:
    """督办: what is asked and by when; the office answers in writing."""
    civil_affairs, office = workspace[CIVIL_AFFAIRS], workspace[EDUCATION]
    assert "issue" not in acts(office, "/matters/orders")
    step(
        civil_affairs,
        "/matters/orders/new",
        "issue",
        addressee=EDUCATION,
        demand="（示例）请于五个工作日内书面回复",
    )
    (path,) = listed(office, "orders")
    assert "五个工作日" in text_of(office.get(path))
    assert acts(office, path) == {"reply"}
    step(office, path, "reply", content="（示例）已办结")
    assert "（示例）已办结" in text_of(civil_affairs.get(path))
    step(civil_affairs, path, "close")
    assert listed(workspace[VILLAGE], "orders") == []


def test_an_advice_is_answered(workspace: Workspace) -> None:
    advice = {
        "document_number": "示检建〔2025〕0001号",
        "addressee": SCHOOL_NAME,
        "matter": "（示例）完善排查",
        "issued_on": "2025-03-03",
    }
    send(workspace.program, PROCURATORATE, "procuratorate.advice", advice)
    workspace.settle()
    (path,) = listed(workspace[SCHOOL], "advice")
    assert acts(workspace[PROCURATORATE], path) == set()
    step(workspace[SCHOOL], path, "reply", content="（示例）已整改")
    assert "已回复" in text_of(workspace[PROCURATORATE].get(path))


def test_a_case_shows_its_referrals_and_what_each_step_came_of(workspace: Workspace) -> None:
    program = workspace.program
    send(program, TOWN, "town.residence", resident(pupil(1)))
    send(program, EDUCATION, "education.roll", enrolled(pupil(1)))
    send(program, SCHOOL, "education.absence", absent(pupil(1)))
    workspace.settle()
    leads = {seat: listed(workspace[seat], "cases") for seat in SEATS}
    (lead,) = [seat for seat, paths in leads.items() if paths]
    (path,) = leads[lead]
    page = workspace[lead].get(path)
    assert re.search(r'href="/referrals/[0-9a-f-]+"', page.text)
    assert "由什么引起" in text_of(page)
    assert "offer" in acts(workspace[lead], path)


def test_files_that_may_be_one_childs_are_decided_and_taken_back(workspace: Workspace) -> None:
    program = workspace.program
    send(program, TOWN, "town.residence", resident(unnumbered(1)))
    again = unnumbered(1, guardian_name="示例外婆", village=OTHER_VILLAGE_CODE)
    send(program, SCHOOL, "education.absence", absent(again))
    workspace.settle()
    person = workspace[CIVIL_AFFAIRS]
    (path,) = listed(person, "duplicates")
    assert listed(workspace[TOWN], "duplicates") == []
    assert acts(person, path) == {"different", "same"}
    step(person, path, "different", ground="SIBLINGS", note="双胞胎")
    assert acts(person, path) == {"reopen"}
    step(person, path, "reopen", ground="MISTAKE")
    survivor = re.findall(r'<option value="([0-9a-f-]{36})"', person.get(path).text)[0]
    step(person, path, "same", ground="SAME_DOCUMENT", survivor=survivor)


def test_consent_is_withdrawn_from_the_list_of_those_given(workspace: Workspace) -> None:
    program, person = workspace.program, workspace[TOWN]
    program.directory.add_organisations([Organisation(MENTORS, "示例团区委")])
    send(program, TOWN, "town.residence", resident(pupil(1)))
    workspace.settle()
    child = child_of(program, pupil(1))
    today = program.clock.now().date().isoformat()
    step(
        person,
        f"/children/{child}/steps",
        "consent",
        help_kind="mentor",
        recipient=MENTORS,
        by_guardian="yes",
        form="WRITTEN",
        given_on=today,
        until=today,
        guardian_name="（示例）家长",
    )
    (path,) = listed(person, "consents")
    assert listed(workspace[VILLAGE], "consents") == []
    assert workspace[VILLAGE].get(path).status_code == 404
    step(person, path, "withdraw", withdrawn_on=today)
    assert topics(program)[-1:] != []
    assert "consent.withdrawn.v1" in topics(program)
    assert "withdraw" not in acts(person, path)


def test_exact_figures_are_asked_for_two_colleagues(workspace: Workspace) -> None:
    person, other = workspace[EDUCATION], workspace.person(EDUCATION)
    asked = {
        "department": EDUCATION,
        "year": "2024",
        "first": person.user.login,
        "second": other.user.login,
        "used_for": "（示例）统计年报",
    }
    wrong = person.send("/matters/exact-figures/new/request", {**asked, "second": "nobody"})
    assert wrong.status_code == 422
    assert "没有这个登录名" in text_of(wrong)
    head = workspace.person(EDUCATION, Post.HEAD)
    step(person, "/matters/exact-figures/new", "request", **asked)
    (path,) = listed(person, "exact-figures")
    assert "approve" not in acts(person, path)
    assert "approve" in acts(head, path)
    assert listed(workspace[SCHOOL], "exact-figures") == []
    assert workspace[SCHOOL].get(path).status_code == 404
