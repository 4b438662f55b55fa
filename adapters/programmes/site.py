"""The register of places where children are (场所台账), kept by whichever office answers for
them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import ShortText, code_column
from adapters.intake.records import (
    OptionalPastDay,
    Record,
    RecordKind,
    Statement,
    coded,
    organisation_of,
)
from adapters.programmes.activity import PUBLISHING
from adapters.programmes.fields import RegisterNumber, town_of, villages_of
from domain.site import SITE_KIND, RegisterSite, SiteKind


class SiteRow(Record):
    """One place. Source: plan 二4 (15分钟就业服务圈, 零工市场), 二5 (机构场所, 水域)."""

    number: RegisterNumber
    site_kind: Annotated[str, coded(SITE_KIND)]
    name: ShortText
    village: Annotated[str | None, Field(max_length=100)] = None
    town: Annotated[str | None, Field(max_length=100)] = None
    run_by: Annotated[str | None, Field(max_length=100)] = None
    closed_on: OptionalPastDay = None


def _key(record: SiteRow) -> Sequence[str]:
    return (record.number,)


def _state(record: SiteRow, statement: Statement) -> None:
    places = statement.places
    villages = villages_of(record.village, places)
    statement.execute(
        RegisterSite(
            register_number=record.number,
            site_kind=SiteKind(record.site_kind),
            village=villages[0] if villages else None,
            town=town_of(record.town, villages, places),
            run_by=organisation_of(record.run_by, "管理单位", places) if record.run_by else None,
            closed_on=record.closed_on,
            name=record.name,
        )
    )


KIND = RecordKind(
    name="programmes.site",
    title="场所台账登记",
    seats=PUBLISHING,
    model=SiteRow,
    columns=(
        Column("number", "场所编号", required=True, example="CS-0001", note="两个字母加数字，自编"),
        code_column(SITE_KIND, "site_kind", "场所类别", required=True, example="水域"),
        Column("name", "场所名称", required=True, example="示例河段"),
        Column("village", "村居", example="龙潭社区居委会", sensitive=False),
        Column("town", "街镇", sensitive=False),
        Column("run_by", "管理单位", note="单位在本平台的全称", sensitive=False),
        Column("closed_on", "撤销日期", note="不再使用的填写"),
    ),
    natural_key=_key,
    state=_state,
)
