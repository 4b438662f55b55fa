"""What the organisations of one seat are shown of facts.

A log repeats few kinds of facts, and each is looked at for every organisation that reaches its
child. So what the rules say (:mod:`projections.visible`) is remembered by all that they ask about
a fact, and by nothing else.
"""

from __future__ import annotations

from domain.organisations import Seat
from hub.authorization.decide import NOTHING_OPEN, By, Openings
from hub.authorization.policy import Policy
from hub.eventstore.codec import Fact
from projections.folds import Shown
from projections.visible import (
    concerned,
    is_draft,
    is_kept_from,
    is_of_a_lead,
    is_told,
    parties,
    shown_facts,
    shown_fields,
    visible,
)

_Kind = tuple[object, ...]
"""All that decides what of a fact is shown, whatever it says."""
_Plan = tuple[By, frozenset[str]]
"""By which right a fact is shown, and which of its sealed fields."""


class Showing:
    """What of facts the views of one seat hold."""

    def __init__(self, policy: Policy, seat: Seat) -> None:
        self._policy = policy
        self._seat = seat
        self._known: dict[int, tuple[Openings, dict[_Kind, _Plan | None]]] = {}
        """By the openings themselves, which are kept so that no others can lie in their place:
        whoever asks has few of them, and asks with the same ones again."""

    def of(self, organisation: str, opened: Openings, fact: Fact) -> Shown | None:
        """The fact as the organisation's view holds it, or None: not at all."""
        known = self._known.get(id(opened))
        if known is None:
            known = self._known[id(opened)] = (opened, {})
        kind = _kind(organisation, fact)
        try:
            plan = known[1][kind]
        except KeyError:
            plan = known[1][kind] = self._plan(organisation, opened, fact)
        if plan is None:
            return None
        by, names = plan
        return _held(organisation, by, names, fact)

    def erased(self, organisation: str, fact: Fact) -> Shown:
        """That a child was erased, as whoever had anything of it is told."""
        names = frozenset(shown_fields(self._policy, By.STATUS, organisation, NOTHING_OPEN, fact))
        return _held(organisation, By.STATUS, names, fact)

    def _plan(self, organisation: str, opened: Openings, fact: Fact) -> _Plan | None:
        by = visible(self._policy, self._seat, organisation, opened, fact)
        if by is None:
            return None
        return by, frozenset(shown_fields(self._policy, by, organisation, opened, fact))


def _kind(organisation: str, fact: Fact) -> _Kind:
    """What the rules ask about a fact: its topic and matter, which seat stated it, what it is to
    the organisation, and of which kinds its sealed fields are."""
    clear, header = fact.clear, fact.header
    producer: str = header[1]
    return (
        fact.topic,
        clear.get("matter"),
        producer.partition(":")[0],
        producer == organisation,
        is_told(organisation, fact),
        clear.get("told_to") == organisation,
        organisation in parties(clear),
        bool(clear.get("lawful")),
        is_draft(fact),
        is_kept_from(organisation, fact),
        is_of_a_lead(fact),
        *[(name, entry[0], entry[1]) for name, entry in fact.sealed.items()],
    )


def _held(organisation: str, by: By, names: frozenset[str], fact: Fact) -> Shown:
    header, sealed = fact.header, fact.sealed
    return Shown(
        organisation=organisation,
        child_ref=concerned(fact) or "",
        position=fact.position,
        stream=str(fact.stream),
        version=fact.version,
        event_id=header[0],
        topic=fact.topic,
        stored_topic=fact.stored_topic,
        category=fact.category,
        by=by.value,
        subject=header[11],
        producer=header[1],
        author=header[3],
        legal_basis=header[4],
        occurred_at=header[5],
        recorded_at=header[6],
        rule_version=header[9],
        clear=shown_facts(by, organisation, fact),
        sealed={name: entry for name, entry in sealed.items() if name in names},
    )
