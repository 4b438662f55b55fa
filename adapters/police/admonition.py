"""The admonition register (训诫登记), kept by the sub-bureau and its stations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import (
    YES_NO,
    Note,
    ShortText,
    YesNo,
    child_columns,
    code_column,
    document_key,
)
from adapters.intake.guardianship import CONDUCT_COLUMNS, GuardianRelation
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from domain.guardianship_codes import (
    GUARDIAN_CONDUCT,
)
from domain.guardianship_commands import (
    RecordAdmonition,
)
from domain.organisations import Seat
from domain.suspicion import NoteSuspicion


class Admonition(ChildRecord):
    """One admonition (训诫书) of a guardian, as served, for one child.

    Source: 未保法 118(2), 家教法 49; guidance ordered with it: 沪未保 85(2); plan 二2. It is
    neither 劝诫 (village) nor 告诫书 (domestic violence).
    """

    document_number: ShortText
    served_on: PastDay
    guardian_relation: GuardianRelation = None
    conduct: Annotated[str, coded(GUARDIAN_CONDUCT)]
    guidance_ordered: YesNo
    guardian_suspected: YesNo | None = None
    account: Note = None


COLUMNS = (
    *child_columns("未成年人姓名"),
    Column(
        "document_number",
        "训诫书编号",
        aliases=("训诫书文号", "文书编号", "文书号"),
        required=True,
        example="示公训〔2025〕0001号",
    ),
    Column("served_on", "送达日期", aliases=("送达日",), required=True, example="2025-03-12"),
    *CONDUCT_COLUMNS,
    code_column(
        YES_NO,
        "guidance_ordered",
        "是否责令接受家庭教育指导",
        aliases=("责令接受家庭教育指导",),
        required=True,
        example="是",
    ),
    code_column(
        YES_NO,
        "guardian_suspected",
        "监护人是否涉嫌侵害该未成年人",
        note="填“是”的，不再向监护人一侧告知，其电话住址不出现在名单上；查明不是的，改填“否”重报",
    ),
    Column("account", "情况说明", aliases=("说明", "备注"), note="不超过2000字"),
)


def _key(record: Admonition) -> Sequence[str]:
    # One document may concern several children of a family: one record each.
    return (document_key(record.document_number), *record.child_key())


def _state(record: Admonition, statement: Statement) -> None:
    claim = record.claim(statement.places)
    child_ref = statement.child(claim)
    statement.execute(
        RecordAdmonition(
            child_ref=child_ref,
            town=claim.town,
            document_number=record.document_number,
            served_on=record.served_on,
            guardian_relation=record.guardian_relation,
            conduct=record.conduct,
            account=record.account,
            guidance_ordered=record.guidance_ordered,
        ),
        occurred_on=record.served_on,
    )
    if record.guardian_suspected is not None:
        statement.execute(
            NoteSuspicion(
                child_ref=child_ref,
                source=statement.record_id,
                guardian_is_suspect=record.guardian_suspected,
            )
        )


KIND = RecordKind(
    name="police.admonition",
    title="训诫登记",
    seats=(Seat.POLICE, Seat.POLICE_STATION),
    model=Admonition,
    columns=COLUMNS,
    natural_key=_key,
    state=_state,
)
