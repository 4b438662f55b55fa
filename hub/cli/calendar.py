"""``hub calendar``: which years there are, and due dates reckoned anew once one is published."""

from __future__ import annotations

from datetime import date

from domain.calendar import shanghai_date
from hub.bootstrap import Program
from hub.cli.help import Commands
from hub.cli.options import Data, Json, opened, settle
from hub.cli.output import answer, say, table

app = Commands("工作日历和校历：列出，公布后重新推算期限")


@app.command("show", help="有哪些年份，哪些是暂定的，缺哪些")
def show(data: Data = None, as_json: Json = False) -> None:
    """List the years of both calendars."""
    with opened(data) as hub:
        terms = hub.policies.rules.terms
        found = {
            title: {year: calendar.is_provisional(year) for year in sorted(calendar.years)}
            for title, calendar in (("工作日历", terms.working), ("校历", terms.school))
        }
        missing = [str(each.year) + each.title for each in terms.missing(_today(hub))]
    if as_json:
        answer({"provisional": found, "missing": missing})
        return
    table(
        "日历",
        ("年份", "种类", "状态"),
        [
            (str(year), title, "暂定" if provisional else "已公布")
            for title, years in found.items()
            for year, provisional in years.items()
        ],
    )
    for each in missing:
        say(f"缺少{each}，请补充到 policies/calendar。")


@app.command("apply", help="日历公布后，把暂定的期限重新推算一遍")
def apply(data: Data = None, as_json: Json = False) -> None:
    """Reckon anew whatever counts days of a year that was not published when it began."""
    with opened(data) as hub:
        moved = hub.reactor.recompute()
        settle(hub)
    if as_json:
        answer({"moved": moved})
    else:
        say(f"已重新推算，期限有变的{moved}个。")


def _today(hub: Program) -> date:
    return shanghai_date(hub.clock.now())
