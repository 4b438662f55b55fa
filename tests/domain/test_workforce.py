"""P42–P45: 儿童主任信息台账, 从业限制和入职查询 (plan 二6; 未保法 62, 98; domain reference §7)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.away import (
    AWAY,
    AwayBegun,
    AwayDeclared,
    AwayEnded,
    BeginStandIn,
    DeclareAway,
    EndStandIn,
    StandIn,
)
from domain.calendar import end_of_day_utc
from domain.entry_check import (
    ENTRY_CHECK,
    AdvanceCheck,
    AnswerEntryCheck,
    AskEntryCheck,
    EntryCheckAsked,
    EntryCheckBarred,
    EntryCheckExpired,
    EntryCheckPassed,
    EntryCheckWarned,
)
from domain.kernel import Actor, Category, Command, Event
from domain.organisations import HUB, Post, Seat, seat_of
from domain.worker import (
    AccountLinked,
    AppointmentEnded,
    EndAppointment,
    LinkAccount,
    RegisterWorker,
    WorkerRegistered,
)
from domain.workforce_codes import (
    CHECK_RESULT,
    PREFERRED,
    AppointmentBasis,
    CheckResult,
    Qualification,
    WorkerRole,
)
from tests.domain.invented import (
    CIVIL_AFFAIRS,
    EVERY_SEAT,
    OTHER_TOWN,
    OTHER_VILLAGE,
    POLICE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
)
from tests.specification import folded, given, happened
from tests.together import all_of

TODAY = date(2026, 3, 4)
WORKER = UUID(int=71)
NAMED = {"name": "示例人员", "id_number": "999999198503010011"}

register = RegisterWorker(
    worker=WORKER,
    organisation=VILLAGE,
    role=WorkerRole.CHILD_DIRECTOR,
    basis=AppointmentBasis.SECRETARY,
    qualification=Qualification.ASSISTANT,
    since=TODAY,
    phone="13800000000",
    **NAMED,
)
REGISTERED = WorkerRegistered(**register.model_dump(), told_to=TOWN)
link = LinkAccount(worker=WORKER, hub_user="u-one", member_of=VILLAGE)
LINKED = AccountLinked(worker=WORKER, organisation=VILLAGE, told_to=TOWN, hub_user="u-one")
leave = EndAppointment(worker=WORKER, ended_on=TODAY)
LEFT = AppointmentEnded(
    worker=WORKER,
    organisation=VILLAGE,
    told_to=TOWN,
    role=WorkerRole.CHILD_DIRECTOR,
    ended_on=TODAY,
)
ask = AskEntryCheck(worker=WORKER, organisation=VILLAGE, **NAMED)
ASKED = EntryCheckAsked(
    worker=WORKER,
    organisation=VILLAGE,
    told_to=POLICE,
    again=False,
    answer_by=end_of_day_utc(TODAY + timedelta(days=7)),
    **NAMED,
)
passes = AnswerEntryCheck(worker=WORKER, result=CheckResult.PASSED, queried_on=TODAY)
bars = passes.model_copy(update={"result": CheckResult.BARRED})
UNTIL = date(2027, 3, 3)


def morning(days_before: int) -> datetime:
    """Nine o'clock of the day on which so many days are left."""
    return end_of_day_utc(UNTIL - timedelta(days=days_before + 1)) + timedelta(hours=9)


PASSED = EntryCheckPassed(
    worker=WORKER,
    organisation=VILLAGE,
    told_to=VILLAGE,
    queried_on=TODAY,
    valid_until=UNTIL,
    warn_at=morning(60),
    document=None,
)
BARRED = EntryCheckBarred(
    worker=WORKER, organisation=VILLAGE, told_to=CIVIL_AFFAIRS, queried_on=TODAY, document=None
)
EXPIRED = EntryCheckExpired(worker=WORKER, organisation=VILLAGE, told_to=VILLAGE, valid_until=UNTIL)
HEAD = Actor(VILLAGE, Post.HEAD.value, "u-head")


def test_p44_a_worker_is_on_the_register_and_what_he_is_called_is_sealed() -> None:
    """儿童主任信息台账: post, basis, qualification and day are clear; name and number are not."""
    (event,) = given().when(register, by=VILLAGE, on=TODAY).then(REGISTERED)
    assert set(event.SENSITIVE) == {"name", "id_number", "phone"}
    assert {event.category_of(each) for each in event.SENSITIVE} == {Category.WORKFORCE}
    assert event.subject is None, "it names no child"


def test_p43_on_which_basis_somebody_was_appointed_is_on_record() -> None:
    """优先选择书记、主任、专业社工: the other basis is a code as well, for the share."""
    assert {each.value for each in PREFERRED} == {"SECRETARY", "COMMITTEE_HEAD", "SOCIAL_WORKER"}
    assert REGISTERED.basis in PREFERRED


# -- state × action × seat ---------------------------------------------------------------------

