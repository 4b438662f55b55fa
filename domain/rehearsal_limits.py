"""Which changed rules cannot be tried on history by clear facts, and why (试算的限度).

A change is named by its place among the rules; whatever is neither reckoned
(:mod:`domain.rehearsal`) nor known here is named all the same, so that no silence reads as "nothing
changes".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from domain.rules import Rules

_RECKONED = (
    ("referrals", "*", "accept_within"),
    ("referrals", "*", "complete_within"),
    ("referrals", "*", "in_danger"),
    ("referrals", "*", "ladder"),
    ("clocks", "*", "within"),
    ("clocks", "*", "ladder"),
    ("visits", "cadence", "*", "terms"),
    ("thresholds", "suspected_after_school_days"),
    ("thresholds", "persuasion_failures_before_supervision"),
    ("thresholds", "admonitions_before_assessment"),
    ("thresholds", "dropout_after_days"),
    ("escalation", "ladder"),
    ("escalation", "by_seat"),
    ("escalation", "otherwise"),
    ("escalation", "superior"),
    ("escalation", "morning"),
)
"""Places whose changes are reckoned."""

_WORDS_ALONE = (
    ("version",),
    *((file, "*", name) for file in ("referrals", "clocks") for name in ("title", "source")),
    ("visits", "cadence", "*", "title"),
    ("visits", "cadence", "*", "source"),
    ("escalation", "outside"),
)
"""Places that change nothing but what somebody reads."""

_LOOKS = "改变谁能看到什么，不改变时限：用 --looks 试算"
_PEOPLE = "改变人可以作什么决定，已作出的决定不能重作"
_SEALED: tuple[tuple[tuple[str, ...], str], ...] = (
    (("visits", "in_scope"), "儿童类别加密保存，不打开不能知道"),
    (("visits", "disability_classes"), "残疾类别加密保存，不打开不能知道"),
    (("visits", "no_problem"), "走访发现的问题加密保存，不打开不能知道"),
    (("visits", "not_while_in"), "哪些时段安置在外要逐案重演，尚不重算"),
    (("visits", "until_age"), "出生日期加密保存，不打开不能知道"),
    (("visits", "cadence"), "哪次走访完成哪项义务已按当时的规则认定"),
    (("thresholds", "visit_after_school_days"), "是否联系到家长加密保存，不打开不能知道"),
    (("thresholds", "compulsory_until_age"), "出生日期加密保存，不打开不能知道"),
    (("thresholds", "graduation_from_age"), "出生日期加密保存，不打开不能知道"),
    (("suspects",), "涉嫌人员与儿童的关系加密保存，不打开不能知道"),
    (("matching",), "姓名和证件号加密保存，不打开不能比对"),
    (("benefits",), "金额加密保存，不打开不能知道"),
    (("consent",), "同意的内容加密保存，不打开不能知道"),
    (("referrals", "*", "release"), _LOOKS),
    (("referrals", "*", "at_once"), _LOOKS),
    (("referrals",), _PEOPLE),
    (("moves",), _LOOKS),
    (("break_glass",), _LOOKS),
    (("records_requests",), _LOOKS),
    (("silence",), "改变清单怎么列，不改变时限"),
    (("escalation",), _PEOPLE),
    (("casework",), _PEOPLE),
    (("erasure",), _PEOPLE),
    (("sealing",), _PEOPLE),
)
_OTHERWISE = "尚不重算"


def not_evaluated(before: Rules, after: Rules) -> dict[str, str]:
    """By place of each changed rule that is not reckoned: why."""
    found: dict[str, str] = {}
    for path in _changed(_plain(before), _plain(after), ()):
        if any(_is_at(path, place) for place in (*_RECKONED, *_WORDS_ALONE)):
            continue
        why = next((why for place, why in _SEALED if _is_at(path, place)), _OTHERWISE)
        found[".".join(path)] = why
    return found


def changed(before: Rules, after: Rules) -> dict[str, tuple[Any, Any]]:
    """By place of each changed rule: what it said, and what it says; None where it is not there."""
    one, other = _plain(before), _plain(after)
    places = [path for path in _changed(one, other, ()) if path != ("version",)]
    return {".".join(path): (_at(one, path), _at(other, path)) for path in places}


def _at(rules: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        rules = rules.get(name) if isinstance(rules, Mapping) else None
    return rules


def _plain(rules: Rules) -> dict[str, Any]:
    # The calendars are reckoned with, and no data of this form.
    return rules.model_dump(exclude={"calendar", "school"})


def _changed(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(before, Mapping) and isinstance(after, Mapping) and set(before) != _TERM:
        for name in dict.fromkeys((*before, *after)):
            yield from _changed(before.get(name), after.get(name), (*path, str(name)))
    elif before != after:
        yield path


_TERM = frozenset({"amount", "unit"})
"""A length of time is one rule, and not two."""


def _is_at(path: tuple[str, ...], place: tuple[str, ...]) -> bool:
    return len(path) >= len(place) and all(
        there in ("*", here) for here, there in zip(path, place, strict=False)
    )
