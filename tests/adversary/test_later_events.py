"""Attack 11: a placement or task that ended: what was released before opens nothing that came
later, nor anything else of the same child."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from domain.kernel import Category
from domain.referral import AcceptReferral, CompleteReferral
from hub.bootstrap import Program
from hub.encryption.fields import Tampered, key_version, open_, open_with_subkey
from hub.eventstore.codec import Fact, SealedField, sealed_field
from hub.keyservice import Marker
from hub.releases.desk import place_of
from tests.program import (
    EDUCATION,
    OTHER_SCHOOL_NAME,
    SCHOOL,
    STATION,
    absent,
    actor,
    child_of,
    enrolled,
    pupil,
    reader,
    running,
    send,
)

pytestmark = [pytest.mark.adversary]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        send(made, EDUCATION, "education.roll", enrolled(pupil(1)))
        send(made, SCHOOL, "education.absence", absent(pupil(1)))
        made.settle()
        yield made


def facts(hub: Program, after: int = 0) -> list[Fact]:
    child = UUID(child_of(hub, pupil(1)))
    return [f for f in hub.store.history([child], hub.store.position) if f.position > after]


def fields(found: list[Fact]) -> list[SealedField]:
    return [
        sealed_field(place_of(fact), name, entry)
        for fact in found
        for name, entry in fact.sealed.items()
    ]


def released(hub: Program, organisation: str, found: list[Fact]) -> list[bytes]:
    """The keys that an organisation was handed for everything that there was."""
    keys = hub.queries._keyservice.subkeys(  # type: ignore[attr-defined]
        reader(organisation), fields(found), "test"
    )
    return [key for key in keys if isinstance(key, bytes)]


def opens(keys: list[bytes], found: list[Fact]) -> bool:
    """Whether any of some keys opens anything."""
    for key in keys:
        for field in fields(found):
            try:
                open_with_subkey(key, field.context, field.token)
            except Tampered:
                continue
            return True
    return False


def end_task(hub: Program) -> None:
    task = hub.queries.inbox(reader(STATION)).items[0]
    hub.hub.command(AcceptReferral(referral_id=UUID(task.id)), actor(STATION))
    hub.hub.command(CompleteReferral(referral_id=UUID(task.id), outcome="FOUND"), actor(STATION))
    hub.settle()


def change_school(hub: Program) -> None:
    moved = enrolled(pupil(1), OTHER_SCHOOL_NAME, since="2025-03-01")
    send(hub, EDUCATION, "education.roll", moved)
    hub.settle()


@pytest.mark.attack(11)
@pytest.mark.parametrize(
    ("organisation", "end"), [(STATION, end_task), (SCHOOL, change_school)], ids=["task", "school"]
)
def test_what_was_released_before_the_end_opens_nothing_that_came_later(
    hub: Program, organisation: str, end: object
) -> None:
    before = facts(hub)
    keys = released(hub, organisation, before)
    assert opens(keys, before), "it did open what it was for"
    assert callable(end)
    end(hub)
    after = hub.store.position
    send(hub, SCHOOL, "education.absence", absent(pupil(1), days=9, reason="（示例）仍未到校"))
    later = facts(hub, after)
    assert fields(later)
    assert not opens(keys, later)


@pytest.mark.attack(
    11, broken="a release hands out the data key, and reading ends without a new one"
)
def test_a_data_key_handed_out_for_good_would_open_what_comes_later(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(hub.store), "renew_keys", lambda self, slots: None)
    change_school(hub)
    after = hub.store.position
    send(hub, SCHOOL, "education.absence", absent(pupil(1), days=9, reason="（示例）仍未到校"))
    (field, *_) = [f for f in fields(facts(hub, after)) if f.context.category == "schooling"]
    earlier = next(f for f in fields(facts(hub)) if f.context.category == "schooling")
    assert key_version(earlier.token) == key_version(field.token)
    data_key = hub.keys.get(field.context.subject, "schooling", key_version(earlier.token))
    assert open_(data_key, field.context, field.token), "the attack succeeds"


@pytest.mark.attack(11)
def test_when_a_school_no_longer_reads_later_events_have_another_data_key(hub: Program) -> None:
    """Also whoever kept a data key, which no release hands out, opens nothing later by it."""

    def versions(found: list[Fact], category: Category) -> set[int]:
        return {key_version(f.token) for f in fields(found) if f.context.category == category}

    assert versions(facts(hub), Category.SCHOOLING) == {1}
    change_school(hub)
    after = hub.store.position
    send(hub, SCHOOL, "education.absence", absent(pupil(1), days=9, reason="（示例）仍未到校"))
    assert versions(facts(hub, after), Category.SCHOOLING) == {2}
    assert versions(facts(hub, after), Category.CONTACT) <= {1}, "no school reads contact"
    shown = hub.queries.timeline(reader(EDUCATION), child_of(hub, pupil(1))).items
    values = {str(value) for each in shown for value in each.fields.values()}
    assert values
    assert not values & set(Marker), "whoever still reads opens both versions"
