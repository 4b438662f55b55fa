"""Questions about referrals (转介): inbox, sent, the coordination board, one of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from domain.calendar import end_of_day_utc, shanghai_date
from domain.organisations import Seat, seat_of
from domain.rules import ACCEPT, ACCEPT_OFFER, COMPLETE, MEDICAL_FIRST
from hub.answers import Child, InboxCounts, Page, Referral
from hub.keyservice import Reader
from hub.queries.asked import Asked
from hub.queries.door import MAX_PAGE, PAGE, Door, as_pseudonym, beyond, of_matters
from projections.tables import DEADLINES, FACTS, REFERRALS

_Clocks = dict[tuple[str, str], dict[str, Any]]

_OWED = ("RUNNING", "MISSED")
"""States of a clock that is late once its day is over: not one that was stopped, met or cancelled.
"""

OPEN_REFERRALS = ("requested", "accepted", "in-progress", "on-hold")


class InHand(StrEnum):
    """As what an open referral is counted."""

    LATE = "late"
    TODAY = "today"
    NEW = "new"


class Referrals(Door):
    """Referrals to, from and beside the organisation."""

    def inbox(
        self,
        reader: Reader,
        *,
        open_only: bool = True,
        only: InHand | None = None,
        after: str | None = None,
        limit: int = PAGE,
    ) -> Page[Referral]:
        """Referrals to the organisation (待办), and those that it was asked to take over, by due
        date; ``only``: of the open ones those that :meth:`inbox_counts` counts so."""
        where = or_(
            REFERRALS.c.addressee == reader.organisation,
            REFERRALS.c.offered_to == reader.organisation,
        )
        if open_only:
            where = and_(where, REFERRALS.c.state.in_(OPEN_REFERRALS))
        if only is not None:
            asked = self._admit(reader, "inbox")
            found = self._in_hand(reader, asked)
            where = REFERRALS.c.id.in_([each for each, counted in found if only in counted])
        return self._referral_page(reader, where, after, limit, "inbox")

    def inbox_counts(self, reader: Reader) -> InboxCounts:
        """How many of :meth:`inbox` are open: in all, late, due until the end of the day, not yet
        accepted."""
        asked = self._admit(reader, "inbox_counts")
        found = [each for _, each in self._in_hand(reader, asked)]
        self._keyservice.note(reader, {"": ()}, "inbox_counts")
        return InboxCounts(
            all=len(found),
            late=sum(InHand.LATE in each for each in found),
            today=sum(InHand.TODAY in each for each in found),
            new=sum(InHand.NEW in each for each in found),
        )

    def _in_hand(self, reader: Reader, asked: Asked) -> list[tuple[str, frozenset[InHand]]]:
        """The open ones, by id, and what each is counted as."""
        ours, now = reader.organisation, self._clock.now()
        open_here = select(REFERRALS).where(
            REFERRALS.c.organisation == ours,
            or_(REFERRALS.c.addressee == ours, REFERRALS.c.offered_to == ours),
            REFERRALS.c.state.in_(OPEN_REFERRALS),
            *of_matters(asked, REFERRALS.c.matter),
        )
        running = select(DEADLINES).where(
            DEADLINES.c.organisation == ours,
            DEADLINES.c.kind.in_((ACCEPT, COMPLETE, ACCEPT_OFFER)),
            DEADLINES.c.subject_id.in_(open_here.with_only_columns(REFERRALS.c.id)),
        )
        with self._view(seat_of(ours)).engine.begin() as connection:
            found = [dict(row) for row in connection.execute(open_here).mappings()]
            rows = self._still(connection, reader, asked, found, "matter")
            clocks = {
                (row["subject_id"], row["kind"]): dict(row)
                for row in connection.execute(running).mappings()
            }
        return [(row["id"], _counted(row, ours, clocks, now)) for row in rows]

    def sent(
        self, reader: Reader, *, after: str | None = None, limit: int = PAGE
    ) -> Page[Referral]:
        """Referrals that follow from the organisation's own records, and where they stand."""
        where = REFERRALS.c.sender == reader.organisation
        return self._referral_page(reader, where, after, limit, "sent")

    def board(
        self, reader: Reader, *, after: str | None = None, limit: int = PAGE
    ) -> Page[Referral]:
        """The coordination board (统筹协调) across agencies: civil affairs' list."""
        self._admit(reader, "board")
        if seat_of(reader.organisation) is not Seat.CIVIL_AFFAIRS:
            self._keyservice.note(reader, {"": ()}, "board.nothing")
            return Page(())
        where = REFERRALS.c.state.in_(OPEN_REFERRALS)
        return self._referral_page(reader, where, after, limit, "board")

    def referral(self, reader: Reader, referral_id: str) -> Referral | None:
        """One referral, if the organisation's view holds it."""
        where = REFERRALS.c.id == as_pseudonym(referral_id)
        page = self._referral_page(reader, where, None, 1, "referral")
        return page.items[0] if page.items else None

    def newest(self, organisation: str) -> int:
        """The position of the newest fact that the organisation's view holds: it changes whenever
        something comes in, and says nothing of what. Nothing is opened, and nothing noted."""
        newest = select(func.max(FACTS.c.position)).where(FACTS.c.organisation == organisation)
        with self._view(seat_of(organisation)).engine.begin() as connection:
            return connection.execute(newest).scalar_one_or_none() or 0

    def task_of(self, organisation: str, task: str) -> str:
        """``task`` if it is an open referral to this organisation, else "": an access entry names
        no task that the looker was not given."""
        query = select(REFERRALS.c.id).where(
            REFERRALS.c.organisation == organisation,
            REFERRALS.c.id == task,
            REFERRALS.c.addressee == organisation,
            REFERRALS.c.state.in_(OPEN_REFERRALS),
        )
        with self._view(seat_of(organisation)).engine.begin() as connection:
            return connection.execute(query).scalar_one_or_none() or ""

    def in_hand(self, organisation: str, children: Collection[str]) -> frozenset[str]:
        """Those of some children about whom there is an open referral to this organisation, or one
        from it, that it may see."""
        query = select(REFERRALS.c.child_ref).where(
            REFERRALS.c.organisation == organisation,
            REFERRALS.c.child_ref.in_(children),
            or_(
                REFERRALS.c.addressee == organisation,
                REFERRALS.c.offered_to == organisation,
                REFERRALS.c.sender == organisation,
            ),
            REFERRALS.c.state.in_(OPEN_REFERRALS),
        )
        with self._view(seat_of(organisation)).engine.begin() as connection:
            return frozenset(connection.execute(query).scalars())

    def _referral_page(
        self, reader: Reader, where: Any, after: str | None, limit: int, action: str
    ) -> Page[Referral]:
        asked = self._admit(reader, action)
        limit = min(limit, MAX_PAGE)
        due = func.coalesce(REFERRALS.c.complete_by, "")
        query = (
            select(REFERRALS)
            .where(REFERRALS.c.organisation == reader.organisation, where)
            .where(*of_matters(asked, REFERRALS.c.matter))
            .order_by(due, REFERRALS.c.id)
            .limit(limit + 1)
        )
        if after is not None:
            query = query.where(beyond(due, REFERRALS.c.id, after))
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
            more, rows = len(rows) > limit, rows[:limit]
            cursor = f"{rows[-1]['complete_by'] or ''}|{rows[-1]['id']}" if more else None
            rows = self._still(connection, reader, asked, rows, "matter")
            looks: dict[str, set[str]] = {}
            for row in rows:
                looks.setdefault(row["child_ref"], set()).add(row["matter"])
            lines = self._safety(connection, reader, looks)
            children = self._children(connection, reader, list(looks), action, looks, lines)
            clocks = self._clocks(connection, reader.organisation, rows)
        if not rows:
            self._keyservice.note(reader, {"": ()}, f"{action}.nothing")
            return Page((), cursor)
        now = self._clock.now()
        ours = reader.organisation
        named = {row[name] for row in rows for name in ("handler", "deputy")} - {None}
        people = self._directory.logins(named)
        items = tuple(
            replace(
                self._referral(row, children.get(row["child_ref"]), now, ours, clocks, people),
                safety=lines.get(row["child_ref"], ()),
            )
            for row in rows
        )
        return Page(items, cursor)

    def _clocks(
        self, connection: Connection, ours: str, rows: Iterable[Mapping[str, Any]]
    ) -> _Clocks:
        """The clocks of these referrals, as far as the view holds them, by referral and kind: they
        are stopped, met and put off by themselves, and then say another day than the referral."""
        kept = list(rows)
        found = connection.execute(
            select(DEADLINES).where(
                DEADLINES.c.organisation == ours,
                DEADLINES.c.child_ref.in_({row["child_ref"] for row in kept}),
                or_(
                    DEADLINES.c.subject_id.in_({row["id"] for row in kept}),
                    # A hurt child's own comes first in the task of its report.
                    DEADLINES.c.kind == MEDICAL_FIRST,
                ),
            )
        ).mappings()
        return {(row["subject_id"], row["kind"]): dict(row) for row in found}

    def _referral(
        self,
        row: Mapping[str, Any],
        child: Child | None,
        now: datetime,
        ours: str,
        clocks: _Clocks,
        people: Mapping[str, str],
    ) -> Referral:
        kind = self._policies.rules.referrals.get(row["kind"])

        by, runs = _waits_for(row, ours, clocks)
        late = by is not None and datetime.fromisoformat(by) <= now and runs
        return Referral(
            id=row["id"],
            case_id=row["case_id"],
            kind=row["kind"],
            title=kind.title if kind else row["kind"],
            state=row["state"],
            sender=row["sender"],
            sender_name=self._directory.name(row["sender"]),
            addressee=row["addressee"],
            addressee_name=self._directory.name(row["addressee"]),
            town=row["town"],
            requested_at=row["requested_at"],
            accept_by=_due(clocks, row, ACCEPT, "accept_by"),
            complete_by=_due(clocks, row, COMPLETE, "complete_by"),
            outcome=row["outcome"],
            offered_to=row["offered_to"],
            offered_to_name=row["offered_to"] and self._directory.name(row["offered_to"]),
            offer_by=row["offer_by"],
            handler=people.get(row["handler"], row["handler"]),
            deputy=people.get(row["deputy"], row["deputy"]),
            held_until=row["held_until"],
            by_hand=bool(row["by_hand"]),
            closed_at=row["closed_at"],
            overdue=late and row["state"] in OPEN_REFERRALS,
            child_ref=row["child_ref"],
            child=child,
            concerns_name=row["concerns"] and self._directory.name(row["concerns"]),
            medical_by=still_owed(clocks.get((row["child_ref"], MEDICAL_FIRST))),
        )


