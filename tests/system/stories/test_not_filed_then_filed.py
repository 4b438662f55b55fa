"""宾馆前台凭链接报告；派出所不立案；检察院监督后立案。

An official can read this from top to bottom: who does what, when, and who then sees what.
Sources: 未保法 11, 117; 沪未保 76(2); 强报意见 Arts 3, 4, 8, 10, 11; 刑事诉讼法 113.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.program import (
    CIVIL_AFFAIRS,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    VILLAGE_CODE,
    at,
    pupil,
    resident,
)
from tests.system.stories.district import story, 医院

NIGHT = datetime(2025, 3, 4, 15, 10, tzinfo=UTC)
"""3月4日23时10分 in Shanghai."""


def test_not_filed_then_filed(tmp_path: Path) -> None:
    with story(tmp_path) as there:
        hub, public = there.hub, there.client
        # 早先：孩子在街镇有登记，医院随访过，医院没有报告过什么。
        child = pupil(1)
        there.reports(TOWN, "town.residence", resident(child))
        there.reports(医院, "health.follow_up", {**child, "started_on": "2025-02-20"})
        at(hub, NIGHT)

        # 宾馆没有账号，凭街镇未保站发的链接报告；没有回电号码的不收，但先说拨打110。
        # 孩子受伤或正处于危险的，没有号码也收。
        _, token = hub.report_links.issue(TOWN, hub.clock.now(), 30)
        door = f"/api/v1/public/reports/{token}"
        words = {"seen": "（示例）客房内女孩手臂有伤", "place": VILLAGE_CODE, "hurt": "是"}
        asked = public.post(door, json={**words, "hurt": ""})
        assert (asked.status_code, "110" in asked.json()["detail"]) == (422, True)
        words |= {"unit_named": "（示例）某宾馆", "call_back": "13800000000"}
        taken = public.post(door, json=words).json()
        assert set(taken) == {"receipt", "call"}, "只答回执号和电话"
        there.settle()

        # 辖区派出所：待办第一行是先送医；两小时内登记就医情况。
        task = there.task(STATION, "强制报告")
        assert task.medical_by is not None
        (report,) = there.mandatory(STATION)
        number = f"/reports/{report.id}"
        there.later(minutes=20)
        there.does(STATION, f"{number}/accept", {"police_receipt": "（示例）1号"})
        there.does(STATION, f"{number}/medical", {"care": "SENT", "hospital": "（示例）急诊"})
        assert there.task(STATION, "强制报告").medical_by is None
        opened = there.reads(STATION, report.id)
        assert (opened["unit_named"], opened["call_back"]) == ("（示例）某宾馆", "13800000000")
        assert opened["hospital"] == "（示例）急诊"

        # 第二天：不立案，不写理由不行。
        there.later(hours=10)
        not_filed = {"decision": "NOT_FILED"}
        assert there.refused(STATION, f"{number}/decide", not_filed) == "REPORT_REASON"
        there.does(STATION, f"{number}/decide", {**not_filed, "reason": "（示例）称系摔伤"})

        # 检察院当即收到监督任务；看得到理由，看不到报告人。宾馆又凭回执号补充了情况。
        assert "监督不立案决定" in there.tasks(PROCURATORATE)
        read = there.reads(PROCURATORATE, report.id)
        assert read["reason"] == "（示例）称系摔伤"
        assert not {"unit_named", "call_back"} & set(read)
        more = {**words, "hurt": "", "seen": "（示例）监控显示被人殴打"}
        more["supplements"] = taken["receipt"]
        assert public.post(door, json=more).status_code == 201
        there.settle()
        assert len(there.mandatory(STATION)) == 1, "还是同一份报告"

        # 检察院通知立案：派出所重新收到待办，不能再不立案。
        there.later(hours=20)
        there.accepts(PROCURATORATE, "监督不立案决定")
        ordered = {"reason": "（示例）有监控佐证"}
        there.does(PROCURATORATE, f"{number}/order-filing", ordered)
        assert there.tasks(PROCURATORATE) == []
        there.does(STATION, f"{number}/accept")
        again = {**not_filed, "reason": "（示例）"}
        assert there.refused(STATION, f"{number}/decide", again) == "REPORT_FILING_ORDERED"
        there.reports(STATION, "police.report_child", {**child, "report_id": report.id})
        there.does(STATION, f"{number}/decide", {"decision": "CRIMINAL_FILED"})
        assert there.state(PROCURATORATE) == there.state(CIVIL_AFFAIRS) == "刑事立案"

        # 随访过孩子的医院没有报告：检察院核查；医院、学校、村居都不从平台得知。
        assert there.task(PROCURATORATE, "核查未按规定报告").concerns_name == "示例医院"
        for organisation in (医院, SCHOOL, VILLAGE, TOWN):
            assert "核查未按规定报告" not in there.tasks(organisation)
            assert "looked" not in str(there.titles(organisation, report.id))

        # 办结：先把结果告知报告单位，才能结案。
        ends = {"note": "（示例）办结"}
        assert there.refused(STATION, f"{number}/close", ends) == "REPORT_NOT_FED_BACK"
        there.later(days=5)
        there.does(STATION, f"{number}/feedback", {"note": "（示例）已立案侦查", "final": True})
        there.does(STATION, f"{number}/close", ends)
        assert there.state(CIVIL_AFFAIRS) == "结案"
        assert there.tasks(STATION) == []
