"""``hub dropout``: the ledgers of dropout control (三本台账)."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from domain.dropout_rules import LEDGER_STATE_WORDS, LEDGER_WORDS, Ledger
from hub.answers import DropoutReport
from hub.cli.acting import every, reader_of
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import answer, table
from hub.queries import MAX_PAGE

app = Commands("控辍保学：适龄、疑似辍学、辍学三本台账")


@app.command("list", help="一本台账：教育局看全区，学校看本校，街镇看本街镇；不显示姓名")
def list_(
    ledger: Annotated[
        Ledger, typer.Option("--ledger", help="of_age 适龄儿童，suspected 疑似辍学，dropout 辍学")
    ] = Ledger.SUSPECTED,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List a ledger without any child's name: who it is is read at the desk."""
    with opened(data) as hub:
        asked = partial(
            hub.queries.ledger, reader_of(sender(hub, organisation, user)), ledger, limit=MAX_PAGE
        )
        rows = list(every(lambda after: asked(after=after)))
        schools = {
            each.child_ref: hub.directory.name(each.child.school)
            for each in rows
            if each.child is not None and each.child.school
        }
    if as_json:
        names = ("child_ref", "state", "since", "focus")
        lines = [
            {
                **{name: getattr(each, name) for name in names},
                "school_name": schools.get(each.child_ref),
            }
            for each in rows
        ]
        answer({"ledger": ledger.value, "children": lines})
        return
    table(
        LEDGER_WORDS[ledger],
        ("一人一档编号", "状态", "学校", "个案开始", "重点关注"),
        [
            (
                each.child_ref,
                LEDGER_STATE_WORDS[each.state] if each.state else "",
                schools.get(each.child_ref, ""),
                each.since or "",
                "、".join(each.focus or ()),
            )
            for each in rows
        ],
    )


@app.command("reports", help="一个月的学校月报，或一个季度的复核；标明与系统记录不符的、没有报送的")
def reports(
    period: Annotated[str, typer.Argument(metavar="月份或季度", help="例如 2025-03、2025-Q1")],
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List the reports of a month or quarter."""
    with opened(data) as hub:
        found = hub.queries.dropout_reports(reader_of(sender(hub, organisation, user)), period)
    if as_json:
        answer({"reports": [{n: getattr(r, n) for n in DropoutReport.__slots__} for r in found]})
        return
    table(
        f"{period} 报送情况",
        ("单位", "报送时间", "疑似辍学", "辍学", "与系统记录"),
        [
            (
                each.reporter_name,
                each.filed_at or "未报送",
                "" if each.counts is None else str(each.counts["suspected"]),
                "" if each.counts is None else str(each.counts["dropped_out"]),
                {None: "", True: "不符，请核对", False: "相符"}[each.differs],
            )
            for each in found
        ],
    )
