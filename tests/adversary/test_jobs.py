"""Human resources learn nothing of the child: issue 8, "parents' employment help by human resources
without telling them why"; domain reference §10 (人社局: must never see that the child is in a
category, harm, health).

One adult whom a village asked for, guardian and suspect of a child in a category, and one who has
no child in the hub: to human resources the two are alike in everything that they are ever given.
"""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic_core import from_json

from adapters.registry import ALL_KINDS
from domain.organisations import Seat
from domain.referral import AcceptReferral, RequestReferral
from hub.application import SYSTEM
from hub.bootstrap import Program
from hub.feeds.outbox import Kind
from hub.queries import Queries
from tests.adversary.test_feeds import Until
from tests.application.test_jobs import (
    ADULT,
    HELPER,
    PHONE,
    asked,
    begun,
    did,
    forwarded,
    helps,
    settle,
    stepped,
    wishes,
)
from tests.application.test_suspects import report
from tests.program import (
    TOWN,
    VILLAGE,
    VILLAGE_CODE,
    actor,
    at,
    child_of,
    pupil,
    reader,
    rows,
    send,
    take,
    view_file,
)
from tests.projections.feeds import Feeds

pytestmark = [pytest.mark.adversary, pytest.mark.slow]

OTHER = {"adult_name": "示例另一人", "adult_phone": "13900000002"}
STEPS = ("已受理", "已联系本人", "已推荐", "已就业")


class Two:
    """The two adults, each with the number of the help; of the first also wish and child."""

    def __init__(self, hub: Program) -> None:
        begun(hub)
        self.child = child_of(hub, pupil(1))
        report(hub, self.child, guardian_suspected="是")
        settle(hub)
        self.wish = asked(hub)
        self.guardian = forwarded(hub, self.wish)
        self.resident = forwarded(hub, None, **OTHER)
        self.secrets = (
            self.child,
            self.wish,
            VILLAGE,
            VILLAGE_CODE,
            "school",
            "留守",
            "LEFT_BEHIND",
            pupil(1)["name"],
            pupil(1)["guardian_phone"],
            "guardian",
        )


@pytest.fixture
def two(hub: Program) -> Two:
    return Two(hub)


def held(hub: Program) -> dict[str, list[tuple[Any, ...]]]:
    """All that the view of human resources holds, but for whom a seat could ever reach: that table
    is the same in every seat's database, and no door shows it."""
    return {
        table: found
        for table, found in rows(view_file(hub, Seat.HUMAN_RESOURCES)).items()
        if table != "reach"
    }


def alike(hub: Program, two: Two) -> None:
    """What is given of the one is given of the other, word for word but for the adult itself."""

    def given(number: str) -> list[Any]:
        items = hub.queries.timeline(reader(HELPER), number, limit=200).items
        return [
            (
                each.topic,
                each.by,
                each.producer,
                sorted(each.clear),
                sorted(each.fields),
                each.words,
            )
            for each in items
        ]

    assert given(two.guardian) == given(two.resident)
    listed = {each.number: asdict(each) for each in helps(hub, over=True)}
    own = {"number", "adult_name", "adult_phone"}
    assert _but(listed.get(two.guardian), own) == _but(listed.get(two.resident), own)


def _but(row: dict[str, Any] | None, names: set[str]) -> dict[str, Any] | None:
    return None if row is None else {name: row[name] for name in row.keys() - names}


def test_the_two_are_alike_at_every_step(hub: Program, two: Two) -> None:
    alike(hub, two)
    for step in STEPS:
        stepped(hub, two.guardian, step)
        stepped(hub, two.resident, step)
        alike(hub, two)
    for number in (two.guardian, two.resident):
        send(hub, TOWN, "jobs.ending", {"help": number, "ended_on": "2025-03-03"})
    settle(hub)
    alike(hub, two)


def test_who_ended_it_is_not_told(hub: Program, two: Two) -> None:
    """The one at the village's desk, with its wish, the other at the station's."""
    for number in (two.guardian, two.resident):
        stepped(hub, number, "已受理")
    line = {"help": two.guardian, "wish": two.wish, "ended_on": "2025-03-03"}
    send(hub, VILLAGE, "jobs.ending", line)
    send(hub, TOWN, "jobs.ending", {"help": two.resident, "ended_on": "2025-03-03"})
    settle(hub)
    alike(hub, two)
    assert VILLAGE not in repr(held(hub))


def test_nothing_that_their_database_ever_held_leads_to_the_child(hub: Program, two: Two) -> None:
    for number in (two.guardian, two.resident):
        stepped(hub, number, *STEPS)
    text = repr(held(hub))
    assert two.guardian in text
    for secret in two.secrets:
        assert secret not in text, secret


