"""``hub safety``: safety instructions (安全提示), issued, ended, and read by whoever is told."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from adapters.intake.told import read_told
from domain.safety_instruction import EndSafetyInstruction, IssueSafetyInstruction
from hub.answers import SafetyLine
from hub.bootstrap import Program
from hub.cli.acting import carry_out, id_of, reader_of, tell_receipt
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, from_file, opened, sender
from hub.cli.output import WrongUsage, answer, say, table
from hub.queries import NOTHING

app = Commands("安全提示：发布、撤销、查看（公安、民政、法院、街镇未保站发布）")

Child = Annotated[str, typer.Argument(metavar="编号", help="一人一档编号")]
_FIELDS = frozenset({"text", "call", "until", "told"})


@app.command("issue", help="发布安全提示；再次发布即替换本单位原来的一条")
def issue(
    child: Child,
    source: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="文件",
            help="写有 text（一行，不写原因）、call（单位电话）、until（有效期至）、"
            "told（告知单位：单位类别或全称，用顿号分开）的 JSON 文件；"
            "- 表示标准输入。提示不能写在命令行里，命令行会留在历史记录里",
        ),
    ] = "-",
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Issue an instruction in the place of the organisation's former one."""
    values = from_file(source)
    with opened(data) as hub:
        command = _read(hub, child, values)
        tell_receipt(carry_out(hub, sender(hub, organisation, user), command), as_json)


def _read(hub: Program, child: str, values: dict[str, str]) -> IssueSafetyInstruction:
    """What the file says. Raises WrongUsage and Refused, which repeat nothing of it."""
    if not values.keys() <= _FIELDS:
        raise WrongUsage("有不认识的数据项，可用：text、call、until、told。")
    try:
        until = date.fromisoformat(values.get("until", ""))
    except ValueError:
        raise WrongUsage("until 请填有效期的最后一天，如 2025-09-01。") from None
    seats, organisations = read_told(values.get("told", ""), hub.intake.places)
    return IssueSafetyInstruction(
        child_ref=id_of(child),
        text=values.get("text", ""),
        call=values.get("call", ""),
        until=until,
        seats=seats,
        organisations=organisations,
    )


@app.command("end", help="撤销本单位发布的安全提示")
def end(
    child: Child,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """End what the organisation itself issued."""
    command = EndSafetyInstruction(child_ref=id_of(child))
    with opened(data) as hub:
        tell_receipt(carry_out(hub, sender(hub, organisation, user), command), as_json)


@app.command("show", help="查看告知本单位的安全提示（查阅留痕）")
def show(
    child: Child,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Tell what the organisation is to heed of a child."""
    with opened(data) as hub:
        found = hub.queries.child_file(reader_of(sender(hub, organisation, user)), child)
    lines = found.safety if found else ()
    if as_json:
        answer({"safety": [asdict(each) for each in lines]})
    else:
        tell_lines(lines)


def tell_lines(lines: tuple[SafetyLine, ...]) -> None:
    """Say what is to be heeded; of none, that this is not to say that the child is safe."""
    if not lines:
        say(f"{NOTHING}。")
        return
    table(
        "安全提示",
        ("提示", "联系电话", "有效期至", "本单位发布"),
        [(each.text, each.call, each.until, "是" if each.ours else "") for each in lines],
    )
