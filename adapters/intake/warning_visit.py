"""One visit after a written warning (告诫书查访), by whoever visits (反家暴法 17)."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, YesNo, child_columns, code_column
from adapters.intake.records import Alarm, ChildRecord, PastDay, RecordKind, Statement
from domain.organisations import Seat
from domain.warning_visits import RecordWarningVisit


class WarningVisit(ChildRecord):
    """Whom of the two sides it met, and whether there was violence again since the warning."""

    visited_on: PastDay
    warned_seen: YesNo
    protected_seen: YesNo
    repeated: YesNo
    account: Note = None


def _key(record: WarningVisit) -> Sequence[str]:
    return (*record.child_key(), record.visited_on.isoformat())


def _state(record: WarningVisit, statement: Statement) -> None:
    statement.execute(
        RecordWarningVisit(
            child_ref=statement.child(record.claim(statement.places)),
            visited_on=record.visited_on,
            warned_seen=record.warned_seen,
            protected_seen=record.protected_seen,
            repeated=record.repeated,
            account=record.account,
        ),
        occurred_on=record.visited_on,
    )


def warning_visit_kind(
    name: str,
    title: str,
    seats: tuple[Seat, ...],
    model: type[WarningVisit] = WarningVisit,
    more: tuple[Column, ...] = (),
    alarm: Alarm | None = None,
) -> RecordKind[WarningVisit]:
    """The kind of record of such visits by these seats, under a name and heading. ``model`` has
    the fields of the columns ``more`` as well; ``alarm`` is what goes out as a report."""
    return RecordKind(
        name=name,
        title=title,
        seats=seats,
        model=model,
        columns=(
            *child_columns("儿童姓名"),
            Column("visited_on", "查访日期", required=True, example="2025-03-20"),
            code_column(
                YES_NO,
                "warned_seen",
                "是否见到被告诫人",
                aliases=("是否见到加害人",),
                required=True,
                example="是",
                note="双方都见到，查访任务才办结；可分几次查访",
            ),
            code_column(
                YES_NO,
                "protected_seen",
                "是否见到受害人",
                required=True,
                example="是",
                note="受害的孩子，尽量单独交谈",
            ),
            code_column(
                YES_NO,
                "repeated",
                "是否再次发生暴力",
                required=True,
                example="否",
                note="有危险先拨打110；填“是”的，系统提请公安机关考虑训诫",
            ),
            Column("account", "查访情况", aliases=("说明", "备注"), note="不超过2000字"),
            *more,
        ),
        natural_key=_key,
        state=_state,
        alarm=alarm,
    )
