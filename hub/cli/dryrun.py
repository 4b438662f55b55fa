"""``hub policy dryrun``: other rules tried on history; nothing is changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from hub.bootstrap import reading_log
from hub.cli.help import Commands
from hub.cli.options import Data, Json, opened, settings_for
from hub.cli.output import SOME_REFUSED, answer, say, table
from hub.hindsight import all_entries, differences
from hub.policies import Policies, load_policies
from hub.rehearsing import rehearsed

Folder = Annotated[
    Path, typer.Argument(metavar="文件夹", help="规则文件夹", exists=True, file_okay=False)
]


def register(app: Commands) -> None:
    """Add the command."""
    app.command(
        "dryrun", help="按另一个规则文件夹试算以往的查阅和时限，列出结果不同的；什么都不改"
    )(dryrun)


def dryrun(
    folder: Folder,
    looks: Annotated[bool, typer.Option("--looks", help="只试算查阅")] = False,
    clocks: Annotated[
        bool, typer.Option("--clocks", help="只试算时限：到期、逾期、逐级提醒、转介（不需要密钥）")
    ] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Try other rules on history. Exit code 1 when something would differ."""
    changed = load_policies(folder.resolve())
    told: dict[str, Any] = {"from": load_policies().version, "to": changed.version}
    if looks or not clocks:
        told |= _looks(changed, data)
    if clocks or not looks:
        told |= _clocks(changed, data)
    if as_json:
        answer(told)
    else:
        _say_looks(told)
        _say_clocks(told)
    if any(told.get(name) for name in ("differences", "clocks", "referrals")):
        raise typer.Exit(SOME_REFUSED)


def _looks(changed: Policies, data: Path | None) -> dict[str, Any]:
    with opened(data) as hub:
        found = differences(hub.store, hub.policies.access, changed.access, all_entries(hub.audit))
        return {"entries": hub.audit.count(), "differences": [_plain(each) for each in found]}


def _say_looks(told: Mapping[str, Any]) -> None:
    found = told.get("differences")
    if found is None:
        return
    if not found:
        say(f"{told['entries']}条查阅记录，按版本 {told['to']} 结果都一样。")
        return
    table(
        f"结果不同的 {len(found)}项，从 {told['from']} 到 {told['to']}",
        ("时间", "机构", "岗位", "用途", "儿童", "类别", "现在能看到", "改后能看到"),
        [
            (*list(each.values())[:6], "、".join(each["before"]), "、".join(each["after"]))
            for each in found
        ],
    )


def _clocks(changed: Policies, data: Path | None) -> dict[str, Any]:
    settings = settings_for(data)
    with reading_log(settings.data, settings) as (log, now):
        return rehearsed(log, load_policies().rules, changed.rules, now)


def _say_clocks(told: Mapping[str, Any]) -> None:
    clocks = told.get("clocks")
    if clocks is None:
        return
    _say_changes(told["changes"])
    rows = []
    for rule, kind in sorted({(each["rule"], each["kind"]) for each in clocks}):
        of = [each for each in clocks if (each["rule"], each["kind"]) == (rule, kind)]
        later = sum(each["due"][1] > each["due"][0] for each in of)
        earlier = sum(each["due"][1] < each["due"][0] for each in of)
        missed = [sum(each["missed"][n] for each in of) for n in (0, 1)]
        reminded = [sum(len(each["told"][n]) for each in of) for n in (0, 1)]
        named = (of[0]["title"], "" if kind == rule else of[0]["kind_name"])
        rows.append((*named, *map(str, (len(of), later, earlier, *missed, *reminded))))
    same = told["reckoned"] - len(clocks)
    if rows:
        table(f"按改动后的规则，{len(clocks)}个时限会不同，其余{same}个一样", _HEADING, rows)
        say("提醒：逾期后逐级提醒的次数。到期、逾期不变而列出的，是提醒不同。")
    else:
        say(f"试算了{told['reckoned']}个时限，按改动后的规则都一样。")
    for kind, count in told["referrals"].items():
        more = "多转出" if count > 0 else "少转出"
        say(f"{told['titles'][kind]}：{more}{abs(count)}件。")
    for name, why in told["not_evaluated"].items():
        say(f"改动了、但不能试算：{name}（{why}）。")
    for each in told["unreckoned"]:
        say(f"没有试算：{each['title']} {each['clocks']}个时限（{each['why']}）。")


def _say_changes(changes: Sequence[Mapping[str, Any]]) -> None:
    if not changes:
        say("两套规则没有不同（日历除外）。")
        return
    say(f"改动的规则{len(changes)}处：")
    for each in changes:
        title = f"{each['title']} " if each["title"] else ""
        say(f"  {title}{each['rule']}：{_short(each['before'])} → {_short(each['after'])}")


def _short(value: object) -> str:
    """A rule on one line; a long one only begins."""
    text = (
        "（没有）"
        if value is None
        else value
        if isinstance(value, str)
        else json.dumps(value, ensure_ascii=False)
    )
    return text if len(text) <= _LINE else f"{text[:_LINE]}…"


_LINE = 60
_HEADING = (
    *("事项", "时限", "项", "到期较晚", "到期较早"),
    *("现逾期", "改后逾期", "现提醒", "改后提醒"),
)


def _plain(difference: Any) -> dict[str, Any]:
    entry = difference.entry
    return {
        "at": entry.at,
        "organisation": entry.organisation,
        "post": entry.post,
        "purpose": entry.purpose,
        "child": entry.child_ref,
        "category": difference.category,
        "before": list(difference.before),
        "after": list(difference.after),
        "version_then": entry.policy_version,
    }
