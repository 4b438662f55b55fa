"""``hub safety``: safety instructions (安全提示), issued, ended, and read by whoever is told."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from adapters.intake.told import read_told
from domain.safe_contact import EndSafeContact, StateSafeContact
from domain.safety_instruction import EndSafetyInstruction, IssueSafetyInstruction
from hub.answers import SafetyLine
from hub.bootstrap import Program
from hub.cli.acting import carry_out, id_of, reader_of, tell_receipt
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, from_file, opened, sender
from hub.cli.output import WrongUsage, answer, say, table
from hub.queries import NOTHING

app = Commands("安全提示和安全联系人：发布、登记、撤销、查看")

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
    until = _until(values)
    seats, organisations = read_told(values.get("told", ""), hub.intake.places)
    return IssueSafetyInstruction(
        child_ref=id_of(child),
        text=values.get("text", ""),
        call=values.get("call", ""),
        until=until,
        seats=seats,
        organisations=organisations,
    )


def _until(values: dict[str, str]) -> date:
    try:
        return date.fromisoformat(values.get("until", ""))
    except ValueError:
        raise WrongUsage("until 请填有效期的最后一天，如 2025-09-01。") from None


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


@app.command("contact", help="登记安全联系人；再次登记即替换原来的（公安、民政、街镇未保站）")
def contact(
    child: Child,
    source: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="文件",
            help="写有 contact_name、contact_phone、contact_relation（代码）、until 的"
            " JSON 文件；- 表示标准输入",
        ),
    ] = "-",
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Name whom to call instead of a guardian."""
    values = from_file(source)
    if not values.keys() <= {"contact_name", "contact_phone", "contact_relation", "until"}:
        raise WrongUsage(
            "有不认识的数据项，可用：contact_name、contact_phone、contact_relation、until。"
        )
    said = {
        name: values.get(name, "") for name in ("contact_name", "contact_phone", "contact_relation")
    }
    command = StateSafeContact.model_validate(
        {"child_ref": id_of(child), "until": _until(values), **said}
    )
    with opened(data) as hub:
        tell_receipt(carry_out(hub, sender(hub, organisation, user), command), as_json)


@app.command("contact-end", help="撤销安全联系人（由登记的单位或公安）")
def contact_end(
    child: Child,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """End the one that stands."""
    with opened(data) as hub:
        command = EndSafeContact(child_ref=id_of(child))
        tell_receipt(carry_out(hub, sender(hub, organisation, user), command), as_json)


@app.command("show", help="查看安全联系人和告知本单位的安全提示（查阅留痕）")
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
    contact = found.safe_contact if found else None
    if as_json:
        shown = {"safety": [asdict(each) for each in lines]}
        answer({**shown, "safe_contact": asdict(contact) if contact else None})
        return
    if contact is not None:
        say(
            f"安全联系人：{contact.name}（{contact.relation}），电话 {contact.telephone}，"
            f"有效期至 {contact.until}。请联系此人，不联系监护人。"
        )
    if lines or contact is None:
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
