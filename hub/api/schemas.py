"""What goes in and out, as the OpenAPI document describes it. Every example is invented."""

from __future__ import annotations

from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from domain.away import StandIn
from domain.mandatory_report import PoliceDecision
from domain.referral import ReturnReason

_REF = "c0000000-0000-4000-8000-000000000001"
_REFERRAL = "a0000000-0000-4000-8000-000000000001"
_ROW = "b0000000-0000-8000-8000-000000000001"
_ID_NUMBER = "999999201503010016"
_AT = "2025-03-03T01:00:00+00:00"


class Answered(BaseModel):
    """Base of what is given out."""

    model_config = ConfigDict(from_attributes=True)


class Asked(BaseModel):
    """Base of what is taken in: closed to unknown fields."""

    model_config = ConfigDict(extra="forbid")


T = TypeVar("T")
_NOTE = (
    "hub.999999/access\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nnumber 1\n…\n\n"
    "— hub.999999 …\n"
)


class Listing(Answered, Generic[T]):
    """一页列表。没有内容时 message 写明应如何理解。"""

    items: list[T] = Field(description="本页各项")
    next_cursor: str | None = Field(
        None, description="下一页的游标；没有下一页时为空", examples=["MjAyNS0wMy0wMw"]
    )
    message: str | None = Field(None, description="没有可显示的记录时的提示")


class FaultOut(Answered):
    """一处错误：哪一栏、什么规则、怎么改。不含填写的内容。"""

    column: str = Field(description="栏目名称", examples=["身份证号"])
    code: str = Field(description="错误代码", examples=["ID_CHECK_CHARACTER"])
    rule: str = Field(description="规则", examples=["校验码不对。"])
    advice: str = Field(description="怎么改", examples=["请对照证件核对后重报。"])


class ProblemOut(BaseModel):
    """出错说明（RFC 9457）。不重复任何填写的内容。"""

    type: str = Field(examples=["urn:child-protection-hub:problem:unauthenticated"])
    title: str = Field(description="标题", examples=["请先登录"])
    title_en: str = Field(description="英文标题", examples=["Not signed in"])
    status: int = Field(description="状态码", examples=[401])
    detail: str = Field(description="怎么办", examples=["没有登录或登录已过期，请重新登录后再试。"])
    code: str = Field(description="稳定的代码，供程序判断", examples=["UNAUTHENTICATED"])
    faults: list[FaultOut] | None = Field(None, description="逐项错误")
    quarantine_id: str | None = Field(None, description="待更正编号", examples=[_ROW])
    report_receipt: str | None = Field(
        None,
        description="同时另报的强制报告的回执号；有危险请拨打110",
        examples=["20250303-ABCD2345"],
    )
    recorded: list[EntryOut] | None = Field(None, description="此编号下已收到的一份")


class CallOut(Answered):
    """可以拨打的电话。"""

    name: str = Field(description="单位", examples=["公安报警电话"])
    number: str = Field(description="电话", examples=["110"])


class ReceiptOut(Answered):
    """回执。"""

    receipt: str = Field(description="回执号", examples=["20250303-ABCD2345"])
    position: int = Field(
        description="登记位置；读取时用 min_position 带上它，即可看到自己刚登记的内容",
        examples=[42],
    )
    repeated: bool = Field(description="此前已收到同一内容，没有再次登记", examples=[False])
    corrected: bool = Field(description="更正了此前报送的同一记录", examples=[False])
    report_receipt: str | None = Field(
        None,
        description="同时另报的强制报告的回执号；有危险请拨打110",
        examples=["20250303-ABCD2345"],
    )
    call: list[CallOut] | None = Field(
        None, description="报告以后可以拨打的电话，先打第一个；不是报告的为空"
    )


class PublicReportOut(Answered):
    """凭链接报告的答复：回执号和可以拨打的电话，别无其他。"""

    receipt: str = Field(description="回执号", examples=["20250303-ABCD2345"])
    call: list[CallOut] = Field(description="可以拨打的电话，先打第一个")


class AttachmentReceiptOut(Answered):
    """附件的回执。"""

    attachment_id: str = Field(description="附件编号", examples=[_REF])
    media_type: str = Field(description="类型，按内容判断", examples=["image/jpeg"])
    size: int = Field(description="去除附带信息后的字节数", examples=[204800])
    receipt: str = Field(description="回执号", examples=["20250303-ABCD2345"])
    position: int = Field(description="登记位置", examples=[42])
    repeated: bool = Field(description="此前已收到同一内容，没有再次登记", examples=[False])


class AttachmentOut(Answered):
    """一个附件；内容另行打开。"""

    id: str = Field(description="附件编号", examples=[_REF])
    category: str = Field(description="数据类别", examples=["visits"])
    media_type: str = Field(description="类型", examples=["image/jpeg"])
    title: str = Field(description="类型名称", examples=["照片（JPEG）"])
    file_name: str = Field(description="原文件名", examples=["示例.jpg"])
    account: str = Field(description="说明", examples=["（示例）家中照片"])
    producer: str = Field(description="登记单位编号", examples=["village:999999001001"])
    producer_name: str = Field(description="登记单位", examples=["示例社区"])
    occurred_at: str = Field(description="发生时间", examples=[_AT])
    recorded_at: str = Field(description="登记时间", examples=[_AT])
    legal_basis: str = Field(description="法律依据", examples=["STATUTORY_DUTY"])


class ColumnOut(Answered):
    """一个数据项。"""

    field: str = Field(description="数据项（JSON）", examples=["id_number"])
    heading: str = Field(description="栏目名称（表格）", examples=["身份证号"])
    aliases: list[str] = Field(description="也认得的栏目名称", examples=[["公民身份号码"]])
    required: bool = Field(description="是否必填", examples=[False])
    example: str = Field(description="示例", examples=[_ID_NUMBER])
    note: str = Field(description="填写说明", examples=["18位，按文本填写"])
    codes: list[tuple[str, str]] = Field(description="代码表", examples=[[["1", "男性"]]])


class KindOut(Answered):
    """本单位可以报送的一种记录。"""

    agency: str = Field(description="报送口", examples=["education"])
    kind: str = Field(description="记录种类", examples=["absence"])
    title: str = Field(description="名称", examples=["缺课与疑似辍学台账"])
    columns: list[ColumnOut] = Field(description="数据项")


class RowOut(Answered):
    """表格中一行的结果。"""

    row: int = Field(description="行号，与表格软件显示的一致", examples=[2])
    receipt: str | None = Field(None, description="回执号", examples=["20250303-ABCD2345"])
    position: int | None = Field(None, description="登记位置", examples=[42])
    repeated: bool = Field(False, description="此前已收到")
    corrected: bool = Field(False, description="更正")
    faults: list[FaultOut] = Field(default_factory=list, description="逐项错误")
    quarantine_id: str | None = Field(None, description="待更正编号", examples=[_ROW])
    report_receipt: str | None = Field(
        None,
        description="同时另报的强制报告的回执号；有危险请拨打110",
        examples=["20250303-ABCD2345"],
    )


