"""As what a child is known: categories, and the plan's grounds of a closer watch.

Town and civil affairs state both in the same words. The tier (走访类别) is computed from the
grounds (plan 二3 P20) and is no column; what offices used to write there is read as far as it
says no ground.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from adapters.intake.faults import SheetValueError
from adapters.intake.fields import code_column, several
from domain.child_file import TIER_GROUND
from domain.code_sets import CHILD_CATEGORY
from domain.identifiers import squeeze_text

_NO_CATEGORY = frozenset({"无", "不属于", "已退出"})


def _no_category(value: object) -> object:
    return "" if squeeze_text(str(value)) in _NO_CATEGORY else value


Categories = Annotated[tuple[str, ...], several(CHILD_CATEGORY), BeforeValidator(_no_category)]
"""Categories of a child; 无 says that it belongs to none any more."""

_NONE = frozenset({"普通", "一般", "否", "无", "BASE"})
_UNGROUNDED = frozenset({"加强", "重点", "是", "ENHANCED"})


def _grounds(value: object) -> object:
    word = squeeze_text(str(value)).upper()
    if word in _UNGROUNDED:
        raise SheetValueError(
            "TIER_GROUND_MISSING",
            "此项要填依据，走访类别由系统按依据核定。",
            "请填写：" + "、".join(TIER_GROUND.labels.values()) + "；都不是的，留空。",
        )
    return "" if word in _NONE else value


Grounds = Annotated[tuple[str, ...], several(TIER_GROUND), BeforeValidator(_grounds)]

GROUNDS_COLUMN = code_column(
    TIER_GROUND,
    "grounds",
    "加强走访依据",
    aliases=("是否重点走访对象", "走访类别", "重点走访对象"),
    note="可填几项，用顿号分开；都不是的，留空",
)
