"""A form for any kind of record, of the columns that its sheet has; what was typed, as its cells.

A form is no second description of a record: its labels, lists, notes and what is required are the
columns', and whatever is wrong is said by the intake."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic.fields import FieldInfo

from adapters.intake.columns import Column
from adapters.intake.records import CHILD_COLUMNS, ChildRecord, RecordKind
from domain.faults import Fault

_LONG = 500
"""From how many characters on a text has several lines."""
CHILD_FIELDS = tuple(column.field for column in CHILD_COLUMNS)
"""The fields by which a record says which child it is about."""


@dataclass(frozen=True, slots=True)
class Widget:
    """One field of a form. ``kind``: line, text, date, number, choice, several, yes_no."""

    name: str
    label: str
    kind: str
    required: bool
    hint: str
    choices: tuple[tuple[str, str], ...] = ()


def widgets(kind: RecordKind[Any]) -> tuple[Widget, ...]:
    """The fields of a kind of record, in the order of its sheet."""
    return tuple(_widget(kind, column) for column in kind.columns)


def names_a_child(kind: RecordKind[Any]) -> bool:
    """Whether a record says which child it is about by who the child is."""
    return issubclass(kind.model, ChildRecord)


def cells(kind: RecordKind[Any], typed: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What was typed, as the cells of a row: several choices as one text."""
    found = {}
    for column in kind.columns:
        given = [each.strip() for each in typed.get(column.field, ()) if each.strip()]
        if given:
            found[column.field] = "、".join(given)
    return found


def faults_by_field(kind: RecordKind[Any], faults: Iterable[Fault]) -> list[tuple[str, str]]:
    """Faults as a page lists them: (field, words); "" where a fault is of no field."""
    fields = {column.heading: column.field for column in kind.columns}
    known = set(fields.values())
    listed = []
    for fault in faults:
        field = fields.get(fault.column, fault.column if fault.column in known else "")
        label = next((c.heading for c in kind.columns if c.field == field), "")
        said = f"{label}：{fault.rule}{fault.advice}" if label else f"{fault.rule}{fault.advice}"
        listed.append((field, said))
    return listed


def _widget(kind: RecordKind[Any], column: Column) -> Widget:
    info = kind.model.model_fields.get(column.field)
    required = column.required and not kind.never_refused
    return Widget(
        column.field, column.heading, _kind_of(column, info), required, _hint(column), column.codes
    )


def _kind_of(column: Column, info: FieldInfo | None) -> str:
    if info is None:
        return "line"
    plain = _plain(info.annotation)
    if column.codes:
        return "several" if typing.get_origin(plain) is tuple else "choice"
    if plain is bool:
        return "yes_no"
    if plain is date:
        return "date"
    if plain is int:
        return "number"
    return "text" if _longest(info) >= _LONG else "line"


def _plain(annotation: Any) -> Any:
    """A type without None and without what is annotated of it."""
    while True:
        origin = typing.get_origin(annotation)
        if origin is typing.Annotated:
            annotation = typing.get_args(annotation)[0]
        elif origin in (typing.Union, types.UnionType):
            left = [each for each in typing.get_args(annotation) if each is not type(None)]
            if len(left) != 1:
                return annotation
            annotation = left[0]
        else:
            return annotation


def _longest(info: FieldInfo) -> int:
    """How many characters a text may have; 0 where that is not said."""
    told = [*info.metadata]
    for each in typing.get_args(info.annotation):
        told += [*getattr(each, "__metadata__", ())]
    lengths = [0]
    for each in told:
        lengths.append(getattr(each, "max_length", None) or 0)
        lengths += [getattr(m, "max_length", None) or 0 for m in getattr(each, "metadata", ())]
    return max(lengths)


def _hint(column: Column) -> str:
    return column.note
