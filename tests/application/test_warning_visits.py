"""告诫书之后的查访, on a whole program. 反家暴法 17: 居委会、村委会、公安派出所 … 进行查访."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.referral import AcceptReferral, CompleteReferral, RequestReferral
from domain.suspicion import NoteSuspicion
from hub.application import SYSTEM
from hub.bootstrap import Program
from tests.program import (
    EDUCATION,
    OTHER_STATION,
    OTHER_VILLAGE,
    PROCURATORATE,
    STATION,
    TOWN,
    VILLAGE,
    actor,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    send,
    take,
)

pytestmark = pytest.mark.slow

CHILD = pupil(1)
NUMBER_ONLY = {name: CHILD[name] for name in ("name", "id_number")}
SECRET = "（示例）不得再动手"
PHONE = "13900000017"
BY_VILLAGE, BY_POLICE = "visit_warned", "visit_warned_by_police"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path) as program:
        send(program, EDUCATION, "education.roll", enrolled(CHILD))
        send(program, TOWN, "town.residence", {**resident(CHILD), "guardian_phone": PHONE})
        warn(program)
        yield program


def warn(hub: Program, number: int = 1) -> None:
    send(
        hub,
        STATION,
        "police.written_warning",
        {
            **NUMBER_ONLY,
            "document_number": f"示公告诫〔2025〕{number:04d}号",
            "served_on": "2025-03-01",
            "guardian_relation": "父亲",
            "requirements": SECRET,
        },
    )
    settle(hub)


def settle(hub: Program) -> None:
    assert hub.settle()
    assert hub.reactor.refused() == []


def visit(warned: str = "是", protected: str = "是", repeated: str = "否") -> dict[str, Any]:
    return {
        **NUMBER_ONLY,
        "visited_on": "2025-03-02",
        "warned_seen": warned,
        "protected_seen": protected,
        "repeated": repeated,
        "account": "（示例）分别谈过",
    }


def by_village(**said: str) -> dict[str, Any]:
    return {**visit(**said), "harm_suspected": "否"}


def inbox(hub: Program, organisation: str) -> dict[str, str]:
    return {each.kind: each.id for each in hub.queries.inbox(reader(organisation)).items}


def accept(hub: Program, organisation: str, kind: str) -> None:
    task = UUID(inbox(hub, organisation)[kind])
    hub.hub.command(AcceptReferral(referral_id=task), actor(organisation))
    settle(hub)


def told(hub: Program, organisation: str) -> str:
    child = child_of(hub, CHILD)
    entries = hub.queries.timeline(reader(organisation), child, limit=200).items
    return str([(each.title, each.fields) for each in entries]) + str(
        hub.queries.child_file(reader(organisation), child)
    )


def test_station_and_village_each_visit_both_sides(hub: Program) -> None:
    """Neither a click nor one side nor the other's visit ends a task; the record of both does."""
    accept(hub, VILLAGE, BY_VILLAGE)
    task = UUID(inbox(hub, VILLAGE)[BY_VILLAGE])
    with pytest.raises(Exception, match="REFERRAL_RECORD_FIRST"):
        hub.hub.command(CompleteReferral(referral_id=task, outcome="VISITED"), actor(VILLAGE))
    send(hub, VILLAGE, "village.warning_visit", by_village(warned="否"))
    settle(hub)
    assert BY_VILLAGE in inbox(hub, VILLAGE)
    send(
        hub,
        VILLAGE,
        "village.warning_visit",
        {**by_village(protected="否"), "visited_on": "2025-03-03"},
    )
    settle(hub)
    assert BY_VILLAGE not in inbox(hub, VILLAGE)
    assert BY_POLICE in inbox(hub, STATION)
    accept(hub, STATION, BY_POLICE)
    send(hub, STATION, "police.warning_visit", visit())
    settle(hub)
    assert BY_POLICE not in inbox(hub, STATION)
    assert "consider_admonition" not in inbox(hub, STATION)
    # 更正为未见到人: owed again, of the same one.
    send(hub, STATION, "police.warning_visit", visit(warned="否"))
    settle(hub)
    assert BY_POLICE in inbox(hub, STATION)
    assert BY_VILLAGE not in inbox(hub, VILLAGE)


