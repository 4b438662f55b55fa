"""Budget, allocation and execution of each scheme (经费预算执行登记), in whole yuan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.faults import SheetValueError
from adapters.intake.fields import Note, code_column
from adapters.intake.records import PastDay, Record, RecordKind, Statement, coded
from domain.budget import FUND, Fund, StateBudget
from domain.identifiers import squeeze_text
from domain.organisations import Seat

_AMOUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,13})(?:\.0+)?元?", re.ASCII)
_MOST = 10**12


def parse_yuan(raw: object) -> int:
    """An amount in whole yuan as offices write it: 12000, 12,000, "12000元". Raises
    SheetValueError."""
    found = _AMOUNT.fullmatch(squeeze_text(str(raw)))
    if found is None:
        raise SheetValueError("NOT_WHOLE_YUAN", "此项应填整数元。", "请换算成整数元后重报。")
    return int(found[1].replace(",", ""))


Amount = Annotated[int, BeforeValidator(parse_yuan), Field(ge=0, le=_MOST)]


class BudgetRow(Record):
    """How one scheme's money of a year stands on a day. Source: plan 三1 (资金保障)."""

    fund: Annotated[str, coded(FUND)]
    year: Annotated[int, Field(ge=2024, le=2100)]
    as_of: PastDay
    budgeted: Amount
    allocated: Amount
    spent: Amount
    note: Note = None


def _key(record: BudgetRow) -> Sequence[str]:
    return (record.fund, str(record.year), record.as_of.isoformat())


def _state(record: BudgetRow, statement: Statement) -> None:
    statement.execute(
        StateBudget(
            fund=Fund(record.fund),
            year=record.year,
            as_of=record.as_of,
            budgeted=record.budgeted,
            allocated=record.allocated,
            spent=record.spent,
            note=record.note,
        ),
        occurred_on=record.as_of,
    )


KIND = RecordKind(
    name="finance.budget",
    title="经费预算执行登记",
    seats=(Seat.FINANCE,),
    model=BudgetRow,
    columns=(
        code_column(FUND, "fund", "经费项目", required=True, example="追光小屋"),
        Column("year", "预算年度", required=True, example="2025"),
        Column("as_of", "截止日期", required=True, example="2025-03-31"),
        Column("budgeted", "预算数", required=True, example="1000000", note="整数元"),
        Column("allocated", "拨付数", required=True, example="400000", note="年初以来，整数元"),
        Column("spent", "执行数", required=True, example="250000", note="年初以来，整数元"),
        Column("note", "说明", note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
