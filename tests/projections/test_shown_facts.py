"""Which clear facts a view holds for whom: who of a desk did something."""

from __future__ import annotations

from functools import cache

import pytest

from hub.authorization.decide import By
from hub.eventstore.codec import Fact
from projections.visible import shown_facts
from tests.domain.histories import one_of_each_recorded
from tests.domain.invented import TOWN, VILLAGE
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
