"""``hub quarantine``: refused rows, seen by their sender only, corrected and sent again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from domain.organisations import Organisation
from tests.cli.office import Hub, write_sheet
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

AS_SCHOOL = ("--organisation", SCHOOL)


@pytest.fixture
def refused(hub: Hub, data: Path, tmp_path: Path) -> str:
    """The identifier of a row refused for its number of days."""
    sheet = write_sheet(tmp_path / "a.xlsx", "education.absence", [absent(pupil(1), days=900)])
    ran = hub("intake", "education", sheet, *AS_SCHOOL, "--data", data, "--json")
    return str(ran.json["faults"][0]["quarantine_id"])


def listed(hub: Hub, data: Path, *more: str, organisation: str = SCHOOL) -> list[Any]:
    """The rows that an organisation sees in its list."""
    ran = hub("quarantine", "list", "--organisation", organisation, "--data", data, "--json", *more)
    rows: list[Any] = ran.json["rows"]
    return rows


def looks(data: Path) -> list[tuple[str, str, str, str]]:
    """The newest access entries: organisation, user, action, row."""
    with running(data) as program:
        return [(e.organisation, e.user, e.action, e.task) for e in program.audit.newest(3)]


def test_the_list_says_why_and_holds_no_cell(hub: Hub, data: Path, refused: str) -> None:
    (row,) = listed(hub, data)
    assert (row["id"], row["kind"], row["row"]) == (refused, "education.absence", 2)
    assert row["faults"][0]["column"] == "连续缺课天数"
    shown = hub("quarantine", "list", *AS_SCHOOL, "--data", data)
    assert refused in shown.out
    assert "【连续缺课天数】" in shown.out
    for text in (shown.out, json.dumps(row, ensure_ascii=False)):
        assert a_name(1) not in text
        assert an_id_number(1) not in text


def test_showing_a_row_leaves_an_access_entry_first(hub: Hub, data: Path, refused: str) -> None:
    ran = hub("quarantine", "show", refused, *AS_SCHOOL, "--data", data, "--json")
    assert ran.json["cells"]["id_number"] == an_id_number(1)
    assert looks(data)[0] == (SCHOOL, "console", "quarantine", refused)
    shown = hub("quarantine", "show", refused, *AS_SCHOOL, "--data", data)
    assert a_name(1) in shown.out
    assert "学生姓名" in shown.out


def test_without_an_access_entry_nothing_is_shown(
    hub: Hub, data: Path, refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hub.audit.log import AccessLog, AccessLogUnavailable

    def unwritable(*_: object) -> None:
        raise AccessLogUnavailable

    monkeypatch.setattr(AccessLog, "append", unwritable)
    ran = hub("quarantine", "show", refused, *AS_SCHOOL, "--data", data, "--json")
    assert (ran.code, ran.out) == (3, "")
    assert a_name(1) not in ran.err


@pytest.mark.adversary
@pytest.mark.parametrize("command", ["show", "correct", "retry"])
def test_another_organisation_cannot_tell_that_the_row_exists(
    command: str, hub: Hub, data: Path, refused: str
) -> None:
    change = ("--set", "连续缺课天数=9") if command == "correct" else ()
    outcomes = [
        hub("quarantine", command, row, *change, "--organisation", OTHER_SCHOOL, "--data", data)
        for row in (refused, "00000000-0000-4000-8000-000000000000", "not an identifier")
    ]
    assert {ran.code for ran in outcomes} == {2}
    assert len({(ran.out, ran.err) for ran in outcomes}) == 1
    assert listed(hub, data, organisation=OTHER_SCHOOL) == []
    assert listed(hub, data)[0]["state"] == "open"


def test_a_corrected_row_goes_in_with_a_receipt(hub: Hub, data: Path, refused: str) -> None:
    change = ("--set", "连续缺课天数=9")
    ran = hub("quarantine", "correct", refused, *change, *AS_SCHOOL, "--data", data, "--json")
    assert ran.code == 0
    assert ran.json["settled"] is True
    assert listed(hub, data) == []
    (row,) = listed(hub, data, "--all")
    assert (row["state"], row["receipt"]) == ("corrected", ran.json["rows"][0]["receipt"])
    assert (SCHOOL, "console", "quarantine.correct", refused) in looks(data)
    again = hub("quarantine", "correct", refused, *change, *AS_SCHOOL, "--data", data)
    assert again.code == 2


@pytest.mark.parametrize("word", ["school_days", "缺课天数", "*连续缺课天数"])
def test_a_column_is_named_as_a_sheet_may_name_it(
    word: str, hub: Hub, data: Path, refused: str
) -> None:
    change = ("--set", f"{word}=9")
    assert hub("quarantine", "correct", refused, *change, *AS_SCHOOL, "--data", data).code == 0


def test_corrections_may_come_from_a_file_or_from_stdin(
    hub: Hub, data: Path, refused: str, tmp_path: Path
) -> None:
    (tmp_path / "change.json").write_text('{"连续缺课天数": 800}', encoding="utf-8")
    from_file = ("--from", tmp_path / "change.json")
    still = hub("quarantine", "correct", refused, *from_file, *AS_SCHOOL, "--data", data)
    assert still.code == 1
    assert "仍待更正" in still.err
    ran = hub(
        "quarantine", "correct", refused, "--from", "-", *AS_SCHOOL, "--data", data,
        input='{"连续缺课天数": 8}',
    )  # fmt: skip
    assert ran.code == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "text"),
    [
        (("--set", "连续缺课天数"), None),
        (("--set", "=9"), None),
        (("--set", "最喜欢的颜色=蓝"), None),
        (("--from", "-"), "no json"),
        (("--from", "-"), "[1]"),
        (("--from", "nowhere.json"), None),
    ],
)
def test_a_correction_that_makes_no_sense_changes_nothing(
    change: tuple[str, ...], text: str | None, hub: Hub, data: Path, refused: str
) -> None:
    before = listed(hub, data)
    ran = hub("quarantine", "correct", refused, *change, *AS_SCHOOL, "--data", data, input=text)
    assert ran.code == 2
    assert "蓝" not in ran.err
    assert listed(hub, data) == before


def test_a_row_that_is_still_wrong_stays_with_its_new_reason(
    hub: Hub, data: Path, refused: str
) -> None:
    change = ("--set", "连续缺课天数=9", "--set", "缺课原因=说不清楚")
    ran = hub("quarantine", "correct", refused, *change, *AS_SCHOOL, "--data", data, "--json")
    assert (ran.code, ran.json["accepted"], ran.json["refused"]) == (1, 0, 1)
    (row,) = listed(hub, data)
    assert [fault["column"] for fault in row["faults"]] == ["缺课原因"]


def test_rows_are_sent_again_when_the_directory_has_caught_up(
    hub: Hub, data: Path, tmp_path: Path
) -> None:
    rows = [enrolled(pupil(number), school="示例新建学校") for number in (1, 2)]
    sheet = write_sheet(tmp_path / "roll.xlsx", "education.roll", rows)
    assert hub("intake", "education", sheet, "--data", data).code == 1
    retry = ("quarantine", "retry", "--all", "--organisation", EDUCATION, "--data", data)
    assert hub(*retry).code == 1
    with running(data) as program:
        program.directory.add_organisations([Organisation("school:3101170099", "示例新建学校")])
    ran = hub(*retry, "--json")
    assert (ran.code, ran.json["accepted"], ran.json["refused"]) == (0, 2, 0)
    assert listed(hub, data, organisation=EDUCATION) == []


def test_a_misspelt_identifier_stops_a_retry_before_anything_goes_in(
    hub: Hub, data: Path, refused: str
) -> None:
    ran = hub("quarantine", "retry", refused, "misspelt", *AS_SCHOOL, "--data", data)
    assert (ran.code, ran.out) == (2, "")
    assert "quarantine.correct" not in [action for _, _, action, _ in looks(data)]


def test_retrying_all_at_once_confirms_nothing_that_a_person_must_look_at(
    hub: Hub, data: Path, tmp_path: Path
) -> None:
    number = next(n for n in map(an_id_number, range(5000)) if n.endswith("000"))
    rows = [absent(pupil(1, id_number=number))]
    sheet = write_sheet(tmp_path / "a.xlsx", "education.absence", rows)
    ran = hub("intake", "education", sheet, *AS_SCHOOL, "--data", data, "--json")
    row_id = ran.json["faults"][0]["quarantine_id"]
    assert hub("quarantine", "retry", "--all", *AS_SCHOOL, "--data", data).code == 1
    assert hub("quarantine", "retry", row_id, *AS_SCHOOL, "--data", data).code == 0


def test_an_empty_list_says_so(hub: Hub, data: Path) -> None:
    assert "没有待更正" in hub("quarantine", "list", *AS_SCHOOL, "--data", data).out
