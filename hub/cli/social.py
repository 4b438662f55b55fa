"""``hub social``: social organisations (社会组织), accredited and supported."""

from __future__ import annotations

from typing import Annotated

import typer

from domain.social_organisation import WithdrawAccreditation
from domain.support_codes import SUPPORT_FORM
from hub.cli.acting import carry_out, coordinator_of, tell_receipt
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import WrongUsage, answer, say, table

app = Commands("社会组织：准入、支持项目、覆盖面")


@app.command("list", help="社会组织的准入和支持项目")
def list_(
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List them."""
    with opened(data) as hub:
        found = hub.queries.social_organisations(coordinator_of(sender(hub, organisation, user)))
    lines = [
        {
            "organisation": each.organisation_name,
            "kind": each.social_kind,
            "accredited": each.accredited,
            "until": each.until,
            "projects": len(each.projects),
            "yuan": sum(project.yuan for project in each.projects),
        }
        for each in found
    ]
    if as_json:
        answer({"social": lines})
        return
    table(
        "社会组织",
        ("单位", "类别", "准入", "止日", "项目", "金额（元）"),
        [
            (
                str(each["organisation"]),
                str(each["kind"]),
                "有效" if each["accredited"] else "无效",
                str(each["until"] or ""),
                str(each["projects"]),
                str(each["yuan"]),
            )
            for each in lines
        ],
    )


@app.command("coverage", help="社工关爱服务项目覆盖面，按街镇（民政局、妇儿工委办）")
def coverage(
    year: Annotated[
        int | None, typer.Option("--year", metavar="年度", help="不填为今年", min=2000, max=2100)
    ] = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show which towns are covered."""
    with opened(data) as hub:
        reader = coordinator_of(sender(hub, organisation, user))
        found = hub.queries.service_coverage(reader, year)
    if found is None:
        raise WrongUsage("覆盖面只供民政局和妇儿工委办统筹。")
    forms = {SUPPORT_FORM.labels[form]: count for form, count in found.forms.items()}
    if as_json:
        answer(
            {
                "year": found.year,
                "covered": found.covered,
                "towns": {town: projects for town, (_, projects) in found.towns.items()},
                "forms": forms,
                "yuan": found.yuan,
                "children_served": found.children_served,
            }
        )
        return
    table(
        "社工关爱服务项目覆盖面",
        ("街镇", "项目"),
        [(name, str(projects)) for name, projects in found.towns.values()],
    )
    served = "不显示" if found.children_served is None else str(found.children_served)
    said = "、".join(f"{form}{count}个" for form, count in forms.items())
    say(
        f"{found.year}年：覆盖{found.covered}个街镇；{said}；合计{found.yuan}元；服务儿童{served}人。"
    )


@app.command("withdraw", help="取消社会组织的准入（民政局），即时生效")
def withdraw(
    named: Annotated[str, typer.Argument(metavar="社会组织代码", help="见 hub social list")],
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Withdraw an accreditation."""
    command = WithdrawAccreditation(organisation=named)
    with opened(data) as hub:
        tell_receipt(carry_out(hub, sender(hub, organisation, user), command), as_json)
