"""Reading an agency's sheet: xlsx, xls, ods or CSV, whatever its file name says.

The file is refused as a whole (:class:`SheetError`) only when it cannot be read or it is not
clear what it is; otherwise each cell that is wrong carries its own problem, so that the good
rows go in. Plan: "Sheets in".
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from adapters.intake import containers
from adapters.intake.cells import cell_text, parse_date, tidy
from adapters.intake.columns import (
    ERROR_HEADING,
    EXAMPLE_MARK,
    QUARANTINE_MARK,
    Column,
    SheetLayout,
)
from adapters.intake.faults import CellProblem, SheetError, SheetValueError

__all__ = [
    "CellProblem",
    "Sheet",
    "SheetError",
    "SheetRow",
    "SheetValueError",
    "column_names",
    "normalise_heading",
    "parse_date",
    "read_sheet",
]

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 200
HEADING_SEARCH = 10
"""Rows from the top in which the heading row is looked for; titles may stand above it."""

_DELIMITERS = (",", "\t", ";")
_QUARANTINED = re.compile(re.escape(QUARANTINE_MARK.strip()) + r"\s*([0-9a-f-]{36})")


@dataclass
class SheetRow:
    """One data row.

    ``number`` is the row's number as the user's program shows it (from 1, headings counted).
    ``cells`` holds the text of every column of the layout that the sheet has, by field; a cell
    with a problem keeps its text.
    """

    number: int
    cells: dict[str, str]
    problems: list[CellProblem] = field(default_factory=list)
    corrects: str = ""
    """The quarantined row that this one was sent to correct, by its number; empty mostly."""


@dataclass
class Sheet:
    """A sheet that was read: which layout it follows, its rows, and where they came from.

    ``unknown_headings`` are as they stand in the sheet, as far as they can be nothing but
    headings.
    """

    layout: SheetLayout
    sheet_name: str
    rows: list[SheetRow]
    header_row: int
    unknown_headings: list[str]


_Score = tuple[int, bool, int]
"""How well a heading row fits a layout: columns known, whether the sheet bears its title, and how
few columns the layout has."""


@dataclass(frozen=True)
class _Match:
    """A heading row found: columns by position, counted from 0."""

    layout: SheetLayout
    row: int
    columns: dict[int, Column]
    unknown: list[str]
    twice: list[str]
    score: _Score


def read_sheet(
    data: bytes,
    filename: str,
    layouts: Sequence[SheetLayout],
    *,
    max_bytes: int = MAX_BYTES,
    max_rows: int = MAX_ROWS,
    max_columns: int = MAX_COLUMNS,
) -> Sheet:
    """Read the one sheet in a file that follows one of the layouts.

    The content decides what the file is; ``filename`` only names the sheet of a CSV file.
    Blank rows and example rows are left out. Raises :class:`SheetError` with code ``EMPTY``,
    ``TOO_LARGE``, ``TOO_MANY_ROWS``, ``TOO_MANY_COLUMNS``, ``ENCRYPTED``, ``DAMAGED``, ``BOMB``,
    ``WRONG_TYPE``, ``MIS_ENCODED``, ``CSV_QUOTES``, ``NO_HEADING``, ``DUPLICATE_HEADING`` or
    ``SEVERAL_SHEETS``; nothing else.
    """
    if len(data) > max_bytes:
        raise SheetError(
            "TOO_LARGE",
            f"文件超过{_size(max_bytes)}的上限。请删除图片和无关的工作表，或拆成几个文件分别报送。",
        )
    if not data.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise _empty("文件是空的")
    if not containers.is_workbook(data):
        containers.refuse_other_types(data)
        return _read_text(data, filename, layouts, max_rows, max_columns)
    limits = containers.Limits(rows=max_rows + HEADING_SEARCH, columns=max_columns)
    found: list[tuple[int, Sheet]] = []
    heads: list[list[list[object]]] = []
    for raw in containers.open_workbook(data, limits):
        head = list(islice(raw.rows(), HEADING_SEARCH))
        match = _best(head, layouts, raw.name)
        if match is None:
            heads.append(head)
            continue
        found.append((raw.place, _take(raw.rows(), match, raw.name, max_rows, max_columns)))
    if not found:
        raise _no_heading(heads, layouts)
    filled = [(place, sheet) for place, sheet in found if sheet.rows]
    if not filled:
        raise _empty("表格只有表头，没有数据行")
    if len(filled) > 1:
        places = "、".join(f"第{place}个" for place, _ in filled)
        raise SheetError(
            "SEVERAL_SHEETS",
            f"文件中有多个工作表（{places}）都含有可报送的数据。"
            "请每个文件只保留一个工作表，分别报送。",
        )
    return filled[0][1]


def normalise_heading(text: str) -> str:
    """Give a heading's comparable form.

    Full-width forms become plain (NFKC); space, line ends, marks of a required column (``*``),
    brackets and a closing colon go; a bracketed note on how to fill in goes with its brackets.
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = _NOTE.sub("", plain)
    return _ORNAMENT.sub("", plain).casefold()


