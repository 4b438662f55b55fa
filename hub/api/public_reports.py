"""The one door that needs no account: a report by an organisation's link (报告链接)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Request
from pydantic import JsonValue

from adapters.intake.intake import REPORT
from adapters.intake.mandatory import urgent
from domain.mandatory_report import ReportChannel
from hub import logs
from hub.api.intake import show_calls
from hub.api.problems import Kind, Problem
from hub.api.schemas import PublicReportOut
from hub.bootstrap import Program
from hub.report_links import LinkBusy, LinksUnavailable, NoSuchLink

router = APIRouter(prefix="/public", tags=["报告链接"])

_LOG = logs.get("hub.api")

GONE = Kind(
    404,
    "LINK_GONE",
    "此链接不能使用",
    "No such link",
    "此链接不存在、已到期或已收回，没有登记任何内容。",
)
FULL = Kind(
    429,
    "LINK_BUSY",
    "此链接报告过于频繁",
    "Too many reports by this link",
    "此链接收到的报告过多，这一份没有登记。孩子正处于危险或已受伤的，请写明后重报，不受限制。",
)
NO_CALL_BACK = Kind(
    422,
    "CALL_BACK_MISSING",
    "请填写回电号码",
    "No number to call back",
    "通过链接报告须填写回电号码，这一份没有登记，请填写后重报。",
)
DOWN = Kind(
    503,
    "LINKS_DOWN",
    "暂时不能登记",
    "Reports by link cannot be taken now",
    "暂时不能登记报告，请直接拨打110或12345。",
)

_REFERENCE = "编号（凭链接填写）"
"""A name that is no field's: what stands under it is kept as text, and no report's key."""

_EXAMPLE = {"seen": "（示例）客房内有受伤儿童", "place": "（示例）某宾馆大堂", "hurt": "是"}


@router.post("/reports/{token}", summary="凭报告链接报告，不需要登录", status_code=201)
def report(
    request: Request,
    token: Annotated[str, Path(max_length=200, description="链接中的令牌。")],
    values: Annotated[dict[str, JsonValue], Body(examples=[_EXAMPLE])],
) -> PublicReportOut:
    """栏目（或其中文名称）同强制报告登记表，须有回电号码。只答复回执号和可以拨打的电话。正处于危险或已受伤的，总是收下。"""
    program: Program = request.app.state.program
    links = program.report_links
    # A child's file is named by who has one in front of it.
    stated = {name: value for name, value in values.items() if name != "child_ref"}
    stated, unknown = program.intake.by_field(REPORT, stated)
    # What nobody can read here may say that somebody is in danger.
    waits_for_nothing = bool(unknown) or urgent(stated)
    if "call_back" not in stated and not waits_for_nothing:
        raise Problem(NO_CALL_BACK)
    now = program.clock.now()
    try:
        link = links.of(token, now)
        if not waits_for_nothing:
            links.admit(link, now)
    except NoSuchLink:
        raise Problem(GONE) from None
    except LinkBusy as busy:
        raise Problem(FULL, headers={"Retry-After": str(busy.wait)}) from None
    except LinksUnavailable:
        raise Problem(DOWN) from None
    stated["channel"] = ReportChannel.LINK.value
    if "reference" in stated:
        # Behind a link stand many people, each of whom may number from 1.
        name = _REFERENCE if _REFERENCE not in stated else f"{_REFERENCE}（又填）"
        stated[name] = stated.pop("reference")
    outcome = program.intake.record(link.filer, REPORT, stated)
    request.app.state.after_write()
    if outcome.answer is None:
        raise Problem(DOWN)
    if not waits_for_nothing:
        try:
            links.count(link, now)
        except LinksUnavailable as error:
            # The report is in, and that is what its sender has to hear.
            _LOG.error("use of a link not counted", error=type(error).__name__)
    calls = show_calls(program.calls.at_filing())
    return PublicReportOut(receipt=outcome.answer.number, call=calls)
