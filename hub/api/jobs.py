"""Doors to help with work (就业帮扶): adults who look for work, and wishes in children's files."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from domain.job_codes import JOB_HELP_STATE, JOB_HOURS, JOB_STEP, JOB_WISH_STATE
from domain.purpose import Purpose
from hub.api.paging import Reading, listing
from hub.api.schemas import Answered, Listing

router = APIRouter(prefix="/jobs", tags=["就业帮扶"])

Over = Annotated[bool, Query(description="是否连同已办结、已结束的")]
_NUMBER = "f0000000-0000-4000-8000-000000000007"
_WISH = "f0000000-0000-4000-8000-000000000006"
_CHILD = "c0000000-0000-4000-8000-000000000001"


class Wanting(Answered):
    """求职人和求职意向；不能向本单位显示的为空。"""

    adult_name: str | None = Field(None, description="求职人姓名", examples=["示例求职人"])
    adult_phone: str | None = Field(None, description="求职人电话", examples=["021-57000000"])
    job: str | None = Field(None, description="求职意向", examples=["保洁或帮厨"])
    job_hours: str | None = Field(None, description="可工作时间代码", examples=["PART_DAY"])
    job_hours_name: str | None = Field(None, description="可工作时间", examples=["白天部分时段"])
    skills: str | None = Field(None, description="技能和经历", examples=["会做饭"])
    training: str | None = Field(None, description="培训意愿", examples=["育婴培训"])
    result: str | None = Field(None, description="结果代码", examples=["PLACED"])
    result_name: str | None = Field(None, description="结果", examples=["已就业"])
    due_at: str | None = Field(
        None, description="下一步的时限", examples=["2025-03-14T16:00:00.000000Z"]
    )
    overdue: bool = Field(description="下一步是否逾期", examples=[False])

    def named(self) -> None:
        """Put the words beside the codes."""
        self.job_hours_name = JOB_HOURS.labels[self.job_hours] if self.job_hours else None
        self.result_name = JOB_STEP.labels[self.result] if self.result else None


class JobHelpOut(Wanting):
    """一个街镇转送的求职人。"""

    number: str = Field(description="帮扶编号", examples=[_NUMBER])
    state: str = Field(description="状态代码", examples=["ACCEPTED"])
    state_name: str = Field("", description="状态", examples=["待联系"])
    sender: str = Field(description="转送单位编号", examples=["town:999999990"])
    sender_name: str = Field(description="转送单位", examples=["岳阳街道未保站"])
    sent_on: str = Field(description="转送日期", examples=["2025-03-11"])
    expires_at: str | None = Field(
        None, description="同意到期时间", examples=["2026-03-09T16:00:00.000000Z"]
    )


class JobWishOut(Wanting):
    """一条儿童档案中的就业需求。"""

    number: str = Field(description="需求编号", examples=[_WISH])
    child_ref: str = Field(description="儿童档案编号", examples=[_CHILD])
    state: str = Field(description="状态代码", examples=["FORWARDED"])
    state_name: str = Field("", description="状态", examples=["已转送"])
    asked_by: str = Field(description="登记单位编号", examples=["village:999999990001"])
    asked_by_name: str = Field(description="登记单位", examples=["示例社区"])
    station: str = Field(description="转送街镇编号", examples=["town:999999990"])
    station_name: str = Field(description="转送街镇", examples=["岳阳街道未保站"])
    stated_on: str = Field(description="登记日期", examples=["2025-03-10"])
    help: str | None = Field(None, description="帮扶编号", examples=[_NUMBER])
    help_state: str | None = Field(None, description="帮扶状态代码", examples=["ACCEPTED"])
    help_state_name: str | None = Field(None, description="帮扶状态", examples=["待联系"])


@router.get("/help", summary="就业帮扶办理")
def job_helps(who: Reading, over: Over = False) -> Listing[JobHelpOut]:
    """人社局看街镇转送的求职人，街镇看本单位转送的，民政局看全区；按时限先后。"""
    found = who.program.queries.job_helps(who.reader(Purpose.CASEWORK), over=over)
    items = [JobHelpOut.model_validate(each) for each in found]
    for each in items:
        each.named()
        each.state_name = JOB_HELP_STATE[each.state]
    return Listing[JobHelpOut](**listing(items))


@router.get("/wishes", summary="就业需求")
def job_wishes(who: Reading, over: Over = False) -> Listing[JobWishOut]:
    """登记单位和转送街镇看监护人的就业需求，以及办到哪一步。"""
    found = who.program.queries.job_wishes(who.reader(Purpose.CASEWORK), over=over)
    items = [JobWishOut.model_validate(each) for each in found]
    for each in items:
        each.named()
        each.state_name = JOB_WISH_STATE[each.state]
        each.help_state_name = JOB_HELP_STATE[each.help_state] if each.help_state else None
    return Listing[JobWishOut](**listing(items))
