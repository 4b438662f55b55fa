"""The door itself: decide once more, write the access entry, and only then open.

Every kind of question is asked through it; nothing else opens a sealed field.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Engine,
    Select,
    Table,
    and_,
    bindparam,
    false,
    or_,
    select,
)

from domain.attachment import BLOB_KEY
from domain.away import AWAY
from domain.child_file import ChildErased, ResidenceConfirmed
from domain.consent import CONSENT, Consent
from domain.deadline_extension import DECIDED_BY_PEOPLE
from domain.duty_plan import DUTY_PLAN
from domain.enrolment import EnrolmentEnded
from domain.job_help import JOB_HELP
from domain.kernel import Category, LegalBasis
from domain.leaving import DistrictLeft
from domain.merged_file import ResidenceWithdrawn
from domain.offer import OFFER
from domain.organisations import HUB, Post, Seat, seat_of
from domain.reactions.kernel import Places
from domain.referral import REFERRAL, Referral
from domain.registry import EVENTS, STREAMS, word_for
from domain.report_codes import CHECK_HOUSEHOLD
from domain.scope import CONSENTED, SCOPE, Scope, ScopeBasis, ScopeClosed, scope_id
from domain.sign_up import SIGN_UP
from hub.answers import Child, Entry, Page, SafeContact, SafetyLine
from hub.audit.log import AccessLog, AccessLogUnavailable
from hub.audit.trail import Trail
from hub.audit.watch import Watch
from hub.authorization.decide import LASTING, By, look_at, passes_check
from hub.clearance import cleared
from hub.clock import Clock
from hub.encryption.keystore import KeyStoreUnavailable
from hub.encryption.match_index import MatchIndexUnavailable
from hub.eventstore.codec import sealed_field
from hub.eventstore.receipts import StoreUnavailable
from hub.eventstore.store import EventStore
from hub.indicators import Indicators
from hub.kept_rules import KeptRules
from hub.keyservice import KeyOpener, Reader
from hub.matching import Matching
from hub.policies import Policies
from hub.queries.asked import STRANGER, Asked, NotAdmitted, NotCleared, Towards, admitted, asker_of
from hub.queries.looks import Looks
from hub.queries.suspicions import by_log, own_alone, said_since
from hub.safety import SafeContacts, SafetyLines
from hub.searching.index import OwnIndex
from hub.searching.limit import SearchLimit
from hub.searching.tables import SearchingUnavailable
from hub.silences import Silences
from projections.memory import ViewMemory
from projections.progress import read
from projections.reach import SUSPICION_TOPICS, Opened, Released
from projections.statements import ANY_DEAD, driver
from projections.tables import CHILDREN, DEAD_LETTERS, FACTS, MERGES, REPORTS

NOTHING = "没有可向本单位显示的记录，不表示孩子安全；有危险请拨打110"
"""What stands where there is nothing to show (terms.csv, safety first)."""

PAGE = 50

MAX_PAGE = 200

UNAVAILABLE = (
    AccessLogUnavailable,
    KeyStoreUnavailable,
    MatchIndexUnavailable,
    SearchingUnavailable,
    StoreUnavailable,
)
"""What a door raises while a part of the hub cannot answer: nothing was shown; try again."""

_MORE = (REFERRAL, AWAY, DUTY_PLAN, OFFER, SIGN_UP, JOB_HELP)
"""Streams that are more than their clock."""

CLOCKS = tuple(
    stream.name for stream in STREAMS if stream.due and not stream.case and stream not in _MORE
)
"""Streams that say by when something is owed. A case that ends on a day (保护令), a referral that
rests (暂缓) and a child director who is away (离岗) have a day as well, and are more than that; so
has what is looked at when a period begins (按期应办事项), and what is given out once nobody can
sign up for it any more (报名), and a help with work, whose consent runs out (就业帮扶)."""

_DECIDED = frozenset(event.TOPIC for event in DECIDED_BY_PEOPLE)

NO_CLOCK = or_(
    and_(*(FACTS.c.topic.not_like(f"{clock}.%") for clock in CLOCKS)),
    FACTS.c.topic.in_(sorted(_DECIDED)),
)
"""Facts that are no course of a clock: of one only what people asked and decided."""


def is_clock(topic: str) -> bool:
    """The reverse of ``NO_CLOCK``, of a fact."""
    return topic not in _DECIDED and topic.split(".", 1)[0] in CLOCKS


_CLOSING = (
    ChildErased.TOPIC,
    ScopeClosed.TOPIC,
    EnrolmentEnded.TOPIC,
    ResidenceConfirmed.TOPIC,
    ResidenceWithdrawn.TOPIC,
    DistrictLeft.TOPIC,
)
"""Facts that take rights away. While one of them waits among a view's dead letters, the view is
behind on who may see the child, and only what one stated oneself is opened. Who is told nothing
(:data:`SUSPICION_TOPICS`) takes no right away from anybody else: there the log is asked instead, so
that whoever protects the child reads on."""

_MAY_CLOSE = DEAD_LETTERS.c.topic.in_((*_CLOSING, *SUSPICION_TOPICS))

# Asked at nearly every door, and made once: to compose them costs more than their answer.
_OURS: BindParameter[str] = bindparam("ours")
_REFS: BindParameter[str] = bindparam("refs", expanding=True)
_HELD = select(CHILDREN).where(CHILDREN.c.organisation == _OURS, CHILDREN.c.id.in_(_REFS))
_OF_OURS = select(CHILDREN.c.id).where(CHILDREN.c.organisation == _OURS)
_MERGED = select(MERGES.c.child_ref, MERGES.c.survivor).where(
    MERGES.c.organisation == _OURS,
    MERGES.c.child_ref.in_(_REFS),
    MERGES.c.survivor.in_(_OF_OURS),
)
_JOINED = (
    select(MERGES.c.survivor, MERGES.c.child_ref)
    .where(
        MERGES.c.organisation == _OURS,
        MERGES.c.survivor.in_(_REFS),
        MERGES.c.child_ref != MERGES.c.survivor,
        MERGES.c.child_ref.in_(_OF_OURS),
    )
    .order_by(MERGES.c.child_ref)
)
_REPORTED = select(REPORTS.c.id, REPORTS.c.named).where(
    REPORTS.c.organisation == _OURS, REPORTS.c.id.in_(_REFS), REPORTS.c.named.is_not(None)
)
_MEMORY = ViewMemory()


def _waiting(connection: Connection, children: Sequence[str]) -> Sequence[tuple[str, str]]:
    """What a view has not taken in of children that may close something to its organisations: by
    child, the topic. Nearly always there is none at all, which is looked at first."""
    if driver(connection).execute(ANY_DEAD).fetchone() is None:
        return ()
    letters = select(DEAD_LETTERS.c.child_ref, DEAD_LETTERS.c.topic).where(
        DEAD_LETTERS.c.child_ref.in_(children), _MAY_CLOSE
    )
    return [(child, topic) for child, topic in connection.execute(letters)]


_LOOKED_AT = {
    "birth_month": Category.WHO,
    "town": Category.CONTACT,
    "village": Category.CONTACT,
    "school": Category.SCHOOLING,
    "tier": Category.CLASSIFICATION,
    "follow_up_until": Category.GUARDIANSHIP,
}
"""Which category a look at a child's clear fact is a look at."""


