"""Visits (P17–P21): 儿童主任至少每月联系一次、每两月入户走访一次; 每两周联系、每月走访."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.calendar import end_of_day_utc
from domain.child_file import (
    ChildFile,
    Classes,
    ClassifyChild,
    ConfirmResidence,
    FollowUpEnded,
    NotePlacement,
    Tier,
)
from domain.guardianship_codes import Care
from domain.kernel import Command, Event, Recorded
from domain.organisations import HUB
from domain.reactions.kernel import Reaction
from domain.reactions.visits import (
    when_a_visit_is_corrected_then_what_it_met_is_owed_again,
    when_an_obligation_is_owed_again_then_the_one_after_it_ends,
    when_child_in_scope_changes_then_plan_visits,
    when_obligation_met_then_the_next_is_owed,
    when_visit_recorded_then_obligations_are_met,
)
from domain.registry import TOGETHER
from domain.visit import VISIT, RecordVisit, VisitForm, VisitRecorded
from domain.visit_obligation import VISIT_OBLIGATION, Obligation, ObligationState, obligation_id
from domain.visit_obligation_events import (
    EndFollower,
    MeetObligation,
    MissObligation,
    ObligationEnded,
    ObligationMet,
    ObligationMissed,
    ObligationOpened,
    ObligationReassigned,
    ObligationReopened,
    ObligationTightened,
    OwedKind,
    PlanVisits,
    UnmeetObligation,
)
from tests.domain.invented import (
    CHILD,
    EVERY_SEAT,
    OTHER_VILLAGE,
    OTHER_VILLAGE_CODE,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.domain.pools import OneStation
from tests.specification import (
    Journal,
    Outcome,
    as_recorded,
    circumstances,
    folded,
    given,
    happened,
    sealed,
)

TODAY = date(2026, 3, 31)
VISIT_ID = UUID(int=7)

IN_SCOPE = ChildFile(
    opened=True,
    birth_month="2016-09",
    town=TOWN_CODE,
    village=VILLAGE_CODE,
    classes={None: Classes(in_scope=True, raises_tier=False)},
)
ENHANCED = replace(IN_SCOPE, classes={None: Classes(in_scope=True, raises_tier=True)})
LISTED = replace(IN_SCOPE, classes={}, follow_up_until=date(2026, 9, 30))


def until(day: date) -> datetime:
    return end_of_day_utc(day)


def plan(kind: OwedKind, **changes: Any) -> PlanVisits:
    return PlanVisits(child_ref=CHILD, kind=kind, **changes)


def opened(
    kind: OwedKind = OwedKind.CONTACT, child: ChildFile = IN_SCOPE, **changes: Any
) -> ObligationOpened:
    (event,) = (
        given()
        .when(plan(kind, **changes), by=HUB, on=TODAY, child=child)
        .then(happened(ObligationOpened))
    )
    assert isinstance(event, ObligationOpened)
    return event


# How often


@pytest.mark.parametrize(
    ("kind", "child", "due"),
    [
        (OwedKind.CONTACT, IN_SCOPE, date(2026, 4, 30)),
        (OwedKind.HOME_VISIT, IN_SCOPE, date(2026, 5, 31)),
        (OwedKind.CONTACT, ENHANCED, date(2026, 4, 14)),
        (OwedKind.HOME_VISIT, ENHANCED, date(2026, 4, 30)),
        (OwedKind.FOLLOW_UP, LISTED, date(2026, 4, 30)),
    ],
)
def test_p19_p20_the_plans_cadence(kind: OwedKind, child: ChildFile, due: date) -> None:
    """每月联系、每两月走访; 父母或儿童残疾、心理行为异常的, 每两周联系、每月走访. A month that has
    no 31st ends on its last day."""
    event = opened(kind, child)
    assert event.due_at == until(due)
    assert event.owner == VILLAGE, "儿童主任"
    assert event.tier == child.tier


@pytest.mark.parametrize(
    ("kind", "child"),
    [
        (OwedKind.CONTACT, replace(IN_SCOPE, classes={})),
        (OwedKind.CONTACT, replace(IN_SCOPE, village=None)),
        (OwedKind.HOME_VISIT, replace(IN_SCOPE, birth_month="2008-03")),
        (OwedKind.CONTACT, replace(IN_SCOPE, care=Care.INSTITUTION)),
        (OwedKind.HOME_VISIT, replace(ENHANCED, care=Care.INSTITUTION)),
        (OwedKind.FOLLOW_UP, IN_SCOPE),
        (OwedKind.FOLLOW_UP, replace(LISTED, follow_up_until=TODAY - timedelta(days=1))),
    ],
    ids=[
        "not in scope",
        "lives nowhere yet",
        "of age",
        "in an institution",
        "in an institution, whatever the tier",
        "not listed",
        "list is over",
    ],
)
def test_to_others_nothing_is_owed(kind: OwedKind, child: ChildFile) -> None:
    given().when(plan(kind), by=HUB, on=TODAY, child=child).then_nothing()


@pytest.mark.parametrize("care", [Care.KINSHIP, Care.FOSTER])
def test_a_placed_child_that_lives_in_a_family_is_visited_there(care: Care) -> None:
    """Nobody else would see it."""
    assert opened(child=replace(IN_SCOPE, care=care)).owner == VILLAGE


def test_who_can_go_home_is_followed_up_from_an_institution_too() -> None:
    """可回归家庭的重点关注对象 (plan 二2, P15)."""
    assert opened(OwedKind.FOLLOW_UP, replace(LISTED, care=Care.INSTITUTION)).owner == VILLAGE


def test_what_is_owed_ends_with_the_placement_and_begins_anew_at_home() -> None:
    there = Round()
    there.journal.carry_out(
        NotePlacement(child_ref=CHILD, care=Care.INSTITUTION), by=HUB, on=date(2026, 4, 2)
    )
    for kind in (OwedKind.CONTACT, OwedKind.HOME_VISIT):
        assert there.owed(kind) == [(1, ObligationState.ENDED)]
    there.journal.carry_out(NotePlacement(child_ref=CHILD, care=None), by=HUB, on=LATER)
    assert there.open().counted_from == LATER
    assert there.open(OwedKind.HOME_VISIT).counted_from == LATER


def test_a_child_whose_birth_month_is_unknown_is_visited() -> None:
    assert opened(child=replace(IN_SCOPE, birth_month=None)).owner == VILLAGE


def test_what_is_owed_already_is_not_owed_twice() -> None:
    given(opened()).when(
        plan(OwedKind.CONTACT), by=HUB, on=TODAY + timedelta(days=9), child=IN_SCOPE
    ).then_nothing()


# What changes while it is owed


def test_p20_a_higher_tier_makes_it_due_earlier() -> None:
    """Counted from the day of the change: nobody is late for what was not owed before."""
    change = date(2026, 4, 10)
    given(opened(OwedKind.HOME_VISIT)).when(
        plan(OwedKind.HOME_VISIT), by=HUB, on=change, child=ENHANCED
    ).then(happened(ObligationTightened, due_at=until(date(2026, 5, 10)), tier=Tier.ENHANCED))


def test_but_never_later() -> None:
    change = date(2026, 4, 28)
    given(opened()).when(plan(OwedKind.CONTACT), by=HUB, on=change, child=ENHANCED).then(
        happened(ObligationTightened, due_at=until(date(2026, 4, 30)))
    )


def test_a_lower_tier_lets_what_is_owed_stand() -> None:
    given(opened(child=ENHANCED)).when(
        plan(OwedKind.CONTACT), by=HUB, on=TODAY, child=IN_SCOPE
    ).then_nothing()


def test_a_child_that_moves_does_not_wait_longer_for_it() -> None:
    moved = replace(IN_SCOPE, village=OTHER_VILLAGE_CODE)
    (event,) = (
        given(opened())
        .when(plan(OwedKind.CONTACT), by=HUB, on=TODAY, child=moved)
        .then(happened(ObligationReassigned, owner=OTHER_VILLAGE))
    )
    meet = meeting(date(2026, 4, 2))
    given(opened(), event).when(meet, by=HUB, on=date(2026, 4, 2)).then_nothing()
    theirs = meet.model_copy(update={"by": OTHER_VILLAGE})
    given(opened(), event).when(theirs, by=HUB, on=TODAY).then(
        happened(ObligationMet, owner=OTHER_VILLAGE)
    )


def test_who_leaves_the_scope_is_owed_no_more() -> None:
    out = replace(IN_SCOPE, classes={})
    (ended,) = (
        given(opened())
        .when(plan(OwedKind.CONTACT), by=HUB, on=TODAY, child=out)
        .then(happened(ObligationEnded))
    )
    given(opened(), ended).when(
        missing(), by=HUB, on=date(2027, 1, 1), child=IN_SCOPE
    ).then_nothing()


# What meets it


def meeting(day: date, kind: OwedKind = OwedKind.CONTACT, by: str = VILLAGE) -> MeetObligation:
    return MeetObligation(child_ref=CHILD, kind=kind, happened_on=day, by=by)


def missing() -> MissObligation:
    return MissObligation(obligation=obligation_id(CHILD, OwedKind.CONTACT, 1), child_ref=CHILD)


@pytest.mark.parametrize(
    ("day", "late"), [(TODAY, False), (date(2026, 4, 30), False), (date(2026, 5, 1), True)]
)
def test_a_visit_meets_it_in_time_or_late(day: date, late: bool) -> None:
    given(opened()).when(meeting(day), by=HUB, on=date(2026, 5, 2)).then(
        happened(ObligationMet, happened_on=day, late=late)
    )


def test_a_visit_before_it_was_owed_meets_nothing() -> None:
    """A late upload of an old visit must not put the next one off."""
    given(opened()).when(meeting(TODAY - timedelta(days=1)), by=HUB, on=TODAY).then_nothing()


def test_one_day_of_visiting_does_not_count_twice() -> None:
    renewed = opened(counted_from=TODAY)
    given(renewed).when(meeting(TODAY), by=HUB, on=TODAY).then_nothing()
    given(renewed).when(meeting(TODAY + timedelta(days=1)), by=HUB, on=TODAY).then(
        happened(ObligationMet)
    )


@pytest.mark.parametrize("by", [OTHER_VILLAGE, TOWN, STATION])
def test_only_whoever_owes_it_meets_it(by: str) -> None:
    given(opened()).when(meeting(TODAY, by=by), by=HUB, on=TODAY).then_nothing()


def test_it_is_overdue_when_its_day_is_over_and_not_before() -> None:
    given(opened()).when(missing(), by=HUB, on=date(2026, 4, 30), child=IN_SCOPE).then_nothing()
    (missed,) = (
        given(opened())
        .when(missing(), by=HUB, on=until(date(2026, 4, 30)), child=IN_SCOPE)
        .then(happened(ObligationMissed, due_at=until(date(2026, 4, 30))))
    )
    given(opened(), missed).when(
        missing(), by=HUB, on=date(2026, 6, 1), child=IN_SCOPE
    ).then_nothing()
    given(opened(), missed).when(meeting(date(2026, 5, 9)), by=HUB, on=date(2026, 5, 9)).then(
        happened(ObligationMet, late=True)
    )


def test_what_is_overdue_is_not_made_due_earlier() -> None:
    """Else its clock would be started again and asked for ever."""
    (missed,) = (
        given(opened())
        .when(missing(), by=HUB, on=date(2026, 5, 5), child=IN_SCOPE)
        .then(happened(ObligationMissed))
    )
    given(opened(), missed).when(
        plan(OwedKind.CONTACT), by=HUB, on=date(2026, 5, 6), child=ENHANCED
    ).then_nothing()


@pytest.mark.parametrize(
    ("kind", "child"),
    [
        (OwedKind.CONTACT, replace(IN_SCOPE, birth_month="2008-04")),
        (OwedKind.FOLLOW_UP, replace(LISTED, follow_up_until=date(2026, 4, 20))),
    ],
    ids=["of age", "follow-up is over"],
)
def test_what_is_owed_no_more_when_it_falls_due_ends(kind: OwedKind, child: ChildFile) -> None:
    start = LISTED if kind is OwedKind.FOLLOW_UP else IN_SCOPE
    miss = MissObligation(obligation=obligation_id(CHILD, kind, 1), child_ref=CHILD)
    given(opened(kind, start)).when(miss, by=HUB, on=date(2026, 5, 1), child=child).then(
        happened(ObligationEnded)
    )


def test_a_visit_made_before_the_child_moved_counts_though_it_comes_in_later() -> None:
    moved = replace(IN_SCOPE, village=OTHER_VILLAGE_CODE)
    (event,) = (
        given(opened())
        .when(plan(OwedKind.CONTACT), by=HUB, on=date(2026, 4, 10), child=moved)
        .then(happened(ObligationReassigned, before=VILLAGE, since=date(2026, 4, 10)))
    )
    late = given(opened(), event)
    late.when(meeting(date(2026, 4, 9)), by=HUB, on=date(2026, 4, 12)).then(
        happened(ObligationMet, owner=OTHER_VILLAGE)
    )
    late.when(meeting(date(2026, 4, 11)), by=HUB, on=date(2026, 4, 12)).then_nothing()


def test_a_visit_in_time_that_was_sent_late_was_in_time() -> None:
    """逾期的记录仍在: that it was not heard of in time stays in the log as well."""
    (missed,) = (
        given(opened())
        .when(missing(), by=HUB, on=date(2026, 5, 5), child=IN_SCOPE)
        .then(happened(ObligationMissed))
    )
    given(opened(), missed).when(meeting(date(2026, 4, 20)), by=HUB, on=date(2026, 5, 6)).then(
        happened(ObligationMet, late=False)
    )


# The visit itself


def visit(form: VisitForm = VisitForm.HOME_VISIT, **changes: Any) -> RecordVisit:
    said = {"visit_id": VISIT_ID, "form": form, "visited_on": TODAY, "met": True, **changes}
    return RecordVisit(child_ref=CHILD, **said)


def recorded(command: RecordVisit) -> VisitRecorded:
    (event,) = given().when(command, by=VILLAGE, on=TODAY).then(happened(VisitRecorded))
    assert isinstance(event, VisitRecorded)
    return event


@pytest.mark.parametrize(
    ("form", "meets"),
    [
        (VisitForm.CALL, {"contact"}),
        (VisitForm.MEETING, {"contact"}),
        (VisitForm.HOME_VISIT, {"contact", "home_visit", "follow_up"}),
    ],
)
def test_a_visit_is_a_contact_too_and_a_call_is_never_a_visit(
    form: VisitForm, meets: set[str]
) -> None:
    assert set(recorded(visit(form)).meets) == meets


def test_a_visit_at_which_nobody_was_met_is_kept_and_meets_nothing() -> None:
    """未见到人: logged, and the clock runs on."""
    assert recorded(visit(met=False, not_met_reason="NOBODY_HOME")).meets == ()


def test_a_visit_that_has_not_been_made_yet_is_refused() -> None:
    given().when(visit(visited_on=TODAY + timedelta(days=1)), by=VILLAGE, on=TODAY).then_refused(
        "VISIT_IN_FUTURE"
    )


@pytest.mark.parametrize(
    ("by", "child"),
    [
        (VILLAGE, replace(IN_SCOPE, village=OTHER_VILLAGE_CODE)),
        (VILLAGE, ChildFile()),
        (TOWN, IN_SCOPE),
    ],
    ids=["moved since", "nobody's", "no village"],
)
def test_what_comes_from_a_list_must_still_be_on_it(by: str, child: ChildFile) -> None:
    """The refusal is the same whether the child moved or never was."""
    refusal = (
        given()
        .when(visit(from_list=True), by=by, on=TODAY, child=child)
        .then_refused("VISIT_NOT_YOURS")
    )
    assert "110" in refusal.text
    left = replace(
        IN_SCOPE,
        village=OTHER_VILLAGE_CODE,
        villages_left={VILLAGE_CODE: TODAY - timedelta(days=1)},
    )
    given().when(visit(from_list=True), by=VILLAGE, on=TODAY, child=left).then_refused(
        "VISIT_NOT_YOURS"
    )
    before = visit(from_list=True, visited_on=TODAY - timedelta(days=1))
    for command, file in ((visit(from_list=True), IN_SCOPE), (before, left)):
        given().when(command, by=VILLAGE, on=TODAY, child=file).then(happened(VisitRecorded))


def test_what_was_seen_is_sealed_by_what_it_is_about() -> None:
    """A town that reads visits does not by that read of health or schooling."""
    categories = {name: mark.category for name, mark in VisitRecorded.SENSITIVE.items()}
    assert {categories.pop(name) for name in ("health", "schooling", "guardian_contact")} == {
        "health",
        "schooling",
        "guardianship",
    }
    assert set(categories.values()) == {"visits"}
    clear = set(VisitRecorded.model_fields) - set(VisitRecorded.SENSITIVE)
    assert clear == {
        *("child_ref", "form", "visited_on", "met", "meets", "problem", "problem_since"),
    }


# What follows


def cause(event: Event, by: str = VILLAGE) -> Recorded:
    return as_recorded(event, UUID(int=9), 1, circumstances(by, TODAY))


def asked(reaction: Reaction, event: Event) -> list[Any]:
    return list(reaction.then(sealed(event), cause(event), OneStation()))


def test_a_visit_meets_what_it_meets_in_the_visitors_name() -> None:
    event = recorded(visit(VisitForm.CALL))
    (command,) = asked(when_visit_recorded_then_obligations_are_met, event)
    assert command == meeting(TODAY).model_copy(update={"visit": cause(event).originator_id})


def test_the_next_is_counted_from_the_visit_and_not_from_its_entry() -> None:
    met = ObligationMet(
        child_ref=CHILD, kind=OwedKind.CONTACT, owner=VILLAGE, happened_on=TODAY, late=False
    )
    (command,) = asked(when_obligation_met_then_the_next_is_owed, met)
    assert command == plan(OwedKind.CONTACT, counted_from=TODAY)
    assert opened(counted_from=TODAY).counted_from == TODAY


def test_whatever_changes_the_scope_plans_every_kind_of_visit() -> None:
    for event in when_child_in_scope_changes_then_plan_visits.on:
        assert "child_ref" in event.model_fields
    ended = FollowUpEnded(child_ref=CHILD)
    assert asked(when_child_in_scope_changes_then_plan_visits, ended) == [
        plan(kind) for kind in OwedKind
    ]


# A visit that is corrected (未见到人, or another day)


class Round:
    """A village, and a child that it visits: what is owed, and what its visits come to."""

    def __init__(self) -> None:
        self.journal = Journal(places=OneStation(), together=TOGETHER)
        for command in (
            ConfirmResidence(
                child_ref=CHILD,
                town=TOWN_CODE,
                village=VILLAGE_CODE,
                police_station=None,
                address=None,
                since=TODAY,
            ),
            ClassifyChild(child_ref=CHILD, categories=("ORPHAN",)),
        ):
            self.journal.carry_out(command, by=TOWN, on=TODAY)

    def visited(
        self, on: date, corrects: Recorded | None = None, visit_id: UUID = VISIT_ID, **changes: Any
    ) -> Recorded:
        command = visit(visit_id=visit_id, visited_on=on, **changes)
        facts = self.journal.carry_out(command, by=VILLAGE, on=LATER, corrects=corrects)
        return facts[0]

    def owed(self, kind: OwedKind = OwedKind.CONTACT) -> list[tuple[int, ObligationState]]:
        """Each obligation of the kind, and where it stands."""
        states = self.journal.states(VISIT_OBLIGATION)
        found = ((n, states(obligation_id(CHILD, kind, n))) for n in range(1, 9))
        return [(n, each.state) for n, each in found if each.state is not ObligationState.NONE]

    def open(self, kind: OwedKind = OwedKind.CONTACT) -> Obligation:
        """The one that is owed: there is always exactly one."""
        states = self.journal.states(VISIT_OBLIGATION)
        (found,) = [
            each for n in range(1, 9) if (each := states(obligation_id(CHILD, kind, n))).open
        ]
        return found

    def miss(self, ordinal: int, on: date) -> None:
        miss = MissObligation(
            obligation=obligation_id(CHILD, OwedKind.CONTACT, ordinal), child_ref=CHILD
        )
        self.journal.carry_out(miss, by=HUB, on=on)


LATER = date(2026, 5, 20)
UNSEEN: dict[str, Any] = {"met": False, "not_met_reason": "NOBODY_HOME"}


def test_a_visit_corrected_to_nobody_met_is_owed_again_by_its_old_day() -> None:
    """未见到人 does not put the next one off (domain reference §5), also not when it is said later:
    both what a visit meets, 入户走访 and 联系, are owed as if it had not been made."""
    there = Round()
    first = there.visited(date(2026, 4, 10))
    assert there.owed() == [(1, ObligationState.MET), (2, ObligationState.OWED)]
    there.visited(date(2026, 4, 10), corrects=first, **UNSEEN)
    assert there.owed() == [(1, ObligationState.OWED), (2, ObligationState.ENDED)]
    assert there.open().due_at == until(date(2026, 4, 30))
    assert there.open(OwedKind.HOME_VISIT).due_at == until(date(2026, 5, 31))


def test_what_is_owed_again_is_met_by_the_next_visit_and_followed_as_ever() -> None:
    there = Round()
    first = there.visited(date(2026, 4, 10))
    there.visited(date(2026, 4, 10), corrects=first, **UNSEEN)
    again = there.visited(date(2026, 5, 5), visit_id=UUID(int=8))
    assert there.owed() == [
        (1, ObligationState.MET),
        (2, ObligationState.ENDED),
        (3, ObligationState.OWED),
    ]
    assert there.open().counted_from == date(2026, 5, 5)
    there.visited(date(2026, 5, 5), corrects=again, visit_id=UUID(int=8), **UNSEEN)
    assert there.open().due_at == until(date(2026, 4, 30)), "a second time as well"
    assert there.owed()[-1] == (3, ObligationState.ENDED)


def test_a_visit_corrected_to_another_day_meets_it_on_that_day() -> None:
    there = Round()
    first = there.visited(date(2026, 4, 10))
    there.visited(date(2026, 4, 20), corrects=first)
    assert there.open().counted_from == date(2026, 4, 20)
    first_one = there.journal.states(VISIT_OBLIGATION)(obligation_id(CHILD, OwedKind.CONTACT, 1))
    assert (first_one.state, first_one.met_on) == (ObligationState.MET, date(2026, 4, 20))


def test_a_visit_corrected_to_a_call_is_a_contact_still_and_no_visit() -> None:
    there = Round()
    first = there.visited(date(2026, 4, 10))
    there.visited(date(2026, 4, 10), corrects=first, form=VisitForm.CALL)
    assert there.owed() == [(1, ObligationState.MET), (2, ObligationState.OWED)]
    assert there.owed(OwedKind.HOME_VISIT) == [
        (1, ObligationState.OWED),
        (2, ObligationState.ENDED),
    ]


def test_a_correction_of_what_was_said_changes_nothing_of_what_is_owed() -> None:
    there = Round()
    first = there.visited(date(2026, 4, 10))
    before = there.journal.states(VISIT_OBLIGATION)(obligation_id(CHILD, OwedKind.CONTACT, 2))
    there.visited(date(2026, 4, 10), corrects=first, mood="低落")
    assert there.open() == before
    assert there.owed() == [(1, ObligationState.MET), (2, ObligationState.OWED)]


def test_the_correction_of_an_old_visit_leaves_what_a_later_one_met() -> None:
    """The later visit would have met it: nothing is owed for it any more."""
    there = Round()
    first = there.visited(date(2026, 4, 10))
    there.visited(date(2026, 5, 2), visit_id=UUID(int=8))
    there.visited(date(2026, 4, 10), corrects=first, **UNSEEN)
    assert there.open().counted_from == date(2026, 5, 2)


def test_what_was_missed_before_a_visit_is_not_missed_a_second_time() -> None:
    there = Round()
    there.miss(1, on=date(2026, 5, 3))
    first = there.visited(date(2026, 5, 5))
    there.visited(date(2026, 5, 5), corrects=first, **UNSEEN)
    assert there.owed() == [(1, ObligationState.OVERDUE), (2, ObligationState.ENDED)]
    assert list(there.journal.streams[obligation_id(CHILD, OwedKind.CONTACT, 1)])[-1].TOPIC == (
        ObligationReopened.TOPIC
    )


def test_a_child_that_is_owed_nothing_by_now_is_owed_nothing_again() -> None:
    there = Round()
    first = there.visited(date(2026, 4, 10))
    out = ClassifyChild(child_ref=CHILD, categories=("MIGRANT",))
    there.journal.carry_out(out, by=TOWN, on=LATER)
    there.visited(date(2026, 4, 10), corrects=first, **UNSEEN)
    assert there.owed() == [(1, ObligationState.MET), (2, ObligationState.ENDED)]


def test_only_a_corrected_visit_takes_back() -> None:
    event = recorded(visit())
    assert asked(when_a_visit_is_corrected_then_what_it_met_is_owed_again, event) == []
    reopened = ObligationReopened(
        child_ref=CHILD,
        kind=OwedKind.CONTACT,
        owner=VILLAGE,
        visit=VISIT_ID,
        due_at=until(TODAY),
    )
    assert asked(when_an_obligation_is_owed_again_then_the_one_after_it_ends, reopened) == [
        EndFollower(child_ref=CHILD, kind=OwedKind.CONTACT, reopened=UUID(int=9)),
        plan(OwedKind.CONTACT),
    ]


# Every state, every act, every seat

S = ObligationState
_MET_BY = UUID(int=9)


def histories() -> dict[ObligationState, tuple[Event, ...]]:
    owed = opened()
    missed = given(owed).when(missing(), by=HUB, on=date(2026, 5, 1), child=IN_SCOPE).events
    visited = meeting(date(2026, 4, 9)).model_copy(update={"visit": _MET_BY})
    met = given(owed).when(visited, by=HUB, on=LATER).events
    out = replace(IN_SCOPE, classes={})
    ended = given(owed).when(plan(OwedKind.CONTACT), by=HUB, on=LATER, child=out).events
    return {
        S.NONE: (),
        S.OWED: (owed,),
        S.OVERDUE: (owed, *missed),
        S.MET: (owed, *met),
        S.ENDED: (owed, *ended),
    }


OBLIGATION_ACTS: dict[str, tuple[Command, dict[ObligationState, ObligationState]]] = {
    "planned": (plan(OwedKind.CONTACT), {S.NONE: S.OWED, S.MET: S.OWED, S.ENDED: S.OWED}),
    "visited": (meeting(date(2026, 4, 20)), {S.OWED: S.MET, S.OVERDUE: S.MET}),
    "a visit before": (meeting(date(2026, 3, 1)), {}),
    "another's visit": (meeting(date(2026, 4, 20), by=OTHER_VILLAGE), {}),
    "corrected": (
        UnmeetObligation(child_ref=CHILD, kind=OwedKind.CONTACT, visit=_MET_BY, meets=None),
        {S.MET: S.OWED},
    ),
    "another visit corrected": (
        UnmeetObligation(child_ref=CHILD, kind=OwedKind.CONTACT, visit=VISIT_ID, meets=None),
        {},
    ),
    "follows none": (
        EndFollower(child_ref=CHILD, kind=OwedKind.CONTACT, reopened=_MET_BY),
        {S.OWED: S.ENDED, S.OVERDUE: S.ENDED},
    ),
    "its day is over": (missing(), {S.OWED: S.OVERDUE}),
}
"""What each act leads to, and from which states; in every other one it changes nothing."""


@pytest.mark.parametrize("name", OBLIGATION_ACTS)
@pytest.mark.parametrize("state", ObligationState)
def test_p19_every_state_every_act_of_what_is_owed(state: ObligationState, name: str) -> None:
    """The hub alone asks for any of it; every office is refused, whatever stands."""
    command, leads = OBLIGATION_ACTS[name]
    history = given(*histories()[state])
    outcome = history.when(command, by=HUB, on=LATER, child=IN_SCOPE)
    assert outcome.refusal is None
    if state in leads:
        after_it = folded(VISIT_OBLIGATION, *history.events, *outcome.events)
        assert after_it.state is leads[state]
    else:
        assert outcome.events == ()
    for actor in EVERY_SEAT:
        history.when(command, by=actor, on=LATER, child=IN_SCOPE).then_refused("VISITS_BY_HUB")


# Which obligation is meant


def load(*states: ObligationState) -> Callable[[UUID], Obligation]:
    found = {
        obligation_id(CHILD, OwedKind.CONTACT, n): Obligation(state=state)
        for n, state in enumerate(states, start=1)
    }
    return lambda stream: found.get(stream, Obligation())


@pytest.mark.parametrize("count", range(40))
def test_the_last_one_is_found_however_many_there_are(count: int) -> None:
    states = [ObligationState.MET] * count
    seen: list[UUID] = []

    def counting(stream: UUID) -> Obligation:
        seen.append(stream)
        return load(*states)(stream)

    found = VISIT_OBLIGATION.locate(meeting(TODAY), counting)
    assert found == obligation_id(CHILD, OwedKind.CONTACT, max(count, 1))
    assert len(seen) <= 2 + 2 * max(count, 1).bit_length()
    planned = VISIT_OBLIGATION.locate(plan(OwedKind.CONTACT), load(*states))
    assert planned == obligation_id(CHILD, OwedKind.CONTACT, count + 1)


def test_what_is_open_is_what_is_planned_anew() -> None:
    states = [ObligationState.MET, ObligationState.OVERDUE]
    planned = VISIT_OBLIGATION.locate(plan(OwedKind.CONTACT), load(*states))
    assert planned == obligation_id(CHILD, OwedKind.CONTACT, 2)


def test_a_visit_has_the_identifier_that_the_phone_gave_it() -> None:
    assert VISIT.locate(visit(), lambda stream: VISIT.initial) == VISIT_ID
    assert isinstance(given().when(visit(), by=VILLAGE, on=TODAY), Outcome)
