"""The guardianship case: dissuasion (P09), admonition and orders (P10, P11), assessment (P14),
placement (P16) and return (P15); 未保法 92–93, 118, 家教法 48–49, 沪未保 77–79, 85."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.approval import ApproveProposal
from domain.calendar import end_of_day_utc
from domain.child_file import ChildFile
from domain.guardianship_care import (
    DecideRevocation,
    NewGuardian,
    RestoreGuardianship,
    SeekRevocation,
)
from domain.guardianship_case import (
    GUARDIANSHIP_CASE,
    guardianship_case_id,
)
from domain.guardianship_codes import (
    PLACEMENT_SITUATION,
    SEARCHED,
    Care,
    Conclusion,
    GuidanceOrderKind,
)
from domain.guardianship_commands import (
    AskForAssessment,
    CloseGuardianshipCase,
    OrderGuidance,
    PlaceChild,
    RecordAdmonition,
    RecordAssessment,
    RecordDissuasion,
    RecordSearchResult,
    ReportToPolice,
    ReturnChildHome,
)
from domain.guardianship_events import (
    AdmonitionRecorded,
    AssessmentApproved,
    AssessmentNeeded,
    AssessmentRecorded,
    ChildPlaced,
    ChildReturnedHome,
    ClosingProposed,
    DissuasionRecorded,
    GuardianshipCaseClosed,
    GuidanceOrdered,
    ParentSearchConcluded,
    PlacementEnded,
    PoliceInformed,
)
from domain.guardianship_state import (
    GuardianshipState,
)
from domain.kernel import Actor, Category, Command, Event
from domain.organisations import HUB, Post, Seat, district_organisation, seat_of
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EVERY_SEAT,
    OTHER_CHILD,
    POLICE,
    PROCURATORATE,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.specification import By, Journal, folded, given, happened, same

RULES = load_policies().rules
LIMIT = RULES.thresholds.admonitions_before_assessment

CASE = guardianship_case_id(CHILD, 1)
TODAY = date(2026, 3, 4)
TOMORROW = date(2026, 3, 5)

dissuade = RecordDissuasion(
    child_ref=CHILD,
    dissuaded_on=TODAY,
    guardian_relation="51",
    conduct="未尽监护职责",
    account="已当面劝诫",
)
admonish = RecordAdmonition(
    child_ref=CHILD,
    town=TOWN_CODE,
    document_number="沪松公训〔2026〕1号",
    served_on=TODAY,
    guardian_relation="51",
    conduct="侵犯儿童合法权益",
    account=None,
    guidance_ordered=True,
)
close = CloseGuardianshipCase(child_ref=CHILD, reason="监护已改善")


def other_person(organisation: str) -> Actor:
    """Somebody else than the author: the head of its organisation."""
    return Actor(organisation, Post.HEAD.value, f"head of {organisation}")


def decided(history: tuple[Event, ...], on: date = TODAY) -> tuple[Event, ...]:
    """What approving the newest proposal leads to."""
    by, number = list(folded(GUARDIANSHIP_CASE, *history).pending)[-1]
    outcome = given(*history).when(
        ApproveProposal(case_id=CASE, proposal=number), by=other_person(by), on=on
    )
    assert outcome.refusal is None, outcome.refusal
    return outcome.events


def after(*commands: Command) -> tuple[Event, ...]:
    history: tuple[Event, ...] = ()
    for command in commands:
        history += given(*history).when(command, by=TOWN, on=TODAY).events
    return history


DISSUADED = after(dissuade)
ADMONISHED: tuple[Event, ...] = (AdmonitionRecorded(**admonish.model_dump(), ordinal=1),)
CLOSED = (*DISSUADED, GuardianshipCaseClosed(child_ref=CHILD, reason="监护已改善"))


def state_after(*events: Event) -> GuardianshipState:
    return folded(GUARDIANSHIP_CASE, *events).state


def test_p09_the_village_dissuades_who_neglects_or_harms() -> None:
    """不依法履行监护职责或侵权的，予以劝诫、制止 (未保法 118(1))."""
    (event,) = (
        given()
        .when(dissuade, by=VILLAGE, on=TODAY)
        .then(DissuasionRecorded(**dissuade.model_dump()))
    )
    assert state_after(event) is GuardianshipState.DISSUADED
    sealed_as = {mark.category for mark in DissuasionRecorded.SENSITIVE.values()}
    assert (event.category, sealed_as) == (Category.GUARDIANSHIP, {Category.GUARDIANSHIP})
    assert RecordDissuasion.STATES is Category.GUARDIANSHIP


def test_p10_where_it_is_serious_the_police_admonish_and_order_guidance() -> None:
    """情况严重的，由公安机关予以训诫，责令接受家庭教育指导 (未保法 118(2)): a document, served."""
    (event,) = (
        given(*DISSUADED)
        .when(admonish, by=STATION, on=TODAY)
        .then(
            happened(
                AdmonitionRecorded,
                child_ref=CHILD,
                town=TOWN_CODE,
                served_on=TODAY,
                ordinal=1,
                guidance_ordered=True,
                document_number="沪松公训〔2026〕1号",
            )
        )
    )
    assert state_after(*DISSUADED, event) is GuardianshipState.GUIDANCE_ORDERED
    assert event.category is Category.ORDERS
    assert RecordAdmonition.STATES is Category.ORDERS


def test_an_admonition_needs_no_dissuasion_before_it() -> None:
    given().when(admonish, by=STATION, on=TODAY).then(happened(AdmonitionRecorded, ordinal=1))


@pytest.mark.parametrize("ordered", [True, False])
def test_p10_an_admonition_says_whether_guidance_was_ordered(ordered: bool) -> None:
    """训诫 and 责令接受家庭教育指导 are two acts; the second does not follow from the first."""
    command = admonish.model_copy(update={"guidance_ordered": ordered})
    (event,) = (
        given()
        .when(command, by=STATION, on=TODAY)
        .then(happened(AdmonitionRecorded, guidance_ordered=ordered))
    )
    state = GuardianshipState.GUIDANCE_ORDERED if ordered else GuardianshipState.ADMONISHED
    assert state_after(event) is state


def test_what_the_guardian_did_stays_with_orders_and_a_flag_tells_none_of_it() -> None:
    marks = AdmonitionRecorded.SENSITIVE
    assert {name for name, mark in marks.items() if mark.flag} == {"notice"}
    assert {mark.category for mark in marks.values()} == {Category.ORDERS}
    (event,) = given().when(admonish, by=STATION, on=TODAY).then(happened(AdmonitionRecorded))
    assert isinstance(event, AdmonitionRecorded)
    assert event.notice == "公安机关已对监护人训诫，请配合跟进"


def test_admonitions_are_counted() -> None:
    history = ADMONISHED
    for ordinal in (2, 3):
        history += (
            given(*history)
            .when(admonish, by=STATION, on=TODAY)
            .then(happened(AdmonitionRecorded, ordinal=ordinal))
        )


def test_an_admonition_that_is_corrected_is_not_counted_twice() -> None:
    """The document number is sealed: that it is the same document, only the sender knows."""
    twice = (*ADMONISHED, AdmonitionRecorded(**admonish.model_dump(), ordinal=2))
    for history, ordinal in (((), 1), (ADMONISHED, 1), (twice, 2)):
        given(*history).when(admonish, by=STATION, on=TODAY, correction=True).then(
            happened(AdmonitionRecorded, ordinal=ordinal)
        )


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (dissuade.model_copy(update={"dissuaded_on": TOMORROW}), "DISSUASION_IN_FUTURE"),
        (admonish.model_copy(update={"served_on": TOMORROW}), "ADMONITION_IN_FUTURE"),
    ],
    ids=["dissuasion", "admonition"],
)
def test_what_is_still_to_come_is_not_recorded(command: Command, code: str) -> None:
    given(*DISSUADED).when(command, by=STATION, on=TODAY).then_refused(code)


@pytest.mark.parametrize("history", [DISSUADED, ADMONISHED], ids=["dissuaded", "admonished"])
def test_an_open_case_closes_with_a_reason(history: tuple[Event, ...]) -> None:
    put_up = (
        given(*history)
        .when(close, by=TOWN, on=TODAY)
        .then(happened(ClosingProposed, reason="监护已改善", put_up_by=TOWN))
    )
    assert state_after(*history, *put_up) is state_after(*history)
    closed = decided((*history, *put_up))
    assert state_after(*history, *put_up, *closed) is GuardianshipState.CLOSED
    assert "reason" in ClosingProposed.SENSITIVE


@pytest.mark.parametrize("history", [(), CLOSED], ids=["no case", "closed"])
def test_without_an_open_case_nothing_closes(history: tuple[Event, ...]) -> None:
    given(*history).when(close, by=TOWN, on=TODAY).then_refused("GUARDIANSHIP_NOT_OPEN")


def test_after_a_closing_the_next_record_is_a_new_case() -> None:
    """One open case per child; a closed one is never opened again."""
    journal = Journal()

    def case(command: Command, by: str) -> Any:
        (fact,) = journal.carry_out(command, by=by, on=TODAY)
        return fact.originator_id

    first, second = (guardianship_case_id(CHILD, n) for n in (1, 2))
    assert case(dissuade, VILLAGE) == first
    assert case(admonish, STATION) == first
    assert case(close, TOWN) == first
    journal.carry_out(ApproveProposal(case_id=first, proposal=1), by=other_person(TOWN), on=TODAY)
    assert case(admonish, STATION) == second
    assert case(dissuade, VILLAGE) == second
    assert guardianship_case_id(OTHER_CHILD, 1) not in (first, second)


@pytest.mark.parametrize("actor", EVERY_SEAT)
def test_p10_only_police_procuratorate_or_court_admonish(actor: str) -> None:
    """训诫: 公安机关、人民检察院、人民法院 (未保法 118(2), 家教法 49), nobody else; not within a
    task that releases orders either."""
    outcome = given().when(admonish, by=actor, on=TODAY)
    if seat_of(actor) in (Seat.POLICE, Seat.POLICE_STATION, Seat.PROCURATORATE, Seat.COURT):
        outcome.then(happened(AdmonitionRecorded, ordinal=1))
    else:
        outcome.then_refused("ADMONITION_NOT_YOURS")


# The ladder's later rungs

LIVES_HERE = ChildFile(opened=True, town=TOWN_CODE, village=VILLAGE_CODE, police_station=STATION)
told = ReportToPolice(child_ref=CHILD, town=TOWN_CODE, dissuaded_on=TODAY)
ask = AskForAssessment(child_ref=CHILD)
assess = RecordAssessment(
    child_ref=CHILD,
    assessed_on=TODAY,
    conclusion=Conclusion.PLACE,
    grade="较低",
    account="已入户评估",
)
place = PlaceChild(
    child_ref=CHILD,
    placed_on=TODAY,
    situation="HARMED",
    care=Care.INSTITUTION,
    institution="welfare_institution:1",
    place="示例儿童福利院",
    account=None,
)
search = RecordSearchResult(
    child_ref=CHILD, concluded_on=TODAY, found=True, whom="母亲", whereabouts="外地"
)
COURT = district_organisation(Seat.COURT)
seek = SeekRevocation(child_ref=CHILD, sought_on=TODAY, account="（示例）长期失管")
revoke = DecideRevocation(
    child_ref=CHILD,
    decided_on=TODAY,
    granted=True,
    guardian=NewGuardian.OTHER_GUARDIAN,
    restorable=True,
    document_number="示民特〔2026〕1号",
    account=None,
)
restore = RestoreGuardianship(
    child_ref=CHILD, restored_on=TODAY, document_number="示民特恢〔2026〕1号", account=None
)
bring_back = ReturnChildHome(child_ref=CHILD, returned_on=TODAY, account="已送回")


def order(kind: GuidanceOrderKind) -> OrderGuidance:
    return OrderGuidance(
        child_ref=CHILD,
        town=TOWN_CODE,
        order=kind,
        document_number="示公告诫〔2026〕1号",
        served_on=TODAY,
        guardian_relation="父亲",
        requirements="接受家庭教育指导",
    )


def assessed(conclusion: Conclusion) -> RecordAssessment:
    return assess.model_copy(update={"conclusion": conclusion})


def told_of(*steps: tuple[Command, By]) -> tuple[Event, ...]:
    """What happens when these are asked one after the other; every one must be allowed."""
    history: tuple[Event, ...] = ()
    for command, by in steps:
        outcome = given(*history).when(command, by=by, on=TODAY, child=LIVES_HERE)
        assert outcome.refusal is None, outcome.refusal
        history += outcome.events
        if isinstance(command, RecordAssessment | CloseGuardianshipCase):
            history += decided(history)
    return history


PLACED = told_of((place, CIVIL_AFFAIRS))
CAN_RETURN = told_of((place, CIVIL_AFFAIRS), (assessed(Conclusion.CAN_RETURN), CIVIL_AFFAIRS))
RETURNED = told_of(
    (place, CIVIL_AFFAIRS),
    (assessed(Conclusion.CAN_RETURN), CIVIL_AFFAIRS),
    (bring_back, CIVIL_AFFAIRS),
)
ASSESSED_AT_HOME = told_of((assessed(Conclusion.HOME_SUPPORT), CIVIL_AFFAIRS))
ONLY_ADMONISHED: tuple[Event, ...] = (
    AdmonitionRecorded(
        **admonish.model_copy(update={"guidance_ordered": False}).model_dump(), ordinal=1
    ),
)


def test_where_it_is_serious_the_police_are_told() -> None:
    """情节严重的，及时报告公安 (未保法 118(1))."""
    (event,) = (
        given(*DISSUADED)
        .when(told, by=VILLAGE, on=TODAY)
        .then(PoliceInformed(child_ref=CHILD, town=TOWN_CODE, dissuaded_on=TODAY))
    )
    assert state_after(*DISSUADED, event) is GuardianshipState.POLICE_REPORTED
    assert event.category is RecordDissuasion.STATES is ReportToPolice.STATES


def test_a_corrected_sheet_tells_the_police_what_it_had_left_out_and_nothing_twice() -> None:
    once = told_of((dissuade, VILLAGE), (told, VILLAGE))
    given(*once).when(told, by=VILLAGE, on=TODAY, correction=True).then_nothing()
    given(*once).when(told, by=TOWN, on=TODAY).then(happened(PoliceInformed))
    given(*DISSUADED).when(told, by=VILLAGE, on=TODAY, correction=True).then(
        happened(PoliceInformed)
    )


ISSUED_BY = {
    GuidanceOrderKind.WRITTEN_WARNING: {Seat.POLICE, Seat.POLICE_STATION},
    GuidanceOrderKind.SUPERVISION_ORDER: {Seat.PROCURATORATE},
    GuidanceOrderKind.GUIDANCE_ORDER: {Seat.COURT},
}


@pytest.mark.parametrize("actor", EVERY_SEAT)
@pytest.mark.parametrize("kind", GuidanceOrderKind)
def test_p10_each_order_comes_from_whom_the_law_names(kind: GuidanceOrderKind, actor: str) -> None:
    """告诫书 (公安), 督促监护令 (检), 家庭教育指导令 (法), 沪未保 85(2): nobody else's."""
    outcome = given(*DISSUADED).when(order(kind), by=actor, on=TODAY)
    if seat_of(actor) not in ISSUED_BY[kind]:
        outcome.then_refused("ORDER_NOT_YOURS")
        return
    (event,) = outcome.then(happened(GuidanceOrdered, order=kind, served_on=TODAY, town=TOWN_CODE))
    assert state_after(*DISSUADED, event) is GuardianshipState.GUIDANCE_ORDERED
    assert event.category is Category.ORDERS


