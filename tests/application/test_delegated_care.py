"""委托照护, on a whole program: 未保法 22, 23. Who cares is sealed; the school reads one line; a
week without contact is missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.referral import AcceptReferral, CompleteReferral
from hub.bootstrap import Program
from tests.program import (
    EDUCATION,
    OTHER_VILLAGE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    actor,
    at,
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
CARER = "（示例）外婆，13900000018"
NOTICE = "孩子已委托他人照护，请多关心；紧急情况请联系村居"
OVER = "委托照护已结束，请按原联系人联系"
WHY = "（示例）父母外出务工"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path) as program:
        send(program, EDUCATION, "education.roll", enrolled(CHILD))
        send(program, TOWN, "town.residence", resident(CHILD))
        send(program, VILLAGE, "village.delegated_care", care())
        settle(program)
        yield program


def care(checked: str = "是", **changes: str) -> dict[str, Any]:
    return {
        **NUMBER_ONLY,
        "since": "2025-03-01",
        "carer": CARER,
        "child_heard": "是",
        "barred_checked": checked,
        "account": WHY,
        **changes,
    }


def settle(hub: Program) -> None:
    assert hub.settle()
    assert hub.reactor.refused() == []


def told(hub: Program, organisation: str) -> str:
    child = child_of(hub, CHILD)
    entries = hub.queries.timeline(reader(organisation), child, limit=200).items
    return str([(each.title, each.fields) for each in entries])


def inbox(hub: Program, organisation: str) -> dict[str, str]:
    return {each.kind: each.id for each in hub.queries.inbox(reader(organisation)).items}


def late(hub: Program) -> list[str]:
    settle(hub)
    return [each.kind for each in hub.queries.overdue(reader(VILLAGE)).items]


def answer(hub: Program, organisation: str, kind: str, outcome: str) -> None:
    task = UUID(inbox(hub, organisation)[kind])
    for command in (
        AcceptReferral(referral_id=task),
        CompleteReferral(referral_id=task, outcome=outcome),
    ):
        hub.hub.command(command, actor(organisation))
    settle(hub)


def test_the_school_reads_one_line_and_the_village_who_cares(hub: Program) -> None:
    """书面告知未成年人所在学校: the flag; neither who cares nor why."""
    assert NOTICE in told(hub, SCHOOL)
    assert CARER not in told(hub, SCHOOL)
    assert WHY not in told(hub, SCHOOL)
    assert CARER in told(hub, VILLAGE)
    assert WHY in told(hub, TOWN)
    assert NOTICE not in told(hub, STATION)
    end = {**NUMBER_ONLY, "ended_on": "2025-03-03", "account": WHY}
    send(hub, VILLAGE, "village.delegated_care_end", end)
    settle(hub)
    assert OVER in told(hub, SCHOOL)
    assert WHY not in told(hub, SCHOOL)


def test_a_week_without_contact_is_on_the_villages_board_until_it_is_attested(
    hub: Program,
) -> None:
    """至少每周联系和交流一次."""
    now = hub.clock.now()
    at(hub, now + timedelta(days=7))
    assert "delegated_contact" not in late(hub)
    at(hub, now + timedelta(days=8))
    assert "delegated_contact" in late(hub)
    contact = {**NUMBER_ONLY, "contacted_on": "2025-03-11"}
    refused = take(hub, OTHER_VILLAGE, "village.delegated_contact", contact)
    assert [fault.code for fault in refused.faults] == ["DELEGATED_NOT_YOURS"]
    assert "delegated_contact" in late(hub)
    send(hub, VILLAGE, "village.delegated_contact", contact)
    assert "delegated_contact" not in late(hub)
    at(hub, now + timedelta(days=18))
    assert "delegated_contact" in late(hub)


def test_who_cares_and_was_not_checked_is_checked_and_changed_or_comes_to_the_police(
    hub: Program,
) -> None:
    """未保法 22: 不得作为被委托人 → 另行委托 → 拒不更换的，训诫办理."""
    assert "check_carer" not in inbox(hub, TOWN)
    send(hub, VILLAGE, "village.delegated_care", care(checked="否"))
    settle(hub)
    answer(hub, TOWN, "check_carer", "BARRED")
    assert "change_carer" in inbox(hub, VILLAGE)
    answer(hub, VILLAGE, "change_carer", "REFUSED")
    assert "consider_admonition" in inbox(hub, STATION)


def test_a_check_is_over_once_the_record_says_that_it_was_done(hub: Program) -> None:
    send(hub, VILLAGE, "village.delegated_care", care(checked="否"))
    settle(hub)
    assert "check_carer" in inbox(hub, TOWN)
    send(hub, VILLAGE, "village.delegated_care", care(account="（示例）已核查"))
    settle(hub)
    assert "check_carer" not in inbox(hub, TOWN)
