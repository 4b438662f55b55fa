"""``make up``: the same processes as in docker-compose.yml, natively, each with the passwords of
its own database roles alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.organisations import Organisation, Post
from hub.bootstrap import program
from hub.settings import Settings
from hub.storage.postgres import Server
from tests.program import EDUCATION, SCHOOL, absent, enrolled, pupil
from tests.servers.postgres import free_port

PATIENCE = 90


@contextmanager
def up(folder: Path, port: int) -> Iterator[str]:
    """What ``make up`` runs, until the block ends; gives the API's address."""
    log = (folder / "up.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.servers.up", str(folder / "up"), "--port", str(port)],
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        address = f"http://127.0.0.1:{port}/api/v1"
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                urllib.request.urlopen(f"{address}/readyz", timeout=5).close()
                break
            except (urllib.error.URLError, ConnectionError):
                assert process.poll() is None, (folder / "up.log").read_text()[-3000:]
                assert time.monotonic() < deadline, (folder / "up.log").read_text()[-3000:]
                time.sleep(0.1)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        status = process.wait(60)
        log.close()
    assert status == 0


def asked(address: str, path: str, token: str, body: dict[str, Any] | None = None) -> Any:
    request = urllib.request.Request(
        address + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())


@pytest.mark.slow
def test_a_record_becomes_a_task_through_every_process(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(prefix="hub-up-test-") as name:
        folder, port = Path(name), free_port()
        with up(folder, port) as address:
            passfile = folder / "up" / "passwords" / "api" / "pgpass"
            database = (folder / "up" / "postgres.port").read_text()
            server = Server(f"postgresql://127.0.0.1:{database}/hub", passfile)
            monkeypatch.setenv("HUB_DATABASE", server.url)
            monkeypatch.setenv("HUB_DATABASE_PASSFILE", str(passfile))
            tokens = {}
            with program(folder / "up" / "data", Settings()) as hub:
                hub.directory.add_organisations([Organisation(SCHOOL, "示例小学", "310117001")])
                for organisation in (SCHOOL, EDUCATION):
                    user = hub.directory.add_user(organisation, organisation, "", Post.HANDLER)
                    now = datetime.now(UTC)
                    tokens[organisation] = hub.directory.issue_token(user, now, timedelta(hours=1))
            # The other processes look into the directory again after some seconds.
            time.sleep(6)
            education, school = tokens[EDUCATION], tokens[SCHOOL]
            asked(
                address,
                "/intake/education/roll",
                education,
                {**enrolled(pupil(1)), "school": "示例小学"},
            )
            asked(address, "/intake/education/absence", school, absent(pupil(1), days=7))
            deadline = time.monotonic() + 30
            while (
                not asked(address, "/referrals/sent", school)["items"]
                and not asked(address, "/children", education)["items"]
            ):
                assert time.monotonic() < deadline, "nobody carried it on"
                time.sleep(0.2)
    assert not os.path.exists(name)
