"""The case-status check (案件状态核查), asked by a procurator under a document number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adapters.intake.columns import Column
from adapters.intake.fields import Note, ShortText, child_columns, document_key
from adapters.intake.inquiry import Inquiry
from adapters.intake.records import RecordKind, Statement
from domain.organisations import Seat
from domain.status_check import CheckCaseStatus


class StatusCheck(Inquiry):
    """One check (案件状态核查表): under which document, of what, about which child.

    A procurator holds a file and not a household book: the ID number suffices, or name and
    birth date; guardian and village help to tell children of one name apart. Telephone, address
    and sex have no column: nothing needs them here. Source: domain reference §10; every look is
    recorded (网保条例 36).
    """

    document_number: ShortText
    matter: Note = None


_ASKED = ("name", "id_number", "birth_date", "guardian_name", "village")
_NOTES = {"name": "", "id_number": "18位，按文本填写；没有身份证号的，填姓名和出生日期"}

COLUMNS = (
    Column(
        "document_number",
        "文书号",
        aliases=("文书编号", "案号"),
        required=True,
        example="示检核〔2025〕0001号",
    ),
    Column("matter", "核查事项", aliases=("事项", "用途"), example="核查控辍保学个案进展"),
    *(
        replace(column, required=False, note=_NOTES.get(column.field, column.note))
        for column in child_columns("未成年人姓名")
        if column.field in _ASKED
    ),
)


def _key(record: StatusCheck) -> Sequence[str]:
    return (document_key(record.document_number), *record.child_key())


def _state(record: StatusCheck, statement: Statement) -> None:
    # Found or not, the asking is recorded; a question must not open a file.
    statement.execute(
        CheckCaseStatus(
            check_id=statement.new_id(),
            child_ref=statement.find(record.claim(statement.places)),
            document_number=record.document_number,
            matter=record.matter,
        )
    )


KIND = RecordKind(
    name="procuratorate.status_check",
    title="案件状态核查",
    seats=(Seat.PROCURATORATE,),
    model=StatusCheck,
    columns=COLUMNS,
    natural_key=_key,
    state=_state,
)
