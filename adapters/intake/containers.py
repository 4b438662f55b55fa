"""Which kind of file it is, by content, and whether it is safe to hand to the parser.

A sheet comes from outside. The parser (calamine) reserves a dense block as large as the
furthest cell, and a failed reservation ends the whole process; so a workbook is unpacked,
measured and packed again here, and the parser sees only what was measured.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from xml.parsers import expat

import python_calamine

from adapters.intake import ole
from adapters.intake.cells import NO_CACHED_RESULT
from adapters.intake.faults import SheetError

MAX_UNPACKED = 192 * 1024 * 1024
"""Bytes all parts of a workbook may unpack to."""
MAX_RATIO = 250
"""Times a part above 1 MiB may unpack to; real sheets stay below 40."""
MAX_AREA = 4_000_000
"""Cells, blank ones within the used range included, over all worksheets of a workbook."""
MAX_TEXT = 256 * 1024 * 1024
"""Characters the cells may hold together: one shared text can be used by a million cells."""

_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_RESAVE = "请用表格软件打开后“另存为”Excel工作簿（.xlsx）再报送。"


@dataclass(frozen=True)
class RawSheet:
    """A visible worksheet: its place (from 1), name and rows from the first row on."""

    place: int
    name: str
    rows: Callable[[], Iterator[list[object]]]


@dataclass(frozen=True)
class Limits:
    """The furthest row and column a cell with content may stand in."""

    rows: int
    columns: int


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are a container (zip or OLE2), as opposed to text."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", ole.MAGIC))


def refuse_other_types(data: bytes) -> None:
    """Raise :class:`SheetError` ``WRONG_TYPE`` for a file that is known to be no sheet."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for magic, name in _MAGICS:
        if head.startswith(magic):
            raise _wrong_type(name)
    if data[:2] == b"BM" and data[6:10] == b"\0\0\0\0":
        raise _wrong_type("图片（BMP）")
    if head[:4] == b"riff" and head[8:12] == b"webp":
        raise _wrong_type("图片（WebP）")
    if head.startswith(b"<?xml") and b"office:spreadsheet" in head:
        raise _wrong_type("XML电子表格", _RESAVE)
    if re.match(rb"(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|meta|table|body)", head, re.S):
        raise _wrong_type("网页（HTML），只是扩展名像表格", _RESAVE)
    if head.startswith(b"<?xml"):
        raise _wrong_type(
            "网页（HTML），只是扩展名像表格" if b"<html" in head else "XML文件", _RESAVE
        )


def open_workbook(data: bytes, limits: Limits) -> list[RawSheet]:
    """Give the visible worksheets of an xlsx, ods or xls file.

    Raises :class:`SheetError`: ``ENCRYPTED``, ``DAMAGED``, ``WRONG_TYPE``, ``BOMB``,
    ``TOO_MANY_ROWS``, ``TOO_MANY_COLUMNS``, ``TOO_LARGE``.
    """
    errors: Sequence[ole.Measure] = ()
    if data.startswith(ole.MAGIC):
        safe, errors = _repack_xls(data, limits)
    else:
        safe = _repack_zip(data, limits)
    try:
        workbook = python_calamine.load_workbook(io.BytesIO(safe))
        sheets = [
            RawSheet(place + 1, meta.name, _rows(workbook, place, errors))
            for place, meta in enumerate(workbook.sheets_metadata)
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
            and meta.visible == python_calamine.SheetVisibleEnum.Visible
        ]
    except BaseException as fault:
        raise _parser_fault(fault) from None
    return sheets


def _rows(
    workbook: python_calamine.CalamineWorkbook, place: int, errors: Sequence[ole.Measure]
) -> Callable[[], Iterator[list[object]]]:
    def rows() -> Iterator[list[object]]:
        try:
            sheet = workbook.get_sheet_by_index(place)
            left = sheet.start[1] if sheet.start else 0
            wrong = errors[place].errors if place < len(errors) else set()
            for number, row in enumerate(sheet.iter_rows()):
                cells: list[object] = list(row)
                if wrong:
                    for at in range(len(cells)):
                        if (number, left + at) in wrong:
                            cells[at] = NO_CACHED_RESULT
                yield cells
        except BaseException as fault:
            raise _parser_fault(fault) from None

    return rows


