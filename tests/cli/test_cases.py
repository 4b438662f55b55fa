"""``hub cases``: who leads a case, and how the lead goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.queries import NOTHING
from tests.cli.office import Hub
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    SCHOOL,
    TOWN,
    VILLAGE,
    absent,
    enrolled,
    pupil,
    resident,
    running,
    send,
)


@pytest.fixture(autouse=True)
def _here(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_DATA", str(data))


LINE = "（示例）请勿单独上门，先电话联系"


def by(organisation: str) -> tuple[str, str]:
    return ("--organisation", organisation)


def test_the_lead_lists_offers_takes_back_and_hands_over_its_case(hub: Hub, data: Path) -> None:
    with running(data) as program:
        send(program, TOWN, "town.residence", resident(pupil(1)))
        send(program, EDUCATION, "education.roll", enrolled(pupil(1)))
        send(program, SCHOOL, "education.absence", absent(pupil(1)))
        assert program.settle()
    (case,) = hub("cases", "list", *by(EDUCATION), "--json").json["cases"]
    number = case["case_id"]
    assert "就学" in hub("cases", "list", *by(EDUCATION)).out
    shown = hub("cases", "show", number, *by(TOWN), "--json").json["case"]
    assert shown["lead"] == EDUCATION
    assert [each["addressee_name"] for each in shown["referrals"]] != []
    assert "牵头单位" in hub("cases", "show", number, *by(TOWN)).out
    said = f'{{"text": "{LINE}", "call": "110", "until": "2025-06-30", "told": "街镇"}}'
    child = shown["child_ref"]
    assert hub("safety", "issue", child, *by(CIVIL_AFFAIRS), input=said).code == 0
    heeded = hub("cases", "show", number, *by(TOWN))
    assert heeded.out.startswith("安全提示"), "before anything else"
    assert LINE in heeded.out
    told = hub("cases", "show", number, *by(TOWN), "--json").json["case"]["referrals"]
    assert {line["text"] for each in told for line in each["safety"]} == {LINE}
    assert NOTHING in hub("cases", "show", number, *by(VILLAGE)).out
    assert hub("cases", "offer", number, "--to", CIVIL_AFFAIRS, *by(EDUCATION)).code == 0
    assert hub("cases", "decline", number, *by(EDUCATION)).code == 0
    assert hub("cases", "offer", number, "--to", TOWN, *by(EDUCATION)).code == 0
    unsaid = hub("cases", "decline", number, *by(TOWN))
    assert unsaid.code == 2
    assert "不接收的原因" in unsaid.err
    assert hub("cases", "accept", number, *by(TOWN)).code == 0
    assert hub("cases", "show", number, *by(TOWN), "--json").json["case"]["lead"] == TOWN
    busy = hub("cases", "close", number, *by(TOWN))
    assert busy.code == 2
    assert "未办完的转介单" in busy.err
