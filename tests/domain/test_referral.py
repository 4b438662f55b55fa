"""The referral: a closed loop between two organisations (P27 信息共享, P53 强化协调)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.child_file import ChildFile
from domain.kernel import Category, Command, Event
from domain.mandatory_report import HANDLE_REPORT
from domain.organisations import HUB, seat_of
from domain.referral import (
    OPEN_STATES,
    REFERRAL,
    REFERRAL_ENDED,
    STATE_WORDS,
    AcceptReferral,
    AssignReferral,
    CloseReferral,
    CompleteReferral,
    ConfineReferral,
    DeclineOffer,
    FailReferral,
    HoldReferral,
    OfferReferral,
    OpenReferral,
    ReassignReferral,
    ReferralAccepted,
    ReferralAssigned,
    ReferralClosed,
    ReferralCompleted,
    ReferralConfined,
    ReferralEvent,
    ReferralExplained,
    ReferralFailed,
    ReferralHeld,
    ReferralMoved,
    ReferralOfferDeclined,
    ReferralOffered,
    ReferralReassigned,
    ReferralRequested,
    ReferralResumed,
    ReferralReturned,
    ReferralStarted,
    ReferralState,
    ReferralVoided,
    ReferralWithdrawn,
    RequestReferral,
    ResumeReferral,
    ReturnReason,
    ReturnReferral,
    SendReferral,
    StartReferral,
    VoidReferral,
    WithdrawReferral,
)
from domain.terms import Term
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EVERY_SEAT,
    OTHER_TOWN,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    TOWN_CODE,
    organisation_of,
)
from tests.specification import Outcome, at_noon, folded, given, happened
from tests.together import all_of

TODAY = date(2026, 3, 4)
ID = UUID("e0000000-0000-4000-8000-000000000001")
CASE = UUID("e0000000-0000-4000-8000-000000000002")
RULES = load_policies().rules

request = RequestReferral(
    referral_id=ID,
    child_ref=CHILD,
    case_id=CASE,
    kind="persuade_dropout",
    sender=SCHOOL,
    addressee=TOWN,
    town=TOWN_CODE,
)
COMMANDS: Mapping[str, Command] = {
    "accept": AcceptReferral(referral_id=ID),
    "start": StartReferral(referral_id=ID),
    "complete": CompleteReferral(referral_id=ID, outcome="AGREED", happened_on=TODAY, account="好"),
    "fail": FailReferral(referral_id=ID, account="三次未见到人"),
    "return": ReturnReferral(referral_id=ID, reason=ReturnReason.NOT_IN_JURISDICTION, note="已搬"),
    "withdraw": WithdrawReferral(referral_id=ID, note="已到校"),
    "reassign": ReassignReferral(referral_id=ID, addressee=OTHER_TOWN),
    "offer": OfferReferral(referral_id=ID, to=OTHER_TOWN),
    "decline": DeclineOffer(referral_id=ID, note="不在本辖区"),
    "assign": AssignReferral(referral_id=ID, handler="u-b", deputy="u-a"),
    "hold": HoldReferral(referral_id=ID, reason="CHILD_AWAY", until=date(2026, 3, 10)),
    "resume": ResumeReferral(referral_id=ID),
    "send": SendReferral(referral_id=ID, account="缺课"),
    "close": CloseReferral(referral_id=ID, note="已看到"),
    "void": VoidReferral(referral_id=ID, reason="WRONG_CHILD", note="同名"),
}
ROLES = {
    "addressee": TOWN,
    "sender": SCHOOL,
    "coordinator": CIVIL_AFFAIRS,
    "asked": OTHER_TOWN,
    "stranger": PROCURATORATE,
}
"""``asked`` was asked to take it over, where somebody was; else it is a stranger."""
ABOUT: dict[str, Any] = {
    "case_id": CASE,
    "child_ref": CHILD,
    "kind": "persuade_dropout",
    "matter": Category.SCHOOLING,
    "sender": SCHOOL,
    "addressee": TOWN,
    "kept_from": None,
}


def of_kind(kind: str, addressee: str | None = None) -> RequestReferral:
    """A request of this kind, to an organisation that answers for it unless another is named."""
    answers = organisation_of(RULES.referral_kind(kind).seats[0])
    return request.model_copy(update={"kind": kind, "addressee": addressee or answers})


PUPIL = ChildFile(opened=True, school=SCHOOL, town=TOWN_CODE)
DRAFTED = (
    given()
    .when(
        OpenReferral(
            referral_id=ID,
            child_ref=CHILD,
            kind="persuade_dropout",
            addressee=TOWN,
            case_id=CASE,
            draft=True,
        ),
        by=SCHOOL,
        on=TODAY,
        child=PUPIL,
    )
    .events
)
ASKED = given().when(request, by=SCHOOL, on=TODAY).events
"""By a record, not by a person."""
REQUESTED = tuple(each.model_copy(update={"by_hand": True}) for each in ASKED)
ACCEPTED = (*REQUESTED, ReferralAccepted(**ABOUT))
STARTED = (*ACCEPTED, ReferralStarted(**ABOUT))


def offered(*history: Event) -> tuple[Event, ...]:
    """And then the other town was asked to take it over."""
    return (*history, *given(*history).when(COMMANDS["offer"], by=TOWN, on=TODAY).events)


def held(*history: Event) -> tuple[Event, ...]:
    """And then it was put on hold."""
    return (*history, *given(*history).when(COMMANDS["hold"], by=TOWN, on=TODAY).events)


HISTORIES: Mapping[str, tuple[Event, ...]] = {
    "none": (),
    "draft": DRAFTED,
    "requested": REQUESTED,
    "requested, offered": offered(*REQUESTED),
    "accepted": ACCEPTED,
    "accepted, offered": offered(*ACCEPTED),
    "in-progress": STARTED,
    "in-progress, offered": offered(*STARTED),
    "on-hold": held(*STARTED),
    "on-hold, offered": offered(*held(*ACCEPTED)),
    "completed": (
        *STARTED,
        ReferralCompleted(**ABOUT, outcome="AGREED", happened_on=TODAY, account=None),
    ),
    "failed": (*STARTED, ReferralFailed(**ABOUT, account=None)),
    "rejected": (
        *REQUESTED,
        ReferralReturned(**ABOUT, reason=ReturnReason.NOT_OUR_DUTY, note=None),
    ),
    "cancelled": (*REQUESTED, ReferralWithdrawn(**ABOUT, note=None)),
    "entered-in-error": (
        *REQUESTED,
        *given(*REQUESTED).when(COMMANDS["void"], by=SCHOOL, on=TODAY).events,
    ),
}
"""By state, and whether somebody was asked to take it over."""

# Who may do what when. A: the addressee moves it. S: the sender may take it back. C: civil affairs
# coordinates. O: whoever was asked to take it over answers. Nobody else anything.
TABLE = """
state                 accept start complete fail return withdraw reassign offer decline assign hold resume send close void
none                  -      -     -        -    -      -        -        -     -       -      -    -      -    -     -
draft                 -      -     -        -    -      -        -        -     -       -      -    -      S    -     S
requested             A      -     -        -    A      S        ASC      A     -       A      -    -      -    -     S
requested, offered    AO     -     -        -    A      S        ASC      A     AO      A      -    -      -    -     S
accepted              -      A     A        A    A      S        ASC      A     -       A      A    -      -    -     S
accepted, offered     O      A     A        A    A      S        ASC      A     AO      A      A    -      -    -     S
in-progress           -      -     A        A    -      S        ASC      A     -       A      A    -      -    -     S
in-progress, offered  O      -     A        A    -      S        ASC      A     AO      A      A    -      -    -     S
on-hold               -      -     -        -    -      S        ASC      A     -       A      -    A      -    -     S
on-hold, offered      O      -     -        -    -      S        ASC      A     AO      A      -    A      -    -     S
completed             -      -     -        -    -      -        -        -     -       -      -    -      -    S     -
failed                -      -     -        -    -      -        -        -     -       -      -    -      -    S     -
rejected              -      -     -        -    -      -        -        -     -       -      -    -      -    -     -
cancelled             -      -     -        -    -      -        -        -     -       -      -    -      -    -     -
entered-in-error      -      -     -        -    -      -        -        -     -       -      -    -      -    -     -
"""  # noqa: E501
UNSENT = ("none", "draft")
"""A draft is its author's own: to everybody else there is nothing."""
LETTERS = {"A": "addressee", "S": "sender", "C": "coordinator", "O": "asked"}
LEADS_TO: Mapping[str, tuple[type[Event], ReferralState | None]] = {
    "accept": (ReferralAccepted, ReferralState.ACCEPTED),
    "start": (ReferralStarted, ReferralState.IN_PROGRESS),
    "complete": (ReferralCompleted, ReferralState.COMPLETED),
    "fail": (ReferralFailed, ReferralState.FAILED),
    "return": (ReferralReturned, ReferralState.REJECTED),
    "withdraw": (ReferralWithdrawn, ReferralState.CANCELLED),
    "reassign": (ReferralReassigned, ReferralState.REQUESTED),
    "offer": (ReferralOffered, None),
    "decline": (ReferralOfferDeclined, None),
    "assign": (ReferralAssigned, None),
    "hold": (ReferralHeld, ReferralState.ON_HOLD),
    "resume": (ReferralResumed, None),
    "send": (ReferralRequested, ReferralState.REQUESTED),
    "close": (ReferralClosed, None),
    "void": (ReferralVoided, ReferralState.ENTERED_IN_ERROR),
}
"""What happens, and the state after it; None: that before it."""
IN_CHARGE: Mapping[str, str] = {
    **dict.fromkeys(COMMANDS, "A"),
    **dict.fromkeys(("withdraw", "send", "close", "void"), "S"),
    "reassign": "ASC",
}
"""Who is told the state, where it does not allow it; everybody else that there is nothing."""


