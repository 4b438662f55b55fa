"""Applications as they are taken down (保障申请登记); source: plan 二3 (P22, P24, P25);
上海市社会救助条例 31, 37."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from adapters.aid.columns import COLUMNS, AidRecord, about, key_of
from adapters.intake.columns import Column
from adapters.intake.fields import Note, code_column
from adapters.intake.records import RecordKind, Statement, coded
from domain.aid_codes import APPLICANT, Applicant
from domain.aid_events import ApplyForAid
from domain.organisations import Seat


class Application(AidRecord):
    """One application of one family for one scheme."""

    applicant: Annotated[str, coded(APPLICANT)]
    applicant_name: Annotated[str | None, Field(max_length=100)] = None
    need: Note = None


def _state(record: Application, statement: Statement) -> None:
    statement.execute(
        ApplyForAid(
            **about(record, statement),
            applied_on=record.applied_on,
            applicant=Applicant(record.applicant),
            applicant_name=record.applicant_name,
            need=record.need,
        ),
        occurred_on=record.applied_on,
    )


KIND = RecordKind(
    name="aid.application",
    title="保障申请登记",
    seats=(
        Seat.VILLAGE,
        Seat.TOWN,
        Seat.SCHOOL,
        Seat.EDUCATION,
        Seat.HOSPITAL,
        Seat.HEALTH,
        Seat.WELFARE_INSTITUTION,
        Seat.DISABLED_FEDERATION,
        Seat.CIVIL_AFFAIRS,
    ),
    model=Application,
    columns=(
        *COLUMNS,
        code_column(
            APPLICANT,
            "applicant",
            "申请人",
            required=True,
            example="监护人",
            note="监护人不能或不宜申请的，可由其他近亲属、村居或照料单位代为申请",
        ),
        Column("applicant_name", "申请人姓名"),
        Column("need", "申请理由", aliases=("困难情况", "说明", "备注"), note="不超过2000字"),
    ),
    natural_key=key_of,
    state=_state,
)
