"""``hub referrals``: what is in hand, and how it goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.organisations import Post
from tests.cli.office import Hub
from tests.program import (
    EDUCATION,
    OTHER_STATION,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE_CODE,
    absent,
    actor,
    child_of,
    enrolled,
    pupil,
    resident,
    running,
    send,
)


@pytest.fixture(autouse=True)
def _here(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_DATA", str(data))


@pytest.fixture
def task(data: Path) -> str:
    """The station's task of a report."""
    with running(data) as hub:
        told = {"seen": "（示例）瘀青", "place": VILLAGE_CODE}
        assert hub.intake.record(actor(SCHOOL), "report.mandatory", told).answer is not None
        assert hub.settle()
        (fact,) = [f for f in hub.store.feed(0, 100) if f.topic == "referral.requested.v1"]
    return str(fact.stream)


def by(organisation: str) -> tuple[str, str]:
    return ("--organisation", organisation)


def test_a_report_is_accepted_offered_declined_and_moved(
    hub: Hub, task: str, tmp_path: Path
) -> None:
    assert hub("referrals", "accept", task, *by(STATION)).code == 0
    assert hub("referrals", "offer", task, "--to", OTHER_STATION, *by(STATION)).code == 0
    (mine,) = hub("referrals", "list", *by(STATION), "--json").json["referrals"]
    assert (mine["state"], mine["offered_to"]) == ("accepted", OTHER_STATION)
    assert "请求移交" in hub("referrals", "list", *by(OTHER_STATION)).out
    note = tmp_path / "note.txt"
    note.write_text("（示例）不在本辖区", encoding="utf-8")
    declined = hub("referrals", "decline", task, "--text", note, *by(OTHER_STATION))
    assert (declined.code, "已登记" in declined.out) == (0, True)
    assert hub("referrals", "list", *by(OTHER_STATION), "--json").json == {"referrals": []}
    assert hub("referrals", "offer", task, "--to", OTHER_STATION, *by(STATION)).code == 0
    assert hub("referrals", "accept", task, *by(OTHER_STATION)).code == 0
    assert hub("referrals", "list", *by(STATION), "--json").json == {"referrals": []}
    (theirs,) = hub("referrals", "list", *by(OTHER_STATION), "--json").json["referrals"]
    assert (theirs["id"], theirs["addressee"]) == (task, OTHER_STATION)


def test_what_it_refuses_it_says_in_chinese_and_repeats_nothing(hub: Hub, task: str) -> None:
    hub("referrals", "accept", task, *by(STATION))
    wrong = hub("referrals", "offer", task, "--to", "410000000000000000", *by(STATION))
    assert (wrong.code, "请核对单位代码" in wrong.err) == (2, True)
    nothing = hub("referrals", "accept", "410000000000000000", *by(STATION))
    assert (nothing.code, "请核对编号" in nothing.err) == (2, True)
    assert "410000000000000000" not in wrong.out + wrong.err + nothing.out + nothing.err


def test_a_handler_is_named_and_a_task_rests(hub: Hub, data: Path) -> None:
    """The town's task; the report's own never rests."""
    with running(data) as program:
        for organisation, kind, row in (
            (TOWN, "town.residence", resident(pupil(1))),
            (EDUCATION, "education.roll", enrolled(pupil(1))),
            (SCHOOL, "education.absence", absent(pupil(1))),
        ):
            send(program, organisation, kind, row)
        assert program.settle()
        people = [program.directory.add_user(n, TOWN, "科室", Post.HANDLER) for n in ("li", "wu")]
    (task,) = hub("referrals", "list", *by(TOWN), "--json").json["referrals"]
    number = task["id"]
    assert hub("referrals", "accept", number, "--user", "li").code == 0
    second = hub("referrals", "accept", number, "--user", "wu")
    assert (second.code, "已由本单位“li”签收" in second.err) == (2, True)
    named = ["--handler", "wu", "--deputy", "li", "--user", "li"]
    assert hub("referrals", "assign", number, *named).code == 0
    nobody = hub("referrals", "assign", number, "--handler", "zhao", "--user", "li")
    assert (nobody.code, "没有这个登录名" in nobody.err) == (2, True)
    hold = ["--reason", "CHILD_AWAY", "--until", "2025-03-10", "--user", "li"]
    assert hub("referrals", "hold", number, *hold[:2], "--until", "明天").code == 2
    assert hub("referrals", "hold", number, *hold).code == 0
    (rests,) = hub("referrals", "list", *by(TOWN), "--json").json["referrals"]
    assert (rests["state"], rests["handler"], rests["deputy"]) == ("on-hold", "wu", "li")
    assert hub("referrals", "resume", number, "--user", "li").code == 0
    assert len(people) == 2


def test_one_is_drafted_sent_answered_and_confirmed(hub: Hub, data: Path, tmp_path: Path) -> None:
    with running(data) as program:
        send(program, TOWN, "town.residence", resident(pupil(1)))
        send(program, EDUCATION, "education.roll", enrolled(pupil(1)))
        assert program.settle()
        child = child_of(program, pupil(1))
    account = tmp_path / "account.txt"
    account.write_text("（示例）近来总说不想回家", encoding="utf-8")
    asked = ["--child", child, "--kind", "look_into_concern", "--to", TOWN]
    opened = hub("referrals", "open", *asked, "--draft", "--text", account, *by(SCHOOL), "--json")
    number = opened.json["referral_id"]
    (mine,) = hub("referrals", "list", "--sent", *by(SCHOOL), "--json").json["referrals"]
    assert (mine["id"], mine["state"]) == (number, "draft")
    assert hub("referrals", "list", *by(TOWN), "--json").json == {"referrals": []}
    assert hub("referrals", "send", number, "--text", account, *by(SCHOOL)).code == 0
    assert hub("referrals", "accept", number, *by(TOWN)).code == 0
    early = hub("referrals", "close", number, *by(SCHOOL))
    assert (early.code, "还没有办理结果" in early.err) == (2, True)
    other = hub("referrals", "open", *asked, *by(SCHOOL), "--json").json["referral_id"]
    assert hub("referrals", "void", other, "--reason", "ENTERED_TWICE", *by(SCHOOL)).code == 0
    nobody = hub("referrals", "open", *asked, *by(OTHER_STATION))
    assert (nobody.code, "不由本单位转出" in nobody.err) == (2, True)
