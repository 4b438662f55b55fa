"""The duty roster (值班表): who is on duty at which post of an organisation, from when until when.

Pure: rows as they were written become shifts, or faults that say which row, which column, and what
to do; who is on duty at an instant, and from when on nobody is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from domain.calendar import SHANGHAI, shanghai_date
from domain.faults import Fault
from domain.organisations import Post

ROSTERED: Mapping[str, Post] = {
    "值班": Post.DUTY,
    "值班领导": Post.DUTY_LEADER,
    "负责人": Post.HEAD,
    "duty": Post.DUTY,
    "duty_leader": Post.DUTY_LEADER,
    "head": Post.HEAD,
}
"""Posts that a roster names, as it writes them."""

HEADINGS: Mapping[str, str] = {
    "post": "岗位",
    "begins": "开始",
    "ends": "结束",
    "user": "值班人",
    "deputy": "替班人",
}
"""The columns of a roster: login names, and times as 2025-03-03 08:00 (Shanghai)."""

AT_MOST = 1000
"""Rows of one roster."""

_TIME = re.compile(r"(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})日?[ T]+(\d{1,2}):(\d{2})(?::00)?")
_NUMBER = re.compile(r"\d{3,5}|0\d{2,3}-?\d{7,8}(-\d{1,6})?|\d{7,8}(-\d{1,6})?", re.ASCII)
_MOBILE = re.compile(r"0?1[3-9]\d{9}", re.ASCII)
"""A mobile number, with the nought of a call from elsewhere or without."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One person at one post, from ``begins`` until ``ends`` (UTC, whole minutes); ``user`` and
    ``deputy`` are pseudonyms."""

    organisation: str
    post: Post
    begins: datetime
    ends: datetime
    user: str
    deputy: str | None = None

    def covers(self, at: datetime) -> bool:
        return self.begins <= at < self.ends


class RosterRefused(Exception):
    """A roster with faults: nothing of it is taken."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(len(faults))
        self.faults = tuple(faults)


def read_roster(
    organisation: str,
    rows: Iterable[Mapping[str, str | None]],
    colleague: Callable[[str], str | None],
) -> list[Shift]:
    """The shifts of an organisation as a sheet writes them. ``colleague`` gives the pseudonym of
    a login name of that organisation, or None. Raises RosterRefused."""
    found: list[Shift] = []
    faults: list[Fault] = []
    count = 0
    for count, row in enumerate(rows, 1):
        if count > AT_MOST:
            raise RosterRefused(
                [Fault("", "ROSTER_TOO_LONG", f"一次最多{AT_MOST}行", "请分次导入")]
            )
        read = _Row(organisation, count, row, colleague)
        shift = read.shift()
        faults += read.faults
        if shift is not None:
            clash = next((i for i, other in enumerate(found, 1) if _clash(shift, other)), None)
            if clash is not None:
                place = _place(count, "begins")
                rule = "与前面一行同一岗位的值班时间重叠"
                faults.append(Fault(place, "ROSTER_OVERLAP", rule, "请改开时间"))
            found.append(shift)
    if not count:
        faults.append(Fault("", "ROSTER_EMPTY", "值班表是空的", "请填写后再导入"))
    if faults:
        raise RosterRefused(faults)
    return found


def _clash(one: Shift, other: Shift) -> bool:
    return one.post is other.post and one.begins < other.ends and other.begins < one.ends


class _Row:
    """One row as it is read."""

    def __init__(
        self,
        organisation: str,
        number: int,
        cells: Mapping[str, str | None],
        colleague: Callable[[str], str | None],
    ) -> None:
        self._organisation = organisation
        self._number = number
        self._cells = {name: (cells.get(name) or "").strip() for name in HEADINGS}
        self._colleague = colleague
        self.faults: list[Fault] = []

    def shift(self) -> Shift | None:
        post = ROSTERED.get(self._cells["post"])
        if post is None:
            self._wrong("ROSTER_POST", "post", "岗位应是值班、值班领导或负责人", "请改填其一")
        begins, ends = self._instant("begins"), self._instant("ends")
        if begins is not None and ends is not None and ends <= begins:
            self._wrong("ROSTER_ENDS", "ends", "结束应晚于开始", "跨零点的请写次日日期")
        user = self._person("user", required=True)
        deputy = self._person("deputy", required=False)
        if user is not None and user == deputy:
            self._wrong("ROSTER_DEPUTY", "deputy", "替班人应是另一个人", "请改填或留空")
        if self.faults or post is None or begins is None or ends is None or user is None:
            return None
        return Shift(self._organisation, post, begins, ends, user, deputy)

    def _instant(self, name: str) -> datetime | None:
        match = _TIME.fullmatch(self._cells[name])
        if match is not None:
            try:
                local = datetime(*map(int, match.groups()), tzinfo=SHANGHAI)  # type: ignore[misc,arg-type]
            except ValueError:
                pass
            else:
                return local.astimezone(UTC)
        self._wrong("ROSTER_TIME", name, "时间应写到分钟", "例如 2025-03-03 20:00")
        return None

    def _person(self, name: str, *, required: bool) -> str | None:
        login = self._cells[name]
        found = self._colleague(login) if login else None
        if found is None and (login or required):
            self._wrong("ROSTER_PERSON", name, "应填本单位人员的登录名", "请核对后重填")
        return found

    def _wrong(self, code: str, name: str, rule: str, advice: str) -> None:
        self.faults.append(Fault(_place(self._number, name), code, rule, advice))


def _place(row: int, name: str) -> str:
    return f"第{row}行 {HEADINGS[name]}"


def on_duty(shifts: Iterable[Shift], post: Post, at: datetime) -> Shift | None:
    """Who is on duty at a post."""
    return next((each for each in shifts if each.post is post and each.covers(at)), None)


def gaps(
    shifts: Iterable[Shift], post: Post, start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """From when until when nobody is on duty at a post, between two instants."""
    found: list[tuple[datetime, datetime]] = []
    at = start
    for each in sorted((s for s in shifts if s.post is post), key=lambda s: s.begins):
        if each.ends <= at or each.begins >= end:
            continue
        if each.begins > at:
            found.append((at, each.begins))
        at = max(at, each.ends)
    if at < end:
        found.append((at, end))
    return found


def gap_words(begins: datetime, now: datetime) -> str:
    """今晚20:00起无人值班."""
    if begins <= now:
        return "现在无人值班"
    local, today = begins.astimezone(SHANGHAI), shanghai_date(now)
    return f"{_day(local.date(), today, local.hour)}{local:%H:%M}起无人值班"


def _day(day: date, today: date, hour: int) -> str:
    evening = hour >= 18
    if day == today:
        return "今晚" if evening else "今天"
    if day == today + timedelta(days=1):
        return "明晚" if evening else "明天"
    return f"{day.month}月{day.day}日"


def duty_number(text: str) -> str | None:
    """An organisation's duty telephone (值班电话), or None: a fixed line, with its extension, or a
    short number. A mobile number is somebody's own, however it is grouped, and an identity
    number is none at all."""
    wanted = unicodedata.normalize("NFKC", text).strip()
    if not _NUMBER.fullmatch(wanted):
        return None
    without_extension = wanted.rpartition("-")[0]
    written = (wanted.replace("-", ""), without_extension.replace("-", ""))
    return None if any(map(_MOBILE.fullmatch, written)) else wanted
