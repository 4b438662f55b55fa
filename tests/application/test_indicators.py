"""Figures from the log: the same by replay and by recount, as of a position and a day; who is shown
them, and small ones not (plan 一 P01, 三1 P55)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.indicator import Counts, Figure, Measure, count
from domain.organisations import Organisation
from hub.bootstrap import Program
from hub.indicators import Indicators, Measured, replayed
from hub.queries.indicator_answers import IndicatorRow
from tests.application.conftest import Another
from tests.erasure.office import erase
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_TOWN,
    POLICE,
    SCHOOL,
    TOWN,
    VILLAGE,
    at,
    child_of,
    enrolled,
    pupil,
    reader,
    send,
)
from tests.sealing.office import known_pupil, record_of, seal, took_measure, with_holders

OFFICE = "women_children_office:310117"
LEAGUE = "youth_league:310117"
END = date(2025, 12, 31)


def lecture(**stated: str) -> dict[str, str]:
    return {
        "activity": "志愿服务",
        "held_on": "2025-03-02",
        "topic": "示例活动",
        "audience": "儿童",
        "children": "30",
        **stated,
    }


@pytest.fixture
def hub(another: Another) -> Program:
    made = another()
    made.directory.add_organisations(
        [Organisation(OFFICE, "示例妇儿工委办"), Organisation(LEAGUE, "示例团区委")]
    )
    return made


def paired(hub: Program, *children: int) -> None:
    """A growth mentor for each of some pupils."""
    for number in children:
        send(hub, EDUCATION, "education.roll", enrolled(pupil(number)))
        row = {
            **pupil(number),
            "role": "成长导师",
            "since": "2025-03-03",
            "who": "示例老师",
        }
        send(hub, SCHOOL, "education.pairing", row)


def row(hub: Program, organisation: str, code: str, year: int = 2025) -> IndicatorRow:
    found = {each.code: each for each in hub.queries.indicators(reader(organisation), year)}
    return found[code]


def test_p55_a_figure_is_counted_from_the_records_and_the_same_by_replay(hub: Program) -> None:
    """Given activities of the league, one corrected / when its indicator is counted / then each
    counts once as it is now, also from the log alone, and before the correction as it was then."""
    send(hub, LEAGUE, "programmes.activity", lecture(sessions="2"))
    send(hub, LEAGUE, "programmes.activity", lecture(held_on="2025-03-03"))
    send(hub, TOWN, "programmes.activity", lecture())
    before = hub.store.position
    send(hub, LEAGUE, "programmes.activity", lecture(sessions="5"))
    rules = hub.policies.rules.indicators
    for position, counted in ((before, 3), (hub.store.position, 6)):
        exact: tuple[Figure, dict[str, Figure]] = (Figure(counted), {})
        assert hub.indicators.count("league_activities", 2025, END, position=position) == exact
        assert replayed(hub.store, rules, "league_activities", 2025, END, position) == exact
    assert row(hub, LEAGUE, "league_activities").words == "6场"


def test_a_year_and_the_one_before_are_counted_from_one_reading(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of each indicator on the board its table is read once."""
    send(hub, LEAGUE, "programmes.activity", lecture())
    assert hub.settle()
    read: list[str] = []
    measured = Indicators.measured

    def once(self: Indicators, code: str, **how: Any) -> Measured:
        read.append(code)
        return measured(self, code, **how)

    monkeypatch.setattr(Indicators, "measured", once)
    rows = hub.queries.indicators(reader(CIVIL_AFFAIRS), 2025)
    assert sorted(read) == sorted(each.code for each in rows)
    assert row(hub, LEAGUE, "league_activities").value == 1


