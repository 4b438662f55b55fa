"""What an organisation could see of a child on a day, and under which rules (按日回看).

Told from the log alone, by replaying who was responsible and which scopes were open: no view keeps
the past. It says what could be seen and never what stood there; a fact is named only where the
asker may see it today.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from domain.calendar import end_of_day_utc, shanghai_date
from domain.child_file import ChildErased
from domain.family_link import STATE_AFTER
from domain.kernel import Category
from domain.organisations import seat_of
from domain.registry import EVENTS
from hub.authorization.decide import LASTING, NOTHING_OPEN, By, Openings, open_categories
from hub.authorization.policy import Policy
from hub.eventstore.codec import Fact
from hub.eventstore.store import EventStore
from hub.hindsight import RECORDED_AT, RULE_VERSION, stood
from hub.kept_rules import RulesNotKept as RulesNotKept
from hub.keyservice import Reader
from hub.queries.asked import STRANGER, Asked, Towards
from hub.queries.door import Door, as_uuid
from hub.queries.families import HOLDS, OF_FAMILY, sees_family
from projections.visible import concerned, visible

_STRONGEST = list(By)
AS_OF = "as_of"
"""The action of looking back: its entry names what could be seen, whether or not it was there."""


class NotYet(Exception):
    """The day has not come."""


@dataclass(frozen=True, slots=True)
class PastEntry:
    """A fact that could be seen, and by which right; nothing of what it holds."""

    position: int
    topic: str
    title: str
    category: str
    by: str
    recorded_at: str


@dataclass(frozen=True, slots=True)
class PastLink:
    """A link to another child of the family that could be seen, as it stood on the day."""

    other: str
    link: str
    state: str


@dataclass(frozen=True, slots=True)
class AsOf:
    """``rights`` is category → right, ``counts`` category → how many facts could be seen, of the
    categories that the asker may be told of; ``entries`` those of them that it may see today;
    ``family`` the links of which that organisation saw both children on the day, as far as the
    asker sees both today: of any other it is not told that there is one."""

    organisation: str
    on: date
    rule_version: str
    rights: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    entries: tuple[PastEntry, ...] = ()
    family: tuple[PastLink, ...] = ()


def last_before(store: EventStore, moment: datetime) -> Fact | None:
    """The last fact that was recorded before an instant; recorded in order, so it is found by
    halving."""
    low, high, found = 0, store.position, None
    while low < high:
        middle = (low + high) // 2
        facts = store.feed(middle, 1)
        if facts and facts[0].position <= high and _recorded(facts[0]) < moment:
            found, low = facts[0], facts[0].position
        else:
            high = middle
    return found


def seen(
    store: EventStore, policy: Policy, organisation: str, child: UUID, moment: datetime
) -> tuple[Openings, list[tuple[Fact, By]]]:
    """What was open to an organisation just before an instant, and which facts it could see.
    Nothing of a child that was erased since: what is erased is erased of every day."""
    seat, history = seat_of(organisation), store.history([child], store.position)
    if any(fact.topic == ChildErased.TOPIC for fact in history):
        return NOTHING_OPEN, []
    at = moment - timedelta(microseconds=1)
    opened = open_categories(policy, stood(store, policy, organisation, child, "", at).standing)
    return opened, [
        (fact, by)
        for fact in history
        if _recorded(fact) < moment
        and concerned(fact) == str(child)
        and (by := visible(policy, seat, organisation, opened, fact)) is not None
    ]


def _recorded(fact: Fact) -> datetime:
    return datetime.fromisoformat(fact.header[RECORDED_AT])


class PastViews(Door):
    """Looking back."""

    def as_of(
        self, reader: Reader, child_ref: str, on: date, organisation: str = ""
    ) -> AsOf | None:
        """What an organisation (the reader's own, if none is named) could see of a child at the end
        of a day. None for a child, or an organisation, that the reader is told nothing of. Raises
        NotYet, RulesNotKept, and what every question raises."""
        asked = self._admit(reader, AS_OF)
        child, organisation = as_uuid(child_ref), organisation or reader.organisation
        moment = end_of_day_utc(on)
        if on > shanghai_date(self._clock.now()):
            raise NotYet
        told = None
        if child is not None and self._may_ask(reader, organisation):
            told = self._then(reader, asked, child, moment, organisation, on)
        if told is None or not told.rights:
            self._keyservice.note(reader, {str(child or ""): ()}, "as_of.nothing")
            return None
        family = {each.other: (Category.CONTACT.value,) for each in told.family}
        self._keyservice.note(reader, {str(child): sorted(told.rights), **family}, AS_OF)
        return told

    def _may_ask(self, reader: Reader, organisation: str) -> bool:
        if organisation == reader.organisation:
            return True
        if seat_of(reader.organisation) not in self._policies.looks.asks_as_of:
            return False
        try:
            seat_of(organisation)
        except ValueError:
            return False
        return True

    def _then(
        self,
        reader: Reader,
        asked: Asked,
        child: UUID,
        moment: datetime,
        organisation: str,
        on: date,
    ) -> AsOf | None:
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            found = self._opened(connection, reader, [str(child)])
        towards = found.get(str(child), STRANGER)
        last = last_before(self._store, moment)
        if last is None or towards.opened.conflicted:
            return None
        version = last.header[RULE_VERSION]
        policy = self._rules.of(version).access
        opened, facts = seen(self._store, policy, organisation, child, moment)
        own = organisation == reader.organisation
        shown = {
            category: by
            for category, by in opened.items()
            if (asked.serves(towards, category, by) if own else _read(asked, towards, category))
        }
        told = [
            (fact, by)
            for fact, by in facts
            if Category(fact.category) in shown
            or (own and asked.serves(towards, Category(fact.category), by))
        ]
        rights = {category.value: by.value for category, by in shown.items()}
        # What one stated oneself one sees without any category being open.
        for fact, by in sorted(told, key=lambda each: _STRONGEST.index(each[1])):
            rights.setdefault(fact.category, by.value)
        return AsOf(
            organisation=organisation,
            on=on,
            rule_version=version,
            rights=rights,
            counts=Counter(fact.category for fact, _ in told),
            entries=tuple(self._today(reader, asked, towards, told)),
            family=self._family(reader, asked, towards, policy, organisation, child, moment),
        )

    def _family(
        self,
        reader: Reader,
        asked: Asked,
        towards: Towards,
        policy: Policy,
        organisation: str,
        child: UUID,
        moment: datetime,
    ) -> tuple[PastLink, ...]:
        """The child's links by then, of whose children the organisation saw both."""
        if not sees_family(asked, towards) or not self._saw(policy, organisation, child, moment):
            return ()
        links: dict[UUID, Fact] = {}
        for fact in self._store.history([child], self._store.position):
            of_child = fact.topic in STATE_AFTER and fact.clear["child_ref"] == str(child)
            if of_child and _recorded(fact) < moment:
                links[fact.stream] = fact
        stood_then = [each for each in links.values() if STATE_AFTER[each.topic] in HOLDS]
        others = {str(each.clear["other"]) for each in stood_then}
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            today = self._opened(connection, reader, others)
        shown = {
            other
            for other in others
            if sees_family(asked, today.get(other, STRANGER))
            and self._saw(policy, organisation, UUID(other), moment)
        }
        return tuple(
            PastLink(str(each.clear["other"]), each.clear["link"], STATE_AFTER[each.topic].value)
            for each in stood_then
            if str(each.clear["other"]) in shown
        )

    def _saw(self, policy: Policy, organisation: str, child: UUID, moment: datetime) -> bool:
        """Whether who a child is, and its family, were open to an organisation just before an
        instant, otherwise than because it had stated something."""
        at = moment - timedelta(microseconds=1)
        opened = open_categories(
            policy, stood(self._store, policy, organisation, child, "", at).standing
        )
        return all(opened.get(each) in LASTING for each in OF_FAMILY)

    def _today(
        self, reader: Reader, asked: Asked, towards: Towards, told: list[tuple[Fact, By]]
    ) -> Iterator[PastEntry]:
        """Those facts that the reader may see by now."""
        seat = seat_of(reader.organisation)
        for fact, then in told:
            by = visible(self._policies.access, seat, reader.organisation, towards.opened, fact)
            if by is None or not asked.serves(towards, Category(fact.category), by):
                continue
            yield PastEntry(
                position=fact.position,
                topic=fact.topic,
                title=EVENTS[fact.topic].TITLE,
                category=fact.category,
                by=then.value,
                recorded_at=fact.header[RECORDED_AT],
            )


def _read(asked: Asked, towards: Towards, category: Category) -> bool:
    """Whether the asker reads a category of the child today, for this purpose."""
    by = towards.opened.get(category)
    return by in (By.READ, By.TASK) and asked.serves(towards, category, by)
