"""``hub export``: a case as one signed file, and its checking on a machine without the hub."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from domain.purpose import Purpose
from hub.audit.trail import TrailBroken
from hub.bundle.check import Bundle, BundleRefused, Fault, check_bundle
from hub.cli.audit import public_key, read_file
from hub.cli.help import Commands
from hub.cli.options import Data, Json, opened
from hub.cli.output import SOME_REFUSED, WrongUsage, answer, say, tell, write_new
from hub.keyservice import Reader
from hub.queries import NOTHING
from hub.queries.asked import NotAdmitted

export = Commands("案件材料包：制作、离线查验")

_LARGEST = 512 * 1024 * 1024
_FAULTS: Mapping[Fault, str] = {
    Fault.FILE: "不是案件材料包，或签署后被改动，或不是这把公钥签署的。",
    Fault.CHECKPOINT: "其中的签署不是本系统所签。",
    Fault.PROOF: "有事件或查阅记录不在证明树里：{place}。",
    Fault.INCOMPLETE: "事件流不完整，缺少版本或不是以签署的最后版本结束：{place}。",
    Fault.FIELD: "有已公开的字段不能用所附密钥打开：{place}。",
    Fault.STATEMENT: "完整性说明与实际未列入的内容不符。",
}
_WHAT = {"event": "事件", "field": "字段", "look": "查阅记录"}
_RULES = {
    "matrix": "按共享矩阵、在办转介和使用目的不予公开",
    "erased": "密钥已依法删除",
    "unreadable": "不能打开",
}


@export.command("bundle", help="制作一个案件的材料包（法院、监督的检察官用）；先记入查阅记录")
def bundle(
    case: Annotated[str, typer.Argument(metavar="案件编号", show_default=False)],
    user: Annotated[
        str, typer.Option("--user", metavar="登录名", help="以谁的名义制作（法院、检察院人员）")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="文件", help="写入文件；不覆盖已有的")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Make a bundle. What it discloses is readable by whoever has the file."""
    with opened(data) as hub:
        person = hub.directory.user(user)
        if person is None:
            raise WrongUsage("没有这个登录名。请用 hub users list 查看。")
        reader = Reader(person.organisation, person.post.value, person.user, Purpose.CASE_EXPORT)
        try:
            file = hub.queries.bundle(reader, case)
        except NotAdmitted:
            raise WrongUsage("只有法院和检察院可以制作案件材料包。") from None
        except TrailBroken:
            raise WrongUsage(
                "现有记录与上次签署不符，不能出证。请运行 hub audit verify 查看不符之处。"
            ) from None
    if file is None:
        raise WrongUsage(f"{NOTHING}。")
    try:
        write_new(out, file)
    except OSError:
        raise WrongUsage("文件不能写入，请换一个文件名。") from None
    if as_json:
        answer({"file": str(out), "bytes": len(file.encode())})
    else:
        say("已制作。")
        tell("文件含公开给本单位的个人信息，凭文件即可阅读，请按案卷保管。")


@export.command("verify", help="离线查验材料包；不需要系统，只需要文件和公钥")
def verify(
    file: Annotated[Path, typer.Argument(metavar="文件", show_default=False)],
    key: Annotated[str, typer.Option("--key", metavar="公钥", help="公钥一行文字，或写有它的文件")],
    as_json: Json = False,
) -> None:
    """Check a bundle without the hub; with ``--json`` all that it discloses. Exit code 1 if it
    does not hold."""
    public = public_key(key)
    try:
        found = check_bundle(read_file(file, _LARGEST), public)
    except BundleRefused as refused:
        if as_json:
            answer({"sound": False, "fault": refused.fault.value, "place": refused.place})
        else:
            say("查验不通过：" + _FAULTS[refused.fault].format(place=refused.place))
        raise typer.Exit(SOME_REFUSED) from None
    if as_json:
        answer(_all(found))
    else:
        _tell(found)


def _tell(found: Bundle) -> None:
    content = found.content
    say(f"案件 {content['case']}，{content['made_at']} 制作，规则版本 {content['policy_version']}")
    streams = len(content["streams"])
    say(f"事件流{streams}个，每个都完整到签署的最后版本；公开的事件{len(found.events)}个。")
    say(f"查阅记录{len(found.looks)}条列出全文。")
    for each in found.left_out:
        say(
            f"未列入：{_WHAT.get(each['what'], each['what'])}{each['count']}项，"
            f"类别 {each['category']}，{_RULES.get(each['rule'], each['rule'])}。"
        )
    say("查验通过。")


def _all(found: Bundle) -> dict[str, Any]:
    content = found.content
    kept = ("case", "child_ref", "made_at", "recipient", "policy_version")
    return {
        "sound": True,
        **{name: content[name] for name in kept},
        "streams": [
            {"stream": each["stream"], "last_version": each["last"]["version"]}
            for each in content["streams"]
        ],
        "events": [asdict(each) for each in found.events],
        "looks": [asdict(each) for each in found.looks],
        "left_out": found.left_out,
    }
