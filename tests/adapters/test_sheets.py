"""Reading and writing sheets: what is accepted, what is refused, and in which words."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.intake import containers, ole
from adapters.intake.cells import cell_text, looks_like_formula
from adapters.intake.columns import EXAMPLE_MARK, Column, SheetLayout
from adapters.intake.sheets import (
    Sheet,
    SheetError,
    SheetValueError,
    normalise_heading,
    parse_date,
    read_sheet,
)
from adapters.intake.templates import write_csv, write_rows, write_template

ROLL = SheetLayout(
    "education",
    "roll",
    "学生名册",
    (
        Column("name", "姓名", ("学生姓名",), required=True, example="某某"),
        Column("number", "证件号码", ("身份证号",), required=True, identifier=True, example="310…"),
        Column("born", "出生日期", example="2015-03-01"),
        Column("state", "就学状态", codes=(("1", "在校"), ("2", "辍学")), note="按下拉列表选择"),
        Column("remark", "备注"),
    ),
)
REGISTER = SheetLayout(
    "police",
    "register",
    "训诫登记",
    (Column("name", "姓名", required=True), Column("letter", "文书号", required=True)),
)
LAYOUTS = (ROLL, REGISTER)
HEADINGS = ["姓名", "证件号码", "出生日期", "就学状态", "备注"]
SECRET = "机密甲乙丙"  # stands in a cell wherever an error could be tempted to repeat it


def xlsx(*sheets: Sequence[Sequence[object]], names: Sequence[str] = ()) -> bytes:
    """A real workbook with these rows; dates as dates, numbers as numbers, text as text."""
    memory = io.BytesIO()
    book: Any = xlsxwriter.Workbook(memory, {"in_memory": True, "strings_to_formulas": False})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for at, rows in enumerate(sheets):
        sheet = book.add_worksheet(names[at] if names else None)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, day)
                elif isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif isinstance(value, bool):
                    sheet.write_boolean(number, column, value)
                elif value is not None:
                    sheet.write_number(number, column, value)
    book.close()
    return memory.getvalue()


def edit(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same zip with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return out.getvalue()


SHEET1 = "xl/worksheets/sheet1.xml"


def ods(body: str, manifest: str = "") -> bytes:
    """A minimal OpenDocument spreadsheet around these tables."""
    space = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office='
        f'"{space}:office:1.0" xmlns:table="{space}:table:1.0" xmlns:text="{space}:text:1.0">'
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{space}:manifest:1.0"><manifest:file-entry '
            'manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.'
            f'spreadsheet"/><manifest:file-entry manifest:full-path="content.xml" '
            f'manifest:media-type="text/xml">{manifest}</manifest:file-entry></manifest:manifest>',
        )
        archive.writestr("content.xml", content)
    return out.getvalue()


def ods_row(*cells: str, repeat: int = 1) -> str:
    inner = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells
    )
    times = f' table:number-rows-repeated="{repeat}"' if repeat > 1 else ""
    return f"<table:table-row{times}>{inner}</table:table-row>"


def biff(rows: Sequence[Sequence[object]], extra: bytes = b"", sheet_extra: bytes = b"") -> bytes:
    """A minimal BIFF8 workbook stream with one sheet (MS-XLS); None stands for an error value."""

    def record(kind: int, body: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def cell(row: int, column: int, value: object) -> bytes:
        at = struct.pack("<HHH", row, column, 0)
        if value is None:
            return record(0x0205, at + b"\x2a\x01")
        if isinstance(value, float):
            return record(0x0203, at + struct.pack("<d", value))
        text = str(value)
        return record(0x0204, at + struct.pack("<HB", len(text), 1) + text.encode("utf-16-le"))

    bof = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)
    sheet = record(0x0809, bof[:2] + b"\x10\0" + bof[4:]) + sheet_extra
    sheet += b"".join(cell(r, c, v) for r, row in enumerate(rows) for c, v in enumerate(row))
    sheet += record(0x000A)
    name = b"\x06\x00Sheet1"
    start = len(record(0x0809, bof) + extra + record(0x0085, bytes(6) + name) + record(0x000A))
    bound = record(0x0085, struct.pack("<IBB", start, 0, 0) + name)
    return record(0x0809, bof) + extra + bound + record(0x000A) + sheet


def csv_bytes(*rows: str, encoding: str = "utf-8-sig") -> bytes:
    return "\r\n".join(rows).encode(encoding)


def read(data: bytes, **limits: int) -> Sheet:
    return read_sheet(data, "名册.xlsx", LAYOUTS, **limits)


def refused(data: bytes, **limits: int) -> SheetError:
    with pytest.raises(SheetError) as caught:
        read(data, **limits)
    error = caught.value
    assert SECRET not in str(error)
    assert SECRET not in error.text_zh
    assert re.search("请", error.text_zh), "an error says what to do"
    return error


GOOD: list[list[object]] = [list(HEADINGS), ["某甲", "310117201503010018", "2015/3/1", "在校", ""]]


# What is read.


def test_xlsx_with_title_rows_dates_and_numbers() -> None:
    data = xlsx(
        [
            ["某校学生名册"],
            ["填表人：某乙"],
            ["学生姓名 ＊", "证件号码\n（必填）", "出生 日期", "就学状态：", "备注", "序号"],
            ["某甲", "310117201503010018", date(2015, 3, 1), "在校", 12.0, 1],
            [],
            ["某乙", 138000000, datetime(2015, 3, 1, 8, 30), "辍学", 0.5, 2],
        ]
    )
    sheet = read(data)
    assert sheet.layout is ROLL
    assert (sheet.header_row, sheet.unknown_headings) == (3, ["序号"])
    assert [row.number for row in sheet.rows] == [4, 6]
    first, second = sheet.rows
    assert first.cells == {
        "name": "某甲",
        "number": "310117201503010018",
        "born": "2015-03-01",
        "state": "在校",
        "remark": "12",
    }
    assert second.cells["number"] == "138000000"
    assert second.cells["born"] == "2015-03-01 08:30"
    assert second.cells["remark"] == "0.5"
    assert not first.problems
    assert not second.problems


def test_the_layout_that_matches_is_chosen() -> None:
    sheet = read(xlsx([["姓名", "文书号"], ["某甲", "沪公训〔2025〕1号"]]))
    assert sheet.layout is REGISTER


def test_the_title_decides_between_layouts_with_the_same_headings() -> None:
    twin = SheetLayout("police", "other", "另一登记", REGISTER.columns)
    data = xlsx([["另一登记"], ["姓名", "文书号"], ["某甲", "1"]])
    assert read_sheet(data, "a", (REGISTER, twin)).layout is twin
    assert read_sheet(data, "a", (twin, REGISTER)).layout is twin


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_csv_in_each_encoding_and_delimiter(encoding: str, mark: str) -> None:
    row = ["张䶮", "310117201503010018", "2015年3月1日", "在校", "家在村东"]
    data = csv_bytes("学生名册", mark.join(HEADINGS), "", mark.join(row), encoding=encoding)
    sheet = read_sheet(data, "/tmp/名册.xlsx", LAYOUTS)
    assert list(sheet.rows[0].cells.values()) == row
    assert (sheet.sheet_name, sheet.header_row, sheet.rows[0].number) == ("名册", 2, 4)


def test_ods_with_repeated_cells_and_an_error() -> None:
    data = ods(
        '<table:table table:name="名册">'
        + ods_row(*HEADINGS)
        + ods_row("某甲", "310117201503010018", "2015-03-01", "在校", "#N/A")
        + '<table:table-row table:number-rows-repeated="1048574"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    sheet = read(data)
    assert sheet.rows[0].cells["name"] == "某甲"
    assert [p.code for p in sheet.rows[0].problems] == ["EXCEL_ERROR"]


def test_xls_with_numbers_and_an_error() -> None:
    rows: list[list[object]] = [*GOOD, ["某乙", 3.10117201503010e17, 42064.0, None, "在村"]]
    sheet = read(ole.wrap("Workbook", biff(rows)))
    assert sheet.rows[0].cells["number"] == "310117201503010018"
    second = sheet.rows[1]
    assert [(p.column, p.code) for p in second.problems] == [
        ("证件号码", "ID_SCIENTIFIC"),
        ("就学状态", "EXCEL_ERROR"),
    ]
    assert parse_date(second.cells["born"]) == date(2015, 3, 1)
    assert second.cells["remark"] == "在村"


def test_a_large_xls_is_put_into_a_container_that_reads_back() -> None:
    stream = bytes(range(256)) * 20_000
    compound = ole.CompoundFile(ole.wrap("Workbook", stream))
    assert compound.names() == {"Root Entry", "Workbook"}
    assert compound.stream("Workbook") == stream


def test_the_error_column_and_example_rows_are_ignored() -> None:
    data = xlsx(
        [
            [*HEADINGS, "错误原因"],
            [f"{EXAMPLE_MARK}某某", "1"],
            ["示例", "1"],
            ["示例小学", "1", "", "", "", "日期不对"],
        ]
    )
    sheet = read(data)
    assert [row.cells["name"] for row in sheet.rows] == ["示例小学"]
    assert sheet.unknown_headings == []


def test_hidden_and_other_sheets_are_passed_over() -> None:
    data = xlsx([["说明"]], GOOD, [HEADINGS], names=["说明", "甲", "空"])
    assert read(data).sheet_name == "甲"
    hidden = edit(
        xlsx(GOOD, GOOD),
        "xl/workbook.xml",
        lambda t: t.replace(b'sheetId="2"', b'sheetId="2" state="hidden"'),
    )
    assert read(hidden).sheet_name == "Sheet1"


def test_data_without_a_heading_is_reported() -> None:
    data = xlsx([["姓名", "文书号", ""], ["某甲", "1", SECRET]])
    assert read(data).unknown_headings == ["（第3列无表头）"]


@pytest.mark.parametrize(
    "heading", ["家长13900001111", "１３９ ００００ １１１１", "999999-20150301", "他" * 21]
)
def test_what_is_hardly_a_heading_is_not_repeated(heading: str) -> None:
    data = xlsx([["姓名", "文书号", heading, "序号"], ["某甲", "1", "x", "1"]])
    assert read(data).unknown_headings == ["（不像表头的一列）", "序号"]


def test_a_styled_blank_cell_in_the_last_row_does_no_harm() -> None:
    data = edit(
        xlsx(GOOD),
        SHEET1,
        lambda t: t.replace(
            b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
        ),
    )
    assert len(read(data).rows) == 1


def test_headings_are_compared_without_ornament() -> None:
    same = ["姓名", " 姓 名", "＊姓名", "*姓名：", "姓\n名（必填）", "【姓名】", "姓名(格式：汉字)"]
    assert {normalise_heading(text) for text in same} == {"姓名"}
    assert normalise_heading("姓名（监护人）") == "姓名监护人"


# What a cell may hold.

ID = Column("number", "证件号码", identifier=True)
NOTE = Column("remark", "备注")


@pytest.mark.parametrize(
    ("value", "column", "text", "code"),
    [
        (3.10117201503010e17, ID, "3.101172E+17", "ID_SCIENTIFIC"),
        ("3.10117E+17", ID, "3.10117E+17", "ID_SCIENTIFIC"),
        ("３．１０１１７Ｅ＋１７", ID, "３．１０１１７Ｅ＋１７", "ID_SCIENTIFIC"),
        ("3E17", ID, "3E17", "ID_SCIENTIFIC"),
        (310117990101123.0, ID, "310117990101123", None),
        ("'310117201503010018", ID, "'310117201503010018", None),
        ('="310117201503010018"', ID, "310117201503010018", None),
        ("\u202d13800000000\u202c", ID, "13800000000", None),
        ("\u3000某甲\u200b ", NOTE, "某甲", None),
        ("+86 138-0000-0000", ID, "+86 138-0000-0000", None),
        ("-5", NOTE, "-5", None),
        ("--", NOTE, "--", None),
        ("—", NOTE, "—", None),
        ("=1+1", NOTE, "=1+1", "FORMULA"),
        ("'=1+1", NOTE, "'=1+1", "FORMULA"),
        ("＝ＨＹＰＥＲＬＩＮＫ()", NOTE, "＝ＨＹＰＥＲＬＩＮＫ()", "FORMULA"),
        ("@SUM(A1)", NOTE, "@SUM(A1)", "FORMULA"),
        ("+cmd|' /C calc'!A0", NOTE, "+cmd|' /C calc'!A0", "FORMULA"),
        ("-1+cmd", NOTE, "-1+cmd", "FORMULA"),
        ("#REF!", NOTE, "#REF!", "EXCEL_ERROR"),
        ("#DIV/0!", NOTE, "#DIV/0!", "EXCEL_ERROR"),
        ("Err:502", NOTE, "Err:502", "EXCEL_ERROR"),
        (float("nan"), NOTE, "", "EXCEL_ERROR"),
        ("甲\x01乙", NOTE, "甲\x01乙", "CONTROL"),
        ("甲\u202e乙", NOTE, "甲\u202e乙", "CONTROL"),
        ("甲\r\n乙", NOTE, "甲\n乙", None),
        ("张\ufffd", NOTE, "张\ufffd", "LOST_CHARACTER"),
        ("字" * 4_000, NOTE, "字" * 4_000, None),
        ("字" * 4_001, NOTE, "字" * 4_000, "TOO_LONG"),
        ("7" * 4_001, NOTE, "7" * 4_000, "TOO_LONG"),
        (True, NOTE, "TRUE", None),
        (1e15, NOTE, "1000000000000000.0", None),
        (None, NOTE, "", None),
    ],
)
def test_cells(value: object, column: Column, text: str, code: str | None) -> None:
    got, problem = cell_text(value, column)
    assert got[:8] == text[:8]
    assert len(got) == len(text) or isinstance(value, float)
    assert (problem.code if problem else None) == code
    if problem:
        assert problem.column == column.heading
        assert "请" in problem.advice_zh
        assert not text or text not in problem.rule_zh + problem.advice_zh


def test_error_values_and_formulas_without_result_are_not_read_as_blank() -> None:
    memory = io.BytesIO()
    book: Any = xlsxwriter.Workbook(memory, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADINGS)
    sheet.write_string(1, 0, "某甲")
    sheet.write_formula(1, 1, "=NA()", None, "#N/A")
    sheet.write_formula(1, 2, "=DATE(2015,3,1)", None, "2015-03-01")
    sheet.write_formula(1, 3, "=NOW()", None, "RESULT")
    sheet.write_formula(1, 4, '=IF(1,"","")', None, "")
    book.close()

    def drop(content: bytes) -> bytes:
        # xlsxwriter gives a text result no type; Excel writes t="str" for the empty text.
        content = content.replace(b'<c r="E2"', b'<c r="E2" t="str"')
        return re.sub(rb'(<c r="D2")[^>]*>(<f>.*?</f>)<v>RESULT</v>', rb"\1>\2<v></v>", content)

    row = read(edit(memory.getvalue(), SHEET1, drop)).rows[0]
    assert [(p.column, p.code) for p in row.problems] == [
        ("证件号码", "EXCEL_ERROR"),
        ("就学状态", "EXCEL_ERROR"),
    ]
    assert row.cells["born"] == "2015-03-01"
    assert row.cells["remark"] == ""


def test_a_bad_cell_leaves_the_other_rows_alone() -> None:
    data = csv_bytes(",".join(HEADINGS), "某甲,3.1E+17,,,", "某乙,310117201503010018,,,")
    first, second = read(data).rows
    assert [p.code for p in first.problems] == ["ID_SCIENTIFIC"]
    assert (second.number, second.problems) == (3, [])


@pytest.mark.parametrize(
    "raw",
    [
        "2025-03-01", "2025-3-1", "2025/3/1", "2025.3.1", "20250301", "2025年3月1日",
        "2025 年 3 月 1 号", "２０２５年３月１日", "2025-03-01 00:00:00", "2025-03-01T00:00",
        "45717", "45717.0", "'2025-03-01",
    ],
)  # fmt: skip
def test_dates(raw: str) -> None:
    assert parse_date(raw) == date(2025, 3, 1)


@pytest.mark.parametrize(
    "raw",
    [
        "", "2025", "2025-13-01", "2025-02-29", "25-3-1", "2025-3", "2025-03/01", "0999-01-01",
        "2025-03-01 12:30", "1234", "01234", "99999", SECRET, "2025年3月1日左右",
    ],
)  # fmt: skip
def test_what_is_no_date(raw: str) -> None:
    with pytest.raises(SheetValueError) as caught:
        parse_date(raw)
    assert caught.value.code == "DATE"
    assert "请" in caught.value.advice_zh
    assert SECRET not in str(caught.value)


# Whole files that are refused.


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"  \r\n\t", b"\0\0\0"])
def test_an_empty_file(data: bytes) -> None:
    assert refused(data).code == "EMPTY"


@pytest.mark.parametrize("data", [xlsx([HEADINGS]), csv_bytes(",".join(HEADINGS), ",,,,")])
def test_headings_alone_are_empty(data: bytes) -> None:
    assert refused(data).code == "EMPTY"


def test_too_large_and_too_many() -> None:
    rows = [*GOOD, *([GOOD[1]] * 5)]
    assert refused(xlsx(rows), max_bytes=100).code == "TOO_LARGE"
    assert refused(xlsx(rows), max_rows=5).code == "TOO_MANY_ROWS"
    assert len(read(xlsx(rows), max_rows=6).rows) == 6
    assert refused(xlsx([*rows, *rows]), max_rows=3).code == "TOO_MANY_ROWS"
    assert refused(xlsx(rows), max_columns=4).code == "TOO_MANY_COLUMNS"
    wide = csv_bytes(",".join(HEADINGS), "某甲,1" + "," * 300 + SECRET)
    assert refused(wide).code == "TOO_MANY_COLUMNS"
    many = csv_bytes(",".join(HEADINGS), *(["某甲,1,,,"] * 6))
    assert refused(many, max_rows=5).code == "TOO_MANY_ROWS"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (b'<c r="XFD1048576"><v>1</v></c>', b"TOO_MANY_ROWS"),
        (b"<c\nr = 'XFD1048576' ><v>1</v></c>", b"TOO_MANY_ROWS"),
        (b'<c r="ZZZZZZ3"><v>1</v></c>', b"DAMAGED"),
        (b'<c r="A9999999999"><v>1</v></c>', b"DAMAGED"),
        (b'<c s="0"r="XFD1048576"><v>1</v></c>', b"DAMAGED"),
    ],
)
def test_a_far_cell_is_refused_before_the_parser_reserves_room_for_it(
    cell: bytes, code: bytes
) -> None:
    """The parser would end the process: so the file is read in a process of its own."""
    far = b'<row r="9">' + cell + b"</row></sheetData>"
    data = edit(xlsx(GOOD), SHEET1, lambda t: t.replace(b"</sheetData>", far))
    program = (
        "import sys, resource; resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30));"
        "from adapters.intake.sheets import *\n"
        "try: read_sheet(sys.stdin.buffer.read(), 'a', ())\n"
        "except SheetError as e: print(e.code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=data,
        capture_output=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    assert (done.returncode, done.stdout.split()) == (0, [code])


def test_far_cells_of_ods_and_xls_are_refused() -> None:
    body = '<table:table table:name="a">' + ods_row(*HEADINGS) + ods_row(SECRET, repeat=60_000)
    assert refused(ods(body + "</table:table>")).code == "TOO_MANY_ROWS"
    stream = biff([["姓名"] * 256])
    assert refused(ole.wrap("Workbook", stream)).code == "TOO_MANY_COLUMNS"
    claim = struct.pack("<HHIIHHH", 0x0200, 14, 0, 0xFFFFFFFF, 0, 0xFFFF, 0)
    assert len(read(ole.wrap("Workbook", biff(GOOD, sheet_extra=claim))).rows) == 1
    reserve = struct.pack("<HHII", 0x00FC, 8, 1, 0x7FFFFFFF)
    assert refused(ole.wrap("Workbook", biff(GOOD, reserve))).code == "DAMAGED"


def test_one_text_used_by_very_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_TEXT", 1_000)
    assert refused(xlsx([["姓名", "文书号"], *([["字" * 50, "1"]] * 30)])).code == "TOO_LARGE"
    assert len(read(xlsx([["姓名", "文书号"], ["字" * 50, "1"], *([["甲", "1"]] * 30)])).rows) == 31


def test_repeated_rows_of_ods_count_before_they_are_unrolled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(containers, "MAX_AREA", 100)
    table = '<table:table table:name="a">' + ods_row("姓名", "文书号")
    assert len(read(ods(table + ods_row("甲", "1", repeat=40) + "</table:table>")).rows) == 40
    many = ods(table + ods_row("甲", "1", repeat=60) + "</table:table>")
    assert refused(many).code == "TOO_LARGE"


def test_a_zip_bomb() -> None:
    bomb = edit(xlsx(GOOD), SHEET1, lambda t: t + b" " * (8 << 20))
    assert refused(bomb).code == "BOMB"


def test_the_sum_of_unpacked_parts_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_UNPACKED", 2_000)
    assert refused(xlsx(GOOD)).code == "BOMB"


def directory_of(*names: str) -> bytes:
    """A compound file with streams of these names."""
    wrapped = ole.wrap(names[0], b"x")
    directory = b"".join(
        ole._directory_entry(name, 2, ole._NO_STREAM, 2, 4096) for name in names
    ).ljust(4096 - 128, b"\0")
    start = wrapped.index("Root Entry".encode("utf-16-le"))
    return wrapped[: start + 128] + directory + wrapped[start + 4096 :]


def test_encrypted_files() -> None:
    assert refused(directory_of("EncryptionInfo", "EncryptedPackage")).code == "ENCRYPTED"
    locked = struct.pack("<HH", 0x002F, 4) + b"\x01\0\x01\0"
    assert refused(ole.wrap("Workbook", biff(GOOD, locked))).code == "ENCRYPTED"
    assert refused(ods("", "<manifest:encryption-data/>")).code == "ENCRYPTED"
    data = bytearray(xlsx(GOOD))
    for at in [m.start() for m in re.finditer(b"PK\x01\x02", bytes(data))]:
        data[at + 8] |= 1
    assert refused(bytes(data)).code == "ENCRYPTED"


@pytest.mark.parametrize("part", [0.2, 0.5, 0.8])
@pytest.mark.parametrize(
    "data",
    [xlsx(GOOD), ole.wrap("Workbook", biff([*GOOD, *([GOOD[1]] * 90)]))],
    ids=["xlsx", "xls"],
)
def test_truncated_files(data: bytes, part: float) -> None:
    assert refused(data[: int(len(data) * part)]).code == "DAMAGED"


def test_damaged_files() -> None:
    data = xlsx(GOOD)
    flipped = bytearray(data)
    flipped[len(data) // 3] ^= 0xFF
    assert refused(bytes(flipped)).code == "DAMAGED"
    assert refused(edit(data, SHEET1, lambda t: t[: len(t) // 2])).code == "DAMAGED"
    bad = edit(data, SHEET1, lambda t: b"<!DOCTYPE x>" + t)
    assert refused(bad).code == "DAMAGED"
    unknown = edit(data, "xl/sharedStrings.xml", lambda t: t.replace(b"UTF-8", b"UJF-8"))
    assert refused(unknown).code == "DAMAGED"
    circle = bytearray(ole.wrap("Workbook", bytes(20_000)))
    struct.pack_into("<I", circle, 4096 + 4 * 3, 2)
    with pytest.raises(ole.Damaged):
        ole.CompoundFile(bytes(circle[:4096]))
    struct.pack_into("<I", circle, 4096 + 4, 1)  # the directory's chain leads to itself
    assert refused(bytes(circle)).code == "DAMAGED"


def zip_of(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, SECRET)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "JPEG"),
        (b"BM\x10\0\0\0" + bytes(20), "BMP"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "WebP"),
        (b"{\\rtf1 }", "RTF"),
        (b"Rar!\x1a\x07\0", "RAR"),
        (zip_of("word/document.xml"), "Word"),
        (zip_of("ppt/presentation.xml"), "演示文稿"),
        (zip_of("OFD.xml"), "版式"),
        (zip_of("xl/workbook.bin"), "xlsb"),
        (zip_of("a.txt"), "压缩包"),
        (directory_of("WordDocument"), "Word"),
        (directory_of("PowerPoint Document"), "演示文稿"),
        (directory_of("Contents"), "其他程序"),
        (f"<html><table><tr><td>{SECRET}".encode(), "网页"),
        (b"\xef\xbb\xbf\r\n<!-- a --> <!DOCTYPE HTML PUBLIC", "网页"),
        (b'<?xml version="1.0"?><?mso-application?><Workbook xmlns="urn:schemas-microsoft-com:'
         b'office:spreadsheet">', "XML电子表格"),
        (b'<?xml version="1.0"?><a/>', "XML文件"),
    ],
)  # fmt: skip
def test_wrong_types_are_named(data: bytes, name: str) -> None:
    error = refused(data)
    assert error.code == "WRONG_TYPE"
    assert name in error.text_zh


def test_mis_encoded_text() -> None:
    rows = (",".join(HEADINGS), f"{SECRET},310117201503010018,,,")
    good = csv_bytes(*rows, encoding="utf-8")
    assert refused(csv_bytes(*rows, encoding="utf-16-le")).code == "MIS_ENCODED"
    assert refused(good + b"\xff").code == "MIS_ENCODED"
    assert refused(good[:-8] + b"\xe5\xbc\x2c\x2c\x2c").code == "MIS_ENCODED"
    assert refused(csv_bytes(*rows, *["\ufffd" * 9] * 9)).code == "MIS_ENCODED"
    assert refused(csv_bytes(*rows, *["锟斤拷" * 9] * 9)).code == "MIS_ENCODED"
    assert refused(b"\xff\xfe" + b"\x00\xd8\x00").code == "MIS_ENCODED"
    few = read(csv_bytes(",".join(HEADINGS), "张\ufffd,310117201503010018,,,"))
    assert [p.code for p in few.rows[0].problems] == ["LOST_CHARACTER"]


def test_utf8_with_a_broken_byte_is_not_taken_for_another_encoding() -> None:
    """Read as gb18030 these bytes are text too, but another one: the headings tell."""
    layout = SheetLayout("a", "b", "丙", (Column("x", "姓名", required=True),))
    data = "姓名,备注\r\n某甲,在校".encode() + b"\x81\x41\r\n"
    assert data.decode("gb18030")
    with pytest.raises(SheetError) as caught:
        read_sheet(data, "a.csv", (layout,))
    assert caught.value.code == "MIS_ENCODED"


def test_no_heading_lists_what_is_missing() -> None:
    near = refused(xlsx([["姓名", "就学状态", SECRET], [SECRET, "1", ""]]))
    assert near.code == "NO_HEADING"
    assert "《学生名册》" in near.text_zh
    assert "“证件号码”" in near.text_zh
    far = refused(csv_bytes(f"{SECRET},b", f"{SECRET},2"))
    assert far.code == "NO_HEADING"
    assert "《学生名册》：姓名、证件号码" in far.text_zh
    assert "《训诫登记》：姓名、文书号" in far.text_zh
    late = [[""]] * 10 + GOOD
    assert refused(xlsx(late)).code == "NO_HEADING"


def test_duplicate_headings() -> None:
    error = refused(csv_bytes("姓名,身份证号,备注,证件号码", f"{SECRET},1,,2"))
    assert error.code == "DUPLICATE_HEADING"
    assert "“证件号码”" in error.text_zh


def test_several_sheets_with_data() -> None:
    error = refused(xlsx([["封面"]], GOOD, GOOD, names=["封面", SECRET, "乙"]))
    assert error.code == "SEVERAL_SHEETS"
    assert "第2个、第3个" in error.text_zh


def test_a_quote_that_never_closes_swallows_no_rows() -> None:
    error = refused(csv_bytes(",".join(HEADINGS), f'"{SECRET},1,,,', "某乙,2,,,"))
    assert error.code == "CSV_QUOTES"


# What is written.


def test_a_template_shows_how_and_reads_as_empty(tmp_path: Path) -> None:
    path = tmp_path / "new" / "名册.xlsx"
    write_template(ROLL, path)
    assert refused(path.read_bytes()).code == "EMPTY"
    with zipfile.ZipFile(path) as archive:
        first = archive.read(SHEET1).decode()
        texts = archive.read("xl/sharedStrings.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert "<dataValidation " in first
    assert "'代码表'!$C$5:$C$6" in first
    for text in ("*证件号码", f"{EXAMPLE_MARK}某某", "在校", "按下拉列表选择", "学生名册"):
        assert text in texts
    style = re.search(r'<col min="2" max="2"[^>]* style="(\d+)"', first)
    formats = re.findall(r"<xf [^>]*>", re.findall(r"<cellXfs.*?</cellXfs>", styles, re.S)[0])
    assert style is not None
    assert 'numFmtId="49"' in formats[int(style[1])], "identifiers are typed as text"


def test_a_filled_template_reads(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_template(ROLL, path)

    def fill(content: bytes) -> bytes:
        row = (
            b'<row r="4"><c r="A4" t="inlineStr"><is><t>A</t></is></c>'
            b'<c r="B4" t="inlineStr"><is><t>1</t></is></c></row></sheetData>'
        )
        return content.replace(b"</sheetData>", row)

    sheet = read(edit(path.read_bytes(), SHEET1, fill))
    assert (sheet.header_row, sheet.rows[0].number) == (2, 4)
    assert sheet.rows[0].cells["name"] == "A"


def test_refused_rows_come_back_and_go_in_again(tmp_path: Path) -> None:
    rows = [{"name": "某甲", "number": "1", "born": "不详"}, {"name": "某乙", "number": "2"}]
    path = tmp_path / "a.xlsx"
    write_rows(ROLL, rows, path, errors=["出生日期：日期写法不对", "=HYPERLINK(1)"])
    sheet = read(path.read_bytes())
    assert [row.cells["born"] for row in sheet.rows] == ["不详", ""]
    assert sheet.unknown_headings == []
    with zipfile.ZipFile(path) as archive:
        assert "错误原因" in archive.read("xl/sharedStrings.xml").decode()
        assert b"<f>" not in archive.read(SHEET1)
    with pytest.raises(ValueError, match="one error text"):
        write_rows(ROLL, rows, path, errors=["一"])
    with pytest.raises(ValueError, match="longer"):
        write_rows(ROLL, [{"name": "字" * 40_000}], path)


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\ufffd\u2028\u2029"),
    max_size=20,
)


def clean(text: str) -> bool:
    """Whether reading keeps this text: no problem, nothing at its ends to trim."""
    return cell_text(text, NOTE) == (text, None)


ROW = st.fixed_dictionaries(
    {
        "name": TEXT.filter(lambda t: bool(t) and clean(t) and not t.startswith("【示例】")),
        "number": TEXT.filter(lambda t: cell_text(t, ID) == (t, None)),
        "born": TEXT.filter(clean),
        "state": TEXT.filter(clean),
        "remark": TEXT.filter(clean),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ROW, min_size=1, max_size=4))
def test_what_is_written_reads_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "round"
    write_rows(ROLL, rows, path)
    assert [row.cells for row in read(path.read_bytes()).rows] == rows
    write_csv(ROLL, rows, path)
    assert [row.cells for row in read(path.read_bytes()).rows] == rows
    write_csv(ROLL, rows, path, encoding="gb18030")
    assert path.read_bytes().decode("gb18030").startswith("姓名,")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
def test_no_text_starts_a_formula_in_a_spreadsheet(text: str) -> None:
    started = text[:1] in ("=", "@") and len(text) > 1
    assert looks_like_formula(text) or not started


def test_csv_puts_an_apostrophe_before_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(ROLL, [{"name": "=1+1", "number": "+86138"}], path)
    assert path.read_text("utf-8-sig").splitlines()[1].startswith("'=1+1,+86138,")
    assert [p.code for p in read(path.read_bytes()).rows[0].problems] == ["FORMULA"]


# Nothing but SheetError, whatever comes in.

SEEDS = [
    xlsx(GOOD),
    ole.wrap("Workbook", biff(GOOD)),
    ods(f'<table:table table:name="a">{ods_row(*HEADINGS)}{ods_row("甲", "1")}</table:table>'),
    csv_bytes(",".join(HEADINGS), "某甲,1,,,"),
]


def survives(data: bytes) -> None:
    with suppress(SheetError):
        assert read_sheet(data, "a", LAYOUTS).rows


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=2_000),
        st.binary(max_size=1_500).map(lambda b: ole.MAGIC + b),
        st.binary(max_size=500).map(lambda b: b"PK\x03\x04" + b),
        st.binary(max_size=800).map(lambda b: ole.wrap("Workbook", b)),
        st.text(max_size=300).map(lambda t: t.encode("utf-8", "surrogatepass")),
    )
)
def test_random_bytes(data: bytes) -> None:
    survives(data)


@settings(max_examples=250, deadline=None)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=6),
)
def test_spoilt_files(data: bytes, changes: list[tuple[float, int]]) -> None:
    spoilt = bytearray(data)
    for place, value in changes:
        spoilt[int(place * len(spoilt))] = value
    survives(bytes(spoilt))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.binary(min_size=1, max_size=8))
def test_spoilt_content_of_containers(place: int, junk: bytes) -> None:
    """The zip is whole and its checksums right, but a part inside is not."""

    def spoil(content: bytes) -> bytes:
        at = place % len(content)
        return content[:at] + junk + content[at + len(junk) :]

    survives(edit(SEEDS[0], SHEET1, spoil))
    survives(edit(SEEDS[0], "xl/workbook.xml", spoil))
    survives(edit(SEEDS[2], "content.xml", spoil))
    survives(ole.wrap("Workbook", spoil(biff(GOOD))))


def _calculated(path: Path, formulas: int, *, formula: str = "=1+1") -> bytes:
    """A workbook whose cells are formulas with saved results, below right headings."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for at, column in enumerate(ROLL.columns):
        sheet.write_string(0, at, column.heading)
    for row in range(1, formulas + 1):
        for at in range(len(ROLL.columns)):
            sheet.write_formula(row, at, formula, value="计算结果")
    book.close()
    return path.read_bytes()


def test_a_sheet_of_formulas_is_refused_as_a_whole(tmp_path: Path) -> None:
    """Its values are what some other file or moment made of them."""
    with pytest.raises(SheetError) as refused:
        read_sheet(_calculated(tmp_path / "f.xlsx", 30), "f.xlsx", [ROLL])
    assert refused.value.code == "FORMULAS"
    assert "数值" in refused.value.text_zh


def test_one_formula_that_fetches_from_elsewhere_is_enough(tmp_path: Path) -> None:
    data = _calculated(tmp_path / "w.xlsx", 1, formula='=_xlfn.WEBSERVICE("http://127.0.0.1/")')
    with pytest.raises(SheetError) as refused:
        read_sheet(data, "w.xlsx", [ROLL])
    assert refused.value.code == "FORMULAS"


def test_a_few_formulas_are_read_by_their_results(tmp_path: Path) -> None:
    sheet = read_sheet(_calculated(tmp_path / "few.xlsx", 1), "few.xlsx", [ROLL])
    assert len(sheet.rows) == 1
