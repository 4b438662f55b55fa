"""未保法 114: 人民检察院提出建议的，有关单位应当在一个月内作出书面回复 (检察建议)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.advice import (
    ADVICE,
    REPLY,
    STATE_WORDS,
    Advice,
    AdviceIssued,
    AdviceReplied,
    AdviceState,
    IssueAdvice,
    ReplyToAdvice,
)
from domain.deadline import DeadlineMet, DeadlineSet, DeadlineState, deadline_id
from domain.deadline_stream import DEADLINE
from domain.kernel import Category
from domain.registry import TOGETHER
from tests.domain.invented import (
    EVERY_SEAT,
    OTHER_TOWN,
    PROCURATORATE,
    SCHOOL,
    TOWN,
    TOWN_CODE,
)
from tests.domain.pools import OneStation
from tests.specification import Journal, at_noon, folded, given, happened

ISSUED_ON = date(2026, 1, 31)
LAST_DAY = date(2026, 2, 28)
"""One month on: February has no 31st."""
NUMBER = UUID(int=51)

issue = IssueAdvice(
    advice_id=NUMBER,
    addressee=TOWN,
    document_number="示检建〔2026〕1号",
    matter="完善校外托管场所排查",
    issued_on=ISSUED_ON,
)
reply = ReplyToAdvice(advice_id=NUMBER, content="已排查并整改", replied_on=LAST_DAY)
ISSUED = AdviceIssued(
    sender=PROCURATORATE,
    addressee=TOWN,
    told_to=TOWN,
    issued_on=ISSUED_ON,
    reply_by=LAST_DAY,
    document_number=issue.document_number,
    matter=issue.matter,
)
REPLIED = AdviceReplied(
    sender=PROCURATORATE,
    addressee=TOWN,
    told_to=PROCURATORATE,
    replied_on=LAST_DAY,
    content=reply.content,
)


def test_the_procuratorate_advises_an_office_and_a_reply_is_owed_within_a_month() -> None:
    """有关单位应当在一个月内作出书面回复: counted from the day it was sent out."""
    given().when(issue, by=PROCURATORATE, on=ISSUED_ON).then(ISSUED)
    assert IssueAdvice.STATES is Category.ORDERS


@pytest.mark.parametrize("event", [ISSUED, REPLIED])
def test_no_child_is_in_it_and_every_word_is_sealed_as_orders(
    event: AdviceIssued | AdviceReplied,
) -> None:
    assert event.subject is None
    texts = {"document_number", "matter"} if isinstance(event, AdviceIssued) else {"content"}
    assert set(event.SENSITIVE) == texts
    assert {event.category_of(name) for name in texts} == {Category.ORDERS}


@pytest.mark.parametrize("organisation", sorted(set(EVERY_SEAT) - {PROCURATORATE}))
def test_only_the_procuratorate_advises(organisation: str) -> None:
    given().when(issue, by=organisation, on=ISSUED_ON).then_refused("ADVICE_NOT_PROCURATORATE")


def test_nobody_advises_itself_or_in_advance() -> None:
    itself = issue.model_copy(update={"addressee": PROCURATORATE})
    given().when(itself, by=PROCURATORATE, on=ISSUED_ON).then_refused("ADVICE_TO_ONESELF")
    early = given().when(issue, by=PROCURATORATE, on=ISSUED_ON - timedelta(days=1))
    assert "发出日期" in early.then_refused("ADVICE_IN_FUTURE").text


@pytest.mark.parametrize(
    "changes", [{"addressee": OTHER_TOWN}, {"issued_on": ISSUED_ON - timedelta(days=1)}]
)
def test_once_served_it_goes_to_no_other_office_and_its_clock_stands(
    changes: dict[str, object],
) -> None:
    changed = issue.model_copy(update=changes)
    again = given(ISSUED).when(changed, by=PROCURATORATE, on=LAST_DAY, correction=True)
    assert "另行制发" in again.then_refused("ADVICE_SERVED").text


def test_its_words_can_be_corrected_and_a_reply_stays_a_reply() -> None:
    mended = issue.model_copy(update={"matter": "完善排查"})
    after = ISSUED.model_copy(update={"matter": "完善排查"})
    given(ISSUED, REPLIED).when(mended, by=PROCURATORATE, on=LAST_DAY, correction=True).then(after)
    assert folded(ADVICE, ISSUED, REPLIED, after).state is AdviceState.REPLIED


def test_the_office_that_was_advised_replies_in_writing_and_the_procuratorate_is_told() -> None:
    given(ISSUED).when(reply, by=TOWN, on=LAST_DAY).then(REPLIED)
    assert folded(ADVICE, ISSUED, REPLIED) == Advice(
        AdviceState.REPLIED, PROCURATORATE, TOWN, ISSUED_ON
    )


def test_a_reply_is_of_today_where_it_names_no_day_and_may_be_added_to() -> None:
    today = reply.model_copy(update={"replied_on": None})
    given(ISSUED, REPLIED).when(today, by=TOWN, on=date(2026, 3, 2)).then(
        happened(AdviceReplied, replied_on=date(2026, 3, 2))
    )


@pytest.mark.parametrize("organisation", [SCHOOL, OTHER_TOWN, PROCURATORATE])
def test_a_stranger_is_refused_as_if_there_were_none(organisation: str) -> None:
    theirs = (
        given(ISSUED).when(reply, by=organisation, on=LAST_DAY).then_refused("ADVICE_NOT_YOURS")
    )
    none = given().when(reply, by=TOWN, on=LAST_DAY).then_refused("ADVICE_NOT_YOURS")
    assert theirs.text == none.text


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (LAST_DAY + timedelta(days=1), "REPLY_IN_FUTURE"),
        (ISSUED_ON - timedelta(days=1), "REPLY_BEFORE_ADVICE"),
    ],
)
def test_a_reply_lies_between_the_advice_and_today(day: date, code: str) -> None:
    wrong = reply.model_copy(update={"replied_on": day})
    given(ISSUED).when(wrong, by=TOWN, on=LAST_DAY).then_refused(code)


def test_the_clock_is_the_offices_from_the_append_of_the_advice_until_its_reply() -> None:
    """It ends at 24:00 of the last day, and stands under the advice itself."""
    journal = Journal(places=OneStation(), together=TOGETHER)
    recorded = journal.carry_out(issue, by=PROCURATORATE, on=ISSUED_ON)
    (clock,) = [fact.event for fact in recorded if isinstance(fact.event, DeadlineSet)]
    assert (clock.subject_id, clock.child_ref, clock.kind) == (NUMBER, NUMBER, REPLY)
    assert (clock.owner, clock.town, clock.matter) == (TOWN, TOWN_CODE, Category.ORDERS)
    assert clock.due_at == at_noon(LAST_DAY) + timedelta(hours=12)
    met = journal.carry_out(reply, by=TOWN, on=LAST_DAY)
    assert [fact.event.late for fact in met if isinstance(fact.event, DeadlineMet)] == [False]
    state = journal.states(DEADLINE)(deadline_id(NUMBER, REPLY))
    assert state.state is DeadlineState.MET


def test_each_state_has_a_word() -> None:
    assert set(STATE_WORDS) == set(AdviceState) - {AdviceState.NONE}
