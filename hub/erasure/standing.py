"""What stands in the way of a child's erasure, or of sealing: asked of every stream."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from domain.child_file import CHILD_FILE, ChildFile
from domain.kernel import Category
from domain.mandatory_report import MANDATORY_REPORT
from domain.registry import EVENTS, STREAM_OF_TOPIC
from domain.rules import ErasureRules, Rules
from domain.standing import Standing, Stands
from hub.eventstore.codec import Fact, event_of
from hub.eventstore.store import EventStore


def standing(store: EventStore, child_ref: UUID, rules: Rules, today: date) -> tuple[Standing, ...]:
    """What of a child's records stays on this day, each kind once, in the order of the kinds.

    Read from the log itself: a view may lag behind a referral that was just asked for.
    """
    streams = _by_stream(store.whole_history([child_ref], store.position))
    found = _standing(streams, rules)
    # A report begins before anybody knows the child, and is no stream of the child's.
    file: ChildFile = CHILD_FILE.fold(
        [
            event_of(fact)
            for fact in streams.get(child_ref, [])
            if EVENTS[fact.topic] in CHILD_FILE.evolve
        ]
    )
    for report in file.reports:
        if MANDATORY_REPORT.stands is not None:
            found += MANDATORY_REPORT.stands(store.load(MANDATORY_REPORT, report).state, rules)
    return _still(found, today)


def standing_of_record(facts: Iterable[Fact], rules: Rules, today: date) -> tuple[Standing, ...]:
    """As :func:`standing`, of one record and what came of it."""
    return _still(_standing(_by_stream(facts), rules), today)


def _by_stream(facts: Iterable[Fact]) -> dict[UUID, list[Fact]]:
    streams: dict[UUID, list[Fact]] = {}
    for fact in facts:
        streams.setdefault(fact.stream, []).append(fact)
    return streams


def _standing(streams: Mapping[UUID, Sequence[Fact]], rules: Rules) -> list[Standing]:
    found: list[Standing] = []
    for facts in streams.values():
        found += [Standing(Stands.VICTIM) for f in facts if f.category == Category.HARM.value]
        stream = STREAM_OF_TOPIC[facts[0].topic]
        if stream.stands is not None:
            known = [event_of(f) for f in facts if EVENTS[f.topic] in stream.evolve]
            found += stream.stands(stream.fold(known), rules)
    return found


def _still(found: Sequence[Standing], today: date) -> tuple[Standing, ...]:
    return _each_once([each for each in found if each.until is None or each.until > today])


def _each_once(found: Sequence[Standing]) -> tuple[Standing, ...]:
    """Each kind once, until the last of it is over."""
    by_kind: dict[Stands, Standing] = {}
    for each in found:
        there = by_kind.get(each.code)
        if there is None or _longer(each, there):
            by_kind[each.code] = each
    return tuple(by_kind[code] for code in Stands if code in by_kind)


def _longer(one: Standing, other: Standing) -> bool:
    if other.until is None:
        return False
    return one.until is None or one.until > other.until


def told(found: Sequence[Standing], rules: ErasureRules) -> str:
    """For an official: what stays, and until when."""
    parts = []
    for each in found:
        row = rules.stands[each.code]
        day = f"（{each.until:%Y年%m月%d日}起可再申请）" if each.until else ""
        parts.append(f"{row.what}：{row.until}{day}")
    return "以下内容不得删除或封存：" + "；".join(parts) + "。申请及理由已记录。"
