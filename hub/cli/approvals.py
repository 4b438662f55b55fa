"""``hub approvals``: what awaits another person's decision (待审批), and deciding it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from domain.approval import ApproveProposal, RejectProposal
from domain.kernel import Command
from hub.cli.acting import carry_out, every, id_of, person, reader_of, tell_receipt, text_of
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import answer, table

app = Commands("审批：评估和结案由本人以外的负责人审批")

Case = Annotated[str, typer.Argument(metavar="个案编号", help="见 list")]
Number = Annotated[int, typer.Argument(metavar="序号", help="见 list")]
Login = Annotated[str, typer.Option("--user", metavar="登录名", help="由谁审批")]


@app.command("list", help="本单位提请、尚未审批的，先到期限的在前")
def list_(
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List what awaits a decision, without its words: those are read at the desk."""
    with opened(data) as hub:
        reader = reader_of(sender(hub, organisation, user))
        found = list(every(lambda after: hub.queries.approvals(reader, after=after)))
    lines = [
        {
            "case_id": each.case_id,
            "proposal": each.proposal,
            "what": each.entry.title,
            "due_at": each.due_at,
            "overdue": each.overdue,
        }
        for each in found
    ]
    if as_json:
        answer({"approvals": lines})
        return
    table(
        "待审批",
        ("个案编号", "序号", "事项", "期限", "逾期"),
        [
            (line["case_id"], line["proposal"], line["what"], line["due_at"], late)
            for line in lines
            for late in ("是" if line["overdue"] else "否",)
        ],
    )


@app.command("approve", help="同意（由本单位负责人或值班领导，不是提出人）")
def approve(
    case: Case, number: Number, user: Login, data: Data = None, as_json: Json = False
) -> None:
    """Decide for it: it takes effect."""
    _act(ApproveProposal(case_id=id_of(case), proposal=number), user, data, as_json)


@app.command("reject", help="退回，说明理由（由本单位负责人或值班领导，不是提出人）")
def reject(
    case: Case,
    number: Number,
    text: Annotated[
        Path, typer.Option("--text", metavar="文件", help="写有理由的文本文件；- 为标准输入")
    ],
    user: Login,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Decide against it: it has no effect."""
    command = RejectProposal(case_id=id_of(case), proposal=number, reason=text_of(text))
    _act(command, user, data, as_json)


def _act(command: Command, user: str, data: Path | None, as_json: bool) -> None:
    with opened(data) as hub:
        tell_receipt(carry_out(hub, person(hub, user), command), as_json)
