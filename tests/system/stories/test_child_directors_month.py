"""儿童主任的一个月：三个孩子，其中一个升为加强走访。

An official can read this from top to bottom. Sources: plan 二3 (P18–P21: 至少每月联系一次、每两月
入户走访一次；残疾、心理或行为异常的，每两周联系、每月走访); 未保法 11(2); domain reference §5.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import uuid4

from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL_NAME,
    OTHER_VILLAGE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    a_name,
    enrolled,
    pupil,
    resident,
)
from tests.system.stories.district import Story, story


def owed(there: Story) -> list[tuple[str, str, str]]:
    """What the child director's list (应走访) shows: name, what, until which day."""
    return [
        (
            str(due.child["fields"]["name"]) if due.child else "",
            due.title,
            # A day ends at 24:00 in Shanghai, which is 16:00 UTC of the same date.
            due.due_at[:10],
        )
        for due in there.visits(VILLAGE)
    ]


def test_a_child_directors_month(tmp_path: Path) -> None:
    甲, 乙, 丙 = a_name(1), a_name(2), a_name(3)
    with story(tmp_path) as there:
        # 3月3日，街镇登记三个孩子住在本村：两个留守儿童，一个家庭贫困，都在本区上学。
        there.on(date(2025, 3, 3))
        for number, category in ((1, "农村留守儿童"), (2, "农村留守儿童"), (3, "家庭贫困")):
            there.reports(EDUCATION, "education.roll", enrolled(pupil(number), OTHER_SCHOOL_NAME))
            there.reports(TOWN, "town.residence", resident(pupil(number), categories=category))
        first = there.child(pupil(1))

        # 名单上六件：一个月内都联系一次，两个月内都上门一次。别的村看不到。
        assert {row[0] for row in owed(there)} == {甲, 乙, 丙}
        assert {row[1:] for row in owed(there)[:3]} == {("联系", "2025-04-03")}
        assert {row[1:] for row in owed(there)[3:]} == {("入户走访", "2025-05-03")}
        assert there.visits(OTHER_VILLAGE) == []

        # 3月5日上门看甲：见到孩子和奶奶。上门也算联系，两件都从这天重新算起。
        there.on(date(2025, 3, 5))
        visit = {
            "visit_id": str(uuid4()),
            "child_ref": first,
            "visited_on": "2025-03-05",
            "form": "入户走访",
            "seen": "（示例）孩子和奶奶",
            "childs_view": "（示例）想妈妈",
            "health": "（示例）近来少言，夜里常醒",
            "problems": "（示例）父母两月未来电",
            "harm_suspected": "否",
        }
        receipt = there.reports(VILLAGE, "village.visit_form", visit)
        assert there.reports(VILLAGE, "village.visit_form", visit) == receipt, "手机重发，不会重复"
        assert (甲, "联系", "2025-04-05") in owed(there)
        assert (甲, "入户走访", "2025-05-05") in owed(there)

        # 街镇看得到走访内容；健康一栏属于健康类别，街镇看不到，别的学校什么也看不到。
        assert there.reads(TOWN, first)["childs_view"] == "（示例）想妈妈"
        assert "health" not in there.reads(TOWN, first)
        assert there.reads(VILLAGE, first)["health"] == "（示例）近来少言，夜里常醒"
        assert there.file(SCHOOL, first) is None

        # 走访发现的问题进了清单：街镇收到一件，3月7日请亲属接通了父母的电话，答复已解决。
        assert there.tasks(TOWN) == ["解决走访发现的问题"]
        there.on(date(2025, 3, 7))
        there.answers(TOWN, "解决走访发现的问题", "已解决")

        # 3月9日儿童主任复核：已解决。销号要由第二个人办：办理、复核的人自己不能销。
        there.on(date(2025, 3, 9))
        found = {**pupil(1), "found_on": "2025-03-05"}
        there.reports(
            VILLAGE,
            "village.problem_recheck",
            {**found, "rechecked_on": "2025-03-09", "solved": "是"},
        )
        closing = {**found, "struck_off_on": "2025-03-09"}
        alone = there.tries(TOWN, "town.problem_closing", closing)
        assert alone.codes == ["PROBLEM_SECOND_PERSON"]
        there.reports(TOWN, "town.problem_closing", closing, person="另一位经办人")
        problem = [e.title for e in there.timeline(TOWN, first) if e.topic.startswith("problem.")]
        assert problem == ["问题销号", "问题复核", "问题已答复", "发现问题"]

        # 3月10日给乙打电话：算联系，不算走访。丙家中无人：记下来，期限不变。
        there.on(date(2025, 3, 10))
        nothing = {"harm_suspected": "否"}
        call = {**pupil(2), "visited_on": "2025-03-10", "form": "电话联系", **nothing}
        there.reports(VILLAGE, "village.visit", call)
        nobody = {**pupil(3), "visited_on": "2025-03-10", "form": "入户走访", **nothing}
        there.reports(VILLAGE, "village.visit", {**nobody, "not_met_reason": "家中无人"})
        assert (乙, "联系", "2025-04-10") in owed(there)
        assert (乙, "入户走访", "2025-05-03") in owed(there)
        assert (丙, "联系", "2025-04-03") in owed(there)

        # 3月12日，街镇按评估登记甲行为异常：系统核定为加强，两周联系、每月走访，从当天算。
        there.on(date(2025, 3, 12))
        there.reports(
            TOWN,
            "town.residence",
            resident(pupil(1), categories="农村留守儿童", grounds="心理或行为异常"),
        )
        file = there.file(VILLAGE, first)
        assert file is not None
        assert file.tier == "ENHANCED"
        assert (甲, "联系", "2025-03-26") in owed(there)
        assert (甲, "入户走访", "2025-04-12") in owed(there)

        # 3月13日，街镇把三个孩子录进全国儿童福利信息系统，登记对方编号：待录入清单清空。
        there.on(date(2025, 3, 13))
        waiting = there.listed(TOWN, "/outside-entries")
        assert {each.state_name for each in waiting} == {"未录入"}
        for number in (1, 2, 3):
            entry = {"number": f"示编{number:04d}", "entered_on": "2025-03-13"}
            system = "全国儿童福利信息系统"
            there.reports(TOWN, "outside.entry", {**pupil(number), "system": system, **entry})
        assert there.listed(TOWN, "/outside-entries") == []

        # 3月28日，儿童主任请了假，甲没人联系：期限一过，民政和街镇的看板上就有。
        there.on(date(2025, 3, 28))
        for organisation in (CIVIL_AFFAIRS, TOWN):
            (late,) = there.late(organisation)
            assert (late.kind, late.owner, late.child_ref) == ("contact", VILLAGE, first)

        # 3月29日补上门，发现手臂有伤。走访表填错了一栏，没收下；报告照样马上到派出所。
        there.on(date(2025, 3, 29))
        bad = {
            **visit,
            "visit_id": str(uuid4()),
            "visited_on": "2025-03-29",
            "form": "飞过去",
            "harm_suspected": "说不好",
            "harm_seen": "（示例）手臂多处瘀青",
        }
        refused = there.tries(VILLAGE, "village.visit_form", bad)
        assert refused.report_receipt
        assert "强制报告" in there.tasks(STATION)
        assert there.state(VILLAGE) == "已报告"

        # 改正后收下：看板清空，下一次联系从这天算两周。逾期过的事实仍在日志里。
        corrected = there.desk(VILLAGE).post(
            f"/quarantine/{refused.quarantine_id}", {"cells": {"form": "入户走访"}}
        )
        assert corrected.status_code == 201, corrected.json()
        there.settle()
        assert there.late(CIVIL_AFFAIRS) == []
        assert (甲, "联系", "2025-04-12") in owed(there)
        logged = [fact.topic for fact in there.hub.store.feed(0, 10_000)]
        assert logged.count("visit_obligation.missed.v2") == 1
        seen = "（示例）手臂多处瘀青"
        assert seen not in str(there.reads(TOWN, first)), "疑似侵害不留在走访记录里"
