"""居室微改造, on a whole program: plan 二4 (P30). From assessment to acceptance: the village reads
how the room is coming along and not the money; whoever does the works reads whom and where and what
to do while it has the task; a danger goes on the list of problems at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from domain.home_renovation_events import ApproveHomeRenovation, CheckHomeWorks
from domain.kernel import Actor, Command
from domain.organisations import Organisation, Post
from domain.referral import AcceptReferral
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_VILLAGE,
    SCHOOL,
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
CHARITY = "social_organisation:310117"
LACKS, WISH, SAYS, BUILD, MONEY, BRIGHT = (
    "（示例）没有书桌",
    "（示例）想要一盏灯",
    "（示例）想换电线",
    "（示例）书桌一张，更换电线",
    "65432",
    "（示例）很亮",
)
FIRST = "2025-03-03"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path) as program:
        program.directory.add_organisations([Organisation(CHARITY, "示例公益服务中心")])
        send(program, EDUCATION, "education.roll", enrolled(CHILD))
        send(program, TOWN, "town.residence", resident(CHILD))
        yield program


def settle(hub: Program) -> None:
    assert hub.settle()
    assert hub.reactor.refused() == []


def record(hub: Program, by: str, kind: str, **values: str) -> list[str]:
    outcome = take(hub, by, f"home.{kind}", {**NUMBER_ONLY, **values})
    settle(hub)
    return [fault.code for fault in outcome.faults]


def in_person(hub: Program, by: str, command: Command) -> None:
    hub.hub.command(command, Actor(by, Post.HEAD.value, "u-head"))
    settle(hub)


def read(hub: Program, *texts: str) -> dict[str, set[str]]:
    """Which of these texts each organisation reads of the child, where it reads any."""
    child = child_of(hub, CHILD)
    found = {}
    for each in (TOWN, VILLAGE, CIVIL_AFFAIRS, CHARITY, SCHOOL, EDUCATION, OTHER_VILLAGE):
        items = hub.queries.timeline(reader(each), child, limit=200).items
        told = str([one.fields for one in items])
        found[each] = {text for text in texts if text in told}
    return {each: seen for each, seen in found.items() if seen}


def inbox(hub: Program, organisation: str) -> list[str]:
    return sorted(each.kind for each in hub.queries.inbox(reader(organisation)).items)


def late(hub: Program, organisation: str) -> list[str]:
    settle(hub)
    return [each.kind for each in hub.queries.overdue(reader(organisation)).items]


def assessed(hub: Program, *, paid_by: str = "街镇资金", problem: str = "否") -> None:
    assert record(hub, VILLAGE, "renovation_proposal", proposed_on=FIRST, account=LACKS) == []
    look = {
        "assessed_on": FIRST,
        "room": "卧室",
        "needs": "书桌、电路",
        "paid_by": paid_by,
        "estimate": MONEY,
        "problem": problem,
        "childs_view": WISH,
        "familys_view": SAYS,
    }
    assert record(hub, TOWN, "renovation_assessment", **look) == []


def answer(hub: Program, *, agreed: str, shares: str = "是") -> None:
    said = {"answered_on": FIRST, "agreed": agreed, "shares_address": shares, "tenure": "自有"}
    assert record(hub, TOWN, "renovation_answer", **said) == []


def approve(hub: Program, by: str = TOWN, project: str | None = None) -> None:
    command = ApproveHomeRenovation(
        child_ref=UUID(child_of(hub, CHILD)),
        happened_on=date.fromisoformat(FIRST),
        yuan=int(MONEY),
        project=project,
        account=None,
    )
    in_person(hub, by, command)


def order(hub: Program, recipient: str = "示例公益服务中心") -> list[str]:
    works = {"ordered_on": FIRST, "finish_by": "2025-03-20", "content": BUILD}
    return record(hub, TOWN, "works_order", recipient=recipient, **works)


def finish(hub: Program, by: str) -> list[str]:
    return record(hub, by, "works_finish", finished_on=FIRST, problem="否")


def check(hub: Program, by: str = TOWN) -> None:
    command = CheckHomeWorks(
        child_ref=UUID(child_of(hub, CHILD)),
        happened_on=date.fromisoformat(FIRST),
        passed=True,
        problem=False,
        childs_view=BRIGHT,
        familys_view=None,
        account=None,
    )
    in_person(hub, by, command)


def test_p30_from_assessment_to_acceptance_each_reads_what_concerns_it(hub: Program) -> None:
    """Given a child without a desk / when its room is renovated by a charity / then town, village
    and civil affairs read it, the village no money, school and education nothing; the charity its
    order, and whom and where while it has the task."""
    assert record(hub, OTHER_VILLAGE, "renovation_proposal", proposed_on=FIRST) == [
        "RENOVATION_NOT_YOURS"
    ]
    assessed(hub, paid_by="慈善资金")
    answer(hub, agreed="是")
    assert read(hub, LACKS, WISH, SAYS, MONEY) == {
        TOWN: {LACKS, WISH, SAYS, MONEY},
        CIVIL_AFFAIRS: {LACKS, WISH, SAYS, MONEY},
        VILLAGE: {LACKS, WISH, SAYS},
    }
    approve(hub, CIVIL_AFFAIRS, "（示例）冬日微光")
    assert finish(hub, CHARITY) == ["RENOVATION_NOT_YOURS"], "nobody asked it"
    assert order(hub) == []
    assert inbox(hub, CHARITY) == ["renovate_home"]
    (task,) = hub.queries.inbox(reader(CHARITY)).items
    hub.hub.command(AcceptReferral(referral_id=UUID(task.id)), actor(CHARITY))
    settle(hub)
    (shown,) = hub.queries.inbox(reader(CHARITY)).items
    assert shown.child is not None
    assert CHILD["address"] in str(shown.child.fields)
    told = read(hub, LACKS, WISH, SAYS, MONEY, BUILD, CHILD["guardian_phone"])[CHARITY]
    assert told == {BUILD, CHILD["guardian_phone"]}
    assert finish(hub, CHARITY) == []
    assert inbox(hub, CHARITY) == []
    assert read(hub, BUILD, CHILD["guardian_phone"])[CHARITY] == {BUILD}
    check(hub)
    assert read(hub, BRIGHT) == {each: {BRIGHT} for each in (TOWN, VILLAGE, CIVIL_AFFAIRS)}
    looked = {"followed_up_on": FIRST, "lasting": "是", "problem": "否"}
    assert record(hub, VILLAGE, "renovation_follow_up", **looked) == []


def test_p30_a_family_that_declines_is_asked_for_nothing(hub: Program) -> None:
    assessed(hub)
    answer(hub, agreed="否")
    at(hub, hub.clock.now() + timedelta(days=400))
    homes = {"assess_home", "agree_home_renovation", "approve_home_renovation", "order_home_works"}
    assert homes.isdisjoint(late(hub, TOWN))
    assert [each for each in inbox(hub, TOWN) if "home" in each] == []


def test_p30_where_the_family_does_not_agree_no_charity_is_told(hub: Program) -> None:
    assessed(hub)
    answer(hub, agreed="是", shares="否")
    approve(hub)
    assert order(hub) == ["RENOVATION_NO_CONSENT"]
    assert order(hub, recipient="") == []
    assert inbox(hub, CHARITY) == []
    assert CHARITY not in read(hub, BUILD)


def test_p30_a_step_that_is_not_taken_is_silent_and_on_the_board(hub: Program) -> None:
    """Given an approval that is awaited / when its term is over / then it stands on the board of
    silence of whoever owes it, and of who supervises."""
    assessed(hub)
    answer(hub, agreed="是")
    at(hub, hub.clock.now() + timedelta(days=40))
    assert "approve_home_renovation" in late(hub, TOWN)
    board = hub.queries.silence(reader(TOWN)).items
    assert "approve_home_renovation" in {each.clock for each in board}


def test_p30_a_danger_is_the_towns_to_solve_at_once(hub: Program) -> None:
    assessed(hub, problem="是")
    assert "solve_problem" in inbox(hub, TOWN)
    answer(hub, agreed="否")
    assert "solve_problem" in inbox(hub, TOWN), "whatever becomes of the renovation"
