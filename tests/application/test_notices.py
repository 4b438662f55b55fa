"""Notices (提醒): who is told, outside of the hub, that there is something to do; by the roster,
and without personal data (issue on casework, Deadlines)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from domain.organisations import Post
from domain.roster import Shift
from hub.bootstrap import Program
from hub.notices.file import NAME
from hub.notices.port import Notice, NoticeFailed
from hub.reaction_tables import NOTICES, POSITIONS
from hub.reactor import Reactor
from tests import program as given
from tests.program import (
    EDUCATION,
    POLICE,
    SCHOOL,
    START,
    STATION,
    VILLAGE_CODE,
    an_id_number,
    at,
    running,
)

HOUR = timedelta(hours=1)
URGENT = "您有1件紧急待办"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        yield made


def on_duty(
    hub: Program,
    organisation: str,
    user: str,
    post: Post = Post.DUTY,
    begins: datetime = START - HOUR,
    hours: int = 24,
    deputy: str | None = None,
) -> None:
    shift = Shift(organisation, post, begins, begins + hours * HOUR, user, deputy)
    hub.roster.state(organisation, [shift])


def sent(hub: Program) -> list[dict[str, Any]]:
    path = hub.folder.root / NAME
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def reported(hub: Program, number: int = 1, *, danger: str = "是") -> None:
    """A school reports that a child is in danger."""
    given.send(
        hub,
        SCHOOL,
        "report.mandatory",
        {
            "reference": f"示例{number}",
            "seen": "（示例）瘀青",
            "name": given.a_name(number),
            "id_number": an_id_number(number),
            "place": VILLAGE_CODE,
            "immediate_danger": danger,
        },
    )
    hub.settle()


def test_an_urgent_matter_is_told_to_who_is_on_duty_now(hub: Program) -> None:
    on_duty(hub, STATION, "u-night")
    reported(hub)
    (notice,) = sent(hub)
    assert (notice["organisation"], notice["post"], notice["user"]) == (STATION, "duty", "u-night")
    assert notice["text"] == URGENT


def test_nothing_else_is_in_it(hub: Program) -> None:
    """不含个人信息：no name, no number of the child, no kind of matter, no identifier of it."""
    on_duty(hub, STATION, "u-night")
    reported(hub)
    (notice,) = sent(hub)
    assert notice.keys() == {
        "id",
        "organisation",
        "post",
        "user",
        "deputy",
        "number",
        "urgent",
        "text",
    }
    known = {str(fact.stream) for fact in hub.store.feed(0, 500)} | {
        fact.event_id for fact in hub.store.feed(0, 500)
    }
    assert notice["id"] not in known
    line = (hub.folder.root / NAME).read_text(encoding="utf-8")
    for secret in (given.a_name(1), an_id_number(1), "报告", "harm", "handle_report"):
        assert secret not in line
    assert (hub.folder.root / NAME).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("there", "told"),
    [
        ((Post.DUTY, Post.DUTY_LEADER, Post.HEAD), "duty"),
        ((Post.DUTY_LEADER, Post.HEAD), "duty_leader"),
        ((Post.HEAD,), "head"),
    ],
)
def test_where_nobody_is_at_the_post_the_next_one_is_told(
    hub: Program, there: tuple[Post, ...], told: str
) -> None:
    hub.roster.state_number(STATION, "021-57000000")
    for post in there:
        on_duty(hub, STATION, f"u-{post.value}", post)
    reported(hub)
    (notice,) = sent(hub)
    assert (notice["post"], notice["user"], notice["number"]) == (told, f"u-{told}", None)


def test_where_nobody_is_there_at_all_the_duty_number_is(hub: Program) -> None:
    hub.roster.state_number(STATION, "021-57000000")
    on_duty(hub, STATION, "u-day", begins=START - 12 * HOUR, hours=8)
    reported(hub)
    (notice,) = sent(hub)
    assert (notice["organisation"], notice["user"], notice["number"]) == (
        STATION,
        None,
        "021-57000000",
    )


def test_where_there_is_no_number_either_whoever_is_on_duty_above_is_told(hub: Program) -> None:
    on_duty(hub, POLICE, "u-command")
    reported(hub)
    (notice,) = sent(hub)
    assert (notice["organisation"], notice["user"]) == (POLICE, "u-command")


def test_nobody_is_never_told_silently(hub: Program) -> None:
    with capture_logs() as logged:
        reported(hub)
        (notice,) = sent(hub)
    assert (notice["organisation"], notice["user"], notice["number"]) == (STATION, None, None)
    (listed,) = hub.notices.listed()
    assert (listed.nobody, listed.state) == (True, "sent")
    assert "notice.nobody_on_duty" in {entry["event"] for entry in logged}


def test_an_unaccepted_danger_climbs_by_the_roster_from_post_to_post(hub: Program) -> None:
    """An unaccepted immediate-danger report goes to the next post after configured minutes."""
    on_duty(hub, STATION, "u-duty")
    on_duty(hub, STATION, "u-leader", Post.DUTY_LEADER)
    on_duty(hub, POLICE, "u-command")
    on_duty(hub, POLICE, "u-chief", Post.DUTY_LEADER)
    reported(hub)
    for minutes in range(1, 61):
        at(hub, START + timedelta(minutes=minutes))
        hub.settle()
    urgent = [(each["organisation"], each["user"]) for each in sent(hub) if each["urgent"]]
    assert [each for each in dict.fromkeys(urgent) if each[1]] == [
        (STATION, "u-duty"),
        (STATION, "u-leader"),
        (POLICE, "u-command"),
        (POLICE, "u-chief"),
    ]


def test_what_is_not_urgent_waits_until_its_clock_tells_the_one_who_handles_it(
    hub: Program,
) -> None:
    """A dropout: nobody is called at night for it; what is overdue is told to its handler."""
    child = given.pupil(1)
    given.send(hub, EDUCATION, "education.roll", given.enrolled(child))
    given.send(hub, SCHOOL, "education.absence", given.absent(child))
    hub.settle()
    assert "referral.requested.v1" in given.topics(hub)
    assert sent(hub) == []
    at(hub, START + timedelta(days=2))
    hub.settle()
    told = {(each["post"], each["urgent"]) for each in sent(hub)}
    assert ("handler", False) in told
    assert {urgent for _, urgent in told} == {False}
    assert not any("紧急" in each["text"] for each in sent(hub))


def test_settled_again_nothing_is_sent_again(hub: Program) -> None:
    on_duty(hub, STATION, "u-night")
    reported(hub)
    before = sent(hub)
    for _ in range(3):
        hub.settle()
    assert sent(hub) == before
    with running(hub.folder.root) as other:
        other.settle()
    assert sent(hub) == before


# A way out that fails, and a hub that is killed


class Gateway:
    """Keeps what reached it, once an id; fails as often as it is told to."""

    local = True

    def __init__(self) -> None:
        self.reached: dict[str, Notice] = {}
        self.tried = 0
        self.fails = 0
        self.perhaps = False
        self.kills = False
        self.tries: list[Notice] = []
        self.unknown: set[str] = set()
        self.silent: set[str] = set()
        self.broken = False

    def send(self, notice: Notice, *, again: bool) -> None:
        self.tried += 1
        self.tries.append(notice)
        if self.broken:
            raise UnicodeEncodeError("ascii", "（示例）", 0, 1, "not in range")
        if {notice.user, notice.number} & self.unknown:
            raise NoticeFailed("HTTP 404", perhaps_sent=False, refused=True)
        if {notice.user, notice.number} & self.silent:
            raise NoticeFailed("ReadTimeout", perhaps_sent=True)
        if self.fails > 0:
            self.fails -= 1
            if self.perhaps:
                self.reached.setdefault(notice.id, notice)
            raise NoticeFailed("gone", perhaps_sent=self.perhaps)
        self.reached.setdefault(notice.id, notice)
        if self.kills:
            self.kills = False
            raise KeyboardInterrupt

    def close(self) -> None: ...


@pytest.fixture
def gateway(hub: Program) -> Gateway:
    found = Gateway()
    hub.notices._port = found
    return found


def test_a_gateway_that_fails_delays_nothing_and_is_tried_later_and_later(
    hub: Program, gateway: Gateway
) -> None:
    gateway.fails = 3
    on_duty(hub, STATION, "u-night")
    reported(hub)
    (inbox,) = hub.queries.inbox(given.reader(STATION)).items
    assert inbox.kind == "handle_report", "the report itself is there"
    assert (gateway.tried, hub.notices.failing()) == (1, 1)
    tries = []
    for minutes in range(1, 12):
        at(hub, START + timedelta(minutes=minutes))
        hub.notices.send()
        tries.append(gateway.tried)
    assert tries[:7] == [2, 2, 3, 3, 3, 3, 4]
    (notice,) = gateway.reached.values()
    assert (notice.user, hub.notices.failing()) == ("u-night", 0)


def test_what_has_not_gone_out_is_for_who_is_on_duty_by_then(
    hub: Program, gateway: Gateway
) -> None:
    gateway.fails = 1
    on_duty(hub, STATION, "u-evening", hours=2)
    reported(hub)
    on_duty(hub, STATION, "u-night", begins=START + HOUR)
    at(hub, START + 2 * HOUR)
    hub.notices.send()
    assert [each.user for each in gateway.reached.values()] == ["u-night"]


@pytest.mark.parametrize("how", ["perhaps", "killed"])
def test_what_has_perhaps_gone_out_is_the_same_message_when_it_is_sent_again(
    hub: Program, gateway: Gateway, how: str
) -> None:
    on_duty(hub, STATION, "u-night")
    if how == "killed":
        gateway.kills = True
        with pytest.raises(KeyboardInterrupt):
            reported(hub)
    else:
        gateway.fails, gateway.perhaps = 1, True
        reported(hub)
    at(hub, START + HOUR / 12)
    hub.notices.step()
    assert (gateway.tried, len(gateway.reached)) == (2, 1)
    assert {each.state for each in hub.notices.listed()} == {"sent"}


def test_a_line_that_was_written_before_the_kill_is_not_written_twice(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_duty(hub, STATION, "u-night")
    port, write = hub.notices._port, hub.notices._port.send

    def killed(notice: Notice, *, again: bool) -> None:
        write(notice, again=again)
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(port, "send", killed)
        with pytest.raises(KeyboardInterrupt):
            reported(hub)
    hub.notices.step()
    assert len(sent(hub)) == 1


def test_whom_the_gateway_does_not_know_is_passed_over_at_once(
    hub: Program, gateway: Gateway
) -> None:
    """Given a person on duty whom the gateway does not know / then the deputy, the next post, the
    duty number and the organisation above are told in turn, within a minute and not after a day."""
    gateway.unknown = {"u-night", "u-deputy", "u-leader", "021-57000000"}
    on_duty(hub, STATION, "u-night", deputy="u-deputy")
    on_duty(hub, STATION, "u-leader", Post.DUTY_LEADER)
    hub.roster.state_number(STATION, "021-57000000")
    on_duty(hub, POLICE, "u-command")
    reported(hub)
    for _ in range(4):
        hub.notices.send()
    told = [each.user or each.number for each in gateway.tries]
    assert told == ["u-night", "u-deputy", "u-leader", "021-57000000", "u-command"]
    assert len({each.id for each in gateway.tries}) == 5, "another one's is another message"
    assert [each.user for each in gateway.reached.values()] == ["u-command"]


def test_a_person_who_is_refused_holds_up_nobody_else(hub: Program, gateway: Gateway) -> None:
    gateway.unknown = {"u-night"}
    on_duty(hub, STATION, "u-night")
    reported(hub)
    on_duty(hub, POLICE, "u-command")
    with hub.notices._outbox._engine.execution_options(writing=True).begin() as connection:
        row = dict(connection.execute(NOTICES.select()).mappings().one())
        other = {**row, "id": "other", "organisation": POLICE, "position": row["position"] + 1}
        fresh = {"state": "due", "failures": None, "next_at": row["at"]}
        connection.execute(NOTICES.update().values(**fresh))
        connection.execute(NOTICES.insert().values({**other, **fresh}))
    gateway.reached.clear()
    assert hub.notices.send() == 1
    assert [each.user for each in gateway.reached.values()] == ["u-command"]


def test_who_is_not_reached_several_times_is_passed_over_with_the_deputy_told_each_time(
    hub: Program, gateway: Gateway
) -> None:
    """5xx, or a time-out: the same message again, with its deputy; after three times the next."""
    gateway.silent = {"u-night", "u-deputy"}
    on_duty(hub, STATION, "u-night", deputy="u-deputy")
    on_duty(hub, STATION, "u-leader", Post.DUTY_LEADER)
    reported(hub)
    for minutes in range(1, 10):
        at(hub, START + timedelta(minutes=minutes))
        hub.notices.send()
    first = gateway.tries[:3]
    assert [(each.user, each.deputy) for each in first] == [("u-night", "u-deputy")] * 3
    assert len({each.id for each in first}) == 1
    assert [each.user for each in gateway.tries[3:]] == ["u-deputy"] * 3 + ["u-leader"]
    (notice,) = gateway.reached.values()
    assert (notice.user, notice.post) == ("u-leader", "duty_leader")


def test_what_is_sent_again_names_the_post_that_it_is_for(hub: Program, gateway: Gateway) -> None:
    gateway.silent = {"u-leader"}
    on_duty(hub, STATION, "u-leader", Post.DUTY_LEADER)
    reported(hub)
    at(hub, START + timedelta(minutes=1))
    hub.notices.send()
    assert len({each.id for each in gateway.tries}) == 1
    assert {each.post for each in gateway.tries} == {"duty_leader"}


def test_where_everybody_was_passed_over_all_are_asked_again(
    hub: Program, gateway: Gateway
) -> None:
    gateway.unknown = {"u-night"}
    on_duty(hub, STATION, "u-night")
    gateway.broken = True
    with capture_logs() as logged:
        reported(hub)
        for minutes in range(1, 60):
            at(hub, START + timedelta(minutes=minutes))
            hub.notices.send()
    assert "notice.nobody_could_be_told" in {entry["event"] for entry in logged}
    gateway.broken, gateway.unknown = False, set()
    gateway.tries.clear()
    for minutes in range(60, 120):
        at(hub, START + timedelta(minutes=minutes))
        hub.notices.send()
    assert gateway.reached


def test_a_defect_of_the_way_out_is_an_alarm_and_a_failure_like_any_other(
    hub: Program, gateway: Gateway
) -> None:
    """Given a way out that fails as nobody foresaw / then settling goes on, and it is tried
    again; the alarm holds nothing of what was sent."""
    gateway.broken = True
    on_duty(hub, STATION, "u-night")
    with capture_logs() as logged:
        reported(hub)
    assert [each.kind for each in hub.queries.inbox(given.reader(STATION)).items] == [
        "handle_report"
    ]
    assert "notice.defect" in {entry["event"] for entry in logged}
    assert "示例" not in str(logged)
    gateway.broken = False
    at(hub, START + timedelta(minutes=1))
    hub.notices.send()
    assert [each.user for each in gateway.reached.values()] == ["u-night"]


def test_several_for_one_post_are_one_message_with_their_number(
    hub: Program, gateway: Gateway
) -> None:
    gateway.fails = 1
    on_duty(hub, STATION, "u-night")
    reported(hub, 1)
    gateway.fails = 1
    reported(hub, 2)
    at(hub, START + HOUR / 10)
    hub.notices.send()
    assert [each.text for each in gateway.reached.values()] == ["您有2件紧急待办"]


def test_what_could_not_go_out_for_a_day_is_not_sent_any_more_and_listed(
    hub: Program, gateway: Gateway
) -> None:
    gateway.fails = 10**6
    reported(hub)
    gateway.fails = 0
    at(hub, START + 25 * HOUR)
    assert hub.notices.send() == 0
    assert not gateway.reached
    states = {each.state for each in hub.notices.listed(unsent=True)}
    assert states == {"stale"}


def test_a_new_hub_on_an_old_log_tells_nobody_of_the_past(hub: Program) -> None:
    on_duty(hub, STATION, "u-night")
    reported(hub)
    at(hub, START + 30 * HOUR)
    before = len(sent(hub))
    with hub.notices._outbox._engine.execution_options(writing=True).begin() as connection:
        connection.execute(NOTICES.delete())
        connection.execute(POSITIONS.delete().where(POSITIONS.c.name == "notices"))
    hub.notices._reached = None
    hub.notices.step()
    assert len(sent(hub)) == before


def test_what_is_long_past_is_not_listed_any_more(hub: Program) -> None:
    on_duty(hub, STATION, "u-night")
    reported(hub)
    at(hub, START + timedelta(days=90))
    hub.notices.send()
    assert any(each.state == "sent" for each in hub.notices.listed())
    at(hub, START + timedelta(days=91))
    hub.notices.send()
    assert not any(each.state == "sent" for each in hub.notices.listed())


def test_a_clock_that_fails_keeps_nobody_from_being_told(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: Reactor) -> int:
        raise ValueError("示例")

    on_duty(hub, STATION, "u-night")
    with monkeypatch.context() as broken:
        broken.setattr(Reactor, "tick", fails)
        with pytest.raises(ValueError, match="示例"):
            reported(hub)
    assert [notice["user"] for notice in sent(hub)] == ["u-night"]
