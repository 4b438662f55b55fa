"""Emergency care, and the guardian's qualification before the court: 民法典 34(4), 36, 38; 未保法
92, 94, 108; domain reference §4 rows 7, 9, 10."""

from __future__ import annotations

from datetime import date

import pytest

from domain.guardianship_care import (
    BeginEmergencyCare,
    DecideRevocation,
    EmergencyCareBegun,
    EmergencyCareEnded,
    EndEmergencyCare,
    GuardianshipRestored,
    NewGuardian,
    RestoreGuardianship,
    RevocationDecided,
    RevocationSought,
    SeekRevocation,
)
from domain.guardianship_case import GUARDIANSHIP_CASE, guardianship_case_id
from domain.guardianship_codes import Care, Conclusion
from domain.guardianship_commands import (
    CloseGuardianshipCase,
    PlaceChild,
    RecordAssessment,
    ReturnChildHome,
)
from domain.guardianship_events import ChildPlaced, GuardianshipCaseClosed
from domain.guardianship_state import GuardianshipState, state_after
from domain.kernel import Command, Event
from domain.organisations import HUB, Seat, district_organisation, seat_of
from domain.reactions.guardianship import (
    when_a_child_is_cared_for_in_an_emergency_then_civil_affairs_decide,
    when_the_court_rules_on_guardianship_then_civil_affairs_carry_it_out,
)
from domain.referral import RequestReferral
from domain.standing import Stands
from hub.policies import load_policies
from tests.domain.invented import CHILD, CIVIL_AFFAIRS, EVERY_SEAT, TOWN, TOWN_CODE, VILLAGE
from tests.domain.test_guardianship_case import decided
from tests.specification import Journal, as_recorded, circumstances, folded, given, happened

RULES = load_policies().rules
COURT = district_organisation(Seat.COURT)
CASE = guardianship_case_id(CHILD, 1)
TODAY = date(2026, 3, 4)
TOMORROW = date(2026, 3, 5)

begin = BeginEmergencyCare(
    child_ref=CHILD, town=None, begun_on=TODAY, place="（示例）村委会", account="（示例）住院"
)
end = EndEmergencyCare(child_ref=CHILD, ended_on=TODAY, account=None)
seek = SeekRevocation(child_ref=CHILD, sought_on=TODAY, account="（示例）失管半年以上")
revoke = DecideRevocation(
    child_ref=CHILD,
    decided_on=TODAY,
    granted=True,
    guardian=NewGuardian.STATE_LONG_TERM,
    restorable=True,
    document_number="示民特〔2026〕1号",
    account=None,
)
dismiss = revoke.model_copy(update={"granted": False, "guardian": None})
for_ever = revoke.model_copy(update={"restorable": False})
restore = RestoreGuardianship(
    child_ref=CHILD, restored_on=TODAY, document_number="示民特恢〔2026〕1号", account=None
)
place = PlaceChild(
    child_ref=CHILD,
    placed_on=TODAY,
    situation="HARMED",
    care=Care.KINSHIP,
    institution=None,
    place=None,
    account=None,
)
can_return = RecordAssessment(
    child_ref=CHILD,
    assessed_on=TODAY,
    conclusion=Conclusion.CAN_RETURN,
    grade="较低",
    account=None,
)
bring_back = ReturnChildHome(child_ref=CHILD, returned_on=TODAY, account=None)


def told(*steps: tuple[Command, str]) -> tuple[Event, ...]:
    history: tuple[Event, ...] = ()
    for command, by in steps:
        outcome = given(*history).when(command, by=by, on=TODAY)
        assert outcome.refusal is None, outcome.refusal
        history += outcome.events
        if isinstance(command, RecordAssessment | CloseGuardianshipCase):
            history += decided(history)
    return history