def test_the_village_is_told_of_an_order_and_not_why() -> None:
    """反家暴法 17: the village is told of a written warning and looks in on the family."""
    marks = GuidanceOrdered.SENSITIVE
    assert {name for name, mark in marks.items() if mark.flag} == {"notice"}
    assert {mark.category for mark in marks.values()} == {Category.ORDERS}
    issued = {"WRITTEN_WARNING": POLICE, "SUPERVISION_ORDER": PROCURATORATE}
    for kind, by in issued.items():
        command = order(GuidanceOrderKind(kind))
        (event,) = given().when(command, by=by, on=TODAY).then(happened(GuidanceOrdered))
        assert isinstance(event, GuidanceOrdered)
        assert "请配合" in str(event.notice)
        assert "示公告诫" not in str(event.notice)


def admonitions(number: int) -> tuple[Event, ...]:
    return told_of(*[(admonish, STATION)] * number)


def test_p14_admonitions_that_add_up_call_for_an_assessment_once() -> None:
    """根据实际需要启动家庭监护能力评估 (沪未保 78), at the latest at the threshold of policies/."""
    given(*admonitions(LIMIT - 1)).when(ask, by=HUB, on=TODAY).then_nothing()
    enough = admonitions(LIMIT)
    (needed,) = given(*enough).when(ask, by=HUB, on=TODAY).then(AssessmentNeeded(child_ref=CHILD))
    assert state_after(*enough, needed) is GuardianshipState.ASSESSING
    history = (*enough, needed, *admonitions(LIMIT + 1)[LIMIT:])
    given(*history).when(ask, by=HUB, on=TODAY).then_nothing()


