"""That an item of a work list is done, or is taken off it (清单完成登记)."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, YesNo, code_column
from adapters.intake.records import PastDay, Record, RecordKind, Statement
from adapters.programmes.activity import PUBLISHING
from adapters.programmes.fields import RegisterNumber
from domain.organisations import Seat
from domain.work_item import FinishWorkItem


class WorkDoneRow(Record):
    """One item done by its owner, or withdrawn by whoever listed it. Source: plan 三2."""

    number: RegisterNumber
    finished_on: PastDay
    done: YesNo
    account: Note = None


def _key(record: WorkDoneRow) -> Sequence[str]:
    return (record.number,)


def _state(record: WorkDoneRow, statement: Statement) -> None:
    statement.execute(
        FinishWorkItem(
            register_number=record.number,
            finished_on=record.finished_on,
            done=record.done,
            account=record.account,
        ),
        occurred_on=record.finished_on,
    )


KIND = RecordKind(
    name="programmes.work_done",
    title="清单事项完成登记",
    seats=(*PUBLISHING, Seat.COURT, Seat.VILLAGE),
    model=WorkDoneRow,
    columns=(
        Column("number", "清单编号", required=True, example="QD-2025-01"),
        Column("finished_on", "完成日期", required=True, example="2025-03-20"),
        code_column(
            YES_NO, "done", "是否完成", required=True, example="是", note="撤销清单事项的填否"
        ),
        Column("account", "完成情况", note="不写儿童和个人姓名，不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
