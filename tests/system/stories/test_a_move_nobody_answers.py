"""一家人搬去另一个街道：那边一直没有确认，原来的街镇、村居、学校一直负责，直到有人接手。

An official can read this from top to bottom: who does what, when, and who then sees what.
Sources: plan 三2 (P53: 首接负责), 二4 (P26); 未保法 43, 81–82; domain reference §3, §5; issue on
casework, Referral (a child who moves).
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
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    enrolled,
    pupil,
    resident,
)
from tests.system.stories.district import Story, story


def between(there: Story, organisation: str) -> set[str]:
    """The children on an organisation's silence board (沉默清单) whom nobody has taken over."""
    board = there.listed(organisation, "/silence", kind="IN_MOVE")
    return {each.child_ref for each in board}


def test_a_move_that_nobody_answers(tmp_path: Path) -> None:
    with story(tmp_path) as there:
        # 早先：孩子住在第一街道，在示例小学上学，村里每月走访。
        known = pupil(1)
        there.on(date(2025, 3, 3))
        there.reports(EDUCATION, "education.roll", enrolled(known))
        there.reports(TOWN, "town.residence", resident(known, categories="农村留守儿童"))
        child = there.child(known)
        assert there.file(OTHER_TOWN, child) is None

        # 3月10日，街镇得知一家人要搬去第二街道，预告迁移。那边马上看得到孩子是谁、原来怎么走访。
        there.on(date(2025, 3, 10))
        there.does(TOWN, f"/children/{child}/move", {"receivers": [OTHER_TOWN, OTHER_VILLAGE]})
        handed_over = there.file(OTHER_TOWN, child)
        assert handed_over is not None
        assert handed_over.fields["name"] == known["name"]
        assert "儿童类别登记" in there.titles(OTHER_VILLAGE, child)
        # 没有预告给它的不知道：那边的派出所、别的学校。
        for organisation in (OTHER_STATION, OTHER_SCHOOL):
            assert there.file(organisation, child) is None

        # 那边没有人确认。期间孩子仍由原来的街镇、村居负责：走访照样欠着，派出所照样是原来的。
        for organisation in (VILLAGE, OTHER_VILLAGE):
            assert {visit.owner for visit in there.visits(organisation)} == {VILLAGE}
        assert between(there, TOWN) == {child}

        # 4月10日，预告过了三十天：那边看不到了，事情没有完。原街镇和民政的沉默清单上一直有。
        there.on(date(2025, 4, 10))
        assert there.file(OTHER_TOWN, child) is None
        for organisation in (TOWN, CIVIL_AFFAIRS):
            assert child in between(there, organisation)
        whole = there.desk(CIVIL_AFFAIRS).get("/silence/district").json()["counts"]
        moves = {each["whose"]: each["count"] for each in whole if each["kind"] == "IN_MOVE"}
        assert moves == {TOWN: 2}, "全区清单上记在仍然负责的街镇：给街道和村居的两件都没有回音"
        assert "contact" in [late.kind for late in there.late(TOWN)], "没有人去看，也看得出来"

        # 孩子在原来的住处受了伤，学校报告：到原来的派出所，不因为搬家没有人管。
        there.reports(
            SCHOOL,
            "report.mandatory",
            {"seen": "（示例）额头有伤", "place": known["village"], "hurt": "是"},
        )
        assert "强制报告" in there.tasks(STATION)
        assert there.tasks(OTHER_STATION) == []

        # 4月14日，第二街道确认孩子住在那里：从这天起由那边负责；原街镇只看得到自己登记过的。
        there.on(date(2025, 4, 14))
        moved = {**known, "village": OTHER_VILLAGE_CODE}
        there.reports(OTHER_TOWN, "town.residence", resident(moved, OTHER_VILLAGE_CODE))
        assert between(there, CIVIL_AFFAIRS) == set()
        assert {visit.owner for visit in there.visits(OTHER_VILLAGE)} == {OTHER_VILLAGE}
        assert there.visits(VILLAGE) == []
        assert {entry.producer for entry in there.timeline(TOWN, child)} == {TOWN}
        # 学校没有变：学籍还在示例小学，由它负责，直到另一所学校的学籍上有了这个孩子。
        assert there.file(SCHOOL, child) is not None
        there.on(date(2025, 9, 1))
        there.reports(EDUCATION, "education.roll", enrolled(known, OTHER_SCHOOL_NAME))
        assert there.file(OTHER_SCHOOL, child) is not None
        assert "缺课登记" not in there.titles(OTHER_SCHOOL, child)
        assert there.tasks(PROCURATORATE) == []
