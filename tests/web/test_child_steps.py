"""What is done about a child from the page of its file."""

from __future__ import annotations

import re

import pytest

from hub.api.paging import NOBODY
from tests.attachments.files import jpeg
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_TOWN,
    OTHER_VILLAGE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    a_name,
    absent,
    an_id_number,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    send,
    topics,
)
from tests.web.people import Workspace, text_of


def living_there(workspace: Workspace, number: int = 1) -> str:
    """A child of the village; gives the pseudonym."""
    send(workspace.program, TOWN, "town.residence", resident(pupil(number)))
    workspace.settle()
    return child_of(workspace.program, pupil(number))


def offered(workspace: Workspace, seat: str, child: str) -> set[str]:
    """The steps that a seat's page offers."""
    page = workspace[seat].get(f"/children/{child}/steps")
    return set(re.findall(r'id="act-([a-z-]+)"', page.text))


def test_each_seat_is_offered_what_the_rules_let_it_do(workspace: Workspace) -> None:
    child = living_there(workspace)
    assert {"safety", "contact", "move", "leave"} <= offered(workspace, TOWN, child)
    assert "contact-end" not in offered(workspace, TOWN, child)
    assert "safety" not in offered(workspace, VILLAGE, child)
    assert "request" not in offered(workspace, VILLAGE, child)
    assert workspace[OTHER_VILLAGE].get(f"/children/{child}/steps").status_code == 404
    assert workspace[TOWN].get(f"/children/{NOBODY}/steps").status_code == 404


def test_a_town_tells_the_school_what_to_heed_and_whom_to_call(workspace: Workspace) -> None:
    """安全提示, then 安全联系人: they stand first on the page of whoever is told."""
    child = living_there(workspace)
    person = workspace[TOWN]
    path = f"/children/{child}/steps"
    wrong = person.send(f"{path}/safety", {"text": "请先电话联系", "key": "k1"})
    assert wrong.status_code == 422
    assert "请填写请联系的电话" in text_of(wrong)
    assert "请先电话联系" in wrong.text
    until = (workspace.program.clock.now().date()).isoformat()
    told = {
        "text": "请先电话联系",
        "call": "110",
        "until": until,
        "seats": ["village"],
        "key": "k1",
    }
    assert person.send(f"{path}/safety", told).status_code == 303
    workspace.settle()
    assert "请先电话联系" in text_of(workspace[VILLAGE].get(f"/children/{child}"))
    contact = {
        "contact_name": "示例外婆",
        "contact_phone": "021-57000000",
        "contact_relation": "GRANDPARENT",
        "until": until,
        "key": "k2",
    }
    assert person.send(f"{path}/contact", contact).status_code == 303
    workspace.settle()
    assert "示例外婆" in text_of(person.get(f"/children/{child}"))
    assert {"safety-end", "contact-end"} <= offered(workspace, TOWN, child)


def test_a_referral_is_sent_by_a_person_once(workspace: Workspace) -> None:
    child = living_there(workspace)
    person = workspace[TOWN]
    page = person.get(f"/children/{child}/steps")
    kind = re.findall(rf'href="/children/{child}/refer/([a-z_]+)"', page.text)[0]
    assert "assess_disability" not in page.text, "there is nobody here to send it to"
    path = f"/children/{child}/refer/{kind}"
    to = re.findall(r'<option value="([a-z_]+:[0-9]+)"', person.get(path).text)[0]
    sent = {"addressee": to, "account": "走路不稳", "key": "once"}
    before = topics(workspace.program).count("referral.requested.v1")
    for _ in range(2):
        answer = person.send(path, sent)
        assert answer.status_code == 303, text_of(answer)
    workspace.settle()
    assert topics(workspace.program).count("referral.requested.v1") == before + 1
    # Nobody sends what is not theirs to send, and nobody learns of a child that is not theirs.
    assert workspace[VILLAGE].get(path).status_code == 404
    assert workspace[OTHER_TOWN].get(path).status_code == 404


