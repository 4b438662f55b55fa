"""Drafts (草稿): what somebody was writing and has not sent, sealed, for that person alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from hub.encryption.records import RecordSealer
from hub.storage.sql import Database

_PLACE = UUID("6f1c7c0e-53a5-4c7e-9d0e-2b1f5a2f8d11")
PURPOSE = "draft"


class Drafts:
    """Drafts by person and form, in the accounts' area."""

    def __init__(self, database: Database, sealer: RecordSealer, days: int) -> None:
        self._database = database
        self._sealer = sealer
        self._kept = timedelta(days=days)

    def keep(self, user: str, form: str, fields: Mapping[str, list[str]], now: datetime) -> None:
        """Keep what stands in a form, in the place of what was kept of it before."""
        token = self._sealer.seal(
            _place(user, form), PURPOSE, {k: list(v) for k, v in fields.items()}, batch=_owner(user)
        )
        with self._database.writing() as connection:
            connection.execute(
                "DELETE FROM drafts WHERE saved <= ?", ((now - self._kept).isoformat(),)
            )
            connection.execute('DELETE FROM drafts WHERE "user" = ? AND form = ?', (user, form))
            connection.execute(
                'INSERT INTO drafts ("user", form, body, saved) VALUES (?, ?, ?, ?)',
                (user, form, token, now.isoformat()),
            )

    def kept(self, user: str, form: str, now: datetime) -> dict[str, list[str]]:
        """What was kept of a form; nothing where nothing was, or it is too old."""
        rows = self._database.rows(
            'SELECT body, saved FROM drafts WHERE "user" = ? AND form = ?', (user, form)
        )
        if not rows or datetime.fromisoformat(rows[0][1]) + self._kept <= now:
            return {}
        opened = self._sealer.open_(_place(user, form), PURPOSE, bytes(rows[0][0]))
        if not isinstance(opened, dict):
            return {}
        return {
            str(name): [str(each) for each in values]
            for name, values in opened.items()
            if isinstance(values, list)
        }

    def forms(self, user: str, now: datetime) -> list[tuple[str, str]]:
        """Of which forms somebody has drafts, and when each was saved, the newest first."""
        return [
            (form, saved)
            for form, saved in self._database.rows(
                'SELECT form, saved FROM drafts WHERE "user" = ? ORDER BY saved DESC', (user,)
            )
            if datetime.fromisoformat(saved) + self._kept > now
        ]

    def drop(self, user: str, form: str) -> None:
        """Forget a draft, sent or given up."""
        with self._database.writing() as connection:
            connection.execute('DELETE FROM drafts WHERE "user" = ? AND form = ?', (user, form))


def _place(user: str, form: str) -> UUID:
    return uuid5(_PLACE, f"{user}/{form}")


def _owner(user: str) -> UUID:
    return uuid5(_PLACE, user)
