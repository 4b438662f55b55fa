"""What a phone takes along, and the door by which a visit comes in that was written without a
network."""

from __future__ import annotations

import json
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from httpx import Response

from domain.organisations import Post, Seat
from domain.safe_contact import StateSafeContact
from domain.safety_instruction import IssueSafetyInstruction
from tests.program import (
    OTHER_VILLAGE,
    SCHOOL,
    START,
    TOWN,
    VILLAGE,
    a_name,
    actor,
    an_id_number,
    at,
    child_of,
    pupil,
    reader,
    resident,
    send,
    topics,
)
from tests.web.people import ORIGIN, Person, Workspace

VISITED = {"form": "入户走访", "seen": "孩子和祖母", "visited_on": "2025-03-03"}
JSON = {"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN}


def living_there(workspace: Workspace, number: int = 1) -> str:
    """A classified child of the village, who is to be visited; gives the pseudonym."""
    program = workspace.program
    send(program, TOWN, "town.residence", resident(pupil(number)))
    columns = program.intake.kind(TOWN, "civil_affairs.classification").columns
    row = {c.field: c.example for c in columns if c.required and c.example}
    send(program, TOWN, "civil_affairs.classification", {**row, **pupil(number)})
    workspace.settle()
    return child_of(program, pupil(number))


def put(person: Person, visit: str, values: dict[str, str], **more: object) -> Response:
    """Send a visit as the phone does."""
    body = {"author": person.user.user, "values": {"harm_suspected": "否", **values}, **more}
    answer: Response = person.client.put(f"/visits/{visit}", json=body, headers=JSON)
    return answer


def recorded(workspace: Workspace) -> int:
    workspace.settle()
    return topics(workspace.program).count("visit.recorded.v1")


def test_the_shell_and_its_worker_need_no_sign_in_and_hold_nobody(workspace: Workspace) -> None:
    living_there(workspace)
    anybody = workspace.browser()
    shell, worker = anybody.get("/offline"), anybody.get("/worker.js")
    assert shell.status_code == worker.status_code == 200
    assert shell.text == workspace[VILLAGE].get("/offline").text
    assert a_name(1) not in shell.text + worker.text
    assert worker.headers["content-type"].startswith("text/javascript")
    assert "worker-src 'self'" in worker.headers["content-security-policy"]
    kept = json.loads(worker.text.split("const STATED = ")[1].split(";\n")[0])["kept"]
    assert [each for each in kept if not each.startswith("/static/")] == ["/offline"]
    assert 'href="tel:110"' in shell.text


def test_only_what_was_marked_is_taken_along_and_nothing_of_before(workspace: Workspace) -> None:
    """Given two children to visit, when one is marked, then that one's check-list is given: who,
    where, what to heed; neither number nor birth date nor record."""
    first, _ = living_there(workspace, 1), living_there(workspace, 2)
    person = workspace[VILLAGE]
    answer = person.send("/visits/take", {"child": [first, str(uuid4()), "no-such"]})
    taken = answer.json()
    assert [each["child_ref"] for each in taken["visits"]] == [first]
    assert set(taken["visits"][0]) == {
        "child_ref",
        "name",
        "address",
        "what",
        "due",
        "safety",
        "contact",
        "telephone",
    }
    assert taken["visits"][0]["name"] == a_name(1)
    assert taken["hours"] == 72
    assert an_id_number(1) not in answer.text
    assert a_name(2) not in answer.text


def test_what_to_heed_and_whom_to_call_goes_along(workspace: Workspace) -> None:
    """The phone has it where there is no network: the safety instruction and the safe contact as
    the village reads them, and no reason."""
    program, child = workspace.program, living_there(workspace)
    until = date(2025, 3, 31)
    contact = StateSafeContact(
        child_ref=UUID(child),
        contact_name="示例外婆",
        contact_phone="021-57000002",
        contact_relation="GRANDPARENT",
        until=until,
    )
    line = IssueSafetyInstruction(
        child_ref=UUID(child),
        text="（示例）先电话联系",
        call="110",
        until=until,
        seats=(Seat.VILLAGE,),
    )
    program.hub.command(contact, actor(TOWN))
    program.hub.command(line, actor(TOWN))
    workspace.settle()
    (taken,) = workspace[VILLAGE].send("/visits/take", {"child": child}).json()["visits"]
    assert "110" in taken["safety"][0]
    assert "示例外婆" in taken["contact"]
    assert taken["telephone"] == "021-57000002"


def test_a_list_of_others_cannot_be_taken_along(workspace: Workspace) -> None:
    child = living_there(workspace)
    assert workspace[SCHOOL].send("/visits/take", {"child": child}).status_code == 403
    assert workspace[OTHER_VILLAGE].send("/visits/take", {"child": child}).json()["visits"] == []
    for path in ("/visits/key", "/visits/take"):
        assert workspace.browser().post(path, headers=JSON).status_code == 303
        assert workspace[SCHOOL].send(path, {}).status_code == 403


def test_each_person_has_a_key_of_their_own_and_the_same_again(workspace: Workspace) -> None:
    one, other = workspace.person(VILLAGE), workspace.person(VILLAGE)
    keys = [each.send("/visits/key", {}).json() for each in (one, other, one)]
    assert keys[0] == keys[2]
    assert keys[0]["key"] != keys[1]["key"]
    assert keys[0]["author"] == one.user.user


def test_the_same_visit_twice_gets_the_same_receipt(workspace: Workspace) -> None:
    child, person, visit = living_there(workspace), workspace[VILLAGE], str(uuid4())
    first = put(person, visit, {**VISITED, "child_ref": child})
    assert first.status_code == 201, first.text
    assert recorded(workspace) == 1
    again = put(person, visit, {**VISITED, "child_ref": child})
    assert (again.status_code, again.json()["receipt"]) == (200, first.json()["receipt"])
    assert recorded(workspace) == 1


def test_another_content_under_the_same_number_is_answered_with_both(workspace: Workspace) -> None:
    """And the one that came in stays as it is, until its person says that this one puts it
    right."""
    child, person, visit = living_there(workspace), workspace[VILLAGE], str(uuid4())
    put(person, visit, {**VISITED, "child_ref": child})
    other = {**VISITED, "child_ref": child, "seen": "孩子和外公"}
    answer = put(person, visit, other)
    told = answer.json()
    assert answer.status_code == 409
    assert ["见到谁", "孩子和祖母"] in told["recorded"]
    assert ["见到谁", "孩子和外公"] in told["sent"]
    assert told["row"]
    assert recorded(workspace) == 1
    put_right = put(person, visit, {**other, "corrects": "是"}, row=told["row"])
    assert put_right.status_code in (200, 201), put_right.text
    rows = workspace.program.quarantine.list(VILLAGE, state="open")
    assert rows == []


def test_authority_is_looked_at_when_it_comes_in(workspace: Workspace) -> None:
    """Given a child who is not (or no more) of the village, when a visit of it comes in, then it is
    refused in words, kept in the quarantine, and can be mended there or from the phone."""
    child = living_there(workspace)
    stranger = workspace[OTHER_VILLAGE]
    answer = put(stranger, str(uuid4()), {**VISITED, "child_ref": child})
    assert answer.status_code == 422
    assert "没有可由本单位登记走访的儿童" in "".join(answer.json()["words"])
    assert [row.id for row in workspace.program.quarantine.list(OTHER_VILLAGE, state="open")] == [
        answer.json()["row"]
    ]
    assert a_name(1) not in answer.text
    assert recorded(workspace) == 0
    nobody = put(stranger, str(uuid4()), {**VISITED, "child_ref": str(uuid4())})
    assert nobody.json()["words"] == answer.json()["words"]
    assert put(workspace[SCHOOL], str(uuid4()), {**VISITED, "child_ref": child}).status_code == 403


def test_a_child_who_moved_meanwhile_was_visited_in_time(workspace: Workspace) -> None:
    child, person = living_there(workspace), workspace[VILLAGE]
    at(workspace.program, START + timedelta(days=3))
    moved = resident(pupil(1), "310117001003", since="2025-03-05")
    send(workspace.program, TOWN, "town.residence", moved)
    workspace.settle()
    assert person.sign_in().status_code == 303
    assert put(person, str(uuid4()), {**VISITED, "child_ref": child}).status_code == 201
    late = {**VISITED, "visited_on": "2025-03-06", "child_ref": child}
    assert put(person, str(uuid4()), late).status_code == 422


def test_a_refused_visit_is_mended_as_the_row_that_it_is(workspace: Workspace) -> None:
    child, person, visit = living_there(workspace), workspace[VILLAGE], str(uuid4())
    refused = put(person, visit, {**VISITED, "visited_on": "2026-01-01", "child_ref": child})
    assert refused.status_code == 422
    mended = put(person, visit, {**VISITED, "child_ref": child}, row=refused.json()["row"])
    assert mended.status_code == 201, mended.text
    assert workspace.program.quarantine.list(VILLAGE, state="open") == []
    again = put(person, visit, {**VISITED, "child_ref": child}, row=refused.json()["row"])
    assert (again.status_code, again.json()["receipt"]) == (200, mended.json()["receipt"])


def test_nobody_sends_what_another_wrote_and_nobody_without_a_session(
    workspace: Workspace,
) -> None:
    child, person, visit = living_there(workspace), workspace[VILLAGE], str(uuid4())
    values = {**VISITED, "child_ref": child}
    other = workspace.person(VILLAGE)
    answer = put(person, visit, values, author=other.user.user)
    assert answer.status_code == 401
    assert "由填写的人登录后发送" in "".join(answer.json()["words"])
    body = {"author": person.user.user, "values": values}
    assert workspace.browser().put(f"/visits/{visit}", json=body, headers=JSON).status_code == 401
    person.send("/sign-out", {})
    assert put(person, visit, values).status_code == 401
    assert recorded(workspace) == 0


@pytest.mark.adversary
def test_no_other_page_sends_one(workspace: Workspace) -> None:
    child, person = living_there(workspace), workspace[VILLAGE]
    body = {"author": person.user.user, "values": {**VISITED, "child_ref": child}}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://else.example"}, {}):
        answer = person.client.put(f"/visits/{uuid4()}", json=body, headers=headers)
        assert answer.status_code == 403
    assert recorded(workspace) == 0


def test_suspected_harm_goes_out_at_once_whatever_becomes_of_the_visit(
    workspace: Workspace,
) -> None:
    child, person = living_there(workspace), workspace[VILLAGE]
    told = {**VISITED, "child_ref": child, "harm_suspected": "是", "visited_on": "2026-01-01"}
    answer = put(person, str(uuid4()), told)
    assert answer.status_code == 422
    assert answer.json()["report"]
    assert any("report" in each for each in topics(workspace.program))


def test_a_late_upload_does_not_rewrite_that_the_day_was_missed(workspace: Workspace) -> None:
    """Given a visit made in time whose day passed before the phone had a network, when it comes in,
    then what was missed stays missed, the visit counts on its own day, and the next one is due
    from there."""
    program = workspace.program
    child, person = living_there(workspace), workspace[VILLAGE]
    at(program, START + timedelta(days=45))
    workspace.settle()
    missed = [topic for topic in topics(program) if "overdue" in topic or "missed" in topic]
    assert missed
    assert person.sign_in().status_code == 303
    made = {**VISITED, "visited_on": "2025-03-20", "child_ref": child}
    assert put(person, str(uuid4()), made).status_code == 201
    workspace.settle()
    after = [topic for topic in topics(program) if "overdue" in topic or "missed" in topic]
    assert after[: len(missed)] == missed
    entries = program.queries.timeline(reader(VILLAGE, Post.HANDLER), child).items
    visit = next(each for each in entries if each.topic == "visit.recorded.v1")
    assert visit.occurred_at.startswith("2025-03-20")
    assert visit.recorded_at.startswith("2025-04-17")
