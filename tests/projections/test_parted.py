"""A view that reads the log in partitions ends as one that reads it whole, however the partitions
run ahead of each other, whoever else was at it, and whatever could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.organisations import Seat
from hub.eventstore.codec import Fact
from hub.eventstore.partitions import BEGINNING, Place, partition_of
from hub.storage.sqlite import sqlite_engine
from projections.engine import SeatView
from projections.parted import PartedProjector
from projections.progress import Progress
from projections.visible import SUBJECT_STREAMS
from tests.projections.logs import IN_MEMORY, POLICY, MemoryLog, contents
from tests.projections.made_up import STANDING, everything, made_up_log

pytestmark = pytest.mark.slow

PARTS = 4
SEATS = [*STANDING, Seat.COURT, Seat.HOSPITAL]


@dataclass(frozen=True)
class Batch:
    """What a poll gives of a partition."""

    partition: int
    facts: list[tuple[int, Fact]]
    place: Place


class Unreadable(Exception):
    """A record in the way."""

    def __init__(self, partition: int, offset: int) -> None:
        super().__init__()
        self.partition = partition
        self.offset = offset


@dataclass
class Topic:
    """A shared log in memory: partitions of records, of which some cannot be read (None)."""

    records: list[list[Fact | None]] = field(default_factory=lambda: [[] for _ in range(PARTS)])

    def relay(self, facts: Sequence[Fact], spoil: frozenset[int] = frozenset()) -> None:
        """Append facts, each to its partition; those at these positions are spoilt."""
        for fact in facts:
            record = None if fact.position in spoil else fact
            self.records[partition_of(fact.ordering_key, PARTS)].append(record)


class Reader:
    """A reader of some partitions, which gives a few records of chance's choosing at a time."""

    def __init__(self, topic: Topic, places: Mapping[int, Place], random: Random) -> None:
        self._topic = topic
        self._places = dict(places)
        self._random = random

    def poll(self, seconds: float) -> list[Batch]:
        some = self._random.sample(sorted(self._places), self._random.randint(1, PARTS))
        found: list[Batch] = []
        moved: dict[int, Place] = {}
        for number in some:
            at = self._places[number]
            facts: list[tuple[int, Fact]] = []
            records = self._topic.records[number][at.offset :][: self._random.randint(1, 5)]
            for record in records:
                if record is None:
                    if facts:
                        break
                    raise Unreadable(number, at.offset)
                if record.position > at.position:
                    facts.append((at.offset, record))
                at = Place(at.offset + 1, max(at.position, record.position))
            if at != self._places[number]:
                found.append(Batch(number, facts, at))
                moved[number] = at
        self._places.update(moved)
        return found

    def seek(self, places: Mapping[int, Place]) -> None:
        self._places.update(places)

    @property
    def places(self) -> Mapping[int, Place]:
        return dict(self._places)

    def ends(self) -> Mapping[int, int]:
        return {number: len(self._topic.records[number]) for number in self._places}


def worker(view: SeatView, log: MemoryLog) -> PartedProjector:
    return PartedProjector(lambda: [view], log, PARTS, lambda: log.position)


def with_keys_of_their_own(log: MemoryLog) -> MemoryLog:
    """The same log, its reports' facts under the reports' own keys: in other partitions than what
    is said of the children."""
    found = MemoryLog(())
    for fact in log.facts:
        header = list(fact.header)
        if fact.topic.split(".")[0] in SUBJECT_STREAMS:
            header[12] = str(fact.stream)
        found.facts.append(replace(fact, header=header))
    return found


def follow(
    view: SeatView, log: MemoryLog, topic: Topic, random: Random, steps: int | None = None
) -> None:
    """Read until the view has everything, or for some steps."""
    projector = worker(view, log)
    reader = Reader(topic, projector.places(range(PARTS)), random)
    while steps is None or steps > 0:
        try:
            projector.step(reader, 0)
        except Unreadable as record:
            projector.unreadable(reader, record)
        if view.position >= log.position:
            return
        steps = None if steps is None else steps - 1


