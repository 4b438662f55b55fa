"""P05 and P20 on a whole program: a teacher's concern, the town's answer, the visiting tier."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.identity import IdentityClaim
from domain.kernel import Refused
from domain.organisations import HUB
from domain.referral import AcceptReferral, CompleteReferral, ReturnReason, ReturnReferral
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_TOWN,
    OTHER_TOWN_CODE,
    OTHER_VILLAGE_CODE,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    SCHOOL_NAME,
    START,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    actor,
    at,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    send,
    take,
    topics,
)

ACCOUNT = "（示例）近来不与同学说话"
CHILD = pupil(1)
CONCERN = {**CHILD, "raised_on": "2025-03-03", "aspects": "心理异常", "account": ACCOUNT}
ENDED = {**CHILD, "raised_on": "2025-03-03", "ended_on": "2025-04-02"}


def tier(hub: Program) -> str | None:
    found = hub.queries.child_file(reader(TOWN), child_of(hub, CHILD))
    assert found is not None
    return found.tier


def raised(hub: Program) -> None:
    """A pupil who lives in the town and is on the school's roll; the school is concerned."""
    send(hub, TOWN, "town.residence", resident(CHILD))
    send(hub, EDUCATION, "education.roll", enrolled(CHILD))
    send(hub, SCHOOL, "education.concern", CONCERN)
    hub.settle()


def accepted(hub: Program) -> str:
    (task,) = hub.queries.inbox(reader(TOWN)).items
    assert (task.kind, task.title) == ("look_into_concern", "核实学生关注")
    if task.state == "requested":
        hub.hub.command(AcceptReferral(referral_id=UUID(task.id)), actor(TOWN))
        hub.settle()
    return task.id


def answer(hub: Program, outcome: str) -> None:
    task = accepted(hub)
    done = CompleteReferral(referral_id=UUID(task), outcome=outcome)
    hub.hub.command(done, actor(TOWN))
    hub.settle()


def seen(hub: Program, organisation: str) -> list[str]:
    entries = hub.queries.timeline(reader(organisation), child_of(hub, CHILD)).items
    return [entry.topic for entry in entries if entry.topic.startswith("concern.")]


@pytest.mark.parametrize(
    ("organisation", "kind", "row"),
    [
        (SCHOOL, "education.concern", {**CONCERN, "ended_on": "2025-04-02"}),
        (TOWN, "town.concern_end", {**ENDED, "school": SCHOOL_NAME}),
    ],
)
def test_p20_the_tier_is_raised_when_the_town_confirms_and_lowered_when_it_ends(
    hub: Program, organisation: str, kind: str, row: dict[str, Any]
) -> None:
    raised(hub)
    assert tier(hub) != "ENHANCED"
    answer(hub, "CONFIRMED")
    assert tier(hub) == "ENHANCED"
    at(hub, START + timedelta(days=30))
    send(hub, organisation, kind, row)
    hub.settle()
    assert tier(hub) == "BASE"
    assert topics(hub).count("referral.requested.v1") == 1, "the same row asks for nothing again"


def test_the_town_reads_what_the_teacher_saw_while_it_looks_into_it(hub: Program) -> None:
    raised(hub)
    child = child_of(hub, CHILD)
    accepted(hub)
    (entry,) = [
        e for e in hub.queries.timeline(reader(TOWN), child).items if e.topic == "concern.raised.v1"
    ]
    assert entry.fields == {"aspects": "PSYCHOLOGICAL", "account": ACCOUNT}
    assert entry.words["aspects"] == "心理异常"
    answer(hub, "UNFOUNDED")
    assert seen(hub, TOWN) == []
    assert tier(hub) != "ENHANCED"


@pytest.mark.parametrize(
    "organisation", [CIVIL_AFFAIRS, POLICE, PROCURATORATE, VILLAGE, OTHER_SCHOOL, OTHER_TOWN]
)
def test_nobody_without_a_part_in_it_sees_a_concern(hub: Program, organisation: str) -> None:
    raised(hub)
    assert seen(hub, organisation) == []
    assert seen(hub, SCHOOL) == seen(hub, EDUCATION) == ["concern.raised.v1"]


def test_where_the_record_names_no_village_the_file_of_the_own_pupil_does(hub: Program) -> None:
    send(hub, TOWN, "town.residence", resident(CHILD))
    send(hub, EDUCATION, "education.roll", enrolled(CHILD, "示例第二小学"))
    send(hub, OTHER_SCHOOL, "education.concern", {**CONCERN, "village": None})
    hub.settle()
    (task,) = hub.queries.inbox(reader(TOWN)).items
    assert (task.kind, task.sender, task.town) == ("look_into_concern", HUB, TOWN_CODE)


