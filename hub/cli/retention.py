"""``hub retention``: what has been kept long enough, what was done about it, what was skipped."""

from __future__ import annotations

from typing import Annotated

import typer

from hub.cli.help import Commands
from hub.cli.options import Data, Json, opened, sender
from hub.cli.output import WrongUsage, answer, say, table
from hub.erasure.retention import Outcome, Report

app = Commands("保存期限：列出到期的记录，申请删除")

_OUTCOMES = {
    Outcome.DUE: "到期",
    Outcome.REQUESTED: "已申请删除，待另一人批准",
    Outcome.EMPTIED: "已清空",
    Outcome.STANDS: "跳过：不得删除",
    Outcome.WAITING: "跳过：已有待批准的申请",
    Outcome.BIRTH_UNKNOWN: "跳过：出生年月不明",
    Outcome.UNCORRECTED: "跳过：尚未更正",
    Outcome.REFUSED: "跳过：申请被拒绝",
}


@app.command("plan", help="列出保存期限届满的记录；什么都不改动")
def plan(data: Data = None, as_json: Json = False) -> None:
    """Show what a run would find."""
    with opened(data) as hub:
        report = hub.retention.plan()
        titles = {name: each.title for name, each in hub.policies.retention.items()}
    _show(report, titles, as_json)


@app.command("run", help="对期满的档案申请删除，清空期满的已更正行；逐项报告")
def run(
    document: Annotated[
        str, typer.Option("--document", metavar="文号", help="据以删除的文书的文号")
    ],
    user: Annotated[str, typer.Option("--user", metavar="登录名", help="申请人的登录名")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Ask for the erasure of what is due; another person approves each."""
    if not document.strip():
        raise WrongUsage("请用 --document 填写据以删除的文书的文号。")
    with opened(data) as hub:
        report = hub.retention.run(sender(hub, None, user), document.strip())
        titles = {name: each.title for name, each in hub.policies.retention.items()}
    _show(report, titles, as_json)


def _show(report: Report, titles: dict[str, str], as_json: bool) -> None:
    if as_json:
        answer(report.told())
        return
    table(
        f"保存期限届满 {len(report.items)}",
        ("类别", "编号", "起算日", "届满日", "处理", "原因"),
        [
            (
                titles[each.record_class],
                each.id,
                each.reference,
                each.due,
                _OUTCOMES[each.outcome],
                "、".join(each.why),
            )
            for each in report.items
        ],
    )
    for name, count in report.not_due.items():
        say(f"{titles[name]}：未到期{count}")
