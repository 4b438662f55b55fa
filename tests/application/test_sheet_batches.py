"""Sheets commit in batches of at most 200 rows, a bad row failing alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from adapters.education.absence import KIND
from adapters.intake.intake import SheetAnswer
from adapters.intake.templates import write_rows
from hub.application import Hub, Unit
from hub.bootstrap import Program
from tests.program import SCHOOL, absent, actor, pupil, running

pytestmark = pytest.mark.slow

T = TypeVar("T")

ROWS = 450
BAD = (0, 199, 200, 333)
"""Places of bad rows: at both sides of a seam between batches, too."""

LAYOUT = KIND.layout


class Killed(BaseException):
    """The process is no more."""


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("sheet") / "ledger.xlsx"
    rows = []
    for number in range(ROWS):
        line = absent(pupil(number), days=1)
        if number in BAD:
            line["id_number"] = line["id_number"][:-1]
        rows.append({name: str(value) for name, value in line.items()})
    write_rows(LAYOUT, rows, path)
    return path.read_bytes()


def send(hub: Program, sheet: bytes, told: Callable[[int, int], None] | None = None) -> SheetAnswer:
    return hub.intake.sheet(actor(SCHOOL), sheet, "ledger.xlsx", progress=told)


def absences(hub: Program) -> Counter[Any]:
    """How often each child's absence stands in the log."""
    return Counter(
        fact.child_ref
        for fact in hub.store.feed(0, 1_000_000)
        if fact.topic == "dropout.absence_reported.v1"
    )


def test_at_most_200_rows_share_an_append_and_a_bad_one_fails_alone(
    sheet: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    appends: list[int] = []
    records = Hub.records

    def counted(
        self: Hub, work: Callable[[Unit], list[Any]], **options: bool
    ) -> tuple[list[Any], int]:
        answers, last = records(self, work, **options)
        appends.append(len(answers))
        return answers, last

    monkeypatch.setattr(Hub, "records", counted)
    told: list[tuple[int, int]] = []
    with running(tmp_path / "data") as hub:
        answer = send(hub, sheet, lambda *at: told.append(at))
        assert appends == [200, 200, 50]
        assert told == [(200, ROWS), (400, ROWS), (450, ROWS)]
        assert (answer.accepted, answer.refused) == (ROWS - len(BAD), len(BAD))
        # A heading stands above the rows, and people count from one.
        assert [row.number for row in answer.rows if row.faults] == [at + 2 for at in BAD]
        found = absences(hub)
        assert len(found) == ROWS - len(BAD)
        assert set(found.values()) == {1}
        assert [row.row_number for row in hub.quarantine.list(SCHOOL)] == [at + 2 for at in BAD]


@pytest.mark.parametrize("batches", [0, 1, 2])
def test_cut_off_between_batches_what_was_committed_stays_and_goes_in_once(
    sheet: bytes, tmp_path: Path, batches: int
) -> None:
    def kill(done: int, of: int) -> None:
        if done == 200 * batches:
            raise Killed

    with running(tmp_path / "data") as hub:
        if batches:
            with pytest.raises(Killed):
                send(hub, sheet, kill)
        assert len(absences(hub)) == sum(1 for at in range(200 * batches) if at not in BAD)
    with running(tmp_path / "data") as hub:
        again = send(hub, sheet)
        assert again.repeated == sum(1 for at in range(200 * batches) if at not in BAD)
        assert set(absences(hub).values()) == {1}
        assert len(absences(hub)) == ROWS - len(BAD)
        # Refused rows of a batch that was sent twice lie in quarantine once.
        assert len(hub.quarantine.list(SCHOOL)) == len(BAD)
