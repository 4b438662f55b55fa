"""``hub roster``: the duty roster (值班表) and duty telephone of one's own organisation."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from domain.roster import HEADINGS, RosterRefused
from hub.cli.acting import person
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import WrongUsage, answer, say, table, tell

app = Commands("值班表：导入、查看、登记值班电话")

_MAX_CSV = 1024 * 1024
Login = Annotated[
    str, typer.Option("--user", metavar="登录名", help="由本单位负责人或值班领导办理")
]


@app.command("import", help="导入一份值班表（CSV）；同一时段以后一次为准")
def import_(
    file: Annotated[
        Path,
        typer.Argument(metavar="文件", help="列：岗位、开始、结束、值班人、替班人（登录名）"),
    ],
    user: Login,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Take a roster, all of it or nothing."""
    rows = _rows(file)
    with opened(data) as hub:
        try:
            count = hub.duty.enter(person(hub, user), rows)
        except RosterRefused as refused:
            for each in refused.faults:
                tell(str(each))
            raise WrongUsage("值班表没有导入，请改正后重新导入。") from None
        shown = hub.duty.show(person(hub, user))
    if as_json:
        answer({"rows": count, "gaps": list(shown.gaps)})
        return
    say(f"已导入{count}行。")
    for gap in shown.gaps:
        say(gap)


@app.command("show", help="本单位今后几天谁值班、值班电话，和从何时起无人值班")
def show(
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show the roster."""
    with opened(data) as hub:
        shown = hub.duty.show(sender(hub, organisation, user))
    if as_json:
        answer(shown.as_json())
        return
    table(
        "值班表",
        ("岗位", "开始", "结束", "值班人", "替班人"),
        [
            (each.post_name, each.begins, each.ends, each.user, each.deputy or "")
            for each in shown.shifts
        ],
    )
    say(f"值班电话：{shown.number or '未登记'}")
    for gap in shown.gaps:
        say(gap)


@app.command("number", help="登记本单位值班电话（固定电话）")
def number(
    telephone: Annotated[str, typer.Argument(metavar="电话")],
    user: Login,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """State the organisation's duty telephone."""
    with opened(data) as hub:
        hub.duty.state_number(person(hub, user), telephone)
    if as_json:
        answer({"stated": True})
    else:
        say("已登记值班电话。")


def _rows(path: Path) -> list[dict[str, str | None]]:
    """Rows by the names of their columns. Raises WrongUsage."""
    if not path.is_file():
        raise WrongUsage("找不到值班表文件，请核对路径。")
    content = path.read_bytes()
    if len(content) > _MAX_CSV:
        raise WrongUsage("文件太大，请分次导入。")
    try:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("gb18030")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise WrongUsage("文件不是可读的 CSV（UTF-8 或 GB18030 编码）。") from None
    return [{name: row.get(heading) for name, heading in HEADINGS.items()} for row in rows]
