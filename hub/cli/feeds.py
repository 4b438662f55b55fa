"""``hub feeds`` and ``hub inbound``: agencies that run a worker of their own.

At the hub: register them, end that, look at what was refused; the workers ``feeds fill``,
``feeds send`` and ``inbound take``. At the agency: make its key, send records, read the answers;
the worker ``feeds follow``.
"""

from __future__ import annotations

import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from hub.agencies import (
    AgencyFolder,
    feeding,
    following,
    hubs_intake_key,
    receiving,
    registrations,
    sending,
)
from hub.bootstrap import FOLLOWER, kafka_settings, woken
from hub.cli.help import Commands
from hub.cli.options import Data, Json, logging_settings, opened, settings_for
from hub.cli.output import SOME_REFUSED, WrongUsage, answer, say, table, tell
from hub.cli.workers import POLL, run_work, sent, touching
from hub.encryption.envelope import CannotOpen
from hub.feeds.arrived import refusals
from hub.feeds.keys import (
    NotAKey,
    new_private_file,
    public_line,
    read_private_file,
    read_public,
)
from hub.feeds.registry import AlreadyRegistered, NotRegistered
from hub.messaging.inbound import seal_record
from hub.messaging.receipts import Receipt, open_receipt
from hub.messaging.send import send_sealed
from hub.supervision import Progress, Step, Supervised

feeds = Commands("自设工作进程的单位：登记、停止、密钥、回执")
inbound = Commands("单位自送记录：加密、发送、查看未能收下的")

MAX_RECORD = 1024 * 1024
"""Bytes of one record at most."""

Code = Annotated[
    str, typer.Argument(metavar="机构代码", help="例如 school:3101170001", show_default=False)
]
AgencyOf = Annotated[
    str, typer.Option("--agency", metavar="机构代码", help="报送单位，例如 school:3101170001")
]
KindOf = Annotated[
    str, typer.Option("--kind", metavar="种类", help="记录种类，例如 education.absence")
]
Id = Annotated[
    str | None,
    typer.Option("--id", metavar="编号", help="消息编号，重发时不变；不填随机生成。不得含证件号"),
]
HubKey = Annotated[
    Path | None,
    typer.Option("--key", metavar="文件", help="本系统的接收公钥；不填用数据文件夹的 intake.pub"),
]


