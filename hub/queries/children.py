"""Questions about children: one child, its timeline, registers, lists, who looked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from domain.identity import IdentityClaim
from domain.kernel import Category
from domain.organisations import Seat, seat_of
from domain.purpose import RevealedFor
from hub.answers import Child, Entry, Page
from hub.audit.log import AccessEntry
from hub.audit.lookups import Kind, Unusual
from hub.audit.watch import PORTION
from hub.authorization.decide import By
from hub.keyservice import Reader
from hub.policies import ShownLooks
from hub.queries.asked import STRANGER
from hub.queries.door import (
    MAX_PAGE,
    NO_CLOCK,
    PAGE,
    Door,
    as_pseudonym,
    as_uuid,
    joined_child,
    of_child,
)
from hub.queries.unseen import Unseen
from projections.tables import CHILDREN, FACTS, MERGES


class Children(Door):
    """Children, what happened to them, and who looked."""

    def find_child(self, reader: Reader, claim: IdentityClaim) -> Child | None:
        """The child a claim names, if the reader's organisation has it in its view. Raises
        TooManySearches."""
        self._admit(reader, "find_child")
        self.count(reader)
        found = self._matching.find(claim)
        return self._child(reader, str(found) if found else None, "find_child")

    def child_file(self, reader: Reader, child_ref: str) -> Child | None:
        """The child file (一人一档), as far as the reader's organisation may see it."""
        return self._child(reader, as_pseudonym(child_ref) or None, "child_file")

    def reveal(self, reader: Reader, child_ref: str, why: RevealedFor) -> Child | None:
        """The same, where it is said first for what it has to be seen who the child is."""
        return self._child(reader, as_pseudonym(child_ref) or None, f"reveal.{why.value}")

    def _child(self, reader: Reader, child_ref: str | None, action: str) -> Child | None:
        self._admit(reader, action)
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            refs = self._group(connection, reader, child_ref) if child_ref else []
            children = self._children(connection, reader, refs, action)
        if not children:
            # The same entry whether the child is unknown or not this organisation's to see.
            self._keyservice.note(reader, {child_ref or "": ()}, f"{action}.nothing")
            return None
        return joined_child([children[ref] for ref in refs if ref in children])

    def timeline(
        self,
        reader: Reader,
        child_ref: str,
        *,
        topics: Collection[str] = (),
        before: int | None = None,
        limit: int = PAGE,
    ) -> Page[Entry]:
        """What happened, newest first, and before it what is to be heeded (安全提示); empty for a
        child that may not be seen. Clocks have boards of their own and are left out, but for what
        people say of them. ``topics``: only facts whose topic begins with one of these."""
        self._admit(reader, "timeline")
        child_ref = as_pseudonym(child_ref)
        limit = min(limit, MAX_PAGE)
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            group = self._group(connection, reader, child_ref)
        query = (
            select(FACTS)
            .where(
                FACTS.c.organisation == reader.organisation,
                FACTS.c.child_ref.in_(group),
                NO_CLOCK,
            )
            .order_by(FACTS.c.position.desc())
            .limit(limit + 1)
        )
        if topics:
            begins = FACTS.c.topic.startswith
            query = query.where(or_(*(begins(each, autoescape=True) for each in topics)))
        if before is not None:
            query = query.where(FACTS.c.position < before)
        page = self._entries(reader, query, limit, "timeline", child_ref)
        if not page.items:
            return page
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            told = self._safety(connection, reader, group)
        lines = dict.fromkeys(line for each in group for line in told.get(each, ()))
        return replace(page, safety=tuple(lines))

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
                NO_CLOCK,
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
                FACTS.c.stream == as_pseudonym(stream),
            )
            .order_by(FACTS.c.position.desc())
            .limit(PAGE + 1)
        )
        return self._entries(reader, query, PAGE, "stated", None)

    def children(
        self, reader: Reader, *, after: str | None = None, limit: int = PAGE
    ) -> Page[Child]:
        """The organisation's children, by pseudonym (views cannot sort by a sealed name)."""
        ours = reader.organisation
        joined = select(MERGES.c.child_ref).where(
            MERGES.c.organisation == ours,
            MERGES.c.survivor != MERGES.c.child_ref,
            MERGES.c.survivor.in_(select(CHILDREN.c.id).where(CHILDREN.c.organisation == ours)),
        )
        return self._child_page(reader, CHILDREN.c.id.not_in(joined), after, limit, "children")

    def unassigned(
        self, reader: Reader, *, after: str | None = None, limit: int = PAGE
    ) -> Page[Child]:
        """Children whose residence neither town nor police has confirmed: civil affairs' list."""
        self._admit(reader, "unassigned")
        if seat_of(reader.organisation) is not Seat.CIVIL_AFFAIRS:
            self._keyservice.note(reader, {"": ()}, "unassigned.nothing")
            return Page(())
        here = and_(CHILDREN.c.village.is_(None), CHILDREN.c.left_on.is_(None))
        return self._child_page(reader, here, after, limit, "unassigned")

    def follow_up_list(
        self, reader: Reader, *, after: str | None = None, limit: int = PAGE
    ) -> Page[Child]:
        """The follow-up list (重点关注对象): children that can return to their family, or did."""
        where = CHILDREN.c.follow_up_until.is_not(None)
        return self._child_page(reader, where, after, limit, "follow_up_list")

    def _child_page(
        self, reader: Reader, where: Any, after: str | None, limit: int, action: str
    ) -> Page[Child]:
        self._admit(reader, action)
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
        shown = tuple(children[ref] for ref in refs if ref in children)
        return Page(shown, refs[-1] if more else None)

    def access_log(self, reader: Reader, child_ref: str) -> tuple[AccessEntry, ...]:
        """Who looked at a child (查阅记录), as far as policies/access-log.toml tells the reader's
        seat; its own looks for every organisation; nothing for a child it may not see."""
        self._admit(reader, "access_log")
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            group = self._group(connection, reader, as_pseudonym(child_ref))
        looks = [look for each in group for look in self._looks_at(reader, each)]
        return tuple(looks if len(group) == 1 else sorted(looks, key=_newest_first))

    def _looks_at(self, reader: Reader, child_ref: str) -> tuple[AccessEntry, ...]:
        seat = seat_of(reader.organisation)
        with self._view(seat).engine.begin() as connection:
            known = of_child(connection, CHILDREN, reader.organisation, child_ref)
            opened = self._opened(connection, reader, [child_ref]).get(child_ref, STRANGER).opened
        self._keyservice.note(reader, {child_ref: ()}, "access_log")
        if not known or opened.conflicted:
            return ()
        entries = Unseen(self._store, self._policies.access, as_uuid(child_ref)).all(
            self._log.of_child(child_ref)
        )
        rules = self._policies.looks
        if seat in rules.sees_all:
            return tuple(_look_of(reader, opened, entry) for entry in entries)
        answers_for = seat in rules.sees_some and opened.get(Category.CONTACT) is By.READ
        return tuple(
            entry
            for entry in entries
            if entry.organisation == reader.organisation
            or (answers_for and not discreet(rules, opened, entry))
        )

    def unusual_looks(
        self, reader: Reader, *, before: int | None = None, limit: int = PAGE
    ) -> Page[Unusual]:
        """Looks to be told of (异常查阅提醒), newest first: to oversight all of them, to who
        answers for a child those at it that are not discreet (policies/unusual-looks.toml)."""
        self._admit(reader, "unusual_looks")
        seat, told = seat_of(reader.organisation), self._policies.unusual_looks.told
        limit = min(limit, MAX_PAGE)
        shown: list[Unusual] = []
        oversees = seat.value in told.oversight
        while (oversees or seat.value in told.responsible) and len(shown) <= limit:
            some = self._watch.found(before)
            mine = self._answers_for(reader, {each.child_ref for each in some})
            shown += [
                each
                for each in some
                if each.child_ref in mine
                and (
                    oversees
                    or seat_of(each.organisation) not in self._policies.looks.discreet_seats
                )
            ]
            if len(some) < PORTION:
                break
            before = some[-1].seq
        more, shown = len(shown) > limit, shown[:limit]
        looks: dict[str, set[str]] = {each.child_ref: set() for each in shown}
        self._keyservice.note(reader, looks or {"": ()}, "unusual_looks")
        return Page(tuple(self._as_told(shown)), str(shown[-1].seq) if more else None)

    def _as_told(self, found: Sequence[Unusual]) -> list[Unusual]:
        """Looks that would have found nothing, had what is sealed never been, are told like any
        other that did."""
        changed: dict[int, AccessEntry] = {}
        for child in {each.child_ref for each in found}:
            unseen = Unseen(self._store, self._policies.access, as_uuid(child))
            if unseen.any:
                changed |= unseen.changed(self._log.every(child))
        return [
            replace(each, kinds=f"{Kind.OUTSIDE},{each.kinds}")
            if each.seq in changed and Kind.OUTSIDE not in each.kinds.split(",")
            else each
            for each in found
        ]

    def _answers_for(self, reader: Reader, refs: set[str]) -> set[str]:
        """Those of the children that are in the reader's standing jurisdiction."""
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            known = select(CHILDREN.c.id).where(
                CHILDREN.c.organisation == reader.organisation, CHILDREN.c.id.in_(refs)
            )
            there = set(connection.execute(known).scalars())
            opened = self._opened(connection, reader, there)
        return {
            ref
            for ref in there
            if opened.get(ref, STRANGER).opened.get(Category.CONTACT) is By.READ
        }


def _newest_first(entry: AccessEntry) -> float:
    return -datetime.fromisoformat(entry.at).timestamp()


def _look_of(reader: Reader, opened: Mapping[Category, By], entry: AccessEntry) -> AccessEntry:
    """Another organisation's look, without the categories that are not open to the reader: that
    somebody opened an order tells that there is one."""
    if entry.organisation == reader.organisation:
        return entry
    kept = [each for each in entry.categories.split(",") if each in opened]
    return replace(entry, categories=",".join(kept))


def discreet(rules: ShownLooks, opened: Mapping[Category, By], entry: AccessEntry) -> bool:
    """Whether another organisation's look is not to be shown to who sees only some. What is not
    known for certain to be harmless is: the hub's own looks follow others' records, a category
    that is not open to the reader would tell that something of it exists."""
    seats = {seat.value: seat for seat in Seat}
    seat = seats.get(entry.organisation.partition(":")[0])
    categories = set(filter(None, entry.categories.split(",")))
    return (
        seat is None
        or seat in rules.discreet_seats
        or not categories
        or bool(categories & rules.discreet_categories)
        or not categories <= {category.value for category in opened}
    )
