"""Attacks by way of a good case (好案例): reading one that nobody reviewed, and asking by it
whether a child is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.good_case_rules import GoodCaseRules
from hub.places import DistrictPlaces
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    SCHOOL_NAME,
    TOWN,
    a_name,
    enrolled,
    pupil,
    reader,
    running,
    send,
    take,
)

pytestmark = [pytest.mark.adversary, pytest.mark.slow]


def story(text: str, number: str = "AL-0001") -> dict[str, str]:
    return {"number": number, "case_kind": "好做法", "case_title": "（示例）", "story": text}


def test_writing_a_name_does_not_tell_whether_the_child_is_known(tmp_path: Path) -> None:
    """A town writes one story with the name of a child that is known, and one of a child that is
    not: both are answered alike."""
    known, unknown = pupil(1), a_name(2)
    with running(tmp_path) as hub:
        send(hub, EDUCATION, "education.roll", enrolled(known))
        assert hub.settle()
        answers = [
            take(hub, TOWN, "programmes.good_case", story(f"（示例）{name}{who}逐步改善。", number))
            for number, who in (("AL-0001", ""), ("AL-0002", "同学"))
            for name in (known["name"], unknown)
        ]
        told = [[(each.code, each.rule) for each in answer.faults] for answer in answers]
        assert told[0] == told[1]
        assert told[2] == told[3]
        assert known["name"] not in str(told)


@pytest.mark.parametrize("defence", ["machine", "places"])
def test_without_the_defence_it_would_be_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, defence: str
) -> None:
    """What each of the two checks refuses is taken once that check is gone, and no other stops
    it."""
    text = {"machine": "（示例）张三同学逐步改善。", "places": f"（示例）{SCHOOL_NAME}的小A。"}
    with running(tmp_path) as hub:
        assert take(hub, TOWN, "programmes.good_case", story(text[defence])).faults
        if defence == "machine":
            monkeypatch.setattr(GoodCaseRules, "identifies", lambda self, text: None)
        else:
            monkeypatch.setattr(DistrictPlaces, "names_place", lambda self, text: False)
        send(hub, TOWN, "programmes.good_case", story(text[defence]))
        assert hub.settle()
        assert hub.queries.good_cases(reader(CIVIL_AFFAIRS)) == (), "a person looks still"
