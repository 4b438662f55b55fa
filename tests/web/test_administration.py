"""One's own organisation: who is away, what goes over to a colleague, keys, workers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from domain.mentoring import MENTORING, Role, mentoring_id
from domain.organisations import Post
from tests.application.test_indicators import paired
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_VILLAGE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    absent,
    at,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    send,
)
from tests.web.people import Workspace, text_of


def dropped_out(workspace: Workspace, *numbers: int) -> None:
    for number in numbers:
        send(workspace.program, TOWN, "town.residence", resident(pupil(number)))
        send(workspace.program, EDUCATION, "education.roll", enrolled(pupil(number)))
        send(workspace.program, SCHOOL, "education.absence", absent(pupil(number)))
    workspace.settle()


def test_all_that_one_handles_goes_to_a_colleague_and_nothing_of_others(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given more referrals than a page holds, all but one handled by one person, when they are
    handed over, then every one of them has the other handler, and the one of somebody else has
    not."""
    monkeypatch.setattr("hub.web.pages.handing_over._AT_ONCE", 2)
    dropped_out(workspace, 1, 2, 3, 4)
    former, other = workspace[STATION], workspace.person(STATION, Post.DEPUTY)
    taker = workspace.person(STATION)
    queries = workspace.program.queries
    tasks = [each.id for each in queries.inbox(reader(STATION)).items]
    assert len(tasks) == 4
    for number, task in enumerate(tasks):
        by = other if number == 0 else former
        assert by.send(f"/referrals/{task}/accept", {"key": str(number)}).status_code == 303
    workspace.settle()
    page = text_of(former.get("/organisation/hand-over"))
    assert f"{former.user.login} 3件" in page
    asked = {"key": "h", "former": former.user.login, "next": taker.user.login}
    answer = former.send("/organisation/hand-over", asked)
    assert answer.status_code == 303, text_of(answer)
    workspace.settle()
    handlers = [each.handler for each in queries.inbox(reader(STATION)).items]
    assert sorted(map(str, handlers)) == sorted([other.user.login] + 3 * [taker.user.login])


def test_nothing_goes_over_to_somebody_of_another_organisation(workspace: Workspace) -> None:
    dropped_out(workspace, 1)
    person, stranger = workspace[STATION], workspace[TOWN]
    (task,) = [each.id for each in workspace.program.queries.inbox(reader(STATION)).items]
    person.send(f"/referrals/{task}/accept", {"key": "1"})
    workspace.settle()
    asked = {"key": "h", "former": person.user.login, "next": stranger.user.login}
    answer = person.send("/organisation/hand-over", asked)
    assert answer.status_code == 422
    assert "本单位没有这个登录名" in text_of(answer)
    assert person.user.login not in workspace[TOWN].get("/organisation/hand-over").text


def test_a_class_goes_to_another_teacher_when_the_school_year_begins(workspace: Workspace) -> None:
    """Given three pupils of one mentor, when the school hands them over from a day on, then each is
    paired with the new mentor from that day on, and the old pairing has ended."""
    program = workspace.program
    paired(program, 1, 2, 3)
    workspace.settle()
    at(program, datetime(2025, 9, 2, 2, tzinfo=UTC))
    person = workspace[SCHOOL]
    page = person.get("/organisation/hand-over")
    assert "示例老师 成长导师 3名" in text_of(page)
    asked = {"key": "s", "former": "MENTOR/示例老师", "who": "新老师", "since": "2025-09-01"}
    answer = person.send("/organisation/hand-over/pupils", asked)
    assert answer.status_code == 303, text_of(answer)
    workspace.settle()
    for number in (1, 2, 3):
        stream = mentoring_id(UUID(child_of(program, pupil(number))))
        state = program.store.load(MENTORING, stream).state
        assert state.pairs == {Role.MENTOR: date(2025, 9, 1)}
    after = text_of(person.get("/organisation/hand-over"))
    assert "新老师 成长导师 3名" in after
    assert "示例老师" not in after
    assert person.send("/organisation/hand-over/pupils", {**asked, "key": "t"}).status_code == 422
    assert "新老师" not in workspace[OTHER_SCHOOL].get("/organisation/hand-over").text
    assert workspace[TOWN].send("/organisation/hand-over/pupils", asked).status_code == 403


def test_who_is_away_and_who_stands_in_is_said_by_village_or_town(workspace: Workspace) -> None:
    town, village = workspace[TOWN], workspace[VILLAGE]
    away = {
        "organisation": VILLAGE,
        "since": "2025-03-10",
        "until": "2025-03-20",
        "stand_in": "TOWN",
    }
    assert village.send("/organisation/away", {**away, "since": ""}).status_code == 422
    assert town.send("/organisation/away", away).status_code == 303
    workspace.settle()
    for person in (town, village):
        assert "街镇代岗" in text_of(person.get("/organisation/away"))
    assert village.send("/organisation/away", {**away, "back": "1"}).status_code in (303, 422)
    stranger = workspace[OTHER_VILLAGE]
    assert stranger.send("/organisation/away", away).status_code in (404, 422)
    assert "街镇代岗 2025" not in text_of(stranger.get("/organisation/away"))
    assert workspace[SCHOOL].get("/organisation/away").status_code == 403


def test_how_old_keys_are_is_said_and_of_the_hub_to_oversight_alone(workspace: Workspace) -> None:
    own = text_of(workspace[SCHOOL].get("/organisation/keys"))
    assert "本单位没有自设服务" in own
    assert "根密钥" not in own
    page = text_of(workspace[CIVIL_AFFAIRS].get("/organisation/keys"))
    assert "根密钥" in page
    assert "个桶，最早的制作于" in page


def test_workers_are_listed_on_a_page_of_their_own(workspace: Workspace) -> None:
    assert "工作人员台账" in text_of(workspace[SCHOOL].get("/organisation/staff"))
