"""儿童主任离岗: who visits meanwhile (issue on casework, Visits: reassignment when a child director
is away; Silence board: workers away with open work)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.away import (
    AWAY,
    AdvanceAway,
    Away,
    AwayBegun,
    AwayDeclared,
    AwayEnded,
    DeclareAway,
    EndAway,
    StandIn,
    away_id,
)
from domain.calendar import end_of_day_utc
from domain.organisations import HUB
from domain.suspicion import Suspicion
from domain.visit_obligation_events import (
    ObligationOpened,
    ObligationReassigned,
    OwedKind,
    PlanVisits,
)
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EVERY_SEAT,
    OTHER_TOWN,
    OTHER_VILLAGE,
    SCHOOL,
    TOWN,
    VILLAGE,
)
from tests.domain.test_visits import IN_SCOPE
from tests.specification import folded, given, happened

TODAY = date(2026, 3, 31)
TOMORROW = TODAY + timedelta(days=1)
LAST = TODAY + timedelta(days=10)
REASON = "（示例）住院"


def declare(since: date = TODAY, until: date = LAST, **changes: Any) -> DeclareAway:
    asked: dict[str, Any] = {"organisation": VILLAGE, "stand_in": StandIn.TOWN} | changes
    return DeclareAway(since=since, until=until, account=REASON, **asked)


def said(since: date = TODAY, **changes: Any) -> tuple[AwayDeclared, ...]:
    """What the village's own declaration leads to, from its first event on."""
    outcome = given().when(declare(since, **changes), by=VILLAGE, on=TODAY)
    assert outcome.refusal is None
    return outcome.events  # type: ignore[return-value]


@pytest.mark.parametrize(("by", "told"), [(VILLAGE, TOWN), (TOWN, VILLAGE)])
def test_village_or_town_says_it_and_the_other_one_is_told(by: str, told: str) -> None:
    given().when(declare(), by=by, on=TODAY).then(
        happened(
            AwayDeclared,
            organisation=VILLAGE,
            told_to=told,
            since=TODAY,
            until=LAST,
            stand_in=StandIn.TOWN,
            begins_at=None,
            ends_at=end_of_day_utc(LAST),
            account=REASON,
        ),
        happened(AwayBegun, organisation=VILLAGE, told_to=told, ends_at=end_of_day_utc(LAST)),
    )


def test_what_lies_ahead_begins_and_ends_by_itself() -> None:
    history = said(TOMORROW)
    assert [type(each) for each in history] == [AwayDeclared]
    advance = AdvanceAway(organisation=VILLAGE)
    given(*history).when(advance, by=HUB, on=TODAY).then_nothing()
    (begun,) = given(*history).when(advance, by=HUB, on=TOMORROW).then(happened(AwayBegun))
    given(*history, begun).when(advance, by=HUB, on=LAST).then_nothing()
    after = LAST + timedelta(days=1)
    given(*history, begun).when(advance, by=HUB, on=after).then(
        happened(AwayEnded, ended_on=after, since=TOMORROW, until=LAST)
    )
    # Nothing followed for days: it is over all the same.
    given(*history).when(advance, by=HUB, on=after).then(happened(AwayEnded))


@pytest.mark.parametrize("by", [VILLAGE, TOWN])
def test_somebody_is_back_before(by: str) -> None:
    given(*said()).when(EndAway(organisation=VILLAGE), by=by, on=TOMORROW).then(
        happened(AwayEnded, ended_on=TOMORROW)
    )


def test_said_again_it_replaces_what_was_said() -> None:
    """A longer absence; one that begins later has somebody there until then."""
    longer = declare(until=LAST + timedelta(days=5), stand_in=StandIn.DEPUTY)
    given(*said()).when(longer, by=TOWN, on=TOMORROW).then(
        happened(AwayDeclared, stand_in=StandIn.DEPUTY), happened(AwayBegun)
    )
    given(*said()).when(declare(LAST, LAST), by=TOWN, on=TOMORROW).then(
        happened(AwayEnded, ended_on=TOMORROW),
        happened(AwayDeclared, begins_at=end_of_day_utc(LAST - timedelta(days=1))),
    )


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (declare(TODAY, TODAY - timedelta(days=1)), "AWAY_UNTIL"),
        (declare(TOMORROW, TODAY), "AWAY_UNTIL"),
        (declare(TODAY, TODAY + timedelta(days=91)), "AWAY_TOO_LONG"),
        (EndAway(organisation=VILLAGE), "AWAY_NOT_SAID"),
    ],
)
def test_what_cannot_be_is_refused(command: DeclareAway | EndAway, code: str) -> None:
    given().when(command, by=VILLAGE, on=TODAY).then_refused(code)


