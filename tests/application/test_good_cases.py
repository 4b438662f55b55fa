"""好案例, on a whole program: plan 三3 (P59)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.organisations import Organisation, Post, Seat, district_organisation
from hub.bootstrap import Program
from hub.queries import NotCleared
from tests.program import (
    CIVIL_AFFAIRS,
    DISTRICT,
    SCHOOL_NAME,
    TOWN,
    actor,
    reader,
    running,
    send,
    take,
)

pytestmark = pytest.mark.slow

OFFICE = district_organisation(Seat.WOMEN_CHILDREN_OFFICE)
TITLE, STORY = "（示例）一次成功的家校沟通", "（示例）某小学的小A逐步改善。"
WRITTEN = {"number": "AL-0001", "case_kind": "好做法", "case_title": TITLE, "story": STORY}
POINTS = "姓名、地点和单位、具体日期、年龄、罕见情形组合、照片和画面"
REVIEWED = {"number": "AL-0001", "reviewed_on": "2025-03-03", "approved": "是", "points": POINTS}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path) as program:
        program.directory.add_organisations([Organisation(OFFICE, "示例妇儿工委办")])
        yield program


def review(hub: Program, **changes: Any) -> list[str]:
    another = actor(CIVIL_AFFAIRS, Post.HEAD, "u-another")
    answer = hub.intake.record(another, "programmes.good_case_review", {**REVIEWED, **changes})
    return [each.code for each in answer.faults]


def read(hub: Program) -> dict[str, str]:
    """What each organisation reads of published stories, where it may look at anything."""
    assert hub.settle()
    found = {}
    for each in (*(one.id for one in DISTRICT), OFFICE):
        try:
            told = hub.queries.good_cases(reader(each))
        except NotCleared:
            continue
        found[each] = "".join(row.title + row.story for row in told)
    return found


def test_p59_everybody_reads_it_once_it_was_reviewed_and_nobody_before_or_after(
    hub: Program,
) -> None:
    """Given a story / when a second person has looked at every point / then every office reads it;
    changed, or withdrawn / then none does."""
    send(hub, TOWN, "programmes.good_case", WRITTEN)
    assert set(read(hub).values()) == {""}
    assert review(hub, points="姓名") == ["GOOD_CASE_UNCHECKED"]
    assert set(read(hub).values()) == {""}
    assert review(hub) == []
    published = read(hub)
    assert {TOWN, CIVIL_AFFAIRS, OFFICE} <= set(published)
    assert set(published.values()) == {TITLE + STORY}
    send(hub, TOWN, "programmes.good_case", {**WRITTEN, "story": "（示例）改写。"})
    assert set(read(hub).values()) == {""}, "it is reviewed anew"
    assert review(hub, reviewed_on="2025-03-02") == []
    assert set(read(hub).values()) == {TITLE + "（示例）改写。"}
    gone = {"number": "AL-0001", "withdrawn_on": "2025-03-03"}
    send(hub, TOWN, "programmes.good_case_withdrawal", gone)
    assert set(read(hub).values()) == {""}


@pytest.mark.parametrize("place", [SCHOOL_NAME, "示例第一街道未保站"])
def test_p59_a_place_of_the_directory_is_refused_at_its_paragraph(hub: Program, place: str) -> None:
    text = f"（示例）小A\n在{place}逐步改善。"
    answer = take(hub, TOWN, "programmes.good_case", {**WRITTEN, "story": text})
    (fault,) = answer.faults
    assert (fault.column, fault.code) == ("案例正文", "GOOD_CASE_NAMES_PLACE")
    assert "第2段" in fault.rule
    assert place not in fault.rule + fault.advice
