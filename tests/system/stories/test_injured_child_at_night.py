"""夜里，医院报告一个受伤的孩子，不知道孩子姓名。

An official can read this from top to bottom: who does what, when, and who then sees what.
Sources: 未保法 11(2); 强报意见 Arts 4, 8, 10, 11; 沪未保 76(2); domain reference §2.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from domain.organisations import Post
from tests.program import (
    CIVIL_AFFAIRS,
    OTHER_STATION,
    POLICE,
    PROCURATORATE,
    STATION,
    TOWN,
    VILLAGE_CODE,
    at,
    pupil,
    resident,
)
from tests.system.stories.district import story, 医院

NIGHT = datetime(2025, 3, 4, 15, 40, tzinfo=UTC)
"""3月4日23时40分 in Shanghai."""
医生, 护士 = "值班医生", "护士"


def test_an_injured_child_at_night(tmp_path: Path) -> None:
    with story(tmp_path) as there:
        # 早先：孩子在街镇有登记，但夜里谁也不知道送来的就是这个孩子。
        child = pupil(1)
        there.reports(TOWN, "town.residence", resident(child))
        at(there.hub, NIGHT)

        # 23时40分，急诊医生报告。先打了110；姓名、身份证号都不知道，表也没填全。
        there.desk(医院, 医生, Post.DUTY)
        receipt = there.reports(
            医院,
            "report.mandatory",
            {
                "situations": "MR4",
                "seen": "（示例）多处新旧瘀伤",
                "child": "（示例）约十岁，不肯说名字",
                "place": VILLAGE_CODE,
                "hurt": "是",
                "immediate_danger": "说不好",
                "guardian_suspected": "不知道",
                "discovered_at": "2025-03-04 23:20",
                "police_receipt": "（示例）110回执",
                "reporter_name": "示医生",
                "call_back": "13800000000",
            },
            person=医生,
        )

        # 辖区派出所马上收到，一小时内应当接报；拿不准的，按有危险、可能是监护人办。
        (task,) = there.listed(STATION, "/inbox")
        assert (task.title, task.child) == ("强制报告", None)
        (report,) = there.mandatory(STATION)
        assert report.immediate_danger
        assert report.child_ref is None
        number = f"/reports/{report.id}"
        opened = there.reads(STATION, report.id)
        assert opened["seen"] == "（示例）多处新旧瘀伤"
        assert (opened["reporter_name"], opened["call_back"]) == ("示医生", "13800000000")
        assert "说不好" in opened["unread"], "原话保留，由接报民警核实"

        # 民政知道有一件、到什么期限；别的派出所和街镇不知道；医院同事也不知道是谁报的。
        assert there.state(CIVIL_AFFAIRS) == "已报告"
        assert there.reads(CIVIL_AFFAIRS, report.id) == {}
        for organisation in (OTHER_STATION, TOWN):
            assert there.mandatory(organisation) == []
        assert there.mandatory(医院, 护士) == []

        # 零点前接报；第二天上午行政受案。
        there.later(minutes=15)
        there.does(STATION, f"{number}/accept", {"police_receipt": "（示例）1号"})
        assert there.state(医院, 医生) == "已接报"
        # 孩子受伤：先送医；这里孩子已经在医院，登记了才能往下结案。
        assert there.task(STATION, "强制报告").medical_by is not None
        there.does(STATION, f"{number}/medical", {"care": "THERE"})
        assert there.task(STATION, "强制报告").medical_by is None
        assert there.task(STATION, "强制报告").state == "accepted", "接报就是签收，不用再点一次"
        there.later(hours=10)
        decided = {"decision": "ADMIN_CASE", "reason": "（示例）殴打"}
        there.does(STATION, f"{number}/decide", decided)
        assert there.state(PROCURATORATE) == "行政受案"
        assert "reporter_name" not in there.reads(PROCURATORATE, report.id)

        # 下午查明是哪个孩子：报告归入一人一档，检察院从孩子的档案也能看到。
        there.later(hours=4)
        there.reports(STATION, "police.report_child", {**child, "report_id": report.id})
        found = there.child(child)
        (adopted,) = there.mandatory(STATION)
        assert adopted.child_ref == found, "就是街镇登记过的那个孩子"
        for organisation in (POLICE, PROCURATORATE):
            assert "强制报告归入一人一档" in there.titles(organisation, found)
        assert "强制报告归入一人一档" not in there.titles(TOWN, found)

        # 三日之内向报告单位反馈；反馈之前不能结案。
        (before,) = there.mandatory(STATION)
        assert not before.feedback_overdue
        there.does(STATION, f"{number}/feedback", {"note": "（示例）已受案，孩子已安置"})
        followed = there.desk(医院, 医生).get(f"/reports/receipts/{receipt}").json()
        assert followed["report"]["id"] == report.id
        assert there.state(医院, 医生) == "已反馈"
        heard = there.reads(医院, report.id, 医生)
        assert heard["told"] == "（示例）已受案，孩子已安置"
        assert "reason" not in heard, "告知结果，不是案卷"
        assert there.reads(医院, report.id, 护士) == {}

        # 案件处理完毕，再告知一次结果：只说过一次“已受案”的，还不能结案。
        ends = {"note": "（示例）办结"}
        assert there.refused(STATION, f"{number}/close", ends) == "REPORT_NOT_FED_BACK"
        there.later(days=10)
        there.does(STATION, f"{number}/feedback", {"note": "（示例）已处罚", "final": True})

        # 结案。期限没有一项逾期。
        there.does(STATION, f"{number}/close", ends)
        for organisation in (STATION, CIVIL_AFFAIRS):
            assert there.state(organisation) == "结案"
        assert there.state(医院, 医生) == "结案"
        there.later(days=30)
        there.settle()
        assert there.late(STATION) == []
        assert there.tasks(STATION) == []
