"""Delegated care of children (委托照护登记); source: 未保法 22, 23."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, ShortText, YesNo, child_columns, code_column
from adapters.intake.records import ChildRecord, Day, PastDay, RecordKind, Statement
from domain.delegated_care import RecordDelegatedCare
from domain.organisations import Seat


class DelegatedCare(ChildRecord):
    """One child whose parents let somebody care for it: who, since when, and what was looked at."""

    since: PastDay
    until: Day | None = None
    carer: ShortText
    child_heard: YesNo
    barred_checked: YesNo
    account: Note = None


def _key(record: DelegatedCare) -> Sequence[str]:
    return (*record.child_key(), record.since.isoformat())


def _state(record: DelegatedCare, statement: Statement) -> None:
    claim = record.claim(statement.places)
    statement.execute(
        RecordDelegatedCare(
            child_ref=statement.child(claim),
            town=claim.town,
            since=record.since,
            until=record.until,
            child_heard=record.child_heard,
            barred_checked=record.barred_checked,
            carer=record.carer,
            account=record.account,
        ),
        occurred_on=record.since,
    )


KIND = RecordKind(
    name="village.delegated_care",
    title="委托照护登记",
    seats=(Seat.VILLAGE, Seat.TOWN),
    model=DelegatedCare,
    columns=(
        *child_columns("儿童姓名"),
        Column("since", "委托开始日期", required=True, example="2025-03-01"),
        Column("until", "委托结束日期", example="2025-08-31", note="约定的最后一天；没有约定不填"),
        Column(
            "carer",
            "被委托人",
            aliases=("受委托人", "委托照护人"),
            required=True,
            example="外婆",
            note="姓名、与孩子的关系、电话，不超过100字",
        ),
        code_column(YES_NO, "child_heard", "是否听取孩子意见", required=True, example="是"),
        code_column(
            YES_NO,
            "barred_checked",
            "是否核查被委托人条件",
            required=True,
            example="是",
            note="未保法第22条所列不得受托的情形；填“否”的，系统交街镇核查",
        ),
        Column("account", "委托情况", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
