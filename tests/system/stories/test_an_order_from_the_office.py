"""民政没有按时协调：逐级提醒到妇儿工委办，制发督办单，书面回复，办结。妇儿工委办自始至终看不到孩子。

An official can read this from top to bottom: who does what, when, and who then sees what.
Sources: plan 三2 (P53, P56); 沪未保 7; issue on casework, Deadlines (escalation ladder, 督办单).
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from domain.organisations import Organisation
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    POLICE,
    SCHOOL,
    STATION,
    TOWN,
    absent,
    enrolled,
    pupil,
    resident,
)
from tests.system.stories.district import story

妇儿工委办 = "women_children_office:310117"
要求 = "（示例）请于五个工作日内办结并书面回复"


def test_an_order_from_the_office(tmp_path: Path) -> None:
    with story(tmp_path) as there:
        there.hub.directory.add_organisations([Organisation(妇儿工委办, "示例妇儿工委办")])
        # 3月3日，学校报告一个孩子连续缺课。派出所、街镇、民政各收到一件。
        known = pupil(1)
        there.on(date(2025, 3, 3))
        there.reports(EDUCATION, "education.roll", enrolled(known))
        there.reports(TOWN, "town.residence", resident(known))
        there.reports(SCHOOL, "education.absence", absent(known))
        child = there.child(known)
        assert there.tasks(CIVIL_AFFAIRS) == ["协调跟进辍学"]
        there.answers(STATION, "协查辍学", "找到")
        there.answers(TOWN, "劝返", "同意复学")

        # 民政一直没有办。期限过了，先提醒经办人，再到B角、负责人；每一级只提醒一次。
        for days in range(1, 29):
            there.on(date(2025, 3, 3) + timedelta(days=days))
        late = [each for each in there.late(CIVIL_AFFAIRS) if each.owner == CIVIL_AFFAIRS]
        assert {"accept", "complete"} & {each.kind for each in late}
        assert there.tasks(CIVIL_AFFAIRS) == ["协调跟进辍学"], "提醒不会把事情抹掉"

        # 最后到了妇儿工委办：建议督办。它看到是哪个单位、什么事、到期多久，看不到是哪个孩子。
        proposed = there.listed(妇儿工委办, "/supervisory-orders")
        (line,) = [
            each
            for each in proposed
            if (each.clear["addressee"], each.clear["kind"]) == (CIVIL_AFFAIRS, "complete")
        ]
        assert line.title == "建议督办"
        assert child not in str(proposed)
        assert there.file(妇儿工委办, child) is None
        assert there.timeline(妇儿工委办, child) == []

        # 妇儿工委办制发督办单；民政看到要求。学校、街镇、公安不知道有督办单。
        order = f"/supervisory-orders/{line.order_id}"
        there.does(妇儿工委办, f"{order}/issue", {"addressee": CIVIL_AFFAIRS, "demand": 要求})
        (told, *_) = there.listed(CIVIL_AFFAIRS, "/supervisory-orders")
        assert (told.title, told.fields["demand"]) == ("制发督办单", 要求)
        for organisation in (SCHOOL, TOWN, POLICE):
            assert there.listed(organisation, "/supervisory-orders") == []

        # 五个工作日没有书面回复：督办单也逾期，两边的清单上都有。
        there.on(date(2025, 4, 10))
        for organisation in (CIVIL_AFFAIRS, 妇儿工委办):
            assert "supervisory_reply" in {each.kind for each in there.late(organisation)}

        # 4月11日，民政办了这一件，书面回复；妇儿工委办办结。
        there.on(date(2025, 4, 11))
        there.answers(CIVIL_AFFAIRS, "协调跟进辍学", "已协调跟进")
        there.does(CIVIL_AFFAIRS, f"{order}/reply", {"content": "（示例）已协调复学"})
        (heard, *_) = there.listed(妇儿工委办, "/supervisory-orders")
        assert (heard.title, heard.fields["content"]) == ("回复督办单", "（示例）已协调复学")
        there.does(妇儿工委办, f"{order}/close")
        assert there.late(妇儿工委办) == []
