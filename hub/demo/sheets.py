"""Puts rows into real files, as an office saves them: Excel workbooks and CSV."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from adapters.intake.columns import SheetLayout
from adapters.intake.templates import write_csv, write_rows
from hub.demo.dirt import Cell, Row

NOTICE = """本文件夹中的台账均为演示用的虚构数据。
街镇和村居名称是真实的行政区划；儿童、监护人、学校、派出所、电话、住址、证件号码和文书号全部为虚构，
由程序随机生成，如与任何真实的人或单位相同，纯属巧合。
"""


def write_sheet(
    number: int, layout: SheetLayout, rows: Sequence[Row], folder: Path, name: str
) -> Path:
    """Write one sheet; gives its path. ``number`` counts the demo's sheets: most are workbooks,
    one in four is CSV, in GB18030 or UTF-8 by turns."""
    if number % 4 != 1:
        path = folder / f"{name}.xlsx"
        if any(isinstance(cell, float) for row in rows for cell in row.cells.values()):
            _write_workbook(layout, rows, path)
        else:
            write_rows(layout, [_texts(row) for row in rows], path)
    else:
        path = folder / f"{name}.csv"
        texts = [_texts(row) for row in rows]
        write_csv(layout, texts, path, "gb18030" if number % 8 == 1 else "utf-8-sig")
    return path


def _texts(row: Row) -> dict[str, str]:
    return {field: _text(cell) for field, cell in row.cells.items()}


def _text(cell: Cell) -> str:
    """What a spreadsheet writes into a CSV file: six figures and an exponent."""
    return cell if isinstance(cell, str) else f"{cell:.5E}"


def _write_workbook(layout: SheetLayout, rows: Sequence[Row], path: Path) -> None:
    """A workbook made by hand, title above the headings, some identifiers in number cells.

    :func:`write_rows` writes text only, and rightly so: this is what offices do without it.
    """
    memory = io.BytesIO()
    options: dict[str, Any] = {"in_memory": True, "strings_to_formulas": False}
    with xlsxwriter.Workbook(memory, options) as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.write_string(0, 0, layout.title)
        for at, column in enumerate(layout.columns):
            sheet.write_string(1, at, column.heading)
        for number, row in enumerate(rows, start=2):
            for at, column in enumerate(layout.columns):
                cell = row.cells.get(column.field, "")
                if isinstance(cell, float):
                    sheet.write_number(number, at, cell)
                elif cell:
                    sheet.write_string(number, at, cell)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(memory.getvalue())
