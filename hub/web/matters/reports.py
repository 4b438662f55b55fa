"""强制报告: where each stands, and what police, hospitals and procurators do about one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from domain.kernel import Category
from domain.mandatory_report import (
    STATE_WORDS,
    AcceptMandatoryReport,
    AskForEvidence,
    CloseMandatoryReport,
    DecideMandatoryReport,
    FeedBackToReporter,
    HandOverEvidence,
    OrderFiling,
    PoliceDecision,
    ReceiveEvidence,
    ReportState,
    StateMedicalCare,
)
from domain.organisations import Seat, seat_of
from domain.records_request import RequestRecords
from domain.report_codes import MEDICAL_CARE
from hub.answers import Entry, Report
from hub.api.paging import decode, encode, pseudonym
from hub.api.referrals import first_of
from hub.queries import MAX_PAGE
from hub.web import words
from hub.web.acts import NOTE, Act, Choices, Field, NotFilled, new_id, organisations_of
from hub.web.matters import Line, Lines, Matter, Whole, said_of

if TYPE_CHECKING:
    from hub.web.desk import Desk, Fields

_PAGE = 50
_SOMETHING = "（示例）"


def _decision_words() -> list[tuple[str, str]]:
    return [(each.value, _decision(each.value)) for each in PoliceDecision]


def _decision(code: str | None) -> str:
    return STATE_WORDS[ReportState(code)] if code else ""


def _lines(desk: Desk, cursor: str | None, decision: str | None = None) -> Lines:
    page = desk.program.queries.reports(
        desk.reader(), decision=decision, after=decode(cursor), limit=_PAGE
    )
    towns = desk.program.policies.towns
    lines = [
        Line(
            each.id,
            (
                STATE_WORDS[ReportState(each.state)],
                _decision(each.decision),
                towns.get(each.town or "", ""),
                words.minute(each.filed_at),
                "正处于危险中" if each.immediate_danger else "",
            ),
            words.due(each.feedback_by, desk.now) if _owed(each) else None,
        )
        for each in page.items
    ]
    return lines, encode(page.next_cursor)


def _owed(report: Report) -> bool:
    """Whether the reporter has yet to hear back."""
    return report.feedback_overdue or report.state not in (
        ReportState.FED_BACK,
        ReportState.CLOSED,
    )


def _not_filed(desk: Desk, cursor: str | None) -> Lines:
    return _lines(desk, cursor, PoliceDecision.NOT_FILED.value)


def _report(desk: Desk, wanted: str) -> Whole | None:
    queries, reader, wanted = desk.program.queries, desk.reader(), pseudonym(wanted)
    found = queries.report(reader, wanted)
    if found is None:
        return None
    entries = queries.timeline(reader, wanted, limit=MAX_PAGE).items
    child = queries.child_file(reader, found.child_ref) if found.child_ref else None
    facts = [
        ("状态", STATE_WORDS[ReportState(found.state)]),
        ("处理决定", _decision(found.decision)),
        ("街镇", desk.program.policies.towns.get(found.town or "", "")),
        ("报告时间", words.minute(found.filed_at)),
        ("向报告人反馈期限", words.minute(found.feedback_by) if found.feedback_by else ""),
    ]
    return Whole(
        "强制报告",
        [each for each in facts if each[1]],
        found,
        (*_ACTS, *_asking(desk, found, entries)),
        said_of(desk, entries),
        (child,) if child else (),
        warning=first_of(found.medical_by) or "",
        prints=("report_sheet", found.id),
    )


def _decide(desk: Desk, report: UUID, sent: Fields) -> DecideMandatoryReport:
    if sent.get("decision") not in set(PoliceDecision):
        raise NotFilled([("decision", "请从列表中选择处理决定。")])
    return DecideMandatoryReport(
        report_id=report,
        decision=PoliceDecision(sent.get("decision")),
        reason=sent.maybe("reason"),
        receiver=sent.maybe("receiver"),
        letter=sent.maybe("letter"),
    )


def _receive(desk: Desk, report: UUID, sent: Fields) -> ReceiveEvidence:
    number = sent.get("hand_over") or "1"
    if not (number.isascii() and number.isdigit() and 0 < int(number) <= 1000):
        raise NotFilled([("hand_over", "请填写第几次移交，例如1。")])
    return ReceiveEvidence(
        report_id=report,
        hand_over=int(number),
        number=sent.maybe("number"),
        note=sent.maybe("note"),
    )


def _hospital_choices(desk: Desk, found: Report) -> Choices:
    hospitals = organisations_of(desk, [Seat.HOSPITAL])
    return {
        "care": list(MEDICAL_CARE.labels.items()),
        "treated_at": hospitals,
        "hospital": hospitals,
    }


def _first_hospital(desk: Desk) -> str:
    return next(iter(organisations_of(desk, [Seat.HOSPITAL])), ("", ""))[0]


def _asking(desk: Desk, report: Report, entries: tuple[Entry, ...]) -> tuple[Act, ...]:
    """调阅申请 about a report: whoever decided is asked, for what it publishes of such a matter."""
    if report.child_ref is None:
        return ()
    rules = desk.program.policies.rules.records_requests
    decided = [each.producer for each in entries if each.topic.startswith("report.")]
    owners = [each for each in decided if _is_police(each)]
    if not owners:
        return ()
    child, owner = UUID(report.child_ref), owners[0]
    may = rules.openable.get(desk.seat, frozenset()) & rules.of_seat(owner)
    categories = tuple(sorted(may, key=list(Category).index))

    def asked(desk: Desk, number: UUID, document: str, account: str) -> RequestRecords:
        return RequestRecords(
            request_id=number,
            child_ref=child,
            addressee=owner,
            categories=categories,
            document_number=document,
            account=account,
        )

    return (
        Act(
            "request",
            "调阅申请",
            (Field("document_number", "文书号", "line"), Field("account", "事项", "text")),
            lambda desk, found: asked(desk, UUID(found.id), _SOMETHING, _SOMETHING),
            lambda desk, id_, sent: asked(
                desk,
                new_id(desk, "records request", sent),
                sent.get("document_number"),
                sent.get("account"),
            ),
        ),
    )


def _is_police(organisation: str) -> bool:
    return not organisation.startswith("hub:") and seat_of(organisation) in (
        Seat.POLICE,
        Seat.POLICE_STATION,
    )


def _of(report: Report) -> UUID:
    return UUID(report.id)


_ACTS = (
    Act(
        "accept",
        "接报",
        (Field("police_receipt", "接报回执号", "line", required=False),),
        lambda desk, found: AcceptMandatoryReport(report_id=_of(found)),
        lambda desk, id_, sent: AcceptMandatoryReport(
            report_id=id_, police_receipt=sent.maybe("police_receipt")
        ),
        main=True,
    ),
    Act(
        "medical",
        "登记就医情况",
        (
            Field("care", "就医情况", "choice"),
            Field("treated_at", "本区医疗机构", "choice", required=False),
            Field("hospital", "其他医疗机构", "line", required=False),
            Field("account", "说明", "text", required=False),
        ),
        lambda desk, found: StateMedicalCare(report_id=_of(found), care="SENT"),
        lambda desk, id_, sent: StateMedicalCare(
            report_id=id_,
            care=sent.get("care"),
            hospital=sent.maybe("hospital"),
            treated_at=sent.maybe("treated_at"),
            account=sent.maybe("account"),
        ),
        _hospital_choices,
    ),
    Act(
        "decide",
        "登记处理决定",
        (
            Field("decision", "处理决定", "choice"),
            Field("reason", "理由", "text", False, "不立案的必须填写"),
            Field("receiver", "移送给哪个单位", "line", False, "移送区外单位时填写"),
            Field("letter", "接收回执编号", "line", False, "移送区外单位时填写"),
        ),
        lambda desk, found: DecideMandatoryReport(
            report_id=_of(found), decision=PoliceDecision.CRIMINAL_FILED
        ),
        _decide,
        lambda desk, found: {"decision": _decision_words()},
    ),
    Act(
        "feedback",
        "向报告单位反馈",
        (
            Field("told", "告知的内容", "text"),
            Field("final", "这是办结反馈，告知的是办理结果", "flag", required=False),
        ),
        lambda desk, found: FeedBackToReporter(report_id=_of(found), told=_SOMETHING),
        lambda desk, id_, sent: FeedBackToReporter(
            report_id=id_, told=sent.get("told"), final=bool(sent.get("final"))
        ),
    ),
    Act(
        "evidence-ask",
        "请医疗机构移交材料",
        (Field("hospital", "医疗机构", "choice"),),
        lambda desk, found: AskForEvidence(
            report_id=_of(found), hospital=_first_hospital(desk) or desk.ours
        ),
        lambda desk, id_, sent: AskForEvidence(report_id=id_, hospital=sent.get("hospital")),
        _hospital_choices,
    ),
    Act(
        "evidence",
        "移交材料",
        (Field("listed", "材料清单", "text"),),
        lambda desk, found: HandOverEvidence(report_id=_of(found), listed=_SOMETHING),
        lambda desk, id_, sent: HandOverEvidence(report_id=id_, listed=sent.get("listed")),
    ),
    Act(
        "evidence-receive",
        "签收材料",
        (
            Field("hand_over", "第几次移交", "line", False, "不填为第1次"),
            Field("number", "签收编号", "line", required=False),
            NOTE,
        ),
        lambda desk, found: ReceiveEvidence(report_id=_of(found), hand_over=1),
        _receive,
    ),
    Act(
        "close",
        "结案",
        (
            NOTE,
            Field("unreachable", "联系不上报告单位的原因", "text", False, "没有办结反馈的填写"),
        ),
        lambda desk, found: CloseMandatoryReport(report_id=_of(found)),
        lambda desk, id_, sent: CloseMandatoryReport(
            report_id=id_, reason=sent.maybe("note"), unreachable=sent.maybe("unreachable")
        ),
    ),
    Act(
        "order-filing",
        "通知立案",
        (Field("document", "文书号", "line", required=False), Field("reason", "理由", "text")),
        lambda desk, found: OrderFiling(report_id=_of(found), reason=_SOMETHING, document="1"),
        lambda desk, id_, sent: OrderFiling(
            report_id=id_, reason=sent.get("reason"), document=sent.maybe("document")
        ),
    ),
)

_COLUMNS = ("状态", "处理决定", "街镇", "报告时间", "危险")
REPORTS = Matter(
    "reports",
    "强制报告",
    "本单位职责或任务范围内的，以及本人报告的。凭回执号可以跟进和补充。",
    _COLUMNS,
    _lines,
    _report,
)
NOT_FILED = Matter(
    "not-filed",
    "未立案清单",
    "公安机关决定不立案的强制报告。",
    _COLUMNS,
    _not_filed,
    _report,
    frozenset({Seat.PROCURATORATE}),
)
