"""The silence board (沉默清单): where nobody was heard in time.

An organisation's own comes from its own view, so that it holds no child that the organisation may
not see. That of the district holds no child at all: counts, by organisation for those who answer
for the whole district, by kind of organisation and without small ones for the office that sees no
child. A child in whose case the asker is conflicted (利害关系单位) is in no count of its.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, String, case, cast, literal, null, select, union_all
from sqlalchemy.sql.selectable import Subquery

from domain.kernel import Category
from domain.organisations import HUB, Seat, district_organisation, seat_of, town_of_village
from domain.referral import REFERRAL
from domain.referral import Referral as Task
from domain.silence import CLOCK_KINDS, Loop, SilenceKind
from domain.small_cells import suppressed
from hub.answers import Page, Silence, SilenceCount
from hub.keyservice import Reader
from hub.queries.asked import Asked
from hub.queries.boards import as_stored
from hub.queries.door import MAX_PAGE, Door, beyond, days_late, of_matters
from hub.queries.suspicions import by_log, said_since
from projections.reach import SUSPICION_TOPICS, Reach
from projections.tables import (
    CHILDREN,
    DEAD_LETTERS,
    DEADLINES,
    MOVES,
    OBLIGATIONS,
    REACH,
    REFERRALS,
)

_IN_HAND = ("accepted", "in-progress", "on-hold")
_PART = 500
"""How many rows are judged at a time."""


class SilenceBoard(Door):
    """What nobody was heard of."""

    def silence(
        self,
        reader: Reader,
        *,
        kind: SilenceKind | None = None,
        mine: bool = False,
        after: str | None = None,
        limit: int = MAX_PAGE,
    ) -> Page[Silence]:
        """What is silent in the organisation's own view, oldest first. ``mine``: what it owes
        itself and nobody else does."""
        asked = self._admit(reader, "silence")
        limit = min(limit, MAX_PAGE)
        now = self._clock.now()
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            found, more = self._page(connection, reader, asked, now, kind, mine, after, limit)
            rows = self._still(connection, reader, asked, found, "matter")
            tasks = _kinds_of(connection, reader.organisation, {row["about"] for row in rows})
        looks: dict[str, set[str]] = {}
        for row in rows:
            looks.setdefault(row["child_ref"], set()).add(row["matter"])
        self._keyservice.note(reader, looks or {"": ()}, "silence")
        cursor = f"{found[-1]['since']}|{found[-1]['id']}" if more else None
        return Page(tuple(self._silence(row, tasks, now) for row in rows), cursor)

    def silence_counts(self, reader: Reader) -> dict[SilenceKind, tuple[int, int]]:
        """How many of each kind :meth:`silence` shows, and how many of those the organisation owes
        itself."""
        asked = self._admit(reader, "silence_counts")
        now, ours = self._clock.now(), reader.organisation
        all_, own = Counter[SilenceKind](), Counter[SilenceKind]()
        after: str | None = None
        with self._view(seat_of(ours)).engine.begin() as connection:
            while True:
                found, more = self._page(connection, reader, asked, now, None, False, after, _PART)
                for row in self._still(connection, reader, asked, found, "matter"):
                    kind = SilenceKind(row["silence"])
                    all_[kind] += 1
                    own[kind] += row["owner"] == ours
                if not more:
                    break
                after = f"{found[-1]['since']}|{found[-1]['id']}"
        self._keyservice.note(reader, {"": ()}, "silence_counts")
        return {kind: (all_[kind], own[kind]) for kind in SilenceKind if all_[kind]}

    def silent_feeds(self, reader: Reader) -> dict[str, str]:
        """What the organisation sends by itself and did not send in time, by the name of its rule:
        since when it is awaited."""
        asked = self._admit(reader, "silent_feeds")
        found = {
            each.about: as_stored(each.silent_from)
            for each in self._silences.silent(self._clock.now(), SilenceKind.FEED_STOPPED)
            if each.matter in asked.matters
            and each.owner == reader.organisation
            and each.silent_from is not None
        }
        self._keyservice.note(reader, {"": ()}, "silent_feeds")
        return found

    def away_with_open_work(self, reader: Reader) -> dict[str, str]:
        """Villages whose child director is away while something is open there (离岗、有未办事项),
        and since when: the reader's own, and a town's villages."""
        asked = self._admit(reader, "away_with_open_work")
        ours = reader.organisation
        found = {
            each.owner: as_stored(each.silent_from)
            for each in self._silences.silent(self._clock.now(), SilenceKind.WORKER_AWAY)
            if each.matter in asked.matters
            and ours in (each.owner, town_of_village(each.owner))
            and each.silent_from is not None
        }
        self._keyservice.note(reader, {"": ()}, "away_with_open_work")
        return found

    def silence_of_district(self, reader: Reader) -> tuple[SilenceCount, ...]:
        """Counts across the district: of each kind by organisation, or by kind of organisation with
        the small ones left out (``count`` None), as policies/silence.toml says; none to others."""
        asked = self._admit(reader, "silence_of_district")
        rules, seat = self._policies.rules.silence, seat_of(reader.organisation)
        if seat not in rules.by_organisation | rules.as_counts:
            self._keyservice.note(reader, {"": ()}, "silence_of_district.nothing")
            return ()
        now = self._clock.now()
        refused = (
            Loop(SilenceKind.REACTION_REFUSED, "", HUB, Category.PROGRAMMES, child, now)
            for child in self._silences.not_carried_out()
        )
        every = (*self._silences.silent(now), *refused)
        loops = [each for each in every if each.matter in asked.matters]
        with self._view(seat).engine.begin() as connection:
            loops = self._not_conflicted(connection, reader, loops)
        self._keyservice.note(reader, {"": ()}, "silence_of_district")
        if seat in rules.by_organisation:
            counted = Counter((each.kind, each.owner) for each in loops)
            return tuple(
                SilenceCount(kind.value, owner, self._directory.name(owner), count)
                for (kind, owner), count in sorted(counted.items())
            )
        return tuple(_as_counts(loops, rules.suppress_below))

    def _page(
        self,
        connection: Connection,
        reader: Reader,
        asked: Asked,
        now: datetime,
        kind: SilenceKind | None,
        mine: bool,
        after: str | None,
        limit: int,
    ) -> tuple[list[dict[str, Any]], bool]:
        silent = _of_view(reader.organisation, now)
        query = (
            select(silent)
            .where(*of_matters(asked, silent.c.matter))
            .order_by(silent.c.since, silent.c.id)
            .limit(limit + 1)
        )
        if kind is not None:
            query = query.where(silent.c.silence == kind.value)
        if mine:
            query = query.where(silent.c.owner == reader.organisation)
        if after is not None:
            query = query.where(beyond(silent.c.since, silent.c.id, after))
        rows = [dict(row) for row in connection.execute(query).mappings()]
        return rows[:limit], len(rows) > limit

    def _silence(self, row: dict[str, Any], tasks: Mapping[str, str], now: datetime) -> Silence:
        return Silence(
            id=row["id"],
            kind=row["silence"],
            clock=row["clock"],
            task=tasks.get(row["about"]),
            about=row["about"],
            matter=row["matter"],
            owner=row["owner"],
            owner_name=self._directory.name(row["owner"]),
            since=row["since"],
            days=days_late(row["since"], now),
            child_ref=row["child_ref"],
        )

    def _not_conflicted(
        self, connection: Connection, reader: Reader, loops: Sequence[Loop]
    ) -> list[Loop]:
        """Without the children in whose case the reader's organisation is conflicted, by what is
        recorded by now: a view may be behind."""
        ours, seat = reader.organisation, seat_of(reader.organisation)
        suspected = select(REACH).where(REACH.c.suspicions != "{}")
        reaches = {
            row.child_ref: Reach.parse(
                row.responsible, row.recorded, row.authors, row.tasks, row.erased, row.suspicions
            )
            for row in connection.execute(suspected)
        }
        dead = select(DEAD_LETTERS.c.child_ref).where(DEAD_LETTERS.c.topic.in_(SUSPICION_TOPICS))
        for child in connection.execute(dead).scalars():
            reaches[child] = Reach(suspicions=by_log(self._store, child))
        refs = sorted({each.child_ref for each in loops if each.child_ref})
        for start in range(0, len(refs), _PART):
            since = said_since(self._store, connection, refs[start : start + _PART])
            for child, facts in since.items():
                for fact in facts:
                    reaches.setdefault(child, Reach()).suspect(seat, fact)
        conflicted = {child for child, reach in reaches.items() if ours in reach.conflicted}
        return [
            each
            for each in loops
            if each.child_ref not in conflicted and not self._kept_from(ours, each)
        ]

    def _kept_from(self, ours: str, loop: Loop) -> bool:
        """Whether it is of a task that comes of a matter in which the organisation is conflicted;
        only tasks of harm are."""
        if loop.matter is not Category.HARM or not loop.child_ref:
            return False
        task: Task = self._store.load(REFERRAL, UUID(loop.about)).state
        return ours in task.kept_from


def _kinds_of(
    connection: Connection, organisation: str, about: Collection[str]
) -> Mapping[str, str]:
    """Of those that are referrals of the organisation's view: of which kind each is."""
    if not about:
        return {}
    query = select(REFERRALS.c.id, REFERRALS.c.kind)
    query = query.where(REFERRALS.c.organisation == organisation, REFERRALS.c.id.in_(about))
    return {row.id: row.kind for row in connection.execute(query)}


