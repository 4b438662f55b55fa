"""What a year is drawn from: rates, days, senders that are found, figures that can be counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.calendar import WorkingCalendar
from domain.organisations import Seat, seat_of
from domain.registry import EVENTS
from hub.demo import DemoOptions
from hub.demo.cases import DROPOUTS, draw_absences
from hub.demo.chance import Rate, draw
from hub.demo.days import Days, early
from hub.demo.figures import FIGURES, named
from hub.demo.offices.kernel import OTHERWISE, On
from hub.demo.offices.registry import HANDLINGS, SENDERS
from hub.demo.options import seeded
from hub.demo.world import World, build_world
from hub.policies import Policies, load_policies


@pytest.fixture(scope="module")
def policies() -> Policies:
    return load_policies()


@pytest.fixture(scope="module")
def days(policies: Policies) -> Days:
    options = DemoOptions(Path())
    calendar: WorkingCalendar = policies.rules.calendar
    return Days.of(options.start, options.days, calendar, policies.rules.school)


@pytest.fixture(scope="module")
def world(policies: Policies) -> World:
    return build_world(DemoOptions(Path()), policies.divisions)


def test_a_demo_is_a_school_year_of_two_thousand_children_unless_asked_otherwise(
    days: Days, world: World
) -> None:
    assert len(world.children) == 2000
    assert (days.all[0], days.all[-1]) == (date(2025, 9, 1), date(2026, 8, 31))
    assert 240 < len(days.working) < 255
    assert 180 < len(days.school) < 210
    assert days.is_school(date(2025, 9, 1))
    assert not days.is_working(date(2025, 10, 1))
    assert not days.is_school(date(2026, 7, 15))
    assert days.is_working(date(2026, 7, 15))


def test_school_days_are_counted_over_weekends_and_holidays(days: Days) -> None:
    friday = date(2025, 9, 5)
    assert days.school_after(friday, 0) == friday
    assert days.school_after(friday, 1) == date(2025, 9, 8)
    assert days.school_after(date(2025, 9, 6), 0) == date(2025, 9, 8)
    assert days.school_after(date(2026, 8, 31), 1) is None
    assert days.school_between(friday, date(2025, 9, 8)) == 2
    assert days.school_between(date(2025, 9, 8), friday) == 0


def test_what_begins_has_time_to_become_something() -> None:
    every = [date(2025, 9, 1) + timedelta(days=n) for n in range(200)]
    assert early(every) == every[:180]
    assert early(every[:10]) == every[:8]
    assert early(every[:1]) == every[:1]


def test_a_rate_is_of_children_and_years_and_a_small_demo_shows_some() -> None:
    rate = Rate(0.015, least=2)
    assert rate.count(2000, 365) == 30
    assert rate.count(20_000, 365) == 300
    assert rate.count(2000, 73) == 6
    assert rate.count(30, 20) == 2


def test_what_happens_is_spread_over_the_whole_span(days: Days, world: World) -> None:
    drawn = draw(
        seeded(1, "x"), 400, world.children, days.working, lambda rng, child: child.school.id
    )
    assert sum(len(children) for by in drawn.values() for _, children in by) == 400
    months = {day.month for day in drawn}
    assert months == set(range(1, 13))
    assert set(drawn) <= set(days.working)
    assert draw(seeded(1, "x"), 400, world.children, (), lambda rng, child: "") == {}


def test_one_or_two_in_a_hundred_pupils_stay_away_in_doubt_in_a_year(
    days: Days, world: World
) -> None:
    away = draw_absences(1, world, days)
    found = [a for a in map(away.of, world.children) if a is not None]
    doubtful = [a for a in found if a.in_doubt]
    assert 0.01 <= len(doubtful) / len(world.children) <= 0.02
    assert 0.02 <= (len(found) - len(doubtful)) / len(world.children) <= 0.06
    assert {a.since.month for a in found} >= {9, 10, 11, 12, 3, 4, 5}


def test_a_small_demo_shows_every_course_of_an_absence(days: Days, policies: Policies) -> None:
    small = build_world(DemoOptions(Path(), 30, 20), policies.divisions)
    few = Days(days.all[:20], days.working[:15], days.school[:15])
    away = draw_absences(1, small, few)
    doubtful = [a for a in map(away.of, small.children) if a is not None and a.in_doubt]
    assert len(doubtful) == DROPOUTS.least
    assert len({a.course for a in doubtful}) == DROPOUTS.least
    assert away.of(None) is None


def test_who_is_away_is_found_at_the_school_until_the_return_is_reported(
    days: Days, world: World
) -> None:
    away = draw_absences(1, world, days)
    one = next(a for a in map(away.of, world.children) if a is not None)
    school = one.child.school.id
    assert one not in away.at(school, one.since - timedelta(days=1))
    assert one in away.at(school, one.since)
    one.return_reported = one.since
    assert one not in away.at(school, one.since + timedelta(days=9))


def test_every_agency_sends_or_answers() -> None:
    names = [sender.name for sender in SENDERS]
    assert names.index("rolls") < names.index("ledgers") < names.index("registers")
    assert {sender.on for sender in SENDERS} == set(On)
    # Reports come from hospitals, schools and villages.
    assert names.count("reports") == 3
    assert all(len(handling.kinds) > 0 for handling in HANDLINGS.values())


def test_every_kind_of_referral_is_worked(policies: Policies) -> None:
    """A new kind is worked as usual until its office has a way of its own."""
    kinds = set(policies.rules.referrals)
    assert set(HANDLINGS) <= kinds
    assert OTHERWISE.kinds == ()
    assert HANDLINGS["handle_report"].every_day


def test_every_figure_counts_what_can_happen_and_for_somebody() -> None:
    names = [figure.name for figure in FIGURES]
    assert len(set(names)) == len(names)
    assert {topic for figure in FIGURES for topic in figure.counts} <= set(EVENTS)


@dataclass
class Fact:
    topic: str
    clear: dict[str, str]
    producer: str = "hub:310117"


def test_a_figure_may_look_at_one_kind_only() -> None:
    fact = Fact("deadline.missed.v1", {"owner": "town:310117001", "kind": "feedback"})
    assert named("owner")(fact) == "town:310117001"
    assert named("owner", "feedback")(fact) == "town:310117001"
    assert named("owner", "accept", "complete")(fact) is None
    assert named("told_to")(fact) is None


def test_a_town_without_a_hospital_always_goes_to_the_same_one(world: World) -> None:
    assert len(world.hospitals) == 4
    assert {seat_of(each.id) for each in world.hospitals} == {Seat.HOSPITAL}
    for town in world.towns:
        assert world.hospital(town) in world.hospitals
    for each in world.hospitals:
        assert world.hospital(each.town) == each
