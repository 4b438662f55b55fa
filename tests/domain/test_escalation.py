"""Reminder, miss and ladder (临期提醒、逾期、逐级提醒; plan 三2: P53, P56 督查).

handler → deputy → head → civil affairs; of police, procuratorate and court it ends at their own
superior; of other departments the women-and-children office is told last, which issues a 督办单.
"""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.calendar import SHANGHAI
from domain.child_file import ChildFile
from domain.deadline import (
    AdvanceDeadline,
    DeadlineCancelled,
    DeadlineEscalated,
    DeadlineEvent,
    DeadlineMet,
    DeadlineMissed,
    DeadlineReminded,
    HandOnDeadline,
    MeetDeadline,
    SetDeadline,
    deadline_id,
)
from domain.deadline_ladder import advance
from domain.deadline_stream import DEADLINE
from domain.escalation import EscalationRules
from domain.kernel import Category
from domain.organisations import HUB, Post, Seat
from domain.suspicion import Suspicion
from hub.authorization.policy import PolicyError
from hub.policies import FOLDER, load_policies
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EDUCATION,
    EVERY_SEAT,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    organisation_of,
)
from tests.specification import Journal, circumstances

RULES = load_policies().rules
SUBJECT = UUID("e0000000-0000-4000-8000-000000000002")
COURT = organisation_of(Seat.COURT)
OFFICE = organisation_of(Seat.WOMEN_CHILDREN_OFFICE)


