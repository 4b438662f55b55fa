"""On expiry of an entry check the stand-in takes over that day (plan 二6, P45): with the visits,
and with what the village has in hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.away import DeclareAway, StandIn
from domain.worker import WorkerRegistered
from hub.bootstrap import Program
from hub.queries import NotCleared
from tests.application.test_workforce import DIRECTOR
from tests.program import (
    EDUCATION,
    POLICE,
    START,
    STATION,
    TOWN,
    VILLAGE,
    actor,
    at,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    send,
)

CHILD = pupil(1)
VISIT = "visit_warned"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    """A village with one child director, whose check stands for a year."""
    with running(tmp_path / "data") as program:
        send(program, EDUCATION, "education.roll", enrolled(CHILD))
        send(program, TOWN, "town.residence", resident(CHILD))
        send(program, TOWN, "workforce.worker", DIRECTOR)
        (fact,) = (
            each for each in program.store.feed(0, 1000) if each.topic == WorkerRegistered.TOPIC
        )
        checked = {
            "worker": str(fact.stream),
            "result": "可以录用",
            "queried_on": "2025-03-03",
            "document_number": "示入查1号",
        }
        send(program, POLICE, "police.entry_check", checked)
        settle(program)
        yield program


def settle(hub: Program) -> None:
    assert hub.settle()
    assert hub.reactor.refused() == []


def warn(hub: Program, number: int) -> None:
    row = {
        **{name: CHILD[name] for name in ("name", "id_number")},
        "document_number": f"示公告诫〔2025〕{number:04d}号",
        "served_on": "2025-03-01",
        "guardian_relation": "父亲",
        "requirements": "（示例）不得再动手",
    }
    send(hub, STATION, "police.written_warning", row)
    settle(hub)


def in_hand(hub: Program, organisation: str) -> list[str]:
    return [
        each.kind for each in hub.queries.inbox(reader(organisation)).items if each.kind == VISIT
    ]


def test_p45_what_the_village_has_in_hand_is_the_towns_from_the_day_the_check_runs_out(
    hub: Program,
) -> None:
    warn(hub, 1)
    assert (in_hand(hub, VILLAGE), in_hand(hub, TOWN)) == ([VISIT], [])
    at(hub, START + timedelta(days=366))
    settle(hub)
    with pytest.raises(NotCleared):
        hub.queries.inbox(reader(VILLAGE))
    assert in_hand(hub, TOWN) == [VISIT]


def test_p45_what_comes_in_while_nobody_is_cleared_goes_to_the_town_at_once(hub: Program) -> None:
    at(hub, START + timedelta(days=366))
    settle(hub)
    assert in_hand(hub, TOWN) == []
    warn(hub, 2)
    assert in_hand(hub, TOWN) == [VISIT]


def test_who_is_away_for_some_days_has_his_tasks_still(hub: Program) -> None:
    """离岗: the visits are the town's, and a referral waits until somebody is there again."""
    warn(hub, 1)
    today = START.date()
    away = DeclareAway(
        organisation=VILLAGE,
        since=today,
        until=today + timedelta(days=5),
        stand_in=StandIn.TOWN,
        account=None,
    )
    hub.hub.command(away, actor(VILLAGE))
    settle(hub)
    assert (in_hand(hub, VILLAGE), in_hand(hub, TOWN)) == ([VISIT], [])
