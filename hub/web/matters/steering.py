"""待审批, 督办单, 检察建议."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from domain.advice import STATE_WORDS, AdviceState, ReplyToAdvice
from domain.approval import ApproveProposal, RejectProposal
from domain.supervisory_order import CloseOrder, IssueOrder, ReplyToOrder, may_be_sent
from hub.answers import Advice, Approval, Entry
from hub.api.paging import decode, decode_position, encode, pseudonym
from hub.queries import MAX_PAGE
from hub.web import words
from hub.web.acts import Act, Choices, Field, as_id, day_of, new_id, organisations_of
from hub.web.matters import Line, Lines, Matter, Whole, newest_of_each, said_of

if TYPE_CHECKING:
    from hub.web.desk import Desk, Fields

_PAGE = 50
_SOMETHING = "（示例）"
_REPLY = (
    Field("content", "回复内容", "text", True, "不写儿童姓名"),
    Field("replied_on", "回复日期", "date", False, "不填为今天"),
)


# What awaits another person's decision


def _approvals(desk: Desk, cursor: str | None) -> Lines:
    page = desk.program.queries.approvals(desk.reader(), after=decode(cursor), limit=_PAGE)
    lines = [
        Line(
            f"{each.case_id}.{each.proposal}",
            (each.entry.title, each.entry.producer_name, words.minute(each.entry.occurred_at)),
            words.due(each.due_at, desk.now),
        )
        for each in page.items
    ]
    return lines, encode(page.next_cursor)


def _approval(desk: Desk, wanted: str) -> Whole | None:
    case, _, number = wanted.partition(".")
    cursor: str | None = None
    while True:
        page = desk.program.queries.approvals(desk.reader(), after=cursor, limit=MAX_PAGE)
        for each in page.items:
            if each.case_id == pseudonym(case) and str(each.proposal) == number:
                child = desk.program.queries.child_file(desk.reader(), each.child_ref)
                return Whole(
                    each.entry.title,
                    (),
                    each,
                    _deciding(each),
                    said_of(desk, [each.entry]),
                    (child,) if child else (),
                    due=words.due(each.due_at, desk.now),
                    warning="不能审批本人提出的；同意后才生效。",
                )
        cursor = page.next_cursor
        if cursor is None:
            return None


def _deciding(of: Approval) -> tuple[Act, ...]:
    case, proposal = UUID(of.case_id), of.proposal
    return (
        Act(
            "approve",
            "同意",
            (),
            lambda desk, found: ApproveProposal(case_id=case, proposal=proposal),
            lambda desk, id_, sent: ApproveProposal(case_id=case, proposal=proposal),
            main=True,
            stays=False,
        ),
        Act(
            "reject",
            "退回",
            (Field("reason", "退回的理由", "text"),),
            lambda desk, found: RejectProposal(case_id=case, proposal=proposal, reason=_SOMETHING),
            lambda desk, id_, sent: RejectProposal(
                case_id=case, proposal=proposal, reason=sent.get("reason")
            ),
            stays=False,
        ),
    )


APPROVALS = Matter(
    "approvals",
    "待审批",
    "本单位提请、尚未审批的评估和结案，先到期限的在前。",
    ("事项", "提请单位", "提请时间"),
    _approvals,
    _approval,
)


# 督办单


def _orders(desk: Desk, cursor: str | None) -> Lines:
    page = desk.program.queries.register(
        desk.reader(),
        stream="supervisory_order",
        everybodys=True,
        before=decode_position(cursor),
        limit=_PAGE,
    )
    lines = [
        Line(each.stream, (each.title, *_between(desk, each), words.minute(each.occurred_at)))
        for each in newest_of_each(page.items)
    ]
    return lines, encode(page.next_cursor)


def _between(desk: Desk, entry: Entry) -> tuple[str, str]:
    name = desk.program.directory.name
    sender, addressee = entry.clear.get("sender"), entry.clear.get("addressee")
    return name(str(sender or "")), name(str(addressee or ""))


def _order(desk: Desk, wanted: str) -> Whole | None:
    wanted, before, found = pseudonym(wanted), None, []
    while True:
        page = desk.program.queries.register(
            desk.reader(),
            stream="supervisory_order",
            everybodys=True,
            before=before,
            limit=MAX_PAGE,
        )
        found += [each for each in page.items if each.stream == wanted]
        if page.next_cursor is None:
            break
        before = int(page.next_cursor)
    if not found:
        return None
    sender, addressee = _between(desk, found[0])
    facts = [("制发单位", sender), ("被督办单位", addressee)]
    return Whole(
        "督办单",
        facts,
        found[0],
        _ORDER_ACTS,
        said_of(desk, found),
        prints=("supervisory_order", found[0].stream),
    )


def _sent_to(desk: Desk) -> list[tuple[str, str]]:
    """Whom an order may be sent to."""
    rules = desk.program.policies.rules.escalation.orders
    every = organisations_of(desk, desk.program.directory.seats())
    return [each for each in every if may_be_sent(each[0], rules)]


def _demand(desk: Desk, found: Entry | None) -> Choices:
    return {"addressee": _sent_to(desk)}


def _issued(desk: Desk, order: UUID, sent: Fields) -> IssueOrder:
    matter = sent.get("matter_id")
    return IssueOrder(
        order_id=order,
        addressee=sent.get("addressee"),
        demand=sent.get("demand"),
        matter_id=as_id(matter) if matter else None,
    )


_DEMANDED = (
    Field("addressee", "督办哪个单位", "choice"),
    Field("demand", "督办要求", "text", True, "写明要求和期限，不写儿童姓名"),
)
ISSUE = Act(
    "issue",
    "制发督办单",
    _DEMANDED,
    lambda desk, found: IssueOrder(
        order_id=as_id(found.stream if found else ""),
        addressee=str(found.clear.get("addressee") or desk.ours) if found else desk.ours,
        demand=_SOMETHING,
    ),
    _issued,
    _demand,
)
_ORDER_ACTS = (
    Act(
        "reply",
        "书面回复",
        _REPLY,
        lambda desk, found: ReplyToOrder(order_id=UUID(found.stream), content=_SOMETHING),
        lambda desk, id_, sent: ReplyToOrder(
            order_id=id_, content=sent.get("content"), replied_on=day_of(sent.get("replied_on"))
        ),
        main=True,
    ),
    ISSUE,
    Act(
        "close",
        "办结",
        (),
        lambda desk, found: CloseOrder(order_id=UUID(found.stream)),
        lambda desk, id_, sent: CloseOrder(order_id=id_),
    ),
)

ORDERS = Matter(
    "orders",
    "督办单",
    "建议督办的、本单位制发的、发给本单位的，新的在前。",
    ("最近一步", "制发单位", "被督办单位", "时间"),
    _orders,
    _order,
    starts=(
        Act(
            "issue",
            "制发督办单",
            (*_DEMANDED, Field("matter_id", "所督办的事项", "hidden", required=False)),
            lambda desk, found: IssueOrder(
                order_id=as_id(""), addressee=_other(desk), demand=_SOMETHING
            ),
            lambda desk, id_, sent: _issued(desk, new_id(desk, "order", sent), sent),
            _demand,
        ),
    ),
)


def _other(desk: Desk) -> str:
    return next(iter(_sent_to(desk)), (desk.ours, ""))[0]


# 检察建议


def _advices(desk: Desk, cursor: str | None) -> Lines:
    page = desk.program.queries.advices(desk.reader(), after=decode(cursor), limit=_PAGE)
    lines = [
        Line(
            each.id,
            (
                STATE_WORDS[AdviceState(each.state)],
                each.sender_name,
                each.addressee_name,
                words.day(each.issued_on) if each.issued_on else "",
                words.day(each.reply_by) if each.reply_by else "",
                "逾期" if each.overdue else "",
            ),
        )
        for each in page.items
    ]
    return lines, encode(page.next_cursor)


def _advice(desk: Desk, wanted: str) -> Whole | None:
    queries, reader, wanted = desk.program.queries, desk.reader(), pseudonym(wanted)
    found = queries.advice(reader, wanted)
    if found is None:
        return None
    facts = [
        ("状态", STATE_WORDS[AdviceState(found.state)]),
        ("制发单位", found.sender_name),
        ("被建议单位", found.addressee_name),
        *((label, words.day(day)) for label, day in _days(found) if day),
    ]
    said = said_of(desk, queries.timeline(reader, wanted, limit=MAX_PAGE).items)
    return Whole("检察建议", facts, found, _ADVICE_ACTS, said)


def _days(advice: Advice) -> tuple[tuple[str, str | None], ...]:
    return (
        ("发出日期", advice.issued_on),
        ("回复期限", advice.reply_by),
        ("回复日期", advice.replied_on),
    )


_ADVICE_ACTS = (
    Act(
        "reply",
        "书面回复",
        _REPLY,
        lambda desk, found: ReplyToAdvice(advice_id=UUID(found.id), content=_SOMETHING),
        lambda desk, id_, sent: ReplyToAdvice(
            advice_id=id_, content=sent.get("content"), replied_on=day_of(sent.get("replied_on"))
        ),
        main=True,
    ),
)

ADVICE = Matter(
    "advice",
    "检察建议",
    "本单位制发的和发给本单位的，先到回复期限的在前。",
    ("状态", "制发单位", "被建议单位", "发出日期", "回复期限", "是否逾期"),
    _advices,
    _advice,
)
