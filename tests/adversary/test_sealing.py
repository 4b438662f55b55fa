"""Sealed is indistinguishable from never-existed, and nobody alone opens what is sealed.

Source: privacy design, "Erase, seal" and "Attacks that must fail" 12; 预防未成年人犯罪法 59. Every
attack stands beside tests that take one defence away and show that the attack then succeeds.

The two hubs differ in what any record would change and nobody reads a record from: how long the
log and its trees are, how far a view has come, random identifiers of what comes later. No answer
below is altered before it is compared, but for the pseudonyms of the two desks that ask over HTTP.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event

from domain.identity import IdentityClaim
from domain.kernel import Category, Refused
from domain.unsealing import OpeningState
from hub.api.app import create_app
from hub.bootstrap import Program, open_storage
from hub.encryption import envelope
from hub.encryption.keystore import KeyStore, KeyStoreStale, SubjectErased
from hub.encryption.root import RootKeystore
from hub.eventstore import store as eventstore
from hub.queries import unseen
from hub.releases.keys import OrganisationKeys
from hub.sealing import holders
from hub.sealing.holders import ShareAsked, ShareRefused
from hub.settings import DataFolder, Settings
from projections.follower import Follower
from tests.adversary.asking import DOORS, EVERYBODY, Answers, text_of
from tests.adversary.bodies import PSEUDONYM, about, takings
from tests.adversary.doors import HTTP, Kind
from tests.adversary.http import HttpAsking
from tests.adversary.job import Job
from tests.adversary.telling import Telling
from tests.adversary.twins import NOW, Twins, twins
from tests.cli.office import run
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    PROCURATORATE,
    SCHOOL,
    START,
    TOWN,
    at,
    child_of,
    pupil,
    reader,
    resident,
    running,
    send,
)
from tests.sealing.office import (
    APPROVES,
    ASKS,
    KIND,
    approved_opening,
    known_pupil,
    measure,
    opened,
    record_of,
    seal,
    took_measure,
    with_holders,
)
from tests.system.backends import use

pytestmark = pytest.mark.adversary

SCHOOLING = Category.SCHOOLING.value


@pytest.fixture(scope="module")
def both(done: Job, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    with twins(done, tmp_path_factory.mktemp("twins")) as made:
        yield made


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        yield made


@pytest.fixture(params=("folder", "postgresql"))
def anywhere(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Program]:
    """A program with its tables in its folder, or on a server."""
    use(request.param, request, monkeypatch)
    with running(tmp_path / "data") as made:
        yield made


# 12: sealed is indistinguishable from never-existed


@pytest.mark.attack(12)
def test_every_question_is_answered_as_if_the_record_had_never_been(both: Twins) -> None:
    """Body, count and paging, of every query, for everybody."""
    told: list[tuple[str, str]] = []
    for organisation in EVERYBODY:
        one, other = (both.asking(hub, organisation) for hub in (both.sealed, both.never))
        for name, ask in DOORS.items():
            if text_of(list(ask(one))) != text_of(list(ask(other))):
                told.append((organisation, name))
    assert told == []


PARTS = (SCHOOL, EDUCATION, TOWN, CIVIL_AFFAIRS)
"""Those to whom something of the record was shown while it was there."""


@pytest.mark.attack(12)
def test_every_address_over_http_answers_with_the_same_status_and_body(both: Twins) -> None:
    told: list[tuple[str, str, int, int]] = []
    with (
        TestClient(create_app(both.sealed)) as here,
        TestClient(create_app(both.never)) as there,
    ):
        asking = [
            HttpAsking.at(hub, client, both.job)
            for hub, client in ((both.sealed, here), (both.never, there))
        ]
        ids = {
            name: [*both.children, *both.streams[:2]]
            for path in asking[0].doors()
            for name in _names(path)
        }
        for each in asking:
            each.ids = {**ids, "receipt": list(both.receipts), "tree": []}
        paths = {p: d for p, d in asking[0].doors().items() if HTTP[f"GET {p}"] is not Kind.NOBODY}
        assert len(paths) > 20
        for organisation in PARTS:
            one, other = (each.district[organisation] for each in asking)
            for path, parameters in paths.items():
                for address, options in asking[0].asked(path, parameters):
                    a, b = one.get(address, **options), other.get(address, **options)
                    if _told(asking[0], a) != _told(asking[1], b):
                        told.append((organisation, address, a.status_code, b.status_code))
            for claim in both.stated.values():
                body = {"id_number": claim["id_number"]}
                for path in ("/children/find", "/children/search", "/case-status"):
                    a, b = one.post(path, body), other.post(path, body)
                    if _told(asking[0], a) != _told(asking[1], b):
                        told.append((organisation, path, a.status_code, b.status_code))
    assert told == []


SENDERS = (SCHOOL, TOWN, PROCURATORATE)
"""The school that stated what was sealed, a neighbour, and one who may do most."""


def _new(text: str, known: frozenset[str]) -> str:
    """An answer without what is drawn or counted anew for whatever is taken: identifiers that
    nobody asked by, receipt numbers, positions."""
    text = re.sub(PSEUDONYM, lambda found: found[0] if found[0] in known else "new", text)
    return re.sub(r'\d{8}-[0-9A-Z]{8}|"position":\d+', "new", text)


def _sent_to_both(
    both: Twins, senders: tuple[str, ...]
) -> Iterator[tuple[tuple[str, str, str], list[tuple[int, str]]]]:
    """By whom what was sent where, and what each of the two hubs answered."""
    with (
        TestClient(create_app(both.sealed)) as here,
        TestClient(create_app(both.never)) as there,
    ):
        asking = [
            HttpAsking.at(hub, client, both.job)
            for hub, client in ((both.sealed, here), (both.never, there))
        ]
        ids = (*both.children, both.streams[0])
        for organisation in senders:
            for method, path, sent in takings(asking[0]):
                for each in ids if "{" in path or "child_ref" in str(sent) else ids[:1]:
                    address = re.sub(r"{\w+}", each, path)
                    answers = []
                    for one in asking:
                        answer = one.district[organisation].request(
                            method, address, **about(sent, each)
                        )
                        status, text = _told(one, answer)
                        answers.append((status, _new(text, frozenset(ids))))
                    yield (organisation, method, address), answers


@pytest.mark.attack(12)
def test_every_door_that_takes_something_answers_what_could_be_sent_alike(
    done: Job, tmp_path: Path
) -> None:
    """With a valid body, about the child, the record and its clock: taken or refused, and why."""
    told, statuses = [], set()
    with twins(done, tmp_path) as both:
        for sent, (here, there) in _sent_to_both(both, SENDERS):
            statuses.add(here[0])
            if here != there:
                told.append((sent, here, there))
    assert told == []
    assert {200, 201, 404, 422} <= statuses, "some were taken, some refused"


@pytest.mark.attack(12, broken="views are not made anew without it")
def test_without_new_views_what_is_sent_would_be_answered_otherwise(
    done: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Follower, "_without_sealed", lambda *of: None)
    with twins(done, tmp_path) as both:
        assert any(here != there for _, (here, there) in _sent_to_both(both, SENDERS))


SHOWING = (
    ("children", "search", "--organisation", SCHOOL, "--from", "-"),
    ("attachments", "list", "--child", "{stranger}", "--organisation", SCHOOL),
    ("attachments", "get", "{record}", "--organisation", SCHOOL, "--out", "{file}"),
    ("duplicates", "list", "--organisation", CIVIL_AFFAIRS),
    ("quarantine", "list", "--organisation", SCHOOL),
    ("break-glass", "list", "--organisation", TOWN),
    ("retention", "plan"),
    ("erase", "list"),
)
"""Commands that tell of children; what an operator may run is no way around."""


@pytest.mark.attack(12)
@pytest.mark.parametrize("command", SHOWING, ids=lambda command: " ".join(command[:2]))
def test_every_command_says_the_same(
    both: Twins, command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each runs on the very program of either hub, so that both are asked at the same instant."""
    names = {
        "stranger": both.children[1],
        "record": both.streams[0],
        "file": str(tmp_path / "file"),
    }
    told = []
    for hub in (both.sealed, both.never):

        @contextmanager
        def opened_here(data: object, hub: Program = hub) -> Iterator[Program]:
            yield hub

        for module in ("children", "attachments", "duplicates", "quarantine", "break_glass",
                       "retention", "erase"):  # fmt: skip
            monkeypatch.setattr(f"hub.cli.{module}.opened", opened_here)
        told.append(
            run(
                *(part.format(**names) for part in command),
                input=json.dumps({"id_number": both.stated["nobody"]["id_number"]}),
            )
        )
    assert told[0] == told[1]
    assert told[0].code == (2 if command[1] == "get" else 0), told[0]
    if command[1] == "get":
        assert "没有可向本单位显示的记录" in told[0].err


