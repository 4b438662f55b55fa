"""Records and sheets in, receipts out, refused rows back (待更正)."""

from __future__ import annotations

import csv
import io
from typing import Any

from tests import program as given
from tests.api.desks import NOTHING, District
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    POLICE,
    SCHOOL,
    TOWN,
    absent,
    an_id_number,
    enrolled,
    pupil,
    resident,
)

HEADINGS = {
    "name": "学生姓名",
    "id_number": "身份证号",
    "guardian_name": "监护人姓名",
    "guardian_phone": "监护人电话",
    "village": "居住村居",
    "address": "家庭住址",
    "school": "学校",
    "grade": "年级",
    "since": "就读起日",
}


def roll_sheet(*records: dict[str, Any]) -> bytes:
    """A roll as a CSV sheet."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS.values())
    for record in records:
        writer.writerow(record.get(name, "") for name in HEADINGS)
    return text.getvalue().encode("utf-8-sig")


def test_a_record_is_answered_with_a_receipt_and_a_repeat_with_the_same(
    district: District,
) -> None:
    desk = district[TOWN]
    first = desk.post("/intake/town/residence", resident(pupil(1)))
    assert first.status_code == 201
    body = first.json()
    assert (body["repeated"], body["corrected"]) == (False, False)
    assert body["position"] == district.program.store.position
    again = desk.post("/intake/town/residence", resident(pupil(1)))
    assert again.status_code == 200
    assert again.json() == {**body, "repeated": True}
    corrected = desk.post("/intake/town/residence", resident(pupil(1), address="示例新路1号"))
    assert corrected.status_code == 201
    assert corrected.json()["corrected"] is True


def test_a_bad_record_is_refused_kept_and_corrected(district: District) -> None:
    desk = district[TOWN]
    wrong = an_id_number(1)[:-1] + ("1" if an_id_number(1)[-1] != "1" else "2")
    refused = desk.post("/intake/town/residence", resident(pupil(1, id_number=wrong)))
    assert refused.status_code == 422
    problem = refused.json()
    assert problem["code"] == "RECORD_REFUSED"
    assert [fault["column"] for fault in problem["faults"]] == ["身份证号"]
    assert all(fault["rule"] and fault["advice"] for fault in problem["faults"])
    row = problem["quarantine_id"]

    (listed,) = desk.items("/quarantine")
    assert (listed["id"], listed["kind"], listed["state"]) == (row, "town.residence", "open")
    assert "cells" not in listed

    looks = district.program.audit.count()
    opened = desk.get(f"/quarantine/{row}").json()
    assert opened["cells"]["id_number"] == wrong
    newest = district.program.audit.newest(1)[0]
    assert district.program.audit.count() == looks + 1
    assert (newest.purpose, newest.task, newest.action) == ("QUARANTINE", row, "quarantine")

    still = desk.post(f"/quarantine/{row}", {"cells": {"id_number": "示例"}})
    assert still.status_code == 422
    assert still.json()["quarantine_id"] == row
    right = desk.post(f"/quarantine/{row}", {"cells": {"id_number": an_id_number(1)}})
    assert right.status_code == 201
    assert desk.items("/quarantine") == []
    (done,) = desk.items("/quarantine", state="corrected")
    assert done["receipt"] == right.json()["receipt"]
    over = desk.post(f"/quarantine/{row}", {"cells": {}})
    assert (over.status_code, over.json()["detail"]) == (404, NOTHING)


def test_a_correction_names_columns_as_the_sheet_does(district: District) -> None:
    desk = district[TOWN]
    refused = desk.post("/intake/town/residence", resident(pupil(1, id_number="123"))).json()
    row = refused["quarantine_id"]
    before = desk.get(f"/quarantine/{row}").json()["cells"]
    misnamed = desk.post(f"/quarantine/{row}", {"cells": {"张三的号码": an_id_number(1)}})
    assert (misnamed.status_code, misnamed.json()["code"]) == (422, "INVALID")
    assert "身份证号" in misnamed.json()["faults"][0]["advice"]
    assert "张三" not in misnamed.text
    assert desk.get(f"/quarantine/{row}").json()["cells"] == before
    right = desk.post(f"/quarantine/{row}", {"cells": {"身份证号": an_id_number(1)}})
    assert right.status_code == 201


def test_a_field_that_should_not_be_there_can_be_emptied(district: District) -> None:
    desk = district[TOWN]
    refused = desk.post("/intake/town/residence", resident(pupil(1), colour="蓝")).json()
    assert [fault["code"] for fault in refused["faults"]] == ["UNKNOWN_FIELD"]
    row = refused["quarantine_id"]
    assert desk.post(f"/quarantine/{row}", {"cells": {"colour": ""}}).status_code == 201


def test_a_heading_that_may_be_a_value_is_not_repeated(district: District) -> None:
    sheet = roll_sheet(enrolled(pupil(1))).decode("utf-8-sig")
    first, _, rest = sheet.partition("\r\n")
    damaged = f"{first},1390000 1111,序号\r\n{rest}".encode()
    answer = district[EDUCATION].post(
        "/intake/education/sheets", files={"file": ("a.csv", damaged)}, params={"dry_run": True}
    )
    assert answer.json()["unknown_headings"] == ["（不像表头的一列）", "序号"]


def test_all_that_is_wrong_with_a_row_is_told_at_once(district: District) -> None:
    """Also where one of its cells is refused as a cell, and with the limits that hold."""
    text = (
        "学生姓名,身份证号,缺课起日,连续缺课天数,缺课原因,说明\r\n"
        f"示例甲,{an_id_number(1)},2025-03-03,900,原因不明,=1+1\r\n"
    )
    answer = district[SCHOOL].post(
        "/intake/education/sheets", files={"file": ("a.csv", text.encode())}
    )
    (row,) = answer.json()["rows"]
    found = {fault["column"]: fault["rule"] for fault in row["faults"]}
    assert found.keys() == {"说明", "连续缺课天数"}
    assert found["连续缺课天数"] == "数值太大，应不大于400。"


def test_another_organisations_row_reads_as_if_there_were_none(district: District) -> None:
    district[TOWN].post("/intake/town/residence", resident(pupil(1, id_number="123")))
    (row,) = district[TOWN].items("/quarantine")
    stranger = district[SCHOOL]
    assert stranger.items("/quarantine") == []
    for suffix in (row["id"], "a0000000-0000-8000-8000-000000000001", "张三"):
        answers = [
            stranger.get(f"/quarantine/{suffix}"),
            stranger.post(f"/quarantine/{suffix}", {"cells": {"id_number": an_id_number(1)}}),
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert {answer.content for answer in answers} == {
            stranger.get("/children/00000000-0000-4000-8000-000000000000").content
        }


def test_the_quarantine_is_paged_even_while_rows_leave_it(district: District) -> None:
    desk = district[TOWN]
    for number in range(5):
        desk.post("/intake/town/residence", resident(pupil(number, id_number=f"12{number}")))
    first = desk.get("/quarantine", limit=2).json()
    seen = [row["id"] for row in first["items"]]
    right = {"cells": {"id_number": an_id_number(1)}}
    assert desk.post(f"/quarantine/{seen[1]}", right).status_code == 201
    following = desk.get("/quarantine", limit=10, cursor=first["next_cursor"]).json()
    assert len(following["items"]) == 3
    assert following["next_cursor"] is None
    assert not set(seen) & {row["id"] for row in following["items"]}


def test_a_seat_is_told_what_it_may_send_and_no_more(district: District) -> None:
    names = [f"{k['agency']}.{k['kind']}" for k in district[SCHOOL].items("/intake/kinds")]
    own = {
        "aid": ["application", "end", "review", "verification"],
        "education": [
            *("absence", "concern", "conduct_measure", "monthly_report", "pairing"),
            *("pairing_contact", "pairing_end", "persuasion", "return"),
        ],
        "guidance": ["course_end", "course_offer", "course_session"],
        "jobs": ["ending", "wish"],
        "online": ["measures", "risk", "use_recheck"],
        "outside": ["entry"],
        "programmes": [
            *("activity", "child_answer", "good_case", "good_case_withdrawal", "hazard"),
            *("inspection", "recheck", "rectification", "sign_up", "site", "spot_answer"),
            *("work_done", "work_item"),
        ],
        "workforce": [
            *("appraisal", "departure", "entry_query", "exam", "exam_result", "training", "worker"),
        ],
    }
    theirs = [f"{agency}.{each}" for agency, kinds in own.items() for each in kinds]
    assert names == sorted(["advice.reply", *theirs, "report.mandatory"])
    (column,) = [
        column
        for kind in district[POLICE].items("/intake/kinds")
        for column in kind["columns"]
        if column["field"] == "conduct"
    ]
    assert column["required"] is True
    assert ["NEGLECT", "拒绝或怠于履行监护职责"] in column["codes"]
    agencies = {k["agency"] for k in district[CIVIL_AFFAIRS].items("/intake/kinds")}
    # What is every seat's, its own, what a town and a village say of a problem too, what those do
    # in whose place it stands, and what it has others heed.
    in_their_place = {"welfare_institution", "womens_federation"}
    of_several = {"aid", "charity", "home", "jobs", "online", "outside"}
    of_several |= {"programmes", "workforce"}
    assert agencies == {
        *("civil_affairs", "report", "advice", "town", "village", "safety"),
        *(in_their_place | of_several),
    }


def test_other_agencies_doors_and_doors_that_are_not_there_are_refused_alike(
    district: District,
) -> None:
    desk = district[SCHOOL]
    sheet = {"file": ("roll.csv", roll_sheet(), "text/csv")}
    answers = [
        desk.post("/intake/police/admonition", given.admonished(pupil(1))),
        desk.post("/intake/education/roll", enrolled(pupil(1))),
        desk.post("/intake/nobody/nothing", {"name": "示甲甲"}),
        desk.request("POST", "/intake/police/sheets", files=sheet),
        desk.request("POST", "/intake/nobody/sheets", files=sheet),
        desk.post("/case-status", {"document_number": "1", "child": {}}),
        desk.post("/case-status", {"wrong": 1}),
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.content for answer in answers}) == 1
    assert district.program.store.position == 0


def test_a_school_reports_on_its_own_pupils_only(district: District) -> None:
    child = pupil(1)
    district[EDUCATION].send("education/roll", enrolled(child))
    refused = district[OTHER_SCHOOL].post("/intake/education/persuasion", absent(child))
    assert refused.status_code == 422


def test_a_sheet_goes_in_row_by_row_and_twice_changes_nothing(district: District) -> None:
    desk = district[EDUCATION]
    data = roll_sheet(enrolled(pupil(1)), enrolled(pupil(2, id_number="123")), enrolled(pupil(3)))

    def upload(**params: Any) -> dict[str, Any]:
        files = {"file": ("名册.csv", data, "text/csv")}
        answer = desk.request("POST", "/intake/education/sheets", files=files, params=params)
        assert answer.status_code == 200, answer.json()
        found: dict[str, Any] = answer.json()
        return found

    rehearsal = upload(dry_run=True)
    assert (rehearsal["accepted"], rehearsal["refused"], rehearsal["dry_run"]) == (2, 1, True)
    assert {row["receipt"] for row in rehearsal["rows"]} == {None}
    assert district.program.store.position == 0
    assert desk.items("/quarantine") == []

    first = upload()
    assert (first["received"], first["accepted"], first["refused"]) == (3, 2, 1)
    assert [row["row"] for row in first["rows"]] == [2, 3, 4]
    bad = first["rows"][1]
    assert bad["receipt"] is None
    assert bad["faults"][0]["column"] == "身份证号"
    assert bad["quarantine_id"] == desk.items("/quarantine")[0]["id"]
    assert first["position"] == district.program.store.position

    second = upload()
    assert (second["accepted"], second["repeated"], second["refused"]) == (0, 2, 1)
    assert second["position"] == first["position"]
    assert len(desk.items("/quarantine")) == 1


def test_a_file_that_is_no_sheet_is_refused_with_a_reason(district: District) -> None:
    desk = district[EDUCATION]
    for name, data in (("a.csv", b""), ("a.xlsx", b"PK\x03\x04 nothing"), ("a.pdf", b"%PDF-1.7")):
        answer = desk.request("POST", "/intake/education/sheets", files={"file": (name, data)})
        assert answer.status_code == 422
        assert answer.json()["type"].endswith("sheet-refused")
        assert answer.json()["detail"]
    assert desk.request("POST", "/intake/education/sheets").status_code == 422
