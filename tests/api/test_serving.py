"""``serve``: one process, supervised, and loud when it cannot go on."""

from __future__ import annotations

import io
import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.organisations import Post, Seat
from hub import logs
from hub.api.serve import BackgroundFailed, ServeRefused, is_loopback, serve
from hub.application import Busy
from hub.bootstrap import Program
from tests.program import (
    EDUCATION,
    SCHOOL,
    START,
    TOWN,
    absent,
    at,
    enrolled,
    pupil,
    running,
    send,
)
from tests.sealing.office import (
    APPROVES,
    ask,
    known_pupil,
    record_of,
    took_measure,
    with_holders,
)


class Serving:
    """``serve`` on a thread of its own."""

    def __init__(self, program: Program) -> None:
        self.stop = threading.Event()
        self.failure: BaseException | None = None
        self.address = ""
        self._listens = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(program,))
        self._thread.start()
        assert self._listens.wait(10)

    def _run(self, program: Program) -> None:
        try:
            serve(program, port=0, started=self._started, stop=self.stop)
        except BaseException as error:
            self.failure = error

    def _started(self, address: str) -> None:
        self.address = address
        self._listens.set()

    def end(self) -> None:
        self.stop.set()
        self.join()

    def join(self) -> None:
        self._thread.join(20)
        assert not self._thread.is_alive()


@contextmanager
def serving(program: Program) -> Iterator[Serving]:
    running_server = Serving(program)
    try:
        yield running_server
    finally:
        running_server.end()


def eventually(holds: Callable[[], bool]) -> None:
    for _ in range(200):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it never came true")


def test_what_is_reported_reaches_the_others_by_itself(tmp_path: Path) -> None:
    with running(tmp_path / "data") as program:
        tokens = {
            organisation: program.directory.issue_token(
                program.directory.add_user(organisation, organisation, "", Post.HANDLER),
                program.clock.now(),
                timedelta(days=1),
            )
            for organisation in (EDUCATION, SCHOOL, TOWN)
        }
        with serving(program) as server, httpx.Client(base_url=server.address) as client:

            def ask(who: str, method: str, path: str, body: Any = None) -> Any:
                headers = {"Authorization": f"Bearer {tokens[who]}"}
                answer = client.request(method, f"/api/v1{path}", json=body, headers=headers)
                assert "server" not in answer.headers
                return answer.json()

            ask(EDUCATION, "POST", "/intake/education/roll", enrolled(pupil(1)))
            sent = ask(SCHOOL, "POST", "/intake/education/absence", absent(pupil(1)))
            position = sent["position"]
            # A read that waits in vain says so and is asked again.
            own = f"/children?min_position={position}"
            eventually(lambda: len(ask(SCHOOL, "GET", own).get("items", ())) == 1)
            eventually(lambda: len(ask(TOWN, "GET", "/inbox")["items"]) == 1)
        assert server.failure is None


class Reactor:
    """Fails as it is told."""

    def __init__(self, failures: list[BaseException]) -> None:
        self.failures = failures
        self.calls = 0
        self.position = 0

    def react(self) -> int:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return 0

    def tick(self) -> int:
        return 0


def test_an_unknown_failure_ends_the_process_loudly(tmp_path: Path) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("INFO", stream)
    try:
        with running(tmp_path / "data") as program:
            reactor: Any = Reactor([RuntimeError("张三 999999201501020018")])
            server = Serving(replace(program, reactor=reactor))
            server.join()
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    assert isinstance(server.failure, BackgroundFailed)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    (failure,) = [line for line in lines if line["level"] == "critical"]
    assert (failure["event"], failure["error"]) == ("work failed", "RuntimeError")
    assert "react" in failure["where"]
    assert "张三" not in stream.getvalue()
    assert "999999201501020018" not in stream.getvalue()


class Broken:
    """Notices that fail as nobody foresaw, some times."""

    local = False

    def __init__(self) -> None:
        self.steps = 0

    def step(self) -> int:
        self.steps += 1
        if self.steps <= 2:
            raise UnicodeEncodeError("ascii", "张三", 0, 1, "not in range")
        return 0


