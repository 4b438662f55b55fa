"""Anybody who is signed in may ask the rules why; of no child, and of nobody's standing."""

from __future__ import annotations

import pytest

from domain.kernel import Category
from hub.hindsight import Question, explained
from tests.api.desks import District
from tests.program import SCHOOL, STATION

pytestmark = pytest.mark.slow


def test_the_rules_say_step_by_step_why(district: District) -> None:
    """Given a school's handler who asks about harm / then it is told no, with the file and row of
    each step, as `hub policy explain` tells; and yes within a task of a station that has it."""
    answer = district[SCHOOL].get("/policy/explain", category="harm")
    assert answer.status_code == 200
    told = answer.json()
    program = district.program
    same = explained(
        program.store,
        program.policies.access,
        Question(SCHOOL, "handler", "CASEWORK", "STATUTORY_DUTY", Category.HARM),
        program.clock.now(),
    )
    assert (told["shown"], told["by"], told["version"]) == (False, None, same.version)
    assert [each["text"] for each in told["steps"]] == [step.text for step in same.steps]
    assert {"sharing-matrix.csv"} <= {each["file"] for each in told["steps"]}
    asked = {"category": "harm", "organisation": STATION, "tasks": ["harm", "who"]}
    told = district[SCHOOL].get("/policy/explain", **asked).json()
    assert (told["shown"], told["by"], told["by_name"]) == (True, "task", "转介开放")
    told = district[SCHOOL].get("/policy/explain", **asked, conflicted=True).json()
    assert told["shown"] is False


def test_a_question_that_names_no_organisation_or_category_says_what_to_write(
    district: District,
) -> None:
    for asked in (
        {"category": "harm", "organisation": "nobody:1"},
        {"category": "everything"},
        {"category": "harm", "post": "a name with blanks"},
        {},
    ):
        answer = district[SCHOOL].get("/policy/explain", **asked)
        assert answer.status_code == 422, asked
        assert answer.json()["faults"]
    for wrong in ("organisation", "producer"):
        asked = {"category": "who", wrong: "nobody:1"}
        (fault,) = district[SCHOOL].get("/policy/explain", **asked).json()["faults"]
        assert (fault["column"], fault["code"]) == (wrong, "ORGANISATION_SEAT")
    unknown = district[SCHOOL].get("/policy/explain", category="who", purpose="CURIOSITY").json()
    assert unknown["shown"] is False


def test_no_child_is_asked_about_and_no_stranger_is_told(district: District) -> None:
    child = district.dropout()
    looked = district.program.audit.count()
    told = district[SCHOOL].get("/policy/explain", category="who", child=child)
    without = district[SCHOOL].get("/policy/explain", category="who")
    assert told.json() == without.json()
    assert district.program.audit.count() == looked
    assert district.client.get("/api/v1/policy/explain?category=who").status_code == 401
