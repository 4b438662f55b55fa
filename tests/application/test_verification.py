"""P17: 全面核查, from the round that civil affairs opens to the report."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from domain.organisations import Organisation
from domain.silence import SilenceKind
from hub.answers import RoundProgress
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_TOWN,
    OTHER_VILLAGE,
    OTHER_VILLAGE_CODE,
    POLICE,
    SCHOOL,
    SCHOOL_NAME,
    STATION,
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

FEDERATION = "disabled_federation:310117"
STATION_NAME = "示例第一街道未保站"
UNTIL = "2025-03-31"


def verified(number: int, finding: str = "情况一致", **changes: Any) -> dict[str, Any]:
    line = {**pupil(number), "verified_on": "2025-03-10", "finding": finding}
    return {**line, "harm_suspected": "否", **changes}


def living(hub: Program, *numbers: int, categories: str = "农村留守儿童") -> None:
    for number in numbers:
        send(hub, TOWN, "town.residence", resident(pupil(number), categories=categories))


def begun(hub: Program, *numbers: int) -> None:
    """A round of the first town, among whose children these are; one lives in the other town."""
    living(hub, *numbers)
    send(
        hub,
        OTHER_TOWN,
        "town.residence",
        resident(pupil(90), OTHER_VILLAGE_CODE, categories="孤儿"),
    )
    assert hub.settle()
    send(
        hub,
        CIVIL_AFFAIRS,
        "civil_affairs.verification_round",
        {"station": STATION_NAME, "until": UNTIL, "note": "逐户上门"},
    )
    assert hub.settle()
    at(hub, hub.clock.now() + timedelta(days=8))


def due(hub: Program, organisation: str) -> list[str]:
    items = hub.queries.visits_due(reader(organisation), limit=200).items
    return sorted(each.child_ref for each in items if each.kind == "verification")


def progress(hub: Program, organisation: str) -> tuple[RoundProgress, ...]:
    return hub.queries.verification_rounds(reader(organisation))


def asked_of(hub: Program, organisation: str) -> list[str]:
    return sorted(each.kind for each in hub.queries.inbox(reader(organisation)).items)


def test_a_round_asks_for_each_child_of_the_town_and_of_no_other(hub: Program) -> None:
    begun(hub, 1, 2)
    assert due(hub, VILLAGE) == sorted(child_of(hub, pupil(number)) for number in (1, 2))
    assert due(hub, OTHER_VILLAGE) == []
    (town,) = progress(hub, TOWN)
    assert progress(hub, CIVIL_AFFAIRS) == (town,)
    assert (town.until, town.finished_on) == (UNTIL, None)
    (village,) = town.villages
    assert (village.owner, village.verified, village.waiting) == (VILLAGE, 0, 2)
    for organisation in (OTHER_TOWN, VILLAGE, SCHOOL, EDUCATION, POLICE):
        assert progress(hub, organisation) == ()


def test_each_line_is_progress_and_the_town_reports_when_it_is_done(hub: Program) -> None:
    begun(hub, 1, 2)
    send(hub, VILLAGE, "village.verification", verified(1))
    send(hub, VILLAGE, "village.verification", verified(3, "新发现"))
    assert hub.settle()
    assert due(hub, VILLAGE) == [child_of(hub, pupil(2))]
    for organisation in (TOWN, CIVIL_AFFAIRS):
        ((village,),) = (each.villages for each in progress(hub, organisation))
        assert (village.verified, village.waiting) == (1, 1)
        # Where a child lives that nobody knew is the town's to confirm.
        new = {"NEWLY_FOUND": 1} if organisation == CIVIL_AFFAIRS else {}
        assert village.findings == {"AS_KNOWN": 1, **new}
    living(hub, 3)
    assert hub.settle()
    (town,) = progress(hub, TOWN)
    assert town.villages[0].findings == {"AS_KNOWN": 1, "NEWLY_FOUND": 1}
    done = {"until": UNTIL, "finished_on": "2025-03-10", "account": "一户外出，已约时间"}
    send(hub, TOWN, "town.verification_report", done)
    assert hub.settle()
    (reported,) = progress(hub, CIVIL_AFFAIRS)
    assert reported.finished_on == "2025-03-10"


def test_p17_a_round_is_put_off_for_who_waits_still_and_for_nobody_else(hub: Program) -> None:
    """Given a round of which one child is verified / when civil affairs move its last day later,
    with the reason / then the other is due by the new day, and so is the town's report."""
    begun(hub, 1, 2)
    send(hub, VILLAGE, "village.verification", verified(1))
    later = {
        "station": STATION_NAME,
        "until": UNTIL,
        "put_off_until": "2025-04-30",
        "reason": "（示例）台风期间暂停入户",
    }
    send(hub, CIVIL_AFFAIRS, "civil_affairs.round_put_off", later)
    assert hub.settle()
    assert due(hub, VILLAGE) == [child_of(hub, pupil(2))]
    (town,) = progress(hub, TOWN)
    assert (town.until, town.put_off_until) == (UNTIL, "2025-04-30")
    assert (town.villages[0].verified, town.villages[0].waiting) == (1, 1)
    at(hub, hub.clock.now() + timedelta(days=30))
    assert hub.settle()
    late = hub.queries.overdue(reader(TOWN)).items
    assert not [each for each in late if each.kind in ("verification", "verification_report")]
    at(hub, hub.clock.now() + timedelta(days=40))
    assert hub.settle()
    late = hub.queries.overdue(reader(TOWN)).items
    assert {each.kind for each in late} >= {"verification", "verification_report"}


