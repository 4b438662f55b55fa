"""Records that may be sealed (封存) are made so that they can be: each with a data key of its own,
and nothing that rests on it. Source: privacy design, "Erase, seal"; policies/sealable.toml."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from adapters.registry import ALL_KINDS
from domain.child_file import IdentityStated
from domain.kernel import Category
from domain.registry import STREAM_BY_NAME
from hub.bootstrap import Program
from hub.encryption.keystore import SubjectErased
from hub.policies import load_policies
from tests.erasure.office import APPROVES, ask
from tests.program import (
    EDUCATION,
    SCHOOL,
    absent,
    child_of,
    pupil,
    reader,
    running,
    send,
    unnumbered,
)
from tests.sealing.office import ACCOUNT, KIND, known_pupil, measure, record_of, took_measure


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        yield made


SEALING = load_policies().rules.sealing


def test_there_is_a_test_class_only_and_each_class_is_of_kinds_that_there_are() -> None:
    assert SEALING.classes
    assert all(each.test for each in SEALING.classes.values())
    names = {kind.name for kind in ALL_KINDS}
    assert names >= SEALING.kinds
    for each in SEALING.classes.values():
        assert set(STREAM_BY_NAME) >= {each.stream, *each.with_}


def test_a_record_of_a_class_is_read_as_any_other_and_its_look_names_the_child(
    hub: Program,
) -> None:
    child = known_pupil(hub)
    took_measure(hub)
    for organisation in (SCHOOL, EDUCATION):
        items = hub.queries.timeline(reader(organisation), str(child)).items
        (shown,) = [each for each in items if each.topic == "conduct_measure.taken.v1"]
        assert shown.fields["account"] == ACCOUNT
        assert hub.audit.newest(1)[0].child_ref == str(child)
    record = record_of(hub, child)
    assert hub.keys.latest(record, Category.SCHOOLING.value) == 1


def test_two_records_of_one_child_have_two_keys(hub: Program) -> None:
    child = known_pupil(hub)
    took_measure(hub)
    first = record_of(hub, child)
    took_measure(hub, taken_on="2025-02-25")
    second = record_of(hub, child)
    category = Category.SCHOOLING.value
    assert first != second
    assert hub.keys.get(first, category, 1).key != hub.keys.get(second, category, 1).key


def _identities(hub: Program, child: UUID) -> list[tuple[str, bool]]:
    facts = hub.store.history([child], hub.store.position)
    return [
        (fact.producer, fact.clear.get("apart", False))
        for fact in facts
        if fact.topic == IdentityStated.TOPIC
    ]


def test_who_the_child_is_is_stated_anew_by_the_next_record_that_may_not_be_sealed(
    hub: Program,
) -> None:
    """Else that one would show no name once the first is sealed."""
    took_measure(hub)
    child = UUID(child_of(hub, pupil(1)))
    assert _identities(hub, child) == [(SCHOOL, True)]
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    send(hub, SCHOOL, "education.absence", absent(pupil(1), absent_since="2025-02-26"))
    assert _identities(hub, child) == [(SCHOOL, True), (SCHOOL, False)]
    took_measure(hub, taken_on="2025-02-25")
    assert _identities(hub, child) == [(SCHOOL, True), (SCHOOL, False), (SCHOOL, True)]


def test_a_record_of_a_class_finds_its_child_and_opens_its_file_as_any_other(hub: Program) -> None:
    send(hub, SCHOOL, KIND, measure(unnumbered(1)))
    send(hub, SCHOOL, KIND, measure(unnumbered(1), taken_on="2025-02-25"))
    send(hub, SCHOOL, "education.absence", absent(unnumbered(1)))
    children = {
        fact.clear["child_ref"]
        for fact in hub.store.feed(0, 1000)
        if fact.topic.startswith("child_file.")
    }
    assert len(children) == 1


def test_the_erasure_of_a_child_takes_the_keys_of_its_records_with_it(hub: Program) -> None:
    child = known_pupil(hub)
    took_measure(hub)
    record = record_of(hub, child)
    ask(hub, child)
    hub.erasures.approve(child, APPROVES)
    for subject in (child, record):
        with pytest.raises(SubjectErased):
            hub.keys.get(subject, Category.SCHOOLING.value, 1)
    assert hub.erasures.resume(rotate_now=True) == 1
