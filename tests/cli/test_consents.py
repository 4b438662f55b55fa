"""``hub consent``: recorded and withdrawn."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from domain.organisations import Organisation
from hub.queries import NOTHING
from tests.cli.office import Hub
from tests.program import START, TOWN, child_of, pupil, resident, running, send

HELPER = "social_organisation:310117"


def test_a_consent_is_recorded_and_withdrawn(hub: Hub, data: Path) -> None:
    with running(data) as program:
        program.directory.add_organisations([Organisation(HELPER, "示例社工机构")])
        send(program, TOWN, "town.residence", resident(pupil(1)))
        assert program.settle()
        child = child_of(program, pupil(1))
    today = START.date().isoformat()
    until = (START.date() + timedelta(days=100)).isoformat()
    by = ("--organisation", TOWN, "--data", data)
    give = ("consent", "give", "--for", "social_help", "--to", HELPER)
    days = ("--on", today, "--until", until)
    said = '{"guardian_name": "示例家长1", "account": "已说明用途"}'
    asked = (*give, "--child", child, *days, "--by-guardian", "--from", "-", *by)
    wrong = hub(*asked, "--form", "X", input=said)
    assert (wrong.code, "WRITTEN（书面）" in wrong.err) == (2, True)
    ran = hub(*asked, "--form", "WRITTEN", "--json", input=said)
    assert ran.code == 0, ran.err
    assert "示例家长1" not in ran.out
    consent = ran.json["consent_id"]
    nobody = "00000000-0000-4000-8000-000000000009"
    ran = hub(*give, "--child", nobody, *days, "--form", "WRITTEN", "--by-guardian", *by)
    assert (ran.code, NOTHING in ran.err) == (2, True)
    with running(data) as program:
        topics = [fact.topic for fact in program.store.feed(0, 1000)]
    assert topics.count("consent.given.v1") == 1
    assert hub("consent", "withdraw", consent, "--child", child, "--on", today, *by).code == 0
    with running(data) as program:
        topics = [fact.topic for fact in program.store.feed(0, 1000)]
    assert topics.count("consent.withdrawn.v1") == 1
