"""How far organisations of one seat reach for one child, as folded from the log.

Standing scopes are derived from the child file's responsible organisations and the matrix, task
scopes come from events; :func:`opened` asks the one decision function. A view's rows for an
organisation and a child are a pure function of the child's history and of this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic_core import from_json

from domain.child_file import EnrolmentConfirmed, EnrolmentEnded, ResidenceConfirmed
from domain.kernel import Category
from domain.organisations import (
    DISTRICT,
    Seat,
    seat_of,
    town_organisation,
    village_organisation,
)
from domain.scope import ScopeClosed, ScopeOpened
from hub.authorization.decide import By, Standing, open_categories
from hub.authorization.policy import Jurisdiction, Policy, Word
from hub.eventstore.codec import Fact
from hub.storage.sql import as_json

_RESIDENCE_SEATS = (Seat.TOWN, Seat.VILLAGE, Seat.POLICE_STATION)


@dataclass
class Reach:
    """One child, seen from one seat. ``tasks`` is organisation → item → released categories.

    ``recorded`` is kept of what a seat with standing jurisdiction reads: no other rights follow
    from it, and a seat that meets a child in the middle of its life has not seen all of it.
    """

    responsible: set[str] = field(default_factory=set)
    recorded: set[str] = field(default_factory=set)
    authors: set[str] = field(default_factory=set)
    tasks: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def apply(self, seat: Seat, fact: Fact, *, readable: frozenset[str]) -> bool:
        """Take one fact in; whether anything about the reach changed. ``readable``: the categories
        that the seat reads in its standing jurisdiction; that others were recorded it need not
        know, and its database does not tell."""
        changed = False
        if fact.category in readable and fact.category not in self.recorded:
            self.recorded.add(fact.category)
            changed = True
        producer = fact.producer
        if producer not in self.authors and producer.split(":", 1)[0] == seat.value:
            self.authors.add(producer)
            changed = True
        step = _STEPS.get(fact.topic)
        if step is not None:
            changed = step(self, seat, fact) or changed
        return changed

    def organisations(self, policy: Policy, seat: Seat) -> set[str]:
        """Organisations of this seat that may have rows about the child."""
        found = self.responsible | self.authors | set(self.tasks)
        if policy.jurisdictions.get(seat) is Jurisdiction.DISTRICT:
            found.add(f"{seat.value}:{DISTRICT}")
        return found

    def dump(self) -> tuple[str, str, str, str]:
        """The four columns that keep this in a view database."""
        return (
            as_json(sorted(self.responsible)),
            as_json(sorted(self.recorded)),
            as_json(sorted(self.authors)),
            as_json(self.tasks),
        )

    @classmethod
    def parse(cls, responsible: str, recorded: str, authors: str, tasks: str) -> Reach:
        """The reverse of :meth:`dump`."""
        return cls(
            set(from_json(responsible)),
            set(from_json(recorded)),
            set(from_json(authors)),
            from_json(tasks),
        )


def _enrolled(reach: Reach, seat: Seat, fact: Fact) -> bool:
    if seat is not Seat.SCHOOL or fact.clear["school"] in reach.responsible:
        return False
    reach.responsible.add(fact.clear["school"])
    return True


def _left(reach: Reach, seat: Seat, fact: Fact) -> bool:
    if seat is not Seat.SCHOOL or fact.clear["school"] not in reach.responsible:
        return False
    reach.responsible.discard(fact.clear["school"])
    return True


def _resides(reach: Reach, seat: Seat, fact: Fact) -> bool:
    if seat not in _RESIDENCE_SEATS:
        return False
    now = {
        Seat.TOWN: town_organisation(fact.clear["town"]),
        Seat.VILLAGE: village_organisation(fact.clear["village"]),
        Seat.POLICE_STATION: fact.clear["police_station"],
    }[seat]
    after = {now} if now else set()
    if after == reach.responsible:
        return False
    reach.responsible = after
    return True


def _scope_opened(reach: Reach, seat: Seat, fact: Fact) -> bool:
    organisation = fact.clear["organisation"]
    if seat_of(organisation) is not seat:
        return False
    reach.tasks.setdefault(organisation, {})[fact.clear["item"]] = list(fact.clear["categories"])
    return True


def _scope_closed(reach: Reach, seat: Seat, fact: Fact) -> bool:
    items = reach.tasks.get(fact.clear["organisation"])
    if items is None or items.pop(fact.clear["item"], None) is None:
        return False
    if not items:
        del reach.tasks[fact.clear["organisation"]]
    return True


_STEPS = {
    EnrolmentConfirmed.TOPIC: _enrolled,
    EnrolmentEnded.TOPIC: _left,
    ResidenceConfirmed.TOPIC: _resides,
    ScopeOpened.TOPIC: _scope_opened,
    ScopeClosed.TOPIC: _scope_closed,
}


def readable(policy: Policy, seat: Seat) -> frozenset[str]:
    """The categories that a seat reads in its standing jurisdiction."""
    if seat not in policy.jurisdictions:
        return frozenset()
    return frozenset(
        category.value for category in Category if Word.READ in policy.words(seat, category)
    )


class Opened:
    """The decision function, remembered per standing: histories repeat few of them."""

    def __init__(self, policy: Policy, seat: Seat) -> None:
        self._policy = policy
        self._seat = seat
        self._known: dict[tuple[bool, frozenset[str], frozenset[str]], Mapping[Category, By]] = {}

    def __call__(
        self, reach: Reach, organisation: str, tasks: frozenset[str] | None = None
    ) -> Mapping[Category, By]:
        """The categories of the child open to an organisation, and by which right.

        ``tasks`` are the categories that its open tasks release, where the caller knows them
        better than this view does (at a release: by now, and by the log itself).
        """
        responsible = organisation in reach.responsible
        if tasks is None:
            tasks = frozenset(
                category
                for released in reach.tasks.get(organisation, {}).values()
                for category in released
            )
        recorded = frozenset(reach.recorded)
        key = (responsible, tasks, recorded)
        found = self._known.get(key)
        if found is None:
            found = open_categories(
                self._policy,
                Standing(
                    seat=self._seat,
                    responsible=responsible,
                    tasks=frozenset(map(Category, tasks)),
                    recorded=frozenset(map(Category, recorded)),
                ),
            )
            self._known[key] = found
        return found
