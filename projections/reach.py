"""How far organisations of one seat reach for one child, as folded from the log.

Standing scopes are derived from the child file's responsible organisations and the matrix, all
others come from events; :func:`opened` asks the one decision function. A view's rows for an
organisation and a child are a pure function of the child's history and of this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic_core import from_json

from domain.child_file import ChildErased, ResidenceConfirmed
from domain.deadline_stream import DEADLINE
from domain.enrolment import EnrolmentConfirmed, EnrolmentEnded
from domain.kernel import Category
from domain.leaving import DistrictLeft
from domain.mandatory_report import MandatoryReportFiled, ReportedChildNamed
from domain.merged_file import ResidenceWithdrawn
from domain.organisations import (
    DISTRICT,
    Seat,
    seat_of,
    town_organisation,
    village_organisation,
)
from domain.scope import CONSENTED, ScopeBasis, ScopeClosed, ScopeOpened, ScopeWidened
from domain.suspicion import (
    ConflictsFollowed,
    SuspicionCleared,
    SuspicionNoted,
    SuspicionStated,
)
from hub.authorization.decide import NOTHING_OPEN, Openings, Standing, open_categories
from hub.authorization.policy import Jurisdiction, Policy, Word
from hub.eventstore.codec import Fact
from hub.storage.sql import as_json
from projections.visible import is_draft, steers

Item = tuple[str, list[str]]
"""Why a stored scope's item is open (:class:`domain.scope.ScopeBasis`), and what it shows."""

Released = Mapping[str, frozenset[str]]
"""Categories that an organisation's stored scopes show, by basis."""

Suspected = tuple[bool, list[str]]
"""Whether a guardian is the suspect, and which organisations are conflicted."""

_BY_FILE = frozenset({ReportedChildNamed.TOPIC, ConflictsFollowed.TOPIC})
"""Facts by which a report knows who is conflicted by anything else about its child."""

SUSPICION_TOPICS = frozenset(
    {
        MandatoryReportFiled.TOPIC,
        *_BY_FILE,
        SuspicionStated.TOPIC,
        SuspicionCleared.TOPIC,
        SuspicionNoted.TOPIC,
    }
)
"""Facts that say who is told nothing."""

_CLOCKS = f"{DEADLINE.name}."

_RESIDENCE_SEATS = (Seat.TOWN, Seat.VILLAGE, Seat.POLICE_STATION)


