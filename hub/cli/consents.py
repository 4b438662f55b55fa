"""``hub consent``: record a consent (同意), and its withdrawal."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID, uuid4

import typer

from domain.consent import CONSENT_FORM, ConsentForm, GiveConsent, WithdrawConsent
from domain.kernel import Actor
from hub.bootstrap import Program
from hub.cli.acting import carry_out, id_of, reader_of, tell_receipt, text_of
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, from_file, opened, sender
from hub.cli.output import WrongUsage, answer, say
from hub.queries import NOTHING

app = Commands("同意：登记、登记撤回（只用于凭同意提供的帮助）")

_FORMS = "、".join(f"{code}（{word}）" for code, word in CONSENT_FORM.labels.items())
_DAYS = ["%Y-%m-%d"]

Child = Annotated[str, typer.Option("--child", metavar="编号", help="一人一档编号")]


@app.command("give", help="登记一份同意；接收单位到期前可以查看")
def give(
    child: Child,
    help_kind: Annotated[
        str, typer.Option("--for", metavar="代码", help="帮助种类，如 social_help、mentor")
    ],
    recipient: Annotated[
        str,
        typer.Option("--to", metavar="机构代码", help="接收单位，例如 social_organisation:310117"),
    ],
    form: Annotated[str, typer.Option("--form", metavar="代码", help=f"同意方式：{_FORMS}")],
    given_on: Annotated[
        datetime, typer.Option("--on", metavar="日期", formats=_DAYS, help="同意日期")
    ],
    until: Annotated[
        datetime, typer.Option("--until", metavar="日期", formats=_DAYS, help="有效到哪一天")
    ],
    by_guardian: Annotated[
        bool, typer.Option("--by-guardian", help="监护人同意（不满14周岁必须）")
    ] = False,
    by_child: Annotated[
        bool, typer.Option("--by-child", help="本人同意（已满14周岁必须）")
    ] = False,
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="文件",
            help="写有 {guardian_name: 同意的监护人, account: 说明} 的 JSON 文件；- 表示标准输入",
        ),
    ] = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Record a consent. Names come from a file: a command line is seen by others."""
    if form not in CONSENT_FORM.labels:
        raise WrongUsage(f"同意方式不在可选范围内，请从下列代码中选择：{_FORMS}。")
    said = from_file(source) if source else {}
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        command = GiveConsent(
            consent_id=uuid4(),
            child_ref=_child(hub, actor, child),
            help_kind=help_kind,
            recipient=recipient,
            by_guardian=by_guardian,
            by_child=by_child,
            form=ConsentForm(form),
            given_on=given_on.date(),
            until=until.date(),
            guardian_name=said.get("guardian_name"),
            account=said.get("account"),
        )
        receipt = carry_out(hub, actor, command)
    if as_json:
        answer({"consent_id": str(command.consent_id), **receipt})
    else:
        say(f"已登记，同意编号 {command.consent_id}，回执号 {receipt['receipt']}。")


@app.command("withdraw", help="登记撤回同意：随时可以撤回，不问理由")
def withdraw(
    consent_id: Annotated[str, typer.Argument(metavar="编号", help="同意编号")],
    child: Child,
    withdrawn_on: Annotated[
        datetime, typer.Option("--on", metavar="日期", formats=_DAYS, help="撤回日期")
    ],
    text: Annotated[
        Path | None, typer.Option("--text", metavar="文件", help="说明的文本文件；- 为标准输入")
    ] = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Record that a consent was withdrawn; it ends what rested on it, and nothing else."""
    account = None if text is None else text_of(text)
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        command = WithdrawConsent(
            consent_id=id_of(consent_id),
            child_ref=_child(hub, actor, child),
            withdrawn_on=withdrawn_on.date(),
            account=account,
        )
        tell_receipt(carry_out(hub, actor, command), as_json)


def _child(hub: Program, actor: Actor, child: str) -> UUID:
    """The child, if it is in the view of the person's organisation. Raises WrongUsage."""
    found = id_of(child)
    if not hub.queries.has_child(reader_of(actor), str(found), "consent"):
        raise WrongUsage(f"{NOTHING}。请核对编号。")
    return found