def test_the_threshold_is_policy() -> None:
    thresholds = RULES.thresholds.model_copy(update={"admonitions_before_assessment": 1})
    rules = RULES.model_copy(update={"thresholds": thresholds})
    given(*ADMONISHED).under(rules).when(ask, by=HUB, on=TODAY).then(happened(AssessmentNeeded))


def test_nobody_is_assessed_whose_child_is_placed_already() -> None:
    history = (*admonitions(LIMIT), *PLACED)
    given(*history).when(ask, by=HUB, on=TODAY).then_nothing()


@pytest.mark.parametrize("actor", EVERY_SEAT)
def test_p14_civil_affairs_police_procuratorate_or_court_assess(actor: str) -> None:
    """沪未保 78: 民政、公安、法院、检察院根据需要."""
    outcome = given().when(assess, by=actor, on=TODAY)
    if seat_of(actor) in (
        Seat.CIVIL_AFFAIRS,
        Seat.POLICE,
        Seat.POLICE_STATION,
        Seat.PROCURATORATE,
        Seat.COURT,
    ):
        (event,) = outcome.then(
            happened(AssessmentRecorded, awaits=True, decides_return=False, follow_up_until=None)
        )
        assert {**vars(event), **assess.model_dump()} == vars(event)
    else:
        outcome.then_refused("ASSESSMENT_NOT_YOURS")


