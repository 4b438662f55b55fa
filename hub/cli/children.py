"""``hub children``: look for a child before recording it (先查后建); print its complete file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from hub.answers import Candidate
from hub.bootstrap import Program
from hub.cli.acting import claim_from, reader_of
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import WrongUsage, answer, say, table, write_new
from hub.keyservice import Purpose, Reader
from hub.printing import printed
from hub.queries import NOTHING, RECORD_IT, NotAdmitted, NotCleared

app = Commands("儿童：登记前查找、完整档案")


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


@app.command("file", help="制作一名儿童的完整档案（PDF）：封面、目录和本单位可见的内容（查阅留痕）")
def file(
    child: Annotated[str, typer.Argument(metavar="一人一档编号", show_default=False)],
    pdf: Annotated[Path, typer.Option("--pdf", metavar="文件", help="写入文件；不覆盖已有的")],
    purpose: Annotated[
        Purpose,
        typer.Option("--purpose", metavar="目的", help="使用目的：CASEWORK、TASK 或 COORDINATION"),
    ] = Purpose.CASEWORK,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Print a child's complete file, as far as its reader sees it."""
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        reader = Reader(actor.organisation, actor.post, actor.user, purpose)
        try:
            found = hub.queries.complete_file(reader, child)
        except NotCleared:
            raise
        except NotAdmitted:
            raise WrongUsage("这个使用目的不由本单位使用，没有查阅。") from None
        if found is None:
            raise WrongUsage(f"{NOTHING}。")
        content = printed(hub, reader, found)
    write_new(pdf, content)
    if as_json:
        answer({"file": str(pdf), "bytes": len(content), "entries": len(found.entries)})
    else:
        for line in found.child.safety:
            say(f"安全提示：{line.text}；联系电话 {line.call}")
        say("完整档案已写成PDF。内有个人信息，按案卷保管。")


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