HISTORIES: dict[str, tuple[Event, ...]] = {
    "none": (),
    "emergency": told((begin, VILLAGE)),
    "placed": told((place, CIVIL_AFFAIRS)),
    "sought": told((place, CIVIL_AFFAIRS), (seek, CIVIL_AFFAIRS)),
    "dismissed": told((seek, CIVIL_AFFAIRS), (dismiss, COURT)),
    "revoked": told((seek, CIVIL_AFFAIRS), (revoke, COURT)),
    "for ever": told((for_ever, COURT)),
    "restored": told((revoke, COURT), (restore, COURT)),
}
STATES = {
    "none": GuardianshipState.NONE,
    "emergency": GuardianshipState.ASSESSING,
    "placed": GuardianshipState.TEMP_GUARDIANSHIP,
    "sought": GuardianshipState.REVOCATION_SOUGHT,
    "dismissed": GuardianshipState.ASSESSING,
    "revoked": GuardianshipState.STATE_LONG_TERM,
    "for ever": GuardianshipState.STATE_LONG_TERM,
    "restored": GuardianshipState.RESTORED,
}
CARERS = {Seat.VILLAGE, Seat.TOWN, Seat.CIVIL_AFFAIRS}
ACTS: dict[str, tuple[Command, type[Event], set[Seat], str]] = {
    "begin": (begin, EmergencyCareBegun, CARERS, "EMERGENCY_CARE_NOT_YOURS"),
    "end": (end, EmergencyCareEnded, CARERS, "EMERGENCY_CARE_NOT_YOURS"),
    "seek": (
        seek,
        RevocationSought,
        {*CARERS, Seat.WOMENS_FEDERATION, Seat.WELFARE_INSTITUTION},
        "REVOCATION_NOT_APPLICANT",
    ),
    "revoke": (revoke, RevocationDecided, {Seat.COURT}, "REVOCATION_NOT_COURT"),
    "restore": (restore, GuardianshipRestored, {Seat.COURT}, "REVOCATION_NOT_COURT"),
}
EVERYWHERE = set(HISTORIES)
ALLOWED = {
    "begin": EVERYWHERE,
    "end": {"emergency"},
    "seek": EVERYWHERE,
    "revoke": EVERYWHERE,
    "restore": {"revoked", "for ever"},
}
REFUSED = {
    ("end", "*"): "EMERGENCY_CARE_NONE",
    ("restore", "*"): "RESTORATION_NOT_REVOKED",
}


@pytest.mark.parametrize("what", ACTS)
@pytest.mark.parametrize("history", HISTORIES)
def test_every_state_and_act_and_seat(history: str, what: str) -> None:
    """Allowed ones do what they should; all others are refused with a clear reason, and a stranger
    in the same words whatever there is."""
    command, event, seats, not_theirs = ACTS[what]
    before = HISTORIES[history]
    for actor in EVERY_SEAT:
        outcome = given(*before).when(command, by=actor, on=TODAY)
        if seat_of(actor) not in seats:
            text = outcome.then_refused(not_theirs).text
            assert text == given().when(command, by=actor, on=TODAY).then_refused(not_theirs).text
        elif history in ALLOWED[what]:
            outcome.then(happened(event))
        else:
            code = REFUSED.get((what, history)) or REFUSED[what, "*"]
            assert outcome.then_refused(code).text.endswith("。")


@pytest.mark.parametrize("history", HISTORIES)
def test_each_leads_to_its_rung(history: str) -> None:
    assert folded(GUARDIANSHIP_CASE, *HISTORIES[history]).state is STATES[history]


@pytest.mark.parametrize("history", HISTORIES)
def test_danger_still_leads_to_a_placement_at_once(history: str) -> None:
    """Any state may jump to 临时监护 in danger."""
    before = HISTORIES[history]
    (event,) = given(*before).when(place, by=CIVIL_AFFAIRS, on=TODAY).then(happened(ChildPlaced))
    after = folded(GUARDIANSHIP_CASE, *before, event)
    assert after.state is GuardianshipState.TEMP_GUARDIANSHIP
    assert after.placed
    assert after.emergency_since is None


def test_a_child_that_is_placed_stays_so_while_revocation_is_sought() -> None:
    """The court's case ends no care: no second placement begins, and no clock."""
    state = folded(GUARDIANSHIP_CASE, *HISTORIES["sought"])
    assert state.placed
    (event,) = given(*HISTORIES["sought"]).when(place, by=CIVIL_AFFAIRS, on=TODAY).events
    assert isinstance(event, ChildPlaced)
    assert (event.placement, event.begins) == (1, False)