def test_p14_who_is_supported_at_home_and_who_waits_for_a_placement() -> None:
    supported = assessed(Conclusion.HOME_SUPPORT)
    waiting = assessed(Conclusion.PLACE)
    assert state_after(*ASSESSED_AT_HOME) is GuardianshipState.HOME_SUPPORT
    both = told_of((supported, CIVIL_AFFAIRS), (waiting, CIVIL_AFFAIRS))
    assert state_after(*both) is GuardianshipState.ASSESSING
    other_way = told_of((waiting, CIVIL_AFFAIRS), (supported, CIVIL_AFFAIRS))
    assert state_after(*other_way) is GuardianshipState.HOME_SUPPORT


def test_p15_a_placed_child_that_can_go_home_is_followed_up_for_a_time() -> None:
    """可回归家庭的纳入重点关注对象: from the day it is recorded, for the term of policies/."""
    until = RULES.last_day(RULES.clocks["follow_up"].within, TODAY)
    (_, event) = CAN_RETURN[1:]
    assert isinstance(event, AssessmentApproved)
    assert (event.conclusion, event.follow_up_until) == (Conclusion.CAN_RETURN, until)
    assert until == date(2026, 9, 4)
    assert state_after(*CAN_RETURN) is GuardianshipState.TEMP_GUARDIANSHIP
    later = given(*CAN_RETURN).when(
        assessed(Conclusion.CAN_RETURN), by=CIVIL_AFFAIRS, on=TOMORROW, correction=True
    )
    (again,) = decided((*CAN_RETURN, *later.events), TOMORROW)
    assert isinstance(again, AssessmentApproved)
    assert again.follow_up_until == until