def shown(hub: Program, organisation: str) -> str:
    """All that an organisation finds about the child and what it sent."""
    who, child = reader(organisation), child_of(hub, CHILD)
    return repr(
        [
            hub.queries.timeline(who, child, limit=200),
            hub.queries.sent(who),
            hub.queries.inbox(who),
            hub.queries.case_status(who, IdentityClaim("", id_number=CHILD["id_number"])),
        ]
    )


def test_a_school_does_not_learn_where_its_own_pupil_lives(hub: Program) -> None:
    """The identity that a school reads is its own words; the town follows from another's."""
    send(hub, OTHER_TOWN, "town.residence", resident(CHILD, OTHER_VILLAGE_CODE))
    send(hub, EDUCATION, "education.roll", enrolled(CHILD))
    assert OTHER_TOWN_CODE not in shown(hub, SCHOOL)
    send(hub, SCHOOL, "education.concern", {**CONCERN, "village": None})
    hub.settle()
    (task,) = hub.queries.inbox(reader(OTHER_TOWN)).items
    assert task.kind == "look_into_concern"
    for step in (
        AcceptReferral(referral_id=UUID(task.id)),
        CompleteReferral(referral_id=UUID(task.id), outcome="CONFIRMED"),
    ):
        assert OTHER_TOWN_CODE not in shown(hub, SCHOOL)
        hub.hub.command(step, actor(OTHER_TOWN))
        hub.settle()
    assert OTHER_TOWN_CODE not in shown(hub, SCHOOL)
    assert OTHER_TOWN_CODE not in shown(hub, EDUCATION)
    assert seen(hub, SCHOOL) == ["concern.confirmed.v1", "concern.raised.v1"]


def test_a_school_does_not_learn_where_another_schools_pupil_lives(hub: Program) -> None:
    """Its concern goes to its own town, which refers it on."""
    send(hub, TOWN, "town.residence", resident(CHILD))
    send(hub, EDUCATION, "education.roll", enrolled(CHILD))
    send(hub, OTHER_SCHOOL, "education.concern", {**CONCERN, "village": None})
    hub.settle()
    (task,) = hub.queries.inbox(reader(OTHER_TOWN)).items
    assert (task.kind, task.town) == ("look_into_concern", OTHER_TOWN_CODE)
    assert hub.queries.inbox(reader(TOWN)).items == ()


def test_a_stranger_ends_no_concern_and_learns_of_none(hub: Program) -> None:
    raised(hub)
    refused = [
        take(hub, OTHER_TOWN, "town.concern_end", {**row, "school": SCHOOL_NAME})
        for row in (
            ENDED | {"ended_on": "2025-03-03"},
            pupil(2) | {"raised_on": "2025-03-03", "ended_on": "2025-03-03"},
        )
    ]
    assert refused[0].faults == refused[1].faults
    assert [fault.code for fault in refused[0].faults] == ["CONCERN_NOT_YOURS"]


def test_a_concern_that_the_town_returns_can_still_be_confirmed(hub: Program) -> None:
    """Civil affairs look into it then, and what they confirm raises the tier."""
    raised(hub)
    (task,) = hub.queries.inbox(reader(TOWN)).items
    reason = ReturnReason.NOT_IN_JURISDICTION
    hub.hub.command(ReturnReferral(referral_id=UUID(task.id), reason=reason), actor(TOWN))
    hub.settle()
    (task,) = hub.queries.inbox(reader(CIVIL_AFFAIRS)).items
    assert task.kind == "look_into_concern"
    for step in (
        AcceptReferral(referral_id=UUID(task.id)),
        CompleteReferral(referral_id=UUID(task.id), outcome="CONFIRMED"),
    ):
        hub.hub.command(step, actor(CIVIL_AFFAIRS))
    hub.settle()
    assert tier(hub) == "ENHANCED"
    assert hub.reactor.refused() == []


def test_what_nobody_sent_is_returned_by_civil_affairs_to_nobody(hub: Program) -> None:
    """Given a concern that the town gave back / when civil affairs would give it back as well /
    then it is refused: there is nobody who would see it, and it would lie there for ever."""
    raised(hub)
    reason = ReturnReason.INFORMATION_MISSING
    (task,) = hub.queries.inbox(reader(TOWN)).items
    hub.hub.command(ReturnReferral(referral_id=UUID(task.id), reason=reason), actor(TOWN))
    hub.settle()
    (task,) = hub.queries.inbox(reader(CIVIL_AFFAIRS)).items
    back = ReturnReferral(referral_id=UUID(task.id), reason=reason)
    with pytest.raises(Refused, match="REFERRAL_LAST"):
        hub.hub.command(back, actor(CIVIL_AFFAIRS))
    assert hub.queries.inbox(reader(CIVIL_AFFAIRS)).items != ()
