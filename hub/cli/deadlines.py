"""``hub deadlines``: a deadline is put off (延期): asked for, decided by another person."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from domain.deadline_extension import ApproveExtension, AskForExtension, RefuseExtension
from domain.kernel import Command
from hub.cli.acting import carry_out, id_of, person, tell_receipt, text_of
from hub.cli.help import Commands
from hub.cli.options import Data, Json, opened

app = Commands("时限：申请延期，由另一人决定")

Subject = Annotated[str, typer.Argument(metavar="编号", help="时限所属事项的编号，例如转介单编号")]
Kind = Annotated[
    str, typer.Argument(metavar="种类", help="时限种类，例如 complete（办结）、accept（签收）")
]
Login = Annotated[str, typer.Option("--user", metavar="登录名", help="由谁办理")]


@app.command("extend", help="申请延期，说明理由（由承办单位办理）")
def extend(
    subject: Subject,
    kind: Kind,
    until: Annotated[
        datetime, typer.Option("--until", metavar="日期", formats=["%Y-%m-%d"], help="延到哪一天")
    ],
    text: Annotated[
        Path, typer.Option("--text", metavar="文件", help="写有理由的文本文件；- 为标准输入")
    ],
    user: Login,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Ask for a later day."""
    command = AskForExtension(
        subject_id=id_of(subject), kind=kind, until=until.date(), account=text_of(text)
    )
    _act(command, user, data, as_json)


@app.command("approve", help="同意延期（由本单位负责人或值班领导，不是申请人）")
def approve(
    subject: Subject,
    kind: Kind,
    until: Annotated[
        datetime,
        typer.Option(
            "--until", metavar="日期", formats=["%Y-%m-%d"], help="同意延到哪一天，与申请一致"
        ),
    ],
    user: Login,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Decide for it."""
    command = ApproveExtension(subject_id=id_of(subject), kind=kind, until=until.date())
    _act(command, user, data, as_json)


@app.command("refuse", help="不同意延期，期限不变（由本单位负责人或值班领导，不是申请人）")
def refuse(
    subject: Subject, kind: Kind, user: Login, data: Data = None, as_json: Json = False
) -> None:
    """Decide against it."""
    _act(RefuseExtension(subject_id=id_of(subject), kind=kind), user, data, as_json)


def _act(command: Command, user: str, data: Path | None, as_json: bool) -> None:
    with opened(data) as hub:
        tell_receipt(carry_out(hub, person(hub, user), command), as_json)
