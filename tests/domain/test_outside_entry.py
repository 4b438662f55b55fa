"""Issue: 全国儿童福利信息系统, 学籍系统, 残联, 社会救助: "each record keeping the other system's
number and its 已录入 date", asked for until somebody gives them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.aid_events import AidEnded, AidGranted
from domain.benefit import BenefitGranted
from domain.child_file import ChildClassified, ChildFile, Tier
from domain.deadline import MeetDeadline, SetDeadline
from domain.kernel import Category, Event, Recorded
from domain.organisations import HUB
from domain.outside_entry import (
    CLOCK,
    OUTSIDE_ENTRY,
    AwaitEntry,
    EntryAwaited,
    EntryRecorded,
    EntryWithdrawn,
    RecordEntry,
    WithdrawEntry,
)
from domain.outside_systems import MATTERS, OUTSIDE_SYSTEM
from domain.reactions import outside_entries as reactions
from domain.suspicion import Suspicion
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EVERY_SEAT,
    OTHER_TOWN,
    SCHOOL,
    TOWN,
    TOWN_CODE,
    VILLAGE,
)
from tests.domain.pools import RULES, OneStation
from tests.specification import as_recorded, at_noon, circumstances, given

TODAY = date(2026, 3, 4)
ABOUT: dict[str, Any] = {
    "child_ref": CHILD,
    "system": "CHILD_WELFARE",
    "matter": Category.CLASSIFICATION,
    "of_record": CHILD,
}
awaits = AwaitEntry(**ABOUT, owner=TOWN, town=TOWN_CODE, stated_at=at_noon(TODAY))
enters = RecordEntry(**ABOUT, number="示编0001", entered_on=TODAY)


APPLICATION: dict[str, Any] = {
    "child_ref": CHILD,
    "matter": Category.MEANS,
    "taken_by": VILLAGE,
    "verifier": TOWN,
    "decider": CIVIL_AFFAIRS,
    "town": TOWN_CODE,
    "told_to": None,
    "choose_one": None,
    "scheme": "SPECIAL_CHILD",
}
GRANTED = AidGranted(
    **APPLICATION,
    decided_on=TODAY,
    need_remains=False,
    document_number="（示例）1号",
    reason=None,
    since=date(2026, 4, 1),
    in_kind=False,
    give_by=None,
    review_by=None,
    ends_by=None,
    yuan="3200",
    standard=None,
)
ENDED = AidEnded(**APPLICATION, ended_on=TODAY, end_reason="MOVED", account=None)


def by(on: date = TODAY) -> datetime:
    return RULES.due(RULES.clocks[CLOCK].within, at_noon(on))


AWAITED = EntryAwaited(**ABOUT, owner=TOWN, town=TOWN_CODE, enter_by=by())


def entered(by_whom: str = TOWN, on: date = TODAY, *, settles: bool = True) -> EntryRecorded:
    return EntryRecorded(
        **ABOUT,
        number="示编0001",
        entered_on=TODAY,
        stated_by=by_whom,
        stated_at=at_noon(on),
        settles=settles,
    )


def recorded(event: Event, by_whom: str) -> Recorded:
    return as_recorded(event, CHILD, 1, circumstances(by_whom, TODAY))


def test_what_was_stated_is_to_be_entered_there_in_time() -> None:
    given().when(awaits, by=HUB, on=TODAY).then(AWAITED)
    given(AWAITED).when(awaits, by=HUB, on=TODAY).then_nothing()


def test_the_number_there_and_the_day_are_kept_and_nobody_waits() -> None:
    """已录入: the number is sealed under what the system is about."""
    (event,) = given(AWAITED).when(enters, by=TOWN, on=TODAY).then(entered())
    assert set(event.SENSITIVE) == {"number"}
    assert event.category_of("number") is Category.CLASSIFICATION
    assert OUTSIDE_ENTRY.fold([AWAITED, event]).awaited is False


def test_what_is_changed_after_it_was_entered_is_awaited_again() -> None:
    later = TODAY + timedelta(days=30)
    again = awaits.model_copy(update={"stated_at": at_noon(later)})
    given(AWAITED, entered()).when(again, by=HUB, on=later).then(
        AWAITED.model_copy(update={"enter_by": by(later)})
    )


def test_what_came_from_there_is_not_awaited() -> None:
    """The hub looks after the sheet's rows were stated together with their numbers."""
    given(entered()).when(awaits, by=HUB, on=TODAY).then_nothing()


def test_a_withdrawn_entry_is_awaited_again() -> None:
    withdrawn = EntryWithdrawn(**ABOUT)
    given(AWAITED, entered()).when(WithdrawEntry(**ABOUT), by=TOWN, on=TODAY).then(withdrawn)
    given(AWAITED, entered(), withdrawn).when(awaits, by=HUB, on=TODAY).then(AWAITED)
    cause = recorded(withdrawn, TOWN)
    (again,) = reactions.when_entry_is_withdrawn_then_it_is_awaited_again.then(
        withdrawn, cause, OneStation()
    )
    assert isinstance(again, AwaitEntry)
    assert again.owner == TOWN


@pytest.mark.parametrize(
    ("by_whom", "ends"), [(TOWN, True), (CIVIL_AFFAIRS, True), (OTHER_TOWN, False)]
)
def test_another_towns_row_ends_nobodys_wait(by_whom: str, ends: bool) -> None:
    (event,) = (
        given(AWAITED).when(enters, by=by_whom, on=TODAY).then(entered(by_whom, settles=ends))
    )
    assert OUTSIDE_ENTRY.fold([AWAITED, event]).awaited is not ends


