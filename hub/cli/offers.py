"""``hub offers``: what can be signed up for, and how it is taken up (公益活动平台)."""

from __future__ import annotations

from dataclasses import asdict

from domain.offer_codes import OFFER_KIND, OFFER_STATE_WORDS
from hub.cli.acting import reader_of
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import answer, table
from hub.cli.programmes import Year

app = Commands("公益活动平台：可以报名的项目、报名和参加情况")


@app.command("list", help="一年中开始、可以报名的项目：类别、主办单位、名额、年龄、报名截止")
def list_(
    year: Year,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List what can be signed up for."""
    with opened(data) as hub:
        found = hub.queries.offers(reader_of(sender(hub, organisation, user)), year)
    if as_json:
        answer({"offers": [asdict(each) for each in found]})
        return
    table(
        f"{year}年报名项目",
        ("编号", "类别", "主办单位", "开始", "结束", "名额", "年龄", "报名截止", "状态"),
        [
            (
                each.number,
                OFFER_KIND.labels[each.offer],
                each.organiser_name,
                each.begins_on,
                each.until,
                str(each.spots),
                f"{each.age_from}至{each.age_until}",
                each.sign_up_by,
                OFFER_STATE_WORDS[each.state],
            )
            for each in found
        ],
    )


@app.command("figures", help="一年各类项目的名额、报名、优先、排队和参加人数；小数目不显示")
def figures(
    year: Year,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show what was offered and taken up in a year."""
    with opened(data) as hub:
        found = hub.queries.offer_figures(reader_of(sender(hub, organisation, user)), year)
    if as_json:
        answer({"figures": [asdict(each) for each in found]})
        return

    def shown(count: int | None) -> str:
        return "—" if count is None else str(count)

    table(
        f"{year}年报名和参加情况",
        ("类别", "项目", "名额", "报名", "优先", "有名额", "排队", "到场"),
        [
            (
                OFFER_KIND.labels[each.offer],
                str(each.offers),
                str(each.spots),
                *map(shown, (each.signed_up, each.first, each.given, each.waiting, each.came)),
            )
            for each in found
        ],
    )
