"""``hub orders``: supervisory orders (督办单): issued, answered in writing, closed, listed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from domain.supervisory_order import CloseOrder, IssueOrder, ReplyToOrder
from hub.cli.acting import carry_out, every_before, id_of, reader_of, tell_receipt, text_of
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import answer, say, table

app = Commands("督办单：制发、回复、办结、列出")

OrderId = Annotated[str, typer.Argument(metavar="编号", help="督办单编号，见 list")]
Text = Annotated[
    Path, typer.Option("--text", metavar="文件", help="文本文件，不写儿童姓名；- 为标准输入")
]


@app.command("issue", help="制发督办单（由妇儿工委办或民政局）")
def issue(
    addressee: Annotated[
        str, typer.Option("--to", metavar="机构代码", help="被督办单位，例如 education:310117")
    ],
    text: Text,
    proposed: Annotated[
        str | None, typer.Option("--proposed", metavar="编号", help="建议督办的编号，见 list")
    ] = None,
    matter: Annotated[
        str | None, typer.Option("--matter", metavar="编号", help="所督办事项的编号，如转介单")
    ] = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Issue one that was proposed, or another."""
    command = IssueOrder(
        order_id=uuid4() if proposed is None else id_of(proposed),
        addressee=addressee,
        demand=text_of(text),
        matter_id=None if matter is None else id_of(matter),
    )
    with opened(data) as hub:
        receipt = carry_out(hub, sender(hub, organisation, user), command)
    if as_json:
        answer({"order_id": str(command.order_id), **receipt})
    else:
        say(f"已制发，编号 {command.order_id}。")


@app.command("reply", help="书面回复（由被督办单位）")
def reply(
    order_id: OrderId,
    text: Text,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Answer in writing."""
    command = ReplyToOrder(order_id=id_of(order_id), content=text_of(text))
    with opened(data) as hub:
        tell_receipt(carry_out(hub, sender(hub, organisation, user), command), as_json)


@app.command("close", help="办结；建议督办而不制发的，也由此了结（由制发单位）")
def close(
    order_id: OrderId,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Close one."""
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        tell_receipt(carry_out(hub, actor, CloseOrder(order_id=id_of(order_id))), as_json)


@app.command("list", help="建议督办的、本单位制发的、发给本单位的，新的在前")
def list_(
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List what happened, without its words: those are read at the desk."""
    with opened(data) as hub:
        reader = reader_of(sender(hub, organisation, user))
        found = every_before(
            lambda before: hub.queries.register(
                reader, stream="supervisory_order", everybodys=True, before=before
            )
        )
        lines = [
            {
                "order_id": each.stream,
                "what": each.title,
                "at": each.recorded_at,
                "addressee": hub.directory.name(each.clear["addressee"]),
            }
            for each in found
        ]
    if as_json:
        answer({"orders": lines})
        return
    table(
        "督办单",
        ("编号", "事项", "时间", "被督办单位"),
        [tuple(each.values()) for each in lines],
    )
