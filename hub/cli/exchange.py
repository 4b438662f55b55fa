"""``hub exchange``: signed files between separate networks (公安、检察专网).

At the organisation, with no hub at hand: make its keys, pack records, read the answers. At the hub:
register the organisation's keys, take files and write their answers, look at what was refused.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from hub.agencies import exchange_keys, exchange_signer, exchanging
from hub.answers import Referral
from hub.bootstrap import Program
from hub.cli.acting import every
from hub.cli.help import Commands
from hub.cli.intake import json_records
from hub.cli.options import Data, Json, opened, sender, settle
from hub.cli.output import SOME_REFUSED, WrongUsage, answer, say, table, tell, write_new
from hub.exchange.form import LARGEST, FileRefused
from hub.exchange.giving import give
from hub.exchange.office import Keys, Office
from hub.exchange.parties import AlreadyParty, NoParty, Party
from hub.exchange.words import told
from hub.feeds.keys import NotAKey
from hub.keyservice import Purpose, Reader

app = Commands("离线交换：专网单位用签名文件报送记录、取回答复")

Folder = Annotated[
    Path, typer.Option("--folder", metavar="文件夹", help="本单位离线交换的文件夹（密钥和进度）")
]
Code = Annotated[str, typer.Argument(metavar="机构代码", show_default=False)]
HubKeys = Annotated[
    Path, typer.Option("--hub", metavar="文件", help="本系统的公钥（hub exchange key 给出的两行）")
]


@app.command("keypair", help="（专网单位自用）生成本单位的密钥，显示交给管理方登记的公钥")
def keypair(
    organisation: Code,
    folder: Folder,
    goes_on: Annotated[
        str,
        typer.Option(
            "--goes-on", metavar="接续", help="原文件夹丢失的，填 hub exchange list 给出的接续"
        ),
    ] = "",
    as_json: Json = False,
) -> None:
    """Make an organisation's keys."""
    try:
        made = Office.create(folder, organisation, goes_on)
    except FileExistsError:
        raise WrongUsage("这个文件夹里已有密钥，没有改动。请换一个文件夹。") from None
    except ValueError:
        raise WrongUsage("机构代码（例如 police:310117）或接续不正确。") from None
    if as_json:
        answer({"keys": made.public.text, "folder": str(folder)})
        return
    say(made.public.text.rstrip())
    tell("上面两行是公钥，交给系统管理方登记；文件夹里的私钥只留在本单位，请妥善备份。")


@app.command("pack", help="（专网单位自用）把记录（每行一条JSON）制成加密并签名的文件")
def pack(
    file: Annotated[Path, typer.Argument(metavar="文件", help="记录，.jsonl", show_default=False)],
    kind: Annotated[str, typer.Option("--kind", metavar="种类", help="例如 police.admonition")],
    hub: HubKeys,
    folder: Folder,
    out: Annotated[Path, typer.Option("--out", metavar="文件", help="写入文件；不覆盖已有的")],
    as_json: Json = False,
) -> None:
    """Pack records for the hub."""
    if not file.is_file():
        raise WrongUsage("找不到记录文件，请核对路径。")
    with file.open("rb") as stream:
        found = json_records(stream.read(LARGEST + 1))
    records = [{"kind": kind, "values": dict(values)} for _, values in found]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        number = Office(folder).pack(_keys(hub), records, out, now)
    except FileExistsError:
        raise WrongUsage("要写入的文件已经存在，没有改动。请换一个文件名。") from None
    except FileNotFoundError:
        raise WrongUsage("文件夹里没有密钥，请先用 hub exchange keypair 生成。") from None
    if as_json:
        answer({"file": str(out), "number": number, "records": len(records)})
    else:
        say(f"第{number}号文件已制成，{len(records)}条记录，已加密并签名。收到答复前请保留。")


@app.command("read", help="（专网单位自用）查验并阅读本系统的答复或待办文件")
def read(
    file: Annotated[Path, typer.Argument(metavar="文件", show_default=False)],
    hub: HubKeys,
    folder: Folder,
    as_json: Json = False,
) -> None:
    """Read an answer. Exit code 1 when some records were refused."""
    try:
        found = Office(folder).opened(_keys(hub), _bytes(file))
    except FileRefused as refused:
        raise WrongUsage(told(refused)) from None
    except (FileNotFoundError, NotAKey):
        raise WrongUsage("文件夹里没有密钥，请核对 --folder。") from None
    if "tasks" in found:
        _tell_tasks(found, as_json)
        return
    rows: list[dict[str, Any]] = found["rows"]
    if as_json:
        answer(found)
    else:
        table(
            f"第{found['answers']}号文件的答复",
            ("序号", "结果", "回执号", "说明"),
            [
                (
                    row["row"],
                    "已收下" if row["outcome"] == "accepted" else "未收下",
                    row["receipt"] or "",
                    "；".join(
                        f"【{fault['column']}】{fault['rule']}{fault['advice']}"
                        for fault in row["faults"]
                    ),
                )
                for row in rows
            ],
        )
    if any(row["outcome"] != "accepted" for row in rows):
        raise typer.Exit(SOME_REFUSED)


def _tell_tasks(found: dict[str, Any], as_json: bool) -> None:
    tasks: list[dict[str, Any]] = found["tasks"]
    if as_json:
        answer(found)
        return
    for each in tasks:
        for line in each["safety"]:
            say(f"安全提示（转介单 {each['id']}）：{line['text']}；联系电话 {line['call']}")
    table(
        f"待办 {len(tasks)}",
        ("转介单", "事项", "转出单位", "状态", "签收时限", "办结时限", "儿童"),
        [
            (
                each["id"],
                each["title"],
                each["sender_name"],
                each["state"],
                (each["accept_by"] or "")[:10],
                (each["complete_by"] or "")[:10],
                str(each["child"].get("name") or "") if each["child"] else "",
            )
            for each in tasks
        ],
    )
    say("签收、办结用 referral.accept、referral.complete 等记录随下一个文件带回。")


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
    keys = _keys(file)
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
    content = _bytes(file)
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


def _keys(path: Path) -> Keys:
    try:
        return Keys.parse(path.read_text("ascii"))
    except (NotAKey, UnicodeDecodeError):
        raise WrongUsage("文件里不是两行公钥：由 hub exchange keypair 或 key 给出。") from None
    except FileNotFoundError:
        raise WrongUsage("找不到公钥文件，请核对路径。") from None


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise WrongUsage("找不到文件，请核对路径。")
    with path.open("rb") as stream:
        return stream.read(LARGEST + 1)
