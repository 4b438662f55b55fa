"""The register of child categories (儿童类别认定登记): each with start, end, basis, certifier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.intake.classification import GROUNDS_COLUMN, Grounds
from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns, code_column
from adapters.intake.records import (
    ChildRecord,
    OptionalPastDay,
    PastDay,
    RecordKind,
    Statement,
    coded,
)
from domain.child_file import ClassifyChild
from domain.code_sets import CHILD_CATEGORY
from domain.organisations import Seat


class Classification(ChildRecord):
    """One category of one child, from a day on; stated again with an end, it is over.

    Source: domain reference §1.1 (multi-valued, each with start, end, basis, certifier).
    """

    category: Annotated[str, coded(CHILD_CATEGORY)]
    since: PastDay
    until: OptionalPastDay = None
    basis: Note = None
    certifier: Annotated[str | None, Field(max_length=100)] = None
    grounds: Grounds = ()


COLUMNS = (
    *child_columns("儿童姓名"),
    code_column(CHILD_CATEGORY, "category", "儿童类别", required=True, example="孤儿"),
    Column("since", "起始日期", aliases=("认定日期",), required=True, example="2025-02-01"),
    Column("until", "终止日期", note="终止时按原类别和起始日期重报并填此项，不晚于今天"),
    Column("basis", "认定依据", note="不超过2000字"),
    Column("certifier", "认定单位", example="示例区民政局"),
    GROUNDS_COLUMN,
)


def _key(record: Classification) -> Sequence[str]:
    return (*record.child_key(), record.category, record.since.isoformat())


def _state(record: Classification, statement: Statement) -> None:
    statement.execute(
        ClassifyChild(
            child_ref=statement.child(record.claim(statement.places)),
            entry=statement.record_id,
            categories=(record.category,),
            grounds=record.grounds,
            since=record.since,
            until=record.until,
            basis=record.basis,
            certifier=record.certifier,
        ),
        occurred_on=record.until or record.since,
    )


KIND = RecordKind(
    name="civil_affairs.classification",
    title="儿童类别认定登记",
    seats=(Seat.CIVIL_AFFAIRS, Seat.TOWN),
    model=Classification,
    columns=COLUMNS,
    natural_key=_key,
    state=_state,
)
