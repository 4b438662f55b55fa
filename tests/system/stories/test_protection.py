"""告诫书之后又动手：村里申请人身安全保护令，法院作出，派出所和村里协助执行；评估、安置、撤销监护。

An official can read this from top to bottom. Sources: 反家暴法 16, 17, 23, 28–32; 未保法 92, 118;
沪未保 78, 85; 民法典 36, 38; plan 二2 (P10 告诫, P14 评估, P16 民政监护); domain reference §4.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

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
from tests.system.stories.district import story, 福利院

法院 = district_organisation(Seat.COURT)


def test_a_written_warning_a_protection_order_and_a_placement(tmp_path: Path) -> None:
    with story(tmp_path) as there:
        there.hub.directory.add_organisations([Organisation(法院, "示例法院")])
        known = pupil(1)
        who = {"name": known["name"], "id_number": known["id_number"]}
        there.on(date(2025, 3, 3))
        there.reports(EDUCATION, "education.roll", enrolled(known))
        there.reports(TOWN, "town.residence", resident(known))
        child = there.child(known)

        # 3月3日，派出所对父亲出具告诫书。街镇跟进家庭教育指导；村里知道有告诫书，不知道为什么。
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
        assert "家庭教育指导跟进" in there.tasks(TOWN)
        assert "（示例）不得再动手" not in there.reads(VILLAGE, child).values()

        # 3月7日星期五下午，孩子又被打，村里紧急申请人身安全保护令。法院马上看到，24小时内裁定。
        there.on(date(2025, 3, 7), 16)
        there.reports(
            VILLAGE,
            "civil_affairs.protection_application",
            {**who, "applied_on": "2025-03-07", "urgent": "是", "account": "（示例）手臂淤青"},
        )
        task = there.task(法院, "紧急裁定人身安全保护令申请")
        assert task.sender == VILLAGE
        assert "（示例）手臂淤青" in there.reads(法院, child).values()
        # 周末也算时间：星期六下午还没有裁定，就上了逾期看板。
        there.on(date(2025, 3, 8), 17)
        assert "complete" in [late.kind for late in there.late(法院)]

        # 星期六傍晚，法院作出保护令，有效到9月7日。村里的申请有了答复；派出所和村里要协助执行。
        too_long = there.tries(法院, "court.protection_order", order(who, until="2025-09-09"))
        assert too_long.codes == ["PROTECTION_TERM"]
        there.reports(法院, "court.protection_order", order(who, until="2025-09-07"))
        assert "紧急裁定人身安全保护令申请" not in there.tasks(法院)
        (answered,) = [
            each
            for each in there.listed(VILLAGE, "/referrals/sent", open_only=False)
            if each.title == "紧急裁定人身安全保护令申请"
        ]
        assert (answered.state, answered.outcome) == ("completed", "ISSUED")
        for helper in (STATION, VILLAGE):
            assert "协助执行人身安全保护令" in there.tasks(helper)
            assert "（示例）禁止接触孩子" in there.reads(helper, child).values()
            there.answers(helper, "协助执行人身安全保护令", "已收到并落实协助执行")
        # 学校和别的村不知道有保护令。
        assert "人身安全保护令" not in there.titles(SCHOOL, child)
        assert there.file(OTHER_VILLAGE, child) is None
        # 村里办结之后只剩一句话。
        notices = [e for e in there.timeline(VILLAGE, child) if e.title == "人身安全保护令"]
        assert [dict(each.fields) for each in notices] == [
            {"notice": "人民法院已作出人身安全保护令，请协助执行；发现违反的立即拨打110"}
        ]

        # 3月10日，民政评估：需要临时监护。负责人还没有审批，孩子先安置：危险不等审批。
        there.on(date(2025, 3, 10))
        there.reports(
            CIVIL_AFFAIRS,
            "civil_affairs.assessment",
            {
                **who,
                "assessed_on": "2025-03-10",
                "conclusion": "需要临时监护",
                "grade": "低",
                "capacity": "（示例）情绪失控",
            },
        )
        there.reports(
            CIVIL_AFFAIRS,
            "civil_affairs.placement",
            {
                **who,
                "placed_on": "2025-03-10",
                "situation": "紧急安置",
                "care": "机构照料",
                "place": "示例儿童福利院",
            },
        )
        assert there.tasks(福利院) == ["照护被安置儿童"]
        there.approves(CIVIL_AFFAIRS)

        # 9月1日，法院延长；派出所和村里再次收到。期满，自动失效。
        there.on(date(2025, 9, 1))
        there.reports(
            法院,
            "court.protection_extension",
            {
                **who,
                "document_number": "示民保令延〔2025〕0001号",
                "decided_on": "2025-09-01",
                "until": "2025-12-07",
            },
        )
        assert "协助执行人身安全保护令" in there.tasks(STATION)
        there.on(date(2025, 9, 8))
        assert protection(there.titles(STATION, child)) == {"人身安全保护令", "延长人身安全保护令"}
        # 11月3日，父亲半年多不管孩子，民政向法院申请撤销监护人资格；裁判之前不能送回。
        there.on(date(2025, 11, 3))
        there.reports(
            CIVIL_AFFAIRS,
            "civil_affairs.revocation_application",
            {**who, "sought_on": "2025-11-03", "account": "（示例）拒不履行监护职责"},
        )
        assert "申请撤销监护人资格" in there.titles(CIVIL_AFFAIRS, child)
        assert there.tasks(福利院) == ["照护被安置儿童"], "孩子照旧由福利院照护"
        # 11月28日，法院撤销，指定民政长期监护；民政收到，去落实。
        there.on(date(2025, 11, 28))
        there.reports(
            法院,
            "court.revocation",
            {
                **who,
                "document_number": "示民特〔2025〕0001号",
                "decided_on": "2025-11-28",
                "granted": "是",
                "guardian": "民政长期监护",
                "restorable": "否",
            },
        )
        assert "落实法院监护裁判" in there.tasks(CIVIL_AFFAIRS)

        there.on(date(2025, 12, 8))
        assert "人身安全保护令终结" in there.titles(STATION, child)


def protection(titles: set[str]) -> set[str]:
    return {each for each in titles if "人身安全保护令" in each}


def order(who: dict[str, str], until: str) -> dict[str, str]:
    return {
        **who,
        "document_number": "示民保令〔2025〕0001号",
        "issued_on": "2025-03-08",
        "until": until,
        "respondent": "父亲",
        "measures": "（示例）禁止接触孩子",
    }
