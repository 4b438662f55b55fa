"""``hub seal``: ask for a record's sealing, approve it, see it through, show receipts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from domain.sealing import SealingState
from hub.cli.acting import person
from hub.cli.help import Commands
from hub.cli.options import Data, Json, opened
from hub.cli.output import WrongUsage, answer, read_told, say, table, tell, write_new
from hub.cli.receipts import key_in, tell_key, tell_note, tell_sound
from hub.releases.keys import NotTheKeys, OrganisationKeys
from hub.sealing.holders import ShareRefused
from hub.sealing.journal import Step
from hub.sealing.renewal import Shares
from hub.sealing.service import FORMAT, Progress

app = Commands("依法封存记录：申请、批准、完成、回执")

_STATES = {
    SealingState.NONE: "不予封存",
    SealingState.REFUSED: "不予封存",
    SealingState.REQUESTED: "待批准",
    SealingState.APPROVED: "封存中",
    SealingState.COMPLETED: "已封存",
}
_STEPS = {
    Step.VIEWS: "各视图已不含该记录",
    Step.ROWS: "相关待更正行已取出",
    Step.INDEX: "相关查重索引已删除",
    Step.KEYS: "数据密钥已分交两家保管",
    Step.EPOCH: "周期密钥已销毁",
}

Record = Annotated[
    str, typer.Argument(metavar="记录编号", help="事项编号，36位", show_default=False)
]
By = Annotated[str, typer.Option("--user", metavar="登录名", help="办理人的登录名")]


@app.command("request", help="申请封存一件记录；有不得封存的内容时不予封存并说明")
def request(
    record: Record,
    document: Annotated[
        str, typer.Option("--document", metavar="文号", help="据以封存的文书的文号")
    ],
    user: By,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Ask for a sealing."""
    if not document.strip():
        raise WrongUsage("请用 --document 填写据以封存的文书的文号。")
    with opened(data) as hub:
        stream = pseudonym(record)
        hub.sealings.request(stream, document.strip(), person(hub, user))
        told = hub.sealings.progress(stream)
    _show(told, as_json)
    if not as_json:
        say("须由另一人（负责人或值班领导）用 hub seal approve 批准。")


@app.command("approve", help="批准并封存；中断后再次运行即继续")
def approve(record: Record, user: By, data: Data = None, as_json: Json = False) -> None:
    """Approve a sealing and carry it out, as far as it goes at once."""
    with opened(data) as hub:
        told = hub.sealings.approve(pseudonym(record), person(hub, user))
    _show(told, as_json)


