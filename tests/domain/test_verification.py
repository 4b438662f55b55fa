"""全面核查 (plan 二3 P17): rounds per town, each child verified, what differs is somebody's task.

Source: plan 二3 (P17, P21), 二4 (P27); domain reference §1.1 (data of migrant children at least
half-yearly), §10; issue on the whole plan, full verification of every child.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.calendar import end_of_day_utc
from domain.child_file import ChildFile, Classes
from domain.deadline import MoveDeadline
from domain.guardianship_codes import Care
from domain.kernel import Category, Command, Event, Recorded
from domain.organisations import HUB
from domain.reactions.verification import (
    when_a_child_is_new_moved_or_not_found_then_the_police_look_up_its_household,
    when_a_round_is_put_off_then_the_towns_report_is_due_later,
)
from domain.verification import (
    Attends,
    ChildVerified,
    CompareEnrolment,
    Finding,
    RollDifferenceFound,
    StateAttendance,
    VerifyChild,
)
from domain.verification_round import (
    REPORT,
    OpenRound,
    PutOffRound,
    ReportRound,
    RoundDelayed,
    RoundOpened,
    RoundReported,
    round_id,
)
from domain.visit_obligation_events import (
    MeetObligation,
    MissObligation,
    ObligationDelayed,
    ObligationMet,
    ObligationOpened,
    ObligationTightened,
    OwedKind,
    PlanVisits,
)
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EVERY_SEAT,
    OTHER_TOWN,
    SCHOOL,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.domain.pools import RULES, OneStation
from tests.specification import as_recorded, circumstances, given, happened
from tests.together import all_of

TODAY = date(2026, 3, 31)
UNTIL = date(2026, 4, 30)
LINE = UUID(int=41)

open_round = OpenRound(town=TOWN_CODE, until=UNTIL, note="逐户核查")
report = ReportRound(town=TOWN_CODE, until=UNTIL, finished_on=date(2026, 4, 28), account="已核")
OPENED = RoundOpened(
    town=TOWN_CODE,
    told_to=TOWN,
    until=UNTIL,
    opened_on=TODAY,
    report_by=RULES.due(RULES.clocks[REPORT].within, end_of_day_utc(UNTIL)),
    note="逐户核查",
)
REPORTED = RoundReported(
    town=TOWN_CODE,
    told_to=CIVIL_AFFAIRS,
    until=UNTIL,
    finished_on=date(2026, 4, 28),
    account="已核",
)
IN_SCOPE = ChildFile(
    opened=True,
    birth_month="2016-09",
    town=TOWN_CODE,
    village=VILLAGE_CODE,
    classes={None: Classes(in_scope=True, raises_tier=False)},
)
MIGRANT = replace(IN_SCOPE, classes={None: Classes(False, False, refreshed=True)})


# The round

LATER = date(2026, 5, 31)
put_off = PutOffRound(town=TOWN_CODE, until=UNTIL, put_off_until=LATER, reason="（示例）台风")
PUT_OFF = RoundDelayed(
    town=TOWN_CODE,
    told_to=TOWN,
    until=UNTIL,
    put_off_from=UNTIL,
    put_off_until=LATER,
    report_by=RULES.due(RULES.clocks[REPORT].within, end_of_day_utc(LATER)),
    reason="（示例）台风",
)
HISTORIES: dict[str, tuple[Event, ...]] = {
    "none": (),
    "open": (OPENED,),
    "reported": (OPENED, REPORTED),
}
ACTIONS: dict[str, Command] = {"open": open_round, "report": report, "put off": put_off}
DONE: dict[tuple[str, str, str], Event] = {
    ("none", "open", CIVIL_AFFAIRS): OPENED,
    ("open", "report", TOWN): REPORTED,
    ("open", "put off", CIVIL_AFFAIRS): PUT_OFF,
    ("reported", "put off", CIVIL_AFFAIRS): PUT_OFF,
    # Told again, the newer word counts.
    ("reported", "report", TOWN): REPORTED,
}
REFUSED = {
    ("open", "open", CIVIL_AFFAIRS): "ROUND_OPEN",
    ("reported", "open", CIVIL_AFFAIRS): "ROUND_OPEN",
    ("none", "report", TOWN): "ROUND_NONE",
    ("none", "put off", CIVIL_AFFAIRS): "ROUND_NONE",
}


@pytest.mark.parametrize("state", HISTORIES)
@pytest.mark.parametrize("action", ACTIONS)
@all_of("role", sorted({*EVERY_SEAT, OTHER_TOWN, HUB}))
def test_who_may_do_what_with_a_round_in_which_state(state: str, action: str, role: str) -> None:
    on = TODAY if action == "open" else date(2026, 4, 29)
    outcome = given(*HISTORIES[state]).when(ACTIONS[action], by=role, on=on)
    done = DONE.get((state, action, role))
    if done is not None:
        outcome.then(done)
        return
    not_yours = "ROUND_REPORT_NOT_YOURS" if action == "report" else "ROUND_NOT_YOURS"
    refused = outcome.then_refused(REFUSED.get((state, action, role), not_yours))
    assert refused.text.endswith("。")


@pytest.mark.parametrize(
    ("history", "later", "on", "code"),
    [
        ((OPENED,), UNTIL, TODAY, "ROUND_NOT_LATER"),
        ((OPENED,), date(2036, 4, 30), TODAY, "ROUND_TOO_LONG"),
        ((OPENED,), LATER, UNTIL + timedelta(days=1), "ROUND_OVER"),
        ((OPENED, PUT_OFF), LATER, TODAY, "ROUND_NOT_LATER"),
    ],
)
def test_p17_a_last_day_moves_later_while_it_has_not_come(
    history: tuple[Event, ...], later: date, on: date, code: str
) -> None:
    asked = put_off.model_copy(update={"put_off_until": later})
    given(*history).when(asked, by=CIVIL_AFFAIRS, on=on).then_refused(code)


def test_p17_a_round_is_put_off_once_more_from_where_it_stands() -> None:
    again = put_off.model_copy(update={"put_off_until": date(2026, 6, 30)})
    on = date(2026, 5, 15)
    given(OPENED, PUT_OFF).when(again, by=CIVIL_AFFAIRS, on=on).then(
        happened(RoundDelayed, until=UNTIL, put_off_from=LATER, put_off_until=date(2026, 6, 30))
    )


def test_p17_with_its_round_a_towns_report_is_due_later() -> None:
    stream = round_id(TOWN_CODE, UNTIL)
    cause = as_recorded(PUT_OFF, stream, 2, circumstances(CIVIL_AFFAIRS, TODAY))
    reaction = when_a_round_is_put_off_then_the_towns_report_is_due_later
    assert list(reaction.then(PUT_OFF, cause, OneStation())) == [
        MoveDeadline(subject_id=stream, kind=REPORT, child_ref=stream, due_at=PUT_OFF.report_by)
    ]


def test_p17_what_is_owed_by_the_old_last_day_is_owed_by_the_new_one() -> None:
    """And nothing else: who was verified is not asked for again, and what is due earlier by another
    rule, or overdue already, stays so."""
    later = plan(LATER, put_off_from=UNTIL)
    given(owed()).when(later, by=HUB, on=TODAY, child=IN_SCOPE).then(
        happened(ObligationDelayed, due_at=end_of_day_utc(LATER), owner=VILLAGE)
    )
    given().when(later, by=HUB, on=TODAY, child=IN_SCOPE).then_nothing()
    event = owed()
    (done,) = given(event).when(meeting(TODAY), by=HUB, on=TODAY).events
    given(event, done).when(later, by=HUB, on=TODAY, child=IN_SCOPE).then_nothing()
    earlier = owed(until=date(2026, 4, 10))
    given(earlier).when(later, by=HUB, on=TODAY, child=IN_SCOPE).then_nothing()
    (moved,) = given(event).when(later, by=HUB, on=TODAY, child=IN_SCOPE).events
    missed = MissObligation(obligation=LINE, child_ref=CHILD)
    given(event, moved).when(
        missed, by=HUB, on=UNTIL + timedelta(days=1), child=IN_SCOPE
    ).then_nothing()


def test_a_corrected_round_keeps_its_first_day() -> None:
    again = open_round.model_copy(update={"note": "逐户上门核查"})
    later = TODAY + timedelta(days=3)
    given(OPENED).when(again, by=CIVIL_AFFAIRS, on=later, correction=True).then(
        OPENED.model_copy(update={"note": "逐户上门核查"})
    )


@pytest.mark.parametrize(
    ("asked", "by", "code"),
    [
        (open_round.model_copy(update={"until": date(2026, 3, 30)}), CIVIL_AFFAIRS, "ROUND_OVER"),
        # A year that the calendar does not reach stops no sheet.
        (
            open_round.model_copy(update={"until": date(2036, 4, 30)}),
            CIVIL_AFFAIRS,
            "ROUND_TOO_LONG",
        ),
        (
            report.model_copy(update={"finished_on": date(2026, 5, 1)}),
            TOWN,
            "FINISHED_IN_FUTURE",
        ),
        (report.model_copy(update={"finished_on": date(2026, 3, 1)}), TOWN, "ROUND_BACKWARDS"),
    ],
)
def test_days_that_cannot_be_are_refused(asked: Command, by: str, code: str) -> None:
    history = () if isinstance(asked, OpenRound) else (OPENED,)
    given(*history).when(asked, by=by, on=TODAY).then_refused(code)


def test_the_round_names_no_child_and_seals_what_is_written() -> None:
    for event in (OPENED, REPORTED, PUT_OFF):
        assert event.subject is None
        assert {event.category_of(name) for name in event.SENSITIVE} == {Category.PROGRAMMES}


# What is owed for each child


def plan(until: date | None = UNTIL, **changes: Any) -> PlanVisits:
    return PlanVisits(child_ref=CHILD, kind=OwedKind.VERIFICATION, until=until, **changes)


def owed(child: ChildFile = IN_SCOPE, until: date | None = UNTIL) -> ObligationOpened:
    (event,) = (
        given().when(plan(until), by=HUB, on=TODAY, child=child).then(happened(ObligationOpened))
    )
    assert isinstance(event, ObligationOpened)
    return event


def test_p17_in_a_round_each_child_is_to_be_verified_by_its_last_day() -> None:
    """做好…全面核查工作: by the child director of its village."""
    event = owed()
    assert (event.owner, event.due_at) == (VILLAGE, end_of_day_utc(UNTIL))


@pytest.mark.parametrize(
    "child",
    [
        replace(IN_SCOPE, classes={}),
        replace(IN_SCOPE, village=None),
        replace(IN_SCOPE, birth_month="2008-03"),
        replace(IN_SCOPE, care=Care.INSTITUTION),
    ],
    ids=["not in scope", "lives nowhere yet", "of age", "in an institution"],
)
def test_others_are_not_verified(child: ChildFile) -> None:
    given().when(plan(), by=HUB, on=TODAY, child=child).then_nothing()


def test_a_round_is_of_the_children_who_live_in_its_town() -> None:
    assert owed_within(TOWN_CODE)
    assert not owed_within("310117099")


def owed_within(town: str) -> tuple[Event, ...]:
    asked = plan(within=town)
    return tuple(given().when(asked, by=HUB, on=TODAY, child=IN_SCOPE).events)


def test_without_a_round_nobody_asks_for_a_verification() -> None:
    given().when(plan(None), by=HUB, on=TODAY, child=IN_SCOPE).then_nothing()


def test_what_is_known_of_a_migrant_child_is_looked_at_half_yearly() -> None:
    """流动儿童: data updated at least half-yearly (domain reference §1.1), round or not."""
    event = owed(MIGRANT, until=None)
    assert event.due_at == end_of_day_utc(date(2026, 9, 30))
    after = plan(None, counted_from=date(2026, 9, 1))
    met = given(event).when(meeting(date(2026, 9, 1)), by=HUB, on=date(2026, 9, 1))
    (done,) = met.then(happened(ObligationMet, late=False))
    given(event, done).when(after, by=HUB, on=date(2026, 9, 1), child=MIGRANT).then(
        happened(ObligationOpened, due_at=end_of_day_utc(date(2027, 3, 1)))
    )


def test_a_round_makes_it_due_earlier_and_never_later() -> None:
    event = owed(MIGRANT, until=None)
    given(event).when(plan(), by=HUB, on=TODAY, child=MIGRANT).then(
        happened(ObligationTightened, due_at=end_of_day_utc(UNTIL))
    )
    given(owed()).when(plan(date(2026, 6, 30)), by=HUB, on=TODAY, child=IN_SCOPE).then_nothing()


def test_after_a_round_nothing_is_owed_until_the_next() -> None:
    event = owed()
    (done,) = given(event).when(meeting(TODAY), by=HUB, on=TODAY).then(happened(ObligationMet))
    given(event, done).when(
        plan(None, counted_from=TODAY), by=HUB, on=TODAY, child=IN_SCOPE
    ).then_nothing()
    later = date(2026, 10, 31)
    given(event, done).when(plan(later), by=HUB, on=date(2026, 9, 1), child=IN_SCOPE).then(
        happened(ObligationOpened, due_at=end_of_day_utc(later))
    )


def meeting(day: date) -> MeetObligation:
    return MeetObligation(
        child_ref=CHILD,
        kind=OwedKind.VERIFICATION,
        happened_on=day,
        by=VILLAGE,
        visit=LINE,
    )


# What differs

VERIFIED = ChildVerified(
    child_ref=CHILD,
    town=TOWN_CODE,
    finding=Finding.AS_KNOWN,
    verified_on=TODAY,
    household=None,
    guardians=None,
    carer=None,
    schooling=None,
    health=None,
    means=None,
    differs=None,
)


def recorded(event: Event, corrects: Recorded | None = None) -> Recorded:
    return as_recorded(event, LINE, 1, circumstances(VILLAGE, TODAY), corrects)


@pytest.mark.parametrize("finding", Finding)
def test_p17_who_is_new_moved_or_not_found_is_looked_up_by_the_police(finding: Finding) -> None:
    """公安核对户籍和去向, for the town."""
    event = VERIFIED.model_copy(update={"finding": finding})
    then = when_a_child_is_new_moved_or_not_found_then_the_police_look_up_its_household.then
    found = then(event, recorded(event), OneStation())
    asked = finding in (Finding.NEWLY_FOUND, Finding.MOVED_AWAY, Finding.NOT_FOUND)
    told = [each.model_dump(include={"kind", "sender", "addressee"}) for each in found]
    request = {"kind": "check_registration", "sender": TOWN, "addressee": STATION}
    assert told == ([request] if asked else [])


def test_a_verification_of_tomorrow_is_refused() -> None:
    asked = VerifyChild(
        verification_id=LINE,
        child_ref=CHILD,
        town=TOWN_CODE,
        finding=Finding.AS_KNOWN,
        verified_on=TODAY + timedelta(days=1),
    )
    given().when(asked, by=VILLAGE, on=TODAY).then_refused("VERIFIED_IN_FUTURE")


# Beside the roll

ENROLLED = replace(IN_SCOPE, school=SCHOOL)
ELSEWHERE = replace(IN_SCOPE, elsewhere=True)
AT, NOT_AT, TOO_YOUNG, DONE_WITH = Attends


@pytest.mark.parametrize(
    ("attends", "school", "child", "agrees"),
    [
        (AT, SCHOOL, ENROLLED, True),
        (AT, None, ENROLLED, True),
        (AT, "school:3101170002", ENROLLED, False),
        (AT, SCHOOL, IN_SCOPE, False),
        (AT, None, IN_SCOPE, False),
        (AT, None, ELSEWHERE, True),
        (NOT_AT, None, ENROLLED, False),
        (NOT_AT, None, IN_SCOPE, False),
        (NOT_AT, None, ELSEWHERE, True),
        (TOO_YOUNG, None, IN_SCOPE, True),
        (TOO_YOUNG, None, ENROLLED, False),
        (DONE_WITH, None, IN_SCOPE, True),
        (DONE_WITH, None, ENROLLED, False),
    ],
)
def test_p27_what_the_village_saw_is_compared_with_the_roll(
    attends: Attends, school: str | None, child: ChildFile, agrees: bool
) -> None:
    """教育、公安、民政信息共享: a pupil on the roll who is not at school is seen."""
    asked = CompareEnrolment(
        verification_id=LINE, child_ref=CHILD, town=TOWN_CODE, attends=attends, school=school
    )
    outcome = given().when(asked, by=HUB, on=TODAY, child=child)
    if agrees:
        outcome.then_nothing()
        return
    (event,) = outcome.then(happened(RollDifferenceFound, attends=attends))
    assert event.category is Category.SCHOOLING, "who reads visits alone is not told"
    given(event).when(asked, by=HUB, on=TODAY, child=child).then_nothing()


@pytest.mark.parametrize("organisation", EVERY_SEAT)
def test_only_the_hub_compares(organisation: str) -> None:
    asked = CompareEnrolment(
        verification_id=LINE, child_ref=CHILD, town=TOWN_CODE, attends=NOT_AT, school=None
    )
    refused = given().when(asked, by=organisation, on=TODAY, child=ENROLLED)
    assert refused.then_refused("COMPARED_BY_HUB").text.endswith("。")


def test_attendance_is_stated_under_schooling() -> None:
    stated = StateAttendance(
        verification_id=LINE, child_ref=CHILD, town=TOWN_CODE, attends=NOT_AT, school=None
    )
    (event,) = given().when(stated, by=VILLAGE, on=TODAY).events
    assert event.category is Category.SCHOOLING
