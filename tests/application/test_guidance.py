"""责令接受家庭教育指导, on a whole program: given, attended or not, reported, put to the issuer.

沪未保 85(2); 家教法 48, 49; plan 二2 (P11).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.organisations import Organisation, Seat, district_organisation
from domain.referral import AcceptReferral
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    TOWN,
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
COURT = district_organisation(Seat.COURT)
FEDERATION = district_organisation(Seat.WOMENS_FEDERATION)
SECRET = "（示例）每周一次"
ACCOUNT = "（示例）无故未到"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path) as program:
        program.directory.add_organisations(
            [Organisation(COURT, "示例法院"), Organisation(FEDERATION, "示例妇联")]
        )
        send(program, EDUCATION, "education.roll", enrolled(CHILD))
        send(program, TOWN, "town.residence", resident(CHILD))
        send(
            program,
            COURT,
            "court.guidance_order",
            {
                **NUMBER_ONLY,
                "document_number": "示法家教令〔2025〕0001号",
                "served_on": "2025-03-01",
                "guardian_relation": "父亲",
                "requirements": SECRET,
            },
        )
        settle(program)
        yield program


def settle(hub: Program) -> None:
    assert hub.settle()
    assert hub.reactor.refused() == []


def session(day: str, came: str = "否", order: str = "家庭教育指导令") -> dict[str, Any]:
    return {
        **NUMBER_ONLY,
        "order": order,
        "held_on": day,
        "attended": came,
        "account": ACCOUNT,
    }


def report(result: str) -> dict[str, Any]:
    return {
        **NUMBER_ONLY,
        "order": "家庭教育指导令",
        "reported_on": "2025-03-03",
        "result": result,
        "account": "（示例）报告",
    }


def inbox(hub: Program, organisation: str) -> list[str]:
    return [each.kind for each in hub.queries.inbox(reader(organisation)).items]


def told(hub: Program, organisation: str) -> str:
    child = child_of(hub, CHILD)
    entries = hub.queries.timeline(reader(organisation), child, limit=200).items
    return str([(each.title, each.fields) for each in entries])


def gives(hub: Program, kind: str, values: dict[str, Any]) -> None:
    send(hub, FEDERATION, f"womens_federation.{kind}", values)
    settle(hub)


def test_who_stays_away_is_put_to_the_court_that_ordered_it(hub: Program) -> None:
    assert inbox(hub, FEDERATION) == ["give_guidance"]
    gives(hub, "guidance_session", session("2025-03-01", came="是"))
    gives(hub, "guidance_session", session("2025-03-02"))
    assert inbox(hub, COURT) == []
    gives(hub, "guidance_session", session("2025-03-03"))
    assert inbox(hub, COURT) == ["note_guidance_refused"]
    # The guidance goes on until it is reported.
    assert inbox(hub, FEDERATION) == ["give_guidance"]


def test_the_report_is_the_answer_that_the_court_hears(hub: Program) -> None:
    gives(hub, "guidance_report", report("已完成指导"))
    assert inbox(hub, FEDERATION) == []
    assert inbox(hub, COURT) == []
    (sent,) = [
        each for each in hub.queries.sent(reader(COURT)).items if each.kind == "give_guidance"
    ]
    assert sent.state == "completed"
    assert "（示例）报告" in told(hub, COURT)
    assert "（示例）报告" not in told(hub, TOWN)
    late = take(hub, FEDERATION, "womens_federation.guidance_session", session("2025-03-03"))
    assert [fault.code for fault in late.faults] == ["NOT_YOURS_TO_STATE"]


def test_guidance_that_is_refused_in_the_end_comes_back_to_the_court(hub: Program) -> None:
    gives(hub, "guidance_report", report("拒不接受指导"))
    assert inbox(hub, COURT) == ["note_guidance_refused"]


def test_only_whoever_has_it_in_hand_states_it_and_nobody_learns_of_it_otherwise(
    hub: Program,
) -> None:
    nobody = {name: pupil(7)[name] for name in ("name", "id_number")}
    kind = "womens_federation.guidance_session"
    for organisation, values in (
        (FEDERATION, {**session("2025-03-03"), **nobody}),
        (CIVIL_AFFAIRS, {**session("2025-03-03"), **nobody}),
    ):
        codes = [fault.code for fault in take(hub, organisation, kind, values).faults]
        assert codes == ["NOT_YOURS_TO_STATE"]
    # By an order that there is none of: its task is another one's.
    other = take(hub, FEDERATION, kind, session("2025-03-03", order="告诫书"))
    assert [fault.code for fault in other.faults] == ["GUIDANCE_NONE"]


def test_the_federation_reads_the_order_while_it_gives_the_guidance(hub: Program) -> None:
    assert SECRET not in told(hub, FEDERATION)
    (task,) = hub.queries.inbox(reader(FEDERATION)).items
    hub.hub.command(AcceptReferral(referral_id=UUID(task.id)), actor(FEDERATION))
    gives(hub, "guidance_session", session("2025-03-02"))
    assert SECRET in told(hub, FEDERATION)
    gives(hub, "guidance_report", report("已完成指导"))
    assert SECRET not in told(hub, FEDERATION)
    # Its own words stay its own; the court reads what became of its order.
    assert ACCOUNT in told(hub, FEDERATION)
