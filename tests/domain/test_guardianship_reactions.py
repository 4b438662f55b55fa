"""What follows from a guardianship case: P10, P11 (责令), P14 (评估), P15 (回访), P16 (安置)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.approval import ApproveProposal
from domain.calendar import end_of_day_utc
from domain.child_file import CHILD_FILE, ConfirmResidence, NotePlacement
from domain.deadline import DeadlineState, deadline_id
from domain.deadline_state import Deadline
from domain.deadline_stream import DEADLINE
from domain.guardianship_case import (
    GUARDIANSHIP_CASE,
    guardianship_case_id,
)
from domain.guardianship_codes import (
    Care,
    Conclusion,
    GuidanceOrderKind,
)
from domain.guardianship_commands import (
    CloseGuardianshipCase,
    OrderGuidance,
    PlaceChild,
    RecordAdmonition,
    RecordAssessment,
    RecordSearchResult,
    ReportToPolice,
    ReturnChildHome,
)
from domain.guardianship_events import (
    AssessmentRecorded,
    ChildPlaced,
    ClosingProposed,
    GuardianshipCaseClosed,
)
from domain.guardianship_state import (
    GuardianshipState,
)
from domain.kernel import Actor, Category, Command, Event, Recorded
from domain.organisations import HUB, Post, Seat, district_organisation, seat_of
from domain.reactions.guardianship import (
    PARENT_SEARCH,
    PLACEMENT_REVIEW,
    care_task,
    placement_id,
    search_task,
)
from domain.referral import (
    REFERRAL,
    AcceptReferral,
    CompleteReferral,
    ReferralRequested,
    ReferralState,
    RequestReferral,
)
from domain.registry import AFTERWARDS, TOGETHER
from domain.scope import SCOPE, scope_id
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    OTHER_STATION,
    OTHER_TOWN,
    OTHER_TOWN_CODE,
    POLICE,
    PROCURATORATE,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.specification import Journal

TODAY = date(2026, 3, 4)
RULES = load_policies().rules
LIMIT = RULES.thresholds.admonitions_before_assessment
COURT = district_organisation(Seat.COURT)
INSTITUTION = "welfare_institution:3101170001"
OTHER_INSTITUTION = "welfare_institution:3101170002"


class Map:
    """Stations of two towns, and the towns in which village and station sit."""

    def police_station(self, town: str | None) -> str:
        return {TOWN_CODE: STATION, OTHER_TOWN_CODE: OTHER_STATION}.get(town or "", POLICE)

    def town_of(self, organisation: str) -> str | None:
        return TOWN_CODE if organisation in (VILLAGE, STATION) else None


PLACES = Map()
PutUp = AssessmentRecorded | ClosingProposed


class Case:
    """One child's guardianship case, and what is asked of whom because of it."""

    def __init__(self) -> None:
        self.journal = Journal(places=PLACES, together=TOGETHER)

    def do(
        self, command: Command, by: str, on: date = TODAY, *, corrects: bool = False
    ) -> list[RequestReferral]:
        """Carry it out; gives the referrals that follow. ``corrects``: as the log would hold a
        record that supersedes another."""
        asked: list[Any] = []
        for fact in self.carry_out(command, by, on):
            if corrects:
                fact = replace(fact, header=replace(fact.header, supersedes=uuid4()))
            asked += [each for each in following(fact) if isinstance(each, RequestReferral)]
        return asked

    def done(self, command: Command, by: str, on: date = TODAY) -> None:
        """Carry it out, and what follows from the log as well."""
        self.caught_up(self.carry_out(command, by, on), on)

    def carry_out(
        self, command: Command, by: str, on: date, corrects: Recorded | None = None
    ) -> list[Recorded]:
        """Carry it out; what another person is to approve is approved."""
        facts = self.journal.carry_out(command, by=by, on=on, corrects=corrects)
        for put_up in list(facts):
            if not isinstance(put_up.event, PutUp):
                continue
            number = put_up.event.proposal
            approve = ApproveProposal(case_id=put_up.originator_id, proposal=number)
            head = Actor(by, Post.HEAD.value, f"head of {by}")
            facts += self.journal.carry_out(approve, by=head, on=on)
        return facts

    def caught_up(self, facts: Sequence[Recorded], on: date = TODAY) -> None:
        for fact in facts:
            for command in following(fact):
                self.journal.carry_out(command, by=HUB, on=on)

    def asked_for(self) -> list[tuple[str, str]]:
        """Kind and addressee of every referral that was made, oldest first."""
        events = [event for log in self.journal.streams.values() for event in log]
        return [(e.kind, e.addressee) for e in events if isinstance(e, ReferralRequested)]

    def tasks(self, *ids: UUID) -> list[ReferralState]:
        return [self.journal.states(REFERRAL)(each).state for each in ids]

    def live(self, village: str = VILLAGE_CODE) -> None:
        residence = ConfirmResidence(
            child_ref=CHILD,
            town=TOWN_CODE,
            village=village,
            police_station=STATION,
            address=None,
            since=TODAY,
        )
        self.journal.carry_out(residence, by=TOWN, on=TODAY)

    def state(self) -> GuardianshipState:
        return self.journal.states(GUARDIANSHIP_CASE)(guardianship_case_id(CHILD, 1)).state

    def followed_up_until(self) -> date | None:
        return self.journal.states(CHILD_FILE)(CHILD).follow_up_until

    def clock(self, kind: str, placement: int = 1) -> Deadline:
        subject = placement_id(guardianship_case_id(CHILD, 1), placement)
        return self.journal.states(DEADLINE)(deadline_id(subject, kind))

    def clocks(self, placement: int = 1) -> tuple[DeadlineState, DeadlineState]:
        review, search = (
            self.clock(kind, placement).state for kind in (PLACEMENT_REVIEW, PARENT_SEARCH)
        )
        return review, search


