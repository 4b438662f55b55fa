"""The menu of each seat: what somebody there comes for, the most frequent first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from domain.organisations import Seat


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. ``seats`` None: everybody's."""

    path: str
    title: str
    seats: frozenset[Seat] | None = None


_ENTRIES = (
    Entry("/", "首页"),
    Entry("/inbox", "待办"),
    Entry("/visits", "应走访", frozenset({Seat.VILLAGE, Seat.TOWN})),
    Entry("/case-status", "案件状态核查", frozenset({Seat.PROCURATORATE})),
    Entry("/children", "儿童"),
    Entry("/records", "登记"),
    Entry("/sheets", "表格"),
    Entry("/quarantine", "待更正"),
    Entry("/sent", "转出的转介单"),
    Entry("/matters", "办理事项"),
    Entry("/ledgers", "台账"),
    Entry("/silence", "沉默清单"),
    Entry("/indicators", "指标"),
    Entry("/returns", "年度报表"),
    Entry("/emergencies", "紧急调阅"),
    Entry("/looks", "异常查阅提醒"),
    Entry("/organisation", "本单位"),
    Entry("/rules", "规则说明"),
    Entry("/deadlines", "时限和日历"),
    Entry("/docs", "接口说明"),
    Entry("/system", "系统更新到哪里"),
    Entry("/dead-letters", "没能读入的事件", frozenset({Seat.CIVIL_AFFAIRS})),
    Entry("/checkpoints", "防改证明", frozenset({Seat.CIVIL_AFFAIRS})),
)


@cache
def menu_of(seat: Seat) -> tuple[Entry, ...]:
    """The lines that a seat has, in order."""
    return tuple(each for each in _ENTRIES if each.seats is None or seat in each.seats)


_SHORT = {
    Seat.SCHOOL: (
        Entry("/children?form=education/absence", "报告缺课"),
        Entry("/children?form=education/return", "登记复学"),
    ),
    Seat.POLICE_STATION: (
        Entry("/records/police/admonition", "登记训诫"),
        Entry("/records/police/written_warning", "登记告诫书"),
    ),
    Seat.POLICE: (
        Entry("/records/police/admonition", "登记训诫"),
        Entry("/records/police/written_warning", "登记告诫书"),
    ),
    Seat.PROCURATORATE: (Entry("/case-status", "案件状态核查"),),
    Seat.VILLAGE: (Entry("/visits", "今天要去"),),
    Seat.TOWN: (
        Entry("/children?form=town/persuasion", "登记劝返"),
        Entry("/records/town/residence", "登记居住"),
    ),
    Seat.EDUCATION: (Entry("/sheets", "报送学籍名册"),),
}


def shortcuts_of(seat: Seat) -> tuple[Entry, ...]:
    """What somebody at a seat does most, on the first page."""
    return _SHORT.get(seat, ())
