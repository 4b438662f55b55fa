"""What the records of a guardianship case have in common.

Village, town and police climb one ladder (劝诫 → 训诫, 未保法 118; domain reference §4), so the
guardian's conduct and relation are coded alike on each rung; and police, procuratorate and court
each order family-education guidance by a document of their own (沪未保 85(2)).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.fields import Note, ShortText, child_columns, code_column, document_key
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.code_sets import FAMILY_RELATION, CodeError
from domain.guardianship_codes import (
    GUARDIAN_CONDUCT,
    GuidanceOrderKind,
)
from domain.guardianship_commands import (
    OrderGuidance,
)
from domain.identifiers import normalise_text
from domain.organisations import Seat


def _relation(value: object) -> object:
    """GB/T 4761's word where it is one of its codes or words, else the short text itself."""
    if value is None:
        return None
    text = normalise_text(str(value))
    try:
        return FAMILY_RELATION.label(FAMILY_RELATION.parse(text))
    except CodeError:
        # Digits were meant as a code; kept as words they would say nothing.
        if not any(char.isalpha() for char in text):
            raise
        return text


GuardianRelation = Annotated[str | None, Field(max_length=30), BeforeValidator(_relation)]
"""监护人关系: what the guardian is to the child, in words (父亲, also 干妈); never a code, so
that it reads the same whether or not the standard has the word."""

RELATION_COLUMN = Column(
    "guardian_relation",
    "监护人关系",
    aliases=("与儿童关系", "与未成年人关系"),
    example="父亲",
    note="监护人是儿童的什么人，如父亲、祖母；其他称呼也可填写，不超过30字",
)

CONDUCT_COLUMNS: tuple[Column, ...] = (
    RELATION_COLUMN,
    code_column(GUARDIAN_CONDUCT, "conduct", "事由", required=True, example="致无人照料"),
)


class GuidanceOrder(ChildRecord):
    """One document by which a guardian must accept family-education guidance, as served, for one
    child: 告诫书, 督促监护令 or 家庭教育指导令 (沪未保 85(2))."""

    document_number: ShortText
    served_on: PastDay
    guardian_relation: GuardianRelation = None
    requirements: Note = None


def _order_key(record: GuidanceOrder) -> Sequence[str]:
    # One document may concern several children of a family: one record each.
    return (document_key(record.document_number), *record.child_key())


def _states(order: GuidanceOrderKind) -> Callable[[GuidanceOrder, Statement], None]:
    def state(record: GuidanceOrder, statement: Statement) -> None:
        claim = record.claim(statement.places)
        statement.execute(
            OrderGuidance(
                child_ref=statement.child(claim),
                town=claim.town,
                order=order,
                document_number=record.document_number,
                served_on=record.served_on,
                guardian_relation=record.guardian_relation,
                requirements=record.requirements,
            ),
            occurred_on=record.served_on,
        )

    return state


def guidance_order_kind(
    name: str,
    title: str,
    seats: tuple[Seat, ...],
    order: GuidanceOrderKind,
    *,
    number: str,
    example: str,
) -> RecordKind[GuidanceOrder]:
    """The kind of record of one such document. ``number`` heads the document number's column and
    ``example`` is one; ``title`` names the register."""
    return RecordKind(
        name=name,
        title=title,
        seats=seats,
        model=GuidanceOrder,
        columns=(
            *child_columns("未成年人姓名"),
            Column(
                "document_number",
                number,
                aliases=("文书编号", "文书号", "文号"),
                required=True,
                example=example,
            ),
            Column(
                "served_on", "送达日期", aliases=("送达日",), required=True, example="2025-03-14"
            ),
            RELATION_COLUMN,
            Column(
                "requirements",
                "指导要求",
                aliases=("告诫内容", "要求", "说明", "备注"),
                note="要求监护人做什么，不超过2000字",
            ),
        ),
        natural_key=_order_key,
        state=_states(order),
    )
