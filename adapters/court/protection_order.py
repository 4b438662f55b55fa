"""The register of protection orders (人身安全保护令登记); source: 反家暴法 28–32."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import Note, ShortText, child_columns, document_key
from adapters.intake.guardianship import GuardianRelation
from adapters.intake.records import ChildRecord, Day, PastDay, RecordKind, Statement
from domain.organisations import Seat
from domain.protection_order import IssueProtection


class ProtectionOrder(ChildRecord):
    """One order for one child, as issued: until when, against whom, and what it forbids."""

    document_number: ShortText
    issued_on: PastDay
    until: Day
    respondent: GuardianRelation = None
    measures: Note = None


def _key(record: ProtectionOrder) -> Sequence[str]:
    return (document_key(record.document_number), *record.child_key())


def _state(record: ProtectionOrder, statement: Statement) -> None:
    claim = record.claim(statement.places)
    statement.execute(
        IssueProtection(
            child_ref=statement.child(claim),
            town=claim.town,
            document_number=record.document_number,
            issued_on=record.issued_on,
            until=record.until,
            respondent=record.respondent,
            measures=record.measures,
        ),
        occurred_on=record.issued_on,
    )


KIND = RecordKind(
    name="court.protection_order",
    title="人身安全保护令登记",
    seats=(Seat.COURT,),
    model=ProtectionOrder,
    columns=(
        *child_columns("未成年人姓名"),
        Column(
            "document_number",
            "裁定书文号",
            aliases=("文书编号", "文号"),
            required=True,
            example="示民保令〔2025〕0001号",
        ),
        Column("issued_on", "作出日期", required=True, example="2025-03-14"),
        Column(
            "until",
            "有效期至",
            aliases=("失效日期",),
            required=True,
            example="2025-09-13",
            note="自作出之日起不超过六个月",
        ),
        Column(
            "respondent",
            "被申请人关系",
            example="父亲",
            note="被申请人是儿童的什么人，不超过30字",
        ),
        Column("measures", "保护措施", aliases=("裁定内容",), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
