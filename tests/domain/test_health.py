"""Health findings: P20 (残疾儿童、心理或行为异常：每两周联系、每月走访), P25, 不得标签化."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from domain.child_file import CHILD_FILE, ChildFile, Tier
from domain.code_sets import DISABILITY_CLASS
from domain.health import (
    HEALTH_FINDINGS,
    CareNoted,
    CareNoticeEnded,
    DisabilityCertified,
    DisabilityRuledOut,
    DisabilitySuspected,
    HealthFindings,
    HealthFollowUpEnded,
    HealthFollowUpStarted,
    RecordDisability,
    RecordHealthFollowUp,
    ReviewCareNotice,
    RuleOutDisability,
    SuspectDisability,
    health_id,
)
from domain.kernel import Category, Command, Event
from domain.organisations import HUB, Seat, district_organisation
from domain.reactions.health import when_disability_suspected_then_the_federation_assesses
from domain.referral import AcceptReferral, CompleteReferral, RequestReferral
from domain.registry import TOGETHER
from domain.rules import Rules
from hub.policies import load_policies
from tests.domain.invented import CHILD, EVERY_SEAT, OTHER_CHILD, TOWN, TOWN_CODE
from tests.domain.pools import OneStation
from tests.specification import Journal, as_recorded, circumstances, folded, given, happened

TODAY = date(2026, 3, 4)
LATER = date(2026, 5, 6)
HOSPITAL = "hospital:3101170001"
FEDERATION = district_organisation(Seat.DISABLED_FEDERATION)
ENTRY, OTHER_ENTRY = UUID(int=1), UUID(int=2)
RULES = load_policies().rules
PUBLISHING = {Seat.HEALTH, Seat.HOSPITAL, Seat.DISABLED_FEDERATION, Seat.WELFARE_INSTITUTION}

suspect = SuspectDisability(
    child_ref=CHILD, entry=ENTRY, town=TOWN_CODE, signs="言语发育迟缓", account=None
)
SUSPECTED = DisabilitySuspected(**suspect.model_dump())
record = RecordDisability(
    child_ref=CHILD,
    entry=ENTRY,
    disability_class="5",
    disability_grade="2",
    certificate_number=None,
    account=None,
)
CERTIFIED = DisabilityCertified(**record.model_dump(), raises_tier=True)
rule_out = RuleOutDisability(child_ref=CHILD, entry=ENTRY, account="复核")
follow_up = RecordHealthFollowUp(
    child_ref=CHILD, entry=ENTRY, ended=False, reason="情绪低落", plan="每月门诊", account=None
)
FOLLOWED = HealthFollowUpStarted(**follow_up.model_dump(exclude={"ended"}))
review = ReviewCareNotice(child_ref=CHILD)
EVERY_FINDING: tuple[Command, ...] = (suspect, record, follow_up)


# Who states what


@pytest.mark.parametrize("by", EVERY_SEAT)
def test_a_finding_is_the_word_of_those_who_publish_health(by: str) -> None:
    """Domain reference §10: a village that may write of health (own) finds nothing."""
    seat = Seat(by.split(":")[0])
    for command in (suspect, follow_up):
        outcome = given().when(command, by=by, on=TODAY)
        if seat in PUBLISHING:
            assert len(outcome.events) == 1
        else:
            outcome.then_refused("HEALTH_NOT_YOURS")
    ruled_out = given(SUSPECTED).when(rule_out, by=by, on=TODAY)
    if seat not in PUBLISHING:
        ruled_out.then_refused("HEALTH_NOT_YOURS")


@pytest.mark.parametrize("by", EVERY_SEAT)
def test_a_certificate_is_recorded_by_federation_and_those_who_treat_the_child(by: str) -> None:
    """残联 issues class and grade; hospital and health authority see the certificate."""
    outcome = given().when(record, by=by, on=TODAY)
    if Seat(by.split(":")[0]) in PUBLISHING - {Seat.WELFARE_INSTITUTION}:
        outcome.then(CERTIFIED)
    else:
        outcome.then_refused("CERTIFICATE_NOT_YOURS")


@pytest.mark.parametrize(
    "event",
    [
        DisabilitySuspected,
        DisabilityCertified,
        DisabilityRuledOut,
        HealthFollowUpStarted,
        HealthFollowUpEnded,
    ],
)
def test_a_finding_is_health_and_makes_no_field_for_those_who_may_not_read_it(
    event: type[Event],
) -> None:
    assert event.CATEGORY is Category.HEALTH
    assert event.SENSITIVE
    assert {mark.category for mark in event.SENSITIVE.values()} == {Category.HEALTH}
    assert not any(mark.flag for mark in event.SENSITIVE.values())
    clear = set(event.model_fields) - set(event.SENSITIVE)
    assert clear <= {"child_ref", "entry", "town", "raises_tier"}
    assert {command.STATES for command in EVERY_FINDING} == {Category.HEALTH}


def test_class_grade_and_number_are_sealed() -> None:
    assert {"disability_class", "disability_grade", "certificate_number"} <= set(
        DisabilityCertified.SENSITIVE
    )


def test_one_child_has_one_stream() -> None:
    for command in (*EVERY_FINDING, rule_out, review):
        assert HEALTH_FINDINGS.locate(command, lambda _: None) == health_id(CHILD)
    assert health_id(CHILD) != health_id(OTHER_CHILD)


# Which classes raise the tier


def under(*classes: str) -> Rules:
    visits = RULES.visits.model_copy(update={"disability_classes": frozenset(classes)})
    return RULES.model_copy(update={"visits": visits})


@pytest.mark.parametrize("code", DISABILITY_CLASS.labels)
def test_p20_a_disabled_child_is_visited_more_often(code: str) -> None:
    """残疾儿童: every class, until the district narrows it in policies/visits.toml."""
    command = record.model_copy(update={"disability_class": code})
    given().when(command, by=FEDERATION, on=TODAY).then(
        happened(DisabilityCertified, disability_class=code, raises_tier=True)
    )
    narrow = given().under(under("4", "5"))
    narrow.when(command, by=FEDERATION, on=TODAY).then(
        happened(DisabilityCertified, raises_tier=code in ("4", "5"))
    )


# What a finding does to the tier and to those around the child


class Child:
    """One child through everything that happens together."""

    def __init__(self) -> None:
        self.journal = Journal(places=OneStation(), together=TOGETHER)

    def told(self, command: Command, on: date = TODAY) -> list[Event]:
        """What followed beside the finding itself, visits left out."""
        recorded = self.journal.carry_out(command, by=HOSPITAL, on=on)
        return [
            each.event
            for each in recorded[1:]
            if each.event.TOPIC.startswith(("child_file.", "health."))
        ]

    def file(self) -> ChildFile:
        return self.journal.states(CHILD_FILE)(CHILD)

    @property
    def findings(self) -> HealthFindings:
        return self.journal.states(HEALTH_FINDINGS)(health_id(CHILD))


@pytest.fixture
def child() -> Child:
    return Child()


def test_p20_a_certificate_raises_the_tier_in_the_same_append(child: Child) -> None:
    child.told(record)
    assert child.file().tier is Tier.ENHANCED


def test_what_is_only_suspected_does_not_raise_the_tier(child: Child) -> None:
    child.told(suspect)
    assert child.file().tier is Tier.BASE


def test_p20_psychological_follow_up_raises_the_tier_until_it_ends(child: Child) -> None:
    """心理或行为异常: the start raises, the end lowers."""
    child.told(follow_up)
    assert child.file().tier is Tier.ENHANCED
    child.told(follow_up.model_copy(update={"ended": True}), on=LATER)
    assert child.file().tier is Tier.BASE


def test_the_end_of_one_follow_up_lowers_nothing_while_another_runs(child: Child) -> None:
    """Nor while a disability is certified: each stands for itself."""
    other = follow_up.model_copy(update={"entry": OTHER_ENTRY})
    for command in (follow_up, other, record):
        child.told(command)
    ended = {"ended": True}
    assert child.told(follow_up.model_copy(update=ended)) != []
    assert child.file().tier is Tier.ENHANCED
    child.told(other.model_copy(update=ended))
    assert child.file().tier is Tier.ENHANCED
    child.told(rule_out)
    assert child.file().tier is Tier.BASE


def test_a_follow_up_of_the_past_never_raised_anything(child: Child) -> None:
    assert child.told(follow_up.model_copy(update={"ended": True})) == []
    assert child.file().tier is Tier.BASE


def test_a_certificate_restated_with_a_class_that_does_not_count_lowers_the_tier(
    child: Child,
) -> None:
    child.journal.rules = under("4", "5")
    child.told(record)
    assert child.file().tier is Tier.ENHANCED
    child.told(record.model_copy(update={"disability_class": "1"}))
    assert child.file().tier is Tier.BASE


def test_the_childs_file_does_not_tell_what_was_found(child: Child) -> None:
    """A trigger is a pseudonym: of no two findings the same, and of no entry."""
    for command in (record, follow_up):
        child.told(command)
    assert len(child.file().triggers) == 2
    assert child.file().triggers.isdisjoint({ENTRY, CHILD, health_id(CHILD)})


@pytest.mark.parametrize("finding", EVERY_FINDING, ids=lambda command: type(command).__name__)
def test_those_around_the_child_are_asked_for_care_in_words_that_name_nothing(
    child: Child, finding: Command
) -> None:
    """不得标签化: whatever was found, the same words, of the hub and of no hospital."""
    recorded = child.journal.carry_out(finding, by=HOSPITAL, on=TODAY)
    (note,) = [each for each in recorded if isinstance(each.event, CareNoted)]
    assert note.header.actor.organisation == HUB
    event = CareNoted(child_ref=CHILD)
    assert event.notice == "请日常多加关心，如有情况联系卫生健康部门"
    assert set(type(event).model_fields) == {"child_ref", "notice"}
    assert type(event).SENSITIVE["notice"].flag


def test_care_is_asked_for_once_and_ends_with_the_last_finding(child: Child) -> None:
    first, second = child.told(suspect), child.told(record)
    assert [type(e) for e in first] == [CareNoted]
    assert CareNoted not in map(type, second)
    child.told(follow_up)
    assert CareNoticeEnded not in map(type, child.told(rule_out))
    ended = child.told(follow_up.model_copy(update={"ended": True}))
    assert [type(e) for e in ended][-1] is CareNoticeEnded
    assert not child.findings.care_noted
    given().when(review, by=HUB, on=TODAY).then_nothing()


def test_a_suspicion_that_is_certified_is_one_finding() -> None:
    """The same record, stated again: 疑似 becomes 已持证."""
    assert folded(HEALTH_FINDINGS, SUSPECTED, CERTIFIED) == HealthFindings(
        certified=frozenset({ENTRY})
    )
    assert folded(HEALTH_FINDINGS, CERTIFIED, SUSPECTED) == HealthFindings(
        suspected=frozenset({ENTRY})
    )
    ruled_out = DisabilityRuledOut(**rule_out.model_dump())
    for stated in (SUSPECTED, CERTIFIED):
        given(stated).when(rule_out, by=HOSPITAL, on=TODAY).then(ruled_out)
        assert folded(HEALTH_FINDINGS, stated, ruled_out) == HealthFindings()


def test_what_was_never_stated_cannot_be_ruled_out() -> None:
    other = rule_out.model_copy(update={"entry": OTHER_ENTRY})
    for history in (given(), given(SUSPECTED), given(FOLLOWED)):
        history.when(other, by=HOSPITAL, on=TODAY).then_refused("DISABILITY_NOT_STATED")


def test_a_finding_that_was_ruled_out_can_be_put_right() -> None:
    ruled_out = DisabilityRuledOut(**rule_out.model_dump())
    again = rule_out.model_copy(update={"account": "更正"})
    (event,) = (
        given(SUSPECTED, ruled_out)
        .when(again, by=HOSPITAL, on=TODAY, correction=True)
        .then(happened(DisabilityRuledOut, entry=ENTRY, account="更正"))
    )
    assert folded(HEALTH_FINDINGS, SUSPECTED, ruled_out, event) == HealthFindings()


# P25: 残疾评定和康复服务


def referred(by: str, *, corrected: bool = False) -> list[Command]:
    cause = as_recorded(SUSPECTED, health_id(CHILD), 1, circumstances(by, TODAY))
    if corrected:
        cause = replace(cause, header=replace(cause.header, supersedes=UUID(int=9)))
    then = when_disability_suspected_then_the_federation_assesses.then
    return list(then(SUSPECTED, cause, OneStation()))


def test_p25_a_suspected_disability_goes_to_the_federation() -> None:
    """残疾儿童…康复训练补贴: 残联 assesses and offers what there is."""
    (command,) = referred(HOSPITAL)
    assert isinstance(command, RequestReferral)
    assert (command.kind, command.addressee) == ("assess_disability", FEDERATION)
    assert (command.sender, command.child_ref, command.town) == (HOSPITAL, CHILD, TOWN_CODE)
    assert RULES.referrals["assess_disability"].matter is Category.HEALTH


def test_the_federation_refers_nothing_to_itself_and_a_corrected_record_nothing_again() -> None:
    assert referred(FEDERATION) == []
    assert referred(HOSPITAL, corrected=True) == []


def test_p25_an_assessment_of_no_disability_ends_the_suspicion_and_nothing_else() -> None:
    """The hub asks; what was certified meanwhile, or ruled out before, stands as it is."""
    outcome = given(SUSPECTED).when(rule_out, by=HUB, on=LATER)
    outcome.then(happened(DisabilityRuledOut, entry=ENTRY))
    certified = given(SUSPECTED).when(record, by=HOSPITAL, on=TODAY).events
    ruled_out = DisabilityRuledOut(**rule_out.model_dump())
    for history in ((), (SUSPECTED, *certified), (SUSPECTED, ruled_out)):
        given(*history).when(rule_out, by=HUB, on=LATER).then_nothing()


@pytest.mark.parametrize("outcome", sorted(RULES.referrals["assess_disability"].outcomes))
def test_p25_what_the_federation_finds_leads_back_to_the_suspicion(outcome: str) -> None:
    """未达残疾标准 ends it and the notice of care, in the answer's own append; no other answer
    does, and another suspicion stays."""
    journal = Journal(places=OneStation(), together=TOGETHER)
    journal.carry_out(suspect, by=HOSPITAL, on=TODAY)
    (command,) = referred(HOSPITAL)
    assert isinstance(command, RequestReferral)
    journal.carry_out(command, by=HUB, on=TODAY)
    for step in (
        AcceptReferral(referral_id=command.referral_id),
        CompleteReferral(referral_id=command.referral_id, outcome=outcome),
    ):
        journal.carry_out(step, by=FEDERATION, on=LATER)
    findings = journal.states(HEALTH_FINDINGS)(health_id(CHILD))
    stands = outcome != "NOT_DISABLED"
    assert (findings.suspected == {ENTRY}, findings.care_noted) == (stands, stands)


def test_a_town_that_sees_the_tier_states_no_finding() -> None:
    given(SUSPECTED).when(record, by=TOWN, on=TODAY).then_refused("CERTIFICATE_NOT_YOURS")