def test_the_longest_one_is_as_long_as_the_rules_say() -> None:
    longest = declare(TODAY, TODAY + timedelta(days=90))
    given().when(longest, by=VILLAGE, on=TODAY).then(happened(AwayDeclared), happened(AwayBegun))


STRANGERS = [
    each for each in (*EVERY_SEAT, OTHER_TOWN, OTHER_VILLAGE) if each not in (VILLAGE, TOWN)
]


@pytest.mark.parametrize("away", [False, True], ids=["there", "away"])
@pytest.mark.parametrize("by", STRANGERS)
def test_to_everybody_else_there_and_away_read_alike(by: str, away: bool) -> None:
    history = said() if away else ()
    for command in (declare(), EndAway(organisation=VILLAGE)):
        given(*history).when(command, by=by, on=TODAY).then_refused("AWAY_NOT_YOURS")
    given(*history).when(AdvanceAway(organisation=VILLAGE), by=by, on=TODAY).then_refused(
        "AWAY_BY_HUB"
    )


@pytest.mark.parametrize("organisation", [SCHOOL, TOWN, CIVIL_AFFAIRS, "nobody"])
def test_only_of_a_village_is_it_said(organisation: str) -> None:
    for by in (organisation if ":" in organisation else TOWN, TOWN):
        given().when(declare(organisation=organisation), by=by, on=TODAY).then_refused(
            "AWAY_NOT_YOURS"
        )


def test_a_village_has_one_stream_of_absences() -> None:
    assert AWAY.locate(declare(), lambda each: Away()) == away_id(VILLAGE)
    assert away_id(VILLAGE) != away_id(OTHER_VILLAGE)


@pytest.mark.parametrize(
    ("history", "town_visits"),
    [
        ((), False),
        (said(), True),
        (said(stand_in=StandIn.DEPUTY), False),
        (said(TOMORROW), False),
    ],
)
def test_the_town_visits_where_it_stands_in_from_the_first_day_on(
    history: tuple[AwayDeclared, ...], town_visits: bool
) -> None:
    assert folded(AWAY, *history).handed_to_town is town_visits


# What the village owes

AWAY_NOW = frozenset({VILLAGE})
PLAN = PlanVisits(child_ref=CHILD, kind=OwedKind.CONTACT)


def test_new_visits_are_the_towns_while_the_child_director_is_away() -> None:
    given().when(PLAN, by=HUB, on=TODAY, child=IN_SCOPE, absent=AWAY_NOW).then(
        happened(ObligationOpened, owner=TOWN)
    )


def test_what_is_owed_goes_over_and_comes_back_by_its_old_day() -> None:
    (opened,) = (
        given()
        .when(PLAN, by=HUB, on=TODAY, child=IN_SCOPE)
        .then(happened(ObligationOpened, owner=VILLAGE))
    )
    (over,) = (
        given(opened)
        .when(PLAN, by=HUB, on=TOMORROW, child=IN_SCOPE, absent=AWAY_NOW)
        .then(happened(ObligationReassigned, owner=TOWN, before=VILLAGE))
    )
    given(opened, over).when(PLAN, by=HUB, on=LAST, child=IN_SCOPE, absent=AWAY_NOW).then_nothing()
    given(opened, over).when(PLAN, by=HUB, on=LAST, child=IN_SCOPE).then(
        happened(ObligationReassigned, owner=VILLAGE, before=TOWN)
    )


def test_a_conflicted_town_does_not_stand_in() -> None:
    """利害关系单位: the next one sees to it that somebody goes."""
    conflicted = replace(
        IN_SCOPE,
        suspicions={CHILD: Suspicion(guardian=False, conflicted=frozenset({VILLAGE, TOWN}))},
    )
    given().when(PLAN, by=HUB, on=TODAY, child=conflicted, absent=AWAY_NOW).then(
        happened(ObligationOpened, owner=CIVIL_AFFAIRS)
    )
