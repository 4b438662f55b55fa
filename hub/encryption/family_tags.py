"""Keyed tags of what children of one family have in common, in the hub's match index.

Who shares a tag is worked out when somebody who decides asks: nothing of a suspicion is kept, in
the log or elsewhere, before a person has looked at it.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Column, Index, LargeBinary, MetaData, String, Table

from domain.family_marks import Mark
from hub.encryption.root import RootKey
from hub.storage.sql import Connection

TABLE = "family_tag"
TAG_BYTES = 16
FORGET = "DELETE FROM family_tag WHERE child_ref = ?"


def family_table(meta: MetaData) -> None:
    """Declare the table of tags."""
    table = Table(
        TABLE,
        meta,
        Column("tag", LargeBinary, primary_key=True),
        Column("child_ref", LargeBinary, primary_key=True),
        Column("mark", String, nullable=False),
        sqlite_with_rowid=False,
    )
    Index(f"{TABLE}_child", table.c.child_ref)


class FamilyTags:
    """The keys of the tags: one for each kind of mark, so that no two kinds share a tag."""

    def __init__(self, root: RootKey) -> None:
        self._keys = {mark: root.named_key(f"family-{mark.value}") for mark in Mark}

    def rows(
        self, child_ref: UUID, marks: Iterable[tuple[Mark, str]]
    ) -> list[tuple[bytes, bytes, str]]:
        """The rows of a child's marks."""
        return [
            (
                hmac.digest(self._keys[mark], text.encode(), "sha256")[:TAG_BYTES],
                child_ref.bytes,
                mark.value,
            )
            for mark, text in marks
        ]


@dataclass(frozen=True, slots=True)
class Related:
    """Two children that have something in common, and what."""

    one: UUID
    other: UUID
    marks: frozenset[Mark]


_RELATED = """
SELECT a.child_ref, b.child_ref, MIN(a.mark), MAX(a.mark)
FROM family_tag a JOIN family_tag b ON b.tag = a.tag AND b.child_ref > a.child_ref
WHERE (a.child_ref > ? OR (a.child_ref = ? AND b.child_ref > ?))
  AND (SELECT COUNT(*) FROM family_tag c WHERE c.tag = a.tag) <= ?
GROUP BY a.child_ref, b.child_ref
ORDER BY a.child_ref, b.child_ref
LIMIT ?
"""


def related(
    connection: Connection, after: tuple[UUID, UUID], shared_by_at_most: int, limit: int
) -> list[Related]:
    """Pairs behind a pair, by pseudonym. What more children than ``shared_by_at_most`` have in
    common says nothing of a family."""
    one, other = (each.bytes for each in after)
    rows = connection.execute(_RELATED, (one, one, other, shared_by_at_most, limit)).fetchall()
    return [
        Related(UUID(bytes=a), UUID(bytes=b), frozenset({Mark(first), Mark(last)}))
        for a, b, first, last in rows
    ]