def _due(clocks: _Clocks, row: Mapping[str, Any], clock: str, stated: str) -> str | None:
    """By when: what the clock says, else what the referral stated."""
    running = clocks.get((row["id"], clock))
    by: str | None = running["due_at"] if running else row[stated]
    return by


def _waits_for(row: Mapping[str, Any], ours: str, clocks: _Clocks) -> tuple[str | None, bool]:
    """By when the next step is due of an organisation, and whether that clock runs."""
    clock, stated = (
        (ACCEPT, "accept_by") if row["state"] == "requested" else (COMPLETE, "complete_by")
    )
    by = _due(clocks, row, clock, stated)
    if row["offered_to"] == ours:
        clock, by = ACCEPT_OFFER, row["offer_by"]
    return by, clocks.get((row["id"], clock), {}).get("state", "RUNNING") in _OWED


def _counted(
    row: Mapping[str, Any], ours: str, clocks: _Clocks, now: datetime
) -> frozenset[InHand]:
    by, runs = _waits_for(row, ours, clocks)
    due = datetime.fromisoformat(by) if by and runs else None
    found = set()
    if due is not None and due <= now:
        found.add(InHand.LATE)
    elif due is not None and due <= end_of_day_utc(shanghai_date(now)):
        found.add(InHand.TODAY)
    if row["state"] == "requested" or row["offered_to"] == ours:
        found.add(InHand.NEW)
    return frozenset(found)


def still_owed(clock: Mapping[str, Any] | None) -> str | None:
    """By when what a clock stands for is owed; None where it is not, or no more."""
    owed = clock is not None and clock["state"] in _OWED
    return clock["due_at"] if clock is not None and owed else None