@pytest.mark.attack(12)
def test_it_takes_the_same_statements_to_say_that_there_is_nothing(both: Twins) -> None:
    """No clock is held to it: the same code asks the views as often, wherever something was."""
    counts = []
    for hub in (both.sealed, both.never):
        asked: list[str] = []

        def count(connection: object, cursor: object, statement: str, *rest: object) -> None:
            asked.append(statement)  # noqa: B023

        event.listen(Engine, "before_cursor_execute", count)
        try:
            for organisation in PARTS:
                asking = both.asking(hub, organisation)
                for name in ("timeline", "child_file", "stated", "board", "overdue", "find_child"):
                    list(DOORS[name](asking))
        finally:
            event.remove(Engine, "before_cursor_execute", count)
        counts.append(asked)
    assert counts[0] == counts[1]
    assert counts[0]


def _told_by_feed(hub: Program, job: Job, folder: Path, organisation: str) -> list[dict[str, Any]]:
    with TestClient(create_app(hub)) as client:
        http = HttpAsking.at(hub, client, job)
        return Telling(hub, job, Answers(hub, job), http, folder).feed_rows(organisation)


def _names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _told(asking: HttpAsking, answer: Any) -> tuple[int, str]:
    """Desks at one organisation are two people, one in each hub; they are compared as one."""
    text = str(answer.text)
    for organisation, desk in asking.district.desks.items():
        text = text.replace(desk.user.user, f"somebody of {organisation}")
    return answer.status_code, text