def test_a_child_is_announced_to_the_town_that_it_moves_to(workspace: Workspace) -> None:
    child = living_there(workspace)
    path = f"/children/{child}/steps"
    nobody = workspace[TOWN].send(f"{path}/move", {"key": "m"})
    assert nobody.status_code == 422
    assert "至少一个迁入单位" in text_of(nobody)
    answer = workspace[TOWN].send(f"{path}/move", {"town": OTHER_TOWN, "key": "m"})
    assert answer.status_code == 303, text_of(answer)
    assert "move-withdraw" in offered(workspace, TOWN, child)
    assert workspace[TOWN].send(f"{path}/move-withdraw", {"key": "w"}).status_code == 303


def test_police_ask_for_records_with_a_document_number(workspace: Workspace) -> None:
    program = workspace.program
    child = living_there(workspace)
    send(program, EDUCATION, "education.roll", enrolled(pupil(1)))
    send(program, SCHOOL, "education.absence", absent(pupil(1)))
    workspace.settle()
    assert workspace[STATION].get(f"/children/{child}/steps").status_code == 404
    for task in program.queries.inbox(reader(STATION)).items:
        workspace[STATION].send(f"/referrals/{task.id}/accept", {})
    workspace.settle()
    asked = {
        "document_number": "示公调〔2025〕1号",
        "addressee": CIVIL_AFFAIRS,
        "categories": ["guardianship"],
        "account": "核实监护情况",
        "key": "r",
    }
    for _ in range(2):
        answer = workspace[STATION].send(f"/children/{child}/steps/request", asked)
        assert answer.status_code == 303, text_of(answer)
    assert topics(program).count("records_request.made.v1") == 1


def test_an_emergency_look_is_asked_with_its_ground_and_is_reviewed(workspace: Workspace) -> None:
    child = living_there(workspace)
    page = text_of(workspace[VILLAGE].get(f"/children/{child}/steps"))
    assert "逐次核查" in page
    asked = {"ground": "MISSING", "categories": ["schooling"], "account": "夜间走失", "key": "e"}
    answer = workspace[VILLAGE].send(f"/children/{child}/steps/emergency", asked)
    assert answer.status_code == 303, text_of(answer)
    workspace.settle()
    assert "紧急调阅" in text_of(workspace[VILLAGE].get("/emergencies"))


def test_two_children_of_a_family_are_linked_by_number(workspace: Workspace) -> None:
    child, other = living_there(workspace, 1), living_there(workspace, 2)
    path = f"/children/{child}/steps/family"
    nobody = workspace[TOWN].send(path, {"id_number": an_id_number(3), "link": "SIBLING"})
    assert nobody.status_code == 422
    assert "没有找到" in text_of(nobody)
    answer = workspace[TOWN].send(path, {"id_number": an_id_number(2), "link": "SIBLING"})
    assert answer.status_code == 303, text_of(answer)
    workspace.settle()
    page = workspace[TOWN].get(f"/children/{child}")
    assert f"/children/{other}" in page.text
    assert a_name(2) in page.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"category": "schooling"}, "请选择一个文件"),
        ({"category": "nonsense"}, "请选择"),
    ],
)
def test_what_is_no_attachment_is_told_at_its_field(
    workspace: Workspace, fields: dict[str, str], said: str
) -> None:
    child = living_there(workspace)
    answer = workspace[TOWN].send(f"/children/{child}/attachments", fields)
    assert answer.status_code == 422
    assert said in text_of(answer)


def test_a_photograph_is_put_opened_and_withdrawn(workspace: Workspace) -> None:
    child = living_there(workspace)
    person = workspace[TOWN]
    path = f"/children/{child}/attachments"
    answer = person.client.post(
        path,
        data={"category": "contact", "account": "住处"},
        files={"file": ("住处.jpg", jpeg(), "image/jpeg")},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 303, text_of(answer)
    workspace.settle()
    page = person.get(path)
    assert "住处.jpg" in text_of(page)
    found = re.findall(r'href="(/attachments/[0-9a-f-]+)"', page.text)[0]
    opened = person.get(found)
    assert opened.headers["content-type"] == "image/jpeg"
    assert "attachment" in opened.headers["content-disposition"]
    assert workspace[OTHER_TOWN].get(found).status_code == 404
    gone = person.send(f"{found}/withdraw", {"reason": "WRONG_FILE", "child_ref": child})
    assert gone.status_code == 303, text_of(gone)
    workspace.settle()
    assert person.get(found).status_code in (404, 410)
