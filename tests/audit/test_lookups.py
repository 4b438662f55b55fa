"""Which looks are told to those who answer for the child; none is judged twice, none missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.audit import watch as watching
from hub.audit.log import AccessEntry, AccessLog
from hub.audit.lookups import Kind, LookRules, unusual
from hub.audit.tables import AREA
from hub.audit.watch import Watch
from hub.policies import load_policies
from hub.storage.sql import Storage
from tests.audit.conftest import STREAMS, entry
from tests.storage.opening import select

MORNING = datetime(2026, 9, 1, 1, tzinfo=UTC)
"""Nine o'clock in Shanghai."""
RULES = LookRules.model_validate(
    {
        "actions": ["child_file", "timeline"],
        "night": {"from": 22, "until": 6, "not_for": ["police"]},
        "many": {"children": 3, "minutes": 10},
        "told": {"responsible": ["village"], "oversight": ["civil_affairs"]},
    }
)


def look(at: datetime = MORNING, child: int = 0, **other: str) -> AccessEntry:
    return entry(
        0,
        at=at.isoformat(timespec="microseconds"),
        child_ref=str(uuid5(STREAMS, f"child {child}")),
        **{"user": "u-1", **other},
    )


def kinds(*looks: AccessEntry, after: int = 0, rules: LookRules = RULES) -> list[tuple[int, str]]:
    numbered = list(enumerate(looks, start=1))
    return [(each.seq, each.kinds) for each in unusual(numbered, after, rules)]


def test_an_ordinary_look_by_day_is_told_to_nobody() -> None:
    assert kinds(look(), look(child=1), look(child=1)) == []


def test_a_look_at_a_child_who_is_not_ones_own_is_told() -> None:
    assert kinds(look(action="child_file.nothing")) == [(1, "outside")]


@pytest.mark.parametrize(
    ("hour", "night"), [(21, False), (22, True), (0, True), (5, True), (6, False), (12, False)]
)
def test_a_look_between_ten_and_six_in_shanghai_is_told(hour: int, night: bool) -> None:
    at = datetime(2026, 9, 1, hour, 30, tzinfo=UTC) - timedelta(hours=8)
    assert kinds(look(at)) == ([(1, "night")] if night else [])


def test_who_works_at_night_is_not_told_of() -> None:
    at = MORNING - timedelta(hours=6)
    assert kinds(look(at, organisation="police:310117")) == []
    assert kinds(look(at, organisation="police:310117", action="timeline.nothing")) == [
        (1, "outside")
    ], "but of what is none of its business all the same"


def test_the_look_that_passes_the_number_is_told_once() -> None:
    looks = [look(MORNING + timedelta(minutes=n), child=n) for n in range(6)]
    assert kinds(*looks) == [(4, "many")]


def test_looks_long_ago_of_others_and_at_the_same_child_do_not_count() -> None:
    later = MORNING + timedelta(minutes=10)
    assert kinds(*(look(child=n) for n in range(3)), look(later, child=3)) == []
    assert kinds(*(look(child=n, user=f"u-{n}") for n in range(6))) == []
    assert kinds(*(look(child=n % 3) for n in range(9))) == []


def test_pages_of_lists_and_the_hub_itself_are_not_judged() -> None:
    at = MORNING - timedelta(hours=6)
    assert kinds(*(look(at, child=n, action="children") for n in range(9))) == []
    assert kinds(look(at, action="match", organisation="hub:310117")) == []
    assert (
        kinds(
            look(at, action="child_file.nothing").__class__(
                **{**_fields(look(at, action="child_file.nothing")), "child_ref": ""}
            )
        )
        == []
    )


def _fields(each: AccessEntry) -> dict[str, str]:
    return {name: getattr(each, name) for name in AccessEntry.__dataclass_fields__}


def test_the_policies_name_all_three() -> None:
    rules = load_policies().unusual_looks
    assert rules.actions
    assert rules.told.oversight == {"civil_affairs"}
    assert rules.night.covers(MORNING - timedelta(hours=6))
    assert not rules.night.covers(MORNING)


# Kept


@pytest.fixture
def watch(storage: Storage, log: AccessLog) -> Iterator[Watch]:
    found = Watch(storage, RULES, "rules 1")
    yield found
    found.close()


def test_looks_are_judged_once_from_where_it_was_left_off(
    watch: Watch, log: AccessLog, storage: Storage
) -> None:
    assert watch.look() == 0
    log.append([look(child=n) for n in range(3)])
    assert watch.look() == 0
    log.append([look(child=3), look(child=4, action="child_file.nothing")])
    assert watch.look() == 2, "what was looked at before counts"
    assert watch.look() == 0
    assert [(each.seq, each.kinds) for each in watch.found()] == [(5, "outside"), (4, "many")]
    assert [each.seq for each in watch.found(before=5)] == [4]
    rows = select(storage, AREA, "SELECT upto, policy_version FROM watched ORDER BY upto")
    assert rows == [(3, "rules 1"), (5, "rules 1")]


def test_two_that_judge_tell_nobody_twice(watch: Watch, log: AccessLog, storage: Storage) -> None:
    other = Watch(storage, RULES, "rules 1")
    log.append([look(action="timeline.nothing")])
    assert (watch.look(), other.look()) == (1, 0)
    assert len(watch.found()) == 1
    other.close()


def test_what_is_kept_says_nothing_of_who_the_child_is(watch: Watch, log: AccessLog) -> None:
    log.append([look(action="timeline.nothing")])
    watch.look()
    (found,) = watch.found()
    assert Kind(found.kinds) is Kind.OUTSIDE
    assert (found.organisation, found.user, found.post) == ("school:3101170001", "u-1", "handler")
    assert found.child_ref == look().child_ref


looks = st.lists(
    st.builds(
        lambda minutes, child, user, nothing: look(
            MORNING + timedelta(minutes=minutes),
            child,
            user=f"u-{user}",
            action="timeline.nothing" if nothing else "timeline",
        ),
        st.integers(0, 40),
        st.integers(0, 8),
        st.integers(0, 2),
        st.booleans(),
    ),
    max_size=40,
).map(lambda found: sorted(found, key=lambda each: each.at))


@given(looks, st.integers(1, 7))
def test_in_portions_the_same_is_found_as_at_once(all_looks: list[AccessEntry], size: int) -> None:
    numbered = list(enumerate(all_looks, start=1))
    at_once = unusual(numbered, 0, RULES)
    portions = [
        each
        for start in range(0, len(numbered), size)
        for each in unusual(numbered[: start + size], start, RULES)
    ]
    assert portions == at_once


def test_a_portion_reads_back_as_far_as_looks_count(
    watch: Watch, log: AccessLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "PORTION", 2)
    log.append([look(MORNING + timedelta(minutes=n), child=n) for n in range(7)])
    assert watch.look() == 1
    assert [each.seq for each in watch.found()] == [4]
