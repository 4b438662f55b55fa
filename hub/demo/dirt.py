"""What goes wrong in an office's sheet: rows that are refused, and rows that only look odd.

A soiled row keeps the clean one beside it: that is what its sender, asked to correct it, looks
up in the papers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from hub.demo.names import variant_of

Cell = str | float
"""A float is a number cell, in which a spreadsheet has kept 15 digits."""

Cells = Mapping[str, Cell]
Clean = Mapping[str, str]

REFUSED = 0.045
ODD = 0.16
DUPLICATED = 0.02
"""Shares of rows: refused; odd but taken; entered twice."""
UNIDENTIFIED = 0.2
"""Share of the rows without an ID number in which the guardian is missing as well."""

UNKNOWN_VILLAGE = "向阳红新村居委会"
"""No division of the district is called so."""

_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the sheet holds it, and as it should be."""

    cells: Cells
    clean: Clean

    def correction(self) -> dict[str, str]:
        """What its sender changes, looking into the papers."""
        return {
            field: self.clean.get(field, "")
            for field, value in self.cells.items()
            if value != self.clean.get(field, "")
        }


def soil(rng: Random, rows: Sequence[Clean], day_field: str) -> list[Row]:
    """The rows as an office would send them. ``day_field`` is the kind's own date."""
    soiled: list[Row] = []
    for clean in rows:
        row = Row(_soiled(rng, clean, day_field), clean)
        soiled.append(row)
        if rng.random() < DUPLICATED:
            soiled.append(row)
    return soiled


def _soiled(rng: Random, clean: Clean, day_field: str) -> Cells:
    drawn = rng.random()
    if rng.random() < UNIDENTIFIED and (changes := _no_guardian(rng, clean)):
        return {**clean, **changes}
    if drawn < REFUSED:
        faults: tuple[Spoil, ...] = (*_FAULTS, _in_future(day_field))
    elif drawn < REFUSED + ODD:
        faults = (*_ODDITIES, *_date_styles(day_field))
    else:
        return clean
    for spoil in rng.sample(faults, len(faults)):
        changes = spoil(rng, clean)
        if changes is not None:
            return {**clean, **changes}
    return clean


Spoil = Callable[[Random, Clean], dict[str, Cell] | None]
"""Gives the changed cells, or None where the row has nothing to spoil in this way."""


def _wrong_check_character(rng: Random, row: Clean) -> dict[str, Cell] | None:
    if not (number := row.get("id_number")):
        return None
    others = [char for char in "0123456789" if char != number[-1]]
    return {"id_number": number[:-1] + rng.choice(others)}


def _number_cell(rng: Random, row: Clean) -> dict[str, Cell] | None:
    """Typed into a cell that is not text: the last three digits are gone. With an X it stays."""
    number = row.get("id_number", "")
    return {"id_number": float(number[:15] + "000")} if number.isdigit() else None


def _old_number(rng: Random, row: Clean) -> dict[str, Cell] | None:
    """Fifteen digits, as on papers before 1999: read as born in 19xx, against the birth date."""
    number = row.get("id_number")
    if not number or not row.get("birth_date"):
        return None
    return {"id_number": number[:6] + number[8:17]}


def _no_guardian(rng: Random, row: Clean) -> dict[str, Cell] | None:
    unnumbered = not row.get("id_number") and row.get("guardian_name")
    return {"guardian_name": ""} if unnumbered else None


def _unknown_village(rng: Random, row: Clean) -> dict[str, Cell] | None:
    return {"village": UNKNOWN_VILLAGE} if row.get("village") else None


def _in_future(field: str) -> Spoil:
    """A slip of a year, as happens in January and with copied sheets."""

    def spoil(rng: Random, row: Clean) -> dict[str, Cell] | None:
        if not row.get(field):
            return None
        day = date.fromisoformat(row[field])
        # Ten years: a roll's "since" may lie long ago, and the day must be in the future.
        return {field: day.replace(year=day.year + 10, day=min(day.day, 28)).isoformat()}

    return spoil


_FAULTS: tuple[Spoil, ...] = (
    _wrong_check_character,
    _number_cell,
    _old_number,
    _unknown_village,
)


def _full_width(rng: Random, row: Clean) -> dict[str, Cell] | None:
    number = row.get("id_number")
    return {"id_number": number.translate(_FULL_WIDTH)} if number else None


def _spaced(rng: Random, row: Clean) -> dict[str, Cell] | None:
    number = row.get("id_number")
    return {"id_number": f" {number[:6]} {number[6:14]} {number[14:]} "} if number else None


def _apostrophe(rng: Random, row: Clean) -> dict[str, Cell] | None:
    number = row.get("id_number")
    return {"id_number": f"'{number}"} if number else None


def _lower_x(rng: Random, row: Clean) -> dict[str, Cell] | None:
    number = row.get("id_number", "")
    return {"id_number": number.lower()} if number.endswith("X") else None


def _variant_name(rng: Random, row: Clean) -> dict[str, Cell] | None:
    variant = variant_of(row.get("name", ""))
    return {"name": variant} if variant else None


def _spaced_name(rng: Random, row: Clean) -> dict[str, Cell] | None:
    """Two-character names are stretched to the width of three."""
    name = row.get("name", "")
    return {"name": f"{name[0]}　{name[1]}"} if len(name) == 2 else None


def _spaced_phone(rng: Random, row: Clean) -> dict[str, Cell] | None:
    if not (phone := row.get("guardian_phone")):
        return None
    styles = (f"{phone[:3]} {phone[3:7]} {phone[7:]}", f"{phone[:3]}-{phone[3:7]}-{phone[7:]}")
    return {"guardian_phone": rng.choice((*styles, f"+86 {phone}"))}


_ODDITIES: tuple[Spoil, ...] = (
    _full_width,
    _spaced,
    _apostrophe,
    _lower_x,
    _variant_name,
    _spaced_name,
    _spaced_phone,
)


def _date_styles(field: str) -> tuple[Spoil, ...]:
    def chinese(rng: Random, row: Clean) -> dict[str, Cell] | None:
        if not row.get(field):
            return None
        day = date.fromisoformat(row[field])
        styles = (
            f"{day.year}年{day.month}月{day.day}日",
            f"{day.year}/{day.month}/{day.day}",
            f"{day.year}.{day.month}.{day.day}",
            f"{day:%Y%m%d}",
        )
        return {field: rng.choice(styles)}

    return (chinese,)
