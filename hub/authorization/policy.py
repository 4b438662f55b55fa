"""The access policy as data: sharing matrix, jurisdictions, status flags, purposes, audiences.

Unknown means no: a seat, column or word that is not in the data permits nothing, and a file
that cannot be read whole stops the program instead of leaving holes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.kernel import Category
from domain.organisations import Seat
from domain.purpose import Purpose
from hub.authorization.faults import PolicyError as PolicyError
from hub.authorization.purposes import Audiences, PurposeRow


class Word(StrEnum):
    """The matrix's words (architecture, Organisations)."""

    PUBLISH = "publish"
    READ = "read"
    FLAG = "flag"
    TASK = "task"
    AGGREGATE = "aggregate"
    OWN = "own"


BY_TASK = frozenset({Word.TASK, Word.READ})
"""A seat that reads a category in its jurisdiction may be given it by a task elsewhere too."""


class Jurisdiction(StrEnum):
    """How a seat's standing jurisdiction over a child arises."""

    DISTRICT = "district"
    RESPONSIBLE = "responsible"


COLUMN_OF: Mapping[Category, str] = {
    **{category: category.value for category in Category},
    Category.CONTACT: "identity",
    Category.WHO: "identity",
}
"""Which column of the matrix governs a category."""


class Need(StrEnum):
    """When a seat needs to know how a suspected guardian is reached; a seat without one never."""

    ALWAYS = "always"
    TASK = "task"
    """Where a task, or an emergency, opens contact to it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Of which seats nobody is shown anything without an entry check (入职查询) that stands: of the
    ``required`` ones nobody at all, from a day on; of the others nobody who is on the register of
    workers (policies/workforce.toml)."""

    required: frozenset[Seat]
    where_registered: frozenset[Seat]
    required_from: date
    accredited_from: date = date.min
    """From which day on a social organisation (社会组织) has to be accredited for its people to be
    shown anything."""

    @property
    def seats(self) -> frozenset[Seat]:
        """All of them."""
        return self.required | self.where_registered


EVERYBODY_CHECKED = Checked(frozenset(Seat), frozenset(), date.min)
"""Where no rule says otherwise."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The access policy in force and its version."""

    version: str
    matrix: Mapping[Seat, Mapping[str, frozenset[Word]]]
    jurisdictions: Mapping[Seat, Jurisdiction]
    status_flags: frozenset[tuple[Seat, Category]]
    purposes: Mapping[Purpose, PurposeRow]
    audiences: Audiences
    guardian_contact: Mapping[Seat, Need]
    decides_duplicates: frozenset[Seat] = frozenset()
    """Who sees which files may be one child's, for deciding it."""
    checked: Checked = EVERYBODY_CHECKED

    def words(self, seat: Seat, category: Category) -> frozenset[Word]:
        """What the matrix grants a seat for a category; nothing where it says nothing."""
        return self.matrix.get(seat, {}).get(COLUMN_OF[category], frozenset())


def parse_matrix(text: str) -> dict[Seat, dict[str, frozenset[Word]]]:
    """Read sharing-matrix.csv. Raises PolicyError on an unknown seat, column or word, on a
    missing seat or column, and on any permission in the column ``offending``."""
    reader = csv.DictReader(io.StringIO(text))
    rows, headings = list(reader), list(reader.fieldnames or ())
    if len(set(headings)) != len(headings):
        raise PolicyError("matrix: a column twice")
    columns = {*COLUMN_OF.values(), "offending"}
    matrix: dict[Seat, dict[str, frozenset[Word]]] = {}
    for row in rows:
        try:
            seat = Seat(row["agency"])
        except (KeyError, ValueError) as error:
            raise PolicyError(f"matrix: unknown seat {row.get('agency')!r}") from error
        # A row with more cells than headings keeps them under None.
        found = set(map(str, row)) - {"agency", "name_zh"}
        if found != columns:
            raise PolicyError(f"matrix: columns differ: {sorted(found ^ columns)}")
        if seat in matrix:
            raise PolicyError(f"matrix: seat {seat} twice")
        matrix[seat] = {column: _words(seat, column, row[column]) for column in columns}
        if matrix[seat].pop("offending"):
            raise PolicyError("matrix: offending records never enter the hub")
    missing = set(Seat) - set(matrix)
    if missing:
        raise PolicyError(f"matrix: seats missing: {sorted(missing)}")
    return matrix


def _words(seat: Seat, column: str, cell: str | None) -> frozenset[Word]:
    parts = (cell or "").split("+")
    if parts == ["none"]:
        return frozenset()
    try:
        return frozenset(Word(part) for part in parts)
    except ValueError as error:
        raise PolicyError(f"matrix: {seat}/{column}: unknown word in {cell!r}") from error


def parse_jurisdictions(data: Mapping[str, object]) -> dict[Seat, Jurisdiction]:
    """Read jurisdictions.toml. Raises PolicyError on an unknown seat or kind."""
    try:
        return {Seat(seat): Jurisdiction(str(kind)) for seat, kind in data.items()}
    except ValueError as error:
        raise PolicyError(f"jurisdictions: {error}") from error


def parse_guardian_contact(data: Mapping[str, object]) -> dict[Seat, Need]:
    """Read [guardian_contact] of suspects.toml. Raises PolicyError on an unknown seat or need."""
    try:
        return {Seat(seat): Need(str(need)) for seat, need in data.items()}
    except ValueError as error:
        raise PolicyError(f"suspects: guardian_contact: {error}") from error


def parse_status_flags(rows: Iterable[object]) -> frozenset[tuple[Seat, Category]]:
    """Read status-flags.toml; every row needs a reason. Raises PolicyError."""
    found = set()
    for row in rows:
        if not isinstance(row, Mapping) or not str(row.get("reason", "")).strip():
            raise PolicyError("status-flags: a row without a reason")
        try:
            found.add((Seat(row["seat"]), Category(row["category"])))
        except (KeyError, ValueError) as error:
            raise PolicyError(f"status-flags: {error}") from error
    return frozenset(found)
