"""``hub children``: look for a child before recording it (先查后建)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from hub.answers import Candidate
from hub.bootstrap import Program
from hub.cli.acting import claim_from, reader_of
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import answer, say, table
from hub.queries import RECORD_IT

app = Commands("儿童：登记前查找")


@app.command("search", help="登记前在本单位可见的儿童中查找，每个候选写明哪些相同（查阅留痕）")
def search(
    source: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="文件",
            help="写有 id_number、name、birth_date、guardian_name、village 的 JSON 文件；"
            "- 表示标准输入。姓名和证件号不能写在命令行里，命令行会留在历史记录里",
        ),
    ] = "-",
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Look for a child by who it is. No candidate is no reason not to record it."""
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        claim = claim_from(hub, actor, source)
        found = hub.queries.search(reader_of(actor), claim)
        if as_json:
            answer({"candidates": [_plain(each) for each in found], "advice": RECORD_IT})
            return
        for each in found:
            for line in each.child.safety:
                say(f"安全提示（{each.child.child_ref}）：{line.text}；联系电话 {line.call}")
        if found:
            table(
                f"候选 {len(found)}名",
                ("一人一档编号", "姓名", "出生年月", "居住", "哪些相同"),
                [_row(hub, each) for each in found],
            )
        say(RECORD_IT)


def _plain(candidate: Candidate) -> dict[str, object]:
    child = candidate.child
    return {
        "safety": [asdict(each) for each in child.safety],
        "child_ref": child.child_ref,
        "birth_month": child.birth_month,
        "village": child.village,
        "school": child.school,
        "fields": dict(child.fields),
        "reasons": [{"code": code, "text": text} for code, text in candidate.reasons],
    }


def _row(hub: Program, candidate: Candidate) -> tuple[str, ...]:
    child = candidate.child
    villages = {each.code: each.name for each in hub.policies.divisions}
    return (
        child.child_ref,
        str(child.fields.get("name") or ""),
        child.birth_month or "",
        villages.get(child.village or "", ""),
        "、".join(text for _, text in candidate.reasons),
    )
