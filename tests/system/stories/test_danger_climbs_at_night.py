"""夜里，学校报告一个孩子正处于危险，派出所没有人接报，提醒按值班表逐级往上，直到有人接报。

An official can read this from top to bottom: who does what, when, and who is told. Everybody acts
through the hub's interface, each signed in at an own desk.
Sources: 强报意见 Arts 3, 8, 10; 未保法 11; issue on casework, Deadlines (next post after minutes;
the sender sees the number to call).
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from domain.organisations import Post
from hub.notices.file import NAME
from tests.api.desks import Desk, District
from tests.program import (
    CIVIL_AFFAIRS,
    OTHER_STATION,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    VILLAGE_CODE,
)
from tests.system.stories.district import Story, story

MONDAY = date(2025, 3, 3)
NIGHT = {"begins": "2025-03-03 20:00", "ends": "2025-03-04 08:00"}
报警, 分局, 派出所 = ("110", "021-57000001", "021-57000002")


def told(there: Story) -> list[tuple[str, str]]:
    """Who was told at night that something urgent is to be done: the organisation and person."""
    lines = (there.hub.folder.root / NAME).read_text(encoding="utf-8").splitlines()
    notices: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert {each["text"] for each in notices} == {"您有1件紧急待办"}, "提醒里什么情况也不写"
    return [(each["organisation"], each["user"]) for each in notices if each["user"]]


def calls(desk: Desk, receipt: str) -> list[str]:
    """The numbers that whoever reported sees now."""
    answer = desk.get(f"/reports/receipts/{receipt}").json()
    return [each["number"] for each in answer["call"]]


def rostered(district: District, organisation: str, number: str) -> tuple[Desk, Desk]:
    """The duty leader of an organisation enters who is on duty tonight; gives the one on duty and
    the leader."""
    duty = district.hire(organisation, Post.DUTY)
    leader = district.hire(organisation, Post.DUTY_LEADER)
    shifts = [
        {**NIGHT, "post": "值班", "user": duty.user.login},
        {**NIGHT, "post": "值班领导", "user": leader.user.login},
    ]
    shown = leader.post("/roster", {"shifts": shifts}).json()
    assert "明天08:00起无人值班" in shown["gaps"], "哪一段没排，当场就知道"
    leader.post("/roster/number", {"number": number})
    return duty, leader


def test_a_report_that_nobody_accepts_at_night_climbs_by_the_roster(tmp_path: Path) -> None:
    with story(tmp_path) as there:
        district = there.district

        # 傍晚，派出所和公安分局的值班领导各自排好今晚的班，登记值班电话。
        there.on(MONDAY, 18)
        民警, 所值班领导 = rostered(district, STATION, 派出所)
        接警员, 局值班领导 = rostered(district, POLICE, 分局)

        # 22时10分，学校值班老师报告：孩子正处于危险。回执上先是110，再是分局的电话。
        there.on(MONDAY, 22, 10)
        老师 = district[SCHOOL]
        receipt = 老师.send(
            "report/mandatory",
            {"seen": "（示例）哭着说不敢回家", "place": VILLAGE_CODE, "immediate_danger": "是"},
        )
        assert [each["number"] for each in receipt["call"]] == [报警, 分局]
        there.settle()

        # 派出所值班民警马上收到提醒：有1件紧急待办。是什么事，要登录了才看得到。
        assert told(there) == [(STATION, 民警.user.user)]

        # 一刻钟没有人接报：告诉派出所值班领导；再过十分钟，告诉分局值班；再过十分钟，分局值班领导。
        there.on(MONDAY, 22, 24)
        assert told(there) == [(STATION, 民警.user.user)], "还没到时候"
        climbs = [(STATION, 民警.user.user)]
        for minute, organisation, person in (
            (25, STATION, 所值班领导),
            (35, POLICE, 接警员),
            (45, POLICE, 局值班领导),
        ):
            there.on(MONDAY, 22, minute)
            climbs.append((organisation, person.user.user))
            assert list(dict.fromkeys(told(there))) == climbs

        # 分局值班在逾期清单上看到是哪一件；学校看到的仍是110和分局的电话。
        assert any(each["owner"] == STATION for each in 接警员.items("/overdue"))
        assert calls(老师, receipt["receipt"]) == [报警, 分局]

        # 22时50分，分局催办，民警接报。此后不再往上提醒；学校看到的是派出所的电话。
        there.on(MONDAY, 22, 50)
        (task,) = 民警.items("/inbox")
        answer = 民警.post(f"/reports/{task['child_ref']}/accept", {})
        assert answer.status_code == 200, answer.json()
        there.settle()
        before = told(there)
        there.on(MONDAY, 23, 59)
        assert told(there) == before
        assert calls(老师, receipt["receipt"]) == [报警, 派出所]

        # 民政和检察院知道有一件、已接报；旁边的派出所什么也不知道，也没有人吵醒它。
        for organisation in (CIVIL_AFFAIRS, PROCURATORATE):
            (report,) = district[organisation].items("/reports")
            assert report["state_name"] == "已接报"
        assert district[OTHER_STATION].items("/reports") == []
        assert OTHER_STATION not in {organisation for organisation, _ in told(there)}
