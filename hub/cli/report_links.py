"""``hub report-links``: links by which people report without an account (报告链接)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from domain.calendar import SHANGHAI
from hub.cli.help import Commands
from hub.cli.options import Data, Json, opened
from hub.cli.output import WrongUsage, answer, table, tell

app = Commands("报告链接：发放、收回、列出；凭链接报告不需要账号")

Org = Annotated[
    str, typer.Argument(metavar="机构代码", help="以哪个单位的名义，例如 town:310117001")
]


@app.command("issue", help="发放一个报告链接；令牌只显示这一次")
def issue(
    organisation: Org,
    days: Annotated[
        int, typer.Option("--days", metavar="天数", min=1, help="有效多少天；默认30")
    ] = 30,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Issue one; its token is shown this once."""
    with opened(data) as hub:
        known = hub.directory.organisation(organisation)
        try:
            link, token = hub.report_links.issue(known.id, hub.clock.now(), days)
        except ValueError:
            most = hub.policies.rules.casework.report_links.days_at_most
            raise WrongUsage(f"报告链接最长有效{most}天，请改小 --days。") from None
    if as_json:
        answer({"number": link.number, "token": token, "until": link.until})
        return
    print(f"/api/v1/public/reports/{token}")
    tell(f"链接编号{link.number}，有效至{_day(link.until)}；链接只显示这一次，请妥善交给报告单位。")


@app.command("revoke", help="立即收回一个报告链接")
def revoke(
    number: Annotated[
        str, typer.Argument(metavar="链接编号", help="由 hub report-links list 查看")
    ],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """End one at once."""
    with opened(data) as hub:
        ended = hub.report_links.revoke(number, hub.clock.now())
    if not ended:
        raise WrongUsage("没有这个编号的有效链接。请用 hub report-links list 查看。")
    if as_json:
        answer({"revoked": number})
        return
    tell("已收回；此链接不能再用。")


@app.command("list", help="列出发放过的报告链接（不含令牌），新的在前")
def list_(data: Data = None, as_json: Json = False) -> None:
    """All links, without their tokens."""
    with opened(data) as hub:
        links = hub.report_links.all()
        names = {each.organisation: hub.directory.name(each.organisation) for each in links}
    if as_json:
        answer({"links": [asdict(each) for each in links]})
        return
    table(
        "报告链接",
        ("编号", "单位", "有效至", "状态"),
        [
            (
                each.number,
                names[each.organisation],
                _day(each.until),
                "已收回" if each.revoked_at else "",
            )
            for each in links
        ],
    )


def _day(instant: str) -> str:
    return datetime.fromisoformat(instant).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
