"""What seats do every day: visits, attempts, a procurator's question."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape

from domain.organisations import Post
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    PROCURATORATE,
    SCHOOL,
    START,
    STATION,
    TOWN,
    VILLAGE,
    a_name,
    absent,
    admonished,
    an_id_number,
    at,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    send,
    topics,
)
from tests.web.people import Workspace, text_of


def living_there(workspace: Workspace) -> str:
    """A classified child of the village, who is to be visited; gives the pseudonym."""
    program = workspace.program
    send(program, TOWN, "town.residence", resident(pupil(1)))
    child = {**pupil(1), "category": "LEFT_BEHIND"}
    columns = program.intake.kind(TOWN, "civil_affairs.classification").columns
    row = {c.field: c.example for c in columns if c.required and c.example}
    send(program, TOWN, "civil_affairs.classification", {**row, **pupil(1)})
    workspace.settle()
    assert child
    return child_of(program, pupil(1))


def again(workspace: Workspace, organisation: str) -> None:
    """Somebody who was away for days signs in again."""
    person = workspace[organisation]
    assert person.sign_in().status_code == 303


def test_a_child_director_sees_whom_to_visit_and_that_nobody_was_met_in_one_tap(
    workspace: Workspace,
) -> None:
    child = living_there(workspace)
    listed = workspace[VILLAGE].get("/visits?all=true")
    assert a_name(1) in listed.text
    assert f"/visits/{child}/not-met" in listed.text
    at(workspace.program, START + timedelta(days=45))
    workspace.settle()
    again(workspace, VILLAGE)
    person = workspace[VILLAGE]
    assert "逾期" in text_of(person.get("/visits"))
    page = person.get(f"/visits/{child}/not-met").text
    key = page.split('name="key" value="')[1].split('"')[0]
    sent = {"key": key, "not_met_reason": "家中无人"}
    first = person.send(f"/visits/{child}/not-met", sent)
    assert first.headers["location"].startswith("/visits?done=recorded")
    workspace.settle()
    before = topics(workspace.program)
    assert person.send(f"/visits/{child}/not-met", sent).status_code == 303
    workspace.settle()
    # The same attempt twice is one.
    assert topics(workspace.program) == before
    # It is no visit: the child is still owed one.
    assert "逾期" in text_of(person.get("/visits"))
    assert workspace[SCHOOL].get(f"/visits/{child}/not-met").status_code == 403


def test_a_visit_is_recorded_about_the_child_that_was_tapped(workspace: Workspace) -> None:
    child = living_there(workspace)
    person = workspace[VILLAGE]
    path = "/records/village/visit_form"
    form = person.get(f"{path}?child_ref={child}").text
    visit = form.split('name="visit_id" value="')[1].split('"')[0]
    fields = {
        "visit_id": visit,
        "child_ref": child,
        "visited_on": "2025-03-03",
        "form": "入户走访",
        "seen": "孩子和祖母",
        "childs_view": "想爸爸早点回来",
        "harm_suspected": "否",
    }
    answer = person.send(path, fields)
    assert answer.status_code == 200, text_of(answer)
    workspace.settle()
    assert any(topic.startswith("visit.") for topic in topics(workspace.program))
    assert "想爸爸早点回来" in person.get(f"/children/{child}").text


def test_a_procurator_asks_by_number_or_name_and_every_question_is_recorded(
    workspace: Workspace,
) -> None:
    program = workspace.program
    send(program, TOWN, "town.residence", resident(pupil(1)))
    send(program, STATION, "police.admonition", admonished(pupil(1)))
    workspace.settle()
    person = workspace[PROCURATORATE]
    asked = {"document_number": "示检核〔2025〕0001号", "id_number": an_id_number(1)}
    told = text_of(person.send("/case-status", asked))
    assert "本次核查已登记，回执号" in told
    assert "监护" in told
    assert a_name(1) not in told
    nobody = person.send("/case-status", {**asked, "id_number": an_id_number(2)})
    assert "没有可向本单位显示的记录" in text_of(nobody)
    asked_of = [topic for topic in topics(program) if topic.startswith("status_check.")]
    assert len(asked_of) == 2
    for wrong in ({**asked, "document_number": ""}, {**asked, "id_number": "123"}):
        assert person.send("/case-status", wrong).status_code == 422
    assert workspace[SCHOOL].get("/case-status").status_code == 403
    assert workspace[SCHOOL].send("/case-status", asked).status_code == 403


def test_counts_lead_to_the_lists_of_just_those(workspace: Workspace) -> None:
    """逾期, 今天到期, 待签收: what the first page counts is what its list shows."""
    program = workspace.program
    for number in (1, 2):
        send(program, TOWN, "town.residence", resident(pupil(number)))
        send(program, EDUCATION, "education.roll", enrolled(pupil(number)))
        send(program, SCHOOL, "education.absence", absent(pupil(number)))
    workspace.settle()
    person = workspace[STATION]
    first, second = (each.id for each in program.queries.inbox(reader(STATION)).items)
    assert person.send(f"/referrals/{first}/accept", {}).status_code == 303
    workspace.settle()
    new = person.get("/inbox?show=new").text
    assert f"/referrals/{second}" in new
    assert f"/referrals/{first}" not in new
    assert "没有可向" in text_of(person.get("/inbox?show=late"))
    at(program, START + timedelta(days=10))
    workspace.settle()
    again(workspace, STATION)
    late = workspace[STATION].get("/inbox?show=late").text
    assert f"/referrals/{first}" in late
    counted = text_of(workspace[STATION].get("/"))
    assert f"{late.count('data-label=' + chr(34) + '状态')} 逾期" in counted


def test_civil_affairs_goes_from_a_towns_overdue_to_the_order(workspace: Workspace) -> None:
    """民政 · 早会: by town, one case, who must act since when, 督办."""
    living_there(workspace)
    at(workspace.program, START + timedelta(days=60))
    workspace.settle()
    person = workspace[CIVIL_AFFAIRS]
    town = person.get("/").text.split('href="/overdue?town=')[1].split('"')[0]
    listed = person.get(f"/overdue?town={town}")
    assert "应由谁办" in text_of(listed)
    order = unescape(listed.text.split('<a href="/matters/orders?')[1].split('"')[0])
    form = person.get(f"/matters/orders?{order}").text
    assert 'name="matter_id" value="' in form
    assert "督办" not in text_of(workspace[SCHOOL].get("/overdue"))


def test_more_time_is_asked_for_and_decided_by_another(workspace: Workspace) -> None:
    program = workspace.program
    send(program, TOWN, "town.residence", resident(pupil(1)))
    send(program, EDUCATION, "education.roll", enrolled(pupil(1)))
    send(program, SCHOOL, "education.absence", absent(pupil(1)))
    workspace.settle()
    person, head = workspace[TOWN], workspace.person(TOWN, Post.HEAD)
    paths = [f"/referrals/{each.id}" for each in program.queries.inbox(reader(TOWN)).items]
    for path in paths:
        assert person.send(f"{path}/accept", {}).status_code == 303
    workspace.settle()
    path = next(each for each in paths if 'id="act-extend"' in person.get(each).text)
    owed = program.queries.referral(reader(TOWN), path.rpartition("/")[2])
    assert owed is not None
    assert owed.complete_by is not None
    until = owed.complete_by[:10]
    until = (date.fromisoformat(until) + timedelta(days=1)).isoformat()
    asked = person.send(f"{path}/extend", {"until": until, "account": "（示例）家长外出"})
    assert asked.status_code == 303, text_of(asked)
    workspace.settle()
    assert 'id="act-extend-approve"' not in person.get(path).text
    assert 'id="act-extend-approve"' in head.get(path).text
    done = head.send(f"{path}/extend-approve", {"until": until})
    assert done.status_code == 303, text_of(done)