def test_notices_that_fail_end_nothing_and_begin_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure of notices holds up nothing else: whoever is not told outside still works here."""
    monkeypatch.setattr("hub.api.serve.NOTICES_AGAIN", 0.05)
    monkeypatch.setattr("hub.api.serve.NOTICES", 0.05)
    with running(tmp_path / "data") as program:
        notices: Any = Broken()
        with serving(replace(program, notices=notices)) as server:
            eventually(lambda: notices.steps > 4 or server.failure is not None)
            assert server.failure is None
            assert httpx.get(f"{server.address}/api/v1/status").status_code < 500
    assert server.failure is None


class Stuck:
    """Erasures that nobody can go on with."""

    def resume(self) -> int:
        raise ValueError("张三 999999201501020018")

    def fence_again(self) -> int:
        return 0


def test_it_goes_on_with_what_was_approved_and_tells_loudly_of_what_it_cannot(
    tmp_path: Path,
) -> None:
    """And serves all the same: what waits is a key's destruction, and no restart would mend it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("INFO", stream)
    stuck: Any = Stuck()
    try:
        with running(tmp_path / "data") as program:
            with_holders(program, tmp_path)
            child = known_pupil(program)
            took_measure(program)
            record = record_of(program, child)
            ask(program, record)
            program.sealings.approve(record, APPROVES)
            at(program, START + timedelta(days=8))
            with serving(replace(program, erasures=stuck)) as server:
                eventually(lambda: program.sealings.progress(record).receipt is not None)
            assert server.failure is None
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    (failure,) = [line for line in lines if line["level"] == "critical"]
    assert (failure["work"], failure["error"]) == ("erasures", "ValueError")
    assert "张三" not in stream.getvalue()


def test_a_foreseen_failure_is_tried_again(tmp_path: Path) -> None:
    with running(tmp_path / "data") as program:
        reactor: Any = Reactor([Busy()])
        with serving(replace(program, reactor=reactor)) as server:
            eventually(lambda: reactor.calls >= 2)
        assert server.failure is None


def test_while_it_serves_nobody_else_projects_and_a_second_one_takes_over(tmp_path: Path) -> None:
    root = tmp_path / "data"
    with running(root) as first, running(root) as second, serving(first) as leader:
        eventually(lambda: second.settle() is False)
        with serving(second) as follower:
            leader.end()
            assert leader.failure is None
            send(second, EDUCATION, "education.roll", enrolled(pupil(1)))
            view = second.projector.view(Seat.EDUCATION)
            eventually(lambda: view.position == second.store.position > 0)
        assert follower.failure is None
        assert second.settle() is True


def test_an_answer_does_not_wait_until_its_head_is_confirmed(tmp_path: Path) -> None:
    # Which takes the asker's system 40 ms, once a connection has been in use for a while.
    with (
        running(tmp_path / "data") as program,
        serving(program) as server,
        httpx.Client(base_url=server.address, trust_env=False) as client,
    ):
        took = [client.get("/api/v1/healthz").elapsed.total_seconds() for _ in range(30)]
    assert min(took[15:]) < 0.030


def test_beyond_this_machine_only_with_tls(tmp_path: Path) -> None:
    with running(tmp_path / "data") as program:
        for host in ("0.0.0.0", "::", "10.1.2.3", "hub.example", ""):
            with pytest.raises(ServeRefused):
                serve(program, host=host, port=0)
        with pytest.raises(ServeRefused):
            serve(program, port=0, tls_cert=tmp_path / "cert.pem")
    assert [is_loopback(host) for host in ("127.0.0.1", "127.9.9.9", "::1", "localhost")] == [
        True
    ] * 4


def test_a_taken_port_is_an_error_of_ours(tmp_path: Path) -> None:
    with (
        running(tmp_path / "data") as program,
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(OSError, match="in use"),
    ):
        serve(program, port=taken.getsockname()[1])
