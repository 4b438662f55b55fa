"""A look without a right purpose shows nothing, at any door, and somebody hears of it.

Source: privacy design, "Attacks that must fail" 13: missing or malformed policy attribute, unknown
purpose: deny and alarm.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from domain.kernel import LegalBasis
from domain.organisations import Post
from domain.purpose import Purpose
from domain.scope import SCOPE, scope_id
from hub.bootstrap import Program
from hub.keyservice import Reader
from hub.queries import NotAdmitted
from tests.adversary.asking import DOORS, Asking, asking_as, text_of
from tests.adversary.job import Job
from tests.program import CIVIL_AFFAIRS, POLICE, PROCURATORATE, SCHOOL, STATION, TOWN, reader

pytestmark = pytest.mark.adversary

REFUSED: dict[str, Reader] = {
    "an unknown purpose": replace(reader(TOWN), purpose="CURIOSITY"),  # type: ignore[arg-type]
    "an empty purpose": replace(reader(TOWN), purpose=""),  # type: ignore[arg-type]
    "no purpose at all": replace(reader(TOWN), purpose=None),  # type: ignore[arg-type]
    "an unknown basis": replace(reader(TOWN), legal_basis="HABIT"),  # type: ignore[arg-type]
    "no basis at all": replace(reader(TOWN), legal_basis=None),  # type: ignore[arg-type]
    "an unknown post": replace(reader(TOWN), post="emperor"),
    "an empty post": replace(reader(TOWN), post=""),
    "an unknown seat": replace(reader(TOWN), organisation="ministry:1"),
    "no seat at all": replace(reader(TOWN), organisation=""),
    "the hub's own post": reader(TOWN, Post.SYSTEM),
    "the hub's own purpose": replace(reader(TOWN), purpose=Purpose.MATCHING),
    "the hub's own purpose at another post": replace(
        reader(TOWN, Post.DUTY_LEADER), purpose=Purpose.MATCHING
    ),
    "the hub, for a person's purpose": replace(reader(TOWN), organisation="hub:310117"),
    "another seat's purpose": replace(reader(SCHOOL), purpose=Purpose.COORDINATION),
    "the procurators' purpose": replace(reader(POLICE), purpose=Purpose.CASE_STATUS_CHECK),
    "consent, before there are rules for it": replace(
        reader(TOWN), legal_basis=LegalBasis.GUARDIAN_CONSENT
    ),
}
"""Readers whom nobody may answer."""


@pytest.fixture(scope="module")
def asking(looked_at: Program, done: Job) -> Asking:
    """Everything there is to ask for, whoever asks."""
    return asking_as(looked_at, done, TOWN)


def _all(asking: Asking, who: Reader) -> str:
    asked = replace(asking, reader=who)
    return "".join(text_of(answer) for door in DOORS.values() for answer in door(asked))


def _secrets(job: Job, told: str, *categories: str) -> set[str]:
    return {
        secret.category
        for secret in job.secrets
        if secret.text in told and (not categories or secret.category in categories)
    }


@pytest.mark.attack(13)
@pytest.mark.parametrize("why", REFUSED)
def test_who_has_no_right_purpose_is_refused_at_every_door_and_it_is_noticed(
    asking: Asking, why: str
) -> None:
    asked = replace(asking, reader=REFUSED[why])
    for name, door in DOORS.items():
        with capture_logs() as logged, pytest.raises(NotAdmitted):
            list(door(asked))
        assert [each for each in logged if each["log_level"] == "error"], name
        assert all(each["event"] == "look.refused" for each in logged)


@pytest.mark.attack(13)
def test_what_is_refused_is_written_down_and_repeats_nothing_that_was_made_up(
    hub: Program, job: Job
) -> None:
    """A known asker's refused look is an entry like any other; words that are nobody's are in no
    entry and no log."""
    before = hub.audit.count()
    with pytest.raises(NotAdmitted):
        hub.queries.children(REFUSED["another seat's purpose"])
    newest = hub.audit.newest(1)[0]
    assert (hub.audit.count(), newest.action) == (before + 1, "children.refused")
    assert (newest.organisation, newest.purpose) == (SCHOOL, "COORDINATION")
    with capture_logs() as logged, pytest.raises(NotAdmitted):
        hub.queries.children(REFUSED["an unknown purpose"])
    assert hub.audit.count() == before + 1
    assert "CURIOSITY" not in repr(logged)


@pytest.mark.attack(13, broken="the purpose is not asked")
def test_without_the_purpose_the_school_would_be_shown_its_pupils_for_coordination(
    hub: Program, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def anything(*args: Any, **more: Any) -> bool:
        return True

    monkeypatch.setattr("hub.queries.asked.admits", anything)
    monkeypatch.setattr("hub.queries.asked.serves", anything)
    monkeypatch.setattr("hub.authorization.decide.serves", anything)
    who = REFUSED["another seat's purpose"]
    assert _secrets(job, _all(asking_as(hub, job, SCHOOL), who)) >= {"who", "schooling"}


@pytest.mark.attack(13)
def test_a_procurators_check_opens_no_field_at_any_door(asking: Asking, done: Job) -> None:
    casework = _all(asking, reader(PROCURATORATE))
    assert _secrets(done, casework) >= {"harm", "orders"}
    check = replace(reader(PROCURATORATE), purpose=Purpose.CASE_STATUS_CHECK)
    assert _secrets(done, _all(asking, check)) == set()


@pytest.mark.attack(13)
def test_coordination_shows_neither_means_nor_harm_nor_who_reported(
    asking: Asking, done: Job
) -> None:
    withheld = ("means", "harm", "orders", "reporter")
    told = _all(asking, reader(CIVIL_AFFAIRS))
    assert "means" in _secrets(done, told, *withheld)
    coordinating = replace(reader(CIVIL_AFFAIRS), purpose=Purpose.COORDINATION)
    told = _all(asking, coordinating)
    assert _secrets(done, told, *withheld) == set()
    assert "who" in _secrets(done, told)


@pytest.mark.attack(13)
@pytest.mark.parametrize("organisation", [TOWN, STATION, SCHOOL])
def test_a_task_that_is_over_is_no_purpose(
    looked_at: Program, asking: Asking, done: Job, organisation: str
) -> None:
    """What one reads in one's jurisdiction there is casework for; of a referral that is over,
    kind, state and clock are shown still, and nothing of the child."""
    queries, casework = looked_at.queries, reader(organisation)
    in_task = replace(casework, purpose=Purpose.TASK)
    another = replace(in_task, task="00000000-0000-4000-8000-000000000001")
    shown = {True: 0, False: 0}
    for child in sorted({f.child_ref or str(f.stream) for f in looked_at.store.feed(0, 100_000)}):
        tasks = looked_at.store.load(SCOPE, scope_id(organisation, UUID(child))).state.items
        if not any(entry.fields for entry in queries.timeline(casework, child).items):
            continue
        told = [entry for entry in queries.timeline(in_task, child).items if entry.fields]
        shown[bool(tasks)] += 1
        assert bool(told) is bool(tasks), child
        assert tasks or queries.child_file(in_task, child) is None
        named = replace(in_task, task=str(next(iter(tasks), "")))
        assert not tasks or text_of(queries.timeline(named, child).items) == text_of(
            queries.timeline(in_task, child).items
        )
        assert not any(entry.fields for entry in queries.timeline(another, child).items)
    assert shown[False], "nothing to be withheld"
    assert shown[True] or organisation == SCHOOL, "no open task"
    assert _secrets(done, _all(asking, another)) == set()
