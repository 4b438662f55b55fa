"""Aid that runs is looked at when its child is gone (迁出、死亡), and goes with a child that moves.

Nothing ends by itself. When a child leaves the district, or one aid ends because of what ends the
others as well, whoever decided each that runs is asked whether it goes on. When another town of the
district takes a child in, the clocks by which its aid is looked at again are that town's, with the
days that they have. Done afterwards, by following the log: which aid a child has, none of those who
state it need know.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from domain.aid_events import AidEnded
from domain.aid_state import RUNNING, AidState, state_after
from domain.child_file import ResidenceConfirmed
from domain.deadline import HandOnDeadline
from domain.kernel import Category, Command
from domain.leaving import DistrictLeft
from domain.organisations import HUB, Seat, seat_of, town_organisation
from domain.reactions.aid import AGE, LOOK_AGAIN, REVIEW, aid_task
from domain.referral import RequestReferral
from domain.rules import Rules
from hub.eventstore.codec import Fact
from hub.eventstore.store import EventStore

NAME = "look_at_the_aid_of_a_child_that_is_gone_or_moved"

SAID_BY = frozenset({DistrictLeft.TOPIC, ResidenceConfirmed.TOPIC, AidEnded.TOPIC})
"""Facts after which what runs is to be looked at, or by somebody else."""


def commands(store: EventStore, rules: Rules, fact: Fact) -> Iterator[tuple[str, Command]]:
    """What is asked for after such a fact, each with the application that it is about."""
    if fact.topic == AidEnded.TOPIC and not fact.clear.get("child_gone"):
        return
    child = UUID(str(fact.clear["child_ref"]))
    for application, last in sorted(_running(store, child).items()):
        if fact.topic == ResidenceConfirmed.TOPIC:
            yield from _handed_on(application, last, child, str(fact.clear["town"]))
            continue
        kind = LOOK_AGAIN[Category(last.clear["matter"])]
        yield (
            f"{kind}|{application}",
            RequestReferral(
                referral_id=aid_task(kind, application),
                child_ref=child,
                case_id=application,
                kind=kind,
                sender=HUB,
                addressee=str(last.clear["decider"]),
                town=last.clear["town"],
            ),
        )


def led_to(effect: Fact) -> bool:
    """Whether a fact is of a kind that such a command leads to."""
    return effect.clear.get("kind") in (*LOOK_AGAIN.values(), AGE, REVIEW)


def _running(store: EventStore, child: UUID) -> dict[UUID, Fact]:
    """The last fact of each aid that the child is given now."""
    states: dict[UUID, AidState] = {}
    last: dict[UUID, Fact] = {}
    for each in store.history([child], store.position):
        if each.topic.startswith("aid."):
            states[each.stream] = state_after(states.get(each.stream, ""), each.topic, each.clear)
            last[each.stream] = each
    return {stream: each for stream, each in last.items() if states[stream] in RUNNING}


def _handed_on(
    application: UUID, last: Fact, child: UUID, town: str
) -> Iterator[tuple[str, Command]]:
    verifier, now = str(last.clear["verifier"]), town_organisation(town)
    if seat_of(verifier) is not Seat.TOWN or verifier == now:
        return
    for kind in (REVIEW, AGE):
        yield (
            f"{kind}|{application}",
            HandOnDeadline(
                subject_id=application, kind=kind, child_ref=child, to=now, former=verifier
            ),
        )
