"""一家人接受帮助：村里发现孩子沉迷网络，学校制止，街镇入户；家里起先不要帮助，民政核实；后来同意，各单位各做
各的，换人评估；做法写成案例，谁也认不出是谁。

An official can read this from top to bottom. Sources: plan 二2 (P11, P12), 二5 (P41), 三3 (P59);
沪未保 78, 80; 未保法 68, 70, 71.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from domain.organisations import Organisation, Post, Seat, district_organisation
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_TOWN,
    SCHOOL,
    TOWN,
    VILLAGE,
    enrolled,
    pupil,
    resident,
)
from tests.system.stories.district import story

妇联 = district_organisation(Seat.WOMENS_FEDERATION)
卫健委 = district_organisation(Seat.HEALTH)


def test_a_family_accepts_help(tmp_path: Path) -> None:
    with story(tmp_path) as there:
        there.hub.directory.add_organisations(
            [Organisation(妇联, "示例妇联"), Organisation(卫健委, "示例卫健委")]
        )
        known = pupil(1)
        who = {"name": known["name"], "id_number": known["id_number"]}
        there.on(date(2025, 3, 3))
        there.reports(EDUCATION, "education.roll", enrolled(known))
        there.reports(TOWN, "town.residence", resident(known))
        child = there.child(known)

        # 3月3日，儿童主任走访时发现孩子通宵上网。学校和街镇各有一项任务，谁也没有告诉卫健委。
        there.reports(
            VILLAGE,
            "online.risk",
            {
                **who,
                "found_on": "2025-03-03",
                "noticed_by": "走访发现",
                "online_signs": "（示例）连续通宵上网",
            },
        )
        assert "网络沉迷重点人群，请学校制止和矫正" in there.tasks(SCHOOL)
        assert "网络沉迷重点人群，请入户引导监护人" in there.tasks(TOWN)
        assert there.tasks(卫健委) == []
        assert "（示例）连续通宵上网" not in there.reads(SCHOOL, child).values()

        # 学校迟迟没有登记，3月20日逾期了；登记之后一个月内要复查，家长愿意接受指导，学校就要开课。
        there.on(date(2025, 3, 20))
        assert "stop_online_use" in [late.kind for late in there.late(SCHOOL)]
        there.reports(
            SCHOOL,
            "online.measures",
            {
                **who,
                "taken_on": "2025-03-20",
                "school_measures": "（示例）手机统一保管",
                "guidance_accepted": "是",
            },
        )
        assert "stop_online_use" not in [late.kind for late in there.late(SCHOOL)]
        there.answers(TOWN, "网络沉迷重点人群，请入户引导监护人", "已引导监护人监管")
        there.on(date(2025, 4, 22))
        assert {"recheck_online_use", "guidance_session"} <= {
            late.kind for late in there.late(SCHOOL)
        }
        lesson = {**who, "held_on": "2025-04-21", "attended": "是"}
        there.reports(SCHOOL, "guidance.course_session", lesson)
        better = {**who, "rechecked_on": "2025-04-22", "finding": "正在好转"}
        there.reports(SCHOOL, "online.use_recheck", better)
        # 学校这件事上不再有逾期的（月报是另一件事）；它的任务也由登记办结了。
        assert [late.kind for late in there.late(SCHOOL)] == ["monthly_report"]
        assert there.tasks(SCHOOL) == []

        # 4月24日，街镇提出家庭支持计划，家里不要。民政收到一项核实任务，一个月后提醒街镇再去。
        there.on(date(2025, 4, 24))
        plan = {**who, "set_on": "2025-04-24", "support_basis": "问题反复出现", "agreed": "否"}
        foreign = there.tries(OTHER_TOWN, "town.family_support", plan)
        assert foreign.codes == ["SUPPORT_NOT_YOURS"]
        there.reports(TOWN, "town.family_support", plan)
        there.answers(CIVIL_AFFAIRS, "家庭不接受监护支持，核实儿童处境", "再次提供支持")
        there.on(date(2025, 5, 26))
        assert "offer_family_support" in [late.kind for late in there.late(TOWN)]

        # 5月26日，家里同意了。妇联做监护指导，卫健委做心理辅导，只看得到自己那一项。
        again = {**plan, "set_on": "2025-05-26", "agreed": "是", "account": "（示例）隔代照料"}
        there.reports(TOWN, "town.family_support", again)
        assert "offer_family_support" not in [late.kind for late in there.late(TOWN)]
        for measure, by, content in (
            ("监护指导", "示例妇联", "（示例）每月入户指导"),
            ("心理辅导", "示例卫健委", "（示例）每周辅导"),
        ):
            there.reports(
                TOWN,
                "town.family_measure",
                {
                    **who,
                    "set_on": "2025-05-26",
                    "measure": measure,
                    "provider": by,
                    "due_on": "2025-07-31",
                    "content": content,
                },
            )
        there.accepts(妇联, "开展监护指导")
        there.accepts(卫健委, "落实家庭支持中的心理辅导")
        assert "（示例）每月入户指导" in there.reads(妇联, child).values()
        assert not {"（示例）每周辅导", "（示例）隔代照料"} & set(there.reads(妇联, child).values())
        assert "（示例）每周辅导" in there.reads(卫健委, child).values()
        there.answers(妇联, "开展监护指导", "已完成")

        # 8月1日，心理辅导过了约定的日子没有做完，逾期；三个月后由制定计划以外的人评估。
        there.on(date(2025, 8, 1))
        assert "complete" in [late.kind for late in there.late(卫健委)]
        there.answers(卫健委, "落实家庭支持中的心理辅导", "已完成")
        there.on(date(2025, 8, 28))
        assert "family_support_review" in [late.kind for late in there.late(TOWN)]
        review = {**who, "reviewed_on": "2025-08-28", "verdict": "继续支持"}
        own = there.tries(TOWN, "town.family_review", review)
        assert own.codes == ["SUPPORT_SECOND_PERSON"]
        there.desk(TOWN, "站长", Post.HEAD)
        there.reports(TOWN, "town.family_review", review, person="站长")
        over = {**who, "ended_on": "2025-08-29", "result": "监护改善"}
        there.on(date(2025, 8, 29))
        there.reports(TOWN, "town.family_support_end", over, person="站长")
        corrected = {**who, "rechecked_on": "2025-08-29", "finding": "已矫正"}
        there.reports(SCHOOL, "online.use_recheck", corrected)
        assert there.tasks(妇联) == there.tasks(卫健委) == []

        # 街镇把做法写成案例：写了校名的退回，审核发布之前别人看不到，发布之后各单位都能看。
        case = {"number": "AL-0001", "case_kind": "好做法", "case_title": "（示例）家校一起想办法"}
        named = there.tries(
            TOWN, "programmes.good_case", {**case, "story": "（示例）示例第一小学的小A。"}
        )
        assert named.codes == ["GOOD_CASE_NAMES_PLACE"]
        there.reports(TOWN, "programmes.good_case", {**case, "story": "（示例）某小学的小A。"})
        assert there.listed(妇联, "/good-cases") == []
        there.reports(
            CIVIL_AFFAIRS,
            "programmes.good_case_review",
            {
                "number": "AL-0001",
                "reviewed_on": "2025-08-29",
                "approved": "是",
                "points": "姓名、地点和单位、具体日期、年龄、罕见情形组合、照片和画面",
            },
        )
        for office in (妇联, 卫健委, SCHOOL, OTHER_TOWN):
            (read,) = there.listed(office, "/good-cases")
            assert read.story == "（示例）某小学的小A。"