def read_table() -> dict[tuple[str, str], set[str]]:
    header, *rows = TABLE.strip().splitlines()
    names = header.split()[1:]
    return {
        (state, name): {LETTERS[letter] for letter in allowed if letter != "-"}
        for row in rows
        for state, rest in [(row[:22].strip(), row[22:])]
        for name, allowed in zip(names, rest.split(), strict=True)
    }


ALLOWED = read_table()


def attempt(state: str, command: str, role: str) -> Outcome:
    child = PUPIL if command == "send" else None
    return given(*HISTORIES[state]).when(COMMANDS[command], by=ROLES[role], on=TODAY, child=child)


def test_the_table_is_complete() -> None:
    assert set(ALLOWED) == {(state, name) for state in HISTORIES for name in COMMANDS}
    by_the_hub = {RequestReferral, OpenReferral, ConfineReferral}
    assert {type(each) for each in COMMANDS.values()} | by_the_hub == set(REFERRAL.decide)
    assert {state.partition(",")[0] for state in HISTORIES} == {
        each.value for each in ReferralState
    }
    for state, history in HISTORIES.items():
        assert folded(REFERRAL, *history).state == state.partition(",")[0]


@all_of("role", ROLES)
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("state", HISTORIES)
def test_p53_who_moves_a_referral_from_which_state(state: str, command: str, role: str) -> None:
    """强化协调: 签收, 开始办理, 办结, 未办成, 退回, 请求移交 by the addressee; 撤回 by the sender;
    改派 by either, and by who coordinates; 移交 is answered by whoever was asked."""
    outcome = attempt(state, command, role)
    before = folded(REFERRAL, *HISTORIES[state])
    told = {LETTERS[letter] for letter in IN_CHARGE[command]}
    if role in ALLOWED[state, command]:
        type_, to = LEADS_TO[command]
        if command == "accept" and role == "asked":
            type_ = ReferralMoved
        if command == "offer" and before.offer:
            # Who was asked is asked already.
            outcome.then_nothing()
            return
        ends: list[type[Event]] = []
        also: list[type[Event]] = [ReferralExplained] if command == "send" else []
        if before.offer and type_ in OFFER_ENDS:
            ends = [ReferralOfferDeclined]
        events = outcome.then(*(happened(each, child_ref=CHILD) for each in (*ends, type_, *also)))
        after = before.held_from if command == "resume" else to or before.state
        assert folded(REFERRAL, *HISTORIES[state], *events).state is after
        for event in events:
            elsewhere = isinstance(event, ReferralMoved | ReferralReassigned)
            about = ABOUT | ({"addressee": OTHER_TOWN} if elsewhere else {})
            if state == "draft" and command == "void":
                about |= {"addressee": SCHOOL}
            assert about.items() <= event.model_dump().items()
    elif role in told and ((state == "draft" and role == "sender") or state not in UNSENT):
        if command == "decline":
            outcome.then_refused("REFERRAL_NOT_OFFERED")
        else:
            assert STATE_WORDS[before.state] in outcome.then_refused("REFERRAL_STATE").text
    else:
        outcome.then_refused("REFERRAL_NOT_YOURS")


