"""``hub cases``: cases under which several have tasks, and who leads them (联办案件、牵头单位)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from domain.joint_case import STATE_WORDS, AcceptLead, CloseJointCase, DeclineLead, OfferLead
from domain.kernel import CATEGORY_WORDS
from domain.referral import STATE_WORDS as REFERRAL_WORDS
from domain.referral import ReferralState
from hub.answers import JointCase
from hub.cli.acting import every, id_of, reader_of, say_what_to_heed
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import answer, say, table
from hub.cli.referrals import act
from hub.queries import NOTHING

app = Commands("联办案件：牵头的案件、移交牵头、接收、结案")

CaseId = Annotated[
    str, typer.Argument(metavar="案件编号", help="见 list；报告的案件编号即报告编号")
]


@app.command("list", help="由本单位牵头、和请本单位牵头的，未结案的")
def list_(
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List them, without any child's name."""
    with opened(data) as hub:
        reader = reader_of(sender(hub, organisation, user))
        found = list(every(lambda after: hub.queries.led_cases(reader, after=after)))
    if as_json:
        answer({"cases": [_plain(each) for each in found]})
        return
    table(
        "牵头案件",
        ("编号", "事项", "状态", "牵头单位", "请其牵头", "答复期限", "结案期限"),
        [
            (
                each.case_id,
                CATEGORY_WORDS[each.matter or ""],
                STATE_WORDS[each.state or ""],
                each.lead_name or "",
                each.offered_to_name or "",
                each.answer_by or "",
                each.close_by or "",
            )
            for each in found
        ],
    )


def _plain(case: JointCase) -> dict[str, Any]:
    return {n: getattr(case, n) for n in JointCase.__slots__ if n != "referrals"}


@app.command("show", help="一个案件：本单位可见的转介单；参与办理的，还有牵头单位")
def show(
    case: CaseId,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show one case, without the child's name: who it is about is read at the desk."""
    with opened(data) as hub:
        reader = reader_of(sender(hub, organisation, user))
        found = hub.queries.joint_case(reader, str(id_of(case)))
    referrals = () if found is None else found.referrals
    lines = [
        (
            each.id,
            each.title,
            REFERRAL_WORDS[ReferralState(each.state)],
            each.addressee_name,
            each.complete_by or "",
        )
        for each in referrals
    ]
    if as_json:
        names = ("id", "title", "state_name", "addressee_name", "complete_by")
        shown = [
            {
                **dict(zip(names, line, strict=True)),
                "safety": [asdict(told) for told in each.safety],
            }
            for each, line in zip(referrals, lines, strict=True)
        ]
        answer({"case": None if found is None else {**_plain(found), "referrals": shown}})
        return
    if found is None:
        say(NOTHING)
        return
    say_what_to_heed(referrals)
    if found.lead_name:
        say(f"牵头单位：{found.lead_name}（{STATE_WORDS[found.state or '']}）")
    table("转介单", ("编号", "种类", "状态", "接收单位", "办结期限"), lines)


@app.command("offer", help="移交牵头：请另一单位牵头；对方接收前仍由本单位牵头（首接负责）")
def offer(
    case: CaseId,
    to: Annotated[str, typer.Option("--to", metavar="机构代码", help="请其牵头的单位")],
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Ask another organisation to lead."""
    act(OfferLead(case_id=id_of(case), to=to), organisation, user, data, as_json)


@app.command("accept", help="接收牵头（由被请求的单位）")
def accept(
    case: CaseId,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Lead from here on."""
    act(AcceptLead(case_id=id_of(case)), organisation, user, data, as_json)


@app.command("decline", help="不接收牵头（由被请求的单位，说明原因）；或收回移交（由牵头单位）")
def decline(
    case: CaseId,
    reason: Annotated[
        str | None,
        typer.Option("--reason", metavar="代码", help="不接收的原因，例如 NOT_OUR_DUTY"),
    ] = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Do not lead, or take the offer back."""
    act(DeclineLead(case_id=id_of(case), reason=reason), organisation, user, data, as_json)


@app.command("close", help="结案（由牵头单位）；还有未办完的转介单时不能结案")
def close(
    case: CaseId,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Close a case."""
    act(CloseJointCase(case_id=id_of(case)), organisation, user, data, as_json)
