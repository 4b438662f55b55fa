"""Issue: "police and procuratorate, on separate networks, exchange the same records as signed
files". Attacks on the carrier: another's key, a changed byte, another receiver, a missing file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.organisations import CARRIED
from hub.agencies import exchange_keys, exchange_signer, exchanging
from hub.audit.notes import Signer
from hub.bootstrap import Program
from hub.exchange import form, taking
from hub.exchange.form import FIRST, Code, FileRefused, Head, Kind
from hub.exchange.giving import give
from hub.exchange.office import Keys, Office
from hub.exchange.parties import AlreadyParty, Parties, Party
from hub.exchange.taking import CarriedFiles
from hub.exchange.words import WORDS, told
from tests.program import (
    EDUCATION,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    START,
    STATION,
    TOWN,
    VILLAGE,
    absent,
    admonished,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    send,
    topics,
)

ADMONITION, REPORT = "police.admonition", "report.mandatory"


@dataclass
class Network:
    """The police's separate network, and the hub that its files are carried to."""

    hub: Program
    files: CarriedFiles
    parties: Parties
    office: Office
    folder: Path
    made: int = 0

    @property
    def hubs(self) -> Keys:
        return exchange_keys(self.hub)

    def packed(self, *records: dict[str, Any], to: Keys | None = None) -> bytes:
        self.made += 1
        out = self.folder / f"{self.made}.json"
        self.office.pack(to or self.hubs, records, out, "2025-03-03T01:00:00+00:00")
        return out.read_bytes()

    def codes(self) -> list[str]:
        return [each.code for each in self.parties.refused()]


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    office = Office.create(tmp_path / "police", POLICE)
    with running(tmp_path / "data") as hub, exchanging(hub) as (parties, files):
        keys = office.public
        parties.add(Party(POLICE, keys.signs, keys.opens, START))
        yield Network(hub, files, parties, office, tmp_path)


def admonition(number: int = 1) -> dict[str, Any]:
    return {"kind": ADMONITION, "values": admonished(pupil(number), number)}


def report(**changes: Any) -> dict[str, Any]:
    values = {"situations": "MR4", "seen": "手臂有伤", **changes}
    return {"kind": REPORT, "values": values}