@dataclass
class Reach:
    """One child, seen from one seat. ``items`` is organisation → item → basis and released
    categories.

    ``recorded`` is kept of what a seat with standing jurisdiction reads: no other rights follow
    from it, and a seat that meets a child in the middle of its life has not seen all of it.
    """

    responsible: set[str] = field(default_factory=set)
    recorded: set[str] = field(default_factory=set)
    authors: set[str] = field(default_factory=set)
    items: dict[str, dict[str, Item]] = field(default_factory=dict)
    suspicions: dict[str, Suspected] = field(default_factory=dict)
    """What each report says by now (of a report, under ``file``, what is said elsewhere of its
    child): whether a guardian is the suspect, and which organisations of this seat are conflicted.
    """
    erased: bool = False
    """The file was erased: what the rest says is how far anybody reached until then."""

    def apply(self, seat: Seat, fact: Fact, *, readable: frozenset[str]) -> bool:
        """Take one fact in; whether anything about the reach changed. ``readable``: the categories
        that the seat reads in its standing jurisdiction; that others were recorded it need not
        know, and its database does not tell."""
        if self.erased:
            return False
        if fact.topic == ChildErased.TOPIC:
            self.erased = True
            return True
        changed = False
        if (
            fact.category in readable
            and fact.category not in self.recorded
            # What only says who answers for a joined file is no record about the child.
            and not steers(fact)
            and not is_draft(fact)
            # Nor is a clock, which runs also on what nobody has recorded yet.
            and not fact.topic.startswith(_CLOCKS)
        ):
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

    def suspect(self, seat: Seat, fact: Fact) -> bool:
        """Take in of a fact only who is told nothing; whether anything about that changed."""
        return _suspected(self, seat, fact)

    def organisations(self, policy: Policy, seat: Seat) -> set[str]:
        """Organisations of this seat that may have rows about the child."""
        found = self.responsible | self.authors | set(self.items)
        if policy.jurisdictions.get(seat) is Jurisdiction.DISTRICT:
            found.add(f"{seat.value}:{DISTRICT}")
        return found

    @property
    def guardian_suspect(self) -> bool:
        """Whether a guardian of the child is the suspect."""
        return any(guardian for guardian, _ in self.suspicions.values())

    @property
    def conflicted(self) -> set[str]:
        """Organisations of this seat that are told nothing."""
        return {each for _, found in self.suspicions.values() for each in found}

    def dump(self) -> tuple[str, str, str, str, int, str]:
        """The columns that keep this in a view database; ``tasks`` keeps the items."""
        return (
            as_json(sorted(self.responsible)),
            as_json(sorted(self.recorded)),
            as_json(sorted(self.authors)),
            as_json(self.items),
            int(self.erased),
            as_json(self.suspicions),
        )

    @classmethod
    def parse(
        cls,
        responsible: str,
        recorded: str,
        authors: str,
        tasks: str,
        erased: int = 0,
        suspicions: str = "{}",
    ) -> Reach:
        """The reverse of :meth:`dump`."""
        return cls(
            set(from_json(responsible)),
            set(from_json(recorded)),
            set(from_json(authors)),
            {
                organisation: {item: (basis, found) for item, (basis, found) in kept.items()}
                for organisation, kept in from_json(tasks).items()
            },
            {
                source: (guardian, found)
                for source, (guardian, found) in from_json(suspicions).items()
            },
            bool(erased),
        )

    def released(self, organisation: str) -> Released:
        """What an organisation's stored scopes show, as far as the log was followed."""
        found: dict[str, frozenset[str]] = {}
        for basis, categories in self.items.get(organisation, {}).values():
            found[basis] = found.get(basis, frozenset()) | set(categories)
        return found


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


def _resides_nowhere(reach: Reach, seat: Seat, fact: Fact) -> bool:
    if seat not in _RESIDENCE_SEATS or not reach.responsible:
        return False
    reach.responsible = set()
    return True


def _scope_opened(reach: Reach, seat: Seat, fact: Fact) -> bool:
    organisation = fact.clear["organisation"]
    if seat_of(organisation) is not seat:
        return False
    items = reach.items.setdefault(organisation, {})
    items[fact.clear["item"]] = (fact.clear["basis"], list(fact.clear["categories"]))
    return True


def _scope_widened(reach: Reach, seat: Seat, fact: Fact) -> bool:
    items, item = reach.items.get(fact.clear["organisation"], {}), fact.clear["item"]
    if item not in items:
        return False
    items[item] = (items[item][0], list(fact.clear["categories"]))
    return True


def _scope_closed(reach: Reach, seat: Seat, fact: Fact) -> bool:
    items = reach.items.get(fact.clear["organisation"])
    if items is None or items.pop(fact.clear["item"], None) is None:
        return False
    if not items:
        del reach.items[fact.clear["organisation"]]
    return True


def _suspected(reach: Reach, seat: Seat, fact: Fact) -> bool:
    """A report's own word, and what the child's file was told of it. What a report says adds up
    until it is stated anew by who has it in hand."""
    clear, source = fact.clear, str(fact.clear.get("source") or fact.stream)
    field_name = "conflicted_organisations"
    if fact.topic in _BY_FILE:
        source, field_name = "file", "conflicted_by_file"
    before = reach.suspicions.get(source, (False, []))
    prefix = seat.value + ":"
    named = {o for o in clear.get(field_name, ()) if o.startswith(prefix)}
    if fact.topic in _BY_FILE:
        guardian = False
    elif fact.topic == MandatoryReportFiled.TOPIC:
        guardian, named = before[0] or clear["guardian_suspected"], named | set(before[1])
    else:
        guardian = clear["guardian_is_suspect"]
    now = (bool(guardian), sorted(named))
    if now == before:
        return False
    reach.suspicions[source] = now
    if now == (False, []):
        del reach.suspicions[source]
    return True


