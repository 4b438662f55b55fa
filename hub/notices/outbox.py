"""What somebody is to be told of, as it is written down before it goes out: by the fact and the
post it is for, with what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

from hub.reaction_tables import AREA, NOTICES, POSITIONS
from hub.storage.sql import Storage, put

_NAME = "notices"
PAGE = 500
"""How many are looked at at once."""

TOLD = ("message", "told", "told_post", "user", "deputy", "number", "failures")
"""What is known only once somebody is to be reached."""
DUE, SENDING, SENT, STALE = "due", "sending", "sent", "stale"

# Asked at every step, whether or not there is anything to tell: made once.
_WAITING = NOTICES.c.state.in_((DUE, SENDING))
_REACHED = select(POSITIONS.c.position).where(POSITIONS.c.name == _NAME)
_TO_SEND = (
    select(NOTICES)
    .where(_WAITING, NOTICES.c.next_at <= bindparam("now"))
    .order_by(NOTICES.c.urgent.desc(), NOTICES.c.position)
    .limit(PAGE)
)
_ANY_OLD = (
    select(NOTICES.c.id)
    .where(
        (_WAITING & (NOTICES.c.at < bindparam("since"))) | (NOTICES.c.at < bindparam("kept_from"))
    )
    .limit(1)
)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """One notice, as it is listed: for whom, what became of it."""

    at: str
    organisation: str
    post: str
    urgent: bool
    state: str
    tries: int
    told: str | None
    number: str | None
    nobody: bool


class Outbox:
    """The notices that are written down."""

    def __init__(self, storage: Storage, *, create: bool = False) -> None:
        self._engine = storage.engine(AREA, create=create)

    def position(self) -> int:
        """How far of the log is written down."""
        with self._engine.begin() as connection:
            return connection.execute(_REACHED).scalar_one_or_none() or 0

    def write(self, rows: Sequence[dict[str, Any]], position: int) -> None:
        """Write down what is new, and how far the log was read for it. What is there already was
        cut off here before, and is not sent anew."""
        with self._engine.execution_options(writing=True).begin() as connection:
            if rows:
                known = _known(connection, [row["id"] for row in rows])
                fresh = [row for row in rows if row["id"] not in known]
                if fresh:
                    put(connection, NOTICES, fresh)
            put(connection, POSITIONS, [{"name": _NAME, "position": position}])

    def due(self, now: datetime) -> list[dict[str, Any]]:
        """What is to go out by now, the urgent first."""
        with self._engine.begin() as connection:
            rows = connection.execute(_TO_SEND, {"now": text_of(now)})
            return [dict(row) for row in rows.mappings()]

    def change(self, rows: Iterable[Row], values: Mapping[str, Any]) -> None:
        """Write down what became of some."""
        ids = [row["id"] for row in rows]
        with self._engine.execution_options(writing=True).begin() as connection:
            connection.execute(update(NOTICES).where(NOTICES.c.id.in_(ids)).values(**values))

    def give_up(self, since: datetime, kept_from: datetime) -> int:
        """What is of before ``since`` is not sent any more, and is listed; what is of before
        ``kept_from`` is not listed any more. Gives how many were given up."""
        old = _WAITING & (NOTICES.c.at < text_of(since))
        past = NOTICES.c.at < text_of(kept_from)
        with self._engine.begin() as connection:
            bounds = {"since": text_of(since), "kept_from": text_of(kept_from)}
            if connection.execute(_ANY_OLD, bounds).first() is None:
                return 0
        with self._engine.execution_options(writing=True).begin() as connection:
            given_up = connection.execute(update(NOTICES).where(old).values(state=STALE)).rowcount
            connection.execute(delete(NOTICES).where(past))
        return int(given_up)

    def listed(self, *, unsent: bool, limit: int) -> list[Told]:
        """What was to be told, newest first; ``unsent``: of that what has not gone out."""
        query = select(NOTICES).order_by(NOTICES.c.position.desc()).limit(limit)
        if unsent:
            query = query.where(NOTICES.c.state != SENT)
        with self._engine.begin() as connection:
            rows = list(connection.execute(query).mappings())
        return [
            Told(
                at=row["at"],
                organisation=row["organisation"],
                post=row["post"],
                urgent=bool(row["urgent"]),
                state=row["state"],
                tries=row["tries"],
                told=row["told"],
                number=row["number"],
                nobody=row["told"] is not None and not (row["user"] or row["number"]),
            )
            for row in rows
        ]

    def failing(self) -> int:
        """How many have failed and not gone out."""
        failed = (NOTICES.c.state.in_((DUE, SENDING)), NOTICES.c.tries > 0)
        query = select(func.count()).select_from(NOTICES).where(*failed)
        with self._engine.begin() as connection:
            return int(connection.execute(query).scalar_one())

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()


def _known(connection: Connection, ids: Sequence[str]) -> set[str]:
    return set(connection.execute(select(NOTICES.c.id).where(NOTICES.c.id.in_(ids))).scalars())


def text_of(instant: datetime) -> str:
    """An instant as it is stored: texts of it are in order as well."""
    return instant.isoformat(timespec="microseconds")
