"""Agencies' feeds on a real broker and PostgreSQL: what a worker of their own makes of them is what
the hub's own view holds, whatever is killed, and nothing on the broker can be read.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from structlog.testing import capture_logs

from domain.organisations import seat_of
from domain.referral import AcceptReferral, CompleteReferral
from hub.agencies import (
    AgencyFolder,
    feeding,
    following,
    hubs_intake_key,
    receiving,
    registrations,
    sending,
)
from hub.bootstrap import Program, kafka_settings, relaying
from hub.feeds.arrived import moved, offset_of
from hub.feeds.outbox import Kind, Numbered, after
from hub.messaging.inbound import seal_record
from hub.messaging.receipts import open_receipt
from hub.messaging.send import send_sealed
from hub.settings import Settings
from projections.feed import FeedFollower
from tests.demo.leaks import Leaks
from tests.program import (
    EDUCATION,
    POLICE,
    SCHOOL,
    STATION,
    absent,
    actor,
    admonished,
    child_of,
    enrolled,
    pupil,
    reader,
    running,
    send,
)
from tests.projections.feeds import rows_of
from tests.servers.kafka import KafkaBroker
from tests.system.backends import use
from tests.system.processes import Worker

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

KEY = X25519PrivateKey.generate()
REGISTERED = (SCHOOL, EDUCATION, STATION)


@pytest.fixture
def hub(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Program]:
    """A hub on PostgreSQL, beside a broker of its own."""
    use("postgresql", request, monkeypatch)
    broker: KafkaBroker = request.getfixturevalue("own_broker")
    monkeypatch.setenv("HUB_KAFKA", broker.bootstrap)
    monkeypatch.setenv("HUB_KAFKA_PREFIX", "t.")
    with running(tmp_path / "data") as made:
        yield made


def register(hub: Program, *organisations: str) -> None:
    with registrations(hub) as agencies:
        for each in organisations:
            agencies.add(each, KEY.public_key(), hub.clock.now())


def told(hub: Program, organisation: str) -> list[Numbered]:
    with registrations(hub) as agencies, agencies.engine.begin() as connection:
        return after(connection, organisation, 0, 1_000_000)


def put_out(hub: Program) -> None:
    """Everything to the feeds, as the workers would."""
    root = hub.folder.root
    with feeding(root, Settings()) as (feeder, leads, _), leads.take(("feeds",)):
        feeder.step()
    with sending(root, Settings()) as (relay, leads), leads.take(("feedrelay",)):
        while relay.step():
            pass


def agency(tmp_path: Path, organisation: str) -> Path:
    return tmp_path / organisation.replace(":", "-") / "data"


def take_in(tmp_path: Path, organisation: str) -> None:
    """An agency's worker until there is nothing more."""
    with following(agency(tmp_path, organisation), Settings(), organisation) as (follower, feed):
        while follower.place.offset < feed.end():
            follower.step(feed, 1)


def same_as_the_hubs(hub: Program, tmp_path: Path, organisation: str) -> int:
    """Gives how many facts the agency holds."""
    hub.projector.catch_up()
    view = AgencyFolder(agency(tmp_path, organisation)).view(organisation)
    mine = rows_of(view.engine, organisation)
    view.close()
    hubs = rows_of(hub.projector.view(seat_of(organisation)).engine, organisation)
    assert mine == hubs
    sequences = [each.sequence for each in told(hub, organisation)]
    assert sequences == list(range(1, len(sequences) + 1))
    return len(mine["facts"])