def following(fact: Recorded) -> list[Command]:
    return [
        command
        for reaction in AFTERWARDS
        if isinstance(fact.event, reaction.on)
        for command in reaction.then(fact.event, fact, PLACES)
    ]


def pairs(asked: Sequence[RequestReferral]) -> list[tuple[str, str]]:
    """Kind and addressee, of kinds that policies/ sends to that seat."""
    for each in asked:
        assert seat_of(each.addressee) in RULES.referral_kind(each.kind).seats
    return [(each.kind, each.addressee) for each in asked]


def admonish(number: int = 1) -> RecordAdmonition:
    return RecordAdmonition(
        child_ref=CHILD,
        town=TOWN_CODE,
        document_number=f"{number}号",
        served_on=TODAY,
        guardian_relation=None,
        conduct="VIOLENCE",
        account=None,
        guidance_ordered=False,
    )


def order(kind: GuidanceOrderKind, town: str | None = OTHER_TOWN_CODE) -> OrderGuidance:
    return OrderGuidance(
        child_ref=CHILD,
        town=town,
        order=kind,
        document_number="1号",
        served_on=TODAY,
        guardian_relation=None,
        requirements=None,
    )


def assess(conclusion: Conclusion) -> RecordAssessment:
    return RecordAssessment(
        child_ref=CHILD, assessed_on=TODAY, conclusion=conclusion, grade="一般", account=None
    )


def place(institution: str | None = INSTITUTION, situation: str = "GUARDIAN_MISSING") -> PlaceChild:
    return PlaceChild(
        child_ref=CHILD,
        placed_on=TODAY,
        situation=situation,
        care=Care.INSTITUTION if institution else Care.FOSTER,
        institution=institution,
        place=None,
        account=None,
    )


search = RecordSearchResult(
    child_ref=CHILD, concluded_on=TODAY, found=False, whom=None, whereabouts=None
)
bring_back = ReturnChildHome(child_ref=CHILD, returned_on=TODAY, account=None)
close = CloseGuardianshipCase(child_ref=CHILD, reason="随访期满")


