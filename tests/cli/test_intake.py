"""``hub intake`` and ``hub templates``: good rows in, bad rows back, the same sheet once."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from hub.bootstrap import Program
from tests.cli.office import KINDS, Hub, write_sheet
from tests.program import (
    EDUCATION,
    OTHER_SCHOOL,
    SCHOOL,
    a_name,
    absent,
    an_id_number,
    enrolled,
    pupil,
    running,
)

pytestmark = pytest.mark.slow

WRONG_ID = an_id_number(2)[:-1] + ("0" if an_id_number(2)[-1] != "0" else "1")


def ledger(path: Path, *rows: dict[str, Any]) -> Path:
    """A school's ledger of absences."""
    return write_sheet(path, "education.absence", rows)


def mixed(path: Path) -> Path:
    """Two good rows (3 and 4 hold a bad one) with two bad ones between."""
    return ledger(
        path,
        absent(pupil(1)),
        absent(pupil(2, id_number=WRONG_ID)),
        absent(pupil(3), days=900, reason_code="不想上学了"),
        absent(pupil(4)),
    )


def send(hub: Hub, sheet: Path, data: Path, *more: object) -> Any:
    """Send a ledger as the school; gives what the command did."""
    return hub("intake", "education", sheet, "--organisation", SCHOOL, "--data", data, *more)


def position(data: Path) -> int:
    """Where the log stands."""
    with running(data) as program:
        return program.store.position


def test_a_sheet_goes_in_and_what_follows_is_settled(hub: Hub, data: Path, tmp_path: Path) -> None:
    ran = send(hub, ledger(tmp_path / "a.xlsx", absent(pupil(1)), absent(pupil(2))), data)
    assert (ran.code, ran.err) == (0, "")
    assert "共2行：登记2行，重复（早已登记，没有变动）0行，退回0行" in ran.out
    assert ran.out.count("回执号") == 2
    status = hub("status", "--data", data, "--json").json
    assert status["reactions"]["lag"] == 0
    assert {view["lag"] for view in status["views"].values()} == {0}
    assert status["views"]["town"]["rows"]["referrals"] > 0


def test_the_same_sheet_twice_changes_nothing(hub: Hub, data: Path, tmp_path: Path) -> None:
    sheet = ledger(tmp_path / "a.xlsx", absent(pupil(1)), absent(pupil(2)))
    first = send(hub, sheet, data, "--json").json
    before = position(data)
    again = send(hub, sheet, data, "--json")
    assert again.code == 0
    assert (again.json["accepted"], again.json["repeated"]) == (0, 2)
    numbers = [[each["number"] for each in run["receipts"]] for run in (first, again.json)]
    assert numbers[0] == numbers[1]
    assert position(data) == before


def test_bad_rows_come_back_and_good_rows_go_in(hub: Hub, data: Path, tmp_path: Path) -> None:
    ran = send(hub, mixed(tmp_path / "a.xlsx"), data)
    assert ran.code == 1
    assert "登记2行" in ran.out
    assert "退回2行" in ran.out
    assert "第3行 【身份证号】" in ran.err
    assert "第4行 【连续缺课天数】" in ran.err
    assert "第4行 【缺课原因】" in ran.err
    for line in ran.err.splitlines():
        assert line.endswith("。")


@pytest.mark.adversary
def test_no_error_repeats_a_value(hub: Hub, data: Path, tmp_path: Path) -> None:
    for more in ((), ("--json",), ("--dry-run",)):
        ran = send(hub, mixed(tmp_path / "a.xlsx"), data, *more)
        for number in (2, 3):
            for value in (a_name(number), an_id_number(number), f"138{number:08d}", "不想上学了"):
                assert value not in ran.out + ran.err
        assert WRONG_ID not in ran.out + ran.err


def test_json_has_receipts_faults_and_nothing_else_on_stdout(
    hub: Hub, data: Path, tmp_path: Path
) -> None:
    ran = send(hub, mixed(tmp_path / "a.xlsx"), data, "--json")
    assert (ran.code, ran.err) == (1, "")
    found = ran.json
    assert [found[key] for key in ("rows", "accepted", "repeated", "refused")] == [4, 2, 0, 2]
    assert [each["row"] for each in found["receipts"]] == [2, 5]
    assert {each["row"] for each in found["faults"]} == {3, 4}
    assert {"column", "code", "rule", "advice", "quarantine_id"} <= found["faults"][0].keys()
    assert (found["kind"], found["organisation"]) == ("education.absence", SCHOOL)
    assert found["settled"] is True


