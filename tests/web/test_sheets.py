"""Sheets: tried first, sent when they are right; refused rows come back, and wait at their sender
alone."""

from __future__ import annotations

import csv
import io

from httpx import Response
from python_calamine import CalamineWorkbook

from tests.program import (
    OTHER_SCHOOL,
    SCHOOL,
    a_name,
    absent,
    actor,
    an_id_number,
    pupil,
    topics,
)
from tests.web.people import Person, Workspace, text_of

HEADINGS = ("学生姓名", "身份证号", "缺课起日", "连续缺课天数", "缺课原因")


def sheet(*rows: dict[str, object]) -> bytes:
    """A school's ledger of absences, as CSV."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for row in rows:
        names = ("name", "id_number", "absent_since", "school_days", "reason_code")
        writer.writerow([row[name] for name in names])
    return text.getvalue().encode("utf-8-sig")


def upload(person: Person, content: bytes, name: str = "台账.csv") -> Response:
    """Choose a file and press 检查."""
    answer: Response = person.client.post(
        "/sheets",
        files={"file": (name, content)},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    return answer


GOOD = absent(pupil(1))
BAD = {**absent(pupil(2)), "school_days": "好几天"}


def test_a_sheet_is_tried_then_sent_and_sent_again_changes_nothing(workspace: Workspace) -> None:
    person = workspace[SCHOOL]
    tried = text_of(upload(person, sheet(GOOD, BAD)))
    assert "共2行：可以登记1行，早已登记过0行，有误1行" in tried
    assert "应填整数天数" in tried
    assert topics(workspace.program) == []
    assert workspace.program.quarantine.list(SCHOOL) == []
    back = person.get("/sheets/errors.xlsx")
    assert back.content.startswith(b"PK")
    sent = text_of(person.send("/sheets", {"send": "1"}))
    assert "已登记1行" in sent
    assert len(workspace.program.quarantine.list(SCHOOL)) == 1
    upload(person, sheet(GOOD, BAD))
    again = text_of(person.send("/sheets", {"send": "1"}))
    assert "早已登记过1行" in again
    assert len(workspace.program.quarantine.list(SCHOOL)) == 1


def test_a_sheet_between_trial_and_sending_is_its_persons_alone(workspace: Workspace) -> None:
    upload(workspace[SCHOOL], sheet(GOOD))
    other = workspace.person(SCHOOL)
    assert other.get("/sheets/errors.xlsx").status_code == 404
    assert "请选择一个表格文件" in text_of(other.send("/sheets", {"send": "1"}))


def test_what_is_no_sheet_is_said_in_words(workspace: Workspace) -> None:
    answer = upload(workspace[SCHOOL], b"%PDF-1.7", "扫描件.pdf")
    assert answer.status_code == 422
    assert "表格没有读" in text_of(answer)


def test_a_refused_row_is_mended_where_it_waits_and_by_its_sender_alone(
    workspace: Workspace,
) -> None:
    person = workspace[SCHOOL]
    upload(person, sheet(BAD))
    person.send("/sheets", {"send": "1"})
    (row,) = workspace.program.quarantine.list(SCHOOL)
    listed = person.get("/quarantine").text
    assert f'href="/quarantine/{row.id}"' in listed
    assert a_name(2) not in listed
    form = person.get(f"/quarantine/{row.id}")
    assert "好几天" in form.text
    assert an_id_number(2) in form.text
    stranger = workspace[OTHER_SCHOOL]
    assert stranger.get(f"/quarantine/{row.id}").status_code == 404
    assert stranger.send(f"/quarantine/{row.id}", {"school_days": "5"}).status_code == 404
    fields = {**{k: str(v) for k, v in absent(pupil(2)).items()}, "school_days": "许多"}
    assert person.send(f"/quarantine/{row.id}", fields).status_code == 422
    done = person.send(f"/quarantine/{row.id}", {**fields, "school_days": "5"})
    assert done.status_code == 303
    assert "已登记，回执号" in text_of(person.get(done.headers["location"]))
    assert workspace.program.quarantine.list(SCHOOL) == []


def test_sheets_that_were_sent_are_listed_and_what_waits_comes_back_as_a_sheet(
    workspace: Workspace,
) -> None:
    """Given a sheet with a bad row that was tried and sent, when its sender looks back, then it
    stands there once with its numbers, the bad row comes back as a sheet, and nobody else sees it.
    """
    person = workspace[SCHOOL]
    upload(person, sheet(GOOD, BAD))
    assert "还没有报过表格" in text_of(person.get("/sheets/history"))
    person.send("/sheets", {"send": "1"})
    page = person.get("/sheets/history")
    said = text_of(page)
    assert f"{person.user.login} 1行 0行 1行" in said
    assert a_name(2) not in page.text
    again = person.get("/sheets/waiting/education/absence")
    assert again.content.startswith(b"PK")
    book = CalamineWorkbook.from_filelike(io.BytesIO(again.content))
    cells = [str(each) for line in book.get_sheet_by_index(0).to_python() for each in line]
    assert a_name(2) in cells
    assert a_name(1) not in cells
    stranger = workspace[OTHER_SCHOOL]
    assert "还没有报过表格" in text_of(stranger.get("/sheets/history"))
    assert stranger.get("/sheets/waiting/education/absence").status_code == 404
    assert stranger.get("/sheets/waiting/police/admonition").status_code == 403


def test_of_records_that_can_be_sealed_away_no_sheet_is_remembered(workspace: Workspace) -> None:
    program = workspace.program
    (kind,) = program.policies.rules.sealing.kinds
    text = ",".join(column.heading for column in program.intake.kind(SCHOOL, kind).columns)
    values = ",".join(column.example or "" for column in program.intake.kind(SCHOOL, kind).columns)
    program.intake.sheet(actor(SCHOOL), f"{text}\n{values}\n".encode(), "a.csv")
    assert program.quarantine.sheets(SCHOOL) == []


def test_a_blank_sheet_is_given_for_every_kind_that_is_ones_own(workspace: Workspace) -> None:
    person = workspace[SCHOOL]
    blank = person.get("/sheets/education/absence")
    assert blank.content.startswith(b"PK")
    assert "filename*=UTF-8''" in blank.headers["content-disposition"]
    assert person.get("/sheets/police/admonition").status_code == 403