def test_a_figure_is_counted_once_until_something_of_it_is_recorded(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given figures that were shown / when nothing of one is recorded since / then it is not
    counted again; when something is, it is."""
    send(hub, LEAGUE, "programmes.activity", lecture())
    assert row(hub, LEAGUE, "league_activities").value == 1
    counted: list[str] = []

    def noted(indicator: Any, *how: Any) -> Any:
        counted.append(indicator.title)
        return count(indicator, *how)

    monkeypatch.setattr("hub.indicators.count", noted)
    paired(hub, 1)
    assert row(hub, LEAGUE, "league_activities").value == 1
    assert counted == []
    send(hub, LEAGUE, "programmes.activity", lecture(sessions="4"))
    assert row(hub, LEAGUE, "league_activities").value == 4
    assert counted


def test_a_figure_is_told_to_whose_work_it_is_and_to_who_checks(hub: Program) -> None:
    """Each its own and what it reports; civil affairs and the office everybody's, as far as the
    matrix shows them counts of the matter."""
    send(hub, LEAGUE, "programmes.activity", lecture())

    def told(organisation: str) -> set[str]:
        return {each.code for each in hub.queries.indicators(reader(organisation), 2025)}

    every = set(hub.policies.rules.indicators.indicators)
    assert told(OFFICE) == every
    assert told(LEAGUE) == {"league_activities"}
    assert told(TOWN) == {"town_lectures", "homes_renovated", "homes_in_works"}
    assert told(VILLAGE) == {"visits_in_time", "visits_made"}
    assert told(POLICE) == {"entry_checks_in_time", "reports_fed_back", "hospital_reports"} | {
        "reports_accepted"
    }
    # The matrix shows civil affairs no counts of schooling, harm or orders.
    hidden = {"dropouts", "children_paired", "reports_fed_back", "hospital_reports"}
    hidden.add("reports_accepted")
    assert told(CIVIL_AFFAIRS) == every - hidden - {"protection_orders"}
    asked = hub.queries.indicator
    assert asked(reader(CIVIL_AFFAIRS), "dropouts", 2025) is None
    assert asked(reader(LEAGUE), "town_lectures", 2025) is None
    assert asked(reader(LEAGUE), "no_such", 2025) is None
    detail = asked(reader(OFFICE), "town_lectures", 2025)
    assert detail is not None
    assert detail.row.definition == "当年各街镇各季度应办的专题讲座或主题活动中，已完成的占比"
    entry = hub.audit.newest(1)[0]
    assert (entry.action, entry.categories) == ("indicator", "programmes")


def test_things_are_shown_by_town_as_they_are(hub: Program) -> None:
    send(hub, CIVIL_AFFAIRS, "civil_affairs.duty_start", {"first_day": "2025-01-01"})
    hub.settle()
    send(hub, TOWN, "programmes.activity", lecture(activity="防溺水"))
    hub.settle()
    detail = hub.queries.indicator(reader(CIVIL_AFFAIRS), "town_lectures", 2025)
    assert detail is not None
    assert detail.row.words == "50.0%"
    by_town = {each.town: each.words for each in detail.towns}
    assert by_town == {TOWN.partition(":")[2]: "100.0%", OTHER_TOWN.partition(":")[2]: "0.0%"}
    assert (detail.row.target_2026_words, detail.row.reached) == ("100.0%", False)


def test_people_are_shown_in_steps_and_as_of_the_last_quarter(hub: Program) -> None:
    """Nobody watches a number grow one by one: it is that of the quarter's end, by what was
    recorded by then."""
    paired(hub, *range(1, 8))
    for now, words in (
        (datetime(2025, 3, 31, 1, tzinfo=UTC), "—"),
        (datetime(2025, 4, 1, 1, tzinfo=UTC), "5人次"),
    ):
        at(hub, now)
        assert row(hub, EDUCATION, "children_paired").words == words
    paired(hub, *range(8, 15))
    assert row(hub, EDUCATION, "children_paired").words == "5人次", "recorded too late"
    at(hub, datetime(2025, 7, 1, 1, tzinfo=UTC))
    assert row(hub, EDUCATION, "children_paired").words == "10人次"


def test_of_an_erased_child_the_number_stays_and_nothing_names_it(hub: Program) -> None:
    paired(hub, 1, 2)
    child = child_of(hub, pupil(1))
    exact = hub.indicators.count("children_paired", 2025, END)
    assert exact[0] == Figure(2)
    assert erase(hub, UUID(child)).receipt is not None
    assert hub.indicators.count("children_paired", 2025, END) == exact
    with hub.indicators._engine.begin() as connection:
        kept = connection.exec_driver_sql("SELECT key, about FROM measured").all()
    assert child not in repr(kept)


def test_what_is_sealed_away_counts_no_more_also_by_replay(hub: Program, tmp_path: Path) -> None:
    """封存: as if it never was."""
    with_holders(hub, tmp_path)
    child = known_pupil(hub)
    took_measure(hub, until="2025-03-02")
    hub.settle()
    rules = hub.policies.rules.indicators
    measures = rules.indicators["dropouts"].model_copy(
        update={"of": Measure(counts=(Counts(topic="conduct_measure.taken.v1"),))}
    )
    others = rules.with_indicators({**rules.indicators, "dropouts": measures})
    counting = Indicators(hub.storage, hub.store, others)
    taken = hub.store.position
    assert counting.count("dropouts", 2025, END)[0] == Figure(1)
    assert replayed(hub.store, others, "dropouts", 2025, END, taken)[0] == Figure(1)
    seal(hub, record_of(hub, child))
    assert counting.count("dropouts", 2025, END)[0] == Figure(0)
    assert replayed(hub.store, others, "dropouts", 2025, END, taken)[0] == Figure(0)
    counting.close()


def test_other_formulas_count_everything_anew(hub: Program) -> None:
    send(hub, LEAGUE, "programmes.activity", lecture(sessions="3"))
    rules = hub.policies.rules.indicators
    assert hub.indicators.count("league_activities", 2025, END)[0] == Figure(3)
    league = rules.indicators["league_activities"]
    changed = league.model_copy(update={"of": league.of.model_copy(update={"adds": None})})
    others = rules.with_indicators({**rules.indicators, "league_activities": changed})
    counting = Indicators(hub.storage, hub.store, others)
    assert counting.count("league_activities", 2025, END)[0] == Figure(1)
    counting.close()
    assert hub.indicators.count("league_activities", 2025, END)[0] == Figure(3)
