"""``hub referrals``: what an organisation has in hand, and how it goes on to another one."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer

from domain.kernel import Command
from domain.referral import (
    STATE_WORDS,
    AcceptReferral,
    AssignReferral,
    CloseReferral,
    DeclineOffer,
    HoldReferral,
    OfferReferral,
    OpenReferral,
    ReferralState,
    ResumeReferral,
    SendReferral,
    VoidReferral,
)
from hub.answers import Referral
from hub.cli.acting import (
    carry_out,
    every,
    id_of,
    reader_of,
    say_what_to_heed,
    tell_receipt,
    text_of,
)
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import WrongUsage, answer, say, table

app = Commands("转介单：转出、待办、签收、指定经办人、暂缓、移交、确认")

ReferralId = Annotated[str, typer.Argument(metavar="编号", help="转介单编号，见 list")]
Note = Annotated[
    Path | None,
    typer.Option("--text", metavar="文件", help="说明的文本文件（UTF-8）；- 为标准输入"),
]


def act(
    command: Command,
    organisation: str | None,
    user: str | None,
    data: Path | None,
    as_json: bool,
) -> None:
    """Carry a command out and tell its receipt."""
    with opened(data) as hub:
        tell_receipt(carry_out(hub, sender(hub, organisation, user), command), as_json)


def note_of(text: Path | None) -> str | None:
    """What a file says, if one is given."""
    return None if text is None else text_of(text)


@app.command("list", help="本单位的待办，和请求本单位接收的；--sent 为本单位转出的")
def list_(
    sent: Annotated[bool, typer.Option("--sent", help="本单位转出的")] = False,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List referrals by due date, without any child's name: who it is about is read at the desk."""
    with opened(data) as hub:
        reader = reader_of(sender(hub, organisation, user))
        asked = hub.queries.sent if sent else hub.queries.inbox
        found = list(every(lambda after: asked(reader, after=after)))
        ours = reader.organisation
    if as_json:
        answer({"referrals": [_plain(each) for each in found]})
        return
    say_what_to_heed(found)
    table(
        "转出的转介单" if sent else "待办",
        ("编号", "种类", "状态", "转出单位", "接收单位", "办结期限"),
        [
            (
                each.id,
                each.title,
                "请求移交" if each.offered_to == ours else STATE_WORDS[ReferralState(each.state)],
                each.sender_name,
                each.addressee_name,
                each.complete_by or "",
            )
            for each in found
        ],
    )


def _plain(referral: Referral) -> dict[str, Any]:
    plain = {n: getattr(referral, n) for n in Referral.__slots__ if n != "child"}
    return {**plain, "safety": [asdict(each) for each in referral.safety]}


@app.command("accept", help="签收；请求移交给本单位的，签收后即由本单位办理")
def accept(
    referral_id: ReferralId,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Accept a referral, or one that the organisation was asked to take over."""
    act(AcceptReferral(referral_id=id_of(referral_id)), organisation, user, data, as_json)


@app.command("offer", help="请求移交：请另一单位接收；对方签收前仍由本单位办理（首接负责）")
def offer(
    referral_id: ReferralId,
    to: Annotated[str, typer.Option("--to", metavar="机构代码", help="请其接收的单位")],
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Ask another organisation to take a referral over."""
    command = OfferReferral(referral_id=id_of(referral_id), to=to)
    act(command, organisation, user, data, as_json)


@app.command("decline", help="不接收移交；由请求的单位办理的，为收回移交请求")
def decline(
    referral_id: ReferralId,
    text: Note = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Decline an offer, or take back one's own."""
    command = DeclineOffer(referral_id=id_of(referral_id), note=note_of(text))
    act(command, organisation, user, data, as_json)


@app.command("assign", help="指定经办人和B角（本单位的登录名）")
def assign(
    referral_id: ReferralId,
    handler: Annotated[str, typer.Option("--handler", metavar="登录名", help="经办人（A角）")],
    deputy: Annotated[str | None, typer.Option("--deputy", metavar="登录名", help="B角")] = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Name who handles a referral, and who stands in."""
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        ours = actor.organisation
        command = AssignReferral(
            referral_id=id_of(referral_id),
            handler=hub.directory.colleague(ours, handler),
            deputy=deputy and hub.directory.colleague(ours, deputy),
        )
        tell_receipt(carry_out(hub, actor, command), as_json)


@app.command("hold", help="暂缓，办结期限随之中止；到期自动恢复")
def hold(
    referral_id: ReferralId,
    reason: Annotated[
        str, typer.Option("--reason", metavar="代码", help="暂缓原因代码，如 AWAITING_FAMILY")
    ],
    until: Annotated[
        str, typer.Option("--until", metavar="日期", help="到哪天（含），如 2025-03-10")
    ],
    text: Note = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Put a referral on hold until the end of a day."""
    try:
        day = date.fromisoformat(until)
    except ValueError:
        raise WrongUsage("日期写法不对，请按“2025-03-10”的写法填写 --until。") from None
    command = HoldReferral(
        referral_id=id_of(referral_id), reason=reason, until=day, note=note_of(text)
    )
    act(command, organisation, user, data, as_json)


@app.command("resume", help="提前恢复办理")
def resume(
    referral_id: ReferralId,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Go on with a referral before its day."""
    act(ResumeReferral(referral_id=id_of(referral_id)), organisation, user, data, as_json)


@app.command("open", help="转出，或用 --draft 存为草稿；情况说明从文件读入")
def open_(
    child: Annotated[str, typer.Option("--child", metavar="编号", help="一人一档编号")],
    kind: Annotated[str, typer.Option("--kind", metavar="代码", help="种类代码")],
    to: Annotated[str, typer.Option("--to", metavar="机构代码", help="接收单位")],
    case: Annotated[
        str | None, typer.Option("--case", metavar="编号", help="所属事项编号；不填为新的事项")
    ] = None,
    draft: Annotated[bool, typer.Option("--draft", help="存为草稿，只有本单位可见")] = False,
    text: Note = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Refer a child's matter by hand."""
    command = OpenReferral(
        referral_id=uuid4(),
        child_ref=id_of(child),
        kind=kind,
        addressee=to,
        case_id=None if case is None else id_of(case),
        account=note_of(text),
        draft=draft,
    )
    with opened(data) as hub:
        receipt = carry_out(hub, sender(hub, organisation, user), command)
    if as_json:
        answer({"referral_id": str(command.referral_id), **receipt})
        return
    say(f"{'已存草稿' if draft else '已转出'}，编号 {command.referral_id}。")


@app.command("send", help="转出草稿")
def send(
    referral_id: ReferralId,
    text: Note = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Send a draft."""
    command = SendReferral(referral_id=id_of(referral_id), account=note_of(text))
    act(command, organisation, user, data, as_json)


@app.command("close", help="确认办理结果（转出单位）")
def close(
    referral_id: ReferralId,
    text: Note = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Confirm what came of one's own referral."""
    command = CloseReferral(referral_id=id_of(referral_id), note=note_of(text))
    act(command, organisation, user, data, as_json)


@app.command("void", help="录入错误（转出单位）；接收单位即不再可见")
def void(
    referral_id: ReferralId,
    reason: Annotated[
        str, typer.Option("--reason", metavar="代码", help="原因代码，如 WRONG_CHILD")
    ],
    text: Note = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Take back what was never meant to be."""
    command = VoidReferral(referral_id=id_of(referral_id), reason=reason, note=note_of(text))
    act(command, organisation, user, data, as_json)
