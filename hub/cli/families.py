"""``hub family``: children of one family (家庭关联), listed, stated and decided."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import typer

from domain.family_link import (
    LINK_KIND,
    STATE_WORDS,
    ConfirmFamilyLink,
    EndFamilyLink,
    LinkState,
    RejectFamilyLink,
    StateFamilyLink,
)
from hub.answers import FamilyCandidate, Relative
from hub.cli.acting import carry_out, every, id_of, reader_of, tell_receipt
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, from_file, opened, sender
from hub.cli.output import WrongUsage, answer, say, table
from hub.queries import NOTHING

_PAGE = 200

app = Commands("家庭关联：列出、登记、确认、认定没有关联、终止（两名儿童都在本单位职责内的）")

Child = Annotated[str, typer.Argument(metavar="编号", help="一人一档编号")]
Other = Annotated[str, typer.Argument(metavar="另一编号", help="另一名儿童的一人一档编号")]
Kind = Annotated[str, typer.Option("--link", metavar="代码", help="关联种类，填错时会列出")]
Ground = Annotated[str, typer.Option("--ground", metavar="代码", help="依据的代码，填错时会列出")]
Notes = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="文件",
        help="写有 {note: 对该儿童的说明, other_note: 对另一儿童的说明} 的 JSON 文件；"
        "- 表示标准输入",
    ),
]


@app.command("list", help="列出同一家庭的其他儿童（查阅留痕）")
def list_family(
    child: Child,
    organisation: Organisation = None,
    user: User = None,
    everything: Annotated[bool, typer.Option("--all", help="连已终止的也列出")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List the children of a child's family that the organisation sees."""
    with opened(data) as hub:
        found = hub.queries.family(
            reader_of(sender(hub, organisation, user)), child, over=everything
        )
    if found is None:
        raise WrongUsage(f"{NOTHING}。请核对编号。")
    if as_json:
        answer({"family": [_plain(each) for each in found]})
    elif not found:
        say(f"{NOTHING}。")
    else:
        table(
            f"家庭关联 {len(found)}项",
            ("关联", "状态", "姓名", "出生年月", "编号"),
            [
                (
                    LINK_KIND.labels[each.link],
                    STATE_WORDS[LinkState(each.state)],
                    each.child.fields.get("name") or "",
                    each.child.birth_month or "",
                    each.child.child_ref,
                )
                for each in found
            ],
        )


@app.command("candidates", help="列出可能是同一家庭的儿童，写明哪些相同（由负责确认的部门办理）")
def list_candidates(
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List the pairs that nobody has said or decided anything of."""
    with opened(data) as hub:
        reader = reader_of(sender(hub, organisation, user))
        asked = partial(hub.queries.family_candidates, reader, limit=_PAGE)
        found = list(every(lambda after: asked(after=after)))
    if as_json:
        answer({"candidates": [_suspected(each) for each in found]})
    elif not found:
        say(f"{NOTHING}。")
    else:
        table(
            f"家庭关联线索 {len(found)}对",
            ("姓名", "编号", "姓名", "编号", "哪些相同"),
            [
                (
                    each.child.fields.get("name") or "",
                    each.child.child_ref,
                    each.other.fields.get("name") or "",
                    each.other.child_ref,
                    "、".join(text for _, text in each.reasons),
                )
                for each in found
            ],
        )


@app.command("state", help="登记两名儿童的家庭关联")
def state(
    child: Child,
    other: Other,
    kind: Kind,
    notes: Notes = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Say that two children are of one family."""
    _carry_out(StateFamilyLink, child, other, kind, notes, organisation, user, data, as_json)


_Decision = ConfirmFamilyLink | RejectFamilyLink | EndFamilyLink
_Command = StateFamilyLink | _Decision


def _decided_by(what: type[_Decision]) -> Callable[..., None]:
    """The command line of a decision by whoever decides about families."""

    def decide(
        child: Child,
        other: Other,
        kind: Kind,
        ground: Ground,
        notes: Notes = None,
        organisation: Organisation = None,
        user: User = None,
        data: Data = None,
        as_json: Json = False,
    ) -> None:
        by = (organisation, user, data, as_json)
        _carry_out(what, child, other, kind, notes, *by, ground=ground)

    return decide


for _name, _what, _help in (
    ("confirm", ConfirmFamilyLink, "确认家庭关联（由负责确认的部门办理）"),
    ("reject", RejectFamilyLink, "认定没有家庭关联（由负责确认的部门办理）"),
    ("end", EndFamilyLink, "终止家庭关联（由负责确认的部门办理）"),
):
    app.command(_name, help=_help)(_decided_by(_what))


def _carry_out(
    what: type[_Command],
    child: str,
    other: str,
    kind: str,
    notes: str | None,
    organisation: str | None,
    user: str | None,
    data: Any,
    as_json: bool,
    **more: str,
) -> None:
    said = from_file(notes) if notes else {}
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        one, two = id_of(child), id_of(other)
        if not hub.queries.both(reader_of(actor), str(one), str(two)):
            raise WrongUsage(f"{NOTHING}。请核对两个编号。")
        command = what(
            child_ref=one,
            other=two,
            link=kind,
            note=said.get("note"),
            other_note=said.get("other_note"),
            **more,
        )
        tell_receipt(carry_out(hub, actor, command), as_json)


def _suspected(pair: FamilyCandidate) -> dict[str, object]:
    return {
        "children": [
            {"child_ref": child.child_ref, "fields": dict(child.fields)}
            for child in (pair.child, pair.other)
        ],
        "reasons": [{"code": code, "text": text} for code, text in pair.reasons],
    }


def _plain(relative: Relative) -> dict[str, object]:
    return {
        "link": relative.link,
        "state": relative.state,
        "ground": relative.ground,
        "changed_at": relative.changed_at,
        "child_ref": relative.child.child_ref,
        "fields": dict(relative.child.fields),
        "note": relative.note,
        "other_note": relative.other_note,
    }
