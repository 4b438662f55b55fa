"""一位父亲两次被训诫：评估，孩子临时安置，后来回家，村居跟踪回访。

An official can read this from top to bottom. Sources: 未保法 92, 93, 118; 沪未保 77–79, 85; plan
二2 (P09 劝诫, P10 训诫, P14 评估, P15 重点关注对象、跟踪回访, P16 民政监护); domain reference §4.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_VILLAGE,
    POLICE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    admonished,
    enrolled,
    pupil,
    resident,
)
from tests.system.stories.district import story, 福利院


def test_a_child_is_placed_and_later_returned(tmp_path: Path) -> None:
    with story(tmp_path) as there:
        known = pupil(1)
        who = {"name": known["name"], "id_number": known["id_number"]}
        there.on(date(2025, 3, 3))
        there.reports(EDUCATION, "education.roll", enrolled(known))
        there.reports(TOWN, "town.residence", resident(known))
        child = there.child(known)

        # 3月3日，村里上门劝诫父亲；情节严重，同时报告公安。
        there.reports(
            VILLAGE,
            "town.dissuasion",
            {
                **known,
                "dissuaded_on": "2025-03-03",
                "conduct": "致无人照料",
                "police_told": "是",
                "account": "（示例）孩子独自在家三天",
            },
        )
        assert there.tasks(STATION) == ["训诫办理"]

        # 3月4日，派出所第一次训诫，办结。街镇入户跟进，民政协调。
        there.on(date(2025, 3, 4))
        there.reports(STATION, "police.admonition", admonished(known, 1, served_on="2025-03-04"))
        there.answers(STATION, "训诫办理", "已训诫")
        assert "训诫后跟进" in there.tasks(TOWN)
        assert "家庭监护能力评估" not in there.tasks(CIVIL_AFFAIRS)

        # 4月8日，第二次训诫：民政收到评估任务。
        there.on(date(2025, 4, 8))
        there.reports(STATION, "police.admonition", admonished(known, 2, served_on="2025-04-08"))
        assert "家庭监护能力评估" in there.tasks(CIVIL_AFFAIRS)

        # 4月15日，评估：需要临时监护。次日安置到福利院；福利院才看得到这个孩子。
        there.on(date(2025, 4, 15))
        assert there.file(福利院, child) is None
        assessed = {**who, "assessed_on": "2025-04-15", "grade": "低"}
        there.reports(
            CIVIL_AFFAIRS, "civil_affairs.assessment", {**assessed, "conclusion": "需要临时监护"}
        )
        there.answers(CIVIL_AFFAIRS, "家庭监护能力评估", "已评估")
        # 评估由写评估的人以外的负责人审批；安置不等审批。
        there.approves(CIVIL_AFFAIRS)
        there.on(date(2025, 4, 16))
        there.reports(
            CIVIL_AFFAIRS,
            "civil_affairs.placement",
            {
                **who,
                "placed_on": "2025-04-16",
                "situation": "监护人下落不明",
                "care": "机构照料",
                "place": "示例儿童福利院",
                "account": "（示例）父亲失去联系",
            },
        )
        placed = there.file(福利院, child)
        assert placed is not None
        assert placed.fields["name"] == known["name"]
        assert there.tasks(福利院) == ["照护被安置儿童"]
        assert there.tasks(POLICE) == ["查找父母或其他监护人"]

        # 学校不知道孩子被安置，更不知道原因；别的村也不知道。
        assert "（示例）父亲失去联系" not in there.reads(SCHOOL, child).values()
        assert there.file(OTHER_VILLAGE, child) is None
        # 孩子没有评估为可以回归之前，不能登记送回。
        there.tries(
            CIVIL_AFFAIRS,
            "civil_affairs.return_home",
            {**who, "returned_on": "2025-04-16"},
        )

        # 7月1日，公安找到父亲；8月，父亲接受指导后再评估：可以回归家庭，列入重点关注对象。
        there.on(date(2025, 7, 1))
        there.reports(
            POLICE,
            "police.search_result",
            {**who, "concluded_on": "2025-07-01", "found": "是", "whom": "（示例）父亲"},
        )
        there.answers(POLICE, "查找父母或其他监护人", "已找到")
        there.on(date(2025, 8, 18))
        there.reports(
            CIVIL_AFFAIRS,
            "civil_affairs.assessment",
            {**assessed, "assessed_on": "2025-08-18", "conclusion": "可以回归家庭"},
        )
        assert there.listed(CIVIL_AFFAIRS, "/children/follow-up") == []
        there.approves(CIVIL_AFFAIRS)
        listed = there.listed(CIVIL_AFFAIRS, "/children/follow-up")
        assert [each.child_ref for each in listed] == [child]
        assert [due.title for due in there.visits(VILLAGE)] == ["跟踪回访"]

        # 8月20日，街镇登记儿童主任，公安答复从业查询可以录用：9月1日起，没有查询结果的看不到孩子。
        there.on(date(2025, 8, 20))
        there.employs(VILLAGE, TOWN, date(2025, 8, 20))

        # 8月25日送回。村居随访，派出所知悉；学校只看到一句话，保密。福利院任务结束，收回。
        there.on(date(2025, 8, 25))
        there.reports(
            CIVIL_AFFAIRS, "civil_affairs.return_home", {**who, "returned_on": "2025-08-25"}
        )
        assert there.tasks(福利院) == []
        assert there.file(福利院, child) is None
        there.accepts(VILLAGE, "送回后随访")
        assert "知悉送回" in there.tasks(STATION)
        (notice,) = [e for e in there.timeline(SCHOOL, child) if e.title == "回归家庭"]
        assert dict(notice.fields) == {"notice": "孩子已回归家庭，请保密并多关心"}
        assert there.file(OTHER_SCHOOL, child) is None

        # 儿童主任每月回访，期满良好，民政结案，移出名单。
        for month, day in ((9, 12), (10, 11), (11, 10), (12, 9)):
            there.on(date(2025, month, day))
            visit = {"visited_on": f"2025-{month:02}-{day:02}", "form": "入户走访"}
            there.reports(VILLAGE, "village.visit", {**known, **visit, "harm_suspected": "否"})
        assert not [late for late in there.late(TOWN) if late.kind == "follow_up"]
        there.on(date(2026, 2, 10))
        assert [late.kind for late in there.late(TOWN) if late.owner == VILLAGE] == ["follow_up"], (
            "一月没去：逾期上了看板"
        )
        there.reports(
            VILLAGE,
            "village.visit",
            {
                **known,
                "visited_on": "2026-02-10",
                "form": "入户走访",
                "living": "（示例）稳定",
                "harm_suspected": "否",
            },
        )
        there.answers(VILLAGE, "送回后随访", "监护情况良好")
        there.reports(
            CIVIL_AFFAIRS,
            "civil_affairs.case_closing",
            {**who, "closed_on": "2026-02-10", "reason": "（示例）随访期满，监护良好"},
        )
        assert "监护个案结案" not in there.titles(CIVIL_AFFAIRS, child), "还没有审批"
        there.approves(CIVIL_AFFAIRS)
        assert there.listed(CIVIL_AFFAIRS, "/children/follow-up") == []
        assert there.visits(VILLAGE) == []
        assert "监护个案结案" in there.titles(CIVIL_AFFAIRS, child)
