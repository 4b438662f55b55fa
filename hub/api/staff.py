"""Doors to the register of workers (工作人员台账): listed, and who of the hub's users each one is.
Registering, asking anew and leaving are ordinary records."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field, JsonValue

from domain.worker import LinkAccount
from domain.workforce_codes import CHECK_STANDING, QUALIFICATION
from domain.workforce_figures import MEASURES
from domain.workforce_training import COURSE_LEVEL, COURSE_SUBJECT, ApproveAppraisal
from hub.answers import StaffMember
from hub.api.auth import Signed
from hub.api.paging import PAGE_SIZE, Cursor, Limit, Reading, decode_position, listing
from hub.api.referrals import Key, as_id, carry_out
from hub.api.schemas import Answered, Asked, Listing, ReceiptOut
from hub.keyservice import Purpose

router = APIRouter(prefix="/staff", tags=["工作人员"])

WorkerId = Annotated[str, Path(max_length=100, description="人员编号。")]


class AccountIn(Asked):
    """人员对应的登录账号。"""

    login: str = Field(min_length=1, max_length=100, description="登录名", examples=["zhang-san"])


class StaffOut(Answered):
    """一名工作人员。"""

    worker: str = Field(description="人员编号")
    organisation: str = Field(description="所在单位代码")
    organisation_name: str = Field(description="所在单位")
    name: JsonValue = Field(description="姓名")
    role: str = Field(description="岗位")
    basis: str = Field(description="任职基础")
    qualification: str = Field(description="社会工作者职业水平")
    since: str | None = Field(description="任职日期")
    ended_on: str | None = Field(description="离任日期")
    linked: bool = Field(description="是否已对应登录账号")
    check: str = Field(description="入职查询：STANDS、NONE、BARRED（只告知负责人和民政局）")
    check_name: str = Field("", description="入职查询的中文说法")
    valid_until: str | None = Field(description="查询结果有效期至")
    days_left: int | None = Field(description="剩余天数")


def _show(member: StaffMember) -> StaffOut:
    shown = StaffOut.model_validate(member)
    return shown.model_copy(update={"check_name": CHECK_STANDING[member.check]})


@router.get("", summary="工作人员台账")
def staff(who: Reading, cursor: Cursor = None, limit: Limit = PAGE_SIZE) -> Listing[StaffOut]:
    """本单位的，以及本单位管理的下级单位的；后登记的在前。"""
    page = who.program.queries.staff(
        who.reader(Purpose.CASEWORK), before=decode_position(cursor), limit=limit
    )
    return Listing[StaffOut](**listing([_show(each) for each in page.items], page.next_cursor))


class TownStaffOut(Answered):
    """一个街镇的儿童主任队伍情况。"""

    town: str = Field(description="街镇未保站代码", examples=["town:310117099"])
    town_name: str = Field(description="街镇未保站", examples=["示例街道未保站"])
    year: int = Field(description="年度", examples=[2025])
    counts: dict[str, int | None] = Field(
        description="各项人数和金额；小数目不显示的为空", examples=[{"directors": 20}]
    )
    words: dict[str, str] = Field(
        default_factory=lambda: dict(MEASURES),
        description="各项的中文说法",
        examples=[{"directors": "儿童主任"}],
    )


class WorkloadOut(Answered):
    """一个村居的工作量。"""

    organisation: str = Field(description="村居代码", examples=["village:310117099001"])
    organisation_name: str = Field(description="村居", examples=["示例社区"])
    directors: int = Field(description="在任儿童主任", examples=[1])
    checked: int = Field(description="其中入职查询有效的", examples=[1])
    children: int = Field(description="儿童", examples=[12])
    visits: int = Field(description="应走访", examples=[18])
    visits_late: int = Field(description="其中逾期", examples=[1])
    tasks: int = Field(description="未办结事项的时限", examples=[3])
    tasks_late: int = Field(description="其中逾期", examples=[0])


@router.get("/figures", summary="儿童主任队伍情况")
def figures(
    who: Reading,
    year: Annotated[int | None, Query(ge=2000, le=2100, description="年度，不填为今年")] = None,
) -> Listing[TownStaffOut]:
    """街镇看本街镇的，民政局看全区的；检察院、妇儿工委办只看人数，小数目不显示；其他单位没有。"""
    found = who.program.queries.workforce_figures(who.coordinator(), year)
    return Listing[TownStaffOut](
        **listing([TownStaffOut.model_validate(each) for each in found], None)
    )


class CourseOut(Answered):
    """一门分层分类继续教育课程。"""

    title: str = Field(description="课程名称", examples=["入户走访和沟通"])
    level: str = Field(description="课程层级", examples=["初级"])
    subject: str = Field(description="课程类别", examples=["个案实务"])
    hours: int = Field(description="学时", examples=[8])


class ContinuingOut(Answered):
    """一个单位一个职业水平的社工一年的继续教育。"""

    organisation: str = Field(description="单位编号", examples=["town:999999990"])
    organisation_name: str = Field(description="单位", examples=["岳阳街道未保站"])
    year: int = Field(description="年度", examples=[2025])
    qualification: str = Field(description="职业水平代码", examples=["ASSISTANT"])
    qualification_name: str = Field("", description="职业水平", examples=["助理社会工作师"])
    tier: str = Field(description="适用课程层级代码", examples=["BASIC"])
    workers: int = Field(description="社工人数", examples=[3])
    fulfilled: int = Field(description="学时已满的人数", examples=[2])
    owed: int = Field(description="每人应修学时", examples=[24])
    hours: int = Field(description="合计已修学时", examples=[60])


class ContinuingEducationOut(Answered):
    """课程和各单位学时。"""

    courses: list[CourseOut] = Field(description="分层分类课程")
    items: list[ContinuingOut] = Field(description="各单位学时")


@router.get("/continuing-education", summary="社工继续教育课程和学时")
def continuing_education(
    who: Reading,
    year: Annotated[int | None, Query(ge=2000, le=2100, description="年度，不填为今年")] = None,
) -> ContinuingEducationOut:
    """课程按层级和类别；民政局看各单位社工的学时，单位看本单位的，其他单位没有。"""
    found = who.program.queries.continuing_education(who.coordinator(), year)
    items = [ContinuingOut.model_validate(each) for each in found]
    for each in items:
        each.qualification_name = QUALIFICATION.labels[each.qualification]
    offered = who.program.policies.rules.workforce.continuing_education.offered
    courses = [
        CourseOut(
            title=each.title,
            level=COURSE_LEVEL.labels[each.level],
            subject=COURSE_SUBJECT.labels[each.subject],
            hours=each.hours,
        )
        for each in offered
    ]
    return ContinuingEducationOut(courses=courses, items=items)


@router.get("/workload", summary="各村居工作量")
def workload(who: Reading) -> Listing[WorkloadOut]:
    """街镇看所辖村居的，民政局看全区的：儿童、应走访、未办结事项各几项，由几名儿童主任承担。"""
    found = who.program.queries.workload(who.coordinator())
    return Listing[WorkloadOut](
        **listing([WorkloadOut.model_validate(each) for each in found], None)
    )


@router.post("/{worker}/appraisals/{year}/approve", summary="批准年度考核")
def approve(
    who: Signed,
    request: Request,
    worker: WorkerId,
    year: Annotated[int, Path(ge=2000, le=2100, description="考核年度。")],
    key: Key = None,
) -> ReceiptOut:
    """由负责人批准，不能由提出人本人批准。"""
    command = ApproveAppraisal(worker=as_id(worker), appraised_year=year)
    return carry_out(who, request, command, key)


@router.post("/{worker}/account", summary="对应登录账号")
def link(
    who: Signed, request: Request, worker: WorkerId, body: AccountIn, key: Key = None
) -> ReceiptOut:
    """由本单位负责人或上级单位办理；入职查询有效的，才能查看儿童信息。"""
    user = who.program.directory.user(body.login)
    # Whose a login is elsewhere is told to nobody: it is answered as one that is nobody's.
    command = LinkAccount(
        worker=as_id(worker),
        hub_user=user.user if user else "u-nobody",
        member_of=user.organisation if user else "",
    )
    return carry_out(who, request, command, key)
