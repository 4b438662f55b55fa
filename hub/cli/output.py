"""What a command prints: tables and lines for people, one JSON object for programs.

Answers go to stdout, everything else (notes, faults, progress) to stderr, so that stdout can be
piped. What comes from outside is printed without control characters: a cell must not be able to
drive the terminal.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

OK = 0
SOME_REFUSED = 1
WRONG_USAGE = 2
SETUP = 3
BUSY = 4
UNFORESEEN = 70
"""``EX_SOFTWARE`` of sysexits.h: a defect of the program."""

_BEIJING = timezone(timedelta(hours=8))
_PIPE_WIDTH = 200
"""Columns where there is no terminal: wide enough that no identifier is broken in two."""
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")

Step = Callable[[int, int], None]
"""Told (done, in all)."""


class WrongUsage(Exception):
    """What was asked makes no sense; the text (Chinese) says what does. Exit code 2."""


def plain(text: str) -> str:
    """The text without characters that could drive a terminal or hide what is written."""
    return _CONTROL.sub("�", text)


def say(text: str = "") -> None:
    """A line on stdout."""
    print(plain(text))


def beijing(instant: datetime) -> str:
    """An instant as the clock here shows it (北京时间), to the minute."""
    return instant.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M")


def tell(text: str) -> None:
    """A line on stderr: notes, faults."""
    print(plain(text), file=sys.stderr)


def answer(value: Mapping[str, Any]) -> None:
    """One JSON object on stdout."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def table(title: str, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table on stdout; numbers are set to the right."""
    shown = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for at, heading in enumerate(headings):
        numbers = bool(rows) and all(isinstance(row[at], int) for row in rows)
        shown.add_column(heading, justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        # Text, not markup: square brackets in a name are no instruction to rich.
        shown.add_row(*(Text(plain(str(cell))) for cell in row))
    console(sys.stdout).print(shown)


@contextmanager
def progress(description: str, *, quiet: bool) -> Iterator[Step]:
    """A progress bar on stderr; nothing where that is no terminal, or when ``quiet``."""
    out = console(sys.stderr)
    if quiet or not out.is_terminal:
        yield lambda done, total: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=out) as bar:
        task = bar.add_task(description, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def console(stream: Any) -> Console:
    """A console on a stream, without markup: square brackets in a name are no instruction."""
    width = None if stream.isatty() else _PIPE_WIDTH
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


def write_new(path: Path, content: str | bytes) -> None:
    """Write a new file, which nobody else may read at any moment. Raises WrongUsage where there is
    one already."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise WrongUsage("这个文件已经存在，没有改动。请换一个文件名。") from None
    with os.fdopen(handle, "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)


def read_told(path: Path) -> str:
    """What a file says that another command wrote. Raises WrongUsage where it is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise WrongUsage("这个文件的内容不是文本，请核对是不是要用的文件。") from None