def when(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


class Clock:
    """One clock over a stretch of time, asked as the hub's clock asks: when something is due."""

    def __init__(
        self,
        owner: str,
        *,
        rule: str | None = "persuade_dropout",
        kind: str = "complete",
        set_at: str = "2026-03-02T10:00",
        matter: Category = Category.SCHOOLING,
        **more: Any,
    ) -> None:
        self.kind = kind
        self.journal = Journal()
        timing = RULES.timing(kind, rule)
        assert timing is not None
        self.ask(
            SetDeadline(
                subject_id=SUBJECT,
                kind=kind,
                child_ref=CHILD,
                matter=matter,
                owner=owner,
                town=TOWN_CODE,
                due_at=RULES.due(timing.term, when(set_at)),
                rule=rule,
                **more,
            ),
            when(set_at),
        )

    def ask(self, command: Any, on: datetime) -> list[DeadlineEvent]:
        found = self.journal.carry_out(command, by=HUB, on=on)
        return [each.event for each in found if isinstance(each.event, DeadlineEvent)]

    def due(self) -> datetime | None:
        """When something is due of it next, as the clock finds it."""
        assert DEADLINE.due is not None
        at: datetime | None = None
        for event in self.journal.streams[deadline_id(SUBJECT, self.kind)]:
            if type(event) in DEADLINE.due.starts:
                fields = (getattr(event, name) for name in DEADLINE.due.starts[type(event)])
                at = next((each for each in fields if each is not None), None)
            elif type(event) in DEADLINE.due.over:
                at = None
        return at

    def advance(self, on: datetime) -> list[DeadlineEvent]:
        return self.ask(AdvanceDeadline(subject_id=SUBJECT, kind=self.kind, child_ref=CHILD), on)

    def run(self) -> list[DeadlineEvent]:
        """Everything that happens where nobody ever acts."""
        found: list[DeadlineEvent] = []
        while (at := self.due()) is not None:
            more = self.advance(at)
            assert more, "the clock would ask for ever"
            found += more
        return found


def rungs(found: list[DeadlineEvent]) -> list[tuple[Post, str | None]]:
    return [(each.post, each.escalated_to) for each in found if isinstance(each, DeadlineEscalated)]


def test_a_missed_deadline_climbs_from_the_handler_to_civil_affairs() -> None:
    """Five working days from Monday 2 March: missed at the end of Monday 9. A working day goes by
    for each step."""
    clock = Clock(TOWN)
    missed, deputy, head, civil_affairs = clock.run()
    assert isinstance(missed, DeadlineMissed)
    assert missed.due_at == when("2026-03-10T00:00")
    assert missed.next_at == when("2026-03-11T09:00")
    assert rungs([deputy, head, civil_affairs]) == [
        (Post.DEPUTY, TOWN),
        (Post.HEAD, TOWN),
        (Post.HANDLER, CIVIL_AFFAIRS),
    ]
    assert isinstance(civil_affairs, DeadlineEscalated)
    assert (civil_affairs.step, civil_affairs.next_at) == (3, None)
    assert (civil_affairs.due_at, civil_affairs.town) == (missed.due_at, TOWN_CODE)


def test_over_a_weekend_nobody_is_told_of_an_ordinary_clock() -> None:
    """Missed at the end of Thursday: the deputy is told on Monday morning, not on Saturday."""
    clock = Clock(TOWN, set_at="2026-02-26T10:00")
    (missed,) = clock.advance(when("2026-03-06T00:00"))
    assert isinstance(missed, DeadlineMissed)
    assert missed.next_at == when("2026-03-09T09:00")


DEPARTMENT = [(Post.HANDLER, CIVIL_AFFAIRS), (Post.HANDLER, None)]
ENDS: dict[str, list[tuple[Post, str | None]]] = {
    **dict.fromkeys(EVERY_SEAT, DEPARTMENT),
    **{
        organisation_of(seat): [(Post.HANDLER, CIVIL_AFFAIRS)]
        for seat in (
            Seat.TOWN,
            Seat.VILLAGE,
            Seat.SCHOOL,
            Seat.HOSPITAL,
            Seat.WELFARE_INSTITUTION,
            Seat.SOCIAL_ORGANISATION,
        )
    },
    STATION: [(Post.HEAD, POLICE)],
    **{each: [(Post.HEAD, each)] for each in (POLICE, PROCURATORATE, COURT)},
    # It does not tell itself.
    CIVIL_AFFAIRS: [(Post.HANDLER, None)],
    OFFICE: [(Post.HANDLER, CIVIL_AFFAIRS)],
}


@pytest.mark.parametrize("owner", EVERY_SEAT)
def test_of_each_seat_the_ladder_ends_where_the_plan_says(owner: str) -> None:
    """Deputy and head of its own first; then civil affairs, and of a department the office; of
    police, procuratorate and court their own superior and nobody else."""
    found = rungs(Clock(owner).run())
    assert found[:2] == [(Post.DEPUTY, owner), (Post.HEAD, owner)]
    assert found[2:] == ENDS[owner]


def test_a_superior_outside_of_the_hub_is_told_by_the_owners_head() -> None:
    *_, last = Clock(PROCURATORATE).run()
    assert isinstance(last, DeadlineEscalated)
    assert (last.outside, last.to_office, last.escalated_to) == (True, False, PROCURATORATE)
    *_, last = Clock(STATION).run()
    assert isinstance(last, DeadlineEscalated)
    assert not last.outside


@pytest.mark.parametrize(
    ("organisation", "above"),
    [(STATION, POLICE), (SCHOOL, EDUCATION), (VILLAGE, TOWN), (POLICE, None), (COURT, None)],
)
def test_the_level_above_an_organisation(organisation: str, above: str | None) -> None:
    assert RULES.escalation.superior_of(organisation) == above


def test_who_reads_only_the_clock_reads_on_after_it_was_told() -> None:
    """Whom the ladder has reached is named by what follows, so that they see it met."""
    clock = Clock(STATION)
    clock.run()
    (met,) = clock.ask(MeetDeadline(subject_id=SUBJECT, kind="complete"), when("2026-04-01T10:00"))
    assert isinstance(met, DeadlineMet)
    assert (met.late, met.also_told) == (True, (POLICE,))


def test_what_was_missed_before_there_were_ladders_begins_its_own_once() -> None:
    """Given a clock that was missed when nobody was told of it / when the clock asks / then its
    ladder begins there and then, and goes on as any other, each step once."""
    clock = Clock(STATION)
    (missed, *_) = clock.advance(when("2026-03-10T00:00"))
    log = clock.journal.streams[deadline_id(SUBJECT, "complete")]
    del log[log.index(missed) + 1 :]
    assert isinstance(missed, DeadlineMissed)
    log[-1] = missed.model_copy(update={"next_at": None})
    assert clock.due() == missed.due_at, "it is asked at once"
    (first,) = clock.advance(when("2026-06-01T10:00"))
    assert isinstance(first, DeadlineEscalated)
    assert (first.step, first.post) == (1, Post.DEPUTY)
    assert clock.advance(when("2026-06-01T10:00")) == []
    assert [each.step for each in clock.run() if isinstance(each, DeadlineEscalated)] == [2, 3]


def test_once_it_is_met_nobody_else_is_told() -> None:
    clock = Clock(TOWN)
    clock.advance(when("2026-03-10T00:00"))
    clock.ask(MeetDeadline(subject_id=SUBJECT, kind="complete"), when("2026-03-10T10:00"))
    assert clock.due() is None
    assert clock.advance(when("2026-03-20T10:00")) == []


def test_the_handler_is_reminded_once_before_a_long_term_ends() -> None:
    """Thirty days of the procuratorate; three working days before, at nine in the morning."""
    clock = Clock(PROCURATORATE, rule="supervise_dropout", matter=Category.GUARDIANSHIP)
    assert clock.due() == when("2026-03-30T09:00")
    (told,) = clock.advance(when("2026-03-30T09:00"))
    assert isinstance(told, DeadlineReminded)
    assert told.due_at == when("2026-04-02T00:00") == clock.due()
    assert clock.advance(when("2026-03-31T09:00")) == []


def test_of_a_short_term_nobody_is_reminded() -> None:
    """Only where policies/ say so: every reminder is a call on somebody's day."""
    assert not [each for each in Clock(TOWN).run() if isinstance(each, DeadlineReminded)]


def test_harm_climbs_through_the_night() -> None:
    """One hour to accept a report; half an hour later the leader on duty, then the sub-bureau."""
    clock = Clock(
        STATION,
        rule="handle_report",
        kind="accept",
        matter=Category.HARM,
        set_at="2026-02-17T01:00",
    )
    found = clock.run()
    assert [each.next_at for each in found if isinstance(each, DeadlineMissed)] == [
        when("2026-02-17T02:30")
    ]
    assert rungs(found) == [(Post.DUTY_LEADER, STATION), (Post.DUTY, POLICE), (Post.HEAD, POLICE)]
    told_at = [each.next_at for each in found if isinstance(each, DeadlineEscalated)]
    assert told_at == [when("2026-02-17T03:30"), when("2026-02-17T07:30"), None]


def test_a_clock_may_be_given_another_ladder() -> None:
    """Somebody is in danger: the duty leader at once, the sub-bureau within ten minutes."""
    clock = Clock(
        STATION,
        rule="handle_report",
        kind="accept",
        matter=Category.HARM,
        set_at="2026-02-17T01:00",
        ladder="danger",
    )
    missed, leader = clock.advance(when("2026-02-17T02:00"))
    assert isinstance(missed, DeadlineMissed)
    assert rungs([leader]) == [(Post.DUTY_LEADER, STATION)]
    assert clock.due() == when("2026-02-17T02:10")


# --- nobody conflicted is ever told ---


CONFLICTS = [
    (TOWN, CIVIL_AFFAIRS, PROCURATORATE),
    (STATION, POLICE, PROCURATORATE),
    (EDUCATION, OFFICE, CIVIL_AFFAIRS),
]


@pytest.mark.parametrize(("owner", "conflicted", "instead"), CONFLICTS)
def test_nobody_conflicted_is_told_of_it(owner: str, conflicted: str, instead: str) -> None:
    """回避: the next one is told in their place, and the office is sent no order about it."""
    clock = Clock(owner)
    file = ChildFile(suspicions={SUBJECT: Suspicion(conflicted=frozenset({conflicted}))})
    state = clock.journal.states(DEADLINE)(deadline_id(SUBJECT, "complete"))
    found: list[DeadlineEvent] = []
    command = AdvanceDeadline(subject_id=SUBJECT, kind="complete", child_ref=CHILD)
    at: datetime | None = when("2026-03-10T00:00")
    while at is not None:
        more = advance(state, command, circumstances(HUB, at, child=file))
        state = DEADLINE.fold(more, state)
        found += [each for each in more if isinstance(each, DeadlineEvent)]
        at = state.next_at
    told = [each for _, each in rungs(found)]
    assert conflicted not in told
    assert instead in told
    if conflicted == OFFICE:
        assert not any(each.to_office for each in found if isinstance(each, DeadlineEscalated))


def test_of_a_conflicted_owner_the_next_ones_posts_are_told_and_the_ladder_begins_anew() -> None:
    clock = Clock(TOWN)
    clock.run()
    file = ChildFile(suspicions={SUBJECT: Suspicion(conflicted=frozenset({TOWN}))})
    outcome = DEADLINE.decide[HandOnDeadline](
        clock.journal.states(DEADLINE)(deadline_id(SUBJECT, "complete")),
        HandOnDeadline(subject_id=SUBJECT, kind="complete", child_ref=CHILD),
        circumstances(HUB, when("2026-04-01T10:00"), child=file),
    )
    cancelled, anew = outcome
    assert isinstance(cancelled, DeadlineCancelled)
    clock.journal.streams[deadline_id(SUBJECT, "complete")] += [cancelled, anew]
    missed = clock.advance(when("2026-04-01T10:05"))
    assert [type(each) for each in missed] == [DeadlineMissed], "nobody at once: it came just now"
    assert clock.due() == when("2026-04-02T09:00")


# --- what is wrong with a rule is told when it is loaded ---


def test_a_ladder_that_is_not_there_is_no_rule() -> None:
    data = RULES.escalation.model_dump()
    with pytest.raises(ValueError, match="no ladder"):
        EscalationRules.model_validate({**data, "otherwise": "nowhere"})
    with pytest.raises(ValueError, match="their own superiors"):
        EscalationRules.model_validate({**data, "superior": {"town": "town"}})
    with pytest.raises(ValueError, match="nobody"):
        EscalationRules.model_validate(
            {**data, "ladder": {**data["ladder"], "own": [{"after": "1 days", "post": "system"}]}}
        )


def test_a_clock_of_harm_has_no_ladder_that_waits_for_a_working_day(tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    shutil.copytree(FOLDER, folder)
    file = folder / "referrals.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('ladder = "harm"', 'ladder = "justice"'), encoding="utf-8")
    with pytest.raises(PolicyError, match="handle_report"):
        load_policies(folder)


@pytest.mark.parametrize(
    ("name", "before", "after", "told"),
    [
        ("escalation.toml", 'court = "justice"', 'court = "department"', "court"),
        ("escalation.toml", 'police_station = "justice"\n', "", "police_station"),
        (
            "escalation.toml",
            '{ after = "1 days", to = "superior", post = "head" }',
            '{ after = "1 days", to = "civil_affairs", post = "head" }',
            "own superior",
        ),
    ],
)
def test_no_rules_lead_from_police_procuratorate_or_court_to_who_coordinates(
    tmp_path: Path, name: str, before: str, after: str, told: str
) -> None:
    """It ends at their own superior: neither by their seat nor by a kind of task that they have is
    civil affairs, or the women-and-children office, told of what they miss."""
    folder = tmp_path / "policies"
    shutil.copytree(FOLDER, folder)
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(PolicyError, match=told):
        load_policies(folder)


@pytest.mark.parametrize("ladder", ["justice", "nowhere"])
def test_nor_has_danger(tmp_path: Path, ladder: str) -> None:
    folder = tmp_path / "policies"
    shutil.copytree(FOLDER, folder)
    file = folder / "referrals.toml"
    text = file.read_text(encoding="utf-8")
    assert 'ladder = "danger"' in text
    file.write_text(text.replace('ladder = "danger"', f'ladder = "{ladder}"'), encoding="utf-8")
    with pytest.raises(PolicyError, match="danger"):
        load_policies(folder)