def refused(network: Network, file: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as found:
        network.files.take(file)
    return found.value


def test_records_come_by_file_and_the_answer_goes_back_by_file(network: Network) -> None:
    wrong = {"kind": ADMONITION, "values": {**admonished(pupil(2), 2), "served_on": "机密甲"}}
    taken = network.files.take(network.packed(admonition(), wrong, {"kind": "x.y", "values": {}}))
    assert (taken.accepted, taken.refused) == (1, 2)
    answer = network.office.opened(network.hubs, taken.answer)
    assert answer["answers"] == 1
    outcomes = [(row["outcome"], row["receipt"] is None) for row in answer["rows"]]
    assert outcomes == [("accepted", False), ("refused", True), ("refused", True)]
    assert [row["faults"][0]["code"] for row in answer["rows"][1:]] == ["DATE", "UNKNOWN_KIND"]
    assert answer["rows"][1]["quarantine_id"]
    assert "机密甲" not in json.dumps(answer, ensure_ascii=False)


def test_it_is_the_organisations_word_whoever_carried_it(network: Network) -> None:
    network.files.take(network.packed(admonition()))
    stated = [each for each in network.hub.store.feed(0, 100) if each.topic.startswith("guardian")]
    assert {tuple(each.header[1:4]) for each in stated} == {(POLICE, "system", CARRIED)}


def test_the_same_file_again_changes_nothing_and_gets_the_same_answer(network: Network) -> None:
    file = network.packed(admonition())
    first = network.files.take(file)
    position = network.hub.store.position
    again = network.files.take(file)
    assert (again.again, again.answer) == (True, first.answer)
    assert network.hub.store.position == position
    for _ in range(2):
        network.office.opened(network.hubs, again.answer)


def test_a_missing_file_is_noticed_and_comes_in_its_turn(network: Network) -> None:
    first, second = network.packed(admonition(1)), network.packed(admonition(2))
    gap = refused(network, second)
    assert (gap.code, gap.awaited) == (Code.GAP, 1)
    assert "第1号" in told(gap)
    assert network.codes() == ["EXCHANGE_GAP"]
    assert network.files.take(first).accepted == network.files.take(second).accepted == 1
    assert network.parties.came(POLICE) == 2


def test_a_mandatory_report_waits_for_no_missing_file(network: Network) -> None:
    """Safety before tidiness; and when its file comes in turn it is not reported twice."""
    network.packed(admonition(1))
    second = network.packed(admonition(2), report())
    refused(network, second)
    filed = [each for each in topics(network.hub) if each.startswith("report.filed")]
    assert len(filed) == 1
    network.files.take((network.folder / "1.json").read_bytes())
    taken = network.files.take(second)
    assert (taken.accepted, taken.refused, taken.reports) == (2, 0, 1)
    assert [each for each in topics(network.hub) if each.startswith("report.filed")] == filed


def test_what_must_be_reported_of_a_visit_waits_for_no_missing_file(tmp_path: Path) -> None:
    """The visit waits for its turn; the suspicion of harm in it does not, and is told once."""
    office = Office.create(tmp_path / "village", VILLAGE)
    with running(tmp_path / "data") as hub, exchanging(hub) as (parties, files):
        keys = office.public
        parties.add(Party(VILLAGE, keys.signs, keys.opens, START))
        network = Network(hub, files, parties, office, tmp_path)
        visit = {"visited_on": "2025-03-03", "form": "入户走访", "seen": "家中"}
        harm = {"harm_suspected": "是", "harm_seen": "手臂有伤"}
        first = network.packed()
        second = network.packed({"kind": "village.visit", "values": {**pupil(1), **visit, **harm}})
        assert refused(network, second).code is Code.GAP
        assert [each for each in topics(hub) if each.startswith(("report.filed", "visit."))] == [
            "report.filed.v1"
        ]
        office.opened(network.hubs, files.take(first).answer)
        (row,) = office.opened(network.hubs, files.take(second).answer)["rows"]
        assert row["report"]
        told = [each for each in topics(hub) if each.startswith(("report.filed", "visit."))]
        assert told == ["report.filed.v1", "visit.recorded.v1"]


def test_an_answer_that_was_lost_is_noticed_at_the_organisation(network: Network) -> None:
    network.files.take(network.packed(admonition(1)))
    second = network.files.take(network.packed(admonition(2)))
    with pytest.raises(FileRefused) as missing:
        network.office.opened(network.hubs, second.answer)
    assert (missing.value.code, missing.value.awaited) == (Code.GAP, 1)


def test_nothing_on_the_carrier_is_in_clear(network: Network) -> None:
    child = pupil(1)
    file = network.packed(admonition())
    taken = network.files.take(file)
    for carried in (file, taken.answer):
        for value in (child["name"], child["id_number"], child["guardian_name"], ADMONITION):
            assert value.encode() not in carried
            assert json.dumps(value).encode() not in carried


def test_other_keys_are_registered_only_after_the_first_are_ended(network: Network) -> None:
    other = Office.create(network.folder / "other", POLICE).public
    with pytest.raises(AlreadyParty):
        network.parties.add(Party(POLICE, other.signs, other.opens, START))
    network.parties.end(POLICE, START)
    assert refused(network, network.packed(admonition())).code is Code.SENDER
    with pytest.raises(ValueError, match=POLICE):
        network.parties.add(Party(PROCURATORATE, other.signs, other.opens, START))


def test_a_folder_that_was_lost_goes_on_with_new_keys(network: Network) -> None:
    first = network.files.take(network.packed(admonition(1)))
    network.office.opened(network.hubs, first.answer)
    network.parties.end(POLICE, START)
    goes_on = network.parties.ends(POLICE)
    network.office = Office.create(network.folder / "anew", POLICE, goes_on)
    keys = network.office.public
    later = START + timedelta(days=1)
    network.parties.add(Party(POLICE, keys.signs, keys.opens, later))
    second = network.files.take(network.packed(admonition(2)))
    assert (second.head.number, second.accepted) == (2, 1)
    assert network.office.opened(network.hubs, second.answer)["answers"] == 2
    with pytest.raises(ValueError, match=r".+"):
        Office.create(network.folder / "x", POLICE, "7:8")


def test_every_refusal_has_its_words() -> None:
    assert set(WORDS) == set(Code)
    for code in Code:
        assert "强制报告" in told(FileRefused(code, awaited=3))


def task(network: Network) -> dict[str, Any]:
    """A dropout that the police are to look into, as their own person sees it."""
    hub = network.hub
    child = pupil(3)
    send(hub, EDUCATION, "education.roll", enrolled(child))
    send(hub, TOWN, "town.residence", resident(child))
    send(hub, SCHOOL, "education.absence", absent(child))
    hub.settle()
    (found,) = hub.queries.inbox(reader(STATION)).items
    return {"referral_id": found.id}


def test_a_task_goes_out_by_file_and_is_taken_and_returned_by_file(tmp_path: Path) -> None:
    """The station is on the police's network; each act of a task is a line of its next file."""
    office = Office.create(tmp_path / "station", STATION)
    with running(tmp_path / "data") as hub, exchanging(hub) as (parties, files):
        keys = office.public
        parties.add(Party(STATION, keys.signs, keys.opens, START))
        network = Network(hub, files, parties, office, tmp_path)
        asked = task(network)
        number, file = give(parties.engine, exchange_signer(hub), hub.clock, STATION, [asked])
        assert (number, office.opened(network.hubs, file)) == (1, {"tasks": [asked]})
        accept = {"kind": "referral.accept", "values": asked}
        wrong = {"kind": "referral.return", "values": {**asked, "reason": "机密甲"}}
        as_hub = {"kind": "referral.accept", "values": {**asked, "by": STATION}}
        taken = files.take(network.packed(accept, wrong, as_hub))
        rows = office.opened(network.hubs, taken.answer)["rows"]
        assert [row["outcome"] for row in rows] == ["accepted", "refused", "refused"]
        assert [row["faults"][0]["code"] for row in rows[1:]] == ["NOT_AN_ACT"] * 2
        hub.settle()
        (mine,) = hub.queries.inbox(reader(STATION)).items
        assert mine.state == "accepted"
        again = files.take(network.packed(accept))
        (row,) = office.opened(network.hubs, again.answer)["rows"]
        assert row["outcome"] == "refused"
        assert row["faults"][0]["rule"]


def test_no_file_acts_on_another_organisations_task(network: Network) -> None:
    taken = network.files.take(network.packed({"kind": "referral.accept", "values": task(network)}))
    (row,) = network.office.opened(network.hubs, taken.answer)["rows"]
    assert row["outcome"] == "refused"


def test_nothing_is_given_to_whoever_exchanges_nothing(network: Network) -> None:
    signer = exchange_signer(network.hub)
    with pytest.raises(FileRefused):
        give(network.parties.engine, signer, network.hub.clock, PROCURATORATE, [])


# Attacks


def forged(network: Network) -> bytes:
    """Somebody else's file in the police's name."""
    forger = Office.create(network.folder / "forger", POLICE)
    out = network.folder / "forged.json"
    forger.pack(network.hubs, [admonition()], out, "2025-03-03T01:00:00+00:00")
    return out.read_bytes()


def changed(network: Network) -> bytes:
    """One byte of the content is another."""
    file = json.loads(network.packed(admonition()))
    at = len(file["content"]) // 2
    other = "A" if file["content"][at] != "A" else "B"
    file["content"] = file["content"][:at] + other + file["content"][at + 1 :]
    return json.dumps(file).encode()


def renumbered(network: Network) -> bytes:
    """The note says another number than was signed."""
    file = json.loads(network.packed(admonition()))
    file["note"] = file["note"].replace("number 1\n", "number 2\n")
    return json.dumps(file).encode()


def to_another(network: Network) -> bytes:
    """Signed by the police for somebody else, and handed in here."""
    seed = bytes.fromhex((network.folder / "police" / "signs.key").read_text().split()[1])
    head = Head(Kind.RECORDS, POLICE, "hub:310118", 1, FIRST, "2025-03-03T01:00:00+00:00", "")
    file, _ = form.close(Signer(POLICE, seed), network.hubs.opens, head, b"[]")
    return file


def sealed_to_another(network: Network) -> bytes:
    stranger = Office.create(network.folder / "stranger", PROCURATORATE).public
    return network.packed(admonition(), to=Keys(network.hubs.signs, stranger.opens))


def another_under_a_used_number(network: Network) -> bytes:
    network.files.take(network.packed(admonition(1)))
    state = network.folder / "police" / "state.json"
    state.write_text(json.dumps({"out": [0, FIRST], "in": [0, FIRST]}))
    return network.packed(admonition(2))


def on_another_branch(network: Network) -> bytes:
    network.files.take(network.packed(admonition(1)))
    state = network.folder / "police" / "state.json"
    state.write_text(json.dumps({"out": [1, "1" * 64], "in": [0, FIRST]}))
    return network.packed(admonition(2))


def no_list(network: Network) -> bytes:
    seed = bytes.fromhex((network.folder / "police" / "signs.key").read_text().split()[1])
    head = Head(Kind.RECORDS, POLICE, "hub:310117", 1, FIRST, "2025-03-03T01:00:00+00:00", "")
    return form.close(Signer(POLICE, seed), network.hubs.opens, head, b"{}")[0]


ATTACKS: list[tuple[Callable[[Network], bytes], Code]] = [
    (forged, Code.SIGNATURE),
    (changed, Code.CHANGED),
    (renumbered, Code.SIGNATURE),
    (to_another, Code.RECEIVER),
    (sealed_to_another, Code.SEALED),
    (another_under_a_used_number, Code.USED),
    (on_another_branch, Code.FORKED),
    (no_list, Code.CONTENT),
]


@pytest.mark.adversary
@pytest.mark.attack(10)
@pytest.mark.parametrize(("attack", "code"), ATTACKS)
def test_a_file_that_is_not_the_organisations_next_word_is_refused_and_kept(
    network: Network, attack: Callable[[Network], bytes], code: Code
) -> None:
    file = attack(network)
    position = network.hub.store.position
    assert refused(network, file).code is code
    assert network.hub.store.position == position
    assert network.codes() == [code.value]


@pytest.mark.adversary
@pytest.mark.attack(10, broken="the signature is not checked")
def test_without_the_check_a_forger_speaks_in_the_police_s_name(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "check", lambda carried, key, receiver: None)
    assert network.files.take(forged(network)).accepted == 1


@pytest.mark.adversary
@pytest.mark.attack(10, broken="the order of files is not checked")
def test_without_the_chain_a_missing_file_is_missed(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "follows", lambda head, number, digest: None)
    network.packed(admonition(1))
    assert network.files.take(network.packed(admonition(2))).accepted == 1


@pytest.mark.parametrize("file", [b"", b"{}", b"\xff", b'{"note": "x", "content": "!"}'])
def test_what_is_no_file_of_the_exchange_is_refused(network: Network, file: bytes) -> None:
    assert refused(network, file).code is Code.FORM
