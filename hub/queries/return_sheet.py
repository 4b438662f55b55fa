"""The table of the year (年报表) as a workbook: what is shown of it, and nothing behind that.

Each cell is text. What anybody wrote that begins as a formula does is kept from being one, also
where the workbook is copied into a file of commas.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from hub.queries.return_answers import ReturnLineRow, ReturnTable

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_SHOWN = "小于5人的数和能推算出这些数的数不显示。"
_HEADINGS = (
    "代码",
    "指标",
    "口径",
    "来源",
    "数值",
    "上年",
    "目标",
    "2026年目标",
    "系统计数",
    "自行统计的原因",
    "迟报更正",
)
_TOWN_HEADINGS = ("代码", "指标", "街镇", "数值")
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def sheet_of(table: ReturnTable, made_by: str) -> bytes:
    """The workbook (.xlsx). ``made_by``: by whom, when and for what it was made, which stands in
    the first row of each of its sheets."""
    row = table.row
    confirmed = table.confirmed_by or "未确认"
    title = (
        f"{row.department_name}{row.year}年报表（{row.state_words}，截至{row.as_of}，"
        f"审核：{row.checker_name}，确认：{confirmed}）"
    )
    memory = io.BytesIO()
    with workbook(memory) as book:
        bold = book.add_format({"bold": True, "text_wrap": True})
        lines = [(title,), (NOT_SHOWN,), _HEADINGS, *map(_cells, table.lines)]
        write_lines(book.add_worksheet("年报表"), made_by, lines, bold, headings=3)
        towns = [
            (line.code, line.title, cell.town_name, cell.words)
            for line in table.lines
            for cell in line.towns
        ]
        write_lines(
            book.add_worksheet("分街镇"), made_by, [_TOWN_HEADINGS, *towns], bold, headings=1
        )
    return memory.getvalue()


def workbook(memory: io.BytesIO) -> Any:
    """A workbook in which no text becomes a formula or a link."""
    # Here: whoever makes none starts without the library.
    import xlsxwriter

    options: dict[str, Any] = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    return xlsxwriter.Workbook(memory, options)


def _cells(line: ReturnLineRow) -> tuple[str, ...]:
    corrections = [
        f"{each.corrected_on}更正：{each.before_words}→{each.words}，{each.reason}"
        for each in line.corrections
    ]
    if line.few_since:
        corrections.append("有少量补录")
    return (
        line.code,
        line.title,
        line.definition,
        line.reads,
        line.words,
        line.last_year_words,
        line.target_words,
        line.target_2026_words,
        line.counted_words,
        line.explanation,
        "；".join(corrections),
    )


def write_lines(
    sheet: Any, made_by: str, rows: Sequence[Sequence[str]], bold: Any, *, headings: int
) -> None:
    """Rows of text under a first row that says by whom a sheet was made; ``headings``: which row
    names the columns."""
    for number, row in enumerate([(made_by,), *rows]):
        for at, text in enumerate(row):
            form = [bold] if number == headings else []
            sheet.write_string(number, at, safe(text), *form)
    sheet.freeze_panes(headings + 1, 0)
    sheet.set_header(f"&L{made_by.replace('&', '&&')}")


def safe(text: str) -> str:
    """A text that no program takes for a formula."""
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text
