"""policies/indicators.toml, read and held against the events that there are and the matrix."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from domain.indicator import Counts, IndicatorRules, Measure, unowned
from domain.kernel import Category, Event
from domain.organisations import SEAT_WORDS, Post, Seat
from domain.registry import EVENTS
from hub.authorization.policy import Policy, PolicyError, Word

_COUNTED = frozenset({Word.READ, Word.PUBLISH, Word.AGGREGATE})
"""By which words of the matrix a seat is shown counts of a category."""
_KEYS = frozenset({"fact", "stream", "record"})
_OF_THE_FACT = frozenset({"producer"})


def parse_indicators(data: Mapping[str, Any], access: Policy) -> IndicatorRules:
    """What the file says. Raises PolicyError, in Chinese with the indicator's code, for a formula
    that no event can be of, a figure that whoever states it may not be shown, a return that
    nobody may check, and a seat that has no indicator."""
    shown_to = {
        category: frozenset(seat for seat in Seat if access.words(seat, category) & _COUNTED)
        for category in Category
    }
    try:
        rules = IndicatorRules.model_validate({**data, "shown_to": shown_to})
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise PolicyError(f"indicators: {where} 不合规定：{error.errors()[0]['msg']}") from error
    for code, indicator in rules.indicators.items():
        for _, measure in indicator.measures:
            _check_measure(code, measure)
        stating = indicator.reported_by
        if not rules.shows(stating, indicator.matter):
            raise PolicyError(
                f"indicators: {code} 由{SEAT_WORDS[stating]}填报，但按共享矩阵它看不到这类数"
            )
        if Word.PUBLISH not in access.words(stating, Category.PROGRAMMES):
            raise PolicyError(f"indicators: {code} 由{SEAT_WORDS[stating]}填报，但它不登记服务项目")
        if rules.checker(stating) is None:
            raise PolicyError(f"indicators: {SEAT_WORDS[stating]}的报表没有单位可以审核")
    if missing := unowned(rules.indicators.values()):
        named = "、".join(sorted(SEAT_WORDS[each] for each in missing))
        raise PolicyError(f"indicators: 没有指标的单位种类：{named}")
    if unknown := (rules.confirmed_by | rules.statutory.approved_by) - set(Post):
        raise PolicyError(f"indicators: 没有这些岗位：{sorted(unknown)}")
    return rules


def _check_measure(code: str, measure: Measure) -> None:
    for topic in measure.topics:
        if topic not in EVENTS:
            raise PolicyError(f"indicators: {code} 的公式没有这种事件：{topic}")
    for each in measure.counts:
        event = EVENTS[each.topic]
        fields = {*each.where, *each.absent, *each.seat_of, *_named(measure)}
        if unknown := fields - _clear(event):
            raise PolicyError(
                f"indicators: {code} 的公式在 {each.topic} 中没有这些明文字段：{sorted(unknown)}"
            )
        _check_codes(code, each, event)
    for topic in measure.ends:
        if unknown := set(measure.key) - _KEYS - _clear(EVENTS[topic]):
            raise PolicyError(
                f"indicators: {code} 的公式在 {topic} 中没有这些明文字段：{sorted(unknown)}"
            )


def _named(measure: Measure) -> set[str]:
    found = set(measure.key) - _KEYS
    found |= {each for each in (measure.day, measure.adds, measure.place) if each is not None}
    return found - _OF_THE_FACT


def _clear(event: type[Event]) -> set[str]:
    """The fields of an event that are clear: no formula opens anything."""
    return set(event.model_fields) - set(event.SENSITIVE)


def _check_codes(code: str, counts: Counts, event: type[Event]) -> None:
    """A value that no closed list holds counts nothing for ever, and nobody would notice."""
    for name, values in counts.where.items():
        known = _codes(event.model_fields[name].annotation)
        if known is not None and (unknown := values - known):
            raise PolicyError(f"indicators: {code} 的公式中 {name} 没有这些代码：{sorted(unknown)}")


def _codes(annotation: Any) -> frozenset[str] | None:
    """The values of a field's closed list; None where it has none."""
    kinds = get_args(annotation) if get_origin(annotation) is not None else (annotation,)
    found = [each for each in kinds if isinstance(each, type) and issubclass(each, StrEnum)]
    if found:
        return frozenset(each.value for kind in found for each in kind)
    return frozenset({"true", "false"}) if annotation is bool else None