def _parser_fault(fault: BaseException) -> BaseException:
    """Turn what the parser raised, its panics too (no ``Exception``), into ``DAMAGED``."""
    if isinstance(fault, SheetError | MemoryError | KeyboardInterrupt | SystemExit | GeneratorExit):
        return fault
    if isinstance(fault, python_calamine.PasswordError):
        return _encrypted()
    return _damaged()


# Zip containers: xlsx and ods.


def _repack_zip(data: bytes, limits: Limits) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = {info.filename: info for info in archive.infolist()}
            kind = _zip_kind(archive, infos)
            parts = _unpack(archive, infos, kind)
    except SheetError:
        raise
    except (
        zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError,
        NotImplementedError, RuntimeError, OverflowError,
    ):  # fmt: skip
        raise _damaged() from None
    if kind == "ods":
        _measure_ods(parts, limits)
    else:
        _measure_xlsx(parts, limits)
    safe = io.BytesIO()
    with zipfile.ZipFile(safe, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return safe.getvalue()


def _zip_kind(archive: zipfile.ZipFile, infos: dict[str, zipfile.ZipInfo]) -> str:
    if any(info.flag_bits & 1 for info in infos.values()):
        raise _encrypted()
    mimetype = b""
    if "mimetype" in infos:
        with archive.open(infos["mimetype"]) as part:
            mimetype = part.read(200).strip()
    if mimetype == _ODS:
        return "ods"
    if "xl/workbook.bin" in infos:
        raise _wrong_type("Excel二进制工作簿（.xlsb）", _RESAVE)
    if any(name.startswith("xl/") for name in infos):
        return "xlsx"
    for mark, name in (
        ("word/", "Word文档（.docx）"),
        ("ppt/", "演示文稿（.pptx）"),
        ("OFD.xml", "版式文件（.ofd）"),
    ):
        if any(entry.startswith(mark) for entry in infos):
            raise _wrong_type(name)
    if mimetype.startswith(b"application/vnd.oasis"):
        raise _wrong_type("文字或演示文档（ODF）")
    raise _wrong_type("压缩包", "请先解压，再逐个报送其中的表格。")


def _unpack(
    archive: zipfile.ZipFile, infos: dict[str, zipfile.ZipInfo], kind: str
) -> dict[str, bytes]:
    """Unpack the parts the parser reads, no further than the limits, whatever sizes they claim."""
    parts: dict[str, bytes] = {}
    room = MAX_UNPACKED
    for name, info in infos.items():
        if not _is_needed(name, kind):
            continue
        with archive.open(info) as part:
            content = part.read(room + 1)
        room -= len(content)
        packed = max(info.compress_size, 1)
        if room < 0 or (len(content) > 1 << 20 and len(content) > MAX_RATIO * packed):
            raise SheetError(
                "BOMB",
                "文件解压后异常庞大，已拒收。请把需要的数据复制到空白模板中另行保存后再报送。",
            )
        # Every scan below reads bytes as UTF-8; a document type could redefine what they mean.
        if b"\0" in content or b"<!DOCTYPE" in content:
            raise _damaged()
        parts[name] = content
    return parts


def _is_needed(name: str, kind: str) -> bool:
    lower = name.lower()
    if kind == "ods":
        return lower in ("mimetype", "content.xml", "styles.xml", "meta-inf/manifest.xml")
    if lower == "[content_types].xml" or lower.startswith("_rels/"):
        return True
    return lower.startswith("xl/") and lower.endswith((".xml", ".rels"))


_ANY_REFERENCE = re.compile(rb"(?<![\w:.-])r\s*=\s*([^\s>]*)")
_PLAIN_REFERENCE = re.compile(rb"([\"'])([A-Z]{0,3})([1-9]\d{0,6})\1/?")
_CELL_REFERENCE = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_ERROR_TYPE = re.compile(rb"(<(?:\w+:)?c\s[^<>]*?\bt=)([\"'])e\2")
_BARE_FORMULA = re.compile(
    rb"<((?:\w+:)?)c(\s[^<>]*)?>\s*(?:<\1f\b[^<>]*/>|<\1f\b[^<>]*>[^<]*</\1f>)"
    rb"\s*(?:<\1v\s*/>|<\1v>\s*</\1v>)?\s*</\1c>"
)
_TYPE = re.compile(rb"\st\s*=\s*([\"'])(\w+)\1")


_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_REACHING_OUT = re.compile(rb"(?i)<(?:\w+:)?f[^>]*>[^<]*\b(?:WEBSERVICE|RTD|DDE)\s*\(")
FEW_FORMULAS = 10
"""So many formulas any office sheet may have, a day count here and there."""


def _refuse_formulas(content: bytes) -> None:
    """A sheet that mostly calculates states nothing by itself: its values are what some other
    file or moment made of them. One that fetches from elsewhere is refused for one such cell."""
    formulas = len(_FORMULA.findall(content))
    laden = formulas > FEW_FORMULAS and 2 * formulas > len(_CELL.findall(content))
    if laden or _REACHING_OUT.search(content):
        raise SheetError(
            "FORMULAS",
            "表格里大部分单元格是公式，或有从别处取数的公式，内容可能随时变化。"
            "请全选、复制，再“选择性粘贴”为“数值”，保存后重新报送。",
        )


def _measure_xlsx(parts: dict[str, bytes], limits: Limits) -> None:
    lengths: list[int] = []
    area = 0
    for name in parts:
        if name.lower().endswith("sharedstrings.xml"):
            shared = _SharedTexts()
            shared.read(parts[name])
            lengths = shared.lengths
    longest = max(lengths, default=0)
    for name in list(parts):
        content = parts[name]
        if b"sheetData" not in content:
            continue
        rows = columns = 0
        odd = False
        for token in set(_ANY_REFERENCE.findall(content)):
            if plain := _PLAIN_REFERENCE.fullmatch(token):
                rows = max(rows, int(plain[3]))
                columns = max(columns, _column_number(plain[2]))
            else:
                odd = True
        # A cell that uses a shared text opens and closes two elements.
        texts = content.count(b"<") // 4 * longest
        if odd or rows > limits.rows or columns > limits.columns or texts > MAX_TEXT:
            # Styled blank cells reach to the last row of many office sheets: look closer.
            extent = _SheetExtent(lengths)
            extent.read(content)
            rows, columns, texts = extent.rows, extent.columns, extent.texts
        _check_extent(rows, columns, limits)
        area += rows * columns
        _check_volume(area, texts)
        _refuse_formulas(content)
        parts[name] = _show_errors(content)


def _show_errors(content: bytes) -> bytes:
    """Make error values and unsaved formula results readable; the parser gives them as blank."""
    if b't="e"' in content or b"t='e'" in content:
        content = _ERROR_TYPE.sub(rb'\1"str"', content)
    if b"<f" in content or b":f" in content:
        content = _BARE_FORMULA.sub(_show_missing_result, content)
    return content


def _show_missing_result(match: re.Match[bytes]) -> bytes:
    prefix, attributes = match[1], match[2] or b""
    kind = _TYPE.search(attributes)
    if kind is not None and kind[2] == b"str":
        return match[0]  # a formula whose result is the empty text
    attributes = _TYPE.sub(b"", attributes)
    value = NO_CACHED_RESULT.encode()
    return b'<%sc%s t="str"><%sv>%s</%sv></%sc>' % (
        prefix, attributes, prefix, value, prefix, prefix,
    )  # fmt: skip


class _Scanner:
    """A pass over XML by expat, for what a search for patterns cannot decide."""

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, ValueError, OverflowError, LookupError):
            # LookupError: an encoding that does not exist.
            raise _damaged() from None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element opens."""

    def end(self, name: str) -> None:
        """An element closes."""

    def text(self, data: str) -> None:
        """Characters between them."""


class _SharedTexts(_Scanner):
    """The length of each shared text of an xlsx workbook."""

    def __init__(self) -> None:
        self.lengths: list[int] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "si":
            self.lengths.append(0)

    def text(self, data: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(data)


class _SheetExtent(_Scanner):
    """The furthest row and column with content of an xlsx worksheet, and its amount of text."""

    def __init__(self, lengths: Sequence[int]) -> None:
        self.rows = self.columns = self.texts = 0
        self._lengths = lengths
        self._row = self._column = 0
        self._shared = False
        self._value = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "row":
            self._row = _number(attributes.get("r"), self._row + 1)
            self._column = 0
        elif local == "c":
            self._column += 1
            if "r" in attributes:
                # The parser makes something of any reference; only a true one can be measured.
                reference = _CELL_REFERENCE.fullmatch(attributes["r"])
                if reference is None:
                    raise _damaged()
                self._column = _column_number(reference[1].encode())
                self._row = int(reference[2])
            self._shared, self._value = attributes.get("t") == "s", ""
        elif local in ("v", "is", "f"):
            self.rows = max(self.rows, self._row)
            self.columns = max(self.columns, self._column)

    def text(self, data: str) -> None:
        if len(self._value) < 12:
            self._value += data

    def end(self, name: str) -> None:
        local = _local(name)
        if local == "c" and self._shared:
            at = _number(self._value.strip(), -1)
            if 0 <= at < len(self._lengths):
                self.texts += self._lengths[at]
        elif local == "f":
            self._value = ""


class _OdsExtent(_Scanner):
    """Rows, columns, area and text of the tables of an ods file, repetitions multiplied out."""

    def __init__(self) -> None:
        self.rows = self.columns = self.area = self.texts = 0
        self._row = self._column = self._repeat = self._wide = 0
        self._far_row = self._far_column = 0
        self._cell_repeat = self._length = 0
        self._valued = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "table":
            self._row = self._far_row = self._far_column = 0
        elif local == "table-row":
            self._repeat = _number(attributes.get("table:number-rows-repeated"), 1)
            self._column = self._wide = 0
        elif local in ("table-cell", "covered-table-cell"):
            self._cell_repeat = _number(attributes.get("table:number-columns-repeated"), 1)
            self._valued = any(key in attributes for key in ("office:value-type", "table:formula"))
            self._length = sum(map(len, attributes.values()))

    def text(self, data: str) -> None:
        self._length += len(data)
        self._valued = self._valued or not data.isspace()

    def end(self, name: str) -> None:
        local = _local(name)
        if local in ("table-cell", "covered-table-cell"):
            self._column += self._cell_repeat
            if self._valued:
                self._wide = self._column
                self.texts += self._length * self._cell_repeat * self._repeat
            self._valued = False
        elif local == "table-row":
            self._row += self._repeat
            if self._wide:
                self._far_row = self._row
                self._far_column = max(self._far_column, self._wide)
        elif local == "table":
            self.area += self._far_row * self._far_column
            self.rows = max(self.rows, self._far_row)
            self.columns = max(self.columns, self._far_column)


def _measure_ods(parts: dict[str, bytes], limits: Limits) -> None:
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise _encrypted()
    extent = _OdsExtent()
    extent.read(parts.get("content.xml", b""))
    _check_extent(extent.rows, extent.columns, limits)
    _check_volume(extent.area, extent.texts)


# OLE2 containers: xls, and workbooks locked with a password.


def _repack_xls(data: bytes, limits: Limits) -> tuple[bytes, list[ole.Measure]]:
    try:
        compound = ole.CompoundFile(data)
        names = compound.names()
        if "EncryptedPackage" in names or "EncryptionInfo" in names:
            raise _encrypted()
        name = next((n for n in ("Workbook", "Book", "WORKBOOK", "BOOK") if n in names), None)
        stream = compound.stream(name) if name else None
        if name is None or stream is None:
            if "WordDocument" in names:
                raise _wrong_type("Word文档（.doc）")
            if "PowerPoint Document" in names:
                raise _wrong_type("演示文稿（.ppt）")
            raise _wrong_type("其他程序的文件", _RESAVE)
        extents, neutral = ole.measure(stream)
        safe = ole.wrap("Book" if name.upper() == "BOOK" else "Workbook", neutral)
    except ole.Locked:
        raise _encrypted() from None
    except (ole.Damaged, ValueError):
        raise _damaged() from None
    for extent in extents:
        _check_extent(extent.rows, extent.columns, limits)
    _check_volume(sum(extent.rows * extent.columns for extent in extents), 0)
    return safe, extents


def _check_extent(rows: int, columns: int, limits: Limits) -> None:
    if rows > limits.rows:
        raise too_many_rows(limits.rows)
    if columns > limits.columns:
        raise too_many_columns(limits.columns)


def _check_volume(area: int, texts: int) -> None:
    if area > MAX_AREA or texts > MAX_TEXT:
        raise SheetError("TOO_LARGE", "表格内容过多，已拒收。请按月份或单位拆成几个文件分别报送。")


def too_many_rows(limit: int) -> SheetError:
    """The error for a sheet with too many rows."""
    return SheetError(
        "TOO_MANY_ROWS",
        f"表格行数超过上限（{limit}行）。请拆成几个文件分别报送；"
        "如果实际没有这么多行，请删除数据下方的多余行后保存。",
    )


def too_many_columns(limit: int) -> SheetError:
    """The error for a sheet with too many columns."""
    return SheetError(
        "TOO_MANY_COLUMNS",
        f"表格列数超过上限（{limit}列）。请删除多余的列，只保留模板中的列后再报送。",
    )


def _damaged() -> SheetError:
    return SheetError(
        "DAMAGED",
        "文件不完整或已损坏，无法打开。请在表格软件中打开原文件，另存为新文件后重新报送。",
    )


def _encrypted() -> SheetError:
    return SheetError(
        "ENCRYPTED",
        "文件设有密码或已加密，系统无法读取。请在表格软件中取消密码、另存后再报送。",
    )


def _wrong_type(name: str, advice: str = "") -> SheetError:
    advice = advice or "请报送Excel工作簿（.xlsx、.xls）、ODS或CSV文件。"
    return SheetError("WRONG_TYPE", f"这不是可读取的电子表格，而是{name}。{advice}")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _number(text: str | None, otherwise: int) -> int:
    """The number an attribute states; ``otherwise`` without one. A strange one is ``DAMAGED``."""
    if text is None or text == "":
        return otherwise
    if len(text) > 10 or not (text.isascii() and text.isdecimal()):
        raise _damaged()
    return int(text)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


_HTML = re.compile(rb"(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|meta|table|body)", re.DOTALL)
_MAGICS: tuple[tuple[bytes, str], ...] = (
    (b"%pdf", "PDF文件"),
    (b"\x89png", "图片（PNG）"),
    (b"\xff\xd8\xff", "图片（JPEG）"),
    (b"gif8", "图片（GIF）"),
    (b"ii*\x00", "图片（TIFF）"),
    (b"mm\x00*", "图片（TIFF）"),
    (b"{\\rtf", "写字板文档（RTF）"),
    (b"rar!", "压缩包（RAR）"),
    (b"7z\xbc\xaf\x27\x1c", "压缩包（7z）"),
    (b"\x1f\x8b", "压缩包（gzip）"),
    (b"mime-version:", "网页归档（MHT）"),
    (b"\x09\x08\x10\x00", "过旧的Excel文件"),
    (b"\x09\x04\x06\x00", "过旧的Excel文件"),
    (b"\x09\x02\x06\x00", "过旧的Excel文件"),
    (b"\x09\x00\x04\x00", "过旧的Excel文件"),
)
