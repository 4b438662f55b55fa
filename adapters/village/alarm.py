"""Suspected harm found at a child's home: it goes out as a mandatory report (强制报告) at once.

Whatever becomes of the row that says so. 未保法 11(2): 立即报告; no fault of a sheet stands before
it, and doubt counts as suspicion.
"""

from __future__ import annotations

from collections.abc import Mapping

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO
from domain.code_sets import CodeError

HARM_COLUMNS: tuple[Column, ...] = (
    Column(
        "harm_suspected",
        "是否发现疑似侵害",
        aliases=("是否疑似侵害", "强制报告情形"),
        codes=tuple(YES_NO.labels.items()),
        example="否",
        note="有危险先拨打110；填“是”或拿不准的，系统立即另报强制报告",
    ),
    Column(
        "harm_seen",
        "疑似侵害情况",
        note="看到、听到什么；只作为强制报告，不留在本表",
    ),
)

_CHILD = ("name", "id_number", "birth_date", "sex", "guardian_name")
_PLACE = ("address", "village")


def alarm(cells: Mapping[str, str]) -> dict[str, str] | None:
    """What of a row must be reported at once, as cells of a mandatory report; None for nothing.

    The same row sent again is the same report: its reference is the child and the day.
    """
    if not _suspected(cells):
        return None
    listed = cells.get("child_ref", "")
    child = "，".join(cells[name] for name in _CHILD if cells.get(name))
    day = cells.get("visited_on") or cells.get("verified_on") or ""
    report = {
        "reference": "|".join(("走访", cells.get("visit_id", ""), listed, child, day)),
        "seen": cells.get("harm_seen") or "走访时发现疑似侵害，详情请回电询问走访人员",
        "child": child or ("应走访名单上的儿童，见一人一档" if listed else ""),
        "child_ref": listed,
        "place": next((cells[name] for name in _PLACE if cells.get(name)), ""),
        "discovered_at": day,
    }
    return {name: text for name, text in report.items() if text}


def _suspected(cells: Mapping[str, str]) -> bool:
    if cells.get("harm_seen", "").strip():
        return True
    said = cells.get("harm_suspected", "").strip()
    if not said:
        return False
    try:
        return YES_NO.parse(said) == "1"
    except CodeError:
        return True