@pytest.mark.parametrize(("town", "station"), [(OTHER_TOWN_CODE, OTHER_STATION), (None, STATION)])
def test_p10_what_is_serious_goes_to_the_police_of_the_beat(town: str | None, station: str) -> None:
    """情节严重的，及时报告公安 (未保法 118(1)): the station considers an admonition. Where no town
    is stated, the village's own beat."""
    told = ReportToPolice(child_ref=CHILD, town=town, dissuaded_on=TODAY)
    (asked,) = Case().do(told, VILLAGE)
    assert pairs([asked]) == [("consider_admonition", station)]
    assert asked.sender == VILLAGE


@pytest.mark.parametrize(
    ("kind", "by"),
    [
        (GuidanceOrderKind.WRITTEN_WARNING, STATION),
        (GuidanceOrderKind.SUPERVISION_ORDER, PROCURATORATE),
        (GuidanceOrderKind.GUIDANCE_ORDER, COURT),
    ],
)
def test_p11_whoever_orders_guidance_town_and_civil_affairs_see_to_it(
    kind: GuidanceOrderKind, by: str
) -> None:
    """加强对父母或监护人的家庭教育指导服务."""
    asked = Case().do(order(kind), by)
    assert pairs(asked) == [
        ("follow_up_guidance", OTHER_TOWN),
        ("coordinate_guidance", CIVIL_AFFAIRS),
    ]
    assert {each.sender for each in asked} == {by}
    assert Case().do(order(kind), by, corrects=True) == []


@pytest.mark.parametrize(
    ("kind", "by"),
    [
        (GuidanceOrderKind.WRITTEN_WARNING, STATION),
        (GuidanceOrderKind.SUPERVISION_ORDER, PROCURATORATE),
        (GuidanceOrderKind.GUIDANCE_ORDER, COURT),
    ],
)
@pytest.mark.parametrize("outcome", sorted(RULES.referrals["follow_up_guidance"].outcomes))
def test_who_ordered_guidance_is_told_that_it_is_refused(
    kind: GuidanceOrderKind, by: str, outcome: str
) -> None:
    """家教法 49; 沪未保 85(2): a refusal falls silent nowhere, and nothing else comes back so."""
    case = Case()
    asked = case.do(order(kind), by)
    case.journal.carry_out(asked[0], by=HUB, on=TODAY)
    task = asked[0].referral_id
    case.journal.carry_out(AcceptReferral(referral_id=task), by=OTHER_TOWN, on=TODAY)
    told = case.do(CompleteReferral(referral_id=task, outcome=outcome), OTHER_TOWN)
    assert pairs(told) == ([("note_guidance_refused", by)] if outcome == "REFUSED" else [])
    assert {each.sender for each in told} <= {OTHER_TOWN}


def test_where_the_childs_town_is_unknown_an_orders_follow_up_is_the_issuers_towns() -> None:
    warned = Case().do(order(GuidanceOrderKind.WRITTEN_WARNING, None), STATION)
    assert pairs(warned)[0] == ("follow_up_guidance", TOWN)
    ordered = Case().do(order(GuidanceOrderKind.GUIDANCE_ORDER, None), COURT)
    assert pairs(ordered) == [("coordinate_guidance", CIVIL_AFFAIRS)]


def assessments(asked: Sequence[RequestReferral]) -> list[RequestReferral]:
    return [each for each in asked if each.kind == "assess_guardianship"]


def test_p14_when_admonitions_add_up_civil_affairs_assess_once() -> None:
    """根据实际需要启动家庭监护能力评估 (沪未保 78); the hub asks, so that no station learns from
    its own list that another had admonished before."""
    case = Case()
    for number in range(1, LIMIT):
        assert assessments(case.do(admonish(number), STATION)) == []
    (asked,) = assessments(case.do(admonish(LIMIT), OTHER_STATION))
    assert (asked.addressee, asked.sender) == (CIVIL_AFFAIRS, HUB)
    assert case.state() is GuardianshipState.ASSESSING
    assert assessments(case.do(admonish(LIMIT + 1), STATION)) == []
    kind = RULES.referral_kind("assess_guardianship")
    assert {Category.GUARDIANSHIP, Category.ORDERS} <= set(kind.release)


