"""What a sealed record leaves in a case's bundle, and that an organisation's own server is told as
little of it as anybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from domain.kernel import Actor, Refused
from domain.purpose import Purpose
from domain.registry import AFTERWARDS, EVENTS, STREAM_OF_TOPIC
from hub.application import Unit
from hub.bootstrap import Program
from hub.bundle.check import check_bundle
from hub.eventstore.codec import SealedField, sealed_field
from hub.eventstore.store import EventStore
from hub.keyservice import Marker
from hub.policies import load_policies
from hub.releases.desk import place_of
from hub.releases.remote import RemoteKeys
from tests.adversary.apart import apart
from tests.domain.histories import EXAMPLES
from tests.erasure.office import ask as ask_erasure
from tests.program import PROCURATORATE, SCHOOL, actor, child_of, pupil, reader, running, send
from tests.sealing.office import ACCOUNT, record_of, seal, took_measure, with_holders

NOBODY = UUID("a0000000-0000-4000-8000-0000000dead1")
"""A child that never was."""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        yield made


def _field(hub: Program, record: UUID) -> SealedField:
    """The account of a record, as whoever has the whole database has it."""
    taken = next(f for f in hub.store.stream_facts(record) if "account" in f.sealed)
    return sealed_field(place_of(taken), "account", taken.sealed["account"])


def test_an_organisations_own_server_is_told_of_a_sealed_field_as_of_one_that_is_none(
    hub: Program, tmp_path: Path
) -> None:
    """With its keys, its people's tokens, and every database: the place is asked for by name."""
    with_holders(hub, tmp_path)
    took_measure(hub)
    record = record_of(hub, UUID(child_of(hub, pupil(1))))
    field = _field(hub, record)
    nowhere = SealedField(replace(field.context, stream=UUID(int=5)), field.token)
    with apart(hub, tmp_path) as made:
        person = made.hire(SCHOOL)
        keys = RemoteKeys(made.remote(SCHOOL))
        assert keys.open(person.reader(), [field], "timeline") == [ACCOUNT]
        seal(hub, record)
        for _ in range(2):
            found = keys.open(person.reader(), [field, nowhere], "timeline")
            assert found == [Marker.WITHHELD.value] * 2, "nor from what it kept"


def test_another_cases_bundle_stays_complete_and_says_nothing_of_the_sealed_record(
    hub: Program, tmp_path: Path
) -> None:
    with_holders(hub, tmp_path)
    took_measure(hub)
    child = UUID(child_of(hub, pupil(1)))
    order = {"document_number": "示检督〔2025〕1号", "served_on": "2025-03-01",
             "requirements": "示例指导要求"}  # fmt: skip
    send(hub, PROCURATORATE, "procuratorate.supervision_order", {**pupil(1), **order})
    hub.settle()
    record = record_of(hub, child)
    seal(hub, record)
    hub.settle()
    facts = hub.store.history([child], hub.store.position)
    case = next(str(f.stream) for f in facts if f.topic.startswith("guardianship."))
    asks = replace(reader(PROCURATORATE), purpose=Purpose.CASE_EXPORT)
    file = hub.queries.bundle(asks, case)
    assert file is not None
    assert str(record) not in file
    found = check_bundle(file, hub.trail.public)
    assert {event.topic.split(".")[0] for event in found.events} >= {"guardianship", "child_file"}
    assert not any(event.clear.get("apart") for event in found.events)
    (own,) = [each for each in found.content["streams"] if each["stream"] == str(child)]
    assert "digest" in own["events"][0], "the statement that came with it is not for the reader"


def test_nothing_follows_later_from_a_record_that_may_be_sealed() -> None:
    """What follows after the append could come behind the fence, and no view would know it."""
    for each in load_policies().rules.sealing.classes.values():
        events = {EVENTS[topic] for topic in EVENTS if STREAM_OF_TOPIC[topic].name == each.stream}
        assert events
        assert not [reaction for reaction in AFTERWARDS if events & set(reaction.on)]


def _decided(hub: Program, ref: UUID) -> list[object]:
    """What every command of the examples comes to, asked about a child; nothing is appended."""
    found: list[object] = []
    for command, by, _ in (each for module in EXAMPLES for each in module.TOLD):
        if "child_ref" not in type(command).model_fields:
            continue
        asked = command.model_copy(update={"child_ref": ref})
        person = by if isinstance(by, Actor) else actor(by)
        try:
            events = Unit(hub.hub, None).execute(asked, person)
        except Refused as refused:
            found.append((type(command).__name__, refused.code))
        else:
            found.append((type(command).__name__, [each.event.TOPIC for each in events]))
    return found


@pytest.mark.adversary
@pytest.mark.attack(12)
def test_no_command_is_decided_by_a_sealed_statement(hub: Program, tmp_path: Path) -> None:
    """Whoever kept the identifier of a child whom only the sealed record named is answered as for
    one that never was."""
    with_holders(hub, tmp_path)
    took_measure(hub)
    child = UUID(child_of(hub, pupil(1)))
    seal(hub, record_of(hub, child))
    hub.settle()
    assert _decided(hub, child) == _decided(hub, NOBODY)
    with pytest.raises(Refused, match="ERASURE_NO_FILE"):
        ask_erasure(hub, child)


@pytest.mark.adversary
@pytest.mark.attack(12, broken="decisions rest on what is sealed")
def test_a_decision_that_rests_on_it_would_tell(
    hub: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EventStore, "_gone", lambda self, facts: frozenset())
    with_holders(hub, tmp_path)
    took_measure(hub)
    child = UUID(child_of(hub, pupil(1)))
    seal(hub, record_of(hub, child))
    ask_erasure(hub, child)
