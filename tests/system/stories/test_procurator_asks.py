"""检察官核查一个孩子的案件状态：一半是她该看的，一半不是。

An official can read this from top to bottom. Sources: domain reference §10 (检察院: 副站长不因此有
浏览权; 强制报告记录供监督); 未保法 105–106; plan 二1 (P02).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from domain.organisations import Post
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    absent,
    admonished,
    an_id_number,
    enrolled,
    pupil,
    resident,
)
from tests.system.stories.district import Shown, Story, shown, story


def checked(there: Story, number: int, document_number: str) -> list[Shown]:
    """What the procurator is answered who checks a child's case status (案件状态核查)."""
    asked = {"document_number": document_number, "child": {"id_number": an_id_number(number)}}
    answer = there.asks(PROCURATORATE, "/case-status", asked)
    assert answer.json()["receipt"], "核查本身登记在案，有回执号"
    there.settle()
    return [shown(each) for each in answer.json()["cases"]]


def test_a_procurator_asks_for_a_case_of_which_half_is_not_hers(tmp_path: Path) -> None:
    with story(tmp_path) as there:
        # 一个孩子有两件事：学校报了疑似辍学；村里劝诫过父亲，派出所训诫了。
        there.on(date(2025, 3, 3))
        known = pupil(1)
        there.reports(EDUCATION, "education.roll", enrolled(known))
        there.reports(TOWN, "town.residence", resident(known, categories="农村留守儿童"))
        there.reports(SCHOOL, "education.absence", absent(known))
        there.reports(
            VILLAGE,
            "town.dissuasion",
            {
                **known,
                "dissuaded_on": "2025-03-02",
                "conduct": "致无人照料",
                "account": "（示例）父亲外出未归",
            },
        )
        there.on(date(2025, 3, 4))
        there.reports(STATION, "police.admonition", admonished(known, served_on="2025-03-04"))
        child = there.child(known)

        # 检察官凭文书号和身份证号核查。核查本身登记在案。
        cases = {each.kind: each for each in checked(there, 1, "示检核〔2025〕0001号")}
        case = cases["guardianship"]

        # 看得到：监护个案，公安训诫，训诫时责令的家庭教育指导（检察院读文书类）。
        # 看不到：村里的劝诫，学校的辍学。
        assert cases.keys() == {"guardianship", "guidance"}
        assert case.state in ("ADMONISHED", "GUIDANCE_ORDERED")
        assert [(each["organisation"], each["act"]) for each in case.acts] == [
            ("示例第一派出所", "训诫")
        ]
        opened = there.reads(PROCURATORATE, child)
        assert opened["document_number"] == "示公训〔2025〕0001号"
        assert "（示例）父亲外出未归" not in opened.values()
        assert not there.titles(PROCURATORATE, child) & {"劝诫", "缺课登记", "疑似辍学", "走访记录"}

        # 民政统筹，两件都看得到；学校只看得到自己那一半。
        seen = there.titles(CIVIL_AFFAIRS, child)
        assert {"劝诫", "疑似辍学"} <= seen
        assert "疑似辍学" in there.titles(SCHOOL, child)
        others = {"训诫", "劝诫", "走访记录", "家庭教育指导跟进", "责令接受家庭教育指导"}
        assert not there.titles(SCHOOL, child) & others

        # 两次劝返无效之后，辍学这一半作为任务到了检察院，办结前看得到监护，办结后收回。
        for day in ("2025-03-05", "2025-03-06"):
            there.on(date.fromisoformat(day))
            there.reports(
                TOWN, "town.persuasion", {**known, "persuaded_on": day, "outcome": "拒绝复学"}
            )
        assert there.tasks(PROCURATORATE) == ["监督督促复学"]
        there.accepts(PROCURATORATE, "监督督促复学")
        during = there.reads(PROCURATORATE, child)
        assert "（示例）父亲外出未归" in during.values(), "任务释放监护类"
        there.answers(PROCURATORATE, "监督督促复学", "已提出检察建议")
        after = there.reads(PROCURATORATE, child)
        assert "（示例）父亲外出未归" not in after.values()

        # 系统里没有的孩子，和有却不该她看的，答复一样：没有可显示的记录。
        assert checked(there, 9, "示检核〔2025〕0002号") == []
        there.reports(SCHOOL, "education.absence", absent(pupil(2)))
        assert checked(there, 2, "示检核〔2025〕0003号") == []

        # 谁查过，民政的查阅记录里都有：包括什么也没看到的那一次。
        looks = there.listed(CIVIL_AFFAIRS, f"/children/{child}/access-log")
        assert any(look.organisation == PROCURATORATE for look in looks)
        # 副站长身份不带来浏览权：值班检察官也只看到同样的一半。
        there.desk(PROCURATORATE, "值班检察官", Post.DUTY)
        assert "走访记录" not in there.titles(PROCURATORATE, child, "值班检察官")
