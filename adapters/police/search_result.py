"""What the police found who searched for a placed child's parents (查找结果登记)."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, YesNo, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.guardianship_commands import (
    RecordSearchResult,
)
from domain.organisations import Seat


class SearchResult(ChildRecord):
    """One result (查找结果), also that nobody was found. Source: 沪未保 77(3)."""

    concluded_on: PastDay
    found: YesNo
    whom: Note = None
    whereabouts: Note = None


COLUMNS = (
    *child_columns("未成年人姓名"),
    Column(
        "concluded_on",
        "结果日期",
        aliases=("查找日期", "查找结果日期"),
        required=True,
        example="2025-03-28",
    ),
    code_column(
        YES_NO,
        "found",
        "是否找到父母或其他监护人",
        aliases=("是否找到",),
        required=True,
        example="是",
    ),
    Column("whom", "找到何人", note="与儿童是什么关系、姓名，不超过2000字"),
    Column("whereabouts", "现在何处", aliases=("下落",), note="不超过2000字"),
)


def _key(record: SearchResult) -> Sequence[str]:
    return (*record.child_key(), record.concluded_on.isoformat())


def _state(record: SearchResult, statement: Statement) -> None:
    statement.execute(
        RecordSearchResult(
            child_ref=statement.child(record.claim(statement.places)),
            concluded_on=record.concluded_on,
            found=record.found,
            whom=record.whom,
            whereabouts=record.whereabouts,
        ),
        occurred_on=record.concluded_on,
    )


KIND = RecordKind(
    name="police.search_result",
    title="查找结果登记",
    seats=(Seat.POLICE,),
    model=SearchResult,
    columns=COLUMNS,
    natural_key=_key,
    state=_state,
)