class SheetOut(Answered):
    """一份表格的结果：好的行已登记，有误的行存入待更正。"""

    kind: str = Field(description="记录种类", examples=["education.absence"])
    title: str = Field(description="名称", examples=["缺课与疑似辍学台账"])
    dry_run: bool = Field(description="只检查，没有登记", examples=[False])
    received: int = Field(description="收到行数", examples=[3])
    accepted: int = Field(description="登记行数（试报时：可登记行数）", examples=[2])
    repeated: int = Field(description="此前已收到的行数", examples=[0])
    refused: int = Field(description="待更正行数", examples=[1])
    position: int = Field(description="登记位置", examples=[42])
    unknown_headings: list[str] = Field(description="不认识的栏目", examples=[[]])
    rows: list[RowOut] = Field(description="逐行结果")


class QuarantineItemOut(Answered):
    """一条待更正记录，不含各栏内容。"""

    id: str = Field(description="待更正编号", examples=[_ROW])
    kind: str = Field(description="记录种类", examples=["education.absence"])
    row_number: int = Field(description="行号", examples=[2])
    received_at: str = Field(description="收到时间", examples=[_AT])
    state: str = Field(
        description="待更正 open，已更正 corrected，已删除 erased", examples=["open"]
    )
    receipt: str | None = Field(None, description="更正后的回执号")
    faults: list[FaultOut] = Field(description="逐项错误")


class QuarantineRowOut(QuarantineItemOut):
    """一条待更正记录及本单位原来填写的各栏。"""

    cells: dict[str, str] = Field(
        description="各栏原文", examples=[{"name": "示例儿童", "absent_since": "2025-03-03"}]
    )


class CorrectionIn(Asked):
    """更正。"""

    cells: dict[str, str] = Field(
        default_factory=dict,
        description="要改的栏（数据项名或栏目名称→新内容；空文本表示删去）；不填则原样重试",
        examples=[{"absent_since": "2025-03-03"}],
    )


class InquiryIn(Asked):
    """查找一名儿童：身份证号；没有的，姓名和出生日期（加监护人、村居以区分同名）。"""

    id_number: str | None = Field(
        None, max_length=40, description="身份证号", examples=[_ID_NUMBER]
    )
    name: str | None = Field(None, max_length=100, description="姓名", examples=["示例儿童"])
    birth_date: str | None = Field(
        None, max_length=40, description="出生日期", examples=["2015-03-01"]
    )
    guardian_name: str | None = Field(
        None, max_length=100, description="监护人姓名", examples=["示例家长"]
    )
    village: str | None = Field(
        None, max_length=100, description="居住村居", examples=["龙潭社区居委会"]
    )


class StatusCheckIn(Asked):
    """案件状态核查。"""

    document_number: str = Field(
        max_length=100, description="文书号", examples=["示检核〔2025〕0001号"]
    )
    matter: str | None = Field(
        None, max_length=2000, description="核查事项", examples=["核查控辍保学个案进展"]
    )
    child: InquiryIn = Field(description="核查的儿童")


class SafetyOut(Answered):
    """一条安全提示：先看，并照办。不写原因。"""

    text: str = Field(description="提示", examples=["请勿单独放行，先电话联系"])
    call: str = Field(description="联系电话", examples=["110"])
    until: str = Field(description="有效期至", examples=["2025-09-01"])
    ours: bool = Field(description="是否本单位发布", examples=[False])


class SafeContactOut(Answered):
    """安全联系人：代替监护人联系。"""

    name: str = Field(description="姓名", examples=["示例外婆"])
    telephone: str = Field(description="电话", examples=["021-57000000"])
    relation: str = Field(description="与孩子的关系", examples=["祖父母、外祖父母"])
    until: str = Field(description="有效期至", examples=["2025-09-01"])


_SAFETY: Any = Field(default_factory=list, description="安全提示：先看，并照办")


class ChildOut(Answered):
    """本单位可见的儿童信息；不可见的项不出现。"""

    safety: list[SafetyOut] = _SAFETY
    safe_contact: SafeContactOut | None = Field(
        None, description="安全联系人：有的，联系此人，不联系监护人"
    )
    child_ref: str = Field(description="一人一档编号", examples=[_REF])
    birth_month: str | None = Field(description="出生年月", examples=["2015-03"])
    town: str | None = Field(description="居住街镇代码", examples=["999999001"])
    town_name: str | None = Field(None, description="居住街镇", examples=["示例街道"])
    village: str | None = Field(description="居住村居代码", examples=["999999001001"])
    village_name: str | None = Field(None, description="居住村居", examples=["示例村"])
    school: str | None = Field(description="就读学校编号", examples=["school:9999990001"])
    school_name: str | None = Field(None, description="就读学校", examples=["示例小学"])
    tier: str | None = Field(description="走访类别", examples=["BASE"])
    follow_up_until: str | None = Field(
        description="重点关注对象的跟踪回访到哪天", examples=["2025-09-01"]
    )
    fields: dict[str, JsonValue] = Field(
        description="本单位可以查看的各项内容",
        examples=[{"name": "示例儿童", "id_number": _ID_NUMBER}],
    )
    words: dict[str, str] = Field(
        default_factory=dict, description="代码的中文", examples=[{"sex": "男"}]
    )


class ReasonOut(Answered):
    """一项相同之处。"""

    code: str = Field(description="代码", examples=["NAME_SOUND"])
    text: str = Field(description="哪些相同", examples=["姓名同音"])


class CandidateOut(Answered):
    """一个可能是同一孩子的候选，由人判断。"""

    child: ChildOut = Field(description="本单位可见的儿童信息")
    reasons: list[ReasonOut] = Field(description="哪些相同")


class CandidatesOut(Answered):
    """候选，最像的在前。"""

    items: list[CandidateOut] = Field(description="候选")
    advice: str = Field(
        description="接下来怎么办", examples=["不是同一个孩子的，请照常登记，系统会比对。"]
    )


class DuplicateOut(Answered):
    """两份可能属于同一儿童的档案，由人认定。"""

    id: str = Field(description="疑似重复编号", examples=[_REFERRAL])
    state: str = Field(description="状态", examples=["SUSPECTED"])
    state_name: str = Field("", description="状态的中文", examples=["待认定"])
    ground: str | None = Field(description="认定依据", examples=["SIBLINGS"])
    ground_name: str | None = Field(
        None, description="认定依据的中文", examples=["双胞胎或兄弟姐妹"]
    )
    suspected_at: str = Field(description="何时提出", examples=[_AT])
    changed_at: str = Field(description="最近何时变化", examples=[_AT])
    child: ChildOut = Field(description="较新的一份")
    other: ChildOut = Field(description="较早的一份")
    reasons: list[ReasonOut] = Field(description="哪些相同")


