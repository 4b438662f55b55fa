"""A year's indicators as a workbook or as text with commas: what the page shows, nothing behind it.

Each cell is text in the page's words, so that what is left out there is left out here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from hub.queries.indicator_answers import IndicatorRow
from hub.queries.return_sheet import NOT_SHOWN, safe, workbook, write_lines

_HEADINGS = (
    "代码",
    "指标",
    "工作单位",
    "填报单位",
    "数值",
    "上年",
    "当年目标",
    "2026年目标",
    "达到",
    "截至日期",
    "口径",
    "来源",
)
_REACHED = {None: "", True: "达到", False: "未达到"}


def as_workbook(year: int, rows: Sequence[IndicatorRow], made_by: str) -> bytes:
    """The workbook (.xlsx); ``made_by``: by whom, when and for what it was made (first row)."""
    memory = io.BytesIO()
    with workbook(memory) as book:
        bold = book.add_format({"bold": True, "text_wrap": True})
        write_lines(book.add_worksheet("指标"), made_by, _lines(year, rows), bold, headings=3)
    return memory.getvalue()


def as_csv(year: int, rows: Sequence[IndicatorRow], made_by: str) -> bytes:
    """The same lines with commas, in UTF-8 with a byte order mark, as spreadsheets expect it."""
    memory = io.StringIO()
    lines = [(made_by,), *_lines(year, rows)]
    csv.writer(memory).writerows([safe(cell) for cell in line] for line in lines)
    return memory.getvalue().encode("utf-8-sig")


def _lines(year: int, rows: Sequence[IndicatorRow]) -> list[tuple[str, ...]]:
    return [(f"{year}年指标",), (NOT_SHOWN,), _HEADINGS, *map(_cells, rows)]


def _cells(row: IndicatorRow) -> tuple[str, ...]:
    return (
        row.code,
        row.title,
        row.owner_name,
        row.reported_by_name,
        row.words,
        row.last_year_words,
        row.target_words,
        row.target_2026_words,
        _REACHED[row.reached],
        row.until.isoformat(),
        row.definition,
        row.reads,
    )
