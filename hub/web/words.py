"""How instants and clocks read on a page, by the clock here (北京时间)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

_LAW = re.compile(
    r"(plan [一二三]\d?)|([\u4e00-\u9fff]+〔\d{4}〕\d+号)"
    r"|([\u4e00-\u9fff]+)(?: Arts?)? (\d+(?:\(\d+\))?(?:[,–]? ?\d+(?:\(\d+\))?)*)"
)
"""How the rules name the plan's chapters, letters by number, and laws by article."""
_BEIJING = timezone(timedelta(hours=8))
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """By when something is owed, in words. ``late``: it is over; ``soon``: today, or within a day.
    ``day``: the last day on which it can be done, or the minute of a clock of minutes. ``at``: the
    instant, to sort by."""

    at: str
    text: str
    day: str
    late: bool
    soon: bool


def here(instant: str | datetime) -> datetime:
    """An instant as kept, by the clock here."""
    found = instant if isinstance(instant, datetime) else datetime.fromisoformat(instant)
    return found.astimezone(_BEIJING)


def minute(instant: str | datetime) -> str:
    """An instant to the minute: 2025年3月3日 09:05."""
    at = here(instant)
    return f"{day(at.date())} {at:%H:%M}"


def day(value: date | str) -> str:
    """A day: 2025年3月3日."""
    found = value if isinstance(value, date) else date.fromisoformat(value[:10])
    return f"{found.year}年{found.month}月{found.day}日"


def last(instant: str | datetime) -> str:
    """Until when something may be done: the last day, or the minute of a clock of minutes."""
    by = here(instant)
    # A day's end is the next day's beginning.
    return day((by - _HOUR).date()) if (by.hour, by.minute) == (0, 0) else minute(by)


def due(instant: str | None, now: datetime) -> Due | None:
    """A deadline in words: 逾期3天, 今天, 明天, 还有3天; by hours where it is not a day's end."""
    if instant is None:
        return None
    at, by = here(now), here(instant)
    at_utc = by.astimezone(UTC).isoformat()
    whole = (by.hour, by.minute) == (0, 0)
    # A day's end is the next day's beginning.
    days = ((by - _HOUR if whole else by).date() - at.date()).days
    if by <= at:
        late = at - by
        text = f"逾期{-days}天" if days < 0 else f"逾期{max(late // _HOUR, 1)}小时"
        if not whole and late < _HOUR:
            text = f"逾期{max(int(late.total_seconds()) // 60, 1)}分钟"
        return Due(at_utc, text, last(by), late=True, soon=True)
    if not whole and by - at < _DAY:
        left = by - at
        text = f"还有{left // _HOUR}小时" if left >= _HOUR else f"还有{_minutes(left)}分钟"
    elif days == 0:
        text = "今天"
    else:
        text = "明天" if days == 1 else f"还有{days}天"
    return Due(at_utc, text, last(by), late=False, soon=by - at < _DAY)


def _minutes(span: timedelta) -> int:
    return max(int(span.total_seconds()) // 60, 1)


def basis(source: str) -> str:
    """What a rule rests on, of the note that the rule itself carries of its source: laws by
    article, letters by number, the plan by chapter; else that the district set it."""
    found = []
    for plan, letter, law, article in _LAW.findall(source):
        if plan:
            found.append(plan.replace("plan ", "行动计划"))
        elif letter:
            found.append(letter)
        else:
            articles = article.replace(", ", "、").replace("–", "至")
            found.append(f"{law}第{articles}条")
    return "；".join(dict.fromkeys(found)) or "本区设定"


_DEVICES = (("iPhone", "苹果手机"), ("iPad", "苹果平板"), ("Android", "安卓手机"))


def device_word(user_agent: str) -> str:
    """What a browser runs on, as far as it says so (RFC 9110, 10.1.5): to know it again by."""
    found = next((word for mark, word in _DEVICES if mark in user_agent), "电脑")
    return f"{found}（微信）" if "MicroMessenger" in user_agent else found
