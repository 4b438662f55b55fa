"""What is forked from the warm process is a program like one begun from nothing."""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import warm


def show() -> None:
    """A program: say who and where one is, and what is drawn."""
    opened = [each for each in range(3, 100) if os.path.exists(f"/proc/self/fd/{each}")]
    print(os.getpid(), os.environ.get("SHOWN"), os.getcwd(), sys.argv[1:], sep="\n")
    print(random.random(), secrets.token_hex(8), threading.active_count(), opened, sep="\n")


def fail() -> None:
    """A program: end with 3."""
    sys.exit(3)


def stay() -> None:
    """A program: say so, and wait; SIGTERM ends it in order, SIGINT is heard as well."""
    print("here", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
    print("waiting", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        time.sleep(60)
    sys.exit(8)


def said(program: warm.Started) -> list[str]:
    assert program.stdout is not None
    with program.stdout as out:
        found = out.read().splitlines()
    assert program.wait(30) == 0
    return found


@pytest.fixture
def staying() -> Iterator[warm.Started]:
    program = warm.start(f"{__name__}:stay")
    assert program.stdout is not None
    with program.stdout as out:
        assert [out.readline(), out.readline()] == ["here\n", "waiting\n"]
        yield program
        program.send_signal(signal.SIGKILL)
        program.wait(30)


@pytest.mark.parametrize("cold", [False, True], ids=["forked", "from nothing"])
def test_it_is_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cold: bool
) -> None:
    environment = {**os.environ, "SHOWN": "示例", "PYTHONPATH": os.getcwd()}
    monkeypatch.chdir(tmp_path)
    programs = [
        warm.start(f"{__name__}:show", "one", "二", env=environment, cold=cold) for _ in range(2)
    ]
    pids = [str(program.pid) for program in programs]
    first, second = (said(program) for program in programs)
    assert [first[0], second[0]] == pids
    assert len({str(os.getpid()), *pids}) == 3
    assert first[1:4] == second[1:4] == ["示例", str(tmp_path), "['one', '二']"]
    # What is drawn is each one's own.
    assert first[4] != second[4]
    assert first[5] != second[5]
    assert first[6] == second[6] == "1"


@pytest.mark.usefixtures("staying")
def test_nothing_was_opened_before_it_began() -> None:
    """No database, no socket, no file: it has the three that it was given, while another runs."""
    assert said(warm.start(f"{__name__}:show"))[-1] == "[]"


def test_its_end_is_told() -> None:
    program = warm.start(f"{__name__}:fail")
    assert program.stdout is not None
    with program.stdout as out:
        assert out.read() == ""
    assert program.wait(30) == 3
    assert program.poll() == 3


@pytest.mark.parametrize(
    ("sent", "status"), [(signal.SIGTERM, 7), (signal.SIGINT, 8), (signal.SIGKILL, -9)]
)
def test_it_hears_signals_and_can_be_killed(
    staying: warm.Started, sent: signal.Signals, status: int
) -> None:
    assert staying.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        staying.wait(0.01)
    staying.send_signal(sent)
    assert staying.wait(30) == status
    assert not Path(f"/proc/{staying.pid}").exists()
    # Whoever has its id now is none of ours.
    staying.send_signal(signal.SIGKILL)
