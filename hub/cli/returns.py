"""``hub returns``: yearly returns of indicators (年度报表) and their table; of exact figures:
hub/cli/exact.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from pydantic_core import to_jsonable_python

from domain.annual_return_events import (
    CheckReturn,
    ConfirmReturn,
    LockReturn,
    OpenReturn,
    SendBackReturn,
    SubmitReturn,
)
from hub.cli.acting import carry_out, person, reader_of, tell_receipt, text_of
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender, settle
from hub.cli.output import WrongUsage, answer, say, table, write_new
from hub.printing import made_by
from hub.queries.return_answers import ReturnLineRow
from hub.queries.return_sheet import sheet_of
from hub.returns import Stated

app = Commands("年度报表：布置、填报、提交、审核、退回、确认、锁定、更正、年报表和法定报表准确数")

Year = Annotated[int, typer.Argument(metavar="年度", help="例如 2025", min=2000, max=2100)]
Department = Annotated[str, typer.Argument(metavar="机构代码", help="例如 education:310117")]
Text = Annotated[
    Path, typer.Option("--text", metavar="文件", help="写明原因的文本文件；- 为标准输入")
]
MaybeText = Annotated[
    Path | None, typer.Option("--text", metavar="文件", help="说明的文本文件；- 为标准输入")
]
Own = Annotated[
    list[str] | None,
    typer.Option(
        "--own", metavar="代码=数", help="自行统计的数，比率写千分之几；与系统不同的用 --text 说明"
    ),
]
Xlsx = Annotated[
    Path | None,
    typer.Option("--xlsx", metavar="文件", help="写成Excel文件；不覆盖已有的"),
]
Login = Annotated[str, typer.Option("--user", metavar="登录名", help="由谁办理")]


@app.command("list", help="一年的报表到了哪一步、何时到期")
def list_(
    year: Year,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List the returns of a year."""
    with opened(data) as hub:
        found = hub.queries.annual_returns(reader_of(sender(hub, organisation, user)), year)
    if as_json:
        answer({"returns": [to_jsonable_python(each) for each in found]})
        return
    table(
        f"{year}年度报表",
        ("填报单位", "审核单位", "截至日期", "状态", "期限", "情况"),
        [
            (
                each.department_name,
                each.checker_name,
                each.as_of.isoformat(),
                each.state_words,
                "" if each.due_at is None else each.due_at.isoformat(),
                "逾期" if each.overdue else "",
            )
            for each in found
        ],
    )


