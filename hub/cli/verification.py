"""``hub verification``: rounds of full verification (全面核查)."""

from __future__ import annotations

from dataclasses import asdict

from hub.cli.acting import reader_of
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import answer, table

app = Commands("全面核查：各街镇的安排，各村居的进度")


@app.command("list", help="全面核查进度：民政局看全区，街镇看本街镇；只有人数")
def list_(
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List the rounds with their progress by village."""
    with opened(data) as hub:
        found = hub.queries.verification_rounds(reader_of(sender(hub, organisation, user)))
    if as_json:
        answer({"rounds": [asdict(each) for each in found]})
        return
    table(
        "全面核查",
        ("街镇", "截止", "延至", "核查单位", "已核查", "待核查", "新发现", "街镇报送"),
        [
            (
                each.town_name,
                each.until,
                each.put_off_until or "",
                one.owner_name,
                str(one.verified),
                str(one.waiting),
                str(one.newly_found),
                each.finished_on or "未报送",
            )
            for each in found
            for one in each.villages
        ],
    )
