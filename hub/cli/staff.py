"""``hub staff``: the register of workers (工作人员台账), and who of the users each one is."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from domain.worker import LinkAccount
from domain.workforce_codes import CHECK_STANDING, QUALIFICATION
from domain.workforce_figures import MEASURES
from domain.workforce_training import COURSE_LEVEL, COURSE_SUBJECT, ApproveAppraisal
from hub.cli.acting import (
    carry_out,
    coordinator_of,
    every_before,
    id_of,
    reader_of,
    tell_receipt,
)
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import answer, table

app = Commands("工作人员台账：列出、对应登录账号")


@app.command("list", help="本单位和所管下级单位的工作人员、入职查询是否有效，后登记的在前")
def list_(
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List the register, without names: those are read at the desk."""
    with opened(data) as hub:
        reader = reader_of(sender(hub, organisation, user))
        found = list(every_before(lambda before: hub.queries.staff(reader, before=before)))
    lines = [
        {
            "worker": each.worker,
            "organisation": each.organisation_name,
            "role": each.role,
            "since": each.since,
            "ended_on": each.ended_on,
            "linked": each.linked,
            "check": each.check,
            "valid_until": each.valid_until,
        }
        for each in found
    ]
    if as_json:
        answer({"staff": lines})
        return
    table(
        "工作人员台账",
        ("人员编号", "单位", "岗位", "任职", "离任", "账号", "入职查询", "有效期至"),
        [
            (
                each.worker,
                each.organisation_name,
                each.role,
                each.since or "",
                each.ended_on or "",
                "已对应" if each.linked else "未对应",
                CHECK_STANDING[each.check],
                each.valid_until or "",
            )
            for each in found
        ],
    )


@app.command("link", help="登记某名工作人员的登录账号（由本单位负责人或上级单位办理）")
def link(
    worker: Annotated[str, typer.Argument(metavar="人员编号", help="见 hub staff list")],
    login: Annotated[str, typer.Argument(metavar="登录名", help="该人员登录本平台所用")],
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Say which of the users a worker is."""
    with opened(data) as hub:
        found = hub.directory.user(login)
        command = LinkAccount(
            worker=id_of(worker),
            hub_user=found.user if found else "u-nobody",
            member_of=found.organisation if found else "",
        )
        tell_receipt(carry_out(hub, sender(hub, organisation, user), command), as_json)


@app.command("approve", help="批准年度考核（由负责人，不能由提出人本人批准）")
def approve(
    worker: Annotated[str, typer.Argument(metavar="人员编号", help="见 hub staff list")],
    year: Annotated[int, typer.Argument(metavar="年度", help="考核年度", min=2000, max=2100)],
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Approve a year's appraisal."""
    command = ApproveAppraisal(worker=id_of(worker), appraised_year=year)
    with opened(data) as hub:
        tell_receipt(carry_out(hub, sender(hub, organisation, user), command), as_json)


@app.command("figures", help="儿童主任队伍情况：任职基础、入职查询、培训、考试、考核，按街镇")
def figures(
    year: Annotated[
        int | None, typer.Option("--year", metavar="年度", help="不填为今年", min=2000, max=2100)
    ] = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show the figures of the child directors."""
    with opened(data) as hub:
        reader = coordinator_of(sender(hub, organisation, user))
        found = hub.queries.workforce_figures(reader, year)
    if as_json:
        lines = [{"town": e.town, "year": e.year, "counts": dict(e.counts)} for e in found]
        answer({"figures": lines})
        return
    table(
        "儿童主任队伍情况",
        ("街镇", *MEASURES.values()),
        [
            (
                e.town_name,
                *("不显示" if e.counts[m] is None else str(e.counts[m]) for m in MEASURES),
            )
            for e in found
        ],
    )


@app.command("workload", help="各村居工作量：儿童、应走访、未办结事项，由几名儿童主任承担")
def workload(
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show what each village has in hand."""
    with opened(data) as hub:
        found = hub.queries.workload(coordinator_of(sender(hub, organisation, user)))
    if as_json:
        answer({"workload": [asdict(each) for each in found]})
        return
    table(
        "各村居工作量",
        ("村居", "儿童主任", "查询有效", "儿童", "应走访", "逾期", "未办结", "逾期"),
        [tuple(map(str, list(asdict(each).values())[1:])) for each in found],
    )


@app.command("courses", help="社工继续教育：分层分类课程，各单位社工的学时")
def courses(
    year: Annotated[
        int | None, typer.Option("--year", metavar="年度", help="不填为今年", min=2000, max=2100)
    ] = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show the courses, and who of the social workers lacks hours, in numbers."""
    with opened(data) as hub:
        reader = coordinator_of(sender(hub, organisation, user))
        found = hub.queries.continuing_education(reader, year)
        offered = hub.policies.rules.workforce.continuing_education.offered
    if as_json:
        answer(
            {
                "courses": [each.model_dump(mode="json") for each in offered],
                "hours": [asdict(each) for each in found],
            }
        )
        return
    table(
        "分层分类继续教育课程",
        ("课程", "层级", "类别", "学时"),
        [
            (
                each.title,
                COURSE_LEVEL.labels[each.level],
                COURSE_SUBJECT.labels[each.subject],
                str(each.hours),
            )
            for each in offered
        ],
    )
    table(
        "社工继续教育学时",
        ("单位", "职业水平", "适用课程", "社工", "学时已满", "每人应修", "合计已修"),
        [
            (
                each.organisation_name,
                QUALIFICATION.labels[each.qualification],
                COURSE_LEVEL.labels[each.tier],
                str(each.workers),
                str(each.fulfilled),
                str(each.owed),
                str(each.hours),
            )
            for each in found
        ],
    )
