"""The steps of a referral (转介单) as its page offers them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from domain.calendar import shanghai_date
from domain.deadline_extension import ApproveExtension, AskForExtension, RefuseExtension
from domain.kernel import Command
from domain.organisations import Seat, seat_of
from domain.referral import (
    RETURN_WORDS,
    AcceptReferral,
    CloseReferral,
    CompleteReferral,
    DeclineOffer,
    FailReferral,
    OfferReferral,
    ReassignReferral,
    ResumeReferral,
    ReturnReason,
    ReturnReferral,
    SendReferral,
    StartReferral,
    VoidReferral,
    WithdrawReferral,
)
from domain.referral_desk import AssignReferral, HoldReferral
from domain.rules import COMPLETE
from hub.answers import Referral
from hub.web.acts import NOTE, Act, Choices, Field, NotFilled, day_of, required_day

if TYPE_CHECKING:
    from hub.web.desk import Desk, Fields


_NOBODY = "u-nobody"
"""Who handles nothing yet: to name somebody is always something new."""


def _outcomes(desk: Desk, found: Referral) -> Choices:
    kind = desk.program.policies.rules.referrals.get(found.kind)
    if kind is None:
        return {}
    return {"outcome": [(c, w) for c, w in kind.outcomes.items() if c not in kind.by_record]}


def _first_outcome(desk: Desk, found: Referral) -> str:
    return next((code for code, _ in _outcomes(desk, found).get("outcome", ())), "")


def _holds(desk: Desk, found: Referral) -> Choices:
    return {"reason": list(desk.program.policies.rules.casework.holds.items())}


def _errors(desk: Desk, found: Referral) -> Choices:
    return {"reason": list(desk.program.policies.rules.casework.errors.items())}


def _returns(desk: Desk, found: Referral) -> Choices:
    return {"reason": [(code.value, word) for code, word in RETURN_WORDS.items()]}


def _colleagues(desk: Desk, found: Referral) -> Choices:
    ours = [u for u in desk.program.directory.users() if u.organisation == desk.ours]
    people = [(user.login, f"{user.login} {user.unit}".strip()) for user in ours]
    return {"handler": people, "deputy": people}


def _others(desk: Desk, found: Referral) -> list[str]:
    """Organisations that the kind of referral may go to, besides the one that has it."""
    kind = desk.program.policies.rules.referrals.get(found.kind)
    seats: Sequence[Seat] = kind.seats if kind else ()
    return [
        each.id
        for seat in seats
        for each in desk.program.directory.organisations(seat)
        if each.id != found.addressee
    ]


def _receivers(name: str) -> Callable[[Desk, Referral], Choices]:
    def found_for(desk: Desk, found: Referral) -> Choices:
        directory = desk.program.directory
        return {name: [(each, directory.name(each)) for each in _others(desk, found)]}

    return found_for


def _same_seat(desk: Desk, found: Referral) -> Choices:
    directory = desk.program.directory
    seat = seat_of(found.addressee)
    return {
        "addressee": [
            (each, directory.name(each)) for each in _others(desk, found) if seat_of(each) is seat
        ]
    }


def _probe_offer(desk: Desk, found: Referral) -> Command:
    return OfferReferral(
        referral_id=UUID(found.id), to=next(iter(_others(desk, found)), found.addressee)
    )


def _probe_reassign(desk: Desk, found: Referral) -> Command:
    others = [code for code, _ in _same_seat(desk, found)["addressee"]]
    return ReassignReferral(referral_id=UUID(found.id), addressee=next(iter(others), ""))


def _probe_extension(desk: Desk, found: Referral) -> Command:
    by = datetime.fromisoformat(found.complete_by) if found.complete_by else desk.now
    # A day's end is the next day's beginning.
    last = shanghai_date(by - timedelta(minutes=1))
    return AskForExtension(
        subject_id=UUID(found.id),
        kind=COMPLETE,
        until=last + timedelta(days=1),
        account="（示例）",
    )


def _assign(desk: Desk, referral_id: UUID, sent: Fields) -> Command:
    directory = desk.program.directory
    deputy = sent.get("deputy")
    return AssignReferral(
        referral_id=referral_id,
        handler=directory.colleague(desk.ours, sent.get("handler")),
        deputy=directory.colleague(desk.ours, deputy) if deputy else None,
    )


def _asks(desk: Desk, kind: str) -> Mapping[str, str]:
    found = desk.program.policies.rules.referrals.get(kind)
    return found.asks if found else {}


def _asked(desk: Desk, found: Referral) -> tuple[Field, ...]:
    """What the kind asks besides. A form sends the kind along, whose questions these are."""
    asks = _asks(desk, found.kind)
    fields = [Field(f"ask-{code}", label, "line", False) for code, label in asks.items()]
    return (*fields, Field("kind", "种类", "hidden", False, value=found.kind)) if fields else ()


def _told(desk: Desk, sent: Fields) -> str | None:
    """The account, with what else was answered before it."""
    asks = _asks(desk, sent.get("kind"))
    answers = [(label, sent.get(f"ask-{code}")) for code, label in asks.items()]
    lines = [f"{label}：{answer}" for label, answer in answers if answer]
    return "\n".join([*lines, *filter(None, [sent.get("account")])]) or None


def _complete(desk: Desk, referral_id: UUID, sent: Fields) -> Command:
    return CompleteReferral(
        referral_id=referral_id,
        outcome=sent.get("outcome"),
        happened_on=day_of(sent.get("happened_on")),
        account=_told(desk, sent),
        receiver=sent.maybe("receiver"),
        letter=sent.maybe("letter"),
    )


def _return(desk: Desk, referral_id: UUID, sent: Fields) -> Command:
    if sent.get("reason") not in set(ReturnReason):
        raise NotFilled([("reason", "请从列表中选择退回原因。")])
    return ReturnReferral(
        referral_id=referral_id, reason=ReturnReason(sent.get("reason")), note=sent.maybe("note")
    )


ACTS: Mapping[str, Act] = {
    each.name: each
    for each in (
        Act(
            "accept",
            "签收",
            (),
            lambda desk, found: AcceptReferral(referral_id=UUID(found.id)),
            lambda desk, id_, sent: AcceptReferral(referral_id=id_),
            main=True,
        ),
        Act(
            "complete",
            "办结",
            (
                Field("outcome", "办理结果", "choice"),
                Field("happened_on", "哪天", "date", required=False),
                Field("account", "经过", "text", required=False),
                Field("receiver", "移送给哪个单位", "line", False, "移送区外单位时填写"),
                Field("letter", "接收回执编号", "line", False, "移送区外单位时填写"),
            ),
            lambda desk, found: CompleteReferral(
                referral_id=UUID(found.id),
                outcome=_first_outcome(desk, found),
                happened_on=shanghai_date(desk.now),
            ),
            _complete,
            _outcomes,
            main=True,
            more=_asked,
        ),
        Act(
            "send",
            "转出",
            (Field("account", "情况说明", "text", required=False),),
            lambda desk, found: SendReferral(referral_id=UUID(found.id)),
            lambda desk, id_, sent: SendReferral(referral_id=id_, account=sent.maybe("account")),
            main=True,
        ),
        Act(
            "close",
            "确认办理结果",
            (NOTE,),
            lambda desk, found: CloseReferral(referral_id=UUID(found.id)),
            lambda desk, id_, sent: CloseReferral(referral_id=id_, note=sent.maybe("note")),
            main=True,
        ),
        Act(
            "start",
            "开始办理",
            (),
            lambda desk, found: StartReferral(referral_id=UUID(found.id)),
            lambda desk, id_, sent: StartReferral(referral_id=id_),
        ),
        Act(
            "assign",
            "指定经办人",
            (
                Field("handler", "经办人（A角）", "choice"),
                Field("deputy", "B角", "choice", required=False),
            ),
            lambda desk, found: AssignReferral(
                referral_id=UUID(found.id), handler=desk.session.user.user, deputy=_NOBODY
            ),
            _assign,
            _colleagues,
        ),
        Act(
            "hold",
            "暂缓",
            (
                Field("reason", "暂缓原因", "choice"),
                Field("until", "暂缓到哪天", "date"),
                NOTE,
            ),
            lambda desk, found: HoldReferral(
                referral_id=UUID(found.id),
                reason=next(iter(desk.program.policies.rules.casework.holds)),
                until=shanghai_date(desk.now),
            ),
            lambda desk, id_, sent: HoldReferral(
                referral_id=id_,
                reason=sent.get("reason"),
                until=required_day(sent.get("until")),
                note=sent.maybe("note"),
            ),
            _holds,
        ),
        Act(
            "resume",
            "恢复办理",
            (),
            lambda desk, found: ResumeReferral(referral_id=UUID(found.id)),
            lambda desk, id_, sent: ResumeReferral(referral_id=id_),
            main=True,
        ),
        Act(
            "offer",
            "请求移交",
            (Field("to", "请哪个单位接收", "choice", True, "对方签收前，仍由本单位办理。"),),
            _probe_offer,
            lambda desk, id_, sent: OfferReferral(referral_id=id_, to=sent.get("to")),
            _receivers("to"),
        ),
        Act(
            "decline",
            "不接收移交，或收回移交请求",
            (NOTE,),
            lambda desk, found: DeclineOffer(referral_id=UUID(found.id)),
            lambda desk, id_, sent: DeclineOffer(referral_id=id_, note=sent.maybe("note")),
        ),
        Act(
            "extend",
            "申请延期",
            (Field("until", "延到哪天", "date"), Field("account", "延期理由", "text")),
            _probe_extension,
            lambda desk, id_, sent: AskForExtension(
                subject_id=id_,
                kind=COMPLETE,
                until=required_day(sent.get("until")),
                account=sent.get("account"),
            ),
        ),
        Act(
            "extend-approve",
            "同意延期",
            (Field("until", "同意延到哪天", "date", True, "与申请一致；申请见一人一档的时间线"),),
            lambda desk, found: RefuseExtension(subject_id=UUID(found.id), kind=COMPLETE),
            lambda desk, id_, sent: ApproveExtension(
                subject_id=id_, kind=COMPLETE, until=required_day(sent.get("until"))
            ),
        ),
        Act(
            "extend-refuse",
            "不同意延期",
            (),
            lambda desk, found: RefuseExtension(subject_id=UUID(found.id), kind=COMPLETE),
            lambda desk, id_, sent: RefuseExtension(subject_id=id_, kind=COMPLETE),
        ),
        Act(
            "return",
            "退回",
            (Field("reason", "退回原因", "choice"), NOTE),
            lambda desk, found: ReturnReferral(
                referral_id=UUID(found.id), reason=ReturnReason.NOT_OUR_DUTY
            ),
            _return,
            _returns,
            stays=False,
            warning="退回后本单位不再办理此事。",
        ),
        Act(
            "fail",
            "未办成",
            (Field("account", "做过什么", "text"),),
            lambda desk, found: FailReferral(referral_id=UUID(found.id), account="试"),
            lambda desk, id_, sent: FailReferral(referral_id=id_, account=sent.maybe("account")),
        ),
        Act(
            "reassign",
            "改派",
            (Field("addressee", "改派给哪个单位", "choice"),),
            _probe_reassign,
            lambda desk, id_, sent: ReassignReferral(
                referral_id=id_, addressee=sent.get("addressee")
            ),
            _same_seat,
            stays=False,
        ),
        Act(
            "withdraw",
            "撤回",
            (NOTE,),
            lambda desk, found: WithdrawReferral(referral_id=UUID(found.id)),
            lambda desk, id_, sent: WithdrawReferral(referral_id=id_, note=sent.maybe("note")),
        ),
        Act(
            "void",
            "录入错误",
            (Field("reason", "原因", "choice"), NOTE),
            lambda desk, found: VoidReferral(
                referral_id=UUID(found.id),
                reason=next(iter(desk.program.policies.rules.casework.errors)),
            ),
            lambda desk, id_, sent: VoidReferral(
                referral_id=id_, reason=sent.get("reason"), note=sent.maybe("note")
            ),
            _errors,
            warning="注明录入错误后，接收单位不再可见。",
        ),
    )
}
"""Every step, in the order in which a page offers them."""
