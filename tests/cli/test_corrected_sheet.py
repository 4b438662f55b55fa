"""The sheet of refused rows, corrected and sent back, leaves nothing waiting (待更正)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.education.absence import KIND
from adapters.intake.sheets import read_sheet
from adapters.intake.templates import write_rows
from hub.bootstrap import Program
from tests.program import OTHER_SCHOOL, SCHOOL, absent, actor, an_id_number, pupil, running


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        yield made


def _texts(values: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def _refused(hub: Program, folder: Path) -> tuple[str, bytes]:
    """A sheet with one bad row goes in; the sheet of refused rows that comes out of it."""
    from hub.cli.intake import _write_errors

    bad = {**absent(pupil(1)), "id_number": an_id_number(1)[:-1]}
    write_rows(KIND.layout, [_texts(bad), _texts(absent(pupil(2)))], folder / "a.xlsx")
    taken = hub.intake.sheet(actor(SCHOOL), (folder / "a.xlsx").read_bytes(), "a.xlsx")
    _write_errors(hub, actor(SCHOOL), taken, folder / "errors.xlsx")
    (row,) = hub.quarantine.list(SCHOOL)
    return row.id, (folder / "errors.xlsx").read_bytes()


def _mended(folder: Path, data: bytes, reason: str) -> bytes:
    (row,) = read_sheet(data, "errors.xlsx", [KIND.layout]).rows
    write_rows(
        KIND.layout,
        [{**row.cells, "id_number": an_id_number(1)}],
        folder / "mended.xlsx",
        [reason],
    )
    return (folder / "mended.xlsx").read_bytes()


def test_a_row_that_comes_back_right_waits_no_longer(hub: Program, tmp_path: Path) -> None:
    row_id, errors = _refused(hub, tmp_path)
    mended = _mended(tmp_path, errors, f"身份证号位数不对（待更正编号 {row_id}）")
    answer = hub.intake.sheet(actor(SCHOOL), mended, "mended.xlsx")
    assert answer.accepted == 1
    assert hub.quarantine.list(SCHOOL) == []
    (row,) = hub.quarantine.list(SCHOOL, state="corrected")
    assert row.receipt == answer.rows[0].answer.number  # type: ignore[union-attr]


def test_the_number_stands_in_the_sheet_that_goes_out(hub: Program, tmp_path: Path) -> None:
    row_id, errors = _refused(hub, tmp_path)
    (row,) = read_sheet(errors, "errors.xlsx", [KIND.layout]).rows
    assert row.corrects == row_id


def test_nobody_closes_anothers_row(hub: Program, tmp_path: Path) -> None:
    row_id, errors = _refused(hub, tmp_path)
    mended = _mended(tmp_path, errors, f"（待更正编号 {row_id}）")
    assert hub.intake.sheet(actor(OTHER_SCHOOL), mended, "mended.xlsx").accepted == 1
    assert [row.id for row in hub.quarantine.list(SCHOOL)] == [row_id]


def test_a_guardians_number_in_the_childs_column_is_refused(hub: Program, tmp_path: Path) -> None:
    adult = {**absent(pupil(3)), "id_number": "11010519491231002X", "birth_date": None}
    answer = hub.intake.record(actor(SCHOOL), KIND.name, adult)
    assert [fault.code for fault in answer.faults] == ["NOT_A_CHILD"]
    assert "1949" not in str(answer.faults[0])
