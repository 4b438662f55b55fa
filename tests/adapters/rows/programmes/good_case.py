"""好案例登记."""

from __future__ import annotations

from domain.good_case import CaseKind, WriteGoodCase
from tests.adapters.kinds import Row

STORY = "某小学的小A一度沉迷手机，班主任和家长商定作息后逐步改善。"

ROW = Row(
    states=[
        (
            WriteGoodCase(
                register_number="AL-0001",
                case_kind=CaseKind.PRACTICE,
                title="一次成功的家校沟通",
                story=STORY,
            ),
            None,
        )
    ],
    wrong=[
        ("number", "机密甲", "NOT_A_REGISTER_NUMBER"),
        ("case_kind", "机密甲", "CODE_CASE_KIND"),
        ("case_title", "机" * 101, "TOO_LONG"),
        ("story", "机" * 5001, "TOO_LONG"),
    ],
    occasion=("number", "AL-0002"),
    other={"case_kind": "好典型", "case_title": "另一标题", "story": "另一正文"},
)
