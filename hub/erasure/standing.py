"""What stands in the way of a child's erasure, or of sealing: asked of every stream."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.child_file import CHILD_FILE, ChildFile
from domain.kernel import Category, Event
from domain.mandatory_report import MANDATORY_REPORT
from domain.registry import STREAM_OF_TOPIC
from domain.rules import ErasureRules, Rules
from domain.standing import Standing, Stands
from hub.eventstore.codec import event_of
from hub.eventstore.store import EventStore


def standing(store: EventStore, child_ref: UUID, rules: Rules, today: date) -> tuple[Standing, ...]:
    """What of a child's records stays on this day, each kind once, in the order of the kinds.

    Read from the log itself: a view may lag behind a referral that was just asked for.
    """
    streams: dict[UUID, list[Event]] = {}
    found: list[Standing] = []
    for fact in store.history([child_ref], store.position):
        if fact.category == Category.HARM.value:
            found.append(Standing(Stands.VICTIM))
        streams.setdefault(fact.stream, []).append(event_of(fact))
    for events in streams.values():
        stream = STREAM_OF_TOPIC[events[0].TOPIC]
        if stream.stands is not None:
            known = [event for event in events if type(event) in stream.evolve]
            found += stream.stands(stream.fold(known), rules)
    # A report begins before anybody knows the child, and is no stream of the child's.
    file: ChildFile = CHILD_FILE.fold(
        [event for event in streams.get(child_ref, []) if type(event) in CHILD_FILE.evolve]
    )
    for report in file.reports:
        if MANDATORY_REPORT.stands is not None:
            found += MANDATORY_REPORT.stands(store.load(MANDATORY_REPORT, report).state, rules)
    still = [each for each in found if each.until is None or each.until > today]
    return _each_once(still)


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
