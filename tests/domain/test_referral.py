"""The referral: a closed loop between two organisations (P27 信息共享, P53 强化协调)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.kernel import Category, Command, Event
from domain.organisations import HUB, seat_of
from domain.referral import (
    OPEN_STATES,
    REFERRAL,
    REFERRAL_ENDED,
    STATE_WORDS,
    AcceptReferral,
    CompleteReferral,
    FailReferral,
    ReferralAccepted,
    ReferralCompleted,
    ReferralEvent,
    ReferralFailed,
    ReferralRequested,
    ReferralReturned,
    ReferralStarted,
    ReferralState,
    ReferralWithdrawn,
    RequestReferral,
    ReturnReason,
    ReturnReferral,
    StartReferral,
    WithdrawReferral,
)
from domain.terms import Term
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    EVERY_SEAT,
    OTHER_TOWN,
    SCHOOL,
    TOWN,
    TOWN_CODE,
    organisation_of,
)
from tests.specification import Outcome, at_noon, folded, given, happened

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
}
ROLES = {"addressee": TOWN, "sender": SCHOOL, "stranger": OTHER_TOWN}
ABOUT: dict[str, Any] = {
    "case_id": CASE,
    "child_ref": CHILD,
    "kind": "persuade_dropout",
    "matter": Category.SCHOOLING,
    "sender": SCHOOL,
    "addressee": TOWN,
}


def of_kind(kind: str, addressee: str | None = None) -> RequestReferral:
    """A request of this kind, to an organisation that answers for it unless another is named."""
    answers = organisation_of(RULES.referral_kind(kind).seats[0])
    return request.model_copy(update={"kind": kind, "addressee": addressee or answers})


REQUESTED = given().when(request, by=SCHOOL, on=TODAY).events
ACCEPTED = (*REQUESTED, ReferralAccepted(**ABOUT))
STARTED = (*ACCEPTED, ReferralStarted(**ABOUT))
HISTORIES: Mapping[ReferralState, tuple[Event, ...]] = {
    ReferralState.NONE: (),
    ReferralState.REQUESTED: REQUESTED,
    ReferralState.ACCEPTED: ACCEPTED,
    ReferralState.IN_PROGRESS: STARTED,
    ReferralState.COMPLETED: (
        *STARTED,
        ReferralCompleted(**ABOUT, outcome="AGREED", happened_on=TODAY, account=None),
    ),
    ReferralState.FAILED: (*STARTED, ReferralFailed(**ABOUT, account=None)),
    ReferralState.REJECTED: (
        *REQUESTED,
        ReferralReturned(**ABOUT, reason=ReturnReason.NOT_OUR_DUTY, note=None),
    ),
    ReferralState.CANCELLED: (*REQUESTED, ReferralWithdrawn(**ABOUT, note=None)),
}

# Who may do what when: the addressee moves it, the sender may take it back, nobody else anything.
TABLE = """
state        accept     start       complete   fail    return    withdraw
none         -          -           -          -       -         -
requested    addressee  -           -          -       addressee sender
accepted     -          addressee   addressee  addressee addressee sender
in-progress  -          -           addressee  addressee -       sender
completed    -          -           -          -       -         -
failed       -          -           -          -       -         -
rejected     -          -           -          -       -         -
cancelled    -          -           -          -       -         -
"""
LEADS_TO: Mapping[str, tuple[type[Event], ReferralState]] = {
    "accept": (ReferralAccepted, ReferralState.ACCEPTED),
    "start": (ReferralStarted, ReferralState.IN_PROGRESS),
    "complete": (ReferralCompleted, ReferralState.COMPLETED),
    "fail": (ReferralFailed, ReferralState.FAILED),
    "return": (ReferralReturned, ReferralState.REJECTED),
    "withdraw": (ReferralWithdrawn, ReferralState.CANCELLED),
}
IN_CHARGE = {name: "sender" if name == "withdraw" else "addressee" for name in COMMANDS}


def read_table() -> dict[tuple[ReferralState, str], str]:
    header, *rows = (line.split() for line in TABLE.strip().splitlines())
    return {
        (ReferralState(row[0]), name): allowed
        for row in rows
        for name, allowed in zip(header[1:], row[1:], strict=True)
    }


ALLOWED = read_table()


def attempt(state: ReferralState, command: str, role: str) -> Outcome:
    return given(*HISTORIES[state]).when(COMMANDS[command], by=ROLES[role], on=TODAY)


def test_the_table_is_complete() -> None:
    assert set(ALLOWED) == {(state, name) for state in ReferralState for name in COMMANDS}
    for state, history in HISTORIES.items():
        assert folded(REFERRAL, *history).state is state


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("state", ReferralState)
def test_p53_who_moves_a_referral_from_which_state(
    state: ReferralState, command: str, role: str
) -> None:
    """强化协调: 签收, 开始办理, 办结, 未办成, 退回 by the addressee; 撤回 by the sender."""
    outcome = attempt(state, command, role)
    if role == ALLOWED[state, command]:
        type_, to = LEADS_TO[command]
        events = outcome.then(happened(type_, **ABOUT))
        assert folded(REFERRAL, *HISTORIES[state], *events).state is to
    elif role == IN_CHARGE[command] and state is not ReferralState.NONE:
        refusal = outcome.then_refused("REFERRAL_STATE")
        assert STATE_WORDS[state] in refusal.text
    else:
        outcome.then_refused("REFERRAL_NOT_YOURS")


@pytest.mark.parametrize("role", ["stranger", "other party"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_stranger_cannot_tell_whether_the_referral_exists(command: str, role: str) -> None:
    """The refusal is the same word for word in every state, and where there is no referral; to
    the party that is not in charge as well."""
    other_party = "addressee" if IN_CHARGE[command] == "sender" else "sender"
    role = other_party if role == "other party" else role
    refusals = {
        (refusal.code, refusal.text, refusal.args)
        for state in ReferralState
        for refusal in [attempt(state, command, role).then_refused("REFERRAL_NOT_YOURS")]
    }
    assert len(refusals) == 1


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", ReferralState)
def test_a_referral_is_requested_once(state: ReferralState, role: str) -> None:
    """Its id derives from its cause: a replay asks for the same one and changes nothing."""
    outcome = given(*HISTORIES[state]).when(request, by=ROLES[role], on=TODAY)
    if state is ReferralState.NONE and role != "sender":
        outcome.then_refused("REFERRAL_SENDER")
    elif state is ReferralState.NONE:
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
    command = CompleteReferral(referral_id=ID, outcome=outcome, happened_on=TODAY, account="已办")
    given(*history, ReferralAccepted(**about)).when(command, by=asked.addressee, on=TODAY).then(
        ReferralCompleted(**about, outcome=outcome, happened_on=TODAY, account="已办")
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
    ending = {type_ for type_, to in LEADS_TO.values() if to not in OPEN_STATES}
    assert ending == set(REFERRAL_ENDED)
    assert set(STATE_WORDS) == set(ReferralState) - {ReferralState.NONE}


def test_every_event_repeats_what_the_referral_is_about() -> None:
    """So that a reader of one event knows parties and matter without folding the stream."""
    for event_type in REFERRAL.evolve:
        assert issubclass(event_type, ReferralEvent)
    assert set(ABOUT) == set(ReferralEvent.model_fields)


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


@pytest.mark.parametrize("state", ReferralState)
def test_the_hub_withdraws_what_is_over_by_itself_and_touches_no_answer(
    state: ReferralState,
) -> None:
    outcome = given(*HISTORIES[state]).when(COMMANDS["withdraw"], by=HUB, on=TODAY)
    if state in OPEN_STATES:
        outcome.then(happened(ReferralWithdrawn, child_ref=ABOUT["child_ref"]))
    else:
        outcome.then_nothing()