def test_nobody_withdraws_what_another_stated() -> None:
    refused = given(AWAITED, entered()).when(WithdrawEntry(**ABOUT), by=OTHER_TOWN, on=TODAY)
    refused.then_refused("ENTRY_NOT_STATED")


@pytest.mark.parametrize("organisation", EVERY_SEAT)
@pytest.mark.parametrize("system", sorted(MATTERS))
def test_only_who_keeps_a_system_says_what_stands_there(organisation: str, system: str) -> None:
    stated = enters.model_copy(update={"system": system, "matter": MATTERS[system]})
    outcome = given().when(stated, by=organisation, on=TODAY)
    if organisation.split(":")[0] in RULES.outside[system].seats:
        assert outcome.events
    else:
        outcome.then_refused("ENTRY_NOT_YOURS")


def test_a_number_is_not_sealed_under_another_matter() -> None:
    wrong = enters.model_copy(update={"matter": Category.VISITS})
    given().when(wrong, by=TOWN, on=TODAY).then_refused("ENTRY_NOT_YOURS")


def test_it_is_entered_on_a_day_that_has_come() -> None:
    tomorrow = enters.model_copy(update={"entered_on": TODAY + timedelta(days=1)})
    given().when(tomorrow, by=TOWN, on=TODAY).then_refused("ENTERED_IN_FUTURE")


def test_no_office_says_what_is_awaited() -> None:
    given().when(awaits, by=TOWN, on=TODAY).then_refused("ENTRY_AWAITED_BY_HUB")


@pytest.mark.parametrize("owner", [VILLAGE, SCHOOL, HUB])
def test_whoever_does_not_keep_the_system_is_not_waited_for(owner: str) -> None:
    given().when(awaits.model_copy(update={"owner": owner}), by=HUB, on=TODAY).then_nothing()


def test_a_conflicted_town_is_not_asked_and_its_department_is() -> None:
    child = ChildFile(opened=True, suspicions={CHILD: Suspicion(False, frozenset({TOWN}))})
    (event,) = given().when(awaits, by=HUB, on=TODAY, child=child).events
    assert isinstance(event, EntryAwaited)
    assert event.owner == CIVIL_AFFAIRS


def classified(in_scope: bool) -> ChildClassified:
    return ChildClassified(
        child_ref=CHILD,
        entry=None,
        in_scope=in_scope,
        raises_tier=False,
        tier=Tier.BASE,
        since=TODAY,
        until=None,
        categories="ORPHAN" if in_scope else "MIGRANT",
        grounds=None,
        basis=None,
        certifier=None,
    )


@pytest.mark.parametrize("in_scope", [True, False])
def test_children_of_the_plan_are_entered_in_the_national_system(in_scope: bool) -> None:
    event = classified(in_scope)
    cause = recorded(event, TOWN)
    then = reactions.when_child_is_classified_then_it_is_to_be_entered_nationally.then
    found = then(event, cause, OneStation())
    assert [type(each) for each in found] == [AwaitEntry] * in_scope


def test_each_decision_on_a_benefit_is_entered_under_a_number_of_its_own() -> None:
    event = BenefitGranted(
        child_ref=CHILD,
        scheme="MINIMUM_LIVING",
        document_number="示民保〔2026〕0001号",
        reason=None,
        since=TODAY,
        monthly_amount=None,
        standard=None,
        aid_notice=None,
    )
    benefit = UUID(int=61)
    cause = as_recorded(event, benefit, 1, circumstances(TOWN, TODAY))
    then = reactions.when_benefit_is_decided_then_it_is_to_be_entered_with_assistance.then
    (asked,) = then(event, cause, OneStation())
    assert isinstance(asked, AwaitEntry)
    assert (asked.system, asked.of_record, asked.matter) == (
        "SOCIAL_ASSISTANCE",
        benefit,
        Category.MEANS,
    )


@pytest.mark.parametrize("event", [GRANTED, ENDED], ids=["granted", "ended"])
@pytest.mark.parametrize(
    ("matter", "entered"),
    [(Category.MEANS, True), (Category.SCHOOLING, False), (Category.HEALTH, False)],
)
def test_aid_that_was_applied_for_is_entered_with_assistance_as_well(
    event: Any, matter: Category, entered: bool
) -> None:
    """Each application under a number of its own, granted and ended; what schools and the
    federation grant is no matter of 社会救助."""
    application = UUID(int=62)
    stated = event.model_copy(update={"matter": matter})
    cause = as_recorded(stated, application, 3, circumstances(CIVIL_AFFAIRS, TODAY))
    then = reactions.when_aid_is_decided_then_it_is_to_be_entered_with_assistance.then
    found: list[Any] = list(then(stated, cause, OneStation()))
    assert [(each.system, each.of_record, each.matter) for each in found] == (
        [("SOCIAL_ASSISTANCE", application, Category.MEANS)] if entered else []
    )


def test_its_clock_runs_until_it_is_entered() -> None:
    cause = recorded(AWAITED, HUB)
    (set_,) = reactions.when_entry_is_awaited_then_its_clock_runs.then(AWAITED, cause, OneStation())
    assert isinstance(set_, SetDeadline)
    assert (set_.kind, set_.owner, set_.due_at) == (CLOCK, TOWN, by())
    then = reactions.when_record_is_entered_then_nobody_waits.then
    (met,) = then(entered(), cause, OneStation())
    assert isinstance(met, MeetDeadline)
    assert met.subject_id == set_.subject_id
    assert then(entered(OTHER_TOWN, settles=False), cause, OneStation()) == []


def test_every_system_has_its_file_and_its_matter() -> None:
    assert set(RULES.outside) == set(OUTSIDE_SYSTEM.labels) == set(MATTERS)
    assert {code: each.matter for code, each in RULES.outside.items()} == MATTERS
