"""年报表 as a workbook (plan 三1 P55): what stands in it, and that no cell is ever reckoned."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from domain.annual_return_events import OpenReturn
from domain.organisations import Organisation
from hub.bootstrap import Program
from hub.queries.return_answers import Correction, ReturnTable, TownCell
from hub.queries.return_sheet import NOT_SHOWN, sheet_of
from hub.returns import Stated
from tests.program import CIVIL_AFFAIRS, actor, reader, running

LEAGUE = "youth_league:310117"
BY = "示例区民政局 经办人 li 2026-01-12 10:00 业务办理"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path) as made:
        made.directory.add_organisations([Organisation(LEAGUE, "示例团区委")])
        yield made


@pytest.fixture
def table(hub: Program) -> ReturnTable:
    days: dict[str, Any] = {"as_of": date(2024, 12, 31), "fill_by": date(2025, 3, 20)}
    hub.hub.command(OpenReturn(department=LEAGUE, year=2024, **days), actor(CIVIL_AFFAIRS))
    hub.returns.fill(actor(LEAGUE), 2024, {"league_activities": Stated(7, "（示例）另有台账")})
    found = hub.queries.annual_return(reader(CIVIL_AFFAIRS), LEAGUE, 2024)
    assert found is not None
    return found


def rows(content: bytes, sheet: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet).to_python()


def test_p55_the_workbook_says_who_made_it_and_where_every_number_is_from(
    table: ReturnTable,
) -> None:
    """Given a table of the year / when it is made into a workbook / then its first row says by
    whom, when and for what, and each line has definition, source, figure, last year and targets."""
    content = sheet_of(table, BY)
    (mark, title, note, headings, line, *_) = rows(content)
    assert mark[0] == BY
    assert "团区委2024年报表" in title[0]
    assert "2024-12-31" in title[0]
    assert note[0] == NOT_SHOWN
    found = dict(zip(headings, line, strict=True))
    (only,) = table.lines
    assert (found["代码"], found["指标"]) == (only.code, only.title)
    assert (found["口径"], found["来源"]) == (only.definition, only.reads)
    assert found["数值"] == only.words
    assert (found["上年"], found["2026年目标"]) == (
        only.last_year_words,
        only.target_2026_words,
    )
    assert found["自行统计的原因"] == only.explanation


def test_a_number_that_is_not_shown_stands_in_no_cell(table: ReturnTable) -> None:
    """Small cells and complements are left out by whoever answers; the workbook holds the words
    alone, and nowhere a number behind them."""
    (only,) = table.lines
    towns = (
        TownCell("310117001", "岳阳街道", None, "少于5人"),
        TownCell("x", "永丰街道", 12, "12人"),
    )
    small = replace(only, value=None, words="少于5人", towns=towns)
    content = sheet_of(replace(table, lines=(small,)), BY)
    assert rows(content)[4][rows(content)[3].index("数值")] == "少于5人"
    (mark, _, first, second) = rows(content, 1)
    assert mark[0] == BY
    assert (first[-1], second[-1]) == ("少于5人", "12人")


def test_late_corrections_stand_in_it_with_what_was_there_before(table: ReturnTable) -> None:
    (only,) = table.lines
    correction = Correction(date(2025, 3, 2), "7场", "9场", False, "（示例）补登")
    content = sheet_of(replace(table, lines=(replace(only, corrections=(correction,)),)), BY)
    assert "2025-03-02更正：7场→9场，（示例）补登" in rows(content)[4][-1]


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_what_anybody_wrote_is_text_and_never_a_formula(table: ReturnTable, begins: str) -> None:
    """Also where it is copied into a file of commas, whose reader would take it for one."""
    text = f'{begins}HYPERLINK("http://example.invalid","示例")'
    (only,) = table.lines
    content = sheet_of(replace(table, lines=(replace(only, explanation=text),)), BY)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for name in book.namelist():
            assert not re.search(rb"<f[ >]", book.read(name)), name
    cells = [str(cell) for row in rows(content) for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for cell in cells)
