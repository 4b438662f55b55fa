"""The ledgers of dropout control (三本台账)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from domain.dropout_rules import LEDGER_STATE_WORDS, Ledger
from domain.purpose import Purpose
from hub.api.children import show_child
from hub.api.paging import PAGE_SIZE, Cursor, Limit, Reading, decode, listing
from hub.api.schemas import Answered, ChildOut, Listing

router = APIRouter(prefix="/dropout", tags=["控辍保学"])


class LedgerRowOut(Answered):
    """台账中的一名儿童。"""

    child_ref: str = Field(
        description="一人一档编号", examples=["c0000000-0000-4000-8000-000000000001"]
    )
    state: str | None = Field(None, description="状态代码", examples=["SUSPECTED_DROPOUT"])
    state_name: str | None = Field(None, description="状态", examples=["疑似辍学"])
    since: str | None = Field(
        None, description="个案开始时间", examples=["2025-03-03T01:00:00+00:00"]
    )
    focus: list[str] | None = Field(
        None,
        description="属于哪些重点关注群体；无权查看儿童类别的单位为空",
        examples=[["流动儿童"]],
    )
    child: ChildOut | None = Field(None, description="本单位可见的儿童信息")


@router.get("", summary="适龄、疑似辍学、辍学三本台账")
def ledger(
    who: Reading,
    ledger: Annotated[
        Ledger,
        Query(description="哪一本：of_age 适龄儿童，suspected 疑似辍学，dropout 辍学。"),
    ] = Ledger.SUSPECTED,
    cursor: Cursor = None,
    limit: Limit = PAGE_SIZE,
) -> Listing[LedgerRowOut]:
    """教育局看全区，学校看本校学生，街镇看本街镇居住的儿童；其他单位没有可显示的记录。"""
    page = who.program.queries.ledger(
        who.reader(Purpose.CASEWORK), ledger, after=decode(cursor), limit=limit
    )
    items = [
        LedgerRowOut(
            child_ref=each.child_ref,
            state=each.state,
            state_name=each.state and LEDGER_STATE_WORDS[each.state],
            since=each.since,
            focus=None if each.focus is None else list(each.focus),
            child=show_child(who.program, each.child) if each.child else None,
        )
        for each in page.items
    ]
    return Listing[LedgerRowOut](**listing(items, page.next_cursor))


class DropoutReportOut(Answered):
    """一所学校的月报，或一次季度复核；没有报送的，counts 为空。"""

    reporter: str = Field(description="报送单位编号", examples=["school:9999990001"])
    reporter_name: str = Field(description="报送单位", examples=["示例小学"])
    period: str = Field(description="月份或季度", examples=["2025-03"])
    due_at: str | None = Field(None, description="报送期限", examples=["2025-04-08T16:00:00+00:00"])
    filed_at: str | None = Field(
        None, description="报送时间", examples=["2025-04-02T01:00:00+00:00"]
    )
    counts: dict[str, int] | None = Field(
        None,
        description="所报人数",
        examples=[{"enrolled": 820, "absent": 1, "suspected": 1, "dropped_out": 0, "returned": 0}],
    )
    own: dict[str, int] | None = Field(
        None,
        description="报送时系统记录的人数",
        examples=[{"suspected": 1, "dropped_out": 0}],
    )
    differs: bool | None = Field(
        None, description="所报与系统记录是否不符；不符的请核对", examples=[False]
    )


@router.get("/reports", summary="学校月报和季度复核")
def reports(
    who: Reading,
    period: Annotated[str, Query(max_length=7, description="月份（2025-03）或季度（2025-Q1）。")],
) -> Listing[DropoutReportOut]:
    """教育局看各校月报和季度复核，学校看本校月报；所报人数与系统记录不符的标明。"""
    found = who.program.queries.dropout_reports(who.reader(Purpose.CASEWORK), period)
    items = [DropoutReportOut.model_validate(each) for each in found]
    return Listing[DropoutReportOut](**listing(items))