def test_the_call_for_an_assessment_is_not_stated_by_who_admonished() -> None:
    """What follows from others' records is nobody's own to see again."""
    journal = Journal(places=PLACES, together=TOGETHER)
    facts: list[Recorded] = []
    for number in range(1, LIMIT + 1):
        facts = journal.carry_out(admonish(number), by=STATION, on=TODAY)
    called = [f for f in facts if f.event.TOPIC == "guardianship.assessment_needed.v1"]
    assert [fact.header.actor.organisation for fact in called] == [HUB]


def test_p15_who_can_return_is_listed_for_follow_up_and_taken_off_when_that_changes() -> None:
    """可回归家庭的纳入重点关注对象，定期跟踪回访."""
    case = Case()
    case.do(place(), CIVIL_AFFAIRS)
    assert case.followed_up_until() is None
    case.do(assess(Conclusion.CAN_RETURN), CIVIL_AFFAIRS)
    until = RULES.last_day(RULES.clocks["follow_up"].within, TODAY)
    assert case.followed_up_until() == until
    for by, conclusion in (
        (CIVIL_AFFAIRS, Conclusion.CANNOT_RETURN),
        (CIVIL_AFFAIRS, Conclusion.PLACE),
        (POLICE, Conclusion.HOME_SUPPORT),
    ):
        case.do(assess(Conclusion.CAN_RETURN), CIVIL_AFFAIRS)
        assert case.followed_up_until() == until
        case.do(assess(conclusion), by)
        assert case.followed_up_until() is None
    case.do(assess(Conclusion.CAN_RETURN), CIVIL_AFFAIRS)
    case.do(bring_back, CIVIL_AFFAIRS)
    case.do(assess(Conclusion.PLACE), POLICE)
    assert case.followed_up_until() == until, "followed up at home, until it is placed again"


def test_p16_the_institution_is_asked_to_care_and_the_police_to_search() -> None:
    """未保法 93; 沪未保 77(3)."""
    case = Case()
    case.live()
    asked = case.do(place(), CIVIL_AFFAIRS)
    assert pairs(asked) == [("care_for_placed_child", INSTITUTION), ("search_parents", POLICE)]
    assert {(each.sender, each.town) for each in asked} == {(CIVIL_AFFAIRS, TOWN_CODE)}


@pytest.mark.parametrize(
    ("institution", "situation", "kinds"),
    [
        (None, "HARMED", []),
        (None, "PARENTS_NOT_FOUND", ["search_parents"]),
        (INSTITUTION, "HARMED", ["care_for_placed_child"]),
    ],
)
def test_nobody_is_asked_who_has_nothing_to_do(
    institution: str | None, situation: str, kinds: list[str]
) -> None:
    asked = Case().do(place(institution, situation), CIVIL_AFFAIRS)
    assert [each.kind for each in asked] == kinds


def test_a_change_of_carer_asks_the_new_institution_and_nobody_twice() -> None:
    case = Case()
    case.done(place(), CIVIL_AFFAIRS)
    case.done(place(), CIVIL_AFFAIRS)
    case.done(place(OTHER_INSTITUTION), CIVIL_AFFAIRS, TODAY + timedelta(days=9))
    assert case.asked_for() == [
        ("care_for_placed_child", INSTITUTION),
        ("search_parents", POLICE),
        ("care_for_placed_child", OTHER_INSTITUTION),
    ]
    assert case.clock(PLACEMENT_REVIEW).due_at == end_of_day_utc(date(2027, 3, 4))


def test_p16_a_placement_runs_on_two_clocks_that_close_nothing() -> None:
    """一般不超过一年 (沪未保 77(4)); six months to search (77(3))."""
    case = Case()
    case.live()
    case.do(place(), CIVIL_AFFAIRS)
    assert case.clocks() == (DeadlineState.RUNNING, DeadlineState.RUNNING)
    review, looked_for = case.clock(PLACEMENT_REVIEW), case.clock(PARENT_SEARCH)
    assert review.about is not None
    assert looked_for.about is not None
    assert (review.about["owner"], looked_for.about["owner"]) == (CIVIL_AFFAIRS, POLICE)
    assert review.about["matter"] is looked_for.about["matter"] is Category.GUARDIANSHIP
    assert looked_for.due_at == end_of_day_utc(date(2026, 9, 4))


