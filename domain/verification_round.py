"""A round of full verification (全面核查, plan 二3 P17): civil affairs opens it for a town until a
day; each child of the town's villages is to be verified by then, and the town reports that it was
done (domain reference §5, §11).

The round itself names no child: what is owed for each is an obligation of whoever visits it
(domain/visit_obligation.py), and who is late stands on the silence board.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar
from uuid import UUID

from domain.calendar import end_of_day_utc
from domain.kernel import (
    Category,
    Command,
    Event,
    Given,
    Refused,
    Sensitive,
    Stream,
    Text,
    derived_id,
)
from domain.organisations import Seat, district_organisation, town_organisation

REPORT = "verification_report"
"""The clock of policies/clocks.toml, and the kind of its deadline."""


LONGEST = timedelta(days=366)
"""A later end is a mistyped year, in which the calendar may not reckon the report's day [D]."""


def round_id(town: str, until: date) -> UUID:
    """The id of a town's round until a day."""
    return derived_id("verification_round", town, until.isoformat())


class OpenRound(Command):
    """开展全面核查: every child of the town is to be verified until a Shanghai day."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    town: str
    until: date
    note: str | None


class PutOffRound(Command):
    """全面核查延期: civil affairs move the last day of the round ``until`` a day later, with the
    reason. The round keeps the day by which it was opened as its name."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    town: str
    until: date
    put_off_until: date
    reason: str


class ReportRound(Command):
    """核查完成情况: the town reports on its round; told again, the newer word counts."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    town: str
    until: date
    finished_on: date
    account: str | None


class RoundEvent(Event):
    """``told_to``: the town of whom it is asked, or civil affairs, which asked."""

    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "全面核查安排"
    town: str
    told_to: str
    until: date


class RoundOpened(RoundEvent):
    """Open for visits until the end of ``until``; the town's report is due ``report_by``."""

    TOPIC: ClassVar[str] = "verification_round.opened.v1"
    opened_on: date
    report_by: datetime
    note: Annotated[Text, Sensitive(Category.PROGRAMMES)]


class RoundDelayed(RoundEvent):
    """``put_off_from``: its last day until then."""

    TOPIC: ClassVar[str] = "verification_round.put_off.v1"
    TITLE: ClassVar[str] = "全面核查延期"
    put_off_from: date
    put_off_until: date
    report_by: datetime
    reason: Annotated[Text, Sensitive(Category.PROGRAMMES)]


class RoundReported(RoundEvent):
    TOPIC: ClassVar[str] = "verification_round.reported.v1"
    TITLE: ClassVar[str] = "全面核查完成情况"
    finished_on: date
    account: Annotated[Text, Sensitive(Category.PROGRAMMES)]


@dataclass(frozen=True, slots=True)
class Round:
    opened_on: date | None = None
    last_day: date | None = None


def _open(state: Round, command: OpenRound, given: Given) -> list[Event]:
    if given.actor.organisation != district_organisation(Seat.CIVIL_AFFAIRS):
        raise Refused("ROUND_NOT_YOURS", "全面核查由民政局安排到街镇。")
    if state.opened_on is not None and not given.correction:
        raise Refused("ROUND_OPEN", "该街镇到这一天为止的全面核查已经安排，不必重复登记。")
    if command.until < given.today:
        raise Refused("ROUND_OVER", "核查截止日期早于今天，请核对日期后重报。")
    if command.until > given.today + LONGEST:
        raise Refused("ROUND_TOO_LONG", "核查截止日期在一年以后，请核对年份后重报。")
    within = given.rules.clocks[REPORT].within
    return [
        RoundOpened(
            **command.model_dump(),
            told_to=town_organisation(command.town),
            opened_on=state.opened_on or given.today,
            report_by=given.rules.due(within, end_of_day_utc(command.until)),
        )
    ]


def _put_off(state: Round, command: PutOffRound, given: Given) -> list[Event]:
    if given.actor.organisation != district_organisation(Seat.CIVIL_AFFAIRS):
        raise Refused("ROUND_NOT_YOURS", "全面核查由民政局安排到街镇。")
    if state.last_day is None:
        raise _none()
    if given.today > state.last_day:
        raise Refused("ROUND_OVER", "该核查的截止日期已过，不能延期；请另行安排一轮核查。")
    if command.put_off_until <= state.last_day:
        raise Refused("ROUND_NOT_LATER", "延期后的截止日期应晚于现在的截止日期，请核对后重报。")
    if command.put_off_until > given.today + LONGEST:
        raise Refused("ROUND_TOO_LONG", "核查截止日期在一年以后，请核对年份后重报。")
    within = given.rules.clocks[REPORT].within
    return [
        RoundDelayed(
            **command.model_dump(),
            told_to=town_organisation(command.town),
            put_off_from=state.last_day,
            report_by=given.rules.due(within, end_of_day_utc(command.put_off_until)),
        )
    ]


def _none() -> Refused:
    return Refused("ROUND_NONE", "没有到这一天为止的全面核查安排，请核对核查截止日期后重报。")


def _report(state: Round, command: ReportRound, given: Given) -> list[Event]:
    if given.actor.organisation != town_organisation(command.town):
        raise Refused("ROUND_REPORT_NOT_YOURS", "核查完成情况由被安排的街镇登记。")
    if state.opened_on is None:
        raise _none()
    given.not_in_future(command.finished_on, "FINISHED_IN_FUTURE", "完成日期")
    if command.finished_on < state.opened_on:
        raise Refused("ROUND_BACKWARDS", "完成日期早于核查开始日期，请核对日期后重报。")
    return [
        RoundReported(**command.model_dump(), told_to=district_organisation(Seat.CIVIL_AFFAIRS))
    ]


def _opened(state: Round, event: RoundOpened) -> Round:
    # What is said of it in other words does not take back that it was put off.
    return Round(event.opened_on, max(state.last_day or event.until, event.until))


VERIFICATION_ROUND: Stream[Round] = Stream(
    name="verification_round",
    initial=Round(),
    decide={OpenRound: _open, PutOffRound: _put_off, ReportRound: _report},
    evolve={
        RoundOpened: _opened,
        RoundDelayed: lambda state, event: replace(state, last_day=event.put_off_until),
        RoundReported: lambda state, event: state,
    },
    locate=lambda command, load: round_id(command.town, command.until),
    title="全面核查安排",
    by_itself=True,
)
