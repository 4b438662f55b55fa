"""Returns of placed children to their families (送回登记)."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.guardianship_commands import (
    ReturnChildHome,
)
from domain.organisations import Seat


class ReturnHome(ChildRecord):
    """One return (送回), after an assessment that the child can go home. Source: 沪未保 79."""

    returned_on: PastDay
    account: Note = None


COLUMNS = (
    *child_columns("儿童姓名"),
    Column("returned_on", "送回日期", aliases=("送回时间",), required=True, example="2025-03-27"),
    Column("account", "送回情况", aliases=("情况说明", "说明", "备注"), note="不超过2000字"),
)


def _key(record: ReturnHome) -> Sequence[str]:
    return (*record.child_key(), record.returned_on.isoformat())


def _state(record: ReturnHome, statement: Statement) -> None:
    statement.execute(
        ReturnChildHome(
            child_ref=statement.child(record.claim(statement.places)),
            returned_on=record.returned_on,
            account=record.account,
        ),
        occurred_on=record.returned_on,
    )


KIND = RecordKind(
    name="civil_affairs.return_home",
    title="送回登记",
    seats=(Seat.CIVIL_AFFAIRS,),
    model=ReturnHome,
    columns=COLUMNS,
    natural_key=_key,
    state=_state,
)