def test_nothing_that_their_feed_ever_told_leads_to_the_child(
    hub: Program, two: Two, tmp_path: Path
) -> None:
    stepped(hub, two.guardian, "已受理")
    send(hub, VILLAGE, "jobs.ending", {"help": two.guardian, "ended_on": "2025-03-03"})
    settle(hub)
    with closing(Feeds(tmp_path)) as feeds:
        feeds.register(HELPER)
        facts, follower = hub.store.feed(0, 1_000_000), feeds.following(HELPER)
        for position in range(1, hub.store.position + 1):
            # One fact at a time: what a scope shows for an instant is told no less.
            follower.step(Until(hub.store, facts, position))
        told = feeds.sent(HELPER)
    rows_told = [from_json(each.payload) for each in told if each.kind is Kind.FACT]
    assert {each["child_ref"] for each in rows_told} == {two.guardian, two.resident}
    text = repr([(each.subject, each.payload) for each in told])
    for secret in two.secrets:
        assert secret not in text, secret


def test_asked_for_child_and_wish_every_door_answers_as_for_nothing(hub: Program, two: Two) -> None:
    nothing = str(UUID(int=1))
    by, queries = reader(HELPER), hub.queries
    doors = (Queries.timeline, Queries.child_file, Queries.complete_file, Queries.referral)
    for door in doors:
        for secret in (two.child, two.wish):
            assert repr(door(queries, by, secret)) == repr(door(queries, by, nothing)), door
    assert [each.child_ref for each in queries.children(by).items] == []
    assert wishes(hub, HELPER, over=True) == []


def test_refusals_are_alike_for_a_wish_a_child_and_nothing(hub: Program, two: Two) -> None:
    found = set()
    for number in (two.wish, two.child, str(UUID(int=1))):
        (fault,) = take(hub, HELPER, "jobs.step", did(number, "已受理")).faults
        (ending,) = take(
            hub, HELPER, "jobs.ending", {"wish": number, "ended_on": "2025-03-03"}
        ).faults
        found.add((fault.code, fault.rule, ending.code, ending.rule))
    assert len(found) == 1


def test_a_task_on_the_child_does_not_show_that_its_guardian_looks_for_work(
    hub: Program, two: Two
) -> None:
    """童工核查 releases name, contact and schooling of a child to them: the wish is neither."""
    task = UUID(int=7001)
    asking = RequestReferral(
        referral_id=task,
        child_ref=UUID(two.child),
        case_id=UUID(int=7002),
        kind="check_child_labour",
        sender="education:310117",
        addressee=HELPER,
        town=None,
        immediate_danger=False,
    )
    hub.hub.command(asking, SYSTEM)
    hub.hub.command(AcceptReferral(referral_id=task), actor(HELPER))
    settle(hub)
    items = hub.queries.timeline(reader(HELPER), two.child, limit=200).items
    assert items
    assert not [each.topic for each in items if each.topic.startswith("job")]
    text = repr([(each.clear, each.fields) for each in items])
    for secret in (ADULT, PHONE, two.wish, two.guardian):
        assert secret not in text
    assert wishes(hub, HELPER) == []


def test_of_a_suspected_guardian_the_help_goes_on_and_tells_nobody_anything(
    hub: Program,
) -> None:
    """Neither that there is a suspicion, by stopping, nor how the guardian is reached."""
    begun(hub)
    number = forwarded(hub, asked(hub))
    stepped(hub, number, "已受理")
    before = held(hub)
    (row,) = helps(hub)
    assert [each.adult_phone for each in wishes(hub, VILLAGE)] == [PHONE]
    report(hub, child_of(hub, pupil(1)), guardian_suspected="是")
    settle(hub)
    assert held(hub)["facts"] == before["facts"]
    assert helps(hub) == [row]
    (asking,) = wishes(hub, VILLAGE)
    assert (asking.adult_phone, asking.help_state) == (None, "ACCEPTED")


def test_no_sheet_of_theirs_has_a_place_for_a_child() -> None:
    theirs = [kind for kind in ALL_KINDS if kind.name.startswith("jobs.")]
    assert {kind.name for kind in theirs} == {
        "jobs.wish",
        "jobs.sending",
        "jobs.step",
        "jobs.ending",
    }
    for kind in theirs:
        if kind.name == "jobs.wish":
            assert Seat.HUMAN_RESOURCES not in kind.seats
            continue
        words = " ".join((kind.title, *(column.heading for column in kind.columns)))
        assert not re.search("儿童|孩子|监护|困境|留守|学校|村居", words)


def test_no_instant_of_the_childs_record_stands_in_theirs(hub: Program) -> None:
    """When somebody reported, visited or took a wish down is not when the station sent it."""
    begun(hub)
    wish = asked(hub)
    taken = {each.recorded_at for each in hub.store.stream_facts(UUID(wish))}
    at(hub, hub.clock.now() + timedelta(hours=5))
    forwarded(hub, wish)
    text = repr(held(hub))
    assert taken
    for each in taken:
        assert str(each) not in text