_Row = TypeVar("_Row", bound=Mapping[str, Any])


class View(Protocol):
    """An organisation's view, as far as one reads it."""

    @property
    def engine(self) -> Engine: ...


class Names(Protocol):
    """What organisations are called."""

    def name(self, organisation: str) -> str: ...

    def logins(self, users: Collection[str]) -> dict[str, str]: ...


class Door:
    """What every question needs, for one person at one post of one organisation at a time."""

    def __init__(
        self,
        view: Callable[[Seat], View],
        keyservice: KeyOpener,
        log: AccessLog,
        matching: Matching,
        policies: Policies,
        directory: Names,
        clock: Clock,
        store: EventStore,
        searches: SearchLimit,
        own_index: OwnIndex,
        watch: Watch,
        chunks: Callable[[str], Sequence[bytes]],
        trail: Trail,
        rules: KeptRules,
        places: Places,
        silences: Silences,
        safety: SafetyLines,
        contacts: SafeContacts,
        indicators: Indicators,
    ) -> None:
        """``chunks`` gives an attachment's ciphertext by its digest."""
        self._view = view
        self._keyservice = keyservice
        self._log = log
        self._matching = matching
        self._policies = policies
        self._directory = directory
        self._clock = clock
        self._store = store
        self._searches = searches
        self._own_index = own_index
        self._watch = watch
        self._chunks = chunks
        self._trail = trail
        self._rules = rules
        self._places = places
        self._silences = silences
        self._lines = safety
        self._contacts = contacts
        self._indicators = indicators

    def count(self, reader: Reader) -> None:
        """Count one search of a person by who a child is, by whatever door. Raises
        TooManySearches."""
        self._searches.take(reader.user, self._clock.now())

    def may_search(self, reader: Reader) -> None:
        """Raise TooManySearches if the person could not search now."""
        self._searches.check(reader.user, self._clock.now())

    def note(self, reader: Reader, action: str) -> None:
        """Write the entry of a look at something outside the views, whose child is not known (a
        refused row's cells). Raises AccessLogUnavailable or NotAdmitted: then it may not be
        opened."""
        self._admit(reader, action)
        self._keyservice.note(reader, {"": ()}, action)

    def check(self) -> None:
        """Raise one of :data:`UNAVAILABLE` if a look could not be logged or nothing opened."""
        self._keyservice.check()

    def _admit(self, reader: Reader, action: str) -> Asked:
        """The question as it was admitted; every question begins with it. Raises NotAdmitted for
        a purpose, basis or post that is unknown or not this reader's, whoever the child is;
        NotCleared where the reader's entry check (入职查询) does not stand."""
        who = asker_of(reader, cleared=self._cleared(reader))
        if who is not None and not passes_check(self._policies.access, who):
            # Nobody's mistake, and no alarm: it runs out for everybody once a year.
            self._keyservice.note(reader, {"": ()}, f"{action}.refused")
            raise NotCleared
        asked = admitted(self._policies.access, who)
        if asked is not None:
            return asked
        if who is not None:
            self._keyservice.note(reader, {"": ()}, f"{action}.refused")
        raise NotAdmitted

    def _cleared(self, reader: Reader) -> bool:
        """Whether the reader's entry check stands at this instant, by the log."""
        if reader.post == Post.SYSTEM or reader.organisation == HUB:
            return True
        try:
            return cleared(
                self._store,
                self._policies.access,
                self._clock.now(),
                reader.organisation,
                reader.user,
            )
        except ValueError:
            # No seat that anybody knows.
            return False

    def _entries(
        self, reader: Reader, query: Any, limit: int, action: str, child_ref: str | None
    ) -> Page[Entry]:
        asked = self._admit(reader, action)
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            query = query.where(*self._for_this_person(reader))
            rows = [dict(row) for row in connection.execute(query).mappings()]
            more, rows = len(rows) > limit, rows[:limit]
            opened = self._opened(connection, reader, set(_concerned(rows)))
        last = rows[-1]["position"] if rows else 0
        rows = [
            row
            for row in rows
            if still_shown(asked, row, opened.get(row["child_ref"], STRANGER))
            # That somebody looked at a child, or asked for it, is told to nobody conflicted there.
            and not opened.get(row["clear"].get("named") or "", STRANGER).opened.conflicted
        ]
        shown: list[tuple[dict[str, Any], list[str]]] = []
        looks = Looks(reader, opened)
        for row in rows:
            towards = opened.get(row["child_ref"], STRANGER)
            names = []
            for name, entry in row["sealed"].items():
                if name == BLOB_KEY:
                    continue
                by = self._by(
                    reader,
                    asked,
                    towards,
                    entry,
                    row["producer"],
                    author=row["author"],
                    told_to=row["clear"].get("told_to", ""),
                )
                if by is not None:
                    names.append(name)
                    field = sealed_field(place_of(row), name, entry)
                    looks.field(row["child_ref"], field, by)
            shown.append((row, names))
            right = towards.opened.get(Category(row["category"]))
            looks.facts(row["child_ref"], [row["category"]], right)
            if named := row["clear"].get("named"):
                # Whom a report or an access concerns is shown of the child itself.
                looks.facts(named, [row["category"]])
        if not rows:
            self._keyservice.note(reader, {child_ref or "": ()}, f"{action}.nothing")
            return Page((), str(last) if more else None)
        values = iter(looks.open(self._keyservice, action))
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
            by=By.OWN.value if row["by"] == By.WRITER.value else row["by"],
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
        if ground := self._policies.rules.break_glass.grounds.get(str(values.get("ground"))):
            words["ground"] = ground
        return words

    def _children(
        self,
        connection: Connection,
        reader: Reader,
        refs: Sequence[str],
        action: str,
        also: Mapping[str, Iterable[str]] | None = None,
        lines: Mapping[str, tuple[SafetyLine, ...]] | None = None,
    ) -> dict[str, Child]:
        """Children of the organisation's view, opened in one audited look.

        ``also`` names what else is shown of which children, whether or not the view holds them;
        the entry is written for that too. A child of which the purpose shows nothing is left out.
        ``lines``: what is to be heeded (安全提示), where that was asked for already.
        """
        asked = self._admit(reader, action)
        if not refs:
            return {}
        held = connection.execute(_HELD, {"ours": reader.organisation, "refs": list(refs)})
        rows = [dict(row) for row in held.mappings()]
        opened = self._opened(connection, reader, {row["id"] for row in rows})
        shown: list[tuple[Mapping[str, Any], dict[str, Any], list[str]]] = []
        looks = Looks(reader, opened)
        for ref, categories in (also or {}).items():
            rights = opened.get(ref, STRANGER).opened
            looks.facts(ref, ())
            for category in categories:
                looks.facts(ref, [category], rights.get(Category(category)))
        for row in rows:
            towards = opened.get(row["id"], STRANGER)
            content = asked.content(towards)
            if not content:
                continue
            names = []
            for name, (place, entry) in row["fields"].items():
                by = self._by(reader, asked, towards, entry, place["producer"])
                if by is not None:
                    names.append(name)
                    looks.field(row["id"], sealed_field(place, name, entry), by)
            facts = {
                fact: row[fact]
                for fact, of in _LOOKED_AT.items()
                if of in content and asked.shows(towards, of)
            }
            if not names and not any(facts.values()) and in_part(towards):
                continue
            shown.append((row, facts, names))
            seen = {_LOOKED_AT[fact] for fact, value in facts.items() if value is not None}
            for of in {Category.WHO, *seen}:
                looks.facts(row["id"], [of.value], towards.opened.get(of))
        values = iter(looks.open(self._keyservice, action))
        calling = [
            row["id"] for row, _, _ in shown if asked.tells_contact(opened.get(row["id"], STRANGER))
        ]
        contacts = self._safe_contacts(reader, asked, calling)
        if lines is None:
            lines = self._safety(connection, reader, [row["id"] for row, _, _ in shown])
        return {
            row["id"]: Child(
                child_ref=row["id"],
                **{fact: facts.get(fact) for fact in _LOOKED_AT},
                fields={name: next(values) for name in names},
                safety=lines.get(row["id"], ()),
                safe_contact=contacts.get(row["id"]),
            )
            for row, facts, names in shown
        }

    def _safe_contacts(
        self, reader: Reader, asked: Asked, children: Iterable[str]
    ) -> Mapping[str, SafeContact]:
        """Whom to call instead of a guardian (安全联系人), of children of whom it is told how their
        family is reached."""
        return self._contacts.of(reader, children)

    def _safety(
        self, connection: Connection, reader: Reader, refs: Iterable[str]
    ) -> Mapping[str, tuple[SafetyLine, ...]]:
        """What the reader's organisation is told to heed (安全提示) of those that an answer shows,
        by child, or by the report whose child is named: whatever the purpose, and whatever else it
        may see of them. No answer is given because of it: a child that is not shown has none."""
        wanted = set(refs)
        if not wanted:
            return {}
        reports = connection.execute(_REPORTED, {"ours": reader.organisation, "refs": list(wanted)})
        named = {row.id: row.named for row in reports}
        found = self._heeded(connection, reader, wanted | set(named.values()))
        of_reports = {report: found[child] for report, child in named.items() if child in found}
        return {**found, **of_reports}

    def _heeded(
        self, connection: Connection, reader: Reader, children: Iterable[str]
    ) -> Mapping[str, tuple[SafetyLine, ...]]:
        among = self._lines.among(children)
        towards = self._opened(connection, reader, among)
        return self._lines.of(
            reader, {child: towards.get(child, STRANGER).opened for child in among}
        )

    def _group(self, connection: Connection, reader: Reader, child_ref: str) -> list[str]:
        """All files of a child that the organisation has in its view, where they were joined
        (档案合并); the one that goes on first. Of a child with one file, that alone."""
        return self._groups(connection, reader, [child_ref])[child_ref]

    def _groups(
        self, connection: Connection, reader: Reader, refs: Sequence[str]
    ) -> dict[str, list[str]]:
        """As :meth:`_group`, of many at once."""
        ours = reader.organisation
        merged = connection.execute(_MERGED, {"ours": ours, "refs": list(refs)})
        into = {row.child_ref: row.survivor for row in merged}
        surviving = {ref: into.get(ref, ref) for ref in refs}
        joined: dict[str, list[str]] = {}
        on_with = {"ours": ours, "refs": list(set(surviving.values()))}
        for row in connection.execute(_JOINED, on_with):
            joined.setdefault(row.survivor, []).append(row.child_ref)
        return {ref: [on, *joined.get(on, ())] for ref, on in surviving.items()}

    def _opened(
        self, connection: Connection, reader: Reader, refs: Iterable[str]
    ) -> dict[str, Towards]:
        seat = seat_of(reader.organisation)
        decide_open = Opened(self._policies.access, seat)
        wanted = list(refs)
        if not wanted:
            return {}
        waiting = _waiting(connection, wanted)
        behind = {child for child, topic in waiting if topic in _CLOSING}
        unsaid = {child for child, topic in waiting if topic in SUSPICION_TOPICS}
        reached = _MEMORY.reach(connection, {each for each in wanted if each})
        since = said_since(self._store, connection, wanted)
        found = {
            child: Towards(
                own_alone(self._store, decide_open, reader.organisation, child), in_task=False
            )
            for child in behind
            if child
        }
        for child, reach in reached.items():
            if child in behind:
                continue
            if child in unsaid:
                reach.suspicions = by_log(self._store, child)
            for fact in since.get(child, ()):
                reach.suspect(seat, fact)
            scope = self._scope(reader, child) if reach.items else Scope()
            now = self._clock.now()
            released: Released = {b.value: shown for b, shown in scope.released(now).items()}
            held = reach.released(reader.organisation)
            found[child] = Towards(
                decide_open(reach, reader.organisation, released),
                scope.in_task(now, reader.task),
                access=str(scope.open_item(ScopeBasis.BREAK_GLASS, now) or ""),
                consented=self._consented(scope, now),
                run_out=any(not had <= released.get(b, set()) for b, had in held.items()),
            )
        return found

    def _behind(self, connection: Connection) -> bool:
        """Whether a view may hold what its organisation is not to see any more: then what is
        counted is looked at row by row, as a list is."""
        letter = select(DEAD_LETTERS.c.position).where(_MAY_CLOSE)
        return (
            read(connection).whole < self._store.position
            or connection.execute(letter.limit(1)).first() is not None
        )

    def _facts_held(
        self,
        connection: Connection,
        reader: Reader,
        asked: Asked,
        *topics: str,
        streams: Select[tuple[str]] | None = None,
    ) -> list[dict[str, Any]]:
        """The facts of these topics (a whole stream's end in a dot) that are counted or folded by
        who looks: those that the view holds and the purpose shows, in the log's order; of
        ``streams`` alone, where they are said."""
        query = (
            select(FACTS)
            .where(
                FACTS.c.organisation == reader.organisation,
                of_topics(*topics),
                *of_matters(asked, FACTS.c.category),
            )
            .order_by(FACTS.c.position)
        )
        if streams is not None:
            query = query.where(FACTS.c.stream.in_(streams))
        rows = [dict(row) for row in connection.execute(query).mappings()]
        if self._behind(connection):
            rows = self._still(connection, reader, asked, rows, "category")
        return rows

    def _consented(self, scope: Scope, now: datetime) -> dict[Category, LegalBasis]:
        """The categories that nothing but a consent shows by now, and on whose it rests."""
        found = {}
        for category, item in scope.only_by(CONSENTED, now).items():
            consent: Consent = self._store.load(CONSENT, item).state
            if consent.rests_on is not None:
                found[category] = consent.rests_on
        return found

    def _still(
        self,
        connection: Connection,
        reader: Reader,
        asked: Asked,
        rows: Iterable[_Row],
        of: str | Category,
    ) -> list[_Row]:
        """Rows of cases, clocks and referrals, without those that the organisation had by a scope
        that has run out since the view last looked, or has by one that this purpose is not for.
        ``of`` is their category, or the column that holds it."""
        kept = list(rows)
        towards = self._opened(connection, reader, {row["child_ref"] for row in kept})
        partly = {child: each for child, each in towards.items() if in_part(each)}
        ours = reader.organisation
        return [
            row
            for row in kept
            if (
                (each := partly.get(row["child_ref"])) is None
                or (
                    ours in map(row.get, ("owner", "sender", "addressee", "offered_to"))
                    and not each.opened.conflicted
                )
                or asked.shows(each, of if isinstance(of, Category) else Category(row[of]))
            )
            and not self._withheld(ours, row)
        ]

    def _withheld(self, ours: str, row: Mapping[str, Any]) -> bool:
        """Whether a row is a check of a household's child that is kept from the organisation by
        now, which had it before: its view is shown nothing more of it, and not its end either."""
        if row.get("kind") != CHECK_HOUSEHOLD or row.get("addressee") in (None, ours):
            return False
        task: Referral = self._store.load(REFERRAL, UUID(row["id"])).state
        return ours in task.kept_from

    def _scope(self, reader: Reader, child_ref: str) -> Scope:
        """The reader's stored scopes from the log: a view may lag behind a task that closed, and
        knows no hour at which one runs out."""
        stream = scope_id(reader.organisation, UUID(child_ref))
        scope: Scope = self._store.load(SCOPE, stream).state
        return scope

    def _reads_others_reports(self, reader: Reader) -> bool:
        """Whether the reader's post is told of reports that somebody else of its organisation
        filed: the designated reporter (强制报告联络人)."""
        audience = self._policies.access.audiences.of(Category.HARM, By.OWN)
        return reader.post in audience.posts

    def _for_this_person(self, reader: Reader) -> Sequence[ColumnElement[bool]]:
        """Leaves out reports that somebody else of the reader's organisation filed: they are the
        filer's and the designated reporter's, never the whole organisation's; and where the
        organisation is conflicted (利害关系单位), whatever the reader did not write, but for what
        the filer of a report is told. In the query itself, so that no page or cursor tells that
        there is one."""
        everybodys = self._reads_others_reports(reader)
        return _for_person(reader.organisation, reader.user, everybodys)

    def _by(
        self,
        reader: Reader,
        asked: Asked,
        towards: Towards,
        entry: Sequence[Any],
        producer: str,
        *,
        author: str = "",
        told_to: str = "",
    ) -> By | None:
        """The decision at the release of one field, on what is open now."""
        look = look_at(
            self._policies.access,
            reader.organisation,
            Category(entry[0]),
            producer,
            flag=bool(entry[1]),
            # Whose report it is was decided for the row; what was told to it is told to the filer.
            author_person=author == reader.user or told_to == reader.organisation,
            told_to=told_to,
        )
        return asked.by(towards, look)


