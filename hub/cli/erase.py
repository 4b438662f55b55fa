"""``hub erase``: ask for a file's erasure, approve it, see it through, show receipts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from domain.erasure import ErasureGround, ErasureState
from hub.cli.acting import person
from hub.cli.help import Commands
from hub.cli.options import Data, Json, opened
from hub.cli.output import WrongUsage, answer, say, table, tell
from hub.cli.receipts import key_in, tell_key, tell_note, tell_sound
from hub.erasure import receipt
from hub.erasure.journal import Step
from hub.erasure.service import Progress

app = Commands("依法删除儿童档案：申请、批准、完成、回执")

_GROUNDS = {
    ErasureGround.PURPOSE_FULFILLED: "purpose",
    ErasureGround.RETENTION_OVER: "retention",
    ErasureGround.CONSENT_WITHDRAWN: "consent",
    ErasureGround.UNLAWFUL: "unlawful",
}
_STATES = {
    ErasureState.NONE: "不予删除",
    ErasureState.REFUSED: "不予删除",
    ErasureState.REQUESTED: "待批准",
    ErasureState.APPROVED: "删除中",
    ErasureState.COMPLETED: "已删除",
}
_STEPS = {
    Step.ROWS: "待更正行已清空",
    Step.FENCE: "已停止登记和开启",
    Step.KEYS: "数据密钥已删除",
    Step.INDEX: "查重索引已删除",
    Step.EPOCH: "周期密钥已销毁",
}

Child = Annotated[
    str, typer.Argument(metavar="档案编号", help="儿童档案编号，不是证件号", show_default=False)
]
By = Annotated[str, typer.Option("--user", metavar="登录名", help="办理人的登录名")]


@app.command("request", help="申请删除一份档案；有不得删除的内容时不予删除并说明")
def request(
    child: Child,
    ground: Annotated[
        str,
        typer.Option(
            "--ground",
            metavar="依据",
            help="purpose（目的已实现）、retention（保存期限届满）、"
            "consent（撤回同意）、unlawful（违法处理）",
        ),
    ],
    document: Annotated[
        str, typer.Option("--document", metavar="文号", help="据以删除的文书的文号")
    ],
    user: By,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Ask for an erasure."""
    found = next((each for each, word in _GROUNDS.items() if word == ground), None)
    if found is None:
        raise WrongUsage(f"没有这种依据。可选：{'、'.join(_GROUNDS.values())}。")
    if not document.strip():
        raise WrongUsage("请用 --document 填写据以删除的文书的文号。")
    with opened(data) as hub:
        child_ref = _child(child)
        hub.erasures.request(child_ref, found, document.strip(), person(hub, user))
        told = hub.erasures.progress(child_ref)
    _show(told, as_json)
    if not as_json:
        say("须由另一人（负责人或值班领导）用 hub erase approve 批准。")


@app.command("approve", help="批准并删除；中断后再次运行即继续")
def approve(child: Child, user: By, data: Data = None, as_json: Json = False) -> None:
    """Approve an erasure and carry it out, as far as it goes at once."""
    with opened(data) as hub:
        told = hub.erasures.approve(_child(child), person(hub, user))
    _show(told, as_json)


@app.command("run", help="继续中断的删除，销毁到期的周期密钥，开出回执；宜每天运行")
def run(
    now: Annotated[bool, typer.Option("--now", help="不等到期，立即销毁周期密钥")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """See what was approved through. After a restored backup it puts the fences up again."""
    with opened(data) as hub:
        fenced = hub.erasures.fence_again()
        finished = hub.erasures.resume(rotate_now=now)
        waiting = sum(each.state is ErasureState.APPROVED for each in hub.erasures.all())
    if as_json:
        answer({"finished": finished, "waiting": waiting, "fenced_again": fenced})
        return
    say(f"完成{finished}份，尚待销毁周期密钥{waiting}份。")
    if fenced:
        tell(f"密钥数据库缺少{fenced}处删除标记（可能是从备份恢复的），已补上。")


@app.command("list", help="列出全部删除申请及进度")
def list_erasures(data: Data = None, as_json: Json = False) -> None:
    """List every erasure that was asked for."""
    with opened(data) as hub:
        found = hub.erasures.all()
    if as_json:
        answer({"erasures": [_told(each) for each in found]})
        return
    table(
        f"删除 {len(found)}",
        ("档案编号", "状态", "已完成", "周期密钥最迟销毁"),
        [
            (
                str(each.child),
                _STATES[each.state],
                "、".join(_STEPS[step] for step in Step if step in each.steps),
                each.rotate_by.isoformat(timespec="minutes") if each.rotate_by else "",
            )
            for each in found
        ],
    )


@app.command("receipt", help="打印删除回执（签名文本）")
def show_receipt(child: Child, data: Data = None, as_json: Json = False) -> None:
    """Print an erasure's signed receipt."""
    with opened(data) as hub:
        found = hub.erasures.progress(_child(child)).receipt
    tell_note(found, "hub erase list", as_json)


@app.command("key", help="打印核验回执用的公钥")
def key(data: Data = None, as_json: Json = False) -> None:
    """Print the public key that receipts are checked with."""
    with opened(data) as hub:
        tell_key(hub.erasures.public_key, as_json)


@app.command("verify", help="核验回执；给了公钥就不需要数据文件夹")
def verify(
    file: Annotated[Path, typer.Argument(metavar="文件", help="hub erase receipt 打印的回执")],
    public: Annotated[
        Path | None,
        typer.Option("--key", metavar="文件", help="hub erase key 打印的公钥；不填用本系统的"),
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Check a receipt with nothing but the public key."""
    if public is not None:
        found = key_in(public)
    else:
        with opened(data) as hub:
            found = hub.erasures.public_key
    tell_sound(found, file, receipt.FORMAT, "删除回执", as_json)


def _child(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise WrongUsage("档案编号应为36位的编号，不是姓名或证件号。") from None


def _told(each: Progress) -> dict[str, Any]:
    return {
        "child_ref": str(each.child),
        "state": each.state.value,
        "steps": {step.value: at.isoformat() for step, at in each.steps.items()},
        "rotate_by": each.rotate_by.isoformat() if each.rotate_by else None,
        "receipt": each.receipt is not None,
    }


def _show(each: Progress, as_json: bool) -> None:
    if as_json:
        answer(_told(each))
        return
    say(f"{each.child}：{_STATES[each.state]}")
    for step in Step:
        if step in each.steps:
            say(f"  {_STEPS[step]} {each.steps[step].isoformat(timespec='seconds')}")
    if each.rotate_by is not None and Step.EPOCH not in each.steps:
        say(f"  周期密钥最迟于 {each.rotate_by.isoformat(timespec='minutes')} 销毁，之后开出回执")
