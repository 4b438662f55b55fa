"""``hub indicators``: the plan's indicators (指标), as far as they are shown."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from pydantic_core import to_jsonable_python

from hub.cli.acting import reader_of
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import answer, say, table

app = Commands("指标：各单位指标的口径、数值、上年数和目标；小于5人的数不显示")

Year = Annotated[int, typer.Argument(metavar="年度", help="例如 2025", min=2000, max=2100)]


@app.command("list", help="一年的指标：数值、上年数、当年和2026年目标")
def list_(
    year: Year,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List the indicators that one is shown."""
    with opened(data) as hub:
        found = hub.queries.indicators(reader_of(sender(hub, organisation, user)), year)
    if as_json:
        answer({"indicators": [to_jsonable_python(each) for each in found]})
        return
    table(
        f"{year}年指标",
        ("代码", "指标", "工作单位", "填报单位", "截至", "数值", "上年", "目标", "2026年目标"),
        [
            (
                each.code,
                each.title,
                each.owner_name,
                each.reported_by_name,
                each.until.isoformat(),
                each.words,
                each.last_year_words,
                each.target_words,
                each.target_2026_words,
            )
            for each in found
        ],
    )


@app.command("show", help="一项指标的口径、数据来源和分街镇数")
def show(
    code: Annotated[str, typer.Argument(metavar="代码", help="见 list")],
    year: Year,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show one indicator."""
    with opened(data) as hub:
        found = hub.queries.indicator(reader_of(sender(hub, organisation, user)), code, year)
    if as_json:
        answer(
            {
                "indicator": None if found is None else to_jsonable_python(found.row),
                "towns": [] if found is None else [asdict(each) for each in found.towns],
            }
        )
        return
    if found is None:
        say("没有可显示的指标，请核对代码（见 hub indicators list）。")
        return
    row = found.row
    say(f"{row.title}：{row.words}（{year}年，截至{row.until}）")
    say(f"口径：{row.definition}")
    say(f"数据来源：{row.reads}；依据：{found.source}")
    say(
        f"填报单位：{row.reported_by_name}；目标：{row.target_words}，2026年{row.target_2026_words}"
    )
    if found.towns:
        table("分街镇", ("街镇", "数值"), [(each.town_name, each.words) for each in found.towns])
