"""``hub notices``: what somebody is told outside of the hub (提醒): sent, listed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from hub.bootstrap import reacting
from hub.cli.help import Commands
from hub.cli.options import Data, Json, logging_settings, opened
from hub.cli.output import answer, beijing, say, table, tell
from hub.cli.workers import one, work_alone
from hub.directory import POST_WORDS

app = Commands("对外提醒：发送、列出")

_MOST = 100
"""Notices that are listed."""

STATES = {"due": "待发送", "sending": "发送中", "sent": "已发送", "stale": "过时未发"}


@app.command("send", help="按值班表发送提醒，直到停止（可以多开，一个工作，其余待命）")
def send(data: Data = None, as_json: Json = False) -> None:
    """Send until stopped; what cannot be sent now is tried again."""
    settings = logging_settings(data)
    with reacting(settings.data, settings) as made:
        leading = one(made, "notices", made.notices.step)
        work_alone("notices", leading, made.storage, made.role, settings, as_json)


@app.command("list", help="列出提醒发给了谁、发出没有，新的在前")
def list_(
    unsent: Annotated[bool, typer.Option("--unsent", help="只列没有发出的")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List them: for whom and what became of it; there is nothing else to them."""
    with opened(data) as hub:
        found = hub.notices.listed(unsent=unsent, limit=_MOST + 1)
        more, found = len(found) > _MOST, found[:_MOST]
        names = {each.organisation: hub.directory.name(each.organisation) for each in found}
    if as_json:
        answer({"notices": [asdict(each) for each in found], "more": more})
        return
    if not found:
        say("没有提醒。")
        return
    table(
        "提醒",
        ("时间", "单位", "岗位", "紧急", "状态", "试过", "说明"),
        [
            (
                beijing(datetime.fromisoformat(each.at)),
                names[each.organisation],
                POST_WORDS.get(each.post, each.post),
                "是" if each.urgent else "",
                STATES[each.state],
                str(each.tries),
                "无人值班" if each.nobody and each.urgent else "",
            )
            for each in found
        ],
    )
    if more:
        tell(f"只列出最近{_MOST}条，更早的没有列出。")
