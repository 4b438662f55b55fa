"""``hub exchange`` at the hub: register the keys of organisations on separate networks (专网), take
their files and write the answers, look at what was refused. Their own side: hub/cli/network.py."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from hub.agencies import exchange_keys, exchange_signer, exchanging
from hub.answers import Referral
from hub.bootstrap import Program
from hub.cli.acting import every
from hub.cli.network import Code, bytes_of, keys_of
from hub.cli.network import app as app
from hub.cli.options import Data, Json, opened, sender, settle
from hub.cli.output import SOME_REFUSED, WrongUsage, answer, say, table, write_new
from hub.exchange.form import FileRefused
from hub.exchange.giving import give
from hub.exchange.parties import AlreadyParty, NoParty, Party
from hub.exchange.words import told
from hub.keyservice import Purpose, Reader


@app.command("give", help="把一个专网单位的待办制成签名文件（以该单位人员的名义，查阅留痕）")
def give_(
    user: Annotated[str, typer.Option("--user", metavar="登录名", help="以该单位哪个人的名义")],
    out: Annotated[Path, typer.Option("--out", metavar="文件", help="写入文件；不覆盖已有的")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Give an organisation its tasks."""
    if out.exists():
        raise WrongUsage("这个文件已经存在，没有改动。请换一个文件名。")
    with opened(data) as hub, exchanging(hub) as (parties, _):
        actor = sender(hub, None, user)
        reader = Reader(actor.organisation, actor.post, actor.user, Purpose.TASK)
        tasks = [
            _task(hub, each) for each in every(lambda after: hub.queries.inbox(reader, after=after))
        ]
        try:
            number, file = give(
                parties.engine, exchange_signer(hub), hub.clock, actor.organisation, tasks
            )
        except FileRefused:
            raise WrongUsage("这个单位没有登记离线交换。请先用 hub exchange add 登记。") from None
    write_new(out, file)
    if as_json:
        answer({"file": str(out), "number": number, "tasks": len(tasks)})
    else:
        say(f"第{number}号文件已制成，待办{len(tasks)}项，已加密并签名，请带给该单位。")


def _task(hub: Program, each: Referral) -> dict[str, Any]:
    """A task as its addressee's person sees it, and by which outcomes it may end."""
    kind = hub.policies.rules.referrals.get(each.kind)
    shown = asdict(each)
    return {
        **{name: shown[name] for name in _OF_TASK},
        "child": dict(each.child.fields) if each.child else None,
        "outcomes": dict(kind.outcomes) if kind is not None else {},
    }


_OF_TASK = (
    *("id", "kind", "title", "state", "sender_name", "town", "requested_at", "accept_by"),
    *("complete_by", "medical_by", "safety"),
)


@app.command("key", help="显示本系统的两行公钥，交给专网单位")
def key(data: Data = None, as_json: Json = False) -> None:
    """Print the hub's public keys."""
    with opened(data) as hub:
        text = exchange_keys(hub).text
    if as_json:
        answer({"keys": text})
    else:
        say(text.rstrip())


