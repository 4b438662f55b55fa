"""``hub jobs``: help with work (就业帮扶)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from domain.job_codes import JOB_HELP_STATE, JOB_HOURS, JOB_STEP, JOB_WISH_STATE
from hub.cli.acting import reader_of
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import answer, table

app = Commands("就业帮扶：街镇转送的求职人、监护人的就业需求和办理情况")

Over = Annotated[bool, typer.Option("--over", help="连同已办结、已结束的")]


def _shown(text: str | None) -> str:
    return "—" if text is None else text


def _hours(code: str | None) -> str:
    return "—" if code is None else JOB_HOURS.labels[code]


def _due(due_at: str | None, *, overdue: bool) -> str:
    return _shown(due_at) + ("（逾期）" if overdue else "")


@app.command("list", help="街镇转送的求职人：姓名、电话、求职意向、可工作时间、状态、时限")
def list_(
    over: Over = False,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List adults who look for work, as stations sent them."""
    with opened(data) as hub:
        by = reader_of(sender(hub, organisation, user))
        found = hub.queries.job_helps(by, over=over)
    if as_json:
        answer({"help": [asdict(each) for each in found]})
        return
    table(
        "就业帮扶",
        ("编号", "姓名", "电话", "意向", "时间", "转送单位", "状态", "结果", "时限"),
        [
            (
                each.number,
                _shown(each.adult_name),
                _shown(each.adult_phone),
                _shown(each.job),
                _hours(each.job_hours),
                each.sender_name,
                JOB_HELP_STATE[each.state],
                JOB_STEP.labels[each.result] if each.result else "—",
                _due(each.due_at, overdue=each.overdue),
            )
            for each in found
        ],
    )


@app.command("wishes", help="监护人的就业需求：由谁登记、由谁转送、办到哪一步")
def wishes(
    over: Over = False,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List wishes for work in children's files."""
    with opened(data) as hub:
        by = reader_of(sender(hub, organisation, user))
        found = hub.queries.job_wishes(by, over=over)
    if as_json:
        answer({"wishes": [asdict(each) for each in found]})
        return
    table(
        "就业需求",
        ("编号", "姓名", "意向", "登记单位", "转送街镇", "登记日期", "状态", "帮扶", "时限"),
        [
            (
                each.number,
                _shown(each.adult_name),
                _shown(each.job),
                each.asked_by_name,
                each.station_name,
                each.stated_on,
                JOB_WISH_STATE[each.state],
                JOB_HELP_STATE[each.help_state] if each.help_state else "—",
                _due(each.due_at, overdue=each.overdue),
            )
            for each in found
        ],
    )
