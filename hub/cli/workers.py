"""``hub relay``, ``project``, ``react`` and ``tick``: the workers, each a process of its own."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from domain.organisations import Post, Seat
from hub.answers import Explained
from hub.bootstrap import (
    FOLLOWER,
    RELAY_ROLE,
    Program,
    Writing,
    following,
    projecting,
    reacting,
    relaying,
    woken,
)
from hub.cli.acting import reader_of
from hub.cli.help import Commands
from hub.cli.options import (
    Data,
    Json,
    Organisation,
    User,
    logging_settings,
    opened,
    seat_words,
    sender,
    settings_for,
)
from hub.cli.output import BUSY, UNFORESEEN, WrongUsage, answer, beijing, say, table, tell
from hub.directory import POST_WORDS
from hub.failures import foreseen
from hub.messaging.log import BadRecord
from hub.messaging.sending import Sending
from hub.queries.explaining import BY_CLOCK
from hub.settings import Settings
from hub.storage.lead import Leads
from hub.storage.sql import Storage
from hub.supervision import PAUSE, Progress, Step, Supervised, stopped_by_signals

Agency = Annotated[
    str | None,
    typer.Option(
        "--agency",
        metavar="部门",
        help="只维护这一类机构的视图，例如 school；单位代码：该单位自设的工作进程",
    ),
]
POLL = 0.2
"""Seconds that the shared log is waited on at a time."""
TICK = 1.0
"""Seconds between looks for what has become due."""


class Source(StrEnum):
    """Where a worker reads the log."""

    STORE = "store"
    KAFKA = "kafka"


def register(app: Commands) -> None:
    """Add the commands."""
    app.command("relay", help="把事件从事件库转发到共享日志（Kafka）")(relay)
    app.command("project", help="跟随事件日志，维护各单位的视图")(project)
    app.command("react", help="办理由事件引起的转介和通知")(react)
    app.command("alive", help="后台工作是否正常（供健康检查）")(alive)
    app.command("tick", help="到期、逾期的期限按时记入日志")(tick)


def relay(data: Data = None, as_json: Json = False) -> None:
    """Relay until stopped. Several may run: one leads, the others stand by."""
    settings = logging_settings(data)
    with relaying(settings.data, settings) as (relayed, leads, storage):
        work = Supervised("relay", sent(leads, "relay", relayed), alive=touching(settings))
        run_work(work, woken(storage, RELAY_ROLE, work.wake), as_json, relayed.stop)


def sent(leads: Leads, name: str, sending: Sending) -> Callable[[], AbstractContextManager[Step]]:
    """Sending all there is, while holding a lead."""

    @contextmanager
    def leading() -> Iterator[Step]:
        with leads.take((name,)) as lead:

            def step(progress: Progress) -> None:
                while True:
                    lead.check()
                    if not sending.step():
                        return
                    progress(0)

            yield step

    return leading


def project(
    agency: Agency = None,
    source: Annotated[
        Source, typer.Option("--source", metavar="store|kafka", help="从事件库还是共享日志读取")
    ] = Source.STORE,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Keep views until stopped. Several may run: one leads in each view and the others stand by,
    or, from the shared log, they share its partitions. An organisation's own worker follows that
    organisation's feed and nothing else."""
    if agency is not None and ":" in agency:
        if source is not Source.KAFKA:
            raise WrongUsage("单位自设的工作进程只能从共享日志读取，请加 --source kafka。")
        # Here, because that module builds on this one.
        from hub.cli.feeds import follow

        follow(agency, data, as_json)
        return
    settings = logging_settings(data)
    if source is Source.KAFKA:
        _follow(settings, _seats(agency), as_json)
        return
    with projecting(settings.data, settings, _seats(agency)) as (projector, storage):

        @contextmanager
        def leading() -> Iterator[Step]:
            with projector.leading():
                yield lambda progress: projector.catch_up()

        work_alone("project", leading, storage, FOLLOWER, settings, as_json)


def _follow(settings: Settings, seats: Sequence[Seat], as_json: bool) -> None:
    @contextmanager
    def reading() -> Iterator[Step]:
        # Opened anew after each failure: a client that broke is not mended.
        with following(settings.data, settings, seats) as (parted, consumer):

            def step(progress: Progress) -> None:
                while True:
                    try:
                        parted.step(consumer, POLL)
                    except BadRecord as record:
                        parted.unreadable(consumer, record)
                    progress(0)

            yield step

    work = Supervised("project", reading, alive=touching(settings))
    run_work(work, nullcontext(), as_json)