_STEPS = {
    **dict.fromkeys(SUSPICION_TOPICS, _suspected),
    EnrolmentConfirmed.TOPIC: _enrolled,
    EnrolmentEnded.TOPIC: _left,
    ResidenceConfirmed.TOPIC: _resides,
    ResidenceWithdrawn.TOPIC: _resides_nowhere,
    DistrictLeft.TOPIC: _resides_nowhere,
    ScopeOpened.TOPIC: _scope_opened,
    ScopeWidened.TOPIC: _scope_widened,
    ScopeClosed.TOPIC: _scope_closed,
}


def readable(policy: Policy, seat: Seat) -> frozenset[str]:
    """The categories that a seat reads in its standing jurisdiction."""
    if seat not in policy.jurisdictions:
        return frozenset()
    return frozenset(
        category.value for category in Category if Word.READ in policy.words(seat, category)
    )


_NONE: frozenset[str] = frozenset()
_AS_TASKS = frozenset({ScopeBasis.TASK, ScopeBasis.MOVE, ScopeBasis.RECORDS_REQUEST, *CONSENTED})
"""Scopes by which the matrix's word ``task`` shows something. A basis that is neither here nor
known otherwise shows nothing."""

_Key = tuple[bool, frozenset[str], frozenset[str], frozenset[str], bool, bool]


def _as_tasks(reach: Reach, released: Released) -> frozenset[str]:
    """What is shown by tasks and whatever counts as one. No consent of a guardian does, while a
    guardian is the suspect."""
    bases = _AS_TASKS
    if reach.guardian_suspect:
        bases = bases - {ScopeBasis.GUARDIAN_CONSENT}
    return _NONE.union(*(found for basis, found in released.items() if basis in bases))


def standing_of(seat: Seat, reach: Reach, organisation: str, released: Released) -> Standing:
    """Where an organisation stands towards a child, by what its stored scopes show."""
    return Standing(
        seat=seat,
        responsible=organisation in reach.responsible,
        conflicted=organisation in reach.conflicted,
        guardian_suspect=reach.guardian_suspect,
        tasks=frozenset(map(Category, _as_tasks(reach, released))),
        recorded=frozenset(map(Category, reach.recorded)),
        emergencies=frozenset(map(Category, released.get(ScopeBasis.BREAK_GLASS, _NONE))),
    )


class Opened:
    """The decision function, remembered per standing: histories repeat few of them."""

    def __init__(self, policy: Policy, seat: Seat) -> None:
        self._policy = policy
        self._seat = seat
        self._known: dict[_Key, Openings] = {}

    def __call__(
        self, reach: Reach, organisation: str, released: Released | None = None
    ) -> Openings:
        """The categories of the child open to an organisation, and by which right.

        Nothing of one that was erased. ``released`` is what its stored scopes show, where the
        caller knows it better than this view does (at a release: by now, and by the log itself).
        """
        if reach.erased:
            return NOTHING_OPEN
        return self.before_erasure(reach, organisation, released)

    def before_erasure(
        self, reach: Reach, organisation: str, released: Released | None = None
    ) -> Openings:
        """As a call, and for an erased child as it was until then."""
        if released is None:
            released = reach.released(organisation)
        responsible, recorded = organisation in reach.responsible, frozenset(reach.recorded)
        emergencies = released.get(ScopeBasis.BREAK_GLASS, _NONE)
        suspicious = bool(reach.suspicions)
        key = (
            responsible,
            _as_tasks(reach, released),
            emergencies,
            recorded,
            suspicious and organisation in reach.conflicted,
            suspicious and reach.guardian_suspect,
        )
        known = self._known.get(key)
        if known is None:
            standing = standing_of(self._seat, reach, organisation, released)
            known = open_categories(self._policy, standing)
            self._known[key] = known
        return known