def test_a_school_and_a_station_see_what_their_scopes_cover_and_nobody_else_can_read_it(
    hub: Program, tmp_path: Path, own_broker: KafkaBroker
) -> None:
    root, settings = hub.folder.root, Settings()
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    send(hub, POLICE, "police.admonition", admonished(pupil(2)))
    register(hub, *REGISTERED)
    put_out(hub)
    for each in REGISTERED:
        take_in(tmp_path, each)
        same_as_the_hubs(hub, tmp_path, each)

    # What the school states itself, by its own topic, is answered in its feed.
    kafka = kafka_settings(settings)
    intake = hubs_intake_key(root, settings).public_key()
    absence = json.dumps(absent(pupil(1)), ensure_ascii=False).encode()
    token = seal_record(intake, SCHOOL, "education.absence", "2025-1", absence)
    send_sealed(kafka, SCHOOL, "education.absence", "2025-1", token)
    send_sealed(kafka, SCHOOL, "education.absence", "2025-2", token[:-1] + b"\0")
    with receiving(root, settings) as (arriving, _):
        deadline = time.monotonic() + 20
        taken = 0
        while taken < 2 and time.monotonic() < deadline:
            taken += arriving.step(1)
        assert taken == 2

    # The absence becomes a task of the station: the child's history appears in its feed.
    hub.settle()
    child = child_of(hub, pupil(1))
    put_out(hub)
    for each in REGISTERED:
        take_in(tmp_path, each)
        assert same_as_the_hubs(hub, tmp_path, each) > 0
    opened = [each.entry for each in told(hub, STATION) if each.entry.subject == child]
    assert opened
    assert all(each.kind is Kind.FACT for each in opened)
    view = AgencyFolder(agency(tmp_path, SCHOOL)).view(SCHOOL)
    answers = {
        each.message_id: open_receipt([KEY], SCHOOL, each.message_id, each.token)
        for each in view.receipts()
    }
    view.close()
    assert answers["2025-1"].outcome == "accepted"
    assert [fault.code for fault in answers["2025-2"].faults] == ["SEALED_OTHERWISE"]

    # It ends with the task.
    task = hub.queries.inbox(reader(STATION)).items[0]
    hub.hub.command(AcceptReferral(referral_id=UUID(task.id)), actor(STATION))
    hub.hub.command(
        CompleteReferral(referral_id=UUID(task.id), outcome="FOUND", account="在亲戚家"),
        actor(STATION),
    )
    hub.settle()
    put_out(hub)
    for each in REGISTERED:
        take_in(tmp_path, each)
        same_as_the_hubs(hub, tmp_path, each)
    last = [each.entry for each in told(hub, STATION) if each.entry.subject == child]
    assert Kind.CLOSED in {each.kind for each in last[len(opened) :]}

    # Education never held what the police alone recorded.
    admonitions = {f.position for f in hub.store.feed(0, 100_000) if f.producer == POLICE}
    assert admonitions
    held = {
        json.loads(each.entry.payload)["position"]
        for each in told(hub, EDUCATION)
        if each.entry.kind is Kind.FACT
    }
    assert not admonitions & held

    # The broker's folder, with the shared log, the feeds and what came in, holds nothing plain.
    with relaying(root, settings) as (relay, _, _):
        while relay.step():
            pass
    values = [
        str(value)
        for number in (1, 2)
        for name, value in pupil(number).items()
        if name in ("name", "id_number", "guardian_name", "guardian_phone", "address")
    ]
    leaks = Leaks([*values, "在亲戚家"])
    found = []
    for path in own_broker.folder.rglob("*"):
        found += leaks.bytes(f"name of {path}", str(path).encode())
        if path.is_file():
            # Indexes are files of ten million zeros until they are used.
            found += leaks.bytes(str(path), path.read_bytes().rstrip(b"\0"))
    assert found == []
    for topic in ("hub.events", "hub.feed.school-", "hub.inbound.school-"):
        logs = [p for p in own_broker.folder.rglob("*.log") if f"t.{topic}" in str(p)]
        assert sum(path.stat().st_size for path in logs) > 1000, topic
    assert leaks.bytes("here", f"x{values[0]}x{values[1]}".encode()), "the scan finds nothing"

    # An end deletes everything.
    with registrations(hub) as agencies:
        agencies.end(SCHOOL, hub.clock.now())
    put_out(hub)
    take_in(tmp_path, SCHOOL)
    left = AgencyFolder(agency(tmp_path, SCHOOL)).view(SCHOOL)
    assert not any(rows_of(left.engine, SCHOOL).values())
    left.close()


