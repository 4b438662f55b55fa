"""``hub audit``: verify what was looked at and recorded, sign what it is now, prove it to others.

``check`` is for those who are not the hub: it needs a file and the hub's public key, no data
folder, no database and no passphrase.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from hub.audit.checkpoints import Checkpoint
from hub.audit.merkle import ProofRefused
from hub.audit.notes import NoteRefused, PublicKey
from hub.audit.proofs import check_file
from hub.audit.trail import TrailBroken
from hub.audit.tree import Tree
from hub.audit.verify import Verified, Wrong
from hub.audit.words import TREES, sentence
from hub.bootstrap import Program
from hub.cli.help import Commands
from hub.cli.options import Data, Json, opened
from hub.cli.output import SOME_REFUSED, WrongUsage, answer, say, tell

audit = Commands("查阅记录和事件的防改证明：核验、签署、出证、离线查验")

_LARGEST = 16 * 1024 * 1024
_SHOWN = 50
"""Findings of one kind that are listed for people; ``--json`` has all of them."""

Out = Annotated[
    Path | None, typer.Option("--out", metavar="文件", help="写入文件；不填则写到标准输出")
]


@audit.command("verify", help="按现有各行重新计算全部证明；不符之处逐一指出")
def verify(
    kept: Annotated[
        list[Path] | None,
        typer.Option("--kept", metavar="文件", help="系统以外留存的签署，一并核对；可以写多次"),
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Recompute everything. Exit code 1 if anything does not fit."""
    notes = [read_file(path) for path in kept or ()]
    with opened(data) as hub:
        try:
            found = hub.trail.verify(notes)
        except NoteRefused:
            raise WrongUsage("--kept 的文件不是本系统的签署，请核对文件。") from None
    if as_json:
        answer({"sound": not found.findings, **asdict(found)})
    else:
        _tell(found)
    if found.findings:
        raise typer.Exit(SOME_REFUSED)


def _tell(found: Verified) -> None:
    shown: Counter[tuple[Tree, Wrong]] = Counter()
    for each in found.findings:
        shown[each.tree, each.wrong] += 1
        if shown[each.tree, each.wrong] <= _SHOWN:
            say(sentence(each))
    for (tree, wrong), count in shown.items():
        if count > _SHOWN:
            say(f"{TREES[tree]}：同类问题共{count}处（{wrong.value}），其余用 --json 查看。")
    say(
        f"核验了查阅记录{found.entries}条、事件{found.events}个、事件流{found.streams}个、"
        f"签署{found.checkpoints}份；{found.uncovered}个新事件还没有列入证明树。"
    )
    if found.findings:
        say(f"有{len(found.findings)}处不符。请保留现场和留存的签署，不要修复数据库，立即报告。")
    else:
        say("没有不符之处。")


