"""Suspected harm found at a child's home: it goes out as a mandatory report (强制报告) at once.

Whatever becomes of the row that says so. 未保法 11(2): 立即报告; no fault of a row stands before
it, and doubt counts as suspicion.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO
from adapters.intake.intake import REPORTED_MARK
from adapters.intake.records import Alarm
from domain.code_sets import CodeError
from domain.identifiers import squeeze_text
from domain.mandatory_report import REPORT_SITUATION

HARM_COLUMNS: tuple[Column, ...] = (
    Column(
        "harm_suspected",
        "是否发现疑似侵害",
        aliases=("是否疑似侵害", "强制报告情形"),
        required=True,
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
_NOTHING = frozenset(
    {"", "否", "无", "没有", "未发现", "无异常", "未见异常", "不存在", "/", "-", "—"}
)
"""What offices write where there is nothing to write."""


def _report(cells: Mapping[str, str]) -> dict[str, str] | None:
    said = cells.get("harm_suspected", "").strip()
    seen = cells.get("harm_seen", "").strip()
    if seen.startswith(REPORTED_MARK) or not (_suspects(said) or not _is_nothing(seen)):
        return None
    listed = cells.get("child_ref", "")
    child = "，".join(cells[name] for name in _CHILD if cells.get(name))
    situations = said if _is_situation(said) else ""
    told = [seen] if not _is_nothing(seen) else []
    if not situations and _suspects(said) and not _is_yes(said):
        told.append(said)
    report = {
        "reference": _reference(cells, child or listed),
        "situations": situations,
        "seen": "；".join(told) or "走访时发现疑似侵害，详情请询问走访的村居",
        "child": child or ("应走访名单上的儿童，见一人一档" if listed else ""),
        "child_ref": listed,
        "place": next((cells[name] for name in _PLACE if cells.get(name)), ""),
        "discovered_at": _day(cells),
    }
    return {name: text for name, text in report.items() if text}


def _reference(cells: Mapping[str, str], who: str) -> str:
    """The same child on the same day is the same report. Where either is not told, only the very
    same row is: two families must never be taken for one."""
    if cells.get("visit_id"):
        return f"走访|{cells['visit_id']}"
    identified = cells.get("id_number") or (cells.get("name") and cells.get("birth_date"))
    if identified and _day(cells):
        return "|".join(("走访", who, _day(cells)))
    return "走访|" + json.dumps(dict(cells), ensure_ascii=False, sort_keys=True)


def _day(cells: Mapping[str, str]) -> str:
    return cells.get("visited_on") or cells.get("verified_on") or ""


def _is_nothing(text: str) -> bool:
    return squeeze_text(text) in _NOTHING


def _is_yes(said: str) -> bool:
    return _yes_or_no(said) == "1"


def _suspects(said: str) -> bool:
    """Whatever is no plain no."""
    return not _is_nothing(said) and _yes_or_no(said) != "0"


def _yes_or_no(said: str) -> str | None:
    try:
        return YES_NO.parse(said)
    except CodeError:
        return None


def _is_situation(said: str) -> bool:
    try:
        return bool(said) and bool(REPORT_SITUATION.parse(said))
    except CodeError:
        return False


ALARM = Alarm(("harm_suspected", "harm_seen"), _report)
