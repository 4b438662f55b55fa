"""The one door for reads: authorise → audit → open.

What an organisation's view holds was decided when its scope opened; here it is decided once more
for every field, an access entry is written, and only then is anything opened. A question about a
child that the organisation may not see is answered like one about a child that does not exist,
and it leaves the same kind of entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Table,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from domain.calendar import end_of_day_utc, shanghai_date
from domain.child_file import (
    EnrolmentEnded,
    ResidenceConfirmed,
)
from domain.identity import IdentityClaim
from domain.kernel import Category
from domain.organisations import Post, Seat, seat_of, village_organisation
from domain.registry import EVENTS, STREAMS, word_for
from domain.scope import SCOPE, Scope, ScopeClosed, scope_id
from hub.answers import (
    Advice,
    CaseStatus,
    Child,
    Entry,
    Overdue,
    Page,
    Referral,
    Report,
    VisitDue,
)
from hub.audit.log import AccessEntry, AccessLog, AccessLogUnavailable
from hub.authorization.decide import By, decide, look_at
from hub.clock import Clock
from hub.directory import Directory
from hub.encryption.keystore import KeyStoreUnavailable
from hub.encryption.match_index import MatchIndexUnavailable
from hub.eventstore.codec import SealedField, sealed_field
from hub.eventstore.store import EventStore
from hub.keyservice import KeyService, Reader
from hub.matching import Matching
from hub.policies import Policies
from projections.engine import SeatView
from projections.reach import Opened, Reach
from projections.tables import (
    ADVICE,
    CASES,
    CHILDREN,
    DEAD_LETTERS,
    DEADLINES,
    FACTS,
    OBLIGATIONS,
    REACH,
    REFERRALS,
    REPORTS,
)

NOTHING = "没有可向本单位显示的记录，不表示孩子安全；有危险请拨打110"
"""What stands where there is nothing to show (terms.csv, safety first)."""

PAGE = 50
MAX_PAGE = 200

UNAVAILABLE = (AccessLogUnavailable, KeyStoreUnavailable, MatchIndexUnavailable)
"""What a door raises while a part of the hub cannot answer: nothing was shown; try again."""

_OPEN_REFERRALS = ("requested", "accepted", "in-progress")

_OWED = ("OWED", "OVERDUE")
"""States of a visit that is still to be made."""

_HEARD = ("FED_BACK", "CLOSED")
"""States of a report whose reporter has heard back."""

_CLOCKS = tuple(stream.name for stream in STREAMS if stream.due)
"""Streams that say by when something is owed."""

_CLOSING = (ScopeClosed.TOPIC, EnrolmentEnded.TOPIC, ResidenceConfirmed.TOPIC)
"""Facts that take rights away. While one of them waits among a view's dead letters, the view is
behind on who may see the child, and only what one stated oneself is opened."""

_LOOKED_AT = {
    "town": Category.CONTACT,
    "village": Category.CONTACT,
    "school": Category.SCHOOLING,
    "tier": Category.CLASSIFICATION,
    "follow_up_until": Category.GUARDIANSHIP,
}
"""Which category a look at a child's clear fact is a look at."""


