"""``hub attachments``: photos, scans and voice recordings of a child, sent, listed and opened."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from domain.attachment import WITHDRAW_REASON, WithdrawReason
from domain.kernel import Actor, Category
from hub.attachments.intake import AttachmentRefused
from hub.attachments.refusal import WORDS
from hub.cli.acting import every_before, id_of, tell_receipt, text_of
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender, settle
from hub.cli.output import SOME_REFUSED, WrongUsage, answer, say, table, tell, write_new
from hub.keyservice import Purpose, Reader

_REASONS = "、".join(f"{code}（{word}）" for code, word in WITHDRAW_REASON.labels.items())

app = Commands("附件：照片、扫描件、录音，报送、列出、打开")

Child = Annotated[
    str, typer.Option("--child", metavar="一人一档编号", help="儿童的一人一档编号，或强制报告编号")
]

_NOTHING = "没有可向本单位显示的记录，不表示孩子安全；有危险请拨打110。"


@app.command("put", help="报送一个附件（自动去除拍摄地点等附带信息）")
def put(
    file: Annotated[Path, typer.Argument(metavar="文件", help="照片、扫描件或录音")],
    child: Child,
    category: Annotated[
        str, typer.Option("--category", metavar="数据类别", help="例如 visits，决定谁可以查看")
    ],
    account: Annotated[str | None, typer.Option("--account", metavar="说明", help="说明")] = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Send one attachment. Exit code 1 when it is not taken."""
    if not file.is_file():
        raise WrongUsage("找不到要报送的文件，请核对路径。")
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        rules = hub.attachments.rules
        wanted = _category(category, rules.categories)
        reference = _reference(child)
        if not hub.queries.has_child(_reader(actor), str(reference)):
            raise WrongUsage(_NOTHING)
        with file.open("rb") as stream:
            # One byte more than may be read, so that a huge file is refused without reading it.
            content = stream.read(rules.max_bytes + 1)
        try:
            taken = hub.attachments.put(actor, reference, wanted, content, file.name, account)
        except AttachmentRefused as refused:
            if as_json:
                answer({"refused": refused.reason.code, "quarantine_id": refused.refusal_id})
            tell(f"{refused.reason.text}（已加密存入待更正：{refused.refusal_id}）")
            raise typer.Exit(SOME_REFUSED) from None
        settled = settle(hub)
    if as_json:
        answer(
            {
                "attachment_id": str(taken.attachment_id),
                "media_type": taken.media_type.value,
                "size": taken.size,
                "receipt": taken.answer.number,
                "position": taken.answer.position,
                "repeated": taken.answer.repeated,
                "settled": settled,
            }
        )
        return
    done = "此前已收到，没有再次登记" if taken.answer.repeated else "已登记"
    say(f"附件{done}，编号 {taken.attachment_id}，回执号 {taken.answer.number}")


@app.command("list", help="列出一名儿童的附件（不含内容）")
def list_attachments(
    child: Child,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List what the organisation may see of a child's attachments."""
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        asked = partial(hub.queries.attachments, _reader(actor), str(_reference(child)))
        entries = list(every_before(lambda before: asked(before=before)))
    if as_json:
        found = [
            {
                "id": each.stream,
                "category": each.category,
                "media_type": each.clear["media_type"],
                "file_name": each.fields.get("file_name"),
                "account": each.fields.get("account"),
                "producer": each.producer,
                "recorded_at": each.recorded_at,
            }
            for each in entries
        ]
        answer({"attachments": found})
        return
    if not entries:
        say(_NOTHING)
        return
    table(
        f"附件 {len(entries)}个",
        ("编号", "类型", "文件名", "说明", "登记单位", "登记时间"),
        [
            (
                each.stream,
                each.words.get("media_type", each.title),
                each.fields.get("file_name") or "",
                each.fields.get("account") or "",
                each.producer_name,
                each.recorded_at,
            )
            for each in entries
        ],
    )


@app.command("get", help="打开一个附件，写到文件（查阅留痕）")
def get(
    attachment_id: Annotated[str, typer.Argument(metavar="附件编号", help="见 list")],
    out: Annotated[Path, typer.Option("--out", metavar="文件", help="写到这个新文件")],
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Write an attachment to a new file, after the look is in the access log."""
    if out.exists():
        raise WrongUsage("--out 的文件已存在，没有覆盖；请换一个文件名。")
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        found = hub.queries.attachment(_reader(actor), attachment_id)
    if found is None:
        raise WrongUsage(_NOTHING)
    if found.missing:
        tell(f"附件内容不能显示：{found.missing}")
        raise typer.Exit(SOME_REFUSED)
    write_new(out, found.content)
    if as_json:
        size = len(found.content)
        answer({"id": found.id, "media_type": found.media_type, "size": size, "path": str(out)})
        return
    say("附件已写到文件。内有个人信息，请妥善保管。")


@app.command("withdraw", help="撤回本单位报送的附件，内容随即删除（涉及强制报告的留存）")
def withdraw(
    attachment_id: Annotated[str, typer.Argument(metavar="附件编号", help="见 list")],
    reason: Annotated[str, typer.Option("--reason", metavar="代码", help=f"理由：{_REASONS}")],
    text: Annotated[
        Path | None, typer.Option("--text", metavar="文件", help="说明的文本文件；- 为标准输入")
    ] = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Take back what one's own organisation sent."""
    if reason not in WITHDRAW_REASON.labels:
        raise WrongUsage(f"理由不在可选范围内，请从下列代码中选择：{_REASONS}。")
    note = None if text is None else text_of(text)
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        done = hub.attachments.withdraw(actor, id_of(attachment_id), WithdrawReason(reason), note)
        receipt = {"receipt": done.number, "position": done.position, "settled": settle(hub)}
    tell_receipt(receipt, as_json)


@app.command("sweep", help="清除没有登记对应的附件内容（中断遗留的和已撤回的）")
def sweep(data: Data = None, as_json: Json = False) -> None:
    """Take out blobs that no event names."""
    with opened(data) as hub:
        gone = hub.attachments.sweep()
    if as_json:
        answer({"swept": gone})
    else:
        say(f"清除了{gone}个。")


@app.command("refused", help="列出本单位被退回的附件（不含内容）")
def refused(
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List what the organisation sent and was not taken."""
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        found = hub.blobs.refused(actor.organisation)
    if as_json:
        rows = [
            {"id": each.id, "code": each.code, "received_at": each.received_at} for each in found
        ]
        answer({"organisation": actor.organisation, "refused": rows})
        return
    if not found:
        say("没有被退回的附件。")
        return
    table(
        f"被退回的附件 {len(found)}个",
        ("编号", "收到时间", "原因"),
        [(each.id, each.received_at, WORDS.get(each.code, each.code)) for each in found],
    )


def _reader(actor: Actor) -> Reader:
    return Reader(actor.organisation, actor.post, actor.user, Purpose.CASEWORK)


def _reference(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise WrongUsage("--child 要填一人一档编号，不要填姓名或证件号。") from None


def _category(text: str, taken: frozenset[Category]) -> Category:
    for each in taken:
        if each.value == text:
            return each
    raise WrongUsage(f"--category 可选：{'、'.join(sorted(each.value for each in taken))}。")