def test_who_is_late_stands_on_the_silence_board(hub: Program) -> None:
    begun(hub, 1)
    at(hub, hub.clock.now() + timedelta(days=50))
    assert hub.settle()
    kinds = {(each.kind, each.owner) for each in hub.queries.silence(reader(CIVIL_AFFAIRS)).items}
    assert (SilenceKind.REPORT_MISSING.value, TOWN) in kinds
    overdue = [
        each for each in hub.queries.overdue(reader(TOWN)).items if each.kind == "verification"
    ]
    assert [each.owner for each in overdue] == [VILLAGE]
    (town,) = progress(hub, TOWN)
    assert town.villages[0].waiting == 1, "late, and still to be done"


def test_a_corrected_line_is_one_and_meets_what_it_met(hub: Program) -> None:
    """Of another day it would be another line."""
    begun(hub, 1)
    line = verified(1)
    send(hub, VILLAGE, "village.verification", line)
    assert hub.settle()
    assert due(hub, VILLAGE) == []
    send(hub, VILLAGE, "village.verification", {**line, "differs": "更正"})
    assert hub.settle()
    assert due(hub, VILLAGE) == []
    (town,) = progress(hub, TOWN)
    assert town.villages[0].findings == {"AS_KNOWN": 1}, "one line, corrected"


def test_a_migrant_child_is_looked_at_half_yearly_without_a_round(hub: Program) -> None:
    living(hub, 1, categories="流动儿童")
    assert hub.settle()
    (owed,) = hub.queries.visits_due(reader(VILLAGE)).items
    assert (owed.kind, owed.title, owed.due_at[:10]) == ("verification", "全面核查", "2025-09-03")
    at(hub, hub.clock.now() + timedelta(days=8))
    send(hub, VILLAGE, "village.verification", verified(1))
    assert hub.settle()
    (next_,) = hub.queries.visits_due(reader(VILLAGE)).items
    assert next_.due_at[:10] == "2025-09-10"


def test_p27_a_pupil_who_is_not_at_school_is_educations_to_check(hub: Program) -> None:
    """Named, and nothing of the visit: it learns that the roll is to be checked."""
    begun(hub, 1, 2)
    for number in (1, 2):
        send(hub, EDUCATION, "education.roll", enrolled(pupil(number)))
    before = asked_of(hub, EDUCATION)
    send(hub, VILLAGE, "village.verification", verified(1, attends="应读未读"))
    send(hub, VILLAGE, "village.verification", verified(2, attends="在读", school=SCHOOL_NAME))
    assert hub.settle()
    assert asked_of(hub, EDUCATION) == sorted([*before, "check_roll"])
    child = child_of(hub, pupil(1))
    titles = {each.title for each in hub.queries.timeline(reader(EDUCATION), child).items}
    assert "全面核查" not in titles
    theirs = {each.title for each in hub.queries.timeline(reader(VILLAGE), child).items}
    assert "核查就学状况" in theirs
    assert "学籍核对不一致" not in theirs


def test_what_police_and_federation_are_asked(hub: Program) -> None:
    hub.directory.add_organisations([Organisation(FEDERATION, "示例区残联")])
    begun(hub, 1)
    send(hub, VILLAGE, "village.verification", verified(4, "新发现", disability_suspected="是"))
    send(hub, VILLAGE, "village.verification", verified(1))
    assert hub.settle()
    assert asked_of(hub, STATION) == ["check_registration"]
    assert asked_of(hub, FEDERATION) == ["assess_disability"]
    assert asked_of(hub, TOWN) == ["check_verification"]


def test_wrong_lines_are_refused_in_plain_words(hub: Program) -> None:
    for organisation, kind, values, code in (
        (
            CIVIL_AFFAIRS,
            "civil_affairs.verification_round",
            {"station": "示例第一社区", "until": UNTIL},
            "TOWN_STATION_UNKNOWN",
        ),
        (
            TOWN,
            "town.verification_report",
            {"until": UNTIL, "finished_on": "2025-03-01"},
            "ROUND_NONE",
        ),
        (
            VILLAGE,
            "village.verification",
            verified(1, verified_on="2025-03-01", school=SCHOOL_NAME),
            "SCHOOL_NOT_ATTENDED",
        ),
    ):
        (fault,) = take(hub, organisation, kind, values).faults
        assert fault.code == code
        assert fault.rule.endswith("。")
