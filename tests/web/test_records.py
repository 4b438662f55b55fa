"""Forms of records: made of the sheet's columns, about a child that was chosen, mended in place."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from adapters.registry import ALL_KINDS
from domain.organisations import seat_of
from hub.web.forms import cells, widgets
from tests.program import (
    EDUCATION,
    SCHOOL,
    START,
    STATION,
    TOWN,
    VILLAGE,
    a_name,
    absent,
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

ABSENCE = "/records/education/absence"


def on_the_roll(workspace: Workspace) -> str:
    """A resident pupil of the school; gives the child's pseudonym."""
    send(workspace.program, TOWN, "town.residence", resident(pupil(1)))
    send(workspace.program, EDUCATION, "education.roll", enrolled(pupil(1)))
    workspace.settle()
    return child_of(workspace.program, pupil(1))


@pytest.mark.parametrize("kind", ALL_KINDS, ids=lambda kind: kind.name)
def test_a_form_has_every_column_of_the_sheet_in_a_form_that_it_can_be_read_in(
    kind: object,
) -> None:
    from adapters.intake.records import RecordKind

    assert isinstance(kind, RecordKind)
    fields = widgets(kind)
    assert [each.name for each in fields] == [column.field for column in kind.columns]
    for each in fields:
        assert each.label
        assert (each.kind in ("choice", "several")) == bool(each.choices), each.name


def test_every_organisation_opens_the_form_of_every_kind_that_is_its_to_send(
    workspace: Workspace,
) -> None:
    for organisation in (SCHOOL, STATION, TOWN, VILLAGE, EDUCATION):
        person = workspace[organisation]
        kinds = workspace.program.intake.kinds(organisation)
        listed = person.get("/records").text
        for kind in kinds:
            path = "/records/" + kind.name.replace(".", "/", 1)
            assert f'href="{path}"' in listed
        page = person.get("/records/" + kinds[-1].name.replace(".", "/", 1))
        assert page.status_code == 200
        foreign = next(k for k in ALL_KINDS if seat_of(organisation) not in k.seats)
        assert person.get("/records/" + foreign.name.replace(".", "/", 1)).status_code == 403
    assert workspace[SCHOOL].get("/records/no/such").status_code == 403


def test_a_school_reports_absence_of_a_pupil_that_it_chose_and_types_no_number(
    workspace: Workspace,
) -> None:
    child = on_the_roll(workspace)
    person = workspace[SCHOOL]
    assert a_name(1) in person.get("/children").text
    form = person.get(f"{ABSENCE}?child_ref={child}")
    assert a_name(1) in form.text
    assert an_id_number(1) not in form.text
    assert 'name="id_number"' not in form.text
    answer = person.send(
        ABSENCE,
        {
            "child_ref": child,
            "absent_since": "2025-02-24",
            "school_days": "5",
            "reason_code": "原因不明",
        },
    )
    assert answer.status_code == 200
    assert "回执号" in text_of(answer)
    workspace.settle()
    assert "dropout.suspected.v1" in topics(workspace.program)
    assert workspace.program.queries.inbox(reader(TOWN)).items


def test_a_child_of_somebody_else_is_no_child(workspace: Workspace) -> None:
    child = on_the_roll(workspace)
    person = workspace["school:3101170002"]
    assert person.get(f"{ABSENCE}?child_ref={child}").status_code == 404
    assert person.send(ABSENCE, {"child_ref": child, "school_days": "5"}).status_code == 404


def test_what_is_wrong_is_said_at_its_field_kept_once_and_mended(workspace: Workspace) -> None:
    child = on_the_roll(workspace)
    person = workspace[SCHOOL]
    wrong = {"child_ref": child, "absent_since": "2025-02-24", "school_days": "许多天"}
    answer = person.send(ABSENCE, wrong)
    assert answer.status_code == 422
    said = text_of(answer)
    assert "连续缺课天数：此项应填整数天数" in said
    assert "缺课原因" in said
    assert 'href="#school_days"' in answer.text
    assert "许多天" in answer.text
    (row,) = workspace.program.quarantine.list(SCHOOL)
    again = person.send(ABSENCE, {**wrong, "row": row.id, "school_days": "五天"})
    assert again.status_code == 422
    assert len(workspace.program.quarantine.list(SCHOOL)) == 1
    right = {**wrong, "row": row.id, "school_days": "5", "reason_code": "原因不明"}
    assert person.send(ABSENCE, right).status_code == 200
    assert workspace.program.quarantine.list(SCHOOL) == []


def test_a_form_that_was_begun_is_found_again(workspace: Workspace) -> None:
    person = workspace[SCHOOL]
    kept = {"_form": "record/education.absence", "school_days": "4", "reason": "家里说病了"}
    assert person.send("/drafts", kept).status_code == 204
    assert "没有写完的" in text_of(person.get("/records"))
    assert "家里说病了" in person.get(ABSENCE).text
    at(workspace.program, START + timedelta(days=8))
    workspace.people.clear()
    assert (
        workspace.program.entrance.drafts.forms(person.user.user, START + timedelta(days=8)) == []
    )


def test_several_choices_become_one_cell() -> None:
    kind = next(k for k in ALL_KINDS if any(w.kind == "several" for w in widgets(k)))
    field = next(w for w in widgets(kind) if w.kind == "several")
    words = [word for _, word in field.choices[:2]]
    assert cells(kind, {field.name: words}) == {field.name: "、".join(words)}


def test_looking_for_a_child_finds_ones_own_and_says_what_nothing_means(
    workspace: Workspace,
) -> None:
    on_the_roll(workspace)
    asked = {"id_number": an_id_number(1)}
    found = workspace[SCHOOL].send("/children/search", asked)
    assert a_name(1) in text_of(found)
    nothing = workspace["school:3101170002"].send("/children/search", asked)
    assert nothing.status_code == 200
    assert a_name(1) not in nothing.text
    assert "不表示孩子安全" in text_of(nothing)
    assert workspace[SCHOOL].send("/children/search", {"name": "示"}).status_code == 422


def test_a_file_shows_what_happened_who_looked_and_another_day(workspace: Workspace) -> None:
    child = on_the_roll(workspace)
    person = workspace[TOWN]
    page = text_of(person.get(f"/children/{child}"))
    for part in ("未了事项", "基本情况", "时间线", "谁看过这份档案", "按日回看"):
        assert part in page
    assert "一人一档" in page
    past = text_of(person.get(f"/children/{child}?on=2025-03-02"))
    assert "2025年3月2日" in past
    pdf = person.get(f"/children/{child}/file.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    assert workspace["school:3101170002"].get(f"/children/{child}/file.pdf").status_code == 404


def test_a_timeline_shows_one_chapter_of_the_file(workspace: Workspace) -> None:
    """Given a dropout and a residence, the chapter 就学 lists the first alone."""
    child = on_the_roll(workspace)
    send(workspace.program, SCHOOL, "education.absence", absent(pupil(1)))
    workspace.settle()
    person = workspace[TOWN]

    def titles(query: str) -> list[str]:
        page = person.get(f"/children/{child}{query}").text
        line = page.split('id="line"')[1].split('id="looks"')[0]
        return re.findall(r"<h3>([^<]+)</h3>", line)

    every, schooling = titles(""), titles("?chapter=就学")
    assert schooling
    assert set(schooling) < set(every)
    assert titles("?chapter=保障和救助") == []
    assert titles("?chapter=没有这一章") == every
