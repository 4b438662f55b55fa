"""What agencies send in goes through the same door as every record, and is answered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from adapters.intake.intake import Intake
from domain.organisations import INBOUND, Organisation
from hub.agencies import hubs_intake_key, receiving_on, registrations
from hub.bootstrap import Program
from hub.encryption.envelope import CannotOpen
from hub.eventstore.receipts import StoreUnavailable
from hub.feeds.arrived import Refusal, refusals
from hub.feeds.outbox import Kind, after
from hub.feeds.registry import Agencies
from hub.messaging.inbound import Arrived, read_arrived, record_of, seal_record
from hub.messaging.receipts import Receipt, open_receipt
from hub.receiving import Receiving
from hub.settings import Settings
from tests.program import EDUCATION, OTHER_SCHOOL, SCHOOL, absent, enrolled, pupil, running, send

AGENCY = X25519PrivateKey.generate()
OTHER = X25519PrivateKey.generate()
ABSENCE = "education.absence"
REPORT = "report.mandatory"


class Desk:
    """The hub with two schools that send records, and their topics in memory."""

    def __init__(self, hub: Program, agencies: Agencies) -> None:
        self.hub = hub
        self.agencies = agencies
        self.receiving: Receiving = receiving_on(hub, agencies)
        self.intake_key = hubs_intake_key(hub.folder.root, Settings()).public_key()
        self.sent: dict[str, list[Arrived]] = {SCHOOL: [], OTHER_SCHOOL: []}
        self._read: dict[str, int] = {SCHOOL: 0, OTHER_SCHOOL: 0}
        for organisation, key in ((SCHOOL, AGENCY), (OTHER_SCHOOL, OTHER)):
            agencies.add(organisation, key.public_key(), hub.clock.now())

    # A reader of the topics

    @property
    def organisations(self) -> frozenset[str]:
        return frozenset(self.sent)

    def poll(self, seconds: float) -> Sequence[tuple[str, Arrived]]:
        found = [(o, a) for o, sent in self.sent.items() for a in sent[self._read[o] :]]
        self._read = {o: len(sent) for o, sent in self.sent.items()}
        return found

    def seek(self, offsets: Mapping[str, int]) -> None:
        self._read.update(offsets)

    # What an agency does

    def put(self, organisation: str, arrived: Arrived) -> Arrived:
        """Into an organisation's topic."""
        topic = self.sent[organisation]
        found = replace(arrived, offset=len(topic))
        topic.append(found)
        return found

    def message(
        self,
        body: bytes | Mapping[str, Any],
        message_id: str = "m-1",
        kind: str = ABSENCE,
        organisation: str = SCHOOL,
    ) -> Arrived:
        """A record as the broker would give it."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        token = seal_record(self.intake_key, organisation, kind, message_id, content)
        record = record_of(organisation, kind, message_id, token)
        return read_arrived(0, record.value, record.headers)

    def send(self, *arguments: Any, **more: Any) -> Arrived:
        return self.put(more.get("organisation", SCHOOL), self.message(*arguments, **more))

    def step(self) -> int:
        return self.receiving.step(self, 0)

    def receipts(self, organisation: str = SCHOOL, key: X25519PrivateKey = AGENCY) -> list[Receipt]:
        """What the feed answers, opened by the agency."""
        with self.agencies.engine.begin() as connection:
            entries = [each.entry for each in after(connection, organisation, 0, 1000)]
        return [
            open_receipt([key], organisation, each.subject, each.payload)
            for each in entries
            if each.kind is Kind.RECEIPT
        ]

    def refused(self) -> list[Refusal]:
        with self.agencies.engine.begin() as connection:
            return refusals(connection)

    def offset(self, organisation: str = SCHOOL) -> int:
        return self.receiving.offsets([organisation])[organisation]


@contextmanager
def desk_on(root: Path) -> Iterator[Desk]:
    with running(root) as hub, registrations(hub) as agencies:
        yield Desk(hub, agencies)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_on(tmp_path / "data") as made:
        yield made


def test_a_record_is_taken_in_the_organisations_name_and_answered(desk: Desk) -> None:
    send(desk.hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    before = desk.hub.store.position
    desk.send(absent(pupil(1)))
    assert desk.step() == 1
    facts = desk.hub.store.feed(before, 100)
    stated = next(f for f in facts if f.topic == "dropout.absence_reported.v1")
    assert stated.header[1:4] == [SCHOOL, "system", INBOUND]
    (receipt,) = desk.receipts()
    assert (receipt.message_id, receipt.outcome, receipt.repeated) == ("m-1", "accepted", False)
    assert receipt.number is not None
    kept = desk.hub.store.receipt(receipt.number)
    assert kept is not None
    assert kept.organisation == SCHOOL
    assert desk.offset() == 1
    assert desk.refused() == []


def test_the_same_again_makes_no_second_record_and_no_second_answer(desk: Desk) -> None:
    desk.send(absent(pupil(1)))
    desk.send(absent(pupil(1)))
    desk.step()
    position = desk.hub.store.position
    desk.send(absent(pupil(1)))
    desk.step()
    assert desk.hub.store.position == position
    assert len(desk.receipts()) == 1
    assert desk.offset() == 3


def test_under_another_id_it_is_answered_by_the_same_receipt(desk: Desk) -> None:
    desk.send(absent(pupil(1)))
    desk.send(absent(pupil(1)), "m-2")
    desk.step()
    first, second = desk.receipts()
    assert (second.message_id, second.repeated) == ("m-2", True)
    assert first.number == second.number


def test_other_words_under_the_same_id_are_not_passed_over(desk: Desk) -> None:
    desk.send({"seen": "示例：身上有伤", "child": "某班学生"}, "m-1", REPORT)
    desk.send({"seen": "示例：又有新伤", "child": "某班学生"}, "m-1", REPORT)
    desk.step()
    assert len({each.number for each in desk.receipts()}) == 2


def test_a_crash_before_the_answer_is_kept_repeats_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.send(absent(pupil(1)))
    with monkeypatch.context() as patched:

        def crash(*_: object) -> None:
            raise KeyboardInterrupt

        patched.setattr("hub.receiving.moved", crash)
        with pytest.raises(KeyboardInterrupt):
            desk.step()
    assert desk.receipts() == []
    assert desk.offset() == 0
    position = desk.hub.store.position
    desk.seek({SCHOOL: 0})
    desk.step()
    assert desk.hub.store.position == position
    (receipt,) = desk.receipts()
    assert receipt.outcome == "accepted"


def test_faults_come_back_in_chinese_and_without_the_value(desk: Desk) -> None:
    wrong = absent(pupil(1, id_number="99999920150101123A"), days=2)
    desk.send(wrong)
    desk.step()
    (receipt,) = desk.receipts()
    assert receipt.outcome == "refused"
    assert receipt.quarantine_id
    (fault,) = receipt.faults
    assert fault.column
    assert fault.code
    assert fault.rule
    assert "99999920150101123A" not in repr(receipt)
    assert desk.hub.quarantine.get(SCHOOL, receipt.quarantine_id) is not None
    assert desk.refused() == [], "it was read: it waits in the quarantine"


def test_what_was_refused_is_taken_when_it_can_be(desk: Desk) -> None:
    record = enrolled(pupil(1), "示例第九小学")
    desk.agencies.add(EDUCATION, AGENCY.public_key(), desk.hub.clock.now())
    desk.sent[EDUCATION] = []
    desk._read[EDUCATION] = 0
    for _ in range(2):
        desk.send(record, "m-1", "education.roll", organisation=EDUCATION)
        desk.step()
    (refused,) = desk.receipts(EDUCATION)
    assert refused.outcome == "refused"
    desk.hub.directory.add_organisations([Organisation("school:3101170009", "示例第九小学")])
    desk.send(record, "m-1", "education.roll", organisation=EDUCATION)
    desk.step()
    assert [each.outcome for each in desk.receipts(EDUCATION)] == ["refused", "accepted"]


# Nobody passes for another, nothing edited is taken


def test_a_message_in_anothers_topic_is_refused_and_kept_as_it_came(desk: Desk) -> None:
    foreign = desk.put(OTHER_SCHOOL, desk.message(absent(pupil(1))))
    position = desk.hub.store.position
    desk.step()
    assert desk.hub.store.position == position
    (receipt,) = desk.receipts(OTHER_SCHOOL, OTHER)
    assert [fault.code for fault in receipt.faults] == ["WRONG_SENDER"]
    (kept,) = desk.refused()
    assert (kept.organisation, kept.code, kept.body) == (
        OTHER_SCHOOL,
        "WRONG_SENDER",
        foreign.token,
    )
    assert desk.receipts() == []


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "education.roll"},
        {"message_id": "m-2"},
        {"token": b""},
        {"token": b"{}"},
    ],
)
def test_what_was_not_sealed_as_this_is_refused(desk: Desk, change: dict[str, Any]) -> None:
    desk.put(SCHOOL, replace(desk.message(absent(pupil(1))), **change))
    desk.send(absent(pupil(2)), "m-9")
    position = desk.hub.store.position
    desk.step()
    refused, taken = desk.receipts()
    assert [fault.code for fault in refused.faults] == ["SEALED_OTHERWISE"]
    assert taken.outcome == "accepted", "nothing blocks the topic"
    assert desk.hub.store.position > position
    assert desk.offset() == 2


def test_an_edited_or_swapped_body_is_refused(desk: Desk) -> None:
    mine, others = desk.message(absent(pupil(1))), desk.message(absent(pupil(2)), "m-2")
    edited = bytearray(mine.token)
    edited[-1] ^= 1
    desk.put(SCHOOL, replace(mine, token=bytes(edited)))
    desk.put(SCHOOL, replace(mine, token=others.token))
    position = desk.hub.store.position
    desk.step()
    assert desk.hub.store.position == position
    assert [each.code for each in desk.refused()] == ["SEALED_OTHERWISE"] * 2
    assert {each.outcome for each in desk.receipts()} == {"refused"}


@pytest.mark.parametrize("message_id", ["", "a b", "110101199003077758", "示例", "x" * 101])
def test_without_a_message_id_it_is_kept_and_nobody_can_be_told(
    desk: Desk, message_id: str
) -> None:
    headers = [("ce_id", message_id.encode()), ("ce_source", SCHOOL.encode())]
    desk.put(SCHOOL, read_arrived(0, b"x" * 200, [*headers, ("ce_type", ABSENCE.encode())]))
    desk.step()
    assert desk.receipts() == []
    (kept,) = desk.refused()
    assert (kept.code, kept.message_id) == ("NO_MESSAGE_ID", None)
    assert desk.offset() == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"[" * 5000])
def test_what_is_no_record_is_refused(desk: Desk, body: bytes) -> None:
    desk.send(body)
    desk.step()
    (receipt,) = desk.receipts()
    assert [fault.code for fault in receipt.faults] == ["NOT_A_RECORD"]


def test_a_kind_that_is_not_the_organisations_is_refused(desk: Desk) -> None:
    desk.send({"name": "示例"}, "m-1", "police.admonition")
    desk.step()
    (receipt,) = desk.receipts()
    assert [fault.code for fault in receipt.faults] == ["UNKNOWN_KIND"]


def test_another_agency_cannot_read_a_receipt(desk: Desk) -> None:
    desk.send(absent(pupil(1)))
    desk.step()
    with pytest.raises(CannotOpen):
        desk.receipts(SCHOOL, OTHER)


# Mandatory reports


@pytest.mark.parametrize(
    "body",
    [
        {"seen": "示例：身上有伤", "child": "某班学生"},
        {},
        {"anything": {"at": ["all"]}},
        b"{not json",
        "示例：看见孩子被打".encode(),
        b"\xff\xfe",
    ],
)
def test_a_mandatory_report_is_taken_however_it_is_written(
    desk: Desk, body: bytes | Mapping[str, Any]
) -> None:
    desk.send(body, "m-1", REPORT)
    desk.step()
    (receipt,) = desk.receipts()
    assert receipt.outcome == "accepted"
    assert desk.refused() == []


def test_a_mandatory_report_waits_for_nothing_sent_before_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.send(absent(pupil(1)), "m-1")
    desk.send({"seen": "示例：身上有伤"}, "m-2", REPORT)
    working = Intake.record

    def failing(self: Intake, actor: Any, kind: str, values: Any) -> Any:
        if kind == ABSENCE:
            raise StoreUnavailable
        return working(self, actor, kind, values)

    with monkeypatch.context() as patched:
        patched.setattr(Intake, "record", failing)
        with pytest.raises(StoreUnavailable):
            desk.step()
    (receipt,) = desk.receipts()
    assert (receipt.message_id, receipt.outcome) == ("m-2", "accepted")
    assert desk.offset() == 0
    desk.step()
    assert [each.message_id for each in desk.receipts()] == ["m-2", "m-1"]
    assert desk.offset() == 2


def test_a_defect_keeps_the_message_and_blocks_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.send(absent(pupil(1)), "m-1")
    desk.send(absent(pupil(2)), "m-2")
    working, tried = Intake.record, 0

    def failing(self: Intake, actor: Any, kind: str, values: Any) -> Any:
        nonlocal tried
        if values["name"] == pupil(1)["name"]:
            tried += 1
            raise RuntimeError(values["name"])
        return working(self, actor, kind, values)

    with monkeypatch.context() as patched:
        patched.setattr(Intake, "record", failing)
        desk.step()
    assert tried == 3
    first, second = desk.receipts()
    assert [fault.code for fault in first.faults] == ["NOT_TAKEN"]
    assert second.outcome == "accepted"
    desk.send(absent(pupil(1)), "m-1")
    desk.step()
    assert desk.receipts()[-1].outcome == "accepted", "sent again, it is not passed over"


def test_an_organisation_that_ended_is_answered_no_more(desk: Desk) -> None:
    desk.send(absent(pupil(1)))
    desk.agencies.end(SCHOOL, desk.hub.clock.now())
    desk.step()
    assert desk.receipts() == []
    assert desk.offset() == 1