def test_whose_parents_are_known_has_no_clock_for_a_search() -> None:
    case = Case()
    case.do(place(situation="HARMED"), CIVIL_AFFAIRS)
    assert case.clocks() == (DeadlineState.RUNNING, DeadlineState.NONE)


def test_the_search_is_met_by_its_result_found_or_not() -> None:
    case = Case()
    case.do(place(), CIVIL_AFFAIRS)
    case.do(search, POLICE)
    assert case.clocks() == (DeadlineState.RUNNING, DeadlineState.MET)


def sent_home(case: Case) -> list[RequestReferral]:
    case.do(place(), CIVIL_AFFAIRS)
    case.do(assess(Conclusion.CAN_RETURN), CIVIL_AFFAIRS)
    return case.do(bring_back, CIVIL_AFFAIRS)


def test_p15_when_a_child_comes_home_the_village_follows_up_and_the_station_knows() -> None:
    """民政通知公安、村居，应当保密；村居随访 (沪未保 79)."""
    case = Case()
    case.live()
    asked = sent_home(case)
    assert pairs(asked) == [("follow_up_return", VILLAGE), ("note_return", STATION)]
    assert {(each.sender, each.town) for each in asked} == {(CIVIL_AFFAIRS, TOWN_CODE)}
    assert case.clocks() == (DeadlineState.MET, DeadlineState.CANCELLED)
    assert case.followed_up_until() is not None


def test_a_corrected_return_asks_for_nothing_again() -> None:
    case = Case()
    case.do(place(), CIVIL_AFFAIRS)
    case.do(assess(Conclusion.CAN_RETURN), CIVIL_AFFAIRS)
    assert case.do(bring_back, CIVIL_AFFAIRS, corrects=True) == []


def test_a_return_falls_silent_nowhere() -> None:
    """Where no residence is confirmed, civil affairs follow up and the sub-bureau is told."""
    asked = sent_home(Case())
    assert pairs(asked) == [("follow_up_return", CIVIL_AFFAIRS), ("note_return", POLICE)]


def test_the_village_follows_up_for_as_long_as_the_child_is_listed() -> None:
    """One term in two files of policies/: they say the same."""
    kind = RULES.referral_kind("follow_up_return")
    assert kind.complete_within == RULES.clocks["follow_up"].within


def test_placed_again_there_are_new_clocks_and_nobody_visits_the_empty_home() -> None:
    case = Case()
    sent_home(case)
    asked = case.do(place(), CIVIL_AFFAIRS)
    assert pairs(asked) == [("care_for_placed_child", INSTITUTION), ("search_parents", POLICE)]
    assert case.followed_up_until() is None
    assert case.clocks(1) == (DeadlineState.MET, DeadlineState.CANCELLED)
    assert case.clocks(2) == (DeadlineState.RUNNING, DeadlineState.RUNNING)


def test_closing_ends_the_follow_up_and_every_clock() -> None:
    home = Case()
    sent_home(home)
    home.do(close, CIVIL_AFFAIRS)
    assert home.followed_up_until() is None
    away = Case()
    away.do(place(), CIVIL_AFFAIRS)
    away.do(close, CIVIL_AFFAIRS)
    assert away.clocks() == (DeadlineState.CANCELLED, DeadlineState.CANCELLED)
    assert away.state() is GuardianshipState.CLOSED


def test_a_replay_asks_for_the_same_referrals() -> None:
    case = Case()
    facts = case.journal.carry_out(place(), by=CIVIL_AFFAIRS, on=TODAY)

    def ids() -> list[UUID]:
        return [
            command.referral_id
            for fact in facts
            for command in following(fact)
            if isinstance(command, RequestReferral)
        ]

    assert ids() == ids()
    assert len(set(ids())) == 2