@app.command("run", help="继续中断的封存，结束到期的调阅，销毁到期的周期密钥；宜每天运行")
def run(
    now: Annotated[bool, typer.Option("--now", help="不等到期，立即销毁周期密钥")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """See through what was approved, and end what has expired."""
    with opened(data) as hub:
        again = hub.sealings.fence_again()
        finished = hub.sealings.resume(rotate_now=now)
        closed = hub.openings.resume(rotate_now=now)
        waiting = sum(each.state is SealingState.APPROVED for each in hub.sealings.all())
    if as_json:
        answer({"finished": finished, "waiting": waiting, "closed": closed, "taken_again": again})
        return
    say(f"完成封存{finished}件，尚在进行{waiting}件；调阅后重新封存{closed}件。")
    if again:
        tell(f"密钥数据库里又有{again}件已封存记录的密钥（可能是从备份恢复的），已再次取出。")


@app.command("list", help="列出全部封存申请及进度")
def list_sealings(user: By, data: Data = None, as_json: Json = False) -> None:
    """List every sealing that was asked for, for somebody who may ask for one."""
    with opened(data) as hub:
        hub.sealings.may_ask(person(hub, user))
        found = hub.sealings.all()
    if as_json:
        answer({"sealings": [_told(each) for each in found]})
        return
    table(
        f"封存 {len(found)}",
        ("记录编号", "状态", "已完成", "周期密钥最迟销毁"),
        [
            (
                str(each.record),
                _STATES[each.state],
                "、".join(_STEPS[step] for step in Step if step in each.steps),
                each.rotate_by.isoformat(timespec="minutes") if each.rotate_by else "",
            )
            for each in found
        ],
    )


@app.command("shares", help="保管单位更换密钥后：写出仍封给其原密钥的份额")
def shares(
    holder: Annotated[str, typer.Argument(metavar="机构代码", show_default=False)],
    file: Annotated[Path, typer.Option("--to", metavar="文件", help="写到这个新文件")],
    user: By,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Write a holder's shares that lie under a key of its own that it has renewed."""
    with opened(data) as hub:
        hub.sealings.may_ask(person(hub, user))
        found = hub.sealings.shares_under_former_keys(holder)
    if found.shares:
        write_new(file, found.text())
    if as_json:
        answer({"holder": holder, "shares": len(found.shares)})
        return
    if not found.shares:
        say("没有封给该单位原密钥的份额。")
        return
    say(f"{len(found.shares)}份封给原密钥的份额已写出：{file}")
    say(
        f"请交给 {holder}，在其机器上用原私钥和新私钥运行 hub seal rewrap；之前不要销毁原私钥文件。"
    )


@app.command("rewrap", help="在保管单位自己的机器上：把份额改封给本单位的新密钥")
def rewrap(
    file: Annotated[Path, typer.Argument(metavar="文件", help="hub seal shares 写出的文件")],
    old: Annotated[Path, typer.Option("--old", metavar="文件", help="原私钥文件")],
    keys: Annotated[Path, typer.Option("--keys", metavar="文件", help="新私钥文件")],
    to: Annotated[Path, typer.Option("--to", metavar="文件", help="写到这个新文件")],
    as_json: Json = False,
) -> None:
    """Seal one's own shares to one's new key, where one's private keys are."""
    try:
        former, present = OrganisationKeys.read(old), OrganisationKeys.read(keys)
        told = Shares.parse(read_told(file))
        anew = told.anew(former.sealing, present.public.sealing, present.signing)
    except NotTheKeys:
        raise WrongUsage(
            "--old 和 --keys 应是 hub keys export-organisation 写出的私钥文件。"
        ) from None
    except ShareRefused:
        raise WrongUsage("这些份额不是封给 --old 这份密钥的，或文件已损坏。") from None
    write_new(to, anew.text())
    if as_json:
        answer({"holder": anew.holder, "shares": len(anew.shares)})
        return
    say(f"{len(anew.shares)}份已改封：{to}")
    say("请交回本系统用 hub seal renew 收下；收下后再销毁原私钥文件。")


@app.command("renew", help="收下保管单位改封给新密钥的份额，原份额不再保留")
def renew(
    file: Annotated[Path, typer.Argument(metavar="文件", help="hub seal rewrap 写出的文件")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Take shares that a holder has sealed to its present key."""
    with opened(data) as hub:
        taken = hub.sealings.take_renewed(read_told(file))
    if as_json:
        answer({"shares": taken})
        return
    say(f"收下{taken}份，现在都封给该单位现用的密钥。")


@app.command("receipt", help="打印封存回执（签名文本）")
def show_receipt(record: Record, user: By, data: Data = None, as_json: Json = False) -> None:
    """Print a sealing's signed receipt, for somebody who may ask for one."""
    with opened(data) as hub:
        hub.sealings.may_ask(person(hub, user))
        found = hub.sealings.progress(pseudonym(record)).receipt
    tell_note(found, "hub seal list", as_json)


@app.command("key", help="打印核验回执用的公钥")
def key(data: Data = None, as_json: Json = False) -> None:
    """Print the public key that receipts are checked with."""
    with opened(data) as hub:
        tell_key(hub.sealings.public_key, as_json)


@app.command("verify", help="核验封存回执；给了公钥就不需要数据文件夹")
def verify(
    file: Annotated[Path, typer.Argument(metavar="文件", help="hub seal receipt 打印的回执")],
    public: Annotated[
        Path | None,
        typer.Option("--key", metavar="文件", help="hub seal key 打印的公钥；不填用本系统的"),
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Check a receipt with nothing but the public key."""
    if public is not None:
        found = key_in(public)
    else:
        with opened(data) as hub:
            found = hub.sealings.public_key
    tell_sound(found, file, FORMAT, "封存回执", as_json)


def pseudonym(text: str) -> UUID:
    """An identifier as somebody typed it. Raises WrongUsage."""
    try:
        return UUID(text)
    except ValueError:
        raise WrongUsage("编号应为36位的编号，不是姓名或证件号。") from None


def _told(each: Progress) -> dict[str, Any]:
    return {
        "record": str(each.record),
        "record_class": each.record_class,
        "state": each.state.value,
        "steps": {step.value: at.isoformat() for step, at in each.steps.items()},
        "rotate_by": each.rotate_by.isoformat() if each.rotate_by else None,
        "receipt": each.receipt is not None,
    }


def _show(each: Progress, as_json: bool) -> None:
    if as_json:
        answer(_told(each))
        return
    say(f"{each.record}：{_STATES[each.state]}")
    for step in Step:
        if step in each.steps:
            say(f"  {_STEPS[step]} {each.steps[step].isoformat(timespec='seconds')}")
    if each.state is SealingState.APPROVED and Step.VIEWS not in each.steps:
        say("  各视图尚未跟上，稍后用 hub seal run 继续。")
    if each.rotate_by is not None and Step.EPOCH not in each.steps:
        say(f"  周期密钥最迟于 {each.rotate_by.isoformat(timespec='minutes')} 销毁，之后开出回执")
