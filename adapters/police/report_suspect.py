"""Who the suspect of a mandatory report is to the child, as found (涉嫌人员关系登记), from whoever
has the report in hand.

Stated, it suppresses what may not reach a suspected guardian or a conflicted organisation; found
not to be so, it is taken back with the reason. Source: 未保法 11(2), domain reference §2, §10.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from adapters.intake.columns import Column
from adapters.intake.fields import Note, ShortText, code_column
from adapters.intake.mandatory import named_units
from adapters.intake.records import OptionalPastDay, Record, RecordKind, Statement, coded
from domain.code_sets import CodeSet
from domain.kernel import Refused
from domain.mandatory_report import ClearSuspicion, StateSuspicion
from domain.organisations import Seat
from domain.suspicion import SUSPECT_RELATION

SUSPICION_FINDING = CodeSet(
    "SUSPICION_FINDING",
    "查明情况",
    {"STANDS": "涉嫌", "CLEARED": "排除"},
    {"有涉嫌": "STANDS", "已排除": "CLEARED"},
)


class ReportSuspect(Record):
    """One finding on one report, by its number in the hub."""

    report_id: UUID
    finding: Annotated[str, coded(SUSPICION_FINDING)]
    relation: Annotated[str | None, coded(SUSPECT_RELATION)] = None
    unit: ShortText | None = None
    on: OptionalPastDay = None
    account: Note = None


def _key(record: ReportSuspect) -> Sequence[str]:
    # What is found and cleared may be found again: on another day it is another finding.
    day = record.on.isoformat() if record.on else ""
    return (str(record.report_id), record.finding, record.relation or "", record.unit or "", day)


def _state(record: ReportSuspect, statement: Statement) -> None:
    units, unknown = named_units(record.unit, statement.places)
    if unknown:
        raise Refused(
            "SUSPECT_UNIT_UNKNOWN", "所填单位不在机构名录内，请填写名录中的全称，多个用顿号分开。"
        )
    if not units and record.relation is None:
        raise Refused("SUSPECT_NOTHING_SAID", "请填写与孩子的关系或所在单位。")
    if record.finding == "CLEARED":
        if not record.account:
            raise Refused("SUSPECT_NO_REASON", "排除涉嫌的，请填写查明的情况和理由。")
        command: StateSuspicion | ClearSuspicion = ClearSuspicion(
            report_id=record.report_id,
            relation=record.relation,
            organisations=units,
            reason=record.account,
        )
    else:
        command = StateSuspicion(
            report_id=record.report_id,
            relation=record.relation,
            conflicted_organisations=units,
            account="；".join(filter(None, (record.unit, record.account))) or None,
        )
    statement.execute(command, occurred_on=record.on)


KIND = RecordKind(
    name="police.report_suspect",
    title="涉嫌人员关系登记",
    seats=(Seat.POLICE, Seat.POLICE_STATION, Seat.PROCURATORATE),
    model=ReportSuspect,
    columns=(
        Column(
            "report_id",
            "报告编号",
            required=True,
            sensitive=False,
            example="f0000000-0000-4000-8000-000000000001",
            note="强制报告在本平台的编号",
        ),
        code_column(SUSPICION_FINDING, "finding", "查明情况", required=True, example="涉嫌"),
        code_column(
            SUSPECT_RELATION,
            "relation",
            "与孩子的关系",
            aliases=("涉嫌人员与孩子的关系",),
            example="父母或其他监护人",
        ),
        Column(
            "unit",
            "利害关系单位",
            aliases=("所在单位",),
            note="涉嫌人员工作或有亲属工作的单位全称，可填多个，用顿号分开；这些单位不再知情",
        ),
        Column("on", "查明日期", example="2025-03-05"),
        Column("account", "情况和理由", aliases=("理由",), note="排除的必须填写；不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
