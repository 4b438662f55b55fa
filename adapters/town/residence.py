"""The register of children living in a town (儿童居住登记), kept by its protection station."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from adapters.intake.classification import GROUNDS_COLUMN, Categories, Grounds
from adapters.intake.columns import Column
from adapters.intake.fields import child_columns, code_column
from adapters.intake.records import (
    ChildRecord,
    PastDay,
    RecordFault,
    RecordKind,
    Statement,
    division,
)
from domain.child_file import ClassifyChild, ConfirmResidence
from domain.code_sets import CHILD_CATEGORY
from domain.organisations import Seat


class Residence(ChildRecord):
    """Where a child lives (儿童居住登记), since when, and as what the town knows the child.

    Source: one child, one file (一人一档, plan 二3; domain reference §1.3); categories §1.1.
    """

    village: Annotated[str, Field(max_length=100)]
    since: PastDay
    categories: Categories | None = None
    grounds: Grounds = ()

    def model_post_init(self, context: Any) -> None:
        """A closer watch needs to say for what kind of child."""
        super().model_post_init(context)
        if self.grounds and not self.categories:
            raise RecordFault(
                "categories",
                "CATEGORY_MISSING",
                "有加强走访依据的，要填儿童类别。",
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
        note="可填几项，用顿号或逗号分开；不再属于任何一类的，填“无”",
    ),
    GROUNDS_COLUMN,
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
    if record.categories is not None:
        statement.execute(
            ClassifyChild(
                child_ref=child_ref,
                categories=record.categories,
                grounds=record.grounds,
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
