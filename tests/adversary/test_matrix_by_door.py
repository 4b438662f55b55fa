"""Every cell of the matrix at every kind of door: nothing beyond its words, whoever asks.

Source: privacy design, "a generated test for every cell of the matrix × every door".
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
import typer
from fastapi.testclient import TestClient

from domain.organisations import Seat
from hub.api.app import create_app
from hub.bootstrap import Program, program
from hub.cli.main import app
from hub.clock import SetClock
from hub.messaging.topics import KafkaSettings
from hub.migrate import AREAS as MIGRATED
from hub.policies import FOLDER
from hub.queries import Queries
from hub.settings import Settings
from tests.adversary.asking import EVERYBODY, Answers, doors_of, each_of
from tests.adversary.conftest import AFTERWARDS
from tests.adversary.doors import (
    AREAS,
    CLI,
    FOLDER_STORES,
    HTTP,
    QUERIES,
    SHOWING,
    TOPICS,
    Kind,
)
from tests.adversary.http import HttpAsking
from tests.adversary.job import Job
from tests.adversary.oracle import CELLS, Cell, allowed_text, by_which, elsewhere
from tests.adversary.telling import RECORDED, SEARCHES, Telling
from tests.program import SCHOOL, UNLIMITED
from tests.together import all_of

pytestmark = pytest.mark.adversary


@pytest.fixture(scope="session")
def telling(
    looked_at: Program,
    done: Job,
    answers: Answers,
    over_http: HttpAsking,
    tmp_path_factory: pytest.TempPathFactory,
) -> Telling:
    return Telling(looked_at, done, answers, over_http, tmp_path_factory.mktemp("feeds"))


# -- the registry is whole -------------------------------------------------------------------------


def test_every_question_is_registered() -> None:
    assert {name for name in dir(Queries) if not name.startswith("_")} == set(QUERIES)


def test_every_operation_of_the_api_is_registered(over_http: HttpAsking) -> None:
    there = {f"{method} {path}": each for (method, path), each in over_http.operations.items()}
    assert set(there) == set(HTTP)
    searches = {name.removeprefix("POST ") for name, kind in HTTP.items() if kind is Kind.SEARCH}
    assert searches == set(SEARCHES) | RECORDED


def _commands(command: object, name: str = "") -> Iterator[str]:
    within = getattr(command, "commands", None)
    if within is None:
        yield name
        return
    for each, one in within.items():
        yield from _commands(one, f"{name} {each}".strip())


def test_every_command_is_registered() -> None:
    assert set(_commands(typer.main.get_command(app))) == set(CLI)


def test_every_store_is_registered(looked_at: Program) -> None:
    assert {area.name for area in MIGRATED} == AREAS
    unknown = [
        path
        for path in looked_at.folder.root.rglob("*")
        if path.is_file() and not any(fnmatch(path.name, form) for form in FOLDER_STORES)
    ]
    assert unknown == []


def test_every_kind_of_topic_is_registered() -> None:
    settings = KafkaSettings("")
    named = {
        name
        for name in dir(settings)
        if name in ("events", "feed", "inbound") or "Topic" in str(_annotation(name))
    }
    assert named == TOPICS


def _annotation(name: str) -> object:
    made = getattr(KafkaSettings, name, None)
    made = made.fget if isinstance(made, property) else made
    return getattr(made, "__annotations__", {}).get("return", "")


# -- every cell × every kind of door ---------------------------------------------------------------


_BY_SEAT = [pytest.param(cell, id=str(cell), marks=doors_of(cell.seat)) for cell in CELLS]


@all_of("kind", SHOWING)
@pytest.mark.parametrize("cell", _BY_SEAT)
def test_a_door_shows_nothing_beyond_a_cells_words(
    telling: Telling, done: Job, cell: Cell, kind: Kind
) -> None:
    secrets = [each for each in done.secrets if each.category == cell.category]
    for organisation in EVERYBODY:
        if organisation.split(":")[0] != cell.seat:
            continue
        told = telling.told(organisation, kind)
        beyond = [
            secret
            for secret in secrets
            if secret.text in told
            and not by_which(organisation, secret)
            and not elsewhere(organisation, done, secret)
        ]
        assert beyond == [], organisation


@pytest.mark.parametrize("kind", [Kind.RECORD, Kind.LIST, Kind.SEARCH, Kind.FEED], ids=str)
def test_what_such_a_door_can_show_it_shows_somebody(
    telling: Telling, done: Job, kind: Kind
) -> None:
    """Were nothing asked, nothing would be shown, and the test above could not fail."""
    texts = {secret.text for secret in done.secrets}
    for organisation in EVERYBODY:
        told = telling.told(organisation, kind)
        if any(text in told and allowed_text(organisation, done, text) for text in texts):
            return
    pytest.fail("no organisation was shown anything")


@pytest.mark.parametrize("kind", [Kind.COUNT, Kind.ERROR], ids=str)
@pytest.mark.parametrize("organisation", each_of(EVERYBODY))
def test_no_count_and_no_error_repeats_what_was_stated(
    telling: Telling, done: Job, organisation: str, kind: Kind
) -> None:
    texts = {secret.text for secret in done.secrets if not secret.flag}
    told = telling.told(organisation, kind)
    assert told or kind is Kind.COUNT
    assert {text for text in texts if text in told} == set()


def test_one_looser_word_would_be_found_at_these_doors(
    job: Job, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The same doors under a matrix in which schools read orders: the test above fails."""
    loosened = tmp_path / "policies"
    shutil.copytree(FOLDER, loosened)
    matrix = loosened / "sharing-matrix.csv"
    lines = matrix.read_text(encoding="utf-8-sig").splitlines()
    column = lines[0].split(",").index("orders")
    for number, line in enumerate(lines):
        words = line.split(",")
        if words[0] == "school":
            words[column] = "read"
            lines[number] = ",".join(words)
    matrix.write_text("\n".join(lines), encoding="utf-8")
    with program(job.root, Settings(), SetClock(AFTERWARDS), loosened) as made:
        made.searches.rules = UNLIMITED
        made.projector.rebuild([Seat.SCHOOL], lambda seat: None)
        with TestClient(create_app(made)) as client:
            http = HttpAsking.at(made, client, job)
            loose = Telling(made, job, Answers(made, job), http, tmp_path_factory.mktemp("feeds"))
            secrets = [each for each in job.secrets if each.category == "orders"]
            told = loose.told(SCHOOL, Kind.LIST)
            assert any(s.text in told and not by_which(SCHOOL, s) for s in secrets)
