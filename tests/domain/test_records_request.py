"""调阅申请: court, procuratorate and police ask under a document number and for a matter; the owner
grants per category until a day or refuses with a reason, within one working day, at once in
danger."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from domain.child_file import ChildFile, StateIdentity
from domain.deadline import DeadlineState, deadline_id
from domain.deadline_stream import DEADLINE
from domain.enrolment import ConfirmEnrolment
from domain.kernel import Category
from domain.organisations import HUB
from domain.records_request import (
    ANSWER,
    EndRecordsAccess,
    GrantRecords,
    RecordsAccessEnded,
    RecordsGranted,
    RecordsRefused,
    RecordsRequested,
    RefusalReason,
    RefuseRecords,
    RequestRecords,
)
from domain.registry import TOGETHER
from domain.scope import SCOPE, ScopeBasis, scope_id
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_CHILD,
    OTHER_SCHOOL,
    SCHOOL,
    STATION,
    TOWN,
)
from tests.domain.pools import OneStation
from tests.specification import Journal, given, happened

COURT = "court:310117"
FRIDAY = datetime(2026, 3, 6, 4, tzinfo=UTC)
MONDAY_MIDNIGHT = datetime(2026, 3, 9, 16, tzinfo=UTC)
LAST = date(2026, 3, 20)
REQUEST = UUID("e0000000-0000-4000-8000-000000000009")
PUPIL = ChildFile(opened=True, school=SCHOOL, identity_stated_by=frozenset({SCHOOL, EDUCATION}))

ask = RequestRecords(
    request_id=REQUEST,
    child_ref=CHILD,
    addressee=SCHOOL,
    categories=(Category.SCHOOLING,),
    document_number="松检调〔2026〕1号",
    account="核实就学情况",
)
ASKED = RecordsRequested(
    organisation=COURT,
    addressee=SCHOOL,
    named=CHILD,
    told_to=SCHOOL,
    categories=(Category.SCHOOLING,),
    danger=False,
    answer_by=MONDAY_MIDNIGHT,
    document_number=ask.document_number,
    account=ask.account,
)
grant = GrantRecords(
    request_id=REQUEST, child_ref=CHILD, categories=(Category.SCHOOLING,), until=LAST
)
GRANTED = RecordsGranted(
    organisation=COURT,
    addressee=SCHOOL,
    named=CHILD,
    told_to=COURT,
    categories=(Category.WHO, Category.SCHOOLING),
    due_at=datetime(2026, 3, 20, 16, tzinfo=UTC),
)


def test_a_request_is_owed_an_answer_by_the_next_working_day() -> None:
    """Under a document number and for a matter, both sealed as orders."""
    (event,) = given().when(ask, by=COURT, on=FRIDAY, child=PUPIL).then(ASKED)
    assert {event.category_of(name) for name in event.SENSITIVE} == {Category.ORDERS}


def test_in_danger_it_is_owed_at_once() -> None:
    urgent = ask.model_copy(update={"danger": True})
    given().when(urgent, by=STATION, on=FRIDAY, child=PUPIL).then(
        happened(RecordsRequested, danger=True, answer_by=FRIDAY + timedelta(hours=1))
    )


@pytest.mark.parametrize(
    ("child_ref", "child"),
    [(None, ChildFile()), (CHILD, ChildFile()), (CHILD, ChildFile(opened=True))],
    ids=["nobody found", "no such child", "a child of somebody else"],
)
def test_a_child_that_is_not_the_owners_is_asked_for_alike_and_not_told(
    child_ref: UUID | None, child: ChildFile
) -> None:
    """The owner learns of no child with which it has nothing to do."""
    unknown = ask.model_copy(update={"child_ref": child_ref})
    given().when(unknown, by=COURT, on=FRIDAY, child=child).then(
        ASKED.model_copy(update={"named": None})
    )


@pytest.mark.parametrize(
    ("change", "by", "code"),
    [
        ({}, TOWN, "RECORDS_SEAT"),
        ({"document_number": " "}, COURT, "RECORDS_DOCUMENT"),
        ({"account": ""}, COURT, "RECORDS_DOCUMENT"),
        ({"categories": ()}, COURT, "RECORDS_CATEGORY"),
        ({"categories": (Category.REPORTER,)}, STATION, "RECORDS_CATEGORY"),
        ({"categories": (Category.ORDERS,)}, STATION, "RECORDS_ADDRESSEE"),
        ({"addressee": STATION}, STATION, "RECORDS_ADDRESSEE"),
        ({"addressee": "nobody"}, STATION, "RECORDS_ADDRESSEE"),
    ],
)
def test_what_is_refused_is_refused_for_who_asks_whom_and_never_for_the_child(
    change: dict[str, object], by: str, code: str
) -> None:
    wanted = ask.model_copy(update=change)
    texts = {
        given().when(wanted, by=by, on=FRIDAY, child=child).then_refused(code).text
        for child in (PUPIL, ChildFile())
    }
    assert len(texts) == 1


def test_the_owner_grants_what_it_holds_until_a_day() -> None:
    given(ASKED).when(grant, by=SCHOOL, on=FRIDAY, child=PUPIL).then(GRANTED)


@pytest.mark.parametrize(
    ("change", "child", "code"),
    [
        ({"child_ref": OTHER_CHILD}, PUPIL, "RECORDS_CHILD"),
        ({}, ChildFile(opened=True), "RECORDS_CHILD"),
        ({"categories": ()}, PUPIL, "RECORDS_GRANTED"),
        ({"categories": (Category.CONTACT,)}, PUPIL, "RECORDS_GRANTED"),
        ({"until": date(2026, 3, 5)}, PUPIL, "RECORDS_UNTIL"),
        ({"until": date(2026, 6, 7)}, PUPIL, "RECORDS_UNTIL"),
    ],
)
def test_it_grants_no_more_than_was_asked_than_it_holds_and_than_the_longest_term(
    change: dict[str, object], child: ChildFile, code: str
) -> None:
    wrong = grant.model_copy(update=change)
    given(ASKED).when(wrong, by=SCHOOL, on=FRIDAY, child=child).then_refused(code)


def test_nobody_else_answers_and_nobody_answers_twice() -> None:
    refuse = RefuseRecords(request_id=REQUEST, reason=RefusalReason.NOT_HELD)
    for stranger in (OTHER_SCHOOL, COURT, CIVIL_AFFAIRS):
        for answer in (grant, refuse):
            strange = given(ASKED).when(answer, by=stranger, on=FRIDAY, child=PUPIL)
            unknown = given().when(answer, by=stranger, on=FRIDAY, child=PUPIL)
            texts = {o.then_refused("RECORDS_NOT_YOURS").text for o in (strange, unknown)}
            assert len(texts) == 1
    given(ASKED).when(refuse, by=SCHOOL, on=FRIDAY).then(
        happened(RecordsRefused, reason=RefusalReason.NOT_HELD, told_to=COURT)
    )
    for again in (grant, refuse):
        given(ASKED, GRANTED).when(again, by=SCHOOL, on=FRIDAY, child=PUPIL).then_refused(
            "RECORDS_ANSWERED"
        )


def test_it_ends_on_its_day_or_when_either_side_says_so() -> None:
    end = EndRecordsAccess(request_id=REQUEST)
    over = GRANTED.due_at
    given(ASKED, GRANTED).when(end, by=HUB, on=over - timedelta(seconds=1)).then_nothing()
    given(ASKED, GRANTED).when(end, by=HUB, on=over).then(happened(RecordsAccessEnded, early=False))
    for side, other in ((SCHOOL, COURT), (COURT, SCHOOL)):
        given(ASKED, GRANTED).when(end, by=side, on=FRIDAY).then(
            happened(RecordsAccessEnded, early=True, told_to=other)
        )
    given(ASKED, GRANTED).when(end, by=TOWN, on=FRIDAY).then_refused("RECORDS_NOT_YOURS")
    given(ASKED).when(end, by=SCHOOL, on=FRIDAY).then_nothing()


def test_its_scope_and_clock_stand_in_the_same_append() -> None:
    journal = Journal(places=OneStation(), together=TOGETHER)
    identity = StateIdentity(
        child_ref=CHILD, name="测试甲", birth_date=None, id_number=None, sex=None
    )
    enrolled = ConfirmEnrolment(
        child_ref=CHILD, school=SCHOOL, student_number=None, grade="一", since=date(2026, 1, 5)
    )
    for command, by in ((identity, EDUCATION), (enrolled, EDUCATION), (ask, COURT)):
        journal.carry_out(command, by=by, on=FRIDAY)
    clock = journal.states(DEADLINE)(deadline_id(REQUEST, ANSWER))
    assert (clock.state, clock.due_at) == (DeadlineState.RUNNING, MONDAY_MIDNIGHT)
    journal.carry_out(grant, by=SCHOOL, on=FRIDAY)
    assert journal.states(DEADLINE)(deadline_id(REQUEST, ANSWER)).state is DeadlineState.MET
    scope = journal.states(SCOPE)(scope_id(COURT, CHILD))
    assert scope.released(FRIDAY) == {
        ScopeBasis.RECORDS_REQUEST: {Category.WHO, Category.SCHOOLING}
    }
    assert scope.in_hand(FRIDAY) == frozenset(), "reading is not stating"
    journal.carry_out(EndRecordsAccess(request_id=REQUEST), by=COURT, on=FRIDAY)
    assert journal.states(SCOPE)(scope_id(COURT, CHILD)).items == {}
