"""Problem details (RFC 9457) in Chinese and English. None ever repeats what was sent.

A question about what may not be seen gets :data:`NOTHING_TO_SHOW`, whether the thing is
unknown, another organisation's or misspelt: one body for all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from domain.faults import Fault
from domain.kernel import Refused
from hub.application import Busy, KeyReused
from hub.queries import (
    NOTHING,
    UNAVAILABLE,
    NotAdmitted,
    NotCleared,
    NotYet,
    RulesNotKept,
    TooManySearches,
)

MEDIA_TYPE = "application/problem+json"
_URN = "urn:child-protection-hub:problem:"
PREFIX = "/api/v1"
PUBLIC = f"{PREFIX}/public/"
"""Doors that need no account: a link's token stands in their address."""
CALL = "有危险请立即拨打110；报告没有登记的，也可拨打12345报告。"
"""Ends every refusal of a door without an account: whoever stands there has a child in mind."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its status, stable code and words."""

    status: int
    code: str
    title: str
    title_en: str
    detail: str

    @property
    def type(self) -> str:
        """The problem type's URI: stable, and not to be fetched."""
        return _URN + self.code.lower().replace("_", "-")


UNAUTHENTICATED = Kind(
    401, "UNAUTHENTICATED", "请先登录", "Not signed in", "没有登录或登录已过期，请重新登录后再试。"
)
FORBIDDEN = Kind(
    403,
    "NOT_YOUR_DOOR",
    "本单位不能使用此功能",
    "Not a function of your organisation",
    "本单位没有使用此功能的职责；如有疑问请联系民政局。",
)
NOT_CLEARED = Kind(
    403,
    "NOT_CLEARED",
    "入职查询没有有效结果",
    "No entry check that stands",
    "入职查询没有有效结果，不能查看儿童信息；强制报告和告警照常办理。请由本单位负责人办理入职查询。",
)
NOTHING_TO_SHOW = Kind(404, "NOTHING_TO_SHOW", "没有可显示的记录", "Nothing to show", NOTHING)
NO_SUCH_PAGE = Kind(
    404,
    "NO_SUCH_ADDRESS",
    "没有这个地址",
    "No such address",
    "请按接口说明（/api/v1/openapi.json）核对地址。",
)
METHOD = Kind(
    405,
    "METHOD_NOT_ALLOWED",
    "不支持这种请求方式",
    "Method not allowed",
    "请核对接口说明（/api/v1/openapi.json）。",
)
TOO_LARGE = Kind(
    413, "TOO_LARGE", "内容太大", "Content too large", "请删除图片和无关内容，或分几次报送。"
)
INVALID = Kind(
    422,
    "INVALID",
    "填写有误",
    "Invalid input",
    "请按各项提示改正后重报；原来填写的内容不在此重复。",
)
ROW_REFUSED = Kind(
    422,
    "RECORD_REFUSED",
    "记录待更正",
    "Record refused",
    "记录未收下，已存入待更正，请按各项提示改正后重报。",
)
NOT_SIGNED_YET = Kind(
    404,
    "NOT_SIGNED_YET",
    "还没有签署",
    "Nothing has been signed yet",
    "系统还没有签署过；签署后再取。",
)
CONTRADICTED = Kind(
    409,
    "CHECKPOINT_CONTRADICTED",
    "现有记录与留存的签署不符",
    "The log contradicts the checkpoint that was kept",
    "不能证明留存的签署之后只增不改。请原样保留这份签署，立即报告民政局和上级部门。",
)
VISIT_DIFFERS = Kind(
    409,
    "VISIT_RECORDED_DIFFERENTLY",
    "此走访编号下已有不同的记录",
    "Another visit was recorded under this identifier",
    "已收到的一份没有改动（见 recorded），这一份已存入待更正；请核对两份后，用新的编号补报。",
)
ATTACHMENT_REFUSED = Kind(422, "ATTACHMENT_REFUSED", "附件不能收", "Attachment refused", "")
ATTACHMENT_GONE = Kind(410, "ATTACHMENT_GONE", "附件内容不能显示", "Attachment gone", "")
SHEET_REFUSED = Kind(422, "SHEET_REFUSED", "表格不能读取", "Sheet refused", "")
REFUSED = Kind(422, "REFUSED", "不能这样办理", "Refused by the rules", "")
CONFLICT = Kind(409, "CONFLICT", "状态已变化", "State has changed", "")
KEY_REUSED = Kind(
    409,
    "IDEMPOTENCY_KEY_REUSED",
    "幂等键已用于另一请求",
    "Idempotency key used for another request",
    "此幂等键已用于内容不同的请求，请换一个新的幂等键。",
)
TOO_MANY = Kind(
    429,
    "TOO_MANY",
    "查找太频繁",
    "Too many searches",
    "查找次数过多，请稍后再试；登记和报告不受影响。",
)
INTERNAL = Kind(
    500,
    "INTERNAL",
    "系统出错",
    "Internal error",
    "系统出错，没有显示任何内容；请稍后再试或联系管理员。",
)
BUSY = Kind(503, "BUSY", "系统繁忙", "Busy", "没有登记任何内容，请稍后再试。")
OUT_OF_SERVICE = Kind(
    503, "UNAVAILABLE", "暂时不能使用", "Temporarily unavailable", "暂时不能使用，请稍后再试。"
)
NOT_YET = Kind(
    422,
    "NOT_YET",
    "日期还没有到",
    "The day has not come",
    "查看的日期不能晚于今天，请改日期后重试。",
)
RULES_NOT_KEPT = Kind(
    422,
    "RULES_NOT_KEPT",
    "当日的规则没有留存",
    "The rules of that day were not kept",
    "当日所用规则的文本没有留存，不能推算当日可见的内容；请联系管理员。",
)
BEHIND = Kind(
    503,
    "VIEW_BEHIND",
    "视图尚未更新到所要求的位置",
    "The view has not reached the position",
    "刚才登记的内容还在更新，请稍后再试。",
)


