"""Where an organisation stands towards children by now: computed from the log, never from what
somebody claims, and from no view, which may lag behind a scope that closed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from domain.mandatory_report import MandatoryReportFiled
from domain.organisations import Seat, seat_of
from domain.scope import SCOPE, Scope, scope_id
from hub.authorization.decide import NOTHING_OPEN, By, Openings
from hub.authorization.policy import Policy
from hub.clock import Clock
from hub.eventstore.absence import FENCE, sealed_away
from hub.eventstore.codec import Fact
from hub.eventstore.store import EventStore
from projections.reach import Opened, Reach, Released, readable
from projections.visible import concerned, visible

REMEMBERED = 20_000
"""Children, each as seen from one seat, whose history is not read from its beginning again."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a child (or of a report, which stands for itself) is open to an organisation.

    ``filed_by`` is who of the organisation filed the report, where it reads it as its own only:
    that person's alone, and the designated reporter's. ``scope`` holds the organisation's tasks
    and accesses.
    """

    opened: Openings
    filed_by: str = ""
    scope: Scope = field(default_factory=Scope)
    run_out: bool = False
    """A scope that showed something has run out, and no event has closed it yet."""
    sealed: frozenset[str] = frozenset()
    """The ids of the child's events that are sealed away (封存): they are as if they never were."""


NOBODYS = Standing(NOTHING_OPEN)
"""Towards what concerns no child."""


@dataclass(slots=True)
class _Known:
    """A child's history as folded up to a position, from one seat."""

    position: int = 0
    reach: Reach = field(default_factory=Reach)
    filed: dict[str, Fact] = field(default_factory=dict)
    """The first mandatory report of each organisation of the seat."""
    sealed: frozenset[str] = frozenset()
    """The events that are sealed away."""


class Standings:
    """Standings by child; safe for threads."""

    def __init__(self, policy: Policy, store: EventStore, clock: Clock) -> None:
        self._policy = policy
        self._store = store
        self._clock = clock
        self._opened = {seat: Opened(policy, seat) for seat in Seat}
        self._readable = {seat: readable(policy, seat) for seat in Seat}
        self._known: OrderedDict[tuple[Seat, str], _Known] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, organisation: str, children: Iterable[str]) -> dict[str, Standing]:
        """The standing of an organisation towards each of some children, by now."""
        seat = seat_of(organisation)
        wanted = sorted(set(children))
        if not wanted:
            return {}
        with self._lock:
            known = self._followed(seat, wanted)
            return {
                child: self._standing(organisation, seat, child, known[child]) for child in wanted
            }

    def _followed(self, seat: Seat, children: list[str]) -> dict[str, _Known]:
        """What is known of each child, up to the end of the log."""
        upto = self._store.position
        found = {child: self._known.pop((seat, child), _Known()) for child in children}
        # Those that are followed already do not have their beginning read because of a new one.
        for old in (False, True):
            part = [child for child in children if bool(found[child].position) is old]
            after = min((found[child].position for child in part), default=upto)
            if after < upto:
                facts = self._store.whole_history([UUID(child) for child in part], upto, after)
                for fact in facts:
                    child = concerned(fact)
                    if child in found and fact.position > found[child].position:
                        self._take(seat, found[child], fact)
                for child in {str(concerned(fact)) for fact in facts if fact.topic == FENCE}:
                    found[child] = self._anew(seat, child, upto)
        for child, known in found.items():
            known.position = upto
            self._known[seat, child] = known
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return found

    def _anew(self, seat: Seat, child: str, upto: int) -> _Known:
        """A child of whom something was sealed, from its beginning."""
        facts = self._store.whole_history([UUID(child)], upto)
        known = _Known(sealed=sealed_away(facts))
        for fact in facts:
            if fact.event_id not in known.sealed and concerned(fact) == child:
                self._take(seat, known, fact)
        return known

    def _take(self, seat: Seat, known: _Known, fact: Fact) -> None:
        known.reach.apply(seat, fact, readable=self._readable[seat])
        if fact.topic == MandatoryReportFiled.TOPIC and seat_of(fact.producer) is seat:
            known.filed.setdefault(fact.producer, fact)

    def _standing(self, organisation: str, seat: Seat, child: str, known: _Known) -> Standing:
        released: Released = {}
        scope, run_out = Scope(), False
        if organisation in known.reach.items:
            # By now: an item that ran out may have no event yet that says so.
            scope = self._store.load(SCOPE, scope_id(organisation, UUID(child))).state
            showing = scope.released(self._clock.now())
            released = {basis.value: found for basis, found in showing.items()}
            opened_once = known.reach.released(organisation)
            run_out = any(not had <= released.get(b, set()) for b, had in opened_once.items())
        opened = self._opened[seat](known.reach, organisation, released)
        filed = known.filed.get(organisation)
        own = filed is not None and visible(self._policy, seat, organisation, opened, filed) in (
            By.OWN,
            By.WRITER,
        )
        filed_by = filed.header[3] if own and filed is not None else ""
        return Standing(opened, filed_by, scope, run_out, known.sealed)
