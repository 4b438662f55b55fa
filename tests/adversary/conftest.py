"""One finished job for all attacks of a run, and a copy of it for each that changes something."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from hub.api.app import create_app
from hub.bootstrap import Program
from hub.clock import SetClock
from tests.adversary.asking import Answers
from tests.adversary.http import HttpAsking
from tests.adversary.job import START, Job, do
from tests.program import UNLIMITED, running

AFTERWARDS = START + timedelta(days=8)


@pytest.fixture(scope="session")
def done(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """The job, done and closed. Nobody may write to its folder."""
    return do(tmp_path_factory.mktemp("job") / "data")


@pytest.fixture(scope="session")
def looked_at(done: Job, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A program on a copy of the job, shared by the attacks that only look."""
    root = tmp_path_factory.mktemp("looked") / "data"
    shutil.copytree(done.root, root)
    root.chmod(0o700)
    with running(root, SetClock(AFTERWARDS)) as hub:
        hub.searches.rules = UNLIMITED
        yield hub


@pytest.fixture(scope="session")
def answers(looked_at: Program, done: Job) -> Answers:
    """What every organisation is told when it asks everything there is to ask."""
    return Answers(looked_at, done)


@pytest.fixture(scope="session")
def over_http(looked_at: Program, done: Job) -> Iterator[HttpAsking]:
    """Desks at every organisation, for the attacks that only look."""
    # How often one may search is an attack of its own.
    often = looked_at.searches
    often.rules = often.rules.model_copy(update={"a_minute": 100_000, "a_day": 100_000})
    with TestClient(create_app(looked_at)) as client:
        yield HttpAsking.at(looked_at, client, done)


@pytest.fixture
def job(done: Job, tmp_path: Path) -> Job:
    """A copy of the job for one attack alone."""
    root = tmp_path / "data"
    shutil.copytree(done.root, root)
    root.chmod(0o700)
    return replace(done, root=root)


@pytest.fixture
def hub(job: Job) -> Iterator[Program]:
    """A program on the attack's own copy."""
    with running(job.root, SetClock(AFTERWARDS)) as made:
        made.searches.rules = UNLIMITED
        yield made
