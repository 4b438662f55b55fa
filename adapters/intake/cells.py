"""The text of one cell, and what is wrong with it.

A cell with a problem keeps its text (cut to :data:`MAX_CELL_CHARACTERS`), so that the refused
row can be kept and corrected; the problem itself never repeats it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta

from adapters.intake.columns import Column
from adapters.intake.faults import CellProblem, SheetValueError

MAX_CELL_CHARACTERS = 4_000

NO_CACHED_RESULT = "#NOVALUE!"
"""Stands for a formula that was saved without its result, which would else read as blank."""

EXCEL_ERRORS = frozenset(
    {
        "#N/A",
        "#REF!",
        "#DIV/0!",
        "#VALUE!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#BLOCKED!",
        "#FIELD!",
        "#CONNECT!",
        "#UNKNOWN!",
        "#GETTING_DATA",
        NO_CACHED_RESULT,
    }
)

_DIGITS_LOST = 1e15
"""Excel keeps 15 significant digits; a whole number from here on may have lost the rest."""

_CALC_ERROR = re.compile(r"Err:\d{3}")
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d*)?E[+-]?\d+", re.IGNORECASE)
_QUOTED_FORMULA = re.compile(r'="([0-9A-Za-z]*)"')
_NUMBER_OR_PHONE = re.compile(r"[+-]\s?\(?\d[\d\s,.()/-]*%?")
_ONLY_DASHES = re.compile(r"-+")
# Copying from chat programs and address books leaves these around a number, unseen.
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff\u00ad"
_EDGE = re.compile(rf"^[\s{_INVISIBLE}]+|[\s{_INVISIBLE}]+$")
_REFUSED_CHARACTERS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def tidy(text: str) -> str:
    """Give the text without space and invisible marks at its ends, line ends as ``\\n``."""
    if text.isalnum():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _EDGE.sub("", text)


def cell_text(value: object, column: Column) -> tuple[str, CellProblem | None]:
    """Give a cell's text as the record sees it and the problem, if there is one.

    ``value`` is what the parser gave: text, number, date or nothing. Dates become
    ``YYYY-MM-DD``, whole numbers lose their decimal point.
    """
    if value is None or value == "":
        return "", None
    if isinstance(value, str):
        return _from_text(value, column)
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), None
    if isinstance(value, (int, float)):
        return _from_number(value, column)
    if isinstance(value, datetime):
        if value.time() == time():
            return value.date().isoformat(), None
        return value.isoformat(sep=" ", timespec="seconds" if value.second else "minutes"), None
    if isinstance(value, (date, time, timedelta)):
        return (value.isoformat() if not isinstance(value, timedelta) else str(value)), None
    return _from_text(str(value), column)


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would run this text as a formula (OWASP, CSV injection).

    Signed numbers, telephone numbers with ``+`` and a dash for "nothing" are not formulas.
    """
    plain = unicodedata.normalize("NFKC", text).lstrip("'’‘ \n")
    if plain[:1] not in ("=", "+", "-", "@") or plain == "":
        return False
    return not (_NUMBER_OR_PHONE.fullmatch(plain) or _ONLY_DASHES.fullmatch(plain))


def _from_number(value: int | float, column: Column) -> tuple[str, CellProblem | None]:
    if isinstance(value, float) and not math.isfinite(value):
        return "", _excel_error(column)
    if column.identifier and abs(value) >= _DIGITS_LOST:
        return f"{value:E}", _scientific(column)
    if isinstance(value, float) and value.is_integer() and abs(value) < _DIGITS_LOST:
        return str(int(value)), None
    return str(value), None


def _from_text(raw: str, column: Column) -> tuple[str, CellProblem | None]:
    text = tidy(raw)
    # ="310…" is how exports protect digits from Excel: a text in disguise, not a calculation.
    if quoted := _QUOTED_FORMULA.fullmatch(text):
        text = quoted[1]
    if text.isalnum() and text.isascii() and len(text) <= MAX_CELL_CHARACTERS:
        if column.identifier and _SCIENTIFIC.fullmatch(text):
            return text, _scientific(column)
        return text, None
    return text[:MAX_CELL_CHARACTERS], _problem_of(text, column)


def _problem_of(text: str, column: Column) -> CellProblem | None:
    heading = column.heading
    if len(text) > MAX_CELL_CHARACTERS:
        return CellProblem(
            heading,
            "TOO_LONG",
            f"单元格内容超过{MAX_CELL_CHARACTERS}个字",
            "请精简内容，或分条填报。",
        )
    if _REFUSED_CHARACTERS.search(text):
        return CellProblem(
            heading,
            "CONTROL",
            "单元格含有不可见的控制字符",
            "请清空该单元格后手工重新录入，不要从其他程序直接粘贴。",
        )
    if "\ufffd" in text:
        return CellProblem(
            heading,
            "LOST_CHARACTER",
            "单元格含有乱码，原字已丢失",
            "请对照原件重新录入该单元格。",
        )
    if text in EXCEL_ERRORS or _CALC_ERROR.fullmatch(text):
        return _excel_error(column)
    if column.identifier and _SCIENTIFIC.fullmatch(unicodedata.normalize("NFKC", text)):
        return _scientific(column)
    if looks_like_formula(text):
        return CellProblem(
            heading,
            "FORMULA",
            "单元格以 = + - @ 开头，可能被当作公式执行",
            "请去掉开头的符号，只填写文字或数字。",
        )
    return None


def _scientific(column: Column) -> CellProblem:
    return CellProblem(
        column.heading,
        "ID_SCIENTIFIC",
        "号码被表格软件变成了数字或科学计数法，末尾几位已丢失",
        "请先把该列设为“文本”格式，再对照原件重新录入完整号码。",
    )


def _excel_error(column: Column) -> CellProblem:
    return CellProblem(
        column.heading,
        "EXCEL_ERROR",
        "单元格的公式出错或没有计算结果",
        "请在表格软件中改正公式，或直接填写数值后保存再报送。",
    )


_DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})"
    r"|年(\d{1,2})月(\d{1,2})[日号]?|(\d{2})(\d{2}))"
    r"(?:[T ]?0{1,2}:00(?::00(?:\.0+)?)?)?"
)
_SERIAL = re.compile(r"(\d{5})(?:\.0+)?")
_SERIAL_EPOCH = date(1899, 12, 30)  # Excel's 1900 date system, with its false 29 February 1900
_YEARS = range(1900, 2100)


def parse_date(raw: str) -> date:
    """Give the date that an official's text states.

    Takes 2025-03-01, 2025/3/1, 2025.3.1, 20250301, 2025年3月1日 (full-width digits and spaces
    too) and the text of an Excel serial number (five digits: 1927 to 2099, so that a bare year
    is not taken for one). Raises :class:`SheetValueError` with code ``DATE`` for anything else,
    also for a day that does not exist; it never guesses a century.
    """
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", raw)).strip().lstrip("'")
    text = re.sub(r"\s*([年月日号./-])\s*", r"\1", text)
    found: date | None = None
    if match := _DATE.fullmatch(text):
        year, month, day = (int(part) for part in match.groups() if part is not None)
        try:
            found = date(year, month, day)
        except ValueError:
            found = None
    elif (match := _SERIAL.fullmatch(text)) and int(match[1]) >= 10_000:
        found = _SERIAL_EPOCH + timedelta(days=int(match[1]))
    if found is None or found.year not in _YEARS:
        raise SheetValueError(
            "DATE",
            "日期写法不对，或这一天不存在",
            "请按“2025-03-01”的写法填写年、月、日，年份写四位。",
        )
    return found
