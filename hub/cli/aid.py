"""``hub aid``: applications for aid (保障申请), and what was paid of it."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from domain.aid_codes import AID_SCHEME
from domain.aid_state import AID_STATE_WORDS, AidState
from domain.kernel import CATEGORY_WORDS
from hub.answers import PaymentDifference, PaymentTotal
from hub.cli.acting import every, reader_of
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import answer, table
from hub.queries import MAX_PAGE

app = Commands("保障：申请办到哪一步、谁待核实、每月发放了多少")

Month = Annotated[str, typer.Argument(metavar="月份", help="例如 2025-03")]


@app.command("list", help="本单位可见的保障申请，最久没有变化的在前；不显示姓名和项目")
def list_(
    state: Annotated[
        AidState | None,
        typer.Option("--state", help="只看一种状态，如APPLIED 待核验、VERIFIED 待审批"),
    ] = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List applications without any child's name: who it is is read at the desk."""
    with opened(data) as hub:
        reader = reader_of(sender(hub, organisation, user))
        asked = partial(hub.queries.aid_applications, reader, state=state, limit=MAX_PAGE)
        rows = list(every(lambda after: asked(after=after)))
    if as_json:
        names = ("id", "state", "matter", "applied_at", "changed_at", "child_ref")
        answer({"applications": [{n: getattr(each, n) for n in names} for each in rows]})
        return
    table(
        "保障申请",
        ("申请编号", "一人一档编号", "状态", "数据类别", "申请登记", "最近变化"),
        [
            (
                each.id,
                each.child_ref,
                AID_STATE_WORDS[each.state],
                CATEGORY_WORDS[each.matter],
                each.applied_at,
                each.changed_at,
            )
            for each in rows
        ],
    )


@app.command("possible", help="可能符合保障、待核实的儿童：请核实后协助家庭申请；不显示姓名")
def possible(
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List whom somebody should look at: never which scheme."""
    with opened(data) as hub:
        reader = reader_of(sender(hub, organisation, user))
        asked = partial(hub.queries.aid_possible, reader, limit=MAX_PAGE)
        rows = list(every(lambda after: asked(after=after)))
        names = {each.addressee: hub.directory.name(each.addressee) for each in rows}
    if as_json:
        fields = ("id", "kind", "addressee", "complete_by", "child_ref")
        answer({"possible": [{n: getattr(each, n) for n in fields} for each in rows]})
        return
    table(
        "可能符合保障，请核实",
        ("转介编号", "一人一档编号", "核实单位", "核实期限"),
        [(each.id, each.child_ref, names[each.addressee], each.complete_by or "") for each in rows],
    )


@app.command("payments", help="已确认月份按项目、街镇的发放合计；人数过少的不显示")
def payments(
    month: Month,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List the totals of a month."""
    with opened(data) as hub:
        found = hub.queries.payment_totals(reader_of(sender(hub, organisation, user)), month)
    if as_json:
        answer({"payments": [{n: getattr(t, n) for n in PaymentTotal.__slots__} for t in found]})
        return
    table(
        f"{month} 保障资金发放",
        ("登记单位", "项目", "街镇", "人数", "金额（元）"),
        [
            (
                each.payer_name,
                AID_SCHEME.labels[each.scheme],
                each.town or "合计",
                "不显示" if each.persons is None else str(each.persons),
                "不显示" if each.yuan is None else str(each.yuan),
            )
            for each in found
        ],
    )


@app.command("differences", help="登记的发放与审批应发不符之处；相符的不列")
def differences(
    month: Month,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List where what was paid is not what is due."""
    with opened(data) as hub:
        reader = reader_of(sender(hub, organisation, user))
        found = hub.queries.payment_differences(reader, month)
    if as_json:
        names = PaymentDifference.__slots__
        answer({"differences": [{n: getattr(each, n) for n in names} for each in found]})
        return
    table(
        f"{month} 发放与应发不符",
        ("项目", "街镇", "应发人数", "应发金额", "登记人数", "登记金额"),
        [
            (
                AID_SCHEME.labels[each.scheme],
                each.town or "未定",
                str(each.persons_due),
                str(each.yuan_due),
                str(each.persons_paid),
                str(each.yuan_paid),
            )
            for each in found
        ],
    )