@audit.command("checkpoint", help="签署两棵证明树现在的样子；各单位可留存，日后据以查验")
def checkpoint(
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="文件夹", help="另存到文件夹：access.note、events.note"),
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Sign what both trees are."""
    with opened(data) as hub:
        notes = _signed(hub)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for tree, note in notes.items():
            (out / f"{tree.value}.note").write_text(note, encoding="utf-8")
    if as_json:
        answer({"checkpoints": {tree.value: note for tree, note in notes.items()}})
    else:
        for note in notes.values():
            _lines(note)


def _signed(hub: Program) -> dict[Tree, str]:
    """A new checkpoint of each tree. Raises WrongUsage where nothing may be signed."""
    try:
        hub.trail.follow()
        return {tree: hub.trail.checkpoint(tree, hub.clock.now()) for tree in Tree}
    except TrailBroken:
        raise WrongUsage(
            "现有记录与上次签署不符，因此没有签署。请运行 hub audit verify 查看不符之处。"
        ) from None


@audit.command("prove", help="出具证明：留存的签署至今没有被改写，或某一条在证明树里")
def prove(
    since: Annotated[
        Path | None,
        typer.Option("--since", metavar="文件", help="证明从这份签署到现在只增不改"),
    ] = None,
    entry: Annotated[
        int | None, typer.Option("--entry", metavar="序号", min=1, help="证明这一条查阅记录在内")
    ] = None,
    event: Annotated[
        int | None, typer.Option("--event", metavar="位置", min=1, help="证明这一个事件在内")
    ] = None,
    out: Out = None,
    data: Data = None,
) -> None:
    """Give a proof under a new checkpoint. What an entry or event says is not in it."""
    if [since, entry, event].count(None) != 2:
        raise WrongUsage("请在 --since、--entry、--event 中填写一个。")
    kept = None if since is None else read_file(since)
    with opened(data) as hub:
        _signed(hub)
        try:
            if kept is not None:
                proof = hub.trail.growth(kept)
            elif entry is not None:
                proof = hub.trail.included(Tree.ACCESS, entry - 1)
            else:
                proof = hub.trail.included(Tree.EVENTS, (event or 0) - 1)
        except NoteRefused:
            raise WrongUsage("--since 的文件不是本系统的签署，请核对文件。") from None
        except ValueError:
            raise WrongUsage("没有这一条，请核对序号。") from None
        except TrailBroken:
            tell("不能证明：现有记录与这份签署不符。请保留这份签署，运行 hub audit verify。")
            raise typer.Exit(SOME_REFUSED) from None
    _write(out, json.dumps(proof, ensure_ascii=False, indent=2) + "\n")


@audit.command("watch", help="立即核对新的查阅记录，找出异常查阅；hub serve 会自动进行")
def watch(data: Data = None, as_json: Json = False) -> None:
    """Judge new looks now."""
    with opened(data) as hub:
        found = hub.watch.look()
    if as_json:
        answer({"unusual": found})
    else:
        say(f"新发现异常查阅{found}次。")


@audit.command("check", help="离线查验一份签署或证明；不需要系统，只需要文件和公钥")
def check(
    file: Annotated[Path, typer.Argument(metavar="文件", show_default=False)],
    key: Annotated[str, typer.Option("--key", metavar="公钥", help="公钥一行文字，或写有它的文件")],
    kept: Annotated[
        Path | None,
        typer.Option("--kept", metavar="文件", help="自己留存的签署；证明必须从它开始"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check without the hub. Exit code 1 if it does not hold."""
    public = public_key(key)
    try:
        found = check_file(read_file(file), public, None if kept is None else read_file(kept))
    except (NoteRefused, ProofRefused) as error:
        reason = "signature" if isinstance(error, NoteRefused) else "proof"
        if as_json:
            answer({"sound": False, "reason": reason})
        elif reason == "signature":
            say("查验不通过：不是这把公钥签署的，或文件被改动。")
        else:
            say("查验不通过：证明不成立，或不是从留存的签署开始。请保留文件，立即报告。")
        raise typer.Exit(SOME_REFUSED) from None
    if as_json:
        answer({"sound": True, "checkpoints": [_shown(each) for each in found]})
        return
    for each in found:
        say(f"{TREES[each.tree]}第{each.number}号签署：{each.size}条，{each.at.isoformat()}")
    say("查验通过。" if len(found) == 1 else "查验通过：前一份签署之后只有增加，没有改动。")


@audit.command("publickey", help="显示查验签署用的公钥；请各单位当面核对并留存")
def publickey(data: Data = None, as_json: Json = False) -> None:
    """Show the public key as one line."""
    with opened(data) as hub:
        line = hub.trail.public.line
    if as_json:
        answer({"public_key": line})
    else:
        say(line)


def public_key(text: str) -> PublicKey:
    """A key as given: its line, or a file with it. Raises WrongUsage."""
    try:
        return PublicKey.parse(text)
    except NoteRefused:
        pass
    try:
        return PublicKey.parse(read_file(Path(text)))
    except NoteRefused:
        raise WrongUsage("--key 不是公钥。公钥用 hub audit publickey 显示。") from None


def _shown(each: Checkpoint) -> dict[str, Any]:
    return {
        "tree": each.tree.value,
        "number": each.number,
        "size": each.size,
        "at": each.at.isoformat(),
    }


def read_file(path: Path, largest: int = _LARGEST) -> str:
    """A file's text. Raises WrongUsage."""
    try:
        if path.stat().st_size > largest:
            raise WrongUsage("文件太大，不是签署或证明。")
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise WrongUsage("文件不能读取，请核对路径。") from None


def _write(path: Path | None, text: str) -> None:
    if path is None:
        _lines(text)
        return
    path.write_text(text, encoding="utf-8")


def _lines(text: str) -> None:
    for line in text.splitlines():
        say(line)