_NOTE = re.compile(
    r"[(\[【〔]\s*(?:必填|选填|可空|可不填|格式|如[:，,]?\d|例|文本|yyyy|\d+位)[^)\]】〕]*[)\]】〕]",
    re.IGNORECASE,
)
_ORNAMENT = re.compile(r"[\s*:()\[\]【】〔〕\u200b-\u200f\u2060\ufeff]+")


def _size(count: int) -> str:
    return f"{count // (1 << 20)} MB" if count >= 1 << 20 else f"{count}字节"


def _empty(what: str) -> SheetError:
    return SheetError("EMPTY", f"{what}。请确认选对了文件，填写后保存再报送。")


# Headings.


_LONG_HEADING = 20
_LONG_NUMBER = re.compile(r"\d{5}")


def _nameable(heading: str) -> str:
    """A heading that may be repeated to its sender.

    A sheet whose heading row was damaged may have a child's number or an account in that row.
    """
    plain = unicodedata.normalize("NFKC", heading)
    if len(plain) > _LONG_HEADING or _LONG_NUMBER.search(re.sub(r"[\s-]", "", plain)):
        return "（不像表头的一列）"
    return heading


@lru_cache(maxsize=512)
def column_names(layout: SheetLayout) -> Mapping[str, Column]:
    """The columns of a layout by every heading they may bear, in comparable form."""
    names: dict[str, Column] = {}
    for column in layout.columns:
        for name in (column.heading, *column.aliases):
            names.setdefault(normalise_heading(name), column)
    # A heading always means its own column, even where another one has it as an alias.
    names.update({normalise_heading(column.heading): column for column in layout.columns})
    return names


_ERROR_HEADING = normalise_heading(ERROR_HEADING)


@lru_cache(maxsize=512)
def _plain_title(title: str) -> str:
    """A layout's own title in comparable form; never a sheet's text, which stays nowhere."""
    return normalise_heading(title)


def _best(
    head: Sequence[Sequence[object]], layouts: Sequence[SheetLayout], sheet_name: str
) -> _Match | None:
    """The best heading row: most columns known, then the layout whose title the sheet bears."""
    best: tuple[_Score, SheetLayout, int] | None = None
    texts = [[tidy(c) if isinstance(c, str) else "" for c in row] for row in head]
    # Once for all layouts, of which an organisation may have many.
    plain = [[normalise_heading(text) for text in row] for row in texts]
    rows = [frozenset(row) for row in plain]
    titles = {text for row in plain for text in row if text}
    titles.add(normalise_heading(sheet_name))
    for layout in layouts:
        names = column_names(layout)
        required = _required(layout)
        few = min(2, len(layout.columns))
        titled = _plain_title(layout.title) in titles
        for number, row in enumerate(rows):
            known = row & names.keys()
            if not known:
                continue
            present = {names[text].field for text in known}
            enough = required <= present if required else 2 * len(present) > len(layout.columns)
            score = (len(present), titled, -len(layout.columns))
            if len(present) >= few and enough and (best is None or score > best[0]):
                best = score, layout, number
    if best is None:
        return None
    score, layout, number = best
    return _match(layout, number, texts[number], plain[number], score)


