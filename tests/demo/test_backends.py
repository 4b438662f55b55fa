"""The demo on each way to run the hub: the same seed gives the same summary, figure by figure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from hub.bootstrap import Program, program
from hub.demo import DemoOptions, run, run_demo
from hub.settings import Settings
from tests.system.backends import BACKENDS, use
from tests.system.kafka import relayed

CHILDREN, DAYS, SEED = 12, 30, 3


@cache
def _embedded() -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        settings = Settings(database=None, kafka=None)
        options = DemoOptions(Path(folder) / "data", CHILDREN, DAYS, SEED)
        return run_demo(options, settings).as_json()


# Both are held against one demo on files, made once.
@pytest.mark.xdist_group("demo on each backend")
@pytest.mark.slow
@pytest.mark.parametrize("backend", [each for each in BACKENDS if each != "folder"])
def test_the_demo_says_the_same_wherever_its_tables_lie(
    backend: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = _embedded()
    use(backend, request, monkeypatch)
    if backend == "kafka":

        @contextmanager
        def through_kafka(*arguments: Any, **options: Any) -> Iterator[Program]:
            with program(*arguments, **options) as made, relayed(made) as running:
                yield running

        monkeypatch.setattr(run, "program", through_kafka)
    summary = run_demo(DemoOptions(tmp_path / "data", CHILDREN, DAYS, SEED), Settings())
    assert summary.as_json() == expected
    assert expected["events"] > 400, "hardly anything happened"
