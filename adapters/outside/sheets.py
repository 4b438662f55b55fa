"""Sheets of other systems (policies/mappings/): their headings and words for ours, both ways.

Pure: what a row means is decided by the kind of record that it is read into.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from adapters.intake.columns import Column, SheetLayout
from adapters.intake.records import RecordKind
from adapters.intake.sheets import SheetRow
from adapters.outside.entry import RECORD_HEADING
from domain.faults import Fault
from domain.outside_systems import OutsideColumn, OutsideSheet

RECORD, NUMBER, ENTERED = "outside_record", "outside_number", "outside_entered_on"
"""Fields of a row beside the record's own: whose number it is, the number, the day."""

_WHO = ("name", "id_number")
_WITHOUT_NUMBER = ("name", "birth_date", "guardian_name", "village")
"""Which fields say who a child is (adapters/intake/records.py)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record on its way out: a child's fields, a fact's, and what is known of its entry."""

    topic: str
    occurred_at: str
    began_at: str
    values: Mapping[str, Any]
    of_record: str
    number: str = ""
    entered_on: str = ""


def layout_of(name: str, sheet: OutsideSheet, kind: RecordKind[Any]) -> SheetLayout:
    """What their sheet looks like, with what our kind of record knows of each field."""
    ours = {column.field: column for column in kind.columns}
    columns = [
        replace(
            ours[each.field],
            heading=each.heading,
            aliases=each.aliases,
            codes=tuple((code, _theirs(each, label)) for code, label in ours[each.field].codes),
        )
        for each in sheet.columns
    ]
    columns.append(Column(RECORD, RECORD_HEADING))
    if not _number_field(sheet):
        columns.append(Column(NUMBER, sheet.number, identifier=True))
    columns.append(Column(ENTERED, sheet.entered_on))
    return SheetLayout("outside", name, sheet.title, tuple(columns))


def inward(sheet: OutsideSheet, row: SheetRow) -> SheetRow:
    """A row in our words: what says of the entry is left out."""
    words = {each.field: each.words for each in sheet.columns if each.words}
    cells = {
        name: words.get(name, {}).get(text.strip(), text)
        for name, text in row.cells.items()
        if name not in (RECORD, NUMBER, ENTERED)
    }
    about_entry = {RECORD_HEADING, sheet.entered_on}
    if not _number_field(sheet):
        about_entry.add(sheet.number)
    problems = [each for each in row.problems if each.column not in about_entry]
    return replace(row, cells=cells, problems=problems)


def entry_of(sheet: OutsideSheet, row: SheetRow, system: str, of_record: str) -> SheetRow | None:
    """What a row says of its own entry, as a row of ``outside.entry``; None where it says that it
    stands there under no number. Of the child it says who it is and no more: where it lives is what
    the record states, once."""
    number = row.cells.get(_number_field(sheet) or NUMBER, "").strip()
    entered = row.cells.get(ENTERED, "").strip()
    if not number and not entered:
        return None
    who = _WHO if row.cells.get("id_number", "").strip() else _WITHOUT_NUMBER
    cells = {name: row.cells[name] for name in who if row.cells.get(name)}
    cells |= {"system": system, "record": of_record, "number": number, "entered_on": entered}
    return SheetRow(row.number, cells)


def in_their_words(
    sheet: OutsideSheet, kind: RecordKind[Any], faults: Iterable[Fault]
) -> tuple[Fault, ...]:
    """Faults at the headings of the sheet that was sent."""
    fields = {column.heading: column.field for column in kind.columns}
    theirs = {each.field: each.heading for each in sheet.columns}
    return tuple(
        replace(fault, column=theirs.get(fields.get(fault.column, ""), fault.column))
        for fault in faults
    )


def outward(sheet: OutsideSheet, kind: RecordKind[Any], line: Line) -> dict[str, str]:
    """A record in their words, by field of :func:`layout_of`."""
    ours = {column.field: column for column in kind.columns}
    cells = {each.field: _cell(each, ours[each.field], line) for each in sheet.columns}
    cells[RECORD] = line.of_record
    cells[ENTERED] = line.entered_on
    number = _number_field(sheet)
    if number is None:
        cells[NUMBER] = line.number
    elif line.number:
        cells[number] = line.number
    return {name: text for name, text in cells.items() if text}


def _cell(column: OutsideColumn, ours: Column, line: Line) -> str:
    if column.by_topic:
        value: Any = column.by_topic.get(line.topic, "")
    elif column.given == "occurred_on":
        value = _day(line.occurred_at)
    elif column.given == "began_on":
        value = _day(line.began_at)
    else:
        value = line.values.get(column.given or column.field)
    if value is None:
        return ""
    codes = dict(ours.codes)
    parts = [codes.get(part, part) for part in str(value).split(",")] if codes else [str(value)]
    return "、".join(_theirs(column, part) for part in parts if part)


def _theirs(column: OutsideColumn, word: str) -> str:
    return next((theirs for theirs, ours in column.words.items() if ours == word), word)


def _number_field(sheet: OutsideSheet) -> str | None:
    """The record's own field that is the number there as well (学籍号), if one is."""
    return next((each.field for each in sheet.columns if each.heading == sheet.number), None)


_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT")


def _day(instant: str) -> str:
    if not _INSTANT.match(instant):
        return ""
    return (datetime.fromisoformat(instant) + timedelta(hours=8)).date().isoformat()
