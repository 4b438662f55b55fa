"""From when on what is owed period by period (按期应办事项) is awaited, and when the hub looks next
which periods have begun.

Civil affairs say from which day on (plan 三1: 制定相关工作清单): what fell due before anybody used
the hub is nobody's silence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from domain.calendar import end_of_day_utc
from domain.kernel import Category, Command, Due, Event, Given, Refused, Stream, derived_id
from domain.organisations import HUB, Seat, district_organisation

PLAN_ID: UUID = derived_id("duty_plan")
CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)


class StartDuties(Command):
    """Await what is owed in every period that begins on ``first_day`` or later."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    first_day: date


class ReviewDuties(Command):
    """Asked by the clock: what has begun by now is opened; look again when the next begins."""


class DutiesStarted(Event):
    TOPIC: ClassVar[str] = "duty_plan.started.v1"
    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "按期应办事项起算"
    first_day: date
    next_at: datetime


class DutiesReviewed(Event):
    TOPIC: ClassVar[str] = "duty_plan.reviewed.v1"
    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "按期应办事项已开列"
    reviewed_on: date
    next_at: datetime


@dataclass(frozen=True, slots=True)
class DutyPlan:
    first_day: date | None = None
    since: date | None = None
    """From here on it is looked which periods have begun."""
    next_at: datetime | None = None


def _start(state: DutyPlan, command: StartDuties, given: Given) -> list[Event]:
    if given.actor.organisation != CIVIL_AFFAIRS:
        raise Refused("DUTIES_NOT_YOURS", "按期应办事项的起算日只由民政局登记。")
    if state.first_day == command.first_day:
        return []
    return [DutiesStarted(first_day=command.first_day, next_at=given.now)]


def _review(state: DutyPlan, command: ReviewDuties, given: Given) -> list[Event]:
    if given.actor.organisation != HUB:
        raise Refused("DUTIES_BY_HUB", "按期应办事项由系统按规则开列，不能由单位登记。")
    if state.next_at is None or given.now < state.next_at:
        return []
    look = given.rules.duties.next_look(given.today, given.rules.school)
    next_at = end_of_day_utc(look - timedelta(days=1))
    return [DutiesReviewed(reviewed_on=given.today, next_at=next_at)]


DUTY_PLAN: Stream[DutyPlan] = Stream(
    name="duty_plan",
    initial=DutyPlan(),
    decide={StartDuties: _start, ReviewDuties: _review},
    evolve={
        DutiesStarted: lambda state, event: DutyPlan(
            event.first_day, event.first_day, event.next_at
        ),
        DutiesReviewed: lambda state, event: replace(
            state, since=event.reviewed_on, next_at=event.next_at
        ),
    },
    locate=lambda command, load: PLAN_ID,
    title="按期应办事项",
    by_itself=True,
    due=Due(
        starts={DutiesStarted: ("next_at",), DutiesReviewed: ("next_at",)},
        over=(),
        ask=lambda stream, facts: ReviewDuties(),
    ),
)
