"""That nobody can sign up for an offer any more (报名项目结束登记): who waits still gets no spot,
or nobody does, where it is cancelled."""

from __future__ import annotations

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, YesNo, code_column
from adapters.intake.records import PastDay, Record, RecordKind, Statement
from adapters.programmes.fields import RegisterNumber
from adapters.programmes.offer import NUMBER, OFFERING
from domain.offer_events import EndOffer


class OfferEndRow(Record):
    """The end of one offer's sign-up. Source: plan 二4 (P29)."""

    number: RegisterNumber
    ended_on: PastDay
    cancelled: YesNo = False


def _state(record: OfferEndRow, statement: Statement) -> None:
    statement.execute(
        EndOffer(
            register_number=record.number,
            ended_on=record.ended_on,
            cancelled=record.cancelled,
        ),
        occurred_on=record.ended_on,
    )


KIND = RecordKind(
    name="programmes.offer_end",
    title="报名项目结束登记",
    seats=OFFERING,
    model=OfferEndRow,
    columns=(
        NUMBER,
        Column("ended_on", "结束日期", required=True, example="2025-03-20"),
        code_column(YES_NO, "cancelled", "是否取消项目", example="是", note="不填为否"),
    ),
    natural_key=lambda record: (record.number,),
    state=_state,
)