@pytest.mark.kill
def test_kills_of_every_process_lose_nothing_and_double_nothing(
    hub: Program, tmp_path: Path
) -> None:
    root = hub.folder.root
    register(hub, SCHOOL, EDUCATION)
    rng = random.Random(7)
    put_out(hub)
    followers = {each: agency(tmp_path, each) for each in (SCHOOL, EDUCATION)}
    for folder in followers.values():
        folder.parent.mkdir()
    workers = [
        Worker(root, "feeds", "fill"),
        Worker(root, "feeds", "fill"),
        Worker(root, "feeds", "send"),
        *(
            Worker(folder, "project", "--agency", each, "--source", "kafka", cold=each == SCHOOL)
            for each, folder in followers.items()
        ),
    ]
    try:
        number = killed = 0
        while number < 22 or killed < 8:
            send(hub, EDUCATION, "education.roll", enrolled(pupil(number)))
            if number % 2:
                send(hub, SCHOOL, "education.absence", absent(pupil(number)))
                hub.settle()
            number += 1
            time.sleep(rng.uniform(0.05, 0.3))
            if rng.random() < 0.45:
                killed += 1
                _again(workers, rng.randrange(len(workers)))
        # One more each, killed as it begins, and then left alone.
        for at in range(len(workers)):
            _again(workers, at)
        for worker in workers:
            worker.ready()
        _until_followed(hub, tmp_path, workers)
        assert [worker.stop() for worker in workers] == [0] * len(workers)
    finally:
        for worker in workers:
            worker.kill()
    for organisation in (SCHOOL, EDUCATION):
        assert same_as_the_hubs(hub, tmp_path, organisation) > number


def _again(workers: list[Worker], at: int) -> None:
    """SIGKILL, and another one in its place."""
    workers[at].kill()
    workers[at] = Worker(workers[at].data, *workers[at].command)


def _until_followed(hub: Program, tmp_path: Path, workers: list[Worker]) -> None:
    deadline = time.monotonic() + 40
    views: list[FeedFollower] = []
    try:
        views = [AgencyFolder(agency(tmp_path, each)).view(each) for each in (SCHOOL, EDUCATION)]
        while time.monotonic() < deadline:
            assert all(each.running for each in workers)
            time.sleep(0.2)
            with feeding(hub.folder.root, Settings()) as (feeder, _, _):
                positions = [feeder.following(s).position for s in feeder.seats()]
            done = min(positions) == hub.store.position and all(
                view.place.position == len(told(hub, view.organisation)) for view in views
            )
            if done:
                return
        raise AssertionError("the workers do not follow")
    finally:
        for view in views:
            view.close()


def test_a_topic_that_was_lost_holds_up_nobody_elses_records(hub: Program, tmp_path: Path) -> None:
    root, settings = hub.folder.root, Settings()
    register(hub, SCHOOL, EDUCATION)
    put_out(hub)
    with registrations(hub) as agencies:
        with agencies.engine.execution_options(writing=True).begin() as connection:
            moved(connection, EDUCATION, 7)
        kafka = kafka_settings(settings)
        intake = hubs_intake_key(root, settings).public_key()
        for organisation in (EDUCATION, SCHOOL):
            token = seal_record(intake, organisation, "report.mandatory", "m-1", b"{}")
            send_sealed(kafka, organisation, "report.mandatory", "m-1", token)
        with receiving(root, settings) as (arriving, _), capture_logs() as logged:
            deadline = time.monotonic() + 20
            while not arriving.step(1) and time.monotonic() < deadline:
                pass
        lost = [each for each in logged if each["event"] == "inbound_place_lost"]
        assert [each["organisation"] for each in lost] == [EDUCATION]
        with agencies.engine.begin() as connection:
            assert offset_of(connection, SCHOOL) == 1
            assert offset_of(connection, EDUCATION) == 7