class Queries:
    """What may be read, for one person at one post of one organisation at a time."""

    def __init__(
        self,
        view: Callable[[Seat], SeatView],
        keyservice: KeyService,
        log: AccessLog,
        matching: Matching,
        policies: Policies,
        directory: Directory,
        clock: Clock,
        store: EventStore,
    ) -> None:
        self._view = view
        self._keyservice = keyservice
        self._log = log
        self._matching = matching
        self._policies = policies
        self._directory = directory
        self._clock = clock
        self._store = store

    # -- one child ---------------------------------------------------------------------------

    def find_child(self, reader: Reader, claim: IdentityClaim) -> Child | None:
        """The child a claim names, if the reader's organisation has it in its view."""
        found = self._matching.find(claim)
        return self._child(reader, str(found) if found else None, "find_child")

    def child_file(self, reader: Reader, child_ref: str) -> Child | None:
        """The child file (一人一档), as far as the reader's organisation may see it."""
        return self._child(reader, _pseudonym(child_ref) or None, "child_file")

    def _child(self, reader: Reader, child_ref: str | None, action: str) -> Child | None:
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            refs = [child_ref] if child_ref else []
            children = self._children(connection, reader, refs, action)
        if not children:
            # The same entry whether the child is unknown or not this organisation's to see.
            self._keyservice.note(reader, {child_ref or "": ()}, f"{action}.nothing")
            return None
        return children[child_ref or ""]

    def timeline(
        self, reader: Reader, child_ref: str, *, before: int | None = None, limit: int = PAGE
    ) -> Page[Entry]:
        """What happened, newest first; empty for a child that may not be seen. Clocks have
        boards of their own and are left out."""
        child_ref = _pseudonym(child_ref)
        limit = min(limit, MAX_PAGE)
        query = (
            select(FACTS)
            .where(
                FACTS.c.organisation == reader.organisation,
                FACTS.c.child_ref == child_ref,
                *(FACTS.c.topic.not_like(f"{clock}.%") for clock in _CLOCKS),
            )
            .order_by(FACTS.c.position.desc())
            .limit(limit + 1)
        )
        if before is not None:
            query = query.where(FACTS.c.position < before)
        return self._entries(reader, query, limit, "timeline", child_ref)

    def register(
        self,
        reader: Reader,
        *,
        stream: str | None = None,
        everybodys: bool = False,
        before: int | None = None,
        limit: int = PAGE,
    ) -> Page[Entry]:
        """The organisation's own register: what it stated itself, newest first; of one kind of
        ``stream`` (visit, guardianship), where that is asked for. ``everybodys``: what others
        stated as well, as far as the organisation may see it."""
        limit = min(limit, MAX_PAGE)
        query = (
            select(FACTS)
            .where(
                FACTS.c.organisation == reader.organisation,
                *(FACTS.c.topic.not_like(f"{clock}.%") for clock in _CLOCKS),
            )
            .order_by(FACTS.c.position.desc())
            .limit(limit + 1)
        )
        if not everybodys:
            query = query.where(FACTS.c.producer == reader.organisation)
        if stream is not None:
            query = query.where(FACTS.c.topic.startswith(f"{stream}.", autoescape=True))
        if before is not None:
            query = query.where(FACTS.c.position < before)
        return self._entries(reader, query, limit, "register", None)

    def stated(self, reader: Reader, stream: str) -> Page[Entry]:
        """What the organisation itself stated in one stream (a visit, by its identifier)."""
        query = (
            select(FACTS)
            .where(
                FACTS.c.organisation == reader.organisation,
                FACTS.c.producer == reader.organisation,
                FACTS.c.stream == _pseudonym(stream),
            )
            .order_by(FACTS.c.position.desc())
            .limit(PAGE + 1)
        )
        return self._entries(reader, query, PAGE, "stated", None)

    def _entries(
        self, reader: Reader, query: Any, limit: int, action: str, child_ref: str | None
    ) -> Page[Entry]:
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
            more, rows = len(rows) > limit, rows[:limit]
            opened = self._opened(connection, reader, {row["child_ref"] for row in rows})
            others = self._others_reports(connection, reader, {row["child_ref"] for row in rows})
        last = rows[-1]["position"] if rows else 0
        rows = [
            row
            for row in rows
            if row["child_ref"] not in others and _still(row, opened.get(row["child_ref"], {}))
        ]
        shown: list[tuple[dict[str, Any], list[str]]] = []
        fields: list[SealedField] = []
        looks: dict[str, set[str]] = {}
        for row in rows:
            names = []
            for name, entry in row["sealed"].items():
                if self._may(
                    reader,
                    opened.get(row["child_ref"], {}),
                    entry,
                    row["producer"],
                    author=row["author"],
                    told_to=row["clear"].get("told_to", ""),
                ):
                    names.append(name)
                    fields.append(sealed_field(_place(row), name, entry))
            shown.append((row, names))
            looks.setdefault(row["child_ref"], set()).add(row["category"])
        if not rows:
            self._keyservice.note(reader, {child_ref or "": ()}, f"{action}.nothing")
            return Page((), str(last) if more else None)
        values = iter(self._keyservice.open(reader, fields, action, looks))
        entries = tuple(
            self._entry(reader, row, {name: next(values) for name in names}) for row, names in shown
        )
        return Page(entries, str(last) if more else None)

    def _entry(
        self, reader: Reader, row: Mapping[str, Any], fields: Mapping[str, JsonValue]
    ) -> Entry:
        topic, producer = row["topic"], row["producer"]
        if row["by"] == By.FLAG.value:
            # A flag says that something is so; who stated it would say what.
            producer = ""
        return Entry(
            position=row["position"],
            title=EVENTS[topic].TITLE,
            topic=topic,
            category=row["category"],
            by=row["by"],
            producer=producer,
            producer_name=self._directory.name(producer),
            legal_basis=row["legal_basis"],
            occurred_at=row["occurred_at"],
            recorded_at=row["recorded_at"],
            stream=row["stream"],
            clear=row["clear"],
            fields=fields,
            words=self._words(topic, {**row["clear"], **fields}),
        )

    def _words(self, topic: str, values: Mapping[str, Any]) -> dict[str, str]:
        """What the coded ones of a fact's values read in Chinese, by name."""
        stream = topic.split(".", 1)[0]
        words = {
            name: word
            for name, value in values.items()
            if (word := word_for(stream, name, value)) is not None
        }
        kind = self._policies.rules.referrals.get(str(values.get("kind")))
        if kind is not None and (outcome := kind.outcomes.get(str(values.get("outcome")))):
            words["outcome"] = outcome
        return words

    # -- lists -------------------------------------------------------------------------------

    def children(
        self, reader: Reader, *, after: str | None = None, limit: int = PAGE
    ) -> Page[Child]:
        """The organisation's children, by pseudonym (views cannot sort by a sealed name)."""
        return self._child_page(reader, CHILDREN.c.id.is_not(None), after, limit, "children")

    def unassigned(
        self, reader: Reader, *, after: str | None = None, limit: int = PAGE
    ) -> Page[Child]:
        """Children whose residence neither town nor police has confirmed: civil affairs' list."""
        if seat_of(reader.organisation) is not Seat.CIVIL_AFFAIRS:
            self._keyservice.note(reader, {"": ()}, "unassigned.nothing")
            return Page(())
        return self._child_page(reader, CHILDREN.c.village.is_(None), after, limit, "unassigned")

    def _child_page(
        self, reader: Reader, where: Any, after: str | None, limit: int, action: str
    ) -> Page[Child]:
        limit = min(limit, MAX_PAGE)
        query = (
            select(CHILDREN.c.id)
            .where(CHILDREN.c.organisation == reader.organisation, where)
            .order_by(CHILDREN.c.id)
            .limit(limit + 1)
        )
        if after is not None:
            query = query.where(CHILDREN.c.id > after)
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            refs = list(connection.execute(query).scalars())
            more, refs = len(refs) > limit, refs[:limit]
            children = self._children(connection, reader, refs, action)
        if not refs:
            self._keyservice.note(reader, {"": ()}, f"{action}.nothing")
        return Page(tuple(children[ref] for ref in refs), refs[-1] if more else None)

    def follow_up_list(
        self, reader: Reader, *, after: str | None = None, limit: int = PAGE
    ) -> Page[Child]:
        """The follow-up list (重点关注对象): children that can return to their family, or did."""
        where = CHILDREN.c.follow_up_until.is_not(None)
        return self._child_page(reader, where, after, limit, "follow_up_list")

    def visits_due(
        self,
        reader: Reader,
        *,
        village: str | None = None,
        until: date | None = None,
        after: str | None = None,
        limit: int = PAGE,
    ) -> Page[VisitDue]:
        """Visits that are owed (应走访), those due first before others: of one village, and due
        until the end of a Shanghai day, where that is asked for."""
        limit = min(limit, MAX_PAGE)
        query = (
            select(OBLIGATIONS)
            .where(
                OBLIGATIONS.c.organisation == reader.organisation,
                OBLIGATIONS.c.state.in_(_OWED),
            )
            .order_by(OBLIGATIONS.c.due_at, OBLIGATIONS.c.id)
            .limit(limit + 1)
        )
        if village is not None:
            query = query.where(OBLIGATIONS.c.owner == village_organisation(village))
        if until is not None:
            query = query.where(OBLIGATIONS.c.due_at <= _stored(end_of_day_utc(until)))
        if after is not None:
            query = query.where(_beyond(OBLIGATIONS.c.due_at, OBLIGATIONS.c.id, after))
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
            more, rows = len(rows) > limit, rows[:limit]
            looks = {row["child_ref"]: {Category.VISITS.value} for row in rows}
            children = self._children(connection, reader, list(looks), "visits_due", looks)
        if not rows:
            self._keyservice.note(reader, {"": ()}, "visits_due.nothing")
            return Page(())
        now = self._clock.now()
        items = tuple(
            VisitDue(
                id=row["id"],
                kind=row["kind"],
                title=self._policies.rules.visits.cadence[row["kind"]].title,
                owner=row["owner"],
                owner_name=self._directory.name(row["owner"]),
                town=row["town"],
                tier=row["tier"],
                counted_from=row["counted_from"],
                due_at=row["due_at"],
                days_late=_days_late(row["due_at"], now),
                overdue=datetime.fromisoformat(row["due_at"]) <= now,
                child_ref=row["child_ref"],
                child=children.get(row["child_ref"]),
            )
            for row in rows
        )
        return Page(items, f"{rows[-1]['due_at']}|{rows[-1]['id']}" if more else None)

    def visits_by_village(self, reader: Reader) -> dict[str, tuple[int, int]]:
        """How many visits are owed, and how many of them overdue, by the village that owes them
        (its organisation's identifier)."""
        late = func.sum(case((OBLIGATIONS.c.state == "OVERDUE", 1), else_=0))
        query = (
            select(OBLIGATIONS.c.owner, func.count(), late)
            .where(
                OBLIGATIONS.c.organisation == reader.organisation,
                OBLIGATIONS.c.state.in_(_OWED),
            )
            .group_by(OBLIGATIONS.c.owner)
        )
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            found = {row[0]: (row[1], row[2]) for row in connection.execute(query)}
        self._keyservice.note(reader, {"": ()}, "visits_by_village")
        return found

    def inbox(
        self,
        reader: Reader,
        *,
        open_only: bool = True,
        after: str | None = None,
        limit: int = PAGE,
    ) -> Page[Referral]:
        """Referrals to the organisation (待办), by due date."""
        where = REFERRALS.c.addressee == reader.organisation
        if open_only:
            where = and_(where, REFERRALS.c.state.in_(_OPEN_REFERRALS))
        return self._referral_page(reader, where, after, limit, "inbox")

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
        if seat_of(reader.organisation) is not Seat.CIVIL_AFFAIRS:
            self._keyservice.note(reader, {"": ()}, "board.nothing")
            return Page(())
        where = REFERRALS.c.state.in_(_OPEN_REFERRALS)
        return self._referral_page(reader, where, after, limit, "board")

    def referral(self, reader: Reader, referral_id: str) -> Referral | None:
        """One referral, if the organisation's view holds it."""
        where = REFERRALS.c.id == _pseudonym(referral_id)
        page = self._referral_page(reader, where, None, 1, "referral")
        return page.items[0] if page.items else None

    def _referral_page(
        self, reader: Reader, where: Any, after: str | None, limit: int, action: str
    ) -> Page[Referral]:
        limit = min(limit, MAX_PAGE)
        due = func.coalesce(REFERRALS.c.complete_by, "")
        query = (
            select(REFERRALS)
            .where(REFERRALS.c.organisation == reader.organisation, where)
            .order_by(due, REFERRALS.c.id)
            .limit(limit + 1)
        )
        if after is not None:
            query = query.where(_beyond(due, REFERRALS.c.id, after))
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
            more, rows = len(rows) > limit, rows[:limit]
            looks: dict[str, set[str]] = {}
            for row in rows:
                looks.setdefault(row["child_ref"], set()).add(row["matter"])
            children = self._children(connection, reader, list(looks), action, looks)
        if not rows:
            self._keyservice.note(reader, {"": ()}, f"{action}.nothing")
            return Page(())
        now = self._clock.now()
        items = tuple(self._referral(row, children.get(row["child_ref"]), now) for row in rows)
        cursor = f"{rows[-1]['complete_by'] or ''}|{rows[-1]['id']}" if more else None
        return Page(items, cursor)

    def _referral(self, row: Mapping[str, Any], child: Child | None, now: datetime) -> Referral:
        kind = self._policies.rules.referrals.get(row["kind"])
        waiting_for = row["accept_by"] if row["state"] == "requested" else row["complete_by"]
        late = waiting_for is not None and datetime.fromisoformat(waiting_for) <= now
        return Referral(
            id=row["id"],
            kind=row["kind"],
            title=kind.title if kind else row["kind"],
            state=row["state"],
            sender=row["sender"],
            sender_name=self._directory.name(row["sender"]),
            addressee=row["addressee"],
            addressee_name=self._directory.name(row["addressee"]),
            town=row["town"],
            requested_at=row["requested_at"],
            accept_by=row["accept_by"],
            complete_by=row["complete_by"],
            outcome=row["outcome"],
            overdue=late and row["state"] in _OPEN_REFERRALS,
            child_ref=row["child_ref"],
            child=child,
        )

    def overdue(
        self,
        reader: Reader,
        *,
        town: str | None = None,
        after: str | None = None,
        limit: int = MAX_PAGE,
    ) -> Page[Overdue]:
        """Where nothing was heard in time (逾期未办、未走访): deadlines missed and visits overdue,
        not yet over, oldest first."""
        limit = min(limit, MAX_PAGE)
        silent = _silent(reader.organisation).subquery()
        query = select(silent).order_by(silent.c.due_at, silent.c.id).limit(limit + 1)
        if town is not None:
            query = query.where(silent.c.town == town)
        if after is not None:
            query = query.where(_beyond(silent.c.due_at, silent.c.id, after))
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        more, rows = len(rows) > limit, rows[:limit]
        looks: dict[str, set[str]] = {}
        for row in rows:
            looks.setdefault(row["child_ref"], set()).add(row["matter"])
        self._keyservice.note(reader, looks or {"": ()}, "overdue")
        now = self._clock.now()
        items = tuple(
            Overdue(
                id=row["id"],
                subject_id=row["subject_id"],
                kind=row["kind"],
                matter=row["matter"],
                owner=row["owner"],
                owner_name=self._directory.name(row["owner"]),
                town=row["town"],
                due_at=row["due_at"],
                child_ref=row["child_ref"],
                days=_days_late(row["due_at"], now),
            )
            for row in rows
        )
        return Page(items, f"{rows[-1]['due_at']}|{rows[-1]['id']}" if more else None)

    def overdue_by_town(self, reader: Reader) -> dict[str, int]:
        """How many of them there are per town code ("" where no town is known)."""
        silent = _silent(reader.organisation).subquery()
        town = func.coalesce(silent.c.town, "")
        query = select(town, func.count()).group_by(town)
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            found = {row[0]: row[1] for row in connection.execute(query)}
        self._keyservice.note(reader, {"": ()}, "overdue_by_town")
        return found

    def case_status(self, reader: Reader, claim: IdentityClaim) -> tuple[CaseStatus, ...]:
        """Status lines of a child's cases that the reader's organisation may see; empty for no
        child, no case, or none that is its to see: the three cannot be told apart."""
        found = self._matching.find(claim)
        ref = str(found) if found else ""
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            rows = _of_child(connection, CASES, reader.organisation, ref)
            clocks = _of_child(connection, DEADLINES, reader.organisation, ref)
        categories = {row["category"] for row in rows} | {row["matter"] for row in clocks}
        self._keyservice.note(reader, {ref: sorted(map(str, categories))}, "case_status")
        due = min(
            (row["due_at"] for row in clocks if row["state"] in ("RUNNING", "MISSED")),
            default=None,
        )
        return tuple(
            CaseStatus(
                id=row["id"],
                kind=row["kind"],
                state=row["state"],
                opened_at=row["opened_at"],
                changed_at=row["changed_at"],
                acts=tuple(
                    (self._directory.name(organisation), EVENTS[topic].TITLE, at)
                    for organisation, (topic, at) in sorted(row["acts"].items())
                ),
                due_at=due,
            )
            for row in rows
        )

    # -- mandatory reports -------------------------------------------------------------------

    def reports(
        self,
        reader: Reader,
        *,
        decision: str | None = None,
        feedback_owed: bool = False,
        after: str | None = None,
        limit: int = PAGE,
    ) -> Page[Report]:
        """Mandatory reports (强制报告) by the instant they were filed: all that the organisation
        may see by its seat or task, and for every other one those that the reader filed (all of
        its own for the designated reporter). ``decision`` keeps one kind: NOT_FILED is what the
        procuratorate supervises; ``feedback_owed`` those whose reporter has not heard back."""
        where = REPORTS.c.organisation == reader.organisation
        if decision is not None:
            where = and_(where, REPORTS.c.decision == decision)
        if feedback_owed:
            where = and_(where, REPORTS.c.state.not_in(_HEARD))
        return self._report_page(reader, where, after, limit, "reports")

    def report(self, reader: Reader, report_id: str) -> Report | None:
        """One mandatory report, if the reader may see it."""
        where = and_(
            REPORTS.c.organisation == reader.organisation, REPORTS.c.id == _pseudonym(report_id)
        )
        page = self._report_page(reader, where, None, 1, "report")
        return page.items[0] if page.items else None

    def _report_page(
        self, reader: Reader, where: Any, after: str | None, limit: int, action: str
    ) -> Page[Report]:
        limit = min(limit, MAX_PAGE)
        if reader.post != Post.DESIGNATED_REPORTER.value:
            where = and_(where, REPORTS.c.filed_by.in_(("", reader.user)))
        query = select(REPORTS).where(where).order_by(REPORTS.c.filed_at, REPORTS.c.id)
        if after is not None:
            at, _, last = after.partition("|")
            query = query.where(
                or_(REPORTS.c.filed_at > at, and_(REPORTS.c.filed_at == at, REPORTS.c.id > last))
            )
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            rows = list(connection.execute(query.limit(limit + 1)))
        more, rows = len(rows) > limit, rows[:limit]
        looks: dict[str, Iterable[str]] = {row.id: (Category.HARM.value,) for row in rows}
        self._keyservice.note(reader, looks or {"": ()}, action)
        now = self._clock.now()
        items = tuple(
            Report(
                id=row.id,
                state=row.state,
                decision=row.decision,
                town=row.town,
                immediate_danger=(
                    None if row.immediate_danger is None else bool(row.immediate_danger)
                ),
                filed_at=row.filed_at,
                changed_at=row.changed_at,
                feedback_by=row.feedback_by,
                feedback_overdue=row.state not in _HEARD
                and row.feedback_by is not None
                and datetime.fromisoformat(row.feedback_by) <= now,
                child_ref=row.named,
            )
            for row in rows
        )
        return Page(items, f"{items[-1].filed_at}|{items[-1].id}" if more else None)

    # -- procuratorial advice ----------------------------------------------------------------

    def advices(
        self, reader: Reader, *, after: str | None = None, limit: int = PAGE
    ) -> Page[Advice]:
        """Procuratorial advice (检察建议) that the organisation gave or was given, by the day on
        which its reply is due."""
        return self._advice_page(reader, ADVICE.c.id.is_not(None), after, limit, "advices")

    def advice(self, reader: Reader, advice_id: str) -> Advice | None:
        """One advice, if the reader's organisation gave it or was given it."""
        where = ADVICE.c.id == _pseudonym(advice_id)
        page = self._advice_page(reader, where, None, 1, "advice")
        return page.items[0] if page.items else None

    def _advice_page(
        self, reader: Reader, where: Any, after: str | None, limit: int, action: str
    ) -> Page[Advice]:
        limit = min(limit, MAX_PAGE)
        ours = reader.organisation
        due = func.coalesce(ADVICE.c.reply_by, "")
        query = (
            select(ADVICE)
            .where(ADVICE.c.organisation == ours, where)
            # Whoever else reads orders across the district is party to none of them.
            .where(or_(ADVICE.c.sender == ours, ADVICE.c.addressee == ours))
            .order_by(due, ADVICE.c.id)
        )
        if after is not None:
            day, _, last = after.partition("|")
            query = query.where(or_(due > day, and_(due == day, ADVICE.c.id > last)))
        with self._view(seat_of(ours)).engine.begin() as connection:
            rows = list(connection.execute(query.limit(limit + 1)))
        more, rows = len(rows) > limit, rows[:limit]
        looks: dict[str, Iterable[str]] = {row.id: (Category.ORDERS.value,) for row in rows}
        self._keyservice.note(reader, looks or {"": ()}, action)
        today = shanghai_date(self._clock.now()).isoformat()
        items = tuple(
            Advice(
                id=row.id,
                state=row.state,
                sender=row.sender,
                sender_name=self._directory.name(row.sender),
                addressee=row.addressee,
                addressee_name=self._directory.name(row.addressee),
                issued_on=row.issued_on,
                reply_by=row.reply_by,
                replied_on=row.replied_on,
                overdue=row.replied_on is None
                and row.reply_by is not None
                and row.reply_by < today,
            )
            for row in rows
        )
        return Page(items, f"{items[-1].reply_by or ''}|{items[-1].id}" if more else None)

    def report_of(self, reader: Reader, receipt: str) -> str | None:
        """The report that a receipt number (回执号) of the reader's own unit was given for, to
        follow it, if the reader may see it."""
        report_id = self._receipted(reader, receipt)
        return report_id if self.report(reader, report_id) is not None else None

    def _receipted(self, reader: Reader, receipt: str) -> str:
        found = self._store.receipt(receipt)
        if found is None or found.organisation != reader.organisation or not found.position:
            return ""
        # The receipt's own event is the last of its append: the report's, its clock's, or that of
        # the child's file which holds it.
        facts = self._store.feed(found.position - 1, 1)
        if not facts:
            return ""
        return str(facts[0].clear.get("report_id") or facts[0].child_ref or facts[0].stream)

    def access_log(self, reader: Reader, child_ref: str) -> tuple[AccessEntry, ...]:
        """Who looked at a child (查阅记录): all looks for the seats of policies/access-log.toml,
        its own looks for every other organisation; nothing for a child it may not see."""
        seat = seat_of(reader.organisation)
        child_ref = _pseudonym(child_ref)
        with self._view(seat).engine.begin() as connection:
            known = _of_child(connection, CHILDREN, reader.organisation, child_ref)
            opened = self._opened(connection, reader, [child_ref]).get(child_ref, {})
        self._keyservice.note(reader, {child_ref: ()}, "access_log")
        if not known:
            return ()
        entries = self._log.of_child(child_ref)
        if seat in self._policies.sees_all_looks:
            return tuple(_look_of(reader, opened, entry) for entry in entries)
        return tuple(entry for entry in entries if entry.organisation == reader.organisation)

    def task_of(self, organisation: str, task: str) -> str:
        """``task`` if it is an open referral to this organisation, else "": an access entry names
        no task that the looker was not given."""
        query = select(REFERRALS.c.id).where(
            REFERRALS.c.organisation == organisation,
            REFERRALS.c.id == task,
            REFERRALS.c.addressee == organisation,
            REFERRALS.c.state.in_(_OPEN_REFERRALS),
        )
        with self._view(seat_of(organisation)).engine.begin() as connection:
            return connection.execute(query).scalar_one_or_none() or ""

    # -- beside the views --------------------------------------------------------------------

    def note(self, reader: Reader, action: str) -> None:
        """Write the entry of a look at something outside the views, whose child is not known (a
        refused row's cells). Raises AccessLogUnavailable: then it may not be opened."""
        self._keyservice.note(reader, {"": ()}, action)

    def check(self) -> None:
        """Raise one of :data:`UNAVAILABLE` if a look could not be logged or nothing opened."""
        self._keyservice.check()

    # -- deciding and opening ----------------------------------------------------------------

    def _children(
        self,
        connection: Connection,
        reader: Reader,
        refs: Sequence[str],
        action: str,
        also: Mapping[str, Iterable[str]] | None = None,
    ) -> dict[str, Child]:
        """Children of the organisation's view, opened in one audited look.

        ``also`` names what else is shown of which children, whether or not the view holds them;
        the entry is written for that too.
        """
        if not refs:
            return {}
        looks = {child: set(categories) for child, categories in (also or {}).items()}
        query = select(CHILDREN).where(
            CHILDREN.c.organisation == reader.organisation, CHILDREN.c.id.in_(refs)
        )
        rows = [dict(row) for row in connection.execute(query).mappings()]
        opened = self._opened(connection, reader, {row["id"] for row in rows})
        shown: list[tuple[Mapping[str, Any], list[str]]] = []
        fields: list[SealedField] = []
        for row in rows:
            names = []
            for name, (place, entry) in row["fields"].items():
                if self._may(reader, opened.get(row["id"], {}), entry, place["producer"]):
                    names.append(name)
                    fields.append(sealed_field(place, name, entry))
            shown.append((row, names))
            seen = looks.setdefault(row["id"], set())
            seen.add(Category.WHO.value)
            seen |= {of.value for fact, of in _LOOKED_AT.items() if row[fact] is not None}
        values = iter(self._keyservice.open(reader, fields, action, looks))
        return {
            row["id"]: Child(
                child_ref=row["id"],
                birth_month=row["birth_month"],
                town=row["town"],
                village=row["village"],
                school=row["school"],
                tier=row["tier"],
                follow_up_until=row["follow_up_until"],
                fields={name: next(values) for name in names},
            )
            for row, names in shown
        }

    def _opened(
        self, connection: Connection, reader: Reader, refs: Iterable[str]
    ) -> dict[str, Mapping[Category, By]]:
        seat = seat_of(reader.organisation)
        decide_open = Opened(self._policies.access, seat)
        wanted = list(refs)
        behind = select(DEAD_LETTERS.c.child_ref).where(
            DEAD_LETTERS.c.child_ref.in_(wanted), DEAD_LETTERS.c.topic.in_(_CLOSING)
        )
        rows = connection.execute(
            select(REACH).where(REACH.c.child_ref.in_(wanted), REACH.c.child_ref.not_in(behind))
        )
        found = {}
        for row in rows:
            reach = Reach.parse(row.responsible, row.recorded, row.authors, row.tasks)
            tasks = self._tasks(reader, row.child_ref) if reach.tasks else frozenset()
            found[row.child_ref] = decide_open(reach, reader.organisation, tasks)
        return found

    def _tasks(self, reader: Reader, child_ref: str) -> frozenset[str]:
        """What the reader's open tasks release now, from the log: a view may lag behind a task
        that closed, and knows no hour at which one runs out."""
        stream = scope_id(reader.organisation, UUID(child_ref))
        scope: Scope = self._store.load(SCOPE, stream).state
        return frozenset(scope.open_categories(self._clock.now()))

    @staticmethod
    def _others_reports(
        connection: Connection, reader: Reader, refs: Iterable[str]
    ) -> frozenset[str]:
        """Reports that somebody else of the reader's organisation filed: they are the filer's and
        the designated reporter's, never the whole organisation's."""
        if reader.post == Post.DESIGNATED_REPORTER.value:
            return frozenset()
        query = select(REPORTS.c.id).where(
            REPORTS.c.organisation == reader.organisation,
            REPORTS.c.id.in_(list(refs)),
            REPORTS.c.filed_by.not_in(("", reader.user)),
        )
        return frozenset(connection.execute(query).scalars())

    def _may(
        self,
        reader: Reader,
        opened: Mapping[Category, By],
        entry: Sequence[Any],
        producer: str,
        *,
        author: str = "",
        told_to: str = "",
    ) -> bool:
        """The decision at the release of one field, on what is open now."""
        look = look_at(
            self._policies.access,
            reader.organisation,
            Category(entry[0]),
            producer,
            flag=bool(entry[1]),
            post=Post(reader.post),
            # Whose report it is was decided for the row; what was told to it is told to the filer.
            author_person=author == reader.user or told_to == reader.organisation,
            told_to=told_to,
        )
        return decide(opened, look) is not None