@pytest.mark.parametrize("conclusion", [Conclusion.CAN_RETURN, Conclusion.CANNOT_RETURN])
def test_whether_a_child_can_go_home_is_assessed_of_placed_children(
    conclusion: Conclusion,
) -> None:
    command = assessed(conclusion)
    for history in ((), DISSUADED, ASSESSED_AT_HOME, RETURNED):
        given(*history).when(command, by=CIVIL_AFFAIRS, on=TODAY).then_refused(
            "ASSESSMENT_NOT_PLACED"
        )
    given(*RETURNED).when(command, by=CIVIL_AFFAIRS, on=TODAY, correction=True).then(
        happened(AssessmentRecorded, conclusion=conclusion)
    )


def test_others_learn_nothing_of_a_placement_by_assessing_a_return() -> None:
    """Refused alike, whether or not the child is placed."""
    refusals = {
        given(*history)
        .when(assessed(Conclusion.CAN_RETURN), by=POLICE, on=TODAY)
        .then_refused("RETURN_ASSESSMENT_NOT_YOURS")
        .text
        for history in ((), PLACED)
    }
    assert len(refusals) == 1


EVERY_RUNG: dict[str, tuple[Event, ...]] = {
    "none": (),
    "dissuaded": DISSUADED,
    "police told": told_of((told, VILLAGE)),
    "admonished": ONLY_ADMONISHED,
    "guidance ordered": ADMONISHED,
    "assessing": told_of((assess, CIVIL_AFFAIRS)),
    "home support": ASSESSED_AT_HOME,
    "placed": PLACED,
    "returned": RETURNED,
    "revocation sought": told_of((seek, CIVIL_AFFAIRS)),
    "restored": told_of((revoke, COURT), (restore, COURT)),
    "other guardian": told_of((revoke, COURT)),
    "state long term": told_of(
        (revoke.model_copy(update={"guardian": NewGuardian.STATE_LONG_TERM}), COURT)
    ),
}


def test_every_rung_is_tried() -> None:
    assert {state_after(*history) for history in EVERY_RUNG.values()} == (
        set(GuardianshipState) - {GuardianshipState.CLOSED}
    )


@pytest.mark.parametrize("rung", EVERY_RUNG)
def test_p16_in_danger_a_child_is_placed_from_any_rung(rung: str) -> None:
    """临时监护 (未保法 92, 93): civil affairs waits for no ladder."""
    history = EVERY_RUNG[rung]
    (event,) = (
        given(*history)
        .when(place, by=CIVIL_AFFAIRS, on=TODAY, child=LIVES_HERE)
        .then(happened(ChildPlaced, town=TOWN_CODE, care=Care.INSTITUTION))
    )
    assert state_after(*history, event) is GuardianshipState.TEMP_GUARDIANSHIP
    assert event.category is Category.GUARDIANSHIP
    assert {"situation", "place", "account"} == set(ChildPlaced.SENSITIVE)


LOWER: dict[str, tuple[Command, str]] = {
    "dissuaded": (dissuade, VILLAGE),
    "police told": (told, VILLAGE),
    "admonished": (admonish.model_copy(update={"guidance_ordered": False}), STATION),
    "guidance ordered": (order(GuidanceOrderKind.WRITTEN_WARNING), STATION),
    "assessing": (assess, POLICE),
    "home support": (assessed(Conclusion.HOME_SUPPORT), POLICE),
}


@pytest.mark.parametrize("rung", EVERY_RUNG)
@pytest.mark.parametrize("lower", LOWER)
def test_a_lower_rung_stated_later_is_no_step_down(lower: str, rung: str) -> None:
    order_of = list(EVERY_RUNG)
    history = EVERY_RUNG[rung]
    command, by = LOWER[lower]
    events = given(*history).when(command, by=by, on=TODAY).events
    assert events
    if isinstance(command, RecordAssessment):
        events += decided((*history, *events))
    after = state_after(*history, *events)
    if order_of.index(lower) < order_of.index(rung) and {lower, rung} != {
        "assessing",
        "home support",
    }:
        assert after is state_after(*history)
    else:
        assert after is state_after(*events)


