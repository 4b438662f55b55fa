"""台账: lists that doors of the API give, as tables. What a column is called is what the door's own
description says of it, up to its first comma."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, get_args

from pydantic import BaseModel

from domain.calendar import shanghai_date
from domain.duty_rules import period_words
from domain.masking import masked_name
from domain.organisations import Seat
from hub.api.auth import Caller
from hub.api.schemas import ChildOut
from hub.web import words

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_OPEN = "打开"
_MINUTE = re.compile(r"\d{4}-\d{2}-\d{2}T")


@dataclass(frozen=True, slots=True)
class Ask:
    """What a list is asked for. ``kind``: year, month, flag, choice; ``numeric``: the door takes a
    number."""

    name: str
    label: str
    kind: str
    choices: tuple[tuple[str, str], ...] = ()
    numeric: bool = False

    def value(self, typed: str, today: date) -> Any:
        """What the door is asked with: what was typed, where it can be that, else the usual."""
        if self.kind == "year":
            found = typed if re.fullmatch(r"20\d\d", typed) else str(today.year)
            return int(found) if self.numeric else found
        if self.kind == "month":
            last = (today.replace(day=1) - timedelta(days=1)).isoformat()[:7]
            return typed if re.fullmatch(r"20\d\d-(0[1-9]|1[0-2]|Q[1-4])", typed) else last
        if self.kind == "flag":
            return bool(typed)
        return next((code for code, _ in self.choices if code == typed), self.choices[0][0])


YEAR = Ask("year", "年度", "year")
YEAR_NUMBER = Ask("year", "年度", "year", numeric=True)
MONTH = Ask("month", "月份", "month")
PERIOD = Ask("period", "月份或季度", "month")
OVER = Ask("over", "连同已办结、已结束的", "flag")


@dataclass(frozen=True, slots=True)
class Ledger:
    """One list. ``door``: the function of the API's door; ``columns``: members of its items, each
    with another heading after ``=`` where its own would not do; ``seats``: whose menu has it (None:
    everybody's) - whoever else opens it is answered as the door answers."""

    name: str
    title: str
    door: Callable[..., Any]
    columns: tuple[str, ...]
    asks: tuple[Ask, ...] = ()
    seats: frozenset[Seat] | None = None
    paged: bool = False
    part: str = "items"
    """The member of the door's answer that holds the rows."""

    @property
    def hint(self) -> str:
        """Who sees what, as the door says it."""
        return " ".join((self.door.__doc__ or "").split())


@dataclass(frozen=True, slots=True)
class Cell:
    """One value in words; ``link``: the child it is about."""

    text: str
    link: str = ""
    right: bool = False


def table(
    ledger: Ledger,
    who: Caller,
    asked: Mapping[str, Any],
    cursor: str | None,
    in_part: Callable[[Iterable[str]], Collection[str]],
) -> tuple[list[str], list[list[Cell]], str | None]:
    """Headings, rows, and where the next page begins; ``in_part`` gives which of some children are
    shown in part."""
    given = dict(asked)
    if ledger.paged:
        given["cursor"] = cursor
    answer = ledger.door(who, **given)
    items: Sequence[BaseModel] = getattr(answer, ledger.part)
    names = [each.partition("=")[0] for each in ledger.columns]
    rows = [[_cell(item, name) for name in names] for item in items]
    partly = in_part(each.link for row in rows for each in row if each.link)
    rows = [[_in_part(each) if each.link in partly else each for each in row] for row in rows]
    return _headings(ledger, items), rows, getattr(answer, "next_cursor", None)


def _in_part(cell: Cell) -> Cell:
    return replace(cell, text=masked_name(cell.text) if cell.text != _OPEN else _OPEN)


def today_of(now: Any) -> date:
    """The day here."""
    return shanghai_date(now)


def _headings(ledger: Ledger, items: Sequence[BaseModel]) -> list[str]:
    fields = type(items[0]).model_fields if items else {}
    headings = []
    for column in ledger.columns:
        name, _, heading = column.partition("=")
        described = fields[name].description if name in fields else ""
        headings.append(heading or re.split("[，；：（]", described or "")[0])
    return headings


def _cell(item: BaseModel, name: str) -> Cell:
    value = item if name == "itself" else getattr(item, name, None)
    if isinstance(value, ChildOut):
        return Cell(str(value.fields.get("name") or _OPEN), value.child_ref)
    if name == "child" and value is None:
        ref = getattr(item, "child_ref", "") or ""
        return Cell(_OPEN if ref else "", ref)
    if name == "period":
        return Cell(period_words(str(value)))
    if value and (name.endswith("_by") or name == "due_at") and _MINUTE.match(str(value)):
        return Cell(words.last(str(value)))
    return Cell(_text(item, value), right=_is_number(type(item), name))


def _is_number(model: type[BaseModel], name: str) -> bool:
    annotation = model.model_fields[name].annotation if name in model.model_fields else None
    return annotation in (int, float) or {int, float} & set(get_args(annotation)) != set()


def _text(item: BaseModel, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        told: Mapping[str, str] = getattr(item, "words", {})
        return "，".join(f"{told.get(n, n)}{'' if v is None else v}" for n, v in value.items())
    if isinstance(value, list | tuple | frozenset):
        return "、".join(_text(item, each) for each in value)
    if isinstance(value, BaseModel):
        names = [str(v) for n, v in value if n.endswith("_name")]
        return f"{''.join(names)} {'/'.join(str(v) for _, v in value if isinstance(v, int))}"
    text = str(value)
    if _MINUTE.match(text):
        return words.minute(text)
    return words.day(text) if _DAY.fullmatch(text) else text
