"""``hub returns exact…``: exact figures of yearly returns (法定报表准确数), beside the returns."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer
from pydantic_core import to_jsonable_python

from domain.statutory_return import ApproveExact, EndExact, RefuseExact, RequestExact
from hub.cli.acting import carry_out, id_of, person, reader_of, tell_receipt, text_of
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import answer, say, table
from hub.cli.returns import Department, Login, Text, Year
from hub.cli.returns import app as app

Request = Annotated[str, typer.Argument(metavar="编号", help="申请编号，见 exact-list")]


@app.command("exact-request", help="申请由两名人员查看准确数，用于法定报表")
def exact_request(
    department: Department,
    year: Year,
    reader: Annotated[list[str], typer.Option("--reader", metavar="登录名", help="查看人，写两次")],
    text: Annotated[
        Path, typer.Option("--text", metavar="文件", help="写明用于哪一张法定报表；- 为标准输入")
    ],
    user: Login,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Ask for exact figures."""
    request_id = uuid4()
    with opened(data) as hub:
        actor = person(hub, user)
        command = RequestExact(
            request_id=request_id,
            department=department,
            year=year,
            readers=tuple(hub.directory.colleague(actor.organisation, each) for each in reader),
            purpose=text_of(text),
        )
        receipt = carry_out(hub, actor, command)
    if as_json:
        answer({"request_id": str(request_id), **receipt})
    else:
        say(f"已申请，编号 {request_id}。")


@app.command("exact-approve", help="同意查看准确数（由本单位另一人）")
def exact_approve(
    request_id: Request, user: Login, data: Data = None, as_json: Json = False
) -> None:
    """Approve a request."""
    with opened(data) as hub:
        command = ApproveExact(request_id=id_of(request_id))
        tell_receipt(carry_out(hub, person(hub, user), command), as_json)


@app.command("exact-refuse", help="不同意查看准确数，写明原因")
def exact_refuse(
    request_id: Request, text: Text, user: Login, data: Data = None, as_json: Json = False
) -> None:
    """Refuse a request."""
    command = RefuseExact(request_id=id_of(request_id), reason=text_of(text))
    with opened(data) as hub:
        tell_receipt(carry_out(hub, person(hub, user), command), as_json)


@app.command("exact-end", help="提前结束查看准确数")
def exact_end(request_id: Request, user: Login, data: Data = None, as_json: Json = False) -> None:
    """End a request before it runs out."""
    with opened(data) as hub:
        command = EndExact(request_id=id_of(request_id))
        tell_receipt(carry_out(hub, person(hub, user), command), as_json)


@app.command("exact-list", help="本单位的准确数申请")
def exact_list(
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List the own organisation's requests."""
    with opened(data) as hub:
        found = hub.queries.exact_requests(reader_of(sender(hub, organisation, user)))
    if as_json:
        answer({"requests": [to_jsonable_python(each) for each in found]})
        return
    table(
        "法定报表准确数",
        ("编号", "填报单位", "年度", "状态", "查看截止"),
        [
            (
                each.request_id,
                each.department_name,
                str(each.year),
                each.state_words,
                "" if each.until is None else each.until.isoformat(),
            )
            for each in found
        ],
    )


@app.command("exact", help="查看准确数：只限申请写明的两名人员，每次查看都有记录")
def exact(request_id: Request, user: Login, data: Data = None, as_json: Json = False) -> None:
    """Read exact figures."""
    with opened(data) as hub:
        found = hub.queries.exact_return(reader_of(person(hub, user)), request_id)
    if as_json:
        answer({"exact": None if found is None else to_jsonable_python(found)})
        return
    if found is None:
        say("没有可查看的准确数，请核对编号、查看人和期限。")
        return
    table(
        f"{found.row.department_name}{found.row.year}年准确数（截至{found.as_of}，用于{found.purpose}）",
        ("指标", "数", "分母", "数值"),
        [
            (
                each.title,
                str(each.number),
                "" if each.among is None else str(each.among),
                each.words,
            )
            for each in found.lines
        ],
    )
