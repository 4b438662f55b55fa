"""学校报告一个孩子受伤，疑似加害人是父亲；家里还有一个妹妹。

An official can read this from top to bottom: who does what, when, and who then sees what.
Sources: 未保法 11(2); 强报意见 Arts 4, 8; issue on casework, 3 (安全联系人、安全提示、同住儿童);
domain reference §2 (IS_GUARDIAN).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_SCHOOL_NAME,
    OTHER_STATION,
    OTHER_TOWN,
    OTHER_VILLAGE,
    OTHER_VILLAGE_CODE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    VILLAGE_CODE,
    enrolled,
    pupil,
    resident,
)
from tests.system.stories.district import story

提示 = "（示例）接孩子的人有变化时，先打电话核实"


def test_the_sister_is_seen_the_same_night(tmp_path: Path) -> None:
    with story(tmp_path) as there:
        # 早先：哥哥住在这个街镇，妹妹跟着祖父母住在另一个街镇；民政局核对户口簿，确认两人是一家。
        brother, sister = pupil(1), pupil(2)
        there.on(date(2025, 3, 3))
        there.reports(TOWN, "town.residence", resident(brother))
        there.reports(OTHER_TOWN, "town.residence", resident(sister, OTHER_VILLAGE_CODE))
        there.reports(EDUCATION, "education.roll", enrolled(brother))
        there.reports(EDUCATION, "education.roll", enrolled(sister, OTHER_SCHOOL_NAME))
        one, other = there.child(brother), there.child(sister)
        link = {"other": other, "link": "SIBLING", "ground": "DOCUMENT"}
        there.does(CIVIL_AFFAIRS, f"/children/{one}/family/confirm", link)

        # 3月4日20时，班主任发现哥哥身上有伤，孩子说是父亲打的。学校先打110，再报告。
        there.on(date(2025, 3, 4), 20)
        there.reports(
            SCHOOL,
            "report.mandatory",
            {
                "child_ref": one,
                "situations": "MR4",
                "seen": "（示例）手臂多处瘀青",
                "place": VILLAGE_CODE,
                "suspect_relation": "父母或其他监护人",
                "immediate_danger": "是",
            },
        )

        # 哥哥的派出所接到报告；妹妹那边的派出所接到“查看儿童安全”，时限与报告相同，夜里照算。
        report = there.task(STATION, "强制报告")
        check = there.task(OTHER_STATION, "查看儿童安全")
        assert check.child_ref == other
        assert (check.accept_by, check.complete_by) == (report.accept_by, report.complete_by)
        # 它只说去看谁、住在哪，不说因为谁；妹妹的学校、街镇和村居什么也看不到。
        assert check.child is not None
        assert check.child["fields"]["name"] == sister["name"]
        assert one not in repr(check)
        for somebody in (OTHER_SCHOOL, OTHER_TOWN, OTHER_VILLAGE, SCHOOL, TOWN):
            assert "查看儿童安全" not in there.tasks(somebody)
            assert "转介" not in there.titles(somebody, other)

        # 父亲是疑似加害人：两个孩子的联系方式里都没有监护人了。派出所登记可以联系的外婆。
        contact = {
            "contact_name": "示例外婆",
            "contact_phone": "13912345678",
            "contact_relation": "GRANDPARENT",
            "until": "2025-06-30",
        }
        there.does(STATION, f"/children/{one}/safe-contact", contact)
        for somebody in (VILLAGE, TOWN):
            seen = there.file(somebody, one)
            assert seen is not None
            assert "guardian_phone" not in seen.fields
            assert seen.safe_contact is not None
            assert seen.safe_contact["telephone"] == "13912345678"

        # 派出所给学校和村居发安全提示：一行，不写原因，有效期和电话。
        told = {
            "text": 提示,
            "call": "110",
            "until": "2025-04-30",
            "seats": ["school", "village"],
        }
        there.does(STATION, f"/children/{one}/safety-instruction", told)
        for somebody in (SCHOOL, VILLAGE):
            seen = there.file(somebody, one)
            assert seen is not None
            (line,) = seen.safety
            assert (line["text"], line["call"], line["until"]) == (提示, "110", "2025-04-30")
        # 没有选到的单位，什么也不知道。
        for somebody in (TOWN, EDUCATION, CIVIL_AFFAIRS, OTHER_SCHOOL):
            seen = there.file(somebody, one)
            assert seen is None or seen.safety == []

        # 当晚，妹妹见到了，没有危险；这一项办结。
        there.later(hours=1)
        there.answers(OTHER_STATION, "查看儿童安全", "已见到孩子，未发现危险")
        assert there.tasks(OTHER_STATION) == []

        # 一个月后情况变了：只有发布的派出所能撤销，村居和学校随即看不到。
        there.on(date(2025, 4, 7))
        there.does(STATION, f"/children/{one}/safety-instruction/end")
        for somebody in (SCHOOL, VILLAGE):
            seen = there.file(somebody, one)
            assert seen is not None
            assert seen.safety == []