def test_p16_a_placement_has_a_limit_of_about_a_year() -> None:
    """一般不超过一年 (沪未保 77(4)): a day to review it by."""
    (event,) = PLACED
    assert isinstance(event, ChildPlaced)
    assert event.review_by == end_of_day_utc(date(2027, 3, 4))


@pytest.mark.parametrize("situation", PLACEMENT_SITUATION.labels)
def test_the_police_search_where_parents_cannot_be_found(situation: str) -> None:
    """沪未保 77(3): a conclusion within six months. Whose parents are known is searched by
    nobody."""
    command = place.model_copy(update={"situation": situation})
    (event,) = given().when(command, by=CIVIL_AFFAIRS, on=TODAY).then(happened(ChildPlaced))
    assert isinstance(event, ChildPlaced)
    searched = situation in ("PARENTS_NOT_FOUND", "GUARDIAN_MISSING")
    assert event.search_by == (end_of_day_utc(date(2026, 9, 4)) if searched else None)
    assert (situation in SEARCHED) is searched
    assert len(PLACEMENT_SITUATION.labels) == 7


def test_a_change_of_carer_is_no_new_placement_and_no_new_limit() -> None:
    moved = place.model_copy(update={"placed_on": TOMORROW, "institution": "welfare_institution:2"})
    (first,) = PLACED
    assert isinstance(first, ChildPlaced)
    given(*PLACED).when(moved, by=CIVIL_AFFAIRS, on=TOMORROW).then(
        happened(ChildPlaced, placement=1, begins=False, arrives=True, review_by=first.review_by)
    )
    given(*PLACED).when(place, by=CIVIL_AFFAIRS, on=TODAY, correction=True).then(
        happened(ChildPlaced, placement=1, begins=False, arrives=False)
    )
    kin = place.model_copy(update={"care": Care.KINSHIP, "institution": None})
    given(*PLACED).when(kin, by=CIVIL_AFFAIRS, on=TODAY).then(
        happened(ChildPlaced, institution=None, arrives=False)
    )


def test_placed_again_after_the_return_is_another_placement() -> None:
    """What was assessed before says nothing about a return from it."""
    again = given(*RETURNED).when(place, by=CIVIL_AFFAIRS, on=TODAY).events
    assert [(e.placement, e.begins, e.arrives) for e in again if isinstance(e, ChildPlaced)] == [
        (2, True, True)
    ]
    given(*RETURNED, *again).when(bring_back, by=CIVIL_AFFAIRS, on=TODAY).then_refused(
        "RETURN_NOT_ASSESSED"
    )


REPLACED = told_of(
    *[(place, CIVIL_AFFAIRS), (assessed(Conclusion.CAN_RETURN), CIVIL_AFFAIRS)],
    (bring_back, CIVIL_AFFAIRS),
    (place.model_copy(update={"placed_on": date(2026, 3, 3)}), CIVIL_AFFAIRS),
)
"""Placed, home, and placed again."""
OVER: dict[str, tuple[Event, ...]] = {
    "returned": RETURNED,
    "closed": told_of((place, CIVIL_AFFAIRS), (close, CIVIL_AFFAIRS)),
    "placed again": REPLACED,
}


@pytest.mark.parametrize("history", OVER)
def test_a_placement_that_is_over_changes_nothing_but_its_words(history: str) -> None:
    """更正: who was placed then is where it is now, whatever the old sheet is made to say."""
    before = OVER[history]
    other = place.model_copy(update={"institution": "welfare_institution:2", "account": "补充"})
    (event,) = (
        given(*before)
        .when(other, by=CIVIL_AFFAIRS, on=TODAY, correction=True)
        .then(happened(ChildPlaced, begins=False, arrives=False, current=False, account="补充"))
    )
    stream = GUARDIANSHIP_CASE
    assert folded(stream, *before, event) == folded(stream, *before)


def test_a_return_from_before_is_not_moved_once_the_child_is_placed_again() -> None:
    given(*REPLACED).when(bring_back, by=CIVIL_AFFAIRS, on=TODAY, correction=True).then_refused(
        "RETURN_OVER"
    )


CLOSED_CASES: dict[str, tuple[tuple[Event, ...], Command, str]] = {
    "dissuasion": ((*DISSUADED, *CLOSED[1:]), dissuade, VILLAGE),
    "admonition": ((*ADMONISHED, *CLOSED[1:]), admonish, STATION),
    "order": (
        told_of((order(GuidanceOrderKind.WRITTEN_WARNING), STATION), (close, CIVIL_AFFAIRS)),
        order(GuidanceOrderKind.WRITTEN_WARNING),
        STATION,
    ),
    "assessment": (told_of((assess, CIVIL_AFFAIRS), (close, CIVIL_AFFAIRS)), assess, POLICE),
    "return": ((*RETURNED, *CLOSED[1:]), bring_back, CIVIL_AFFAIRS),
    "search": (told_of((place, CIVIL_AFFAIRS), (close, CIVIL_AFFAIRS)), search, POLICE),
    "closing": ((*RETURNED, *CLOSED[1:]), close, CIVIL_AFFAIRS),
}


