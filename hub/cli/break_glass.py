"""``hub break-glass``: look in an emergency (紧急调阅), end it, review it, see who does it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer

from domain.break_glass import BreakGlass, EndBreakGlass, ReviewBreakGlass
from domain.kernel import Category, LegalBasis
from hub.answers import Entry
from hub.cli.acting import carry_out, every_before, id_of, reader_of, tell_receipt, text_of
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import WrongUsage, answer, say, table
from hub.queries import as_uuid

app = Commands("紧急调阅：立即开放，最长24小时，下一个工作日核查")

_CATEGORIES = "、".join(each.value for each in Category)

AccessId = Annotated[str, typer.Argument(metavar="编号", help="紧急调阅编号，见 list")]
TextFile = Annotated[
    Path, typer.Option("--text", metavar="文件", help="说明的文本文件（UTF-8）；- 为标准输入")
]


@app.command("open", help="紧急调阅一名儿童；答复不说明是否找到")
def open_(
    child: Annotated[str, typer.Option("--child", metavar="编号", help="一人一档编号")],
    categories: Annotated[
        str,
        typer.Option("--categories", metavar="类别", help=f"用逗号分开：{_CATEGORIES}"),
    ],
    ground: Annotated[
        str, typer.Option("--ground", metavar="代码", help="紧急情况代码，如 LIFE、MISSING")
    ],
    text: TextFile,
    hours: Annotated[
        int | None, typer.Option("--hours", metavar="小时", help="几小时；不填为最长时间")
    ] = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Look in an emergency. The account comes from a file: a command line is seen by others."""
    try:
        wanted = tuple(Category(each) for each in categories.split(","))
    except ValueError:
        raise WrongUsage(f"有不认识的数据类别。可选：{_CATEGORIES}。") from None
    # What is no pseudonym is nobody's, and is answered like any other that is not there.
    command = BreakGlass(
        access_id=uuid4(),
        child_ref=as_uuid(child),
        categories=wanted,
        ground=ground,
        account=text_of(text),
        hours=hours,
    )
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        receipt = carry_out(hub, actor, command, LegalBasis.EMERGENCY)
    if as_json:
        answer({"access_id": str(command.access_id), **receipt})
        return
    say(f"已开放，编号 {command.access_id}；已告知牵头单位，下一个工作日核查。")


@app.command("end", help="不再需要时提前结束")
def end(
    access_id: AccessId,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """End one's own access before its time."""
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        tell_receipt(carry_out(hub, actor, EndBreakGlass(access_id=id_of(access_id))), as_json)


@app.command("review", help="核查：正当或不正当；不正当的立即结束")
def review(
    access_id: AccessId,
    justified: Annotated[bool, typer.Option("--justified/--not-justified", help="正当，或不正当")],
    text: Annotated[
        Path | None,
        typer.Option("--text", metavar="文件", help="核查说明的文本文件；- 为标准输入"),
    ] = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Review what another organisation looked at."""
    note = None if text is None else text_of(text)
    command = ReviewBreakGlass(access_id=id_of(access_id), justified=justified, note=note)
    with opened(data) as hub:
        tell_receipt(carry_out(hub, sender(hub, organisation, user), command), as_json)


@app.command("list", help="本单位办理的、告知本单位的和由本单位核查的")
def list_(
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List what happened, newest first, without accounts: those are read at the desk."""
    with opened(data) as hub:
        reader = reader_of(sender(hub, organisation, user))
        found = list(every_before(lambda before: hub.queries.break_glass(reader, before=before)))
    if as_json:
        answer({"accesses": [_entry(each) for each in found]})
        return
    table(
        "紧急调阅",
        ("编号", "事项", "单位", "时间"),
        [(e.stream, e.title, e.clear.get("organisation", ""), e.recorded_at) for e in found],
    )


@app.command("uses", help="各单位次数：由本单位核查的")
def uses(
    days: Annotated[int, typer.Option("--days", metavar="天", min=1, help="最近几天")] = 30,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Say how often each organisation looks by break-glass."""
    with opened(data) as hub:
        reader = reader_of(sender(hub, organisation, user))
        since = hub.clock.now() - timedelta(days=days)
        found = hub.queries.break_glass_uses(reader, since=since)
    if as_json:
        names = ("organisation", "name", "times", "open_reviews", "not_justified")
        answer({"uses": [{name: getattr(each, name) for name in names} for each in found]})
        return
    table(
        f"最近{days}天",
        ("单位", "次数", "待核查", "不正当"),
        [(each.name, each.times, each.open_reviews, each.not_justified) for each in found],
    )


def _entry(entry: Entry) -> dict[str, Any]:
    clear = {k: v for k, v in entry.clear.items() if k != "named"}
    return {
        "access_id": entry.stream,
        "title": entry.title,
        "topic": entry.topic,
        "recorded_at": entry.recorded_at,
        **clear,
    }
