"""The entry check (从业限制和入职查询, plan 二6 P45; 未保法 62, 98; domain reference §7).

The employer asks, the police answer with the result alone: never an offence, never a reason. A
result stands for a year; before it runs out the employer is reminded, and asks again. Until a
result stands, and once it does not any more, the worker sees nothing of a child at any door
(:mod:`hub.clearance`), and may report and give the alarm as ever.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.calendar import end_of_day_utc
from domain.kernel import (
    Category,
    Command,
    Due,
    Event,
    Given,
    Refused,
    Sensitive,
    Stream,
    Text,
    derived_id,
)
from domain.organisations import HUB, Seat, district_organisation, seat_of
from domain.rules import Rules
from domain.terms import months_after
from domain.worker import other_side
from domain.workforce_codes import CHECK_RESULT, CheckResult

ANSWER = "entry_check_answer"
"""The clock by which the police answer (policies/clocks.toml)."""


def check_id(worker: UUID) -> UUID:
    """The id of a worker's stream of entry checks."""
    return derived_id("entry_check", worker)


class AskEntryCheck(Command):
    """入职查询申请: who is to be looked up is told to the police with it."""

    STATES: ClassVar[Category | None] = Category.WORKFORCE
    NAMES: ClassVar[str] = "organisation"
    worker: UUID
    organisation: str
    name: str | None
    id_number: str | None


class AnswerEntryCheck(Command):
    """入职查询结果."""

    STATES: ClassVar[Category | None] = Category.WORKFORCE
    worker: UUID
    result: CheckResult
    queried_on: date
    document: str | None = None


class AdvanceCheck(Command):
    """Asked by the clock: the employer is to be reminded, or the result has run out."""

    worker: UUID


class CheckEvent(Event):
    """``told_to``: the police when they are asked, else the employer. Of a barred worker civil
    affairs is told, and the employer's head at the door (:mod:`hub.queries.workforce`): not every
    colleague."""

    TITLE: ClassVar[str] = "入职查询"
    CATEGORY: ClassVar[Category] = Category.WORKFORCE
    worker: UUID
    organisation: str
    told_to: str


class EntryCheckAsked(CheckEvent):
    """``again``: a result stands or stood."""

    TOPIC: ClassVar[str] = "entry_check.asked.v1"
    TITLE: ClassVar[str] = "入职查询申请"
    again: bool
    answer_by: datetime
    name: Annotated[Text, Sensitive(Category.WORKFORCE)]
    id_number: Annotated[Text, Sensitive(Category.WORKFORCE)]


class EntryCheckPassed(CheckEvent):
    """It stands up to ``valid_until``, the whole day; ``warn_at``: when the employer is reminded
    next, or it has run out."""

    TOPIC: ClassVar[str] = "entry_check.passed.v1"
    TITLE: ClassVar[str] = "入职查询可以录用"
    queried_on: date
    valid_until: date
    warn_at: datetime
    document: Annotated[Text, Sensitive(Category.WORKFORCE)]


class EntryCheckBarred(CheckEvent):
    TOPIC: ClassVar[str] = "entry_check.barred.v1"
    TITLE: ClassVar[str] = "入职查询不得录用"
    queried_on: date
    document: Annotated[Text, Sensitive(Category.WORKFORCE)]


class EntryCheckWarned(CheckEvent):
    """So many days are left, the present one included or not, as the rules count them."""

    TOPIC: ClassVar[str] = "entry_check.warned.v1"
    TITLE: ClassVar[str] = "入职查询即将到期"
    days_left: int
    valid_until: date
    warn_at: datetime


class EntryCheckExpired(CheckEvent):
    TOPIC: ClassVar[str] = "entry_check.expired.v1"
    TITLE: ClassVar[str] = "入职查询到期"
    valid_until: date


@dataclass(frozen=True, slots=True)
class Check:
    """What stands of a worker's entry check."""

    organisation: str | None = None
    pending: bool = False
    """It was asked, and is not answered."""
    valid_until: date | None = None
    """Of the last result that let the worker be employed, run out or not."""
    warn_at: datetime | None = None
    barred: bool = False
    warned: frozenset[int] = frozenset()
    expired: bool = False
    """It was noticed that it has run out."""

    def stands(self, now: datetime) -> bool:
        """Whether the worker may be shown anything of a child at this instant."""
        if self.barred or self.valid_until is None:
            return False
        return now < end_of_day_utc(self.valid_until)


def _ask(state: Check, command: AskEntryCheck, given: Given) -> list[Event]:
    other_side(command.organisation, given)
    rules: Rules = given.rules
    if state.organisation is not None and state.organisation != command.organisation:
        raise Refused("WORKER_NOT_YOURS", "没有可由本单位办理的这名工作人员，请核对编号。")
    if state.pending and not given.correction:
        return []
    return [
        EntryCheckAsked(
            worker=command.worker,
            organisation=command.organisation,
            told_to=district_organisation(Seat.POLICE),
            again=state.valid_until is not None or state.barred,
            answer_by=rules.due(rules.clocks[ANSWER].within, given.now),
            name=command.name,
            id_number=command.id_number,
        )
    ]