@pytest.mark.attack(12)
@pytest.mark.parametrize("organisation", [SCHOOL, EDUCATION])
def test_a_worker_that_begins_now_is_sent_the_same_feed(
    both: Twins, organisation: str, tmp_path: Path
) -> None:
    rows = [
        _told_by_feed(hub, both.job, tmp_path / name, organisation)
        for name, hub in (("sealed", both.sealed), ("never", both.never))
    ]
    assert text_of(rows[0]) == text_of(rows[1])


@pytest.mark.attack(12)
def test_a_rebuilt_view_is_as_if_the_record_had_never_been(both: Twins) -> None:
    hub = both.sealed
    hub.projector.rebuild(list(hub.projector.views), lambda seat: None)
    for organisation in PARTS:
        for name in ("timeline", "children", "board", "overdue", "overdue_by_town"):
            one, other = (both.asking(each, organisation) for each in (hub, both.never))
            answers = [text_of(list(DOORS[name](each))) for each in (one, other)]
            assert answers[0] == answers[1], (organisation, name)


@pytest.mark.attack(12)
def test_the_same_record_sent_again_is_answered_as_one_that_never_came(
    done: Job, tmp_path: Path
) -> None:
    """Taken as new and shown as new, to its sender as to everybody: anything else would tell."""
    with twins(done, tmp_path) as both:
        for each in both.stated.values():
            made = measure(each, taken_on="2025-03-05", until="2025-03-09", ended_on="2025-03-10")
            answers = [send(hub, SCHOOL, KIND, made) for hub in (both.sealed, both.never)]
            assert [(a.repeated, a.corrected) for a in answers] == [(False, False)] * 2
        shown = []
        for hub in (both.sealed, both.never):
            hub.settle()
            child = child_of(hub, both.stated["nobody"])
            items = hub.queries.timeline(reader(SCHOOL), child).items
            shown.append([(each.title, dict(each.fields)) for each in items])
        assert shown[0] == shown[1]
        assert shown[0]


