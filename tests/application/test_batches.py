"""A batch of rows is one append: a refused row leaves nothing in it, a conflict is decided anew,
a rehearsal leaves no trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from adapters.intake.intake import RowAnswer
from domain.identity import IdentityClaim
from domain.kernel import Recorded, Refused
from domain.referral import AcceptReferral
from hub.application import ATTEMPTS, Answer, Busy, Unit
from hub.bootstrap import Program
from hub.eventstore.store import Conflict, ReceiptToWrite
from tests.application.conftest import Another
from tests.program import (
    EDUCATION,
    OTHER_VILLAGE_CODE,
    POLICE,
    SCHOOL,
    SCHOOL_NAME,
    STATION,
    TOWN,
    absent,
    actor,
    admonished,
    an_id_number,
    child_of,
    enrolled,
    files,
    pupil,
    reader,
    resident,
    rows,
    send,
    topics,
    unnumbered,
)


def sheet(
    hub: Program,
    organisation: str,
    kind: str,
    lines: Sequence[Mapping[str, Any]],
    *,
    dry_run: bool = False,
) -> list[RowAnswer]:
    """Send lines as one sheet."""
    numbered = list(enumerate(lines, 1))
    return hub.intake.records(actor(organisation), kind, numbered, dry_run=dry_run).rows


def index_rows(hub: Program) -> dict[str, int]:
    """How many rows of the match index there are, by table."""
    return {
        table: len(found) for table, found in rows(hub.folder.root / "match-index.sqlite").items()
    }


def elsewhere(number: int) -> dict[str, Any]:
    """A line that the rules refuse after the child was found: the village is another town's."""
    return resident(pupil(number), OTHER_VILLAGE_CODE)


def test_a_refused_row_leaves_nothing_and_the_others_go_in(hub: Program) -> None:
    outcomes = sheet(
        hub, TOWN, "town.residence", [resident(pupil(1)), elsewhere(2), resident(pupil(3))]
    )
    assert [bool(each.faults) for each in outcomes] == [False, True, False]
    assert len(files(hub)) == 2
    assert hub.hub.matching.find(IdentityClaim("", id_number=an_id_number(2))) is None
    assert index_rows(hub)["id_tag"] == 2
    assert index_rows(hub)["name_tag"] == 2
    assert len(rows(hub.folder.root / "events.sqlite")["receipts"]) == 2
    assert [row.row_number for row in hub.quarantine.list(TOWN)] == [2]


def test_a_refused_row_names_no_child_for_the_rows_after_it(hub: Program) -> None:
    """Neither as the same child nor as a possible duplicate: that child does not exist."""
    refused = resident(unnumbered(1, guardian_name="示例家长甲"), OTHER_VILLAGE_CODE)
    accepted = resident(unnumbered(1, guardian_name="示例家长乙"))
    outcomes = sheet(hub, TOWN, "town.residence", [refused, accepted])
    assert [bool(each.faults) for each in outcomes] == [True, False]
    assert [each["possible_duplicates"] for each in files(hub)] == [[]]


def test_a_row_that_changed_nothing_has_no_event_of_another_row(hub: Program) -> None:
    """Else its correction would name another child's event as what it supersedes."""
    bare = {"guardian_phone": None, "address": None}
    for number in (1, 2):
        send(hub, SCHOOL, "education.absence", absent(pupil(number, **bare)))
    back = {**pupil(1, **bare), "returned_on": "2025-03-01"}
    send(hub, SCHOOL, "education.return", back)
    first = sheet(
        hub,
        SCHOOL,
        "education.return",
        [{**pupil(2, **bare), "returned_on": "2025-03-01"}, {**back, "returned_on": "2025-03-02"}],
    )
    numbers = [each.answer.number for each in first if each.answer is not None]
    with_event, without = (hub.store.recorder.receipt_by_number(number) for number in numbers)
    assert with_event is not None
    assert with_event.event_id is not None
    assert without is not None
    assert (without.event_id, without.position) == (None, 0)


def test_the_same_record_again_is_answered_as_the_first_time(hub: Program) -> None:
    first = send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    before = hub.store.position
    again = send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    assert (again.number, again.repeated, again.corrected) == (first.number, True, False)
    assert hub.store.position == before


def test_the_same_record_twice_in_one_sheet_goes_in_once(hub: Program) -> None:
    line = absent(pupil(1))
    one, two = sheet(hub, SCHOOL, "education.absence", [line, line])
    assert one.answer is not None
    assert two.answer is not None
    assert two.answer.number == one.answer.number
    assert (one.answer.repeated, two.answer.repeated) == (False, True)
    assert topics(hub).count("dropout.absence_reported.v1") == 1


