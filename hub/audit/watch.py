"""Judges new looks by the rules and keeps what was unusual, from where it was left off.

What was judged is kept with the rules' version, so that it can be said later why somebody was
told, or was not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple
from datetime import datetime, timedelta

from hub.audit.log import AccessEntry, AccessLogUnavailable
from hub.audit.lookups import LookRules, Unusual, unusual
from hub.audit.tables import AREA, FIELDS
from hub.storage.sql import Connection, Storage

PORTION = 500
_NAMES = ", ".join(f'"{name}"' for name in FIELDS)
_UNUSUAL = 'seq, kinds, at, organisation, post, "user", child_ref, children'


class Watch:
    """Finds unusual looks; safe for several processes."""

    def __init__(
        self, storage: Storage, rules: LookRules, version: str, *, create: bool = False
    ) -> None:
        """``version`` is that of the policies that the rules are of."""
        self._database = storage.database(
            AREA, AccessLogUnavailable, create=create, busy_timeout=30
        )
        self._rules = rules
        self._version = version

    def look(self) -> int:
        """Judge what is new; gives how many looks were found unusual."""
        found = 0
        while (step := self._step()) is not None:
            found += step
        return found

    def _step(self) -> int | None:
        # One transaction: what is found and how far was looked are kept together.
        with self._database.writing() as connection:
            after = connection.execute("SELECT max(upto) FROM watched").fetchone()[0] or 0
            new = _entries(connection, "seq > ? ORDER BY seq LIMIT ?", (after, PORTION))
            if not new:
                return None
            since = datetime.fromisoformat(new[0][1].at)
            looks = [*self._before(connection, after, since), *new]
            found = unusual(looks, after, self._rules)
            connection.insert(f"alerts ({_UNUSUAL})", [astuple(each) for each in found])
            connection.insert("watched", [(new[-1][0], self._version)])
        return len(found)

    def judge_again(self, looks: Iterable[tuple[int, AccessEntry]]) -> None:
        """Judge looks anew that are told otherwise from now on, each with its number; of what was
        found unusual before, that stays."""
        self.look()
        for seq, each in looks:
            with self._database.writing() as connection:
                before = self._before(connection, seq - 1, datetime.fromisoformat(each.at))
                found = unusual([*before, (seq, each)], seq - 1, self._rules)
                connection.insert(
                    f"alerts ({_UNUSUAL})",
                    [astuple(each) for each in found],
                    "ON CONFLICT DO NOTHING",
                )

    def _before(
        self, connection: Connection, after: int, at: datetime
    ) -> list[tuple[int, AccessEntry]]:
        """The looks that may still count, oldest first."""
        since = (at - timedelta(minutes=self._rules.many.minutes)).isoformat(
            timespec="microseconds"
        )
        found: list[tuple[int, AccessEntry]] = []
        while rows := _entries(connection, "seq <= ? ORDER BY seq DESC LIMIT ?", (after, PORTION)):
            found += rows
            after = rows[-1][0] - 1
            if rows[-1][1].at < since:
                break
        return found[::-1]

    def found(self, before: int | None = None, limit: int = PORTION) -> list[Unusual]:
        """The newest unusual looks, newest first, of entries numbered below ``before``."""
        rows = self._database.rows(
            f"SELECT {_UNUSUAL} FROM alerts WHERE seq < ? ORDER BY seq DESC LIMIT ?",  # noqa: S608
            (1 << 62 if before is None else before, limit),
        )
        return [Unusual(*row) for row in rows]

    def close(self) -> None:
        """Close the connections."""
        self._database.close()


def _entries(
    connection: Connection, tail: str, values: Sequence[object]
) -> list[tuple[int, AccessEntry]]:
    rows = connection.execute(
        f"SELECT seq, {_NAMES} FROM access WHERE {tail}",  # noqa: S608
        values,
    ).fetchall()
    return [(int(seq), AccessEntry(*fields)) for seq, *fields in rows]
