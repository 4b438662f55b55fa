"""The share of preferred appointments (P43), of checked (P45), trained (P46), examined (P47) and
appraised (P48) child directors by town (plan 二6); small numbers are left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.entry_check import ENTRY_CHECK
from domain.worker import Attended
from domain.worker_stream import WORKER
from domain.workforce_codes import AppointmentBasis, Qualification, WorkerRole
from domain.workforce_figures import (
    MEASURES,
    Continuing,
    Kept,
    continuing,
    count,
    hidden_where_small,
)
from domain.workforce_rules import ContinuingRules
from domain.workforce_training import Course, CourseLevel, CourseSubject
from hub.policies import load_policies
from tests.domain.test_worker_file import APPROVED, ENTERED, PROPOSED, TAKEN, TRAINED
from tests.domain.test_workforce import ASKED, BARRED, PASSED, REGISTERED, TODAY
from tests.specification import at_noon, folded

RULES = load_policies().rules.workforce
NOW = at_noon(TODAY)
CHECKED = folded(ENTRY_CHECK, ASKED, PASSED)
FULL = Kept(folded(WORKER, REGISTERED, TRAINED, ENTERED, TAKEN, PROPOSED, APPROVED), CHECKED)
BARE = Kept(
    replace(folded(WORKER, REGISTERED), basis=AppointmentBasis.OTHER),
    folded(ENTRY_CHECK, ASKED, BARRED),
)


def test_p43_to_p48_are_counted_of_those_in_post() -> None:
    counts = count([FULL, BARE], RULES, 2026, NOW)
    assert counts == {
        "directors": 2,
        "preferred": 1,
        "checked": 1,
        "trained": 1,
        "exam_registered": 1,
        "exam_passed": 1,
        "appraised": 0,
        "rewarded": 0,
        "incentive_yuan": 0,
    }
    of_2025 = replace(FULL.worker, since=date(2025, 1, 1))
    earlier = count([Kept(of_2025, CHECKED)], RULES, 2025, NOW)
    assert (earlier["appraised"], earlier["rewarded"], earlier["incentive_yuan"]) == (1, 1, 1000)
    assert earlier["trained"] == 0
    gone = Kept(replace(FULL.worker, ended_on=TODAY), CHECKED)
    social = Kept(replace(FULL.worker, role=WorkerRole.SOCIAL_WORKER), CHECKED)
    assert set(count([gone, social], RULES, 2026, NOW).values()) == {0}


@drawn(
    st.dictionaries(
        st.sampled_from("abcdef"),
        st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda n: (max(n), min(n))),
        min_size=1,
    )
)
def test_no_small_number_is_shown_nor_can_be_reckoned(towns: dict[str, tuple[int, int]]) -> None:
    by_town = {
        town: {**dict.fromkeys(MEASURES, some), "directors": every}
        for town, (every, some) in towns.items()
    }
    shown = hidden_where_small(by_town, 5)
    for town, (every, some) in towns.items():
        assert shown[town]["directors"] in (None, every)
        number = shown[town]["trained"]
        if number is not None:
            assert number == some >= 5
            assert every - some >= 5, "those who were not trained are as few"
    hidden = [towns[town][1] for town in towns if shown[town]["trained"] is None]
    assert len(hidden) != 1 or len(towns) == 1, "a total would tell the one that is left out"


def test_p49_hours_are_counted_by_level_of_those_in_post() -> None:
    """继续教育: what was attended in the year, by courses that count; who left is not counted."""

    def social(level: Qualification, hours: int, course: Course = Course.CONTINUING) -> Kept:
        attended = {UUID(int=1): Attended(course, TODAY, hours)}
        worker = replace(
            folded(WORKER, REGISTERED),
            role=WorkerRole.SOCIAL_WORKER,
            qualification=level,
            trained=attended,
        )
        return Kept(worker, CHECKED)

    enough = social(Qualification.ASSISTANT, 24)
    few = social(Qualification.ASSISTANT, 23)
    senior = social(Qualification.SENIOR, 30)
    other = social(Qualification.SENIOR, 30, Course.INDUCTION)
    gone = Kept(replace(enough.worker, ended_on=TODAY), CHECKED)
    assert continuing([enough, few, senior, other, gone, FULL], RULES, 2026, NOW) == {
        Qualification.ASSISTANT: Continuing(2, 1, 47),
        Qualification.SENIOR: Continuing(2, 1, 30),
    }


def test_p49_courses_are_offered_in_tiers_and_kinds() -> None:
    """分层分类: every tier and every kind has a course, and every level of workers its tier."""
    rules = RULES.continuing_education
    assert {each.level for each in rules.offered} == set(CourseLevel)
    assert {each.subject for each in rules.offered} == set(CourseSubject)
    assert set(rules.tier) == set(Qualification)
    for change in (
        {"offered": [each.model_dump() for each in rules.offered[1:3]]},
        {"tier": {Qualification.NONE: CourseLevel.BASIC}},
    ):
        with pytest.raises(ValidationError):
            ContinuingRules.model_validate({**rules.model_dump(), **change})