def test_other_content_is_the_next_revision_and_names_what_it_supersedes(hub: Program) -> None:
    first = send(hub, SCHOOL, "education.absence", absent(pupil(1), days=1))
    before = hub.store.position
    second = send(hub, SCHOOL, "education.absence", absent(pupil(1), days=2))
    assert second.number != first.number
    assert (second.repeated, second.corrected) == (False, True)
    receipts = [hub.store.recorder.receipt_by_number(each.number) for each in (first, second)]
    assert [each.revision for each in receipts if each is not None] == [1, 2]
    assert receipts[0] is not None
    corrected = [
        fact.header[10]
        for fact in hub.store.feed(before, 100)
        if fact.topic == "dropout.absence_reported.v1"
    ]
    assert corrected == [str(receipts[0].event_id)]
    again = send(hub, SCHOOL, "education.absence", absent(pupil(1), days=2))
    assert (again.number, again.repeated) == (second.number, True)


def test_a_natural_key_belongs_to_its_sender(hub: Program) -> None:
    line = admonished(pupil(1))
    answers = [send(hub, sender, "police.admonition", line) for sender in (STATION, POLICE)]
    assert [each.repeated for each in answers] == [False, False]
    assert answers[0].number != answers[1].number
    assert topics(hub).count("guardianship.admonition_recorded.v1") == 2


def conflicts(
    hub: Program, monkeypatch: pytest.MonkeyPatch, times: int, meanwhile: Any = None
) -> list[int]:
    """Let the next appends fail because somebody was faster; gives the list of attempts."""
    working = hub.store.append
    attempts: list[int] = []

    def append(events: Sequence[Recorded], receipts: Sequence[ReceiptToWrite] = ()) -> list[int]:
        attempts.append(len(events))
        if len(attempts) <= times:
            if meanwhile is not None:
                meanwhile(working)
            raise Conflict
        return working(events, receipts)

    monkeypatch.setattr(hub.store, "append", append)
    return attempts


