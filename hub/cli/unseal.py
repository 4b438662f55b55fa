"""``hub unseal``: open a sealed record for a case, by two people and both who hold its key."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from domain.unsealing import OpeningState
from hub.cli.acting import person
from hub.cli.help import Commands
from hub.cli.options import Data, Json, opened
from hub.cli.output import WrongUsage, answer, read_told, say, table, tell, write_new
from hub.cli.seal import By, pseudonym
from hub.releases.keys import NotTheKeys, OrganisationKeys
from hub.sealing.holders import ShareAsked, ShareRefused, give
from hub.sealing.openings import Shown, Told

app = Commands("为办案调阅封存记录：申请、批准、收齐份额、查看、结束")

_STATES = {
    OpeningState.NONE: "无",
    OpeningState.REQUESTED: "待批准",
    OpeningState.APPROVED: "已批准",
    OpeningState.ENDED: "已重新封存",
}

Opening = Annotated[
    str, typer.Argument(metavar="调阅编号", help="申请时给出的编号", show_default=False)
]


@app.command("request", help="申请调阅一件封存记录，写明案号和期限")
def request(
    record: Annotated[str, typer.Argument(metavar="记录编号", show_default=False)],
    case_number: Annotated[str, typer.Option("--case", metavar="案号", help="据以调阅的案号")],
    days: Annotated[int, typer.Option("--days", metavar="天数", help="从现在起开放几天")],
    user: By,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Ask for an opening."""
    if not case_number.strip():
        raise WrongUsage("请用 --case 填写据以调阅的案号。")
    with opened(data) as hub:
        until = hub.clock.now() + timedelta(days=days)
        stream = pseudonym(record)
        made = hub.openings.request(stream, case_number.strip(), until, person(hub, user))
        told = hub.openings.told(made)
    _show(told, as_json)
    if not as_json:
        say("须由另一人（负责人或值班领导）用 hub unseal approve 批准。")


@app.command("approve", help="批准调阅；须是申请人以外的人")
def approve(opening: Opening, user: By, data: Data = None, as_json: Json = False) -> None:
    """Approve an opening."""
    with opened(data) as hub:
        told = hub.openings.approve(pseudonym(opening), person(hub, user))
    _show(told, as_json)


@app.command("list", help="列出全部调阅及案号、期限")
def list_openings(user: By, data: Data = None, as_json: Json = False) -> None:
    """List every opening, for somebody who may ask for one."""
    with opened(data) as hub:
        hub.sealings.may_ask(person(hub, user))
        found = hub.openings.all()
    if as_json:
        answer({"openings": [_told(each) for each in found]})
        return
    table(
        f"调阅 {len(found)}",
        ("调阅编号", "记录编号", "状态", "案号", "期限", "已交份额"),
        [
            (
                str(each.id),
                str(each.record),
                _STATES[each.state],
                each.case_number,
                each.expires_at.isoformat(timespec="minutes") if each.expires_at else "",
                "、".join(each.given),
            )
            for each in found
        ],
    )


@app.command("ask", help="为一家保管单位写出份额申请文件")
def ask(
    opening: Opening,
    holder: Annotated[str, typer.Option("--holder", metavar="机构代码", help="保管单位")],
    file: Annotated[Path, typer.Option("--to", metavar="文件", help="写到这个新文件")],
    user: By,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Write what a holder is asked for."""
    with opened(data) as hub:
        hub.sealings.may_ask(person(hub, user))
        asked = hub.openings.asked(pseudonym(opening), holder)
    write_new(file, asked.text())
    if as_json:
        answer({"opening": str(asked.opening), "holder": holder, "file": str(file)})
        return
    say(f"已写出 {file}，请交给 {holder}，由其用 hub unseal give 打开自己的份额。")


@app.command("give", help="在保管单位自己的机器上：用本单位私钥打开份额，封给本系统")
def give_share(
    file: Annotated[Path, typer.Argument(metavar="文件", help="hub unseal ask 写出的文件")],
    keys: Annotated[Path, typer.Option("--keys", metavar="文件", help="本单位的私钥文件")],
    to: Annotated[Path, typer.Option("--to", metavar="文件", help="写到这个新文件")],
    as_json: Json = False,
) -> None:
    """Open one's own share, where one's private keys are, and seal it to the hub."""
    try:
        asked = ShareAsked.parse(read_told(file))
        own = OrganisationKeys.read(keys)
        given = give(asked, own.sealing, own.signing)
    except NotTheKeys:
        raise WrongUsage("--keys 不是 hub keys export-organisation 写出的私钥文件。") from None
    except ShareRefused:
        raise WrongUsage("这不是给本单位的份额申请，或文件已损坏。") from None
    write_new(to, given)
    if as_json:
        answer({"opening": str(asked.opening), "holder": asked.holder, "file": str(to)})
        return
    say(f"案号 {asked.case_number}，期限 {asked.expires_at.isoformat(timespec='minutes')}。")
    say(f"份额已封给本系统：{to}。不同意调阅的，请删除这个文件。")


@app.command("take", help="收下一家保管单位交来的份额")
def take(
    file: Annotated[Path, typer.Argument(metavar="文件", help="hub unseal give 写出的文件")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Take what a holder gave back."""
    with opened(data) as hub:
        told = hub.openings.take(read_told(file))
    _show(told, as_json)


@app.command("show", help="查看已打开的记录：仅限申请人和批准人，期限之内，逐次记入查阅日志")
def show(opening: Opening, user: By, data: Data = None, as_json: Json = False) -> None:
    """Show the sealed record to one of the two."""
    with opened(data) as hub:
        found = hub.openings.read(pseudonym(opening), person(hub, user))
    if as_json:
        answer({"events": [_event(each) for each in found]})
        return
    for each in found:
        say(f"{each.recorded_at} {each.title}（{each.producer}）")
        for name, words in each.in_words().items():
            say(f"  {name}：{words}")
    tell("本次查看已记入查阅日志。")


@app.command("end", help="提前结束调阅，重新封存")
def end(opening: Opening, user: By, data: Data = None, as_json: Json = False) -> None:
    """End an opening before its time."""
    with opened(data) as hub:
        told = hub.openings.end(pseudonym(opening), person(hub, user))
    _show(told, as_json)


def _event(each: Shown) -> dict[str, Any]:
    return {
        "topic": each.topic,
        "title": each.title,
        "recorded_at": each.recorded_at,
        "occurred_at": each.occurred_at,
        "producer": each.producer,
        "facts": dict(each.clear),
        "fields": dict(each.fields),
    }


def _told(each: Told) -> dict[str, Any]:
    return {
        "opening": str(each.id),
        "record": str(each.record),
        "state": each.state.value,
        "open": each.is_open,
        "expires_at": each.expires_at.isoformat() if each.expires_at else None,
        "case_number": each.case_number,
        "given": list(each.given),
    }


def _show(each: Told, as_json: bool) -> None:
    if as_json:
        answer(_told(each))
        return
    say(f"{each.id}：{_STATES[each.state]}")
    if each.expires_at is not None:
        say(f"  案号 {each.case_number}，期限 {each.expires_at.isoformat(timespec='minutes')}")
    if each.given:
        say(f"  已收到份额：{'、'.join(each.given)}")