@pytest.mark.parametrize("what", CLOSED_CASES)
def test_in_a_closed_case_words_are_put_right_and_nothing_moves(what: str) -> None:
    before, command, by = CLOSED_CASES[what]
    events = given(*before).when(command, by=by, on=TODAY, correction=True, child=LIVES_HERE).events
    assert len(events) == 1
    if isinstance(command, RecordAssessment | CloseGuardianshipCase):
        events += decided((*before, *events))
    found = folded(GUARDIANSHIP_CASE, *before, *events)
    assert replace(found, proposals={}) == replace(folded(GUARDIANSHIP_CASE, *before), proposals={})


def test_a_corrected_reason_closes_no_open_case() -> None:
    """Nor does a corrected proposal by itself: another person decides that one too."""
    put_up = given(*DISSUADED).when(close, by=TOWN, on=TODAY, correction=True).events
    assert state_after(*DISSUADED, *put_up) is state_after(*DISSUADED)


def test_the_police_are_not_told_in_a_case_that_is_over() -> None:
    """Neither in silence nor in vain: the office is told how to report it."""
    outcome = given(*DISSUADED, *CLOSED[1:]).when(told, by=VILLAGE, on=TODAY, correction=True)
    assert "另行登记" in outcome.then_refused("REPORT_CASE_CLOSED").text
    both = told_of((dissuade, VILLAGE), (told, VILLAGE), (close, TOWN))
    given(*both).when(told, by=VILLAGE, on=TODAY, correction=True).then_nothing()


def test_p15_a_child_goes_home_when_that_is_assessed_to_be_safe() -> None:
    """评估 → 送回 (沪未保 79)."""
    (event,) = (
        given(*CAN_RETURN)
        .when(bring_back, by=CIVIL_AFFAIRS, on=TODAY, child=LIVES_HERE)
        .then(
            happened(
                ChildReturnedHome,
                returned_on=TODAY,
                placement=1,
                town=TOWN_CODE,
                village=VILLAGE_CODE,
                police_station=STATION,
                notice="孩子已回归家庭，请保密并多关心",
            )
        )
    )
    assert state_after(*CAN_RETURN, event) is GuardianshipState.RETURNED_FOLLOWUP
    marks = ChildReturnedHome.SENSITIVE
    assert {name for name, mark in marks.items() if mark.flag} == {"notice"}


def test_no_child_goes_home_unassessed_or_when_it_cannot() -> None:
    given(*PLACED).when(bring_back, by=CIVIL_AFFAIRS, on=TODAY).then_refused("RETURN_NOT_ASSESSED")
    cannot = given(*CAN_RETURN).when(assessed(Conclusion.CANNOT_RETURN), by=CIVIL_AFFAIRS, on=TODAY)
    given(*CAN_RETURN, *cannot.events).when(bring_back, by=CIVIL_AFFAIRS, on=TODAY).then_refused(
        "RETURN_NOT_ASSESSED"
    )
    for history in ((), DISSUADED, ASSESSED_AT_HOME, RETURNED):
        given(*history).when(bring_back, by=CIVIL_AFFAIRS, on=TODAY).then_refused(
            "RETURN_NOT_PLACED"
        )


REVOKING = [conclusion for conclusion in Conclusion if conclusion is not Conclusion.CAN_RETURN]


@pytest.mark.parametrize("correction", [False, True])
@pytest.mark.parametrize("conclusion", REVOKING)
def test_a_child_goes_home_by_the_newest_assessment_only(
    conclusion: Conclusion, correction: bool
) -> None:
    """评估 → 送回 (沪未保 79): later or corrected, whatever is not 可以回归家庭 takes it back."""
    later = (
        given(*CAN_RETURN)
        .when(assessed(conclusion), by=CIVIL_AFFAIRS, on=TODAY, correction=correction)
        .events
    )
    assert later
    # 不因审批耽误: from the moment it is said, and not only once it is approved.
    for known in (later, later + decided((*CAN_RETURN, *later))):
        given(*CAN_RETURN, *known).when(bring_back, by=CIVIL_AFFAIRS, on=TODAY).then_refused(
            "RETURN_NOT_ASSESSED"
        )


def test_the_polices_finding_too_means_that_the_child_is_assessed_anew() -> None:
    police = given(*CAN_RETURN).when(assessed(Conclusion.PLACE), by=POLICE, on=TODAY).events
    given(*CAN_RETURN, *police).when(bring_back, by=CIVIL_AFFAIRS, on=TODAY).then_refused(
        "RETURN_NOT_ASSESSED"
    )