def _as_counts(loops: Iterable[Loop], below: int) -> Iterable[SilenceCount]:
    """Each kind by itself: its total, and how it falls to kinds of organisation."""
    by_kind: dict[SilenceKind, Counter[str]] = {}
    for each in loops:
        whose = HUB if each.owner == HUB else seat_of(each.owner).value
        by_kind.setdefault(each.kind, Counter())[whose] += 1
    for kind in SilenceKind:
        counts = by_kind.get(kind, Counter())
        total = counts.total()
        yield SilenceCount(kind.value, "", "", total if total >= below else None)
        if total >= below:
            # Where the total is too small, which kinds of organisation there are would say as much.
            for whose, count in suppressed(counts, below).items():
                yield SilenceCount(kind.value, whose, "", count)


def _of_view(organisation: str, now: datetime) -> Subquery:
    """What an organisation's view holds that is silent by now, in one form."""
    due = as_stored(now)
    kinds = case(
        *((DEADLINES.c.kind == clock, kind.value) for clock, kind in CLOCK_KINDS.items()),
        else_=SilenceKind.MISSED.value,
    )
    parts: list[Select[Any]] = [
        _part(kinds, DEADLINES, DEADLINES.c.subject_id, DEADLINES.c.kind, DEADLINES.c.matter)
        .add_columns(DEADLINES.c.owner, DEADLINES.c.due_at.label("since"))
        .where(
            DEADLINES.c.organisation == organisation,
            DEADLINES.c.state.in_(("RUNNING", "MISSED")),
            DEADLINES.c.due_at <= due,
        ),
        _part(SilenceKind.VISIT_OVERDUE, OBLIGATIONS, OBLIGATIONS.c.id, null(), Category.VISITS)
        .add_columns(OBLIGATIONS.c.owner, OBLIGATIONS.c.due_at.label("since"))
        .where(
            OBLIGATIONS.c.organisation == organisation,
            OBLIGATIONS.c.state.in_(("OWED", "OVERDUE")),
            OBLIGATIONS.c.due_at <= due,
        ),
        _part(SilenceKind.NO_HANDLER, REFERRALS, REFERRALS.c.id, null(), REFERRALS.c.matter)
        .add_columns(REFERRALS.c.addressee, REFERRALS.c.changed_at.label("since"))
        .where(
            REFERRALS.c.organisation == organisation,
            # Who has it in hand is its own matter: nobody else is told.
            REFERRALS.c.addressee == organisation,
            REFERRALS.c.state.in_(_IN_HAND),
            REFERRALS.c.handler.is_(None),
        ),
        _part(SilenceKind.IN_MOVE, MOVES, MOVES.c.id, null(), Category.CONTACT)
        .add_columns(MOVES.c.owner, MOVES.c.announced_at.label("since"))
        .where(MOVES.c.organisation == organisation, MOVES.c.state.in_(("ANNOUNCED", "EXPIRED"))),
    ]
    if seat_of(organisation) is Seat.CIVIL_AFFAIRS:
        parts.append(
            _part(SilenceKind.UNASSIGNED, CHILDREN, CHILDREN.c.id, null(), Category.CONTACT)
            .add_columns(
                literal(district_organisation(Seat.CIVIL_AFFAIRS)),
                CHILDREN.c.first_at.label("since"),
            )
            .where(
                CHILDREN.c.organisation == organisation,
                CHILDREN.c.village.is_(None),
                CHILDREN.c.left_on.is_(None),
            )
        )
    return union_all(*parts).subquery()


def _part(silence: Any, table: Any, about: Any, clock: Any, matter: Any) -> Select[Any]:
    """The columns that every part begins with."""
    kind = literal(silence.value) if isinstance(silence, SilenceKind) else silence
    of = literal(matter.value) if isinstance(matter, Category) else matter
    return select(
        kind.label("silence"),
        table.c.id.label("id"),
        about.label("about"),
        cast(clock, String).label("clock"),
        of.label("matter"),
        table.c.child_ref.label("child_ref"),
    )
