"""``hub keys``: the key pairs of organisations that run a server of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hub.bootstrap import program
from hub.cli.help import Commands
from hub.cli.options import Data, Json, settings_for
from hub.cli.output import WrongUsage, answer, say, tell
from hub.releases.registry import HasKeys
from hub.separation import export_organisation as export

keys = Commands("密钥：单位自设服务的密钥")


@keys.command("export-organisation", help="为自设服务的单位生成密钥，私钥只写入所给的文件")
def export_organisation(
    organisation: Annotated[
        str, typer.Argument(metavar="机构代码", help="例如 school:3101170001", show_default=False)
    ],
    file: Annotated[
        Path, typer.Argument(metavar="文件", help="私钥文件，权限 0600", show_default=False)
    ],
    renew: Annotated[bool, typer.Option("--renew", help="停用该单位原有的密钥，换成新的")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Make an organisation's key pairs. The hub keeps no private half."""
    settings = settings_for(data)
    with program(settings.data, settings) as hub:
        name = hub.directory.organisation(organisation).name
        try:
            export(hub, organisation, file, renew=renew)
        except FileExistsError:
            raise WrongUsage("这个文件已经存在，没有改动。请换一个文件名。") from None
        except HasKeys:
            raise WrongUsage(
                "这个单位已有密钥，没有改动。私钥遗失或泄露时，用 --renew 停用原有的并换成新的。"
            ) from None
    if as_json:
        answer({"organisation": organisation, "file": str(file)})
        return
    say(f"已为 {name}（{organisation}）生成密钥：{file}")
    tell("请当面交给该单位，交接后从本机删除；本系统不留私钥，遗失只能用 --renew 更换。")
