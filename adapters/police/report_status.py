"""The sheet of what became of mandatory reports (强制报告办理情况登记), from whoever has them
in hand: the police, and the procuratorate where they are conflicted (回避)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import Note, ShortText, code_column
from adapters.intake.mandatory import named_units
from adapters.intake.records import (
    OptionalPastDay,
    Record,
    RecordKind,
    Statement,
    coded,
)
from domain.code_sets import CodeSet
from domain.mandatory_report import (
    STATE_WORDS,
    AcceptMandatoryReport,
    CloseMandatoryReport,
    DecideMandatoryReport,
    FeedBackToReporter,
    OnReport,
    OrderFiling,
    PoliceDecision,
    ReceiveEvidence,
    ReportState,
    StateMedicalCare,
)
from domain.organisations import Seat
from domain.report_codes import MEDICAL_CARE

FINAL = "TOLD_THE_END"
ORDERED = "FILING_ORDERED"
RECEIVED = "EVIDENCE_RECEIVED"

REPORT_STEP = CodeSet(
    "REPORT_STEP",
    "办理情况",
    {
        ReportState.ACCEPTED: "接报",
        **{decision.value: STATE_WORDS[ReportState(decision)] for decision in PoliceDecision},
        ReportState.FED_BACK: "反馈",
        FINAL: "办结反馈",
        ReportState.CLOSED: "结案",
        ORDERED: "通知立案",
        **MEDICAL_CARE.labels,
        RECEIVED: "签收材料",
    },
    {
        "送医": "SENT",
        "在医院": "THERE",
        "无需就医": "NOT_NEEDED",
        "签收移交材料": RECEIVED,
        "结果告知": FINAL,
        "告知处理结果": FINAL,
        "立案": "CRIMINAL_FILED",
        "受案": "ADMIN_CASE",
        "移送": "TRANSFERRED",
        "不予立案": "NOT_FILED",
        "已反馈": "FED_BACK",
        "已接报": "ACCEPTED",
    },
)


class ReportStep(Record):
    """One step on one report, by its number in the hub. Several rows of one report are taken in
    their order. Source: 强报意见 Arts 8, 10; domain reference §2."""

    report_id: UUID
    step: Annotated[str, coded(REPORT_STEP)]
    on: OptionalPastDay = None
    police_receipt: ShortText | None = None
    note: Note = None
    receiver: ShortText | None = None
    letter: ShortText | None = None
    unreachable: Note = None
    hospital: ShortText | None = None
    hand_over: Annotated[int, Field(ge=1, le=1000)] = 1
    number: ShortText | None = None


def _cared_for(row: ReportStep) -> StateMedicalCare:
    return StateMedicalCare(
        report_id=row.report_id, care=row.step, hospital=row.hospital, account=row.note
    )


_STEPS: Mapping[str, Callable[[ReportStep], OnReport]] = {
    ReportState.ACCEPTED: lambda row: AcceptMandatoryReport(
        report_id=row.report_id, police_receipt=row.police_receipt
    ),
    ReportState.FED_BACK: lambda row: FeedBackToReporter(report_id=row.report_id, told=row.note),
    FINAL: lambda row: FeedBackToReporter(report_id=row.report_id, told=row.note, final=True),
    ReportState.CLOSED: lambda row: CloseMandatoryReport(
        report_id=row.report_id, reason=row.note, unreachable=row.unreachable
    ),
    **dict.fromkeys(MEDICAL_CARE.labels, _cared_for),
    RECEIVED: lambda row: ReceiveEvidence(
        report_id=row.report_id, hand_over=row.hand_over, number=row.number, note=row.note
    ),
    ORDERED: lambda row: OrderFiling(report_id=row.report_id, reason=row.note, document=row.letter),
}


def _decided(row: ReportStep) -> OnReport:
    return DecideMandatoryReport(
        report_id=row.report_id,
        decision=PoliceDecision(row.step),
        reason=row.note,
        receiver=row.receiver,
        letter=row.letter,
    )


def _key(record: ReportStep) -> Sequence[str]:
    # A reporter may be told twice, and a report decided anew: on another day it is another step.
    key = (str(record.report_id), record.step, record.on.isoformat() if record.on else "")
    # And each hand-over is received by itself.
    return (*key, str(record.hand_over)) if record.step == RECEIVED else key


def _state(record: ReportStep, statement: Statement) -> None:
    command = _STEPS.get(record.step, _decided)(record)
    if isinstance(command, StateMedicalCare):
        found, _ = named_units(record.hospital, statement.places)
        command = command.model_copy(update={"treated_at": found[0] if found else None})
    statement.execute(command, occurred_on=record.on)


KIND = RecordKind(
    name="police.report_status",
    title="强制报告办理情况登记",
    seats=(Seat.POLICE, Seat.POLICE_STATION, Seat.PROCURATORATE),
    model=ReportStep,
    columns=(
        Column(
            "report_id",
            "报告编号",
            required=True,
            sensitive=False,
            example="f0000000-0000-4000-8000-000000000001",
            note="强制报告在本平台的编号",
        ),
        code_column(REPORT_STEP, "step", "办理情况", required=True, example="接报"),
        Column("on", "办理日期", example="2025-03-04", note="同一情况再次发生的，要填日期"),
        Column(
            "police_receipt",
            "受案回执号",
            aliases=("接报回执号",),
            example="示例接〔2025〕1号",
            note="接报时填写",
        ),
        Column(
            "note",
            "说明",
            aliases=("理由", "反馈内容", "备注"),
            note="反馈时填写告知报告单位的话；不立案、通知立案的必须填写理由",
        ),
        Column(
            "receiver",
            "区外接收单位",
            example="（示例）外区公安分局",
            note="移送时填写；本区单位之间在平台上请求移交，不在此登记",
        ),
        Column(
            "letter",
            "接收单位签收回执编号",
            aliases=("签收回执号", "通知立案书文号"),
            example="（外区）签收〔2025〕7号",
            note="移送时填写；没有回执的，仍由本单位办理；通知立案的，填写文书号",
        ),
        Column("unreachable", "联系不上报告单位的原因", note="没有办结反馈就结案的，必须填写"),
        Column(
            "hospital",
            "就诊医疗机构",
            example="示例医院",
            note="送医或已在医疗机构的填写；填本区机构名录中全称的，系统随即请其移交病历",
        ),
        Column(
            "hand_over",
            "第几次移交",
            sensitive=False,
            example="1",
            note="签收材料时填写；不填为第1次",
        ),
        Column("number", "材料签收编号", example="示例收〔2025〕1号", note="签收材料时必须填写"),
    ),
    natural_key=_key,
    state=_state,
)
