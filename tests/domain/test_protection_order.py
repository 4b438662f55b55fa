"""Protection orders (人身安全保护令): 反家暴法 23, 28, 30–32; 法释〔2022〕17号 2."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.calendar import end_of_day_utc
from domain.child_file import ChildFile
from domain.kernel import Actor, Command, Event, Recorded
from domain.organisations import HUB, Post, Seat, district_organisation, seat_of
from domain.protection_order import (
    NEVER_STOP,
    PROTECTION_ORDER,
    ApplyForProtection,
    EndProtection,
    ExpireProtection,
    ExtendProtection,
    IssueProtection,
    ProtectionApplied,
    ProtectionEnd,
    ProtectionEnded,
    ProtectionExtended,
    ProtectionIssued,
    ProtectionRefused,
    ProtectionState,
    decision_task,
    protection_order_id,
    state_after,
)
from domain.reactions.protection_orders import (
    when_protection_is_applied_for_then_the_court_decides,
    when_protection_is_ordered_then_police_and_village_are_served,
    when_the_court_has_decided_then_what_asked_for_it_is_answered,
)
from domain.referral import (
    AcceptReferral,
    CompleteReferral,
    ReferralCompleted,
    RequestReferral,
)
from domain.standing import Stands
from hub.authorization.policy import PolicyError
from hub.policies import _check_running_on, load_policies
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EVERY_SEAT,
    POLICE,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
    organisation_of,
)
from tests.specification import as_recorded, circumstances, folded, given, happened

RULES = load_policies().rules
COURT = district_organisation(Seat.COURT)
ORDER = protection_order_id(CHILD, 1)
FRIDAY = datetime(2026, 3, 6, 12, tzinfo=end_of_day_utc(date(2026, 3, 6)).tzinfo)
TODAY = date(2026, 3, 4)
UNTIL = date(2026, 9, 4)
LIVES_HERE = ChildFile(opened=True, town=TOWN_CODE, village=VILLAGE_CODE, police_station=STATION)

apply = ApplyForProtection(child_ref=CHILD, applied_on=TODAY, urgent=False, account="（示例）")
issue = IssueProtection(
    child_ref=CHILD,
    town=None,
    document_number="示民保令〔2026〕1号",
    issued_on=TODAY,
    until=UNTIL,
    respondent="父亲",
    measures="（示例）禁止接触",
)
extend = ExtendProtection(
    child_ref=CHILD,
    town=None,
    document_number="示民保令延〔2026〕1号",
    decided_on=TODAY,
    until=date(2027, 3, 4),
)
refuse = EndProtection(
    child_ref=CHILD, decided_on=TODAY, how=ProtectionEnd.REFUSED, reason="（示例）"
)
revoke = refuse.model_copy(update={"how": ProtectionEnd.REVOKED})
expire = ExpireProtection(order_id=ORDER)


def told(*steps: tuple[Command, str]) -> tuple[Event, ...]:
    history: tuple[Event, ...] = ()
    for command, by in steps:
        outcome = given(*history).when(command, by=by, on=TODAY, child=LIVES_HERE)
        assert outcome.refusal is None, outcome.refusal
        history += outcome.events
    return history


HISTORIES: dict[str, tuple[Event, ...]] = {
    "none": (),
    "applied": told((apply, VILLAGE)),
    "in force": told((issue, COURT)),
    "applied again": told((issue, COURT), (apply, VILLAGE)),
    "refused": told((apply, VILLAGE), (refuse, COURT)),
    "revoked": told((issue, COURT), (revoke, COURT)),
}
STATES = {
    "none": ProtectionState.NONE,
    "applied": ProtectionState.APPLIED,
    "in force": ProtectionState.IN_FORCE,
    "applied again": ProtectionState.IN_FORCE,
    "refused": ProtectionState.ENDED,
    "revoked": ProtectionState.ENDED,
}
COMMANDS: dict[str, tuple[Command, type[Event], str]] = {
    "apply": (apply, ProtectionApplied, "PROTECTION_NOT_APPLICANT"),
    "issue": (issue, ProtectionIssued, "PROTECTION_NOT_COURT"),
    "extend": (extend, ProtectionExtended, "PROTECTION_NOT_COURT"),
    "refuse": (refuse, ProtectionRefused, "PROTECTION_NOT_COURT"),
    "revoke": (revoke, ProtectionEnded, "PROTECTION_NOT_COURT"),
}
MAY = {
    "apply": {
        Seat.CIVIL_AFFAIRS,
        Seat.POLICE,
        Seat.POLICE_STATION,
        Seat.TOWN,
        Seat.VILLAGE,
        Seat.WOMENS_FEDERATION,
        Seat.WELFARE_INSTITUTION,
    },
    **{act: {Seat.COURT} for act in ("issue", "extend", "refuse", "revoke")},
}
ALLOWED = {
    "apply": set(HISTORIES),
    "issue": set(HISTORIES) - {"in force", "applied again"},
    "extend": {"in force", "applied again"},
    "refuse": {"applied", "applied again"},
    "revoke": {"in force", "applied again"},
}


@pytest.mark.parametrize("what", COMMANDS)
@pytest.mark.parametrize("history", HISTORIES)
def test_every_state_and_act_and_seat(history: str, what: str) -> None:
    """Allowed ones do what they should; all others are refused with a clear reason, and a stranger
    in the same words whatever there is."""
    command, event, not_theirs = COMMANDS[what]
    before = HISTORIES[history]
    for actor in EVERY_SEAT:
        outcome = given(*before).when(command, by=actor, on=TODAY, child=LIVES_HERE)
        if seat_of(actor) not in MAY[what]:
            refused = outcome.then_refused(not_theirs)
            nothing = given().when(command, by=actor, on=TODAY).then_refused(not_theirs)
            assert refused.text == nothing.text
        elif history in ALLOWED[what]:
            outcome.then(happened(event))
        else:
            assert outcome.then_refused("PROTECTION_STATE").text.endswith("。")


@pytest.mark.parametrize("history", HISTORIES)
def test_views_and_fold_agree_on_the_state(history: str) -> None:
    state = ""
    for event in HISTORIES[history]:
        state = state_after(state, event.TOPIC, vars(event))
    assert (state or ProtectionState.NONE) == STATES[history]
    assert folded(PROTECTION_ORDER, *HISTORIES[history]).state is STATES[history]


@pytest.mark.parametrize(
    ("until", "taken"),
    [(date(2026, 3, 3), False), (TODAY, True), (UNTIL, True), (date(2026, 9, 5), False)],
)
def test_an_order_is_in_force_for_six_months_at_most(until: date, taken: bool) -> None:
    """反家暴法 30: 不超过六个月，自作出之日起生效."""
    outcome = given().when(issue.model_copy(update={"until": until}), by=COURT, on=TODAY)
    if taken:
        outcome.then(happened(ProtectionIssued, until=until, ends_at=end_of_day_utc(until)))
    else:
        assert "六个月" in outcome.then_refused("PROTECTION_TERM").text


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (UNTIL, "PROTECTION_NOT_LATER"),
        (date(2026, 9, 5), None),
        (date(2027, 3, 4), None),
        (date(2027, 3, 5), "PROTECTION_TERM"),
    ],
)
def test_it_is_extended_before_it_ends(until: date, code: str | None) -> None:
    """反家暴法 30: 失效前 … 延长, by no more than as long again."""
    command = extend.model_copy(update={"until": until})
    outcome = given(*HISTORIES["in force"]).when(command, by=COURT, on=TODAY)
    if code:
        outcome.then_refused(code)
    else:
        (event,) = outcome.then(happened(ProtectionExtended))
        assert folded(PROTECTION_ORDER, *HISTORIES["in force"], event).until == until


def test_it_ends_by_itself_after_its_last_day_and_not_before() -> None:
    hub = Actor(HUB, Post.SYSTEM.value, "hub")
    over = end_of_day_utc(UNTIL)
    in_force = HISTORIES["in force"]
    given(*in_force).when(expire, by=hub, on=over - timedelta(seconds=1)).then_nothing()
    given(*in_force).when(expire, by=hub, on=over).then(
        happened(ProtectionEnded, how=ProtectionEnd.EXPIRED, decided_on=UNTIL)
    )
    longer = told((issue, COURT), (extend, COURT))
    given(*longer).when(expire, by=hub, on=over).then_nothing()
    # 驳回延长申请，原令照旧: its clock goes on as well.
    kept = (*HISTORIES["applied again"], *told_on("applied again", refuse))
    given(*kept).when(expire, by=hub, on=over).then(happened(ProtectionEnded))
    assert PROTECTION_ORDER.due is not None
    assert ProtectionRefused not in PROTECTION_ORDER.due.over
    given(*in_force).when(expire, by=COURT, on=over).then_refused("PROTECTION_BY_CLOCK")
    by_hand = revoke.model_copy(update={"how": ProtectionEnd.EXPIRED})
    given(*in_force).when(by_hand, by=COURT, on=TODAY).then_refused("PROTECTION_BY_CLOCK")


@pytest.mark.parametrize("typed", [date(2026, 9, 3), date(2026, 8, 4)])
def test_a_corrected_order_runs_as_long_as_it_was_extended_to(typed: date) -> None:
    """Given an order that was extended / when the court puts the first record right / then its
    clock asks on the day to which it was extended, and it ends then."""
    hub = Actor(HUB, Post.SYSTEM.value, "hub")
    longer = told((issue, COURT), (extend, COURT))
    corrected = issue.model_copy(update={"until": typed, "issued_on": TODAY - timedelta(days=1)})
    over = end_of_day_utc(extend.until)
    events = (
        given(*longer)
        .when(corrected, by=COURT, on=TODAY, correction=True)
        .then(happened(ProtectionIssued, until=typed, ends_at=over))
    )
    given(*longer, *events).when(expire, by=hub, on=end_of_day_utc(UNTIL)).then_nothing()
    given(*longer, *events).when(expire, by=hub, on=over).then(
        happened(ProtectionEnded, decided_on=extend.until)
    )


def test_a_day_that_was_put_right_is_the_orders_last_one() -> None:
    """An order that was not extended ends on the day that the correction says."""
    hub = Actor(HUB, Post.SYSTEM.value, "hub")
    day = date(2026, 8, 4)
    corrected = issue.model_copy(update={"until": day})
    history = HISTORIES["in force"]
    history += given(*history).when(corrected, by=COURT, on=TODAY, correction=True).events
    given(*history).when(expire, by=hub, on=end_of_day_utc(day)).then(
        happened(ProtectionEnded, decided_on=day)
    )


def test_an_order_whose_last_day_is_over_keeps_no_new_one_back() -> None:
    """Whether or not the clock has asked: what is decided after its last day is of the next."""
    states = {ORDER: folded(PROTECTION_ORDER, *HISTORIES["in force"])}

    def located(command: Command) -> Any:
        return PROTECTION_ORDER.locate(
            command, lambda each: states.get(each, PROTECTION_ORDER.initial)
        )

    second = protection_order_id(CHILD, 2)
    after = UNTIL + timedelta(days=1)
    for command, day in (
        (apply, "applied_on"),
        (issue, "issued_on"),
        (extend, "decided_on"),
        (revoke, "decided_on"),
    ):
        assert located(command.model_copy(update={day: UNTIL})) == ORDER
        assert located(command.model_copy(update={day: after})) == second


def told_on(history: str, command: Command) -> tuple[Event, ...]:
    return given(*HISTORIES[history]).when(command, by=COURT, on=TODAY).events


def test_an_order_in_force_keeps_the_file_from_being_erased() -> None:
    stands = PROTECTION_ORDER.stands
    assert stands is not None
    for history, codes in {
        "none": [],
        "applied": [Stands.OPEN_CASE],
        "in force": [Stands.ORDER_IN_FORCE],
        "applied again": [Stands.OPEN_CASE, Stands.ORDER_IN_FORCE],
        "refused": [],
        "revoked": [],
    }.items():
        found = stands(folded(PROTECTION_ORDER, *HISTORIES[history]), RULES)
        assert [each.code for each in found] == codes
        assert all(
            each.until == UNTIL + timedelta(days=1)
            for each in found
            if each.code is Stands.ORDER_IN_FORCE
        )


def test_no_act_is_recorded_before_its_day() -> None:
    tomorrow = TODAY + timedelta(days=1)
    for command, day, by in (
        (apply, "applied_on", VILLAGE),
        (issue, "issued_on", COURT),
        (extend, "decided_on", COURT),
        (revoke, "decided_on", COURT),
    ):
        late = command.model_copy(update={day: tomorrow})
        given(*HISTORIES["in force"]).when(late, by=by, on=TODAY).then_refused(
            "PROTECTION_IN_FUTURE"
        )


# What it opens at others


class Map:
    def police_station(self, town: str | None) -> str:
        return STATION if town == TOWN_CODE else POLICE

    def town_of(self, organisation: str) -> str | None:
        return TOWN_CODE if organisation == VILLAGE else None


PLACES = Map()


def recorded(event: Event, by: str, *, corrects: bool = False) -> Recorded:
    where = circumstances(by, TODAY)
    first = as_recorded(event, ORDER, 1, where)
    return as_recorded(event, ORDER, 2, where, first) if corrects else first


def asked(reaction: Any, event: Event, by: str, *, corrects: bool = False) -> list[Any]:
    return list(reaction.then(event, recorded(event, by, corrects=corrects), PLACES))


@pytest.mark.parametrize(("urgent", "hours"), [(False, 72), (True, 24)])
def test_the_court_decides_within_72_hours_and_where_it_is_urgent_within_24(
    urgent: bool, hours: int
) -> None:
    """反家暴法 28; 昼夜连续计算: over the weekend as well, and nobody stops it."""
    (event,) = (
        given()
        .when(apply.model_copy(update={"urgent": urgent}), by=VILLAGE, on=TODAY)
        .then(happened(ProtectionApplied))
    )
    (task,) = asked(when_protection_is_applied_for_then_the_court_decides, event, VILLAGE)
    assert isinstance(task, RequestReferral)
    assert (task.addressee, task.sender) == (COURT, VILLAGE)
    kind = RULES.referral_kind(task.kind)
    assert RULES.due(kind.complete_within, FRIDAY) == FRIDAY + timedelta(hours=hours)
    assert kind.runs_on
    assert task.referral_id == decision_task(ORDER, 1, urgent=urgent)


def test_a_corrected_application_asks_the_court_for_nothing_new() -> None:
    again = given(*HISTORIES["applied"]).when(apply, by=VILLAGE, on=TODAY, correction=True)
    (event,) = again.events
    (task,) = asked(
        when_protection_is_applied_for_then_the_court_decides, event, VILLAGE, corrects=True
    )
    assert task.referral_id == decision_task(ORDER, 1, urgent=False)
    for over in ("refused", "in force"):
        history = (
            HISTORIES["refused"] if over == "refused" else told((apply, VILLAGE), (issue, COURT))
        )
        (event,) = given(*history).when(apply, by=VILLAGE, on=TODAY, correction=True).events
        assert asked(when_protection_is_applied_for_then_the_court_decides, event, VILLAGE) == []


@pytest.mark.parametrize(("decision", "outcome"), [(issue, "ISSUED"), (refuse, "REFUSED")])
def test_whoever_applied_hears_what_the_court_decided(decision: Command, outcome: str) -> None:
    (event,) = given(*HISTORIES["applied"]).when(decision, by=COURT, on=TODAY).events
    answers = asked(when_the_court_has_decided_then_what_asked_for_it_is_answered, event, COURT)
    assert {each.referral_id for each in answers} == {
        decision_task(ORDER, 1, urgent=urgent) for urgent in (True, False)
    }
    assert all(isinstance(e, CompleteReferral) and e.outcome == outcome for e in answers)
    # Nobody applied here: nobody is answered.
    (event,) = given().when(issue, by=COURT, on=TODAY).events
    assert asked(when_the_court_has_decided_then_what_asked_for_it_is_answered, event, COURT) == []


def test_the_task_is_not_answered_by_a_click_but_by_the_order() -> None:
    """不能只点办结: the order itself is what protects."""
    task = decision_task(ORDER, 1, urgent=True)
    request = RequestReferral(
        referral_id=task,
        child_ref=CHILD,
        case_id=ORDER,
        kind="decide_protection_order_urgent",
        sender=VILLAGE,
        addressee=COURT,
        town=None,
    )
    asked_for = given().when(request, by=HUB, on=TODAY, child=ChildFile(opened=True)).events
    done = CompleteReferral(referral_id=task, outcome="ISSUED")
    accepted = given(*asked_for).when(AcceptReferral(referral_id=task), by=COURT, on=TODAY)
    history = (*asked_for, *accepted.events)
    given(*history).when(done, by=COURT, on=TODAY).then_refused("REFERRAL_RECORD_FIRST")
    by_hub = given(*history).when(done, by=HUB, on=TODAY).events
    assert isinstance(by_hub[-1], ReferralCompleted)


@pytest.mark.parametrize(
    ("child", "town", "served"),
    [
        (LIVES_HERE, None, [STATION, VILLAGE]),
        (None, TOWN_CODE, [STATION, TOWN]),
        (None, None, [POLICE, CIVIL_AFFAIRS]),
    ],
)
@pytest.mark.parametrize("command", [issue, extend], ids=["issued", "extended"])
def test_police_and_village_are_served_with_it(
    command: Command, child: ChildFile | None, town: str | None, served: list[str]
) -> None:
    """反家暴法 31, 32: 送达 … 公安机关以及居民委员会、村民委员会, also of its extension."""
    before = () if command is issue else HISTORIES["in force"]
    command = command.model_copy(update={"town": town})
    (event,) = given(*before).when(command, by=COURT, on=TODAY, child=child).events
    reaction = when_protection_is_ordered_then_police_and_village_are_served
    tasks = asked(reaction, event, COURT)
    assert [task.addressee for task in tasks] == served
    for task in tasks:
        assert seat_of(task.addressee) in RULES.referral_kind(task.kind).seats
    assert asked(reaction, event, COURT, corrects=True) == []
    assert event.category.value == "orders"


def test_a_flag_tells_the_village_that_there_is_one_and_nothing_of_why() -> None:
    for kind in (ProtectionIssued, ProtectionExtended):
        assert {name for name, mark in kind.SENSITIVE.items() if mark.flag} == {"notice"}
    (event,) = HISTORIES["in force"]
    assert isinstance(event, ProtectionIssued)
    assert "110" in str(event.notice)
    assert "父" not in str(event.notice)


def test_policies_that_would_stop_such_a_clock_are_not_loaded() -> None:
    for name in NEVER_STOP:
        stopped = RULES.referrals[name].model_copy(update={"runs_on": False})
        rules = RULES.model_copy(update={"referrals": {**RULES.referrals, name: stopped}})
        with pytest.raises(PolicyError, match=name):
            _check_running_on(rules)
        without = {key: row for key, row in RULES.referrals.items() if key != name}
        with pytest.raises(PolicyError, match=name):
            _check_running_on(RULES.model_copy(update={"referrals": without}))
    _check_running_on(RULES)


def test_whoever_may_apply_may_state_under_guardianship_somewhere() -> None:
    """Who may apply by law can also say so here."""
    for seat in MAY["apply"]:
        outcome = given().when(apply, by=organisation_of(seat), on=TODAY)
        outcome.then(happened(ProtectionApplied, filing=1))
