"""The register of problems that were looked at again (问题复核登记), kept by whoever visits."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, YesNo, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.organisations import Seat
from domain.problem import RecheckProblem


class ProblemRecheck(ChildRecord):
    """What was found of the child on a day, looked at again. Source: plan 二3 (P21)."""

    found_on: PastDay
    rechecked_on: PastDay
    solved: YesNo
    account: Note = None


def _key(record: ProblemRecheck) -> Sequence[str]:
    days = (record.found_on, record.rechecked_on)
    return (*record.child_key(), *(day.isoformat() for day in days))


def _state(record: ProblemRecheck, statement: Statement) -> None:
    statement.execute(
        RecheckProblem(
            child_ref=statement.child(record.claim(statement.places)),
            found_on=record.found_on,
            rechecked_on=record.rechecked_on,
            solved=record.solved,
            account=record.account,
        ),
        occurred_on=record.rechecked_on,
    )


KIND = RecordKind(
    name="village.problem_recheck",
    title="问题复核登记",
    seats=(Seat.VILLAGE, Seat.TOWN, Seat.CIVIL_AFFAIRS),
    model=ProblemRecheck,
    columns=(
        *child_columns("儿童姓名"),
        Column(
            "found_on",
            "发现日期",
            aliases=("走访日期",),
            required=True,
            example="2025-03-12",
            note="发现问题的那次走访的日期",
        ),
        Column("rechecked_on", "复核日期", required=True, example="2025-03-27"),
        code_column(YES_NO, "solved", "是否已解决", required=True, example="是"),
        Column("account", "复核情况", aliases=("说明",), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