@app.command("open", help="布置一个单位一年的报表（由审核单位）")
def open_(
    department: Department,
    year: Year,
    as_of: Annotated[str, typer.Option("--as-of", metavar="日期", help="截至日期")],
    fill_by: Annotated[str, typer.Option("--fill-by", metavar="日期", help="填报期限")],
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Open a department's return."""
    command = OpenReturn(department=department, year=year, as_of=_day(as_of), fill_by=_day(fill_by))
    with opened(data) as hub:
        tell_receipt(carry_out(hub, sender(hub, organisation, user), command), as_json)


@app.command("fill", help="填报：各指标由系统计数，可另写自行统计的数（由填报单位）")
def fill(
    year: Year,
    own: Own = None,
    text: MaybeText = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Draw up every line."""
    account = None if text is None else text_of(text)
    stated = {code: Stated(value, account) for code, value in _own(own or ())}
    with opened(data) as hub:
        done = hub.returns.fill(sender(hub, organisation, user), year, stated)
        tell_receipt(
            {"receipt": done.number, "position": done.position, "settled": settle(hub)}, as_json
        )


@app.command("submit", help="提交审核（由填报单位）")
def submit(
    year: Year,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Submit the own return."""
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        command = SubmitReturn(department=actor.organisation, year=year)
        tell_receipt(carry_out(hub, actor, command), as_json)


@app.command("check", help="审核通过（由审核单位）")
def check(
    department: Department,
    year: Year,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Check a return."""
    command = CheckReturn(department=department, year=year)
    with opened(data) as hub:
        tell_receipt(carry_out(hub, sender(hub, organisation, user), command), as_json)


@app.command("return", help="退回，写明原因（由审核单位）")
def send_back(
    department: Department,
    year: Year,
    text: Text,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Send a return back."""
    command = SendBackReturn(department=department, year=year, reason=text_of(text))
    with opened(data) as hub:
        tell_receipt(carry_out(hub, sender(hub, organisation, user), command), as_json)


@app.command("confirm", help="确认（由填报单位负责人，不能是填报的人）")
def confirm(year: Year, user: Login, data: Data = None, as_json: Json = False) -> None:
    """Confirm the own return."""
    with opened(data) as hub:
        actor = person(hub, user)
        command = ConfirmReturn(department=actor.organisation, year=year)
        tell_receipt(carry_out(hub, actor, command), as_json)


@app.command("lock", help="锁定：此后只能更正（由审核单位）")
def lock(
    department: Department,
    year: Year,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Lock a return."""
    command = LockReturn(department=department, year=year)
    with opened(data) as hub:
        tell_receipt(carry_out(hub, sender(hub, organisation, user), command), as_json)


@app.command("correct", help="更正已锁定报表的一项指标，写明原因（由填报单位负责人）")
def correct(
    code: Annotated[str, typer.Argument(metavar="代码", help="指标代码")],
    year: Year,
    text: Text,
    user: Login,
    own: Annotated[
        int | None, typer.Option("--own", metavar="数", help="自行统计的数；不写则由系统计数")
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Correct a line of the own locked return."""
    stated = Stated(own, text_of(text))
    with opened(data) as hub:
        done = hub.returns.correct(person(hub, user), year, code, stated)
        tell_receipt(
            {"receipt": done.number, "position": done.position, "settled": settle(hub)}, as_json
        )


@app.command("table", help="年报表：口径、来源、数值、上年数、目标、更正；小于5人的数不显示")
def show(
    department: Department,
    year: Year,
    xlsx: Xlsx = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show the table of the year, or write it into a workbook."""
    with opened(data) as hub:
        reader = reader_of(sender(hub, organisation, user))
        found = hub.queries.annual_return(reader, department, year)
        maker = made_by(hub, reader)
    if xlsx is not None and found is not None:
        content = sheet_of(found, maker)
        write_new(xlsx, content)
        if as_json:
            answer({"file": str(xlsx), "bytes": len(content)})
        else:
            say("年报表已写成Excel。首行写明由谁制作，按内部资料保管。")
        return
    if as_json:
        answer({"table": None if found is None else to_jsonable_python(found)})
        return
    if found is None:
        say("没有可显示的年度报表，请核对单位和年度。")
        return
    row = found.row
    confirmer = found.confirmed_by or "未确认"
    say(
        f"{row.department_name}{year}年报表：{row.state_words}，截至{row.as_of}，确认人：{confirmer}"
    )
    for reason in found.sent_back:
        say(f"退回：{reason}")
    table(
        "年报表",
        ("代码", "指标", "口径", "来源", "数值", "上年", "目标", "2026年目标", "说明"),
        [
            (
                each.code,
                each.title,
                each.definition,
                each.reads,
                each.words,
                each.last_year_words,
                each.target_words,
                each.target_2026_words,
                _remarks(each),
            )
            for each in found.lines
        ],
    )


def _remarks(line: ReturnLineRow) -> str:
    found = []
    if line.own_count:
        found.append(f"自行统计，系统计数{line.counted_words}；{line.explanation}")
    if line.few_since:
        found.append("有少量补录")
    found += [
        f"{each.corrected_on}更正：{each.before_words}→{each.words}，{each.reason}"
        for each in line.corrections
    ]
    return "；".join(found)


def _own(stated: Sequence[str]) -> list[tuple[str, int]]:
    found = []
    for each in stated:
        code, sign, value = each.partition("=")
        if not sign or not value.isascii() or not value.isdigit():
            raise WrongUsage("--own 写成 代码=数，例如 league_activities=8。")
        found.append((code, int(value)))
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUsage("日期写成 2025-12-31 的样式。") from None
