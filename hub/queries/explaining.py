"""What led to what in a case: each event, what caused it, and by which rule.

The log keeps the cause of every event. By which reaction it followed is found by asking the
reactions to that cause again: they are pure. Only what the reader may see is told, and a cause
that it may not see is not mentioned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from domain.deadline import DeadlineRecomputed, DeadlineResumed, DeadlineSet
from domain.deadline_extension import DeadlineExtended
from domain.deadline_stream import DEADLINE
from domain.kernel import Command, Recorded
from domain.organisations import HUB, seat_of
from domain.reactions.kernel import Places
from domain.referral import REFERRAL
from domain.referral_facts import ReferralOfferDeclined, ReferralReassigned, ReferralWithdrawn
from domain.registry import AT_ONCE, BY_FOLLOWING, EVENTS, STREAM_OF_COMMAND
from hub.answers import Explained
from hub.application import FOLLOWERS
from hub.authorization.decide import By
from hub.eventstore.codec import HEADER, Fact, recorded_of
from hub.keyservice import Reader
from hub.queries.asked import STRANGER
from hub.queries.cases import child_of
from hub.queries.door import Door, as_pseudonym, still_shown
from projections.tables import FACTS

_Row = Mapping[str, Any]

ACTION = "explain"
_CAUSATION, _RULE_VERSION = HEADER.index("causation"), HEADER.index("rule_version")
_TAKEN_BACK = frozenset(
    {ReferralWithdrawn.TOPIC, ReferralReassigned.TOPIC, ReferralOfferDeclined.TOPIC}
)
"""What the hub takes out of a hand names no cause, whatever it was: were it named but for a
conflict, its absence would tell of one."""
BY_CLOCK = "clock"
"""In the place of a reaction: the instant had come."""


class Explanations(Door):
    """Why a case took its course."""

    def explain(self, reader: Reader, case: str) -> tuple[Explained, ...]:
        """The events of a case, report or referral, oldest first; empty for one that is not the
        reader's to see. Raises NotAdmitted and UNAVAILABLE."""
        asked = self._admit(reader, ACTION)
        case = as_pseudonym(case)
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            child = child_of(connection, reader.organisation, case, referrals=True)
            query = select(FACTS).where(
                FACTS.c.organisation == reader.organisation,
                FACTS.c.child_ref == (child or ""),
                *self._for_this_person(reader),
            )
            rows = [dict(row) for row in connection.execute(query).mappings()]
            opened = self._opened(connection, reader, [child] if child else [])
        towards = opened.get(child or "", STRANGER)
        shown = {
            row["position"]: row
            for row in rows
            if not towards.opened.conflicted and still_shown(asked, row, towards)
        }
        found = self._of(case, child, shown)
        categories = {child or "": {fact.category for fact in found}}
        self._keyservice.note(reader, categories, ACTION if found else f"{ACTION}.nothing")
        return tuple(self._explained(found, shown))

    def _of(self, case: str, child: str | None, shown: Mapping[int, _Row]) -> list[Fact]:
        """What the case consists of, among what is shown: its streams, what led to them, and what
        came of that."""
        if child is None or not shown:
            return []
        subjects = sorted({UUID(child), UUID(case)}, key=str)
        history = self._store.history(subjects, max(shown))
        facts = [fact for fact in history if fact.position in shown]
        if not any(str(fact.stream) == case for fact in facts):
            return []
        found: set[str] = set()
        begun: set[UUID] = set()
        # In the log's order: a cause comes before what it led to, a stream's first event before
        # the others, which a person or the clock may have caused.
        for fact in facts:
            ours = str(fact.stream) == case or fact.clear.get("case_id") == case
            if ours or fact.header[_CAUSATION] in found or fact.stream in begun:
                found.add(fact.event_id)
                if fact.version == 1:
                    begun.add(fact.stream)
        # What it began with may have been said in another matter.
        found |= {fact.header[_CAUSATION] for fact in facts if fact.event_id in found}
        return [fact for fact in facts if fact.event_id in found]

    def _explained(self, facts: Sequence[Fact], shown: Mapping[int, _Row]) -> Iterable[Explained]:
        known = {fact.event_id: fact for fact in facts}
        causes: dict[str, Recorded] = {}
        for fact in facts:
            taken_back = fact.producer == HUB and fact.topic in _TAKEN_BACK
            cause = None if taken_back else known.get(fact.header[_CAUSATION] or "")
            reactions: tuple[str, ...] = ()
            if cause is not None:
                if cause.event_id not in causes:
                    causes[cause.event_id] = recorded_of(cause)
                reactions = _led_to(causes[cause.event_id], fact, self._places)
            elif fact.producer == HUB and fact.header[_CAUSATION] is None and not taken_back:
                reactions = (BY_CLOCK,)
            # A flag says that something is so; who stated it would say what.
            flag = shown[fact.position]["by"] == By.FLAG.value
            producer = "" if flag else fact.producer
            yield Explained(
                position=fact.position,
                recorded_at=fact.recorded_at,
                topic=fact.topic,
                title=EVENTS[fact.topic].TITLE,
                stream=str(fact.stream),
                producer=producer,
                producer_name=self._directory.name(producer),
                rule_version=fact.header[_RULE_VERSION],
                cause=cause.position if cause else None,
                reactions=reactions,
                **({} if flag else _about(fact.topic, shown[fact.position]["clear"])),
            )


def _about(topic: str, clear: Mapping[str, Any]) -> dict[str, str | None]:
    """What a step is about, of what its reader is shown of it."""
    stream, kind = topic.split(".", 1)[0], clear.get("kind")
    if stream == REFERRAL.name:
        return {"task": kind}
    if stream != DEADLINE.name:
        return {}
    return {
        "clock": kind,
        "due_at": clear.get("due_at") if topic in _SAYS_WHEN else None,
        "told": clear.get("escalated_to"),
        "post": clear.get("post"),
    }


_SAYS_WHEN = frozenset(
    {
        DeadlineSet.TOPIC,
        DeadlineResumed.TOPIC,
        DeadlineExtended.TOPIC,
        DeadlineRecomputed.TOPIC,
    }
)
"""Facts by which a clock comes to be due."""


def _led_to(cause: Recorded, effect: Fact, places: Places) -> tuple[str, ...]:
    """The reactions to a cause that ask for what happened in an event's stream: those that name
    the very stream, else all that ask for one of its kind."""
    exactly: list[str] = []
    roughly: list[str] = []
    topic = cause.event.TOPIC
    for reaction in (*AT_ONCE.get(topic, ()), *BY_FOLLOWING.get(topic, ())):
        asked = [
            command
            for command in reaction.then(cause.event, cause, places)
            if STREAM_OF_COMMAND[type(command)].name == effect.topic.split(".", 1)[0]
        ]
        if any(_names(command, effect.stream) for command in asked):
            exactly.append(reaction.name)
        elif asked:
            roughly.append(reaction.name)
    # They read the log as it was then: told by what they lead to, not by asking them again.
    *precise, general = (
        (each.NAME,) if topic in each.SAID_BY and each.led_to(effect) else () for each in FOLLOWERS
    )
    return tuple(exactly) or next(filter(None, precise), ()) or tuple(roughly) or general


def _names(command: Command, stream: UUID) -> bool:
    values: dict[str, Any] = vars(command)
    return stream in values.values()