def opened(seat: Seat, path: Path = IN_MEMORY) -> SeatView:
    return SeatView(seat, sqlite_engine(path), POLICY)


def rows(view: SeatView) -> dict[str, list[str]]:
    found = contents(view)
    del found["progress"]
    return found


def whole(log: MemoryLog, seat: Seat) -> dict[str, list[str]]:
    found = everything(log, seat, 500)
    return {name: each for name, each in found.items() if name != "progress"}


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    length=st.integers(1, 80),
    seat=st.sampled_from(SEATS),
    turn=st.integers(0, 10_000),
)
def test_in_partitions_as_in_one(seed: int, length: int, seat: Seat, turn: int) -> None:
    log, random = with_keys_of_their_own(made_up_log(seed, length)), Random(turn)
    topic = Topic()
    spoilt = frozenset(random.sample(range(1, length + 1), random.randint(0, length // 3)))
    topic.relay(log.facts, spoilt)
    view = opened(seat)
    follow(view, log, topic, random)
    assert rows(view) == whole(log, seat)
    assert view.position == log.position
    view.close()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), seat=st.sampled_from(SEATS), turn=st.integers(0, 10_000))
def test_from_one_way_of_reading_to_the_other_and_back(seed: int, seat: Seat, turn: int) -> None:
    """Cut off anywhere; and what the relay sends twice is taken once."""
    log, random = made_up_log(seed, 80), Random(turn)
    topic = Topic()
    topic.relay(log.facts)
    topic.relay(log.facts[random.randrange(80) :])
    view = opened(seat)
    while view.position < log.position:
        if random.random() < 0.5:
            view.catch_up(log.paged(3), upto=view.position + random.randrange(20))
        else:
            follow(view, log, topic, random, steps=random.randrange(6))
    assert rows(view) == whole(log, seat)
    view.close()


def test_two_workers_that_both_think_a_partition_is_theirs_take_nothing_twice(
    tmp_path: Path,
) -> None:
    for seed in range(20):
        log, random = made_up_log(seed, 80), Random(seed)
        topic = Topic()
        topic.relay(log.facts)
        views = [opened(Seat.TOWN, tmp_path / f"{seed}") for _ in range(2)]
        workers = [worker(view, log) for view in views]
        readers = [
            Reader(topic, worker.places(range(PARTS)), Random(seed + n))
            for n, worker in enumerate(workers)
        ]
        while views[0].position < log.position:
            which = random.randrange(2)
            workers[which].step(readers[which], 0)
        assert rows(views[0]) == whole(log, Seat.TOWN)
        for view in views:
            view.close()


def test_a_failure_leaves_the_reader_where_the_view_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log, random = made_up_log(1, 80), Random(1)
    topic = Topic()
    topic.relay(log.facts)
    view = opened(Seat.TOWN)
    projector = worker(view, log)
    reader = Reader(topic, projector.places(range(PARTS)), random)
    projector.step(reader, 0)
    before = reader.places

    def full(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(SeatView, "_put", full)
        with pytest.raises(OSError, match="disk full"):
            _steps(projector, reader)
    assert (
        reader.places == before == {n: view.progress.places.get(n, BEGINNING) for n in range(PARTS)}
    )
    follow(view, log, topic, random)
    assert rows(view) == whole(log, Seat.TOWN)
    view.close()


def _steps(projector: PartedProjector, reader: Reader) -> None:
    while True:
        projector.step(reader, 0)


def test_a_log_with_another_number_of_partitions_is_refused() -> None:
    with pytest.raises(ValueError, match="another number"):
        Progress(5, 4, {0: Place(1, 5)}).at(8, {0: Place(2, 6)})


def test_nothing_is_missing_up_to_the_slowest_partition() -> None:
    progress = Progress().at(2, {0: Place(3, 10)})
    assert progress.whole == 0, "of the other partition nothing is known"
    progress = progress.at(2, {1: Place(1, 7)})
    assert progress.whole == 7
    assert progress.at(2, {1: Place(0, 3)}) == progress, "a place never moves back"
    assert progress.upto(20).newest == 20
