"""What one question shows, told apart by the right it is shown by: what is seen by break-glass
(紧急调阅) stands in the access log as such, under the access it was asked by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pydantic import JsonValue

from domain.kernel import LegalBasis
from hub.authorization.decide import By
from hub.eventstore.codec import SealedField
from hub.keyservice import KeyOpener, Reader


@dataclass
class _Part:
    places: list[int] = field(default_factory=list)
    fields: list[SealedField] = field(default_factory=list)
    looks: dict[str, set[str]] = field(default_factory=dict)


class Looks:
    """Fields to open and facts that are shown, collected and then opened in one audited look."""

    def __init__(self, reader: Reader, accesses: Mapping[str, str]) -> None:
        """``accesses`` names, by child, the open break-glass access of the reader's organisation;
        a child that is not there is looked at without one."""
        self._reader = reader
        self._accesses = accesses
        self._parts: dict[Reader, _Part] = {}
        self._count = 0

    def field(self, child: str, sealed: SealedField, by: By) -> None:
        """A sealed field that is to be opened, and by which right."""
        part = self._part(child, by)
        part.places.append(self._count)
        part.fields.append(sealed)
        self._count += 1

    def facts(self, child: str, categories: Iterable[str], by: By | None = None) -> None:
        """Clear facts of a child that are shown."""
        self._part(child, by).looks.setdefault(child, set()).update(categories)

    def open(self, keyservice: KeyOpener, action: str) -> list[JsonValue]:
        """Write the entries, then open the fields; gives their values in the order of
        :meth:`field`. Raises what the key service raises."""
        values: list[JsonValue] = [None] * self._count
        for reader, part in self._parts.items():
            opened = keyservice.open(reader, part.fields, action, part.looks)
            for place, value in zip(part.places, opened, strict=True):
                values[place] = value
        return values

    def _part(self, child: str, by: By | None) -> _Part:
        reader = self._reader
        if by is By.BREAK_GLASS:
            reader = replace(
                reader,
                legal_basis=LegalBasis.EMERGENCY,
                task=self._accesses.get(child, reader.task),
            )
        return self._parts.setdefault(reader, _Part())
