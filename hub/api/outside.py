"""Doors to what stands in other systems too (外部系统录入), and what is to be entered there."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from domain.purpose import Purpose
from hub.answers import OUTSIDE_STATE_WORDS
from hub.api.children import show_child
from hub.api.paging import PAGE_SIZE, Cursor, Limit, Reading, decode, listing
from hub.api.schemas import Answered, ChildOut, Listing

router = APIRouter(prefix="/outside-entries", tags=["外部系统"])


class OutsideEntryOut(Answered):
    """一条记录在一个外部系统中的录入情况。"""

    id: str = Field(description="编号", examples=["d0000000-0000-4000-8000-000000000001"])
    system: str = Field(description="外部系统代码", examples=["CHILD_WELFARE"])
    system_name: str = Field(description="外部系统", examples=["全国儿童福利信息系统"])
    of_record: str = Field(
        description="平台编号", examples=["c0000000-0000-4000-8000-000000000001"]
    )
    state: str = Field(description="状态代码", examples=["AWAITED"])
    state_name: str = Field(description="状态", examples=["未录入"])
    owner: str | None = Field(None, description="录入单位编号", examples=["town:999999001"])
    owner_name: str | None = Field(None, description="录入单位", examples=["示例街道未保站"])
    enter_by: str | None = Field(
        None, description="录入时限", examples=["2025-03-17T16:00:00+00:00"]
    )
    number: str | None = Field(None, description="对方系统编号", examples=["示编0001"])
    entered_on: str | None = Field(None, description="录入日期", examples=["2025-03-20"])
    child_ref: str = Field(
        description="一人一档编号", examples=["c0000000-0000-4000-8000-000000000001"]
    )
    child: ChildOut | None = Field(None, description="本单位可见的儿童信息")


@router.get("", summary="外部系统录入情况")
def entries(
    who: Reading,
    system: Annotated[
        str | None, Query(max_length=40, description="只看一个外部系统的，填代码。")
    ] = None,
    everything: Annotated[
        bool, Query(description="不只看本单位待录入的，看本单位可见的全部。")
    ] = False,
    cursor: Cursor = None,
    limit: Limit = PAGE_SIZE,
) -> Listing[OutsideEntryOut]:
    """本单位还没有录入外部系统的记录，最急的在前；录入后用“外部系统录入登记”报送编号和日期。"""
    page = who.program.queries.outside_entries(
        who.reader(Purpose.CASEWORK),
        system=system,
        waiting=not everything,
        after=decode(cursor),
        limit=limit,
    )
    items = [
        OutsideEntryOut(
            id=each.id,
            system=each.system,
            system_name=each.system_name,
            of_record=each.of_record,
            state=each.state,
            state_name=OUTSIDE_STATE_WORDS[each.state],
            owner=each.owner,
            owner_name=each.owner_name,
            enter_by=each.enter_by,
            number=None if each.number is None else str(each.number),
            entered_on=each.entered_on,
            child_ref=each.child_ref,
            child=show_child(who.program, each.child) if each.child else None,
        )
        for each in page.items
    ]
    return Listing[OutsideEntryOut](**listing(items, page.next_cursor))
