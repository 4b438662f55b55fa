"""``hub keys escrow``: the root keystore among custodians (保管人)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from hub import keyring
from hub.cli.help import Commands
from hub.cli.options import Data, Json, settings_for
from hub.cli.output import WrongUsage, answer, say, table, tell

escrow = Commands("根密钥托管：由两名以上保管人分存，合在一起才能恢复")

T = TypeVar("T")

_WHY = {
    "copy": "托管副本不是完整的副本文件，什么也没有打开。请换用另一份副本。",
    "share": "第{position}份份额有误：词写错、缺词，或不是份额文件。请对照原件改正。",
    "too_few": "份额不够，什么也没有打开。请再请一名保管人提供份额。",
    "mixed": "这些份额不是同一次托管的，请核对各份上写的代数。",
    "not_its_shares": "这些份额打不开这个副本，请核对份额与副本上写的代数。",
}

Copy = Annotated[Path, typer.Option("--copy", metavar="文件", help="托管副本 escrow-代数.json")]
Shares = Annotated[list[Path], typer.Argument(metavar="份额文件", help="每名保管人一份")]


@escrow.command("split", help="把根密钥分成份额，每份写入一个文件；份额只产生这一次")
def split(
    to: Annotated[
        Path, typer.Option("--to", metavar="文件夹", help="写到哪里；不能在数据文件夹里")
    ],
    custodians: Annotated[
        int, typer.Option("--custodians", metavar="人数", help="保管人人数，2至16；默认3")
    ] = 3,
    threshold: Annotated[
        int, typer.Option("--threshold", metavar="人数", help="恢复时要几名保管人，至少2；默认2")
    ] = 2,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Split the root keystore among custodians."""
    settings = settings_for(data)
    try:
        made, files = keyring.split_escrow(settings, threshold, custodians, to, _today())
    except ValueError:
        raise WrongUsage(
            "保管人应为2至16名，恢复时至少要2名、不超过保管人人数：一个人不能独自恢复根密钥。"
        ) from None
    except FileExistsError:
        raise WrongUsage("文件夹里已有同名文件，没有覆盖。请换一个空文件夹重来。") from None
    if as_json:
        answer({"generation": made.generation, "files": [str(each) for each in files]})
        return
    say(f"第{made.generation}代托管已完成：{custodians}名保管人，任意{threshold}名可恢复。")
    for each in files:
        say(str(each))
    tell(
        "请把每份份额当面交给一名保管人，副本交给全体保管人并随数据备份，随后从本机删除份额文件。"
        "请用 hub keys escrow verify 试一次。"
    )


@escrow.command("list", help="列出各代托管，是否仍与现有密钥一致，是否已销毁")
def list_escrows(data: Data = None, as_json: Json = False) -> None:
    """List the escrows that were made."""
    found = keyring.escrows_of(settings_for(data))
    if as_json:
        answer({"escrows": [_shown(each, current=current) for each, current in found]})
        return
    table(
        f"托管 {len(found)}",
        ("代", "制作日期", "保管人", "恢复所需", "与现有密钥", "销毁日期"),
        [
            (
                each.generation,
                each.made.isoformat(),
                each.custodians,
                each.threshold,
                "一致" if current else "已变",
                each.destroyed.isoformat() if each.destroyed else "",
            )
            for each, current in found
        ],
    )


@escrow.command("verify", help="试开托管，核对副本和份额；不恢复，也不需要数据文件夹")
def verify(copy: Copy, shares: Shares, as_json: Json = False) -> None:
    """Open an escrow and say of which generation it is."""
    opened = _told(lambda: keyring.check_escrow(copy, shares))
    if as_json:
        answer({"generation": opened.generation, "made": opened.made.isoformat()})
    else:
        say(f"副本和份额完好：第{opened.generation}代，{opened.made.isoformat()}制作。")


@escrow.command("restore", help="根密钥文件丢失后，用副本和足够的份额恢复，口令另设")
def restore(copy: Copy, shares: Shares, data: Data = None, as_json: Json = False) -> None:
    """Make a lost root keystore again."""
    settings = settings_for(data)
    generation = _told(lambda: keyring.restore_escrow(settings, copy, shares))
    if as_json:
        answer({"generation": generation})
        return
    say(f"已恢复第{generation}代的根密钥。")
    tell(
        "请运行 hub keys list：这一代以后更换过密钥的桶，其中的数据密钥打不开，数目列在其中。"
        "随后请更换全部桶的密钥（hub keys rotate --all）并重新托管。"
    )


@escrow.command("destroyed", help="登记某一代托管已由保管人销毁")
def destroyed(
    generation: Annotated[int, typer.Argument(metavar="代", show_default=False)],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Record that the custodians have destroyed an escrow."""
    try:
        made = keyring.escrow_destroyed(settings_for(data), generation, _today())
    except LookupError:
        raise WrongUsage("没有这一代托管。请用 hub keys escrow list 查看。") from None
    if as_json:
        answer(_shown(made))
    else:
        say(f"已登记：第{generation}代托管于{made.destroyed}销毁。")


def _told(work: Callable[[], T]) -> T:
    try:
        return work()
    except keyring.EscrowRefused as refused:
        raise WrongUsage(_WHY[refused.why].format(position=refused.position)) from None
    except FileNotFoundError:
        raise WrongUsage("找不到副本或份额文件，请核对路径。") from None


def _shown(each: keyring.Escrow, **more: Any) -> dict[str, Any]:
    return {
        "generation": each.generation,
        "made": each.made.isoformat(),
        "custodians": each.custodians,
        "threshold": each.threshold,
        "destroyed": each.destroyed.isoformat() if each.destroyed else None,
        **more,
    }


def _today() -> date:
    # The custodians' own calendar, whatever the day is in a demo.
    return datetime.now(UTC).date()
