"""Which documents (文书) each organisation printed: their numbers, every print, their scans.

A number belongs to an organisation, a kind and a year, counts up without a gap and is never used
again: rows are added and nothing else. No name or content stands here; a document is about a
pseudonym, and what is on its paper is asked of the door for reads at every print.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, UniqueConstraint

from domain.calendar import shanghai_date
from domain.document_number import plain_receipt
from hub.storage.areas import Area
from hub.storage.sql import Storage

META = MetaData()
Table(
    "documents",
    META,
    Column("organisation", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("running", Integer, primary_key=True, autoincrement=False),
    Column("about", String, nullable=False),
    Column("child_ref", String, nullable=False),
    Column("receipt", String, nullable=False, unique=True),
    Column("made_at", String, nullable=False),
    UniqueConstraint("organisation", "kind", "about"),
)
"""``about``: what the document is of, by pseudonym; ``child_ref`` is empty where it is of none."""
Table(
    "prints",
    META,
    Column("receipt", String, primary_key=True),
    Column("nth", Integer, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
    Column("user", String, nullable=False),
    Column("audit", BigInteger, nullable=False),
)
"""``audit``: which entry of the access log says that it was printed, and what for."""
Table(
    "scans",
    META,
    Column("receipt", String, primary_key=True),
    Column("attachment", String, primary_key=True),
    Column("at", String, nullable=False),
    Column("user", String, nullable=False),
)
AREA = Area(
    name="documents",
    file="documents.sqlite",
    revision="0001",
    tables=META,
    grants={
        "documents": "SELECT, INSERT",
        "prints": "SELECT, INSERT",
        "scans": "SELECT, INSERT",
    },
)

_ALL = "SELECT organisation, kind, year, running, about, child_ref, receipt, made_at FROM documents"


class DocumentsUnavailable(Exception):
    """The documents' numbers cannot be read or written now: nothing is printed."""


@dataclass(frozen=True, slots=True)
class Printed:
    """One document of an organisation."""

    organisation: str
    kind: str
    year: int
    running: int
    about: str
    child_ref: str
    receipt: str
    made_at: str


class Documents:
    """Documents of organisations, in an area of their own."""

    def __init__(self, storage: Storage) -> None:
        """Made where a data folder of before has none."""
        self._database = storage.database(AREA, DocumentsUnavailable, create=True)

    def printed(
        self,
        organisation: str,
        kind: str,
        about: str,
        child_ref: str,
        *,
        user: str,
        now: datetime,
        audit: int,
    ) -> tuple[Printed, int]:
        """Count one print of a document, which has its number from the first one on; and how many
        there were with this one."""
        with self._database.writing() as connection:
            rows = connection.execute(
                f"{_ALL} WHERE organisation = ? AND kind = ? AND about = ?",
                (organisation, kind, about),
            ).fetchall()
            if rows:
                found = Printed(*rows[0])
            else:
                year = shanghai_date(now).year
                last = connection.execute(
                    "SELECT max(running) FROM documents"
                    " WHERE organisation = ? AND kind = ? AND year = ?",
                    (organisation, kind, year),
                ).fetchall()[0][0]
                found = Printed(
                    organisation,
                    kind,
                    year,
                    (last or 0) + 1,
                    about,
                    child_ref,
                    secrets.token_hex(6).upper(),
                    now.isoformat(timespec="seconds"),
                )
                connection.execute(
                    "INSERT INTO documents (organisation, kind, year, running, about, child_ref,"
                    " receipt, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        found.organisation,
                        found.kind,
                        found.year,
                        found.running,
                        found.about,
                        found.child_ref,
                        found.receipt,
                        found.made_at,
                    ),
                )
            before = connection.execute(
                "SELECT count(*) FROM prints WHERE receipt = ?", (found.receipt,)
            ).fetchall()[0][0]
            connection.execute(
                'INSERT INTO prints (receipt, nth, at, "user", audit) VALUES (?, ?, ?, ?, ?)',
                (found.receipt, before + 1, now.isoformat(timespec="seconds"), user, audit),
            )
        return found, before + 1

    def of_receipt(self, organisation: str, typed: str) -> Printed | None:
        """An organisation's own document of a receipt number; None for any other."""
        rows = self._database.rows(
            f"{_ALL} WHERE organisation = ? AND receipt = ?",
            (organisation, plain_receipt(typed)),
        )
        return Printed(*rows[0]) if rows else None

    def about(self, organisation: str, child_ref: str) -> list[Printed]:
        """What an organisation printed of a child, the newest first."""
        rows = self._database.rows(
            f"{_ALL} WHERE organisation = ? AND child_ref = ?"
            " ORDER BY made_at DESC, kind, running DESC",
            (organisation, child_ref),
        )
        return [Printed(*row) for row in rows]

    def scanned(self, receipt: str, attachment: str, *, user: str, now: datetime) -> None:
        """Keep which attachment is the scan of a document; the same one twice is one."""
        with self._database.writing() as connection:
            connection.execute(
                'INSERT INTO scans (receipt, attachment, at, "user") VALUES (?, ?, ?, ?)'
                " ON CONFLICT DO NOTHING",
                (receipt, attachment, now.isoformat(timespec="seconds"), user),
            )

    def scans(self, receipt: str) -> list[str]:
        """The attachments that are scans of a document, the first one first."""
        rows = self._database.rows(
            "SELECT attachment FROM scans WHERE receipt = ? ORDER BY at, attachment", (receipt,)
        )
        return [str(row[0]) for row in rows]

    def scans_about(self, organisation: str, child_ref: str) -> dict[str, list[str]]:
        """The same of every document that an organisation printed of a child, by receipt."""
        found: dict[str, list[str]] = {}
        for receipt, attachment in self._database.rows(
            "SELECT scans.receipt, attachment FROM scans JOIN documents"
            " ON documents.receipt = scans.receipt WHERE organisation = ? AND child_ref = ?"
            " ORDER BY at, attachment",
            (organisation, child_ref),
        ):
            found.setdefault(receipt, []).append(attachment)
        return found

    def close(self) -> None:
        """Close the connections."""
        self._database.close()