def _sealed_again(hub: Program, folder: Path) -> tuple[UUID, UUID]:
    """A pupil whose measure was sealed: the child, and the record."""
    with_holders(hub, folder)
    child = known_pupil(hub)
    took_measure(hub)
    record = record_of(hub, child)
    at(hub, NOW)
    seal(hub, record)
    hub.settle()
    return child, record


def _titles(hub: Program, child: UUID) -> list[str]:
    items = hub.queries.timeline(reader(SCHOOL), str(child)).items
    return [each.topic for each in items if each.topic.startswith("conduct_measure.")]


@pytest.mark.attack(12, broken="views are not made anew without it")
def test_views_that_keep_their_rows_would_go_on_showing_it(
    hub: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Follower, "_without_sealed", lambda *of: None)
    child, _ = _sealed_again(hub, tmp_path)
    assert _titles(hub, child)


@pytest.mark.attack(12, broken="histories are not freed of it")
def test_a_history_that_keeps_it_would_show_it_to_whoever_looks_back(
    hub: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child, _ = _sealed_again(hub, tmp_path)
    day = START.date()
    told = hub.queries.as_of(reader(SCHOOL), str(child), day)
    monkeypatch.setattr(eventstore, "without_sealed", list)
    more = hub.queries.as_of(reader(SCHOOL), str(child), day)
    assert told is not None
    assert more is not None
    assert sum(more.counts.values()) > sum(told.counts.values())


@pytest.mark.attack(12, broken="receipts know it still")
def test_a_receipt_that_is_kept_would_tell_that_it_came_before(
    hub: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.application.Unit.seal_receipts", lambda unit, receipts: None)
    _sealed_again(hub, tmp_path)
    assert took_measure(hub).repeated


@pytest.mark.attack(12, broken="the match index keeps what only it stated")
def test_an_index_that_is_kept_would_find_a_child_whom_nobody_else_named(
    hub: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_holders(hub, tmp_path)
    for number in (1, 2):
        send(hub, SCHOOL, KIND, measure(pupil(number)))
        child = UUID(child_of(hub, pupil(number)))
        if number == 2:
            monkeypatch.setattr(hub.sealings, "_letting_go", ())
        seal(hub, record_of(hub, child))
    claims = [IdentityClaim("", id_number=pupil(number)["id_number"]) for number in (1, 2)]
    assert [hub.hub.matching.find(claim) is None for claim in claims] == [True, False]


@pytest.mark.attack(12, broken="past looks are told as they were")
def test_a_past_look_would_tell_of_the_only_thing_there_was_to_look_at(
    hub: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child, _ = known_pupil(hub), with_holders(hub, tmp_path)
    took_measure(hub)
    hub.queries.timeline(reader(TOWN), str(child))
    at(hub, NOW)
    seal(hub, record_of(hub, child))
    hub.settle()

    def told() -> set[str]:
        entries = hub.queries.access_log(reader(CIVIL_AFFAIRS), str(child))
        return {e.categories for e in entries if e.organisation == TOWN and e.action == "timeline"}

    honest = told()
    monkeypatch.setattr(unseen.Unseen, "told", lambda self, entry: entry)
    assert not any(SCHOOLING in each for each in honest)
    assert any(SCHOOLING in each for each in told())


def _looked_at(hub: Program, folder: Path, *, known: bool) -> list[tuple[object, ...]]:
    """What is told of one school's looks by day and by night at a child; it knew the child by the
    record alone, which is sealed, or never knew it."""
    with_holders(hub, folder)
    send(hub, TOWN, "town.residence", resident(pupil(1)))
    if known:
        send(hub, OTHER_SCHOOL, KIND, measure(pupil(1)))
    hub.settle()
    child = child_of(hub, pupil(1))
    for hours in (1, 14):
        at(hub, START + timedelta(hours=hours, minutes=5))
        assert bool(hub.queries.child_file(reader(OTHER_SCHOOL), child)) is known
        hub.queries.timeline(reader(OTHER_SCHOOL), child)
        hub.queries.timeline(reader(TOWN), child)
    with hub.auditing() as step:
        step(lambda done: None)
    at(hub, NOW)
    if known:
        seal(hub, record_of(hub, UUID(child)))
    hub.settle()
    told: list[tuple[object, ...]] = []
    for organisation in (TOWN, CIVIL_AFFAIRS):
        told += [
            (organisation, each.at, each.kinds, each.organisation, each.children)
            for each in hub.queries.unusual_looks(reader(organisation)).items
        ]
        told += [
            (organisation, each.at, each.action, each.organisation, each.categories)
            for each in hub.queries.access_log(reader(organisation), child)
        ]
    return told


@pytest.mark.attack(12)
def test_a_past_look_is_told_as_one_at_a_child_whom_its_school_never_knew(tmp_path: Path) -> None:
    told = []
    for known in (True, False):
        folder = tmp_path / f"{known}"
        folder.mkdir()
        with running(folder / "data") as hub:
            told.append(_looked_at(hub, folder, known=known))
    assert told[0] == told[1]
    kinds = [each[2] for each in told[0] if each[:1] + each[3:4] == (TOWN, OTHER_SCHOOL)]
    assert sorted({str(each) for each in kinds}) == ["outside", "outside,night"]


@pytest.mark.attack(12, broken="unusual looks are told as they were judged")
def test_an_unusual_look_that_was_judged_before_would_tell(
    hub: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unseen.Unseen, "changed", lambda self, looks: {})
    told = _looked_at(hub, tmp_path, known=True)
    assert [each[2] for each in told if each[:1] + each[3:4] == (TOWN, OTHER_SCHOOL)] == [
        "night"
    ] * 2


# nobody alone opens it: neither the hub, nor one of the two, nor an old backup


def _private(files: Mapping[str, Path]) -> dict[str, OrganisationKeys]:
    return {holder: OrganisationKeys.read(file) for holder, file in files.items()}


@pytest.mark.attack(12)
def test_the_hub_alone_has_no_key_of_it_and_each_holder_has_random_bytes(
    hub: Program, tmp_path: Path
) -> None:
    files = with_holders(hub, tmp_path)
    child = known_pupil(hub)
    took_measure(hub)
    record = record_of(hub, child)
    key = hub.keys.get(record, SCHOOLING, 1).key
    seal(hub, record)
    with pytest.raises(SubjectErased):
        hub.keys.get(record, SCHOOLING, 1)
    opening = approved_opening(hub, record)
    shares = []
    for holder, keys in _private(files).items():
        asked = hub.openings.asked(opening, holder)
        share = envelope.open_(
            [keys.sealing], holders.SHARE, (str(record), holder), b64decode(asked.share)
        )
        assert key not in share
        assert key.hex().encode() not in share
        shares.append(share)
        with pytest.raises(ShareRefused):
            holders.join(record, share, bytes(len(share)))
    assert [each.key for each in holders.join(record, *shares)] == [key]
    with pytest.raises(ShareRefused):
        holders.join(UUID(int=7), *shares)


@pytest.mark.attack(12, broken="the data key stays in the key store")
def test_a_key_that_stays_would_open_it_at_the_hub_alone(
    hub: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KeyStore, "delete_keys", lambda self, subject: None)
    _, record = _sealed_again(hub, tmp_path)
    assert hub.keys.get(record, SCHOOLING, 1).version == 1


@pytest.mark.attack(12, broken="the pad is no secret")
def test_without_a_secret_pad_one_holder_would_have_the_key(
    hub: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holders, "os", SimpleNamespace(urandom=bytes))
    files = with_holders(hub, tmp_path)
    child = known_pupil(hub)
    took_measure(hub)
    record = record_of(hub, child)
    key = hub.keys.get(record, SCHOOLING, 1).key
    seal(hub, record)
    opening = approved_opening(hub, record)
    found = []
    for holder, keys in _private(files).items():
        share = b64decode(hub.openings.asked(opening, holder).share)
        plain = envelope.open_([keys.sealing], holders.SHARE, (str(record), holder), share)
        found.append(key.hex().encode() in plain)
    assert any(found)


@pytest.mark.attack(12)
def test_a_key_database_from_before_the_sealing_opens_nothing_sealed(tmp_path: Path) -> None:
    root = tmp_path / "data"
    record = _with_a_backup(root, tmp_path)
    with closing(_another(root)) as keys, pytest.raises(KeyStoreStale):
        keys.get(record, SCHOOLING, 1)


@pytest.mark.attack(12, broken="the epoch key is not destroyed")
def test_without_the_epochs_destruction_an_old_backup_would_open_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RootKeystore, "destroy_epoch", lambda self, bucket, epoch: None)
    root = tmp_path / "data"
    record = _with_a_backup(root, tmp_path)
    with closing(_another(root)) as keys:
        assert keys.get(record, SCHOOLING, 1).version == 1


def _with_a_backup(root: Path, folder: Path) -> UUID:
    """A record is sealed, and the key database restored from before."""
    with running(root) as hub:
        with_holders(hub, folder)
        child = known_pupil(hub)
        took_measure(hub)
        record = record_of(hub, child)
    with (
        closing(sqlite3.connect(root / "keys.sqlite")) as source,
        closing(sqlite3.connect(folder / "before")) as to,
    ):
        source.backup(to)
    with running(root) as hub:
        seal(hub, record)
    for each in root.glob("keys.sqlite*"):
        each.unlink()
    shutil.copy(folder / "before", root / "keys.sqlite")
    return record


def _another(root: Path) -> KeyStore:
    folder = DataFolder(root)
    found = RootKeystore.open(folder.keystore, folder.passphrase(Settings()))
    return KeyStore(open_storage(folder, Settings()), found)


@pytest.mark.attack(12)
def test_an_opening_is_read_by_the_two_until_it_expires_and_then_by_nobody(
    anywhere: Program, tmp_path: Path
) -> None:
    hub = anywhere
    files = with_holders(hub, tmp_path)
    child = known_pupil(hub)
    took_measure(hub)
    record = record_of(hub, child)
    seal(hub, record)
    opening = opened(hub, record, files)
    for person in (ASKS, APPROVES):
        assert hub.openings.read(opening, person)
        entry = hub.audit.newest(1)[0]
        assert (entry.user, entry.child_ref, entry.task) == (person.user, str(record), str(opening))
    assert not _titles(hub, child), "to everybody else it is not there all the same"
    with hub.auditing() as step:
        step(lambda done: None)
    assert not hub.queries.unusual_looks(reader(TOWN)).items, "nor is anybody told of the look"
    at(hub, NOW)
    with pytest.raises(Refused):
        hub.openings.read(opening, ASKS)
    hub.settle()
    assert hub.openings.told(opening).state is OpeningState.ENDED
    with pytest.raises(SubjectErased):
        hub.keys.every_key(opening)


@pytest.mark.attack(12, broken="the end is not looked at")
def test_an_opening_that_is_not_looked_at_would_go_on(
    hub: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = with_holders(hub, tmp_path)
    child = known_pupil(hub)
    took_measure(hub)
    record = record_of(hub, child)
    seal(hub, record)
    opening = opened(hub, record, files)
    at(hub, NOW)
    monkeypatch.setattr("domain.unsealing.Opening.is_open", lambda self, now: True)
    assert hub.openings.read(opening, ASKS)


def test_what_a_holder_gives_for_one_opening_is_none_for_another(
    hub: Program, tmp_path: Path
) -> None:
    files = with_holders(hub, tmp_path)
    child = known_pupil(hub)
    took_measure(hub)
    record = record_of(hub, child)
    seal(hub, record)
    first, second = approved_opening(hub, record), approved_opening(hub, record)
    (holder, keys), (other, others) = _private(files).items()
    asked = hub.openings.asked(first, holder)
    given = holders.give(asked, keys.sealing, keys.signing)
    for wrong in (
        given.replace(str(first), str(second)),
        given.replace(holder, other),
        holders.give(asked, keys.sealing, others.signing),
    ):
        with pytest.raises(Refused, match="OPENING_SHARE"):
            hub.openings.take(wrong)
    with pytest.raises(ShareRefused):
        holders.give(asked, others.sealing, others.signing)
    with pytest.raises(ShareRefused):
        ShareAsked.parse(given)
    assert hub.openings.take(given).given == (holder,)
