"""How often one person may look for a child by who it is, over all processes together."""

from __future__ import annotations

from datetime import datetime

from domain.rules import SearchRules
from hub.storage.sql import Connection, Database

MINUTE = 60 * 1_000_000
DAY = 24 * 60 * MINUTE
"""Microseconds."""


class TooManySearches(Exception):
    """The person has searched as often as the rules allow; ``wait``: seconds until the next."""

    def __init__(self, wait: int) -> None:
        super().__init__()
        self.wait = wait


class SearchLimit:
    """Counts each person's searches in the database, where every process finds them: the space of
    ID numbers is small enough to be tried through, by one who asks several doors at once too."""

    def __init__(self, database: Database, rules: SearchRules) -> None:
        """``database`` holds the area ``searching`` (:func:`hub.searching.tables.opened`)."""
        self.rules = rules
        self._database = database

    def check(self, person: str, now: datetime) -> None:
        """Raise TooManySearches if the person could not search now; counts nothing."""
        with self._database.reading() as connection:
            self._newest(connection, person, _microseconds(now))

    def take(self, person: str, now: datetime) -> None:
        """Count one search of a person (by pseudonym). Raises TooManySearches, and then it is not
        counted, and SearchingUnavailable: then nothing may be looked for."""
        at = _microseconds(now)
        # What a crash takes away is a few searches of the count.
        with self._database.writing(durable=False) as connection:
            connection.execute("DELETE FROM taken WHERE person = ? AND at <= ?", (person, at - DAY))
            newest = self._newest(connection, person, at)
            # Two of the same instant are two.
            connection.execute(
                "INSERT INTO taken (person, at) VALUES (?, ?)", (person, max(at, newest + 1))
            )

    def _newest(self, connection: Connection, person: str, at: int) -> int:
        """When the person searched last (0: not in a day). Raises TooManySearches."""
        found = connection.execute(
            "SELECT at FROM taken WHERE person = ? ORDER BY at DESC LIMIT ?",
            (person, max(self.rules.a_minute, self.rules.a_day)),
        ).fetchall()
        for times, span in ((self.rules.a_minute, MINUTE), (self.rules.a_day, DAY)):
            if len(found) >= times and found[times - 1][0] > at - span:
                raise TooManySearches((found[times - 1][0] + span - at) // 1_000_000 + 1)
        return int(found[0][0]) if found else 0


def _microseconds(now: datetime) -> int:
    return int(now.timestamp() * 1_000_000)
