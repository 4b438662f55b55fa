"""The index by which an organisation finds the children of its own view: keyed tags, no plain text.

An ID number gives a 128-bit tag, a name and its sounds one cut to 14 bits with the birth year, so
that many share it; whoever asks opens and confirms. Each organisation's tags are under a key of
its own: the same child has other tags at every organisation, and none is one of the hub's match
index (privacy design, "Finding a child").
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.identifiers import fold_name, name_sounds
from hub.storage.sql import Connection, Database

ID_TAG_BYTES = 16
NAME_TAG_BITS = 14

_ID, _NAME, _SOUND = 1, 2, 3
"""Kinds of tag."""

Tag = tuple[int, bytes, int]
"""Kind, tag and birth year (0 with an ID number, and where the year is unknown)."""


@dataclass(frozen=True, slots=True)
class Named:
    """A child as an organisation's view shows it. ``mark`` changes with what is shown."""

    child_ref: str
    mark: str
    names: frozenset[str]
    id_numbers: frozenset[str]
    birth_year: int


class OwnIndex:
    """Every organisation's index of its own view; safe for threads and several processes."""

    def __init__(self, database: Database, key_of: Callable[[str], bytes]) -> None:
        """``database`` holds the area ``searching`` (:func:`hub.searching.tables.opened`);
        ``key_of`` gives an organisation's own 32-byte key."""
        self._key_of = key_of
        self._database = database

    def marks(self, organisation: str) -> dict[str, str]:
        """The children that an organisation's index holds, each with its mark."""
        rows = self._database.rows(
            "SELECT child_ref, mark FROM own_child WHERE organisation = ?", (organisation,)
        )
        return dict(rows)

    def keep(self, organisation: str, named: Sequence[Named], gone: Iterable[str] = ()) -> None:
        """Enter children, in the place of what was held of them, and take out those that are gone
        from the view."""
        tags = [
            (organisation, *tag, each.child_ref)
            for each in named
            for tag in self._tags(organisation, each.names, each.id_numbers, each.birth_year)
        ]
        with self._database.writing() as connection:
            for child in (*gone, *(each.child_ref for each in named)):
                _take_out(connection, "organisation = ? AND child_ref = ?", (organisation, child))
            connection.insert("own_tag", sorted(set(tags)))
            connection.insert(
                "own_child", [(organisation, each.child_ref, each.mark) for each in named]
            )

    def find(
        self, organisation: str, *, id_number: str | None, name: str, birth_year: int
    ) -> list[str]:
        """Children of the organisation's view who may be meant, by number, name or sound; each is
        to be opened and confirmed."""
        numbers = frozenset({id_number} if id_number else ())
        tags = self._tags(organisation, frozenset({name}), numbers, birth_year)
        found: set[str] = set()
        with self._database.reading() as connection:
            for tag in tags:
                rows = connection.execute(
                    "SELECT child_ref FROM own_tag"
                    " WHERE organisation = ? AND kind = ? AND tag = ? AND birth_year = ?",
                    (organisation, *tag),
                ).fetchall()
                found.update(child_ref for (child_ref,) in rows)
        return sorted(found)

    def forget(self, child_ref: str) -> None:
        """Remove every row of the child, of every organisation, from the tables and their log; no
        error if there is none. While it stands in a view it would be entered again: the view's
        rows go first."""
        with self._database.writing() as connection:
            _take_out(connection, "child_ref = ?", (child_ref,))
        self._database.wipe_deleted("own_child", "own_tag")

    def _tags(
        self,
        organisation: str,
        names: frozenset[str],
        id_numbers: frozenset[str],
        birth_year: int,
    ) -> list[Tag]:
        key = self._key_of(organisation)
        found: list[Tag] = [(_ID, _tag(key, _ID, each)[:ID_TAG_BYTES], 0) for each in id_numbers]
        # What has no name would match everyone without one.
        for folded in filter(None, map(fold_name, names)):
            found.append((_NAME, _cut(_tag(key, _NAME, folded)), birth_year))
            found.append((_SOUND, _cut(_tag(key, _SOUND, name_sounds(folded))), birth_year))
        return found


def _take_out(connection: Connection, which: str, values: Sequence[object]) -> None:
    for table in ("own_tag", "own_child"):
        connection.execute(f"DELETE FROM {table} WHERE {which}", values)  # noqa: S608


def _tag(key: bytes, kind: int, text: str) -> bytes:
    """The kind is part of it, so that a name and its sounds never share a tag by being alike."""
    return hmac.digest(key, bytes([kind]) + text.encode(), "sha256")


def _cut(tag: bytes) -> bytes:
    return (int.from_bytes(tag[:2], "big") >> (16 - NAME_TAG_BITS)).to_bytes(2, "big")


def due(shown: Mapping[str, str], held: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """What an index has to take in, and what to take out, for a view that shows these children
    (each with its mark) and an index that holds those."""
    fresh = sorted(child for child, mark in shown.items() if held.get(child) != mark)
    return fresh, sorted(held.keys() - shown.keys())
