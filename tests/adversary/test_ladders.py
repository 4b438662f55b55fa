"""Who a ladder reaches is told of a clock, and of nothing else: nobody conflicted, and no child to
the office that sees none.

Source: privacy design, Who may; issue on casework, Deadlines.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.escalation import EscalationRules, Told
from domain.organisations import Organisation, Seat, district_organisation, seat_of
from domain.rules import SuspectRules
from domain.suspicion import NoteSuspicion
from hub.application import SYSTEM
from hub.bootstrap import Program
from projections.tables import FACTS
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    START,
    STATION,
    TOWN,
    absent,
    at,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    send,
)

pytestmark = pytest.mark.adversary

OFFICE = district_organisation(Seat.WOMEN_CHILDREN_OFFICE)
SOURCE = UUID("f0000000-0000-4000-8000-0000000000ab")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as program:
        program.directory.add_organisations([Organisation(OFFICE, "示例妇儿工委办")])
        yield program


def nobody_acts(hub: Program, *conflicted: str) -> str:
    """A pupil is missed; nobody does anything for three weeks. Gives the child."""
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    hub.settle()
    child = hub.queries.inbox(reader(STATION)).items[0].child_ref
    if conflicted:
        noted = NoteSuspicion(
            child_ref=UUID(child), source=SOURCE, conflicted_organisations=conflicted
        )
        hub.hub.command(noted, SYSTEM)
    for day in range(1, 22):
        at(hub, START + timedelta(days=day, hours=1))
        hub.settle()
    return child


def told(hub: Program) -> set[str]:
    """Whom a notice would go to, by what the log says."""
    facts = [f.clear for f in hub.store.feed(0, 5000) if f.topic == "deadline.escalated.v1"]
    assert facts, "nobody was told anything"
    return {each["escalated_to"] for each in facts if each["escalated_to"] is not None}


def test_no_conflicted_superior_is_told_of_what_its_station_missed(hub: Program) -> None:
    """回避: the next one above is told in its place. (With one defence taken away: below.)"""
    nobody_acts(hub, POLICE)
    assert POLICE not in told(hub)
    assert PROCURATORATE in told(hub)
    assert hub.queries.overdue(reader(POLICE)).items == ()


def test_a_ladder_that_knew_no_conflicts_would_tell_it(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(SuspectRules, "nearest", lambda self, organisation, conflicted: organisation)
        nobody_acts(hub, POLICE)
    assert POLICE in told(hub)


def seen_by_the_office(hub: Program, child: str) -> str:
    """Everything that the office's doors say of late clocks and orders."""
    office = reader(OFFICE)
    boards: list[Any] = [
        *hub.queries.overdue(office).items,
        *hub.queries.register(office, everybodys=True).items,
        *hub.queries.children(office).items,
        *hub.queries.timeline(office, child).items,
    ]
    return repr(boards)


def test_the_office_of_the_supervisory_order_is_shown_no_child(hub: Program) -> None:
    """督办单: whose clock, and which matter by its number."""
    child = nobody_acts(hub)
    seen = seen_by_the_office(hub, child)
    assert CIVIL_AFFAIRS in seen, "it is told whose clock nobody met"
    assert child not in seen


def test_told_as_everybody_else_it_would_be_shown_the_child(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    whom = EscalationRules.whom
    with monkeypatch.context() as broken:
        broken.setattr(
            EscalationRules,
            "whom",
            lambda self, step, owner: Told(whom(self, step, owner).organisation),
        )
        child = nobody_acts(hub)
    assert child in seen_by_the_office(hub, child)


@pytest.mark.parametrize("lawful", [True, False])
def test_a_sick_pupils_clock_tells_nobody_who_coordinates_of_the_absence(
    hub: Program, *, lawful: bool
) -> None:
    """Given a pupil whose town and civil affairs have a status, when the school states a sick leave
    (病假), then neither is shown a clock on it; of an unexplained absence they are."""
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    send(hub, TOWN, "town.residence", resident(pupil(1)))
    stated = {"reason_code": "病假", "until": "2025-03-10"} if lawful else {}
    send(hub, SCHOOL, "education.absence", absent(pupil(1), days=1, **stated))
    hub.settle()
    for by in (TOWN, CIVIL_AFFAIRS):
        assert bool(_clocks_of_absences(hub, by)) is not lawful, by
    assert _clocks_of_absences(hub, SCHOOL), "the school sees what it owes"


def _clocks_of_absences(hub: Program, organisation: str) -> list[dict[str, Any]]:
    """What the organisation's view holds of them."""
    of = select(FACTS.c.clear).where(
        FACTS.c.organisation == organisation, FACTS.c.topic.like("deadline.%")
    )
    with hub.queries._view(seat_of(organisation)).engine.begin() as connection:
        found = [dict(clear) for clear in connection.execute(of).scalars()]
    return [each for each in found if each["kind"] == "verify_absence"]
