"""Good cases (好案例) that were published: they tell of nobody."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field

from domain.good_case import CASE_KIND
from domain.purpose import Purpose
from hub.api.paging import Reading, listing
from hub.api.schemas import Answered, Listing

router = APIRouter(prefix="/good-cases", tags=["好案例"])


class StoryOut(Answered):
    """一个已审核发布的好案例。"""

    number: str = Field(description="案例编号", examples=["AL-0001"])
    case_kind: str = Field(description="案例类别代码", examples=["PRACTICE"])
    case_kind_name: str = Field("", description="案例类别", examples=["好做法"])
    kept_by: str = Field(description="撰稿单位编号", examples=["town:999999990"])
    kept_by_name: str = Field(description="撰稿单位", examples=["岳阳街道未保站"])
    published_on: str = Field(description="发布日期", examples=["2025-03-14"])
    title: str = Field(description="标题", examples=["一次成功的家校沟通"])
    story: str = Field(description="正文", examples=["某小学的小A逐步改善。"])


@router.get("", summary="好案例")
def good_cases(who: Reading) -> Listing[StoryOut]:
    """经撰稿以外的人去标识审核并同意发布的；各单位可见，撤下或修改后即不再显示。"""
    found = who.program.queries.good_cases(who.reader(Purpose.CASEWORK))
    items = [StoryOut.model_validate(each) for each in found]
    for each in items:
        each.case_kind_name = CASE_KIND.labels[each.case_kind]
    return Listing[StoryOut](**listing(items))
