"""The servers that tests share, and what makes every test's process quick."""

from __future__ import annotations

import gc

import pytest

from tests.plan import unproved
from tests.servers.fixtures import (
    database,
    kafka,
    kafka_bootstrap,
    keycloak,
    made_token,
    own_broker,
    postgres,
    softhsm_folder,
    token_root,
)

_SERVERS = frozenset(
    {
        "postgres",
        "database",
        "kafka",
        "kafka_bootstrap",
        "keycloak",
        "own_broker",
        "softhsm_folder",
        "chromium",
    }
)


_PASSED: set[str] = set()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--plan",
        action="store_true",
        help="fail where a specification named in hub/docs/plan.md did not run",
    )


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """What passed, wherever it ran: the first process hears of it from every worker."""
    if report.when == "call" and report.passed:
        _PASSED.add(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Of a whole run every specification of the plan is part."""
    config = session.config
    if not config.getoption("--plan") or hasattr(config, "workerinput"):
        return
    missing = unproved(_PASSED)
    if missing:
        tell = config.get_terminal_writer()
        tell.line()
        for each in missing:
            tell.line(f"hub/docs/plan.md names what did not run or pass: {each}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_collection() -> None:
    """What is collected stays until the end: looking through it for rubbish finds none."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on rubbish is looked for again, less often than a small program needs it."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 10)
    gc.enable()


def _shares(item: pytest.Item) -> bool:
    """Whether a test needs what is made once for its whole file."""
    wanted = item._fixtureinfo.name2fixturedefs if isinstance(item, pytest.Function) else {}
    return any(each[-1].scope == "module" for each in wanted.values() if each)


def _how_late(item: pytest.Item) -> int:
    """What kills programs first, a test of which takes a minute; then what has to stay together,
    and what is slow; then the rest."""
    if item.get_closest_marker("kill") is not None:
        return 0
    together = item.get_closest_marker("xdist_group") is not None
    return 1 if together or item.get_closest_marker("slow") is not None else 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a real server, so that the quick checks can leave it out; keep in one process
    the tests of a file that share something, which would else be made in each. What takes long
    begins first: at the end one process would wait for the other."""
    for item in items:
        if _shares(item) and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.split("::")[0]))
    items.sort(key=_how_late)
    for item in items:
        # A parameter may ask for a server while the test is being set up.
        name = item.nodeid.lower()
        asked = _SERVERS & set(getattr(item, "fixturenames", ()))
        real = ("postgres", "kafka", "pkcs11", "clicked")
        if asked or any(word in name for word in real):
            item.add_marker("server")


__all__ = [
    "database",
    "kafka",
    "kafka_bootstrap",
    "keycloak",
    "made_token",
    "own_broker",
    "postgres",
    "softhsm_folder",
    "token_root",
]
