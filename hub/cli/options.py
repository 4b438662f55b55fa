"""Options that several commands take, and what they stand for."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from domain.kernel import Actor
from domain.organisations import CONSOLE, Post, Seat
from hub import logs
from hub.bootstrap import Program, program
from hub.cli.output import WrongUsage, tell
from hub.district import seat_names
from hub.settings import Settings

"""The pseudonym under which somebody acts who gave an organisation and no login: whoever may use
this machine's command line. Events and access entries show it."""

Data = Annotated[
    Path | None,
    typer.Option(
        "--data", metavar="文件夹", help="数据文件夹；不填用环境变量 HUB_DATA，再不然用 ./data"
    ),
]
Json = Annotated[bool, typer.Option("--json", help="标准输出只有一个JSON对象")]
Organisation = Annotated[
    str | None,
    typer.Option(
        "--organisation", metavar="机构代码", help="以这个机构的名义，例如 town:310117001"
    ),
]
User = Annotated[
    str | None, typer.Option("--user", metavar="登录名", help="以这个人的名义（机构和岗位随人）")
]


def settings_for(data: Path | None) -> Settings:
    """The settings of the environment; ``--data`` comes before them. Raises WrongUsage."""
    try:
        settings = Settings()
    except ValidationError as error:
        names = "、".join(sorted({f"HUB_{str(e['loc'][0]).upper()}" for e in error.errors()}))
        raise WrongUsage(f"环境变量填写有误：{names}。") from None
    return settings if data is None else settings.model_copy(update={"data": data})


def logging_settings(data: Path | None) -> Settings:
    """As :func:`settings_for`, for a process that goes on and logs as they say."""
    settings = settings_for(data)
    try:
        logs.configure(settings.log_level)
    except ValueError:
        raise WrongUsage("环境变量填写有误：HUB_LOG_LEVEL。") from None
    return settings


def welcome_link(settings: Settings, token: str) -> str:
    """The address of the workspace that a link's token stands in."""
    return f"http://{settings.host}:{settings.port}/welcome/{token}"


@contextmanager
def opened(data: Path | None) -> Iterator[Program]:
    """The program on the data folder."""
    settings = settings_for(data)
    with program(settings.data, settings) as hub:
        yield hub


def sender(hub: Program, organisation: str | None, user: str | None) -> Actor:
    """In whose name the command acts. Raises WrongUsage and UnknownOrganisation."""
    if (organisation is None) == (user is None):
        raise WrongUsage(
            "请用 --organisation 或 --user 说明以谁的名义办理，两者填一个，"
            "例如 --organisation town:310117001。"
        )
    if user is not None:
        found = hub.directory.user(user)
        if found is None:
            raise WrongUsage("没有这个登录名。请用 hub users list 查看。")
        return Actor(found.organisation, found.post.value, found.user)
    known = hub.directory.organisation(organisation or "")
    return Actor(known.id, Post.HANDLER.value, CONSOLE)


_MOST = 1024 * 1024
"""Characters of a JSON object that are read of a file; more is none of ours."""


def from_file(source: str) -> dict[str, str]:
    """What a file (``-``: standard input) says as one JSON object, every value as text: for what
    must not stand on a command line, which stays in its history. Raises WrongUsage."""
    if source == "-":
        text = sys.stdin.read(_MOST)
    elif Path(source).is_file():
        with Path(source).open("rb") as stream:
            text = stream.read(_MOST).decode("utf-8-sig", "replace")
    else:
        raise WrongUsage("找不到 --from 的文件，请核对路径。")
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise WrongUsage("--from 的内容应是一个 JSON 对象，写明 {列: 值}。")
    return {str(name): "" if value is None else str(value) for name, value in values.items()}


def seat_words(seats: Iterable[Seat]) -> str:
    """Seats as commands take them, each with its Chinese name."""
    names = seat_names()
    return "、".join(f"{seat.value}（{names[seat]}）" for seat in seats)


def settle(hub: Program) -> bool:
    """Let follow what follows from new records; False when a running hub will do it."""
    here = hub.settle()
    if not here:
        tell("另一个进程（例如 hub serve）正在运行，转介、期限和各单位的视图由它随后更新。")
    return here
