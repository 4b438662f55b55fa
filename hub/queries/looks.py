"""What one question shows, told apart by the right it is shown by: what is seen by break-glass
(紧急调阅) stands in the access log as such, under the access it was asked by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pydantic import JsonValue

from domain.kernel import Category, LegalBasis
from hub.authorization.decide import By
from hub.eventstore.codec import SealedField
from hub.keyservice import KeyOpener, Reader
from hub.queries.asked import STRANGER, Towards


@dataclass
class _Part:
    places: list[int] = field(default_factory=list)
    fields: list[SealedField] = field(default_factory=list)
    looks: dict[str, set[str]] = field(default_factory=dict)


class Looks:
    """Fields to open and facts that are shown, collected and then opened in one audited look."""

    def __init__(self, reader: Reader, towards: Mapping[str, Towards]) -> None:
        """``towards`` says where the reader's organisation stands: under which break-glass access
        it looks at a child, and what of it rests on a consent."""
        self._reader = reader
        self._towards = towards
        self._parts: dict[Reader, _Part] = {}
        self._count = 0

    def field(self, child: str, sealed: SealedField, by: By) -> None:
        """A sealed field that is to be opened, and by which right."""
        part = self._part(child, by, sealed.context.category)
        part.places.append(self._count)
        part.fields.append(sealed)
        self._count += 1

    def facts(self, child: str, categories: Iterable[str], by: By | None = None) -> None:
        """Clear facts of a child that are shown."""
        named = tuple(categories)
        for category in named:
            self._part(child, by, category).looks.setdefault(child, set()).add(category)
        if not named:
            self._part(child, by).looks.setdefault(child, set())

    def open(self, keyservice: KeyOpener, action: str) -> list[JsonValue]:
        """Write the entries, then open the fields; gives their values in the order of
        :meth:`field`. Raises what the key service raises."""
        values: list[JsonValue] = [None] * self._count
        for reader, part in self._parts.items():
            opened = keyservice.open(reader, part.fields, action, part.looks)
            for place, value in zip(part.places, opened, strict=True):
                values[place] = value
        return values

    def _part(self, child: str, by: By | None, category: str = "") -> _Part:
        reader = self._reader
        towards = self._towards.get(child, STRANGER)
        if by is By.BREAK_GLASS:
            reader = replace(
                reader, legal_basis=LegalBasis.EMERGENCY, task=towards.access or reader.task
            )
        elif by is By.TASK and category:
            # What a task shows rests on a duty; what nothing but a consent shows, on that.
            basis = towards.consented.get(Category(category), reader.legal_basis)
            reader = replace(reader, legal_basis=basis)
        return self._parts.setdefault(reader, _Part())