class TellApartIn(Asked):
    """认定不是同一儿童。"""

    ground: str = Field(
        max_length=40,
        description="依据：OTHER_DOCUMENT核对证件为两人，SIBLINGS双胞胎或兄弟姐妹，"
        "FAMILY_TOLD_APART向监护人核实为两人，SEEN_APART上门核实为两人",
        examples=["SIBLINGS"],
    )
    note: str | None = Field(
        None, max_length=2000, description="说明", examples=["双胞胎，出生证已核对"]
    )


class ConfirmDuplicateIn(Asked):
    """认定是同一儿童，合并档案。"""

    survivor: str = Field(
        max_length=100, description="保留哪一份（一人一档编号，两份中的一份）", examples=[_REF]
    )
    ground: str = Field(
        max_length=40,
        description="依据：SAME_DOCUMENT核对证件为同一人，FAMILY_CONFIRMED向监护人核实为同一人，"
        "SEEN_SAME上门核实为同一人",
        examples=["SAME_DOCUMENT"],
    )
    note: str | None = Field(None, max_length=2000, description="说明", examples=["出生证一致"])


class ReopenIn(Asked):
    """撤销认定。"""

    ground: str = Field(
        max_length=40,
        description="依据：MISTAKE原认定有误，NEW_DOCUMENT有新的证件或材料",
        examples=["MISTAKE"],
    )
    note: str | None = Field(None, max_length=2000, description="说明", examples=["原认定看错"])


class RelativeOut(Answered):
    """同一家庭的另一名儿童。两名儿童都在本单位职责内时才显示。"""

    link: str = Field(description="关联种类", examples=["SIBLING"])
    link_name: str | None = Field(None, description="关联种类的中文", examples=["兄弟姐妹"])
    state: str = Field(description="状态", examples=["CONFIRMED"])
    state_name: str = Field("", description="状态的中文", examples=["已确认"])
    ground: str | None = Field(description="认定依据", examples=["DOCUMENT"])
    ground_name: str | None = Field(
        None, description="认定依据的中文", examples=["核对户口簿或出生医学证明"]
    )
    changed_at: str = Field(description="最近何时变化", examples=[_AT])
    child: ChildOut = Field(description="另一名儿童，本单位可见的部分")
    note: str | None = Field(description="对本儿童的说明", examples=["户口簿第2页"])
    other_note: str | None = Field(description="对另一名儿童的说明", examples=["户口簿第3页"])


class FamilyCandidateOut(Answered):
    """可能是同一家庭的两名儿童，由人判断。"""

    child: ChildOut = Field(description="一名儿童")
    other: ChildOut = Field(description="另一名儿童")
    reasons: list[ReasonOut] = Field(description="哪些相同")


class FamilyLinkIn(Asked):
    """登记家庭关联。"""

    other: str = Field(max_length=100, description="另一名儿童的一人一档编号", examples=[_REF])
    link: str = Field(
        max_length=40,
        description="关联种类：SIBLING兄弟姐妹，SAME_GUARDIAN同一监护人，SAME_HOUSEHOLD同户",
        examples=["SIBLING"],
    )
    note: str | None = Field(
        None,
        max_length=2000,
        description="对本儿童的说明，不要写另一名儿童的情况",
        examples=["户口簿第2页"],
    )
    other_note: str | None = Field(
        None,
        max_length=2000,
        description="对另一名儿童的说明，不要写本儿童的情况",
        examples=["户口簿第3页"],
    )


class ConfirmFamilyIn(FamilyLinkIn):
    """确认家庭关联。"""

    ground: str = Field(
        max_length=40,
        description="依据：DOCUMENT核对户口簿或出生医学证明，FAMILY_CONFIRMED向监护人核实，"
        "VISITED上门核实",
        examples=["DOCUMENT"],
    )


class RejectFamilyIn(FamilyLinkIn):
    """认定没有家庭关联。"""

    ground: str = Field(
        max_length=40,
        description="依据：OTHER_DOCUMENT核对证件不是一家，FAMILY_DENIED向监护人核实不是一家，"
        "SHARED_CONTACT电话或住址为他人共用，MISTAKE登记有误",
        examples=["SHARED_CONTACT"],
    )


class EndFamilyIn(FamilyLinkIn):
    """终止家庭关联。"""

    ground: str = Field(
        max_length=40,
        description="依据：MOVED_APART不再同户，GUARDIAN_CHANGED监护人已变更，MISTAKE原认定有误",
        examples=["MOVED_APART"],
    )


class EntryOut(Answered):
    """时间线或登记簿的一条。"""

    position: int = Field(description="登记位置", examples=[42])
    id: str | None = Field(
        None, description="调阅申请或紧急调阅的编号，按它答复和办理", examples=[_REFERRAL]
    )
    title: str = Field(description="事项", examples=["疑似辍学"])
    topic: str = Field(description="事项代码", examples=["dropout.suspected.v1"])
    category: str = Field(description="数据类别", examples=["schooling"])
    by: str = Field(
        description="凭何可见：read 职责，task 在办转介，own 本单位登记，flag 标识，status 状态",
        examples=["read"],
    )
    producer: str = Field(description="登记单位编号", examples=["school:9999990001"])
    producer_name: str = Field(description="登记单位", examples=["示例小学"])
    legal_basis: str = Field(description="法律依据", examples=["STATUTORY_DUTY"])
    occurred_at: str = Field(description="发生时间", examples=[_AT])
    recorded_at: str = Field(description="登记时间", examples=[_AT])
    child_ref: str | None = Field(None, description="一人一档编号", examples=[_REF])
    clear: dict[str, JsonValue] = Field(description="事实", examples=[{"school_days": 5}])
    fields: dict[str, JsonValue] = Field(
        description="本单位可以查看的内容", examples=[{"reason_code": "UNEXPLAINED"}]
    )
    words: dict[str, str] = Field(description="代码的中文", examples=[{"reason_code": "原因不明"}])


class TimelineOut(Listing[EntryOut]):
    """一名儿童的时间线。"""

    safety: list[SafetyOut] = _SAFETY


