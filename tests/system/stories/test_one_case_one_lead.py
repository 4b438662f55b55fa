"""学生不来上学，几个单位各有任务：教育局牵头，移交街镇牵头；学校按月报送，漏报的看得见。

An official can read this from top to bottom: who does what, when, and who then sees what.
Sources: plan 三2 (P53: 牵头单位), 二4 (P27); 教基厅函〔2024〕15号 (一月一报告，一季度一复核).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_SCHOOL_NAME,
    OTHER_TOWN,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    absent,
    enrolled,
    pupil,
    resident,
)
from tests.system.stories.district import story

没有 = {"enrolled": 1, "absent": 0, "suspected": 0, "dropped_out": 0, "returned": 0}


def test_one_case_one_lead(tmp_path: Path) -> None:
    with story(tmp_path) as there:
        # 3月3日：两所学校各有一名学生；一人连续五天没来，原因不明。
        for number, school in ((1, None), (2, OTHER_SCHOOL_NAME)):
            there.reports(TOWN, "town.residence", resident(pupil(number)))
            there.reports(
                EDUCATION,
                "education.roll",
                enrolled(pupil(number), school) if school else enrolled(pupil(number)),
            )
        there.reports(SCHOOL, "education.absence", absent(pupil(1)))

        # 派出所协查，街镇劝返，民政局统筹：一个案件，教育局牵头，各参与单位都看得到由谁牵头。
        (case,) = there.listed(EDUCATION, "/cases")
        path = f"/cases/{case.case_id}"
        for organisation in (SCHOOL, STATION, TOWN, CIVIL_AFFAIRS):
            assert there.desk(organisation).get(path).json()["lead_name"] == case.lead_name
        # 不参与的，村居、外街镇，用案件编号也问不出来。
        for organisation in (VILLAGE, OTHER_TOWN):
            assert there.desk(organisation).get(path).status_code == 404

        # 教育局请街镇牵头；街镇先不接收，写明原因；再请，街镇接收。接收前仍由教育局牵头。
        there.does(EDUCATION, f"{path}/lead/offer", {"to": TOWN})
        (asked,) = there.listed(TOWN, "/cases")
        assert (asked.state_name, asked.lead_name) == ("移交牵头，待答复", case.lead_name)
        there.does(TOWN, f"{path}/lead/decline", {"reason": "OTHER_BETTER"})
        there.does(EDUCATION, f"{path}/lead/offer", {"to": TOWN})
        there.does(TOWN, f"{path}/lead/accept")
        whole = there.desk(STATION).get(path).json()
        assert whole["lead"] == TOWN
        assert [each["former_name"] for each in whole["transfers"]] == [case.lead_name]
        # 任务不随牵头移动：派出所还是协查，民政局还是统筹。
        assert "协查辍学" in there.tasks(STATION)
        assert there.listed(EDUCATION, "/cases") == []

        # 三本台账：这名学生在疑似辍学台账里，教育局、本校、街镇看得到，别的学校看不到。
        for organisation in (EDUCATION, SCHOOL, TOWN):
            (row,) = there.listed(organisation, "/dropout")
            assert row.state_name == "疑似辍学"
        assert there.listed(OTHER_SCHOOL, "/dropout") == []

        # 还有任务没办完，街镇不能结案。
        assert there.refused(TOWN, f"{path}/close") == "CASE_OPEN"
        there.answers(STATION, "协查辍学", "找到")

        # 学生回来了：劝返任务由系统收回；民政局办结统筹，街镇结案。
        there.on(date(2025, 3, 10))
        there.reports(SCHOOL, "education.return", {**pupil(1), "returned_on": "2025-03-10"})
        for title in [each for each in there.tasks(CIVIL_AFFAIRS) if "辍学" in each]:
            task = there.task(CIVIL_AFFAIRS, title)
            there.answers(CIVIL_AFFAIRS, title, next(iter(task.outcomes.values())))
        there.does(TOWN, f"{path}/close")
        assert there.listed(TOWN, "/cases") == []
        assert there.listed(EDUCATION, "/dropout") == []

        # 4月：一所学校报了月报（没有的填0），另一所没有报；期限一过，沉默清单上看得见。
        there.on(date(2025, 4, 2))
        there.reports(SCHOOL, "education.monthly_report", {"period": "2025-03", **没有})
        there.on(date(2025, 4, 12))
        silent = there.listed(EDUCATION, "/silence", kind="REPORT_MISSING")
        assert [each.owner for each in silent] == [OTHER_SCHOOL]
        reports = {
            each.reporter: each
            for each in there.listed(EDUCATION, "/dropout/reports", period="2025-03")
        }
        assert reports[SCHOOL].filed_at is not None
        assert (reports[SCHOOL].differs, reports[OTHER_SCHOOL].filed_at) == (False, None)

        # 补报之后就没有了；教育局按季度复核。
        there.reports(OTHER_SCHOOL, "education.monthly_report", {"period": "2025-03", **没有})
        assert there.listed(EDUCATION, "/silence", kind="REPORT_MISSING") == []
        review = {"period": "2025-Q1", "schools": "2", "suspected": "0", "dropped_out": "0"}
        there.reports(EDUCATION, "education.quarterly_review", review)
        (reviewed,) = there.listed(EDUCATION, "/dropout/reports", period="2025-Q1")
        assert reviewed.counts["schools"] == 2
