"""``hub exchange`` at an organisation on a network of its own (专网), with no hub at hand: make its
keys, pack records, read the answers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from hub.cli.help import Commands
from hub.cli.intake import json_records
from hub.cli.options import Json
from hub.cli.output import SOME_REFUSED, WrongUsage, answer, say, table, tell
from hub.exchange.form import LARGEST, FileRefused
from hub.exchange.office import Keys, Office
from hub.exchange.words import told
from hub.feeds.keys import NotAKey

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
        number = Office(folder).pack(keys_of(hub), records, out, now)
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
        found = Office(folder).opened(keys_of(hub), bytes_of(file))
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


def keys_of(path: Path) -> Keys:
    """The public keys that a file holds. Raises WrongUsage."""
    try:
        return Keys.parse(path.read_text("ascii"))
    except (NotAKey, UnicodeDecodeError):
        raise WrongUsage("文件里不是两行公钥：由 hub exchange keypair 或 key 给出。") from None
    except FileNotFoundError:
        raise WrongUsage("找不到公钥文件，请核对路径。") from None


def bytes_of(path: Path) -> bytes:
    """What a file holds, and one byte more than is taken. Raises WrongUsage."""
    if not path.is_file():
        raise WrongUsage("找不到文件，请核对路径。")
    with path.open("rb") as stream:
        return stream.read(LARGEST + 1)
