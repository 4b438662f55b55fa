"""What of the hub's records also stands in a system that officials keep elsewhere
(policies/mappings/): under which headings and words, and by which number it is known there.

全国儿童福利信息系统, 学籍系统, 残联 and 社会救助 go on; nobody types a record twice who can hand
over a sheet. Which system there is stands in :data:`OUTSIDE_SYSTEM`; what its sheets look like is
data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.code_sets import CodeSet
from domain.kernel import Category
from domain.organisations import Seat

OUTSIDE_SYSTEM = CodeSet(
    "OUTSIDE_SYSTEM",
    "外部系统",
    {
        "CHILD_WELFARE": "全国儿童福利信息系统",
        "STUDENT_ROLL": "全国中小学生学籍信息管理系统",
        "DISABILITY": "残疾人人口基础数据库",
        "SOCIAL_ASSISTANCE": "社会救助信息系统",
    },
    {
        "儿童福利信息系统": "CHILD_WELFARE",
        "学籍系统": "STUDENT_ROLL",
        "残联": "DISABILITY",
        "残联系统": "DISABILITY",
        "社会救助": "SOCIAL_ASSISTANCE",
        "社会救助系统": "SOCIAL_ASSISTANCE",
    },
)

MATTERS: Mapping[str, Category] = {
    "CHILD_WELFARE": Category.CLASSIFICATION,
    "STUDENT_ROLL": Category.SCHOOLING,
    "DISABILITY": Category.HEALTH,
    "SOCIAL_ASSISTANCE": Category.MEANS,
}
"""What each of them is about: under it the number there is sealed and shared."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OutsideColumn(_Data):
    """One column there: its ``heading``, the ``field`` of the kind of record that it is read into,
    where its value is ``given`` on the way out (a field of the fact or of the child; the day of the
    fact, ``occurred_on``, or of the record's first, ``began_on``; the same name where none is
    said), or is what kind of fact it is (``by_topic``), and their ``words`` for ours."""

    heading: str = Field(min_length=1)
    aliases: tuple[str, ...] = ()
    field: str = Field(min_length=1)
    given: str = ""
    by_topic: dict[str, str] = {}
    words: dict[str, str] = {}

    @model_validator(mode="after")
    def _one_word_each(self) -> OutsideColumn:
        if len(set(self.words.values())) != len(self.words):
            raise ValueError(f"{self.heading}: two of their words for one of ours")
        return self


class OutsideSheet(_Data):
    """One sheet there. ``kind``: which kind of record a row is, ``topics``: which facts make the
    rows on the way out, ``key``: which of their fields tell one record of a child from another.
    ``of``: whether the number is the child's there, or the record's. ``number`` and ``entered_on``
    are the headings under which they stand."""

    title: str = Field(min_length=1)
    kind: str
    direction: Literal["in", "out", "both"]
    topics: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    of: Literal["child", "record"]
    number: str = Field(min_length=1)
    entered_on: str = Field(min_length=1)
    columns: tuple[OutsideColumn, ...]

    @property
    def comes_in(self) -> bool:
        return self.direction in ("in", "both")

    @property
    def goes_out(self) -> bool:
        return self.direction in ("out", "both")

    @model_validator(mode="after")
    def _rows_come_from_facts(self) -> OutsideSheet:
        if self.goes_out and not self.topics:
            raise ValueError(f"{self.title}: goes out and says of which facts")
        return self


class OutsideSystem(_Data):
    """One system. ``matter``: of :data:`MATTERS`. ``seats`` keep it; ``awaited``: whose own records
    are to be entered there in time (policies/clocks.toml, enter_outside); other records come from
    there."""

    matter: Category
    seats: frozenset[Seat]
    awaited: frozenset[Seat] = frozenset()
    version: str
    source: str
    sheets: dict[str, OutsideSheet]
