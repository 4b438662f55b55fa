"""The register of children's disabilities (残疾情况登记): suspected, certified, ruled out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns, code_column
from adapters.intake.records import (
    ChildRecord,
    PastDay,
    RecordFault,
    RecordKind,
    Statement,
    coded,
    today_of,
)
from domain.code_sets import DISABILITY_CLASS, DISABILITY_GRADE, CodeSet
from domain.health import RecordDisability, RuleOutDisability, SuspectDisability
from domain.identifiers import parse_disability_certificate
from domain.kernel import Command
from domain.organisations import Seat

SUSPECTED, CERTIFIED, RULED_OUT = "SUSPECTED", "CERTIFIED", "RULED_OUT"

DISABILITY_STATUS = CodeSet(
    "DISABILITY_STATUS",
    "登记状态",
    {SUSPECTED: "疑似", CERTIFIED: "已持证", RULED_OUT: "已排除"},
    {
        "疑似残疾": SUSPECTED,
        "持证": CERTIFIED,
        "已发证": CERTIFIED,
        "已评定": CERTIFIED,
        "排除": RULED_OUT,
        "已注销": RULED_OUT,
    },
)


def _certificate(value: object, info: ValidationInfo) -> object:
    if value is None:
        return None
    return parse_disability_certificate(str(value), today=today_of(info))


class Disability(ChildRecord):
    """One finding of one child. Stated again under its day, a suspicion becomes certified or is
    ruled out.

    Source: plan 二3 (P20, P25); classes and grades of GB/T 26341-2010 (domain reference §9).
    """

    status: Annotated[str, coded(DISABILITY_STATUS)]
    found_on: PastDay
    disability_class: Annotated[str | None, coded(DISABILITY_CLASS)] = None
    disability_grade: Annotated[str | None, coded(DISABILITY_GRADE)] = None
    certificate_number: Annotated[str | None, BeforeValidator(_certificate)] = None
    signs: Note = None
    account: Note = None

    def model_post_init(self, context: Any) -> None:
        """A certificate has a class, and its number is the child's own and says the same."""
        super().model_post_init(context)
        number = self.certificate_number
        if number is not None and self.id_number not in (None, number[:18]):
            raise RecordFault(
                "certificate_number",
                "CERTIFICATE_OF_ANOTHER",
                "残疾人证号前18位与身份证号不一致。",
                "请核对是否误填了他人的证号；证号换发前后不一致的，留空。",
            )
        if number is not None and self.disability_class not in (None, number[18]):
            raise RecordFault(
                "disability_class",
                "DISABILITY_CLASS_DIFFERS",
                "残疾类别与残疾人证号第19位不一致。",
                "请对照证件核对后改正其中一项。",
            )
        if number is not None and self.disability_grade not in (None, number[19]):
            raise RecordFault(
                "disability_grade",
                "DISABILITY_GRADE_DIFFERS",
                "残疾等级与残疾人证号第20位不一致。",
                "请对照证件核对后改正其中一项。",
            )
        if self.status == CERTIFIED and number is None and self.disability_class is None:
            raise RecordFault(
                "disability_class",
                "DISABILITY_CLASS_MISSING",
                "已持证的，残疾类别和残疾人证号至少填一项。",
                "请补填后重报。",
            )


COLUMNS = (
    *child_columns("儿童姓名"),
    code_column(DISABILITY_STATUS, "status", "登记状态", required=True, example="已持证"),
    Column(
        "found_on",
        "发现或发证日期",
        aliases=("发现日期", "发证日期"),
        required=True,
        example="2025-03-10",
        note="同一条情况有变化的，按原日期重报",
    ),
    code_column(
        DISABILITY_CLASS,
        "disability_class",
        "残疾类别",
        example="智力残疾",
        note="已持证的必填，或填残疾人证号",
    ),
    code_column(DISABILITY_GRADE, "disability_grade", "残疾等级", example="二级"),
    Column(
        "certificate_number",
        "残疾人证号",
        aliases=("残疾证号",),
        note="20位，按文本填写",
        identifier=True,
    ),
    Column("signs", "表现", aliases=("疑似表现", "症状"), note="不超过2000字"),
    Column("account", "情况说明", aliases=("说明", "备注"), note="不超过2000字"),
)


def _key(record: Disability) -> Sequence[str]:
    return (*record.child_key(), record.found_on.isoformat())


def _state(record: Disability, statement: Statement) -> None:
    claim = record.claim(statement.places)
    child_ref, entry = statement.child(claim), statement.record_id
    number = record.certificate_number or ""
    command: Command
    if record.status == SUSPECTED:
        command = SuspectDisability(
            child_ref=child_ref,
            entry=entry,
            town=claim.town,
            signs=record.signs,
            account=record.account,
        )
    elif record.status == CERTIFIED:
        command = RecordDisability(
            child_ref=child_ref,
            entry=entry,
            disability_class=record.disability_class or number[18],
            disability_grade=record.disability_grade or number[19:] or None,
            certificate_number=record.certificate_number,
            account=record.account,
        )
    else:
        command = RuleOutDisability(child_ref=child_ref, entry=entry, account=record.account)
    statement.execute(command, occurred_on=record.found_on)


KIND = RecordKind(
    name="health.disability",
    title="残疾情况登记",
    seats=(Seat.HEALTH, Seat.HOSPITAL, Seat.DISABLED_FEDERATION, Seat.WELFARE_INSTITUTION),
    model=Disability,
    columns=COLUMNS,
    natural_key=_key,
    state=_state,
)