def react(
    explain: Annotated[
        str | None,
        typer.Option(
            "--explain",
            metavar="编号",
            help="不办理，只说明一个案件、报告或转介单的每一步由什么引起、依据哪条规则（查阅留痕）",
        ),
    ] = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Carry out reactions until stopped (several may run: one leads), or explain a case."""
    if explain is not None:
        _explain(explain, organisation, user, data, as_json)
        return
    if organisation is not None or user is not None:
        raise WrongUsage("以单位或人员的身份，只能查看来由（--explain）；办理由系统进行。")
    settings = logging_settings(data)
    with reacting(settings.data, settings) as made:
        leading = one(made, "react", made.reactor.react)
        work_alone("react", leading, made.storage, made.role, settings, as_json)


def _explain(
    case: str, organisation: str | None, user: str | None, data: Path | None, as_json: bool
) -> None:
    with opened(data) as hub:
        found = hub.queries.explain(reader_of(sender(hub, organisation, user)), case)
        steps = [_step(hub, each) for each in found]
    if as_json:
        answer({"steps": [asdict(each) for each in found]})
        return
    if not found:
        say("没有可显示的办理经过。编号应是案件、强制报告或转介单的编号。")
        return
    table("办理经过", ("序号", "时间", "单位", "事项", "由几号引起", "规则"), steps)
    versions = "、".join(dict.fromkeys(each.rule_version for each in found))
    say(f"规则版本：{versions}。")


def _step(hub: Program, each: Explained) -> tuple[str, ...]:
    rules = hub.policies.rules
    about = [
        rules.row_title(each.task) if each.task else "",
        rules.clock_title(each.clock) if each.clock else "",
        f"{beijing(datetime.fromisoformat(each.due_at))} 前" if each.due_at else "",
        hub.directory.name(each.told) if each.told else "",
        POST_WORDS[Post(each.post)] if each.post else "",
    ]
    more = "，".join(filter(None, about))
    return (
        str(each.position),
        beijing(datetime.fromisoformat(each.recorded_at)),
        each.producer_name,
        f"{each.title}：{more}" if more else each.title,
        "" if each.cause is None else str(each.cause),
        "或 ".join("到期" if name == BY_CLOCK else name for name in each.reactions),
    )


def tick(data: Data = None, as_json: Json = False) -> None:
    """Find what is due until stopped. Several may run: one leads."""
    settings = logging_settings(data)
    with reacting(settings.data, settings) as made:
        leading = one(made, "tick", made.reactor.tick)
        work_alone("tick", leading, made.storage, made.role, settings, as_json, pause=TICK)


def one(
    made: Writing, name: str, do: Callable[[], object]
) -> Callable[[], AbstractContextManager[Step]]:
    """Work that one process at a time does, while it holds the lead of that name."""

    @contextmanager
    def leading() -> Iterator[Step]:
        with made.leads.take((name,)) as lead:

            def step(progress: Progress) -> None:
                lead.check()
                do()

            yield step

    return leading


def work_alone(
    name: str,
    leading: Callable[[], AbstractContextManager[Step]],
    storage: Storage,
    role: str,
    settings: Settings,
    as_json: bool,
    *,
    pause: float = PAUSE,
) -> None:
    """Work in this thread until SIGINT or SIGTERM. A failure that nobody foresaw ends it."""
    work = Supervised(name, leading, pause=pause, alive=touching(settings))
    run_work(work, woken(storage, role, work.wake), as_json)


def run_work(
    work: Supervised,
    beside: AbstractContextManager[None],
    as_json: bool,
    also: Callable[[], None] = lambda: None,
) -> None:
    """``also`` is told when it is asked to stop: what a step is waiting for may be long."""

    def stop() -> None:
        work.ask_to_stop()
        also()

    with stopped_by_signals(stop), beside:
        if as_json:
            answer({"work": work.name})
        else:
            say(f"{work.name} 已启动（按 Ctrl+C 停止）")
        # Whoever waits for the line reads it from a pipe.
        sys.stdout.flush()
        work.run()
    if work.failure is not None:
        tell("后台工作意外停止；已登记的内容没有丢失。请查看日志后重新启动。")
        known = foreseen(work.failure) is not None
        raise work.failure if known else typer.Exit(UNFORESEEN)


def alive(
    within: Annotated[
        int, typer.Option("--within", metavar="秒", min=1, help="多少秒之内动过算正常")
    ] = 60,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Say whether the worker whose alive file the settings name goes on. Exit code 4 if not."""
    path = settings_for(data).alive_file
    if path is None:
        raise WrongUsage("没有指明活动标记文件，请用环境变量 HUB_ALIVE_FILE 指明。")
    try:
        seconds = max(0.0, time.time() - path.stat().st_mtime)
    except FileNotFoundError:
        seconds = None
    going = seconds is not None and seconds <= within
    if as_json:
        answer({"alive": going, "seconds": None if seconds is None else round(seconds, 1)})
    else:
        say("后台工作正常。" if going else "后台工作没有动静，请查看它的日志。")
    if not going:
        raise typer.Exit(BUSY)


def touching(settings: Settings) -> Callable[[], None]:
    path = settings.alive_file
    return (lambda: None) if path is None else path.touch


def _seats(agency: str | None) -> Sequence[Seat]:
    if agency is None:
        return tuple(Seat)
    found = [seat for seat in Seat if seat.value == agency]
    if not found:
        raise WrongUsage(f"没有这类机构的视图。可选：{seat_words(Seat)}。")
    return found