def test_whoever_reports_harm_reads_first_whom_to_call(
    hub: Hub, data: Path, tmp_path: Path
) -> None:
    """未保法 11: 110 first; of any other record nothing is said of it."""
    report = tmp_path / "r.jsonl"
    report.write_text(json.dumps({"seen": "（示例）手臂有伤"}), encoding="utf-8")
    sent = ("intake", "report", report, "--kind", "mandatory")
    ran = hub(*sent, "--organisation", SCHOOL, "--data", data)
    assert ran.out.splitlines()[0] == "有孩子正处于危险的，请立即打电话：公安报警电话 110。"
    found = hub(*sent, "--organisation", SCHOOL, "--data", data, "--json").json
    assert found["call"] == [{"name": "公安报警电话", "number": "110"}]
    rehearsed = hub(*sent, "--organisation", SCHOOL, "--data", data, "--dry-run", "--json").json
    assert rehearsed["call"] == []
    other = send(hub, ledger(tmp_path / "a.xlsx", absent(pupil(1))), data)
    assert "110" not in other.out


def test_a_dry_run_leaves_nothing(hub: Hub, data: Path, tmp_path: Path) -> None:
    before = position(data)
    ran = send(hub, mixed(tmp_path / "a.xlsx"), data, "--dry-run", "--json")
    assert ran.code == 1
    assert [ran.json[key] for key in ("accepted", "refused")] == [2, 2]
    assert ran.json["receipts"] == []
    assert ran.json["settled"] is None
    assert position(data) == before
    status = hub("status", "--data", data, "--json").json
    assert status["quarantine"]["open"] == 0


def test_refused_rows_come_back_as_a_sheet_that_can_be_sent_when_corrected(
    hub: Hub, data: Path, tmp_path: Path
) -> None:
    back = tmp_path / "back.xlsx"
    ran = send(hub, mixed(tmp_path / "a.xlsx"), data, "--errors-out", back)
    assert ran.code == 1
    assert stat.S_IMODE(back.stat().st_mode) == 0o600
    heading, *rows = CalamineWorkbook.from_path(back).get_sheet_by_index(0).to_python()
    assert heading[-1] == "错误原因"
    assert [row[0] for row in rows] == [a_name(2), a_name(3)]
    assert "【连续缺课天数】" in str(rows[1][-1])
    # Sent back as it is, the reason column is ignored and nothing new lies in quarantine.
    again = send(hub, back, data, "--json").json
    assert (again["refused"], again["unknown_headings"]) == (2, [])
    assert hub("status", "--data", data, "--json").json["quarantine"]["open"] == 2


