"""Fields that records of several agencies have in common, and how they are written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.faults import SheetValueError
from adapters.intake.records import CHILD_COLUMNS
from domain.code_sets import CodeSet
from domain.identifiers import squeeze_text

Note = Annotated[str | None, Field(max_length=2000)]
"""An account in the office's own words; at most 2,000 characters."""

ShortText = Annotated[str, Field(max_length=100)]
"""A number, name or matter on one line; at most 100 characters."""

YES_NO = CodeSet(
    "YES_NO",
    "是或否",
    {"1": "是", "0": "否"},
    {"Y": "1", "N": "0", "YES": "1", "NO": "0", "TRUE": "1", "FALSE": "0", "有": "1", "无": "0"},
)
"""是/否. A workbook's own truth values arrive as TRUE and FALSE."""

YesNo = Annotated[bool, BeforeValidator(lambda value: YES_NO.parse(str(value)) == "1")]

_DAYS = re.compile(r"(\d{1,6})(?:\.0+)?个?(?:天|日|上课日)?", re.ASCII)
_YUAN = re.compile(r"(\d{1,9})(?:\.0+)?(?:元|元/月|元/人/月|元每月)?", re.ASCII)
_PEOPLE = re.compile(r"(\d{1,6})(?:\.0+)?(?:名|人|人次)?", re.ASCII)


def parse_days(raw: object) -> int:
    """A number of days as offices write it: 5, ５, "5 天", "5个上课日".

    Raises SheetValueError ``NOT_A_NUMBER``.
    """
    return _whole_number(raw, _DAYS, "此项应填整数天数。")


def parse_people(raw: object) -> int:
    """A number of people as offices write it: 40, ４０, "40 人". Raises as :func:`parse_days`."""
    return _whole_number(raw, _PEOPLE, "此项应填整数人数。")


def parse_yuan(raw: object) -> int:
    """Whole yuan as offices write them: 3200, 3,200元, "3200元/人/月". Raises as
    :func:`parse_days`."""
    return _whole_number(str(raw).replace(",", "").replace("，", ""), _YUAN, "此项应填整数元。")


def _whole_number(raw: object, form: re.Pattern[str], rule: str) -> int:
    found = None if isinstance(raw, bool) else form.fullmatch(squeeze_text(str(raw)))
    if found is None:
        raise SheetValueError("NOT_A_NUMBER", rule, "请只填数字后重报。")
    return int(found[1])


_MONTH = re.compile(r"(20\d\d)[-年./]?(0?[1-9]|1[0-2])月?(?:[-/.]0?1(?:00:00:00)?)?", re.ASCII)
_QUARTER = re.compile(r"(20\d\d)(?:-?Q|年?第?)([1-4一二三四])(?:季度?)?", re.ASCII | re.IGNORECASE)
_FIRST_TO_FOURTH = {word: str(number) for number, word in enumerate("一二三四", 1)}


def parse_month(raw: object) -> str:
    """A month as offices write it (2025-03, 2025年3月, 2025.3, 202503; a spreadsheet's date on its
    first day), as ``2025-03``. Raises SheetValueError."""
    found = _MONTH.fullmatch(squeeze_text(str(raw)))
    if found is None:
        raise SheetValueError("NOT_A_MONTH", "此项应填月份，例如2025-03。", "请核对后重报。")
    return f"{found[1]}-{int(found[2]):02d}"


def parse_quarter(raw: object) -> str:
    """A quarter as offices write it (2025-Q1, 2025年第一季度), as ``2025-Q1``. Raises
    SheetValueError."""
    found = _QUARTER.fullmatch(squeeze_text(str(raw)))
    if found is None:
        raise SheetValueError("NOT_A_QUARTER", "此项应填季度，例如2025-Q1。", "请核对后重报。")
    return f"{found[1]}-Q{_FIRST_TO_FOURTH.get(found[2], found[2])}"


_BRACKETS = str.maketrans("[]{}【】〔〕〖〗「」", "()()()()()()")


def document_key(raw: str) -> str:
    """A document number (文书号) for natural keys: 〔2025〕, [2025] and （2025） are the same.

    For comparing only: a record keeps the number as it was written.
    """
    return squeeze_text(raw).translate(_BRACKETS).upper()


_SEPARATORS = re.compile(r"[、,;/\n]")


def several(code_set: CodeSet) -> BeforeValidator:
    """A field of several codes, written as words set apart by 、 or a comma: the codes in the
    code set's order, each once."""

    def parse(value: object) -> object:
        words = _SEPARATORS.split(unicodedata.normalize("NFKC", str(value)))
        found = {code_set.parse(word) for word in words if word.strip()}
        return tuple(code for code in code_set.labels if code in found)

    return BeforeValidator(parse)


def child_columns(name_heading: str, *, required: tuple[str, ...] = ()) -> tuple[Column, ...]:
    """The columns of a child under the agency's own word for the child's name.

    ``required`` names further fields that this record cannot do without. Every other word in
    use for the name stays an alias, so that a sheet made for another office is still read.
    """
    columns = []
    for column in CHILD_COLUMNS:
        if column.field == "name":
            words = (column.heading, *column.aliases)
            aliases = tuple(word for word in words if word != name_heading)
            columns.append(replace(column, heading=name_heading, aliases=aliases))
        elif column.field in required:
            columns.append(replace(column, required=True))
        else:
            columns.append(column)
    return tuple(columns)


def code_column(
    code_set: CodeSet,
    field: str,
    heading: str,
    *,
    aliases: tuple[str, ...] = (),
    required: bool = False,
    example: str = "",
    note: str = "",
) -> Column:
    """A column that is filled from a code set's list."""
    codes = tuple(code_set.labels.items())
    return Column(field, heading, aliases, required, example, note, codes)