class Problem(Exception):
    """Raise it to answer with a problem. ``more`` holds extension members (RFC 9457 §3.2)."""

    def __init__(
        self,
        kind: Kind,
        *,
        code: str | None = None,
        detail: str | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.headers = dict(headers or {})
        self.body: dict[str, Any] = {
            "type": kind.type,
            "title": kind.title,
            "title_en": kind.title_en,
            "status": kind.status,
            "detail": detail if detail is not None else kind.detail,
            "code": code or kind.code,
            **more,
        }

    def response(self, path: str = "") -> JSONResponse:
        """As an answer of the door at a path, which says whether anybody may stand there."""
        body = self.body
        if path.startswith(PUBLIC):
            body = {**body, "detail": f"{body['detail']}{CALL}"}
        return JSONResponse(body, self.kind.status, headers=self.headers, media_type=MEDIA_TYPE)


def faulty(kind: Kind, faults: Sequence[Fault], **more: Any) -> Problem:
    """A problem that lists faults, each with its column, rule and advice."""
    return Problem(kind, faults=[asdict(fault) for fault in faults], **more)


UNAUTHENTICATED_HEADERS = {"WWW-Authenticate": 'Bearer realm="hub"'}
SOON = {"Retry-After": "1"}

_NOT_YOURS = frozenset(
    {
        "REFERRAL_NOT_YOURS",
        "REFERRAL_CHILD",
        "REPORT_NOT_YOURS",
        "ADVICE_NOT_YOURS",
        "APPROVAL_NOT_YOURS",
        "BREAK_GLASS_NOT_YOURS",
        "RECORDS_NOT_YOURS",
        "MOVE_NOT_YOURS",
        "DUPLICATE_NOT_YOURS",
        "CASE_NOT_YOURS",
    }
)
_STATE = frozenset(
    {
        "DUPLICATE_STATE",
        "REFERRAL_STATE",
        "CASE_CLOSED",
        "CASE_OPEN",
        "LEAD_OFFERED",
        "LEAD_NOT_OFFERED",
        "REFERRAL_OFFERED",
        "REFERRAL_TAKEN",
        "REFERRAL_NOT_OFFERED",
        "BREAK_GLASS_REVIEWED",
        "RECORDS_ANSWERED",
    }
)
_STATUSES = {404: NO_SUCH_PAGE, 405: METHOD, 413: TOO_LARGE}

_RULES = {
    "missing": ("REQUIRED", "此项必填。", "请补填后重报。"),
    "extra_forbidden": (
        "UNKNOWN_FIELD",
        "有不认识的数据项。",
        "请按接口说明填写，不要增加数据项。",
    ),
    "string_too_short": ("REQUIRED", "此项必填，不能为空。", "请补填后重报。"),
    "string_too_long": ("TOO_LONG", "内容超过{max_length}字。", "请缩短后重报。"),
    "int_parsing": ("NOT_A_NUMBER", "此项应填整数。", "请只填数字。"),
    "greater_than_equal": ("OUT_OF_RANGE", "数值太小，应不小于{ge}。", "请核对后重试。"),
    "less_than_equal": ("OUT_OF_RANGE", "数值太大，应不大于{le}。", "请核对后重试。"),
    "bool_parsing": ("NOT_YES_OR_NO", "此项应填 true 或 false。", "请核对后重试。"),
    "date_from_datetime_parsing": ("DATE", "日期写法不对。", "请按“2025-03-01”的写法填写。"),
    "date_parsing": ("DATE", "日期写法不对。", "请按“2025-03-01”的写法填写。"),
    "enum": ("NOT_IN_LIST", "不在可选范围内。", "请从接口说明的代码中选择。"),
    "json_invalid": ("JSON", "不是有效的JSON。", "请核对格式后重报。"),
    "uuid_parsing": ("NOT_AN_ID", "编号格式不正确。", "请核对编号。"),
}
_OTHER = ("INVALID", "填写格式不正确。", "请按接口说明填写后重报。")


def refusal(error: Refused) -> Problem:
    """A command that the rules refuse. What is not the asker's reads as if it were not there."""
    if error.code in _NOT_YOURS:
        return Problem(NOTHING_TO_SHOW)
    if error.code == "NOT_YOURS_TO_STATE":
        return Problem(FORBIDDEN)
    return Problem(
        CONFLICT if error.code in _STATE else REFUSED, code=error.code, detail=error.text
    )


def _of_validation(error: RequestValidationError, known: frozenset[str]) -> Problem:
    """What is wrong and where. A place is named only if it is one of ours: a client may put
    anything into the names of its fields."""
    faults: list[Fault] = []
    for each in error.errors():
        names = [str(part) for part in each["loc"][1:] if str(part) in known]
        code, rule, advice = _RULES.get(each["type"], _OTHER)
        # Limits are the door's own; nothing of the value stands among them.
        fault = Fault(".".join(names), code, rule.format(**each.get("ctx", {})), advice)
        if fault not in faults:
            faults.append(fault)
    return faulty(INVALID, faults)


def problem_of(error: Exception, known: frozenset[str] = frozenset()) -> Problem:
    """The problem that an error of the doors is. ``known`` holds the names of fields and parameters
    that an answer may repeat. Raises the error itself where no door may raise it."""
    match error:
        case Problem():
            return error
        case RequestValidationError():
            return _of_validation(error, known)
        case HTTPException():
            kind = _STATUSES.get(error.status_code, INVALID)
            return Problem(kind, headers=error.headers)
        case Refused():
            return refusal(error)
        case TooManySearches():
            return Problem(TOO_MANY, headers={"Retry-After": str(error.wait)})
        case Busy():
            return Problem(BUSY, headers=SOON)
    for kinds, kind in _PLAIN:
        if isinstance(error, kinds):
            return Problem(kind, headers=SOON if kind is OUT_OF_SERVICE else None)
    raise error


_PLAIN: tuple[tuple[tuple[type[Exception], ...], Kind], ...] = (
    ((KeyReused,), KEY_REUSED),
    ((NotYet,), NOT_YET),
    ((RulesNotKept,), RULES_NOT_KEPT),
    ((NotCleared,), NOT_CLEARED),
    ((NotAdmitted,), FORBIDDEN),
    (UNAVAILABLE, OUT_OF_SERVICE),
)

ANSWERED: tuple[type[Exception], ...] = (
    Problem,
    RequestValidationError,
    HTTPException,
    Refused,
    TooManySearches,
    Busy,
    *(each for kinds, _ in _PLAIN for each in kinds),
)
"""Every error that a door may raise."""


def install(app: FastAPI, known: frozenset[str]) -> None:
    """Answer every error of the application with a problem. ``known`` as in :func:`problem_of`."""

    def answer(request: Request, error: Exception) -> JSONResponse:
        return problem_of(error, known).response(request.url.path)

    for each in ANSWERED:
        app.add_exception_handler(each, answer)
