"""``hub records``: requests for records (调阅申请): asked, granted, refused, ended, listed."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated
from uuid import UUID, uuid4

import typer

from domain.kernel import Category
from domain.records_request import (
    REFUSAL_REASON,
    EndRecordsAccess,
    GrantRecords,
    RefusalReason,
    RefuseRecords,
    RequestRecords,
)
from hub.answers import Entry
from hub.cli.acting import (
    carry_out,
    claim_from,
    every_before,
    id_of,
    reader_of,
    tell_receipt,
    text_of,
)
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import WrongUsage, answer, say, table

app = Commands("调阅申请：提出、准予、不予、结束、列出")

_CATEGORIES = "、".join(each.value for each in Category)
_PAGE = 200

RequestId = Annotated[str, typer.Argument(metavar="编号", help="调阅申请编号，见 list")]
Child = Annotated[str | None, typer.Option("--child", metavar="编号", help="一人一档编号")]
Categories = Annotated[
    str, typer.Option("--categories", metavar="类别", help=f"用逗号分开：{_CATEGORIES}")
]


@app.command("request", help="提出调阅申请；答复不说明是否找到儿童")
def request(
    addressee: Annotated[
        str, typer.Option("--to", metavar="机构代码", help="被申请单位，例如 school:3101170001")
    ],
    categories: Categories,
    document: Annotated[
        Path, typer.Option("--document", metavar="文件", help="写有文书号的文本文件")
    ],
    text: Annotated[
        Path, typer.Option("--text", metavar="文件", help="写有调阅事项的文本文件；- 为标准输入")
    ],
    child: Child = None,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="文件", help="没有编号时，写有儿童信息的 JSON 文件"),
    ] = None,
    danger: Annotated[bool, typer.Option("--danger", help="有人正处于危险中，须立即答复")] = False,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Ask for records. Whom nobody knows is asked for like anybody else."""
    if (child is None) == (source is None):
        raise WrongUsage("请用 --child 或 --from 说明是哪名儿童，两者填一个。")
    wanted = _categories(categories)
    number, account = text_of(document), text_of(text)
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        if source is None:
            found: UUID | None = id_of(child or "")
        else:
            hub.queries.count(reader_of(actor))
            found = hub.hub.matching.find(claim_from(hub, actor, source))
        command = RequestRecords(
            request_id=uuid4(),
            child_ref=found,
            addressee=addressee,
            categories=wanted,
            document_number=number,
            account=account,
            danger=danger,
        )
        receipt = carry_out(hub, actor, command)
    if as_json:
        answer({"request_id": str(command.request_id), **receipt})
    else:
        say(f"已提出，编号 {command.request_id}；被申请单位一个工作日内答复。")


@app.command("grant", help="准予调阅，到期自动结束（由被申请单位办理）")
def grant(
    request_id: RequestId,
    child: Annotated[str, typer.Option("--child", metavar="编号", help="一人一档编号")],
    categories: Categories,
    until: Annotated[
        datetime, typer.Option("--until", metavar="日期", formats=["%Y-%m-%d"], help="到哪一天")
    ],
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Grant some of what was asked for, until the end of a day."""
    command = GrantRecords(
        request_id=id_of(request_id),
        child_ref=id_of(child),
        categories=_categories(categories),
        until=_day(until),
    )
    with opened(data) as hub:
        tell_receipt(carry_out(hub, sender(hub, organisation, user), command), as_json)


@app.command("refuse", help="不予调阅，说明理由（由被申请单位办理）")
def refuse(
    request_id: RequestId,
    reason: Annotated[str, typer.Option("--reason", metavar="代码", help="理由，填错时会列出")],
    text: Annotated[
        Path | None, typer.Option("--text", metavar="文件", help="说明的文本文件；- 为标准输入")
    ] = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Refuse, with a reason of a closed list."""
    if reason not in REFUSAL_REASON.labels:
        words = "、".join(f"{code}（{word}）" for code, word in REFUSAL_REASON.labels.items())
        raise WrongUsage(f"理由不在可选范围内，请从下列代码中选择：{words}。")
    command = RefuseRecords(
        request_id=id_of(request_id),
        reason=RefusalReason(reason),
        note=None if text is None else text_of(text),
    )
    with opened(data) as hub:
        tell_receipt(carry_out(hub, sender(hub, organisation, user), command), as_json)


@app.command("end", help="不再需要时提前结束（双方都可以）")
def end(
    request_id: RequestId,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """End what was granted before its day."""
    command = EndRecordsAccess(request_id=id_of(request_id))
    with opened(data) as hub:
        tell_receipt(carry_out(hub, sender(hub, organisation, user), command), as_json)


@app.command("list", help="本单位提出的和向本单位提出的，新的在前（查阅留痕）")
def list_(
    organisation: Organisation = None,
    user: User = None,
    to_answer: Annotated[bool, typer.Option("--to-answer", help="只列待本单位答复的")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List what happened, without document numbers and accounts: those are read at the desk."""
    with opened(data) as hub:
        reader = reader_of(sender(hub, organisation, user))
        asked = partial(hub.queries.records_requests, reader, to_answer=to_answer, limit=_PAGE)
        found = list(every_before(lambda before: asked(before=before)))
    if as_json:
        answer({"requests": [_entry(each) for each in found]})
        return
    table(
        "调阅申请",
        ("编号", "事项", "申请单位", "被申请单位", "时间"),
        [
            (
                each.stream,
                each.title,
                each.clear.get("organisation", ""),
                each.clear.get("addressee", ""),
                each.recorded_at,
            )
            for each in found
        ],
    )


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "request_id": entry.stream,
        "title": entry.title,
        "topic": entry.topic,
        "recorded_at": entry.recorded_at,
        **entry.clear,
    }


def _categories(text: str) -> tuple[Category, ...]:
    try:
        return tuple(Category(each) for each in text.split(","))
    except ValueError:
        raise WrongUsage(f"有不认识的数据类别。可选：{_CATEGORIES}。") from None


def _day(moment: datetime) -> date:
    return moment.date()