@feeds.command("add", help="登记一个自设工作进程的单位；从其现有全部历史开始发送")
def add(
    organisation: Code,
    key: Annotated[
        Path, typer.Option("--key", metavar="文件", help="该单位的公钥（hub feeds keypair 给出）")
    ],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Register an organisation with its public key."""
    found = _public(key)
    with opened(data) as hub, registrations(hub) as agencies:
        known = hub.directory.organisation(organisation)
        try:
            agency = agencies.add(known.id, found, hub.clock.now())
        except AlreadyRegistered:
            raise WrongUsage(
                "这个单位已用另一把公钥登记。请先用 hub feeds end 停止，再登记新的公钥。"
            ) from None
    since = agency.since.isoformat(timespec="seconds")
    if as_json:
        answer({"organisation": agency.organisation, "since": since})
    else:
        say(f"已登记 {known.name}（{known.id}）。")


@feeds.command("list", help="列出登记过的单位")
def list_agencies(data: Data = None, as_json: Json = False) -> None:
    """List registrations, those that ended as well."""
    with opened(data) as hub, registrations(hub) as agencies:
        found = agencies.all()
        rows = [
            {
                "organisation": each.organisation,
                "name": hub.directory.name(each.organisation),
                "key": public_line(each.key),
                "since": each.since.isoformat(timespec="seconds"),
                "ended": each.ended.isoformat(timespec="seconds") if each.ended else None,
            }
            for each in found
        ]
    if as_json:
        answer({"agencies": rows})
        return
    table(
        f"自设工作进程的单位 {len(rows)}",
        ("机构代码", "名称", "公钥", "登记", "停止"),
        [
            (row["organisation"], row["name"], row["key"], row["since"], row["ended"] or "")
            for row in rows
        ],
    )


@feeds.command("end", help="停止向一个单位发送；最后通知它删除全部内容")
def end(organisation: Code, data: Data = None, as_json: Json = False) -> None:
    """End a registration; the feed's last message tells the reader to delete everything."""
    with opened(data) as hub, registrations(hub) as agencies:
        try:
            sequence = agencies.end(organisation, hub.clock.now())
        except NotRegistered:
            raise WrongUsage("这个单位没有登记。请用 hub feeds list 查看。") from None
    if as_json:
        answer({"organisation": organisation, "last": sequence})
    else:
        say("已停止；最后一条消息通知该单位删除全部内容。它自报的记录从此不再收取。")


@feeds.command("intake-key", help="显示本系统的接收公钥，交给各单位")
def intake_key(data: Data = None, as_json: Json = False) -> None:
    """Print the public key that agencies seal their records to."""
    settings = settings_for(data)
    line = public_line(hubs_intake_key(settings.data, settings).public_key())
    if as_json:
        answer({"key": line})
    else:
        say(line)


@feeds.command("keypair", help="（单位自用）生成本单位的密钥，显示公钥")
def keypair(
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="文件", help="私钥文件；不填用数据文件夹的 agency.pem"),
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Make an agency's key and print its public half."""
    if out is None:
        folder = AgencyFolder(settings_for(data).data)
        folder.create()
        out = folder.key
    try:
        key = new_private_file(out)
    except FileExistsError:
        raise WrongUsage("这个文件已经存在，没有改动。请换一个文件名。") from None
    line = public_line(key.public_key())
    if as_json:
        answer({"key": line, "file": str(out)})
        return
    say(line)
    tell("上面一行是公钥，交给系统管理方登记；私钥文件只留在本单位，请妥善备份。")


@feeds.command("receipts", help="（单位自用）列出自送记录的回执")
def receipts(
    organisation: Code,
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="文件", help="本单位的私钥；不填用数据文件夹的 agency.pem"),
    ] = None,
    after: Annotated[
        int, typer.Option("--after", metavar="序号", min=0, help="只列这个序号之后的")
    ] = 0,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Open and list the hub's answers in an agency's own folder."""
    folder = AgencyFolder(settings_for(data).data)
    try:
        private = read_private_file(key or folder.key)
    except (NotAKey, FileNotFoundError):
        raise WrongUsage(
            "读不到本单位的私钥。请用 --key 指明 hub feeds keypair 生成的文件。"
        ) from None
    view = folder.view(organisation)
    try:
        found: list[tuple[int, Receipt]] = [
            (
                each.sequence,
                open_receipt([private], organisation, each.message_id, each.token),
            )
            for each in view.receipts(after)
        ]
    except (CannotOpen, ValueError):
        raise WrongUsage("有回执解不开：请核对机构代码和私钥文件。") from None
    finally:
        view.close()
    if as_json:
        answer({"receipts": [{"sequence": at, **asdict(receipt)} for at, receipt in found]})
        return
    table(
        f"回执 {len(found)}",
        ("序号", "消息编号", "结果", "回执号", "说明"),
        [
            (
                at,
                each.message_id,
                _OUTCOMES.get(each.outcome, each.outcome),
                each.number or "",
                "；".join(map(str, each.faults)),
            )
            for at, each in found
        ],
    )


@feeds.command("fill", help="跟随事件日志，把各登记单位可见的内容放入其发件箱")
def fill(data: Data = None, as_json: Json = False) -> None:
    """Fill the outboxes until stopped. Several may run: one leads."""
    settings = logging_settings(data)
    with feeding(settings.data, settings) as (feeder, leads, storage):

        @contextmanager
        def leading() -> Iterator[Step]:
            with leads.take(("feeds",)) as lead:

                def step(progress: Progress) -> None:
                    lead.check()
                    feeder.step(lambda: progress(0))

                yield step

        work = Supervised("feeds fill", leading, alive=touching(settings))
        run_work(work, woken(storage, FOLLOWER, work.wake), as_json)


@feeds.command("retry", help="重试未能放入发件箱的事件；列出仍未成功的")
def retry(data: Data = None, as_json: Json = False) -> None:
    """Try again what could not be put out, beside a running worker; list what stays. Exit code 1
    if anything does."""
    settings = settings_for(data)
    with feeding(settings.data, settings) as (feeder, _, _):
        taken = feeder.retry()
        left = [
            {
                "seat": seat.value,
                "position": each.position,
                "topic": each.topic,
                "error": each.error,
            }
            for seat, letters in feeder.dead_letters().items()
            for each in letters
        ]
    if as_json:
        answer({"taken": taken, "left": left})
    else:
        say(f"重试成功{taken}件，仍有{len(left)}件。")
        if left:
            headings = ("类别", "位置", "事件", "原因")
            table("未能放入发件箱", headings, [tuple(row.values()) for row in left])
    if left:
        raise typer.Exit(SOME_REFUSED)


@feeds.command("send", help="把发件箱的内容发到各登记单位的通道（Kafka）")
def send_feeds(data: Data = None, as_json: Json = False) -> None:
    """Send the outboxes until stopped. Several may run: one leads."""
    settings = logging_settings(data)
    with sending(settings.data, settings) as (relay, leads):
        leading = sent(leads, "feedrelay", relay)
        work = Supervised("feeds send", leading, alive=touching(settings))
        run_work(work, nullcontext(), as_json, relay.stop)


@feeds.command("follow", help="（单位自用）接收本单位的通道，维护本单位的视图")
def follow(organisation: Code, data: Data = None, as_json: Json = False) -> None:
    """Keep an agency's own view until stopped."""
    settings = logging_settings(data)

    @contextmanager
    def reading() -> Iterator[Step]:
        # Opened anew after each failure: a client that broke is not mended.
        with following(settings.data, settings, organisation) as (follower, feed):

            def step(progress: Progress) -> None:
                while True:
                    follower.step(feed, POLL)
                    progress(0)

            yield step

    work = Supervised("feeds follow", reading, alive=touching(settings))
    run_work(work, nullcontext(), as_json)