def test_nobody_is_sent_home_before_the_court_has_ruled() -> None:
    ready = told((place, CIVIL_AFFAIRS), (can_return, CIVIL_AFFAIRS), (seek, CIVIL_AFFAIRS))
    given(*ready).when(bring_back, by=CIVIL_AFFAIRS, on=TODAY).then_refused("RETURN_REVOCATION")
    ruled = given(*ready).when(dismiss, by=COURT, on=TODAY).events
    assert given(*ready, *ruled).when(bring_back, by=CIVIL_AFFAIRS, on=TODAY).refusal is None


@pytest.mark.parametrize(("command", "answer"), [(revoke, "是"), (for_ever, "否")])
def test_that_it_may_never_be_restored_says_a_crime_and_is_sealed(
    command: Command, answer: str
) -> None:
    """民法典 38: 对被监护人实施故意犯罪的除外. Nothing in clear tells one ruling from the other."""
    (event,) = given().when(command, by=COURT, on=TODAY).events
    assert isinstance(event, RevocationDecided)
    assert event.restorable == answer
    assert {"restorable", "document_number", "account"} == set(RevocationDecided.SENSITIVE)
    assert folded(GUARDIANSHIP_CASE, event) == folded(GUARDIANSHIP_CASE, *HISTORIES["for ever"])


def test_a_guardianship_is_restored_also_after_the_case_was_closed() -> None:
    journal = Journal()
    journal.carry_out(revoke, by=COURT, on=TODAY)
    journal.streams[CASE].append(GuardianshipCaseClosed(child_ref=CHILD, reason=None))
    journal.carry_out(seek, by=CIVIL_AFFAIRS, on=TODAY)
    (fact,) = journal.carry_out(restore, by=COURT, on=TODAY)
    assert fact.originator_id == CASE
    assert isinstance(fact.event, GuardianshipRestored)


@pytest.mark.parametrize(
    ("granted", "guardian"), [(True, None), (False, NewGuardian.OTHER_GUARDIAN)]
)
def test_a_ruling_says_who_is_guardian_where_it_revokes_and_only_there(
    granted: bool, guardian: NewGuardian | None
) -> None:
    command = revoke.model_copy(update={"granted": granted, "guardian": guardian})
    given().when(command, by=COURT, on=TODAY).then_refused("REVOCATION_GUARDIAN")


@pytest.mark.parametrize(
    ("command", "day", "by", "code"),
    [
        (begin, "begun_on", VILLAGE, "EMERGENCY_CARE_IN_FUTURE"),
        (end, "ended_on", VILLAGE, "EMERGENCY_CARE_IN_FUTURE"),
        (seek, "sought_on", CIVIL_AFFAIRS, "REVOCATION_IN_FUTURE"),
        (revoke, "decided_on", COURT, "REVOCATION_IN_FUTURE"),
        (restore, "restored_on", COURT, "REVOCATION_IN_FUTURE"),
    ],
)
def test_no_act_is_recorded_before_its_day(command: Command, day: str, by: str, code: str) -> None:
    late = command.model_copy(update={day: TOMORROW})
    given(*HISTORIES["emergency"]).when(late, by=by, on=TODAY).then_refused(code)


def test_emergency_care_is_in_care_and_ends_not_before_it_began() -> None:
    stands = GUARDIANSHIP_CASE.stands
    assert stands is not None
    found = stands(folded(GUARDIANSHIP_CASE, *HISTORIES["emergency"]), RULES)
    assert Stands.IN_CARE in [each.code for each in found]
    early = end.model_copy(update={"ended_on": date(2026, 3, 3)})
    given(*HISTORIES["emergency"]).when(early, by=VILLAGE, on=TODAY).then_refused(
        "EMERGENCY_CARE_BEFORE"
    )