class ReferralOut(Answered):
    """转介单。"""

    safety: list[SafetyOut] = _SAFETY

    first: str | None = Field(
        None, description="首先要做的事", examples=["报告称孩子受伤：先送医，再登记就医情况。"]
    )
    medical_by: str | None = Field(
        None, description="受伤儿童的就医期限；登记就医情况后为空", examples=[_AT]
    )
    id: str = Field(description="转介单编号", examples=[_REFERRAL])
    case_id: str | None = Field(None, description="所属案件编号", examples=[_REFERRAL])
    kind: str = Field(description="种类代码", examples=["trace_dropout"])
    title: str = Field(description="种类", examples=["协查辍学"])
    state: str = Field(description="状态代码（同 FHIR Task）", examples=["requested"])
    state_name: str = Field(
        "", description="状态；对转出单位，待签收读作已转出", examples=["待签收"]
    )
    sender: str = Field(description="转出单位编号", examples=["school:9999990001"])
    sender_name: str = Field(description="转出单位", examples=["示例小学"])
    addressee: str = Field(description="接收单位编号", examples=["police_station:999999001"])
    addressee_name: str = Field(description="接收单位", examples=["示例派出所"])
    town: str | None = Field(description="街镇代码", examples=["999999001"])
    requested_at: str | None = Field(description="转出时间", examples=[_AT])
    concerns_name: str | None = Field(
        None, description="涉及的单位；只有接收单位可见", examples=["示例小学"]
    )
    accept_by: str | None = Field(description="签收期限", examples=[_AT])
    complete_by: str | None = Field(description="办结期限", examples=[_AT])
    outcome: str | None = Field(description="办理结果代码", examples=["FOUND"])
    outcome_name: str | None = Field(None, description="办理结果", examples=["找到"])
    outcomes: dict[str, str] = Field(
        default_factory=dict,
        description="办结时可选的结果",
        examples=[{"FOUND": "找到", "NOT_FOUND": "未找到"}],
    )
    offered_to: str | None = Field(
        None, description="请求移交给的单位编号；尚未答复", examples=["police_station:999999002"]
    )
    offered_to_name: str | None = Field(
        None, description="请求移交给的单位", examples=["示例二派出所"]
    )
    offer_by: str | None = Field(None, description="移交的签收期限", examples=[_AT])
    handler: str | None = Field(
        None, description="经办人（A角）登录名；只有本单位可见", examples=["zhang"]
    )
    deputy: str | None = Field(None, description="B角登录名；只有本单位可见", examples=["li"])
    by_hand: bool = Field(False, description="由转出单位的人员填写转出", examples=[False])
    closed_at: str | None = Field(None, description="转出单位何时确认了办理结果", examples=[_AT])
    held_until: str | None = Field(None, description="暂缓到何时，到时自动恢复", examples=[_AT])
    overdue: bool = Field(description="是否逾期", examples=[False])
    child_ref: str = Field(description="一人一档编号", examples=[_REF])
    child: ChildOut | None = Field(description="本单位可见的儿童信息")


class CompleteIn(Asked):
    """办结。"""

    outcome: str = Field(max_length=40, description="办理结果代码", examples=["FOUND"])
    happened_on: date | None = Field(None, description="办理日期", examples=["2025-03-05"])
    account: str | None = Field(
        None, max_length=2000, description="办理经过", examples=["（示例）已联系到家长。"]
    )
    receiver: str | None = Field(
        None, max_length=200, description="移送的：区外接收单位", examples=["（示例）外区公安分局"]
    )
    letter: str | None = Field(
        None,
        max_length=100,
        description="移送的：接收单位签收回执编号",
        examples=["（外区）签收〔2025〕7号"],
    )


class OpenIn(Asked):
    """转出，或存为草稿。"""

    child_ref: str = Field(max_length=100, description="一人一档编号", examples=[_REF])
    kind: str = Field(max_length=40, description="种类代码", examples=["assess_disability"])
    addressee: str = Field(
        max_length=100, description="接收单位编号", examples=["disabled_federation:999999"]
    )
    case_id: UUID | None = Field(None, description="所属事项编号；不填为新的事项", examples=[_REF])
    account: str | None = Field(
        None, max_length=2000, description="情况说明", examples=["（示例）走路不稳，家长想做评定。"]
    )
    draft: bool = Field(False, description="存为草稿，只有本单位可见", examples=[False])


class SendIn(Asked):
    """转出草稿。"""

    account: str | None = Field(
        None, max_length=2000, description="情况说明", examples=["（示例）走路不稳，家长想做评定。"]
    )


class CloseIn(Asked):
    """确认办理结果。"""

    note: str | None = Field(
        None, max_length=2000, description="说明", examples=["（示例）已看到评定结果。"]
    )


class VoidIn(Asked):
    """录入错误。"""

    reason: str = Field(
        max_length=40,
        description="原因代码：WRONG_CHILD 填错儿童，WRONG_KIND 选错种类，"
        "WRONG_ADDRESSEE 选错接收单位，ENTERED_TWICE 重复录入",
        examples=["WRONG_CHILD"],
    )
    note: str | None = Field(
        None, max_length=2000, description="说明", examples=["（示例）同名，选错了人。"]
    )


class OpenedOut(ReceiptOut):
    """转出的回执。"""

    referral_id: str = Field(description="转介单编号", examples=[_REFERRAL])


class AssignIn(Asked):
    """指定经办人和B角。"""

    handler: str = Field(max_length=100, description="经办人登录名", examples=["zhang"])
    deputy: str | None = Field(None, max_length=100, description="B角登录名", examples=["li"])


class HoldIn(Asked):
    """暂缓。"""

    reason: str = Field(
        max_length=40,
        description="暂缓原因代码：AWAITING_FAMILY 等待家庭配合，"
        "AWAITING_OTHER_UNIT 等待其他单位答复，AWAITING_DOCUMENTS 等待材料，"
        "CHILD_AWAY 孩子暂时不在本地",
        examples=["AWAITING_FAMILY"],
    )
    until: date = Field(description="暂缓到哪天（含当天），到期自动恢复", examples=["2025-03-10"])
    note: str | None = Field(
        None, max_length=2000, description="说明", examples=["（示例）家长出差，周末返回。"]
    )


class OfferIn(Asked):
    """请求移交。"""

    to: str = Field(
        max_length=100, description="请其接收的单位编号", examples=["police_station:999999002"]
    )


class DeclineIn(Asked):
    """不接收，或收回移交请求。"""

    note: str | None = Field(
        None, max_length=2000, description="说明", examples=["（示例）不在本辖区。"]
    )


class FailIn(Asked):
    """未办成。"""

    account: str = Field(
        min_length=1,
        max_length=2000,
        description="做过什么",
        examples=["（示例）三次上门未见到人。"],
    )


class ReturnIn(Asked):
    """退回。"""

    reason: ReturnReason = Field(description="退回原因", examples=["NOT_IN_JURISDICTION"])
    note: str | None = Field(
        None, max_length=2000, description="说明", examples=["（示例）不在本辖区。"]
    )


class MoveIn(Asked):
    """预告迁移。"""

    receivers: list[str] = Field(
        min_length=1,
        max_length=8,
        description="迁入单位编号：街镇、村居、派出所、学校",
        examples=[["town:999999002", "village:999999002001"]],
    )


class LeaveIn(Asked):
    """登记迁出本区。"""

    since: date = Field(description="迁出日期", examples=["2025-03-03"])
    receiver: str = Field(max_length=200, description="区外接收单位", examples=["示例外区街道"])
    letter: str = Field(
        max_length=100,
        description="接收单位签章的接收回执编号",
        examples=["（外区）接收回执〔2025〕7号"],
    )


class ReassignIn(Asked):
    """改派。"""

    addressee: str = Field(
        max_length=100, description="新接收单位编号", examples=["town:999999002"]
    )


