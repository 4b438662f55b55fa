"""A guardian's conduct and relation, as those record them who dissuade or admonish.

Village, town and police climb one ladder (劝诫 → 训诫, 未保法 118; domain reference §4), so the
conduct is coded alike on each rung.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.fields import code_column
from domain.code_sets import FAMILY_RELATION, CodeError
from domain.guardianship_case import GUARDIAN_CONDUCT
from domain.identifiers import normalise_text


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

CONDUCT_COLUMNS: tuple[Column, ...] = (
    Column(
        "guardian_relation",
        "监护人关系",
        aliases=("与儿童关系", "与未成年人关系"),
        example="父亲",
        note="监护人是儿童的什么人，如父亲、祖母；其他称呼也可填写，不超过30字",
    ),
    code_column(GUARDIAN_CONDUCT, "conduct", "事由", required=True, example="致无人照料"),
)
