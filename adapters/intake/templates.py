"""Writing sheets: blank templates, rows, and rows that come back with the reason of refusal.

Every cell is written as text and none as a formula, so what a record holds can never run in
the reader's program. Files are put together in memory: XlsxWriter's temporary files would hold
names in clear.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import xlsxwriter

from adapters.intake.cells import looks_like_formula
from adapters.intake.columns import ERROR_HEADING, EXAMPLE_MARK, Column, SheetLayout

CODE_SHEET = "代码表"
_TEXT = 49  # the built-in number format "@": what is typed stays text
_FILLABLE_ROWS = 5_000
MAX_EXCEL_TEXT = 32_767
_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_NOT_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")


def write_template(layout: SheetLayout, path: Path) -> None:
    """Write the blank sheet of a layout as xlsx (:func:`template_of`)."""
    _save(path, template_of(layout))


def template_of(layout: SheetLayout) -> bytes:
    """The blank sheet of a layout as xlsx.

    Title, headings (required ones with ``*``), an example row that reading leaves out, lists to
    choose from in coded columns, identifier columns set to text; a second sheet holds the codes
    and notes.
    """
    memory = io.BytesIO()
    with _workbook(memory) as book:
        styles = _styles(book)
        sheet = book.add_worksheet(_sheet_name(layout.title))
        codes = book.add_worksheet(CODE_SHEET)
        ranges = _write_codes(codes, layout, styles)
        last = max(len(layout.columns) - 1, 1)
        sheet.merge_range(0, 0, 0, last, layout.title, styles["title"])
        for at, column in enumerate(layout.columns):
            sheet.set_column(at, at, _width(column), styles["text"] if column.identifier else None)
            heading = f"*{column.heading}" if column.required else column.heading
            style = styles["required" if column.required else "heading"]
            sheet.write_string(1, at, heading, style)
            sheet.write_string(
                2, at, (EXAMPLE_MARK if at == 0 else "") + column.example, styles["example"]
            )
            if at in ranges:
                sheet.data_validation(
                    3,
                    at,
                    2 + _FILLABLE_ROWS,
                    at,
                    {
                        "validate": "list",
                        "source": ranges[at],
                        "error_type": "warning",
                        "error_title": "不在代码表中",
                        "error_message": "请从下拉列表中选择。",
                    },
                )
        sheet.freeze_panes(2, 0)
    return memory.getvalue()


def write_rows(
    layout: SheetLayout,
    rows: Sequence[Mapping[str, str]],
    path: Path,
    errors: Sequence[str] | None = None,
) -> None:
    """Write rows as xlsx (:func:`rows_of`)."""
    _save(path, rows_of(layout, rows, errors))


def rows_of(
    layout: SheetLayout,
    rows: Sequence[Mapping[str, str]],
    errors: Sequence[str] | None = None,
) -> bytes:
    """Rows (text by field) as xlsx under the layout's headings.

    With ``errors``, one text a row, a last column 错误原因 says why each was refused; reading
    ignores it, so the corrected sheet can be sent as it is. Raises ``ValueError`` when there are
    not as many errors as rows or a text is longer than a cell can hold (32,767 characters).
    """
    if errors is not None and len(errors) != len(rows):
        raise ValueError("one error text per row is needed")
    memory = io.BytesIO()
    with _workbook(memory) as book:
        styles = _styles(book)
        sheet = book.add_worksheet(_sheet_name(layout.title))
        for at, column in enumerate(layout.columns):
            sheet.set_column(at, at, _width(column), styles["text"])
            sheet.write_string(0, at, column.heading, styles["heading"])
        for number, row in enumerate(rows, start=1):
            for at, column in enumerate(layout.columns):
                if text := row.get(column.field, ""):
                    _write_text(sheet, number, at, text, styles["text"])
        if errors is not None:
            at = len(layout.columns)
            sheet.set_column(at, at, 60)
            sheet.write_string(0, at, ERROR_HEADING, styles["required"])
            for number, text in enumerate(errors, start=1):
                _write_text(sheet, number, at, text, styles["error"])
        sheet.freeze_panes(1, 0)
    return memory.getvalue()


def write_csv(
    layout: SheetLayout,
    rows: Sequence[Mapping[str, str]],
    path: Path,
    encoding: Literal["utf-8-sig", "gb18030"] = "utf-8-sig",
) -> None:
    """Write rows as CSV under the layout's headings.

    A text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    memory = io.StringIO(newline="")
    writer = csv.writer(memory)
    writer.writerow([column.heading for column in layout.columns])
    for row in rows:
        texts = [_NOT_XML.sub("\ufffd", row.get(c.field, "")) for c in layout.columns]
        writer.writerow([f"'{text}" if looks_like_formula(text) else text for text in texts])
    _save(path, memory.getvalue().encode(encoding))


def _workbook(memory: io.BytesIO) -> Any:
    return xlsxwriter.Workbook(
        memory,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": "宋体", "font_size": 11}
    head = {**base, "bold": True, "border": 1, "text_wrap": True, "align": "center"}
    return {
        "title": book.add_format({**base, "bold": True, "font_size": 16, "align": "center"}),
        "heading": book.add_format({**head, "bg_color": "#E7EEF9"}),
        "required": book.add_format({**head, "bg_color": "#E7EEF9", "font_color": "#C00000"}),
        "example": book.add_format(
            {**base, "italic": True, "font_color": "#6B6B6B", "num_format": _TEXT}
        ),
        "text": book.add_format({**base, "num_format": _TEXT}),
        "error": book.add_format({**base, "font_color": "#C00000", "text_wrap": True}),
    }


def _write_codes(sheet: Any, layout: SheetLayout, styles: Mapping[str, Any]) -> dict[int, str]:
    """Write the codes and notes; give the range of labels of each coded column, by position."""
    ranges: dict[int, str] = {}
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 12, styles["text"])
    sheet.set_column(2, 2, 40)
    sheet.set_column(3, 3, 60)
    for at, name in enumerate(("栏目", "代码", "含义", "填写说明")):
        sheet.write_string(0, at, name, styles["heading"])
    line = 1
    for at, column in enumerate(layout.columns):
        note = "；".join(part for part in ("必填" if column.required else "", column.note) if part)
        for code, label in column.codes or (("", ""),):
            sheet.write_string(line, 0, column.heading)
            sheet.write_string(line, 1, code, styles["text"])
            sheet.write_string(line, 2, label)
            sheet.write_string(line, 3, note)
            note = ""
            line += 1
        if column.codes:
            ranges[at] = f"='{CODE_SHEET}'!$C${line - len(column.codes) + 1}:$C${line}"
    sheet.freeze_panes(1, 0)
    return ranges


def _write_text(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    if len(text) > MAX_EXCEL_TEXT:
        raise ValueError("text longer than a cell can hold")
    sheet.write_string(row, column, _NOT_XML.sub("\ufffd", text), style)


def _sheet_name(title: str) -> str:
    return _NOT_SHEET_NAME.sub("", title)[:31] or "数据"


def _width(column: Column) -> int:
    return max(20 if column.identifier else 12, min(40, 2 * len(column.heading) + 4))


def _save(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
