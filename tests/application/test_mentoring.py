"""P04, P28: what the school is told of key care, and what becomes of mentor and companion."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from domain.organisations import Seat
from hub.answers import PairingCoverage
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_SCHOOL_NAME,
    SCHOOL,
    TOWN,
    VILLAGE,
    at,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    send,
    take,
)

KEY_CARE = "重点关爱提示"


def begun(hub: Program) -> None:
    """Two pupils of a school; the first is in scope."""
    for number in (1, 2):
        send(hub, EDUCATION, "education.roll", enrolled(pupil(number)))
    send(hub, TOWN, "town.residence", resident(pupil(1), categories="农村留守儿童"))
    assert hub.settle()


def paired(number: int = 1, **changes: Any) -> dict[str, Any]:
    line = {**pupil(number), "role": "成长导师", "since": "2025-03-03", "who": "示例老师"}
    return {**line, **changes}


def waiting(hub: Program, organisation: str = SCHOOL) -> list[str]:
    """What is missed of finding somebody, once all clocks have run out."""
    at(hub, hub.clock.now() + timedelta(days=60))
    assert hub.settle()
    found = hub.queries.overdue(reader(organisation)).items
    return sorted(each.kind for each in found if each.kind.startswith("appoint_"))


def coverage(hub: Program, organisation: str) -> tuple[PairingCoverage, ...]:
    return hub.queries.pairing_coverage(reader(organisation))


def test_p04_the_school_is_told_whom_to_care_for_and_reads_no_reason(hub: Program) -> None:
    begun(hub)
    entries = hub.queries.timeline(reader(SCHOOL), child_of(hub, pupil(1))).items
    (flag,) = [each for each in entries if each.title == KEY_CARE]
    assert "成长导师" in str(flag.fields["notice"])
    assert flag.producer == "", "a flag does not say who stated what"
    child = hub.queries.children(reader(SCHOOL)).items[0]
    assert "categories" not in child.fields
    other = hub.queries.timeline(reader(SCHOOL), child_of(hub, pupil(2))).items
    assert KEY_CARE not in {each.title for each in other}
    elsewhere = hub.queries.timeline(reader(OTHER_SCHOOL), child_of(hub, pupil(1))).items
    assert elsewhere == ()


def test_what_nobody_finds_in_time_is_overdue_at_the_school(hub: Program) -> None:
    begun(hub)
    assert waiting(hub) == ["appoint_mentor", "appoint_peer"]
    assert waiting(hub, OTHER_SCHOOL) == []


def test_a_mentor_is_found_leaves_and_is_to_be_found_again(hub: Program) -> None:
    begun(hub)
    send(hub, SCHOOL, "education.pairing", paired())
    send(hub, SCHOOL, "education.pairing", paired(role="互助伙伴", who="示例同学"))
    met = {**pupil(1), "role": "成长导师", "met_on": "2025-03-03", "account": "谈心"}
    send(hub, SCHOOL, "education.pairing_contact", met)
    assert hub.settle()
    (school,) = coverage(hub, SCHOOL)
    assert (school.pupils, school.paired) == (1, {"MENTOR": 1, "PEER": 1})
    gone = {**pupil(1), "role": "成长导师", "until": "2025-03-03", "ended_for": "结对人离任"}
    send(hub, SCHOOL, "education.pairing_end", gone)
    assert waiting(hub) == ["appoint_mentor"]
    assert coverage(hub, EDUCATION)[0].paired == {"PEER": 1}


def test_who_changes_school_is_asked_for_at_the_new_one(hub: Program) -> None:
    begun(hub)
    send(hub, SCHOOL, "education.pairing", paired())
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1), OTHER_SCHOOL_NAME))
    assert hub.settle()
    assert waiting(hub) == []
    assert waiting(hub, OTHER_SCHOOL) == ["appoint_mentor", "appoint_peer"]
    (now,) = coverage(hub, OTHER_SCHOOL)
    assert (now.pupils, now.paired) == (1, {})
    assert coverage(hub, SCHOOL) == ()


def test_who_is_in_key_care_no_more_is_waited_for_by_nobody(hub: Program) -> None:
    begun(hub)
    send(
        hub,
        TOWN,
        "town.residence",
        resident(pupil(1), categories="无", since="2024-01-02"),
    )
    assert hub.settle()
    assert waiting(hub) == []
    assert coverage(hub, SCHOOL) == ()


def test_another_schools_pupil_is_paired_by_nobody_else(hub: Program) -> None:
    begun(hub)
    (fault,) = take(hub, OTHER_SCHOOL, "education.pairing", paired()).faults
    (unknown,) = take(hub, OTHER_SCHOOL, "education.pairing", paired(9)).faults
    assert (fault.code, fault.rule) == (unknown.code, unknown.rule)


def test_the_coverage_is_for_schools_and_bureau_alone(hub: Program) -> None:
    begun(hub)
    for organisation in (SCHOOL, EDUCATION):
        (school,) = coverage(hub, organisation)
        assert (school.school, school.pupils) == (SCHOOL, 1)
    for organisation in (TOWN, VILLAGE, CIVIL_AFFAIRS, OTHER_SCHOOL):
        assert coverage(hub, organisation) == (), Seat(organisation.split(":")[0])