class WithdrawIn(Asked):
    """撤回。"""

    note: str | None = Field(
        None, max_length=2000, description="说明", examples=["（示例）重复转出。"]
    )


class VisitDueOut(Answered):
    """一次应走访。"""

    safety: list[SafetyOut] = _SAFETY

    id: str = Field(description="走访义务编号", examples=[_REFERRAL])
    kind: str = Field(description="种类代码", examples=["home_visit"])
    title: str = Field(description="种类：联系、入户走访或跟踪回访", examples=["入户走访"])
    owner: str = Field(description="责任村居编号", examples=["village:999999001001"])
    owner_name: str = Field(description="责任村居", examples=["示例村"])
    town: str | None = Field(description="街镇代码", examples=["999999001"])
    tier: str | None = Field(description="走访类别", examples=["BASE"])
    counted_from: str | None = Field(description="从哪天起算", examples=["2025-03-01"])
    due_at: str = Field(description="期限", examples=[_AT])
    days_late: int = Field(description="逾期天数", examples=[0])
    overdue: bool = Field(description="是否逾期", examples=[False])
    words: str = Field("", description="逾期天数（文字）", examples=["逾期3天"])
    child_ref: str = Field(description="一人一档编号", examples=[_REF])
    child: ChildOut | None = Field(description="本单位可见的儿童信息")


class VillageCount(Answered):
    """一个村居应走访的次数。"""

    village: str = Field(description="村居编号", examples=["village:999999001001"])
    village_name: str = Field(description="村居", examples=["示例村"])
    owed: int = Field(description="应走访次数，逾期的在内", examples=[12])
    overdue: int = Field(description="其中逾期", examples=[1])


class VisitsDueListing(Listing[VisitDueOut]):
    """应走访清单和按村居的小计。"""

    by_village: list[VillageCount] = Field(description="按村居小计")


class OverdueOut(Answered):
    """一项逾期。"""

    id: str = Field(description="期限编号", examples=[_REFERRAL])
    subject_id: str = Field(
        description="何事的期限：转介单、报告或走访义务的编号", examples=[_REFERRAL]
    )
    kind: str = Field(description="期限种类代码", examples=["accept"])
    kind_name: str = Field("", description="期限种类：签收、办结、走访等", examples=["签收"])
    matter: str = Field(description="数据类别代码", examples=["schooling"])
    matter_name: str = Field("", description="数据类别", examples=["就学"])
    owner: str = Field(description="责任单位编号", examples=["town:999999001"])
    owner_name: str = Field(description="责任单位", examples=["示例街道未保站"])
    town: str | None = Field(description="街镇代码", examples=["999999001"])
    due_at: str = Field(description="期限", examples=[_AT])
    child_ref: str = Field(description="一人一档编号", examples=[_REF])
    days: int = Field(description="逾期天数", examples=[3])
    words: str = Field("", description="逾期天数（文字）", examples=["逾期3天"])


class TownCount(Answered):
    """一个街镇的逾期数。"""

    town: str = Field(description="街镇代码；空为街镇不明", examples=["999999001"])
    town_name: str = Field(description="街镇", examples=["示例街道"])
    count: int = Field(description="逾期项数", examples=[2])


class OverdueListing(Listing[OverdueOut]):
    """逾期清单和按街镇的小计。"""

    by_town: list[TownCount] = Field(description="按街镇小计")


class SilenceOut(Answered):
    """沉默清单的一项：过了时限没有回音的一件事。"""

    id: str = Field(description="本项编号", examples=[_REFERRAL])
    kind: str = Field(description="种类代码", examples=["UNACCEPTED"])
    kind_name: str = Field("", description="种类", examples=["逾期未签收"])
    clock: str | None = Field(None, description="时限种类代码", examples=["accept"])
    clock_name: str = Field("", description="时限种类", examples=["签收"])
    task: str | None = Field(None, description="转介单种类代码", examples=["trace_dropout"])
    task_name: str = Field("", description="转介单种类", examples=["协查辍学"])
    about: str = Field(description="何事：转介单、报告、走访义务或儿童的编号", examples=[_REFERRAL])
    matter: str = Field(description="数据类别代码", examples=["schooling"])
    matter_name: str = Field("", description="数据类别", examples=["就学"])
    owner: str = Field(description="责任单位编号", examples=["town:999999001"])
    owner_name: str = Field(description="责任单位", examples=["示例街道未保站"])
    since: str = Field(description="从何时起没有回音", examples=[_AT])
    days: int = Field(description="至今天数", examples=[3])
    child_ref: str = Field(description="一人一档编号", examples=[_REF])


class SilenceKindCount(Answered):
    """本单位可见的一种沉默有几项。"""

    kind: str = Field(description="种类代码", examples=["UNACCEPTED"])
    kind_name: str = Field(description="种类", examples=["逾期未签收"])
    count: int = Field(description="项数", examples=[2])
    own: int = Field(description="其中应由本单位办理的", examples=[1])


class SilentFeedOut(Answered):
    """本单位逾期未报送的一类记录。"""

    feed: str = Field(description="报送种类代码", examples=["village_visits"])
    title: str = Field(description="报送种类", examples=["走访记录"])
    since: str = Field(description="应在何时前报送", examples=[_AT])


class AwayOut(Answered):
    """儿童主任离岗、还有未办事项的一个村居。"""

    organisation: str = Field(description="村居单位编号", examples=["village:999999001001"])
    organisation_name: str = Field(description="村居", examples=["示例社区"])
    since: str = Field(description="从何时起离岗", examples=[_AT])


class DifferingReportOut(Answered):
    """学校月报与系统记录不符。"""

    reporter: str = Field(description="学校单位编号", examples=["school:9999990001"])
    reporter_name: str = Field(description="学校", examples=["示例小学"])
    period: str = Field(description="月份", examples=["2025-03"])


class SilenceListing(Listing[SilenceOut]):
    """本单位沉默清单，各种类的小计，逾期未报送的，和离岗还有未办事项的。"""

    by_kind: list[SilenceKindCount] = Field(description="按种类小计")
    feeds: list[SilentFeedOut] = Field(description="本单位逾期未报送的")
    away: list[AwayOut] = Field(description="本村居（街镇为所辖村居）离岗、有未办事项的")
    differing: list[DifferingReportOut] = Field(
        description="上月月报与系统记录不符的学校（教育局看各校，学校看本校），请核对"
    )


class DistrictSilenceOut(Answered):
    """全区一种沉默在一个单位（或一类单位）的项数。"""

    kind: str = Field(description="种类代码", examples=["UNACCEPTED"])
    kind_name: str = Field("", description="种类", examples=["逾期未签收"])
    whose: str = Field(description="单位编号或单位类别；空为合计", examples=["town:999999001"])
    whose_name: str = Field("", description="单位或单位类别", examples=["示例街道未保站"])
    count: int | None = Field(description="项数；空为数目太小，不显示", examples=[7])