def test_a_conflict_is_decided_anew(hub: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = conflicts(hub, monkeypatch, 1)
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    assert len(attempts) == 2
    assert len(files(hub)) == 1
    assert topics(hub).count("child_file.enrolment_confirmed.v1") == 1
    assert index_rows(hub)["id_tag"] == 1


def test_a_conflict_does_not_hide_a_possible_duplicate(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the first attempt reserved is given up; the second looks again, at everything."""
    send(hub, TOWN, "town.residence", resident(unnumbered(1, guardian_name="示例家长甲")))
    known = hub.store.feed(0, 1)[0].child_ref
    conflicts(hub, monkeypatch, 1)
    line = enrolled(pupil(1, guardian_name="示例家长乙", village=None))
    send(hub, EDUCATION, "education.roll", line)
    assert files(hub)[1]["possible_duplicates"] == [known]


def test_somebody_who_is_always_faster_ends_in_busy_and_nothing(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = conflicts(hub, monkeypatch, ATTEMPTS)
    with pytest.raises(Busy):
        send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    assert len(attempts) == ATTEMPTS
    assert hub.store.position == 0
    monkeypatch.undo()
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    assert len(files(hub)) == 1


def test_two_who_hammer_one_child_lose_nothing_and_double_nothing(
    hub: Program, another: Another
) -> None:
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    days = [f"2025-02-{day:02d}" for day in range(24, 29)] + ["2025-03-01", "2025-03-02"]

    def persuade(own: Program, lines: Sequence[str]) -> list[str]:
        return [
            send(
                own,
                SCHOOL,
                "education.persuasion",
                {**pupil(1), "persuaded_on": day, "outcome": "同意复学"},
            ).number
            for day in lines
        ]

    with ThreadPoolExecutor(3) as pool:
        sent = pool.map(persuade, [hub, another(), another()], [days, days[::-1], days[3:]])
        numbers = [set(each) for each in sent]
    assert len(set().union(*numbers)) == len(days), "the same record, the same receipt"
    persuasions = [
        fact for fact in hub.store.feed(0, 1000) if fact.topic == "dropout.persuasion_recorded.v1"
    ]
    assert sorted(fact.clear["persuaded_on"] for fact in persuasions) == days
    assert len(files(hub)) == 1


def test_of_two_who_accept_one_is_told_that_it_was_done(hub: Program, another: Another) -> None:
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    hub.settle()
    task = AcceptReferral(referral_id=UUID(hub.queries.inbox(reader(STATION)).items[0].id))

    def accept(own: Program) -> str:
        try:
            own.hub.command(task, actor(STATION))
        except Refused as refused:
            return refused.code
        return "accepted"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(accept, [hub, another()])) == ["REFERRAL_STATE", "accepted"]
    assert topics(hub).count("referral.accepted.v1") == 1


def everything(hub: Program) -> dict[str, dict[str, list[tuple[Any, ...]]]]:
    """All databases of the data folder but the access log: looks are kept."""
    return {
        path.name: rows(path)
        for path in sorted(hub.folder.root.glob("*.sqlite"))
        if path != hub.folder.root / "audit.sqlite"
    }


def test_a_rehearsal_leaves_no_trace(hub: Program) -> None:
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    before = everything(hub)
    lines = [
        absent(pupil(1), days=9),
        absent(pupil(2)),
        absent(unnumbered(3)),
        {**absent(pupil(4)), "school_days": "很多"},
    ]
    outcomes = sheet(hub, SCHOOL, "education.absence", lines, dry_run=True)
    assert [bool(each.faults) for each in outcomes] == [False, False, False, True]
    assert everything(hub) == before
    assert set(before) >= {"events.sqlite", "keys.sqlite", "match-index.sqlite"}
    sheet(hub, SCHOOL, "education.absence", lines)
    assert everything(hub) != before, "the comparison would see a difference"


def test_what_work_raises_undoes_all_of_it(hub: Program) -> None:
    before = everything(hub)

    def work(unit: Unit) -> None:
        unit.child(actor(SCHOOL), IdentityClaim("示甲", id_number=an_id_number(1)))
        raise RuntimeError("示例")

    with pytest.raises(RuntimeError):
        hub.hub.unit_of_work(work)
    assert everything(hub) == before


@pytest.mark.parametrize("after", [True, False], ids=["just after", "just before"])
def test_killed_around_the_append_there_is_still_one_file_per_number(
    another: Another, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    """Whatever died in between, the next agency's record about the child finds its file, and
    the same record sent again is answered."""
    first = another()
    working = first.store.append

    def die(events: Sequence[Recorded], receipts: Sequence[ReceiptToWrite] = ()) -> list[int]:
        if after:
            working(events, receipts)
        raise KeyboardInterrupt

    monkeypatch.setattr(first.store, "append", die)
    with pytest.raises(KeyboardInterrupt):
        send(first, EDUCATION, "education.roll", enrolled(pupil(1)))
    second = another()
    send(second, SCHOOL, "education.absence", absent(pupil(1)))
    again = send(second, EDUCATION, "education.roll", enrolled(pupil(1)))
    assert again.repeated is after
    assert len(files(second)) == 1
    assert topics(second).count("child_file.enrolment_confirmed.v1") == 1
    children = {fact.child_ref for fact in second.store.feed(0, 100)}
    assert children == {child_of(second, pupil(1))}


def test_agencies_that_race_open_one_file_per_number(hub: Program, another: Another) -> None:
    """Two programs on one folder are as two processes: they share nothing but files."""
    numbers = range(8)

    def roll(own: Program) -> None:
        sheet(
            own,
            EDUCATION,
            "education.roll",
            [enrolled(pupil(n), SCHOOL_NAME) for n in numbers],
        )

    def ledger(own: Program) -> None:
        for number in reversed(numbers):
            send(own, SCHOOL, "education.absence", absent(pupil(number)))

    def register(own: Program) -> None:
        for number in numbers:
            send(own, TOWN, "town.residence", resident(pupil(number)))

    with ThreadPoolExecutor(3) as pool:
        for each in [
            pool.submit(roll, hub),
            pool.submit(ledger, another()),
            pool.submit(register, another()),
        ]:
            each.result()
    assert len(files(hub)) == len(numbers)


def test_agencies_that_race_open_one_file_for_a_child_without_a_number(
    hub: Program, another: Another, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second can tell the child only from what the first has put into the log: it waits for
    the first one's append, and not only for its reservation."""
    working, other = hub.store.append, another()
    racing: list[Future[Answer]] = []

    def append(events: Sequence[Recorded], receipts: Sequence[ReceiptToWrite] = ()) -> list[int]:
        racing.append(pool.submit(send, other, TOWN, "town.residence", resident(unnumbered(1))))
        with pytest.raises(TimeoutError):
            racing[0].result(timeout=0.3)
        return working(events, receipts)

    monkeypatch.setattr(hub.store, "append", append)
    with ThreadPoolExecutor(1) as pool:
        send(hub, SCHOOL, "education.absence", absent(unnumbered(1)))
        racing[0].result()
    assert len(files(hub)) == 1