# A task ends with what it is for: a placement that ended must deny (plan, privacy)

FIRST_CASE = guardianship_case_id(CHILD, 1)
CARE, SEARCH = care_task(FIRST_CASE, 1), search_task(FIRST_CASE, 1)
WITHDRAWN, OPEN = ReferralState.CANCELLED, ReferralState.REQUESTED


def in_care() -> Case:
    case = Case()
    case.done(place(), CIVIL_AFFAIRS)
    assert case.tasks(CARE, SEARCH) == [OPEN, OPEN]
    return case


def sees(case: Case, organisation: str) -> bool:
    scope = case.journal.states(SCOPE)(scope_id(organisation, CHILD))
    return bool(scope.open_categories(datetime(2026, 3, 4, 5, tzinfo=UTC)))


def test_a_child_that_went_home_is_seen_by_the_institution_no_longer() -> None:
    case = in_care()
    case.done(assess(Conclusion.CAN_RETURN), CIVIL_AFFAIRS)
    assert sees(case, INSTITUTION)
    # In the append of the return itself: nothing has followed from the log yet.
    case.journal.carry_out(bring_back, by=CIVIL_AFFAIRS, on=TODAY)
    assert case.tasks(CARE, SEARCH) == [WITHDRAWN, WITHDRAWN]
    assert not sees(case, INSTITUTION)
    assert not sees(case, POLICE)
    clocks = [case.journal.states(DEADLINE)(deadline_id(CARE, k)).state for k in CLOCKS]
    assert clocks == [DeadlineState.CANCELLED] * 2


CLOCKS = ("accept", "complete")


def test_a_closing_ends_the_tasks_of_the_placement() -> None:
    case = in_care()
    case.carry_out(close, CIVIL_AFFAIRS, TODAY)
    assert case.tasks(CARE, SEARCH) == [WITHDRAWN, WITHDRAWN]


@pytest.mark.parametrize("to", [OTHER_INSTITUTION, None])
def test_who_no_longer_cares_sees_the_child_no_longer(to: str | None) -> None:
    """家庭寄养 or another institution takes over; the search goes on."""
    case = in_care()
    facts = case.journal.carry_out(place(to), by=CIVIL_AFFAIRS, on=TODAY)
    assert case.tasks(CARE, SEARCH) == [WITHDRAWN, OPEN]
    case.caught_up(facts)
    assert (sees(case, INSTITUTION), sees(case, OTHER_INSTITUTION)) == (False, to is not None)


def test_an_institution_that_takes_the_child_in_again_is_asked_again() -> None:
    case = in_care()
    case.done(place(OTHER_INSTITUTION), CIVIL_AFFAIRS)
    case.done(place(), CIVIL_AFFAIRS)
    again = [care_task(FIRST_CASE, stay) for stay in (1, 2, 3)]
    assert case.tasks(*again) == [WITHDRAWN, WITHDRAWN, OPEN]
    assert sees(case, INSTITUTION)


def test_a_task_that_was_answered_before_stays_as_it_is() -> None:
    case = in_care()
    for command in (
        AcceptReferral(referral_id=CARE),
        CompleteReferral(referral_id=CARE, outcome="MOVED"),
    ):
        case.done(command, INSTITUTION)
    case.done(close, CIVIL_AFFAIRS)
    assert case.tasks(CARE, SEARCH) == [ReferralState.COMPLETED, WITHDRAWN]


def test_a_task_that_is_asked_for_after_the_child_left_ends_at_once() -> None:
    """The log is followed a little later: what it asks for meanwhile must not stay open."""
    case = Case()
    facts = case.journal.carry_out(place(), by=CIVIL_AFFAIRS, on=TODAY)
    facts += case.carry_out(close, CIVIL_AFFAIRS, TODAY)
    assert case.tasks(CARE) == [ReferralState.NONE]
    case.caught_up(facts)
    assert case.tasks(CARE, SEARCH) == [WITHDRAWN, WITHDRAWN]