ABOVE = {CIVIL_AFFAIRS, TOWN}
NEVER = "WORKER_NOT_YOURS"
Actions = dict[str, tuple[Command, Any]]
REGISTER: dict[str, tuple[list[Event], Actions]] = {
    "nobody": (
        [],
        {
            "register": (register, [happened(WorkerRegistered)]),
            "link": (link, [NEVER]),
            "leave": (leave, [NEVER]),
        },
    ),
    "employed": (
        [REGISTERED],
        {
            "register": (register, []),
            "link": (link, [happened(AccountLinked)]),
            "leave": (leave, [happened(AppointmentEnded)]),
        },
    ),
    "linked": (
        [REGISTERED, LINKED],
        {"link": (link, []), "leave": (leave, [happened(AppointmentEnded)])},
    ),
    "left": (
        [REGISTERED, LEFT],
        {"register": (register, []), "link": (link, ["WORKER_ENDED"]), "leave": (leave, [])},
    ),
}
ROWS = [
    (state, action, by)
    for state, (_, actions) in REGISTER.items()
    for action in actions
    for by in (*EVERY_SEAT, OTHER_TOWN, OTHER_VILLAGE)
]


@all_of(("state", "action", "by"), ROWS)
def test_who_keeps_the_register(state: str, action: str, by: str) -> None:
    """The employer, its town, civil affairs; and its head alone who signs in as whom."""
    events, actions = REGISTER[state]
    command, expected = actions[action]
    actor = HEAD if by == VILLAGE else by
    outcome = given(*events).when(command, by=actor, on=TODAY)
    if by not in {*ABOVE, VILLAGE}:
        outcome.then_refused(NEVER)
    elif not expected:
        outcome.then_nothing()
    elif isinstance(expected[0], str):
        outcome.then_refused(expected[0])
    else:
        outcome.then(*expected)


CHECKS: dict[str, tuple[list[Event], Actions]] = {
    "not asked": ([], {"ask": (ask, EntryCheckAsked), "answer": (passes, "CHECK_NOT_ASKED")}),
    "pending": (
        [ASKED],
        {"ask": (ask, None), "answer": (passes, EntryCheckPassed), "bar": (bars, EntryCheckBarred)},
    ),
    "passed": (
        [ASKED, PASSED],
        {"ask": (ask, EntryCheckAsked), "answer": (passes, "CHECK_ANSWERED")},
    ),
    "asked again": ([ASKED, PASSED, ASKED], {"ask": (ask, None), "bar": (bars, EntryCheckBarred)}),
    "barred": (
        [ASKED, BARRED],
        {"ask": (ask, EntryCheckAsked), "answer": (passes, "CHECK_ANSWERED")},
    ),
    "expired": (
        [ASKED, PASSED, EXPIRED],
        {"ask": (ask, EntryCheckAsked), "answer": (passes, "CHECK_ANSWERED")},
    ),
}
CHECK_ROWS = [
    (state, action, by)
    for state, (_, actions) in CHECKS.items()
    for action in actions
    for by in (*EVERY_SEAT, OTHER_TOWN, OTHER_VILLAGE)
]


@all_of(("state", "action", "by"), CHECK_ROWS)
def test_p45_the_employer_asks_and_the_police_answer(state: str, action: str, by: str) -> None:
    events, actions = CHECKS[state]
    command, expected = actions[action]
    outcome = given(*events).when(command, by=by, on=TODAY)
    if action == "ask" and by not in {VILLAGE, *ABOVE}:
        outcome.then_refused(NEVER)
    elif action != "ask" and by not in {POLICE, STATION}:
        outcome.then_refused("CHECK_NOT_YOURS")
    elif expected is None:
        outcome.then_nothing()
    elif isinstance(expected, str):
        outcome.then_refused(expected)
    else:
        outcome.then(happened(expected))


def test_p45_the_result_is_all_that_is_answered() -> None:
    """Result only: nothing clear or sealed could hold an offence or a reason, and whoever is barred
    is named to civil affairs, not to every colleague."""
    assert set(CHECK_RESULT.labels) == {"PASSED", "BARRED"}
    assert set(AnswerEntryCheck.model_fields) == {"worker", "result", "queried_on", "document"}
    (event,) = given(ASKED).when(bars, by=POLICE, on=TODAY).then(BARRED)
    assert set(EntryCheckBarred.model_fields) == {
        *("worker", "organisation", "told_to", "queried_on", "document")
    }
    assert isinstance(event, EntryCheckBarred)
    assert event.told_to == CIVIL_AFFAIRS


