"""``hub safety contact|contact-end|show``: whom to call instead of a guardian."""

from __future__ import annotations

from pathlib import Path

from tests.cli.office import Hub
from tests.program import SCHOOL, TOWN, child_of, pupil, resident, running, send

SAID = (
    '{"contact_name": "示例外婆", "contact_phone": "13912345678",'
    ' "contact_relation": "GRANDPARENT", "until": "2025-06-30"}'
)


def test_by_command(hub: Hub, data: Path) -> None:
    with running(data) as program:
        send(program, TOWN, "town.residence", resident(pupil(1)))
        assert program.settle()
        child = child_of(program, pupil(1))
    town = ("--organisation", TOWN, "--data", data)
    ran = hub("safety", "contact", child, *town, input=SAID)
    assert (ran.code, "回执号" in ran.out) == (0, True)
    shown = hub("safety", "show", child, *town, "--json").json["safe_contact"]
    assert (shown["name"], shown["telephone"]) == ("示例外婆", "13912345678")
    assert "不联系监护人" in hub("safety", "show", child, *town).out
    school = ("--organisation", SCHOOL, "--data", data)
    assert hub("safety", "show", child, *school, "--json").json["safe_contact"] is None
    for wrong in ("{}", '{"姓名": "示例外婆"}', SAID.replace("2025-06-30", "明天")):
        ran = hub("safety", "contact", child, *town, input=wrong)
        assert (ran.code, "示例外婆" in ran.err) == (2, False)
    assert hub("safety", "contact-end", child, *town).code == 0
    assert hub("safety", "contact-end", child, *town).code == 2