def test_parents_are_searched_for_from_when_it_is_known_that_they_must_be() -> None:
    """沪未保 77(3): a situation put right, or a change of it, begins the search; once."""
    case = Case()
    case.done(place(situation="HARMED"), CIVIL_AFFAIRS)
    assert case.tasks(SEARCH) == [ReferralState.NONE]
    for _ in range(2):
        case.done(place(situation="PARENTS_NOT_FOUND"), CIVIL_AFFAIRS)
        assert case.tasks(SEARCH) == [OPEN]
        assert case.clocks() == (DeadlineState.RUNNING, DeadlineState.RUNNING)
    assert case.clock(PARENT_SEARCH).due_at == end_of_day_utc(date(2026, 9, 4))
    case.done(search, POLICE)
    case.done(place(situation="PARENTS_NOT_FOUND"), CIVIL_AFFAIRS)
    assert case.clocks() == (DeadlineState.RUNNING, DeadlineState.MET)


def only(facts: Sequence[Recorded], event: type[Event]) -> Recorded:
    (fact,) = [each for each in facts if type(each.event) is event]
    return fact


def test_what_is_put_right_in_a_closed_case_touches_no_later_one() -> None:
    """No list, clock or task of the second case hears of the first one's corrections."""
    case = Case()
    facts = case.journal.carry_out(place(), by=CIVIL_AFFAIRS, on=TODAY)
    old_place = only(facts, ChildPlaced)
    assessed = case.carry_out(assess(Conclusion.CAN_RETURN), CIVIL_AFFAIRS, TODAY)
    old_assessment = only(assessed, AssessmentRecorded)
    old_close = only(case.carry_out(close, CIVIL_AFFAIRS, TODAY), GuardianshipCaseClosed)
    case.done(place(OTHER_INSTITUTION), CIVIL_AFFAIRS)
    case.done(assess(Conclusion.CAN_RETURN), CIVIL_AFFAIRS)
    listed = case.followed_up_until()
    assert listed is not None
    corrections: list[tuple[Command, Recorded]] = [
        (place(), old_place),
        (place(situation="PARENTS_NOT_FOUND"), old_place),
        (assess(Conclusion.CANNOT_RETURN), old_assessment),
        (close, old_close),
    ]
    for command, corrected in corrections:
        facts = case.carry_out(command, CIVIL_AFFAIRS, TODAY, corrected)
        ours = [fact for fact in facts if fact.event.TOPIC.startswith("guardianship.")]
        assert {fact.originator_id for fact in ours} == {FIRST_CASE}
        follows = [each for fact in facts for each in following(fact)]
        assert [each for each in follows if isinstance(each, RequestReferral)] == []
    second = guardianship_case_id(CHILD, 2)
    assert case.journal.states(GUARDIANSHIP_CASE)(second).placed
    assert case.followed_up_until() == listed
    assert sees(case, OTHER_INSTITUTION)
    assert not sees(case, INSTITUTION)


# Who visits a placed child (P19)


def test_a_childs_file_says_how_it_is_cared_for_while_it_is_placed() -> None:
    """Afterwards, from the log; its visits follow from it."""
    case = Case()

    def cared_for(command: Command) -> Care | None:
        for fact in case.carry_out(command, CIVIL_AFFAIRS, TODAY):
            for follows in following(fact):
                if isinstance(follows, NotePlacement):
                    case.journal.carry_out(follows, by=HUB, on=TODAY)
        return case.journal.states(CHILD_FILE)(CHILD).care

    assert cared_for(place()) is Care.INSTITUTION
    assert cared_for(place(institution=None)) is Care.FOSTER
    assert cared_for(close) is None
    assert cared_for(place()) is Care.INSTITUTION


def test_what_rewords_an_earlier_placement_says_nothing_of_now() -> None:
    case = Case()
    (placed,) = (
        fact
        for fact in case.journal.carry_out(place(), by=CIVIL_AFFAIRS, on=TODAY)
        if isinstance(fact.event, ChildPlaced)
    )
    reworded = placed.event.model_copy(update={"current": False})
    assert not [
        each
        for each in following(replace(placed, event=reworded))
        if isinstance(each, NotePlacement)
    ]
