"""一年的报表：登记自己会算数；部门填报，审核单位退回、通过，负责人确认，锁定；补登的看得见；人少的数谁也看不到。

An official can read this from top to bottom: who does what, when, and who then sees what.
Sources: plan 三1 (P52, P55), 三2 (P56); domain reference §8 (fewer than five are not shown).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from domain.organisations import Organisation, Post
from tests.program import CIVIL_AFFAIRS, EDUCATION, POLICE, SCHOOL, enrolled, pupil
from tests.system.stories.district import Shown, Story, shown, story

妇儿工委办 = "women_children_office:310117"
团区委 = "youth_league:310117"
教育报表 = f"/annual-returns/{EDUCATION}/2025"
团委报表 = f"/annual-returns/{团区委}/2025"
布置 = {"year": 2025, "as_of": "2025-12-31", "fill_by": "2026-01-20"}


def _paired(there: Story, *children: int) -> None:
    for number in children:
        there.reports(EDUCATION, "education.roll", enrolled(pupil(number)))
        row = {**pupil(number), "role": "成长导师", "since": "2025-03-03", "who": "示例老师"}
        there.reports(SCHOOL, "education.pairing", row)


def _line(there: Story, organisation: str, path: str, title: str) -> Shown:
    table = there.desk(organisation).get(path).json()
    return shown(next(each for each in table["lines"] if each["title"] == title))


def test_a_years_return(tmp_path: Path) -> None:
    with story(tmp_path) as there:
        there.hub.directory.add_organisations(
            [Organisation(妇儿工委办, "示例妇儿工委办"), Organisation(团区委, "示例团区委")]
        )
        # 2025年3月，学校给七个孩子找了成长导师；团区委办了一场志愿服务。谁也没有另外填数。
        there.on(date(2025, 3, 5))
        _paired(there, *range(1, 8))
        held = {
            "activity": "志愿服务",
            "held_on": "2025-03-02",
            "topic": "示例活动",
            "audience": "儿童",
            "children": "30",
        }
        there.reports(团区委, "programmes.activity", held)

        # 2026年1月，布置报表。教育的指标里有学籍数，按共享矩阵民政看不到，由妇儿工委办审核。
        there.on(date(2026, 1, 5))
        assert there.refused(
            CIVIL_AFFAIRS, "/annual-returns", {"department": EDUCATION, **布置}
        ) == ("RETURN_NOT_CHECKER")
        there.does(妇儿工委办, "/annual-returns", {"department": EDUCATION, **布置})
        there.does(CIVIL_AFFAIRS, "/annual-returns", {"department": 团区委, **布置})

        # 教育局填报：人数由系统按登记计数。提交，妇儿工委办退回，再报，审核通过。
        there.does(EDUCATION, f"{教育报表}/fill")
        there.does(EDUCATION, f"{教育报表}/submit")
        there.does(妇儿工委办, f"{教育报表}/send-back", {"because": "（示例）请核对口径"})
        there.does(EDUCATION, f"{教育报表}/fill")
        there.does(EDUCATION, f"{教育报表}/submit")
        there.does(妇儿工委办, f"{教育报表}/check")
        # 填报的人不能确认，由负责人确认；妇儿工委办锁定。
        assert there.refused(EDUCATION, f"{教育报表}/confirm") == "APPROVAL_POST"
        there.desk(EDUCATION, "负责人", Post.HEAD)
        there.does(EDUCATION, f"{教育报表}/confirm", person="负责人")
        there.does(妇儿工委办, f"{教育报表}/lock")
        assert _line(there, 妇儿工委办, 教育报表, "结对在册人次").words == "7人次"

        # 团区委另有一场没有登记，自己写了数：与系统的不同，要写明原因，两个数并列。
        own = {"indicator": "league_activities", "value": 2}
        assert there.refused(团区委, f"{团委报表}/fill", {"own": [own]}) == "RETURN_DIFFERENCE"
        there.does(团区委, f"{团委报表}/fill", {"own": [{**own, "account": "（示例）纸质台账"}]})
        league = _line(there, CIVIL_AFFAIRS, 团委报表, "团组织活动场次")
        assert (league.words, league.counted_words, league.target_2026_words) == (
            "2场",
            "1场",
            "10场",
        )

        # 团区委没有提交。过了1月20日，团区委和民政的逾期清单上都看得见。
        there.on(date(2026, 1, 22))
        assert "return_fill" in {each.kind for each in there.late(团区委)}
        (row,) = (
            each
            for each in there.listed(CIVIL_AFFAIRS, "/annual-returns", year="2025")
            if each.department == 团区委
        )
        assert (row.state_words, row.overdue) == ("填报中", True)

        # 锁定以后，学校补登了一个孩子。更正写明原因；差一个人，公开的数不变，只注明有少量补录。
        _paired(there, 8)
        there.does(
            EDUCATION,
            f"{教育报表}/correct",
            {"indicator": "children_paired", "because": "（示例）补登"},
            person="负责人",
        )
        late = _line(there, 妇儿工委办, 教育报表, "结对在册人次")
        assert (late.words, late.few_since) == ("7人次", True)
        assert late.corrections[0]["reason"] == "（示例）补登"

        # 公安与这两张报表无关：看不到。
        for path in (教育报表, 团委报表):
            assert there.desk(POLICE).get(path).status_code == 404

        # 教育局要报法定年报：两名查看人，另一人同意，各人看到准确数；旁人看不到。
        two = [there.desk(EDUCATION, each) for each in ("统计甲", "统计乙")]
        asked = {
            "department": EDUCATION,
            "year": 2025,
            "readers": [each.user.login for each in two],
            "used_for": "（示例）教育统计年报",
        }
        made = there.asks(EDUCATION, "/statutory-returns", asked).json()
        exact = f"/statutory-returns/{made['request_id']}"
        there.does(EDUCATION, f"{exact}/approve", person="负责人")
        for reader in two:
            lines = {each["code"]: each["number"] for each in reader.get(exact).json()["lines"]}
            assert lines == {"children_paired": 8, "dropouts": 0}
        for organisation in (EDUCATION, 妇儿工委办, CIVIL_AFFAIRS):
            assert there.desk(organisation).get(exact).status_code == 404
