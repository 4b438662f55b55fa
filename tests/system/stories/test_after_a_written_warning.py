"""告诫书之后：派出所和村里分别查访双方，妇联开展指导，父亲不来，法院接着处理；孩子先托给外婆，再由街镇照料。

An official can read this from top to bottom. Sources: 反家暴法 16, 17; 家教法 48, 49; 沪未保 85;
未保法 22, 23, 92, 93, 118; plan 二2 (P10 告诫, P11 指导, P16 养育、教育、医疗、心理).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from domain.organisations import Organisation, Seat, district_organisation
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_VILLAGE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    enrolled,
    pupil,
    resident,
)
from tests.system.stories.district import story

法院 = district_organisation(Seat.COURT)
妇联 = district_organisation(Seat.WOMENS_FEDERATION)
卫健委 = district_organisation(Seat.HEALTH)


def test_after_a_written_warning(tmp_path: Path) -> None:
    with story(tmp_path) as there:
        there.hub.directory.add_organisations(
            [
                Organisation(法院, "示例法院"),
                Organisation(妇联, "示例妇联"),
                Organisation(卫健委, "示例卫健委"),
            ]
        )
        known = pupil(1)
        who = {"name": known["name"], "id_number": known["id_number"]}
        there.on(date(2025, 3, 3))
        there.reports(EDUCATION, "education.roll", enrolled(known))
        there.reports(TOWN, "town.residence", resident(known))
        child = there.child(known)

        # 3月3日，派出所对父亲出具告诫书。派出所和村里各有一项查访任务；妇联收到家庭教育指导。
        there.reports(
            STATION,
            "police.written_warning",
            {
                **who,
                "document_number": "示公告诫〔2025〕0001号",
                "served_on": "2025-03-03",
                "guardian_relation": "父亲",
                "requirements": "（示例）不得再动手",
            },
        )
        assert "告诫书查访（派出所）" in there.tasks(STATION)
        assert "告诫书查访（村居）" in there.tasks(VILLAGE)
        assert "开展家庭教育指导" in there.tasks(妇联)
        assert there.file(OTHER_VILLAGE, child) is None

        # 3月5日，儿童主任只见到孩子，没见到父亲：记下来，任务还在。别的村登记不了，也问不出什么。
        there.on(date(2025, 3, 5))
        there.accepts(VILLAGE, "告诫书查访（村居）")
        there.reports(VILLAGE, "village.warning_visit", visit(who, "2025-03-05", warned="否"))
        assert "告诫书查访（村居）" in there.tasks(VILLAGE)
        stranger = visit(who, "2025-03-05")
        refused = there.tries(OTHER_VILLAGE, "village.warning_visit", stranger)
        assert refused.codes == ["NOT_YOURS_TO_STATE"]

        # 3月7日再去，父亲见到了，孩子说又被打过：任务办结，派出所要考虑训诫，强制报告同时发出。
        there.on(date(2025, 3, 7))
        harmed = visit(who, "2025-03-07", protected="否", repeated="是", harm="是")
        there.reports(VILLAGE, "village.warning_visit", {**harmed, "harm_seen": "（示例）淤青"})
        assert "告诫书查访（村居）" not in there.tasks(VILLAGE)
        assert {"训诫办理", "强制报告"} <= set(there.tasks(STATION))
        # 村里查访过了，不等于派出所查访过了：3月13日，派出所的那一项逾期了。
        there.on(date(2025, 3, 13))
        assert "告诫书查访（派出所）" in there.tasks(STATION)
        assert "complete" in [late.kind for late in there.late(STATION)]
        by_police = {**visit(who, "2025-03-13")}
        del by_police["harm_suspected"]
        there.reports(STATION, "police.warning_visit", by_police)
        assert "告诫书查访（派出所）" not in there.tasks(STATION)
        # 村里办结之后只知道有告诫书，不再看得到内容。
        assert "（示例）不得再动手" not in there.reads(VILLAGE, child).values()

        # 3月17日，法院也发出家庭教育指导令。妇联约了两次，父亲都没来：法院收到，由它接着处理。
        there.on(date(2025, 3, 17))
        there.reports(
            法院,
            "court.guidance_order",
            {
                **who,
                "document_number": "示法家教令〔2025〕0001号",
                "served_on": "2025-03-17",
                "guardian_relation": "父亲",
            },
        )
        there.on(date(2025, 3, 31))
        there.reports(妇联, "womens_federation.guidance_session", lesson(who, "2025-03-24", "否"))
        assert "拒不接受家庭教育指导" not in there.tasks(法院)
        there.reports(妇联, "womens_federation.guidance_session", lesson(who, "2025-03-31", "否"))
        assert "拒不接受家庭教育指导" in there.tasks(法院)
        there.answers(法院, "拒不接受家庭教育指导", "已接受指导")
        there.on(date(2025, 4, 28))
        there.reports(妇联, "womens_federation.guidance_session", lesson(who, "2025-04-28", "是"))
        there.reports(
            妇联,
            "womens_federation.guidance_report",
            {
                **who,
                "order": "家庭教育指导令",
                "reported_on": "2025-04-28",
                "result": "已完成指导",
                "account": "（示例）愿意改变管教方式",
            },
        )
        assert "（示例）愿意改变管教方式" in there.reads(法院, child).values()
        assert "（示例）愿意改变管教方式" not in there.reads(TOWN, child).values()

        # 5月6日，父母外出，把孩子托给外婆。村里没有核查外婆的条件：交街镇核查。学校只看到一句话。
        there.on(date(2025, 5, 6))
        there.reports(
            VILLAGE,
            "village.delegated_care",
            {
                **who,
                "since": "2025-05-06",
                "carer": "（示例）外婆",
                "child_heard": "是",
                "barred_checked": "否",
                "account": "（示例）父母去外地",
            },
        )
        assert "核查被委托照护人" in there.tasks(TOWN)
        there.answers(TOWN, "核查被委托照护人", "符合条件并已听取孩子意见")
        at_school = there.reads(SCHOOL, child)
        assert "孩子已委托他人照护，请多关心；紧急情况请联系村居" in at_school.values()
        assert "（示例）外婆" not in at_school.values()
        # 一周没有联系，村里的看板上就有；补上联系，再算下一周。
        there.on(date(2025, 5, 14))
        assert "delegated_contact" in [late.kind for late in there.late(VILLAGE)]
        there.reports(VILLAGE, "village.delegated_contact", {**who, "contacted_on": "2025-05-14"})
        assert "delegated_contact" not in [late.kind for late in there.late(VILLAGE)]

        # 5月20日，外婆住院，孩子没人管。民政安置，由街镇临时照料；委托照护结束。
        there.on(date(2025, 5, 20))
        there.reports(VILLAGE, "village.delegated_care_end", {**who, "ended_on": "2025-05-20"})
        there.reports(
            CIVIL_AFFAIRS,
            "civil_affairs.placement",
            {
                **who,
                "placed_on": "2025-05-20",
                "situation": "无人照料",
                "care": "机构照料",
                "facility": "街镇临时照料",
            },
        )
        assert "照护被安置儿童" in there.tasks(TOWN)

        # 十个工作日之内要有服务计划，逾期就在街镇的看板上；当天制定，教育、医疗、心理各有人落实。
        there.on(date(2025, 6, 5))
        assert "service_plan" in [late.kind for late in there.late(TOWN)]
        there.reports(
            TOWN,
            "welfare_institution.service_plan",
            {
                **who,
                "set_on": "2025-06-05",
                "care_plan": "（示例）固定照料人",
                "education_plan": "（示例）在原校就读",
                "medical_plan": "（示例）体检",
                "psychology_plan": "（示例）每周辅导",
            },
        )
        assert "service_plan" not in [late.kind for late in there.late(TOWN)]
        assert "落实服务计划中的教育安排" in there.tasks(EDUCATION)
        for kind, outcome in (("医疗安排", "已落实"), ("心理服务", "已落实")):
            there.answers(卫健委, f"落实服务计划中的{kind}", outcome)
        assert "（示例）在原校就读" not in there.reads(卫健委, child).values()
        assert "（示例）在原校就读" not in there.reads(SCHOOL, child).values()

        # 三个月后评估，继续执行。
        there.on(date(2025, 9, 8))
        assert "service_plan_review" in [late.kind for late in there.late(TOWN)]
        there.reports(
            TOWN,
            "welfare_institution.service_plan_review",
            {**who, "reviewed_on": "2025-09-08", "verdict": "继续执行"},
        )
        assert "service_plan_review" not in [late.kind for late in there.late(TOWN)]


def visit(
    who: dict[str, str],
    day: str,
    *,
    warned: str = "是",
    protected: str = "是",
    repeated: str = "否",
    harm: str = "否",
) -> dict[str, Any]:
    return {
        **who,
        "visited_on": day,
        "warned_seen": warned,
        "protected_seen": protected,
        "repeated": repeated,
        "harm_suspected": harm,
        "account": "（示例）分别谈过",
    }


def lesson(who: dict[str, str], day: str, came: str) -> dict[str, str]:
    return {**who, "order": "家庭教育指导令", "held_on": day, "attended": came}
