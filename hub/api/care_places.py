"""Where children can be cared for, and how many beds are free (临时监护场所): no child is in it."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field

from domain.care_place import CARE_SERVICE
from domain.guardianship_codes import PLACEMENT_FACILITY
from domain.purpose import Purpose
from hub.api.paging import Reading, listing
from hub.api.schemas import Answered, Listing

router = APIRouter(prefix="/care-places", tags=["临时监护"])


class CarePlaceOut(Answered):
    """一处临时监护场所的床位。"""

    run_by: str = Field(description="管理单位编号", examples=["town:999999990"])
    run_by_name: str = Field(description="管理单位", examples=["岳阳街道未保站"])
    facility: str = Field(description="场所类别代码", examples=["TOWN_CARE"])
    facility_name: str = Field("", description="场所类别", examples=["街镇临时照料"])
    since: str = Field(description="床位起始日期", examples=["2025-03-01"])
    beds: int = Field(description="床位数", examples=[4])
    taken: int = Field(description="已住（按安置登记计算）", examples=[1])
    free: int = Field(description="空余；负数为超员", examples=[3])
    services: list[str] = Field(description="服务内容代码", examples=[["UPBRINGING"]])
    services_names: list[str] = Field(
        default_factory=list, description="服务内容", examples=[["养育"]]
    )


@router.get("", summary="临时监护场所床位")
def care_places(who: Reading) -> Listing[CarePlaceOut]:
    """民政局看全区各处，管理单位看本单位的；其他单位没有可显示的记录。不显示住的是谁。"""
    found = who.program.queries.care_places(who.reader(Purpose.CASEWORK))
    items = [CarePlaceOut.model_validate(each) for each in found]
    for each in items:
        each.facility_name = PLACEMENT_FACILITY.labels[each.facility]
        each.services_names = [CARE_SERVICE.labels[one] for one in each.services]
    return Listing[CarePlaceOut](**listing(items))