def _answer(state: Check, command: AnswerEntryCheck, given: Given) -> list[Event]:
    rules: Rules = given.rules
    check = rules.workforce.entry_check
    if seat_of(given.actor.organisation) not in check.answered_by:
        raise Refused("CHECK_NOT_YOURS", "入职查询结果由公安机关答复。")
    if state.organisation is None:
        raise Refused("CHECK_NOT_ASKED", "没有这项入职查询申请，请核对编号。")
    given.not_in_future(command.queried_on, "CHECK_IN_FUTURE", "查询日期")
    if not state.pending and not given.correction:
        raise Refused("CHECK_ANSWERED", "这项入职查询已经答复；结果有变的，请更正原记录。")
    about: dict[str, Any] = {"worker": command.worker, "organisation": state.organisation}
    if command.result is CheckResult.BARRED:
        return [
            EntryCheckBarred(
                **about,
                told_to=district_organisation(Seat.CIVIL_AFFAIRS),
                queried_on=command.queried_on,
                document=command.document,
            )
        ]
    until = months_after(command.queried_on, check.valid_months) - timedelta(days=1)
    if until < given.today:
        raise Refused("CHECK_TOO_OLD", "查询结果已超过有效期，请重新查询后答复。")
    return [
        EntryCheckPassed(
            **about,
            told_to=state.organisation,
            queried_on=command.queried_on,
            valid_until=until,
            warn_at=_next_warning(until, _warnings_due(until, given), given),
            document=command.document,
        )
    ]


def _advance(state: Check, command: AdvanceCheck, given: Given) -> list[Event]:
    if given.actor.organisation != HUB:
        raise Refused("CHECK_BY_HUB", "入职查询的到期由系统按查询日期计算。")
    until = state.valid_until
    if state.barred or until is None or state.expired or state.organisation is None:
        return []
    about: dict[str, Any] = {
        "worker": command.worker,
        "organisation": state.organisation,
        "told_to": state.organisation,
        "valid_until": until,
    }
    if given.now >= end_of_day_utc(until):
        return [EntryCheckExpired(**about)]
    due = _warnings_due(until, given)
    if not due or min(due) in state.warned:
        return []
    # Of those that came due while nothing was running, the last one says it all.
    left = min(due)
    return [
        EntryCheckWarned(
            **about,
            days_left=left,
            warn_at=_next_warning(until, due, given),
        )
    ]


def _warning(until: date, days: int, given: Given) -> datetime:
    """In the morning of the day on which so many days are left."""
    rules: Rules = given.rules
    begins = end_of_day_utc(until - timedelta(days=days + 1))
    return begins + timedelta(hours=rules.escalation.morning)


def _warnings_due(until: date, given: Given) -> frozenset[int]:
    rules: Rules = given.rules
    return frozenset(
        days
        for days in rules.workforce.entry_check.warn_days_before
        if _warning(until, days, given) <= given.now
    )


def _next_warning(until: date, gone: frozenset[int], given: Given) -> datetime:
    """When something is due next after these; in the end, that the result has run out."""
    rules: Rules = given.rules
    left = set(rules.workforce.entry_check.warn_days_before) - gone
    return _warning(until, max(left), given) if left else end_of_day_utc(until)


def _asked(state: Check, event: EntryCheckAsked) -> Check:
    return replace(state, organisation=event.organisation, pending=True)


def _passed(state: Check, event: EntryCheckPassed) -> Check:
    return Check(event.organisation, valid_until=event.valid_until, warn_at=event.warn_at)


def _barred(state: Check, event: EntryCheckBarred) -> Check:
    return Check(event.organisation, barred=True)


def _warned(state: Check, event: EntryCheckWarned) -> Check:
    return replace(state, warned=state.warned | {event.days_left}, warn_at=event.warn_at)


ENTRY_CHECK: Stream[Check] = Stream(
    name="entry_check",
    initial=Check(),
    decide={AskEntryCheck: _ask, AnswerEntryCheck: _answer, AdvanceCheck: _advance},
    evolve={
        EntryCheckAsked: _asked,
        EntryCheckPassed: _passed,
        EntryCheckBarred: _barred,
        EntryCheckWarned: _warned,
        EntryCheckExpired: lambda state, event: replace(state, expired=True),
    },
    locate=lambda command, load: check_id(command.worker),
    title="入职查询",
    codes={"result": CHECK_RESULT},
    by_itself=True,
    due=Due(
        starts={EntryCheckPassed: ("warn_at",), EntryCheckWarned: ("warn_at",)},
        over=(EntryCheckBarred, EntryCheckExpired),
        ask=lambda stream, facts: AdvanceCheck(worker=UUID(facts["worker"])),
    ),
)
