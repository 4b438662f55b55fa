"""Budget, allocation and execution (经费预算、拨付、执行) of each scheme in a year, by finance.

Plan 三1 (P54: 财政部门要做好资金保障工作). Whole yuan of a scheme and a year: no name, no account
and no child (domain reference §10).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from domain.code_sets import CodeSet
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
from domain.organisations import Seat, seat_of

Yuan = Annotated[int, Field(ge=0, le=10**12)]
"""Whole yuan (元)."""


class Fund(StrEnum):
    """For what (经费项目)."""

    LIVING_ALLOWANCE = "LIVING_ALLOWANCE"
    TEMPORARY_AID = "TEMPORARY_AID"
    MEDICAL_AID = "MEDICAL_AID"
    EDUCATION_AID = "EDUCATION_AID"
    DISABILITY_AID = "DISABILITY_AID"
    STATIONS = "STATIONS"
    WORKERS = "WORKERS"
    SOCIAL_WORK = "SOCIAL_WORK"
    HOME_RENOVATION = "HOME_RENOVATION"
    SAFETY_EDUCATION = "SAFETY_EDUCATION"


FUND = CodeSet(
    "FUND",
    "经费项目",
    {
        Fund.LIVING_ALLOWANCE: "基本生活保障",
        Fund.TEMPORARY_AID: "临时救助",
        Fund.MEDICAL_AID: "医疗救助",
        Fund.EDUCATION_AID: "教育资助",
        Fund.DISABILITY_AID: "残疾儿童手术、辅具和康复补贴",
        Fund.STATIONS: "未成年人保护工作站",
        Fund.WORKERS: "儿童主任队伍",
        Fund.SOCIAL_WORK: "儿童福利社工项目",
        Fund.HOME_RENOVATION: "追光小屋",
        Fund.SAFETY_EDUCATION: "安全教育和宣传",
    },
)


def budget_id(fund: Fund, year: int) -> UUID:
    """The id of a scheme's money in a year."""
    return derived_id("budget", fund.value, year)


class StateBudget(Command):
    """Say how a scheme's money of a year stands on a day, from the year's beginning on."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    fund: Fund
    year: int
    as_of: date
    budgeted: Yuan
    allocated: Yuan
    spent: Yuan
    note: str | None


class BudgetStated(Event):
    TOPIC: ClassVar[str] = "budget.stated.v1"
    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "经费预算和执行"
    fund: Fund
    year: int
    as_of: date
    budgeted: int
    allocated: int
    spent: int
    note: Annotated[Text, Sensitive(Category.PROGRAMMES)]


@dataclass(frozen=True, slots=True)
class Budget:
    as_of: date | None = None


def _state(state: Budget, command: StateBudget, given: Given) -> list[Event]:
    if seat_of(given.actor.organisation) is not Seat.FINANCE:
        raise Refused("BUDGET_NOT_YOURS", "经费预算和执行只由财政局登记。")
    given.not_in_future(command.as_of, "BUDGET_IN_FUTURE", "截止日期")
    if command.spent > command.allocated or command.allocated > command.budgeted:
        raise Refused(
            "BUDGET_AMOUNTS", "执行数应不大于拨付数，拨付数应不大于预算数；预算调整的填调整后的数。"
        )
    if command.as_of.year < command.year:
        raise Refused("BUDGET_BEFORE_YEAR", "截止日期早于预算年度，请核对后重报。")
    return [BudgetStated(**command.model_dump())]


BUDGET: Stream[Budget] = Stream(
    name="budget",
    initial=Budget(),
    decide={StateBudget: _state},
    evolve={BudgetStated: lambda state, event: Budget(event.as_of)},
    locate=lambda command, load: budget_id(command.fund, command.year),
    title="经费预算和执行",
    codes={"fund": FUND},
    by_itself=True,
)