class DistrictSilence(Answered):
    """全区沉默清单：只有项数，没有儿童。"""

    counts: list[DistrictSilenceOut] = Field(description="按种类和单位的项数")
    note: str = Field(description="说明", examples=["小于5的项数不显示。"])


class ActOut(Answered):
    """一个单位最近做的一件事。"""

    organisation: str = Field(description="单位", examples=["示例小学"])
    act: str = Field(description="事项", examples=["疑似辍学"])
    at: str = Field(description="时间", examples=[_AT])


class CaseOut(Answered):
    """一个个案的状态，一行。"""

    id: str = Field(description="个案编号", examples=[_REFERRAL])
    kind: str = Field(description="种类代码", examples=["dropout"])
    kind_name: str = Field(description="种类", examples=["控辍保学个案"])
    state: str = Field(description="状态代码", examples=["SUSPECTED_DROPOUT"])
    state_name: str = Field(description="状态", examples=["疑似辍学"])
    opened_at: str = Field(description="开始时间", examples=[_AT])
    changed_at: str = Field(description="最近变化", examples=[_AT])
    acts: list[ActOut] = Field(description="各单位最近做的事")
    due_at: str | None = Field(description="最近的期限", examples=[_AT])


class CaseStatusOut(Answered):
    """案件状态核查的答复。查询已登记。"""

    cases: list[CaseOut] = Field(description="可向本单位显示的个案")
    message: str | None = Field(None, description="没有可显示的记录时的提示")
    receipt: str = Field(description="回执号", examples=["20250303-ABCD2345"])
    position: int = Field(description="登记位置", examples=[42])


class LookOut(Answered):
    """一次查阅。"""

    at: str = Field(description="时间", examples=[_AT])
    user: str = Field(description="查阅人代号", examples=["u-000000000000"])
    post: str = Field(description="岗位代码", examples=["handler"])
    post_name: str = Field("", description="岗位", examples=["经办人（A角）"])
    organisation: str = Field(description="单位编号", examples=["school:9999990001"])
    organisation_name: str = Field("", description="单位", examples=["示例小学"])
    categories: str = Field(description="数据类别代码", examples=["who"])
    category_names: str = Field("", description="数据类别", examples=["身份"])
    action: str = Field(description="动作代码", examples=["child_file"])
    action_name: str = Field("", description="动作", examples=["看一人一档"])
    purpose: str = Field(description="使用目的代码", examples=["CASEWORK"])
    purpose_name: str = Field("", description="使用目的", examples=["办理本单位职责内事项"])
    legal_basis: str = Field(description="法律依据代码", examples=["STATUTORY_DUTY"])
    legal_basis_name: str = Field("", description="法律依据", examples=["履行法定职责"])
    task: str = Field(description="在办转介单编号", examples=[""])


class PastEntryOut(Answered):
    """当日可见、今天仍可见的一条记录；只有名目，没有内容。"""

    position: int = Field(description="登记位置", examples=[42])
    topic: str = Field(description="记录代码", examples=["dropout.absence_reported.v1"])
    title: str = Field(description="记录", examples=["报告缺课"])
    category: str = Field(description="数据类别代码", examples=["schooling"])
    by: str = Field(description="当日凭什么可见", examples=["read"])
    recorded_at: str = Field(description="登记时间", examples=[_AT])


class PastLinkOut(Answered):
    """当日可见的一项家庭关联。"""

    other: str = Field(description="另一名儿童的编号", examples=[_REF])
    link: str = Field(description="关联种类代码", examples=["SIBLING"])
    state: str = Field(description="当日状态代码", examples=["CONFIRMED"])


class AsOfOut(Answered):
    """一个单位在某日结束时能看到一名儿童的哪些内容，依据哪一版规则。"""

    organisation: str = Field(description="单位编号", examples=["school:9999990001"])
    organisation_name: str = Field("", description="单位", examples=["示例小学"])
    on: date = Field(description="日期", examples=["2025-03-03"])
    rule_version: str = Field(description="当日规则版本", examples=["2026.2+00000000"])
    rights: dict[str, str] = Field(
        description="数据类别代码 → 凭什么可见", examples=[{"schooling": "read"}]
    )
    counts: dict[str, int] = Field(
        description="数据类别代码 → 当日可见的条数", examples=[{"schooling": 2}]
    )
    entries: list[PastEntryOut] = Field(description="其中今天仍可见的")
    family: list[PastLinkOut] = Field(
        default=[], description="当日两名儿童都可见、今天也都可见的家庭关联"
    )


class ExplainedOut(Answered):
    """办理经过中的一步，由什么引起、依据哪条规则；只有名目，没有内容。"""

    position: int = Field(description="登记位置", examples=[42])
    recorded_at: str = Field(description="登记时间", examples=[_AT])
    topic: str = Field(description="记录代码", examples=["referral.requested.v1"])
    title: str = Field(description="记录", examples=["转介"])
    stream: str = Field(description="所属事项编号", examples=[_REF])
    producer: str = Field(description="登记单位编号", examples=["hub:310117"])
    producer_name: str = Field(description="登记单位", examples=["平台"])
    rule_version: str = Field(description="当时的规则版本", examples=["2026.2+00000000"])
    cause: int | None = Field(description="由哪一步引起（其登记位置）", examples=[41])
    reactions: list[str] = Field(
        description="依据的规则；clock 表示到期",
        examples=[["when_dropout_suspected_then_trace_and_persuade"]],
    )
    clock: str | None = Field(None, description="时限种类代码", examples=["accept"])
    task: str | None = Field(None, description="转介单种类代码", examples=["trace_dropout"])
    due_at: str | None = Field(None, description="到期时间", examples=[_AT])
    told: str | None = Field(None, description="提醒了哪个单位", examples=["civil_affairs:310117"])
    post: str | None = Field(None, description="提醒了哪个岗位", examples=["deputy"])


class UnusualLookOut(Answered):
    """一次异常查阅。"""

    at: str = Field(description="时间", examples=[_AT])
    kinds: str = Field(description="异常代码，逗号分隔", examples=["night"])
    kind_names: str = Field("", description="异常", examples=["夜间查阅"])
    child_ref: str = Field(description="一人一档编号", examples=[_REF])
    children: int = Field(description="此人当时已查阅的儿童数", examples=[1])
    organisation: str = Field(description="查阅单位编号", examples=["school:9999990001"])
    organisation_name: str = Field("", description="查阅单位", examples=["示例小学"])
    post: str = Field(description="岗位代码", examples=["handler"])
    post_name: str = Field("", description="岗位", examples=["经办人（A角）"])
    user: str = Field(description="查阅人代号", examples=["u-000000000000"])


class PublicKeyOut(Answered):
    """查验用的公钥。"""

    public_key: str = Field(
        description="一行文字：名称、指纹、公钥",
        examples=["hub.999999+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"],
    )


