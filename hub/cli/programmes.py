"""``hub programmes``: what offices owe, hold, inspect, list and spend."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from domain.activity_codes import ACTIVITY_KIND, BRAND
from domain.budget import FUND
from domain.care_place import CARE_SERVICE
from domain.good_case import CASE_KIND
from domain.guardianship_codes import PLACEMENT_FACILITY
from domain.hazard import HAZARD, HAZARD_KIND
from domain.organisations import SEAT_WORDS, Seat
from domain.site import INSPECTION, SITE_KIND, SiteKind
from domain.work_item import WORK_ITEM
from hub.cli.acting import reader_of
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import answer, table
from hub.queries.programme_answers import ProgrammeCoverage

app = Commands("按期应办事项、活动、隐患、工作清单和经费")

Year = Annotated[str, typer.Argument(metavar="年度", help="例如 2025")]


@app.command("duties", help="一年的按期应办事项：应办几次、已办几次、还缺哪里")
def duties(
    year: Year,
    owner: Annotated[str | None, typer.Option("--owner", help="只列一个单位（编号）的")] = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List what is owed in the periods of a year."""
    with opened(data) as hub:
        reader = reader_of(sender(hub, organisation, user))
        found = hub.queries.duties(reader, year, owner=owner)
    if as_json:
        answer({"duties": [asdict(each) for each in found]})
        return
    table(
        f"{year}年按期应办事项",
        ("单位", "事项", "期次", "已办", "应办", "情况", "还缺"),
        [
            (
                each.owner_name,
                each.title,
                each.period,
                str(each.held),
                str(each.needed),
                "完成" if each.fulfilled else "逾期" if each.overdue else "待办",
                "、".join(each.missing[:3]) + ("等" if len(each.missing) > 3 else ""),
            )
            for each in found
        ],
    )


