"""Single records that arrive at the same moment share one unit of work, and nothing else: each
keeps its own sender, receipt, faults and fate. On SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event
from time import monotonic, sleep
from typing import Any

import pytest

from adapters.intake.intake import Brought, RowAnswer
from domain.identity import IdentityClaim
from domain.kernel import Recorded
from hub.application import Unit
from hub.bootstrap import Program
from hub.eventstore.store import Conflict, ReceiptToWrite
from tests.application.conftest import Another
from tests.program import (
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_VILLAGE_CODE,
    SCHOOL,
    TOWN,
    absent,
    actor,
    an_id_number,
    enrolled,
    files,
    pupil,
    resident,
    send,
    take,
    topics,
    unnumbered,
)
from tests.system.backends import BACKENDS, use

PATIENCE = 20.0
"""Seconds within which what does not wait is over, on a busy machine."""


@pytest.fixture(autouse=True, params=BACKENDS[:2])
def _backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    use(request.param, request, monkeypatch)


def brought(sender: str, kind: str, values: Mapping[str, Any]) -> Brought:
    """A single record as the door for several takes it."""
    return actor(sender), kind, values


def together(hub: Program, records: Sequence[Brought]) -> list[RowAnswer]:
    """Bring records at one moment; none of them may be sent back to try alone."""
    found = [each for each in hub.intake.several(records) if each is not None]
    assert len(found) == len(records)
    return found


def numbers(outcomes: Sequence[RowAnswer]) -> list[str]:
    """The receipts of records that were all taken."""
    return [each.answer.number for each in outcomes if each.answer is not None]


@contextmanager
def stuck(hub: Program, monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """The next unit of work that names children waits until the event is set."""
    reached, go_on = Event(), Event()
    working = hub.hub.matching.session

    @contextmanager
    def session(*args: Any, **options: Any) -> Iterator[Any]:
        reached.set()
        assert go_on.wait(PATIENCE)
        with working(*args, **options) as found:
            yield found

    with monkeypatch.context() as patched:
        patched.setattr(hub.hub.matching, "session", session)
        try:
            yield go_on
        finally:
            assert reached.is_set(), "nobody was stuck"
            go_on.set()


def grouped(
    hub: Program, monkeypatch: pytest.MonkeyPatch, records: Sequence[Brought]
) -> list[Future[RowAnswer]]:
    """Send a first record, and the others while it is under way: they form one group."""
    with ThreadPoolExecutor(len(records)) as pool, stuck(hub, monkeypatch):
        outcomes = [pool.submit(hub.intake.record, *records[0])]
        sleep(0.2)
        outcomes += [pool.submit(hub.intake.record, *each) for each in records[1:]]
        sleep(0.5)
    return outcomes


def appends(hub: Program, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of receipts of each append from now on."""
    working = hub.store.append
    found: list[int] = []

    def append(events: Sequence[Recorded], receipts: Sequence[ReceiptToWrite] = ()) -> list[int]:
        found.append(len(receipts))
        return working(events, receipts)

    monkeypatch.setattr(hub.store, "append", append)
    return found


