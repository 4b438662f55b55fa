"""Mentors and companions of pupils in key care (成长导师、互助伙伴)."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field

from domain.mentoring import ROLE
from domain.purpose import Purpose
from hub.api.paging import Reading, listing
from hub.api.schemas import Answered, Listing

router = APIRouter(prefix="/pairings", tags=["结对关爱"])


class PairedOut(Answered):
    """一类结对的人数。"""

    role: str = Field(description="结对类别代码", examples=["MENTOR"])
    role_name: str = Field(description="结对类别", examples=["成长导师"])
    count: int = Field(description="已结对的学生数", examples=[11])


class PairingCoverageOut(Answered):
    """一所学校重点关爱学生的结对情况。"""

    school: str = Field(description="学校编号", examples=["school:9999990001"])
    school_name: str = Field(description="学校", examples=["示例小学"])
    pupils: int = Field(description="重点关爱学生数", examples=[12])
    paired: list[PairedOut] = Field(description="各类结对的学生数")


@router.get("", summary="成长导师和互助伙伴配备情况")
def coverage(who: Reading) -> Listing[PairingCoverageOut]:
    """教育局看各校，学校看本校；其他单位没有可显示的记录。"""
    found = who.program.queries.pairing_coverage(who.reader(Purpose.CASEWORK))
    items = [
        PairingCoverageOut(
            school=each.school,
            school_name=each.school_name,
            pupils=each.pupils,
            paired=[
                PairedOut(role=role, role_name=ROLE.label(role), count=count)
                for role, count in sorted(each.paired.items())
            ],
        )
        for each in found
    ]
    return Listing[PairingCoverageOut](**listing(items))