@app.command("coverage", help="一年应办事项完成多少、各类活动多少场多少人，按单位种类")
def coverage(
    year: Year,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show what was owed and held in a year."""
    with opened(data) as hub:
        reader = reader_of(sender(hub, organisation, user))
        found = hub.queries.programme_coverage(reader, year)
    if found is None:
        found = ProgrammeCoverage((), (), (), ())
    if as_json:
        answer(asdict(found))
        return
    table(
        f"{year}年应办事项",
        ("事项", "单位种类", "单位数", "已办", "应办", "逾期期次"),
        [
            (
                each.title,
                SEAT_WORDS[Seat(each.seat)],
                str(each.organisations),
                str(each.held),
                str(each.needed),
                str(each.overdue),
            )
            for each in found.duties
        ],
    )
    table(
        f"{year}年活动",
        ("活动", "单位种类", "登记", "场次", "儿童", "监护人", "其他"),
        [
            (
                ACTIVITY_KIND.labels[each.activity],
                SEAT_WORDS[Seat(each.seat)],
                str(each.records),
                str(each.sessions),
                "—" if each.children is None else str(each.children),
                str(each.guardians),
                str(each.others),
            )
            for each in found.activities
        ],
    )
    table(
        f"{year}年品牌项目",
        ("品牌项目", "登记", "场次"),
        [
            (BRAND.labels[each.brand], str(each.records), str(each.sessions))
            for each in found.brands
        ],
    )
    table(
        f"{year}年检查",
        ("检查", "单位种类", "登记", "隐患"),
        [
            (
                INSPECTION.labels[each.inspection],
                SEAT_WORDS[Seat(each.seat)],
                str(each.records),
                str(each.hazards),
            )
            for each in found.inspections
        ],
    )


@app.command("sites", help="场所台账，最久没有检查的在前；名称在各处的时间线中")
def sites(
    year: Year,
    kind: Annotated[SiteKind | None, typer.Option("--kind", help="只列一类场所（代码）")] = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List the places of the register."""
    with opened(data) as hub:
        found = hub.queries.sites(reader_of(sender(hub, organisation, user)), year, kind=kind)
    if as_json:
        answer({"sites": [asdict(each) for each in found]})
        return
    table(
        "场所台账",
        ("编号", "类别", "管理单位", "登记单位", "最近检查", f"{year}年检查"),
        [
            (
                each.number,
                SITE_KIND.labels[each.site_kind] + ("（已撤销）" if each.closed_on else ""),
                each.run_by_name or "",
                each.kept_by_name,
                each.inspected_on or "没有检查过",
                str(each.inspections),
            )
            for each in found
        ],
    )


@app.command("hazards", help="还没有复查合格的隐患，最早到期的在前")
def hazards(
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List hazards that are not over."""
    with opened(data) as hub:
        found = hub.queries.hazards(reader_of(sender(hub, organisation, user)))
    if as_json:
        answer({"hazards": [asdict(each) for each in found]})
        return
    table(
        "未了隐患",
        ("编号", "类别", "状态", "整改单位", "发现单位", "期限", "情况"),
        [
            (
                each.number,
                HAZARD_KIND.labels[each.hazard],
                HAZARD.states[each.state],
                each.owner_name,
                each.found_by_name,
                each.due_at,
                "逾期" if each.overdue else "",
            )
            for each in found
        ],
    )


@app.command("work", help="一年的工作清单：谁承办、何时完成、到了哪一步")
def work(
    year: Year,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List the items of a year's work lists."""
    with opened(data) as hub:
        found = hub.queries.work_items(reader_of(sender(hub, organisation, user)), year)
    if as_json:
        answer({"work_items": [asdict(each) for each in found]})
        return
    table(
        f"{year}年工作清单",
        ("编号", "承办单位", "列入单位", "状态", "完成期限", "情况"),
        [
            (
                each.number,
                each.owner_name,
                each.listed_by_name,
                WORK_ITEM.states[each.state],
                each.due_at,
                "逾期" if each.overdue else "",
            )
            for each in found
        ],
    )


@app.command("budget", help="一年各经费项目的预算、拨付、执行和执行率，单位：元")
def budget(
    year: Year,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show each scheme's money of a year."""
    with opened(data) as hub:
        found = hub.queries.budgets(reader_of(sender(hub, organisation, user)), year)
    if as_json:
        answer({"budgets": [asdict(each) for each in found]})
        return
    table(
        f"{year}年经费",
        ("经费项目", "截止日期", "预算", "拨付", "执行", "执行率"),
        [
            (
                FUND.labels[each.fund],
                each.as_of,
                str(each.budgeted),
                str(each.allocated),
                str(each.spent),
                "" if each.rate is None else f"{each.rate}%",
            )
            for each in found
        ],
    )


@app.command("beds", help="临时监护场所的床位和空余，不显示住的是谁")
def beds(
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List where children can be cared for."""
    with opened(data) as hub:
        found = hub.queries.care_places(reader_of(sender(hub, organisation, user)))
    if as_json:
        answer({"care_places": [asdict(each) for each in found]})
        return
    table(
        "临时监护场所床位",
        ("场所类别", "管理单位", "床位", "已住", "空余", "服务内容"),
        [
            (
                PLACEMENT_FACILITY.labels[each.facility],
                each.run_by_name,
                str(each.beds),
                str(each.taken),
                str(each.free),
                "、".join(CARE_SERVICE.labels[one] for one in each.services),
            )
            for each in found
        ],
    )


@app.command("stories", help="已审核发布的好案例")
def stories(
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show the good cases that are published."""
    with opened(data) as hub:
        found = hub.queries.good_cases(reader_of(sender(hub, organisation, user)))
    if as_json:
        answer({"good_cases": [asdict(each) for each in found]})
        return
    table(
        "好案例",
        ("编号", "类别", "单位", "发布日期", "标题", "正文"),
        [
            (
                each.number,
                CASE_KIND.labels[each.case_kind],
                each.kept_by_name,
                each.published_on,
                each.title,
                each.story,
            )
            for each in found
        ],
    )
