"""The rules, the clocks and how the program runs, on pages."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest

from domain.organisations import SEAT_WORDS, Seat
from hub.web import words
from tests.program import CIVIL_AFFAIRS, SCHOOL, TOWN, child_of, pupil, resident, send
from tests.web.people import Workspace, text_of


def test_each_cell_of_the_matrix_leads_to_why_and_says_the_same(workspace: Workspace) -> None:
    """Given the matrix of a school, when a cell is opened, then the explanation of that very
    question gives the same answer, and names the cell's row."""
    person = workspace[SCHOOL]
    page = person.get("/rules/matrix?seat=school").text
    cells = re.findall(r'<a href="(/rules\?[^"]+)" aria-label="[^"]+">([^<]+)</a>', page)
    assert len(cells) > 30
    assert {"不能看"} < {said for _, said in cells}
    for address, said in cells[::4]:
        why = text_of(person.get(unescape(address)))
        assert said == "不能看" or f"能看到：{said}" in why
        assert said != "不能看" or "不能看到" in why
        assert "sharing-matrix.csv" in why


def test_who_sees_a_kind_of_content_is_listed_by_every_kind_of_organisation(
    workspace: Workspace,
) -> None:
    page = text_of(workspace[SCHOOL].get("/rules/matrix?category=harm"))
    assert all(word in page for word in SEAT_WORDS.values())
    assert workspace[SCHOOL].get("/rules/matrix?seat=nobody&purpose=none").status_code == 200


def test_clocks_and_calendars_are_said_with_what_they_rest_on(workspace: Workspace) -> None:
    page = text_of(workspace[SCHOOL].get("/deadlines"))
    version = workspace.program.policies.version
    assert version in page
    assert "2025年 已公布" in page
    assert "2028年 暂定" in page
    for clock in workspace.program.policies.rules.clocks.values():
        assert clock.title in page
    assert "未保法第114条" in page
    assert "config" not in page


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("plan 二2 (P10, P14); term: config [K]", "行动计划二2"),
        ("教基厅函〔2024〕15号: 学校一月一报告 [S8]; term: config", "教基厅函〔2024〕15号"),
        ("未保法 28(2) (written), 83; 沪未保 57", "未保法第28(2)条；沪未保第57条"),
        ("强报意见 Arts 6–7: material is handed over", "强报意见第6至7条"),
        ("no report lies open for ever: config [D]", "本区设定"),
    ],
)
def test_what_a_rule_rests_on_is_read_from_its_note(source: str, read: str) -> None:
    assert words.basis(source) == read


@pytest.mark.adversary
def test_what_could_not_be_read_in_is_told_to_oversight_alone_and_without_content(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = workspace.program

    def fails(*_: Any) -> None:
        raise RuntimeError("王小明 310117")

    view = program.projector.view(Seat.TOWN)
    monkeypatch.setattr(view, "_take", fails)
    send(program, TOWN, "town.residence", resident(pupil(1)))
    workspace.settle()
    letter = view.dead_letters()[0]
    page = workspace[CIVIL_AFFAIRS].get("/dead-letters")
    text = text_of(page)
    assert f"{SEAT_WORDS[Seat.TOWN]}的视图 {letter.position} " in text
    assert "RuntimeError" in text
    for kept in (letter.topic, letter.ordering_key, child_of(program, pupil(1)), "王小明"):
        assert kept not in page.text
    for seat in (SCHOOL, TOWN):
        assert workspace[seat].get("/dead-letters").status_code == 403
        assert "/dead-letters" not in workspace[seat].get("/system").text


def test_the_trees_are_verified_when_asked_and_what_does_not_fit_is_said(
    workspace: Workspace,
) -> None:
    program = workspace.program
    send(program, TOWN, "town.residence", resident(pupil(1)))
    workspace.settle()
    person = workspace[CIVIL_AFFAIRS]
    program.trail.follow()
    assert "还没有在这里核验过" in text_of(person.get("/checkpoints"))
    sound = text_of(person.send("/checkpoints", {}))
    assert "没有不符之处" in sound
    with program.trail._database.writing() as connection:
        connection.execute("UPDATE streams SET signature = ?", (b"x" * 64,))
    assert "处不符" in text_of(person.send("/checkpoints", {}))
    assert workspace[SCHOOL].get("/checkpoints").status_code == 403
    assert workspace[SCHOOL].send("/checkpoints", {}).status_code == 403


def test_how_long_an_event_waits_is_said_in_seconds(workspace: Workspace) -> None:
    program = workspace.program
    assert "没有落后" in text_of(workspace[SCHOOL].get("/system"))
    send(program, TOWN, "town.residence", resident(pupil(1)))
    assert re.search(r"\d+个事件，\d+秒", text_of(workspace[SCHOOL].get("/system")))


def test_every_door_of_the_api_is_described_on_pages_of_our_own(workspace: Workspace) -> None:
    """Given the API's own document, when its pages are opened one by one, then each door stands on
    one of them with its title, and no page asks for a script of others."""
    person = workspace[SCHOOL]
    document = person.get("/api/v1/openapi.json").json()
    first = person.get("/docs").text
    tags = [unquote(each) for each in re.findall(r'"/docs\?of=([^"]+)"', first)]
    said = " ".join(text_of(person.get(f"/docs?of={each}")) for each in tags)
    for path, operations in document["paths"].items():
        for method, each in operations.items():
            assert f"{each['summary']} {method.upper()} {path} " in said
    assert "swagger" not in first
    assert person.get("/docs?of=nothing").status_code == 200
    assert workspace.browser().get("/docs").status_code == 303
