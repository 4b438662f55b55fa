"""What a machine finds in a story that could tell who it is about (policies/good-cases.toml).

It looks at the text alone and never asks the register of children: what it answered would tell
whoever writes a name whether the child is known.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from domain.code_sets import CodeSet
from domain.organisations import Seat


class Deidentified(StrEnum):
    """What a reviewer looks at (去标识核对事项)."""

    NAMES = "NAMES"
    PLACES = "PLACES"
    DATES = "DATES"
    AGES = "AGES"
    RARE_COMBINATION = "RARE_COMBINATION"
    PICTURES = "PICTURES"


DEIDENTIFIED = CodeSet(
    "DEIDENTIFIED",
    "核对事项",
    {
        Deidentified.NAMES: "姓名",
        Deidentified.PLACES: "地点和单位",
        Deidentified.DATES: "具体日期",
        Deidentified.AGES: "年龄",
        Deidentified.RARE_COMBINATION: "罕见情形组合",
        Deidentified.PICTURES: "照片和画面",
    },
    {"地点": "PLACES", "日期": "DATES", "照片": "PICTURES", "罕见组合": "RARE_COMBINATION"},
)

_DATE = re.compile(
    r"(?:19|20)\d\d\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}|\d{1,2}\s*月\s*\d{1,2}\s*[日号]"
)
_AGE = re.compile(r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*周?岁")
_DIGIT = r"[0-9Xx０-９]"


class GoodCaseRules(BaseModel):
    """The whole of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    required: frozenset[Deidentified] = Field(min_length=1)
    reviewers: frozenset[Seat] = Field(min_length=1)
    titles: tuple[str, ...] = Field(min_length=1)
    surnames: str = Field(min_length=1)
    digits: PositiveInt
    source: str = Field(min_length=1)

    @cached_property
    def _signs(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        titles = "|".join(map(re.escape, self.titles))
        name = rf"[{self.surnames}](?![某a-zA-Z])[\u4e00-\u9fff]{{1,2}}"
        return (
            (re.compile(rf"{_DIGIT}(?:[ -]?{_DIGIT}){{{self.digits - 1},}}"), "证件号或电话"),
            (_DATE, "具体日期"),
            (_AGE, "确切年龄"),
            (re.compile(rf"{name}(?:{titles})|(?:名叫|叫做|姓名)\s*[:：]?\s*{name}"), "姓名"),
        )

    def identifies(self, text: str) -> tuple[int, str] | None:
        """The first paragraph (from 1) that could tell who it is about, and by what: never the
        words themselves. None where nothing is found."""
        for number, paragraph in enumerate(text.splitlines(), 1):
            for sign, what in self._signs:
                if sign.search(paragraph):
                    return number, what
        return None