@lru_cache(maxsize=512)
def _required(layout: SheetLayout) -> frozenset[str]:
    return frozenset(column.field for column in layout.columns if column.required)


def _match(
    layout: SheetLayout, number: int, row: Sequence[str], plain_row: Sequence[str], score: _Score
) -> _Match:
    """Which column of the layout stands where in a heading row."""
    names = column_names(layout)
    columns: dict[int, Column] = {}
    unknown: list[str] = []
    twice: list[str] = []
    seen: set[str] = set()
    for at, (text, plain) in enumerate(zip(row, plain_row, strict=True)):
        column = names.get(plain)
        if column is None:
            if plain and plain != _ERROR_HEADING:
                unknown.append(_nameable(text))
        elif column.field in seen:
            twice.append(column.heading)
        else:
            seen.add(column.field)
            columns[at] = column
    return _Match(layout, number, columns, unknown, twice, score)


def _no_heading(
    heads: Iterable[Sequence[Sequence[object]]], layouts: Sequence[SheetLayout]
) -> SheetError:
    """Name the layout that came nearest and what it misses; only our own headings are named."""
    nearest: tuple[int, SheetLayout, list[str]] | None = None
    for head in heads:
        for layout in layouts:
            names = column_names(layout)
            for row in head:
                texts = [normalise_heading(c) for c in row if isinstance(c, str)]
                present = {names[text].field for text in texts if text in names}
                if present and (nearest is None or len(present) > nearest[0]):
                    missing = [
                        c.heading for c in layout.columns if c.required and c.field not in present
                    ]
                    nearest = (len(present), layout, missing)
    advice = "请下载本单位的最新模板，按模板的表头填写后再报送。"
    if nearest is not None:
        _, layout, missing = nearest
        lacking = "、".join(f"“{heading}”" for heading in missing) or "多数栏目"
        return SheetError(
            "NO_HEADING",
            f"找不到完整的表头行。最接近《{layout.title}》，缺少：{lacking}。{advice}",
        )
    kinds = "；".join(
        f"《{layout.title}》："
        + "、".join(c.heading for c in layout.columns if c.required or len(layout.columns) < 8)
        for layout in layouts
    )
    return SheetError(
        "NO_HEADING",
        f"前{HEADING_SEARCH}行中找不到可识别的表头行。应有的表头为——{kinds}。{advice}",
    )


# Rows.


def _take(
    rows: Iterable[Sequence[object]],
    match: _Match,
    sheet_name: str,
    max_rows: int,
    max_columns: int,
) -> Sheet:
    if match.twice:
        headings = "、".join(f"“{heading}”" for heading in dict.fromkeys(match.twice))
        raise SheetError(
            "DUPLICATE_HEADING",
            f"表头{headings}出现了不止一次，无法判断以哪一列为准。请只保留一列后再报送。",
        )
    taken: list[SheetRow] = []
    unnamed: set[int] = set()
    headed: set[int] = set()
    columns = match.columns
    for number, row in enumerate(rows):
        if number == match.row:
            headed = {at for at, cell in enumerate(row) if cell != ""}
        if number <= match.row:
            continue
        if len(row) > max_columns and any(cell != "" for cell in row[max_columns:]):
            raise containers.too_many_columns(max_columns)
        if _is_example(row):
            continue
        found = _row(number + 1, row, columns)
        if found is None:
            continue
        found.corrects = _corrected(row)
        if len(taken) >= max_rows:
            raise containers.too_many_rows(max_rows)
        taken.append(found)
        unnamed.update(at for at, cell in enumerate(row) if cell != "" and at not in headed)
    unknown = [*match.unknown, *(f"（第{at + 1}列无表头）" for at in sorted(unnamed))]
    return Sheet(match.layout, sheet_name, taken, match.row + 1, unknown)