def _still(row: Mapping[str, Any], opened: Mapping[Category, By]) -> bool:
    """Whether a fact that was shown by a right that can end is still shown by it."""
    if row["by"] not in (By.READ.value, By.TASK.value):
        return True
    return opened.get(Category(row["category"])) in (By.READ, By.TASK)


def _look_of(reader: Reader, opened: Mapping[Category, By], entry: AccessEntry) -> AccessEntry:
    """Another organisation's look, without the categories that are not open to the reader: that
    somebody opened an order tells that there is one."""
    if entry.organisation == reader.organisation:
        return entry
    kept = [each for each in entry.categories.split(",") if each in opened]
    return replace(entry, categories=",".join(kept))


def _silent(organisation: str) -> CompoundSelect[Any]:
    """What an organisation's view holds of deadlines missed and visits overdue, in one form."""
    missed = select(
        DEADLINES.c.id,
        DEADLINES.c.subject_id,
        DEADLINES.c.kind,
        DEADLINES.c.matter,
        DEADLINES.c.owner,
        DEADLINES.c.town,
        DEADLINES.c.due_at,
        DEADLINES.c.child_ref,
    ).where(DEADLINES.c.organisation == organisation, DEADLINES.c.state == "MISSED")
    overdue = select(
        OBLIGATIONS.c.id,
        OBLIGATIONS.c.id,
        OBLIGATIONS.c.kind,
        literal(Category.VISITS.value),
        OBLIGATIONS.c.owner,
        OBLIGATIONS.c.town,
        OBLIGATIONS.c.due_at,
        OBLIGATIONS.c.child_ref,
    ).where(OBLIGATIONS.c.organisation == organisation, OBLIGATIONS.c.state == "OVERDUE")
    return union_all(missed, overdue)


