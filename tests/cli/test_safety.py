"""``hub safety``: issue, show, end."""

from __future__ import annotations

from pathlib import Path

from tests.cli.office import Hub
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    SCHOOL,
    TOWN,
    child_of,
    enrolled,
    pupil,
    resident,
    running,
    send,
)

LINE = "（示例）请勿单独放行，先电话联系"
BODY = {"text": LINE, "call": "110", "until": "2025-06-30", "seats": ["school", "village"]}
SEEN = {"text": LINE, "call": "110", "until": "2025-06-30", "ours": False}


def test_by_command(hub: Hub, data: Path) -> None:
    with running(data) as program:
        send(program, TOWN, "town.residence", resident(pupil(1)))
        send(program, EDUCATION, "education.roll", enrolled(pupil(1)))
        assert program.settle()
        child = child_of(program, pupil(1))
    town = ("--organisation", TOWN, "--data", data)
    said = f'{{"text": "{LINE}", "call": "110", "until": "2025-06-30", "told": "学校、村居"}}'
    ran = hub("safety", "issue", child, *town, input=said)
    assert (ran.code, "回执号" in ran.out) == (0, True)
    school = ("--organisation", SCHOOL, "--data", data)
    assert hub("safety", "show", child, *school, "--json").json["safety"] == [SEEN]
    assert LINE in hub("safety", "show", child, *school).out
    other = ("--organisation", CIVIL_AFFAIRS, "--data", data)
    assert "没有可向本单位显示的记录" in hub("safety", "show", child, *other).out
    for wrong in ('{"told": "谁"}', '{"until": "2025-06-30", "told": "谁"}', '{"身份": "1"}'):
        ran = hub("safety", "issue", child, *town, input=wrong)
        assert (ran.code, "谁" in ran.err) == (2, False)
    assert hub("safety", "end", child, *town).code == 0
    assert hub("safety", "end", child, *town).code == 2
    assert hub("safety", "show", child, *school, "--json").json["safety"] == []
