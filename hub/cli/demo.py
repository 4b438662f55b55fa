"""``hub demo``: the main job on invented children, and what it came to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.help import Commands
from hub.cli.options import Data, Json, settings_for, welcome_link
from hub.cli.output import WrongUsage, answer, progress, say, table

if TYPE_CHECKING:
    from hub.demo import DemoSummary, Group
    from hub.settings import Settings


def register(app: Commands) -> None:
    """Add the command."""
    app.command("demo", help="演示：用虚构的儿童把主要业务完整走一遍，最后按单位汇总")(demo)


def demo(
    children: Annotated[
        int, typer.Option("--children", metavar="人数", help="虚构儿童人数；默认2000")
    ] = 2000,
    days: Annotated[int, typer.Option("--days", metavar="天数", help="演示几天；默认365")] = 365,
    seed: Annotated[
        int, typer.Option("--seed", metavar="种子", help="同一种子得同样的汇总；默认1")
    ] = 1,
    start: Annotated[
        str, typer.Option("--start", metavar="日期", help="第一天；默认2025-09-01，新学年开学")
    ] = "2025-09-01",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Run the demo into a folder of its own and print its summary.

    The JSON object is the summary alone, equal for equal seeds: logins are not part of it.
    """
    # Here, so that no other command waits for the demo to load.
    from hub.demo import DemoOptions, DemoRefused, run_demo

    try:
        first = datetime.strptime(start, "%Y-%m-%d").date()
    except ValueError:
        raise WrongUsage("--start 请按 2025-09-01 的写法填写。") from None
    settings = settings_for(data)
    try:
        options = DemoOptions(settings.data, children, days, seed, first)
        with progress("演示（天）", quiet=as_json) as step:
            summary = run_demo(options, settings, step)
    except DemoRefused as refused:
        raise WrongUsage(str(refused)) from None
    if as_json:
        answer(summary.as_json())
    else:
        _print(summary, summary.same_as(options))
        _print_next(settings, summary)


def _print(summary: DemoSummary, as_asked: bool) -> None:
    from hub.demo import GROUPS

    if summary.reused:
        say("这个数据文件夹里已有一次演示，以下是它的汇总。")
        if not as_asked:
            say("它的人数、天数、种子或日期与这次要求的不同；要另做一次，请换一个 --data。")
    say(
        f"演示汇总：虚构儿童{summary.children}人，{summary.start} 至 {summary.end}，"
        f"种子{summary.seed}"
    )
    for group in GROUPS:
        _print_group(group, summary)
    say(
        f"报送文件{summary.sheets}个，事件{summary.events}件，"
        f"民政局逾期看板上未了的期限{summary.overdue_deadlines}个。"
    )
    table(
        "接口用的令牌（24小时有效，只显示这一次）",
        ("登录名", "机构", "令牌"),
        [(each.login, each.organisation_name, each.token) for each in summary.logins],
    )


def _print_group(group: Group, summary: DemoSummary) -> None:
    """One table: whoever has nothing to do with it is left out."""
    rows = [
        (each.title, *(each[figure.name] for figure in group.figures))
        for each in summary.agencies
        if any(each[figure.name] for figure in group.figures)
    ]
    table(group.title, ("单位", *(figure.heading for figure in group.figures)), rows)
    if group.note:
        say(group.note)


def _print_next(settings: Settings, summary: DemoSummary) -> None:
    address = f"http://{settings.host}:{settings.port}/api/v1"
    say("接着可以：")
    say(f"  运行系统：hub serve --data {settings.data}")
    say("  用浏览器打开下面的链接，就以那个单位的人进入工作台（每个链接只能用一次）：")
    for each in summary.logins:
        say(f"    {each.organisation_name} {welcome_link(settings, each.link)}")
    say(f'  看待办（另开一个窗口）：curl -H "Authorization: Bearer 令牌" {address}/inbox')
    say("  民政局看逾期，把 inbox 换成 overdue；全部接口见 /api/v1/openapi.json")
    say(f"  看待更正：hub quarantine list --user education-310117 --data {settings.data}")
    say(f"  演示用的台账（虚构）：{settings.data / 'demo' / 'sheets'}")