OFFER_ENDS = (*REFERRAL_ENDED, ReferralReassigned)
"""What ends the task in this hand ends the offer first: whoever was asked has nothing to answer."""


@pytest.mark.parametrize("role", ["stranger", "other party"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_stranger_cannot_tell_whether_the_referral_exists(command: str, role: str) -> None:
    """The refusal is the same word for word in every state, and where there is no referral; to
    the party that is not in charge as well."""
    if role == "other party":
        role = "addressee" if IN_CHARGE[command] == "S" else "sender"
        if LETTERS[IN_CHARGE[command][-1]] == "coordinator":
            role = "asked"
    refusals = {
        (refusal.code, refusal.text, refusal.args)
        for state in HISTORIES
        for refusal in [attempt(state, command, role).then_refused("REFERRAL_NOT_YOURS")]
    }
    assert len(refusals) == 1


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", HISTORIES)
def test_a_referral_is_requested_once(state: str, role: str) -> None:
    """Its id derives from its cause: a replay asks for the same one and changes nothing."""
    outcome = given(*HISTORIES[state]).when(request, by=ROLES[role], on=TODAY)
    if state == "none" and role != "sender":
        outcome.then_refused("REFERRAL_SENDER")
    elif state == "none":
        outcome.then(happened(ReferralRequested, **ABOUT))
    else:
        outcome.then_nothing()


@pytest.mark.parametrize("kind", RULES.referrals)
def test_p27_what_the_addressee_sees_follows_from_the_kind(kind: str) -> None:
    """信息共享制度: the release set and the clocks stand in policies/; the sender chooses none."""
    row = RULES.referral_kind(kind)
    given().when(of_kind(kind), by=SCHOOL, on=TODAY).then(
        happened(
            ReferralRequested,
            kind=kind,
            matter=row.matter,
            release=row.release,
            case_id=CASE,
            town=TOWN_CODE,
            accept_by=RULES.due(row.accept_within, at_noon(TODAY)),
            complete_by=RULES.due(row.complete_within, at_noon(TODAY)),
        )
    )
    assert not {"release", "matter", "accept_by"} & set(RequestReferral.model_fields)


@pytest.mark.parametrize(
    ("on", "accept_by"),
    [
        (date(2026, 3, 4), datetime(2026, 3, 5, 16, tzinfo=UTC)),
        # A Friday: the Saturday after it is worked, the week after that is Spring Festival.
        (date(2026, 2, 13), datetime(2026, 2, 14, 16, tzinfo=UTC)),
        (date(2026, 2, 14), datetime(2026, 2, 24, 16, tzinfo=UTC)),
    ],
)
def test_a_term_of_a_working_day_ends_at_midnight_of_the_next_working_day(
    on: date, accept_by: datetime
) -> None:
    given().when(request, by=SCHOOL, on=on).then(happened(ReferralRequested, accept_by=accept_by))


def test_a_term_of_days_counts_holidays_and_ends_at_midnight() -> None:
    """One month for the procuratorate's answer (未保法 114) runs on through Qingming."""
    given().when(of_kind("supervise_dropout"), by=SCHOOL, on=TODAY).then(
        happened(ReferralRequested, complete_by=datetime(2026, 4, 3, 16, tzinfo=UTC))
    )


def test_a_term_of_hours_runs_on_through_nights_and_holidays() -> None:
    saturday = datetime(2026, 2, 14, 23, 30, tzinfo=UTC)
    assert RULES.due(Term(amount=72, unit="hours"), saturday) == datetime(
        2026, 2, 17, 23, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [(kind, outcome) for kind, row in RULES.referrals.items() for outcome in row.outcomes],
)
def test_a_referral_is_completed_with_an_outcome_of_its_kind(kind: str, outcome: str) -> None:
    asked = of_kind(kind)
    about = {
        **ABOUT,
        "kind": kind,
        "matter": RULES.referral_kind(kind).matter,
        "addressee": asked.addressee,
    }
    history = given().when(asked, by=SCHOOL, on=TODAY).events
    told: dict[str, Any] = {"outcome": outcome, "happened_on": TODAY, "account": "已办"}
    if outcome in RULES.referral_kind(kind).transfers:
        told |= {"receiver": "外区公安分局", "letter": "签收〔2026〕7号"}
    command = CompleteReferral(referral_id=ID, **told)
    by = asked.addressee
    by_record = outcome in RULES.referral_kind(kind).by_record
    if by_record:
        given(*history, ReferralAccepted(**about)).when(command, by=by, on=TODAY).then_refused(
            "REFERRAL_RECORD_FIRST"
        )
    if by_record or kind == HANDLE_REPORT:
        # Answered by the act itself, which the hub follows: test_first_answers.py.
        told, by = {**told, "receiver": None, "letter": None}, HUB
        command = CompleteReferral(referral_id=ID, **told)
    given(*history, ReferralAccepted(**about)).when(command, by=by, on=TODAY).then(
        ReferralCompleted(**about, **told)
    )


def test_another_outcome_is_refused_and_the_choices_are_named() -> None:
    """The outcome is a clear fact: free text about a person must never get into it."""
    command = CompleteReferral(referral_id=ID, outcome="孩子在外婆家")
    refusal = given(*ACCEPTED).when(command, by=TOWN, on=TODAY).then_refused("REFERRAL_OUTCOME")
    for choice in RULES.referral_kind("persuade_dropout").outcomes.values():
        assert choice in refusal.text
    assert "外婆" not in refusal.text


def test_a_return_names_its_reason_from_the_list() -> None:
    given(*REQUESTED).when(COMMANDS["return"], by=TOWN, on=TODAY).then(
        ReferralReturned(**ABOUT, reason=ReturnReason.NOT_IN_JURISDICTION, note="已搬")
    )


def test_accounts_are_sealed_under_the_matter_referred() -> None:
    """What a town writes about schooling is shared as schooling, about an order as orders."""
    for matter in (Category.SCHOOLING, Category.ORDERS):
        event = ReferralFailed(**{**ABOUT, "matter": matter}, account="未见到人")
        assert (event.category, event.category_of("account")) == (matter, matter)


def test_the_ending_events_are_exactly_those_that_leave_no_state_open() -> None:
    """A task's scope closes on them; one that is missing would leave a scope open for ever."""
    ending = {type_ for type_, to in LEADS_TO.values() if to and to not in OPEN_STATES}
    assert ending == set(REFERRAL_ENDED)
    assert set(STATE_WORDS) == set(ReferralState) - {ReferralState.NONE}


def test_every_event_repeats_what_the_referral_is_about() -> None:
    """So that a reader of one event knows parties and matter without folding the stream."""
    for event_type in REFERRAL.evolve:
        assert issubclass(event_type, ReferralEvent)
    assert set(ABOUT) == set(ReferralEvent.model_fields)


def test_who_is_kept_from_a_matter_is_neither_asked_nor_may_take_it_and_every_event_says_so() -> (
    None
):
    """利害关系单位 by what it comes of, and not by the child: the next one is asked."""
    check = RequestReferral(
        referral_id=UUID(int=5),
        child_ref=CHILD,
        case_id=CASE,
        kind="check_household",
        sender=HUB,
        addressee=STATION,
        town=None,
        avoid=(STATION,),
    )
    (asked,) = given().when(check, by=HUB, on=TODAY).events
    assert isinstance(asked, ReferralRequested)
    assert (asked.addressee, asked.kept_from) == (POLICE, (STATION,))
    accept_ = AcceptReferral(referral_id=check.referral_id)
    (accepted,) = given(asked).when(accept_, by=POLICE, on=TODAY).events
    assert isinstance(accepted, ReferralAccepted)
    assert accepted.kept_from == (STATION,)
    given(asked).when(accept_, by=STATION, on=TODAY).then_refused("REFERRAL_NOT_YOURS")


@pytest.mark.parametrize("state", HISTORIES)
def test_it_is_kept_from_more_by_the_hub_alone_and_whoever_has_it_has_it_on(state: str) -> None:
    """Given a task in any state / when somebody is found to be conflicted by what it comes of /
    then every later event says so while it is open, once, and nothing else about it changes."""
    keep = ConfineReferral(referral_id=ID, avoid=(POLICE,))
    history = HISTORIES[state]
    before = folded(REFERRAL, *history)
    for role in {*ROLES.values(), *EVERY_SEAT}:
        given(*history).when(keep, by=role, on=TODAY).then_refused("REFERRAL_NOT_YOURS")
    outcome = given(*history).when(keep, by=HUB, on=TODAY)
    if before.state not in OPEN_STATES:
        outcome.then_nothing()
        return
    (event,) = outcome.then(happened(ReferralConfined, kept_from=(POLICE,)))
    after = folded(REFERRAL, *history, event)
    assert after == replace(before, kept_from=frozenset({POLICE}))
    given(*history, event).when(keep, by=HUB, on=TODAY).then_nothing()


def test_a_kind_that_policies_do_not_know_is_refused() -> None:
    unknown = request.model_copy(update={"kind": "no_such_kind"})
    given().when(unknown, by=SCHOOL, on=TODAY).then_refused("REFERRAL_KIND_UNKNOWN")


@pytest.mark.parametrize("kind", RULES.referrals)
def test_a_release_set_goes_to_the_seats_the_kind_names_and_to_no_other(kind: str) -> None:
    """For these seats alone the set was checked against the matrix."""
    for addressee in EVERY_SEAT:
        outcome = given().when(of_kind(kind, addressee), by=SCHOOL, on=TODAY)
        if seat_of(addressee) in RULES.referral_kind(kind).seats:
            outcome.then(happened(ReferralRequested, addressee=addressee))
        else:
            outcome.then_refused("REFERRAL_ADDRESSEE")


@pytest.mark.parametrize("command", ["withdraw", "void"])
def test_what_a_record_asked_for_is_called_off_by_no_person(command: str) -> None:
    """Given a suspected dropout that the police are to trace / when the school takes the task back
    / then it is refused: the case would be suspected for ever, with no task and no clock."""
    refusal = given(*ASKED).when(COMMANDS[command], by=SCHOOL, on=TODAY)
    assert "登记复学" in refusal.then_refused("REFERRAL_BY_RECORD").text
    given(*ASKED).when(COMMANDS["withdraw"], by=HUB, on=TODAY).then(happened(ReferralWithdrawn))
    # And to anybody else there is nothing, as ever.
    given(*ASKED).when(COMMANDS[command], by=PROCURATORATE, on=TODAY).then_refused(
        "REFERRAL_NOT_YOURS"
    )


@pytest.mark.parametrize("state", HISTORIES)
def test_the_hub_withdraws_what_is_over_by_itself_and_touches_no_answer(state: str) -> None:
    outcome = given(*HISTORIES[state]).when(COMMANDS["withdraw"], by=HUB, on=TODAY)
    before = folded(REFERRAL, *HISTORIES[state])
    if before.state in OPEN_STATES:
        expected: list[type[Event]] = [ReferralWithdrawn]
        if before.offer:
            expected.insert(0, ReferralOfferDeclined)
        outcome.then(*(happened(each, child_ref=CHILD) for each in expected))
    else:
        outcome.then_nothing()