def test_the_senders_own_sheet_is_never_written_over(hub: Hub, data: Path, tmp_path: Path) -> None:
    sheet = mixed(tmp_path / "a.xlsx")
    before = sheet.read_bytes()
    assert send(hub, sheet, data, "--errors-out", sheet).code == 2
    assert send(hub, sheet, data, "--errors-out", tmp_path / "back.csv").code == 2
    assert sheet.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"%PDF-1.7 not a sheet"),
        ("a.csv", b"\x89PNG\r\n\x1a\n and so on"),
        ("a.csv", b""),
        ("a.xlsx", b"PK\x03\x04 cut off"),
        ("a.csv", "姓名,无关\n张三,1\n".encode()),
        ("a.txt", b"\xff\xfe\x00"),
    ],
)
def test_a_file_that_is_no_such_sheet_is_refused_whole(
    name: str, content: bytes, hub: Hub, data: Path, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    ran = send(hub, tmp_path / name, data, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.strip()
    assert "张三" not in ran.err


def test_a_file_that_is_not_there(hub: Hub, data: Path, tmp_path: Path) -> None:
    ran = send(hub, tmp_path / "nowhere.xlsx", data)
    assert ran.code == 2
    assert "找不到" in ran.err


def test_the_department_is_the_sender_when_nobody_is_named(
    hub: Hub, data: Path, tmp_path: Path
) -> None:
    sheet = write_sheet(tmp_path / "roll.xlsx", "education.roll", [enrolled(pupil(1))])
    ran = hub("intake", "education", sheet, "--data", data, "--json")
    assert (ran.code, ran.json["organisation"]) == (0, EDUCATION)
    absences = ledger(tmp_path / "a.xlsx", absent(pupil(1)))
    wrong = hub("intake", "education", absences, "--data", data)
    assert wrong.code == 2
    assert "--organisation" in wrong.err
    nobody = hub("intake", "town", absences, "--data", data)
    assert nobody.code == 2
    assert "--organisation" in nobody.err


def test_a_person_sends_in_the_name_of_the_post_held(hub: Hub, data: Path, tmp_path: Path) -> None:
    added = hub("users", "add", "teacher", "--organisation", SCHOOL, "--data", data, "--json")
    sheet = ledger(tmp_path / "a.xlsx", absent(pupil(1)))
    ran = hub("intake", "education", sheet, "--user", "teacher", "--data", data, "--json")
    assert (ran.code, ran.json["organisation"]) == (0, SCHOOL)
    with running(data) as program:
        users = {fact.header[3] for fact in facts_of(program, SCHOOL)}
    assert users == {added.json["user"]}
    both = ("--user", "teacher", "--organisation", SCHOOL)
    assert hub("intake", "education", sheet, *both, "--data", data).code == 2
    assert hub("intake", "education", sheet, "--user", "nobody", "--data", data).code == 2


def facts_of(program: Program, organisation: str) -> list[Any]:
    """The facts that an organisation stated."""
    return [f for f in program.store.feed(0, 10_000) if f.producer == organisation]


def test_another_kind_of_organisation_may_not_send_it(hub: Hub, data: Path, tmp_path: Path) -> None:
    sheet = ledger(tmp_path / "a.xlsx", absent(pupil(1)))
    ran = hub("intake", "police", sheet, "--organisation", SCHOOL, "--data", data)
    assert ran.code == 2
    assert hub("intake", "nobody", sheet, "--organisation", SCHOOL, "--data", data).code == 2


def json_lines(path: Path, *lines: object) -> Path:
    """A file of one JSON text a line."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_json_lines_go_in_as_rows_do(hub: Hub, data: Path, tmp_path: Path) -> None:
    lines = json_lines(
        tmp_path / "a.jsonl",
        absent(pupil(1)),
        {**absent(pupil(2)), "favourite": "blue"},
        absent(pupil(3)),
    )
    rehearsed = send(hub, lines, data, "--kind", "absence", "--dry-run", "--json")
    assert (rehearsed.code, rehearsed.json["accepted"], rehearsed.json["receipts"]) == (1, 2, [])
    back = tmp_path / "back.xlsx"
    ran = send(hub, lines, data, "--kind", "absence", "--errors-out", back, "--json")
    assert (ran.code, ran.json["accepted"], ran.json["refused"]) == (1, 2, 1)
    assert [each["row"] for each in ran.json["faults"]] == [2]
    assert back.exists()
    again = send(hub, lines, data, "--kind", "education.absence", "--json")
    assert (again.json["accepted"], again.json["repeated"], again.json["refused"]) == (0, 2, 1)


def test_a_json_list_is_taken_too(hub: Hub, data: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([absent(pupil(1)), absent(pupil(2))], indent=1), encoding="utf-8")
    ran = send(hub, path, data, "--kind", "absence", "--json")
    assert (ran.code, ran.json["accepted"]) == (0, 2)


def test_a_number_that_no_spreadsheet_touched_may_end_in_000(
    hub: Hub, data: Path, tmp_path: Path
) -> None:
    """What ends in 000 looks cut off by a spreadsheet, but not in JSON."""
    number = next(n for n in map(an_id_number, range(5000)) if n.endswith("000"))
    child = pupil(1, id_number=number)
    assert send(hub, ledger(tmp_path / "a.xlsx", absent(child)), data).code == 1
    lines = json_lines(tmp_path / "a.jsonl", absent(child))
    assert send(hub, lines, data, "--kind", "absence").code == 0


@pytest.mark.parametrize(
    "content",
    [b'{"name": "\xe5\xbc\xa0\xe4\xb8\x89"}\n{"name": "cut o', b"[1, 2]", b"", b"[", b'"text"\n',
     b"\xff\xfe", b"[" * 100_000],
)  # fmt: skip
def test_a_broken_json_file_is_refused_whole(
    content: bytes, hub: Hub, data: Path, tmp_path: Path
) -> None:
    before = position(data)
    (tmp_path / "a.jsonl").write_bytes(content)
    ran = send(hub, tmp_path / "a.jsonl", data, "--kind", "absence")
    assert (ran.code, ran.out) == (2, "")
    assert "cut o" not in ran.err
    assert position(data) == before
    assert hub("status", "--data", data, "--json").json["quarantine"]["open"] == 0


def test_json_needs_a_kind_and_a_sheet_takes_none(hub: Hub, data: Path, tmp_path: Path) -> None:
    lines = json_lines(tmp_path / "a.jsonl", absent(pupil(1)))
    assert send(hub, lines, data).code == 2
    assert send(hub, lines, data, "--kind", "police.admonition").code == 2
    assert send(hub, lines, data, "--kind", "unheard-of").code == 2
    sheet = ledger(tmp_path / "a.xlsx", absent(pupil(1)))
    assert send(hub, sheet, data, "--kind", "absence").code == 2


def test_beside_a_running_hub_the_views_are_left_to_it(
    hub: Hub, data: Path, tmp_path: Path
) -> None:
    sheet = ledger(tmp_path / "a.xlsx", absent(pupil(1)))
    with running(data) as other, other.projector.leading():
        ran = send(hub, sheet, data)
    assert ran.code == 0
    assert "另一个进程" in ran.err
    status = hub("status", "--data", data, "--json").json
    assert status["reactions"]["lag"] > 0


def test_what_went_in_is_told_even_if_what_follows_fails(
    hub: Hub, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bool:
        raise RuntimeError

    monkeypatch.setattr(Program, "settle", broken)
    ran = send(hub, ledger(tmp_path / "a.xlsx", absent(pupil(1))), data, "--json")
    assert (ran.code, ran.json["accepted"], ran.json["settled"]) == (70, 1, None)


def test_a_column_that_is_not_known_is_named_and_a_number_in_its_place_is_not(
    hub: Hub, data: Path, tmp_path: Path
) -> None:
    columns = KINDS["education.absence"].columns
    known = [column for column in columns if column.field in absent(pupil(1))]
    headings = [column.heading for column in known] + ["班主任", an_id_number(9)]
    cells = [str(absent(pupil(1))[column.field]) for column in known] + ["x", "y"]
    path = tmp_path / "a.csv"
    path.write_text(",".join(headings) + "\n" + ",".join(cells) + "\n", encoding="utf-8-sig")
    ran = send(hub, path, data)
    assert ran.code == 0
    assert "班主任" in ran.err
    assert an_id_number(9) not in ran.err


def test_a_cell_cannot_drive_the_terminal(hub: Hub, data: Path, tmp_path: Path) -> None:
    lines = json_lines(tmp_path / "a.jsonl", absent(pupil(1, name="\x1b]0;owned\x07"), days=900))
    send(hub, lines, data, "--kind", "absence")
    listed = hub("quarantine", "list", "--organisation", SCHOOL, "--data", data, "--json").json
    shown = hub(
        "quarantine", "show", listed["rows"][0]["id"], "--organisation", SCHOOL, "--data", data
    )
    assert "owned" in shown.out
    assert "\x1b" not in shown.out
    assert "\x07" not in shown.out


@pytest.mark.parametrize("agency", ["education", "police", "procuratorate", "town"])
def test_templates_of_an_agency_hold_every_kind_and_can_be_sent_when_filled(
    agency: str, hub: Hub, tmp_path: Path
) -> None:
    ran = hub("templates", agency, "--out", tmp_path / "sheets", "--json")
    assert ran.code == 0
    kinds = [name for name in KINDS if name.startswith(f"{agency}.")]
    assert [each["kind"] for each in ran.json["sheets"]] == kinds
    assert len(list((tmp_path / "sheets").glob("*.xlsx"))) == len(kinds)


def test_a_blank_sheet_says_that_it_is_empty(hub: Hub, data: Path, tmp_path: Path) -> None:
    hub("templates", "education", "--out", tmp_path)
    ran = send(hub, tmp_path / f"{KINDS['education.absence'].title}.xlsx", data)
    assert ran.code == 2
    assert "没有数据行" in ran.err


def test_a_sheet_that_was_filled_in_is_not_written_over(hub: Hub, tmp_path: Path) -> None:
    filled = tmp_path / f"{KINDS['police.admonition'].title}.xlsx"
    filled.write_bytes(b"filled in")
    assert "没有覆盖" in hub("templates", "police", "--out", tmp_path).out
    assert filled.read_bytes() == b"filled in"
    assert hub("templates", "police", "--out", tmp_path, "--force").code == 0
    assert filled.read_bytes() != b"filled in"
    assert hub("templates", "police", "--out", filled).code == 2


def test_another_schools_receipts_are_its_own(hub: Hub, data: Path, tmp_path: Path) -> None:
    sheet = ledger(tmp_path / "a.xlsx", absent(pupil(1)))
    first = send(hub, sheet, data, "--json").json
    other = hub(
        "intake", "education", sheet, "--organisation", OTHER_SCHOOL, "--data", data, "--json"
    ).json
    assert other["repeated"] == 0
    assert first["receipts"][0]["number"] != other["receipts"][0]["number"]