class RuleStepOut(Answered):
    """一条规则。"""

    file: str = Field(description="规则文件", examples=["sharing-matrix.csv"])
    row: str = Field(description="行", examples=["school, harm"])
    text: str = Field(description="说明")
    yes: bool = Field(description="是否放行")


class ExplainedRuleOut(Answered):
    """规则的逐步说明。"""

    shown: bool = Field(description="能看到")
    by: str | None = Field(description="凭什么能看到", examples=["read"])
    by_name: str = Field(description="凭什么能看到（中文）")
    version: str = Field(description="规则版本")
    steps: list[RuleStepOut] = Field(description="依次问到的规则")


class CheckpointOut(Answered):
    """一份签署。"""

    tree: str = Field(description="access 查阅记录；events 事件", examples=["access"])
    note: str = Field(description="签署全文，请原样留存", examples=[_NOTE])


class KeptIn(Asked):
    """留存的签署。"""

    note: str = Field(max_length=4000, description="签署全文", examples=[_NOTE])


class GrowthOut(Answered):
    """只增不改的证明。"""

    kind: str = Field(description="growth", examples=["growth"])
    old: str = Field(description="留存的签署", examples=[_NOTE])
    new: str = Field(description="最新的签署", examples=[_NOTE])
    proof: list[str] = Field(description="证明（RFC 6962），base64", examples=[[]])


class StatusOut(Answered):
    """系统更新到哪里。"""

    position: int = Field(description="登记位置", examples=[42])
    view_position: int = Field(description="本单位视图已更新到的位置", examples=[42])
    lag: int = Field(description="还差多少", examples=[0])
    reactions_position: int = Field(description="联动已处理到的位置", examples=[42])
    policy_version: str = Field(description="规则版本", examples=["1+00000000"])
    now: str = Field(description="系统时间", examples=[_AT])


class HealthOut(Answered):
    """进程在运行。"""

    status: str = Field(examples=["ok"])


class ReadyOut(Answered):
    """可以受理请求。"""

    status: str = Field(examples=["ready"])
    lag: int = Field(description="最慢的视图还差多少", examples=[0])


def field_names() -> frozenset[str]:
    """Names of request fields and parameters: what a problem may repeat of a client's names."""
    names = {name for model in Asked.__subclasses__() for name in model.model_fields}
    return frozenset(
        names
        | {
            "access",
            "cursor",
            "days",
            "dry_run",
            "everybodys",
            "feedback_owed",
            "file",
            "Idempotency-Key",
            "limit",
            "min_position",
            "open_only",
            "state",
            "stream",
            "task",
            "town",
            "until",
            "village",
        }
    )


class ReportOut(Answered):
    """一份强制报告：状态和期限，不含内容。"""

    first: str | None = Field(
        None, description="首先要做的事", examples=["报告称孩子受伤：先送医，再登记就医情况。"]
    )
    medical_by: str | None = Field(
        None, description="受伤儿童的就医期限；登记就医情况后为空", examples=[_AT]
    )
    id: str = Field(description="报告编号", examples=[_REFERRAL])
    state: str = Field(description="状态代码", examples=["ACCEPTED"])
    state_name: str = Field("", description="状态", examples=["已接报"])
    decision: str | None = Field(description="处理决定代码", examples=["NOT_FILED"])
    town: str | None = Field(description="街镇代码", examples=["999999001"])
    immediate_danger: bool | None = Field(
        description="是否正在危险中；为空表示不向本单位显示", examples=[False]
    )
    filed_at: str = Field(description="报告时间", examples=[_AT])
    changed_at: str = Field(description="最近变动", examples=[_AT])
    feedback_by: str | None = Field(description="反馈期限", examples=[_AT])
    feedback_overdue: bool = Field(description="反馈是否逾期", examples=[False])
    child_ref: str | None = Field(description="查明后的一人一档编号", examples=[_REF])


class ReportWithEntriesOut(ReportOut):
    """一份强制报告和本单位可见的内容，新的在前。"""

    entries: list[EntryOut] = Field(description="内容")


class FollowedOut(Answered):
    """凭回执号跟进的报告。"""

    report: ReportWithEntriesOut = Field(description="报告")
    call: list[CallOut] = Field(
        description="可以拨打的电话：先打110；没有接报前是公安分局，接报后是现在承办的单位"
    )


class ReportAcceptIn(Asked):
    """接报。"""

    police_receipt: str | None = Field(
        None, max_length=100, description="接报回执号", examples=["示例接〔2025〕1号"]
    )


class ReportDecideIn(Asked):
    """处理决定。"""

    decision: PoliceDecision = Field(description="决定代码", examples=["NOT_FILED"])
    reason: str | None = Field(
        None,
        max_length=2000,
        description="理由；不立案的必须填写",
        examples=["示例：未发现违法事实"],
    )
    receiver: str | None = Field(
        None, max_length=200, description="移送的：区外接收单位", examples=["（示例）外区公安分局"]
    )
    letter: str | None = Field(
        None,
        max_length=100,
        description="移送的：接收单位签收回执编号",
        examples=["（外区）签收〔2025〕7号"],
    )


class ReportFeedbackIn(Asked):
    """反馈报告单位。"""

    note: str | None = Field(
        None, max_length=2000, description="说明", examples=["示例：已见到孩子，孩子平安"]
    )
    final: bool = Field(
        False, description="是否办结反馈：告知的是办理结果，结案前必须有一次", examples=[True]
    )


class ReportCloseIn(Asked):
    """结案。"""

    note: str | None = Field(None, max_length=2000, description="说明", examples=["示例：办结"])
    unreachable: str | None = Field(
        None,
        max_length=2000,
        description="没有办结反馈的：联系不上报告单位的原因",
        examples=["示例：报告单位已注销，电话停机"],
    )


class MedicalCareIn(Asked):
    """就医情况。"""

    care: str = Field(
        max_length=40, description="就医情况代码：SENT、THERE 或 NOT_NEEDED", examples=["SENT"]
    )
    hospital: str | None = Field(
        None, max_length=200, description="医疗机构", examples=["（示例）区中心医院急诊"]
    )
    treated_at: str | None = Field(
        None,
        max_length=64,
        description="本区医疗机构的代码；填写的，系统随即请其移交病历、检查材料",
        examples=["hospital:310117"],
    )
    account: str | None = Field(
        None, max_length=2000, description="说明", examples=["示例：120已接走，民警陪同"]
    )


class EvidenceAskedIn(Asked):
    """请求移交材料。"""

    hospital: str = Field(max_length=64, description="医疗机构代码", examples=["hospital:310117"])


class EvidenceIn(Asked):
    """移交材料。"""

    listed: str | None = Field(
        None,
        max_length=2000,
        description="材料清单",
        examples=["示例：门诊病历复印件1份、CT报告1份、伤情照片6张"],
    )


