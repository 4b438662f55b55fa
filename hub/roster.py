"""The duty roster (值班表) and the duty telephones of organisations, in the directory's area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from domain.organisations import Post
from domain.roster import Shift, on_duty
from hub.directory import AREA, DUTY, DUTY_NUMBERS
from hub.storage.sql import Storage, put


@dataclass(frozen=True, slots=True)
class Reached:
    """Who is told: somebody at a post, or an organisation's duty number, or neither."""

    organisation: str
    post: Post
    user: str | None = None
    deputy: str | None = None
    number: str | None = None

    @property
    def somebody(self) -> bool:
        return self.user is not None or self.number is not None


class Roster:
    """Shifts by organisation and post."""

    def __init__(self, storage: Storage, *, create: bool = False) -> None:
        self._engine = storage.engine(AREA, create=create)

    def state(self, organisation: str, shifts: Sequence[Shift]) -> None:
        """Take an organisation's roster for the time from its first shift to its last: what was
        planned for that time at those posts is replaced, what was before and after it stays."""
        with self._engine.execution_options(writing=True).begin() as connection:
            for post in dict.fromkeys(each.post for each in shifts):
                of_post = [each for each in shifts if each.post is post]
                begins = min(each.begins for each in of_post)
                _cut(connection, organisation, post, begins, max(each.ends for each in of_post))
            connection.execute(insert(DUTY), [_row(each) for each in shifts])

    def shifts(self, organisation: str, start: datetime, end: datetime) -> list[Shift]:
        """The shifts that are on between two instants, by post and time."""
        query = (
            select(DUTY)
            .where(
                DUTY.c.organisation == organisation,
                DUTY.c.begins <= _text(end),
                DUTY.c.ends > _text(start),
            )
            .order_by(DUTY.c.post, DUTY.c.begins)
        )
        with self._engine.begin() as connection:
            return [_shift(dict(row)) for row in connection.execute(query).mappings()]

    def state_number(self, organisation: str, number: str) -> None:
        """Keep an organisation's duty telephone, in the place of the one before."""
        with self._engine.execution_options(writing=True).begin() as connection:
            put(connection, DUTY_NUMBERS, [{"organisation": organisation, "number": number}])

    def number(self, organisation: str) -> str | None:
        """The duty telephone of an organisation, where it has stated one."""
        query = select(DUTY_NUMBERS.c.number).where(DUTY_NUMBERS.c.organisation == organisation)
        with self._engine.begin() as connection:
            found: str | None = connection.execute(query).scalar_one_or_none()
        return found

    def reachable(
        self, organisation: str, post: Post, at: datetime, instead: Sequence[Post]
    ) -> list[Reached]:
        """Who can be told now, in turn: who is on duty at the post, with the deputy, and the deputy
        alone; the same of the posts ``instead``, in their order; the organisation's duty number."""
        shifts = self.shifts(organisation, at, at)
        found: list[Reached] = []
        for each in dict.fromkeys((post, *instead)):
            shift = on_duty(shifts, each, at)
            if shift is not None:
                found.append(Reached(organisation, each, shift.user, shift.deputy))
                if shift.deputy is not None:
                    found.append(Reached(organisation, each, shift.deputy))
        number = self.number(organisation)
        if number is not None:
            found.append(Reached(organisation, post, number=number))
        return found

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()


def _cut(
    connection: Connection, organisation: str, post: Post, begins: datetime, ends: datetime
) -> None:
    """Take the time between two instants out of what is planned at a post."""
    mine = (DUTY.c.organisation == organisation, DUTY.c.post == post.value)
    first, last = _text(begins), _text(ends)
    after = select(DUTY).where(*mine, DUTY.c.begins < last, DUTY.c.ends > last)
    going_on = [dict(row) for row in connection.execute(after).mappings()]
    within = (DUTY.c.begins >= first, DUTY.c.begins < last)
    connection.execute(delete(DUTY).where(*mine, *within))
    connection.execute(
        update(DUTY).where(*mine, DUTY.c.begins < first, DUTY.c.ends > first).values(ends=first)
    )
    if going_on:
        connection.execute(insert(DUTY), [{**row, "begins": last} for row in going_on])


def _row(shift: Shift) -> dict[str, str | None]:
    return {
        "organisation": shift.organisation,
        "post": shift.post.value,
        "begins": _text(shift.begins),
        "ends": _text(shift.ends),
        "user": shift.user,
        "deputy": shift.deputy,
    }


def _shift(read: Mapping[str, Any]) -> Shift:
    return Shift(
        read["organisation"],
        Post(read["post"]),
        datetime.fromisoformat(read["begins"]),
        datetime.fromisoformat(read["ends"]),
        read["user"],
        read["deputy"],
    )


def _text(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")
