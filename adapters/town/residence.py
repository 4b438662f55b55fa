"""The register of children living in a town (儿童居住登记), kept by its protection station."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.fields import child_columns, code_column
from adapters.intake.records import (
    ChildRecord,
    PastDay,
    RecordFault,
    RecordKind,
    Statement,
    coded,
    division,
)
from domain.child_file import VISIT_TIER, ClassifyChild, ConfirmResidence
from domain.code_sets import CHILD_CATEGORY
from domain.organisations import Seat

_SEPARATORS = re.compile(r"[、,;/\n]")


def _categories(value: object) -> object:
    """Codes in the code set's order, each once, from words set apart by 、 or a comma."""
    words = _SEPARATORS.split(unicodedata.normalize("NFKC", str(value)))
    found = {CHILD_CATEGORY.parse(word) for word in words if word.strip()}
    return tuple(code for code in CHILD_CATEGORY.labels if code in found)


class Residence(ChildRecord):
    """Where a child lives (儿童居住登记), since when, and as what the town knows the child.

    Source: one child, one file (一人一档, plan 二3; domain reference §1.3); categories §1.1.
    """

    village: Annotated[str, Field(max_length=100)]
    since: PastDay
    categories: Annotated[tuple[str, ...], BeforeValidator(_categories)] = ()
    tier: Annotated[str | None, coded(VISIT_TIER)] = None

    def model_post_init(self, context: Any) -> None:
        """A closer watch needs to say for what kind of child."""
        super().model_post_init(context)
        if self.tier == "ENHANCED" and not self.categories:
            raise RecordFault(
                "categories",
                "CATEGORY_MISSING",
                "重点走访对象要填儿童类别。",
                "请补填儿童类别后重报。",
            )


COLUMNS = (
    *child_columns("儿童姓名", required=("village",)),
    Column(
        "since",
        "居住起日",
        aliases=("居住开始日期", "居住起始日期", "入住日期"),
        required=True,
        example="2024-07-01",
    ),
    code_column(
        CHILD_CATEGORY,
        "categories",
        "儿童类别",
        example="农村留守儿童、家庭贫困",
        note="可填几项，用顿号或逗号分开",
    ),
    code_column(
        VISIT_TIER,
        "tier",
        "是否重点走访对象",
        aliases=("走访类别", "重点走访对象"),
        example="普通",
        note="普通或加强；加强的，儿童类别必填",
    ),
)


def _key(record: Residence) -> Sequence[str]:
    return (*record.child_key(), record.since.isoformat())


def _state(record: Residence, statement: Statement) -> None:
    village, town = division(record.village, statement.places)
    child_ref = statement.child(record.claim(statement.places))
    statement.execute(
        ConfirmResidence(
            child_ref=child_ref,
            town=town,
            village=village,
            police_station=statement.places.police_station(town),
            address=record.address,
            since=record.since,
        ),
        occurred_on=record.since,
    )
    if record.categories:
        statement.execute(
            ClassifyChild(
                child_ref=child_ref,
                categories=",".join(record.categories),
                tier=record.tier or "BASE",
            )
        )


KIND = RecordKind(
    name="town.residence",
    title="儿童居住登记",
    seats=(Seat.TOWN,),
    model=Residence,
    columns=COLUMNS,
    natural_key=_key,
    state=_state,
)