class EvidenceReceivedIn(Asked):
    """签收材料。"""

    hand_over: int = Field(1, ge=1, le=1000, description="该报告的第几次移交", examples=[1])
    number: str | None = Field(
        None, max_length=100, description="签收编号", examples=["示例收〔2025〕1号"]
    )
    note: str | None = Field(None, max_length=2000, description="说明", examples=["示例：齐全"])


class ReportOrderIn(Asked):
    """通知立案。"""

    reason: str | None = Field(
        None, max_length=2000, description="理由", examples=["示例：不立案理由不能成立"]
    )
    document: str | None = Field(
        None, max_length=100, description="文书号", examples=["示例检通立〔2025〕1号"]
    )


class AdviceOut(Answered):
    """一份检察建议：双方、状态和期限，不含内容。"""

    id: str = Field(description="检察建议编号", examples=[_REFERRAL])
    state: str = Field(description="状态代码", examples=["ISSUED"])
    state_name: str = Field("", description="状态", examples=["待回复"])
    sender: str = Field(description="制发单位编号", examples=["procuratorate:999999"])
    sender_name: str = Field(description="制发单位", examples=["示例检察院"])
    addressee: str = Field(description="被建议单位编号", examples=["school:9999990001"])
    addressee_name: str = Field(description="被建议单位", examples=["示例小学"])
    issued_on: str | None = Field(description="发出日期", examples=["2025-03-03"])
    reply_by: str | None = Field(description="回复期限（当日24时止）", examples=["2025-04-03"])
    replied_on: str | None = Field(description="回复日期", examples=["2025-03-20"])
    overdue: bool = Field(description="是否逾期未回复", examples=[False])


class AdviceWithEntriesOut(AdviceOut):
    """一份检察建议和本单位可见的内容，新的在前。"""

    entries: list[EntryOut] = Field(description="内容")


class ExtensionIn(Asked):
    """申请延期。"""

    until: date = Field(description="延到哪一天（当天24:00）", examples=["2025-03-20"])
    account: str = Field(
        min_length=1,
        max_length=2000,
        description="延期理由",
        examples=["（示例）监护人外出，二十日返回。"],
    )


class ExtensionDecidedIn(Asked):
    """同意延期。"""

    until: date = Field(description="同意延到哪一天，与申请一致", examples=["2025-03-20"])


class AwayIn(Asked):
    """登记儿童主任离岗。"""

    organisation: str = Field(
        max_length=100, description="村居代码", examples=["village:310117099001"]
    )
    since: date = Field(description="从哪一天起（含当天）", examples=["2025-03-10"])
    until: date = Field(description="到哪一天止（含当天，次日自动返岗）", examples=["2025-03-20"])
    stand_in: StandIn = Field(
        description="由谁代岗：DEPUTY（本村居B角）；TOWN（街镇，应走访移交街镇，返岗后退回）",
        examples=["TOWN"],
    )
    account: str | None = Field(
        None, max_length=2000, description="情况说明", examples=["（示例）住院"]
    )


class ShiftIn(Asked):
    """值班表的一行。"""

    post: str = Field(max_length=20, description="岗位：值班、值班领导或负责人", examples=["值班"])
    begins: str = Field(
        max_length=30, description="开始（北京时间，到分钟）", examples=["2025-03-03 20:00"]
    )
    ends: str = Field(max_length=30, description="结束", examples=["2025-03-04 08:00"])
    user: str = Field(max_length=32, description="值班人登录名", examples=["zhiban1"])
    deputy: str | None = Field(
        None, max_length=32, description="替班人登录名", examples=["zhiban2"]
    )


class RosterIn(Asked):
    """值班表。"""

    shifts: list[ShiftIn] = Field(
        min_length=1,
        max_length=1000,
        description="各班",
        examples=[
            [
                {
                    "post": "值班",
                    "begins": "2025-03-03 20:00",
                    "ends": "2025-03-04 08:00",
                    "user": "zhiban1",
                }
            ]
        ],
    )


class DutyNumberIn(Asked):
    """值班电话。"""

    number: str = Field(max_length=30, description="固定电话", examples=["021-57000000"])


class ShiftOut(Answered):
    """一班。"""

    post: str = Field(description="岗位代码", examples=["duty"])
    post_name: str = Field(description="岗位", examples=["值班"])
    begins: str = Field(description="开始（北京时间）", examples=["2025-03-03 20:00"])
    ends: str = Field(description="结束", examples=["2025-03-04 08:00"])
    user: str = Field(description="值班人登录名", examples=["zhiban1"])
    deputy: str | None = Field(description="替班人登录名", examples=["zhiban2"])


class RosterOut(Answered):
    """本单位值班表。"""

    number: str | None = Field(description="值班电话", examples=["021-57000000"])
    shifts: list[ShiftOut] = Field(description="今后几天各班")
    gaps: list[str] = Field(description="从何时起无人值班", examples=[["今晚20:00起无人值班"]])


class BackIn(Asked):
    """登记返岗。"""

    organisation: str = Field(
        max_length=100, description="村居代码", examples=["village:310117099001"]
    )


class OrderIn(Asked):
    """制发督办单。"""

    addressee: str = Field(
        max_length=100, description="被督办单位编号", examples=["education:310117"]
    )
    demand: str = Field(
        min_length=1,
        max_length=2000,
        description="督办要求，不写儿童姓名",
        examples=["（示例）请于五个工作日内办结并书面回复。"],
    )
    matter_id: str | None = Field(
        None,
        max_length=100,
        description="所督办事项的编号，如转介单；建议督办的不用填",
        examples=["f0000000-0000-4000-8000-000000000003"],
    )


class OrderEntryOut(EntryOut):
    """督办单的一步。"""

    order_id: str = Field(
        description="督办单编号", examples=["f0000000-0000-4000-8000-000000000004"]
    )


class ApprovalOut(EntryOut):
    """一项待审批。"""

    case_id: str = Field(description="个案编号", examples=["f0000000-0000-4000-8000-000000000004"])
    proposal: int = Field(description="本单位提请的序号", examples=[1])
    due_at: str = Field(description="审批期限", examples=[_AT])
    overdue: bool = Field(description="是否已逾期", examples=[False])


class RejectionIn(Asked):
    """退回。"""

    reason: str = Field(
        min_length=1,
        max_length=2000,
        description="退回的理由",
        examples=["（示例）监护能力部分没有写明。"],
    )


class OrderReplyIn(Asked):
    """书面回复督办单。"""

    content: str = Field(
        min_length=1,
        max_length=2000,
        description="回复内容，不写儿童姓名",
        examples=["（示例）已办结。"],
    )
    replied_on: date | None = Field(
        None, description="回复日期；不填为今天", examples=["2025-03-20"]
    )


class AdviceReplyIn(Asked):
    """书面回复。"""

    content: str = Field(
        min_length=1,
        max_length=2000,
        description="回复内容，不写儿童姓名",
        examples=["（示例）已排查并整改。"],
    )
    replied_on: date | None = Field(
        None, description="回复日期；不填为今天", examples=["2025-03-20"]
    )