def test_an_older_assessment_reworded_takes_nothing_back() -> None:
    older = assessed(Conclusion.PLACE).model_copy(update={"assessed_on": date(2026, 3, 3)})
    events = given(*CAN_RETURN).when(older, by=POLICE, on=TODAY, correction=True).events
    events += decided((*CAN_RETURN, *events))
    given(*CAN_RETURN, *events).when(bring_back, by=CIVIL_AFFAIRS, on=TODAY).then(
        happened(ChildReturnedHome)
    )


def test_an_assessment_at_home_says_nothing_about_a_return() -> None:
    """Not even after the child came home: it stays on the list."""
    for history in ((), DISSUADED, RETURNED):
        events = given(*history).when(assess, by=POLICE, on=TODAY).events
        (approved,) = decided((*history, *events))
        assert isinstance(approved, AssessmentApproved)
        assert (approved.decides_return, approved.follow_up_until) == (False, None)


def test_a_return_can_be_corrected_and_is_not_before_the_placement() -> None:
    given(*RETURNED).when(bring_back, by=CIVIL_AFFAIRS, on=TODAY, correction=True).then(
        happened(ChildReturnedHome, placement=1)
    )
    early = bring_back.model_copy(update={"returned_on": date(2026, 3, 3)})
    given(*CAN_RETURN).when(early, by=CIVIL_AFFAIRS, on=TODAY).then_refused(
        "RETURN_BEFORE_PLACEMENT"
    )


@pytest.mark.parametrize("actor", EVERY_SEAT)
def test_only_civil_affairs_place_and_return(actor: str) -> None:
    """民政部门应当依法对未成年人进行临时监护 (未保法 92)."""
    placing = given().when(place, by=actor, on=TODAY)
    returning = given(*CAN_RETURN).when(bring_back, by=actor, on=TODAY)
    if seat_of(actor) is Seat.CIVIL_AFFAIRS:
        placing.then(happened(ChildPlaced))
        returning.then(happened(ChildReturnedHome))
    else:
        placing.then_refused("PLACEMENT_NOT_YOURS")
        returning.then_refused("RETURN_NOT_YOURS")


@pytest.mark.parametrize("actor", EVERY_SEAT)
def test_the_police_say_what_the_search_came_to(actor: str) -> None:
    """沪未保 77(3). To whom it is not theirs it reads as if there were nothing to search."""
    outcome = given(*PLACED).when(search, by=actor, on=TODAY)
    if seat_of(actor) in (Seat.POLICE, Seat.POLICE_STATION):
        (event,) = outcome.then(ParentSearchConcluded(**search.model_dump(), placement=1))
        assert state_after(*PLACED, event) is GuardianshipState.TEMP_GUARDIANSHIP
        assert set(ParentSearchConcluded.SENSITIVE) == {"whom", "whereabouts"}
    else:
        strange = outcome.then_refused("SEARCH_NOT_YOURS").text
        nothing = given().when(search, by=POLICE, on=TODAY).then_refused("SEARCH_NOT_YOURS").text
        assert strange == nothing
    assert RecordSearchResult.IN_TASK


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (order(GuidanceOrderKind.WRITTEN_WARNING), "ORDER_IN_FUTURE"),
        (assess, "ASSESSMENT_IN_FUTURE"),
        (place, "PLACEMENT_IN_FUTURE"),
        (search, "SEARCH_IN_FUTURE"),
        (bring_back, "HOME_IN_FUTURE"),
    ],
    ids=["order", "assessment", "placement", "search", "return"],
)
def test_no_later_rung_is_recorded_before_its_day(command: Command, code: str) -> None:
    (day,) = [name for name, value in command if isinstance(value, date)]
    by = POLICE if isinstance(command, OrderGuidance | RecordSearchResult) else CIVIL_AFFAIRS
    late = command.model_copy(update={day: TOMORROW})
    given(*CAN_RETURN).when(late, by=by, on=TODAY).then_refused(code)


@pytest.mark.parametrize("rung", EVERY_RUNG)
def test_every_open_case_closes_and_a_placed_childs_by_civil_affairs(rung: str) -> None:
    history = EVERY_RUNG[rung]
    outcome = given(*history).when(close, by=CIVIL_AFFAIRS, on=TODAY)
    if rung == "none":
        outcome.then_refused("GUARDIANSHIP_NOT_OPEN")
        return
    if rung == "revocation sought":
        # The court has yet to decide whose child it is.
        outcome.then_refused("GUARDIANSHIP_UNSETTLED")
        return
    put_up = outcome.then(happened(ClosingProposed))
    events = decided((*history, *put_up))
    ended = [PlacementEnded(child_ref=CHILD, placement=1, stays=1)] if rung == "placed" else []
    assert same(events, [*ended, happened(GuardianshipCaseClosed, put_up_by=CIVIL_AFFAIRS)])
    assert state_after(*history, *put_up, *events) is GuardianshipState.CLOSED
    by_town = given(*history).when(close, by=TOWN, on=TODAY)
    if rung in ("placed", "returned"):
        by_town.then_refused("GUARDIANSHIP_NOT_OPEN")
    else:
        by_town.then(happened(ClosingProposed))
