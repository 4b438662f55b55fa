"""What is remembered of how facts are shown is what the rules say of each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from random import Random

import pytest

from domain.kernel import Category
from domain.organisations import Seat
from domain.rules import CLOSE_CASE, LEAD_OFFER
from hub.authorization.decide import Openings, Standing, open_categories
from hub.eventstore.codec import Fact
from projections.showing import Showing
from projections.visible import shown_facts, shown_fields, visible
from tests.domain.invented import STATION, TOWN
from tests.projections.logs import POLICY
from tests.projections.made_up import COURT, PARTIES, made_up_log


def _openings(seat: Seat) -> list[Openings]:
    """By what an organisation may stand to a child: every flag, and a few categories each."""
    random = Random(seat.value)
    return [
        open_categories(
            POLICY,
            Standing(
                seat=seat,
                responsible=responsible,
                conflicted=conflicted,
                guardian_suspect=suspect,
                tasks=frozenset(random.sample(list(Category), 4)),
                recorded=frozenset(random.sample(list(Category), 4)),
                emergencies=frozenset(random.sample(list(Category), 2)),
            ),
        )
        for responsible, conflicted, suspect in product((False, True), repeat=3)
    ]


def _facts(random: Random, organisations: Sequence[str]) -> list[Fact]:
    """Any facts, some of them written by or for one of these, some of a lawful absence, some of a
    draft, some of the clock of a lead, some kept from one of these."""
    anybody = [*PARTIES, *organisations, *organisations]
    return [
        replace(
            fact,
            header=[
                fact.header[0],
                random.choice([fact.producer, *organisations]),
                *fact.header[2:],
            ],
            clear={
                **fact.clear,
                **random.choice([{}, {}, {"told_to": random.choice(anybody)}]),
                **random.choice([{}, {}, {"lawful": True}, {"lawful": False}]),
                **random.choice([{}, {}, {"draft": True}, {"draft": False}]),
                **random.choice([{}, {}, {"kind": LEAD_OFFER}, {"kind": CLOSE_CASE}]),
                **random.choice([{}, {}, {"kept_from": [random.choice(anybody)]}]),
                **random.choice([{}, {}, {"organisation": random.choice(anybody)}]),
            },
        )
        for fact in made_up_log(7, 400).facts
    ]


@pytest.mark.parametrize("seat", Seat)
def test_remembered_is_what_the_rules_say(seat: Seat) -> None:
    random = Random(seat.value)
    showing, opened = Showing(POLICY, seat), _openings(seat)
    organisations = [each for each in PARTIES if each.startswith(seat.value + ":")]
    organisations.append(f"{seat.value}:2")
    compared = 0
    for fact in _facts(random, organisations):
        for organisation in organisations:
            for each in opened:
                shown = showing.of(organisation, each, fact)
                by = visible(POLICY, seat, organisation, each, fact)
                if shown is None or by is None:
                    assert (shown is None) == (by is None), (fact.topic, by)
                    continue
                compared += 1
                assert shown.by == by.value
                assert shown.clear == shown_facts(by, organisation, fact)
                assert shown.sealed == shown_fields(POLICY, by, organisation, each, fact)
    assert compared > 100, "nothing was shown, so nothing was compared"


def test_openings_that_follow_one_another_are_not_mixed_up() -> None:
    """A task that ends leaves the same organisation with other openings, which may lie where the
    old ones lay."""
    fact = next(
        fact
        for fact in made_up_log(7, 400).facts
        if any(not entry[1] for entry in fact.sealed.values())
        and fact.producer not in (STATION, TOWN, COURT)
        and fact.category == Category.VISITS
    )
    showing = Showing(POLICY, Seat.TOWN)
    random = Random(1)
    found = [_shown_to_town(showing, fact, seated=random.random() < 0.5) for _ in range(100)]
    assert [by for by, _ in found] == [by for _, by in found]
    assert len(set(found)) == 2


def _shown_to_town(showing: Showing, fact: Fact, *, seated: bool) -> tuple[str, str]:
    """By which right, as remembered and by the rules, under openings that are gone after it."""
    standing = Standing(
        seat=Seat.TOWN,
        responsible=seated,
        conflicted=False,
        guardian_suspect=False,
        tasks=frozenset(),
        recorded=frozenset(Category) if seated else frozenset(),
        emergencies=frozenset(),
    )
    opened = open_categories(POLICY, standing)
    shown, by = showing.of(TOWN, opened, fact), visible(POLICY, Seat.TOWN, TOWN, opened, fact)
    return shown.by if shown else "", by.value if by else ""
