"""Who a child is: in full where there is something in hand, in part elsewhere, until it is said
what for (identity bar)."""

from __future__ import annotations

import pytest

from domain.masking import masked_fields, masked_name
from domain.purpose import RevealedFor
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_TOWN,
    SCHOOL,
    TOWN,
    VILLAGE,
    a_name,
    absent,
    an_id_number,
    child_of,
    enrolled,
    pupil,
    resident,
    send,
)
from tests.web.people import Workspace, text_of

PHONE = str(pupil(1)["guardian_phone"])


@pytest.fixture
def child(workspace: Workspace) -> str:
    """A resident pupil of whom civil affairs have nothing in hand."""
    send(workspace.program, TOWN, "town.residence", resident(pupil(1)))
    send(workspace.program, EDUCATION, "education.roll", enrolled(pupil(1)))
    workspace.settle()
    return child_of(workspace.program, pupil(1))


def test_beyond_what_is_in_hand_a_child_is_shown_in_part(workspace: Workspace, child: str) -> None:
    person = workspace[CIVIL_AFFAIRS]
    for path in (
        "/children",
        f"/children/{child}",
        f"/children/{child}/steps",
        f"/children/{child}/attachments",
        "/ledgers/follow-up",
        "/ledgers/outside-entries?everything=true",
    ):
        page = person.get(path)
        assert page.status_code == 200
        for told in (a_name(1), an_id_number(1), PHONE, str(pupil(1)["address"])):
            assert told not in page.text, path
    assert masked_name(a_name(1)) in person.get("/children").text
    found = person.send("/children/search", {"id_number": an_id_number(1)})
    assert masked_name(a_name(1)) in found.text
    assert f"/children/{child}" in found.text


def test_whoever_says_what_for_sees_who_it_is_and_that_is_kept(
    workspace: Workspace, child: str
) -> None:
    person = workspace[CIVIL_AFFAIRS]
    without = person.send(f"/children/{child}/reveal", {"why": ""})
    assert without.status_code == 404
    assert a_name(1) not in without.text
    shown = person.send(f"/children/{child}/reveal", {"why": RevealedFor.CHECK})
    assert shown.status_code == 200
    for told in (a_name(1), an_id_number(1)):
        assert told in shown.text
    again = person.get(f"/children/{child}")
    assert a_name(1) not in again.text
    assert "显示身份：核对身份" in text_of(again)


def test_whoever_may_not_see_a_child_reveals_nothing(workspace: Workspace, child: str) -> None:
    nobody = workspace[OTHER_TOWN].send(f"/children/{child}/reveal", {"why": RevealedFor.CHECK})
    assert nobody.status_code == 404
    assert a_name(1) not in nobody.text


def test_ones_own_case_load_is_shown_in_full(workspace: Workspace, child: str) -> None:
    for seat in (TOWN, VILLAGE, SCHOOL):
        page = workspace[seat].get(f"/children/{child}")
        assert a_name(1) in page.text
        assert "显示身份" not in text_of(page)


def test_with_a_task_in_hand_nothing_is_left_out(workspace: Workspace, child: str) -> None:
    """Education is told of the dropout, and then sees whom it is about."""
    assert a_name(1) not in workspace[EDUCATION].get(f"/children/{child}").text
    send(workspace.program, SCHOOL, "education.absence", absent(pupil(1)))
    workspace.settle()
    has = workspace.program.queries.in_hand(EDUCATION, [child])
    page = workspace[EDUCATION].get(f"/children/{child}").text
    assert (a_name(1) in page) is bool(has)


@pytest.mark.parametrize(
    ("name", "shown"), [("", ""), ("王", "王＊"), ("王芳", "王＊"), ("欧阳小明", "欧＊＊＊")]
)
def test_a_name_in_part(name: str, shown: str) -> None:
    assert masked_name(name) == shown


def test_nothing_by_which_a_child_is_found_stays() -> None:
    fields = {"name": "王芳", "id_number": "1", "address": "2", "sex": "F", "categories": "X"}
    assert masked_fields(fields) == {"name": "王＊", "sex": "F", "categories": "X"}
