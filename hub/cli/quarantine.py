"""``hub quarantine``: refused rows (待更正), listed, shown, corrected and sent again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from adapters.intake.columns import Column
from adapters.intake.intake import RowAnswer, UnknownColumn
from domain.kernel import Actor
from hub.bootstrap import Program
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, from_file, opened, sender, settle
from hub.cli.output import SOME_REFUSED, WrongUsage, answer, progress, say, table, tell
from hub.keyservice import Purpose, Reader

app = Commands("待更正：退回的行，查看、更正、重报")

RowId = Annotated[str, typer.Argument(metavar="编号", help="待更正编号，见 list")]

_STATES = {"open": "待更正", "corrected": "已更正", "erased": "已删除"}


@app.command("list", help="列出本单位退回的行（不含内容）")
def list_rows(
    organisation: Organisation = None,
    user: User = None,
    everything: Annotated[bool, typer.Option("--all", help="连已更正的也列出")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List an organisation's refused rows without their cells."""
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        rows = hub.quarantine.list(actor.organisation, state=None if everything else "open")
        titles = {kind.name: kind.title for kind in hub.intake.kinds(actor.organisation)}
    if as_json:
        found = [
            {
                "id": row.id,
                "kind": row.kind,
                "title": titles.get(row.kind, row.kind),
                "row": row.row_number,
                "state": row.state,
                "received_at": row.received_at,
                "receipt": row.receipt,
                "faults": [_fault(each) for each in row.faults],
            }
            for row in rows
        ]
        answer({"organisation": actor.organisation, "rows": found})
        return
    if not rows:
        say("没有待更正的行。")
        return
    table(
        f"待更正 {len(rows)}行",
        ("编号", "种类", "行", "状态", "原因"),
        [
            (
                row.id,
                titles.get(row.kind, row.kind),
                row.row_number,
                _STATES.get(row.state, row.state),
                "".join(map(str, row.faults)),
            )
            for row in rows
        ],
    )


@app.command("show", help="显示一行的内容（查阅留痕）")
def show(
    row_id: RowId,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show a refused row with its cells, after the look is in the access log."""
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        row = hub.quarantine.get(actor.organisation, row_id)
        if row is None:
            raise _no_such_row()
        _note(hub, actor, row_id, "quarantine")
        cells = hub.quarantine.cells(actor.organisation, row_id) or {}
        columns = _columns(hub, actor, row.kind)
    if as_json:
        faults = [_fault(each) for each in row.faults]
        answer(
            {
                "id": row.id,
                "kind": row.kind,
                "row": row.row_number,
                "state": row.state,
                "cells": cells,
                "faults": faults,
            }
        )
        return
    headings = {column.field: column.heading for column in columns}
    table(
        f"第{row.row_number}行（{_STATES.get(row.state, row.state)}）",
        ("列", "内容"),
        [(headings.get(name, name), text) for name, text in cells.items()],
    )
    for fault in row.faults:
        say(str(fault))


@app.command("correct", help="改几格后重报一行")
def correct(
    row_id: RowId,
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="列=值",
            help="要改的格；姓名、证件号等请改用 --from，命令行会留在历史记录里",
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="文件", help="写有 {列: 值} 的 JSON 文件；- 表示标准输入"),
    ] = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Send a refused row again with some cells changed. Exit code 1 when it is refused again."""
    if not changes and source is None:
        raise WrongUsage("请用 --set 或 --from 写明改什么；什么都不改、只重报的，用 retry。")
    stated = {**(from_file(source) if source else {}), **_from_options(changes or [])}
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        row = hub.quarantine.get(actor.organisation, row_id)
        if row is None:
            raise _no_such_row()
        _note(hub, actor, row_id, "quarantine.correct")
        try:
            _send_again(hub, actor, [row_id], stated, as_json)
        except UnknownColumn as unknown:
            names = "、".join(unknown.headings)
            raise WrongUsage(f"要改的列有认不出的。这类记录的列：{names}。") from None


@app.command("retry", help="原样重报（例如名录补全之后）")
def retry(
    row_ids: Annotated[list[str] | None, typer.Argument(metavar="编号", help="可写几个")] = None,
    everything: Annotated[bool, typer.Option("--all", help="本单位全部待更正的行")] = False,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Send refused rows again as they are. Exit code 1 when some are refused again."""
    if bool(row_ids) == everything:
        raise WrongUsage("请写明待更正编号，或用 --all 重报全部。")
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        waiting = [row.id for row in hub.quarantine.list(actor.organisation)]
        wanted = list(dict.fromkeys(row_ids)) if row_ids else waiting
        # Before any is sent, so that no receipt goes untold because of a misspelt identifier.
        if not set(wanted) <= set(waiting):
            raise _no_such_row()
        for row_id in wanted:
            _note(hub, actor, row_id, "quarantine.correct")
        # All at once is nobody's look at each: what a person must confirm stays refused.
        _send_again(hub, actor, wanted, {}, as_json, vouched=not everything)


def _send_again(
    hub: Program,
    actor: Actor,
    row_ids: Sequence[str],
    cells: Mapping[str, str],
    as_json: bool,
    *,
    vouched: bool = True,
) -> None:
    outcomes: list[tuple[str, RowAnswer]] = []
    with progress("重报", quiet=as_json) as step:
        for done, row_id in enumerate(row_ids, start=1):
            outcome = hub.intake.correct(actor, row_id, cells, vouched=vouched)
            if outcome is None:
                raise _no_such_row()
            outcomes.append((row_id, outcome))
            step(done, len(row_ids))
    refused = sum(1 for _, outcome in outcomes if outcome.answer is None)
    settled = settle(hub) if refused < len(outcomes) else None
    if as_json:
        rows = [
            {
                "id": row_id,
                "receipt": outcome.answer.number if outcome.answer else None,
                "position": outcome.answer.position if outcome.answer else None,
                "faults": [_fault(each) for each in outcome.faults],
            }
            for row_id, outcome in outcomes
        ]
        accepted = len(outcomes) - refused
        answer({"accepted": accepted, "refused": refused, "rows": rows, "settled": settled})
    else:
        for row_id, outcome in outcomes:
            if outcome.answer is not None:
                say(f"{row_id} 已登记，回执号 {outcome.answer.number}")
            for fault in outcome.faults:
                tell(f"{row_id} 仍待更正：{fault}")
        say(f"重报{len(outcomes)}行：登记{len(outcomes) - refused}行，仍待更正{refused}行。")
    if refused:
        raise typer.Exit(SOME_REFUSED)


def _note(hub: Program, actor: Actor, row_id: str, action: str) -> None:
    """Write the look into the access log, before the row's cells are opened."""
    reader = Reader(actor.organisation, actor.post, actor.user, Purpose.QUARANTINE, task=row_id)
    hub.queries.note(reader, action)


def _columns(hub: Program, actor: Actor, kind: str) -> tuple[Column, ...]:
    return hub.intake.kind(actor.organisation, kind).columns


def _from_options(changes: Sequence[str]) -> dict[str, str]:
    stated = {}
    for change in changes:
        name, sign, value = change.partition("=")
        if not sign or not name.strip():
            raise WrongUsage("--set 请写成“列=值”。")
        stated[name.strip()] = value
    return stated


def _fault(fault: Any) -> dict[str, str]:
    return {
        "column": fault.column,
        "code": fault.code,
        "rule": fault.rule,
        "advice": fault.advice,
    }


def _no_such_row() -> WrongUsage:
    return WrongUsage("本单位没有这条待更正的记录（或已更正）。请用 hub quarantine list 核对编号。")