@lru_cache(maxsize=1024)
def _for_person(organisation: str, user: str, everybodys: bool) -> Sequence[ColumnElement[bool]]:
    """The clauses of one person, which begin every question for facts: they take longer to build
    than to carry out."""
    my_reports = select(REPORTS.c.id).where(
        REPORTS.c.organisation == organisation, REPORTS.c.only_for == user
    )
    mine = or_(
        FACTS.c.by != By.WRITER.value,
        FACTS.c.author == user,
        FACTS.c.child_ref.in_(my_reports),
    )
    if everybodys:
        return (mine,)
    others = select(REPORTS.c.id).where(
        REPORTS.c.organisation == organisation, REPORTS.c.filed_by.not_in(("", user))
    )
    return (mine, FACTS.c.child_ref.not_in(others))


def _concerned(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The children of facts, and whom else a fact names."""
    for row in rows:
        yield row["child_ref"]
        if named := row["clear"].get("named"):
            yield named


def in_part(towards: Towards) -> bool:
    """Whether some of what a view holds of a child may not be shown for every purpose by now."""
    return towards.run_out or towards.opened.conflicted or By.BREAK_GLASS in towards.opened.values()


def joined_child(files: Sequence[Child]) -> Child:
    """One child of its files, as far as each may be seen: the one that goes on says what it says,
    and the others what it does not."""
    first = files[0]
    for other in files[1:]:
        more = {
            name: getattr(other, name)
            for name in ("birth_month", "town", "village", "school", "tier", "follow_up_until")
            if getattr(first, name) is None
        }
        first = replace(
            first,
            **more,
            fields={**other.fields, **first.fields},
            safety=tuple(dict.fromkeys((*first.safety, *other.safety))),
            safe_contact=first.safe_contact or other.safe_contact,
        )
    return first


def still_shown(asked: Asked, row: Mapping[str, Any], towards: Towards) -> bool:
    """Whether a fact that was shown by a right that can end is still shown by it, and whether the
    purpose shows it."""
    category, by = Category(row["category"]), By(row["by"])
    if by in LASTING:
        now = towards.opened.get(category)
        if now not in LASTING:
            return False
        by = now
    return asked.serves(towards, category, by)


def place_of(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "subject": row["subject"],
        "event_id": row["event_id"],
        "stream": row["stream"],
        "version": row["version"],
        "topic": row["stored_topic"],
        "producer": row["producer"],
    }


def of_matters(asked: Asked, matter: ColumnElement[str] | Category) -> list[ColumnElement[bool]]:
    """Keeps the rows whose matter the purpose shows; ``matter`` is their column, or the one
    category of them all."""
    if len(asked.matters) == len(Category):
        return []
    if isinstance(matter, Category):
        return [] if matter in asked.matters else [false()]
    return [matter.in_(sorted(asked.matters))]


def of_topics(*topics: str) -> ColumnElement[bool]:
    """Keeps the facts of these topics; one that ends in a dot stands for a whole stream."""
    return or_(
        *(
            FACTS.c.topic.startswith(each) if each.endswith(".") else FACTS.c.topic == each
            for each in topics
        )
    )


def of_child(
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


def beyond(due_at: ColumnElement[str], id_: ColumnElement[str], after: str) -> ColumnElement[bool]:
    """Rows after a cursor, in the order of due date and identifier."""
    last_due, _, last_id = after.partition("|")
    return or_(due_at > last_due, and_(due_at == last_due, id_ > last_id))


def days_late(due_at: str, now: datetime) -> int:
    return max(0, (now - datetime.fromisoformat(due_at)).days)


def as_pseudonym(text: str) -> str:
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
