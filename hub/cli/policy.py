"""``hub policy``: why somebody may or may not see something, and what other rules would change."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from domain.kernel import Category, LegalBasis
from domain.organisations import Post
from hub.cli import dryrun
from hub.cli.help import Commands
from hub.cli.options import Data, Json, opened
from hub.cli.output import SOME_REFUSED, WrongUsage, answer, say, table
from hub.hindsight import BY_WORDS, NoSeat, Question, explained, note
from hub.keyservice import Purpose
from hub.policies import FOLDER, load_policies

app = Commands("规则：说明谁为什么能看到什么，核对规则文件，试算改动")

_CATEGORIES = "、".join(Category)


@app.command("show", help="规则的版本和内容概要")
def show_policy(data: Data = None, as_json: Json = False) -> None:
    """Show the version of the policies in force. No data folder is needed."""
    policies = load_policies()
    found = {
        "version": policies.version,
        "seats": len(policies.access.matrix),
        "referral_kinds": len(policies.rules.referrals),
        "towns": len(policies.towns),
        "villages": len(policies.divisions),
    }
    if as_json:
        answer(found)
        return
    say(f"规则版本 {found['version']}")
    say(
        f"共享矩阵{found['seats']}类机构；转介{found['referral_kinds']}种；"
        f"街镇{found['towns']}个；村居{found['villages']}个"
    )


def _categories(text: str) -> frozenset[Category]:
    try:
        return frozenset(map(Category, filter(None, text.split(","))))
    except ValueError:
        raise WrongUsage(f"没有这类数据。可选：{_CATEGORIES}。") from None


def _child(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise WrongUsage("--child 应填一人一档编号。") from None


@app.command("explain", help="逐步说明一个岗位为什么能或不能看到一类内容，写明文件、行和版本")
def explain(
    organisation: Annotated[
        str, typer.Option("--organisation", metavar="机构代码", help="例如 school:3101170001")
    ],
    category: Annotated[
        str, typer.Option("--category", metavar="类别", help=f"数据类别：{_CATEGORIES}")
    ],
    post: Annotated[
        str, typer.Option("--post", metavar="岗位", help="默认 handler")
    ] = Post.HANDLER.value,
    purpose: Annotated[
        str, typer.Option("--purpose", metavar="用途", help="默认 CASEWORK")
    ] = Purpose.CASEWORK.value,
    basis: Annotated[
        str, typer.Option("--basis", metavar="法律依据", help="默认 STATUTORY_DUTY")
    ] = LegalBasis.STATUTORY_DUTY.value,
    producer: Annotated[
        str, typer.Option("--producer", metavar="机构代码", help="内容由谁登记；不填为系统")
    ] = "",
    wrote: Annotated[bool, typer.Option("--wrote", help="由此人自己登记")] = False,
    flag: Annotated[bool, typer.Option("--flag", help="专设的提示项")] = False,
    child: Annotated[
        str | None,
        typer.Option("--child", metavar="编号", help="一人一档编号：按登记的情况说明（查阅留痕）"),
    ] = None,
    task: Annotated[str, typer.Option("--task", metavar="编号", help="转介单编号")] = "",
    responsible: Annotated[bool, typer.Option("--responsible", help="假设：由其负责")] = False,
    tasks: Annotated[
        str, typer.Option("--tasks", metavar="类别", help="假设：未办结的转介开放哪些类别")
    ] = "",
    recorded: Annotated[
        str, typer.Option("--recorded", metavar="类别", help="假设：已有哪些类别的记录")
    ] = "",
    emergencies: Annotated[
        str, typer.Option("--emergencies", metavar="类别", help="假设：紧急调阅开放哪些类别")
    ] = "",
    conflicted: Annotated[
        bool, typer.Option("--conflicted", help="假设：涉嫌人员与本单位有利害关系")
    ] = False,
    guardian_suspect: Annotated[
        bool, typer.Option("--guardian-suspect", help="假设：监护人涉嫌")
    ] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Tell why, rule by rule. Exit code 1 when the answer is no."""
    try:
        of = Category(category)
    except ValueError:
        raise WrongUsage(f"没有这类数据。可选：{_CATEGORIES}。") from None
    asked = Question(
        organisation=organisation,
        post=post,
        purpose=purpose,
        basis=basis,
        category=of,
        producer=producer,
        wrote=wrote,
        flag=flag,
        child=_child(child),
        task=task,
        responsible=responsible,
        tasks=_categories(tasks),
        recorded=_categories(recorded),
        emergencies=_categories(emergencies),
        conflicted=conflicted,
        guardian_suspect=guardian_suspect,
    )
    with opened(data) as hub:
        now, access = hub.clock.now(), hub.policies.access
        if asked.child is not None:
            note(hub.audit, asked, now, access.version)
        try:
            found = explained(hub.store, access, asked, now)
        except NoSeat as wrong:
            raise WrongUsage(
                f"--{wrong.where} 填写的机构代码类别不认识，例如 school:3101170001。"
            ) from None
    if as_json:
        answer(
            {
                "shown": found.by is not None,
                "by": found.by,
                "version": found.version,
                "steps": [
                    {"file": each.file, "row": each.row, "text": each.text, "yes": each.yes}
                    for each in found.steps
                ],
            }
        )
    else:
        rows = [
            ("是" if each.yes else "否", each.text, each.file, each.row) for each in found.steps
        ]
        table(f"规则版本 {found.version}", ("", "说明", "文件", "行"), rows)
        say(f"能看到：{BY_WORDS[found.by]}。" if found.by is not None else "不能看到。")
    if found.by is None:
        raise typer.Exit(SOME_REFUSED)


Folder = Annotated[
    Path, typer.Argument(metavar="文件夹", help="规则文件夹", exists=True, file_okay=False)
]


@app.command("check", help="核对一个规则文件夹：每个文件都能读懂、互不矛盾")
def check(folder: Folder = FOLDER, data: Data = None, as_json: Json = False) -> None:
    """Load a folder whole; no data folder is needed. What is wrong is told with its file; exit
    code 3."""
    version = load_policies(folder.resolve()).version
    if as_json:
        answer({"version": version})
    else:
        say(f"规则文件没有错误，版本 {version}。")


dryrun.register(app)
