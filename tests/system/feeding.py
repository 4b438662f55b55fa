"""Processes of agencies' feeds for tests that kill them: ``python -m tests.system.feeding``."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from hub.agencies import feeding, following, receiving, sending
from hub.settings import Settings
from hub.storage.lead import NotLeader
from tests.servers.kafka import ROOT

PAUSE = 0.02


class FeedProcess:
    """One kind of work (``feed``, ``send``, ``take``, ``follow``) in a process of its own, with the
    settings of this one's environment."""

    def __init__(self, work: str, root: Path, organisation: str = "") -> None:
        self._arguments = [work, str(root), organisation]
        root.parent.mkdir(parents=True, exist_ok=True)
        self._log = (root.parent / f"{work}.log").open("ab")
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.system.feeding", *self._arguments],
            cwd=ROOT,
            stderr=self._log,
            env={**os.environ},
        )

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()
        self._process.wait(30)

    def again(self) -> None:
        """SIGKILL, and another one in its place."""
        self.kill()
        self._start()

    def close(self) -> None:
        """End it."""
        self.kill()
        self._log.close()


def main(work: str, root: str, organisation: str) -> None:
    """Work until killed; waits for the lead of one that was."""
    while True:
        try:
            _work(work, root, organisation)
        except NotLeader:
            time.sleep(PAUSE)


def _work(work: str, root: str, organisation: str) -> None:
    settings, folder = Settings(), Path(root)
    if work == "feed":
        with feeding(folder, settings) as (feeder, leads, _), leads.take(("feeds",)):
            while True:
                feeder.step()
                time.sleep(PAUSE)
    if work == "send":
        with sending(folder, settings) as (relay, leads), leads.take(("feedrelay",)):
            while True:
                relay.step()
                time.sleep(PAUSE)
    if work == "take":
        with receiving(folder, settings) as (arriving, hub), hub.leads.take(("inbound",)):
            while True:
                arriving.step(0.2)
    with following(folder, settings, organisation) as (follower, reader):
        while True:
            follower.step(reader, 0.2)


if __name__ == "__main__":
    main(*sys.argv[1:])