def test_records_that_come_while_another_is_under_way_are_one_append(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = appends(hub, monkeypatch)
    records = [brought(SCHOOL, "education.absence", absent(pupil(n))) for n in range(5)]
    outcomes = [each.result() for each in grouped(hub, monkeypatch, records)]
    assert made == [1, 4]
    assert len(set(numbers(outcomes))) == 5
    assert len(files(hub)) == 5


def test_one_who_comes_alone_waits_for_nobody(hub: Program) -> None:
    started = monotonic()
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    assert monotonic() - started < PATIENCE
    assert len(files(hub)) == 1


def test_each_keeps_its_own_sender_and_receipt(hub: Program) -> None:
    outcomes = together(
        hub,
        [
            brought(EDUCATION, "education.roll", enrolled(pupil(1))),
            brought(SCHOOL, "education.absence", absent(pupil(1))),
            brought(TOWN, "town.residence", resident(pupil(2))),
        ],
    )
    found = [hub.store.receipt(number) for number in numbers(outcomes)]
    assert [(each.organisation, each.kind) for each in found if each is not None] == [
        (EDUCATION, "education.roll"),
        (SCHOOL, "education.absence"),
        (TOWN, "town.residence"),
    ]
    facts = {str(fact.event_id): fact for fact in hub.store.feed(0, 100)}
    for each in found:
        assert each is not None
        assert facts[str(each.event_id)].producer == each.organisation
        assert facts[str(each.event_id)].position == each.position
    assert len(files(hub)) == 2


@pytest.mark.parametrize("child", [pupil(1), unnumbered(1)], ids=["numbered", "without a number"])
def test_clients_that_state_the_same_new_child_at_once_open_one_file(
    hub: Program, another: Another, child: dict[str, Any]
) -> None:
    programs, start = [hub, another()], Barrier(8)
    lines = [
        (EDUCATION, "education.roll", enrolled(child)),
        (SCHOOL, "education.absence", absent(child)),
        (OTHER_SCHOOL, "education.absence", absent(child)),
        (TOWN, "town.residence", resident(child)),
    ]

    def work(client: int) -> RowAnswer:
        start.wait(PATIENCE)
        return take(programs[client % 2], *lines[client // 2])

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(work, range(8)))
    assert len(files(hub)) == 1
    # Two programs got each line once: the second of them found the first one's receipt.
    assert len(numbers(outcomes)) == 8
    assert len(set(numbers(outcomes))) == 4


def test_the_same_record_at_once_has_one_receipt(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = appends(hub, monkeypatch)
    line = brought(SCHOOL, "education.absence", absent(pupil(1)))
    other = brought(SCHOOL, "education.absence", absent(pupil(2)))
    outcomes = [each.result() for each in grouped(hub, monkeypatch, [other, line, line, line])]
    assert made == [1, 1]
    assert len(set(numbers(outcomes)[1:])) == 1
    assert sorted(each.answer.repeated for each in outcomes[1:] if each.answer is not None) == [
        False,
        True,
        True,
    ]
    assert topics(hub).count("dropout.absence_reported.v1") == 2


def test_other_content_in_the_same_group_is_a_correction(hub: Program) -> None:
    first, second = together(
        hub,
        [brought(SCHOOL, "education.absence", absent(pupil(1), days=days)) for days in (1, 2)],
    )
    assert first.answer is not None
    assert second.answer is not None
    assert (first.answer.corrected, second.answer.corrected) == (False, True)
    earlier = hub.store.receipt(first.answer.number)
    reports = [f for f in hub.store.feed(0, 100) if f.topic == "dropout.absence_reported.v1"]
    assert earlier is not None
    assert [fact.header[10] for fact in reports] == [None, str(earlier.event_id)]


def test_a_refused_record_leaves_nothing_and_touches_no_other(hub: Program) -> None:
    """Refused by the rules after the child was found, by the directory, and by its own form."""
    outcomes = together(
        hub,
        [
            brought(TOWN, "town.residence", resident(pupil(1))),
            brought(TOWN, "town.residence", resident(pupil(2), OTHER_VILLAGE_CODE)),
            brought(SCHOOL, "education.absence", absent(pupil(3, village="没有的村"))),
            brought(SCHOOL, "education.absence", {**absent(pupil(4)), "school_days": "很多"}),
            brought(SCHOOL, "education.absence", absent(pupil(5))),
        ],
    )
    assert [bool(each.faults) for each in outcomes] == [False, True, True, True, False]
    assert len(files(hub)) == 2
    for number in (2, 3, 4):
        assert hub.hub.matching.find(IdentityClaim("", id_number=an_id_number(number))) is None
    assert len(hub.quarantine.list(TOWN)) == 1
    assert len(hub.quarantine.list(SCHOOL)) == 2
    assert [each.quarantine_id is not None for each in outcomes] == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_a_refused_record_names_no_child_for_those_beside_it(hub: Program) -> None:
    refused = resident(unnumbered(1, guardian_name="示例家长甲"), OTHER_VILLAGE_CODE)
    accepted = resident(unnumbered(1, guardian_name="示例家长乙"))
    together(hub, [brought(TOWN, "town.residence", each) for each in (refused, accepted)])
    assert [each["possible_duplicates"] for each in files(hub)] == [[]]


def test_a_conflict_is_decided_anew_for_the_whole_group(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    working = hub.store.append
    attempts: list[int] = []

    def append(events: Sequence[Recorded], receipts: Sequence[ReceiptToWrite] = ()) -> list[int]:
        attempts.append(len(receipts))
        if len(attempts) == 1:
            raise Conflict
        return working(events, receipts)

    monkeypatch.setattr(hub.store, "append", append)
    records = [brought(SCHOOL, "education.absence", absent(pupil(n))) for n in (1, 2)]
    together(hub, records)
    assert attempts == [2, 2]
    assert len(files(hub)) == 2


class Unforeseen(Exception):
    """What nobody thought of."""


def fails_for(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Naming this child fails, half-way through its record."""
    working = Unit.child

    def child(unit: Unit, who: Any, claim: IdentityClaim, **options: Any) -> Any:
        found = working(unit, who, claim, **options)
        if claim.name == name:
            raise Unforeseen
        return found

    monkeypatch.setattr(Unit, "child", child)


def test_an_unforeseen_failure_of_one_does_not_fail_the_others(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails_for(monkeypatch, "示例坏")
    children = [pupil(1), pupil(2), pupil(3, name="示例坏"), pupil(4)]
    records = [brought(SCHOOL, "education.absence", absent(each)) for each in children]
    outcomes = grouped(hub, monkeypatch, records)
    with pytest.raises(Unforeseen):
        outcomes[2].result()
    taken = [each.result() for each in (outcomes[0], outcomes[1], outcomes[3])]
    assert len(set(numbers(taken))) == 3
    assert len(files(hub)) == 3
    assert hub.hub.matching.find(IdentityClaim("", id_number=an_id_number(3))) is None


def test_after_an_unforeseen_failure_each_is_to_try_alone(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails_for(monkeypatch, "示例坏")
    children = [pupil(1), pupil(3, name="示例坏")]
    records = [brought(SCHOOL, "education.absence", absent(each)) for each in children]
    assert hub.intake.several(records) == [None, None]
    assert hub.store.position == 0
    with pytest.raises(Unforeseen):
        hub.intake.several(records[1:])


def test_a_mandatory_report_goes_through_while_a_group_is_stuck(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not hub.intake.shares(SCHOOL, "report.mandatory")
    report = {"situations": "其他", "child": "示例儿童", "seen": "示例情况", "call_back": "无"}
    with ThreadPoolExecutor(4) as pool, stuck(hub, monkeypatch):
        waiting = [
            pool.submit(take, hub, SCHOOL, "education.absence", absent(pupil(number)))
            for number in range(3)
        ]
        sleep(0.3)
        filed = pool.submit(send, hub, SCHOOL, "report.mandatory", report).result(PATIENCE)
        assert not any(each.done() for each in waiting)
        assert hub.store.receipt(filed.number) is not None
    assert len(numbers([each.result() for each in waiting])) == 3


def test_all_of_a_group_are_told_one_position_that_tells_of_none(hub: Program) -> None:
    """Whether the child was known, and how much followed, is in no sender's receipt."""
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    outcomes = together(
        hub,
        [
            brought(SCHOOL, "education.absence", absent(pupil(1))),
            brought(SCHOOL, "education.absence", absent(pupil(2), days=1)),
            brought(EDUCATION, "education.roll", enrolled(pupil(1))),
        ],
    )
    told = [each.answer.position for each in outcomes if each.answer is not None]
    assert told == [hub.store.position] * 3


def test_a_new_child_is_looked_for_in_no_stream(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can have written to a stream whose name is made of a pseudonym of this moment."""
    loaded: list[str] = []
    working = hub.store.load

    def load(stream: Any, stream_id: Any) -> Any:
        loaded.append(stream.name)
        return working(stream, stream_id)

    monkeypatch.setattr(hub.store, "load", load)
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    assert loaded == []
    send(hub, SCHOOL, "education.absence", absent(pupil(1), days=9))
    assert {"child_file", "dropout"} <= set(loaded)