@app.command("add", help="登记一个专网单位的公钥")
def add(
    organisation: Code,
    file: Annotated[Path, typer.Option("--key", metavar="文件", help="该单位的两行公钥")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Register an organisation's keys."""
    keys = keys_of(file)
    with opened(data) as hub, exchanging(hub) as (parties, _):
        known = hub.directory.organisation(organisation)
        try:
            parties.add(Party(known.id, keys.signs, keys.opens, hub.clock.now()))
        except AlreadyParty:
            raise WrongUsage(
                "这个单位已用别的公钥登记。请先用 hub exchange end 停止，再登记新的。"
            ) from None
        except ValueError:
            raise WrongUsage("这两行公钥是另一个单位的，没有登记。请核对文件。") from None
    if as_json:
        answer({"organisation": known.id})
    else:
        say(f"已登记 {known.name}（{known.id}）。")


@app.command("list", help="列出登记过的专网单位，各收到第几号文件")
def list_(data: Data = None, as_json: Json = False) -> None:
    """List who exchanges files."""
    with opened(data) as hub, exchanging(hub) as (parties, _):
        rows = [
            {
                "organisation": each.organisation,
                "name": hub.directory.name(each.organisation),
                "since": each.since.isoformat(timespec="seconds"),
                "ended": each.ended.isoformat(timespec="seconds") if each.ended else None,
                "taken": parties.came(each.organisation),
                "goes_on": parties.ends(each.organisation),
            }
            for each in parties.all()
        ]
    if as_json:
        answer({"parties": rows})
        return
    table(
        f"离线交换单位 {len(rows)}",
        ("机构代码", "名称", "登记", "停止", "已收到", "接续"),
        [tuple("" if value is None else str(value) for value in row.values()) for row in rows],
    )


@app.command("end", help="停止与一个单位离线交换；此后它的文件不再收取")
def end(organisation: Code, data: Data = None, as_json: Json = False) -> None:
    """End a registration."""
    with opened(data) as hub, exchanging(hub) as (parties, _):
        try:
            parties.end(organisation, hub.clock.now())
        except NoParty:
            raise WrongUsage("这个单位没有登记。请用 hub exchange list 查看。") from None
    if as_json:
        answer({"organisation": organisation})
    else:
        say("已停止。")


@app.command("take", help="收取一个签名文件，登记其中的记录，写出要带回的答复文件")
def take(
    file: Annotated[Path, typer.Argument(metavar="文件", show_default=False)],
    out: Annotated[
        Path, typer.Option("--answer", metavar="文件", help="答复写入文件；不覆盖已有的")
    ],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Take a file, and write its answer. Exit code 1 when some records were refused."""
    if out.exists():
        raise WrongUsage("答复文件已经存在，没有收取。请换一个文件名。")
    content = bytes_of(file)
    with opened(data) as hub, exchanging(hub) as (_, files):
        try:
            taken = files.take(content)
        except FileRefused as refused:
            settle(hub)
            raise WrongUsage(told(refused)) from None
        settled = settle(hub)
        name = hub.directory.name(taken.head.sender)
        calls = hub.calls.at_filing() if taken.reports else ()
    try:
        write_new(out, taken.answer.decode())
    except OSError:
        raise WrongUsage("记录已收下，答复文件不能写入。请换文件名再交同一个文件。") from None
    if as_json:
        answer(
            {
                "organisation": taken.head.sender,
                "number": taken.head.number,
                "again": taken.again,
                "accepted": taken.accepted,
                "refused": taken.refused,
                "reports": taken.reports,
                "answer": str(out),
                "settled": settled,
            }
        )
        if taken.refused:
            raise typer.Exit(SOME_REFUSED)
        return
    if calls:
        listed = "；".join(f"{each.name} {each.number}" for each in calls)
        say(f"有孩子正处于危险的，请立即打电话：{listed}。")
    if taken.again:
        say(f"{name}第{taken.head.number}号文件早已收过，没有变动；答复同前。")
    else:
        say(
            f"{name}第{taken.head.number}号文件：收下{taken.accepted}条，退回{taken.refused}条。"
            "答复文件已加密并签名，请带回发送单位。"
        )
    if taken.refused:
        raise typer.Exit(SOME_REFUSED)


@app.command("refused", help="列出没有收下的文件（内容仍加密留存）")
def refused_(data: Data = None, as_json: Json = False) -> None:
    """List files that were not taken."""
    with opened(data) as hub, exchanging(hub) as (parties, _):
        rows = [
            {
                "organisation": each.sender,
                "number": each.number,
                "code": each.code,
                "received_at": each.received_at.isoformat(timespec="seconds"),
            }
            for each in parties.refused()
        ]
    if as_json:
        answer({"refused": rows})
        return
    table(
        f"没有收下的文件 {len(rows)}",
        ("自称单位", "编号", "原因", "收到"),
        [tuple(str(value) for value in row.values()) for row in rows],
    )