def test_whoever_has_no_such_task_is_answered_alike_whether_or_not_there_is_a_warning(
    hub: Program,
) -> None:
    """A refusal must not reveal that a warning exists."""
    nobody = {name: pupil(7)[name] for name in ("name", "id_number")}
    for organisation, kind, line in (
        (OTHER_VILLAGE, "village.warning_visit", by_village()),
        (OTHER_STATION, "police.warning_visit", visit()),
    ):
        codes = [
            [fault.code for fault in take(hub, organisation, kind, each).faults]
            for each in (line, {**line, **nobody})
        ]
        assert codes == [["NOT_YOURS_TO_STATE"]] * 2
    with pytest.raises(Exception, match="REFERRAL_SENDER"):
        hub.hub.command(
            RequestReferral(
                referral_id=UUID(int=9),
                child_ref=UUID(child_of(hub, CHILD)),
                case_id=UUID(int=9),
                kind=BY_VILLAGE,
                sender=STATION,
                addressee=VILLAGE,
                town=None,
            ),
            actor(VILLAGE),
        )


def test_the_village_sees_the_warning_by_its_task_and_a_notice_after_it(hub: Program) -> None:
    notice = "公安机关已对监护人出具告诫书，请配合查访"
    assert notice in told(hub, VILLAGE)
    assert SECRET not in told(hub, VILLAGE)
    accept(hub, VILLAGE, BY_VILLAGE)
    assert SECRET in told(hub, VILLAGE)
    send(hub, VILLAGE, "village.warning_visit", by_village())
    settle(hub)
    assert SECRET not in told(hub, VILLAGE)
    assert notice in told(hub, VILLAGE)
    # Its own words stay its own.
    assert "（示例）分别谈过" in told(hub, VILLAGE)


def test_a_suspected_guardians_contact_stays_hidden_from_the_village(hub: Program) -> None:
    """policies/suspects.toml [guardian_contact]: also by the task that releases it."""
    accept(hub, VILLAGE, BY_VILLAGE)
    accept(hub, STATION, BY_POLICE)
    assert PHONE in told(hub, VILLAGE)
    note = NoteSuspicion(
        child_ref=UUID(child_of(hub, CHILD)), source=UUID(int=7), guardian_is_suspect=True
    )
    hub.hub.command(note, SYSTEM)
    settle(hub)
    assert PHONE not in told(hub, VILLAGE)
    assert PHONE in told(hub, STATION)


def test_violence_that_is_repeated_is_considered_by_the_station(hub: Program) -> None:
    """告诫之后再次动手: 未保法 118(2), whoever found it; harm goes out as a report besides."""
    accept(hub, VILLAGE, BY_VILLAGE)
    line = {**by_village(warned="否", repeated="是"), "harm_suspected": "是"}
    send(hub, VILLAGE, "village.warning_visit", {**line, "harm_seen": "（示例）手臂淤青"})
    settle(hub)
    assert {"consider_admonition", "handle_report"} <= set(inbox(hub, STATION))
    assert BY_VILLAGE in inbox(hub, VILLAGE)
    assert BY_VILLAGE not in inbox(hub, PROCURATORATE)


def test_a_second_warning_is_visited_again(hub: Program) -> None:
    for organisation, kind, record, line in (
        (VILLAGE, BY_VILLAGE, "village.warning_visit", by_village()),
        (STATION, BY_POLICE, "police.warning_visit", visit()),
    ):
        accept(hub, organisation, kind)
        send(hub, organisation, record, line)
        settle(hub)
        assert kind not in inbox(hub, organisation)
    warn(hub, 2)
    assert BY_VILLAGE in inbox(hub, VILLAGE)
    assert BY_POLICE in inbox(hub, STATION)
