"""Placements of children in temporary guardianship (临时监护安置登记)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns, code_column
from adapters.intake.records import (
    ChildRecord,
    PastDay,
    RecordFault,
    RecordKind,
    Statement,
    coded,
)
from domain.guardianship_codes import (
    PLACEMENT_CARE,
    PLACEMENT_FACILITY,
    PLACEMENT_SITUATION,
    Care,
    Facility,
)
from domain.guardianship_commands import (
    PlaceChild,
)
from domain.organisations import Seat, seat_of


class Placement(ChildRecord):
    """One placement (临时监护安置): why, how, and where or with whom.

    Source: 未保法 92 (situations), 93 (kinds of care); plan 二2.
    """

    placed_on: PastDay
    situation: Annotated[str, coded(PLACEMENT_SITUATION)]
    care: Annotated[str, coded(PLACEMENT_CARE)]
    facility: Annotated[str | None, coded(PLACEMENT_FACILITY)] = None
    place: Annotated[str | None, Field(max_length=100)] = None
    account: Note = None

    def model_post_init(self, context: Any) -> None:
        """Who cares in an institution needs to be asked: it must be named."""
        super().model_post_init(context)
        if self.facility is not None and self.care != Care.INSTITUTION:
            raise RecordFault(
                "facility",
                "FACILITY_NOT_INSTITUTION",
                "只有机构照料的填场所类别。",
                "请删去场所类别，或把安置方式改为机构照料后重报。",
            )
        in_town_care = self.facility == Facility.TOWN_CARE
        if self.care == Care.INSTITUTION and self.place is None and not in_town_care:
            raise RecordFault(
                "place", "PLACE_MISSING", "机构照料的，要填安置场所。", "请补填机构名称后重报。"
            )


COLUMNS = (
    *child_columns("儿童姓名"),
    Column("placed_on", "安置日期", aliases=("安置时间",), required=True, example="2025-03-20"),
    code_column(
        PLACEMENT_SITUATION, "situation", "临时监护情形", required=True, example="紧急安置"
    ),
    code_column(PLACEMENT_CARE, "care", "安置方式", required=True, example="机构照料"),
    code_column(
        PLACEMENT_FACILITY,
        "facility",
        "场所类别",
        note="机构照料的填写；街镇临时照料不填场所的，由孩子居住的街镇承担",
    ),
    Column(
        "place",
        "安置场所或照料人",
        aliases=("安置场所", "安置机构", "照料人"),
        example="示例儿童福利院",
        note="机构照料的必填（街镇临时照料除外），按机构全称填写",
    ),
    Column("account", "情况说明", aliases=("说明", "备注"), note="不超过2000字"),
)


def _key(record: Placement) -> Sequence[str]:
    return (*record.child_key(), record.placed_on.isoformat())


def _institution(record: Placement, facility: Facility | None, statement: Statement) -> str | None:
    """Who is asked to care: the institution, or the town whose name is written; of 街镇临时照料
    without such a name, the decision knows (domain/guardianship_placement.py)."""
    if record.care != Care.INSTITUTION or record.place is None:
        return None
    if facility is not Facility.TOWN_CARE:
        return statement.places.institution(record.place)
    named = statement.places.organisation(record.place)
    return named if named is not None and seat_of(named) is Seat.TOWN else None


def _state(record: Placement, statement: Statement) -> None:
    facility = Facility(record.facility) if record.facility is not None else None
    statement.execute(
        PlaceChild(
            child_ref=statement.child(record.claim(statement.places)),
            placed_on=record.placed_on,
            situation=record.situation,
            care=Care(record.care),
            institution=_institution(record, facility, statement),
            place=record.place,
            account=record.account,
            facility=facility,
        ),
        occurred_on=record.placed_on,
    )


KIND = RecordKind(
    name="civil_affairs.placement",
    title="临时监护安置登记",
    seats=(Seat.CIVIL_AFFAIRS,),
    model=Placement,
    columns=COLUMNS,
    natural_key=_key,
    state=_state,
)