def _beyond(due_at: ColumnElement[str], id_: ColumnElement[str], after: str) -> ColumnElement[bool]:
    """Rows after a cursor, in the order of due date and identifier."""
    last_due, _, last_id = after.partition("|")
    return or_(due_at > last_due, and_(due_at == last_due, id_ > last_id))


def _days_late(due_at: str, now: datetime) -> int:
    return max(0, (now - datetime.fromisoformat(due_at)).days)


def _stored(instant: datetime) -> str:
    """An instant as views hold it, for comparing."""
    return instant.isoformat().replace("+00:00", "Z")


def _place(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "subject": row["subject"],
        "event_id": row["event_id"],
        "stream": row["stream"],
        "version": row["version"],
        "topic": row["stored_topic"],
        "producer": row["producer"],
    }


def _of_child(
    connection: Connection, table: Table, organisation: str, child_ref: str
) -> list[Mapping[str, Any]]:
    if not child_ref:
        return []
    return [
        dict(row)
        for row in connection.execute(
            select(table)
            .where(table.c.organisation == organisation, table.c.child_ref == child_ref)
            .order_by(table.c.id)
        ).mappings()
    ]


def _pseudonym(text: str) -> str:
    """A pseudonym in its one form; empty for anything else, which must not reach the access log:
    somebody may have put a name or a number in its place."""
    found = as_uuid(text)
    return "" if found is None else str(found)


def as_uuid(text: str) -> UUID | None:
    """A pseudonym as sent by a client, or None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
