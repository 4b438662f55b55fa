"""学校报告疑似辍学：公安协查，街镇劝返，孩子复学，教育局销号。

An official can read this from top to bottom. Sources: 未保法 28(2), 83; plan 二4 (P26, P27);
教基厅函〔2024〕15号 (每次劝返登记，动态销号); domain reference §3.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_STATION,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    enrolled,
    pupil,
    resident,
)
from tests.system.stories.district import story


def test_a_dropout_is_traced_persuaded_returned_and_struck_off(tmp_path: Path) -> None:
    with story(tmp_path) as there:
        # 早先：教育局的学籍名册和街镇的居住登记里都有这个孩子。
        pupil_1 = pupil(1)
        there.on(date(2025, 2, 17))
        there.reports(EDUCATION, "education.roll", enrolled(pupil_1))
        there.reports(TOWN, "town.residence", resident(pupil_1))
        child = there.child(pupil_1)

        # 2月26日，孩子已经连续三个上课日没来，家长联系不上。学校登记，拿到回执号。
        there.on(date(2025, 2, 26))
        receipt = there.reports(
            SCHOOL,
            "education.absence",
            {
                **pupil_1,
                "absent_since": "2025-02-24",
                "school_days": 3,
                "reason_code": "原因不明",
                "family_contact": "联系不上",
                "reason": "（示例）电话关机",
            },
        )
        assert len(receipt) == len("20250226-ABCDEFGH")

        # 当天，派出所、街镇、民政各收到一件；别的派出所没有。
        assert there.tasks(STATION) == ["协查辍学"]
        assert there.tasks(TOWN) == ["劝返"]
        assert there.tasks(CIVIL_AFFAIRS) == ["协调跟进辍学"]
        assert there.tasks(OTHER_STATION) == []

        # 签收之前只看得到事由和街镇，看不到是谁。
        assert "name" not in there.reads(STATION, child)
        there.accepts(STATION, "协查辍学")

        # 派出所要找人：看得到是谁、怎么联系；缺课原因是学校的事，看不到。
        traced = there.reads(STATION, child)
        assert traced["name"] == pupil_1["name"]
        assert traced["guardian_phone"] == pupil_1["guardian_phone"]
        assert "reason" not in traced
        assert there.file(OTHER_STATION, child) is None

        # 第二天，派出所找到人，办结；任务一结束，孩子就不在它的视野里了。
        there.on(date(2025, 2, 27))
        there.answers(STATION, "协查辍学", "找到")
        assert there.tasks(STATION) == []
        assert "guardian_phone" not in there.reads(STATION, child)

        # 街镇上门劝返：头一次被拒绝，第二次同意复学。每次都登记，学校看得到。
        there.on(date(2025, 2, 28))
        there.reports(
            TOWN,
            "town.persuasion",
            {**pupil_1, "persuaded_on": "2025-02-28", "outcome": "拒绝复学"},
        )
        there.on(date(2025, 3, 3))
        there.reports(
            TOWN,
            "town.persuasion",
            {**pupil_1, "persuaded_on": "2025-03-03", "outcome": "同意复学"},
        )
        there.answers(TOWN, "劝返", "同意复学")
        persuasions = [e for e in there.timeline(EDUCATION, child) if e.title == "劝返记录"]
        assert len(persuasions) == 2
        assert PROCURATORATE not in {e.producer for e in there.timeline(EDUCATION, child)}
        assert there.tasks(PROCURATORATE) == [], "只有一次无效，不到请检察院监督的时候"

        # 3月5日孩子回到学校。学校自己不能销号，也没有到校证明以外的捷径。
        there.on(date(2025, 3, 5))
        there.reports(SCHOOL, "education.return", {**pupil_1, "returned_on": "2025-03-05"})
        tried = there.tries(
            SCHOOL,
            "education.absence",
            {**pupil_1, "absent_since": "2025-03-06", "school_days": 1, "reason_code": "厌学"},
        )
        assert tried.codes == ["DATE_IN_FUTURE"]

        # 3月14日，教育局凭到校证明销号；没有什么要协调的了，民政的那一件自己结束。
        assert there.tasks(CIVIL_AFFAIRS) == ["协调跟进辍学"]
        there.on(date(2025, 3, 14))
        there.reports(
            EDUCATION,
            "education.strike_off",
            {**pupil_1, "proof": "到校证明", "struck_off_on": "2025-03-14"},
        )
        assert {"缺课登记", "疑似辍学", "劝返记录", "复学", "销号"} <= there.titles(SCHOOL, child)
        for organisation in (STATION, TOWN, CIVIL_AFFAIRS):
            assert there.tasks(organisation) == []

        # 关于这个孩子没有一项逾期（没有报的月报不涉及哪个孩子）。
        # 别的学校自始至终不知道，村居只看到一句提示，看不到原因和经过。
        there.on(date(2025, 4, 30))
        reports = {"monthly_report", "quarterly_review"}
        assert {late.kind for late in there.late(CIVIL_AFFAIRS)} <= reports
        assert there.file(OTHER_SCHOOL, child) is None
        told = [e for e in there.timeline(VILLAGE, child) if e.category == "schooling"]
        assert [dict(e.fields) for e in told] == [{"notice": "学校报告缺课，正在核实"}]
        assert [e.producer_name for e in told] == [""], "谁说的，也不显示"