_OUTCOMES = {"accepted": "已收下", "refused": "未收下"}


@inbound.command("seal", help="把一条记录（标准输入，JSON）加密给本系统，写到标准输出")
def seal(
    agency: AgencyOf,
    kind: KindOf,
    key: HubKey = None,
    message_id: Id = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Seal a record to the hub: what is to be sent as the body."""
    identity, token = _sealed(agency, kind, key, message_id, data)
    if as_json:
        answer({"id": identity, "body": b64encode(token).decode()})
        return
    sys.stdout.buffer.write(token)
    sys.stdout.flush()
    tell(f"消息编号（ce_id）：{identity}")


@inbound.command("send", help="把一条记录（标准输入，JSON）加密并发送到本系统")
def send(
    agency: AgencyOf,
    kind: KindOf,
    key: HubKey = None,
    message_id: Id = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Seal a record to the hub and send it to the agency's inbound topic."""
    kafka = kafka_settings(settings_for(data))
    identity, token = _sealed(agency, kind, key, message_id, data)
    try:
        send_sealed(kafka, agency, kind, identity, token)
    except ValueError:
        raise WrongUsage(
            "机构代码、种类或消息编号不合要求：编号用字母、数字和 . _ : -，不得像证件号或电话。"
        ) from None
    if as_json:
        answer({"id": identity})
    else:
        say(f"已发送，消息编号 {identity}；回执随本单位的通道返回。")


@inbound.command("take", help="收取各登记单位自送的记录，并回复回执")
def take(data: Data = None, as_json: Json = False) -> None:
    """Take in what agencies send until stopped. Several may run: one leads."""
    settings = logging_settings(data)
    with receiving(settings.data, settings) as (arriving, hub):

        @contextmanager
        def leading() -> Iterator[Step]:
            with hub.leads.take(("inbound",)) as lead:
                # Opened anew after each failure: a client that broke is not mended.
                arriving.close()

                def step(progress: Progress) -> None:
                    while True:
                        lead.check()
                        if not arriving.step(POLL):
                            return
                        progress(0)

                yield step

        work = Supervised("inbound take", leading, alive=touching(settings))
        run_work(work, nullcontext(), as_json)


@inbound.command("refused", help="列出未能打开或读懂的消息（内容仍加密留存）")
def refused(data: Data = None, as_json: Json = False) -> None:
    """List what agencies sent that could not be opened or read."""
    with opened(data) as hub, registrations(hub) as agencies, agencies.engine.begin() as within:
        rows: list[Mapping[str, Any]] = [
            {
                "organisation": each.organisation,
                "offset": each.offset,
                "id": each.message_id,
                "kind": each.kind,
                "code": each.code,
                "received_at": each.received_at.isoformat(timespec="seconds"),
            }
            for each in refusals(within)
        ]
    if as_json:
        answer({"refused": rows})
        return
    table(
        f"未能收下的消息 {len(rows)}",
        ("机构代码", "位置", "消息编号", "种类", "原因", "收到"),
        [tuple("" if value is None else value for value in row.values()) for row in rows],
    )


def _sealed(
    agency: str, kind: str, key: Path | None, message_id: str | None, data: Path | None
) -> tuple[str, bytes]:
    """Message id and token of the record on stdin. Raises WrongUsage."""
    hubs = _public(key or AgencyFolder(settings_for(data).data).intake)
    body = sys.stdin.buffer.read(MAX_RECORD + 1)
    if not body or len(body) > MAX_RECORD:
        raise WrongUsage("标准输入里没有记录，或记录超过1MB。")
    identity = message_id or uuid4().hex
    return identity, seal_record(hubs, agency, kind, identity, body)


def _public(path: Path) -> X25519PublicKey:
    try:
        return read_public(path.read_text("ascii"))
    except (NotAKey, UnicodeDecodeError):
        raise WrongUsage(
            "文件里不是公钥：应是一行，由 hub feeds keypair 或 intake-key 给出。"
        ) from None
    except FileNotFoundError:
        raise WrongUsage("找不到公钥文件，请用 --key 指明。") from None
