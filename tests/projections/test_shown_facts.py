"""Which clear facts a view holds for whom: who of a desk did something, and whom a ladder told."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from domain.deadline import DeadlineEscalated
from domain.organisations import Post
from hub.authorization.decide import By
from hub.eventstore.codec import Fact
from projections.visible import shown_facts
from tests.domain.histories import one_of_each_recorded
from tests.domain.invented import CIVIL_AFFAIRS, OTHER_TOWN, TOWN, VILLAGE
from tests.projections.logs import MemoryLog

SEEN = [by for by in By if by not in (By.FLAG, By.STATUS)]
"""The rights by which more than a status is held."""


@cache
def _facts() -> tuple[Fact, ...]:
    return tuple(MemoryLog(list(one_of_each_recorded())).facts)


@pytest.mark.parametrize(
    "name", ["handler", "answered_by", "rechecked_by", "requested_by", "approved_by"]
)
@pytest.mark.parametrize("by", SEEN)
def test_who_of_a_desk_did_it_is_shown_to_its_own_organisation_alone(name: str, by: By) -> None:
    """Given an act with the pseudonym of who did it, when another organisation may read it, then
    its view holds the act without the person."""
    found = [fact for fact in _facts() if fact.clear.get(name) is not None]
    assert found, "nothing of the kind was recorded, so nothing was tried"
    for fact in found:
        assert name in shown_facts(by, fact.producer, fact), fact.topic
        other = TOWN if fact.producer != TOWN else VILLAGE
        assert name not in shown_facts(by, other, fact), fact.topic


_LADDER = {"also_told", "escalated_to", "outside", "post", "step", "to_office"}


def _step(owner_conflicted: bool) -> Fact:
    """The first step of a ladder: the owner's deputy is told, or who is told in its place."""
    pattern = next(fact for fact in _facts() if fact.topic == DeadlineEscalated.TOPIC)
    told = CIVIL_AFFAIRS if owner_conflicted else TOWN
    changes = {
        "owner": TOWN,
        "step": 1,
        "post": Post.DEPUTY.value,
        "escalated_to": told,
        "also_told": [CIVIL_AFFAIRS] if owner_conflicted else None,
    }
    return replace(pattern, clear={**pattern.clear, **changes})


@pytest.mark.parametrize("by", SEEN)
def test_a_step_of_a_ladder_shows_nobody_else_whether_the_owner_is_conflicted(by: By) -> None:
    """Given a town that owes something, when its deputy's step goes to civil affairs because it is
    conflicted (利害关系单位), then whoever reads of the matter holds what it would otherwise."""
    plain, conflicted = _step(False), _step(True)
    assert plain.clear != conflicted.clear
    for other in (VILLAGE, OTHER_TOWN):
        shown = shown_facts(by, other, conflicted)
        assert shown == shown_facts(by, other, plain)
        assert not _LADDER & shown.keys()
        assert shown["due_at"], "that it is late is shown"
    assert not _LADDER & shown_facts(by, TOWN, conflicted).keys(), "nor to the owner itself"


@pytest.mark.parametrize("owner_conflicted", [True, False])
def test_whoever_is_told_by_a_step_is_shown_at_which_post(owner_conflicted: bool) -> None:
    fact = _step(owner_conflicted)
    told = fact.clear["escalated_to"]
    assert shown_facts(By.READ, told, fact)["post"] == Post.DEPUTY.value
    assert "also_told" not in shown_facts(By.READ, told, fact), "nor whom it reached before"
