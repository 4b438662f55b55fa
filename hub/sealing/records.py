"""A record as the log has it, and whether it can be taken away without a trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.child_file import CHILD_FILE, ChildFile
from domain.kernel import Refused
from domain.rules import SealingRules
from hub.eventstore.absence import came_of
from hub.eventstore.codec import Fact
from hub.eventstore.store import EventStore

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Record:
    """A record as the log has it: whom it is about, its own stream, and all that goes with it."""

    child: UUID
    stream: UUID
    kind: str
    history: Sequence[Fact]
    """The child's, whole."""
    facts: Sequence[Fact]


def find(store: EventStore, stream: UUID) -> Record | None:
    """A record, sealed or not; None where there is none."""
    first = next(store.stream_facts(stream), None)
    if first is None:
        return None
    history = store.whole_history([first.subject], store.position)
    own = came_of(history, [stream])
    return Record(
        child=first.subject,
        stream=stream,
        kind=first.topic.split(".", 1)[0],
        history=history,
        facts=[fact for fact in history if fact.event_id in own],
    )


def refuse_unless_apart(store: EventStore, rules: SealingRules, found: Record) -> None:
    """Raise Refused where a record cannot be taken away without a trace, or alone."""
    each = rules.classes.get(rules.class_of(found.kind) or "")
    if each is None:
        raise Refused("SEALING_CLASS", "该记录不属于可以封存的类别。")
    file: ChildFile = store.load(CHILD_FILE, found.child).state
    if file.merged_into is not None or file.absorbed:
        raise Refused("SEALING_JOINED", "该儿童的档案与另一份合并了，请先撤销合并再申请封存。")
    own = [fact for fact in found.facts if fact.stream == found.stream]
    if any(fact.sealed and not fact.has_own_key for fact in own):
        raise Refused(
            "SEALING_NO_OWN_KEY", "该记录登记时尚未使用单独的密钥，不能单独封存，请联系民政局。"
        )
    came = [fact for fact in found.facts if fact.stream != found.stream]
    kinds = {fact.topic.split(".", 1)[0] for fact in came}
    if kinds - each.with_ - {"child_file"}:
        raise Refused(
            "SEALING_CONSEQUENCES", "已有其他事项由该记录引起，封存会留下痕迹，不能封存。"
        )
    if _named_elsewhere(store, found):
        raise Refused(
            "SEALING_DOUBT", "另一份档案提到该儿童（疑似重复或家庭关联），请先处理再申请封存。"
        )


def _named_elsewhere(store: EventStore, found: Record) -> bool:
    """Whether a child of whom nothing else is known stands in another one's file, as perhaps the
    same or as one of its family."""
    gone = {fact.event_id for fact in found.facts}
    if any(
        fact.topic.startswith("child_file.") and fact.event_id not in gone for fact in found.history
    ):
        return False
    position = 0
    while facts := store.feed(position, _PAGE):
        position = facts[-1].position
        if any(fact.clear.get("other") == str(found.child) for fact in facts):
            return True
    return False