AFTER_ALL = {
    "care ended": (begin, VILLAGE, told((begin, VILLAGE), (end, VILLAGE))),
    "care became a placement": (begin, VILLAGE, told((begin, VILLAGE), (place, CIVIL_AFFAIRS))),
    "application ruled on": (seek, CIVIL_AFFAIRS, HISTORIES["revoked"]),
    "application dismissed": (seek, CIVIL_AFFAIRS, HISTORIES["dismissed"]),
    "ruling undone": (revoke, COURT, HISTORIES["restored"]),
}


@pytest.mark.parametrize("what", AFTER_ALL)
def test_a_corrected_record_reopens_nothing_that_is_over(what: str) -> None:
    """Other words for what is over change no rung, no care and no ruling, here nor in a view."""
    command, by, before = AFTER_ALL[what]
    (event,) = given(*before).when(command, by=by, on=TODAY, correction=True).events
    after = folded(GUARDIANSHIP_CASE, *before)
    assert folded(GUARDIANSHIP_CASE, *before, event) == after
    assert state_after(after.state, event.TOPIC, vars(event)) is after.state


@pytest.mark.parametrize(
    ("command", "by", "history"),
    [(begin, VILLAGE, "emergency"), (seek, CIVIL_AFFAIRS, "sought"), (revoke, COURT, "dismissed")],
)
def test_a_corrected_record_of_what_runs_says_what_stands(
    command: Command, by: str, history: str
) -> None:
    (event,) = given(*HISTORIES[history]).when(command, by=by, on=TODAY, correction=True).events
    after = folded(GUARDIANSHIP_CASE, *HISTORIES[history], event)
    assert (after.emergency_since == TODAY) is (command is begin)
    assert after.seeking is (command is seek)
    assert (after.revoked is not None) is (command is revoke)


# What follows


class Map:
    def police_station(self, town: str | None) -> str:
        raise AssertionError(town)

    def town_of(self, organisation: str) -> str | None:
        return TOWN_CODE if organisation in (VILLAGE, TOWN) else None


@pytest.mark.parametrize(("by", "sender"), [(VILLAGE, VILLAGE), (CIVIL_AFFAIRS, HUB)])
def test_civil_affairs_decide_within_days_and_no_holiday_stops_that(by: str, sender: str) -> None:
    (event,) = given().when(begin, by=by, on=TODAY).events
    where = circumstances(by, TODAY)
    reaction = when_a_child_is_cared_for_in_an_emergency_then_civil_affairs_decide
    (task,) = reaction.then(event, as_recorded(event, CASE, 1, where), Map())
    assert isinstance(task, RequestReferral)
    assert (task.kind, task.addressee) == ("decide_emergency_care", CIVIL_AFFAIRS)
    assert task.sender == sender
    assert RULES.referral_kind(task.kind).runs_on
    first = as_recorded(event, CASE, 1, where)
    assert reaction.then(event, as_recorded(event, CASE, 2, where, first), Map()) == []


@pytest.mark.parametrize("history", ["revoked", "dismissed", "restored"])
def test_civil_affairs_carry_out_what_the_court_ruled(history: str) -> None:
    (*_, event) = HISTORIES[history]
    where = circumstances(COURT, TODAY)
    reaction = when_the_court_rules_on_guardianship_then_civil_affairs_carry_it_out
    (task,) = reaction.then(event, as_recorded(event, CASE, 1, where), Map())
    assert isinstance(task, RequestReferral)
    assert (task.kind, task.addressee, task.sender) == ("carry_out_ruling", CIVIL_AFFAIRS, COURT)
    first = as_recorded(event, CASE, 1, where)
    assert reaction.then(event, as_recorded(event, CASE, 2, where, first), Map()) == []


def test_civil_affairs_are_asked_by_hand_to_apply_where_others_do_not() -> None:
    """未保法 108; 民法典 36(3): 民政部门应当向人民法院申请."""
    kind = RULES.referral_kind("seek_revocation")
    assert kind.seats == (Seat.CIVIL_AFFAIRS,)
    assert {Seat.VILLAGE, Seat.TOWN, Seat.PROCURATORATE} <= set(kind.by)
