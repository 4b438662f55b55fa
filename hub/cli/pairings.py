"""``hub pairings``: mentors and companions of pupils in key care (成长导师、互助伙伴)."""

from __future__ import annotations

from dataclasses import asdict

from hub.cli.acting import reader_of
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import answer, table

app = Commands("结对关爱：成长导师、互助伙伴配备情况")


@app.command("list", help="各校重点关爱学生的结对情况：教育局看各校，学校看本校；只有人数")
def list_(
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List how many pupils are paired with whom, by school."""
    with opened(data) as hub:
        found = hub.queries.pairing_coverage(reader_of(sender(hub, organisation, user)))
    if as_json:
        answer({"schools": [asdict(each) for each in found]})
        return
    table(
        "结对关爱",
        ("学校", "重点关爱学生", "有成长导师", "有互助伙伴"),
        [
            (
                each.school_name,
                str(each.pupils),
                str(each.paired.get("MENTOR", 0)),
                str(each.paired.get("PEER", 0)),
            )
            for each in found
        ],
    )
