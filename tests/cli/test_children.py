"""``hub children search``: look before recording, without a name on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.office import Hub
from tests.program import (
    EDUCATION,
    OTHER_SCHOOL,
    SCHOOL,
    UNLIMITED,
    a_name,
    an_id_number,
    child_of,
    enrolled,
    pupil,
    running,
    send,
)

ASKED = json.dumps({"id_number": an_id_number(1)})


def enrol(data: Path) -> str:
    with running(data) as program:
        send(program, EDUCATION, "education.roll", enrolled(pupil(1)))
        assert program.settle()
        return child_of(program, pupil(1))


def test_a_candidate_is_shown_with_what_agrees(hub: Hub, data: Path) -> None:
    reference = enrol(data)
    asked = ("children", "search", "--organisation", SCHOOL, "--data", data)
    ran = hub(*asked, "--json", input=ASKED)
    (found,) = ran.json["candidates"]
    assert found["child_ref"] == reference
    assert [each["code"] for each in found["reasons"]] == ["ID_NUMBER", "BIRTH_DATE"]
    shown = hub(*asked, input=ASKED).out
    assert a_name(1) in shown
    assert "身份证号相同" in shown
    assert "强制报告不要等查找" in shown


def test_one_of_another_school_is_as_unknown_as_any(hub: Hub, data: Path) -> None:
    enrol(data)
    answers = [
        hub(
            *("children", "search", "--organisation", OTHER_SCHOOL, "--data", data),
            input=json.dumps({"id_number": an_id_number(number)}),
        )
        for number in (1, 9)
    ]
    assert {(ran.code, ran.out, ran.err) for ran in answers} == {(0, answers[0].out, "")}


def test_what_is_wrong_is_told_without_the_value(hub: Hub, data: Path, tmp_path: Path) -> None:
    asked = ("children", "search", "--organisation", SCHOOL, "--data", data)
    for wrong in ('{"id_number": "99999920150301"}', '{"示例名": "x"}', "[1]", "", "{}"):
        ran = hub(*asked, input=wrong)
        assert ran.code == 2
        assert "99999920150301" not in ran.out + ran.err
        assert "示例名" not in ran.out + ran.err
    assert hub(*asked, "--from", tmp_path / "absent.json").code == 2


def test_searches_count_at_every_edge_together(hub: Hub, data: Path) -> None:
    """What a person used up on the command line is used up."""
    with running(data) as program:
        program.searches.rules = UNLIMITED
        now = program.clock.now()
        for _ in range(program.policies.rules.matching.search.a_minute):
            program.searches.take("console", now)
    ran = hub("children", "search", "--organisation", SCHOOL, "--data", data, input=ASKED)
    assert ran.code == 4
    assert "查找次数" in ran.err
    assert "登记和报告不受影响" in ran.err
