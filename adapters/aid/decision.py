"""Decisions on applications (保障申请审批登记); plan 二3 (P22, P24, P25); 区民政审批 [S12]."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from adapters.aid.columns import COLUMNS, AidRecord, about, key_of
from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, ShortText, YesNo, code_column, parse_yuan
from adapters.intake.records import (
    OptionalDay,
    PastDay,
    RecordFault,
    RecordKind,
    Statement,
    coded,
)
from domain.aid_codes import AID_DECISION, GRANTED, REFUSED
from domain.aid_events import GrantAid, RefuseAid
from domain.organisations import Seat


class Decision(AidRecord):
    """What was decided of one application: from which month on and how much, or why not."""

    document_number: ShortText
    decision: Annotated[str, coded(AID_DECISION)]
    decided_on: PastDay
    since: OptionalDay = None
    yuan: Annotated[int | None, BeforeValidator(parse_yuan), Field(ge=1, le=10_000_000)] = None
    reason: Note = None
    need_remains: YesNo = False

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        if self.decision == GRANTED and self.since is None:
            raise RecordFault(
                "since", "AID_START_MISSING", "批准的，要填起发月份。", "请填写该月1日后重报。"
            )


def _state(record: Decision, statement: Statement) -> None:
    stated: dict[str, Any] = {
        **about(record, statement),
        "decided_on": record.decided_on,
        "document_number": record.document_number,
        "reason": record.reason,
        "need_remains": record.need_remains,
    }
    if record.decision == REFUSED or record.since is None:
        statement.execute(RefuseAid(**stated), occurred_on=record.decided_on)
    else:
        grant = GrantAid(**stated, since=record.since, yuan=record.yuan)
        statement.execute(grant, occurred_on=record.decided_on)


KIND = RecordKind(
    name="aid.decision",
    title="保障申请审批登记",
    seats=(Seat.CIVIL_AFFAIRS, Seat.EDUCATION, Seat.DISABLED_FEDERATION),
    model=Decision,
    columns=(
        *COLUMNS,
        Column(
            "document_number",
            "审批文号",
            aliases=("批准文号", "文书号"),
            required=True,
            example="示民保〔2025〕0001号",
        ),
        code_column(AID_DECISION, "decision", "审批结果", required=True, example="批准"),
        Column("decided_on", "审批日期", required=True, example="2025-03-24"),
        Column(
            "since",
            "起始日期",
            aliases=("起发月份",),
            example="2025-04-01",
            note="填该月1日，批准的必填",
        ),
        Column("yuan", "金额", aliases=("月金额", "标准"), example="3200元", note="整数元"),
        Column("reason", "理由", aliases=("审批理由", "说明"), note="不予批准的必填；不超过2000字"),
        code_column(
            YES_NO,
            "need_remains",
            "是否仍有需求",
            note="现有项目不能解决的，填“是”，系统交街镇对接慈善帮扶",
        ),
    ),
    natural_key=key_of,
    state=_state,
)