def _row(number: int, row: Sequence[object], columns: dict[int, Column]) -> SheetRow | None:
    cells: dict[str, str] = {}
    problems: list[CellProblem] = []
    blank = True
    for at, column in columns.items():
        text, problem = cell_text(row[at] if at < len(row) else "", column)
        cells[column.field] = text
        if problem is not None:
            problems.append(problem)
        blank = blank and not text and problem is None
    return None if blank else SheetRow(number, cells, problems)


def _corrected(row: Sequence[object]) -> str:
    """The quarantine number that an error column brought back with the row, or nothing."""
    for cell in row:
        if isinstance(cell, str) and (found := _QUARANTINED.search(cell)):
            return found[1]
    return ""


def _is_example(row: Sequence[object]) -> bool:
    first = next((cell for cell in row if cell != ""), "")
    if not isinstance(first, str):
        return False
    text = tidy(first)
    return text.startswith((EXAMPLE_MARK, "示例：", "示例:")) or text == "示例"


# CSV.


def _read_text(
    data: bytes,
    filename: str,
    layouts: Sequence[SheetLayout],
    max_rows: int,
    max_columns: int,
) -> Sheet:
    text, guessed = _decode(data)
    name = re.split(r"[/\\]", filename)[-1].rpartition(".")[0] or filename
    heads = {mark: _head(text, mark) for mark in _DELIMITERS}
    matches = {mark: _best(head, layouts, name) for mark, head in heads.items()}
    found = [(mark, match) for mark, match in matches.items() if match is not None]
    if not found:
        if guessed and _matches_in_broken_utf8(data, layouts, name):
            raise _mis_encoded()
        raise _no_heading(heads.values(), layouts)
    mark, match = max(found, key=lambda item: item[1].score)
    sheet = _take(_records(text, mark), match, name, max_rows, max_columns)
    if not sheet.rows:
        raise _empty("表格只有表头，没有数据行")
    return sheet


def _decode(data: bytes) -> tuple[str, bool]:
    """Give the text and whether its encoding was a guess (gb18030 takes almost any bytes)."""
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return _whole(data.decode("utf-16").removeprefix("\ufeff")), False
        if b"\0" in data:
            raise _mis_encoded()
        try:
            return _whole(data.decode("utf-8-sig")), False
        except UnicodeDecodeError:
            return _whole(data.decode("gb18030")), True
    except UnicodeDecodeError:
        raise _mis_encoded() from None


def _whole(text: str) -> str:
    """Refuse a text in which many characters were already lost before it was saved."""
    # U+FFFD saved as UTF-8 and read as GBK shows as these three.
    lost = text.count("\ufffd") + text.count("锟斤拷")
    strange = sum(map(text.count, map(chr, [*range(1, 9), *range(14, 32)])))
    if max(lost, strange) > max(10, len(text) // 100):
        raise _mis_encoded()
    return text


def _mis_encoded() -> SheetError:
    return SheetError(
        "MIS_ENCODED",
        "文件不是可识别的文字编码（UTF-8或GB18030），或文字已成乱码。"
        "请在表格软件中打开原文件，另存为Excel工作簿（.xlsx）后再报送。",
    )


def _matches_in_broken_utf8(data: bytes, layouts: Sequence[SheetLayout], name: str) -> bool:
    text = data.decode("utf-8-sig", "replace")
    return any(_best(_head(text, mark), layouts, name) is not None for mark in _DELIMITERS)


def _head(text: str, mark: str) -> list[list[object]]:
    # Not strict: a quote that never closes further down is told with its own error later.
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        return [list(row) for row in islice(reader, HEADING_SEARCH)]
    except csv.Error:
        return []


def _records(text: str, mark: str) -> Iterator[list[object]]:
    # Strict: a quote that never closes would swallow the rows after it without a word.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        for row in reader:
            yield list(row)
    except csv.Error:
        raise SheetError(
            "CSV_QUOTES",
            f"CSV文件第{reader.line_num}行附近的双引号不成对，或单元格过长，后面的内容无法分列。"
            "请在表格软件中打开检查该行，另存为Excel工作簿（.xlsx）后再报送。",
        ) from None
