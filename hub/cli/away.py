"""``hub away``: a child director who is away (离岗): said, ended, listed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from domain.away import STAND_IN, DeclareAway, EndAway, StandIn
from hub.cli.acting import carry_out, every_before, reader_of, tell_receipt, text_of
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import answer, table

app = Commands("儿童主任离岗：登记、返岗、列出")

Village = Annotated[str, typer.Argument(metavar="村居代码", help="例如 village:310117001001")]


@app.command("declare", help="登记离岗（由村居或其街镇）；再次登记以后一次为准")
def declare(
    village: Village,
    since: Annotated[
        datetime, typer.Option("--since", metavar="日期", formats=["%Y-%m-%d"], help="从哪一天起")
    ],
    until: Annotated[
        datetime,
        typer.Option(
            "--until", metavar="日期", formats=["%Y-%m-%d"], help="到哪一天止，次日自动返岗"
        ),
    ],
    stand_in: Annotated[
        StandIn,
        typer.Option(
            "--stand-in",
            metavar="DEPUTY|TOWN",
            help="由本村居B角（DEPUTY）还是街镇（TOWN）代岗",
            case_sensitive=False,
        ),
    ],
    text: Annotated[
        Path | None,
        typer.Option("--text", metavar="文件", help="写有情况说明的文本文件；- 为标准输入"),
    ] = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Say that somebody is away."""
    command = DeclareAway(
        organisation=village,
        since=since.date(),
        until=until.date(),
        stand_in=stand_in,
        account=None if text is None else text_of(text),
    )
    with opened(data) as hub:
        tell_receipt(carry_out(hub, sender(hub, organisation, user), command), as_json)


@app.command("end", help="登记返岗（由村居或其街镇）；到了最后一天自动返岗，不用登记")
def end(
    village: Village,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Say that somebody is back."""
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        tell_receipt(carry_out(hub, actor, EndAway(organisation=village)), as_json)


@app.command("list", help="本单位登记的、告知本单位的离岗和返岗，新的在前")
def list_(
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List what was said, without its words: those are read at the desk."""
    with opened(data) as hub:
        reader = reader_of(sender(hub, organisation, user))
        found = every_before(
            lambda before: hub.queries.register(
                reader, stream="away", everybodys=True, before=before
            )
        )
        lines = [
            {
                "what": each.title,
                "organisation": hub.directory.name(each.clear["organisation"]),
                "since": each.clear["since"],
                "until": each.clear["until"],
                "stand_in": each.clear["stand_in"],
            }
            for each in found
        ]
    if as_json:
        answer({"away": lines})
        return
    table(
        "离岗登记",
        ("事项", "村居", "从", "到", "代岗"),
        [(*list(each.values())[:-1], STAND_IN.labels[each["stand_in"]]) for each in lines],
    )
