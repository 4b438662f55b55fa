"""``hub duplicates``: files that may be one child's (疑似重复建档), listed and decided."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any
from uuid import UUID

import typer

from domain.duplicate import ConfirmDuplicate, ReopenDuplicate, TellApart
from hub.answers import Child, Duplicate
from hub.bootstrap import Program
from hub.cli.acting import every
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, from_file, opened, sender, settle
from hub.cli.output import WrongUsage, answer, say, table
from hub.keyservice import Purpose, Reader
from hub.queries import as_uuid

app = Commands("疑似重复建档：列出、认定、撤销认定（由负责认定的部门办理）")

PairId = Annotated[str, typer.Argument(metavar="编号", help="疑似重复编号，见 list")]
Ground = Annotated[str, typer.Option("--ground", metavar="代码", help="依据的代码，填错时会列出")]
Note = Annotated[
    str | None,
    typer.Option("--from", metavar="文件", help="写有 {note: 说明} 的 JSON 文件；- 表示标准输入"),
]
_PAGE = 200


@app.command("list", help="列出待认定的，每一对写明哪些相同（查阅留痕）")
def list_pairs(
    organisation: Organisation = None,
    user: User = None,
    everything: Annotated[bool, typer.Option("--all", help="连已认定的也列出")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List the pairs that the organisation sees."""
    with opened(data) as hub:
        reader = _reader(hub, organisation, user)
        asked = partial(hub.queries.duplicates, reader, open_only=not everything, limit=_PAGE)
        pairs = list(every(lambda after: asked(after=after)))
    if as_json:
        answer({"duplicates": [_plain(pair) for pair in pairs]})
    elif not pairs:
        say("没有待认定的疑似重复建档。")
    else:
        table(
            f"疑似重复建档 {len(pairs)}对",
            ("编号", "状态", "较新的一份", "较早的一份", "哪些相同"),
            [
                (pair.id, pair.state, _named(pair.child), _named(pair.other), _why(pair))
                for pair in pairs
            ],
        )


@app.command("different", help="认定不是同一儿童；这一对不再提出，可以撤销")
def different(
    pair: PairId,
    ground: Ground,
    note: Note = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Decide that a pair is two children."""
    _decide(TellApart, pair, ground, note, organisation, user, data, as_json)


@app.command("same", help="认定是同一儿童，合并两份档案；可以撤销")
def same(
    pair: PairId,
    ground: Ground,
    survivor: Annotated[
        str, typer.Option("--keep", metavar="编号", help="保留哪一份（一人一档编号）")
    ],
    note: Note = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Decide that a pair is one child, whose file ``--keep`` goes on."""
    kept = as_uuid(survivor)
    if kept is None:
        raise WrongUsage("--keep 应是一人一档编号，见 hub duplicates list。")
    _decide(ConfirmDuplicate, pair, ground, note, organisation, user, data, as_json, survivor=kept)


@app.command("reopen", help="撤销认定，回到待认定")
def reopen(
    pair: PairId,
    ground: Ground,
    note: Note = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Take a decision back."""
    _decide(ReopenDuplicate, pair, ground, note, organisation, user, data, as_json)


def _decide(
    what: type[TellApart | ConfirmDuplicate | ReopenDuplicate],
    pair: str,
    ground: str,
    note: str | None,
    organisation: str | None,
    user: str | None,
    data: Any,
    as_json: bool,
    **more: UUID,
) -> None:
    said = from_file(note).get("note") if note else None
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        found = hub.queries.duplicate(_reader(hub, organisation, user), pair)
        if found is None:
            raise WrongUsage("没有这一对疑似重复建档。请用 hub duplicates list 核对编号。")
        command = what(
            child_ref=UUID(found.child.child_ref),
            other=UUID(found.other.child_ref),
            ground=ground,
            note=said,
            **more,
        )
        receipt = hub.hub.command(command, actor)
        settled = settle(hub)
    if as_json:
        answer({"receipt": receipt.number, "position": receipt.position, "settled": settled})
    else:
        say(f"已登记，回执号 {receipt.number}。")


def _reader(hub: Program, organisation: str | None, user: str | None) -> Reader:
    actor = sender(hub, organisation, user)
    return Reader(actor.organisation, actor.post, actor.user, Purpose.CASEWORK)


def _named(child: Child) -> str:
    return f"{child.fields.get('name') or ''} {child.birth_month or ''} {child.child_ref}"


def _why(pair: Duplicate) -> str:
    return "、".join(text for _, text in pair.reasons)


def _plain(pair: Duplicate) -> dict[str, object]:
    return {
        "id": pair.id,
        "state": pair.state,
        "ground": pair.ground,
        "suspected_at": pair.suspected_at,
        "changed_at": pair.changed_at,
        "children": [
            {"child_ref": child.child_ref, "fields": dict(child.fields)}
            for child in (pair.child, pair.other)
        ],
        "reasons": [{"code": code, "text": text} for code, text in pair.reasons],
    }
