"""Looks for very many values at once, every form of each, in everything a hub has written.

Unlike :mod:`tests.adversary.scan`, which suits a job of six children, it leaves out what in so many
bytes is found by chance.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from python_calamine import CalamineWorkbook

from adapters.registry import ALL_KINDS
from hub.demo.rows import SEEN
from hub.demo.world import Child
from tests.adversary.scan import Hit, Needles, forms

PERSONAL = frozenset(
    {"name", "id_number", "guardian_name", "guardian_phone", "address", "student_number"}
)
"""Fields of the agencies' records that say who a child is or where it is reached."""

_GRAM = 6
_SURE = {"base64": 7, "base64url": 7, "hex": 12, "HEX": 12}
_SURE_SPELT = 8


def sure(form: str, data: bytes) -> bool:
    """Whether a hit is no chance: a data folder holds tens of millions of random characters of
    base64 and hex, in which a form of a few of them would be found now and then."""
    kind = form.split(" ")[0]
    if kind in _SURE:
        return len(data) >= _SURE[kind]
    spelt = kind.lower() in ("pinyin", "sounds")
    return len(data) >= (_SURE_SPELT if spelt else _GRAM)


class Leaks:
    """Every form that is long enough to be sure of, of a set of values."""

    def __init__(self, values: Iterable[str]) -> None:
        self._needles = Needles(_GRAM)
        for value in sorted(set(values)):
            for form, data in forms(value).items():
                if sure(form, data):
                    self._needles.add(form, data, value)

    @property
    def forms(self) -> int:
        """How many are looked for."""
        return len(self._needles)

    def bytes(self, place: str, content: bytes) -> list[Hit]:
        """What is found in some bytes."""
        return self._needles.bytes(place, content)

    def folder(self, root: Path, but: Path) -> list[Hit]:
        """What is found in the files of a folder and in their names, one folder left out."""
        hits = []
        for path in sorted(root.rglob("*")):
            if path == but or but in path.parents:
                continue
            name = path.relative_to(root).as_posix()
            hits += self.bytes(f"name of {name}", name.encode())
            if path.is_file():
                hits += self.bytes(name, path.read_bytes())
        return hits


def seeded(children: Iterable[Child], sheets: Path) -> set[str]:
    """Everything that says who the demo's children are, as they are and as offices wrote it."""
    values = {
        value
        for child in children
        for value in (
            child.name,
            child.guardian,
            child.phone,
            child.address,
            child.id_number or "",
            child.student_number,
        )
    }
    # What was seen of a child stands in no sheet: reports are filed one by one.
    return {value for value in values.union(SEEN, *sent(sheets).values()) if len(value) > 1}


def sent(sheets: Path) -> dict[str, set[str]]:
    """Every personal cell of every sheet, by field, as its office wrote it, dirt included."""
    fields = {
        heading: column.field
        for kind in ALL_KINDS
        for column in kind.columns
        for heading in (column.heading, *column.aliases)
        if column.field in PERSONAL
    }
    # What an office records of its own work names nobody.
    nobodys = [
        kind.title for kind in ALL_KINDS if not PERSONAL & {column.field for column in kind.columns}
    ]
    found: dict[str, set[str]] = {field: set() for field in PERSONAL}
    for path in sorted(sheets.rglob("*")):
        if path.suffix not in (".xlsx", ".csv") or any(name in path.name for name in nobodys):
            continue
        places: dict[int, str] = {}
        for row in _rows(path):
            if not places:
                known = {at: fields[text] for at, text in enumerate(row) if text in fields}
                # A title stands alone above the headings.
                places = known if len(known) > 1 else {}
                continue
            for at, field in places.items():
                if at < len(row) and row[at]:
                    found[field].add(row[at])
        assert places, path.name
    return found


def _rows(path: Path) -> Iterator[list[str]]:
    if path.suffix == ".xlsx":
        book = CalamineWorkbook.from_path(path)
        for cells in book.get_sheet_by_index(0).to_python():
            yield [str(cell).strip() for cell in cells]
        return
    content = path.read_bytes()
    utf8 = content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig" if utf8 else "gb18030")
    for row in csv.reader(io.StringIO(text, newline="")):
        yield [cell.strip() for cell in row]