def test_p45_a_result_stands_for_a_year_and_not_a_day_longer() -> None:
    given(ASKED).when(passes, by=POLICE, on=TODAY).then(PASSED)
    check = folded(ENTRY_CHECK, ASKED, PASSED)
    assert check.stands(end_of_day_utc(UNTIL) - timedelta(microseconds=1))
    assert not check.stands(end_of_day_utc(UNTIL))
    assert not folded(ENTRY_CHECK, ASKED).stands(end_of_day_utc(TODAY)), "pending"
    assert not folded(ENTRY_CHECK, ASKED, PASSED, ASKED, BARRED).stands(end_of_day_utc(TODAY))
    assert folded(ENTRY_CHECK, ASKED, PASSED, ASKED).stands(end_of_day_utc(TODAY)), "re-query"
    old = passes.model_copy(update={"queried_on": TODAY - timedelta(days=366)})
    given(ASKED).when(old, by=POLICE, on=TODAY).then_refused("CHECK_TOO_OLD")
    early = passes.model_copy(update={"queried_on": TODAY + timedelta(days=1)})
    given(ASKED).when(early, by=POLICE, on=TODAY).then_refused("CHECK_IN_FUTURE")


def test_p45_the_employer_is_reminded_60_30_and_7_days_before() -> None:
    advance = AdvanceCheck(worker=WORKER)
    events: list[Event] = [ASKED, PASSED]
    given(*events).when(advance, by=HUB, on=UNTIL - timedelta(days=61)).then_nothing()
    for left, then in ((60, morning(30)), (30, morning(7)), (7, end_of_day_utc(UNTIL))):
        warned = EntryCheckWarned(
            worker=WORKER,
            organisation=VILLAGE,
            told_to=VILLAGE,
            valid_until=UNTIL,
            days_left=left,
            warn_at=then,
        )
        given(*events).when(advance, by=HUB, on=UNTIL - timedelta(days=left)).then(warned)
        events.append(warned)
        given(*events).when(advance, by=HUB, on=UNTIL - timedelta(days=left)).then_nothing()
    given(*events).when(advance, by=HUB, on=UNTIL).then_nothing()
    over = UNTIL + timedelta(days=1)
    given(*events).when(advance, by=HUB, on=over).then(EXPIRED)
    given(*events, EXPIRED).when(advance, by=HUB, on=over).then_nothing()
    given(ASKED, PASSED, ASKED, BARRED).when(advance, by=HUB, on=over).then_nothing()
    given(*events).when(advance, by=TOWN, on=over).then_refused("CHECK_BY_HUB")


def test_warnings_that_came_due_while_nothing_ran_are_one() -> None:
    outcome = given(ASKED, PASSED).when(
        AdvanceCheck(worker=WORKER), by=HUB, on=UNTIL - timedelta(days=5)
    )
    outcome.then(happened(EntryCheckWarned, days_left=7, warn_at=end_of_day_utc(UNTIL)))


def test_the_account_is_linked_by_the_head_or_those_above_and_never_by_the_user() -> None:
    given(REGISTERED).when(link, by=VILLAGE, on=TODAY).then_refused("ACCOUNT_OF_ANOTHER")
    oneself = Actor(VILLAGE, Post.HEAD.value, "u-one")
    given(REGISTERED).when(link, by=oneself, on=TODAY).then_refused("ACCOUNT_OF_ANOTHER")
    elsewhere = link.model_copy(update={"member_of": OTHER_VILLAGE})
    given(REGISTERED).when(elsewhere, by=TOWN, on=TODAY).then_refused("COLLEAGUE")
    given(REGISTERED).when(link, by=HEAD, on=TODAY).then(LINKED)


def test_a_child_director_is_a_villages() -> None:
    at_school = register.model_copy(update={"organisation": SCHOOL})
    given().when(at_school, by=SCHOOL, on=TODAY).then_refused("DIRECTOR_OF_VILLAGE")
    assert seat_of(VILLAGE) is Seat.VILLAGE


def test_the_town_stands_in_from_the_day_on_and_until_one_is_cleared() -> None:
    """On expiry the stand-in takes over that day; nobody can say that somebody is back before a
    result stands."""
    begin, end = BeginStandIn(organisation=VILLAGE), EndStandIn(organisation=VILLAGE)
    declared, begun = (
        given()
        .when(begin, by=HUB, on=TODAY)
        .then(
            happened(AwayDeclared, stand_in=StandIn.TOWN, since=TODAY, until_cleared=True),
            happened(AwayBegun, told_to=TOWN),
        )
    )
    assert folded(AWAY, declared, begun).handed_to_town
    given(declared, begun).when(begin, by=HUB, on=TODAY).then_nothing()
    given(declared, begun).when(end, by=HUB, on=TODAY).then(happened(AwayEnded))
    given().when(end, by=HUB, on=TODAY).then_nothing()
    given().when(begin, by=TOWN, on=TODAY).then_refused("AWAY_BY_HUB")
    said = DeclareAway(organisation=VILLAGE, since=TODAY, until=TODAY, stand_in=StandIn.DEPUTY)
    by_people = given().when(said, by=VILLAGE, on=TODAY).events
    given(*by_people).when(end, by=HUB, on=TODAY).then_nothing()
    given(*by_people).when(begin, by=HUB, on=TODAY).then(
        happened(AwayEnded), happened(AwayDeclared, until_cleared=True), happened(AwayBegun)
    )
