"""What is silent, reckoned once more from the whole log: by the streams' own folds, and by nothing
that the board itself is made with."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from uuid import UUID

from domain.away import AWAY, Away
from domain.child_file import CHILD_FILE, ResidenceConfirmed
from domain.deadline import DeadlineState
from domain.deadline_stream import DEADLINE
from domain.joint_case import JOINT_CASE
from domain.joint_case_facts import JointState
from domain.kernel import Event
from domain.leaving import DistrictLeft
from domain.merged_file import ResidenceWithdrawn
from domain.move import MOVE
from domain.organisations import Seat, district_organisation, seat_of
from domain.referral import REFERRAL
from domain.referral_facts import ReferralState
from domain.registry import STREAM_OF_TOPIC
from domain.rules import Rules
from domain.visit_obligation import VISIT_OBLIGATION
from hub.eventstore.absence import without_sealed
from hub.eventstore.codec import Fact, event_of
from hub.eventstore.store import EventStore

Silent = tuple[str, str, str]
"""Kind of silence, what it is about, whose it is."""

_ANSWERS = {
    "accept": "UNACCEPTED",
    "accept_offer": "UNACCEPTED",
    "feedback": "NO_FEEDBACK",
    "feedback_final": "NO_FEEDBACK",
    "lead_offer": "LEAD_UNANSWERED",
    "close_case": "CASE_UNCLOSED",
    "monthly_report": "REPORT_MISSING",
    "quarterly_review": "REPORT_MISSING",
    "verification_report": "REPORT_MISSING",
    "periodic_duty": "DUTY_MISSING",
    "confirm_outcome": "OUTCOME_UNCONFIRMED",
    "supervisory_reply": "LETTER_UNANSWERED",
    "advice_reply": "LETTER_UNANSWERED",
}
_PLACED = (ResidenceConfirmed.TOPIC, DistrictLeft.TOPIC)


def whole_log(store: EventStore) -> list[Fact]:
    """Every fact, but for those of erased children and what was sealed away."""
    facts: list[Fact] = []
    while page := store.feed(facts[-1].position if facts else 0, 1000):
        facts += page
    gone = {str(f.subject) for f in facts if f.topic == "child_file.erased.v1"}
    return without_sealed([f for f in facts if str(f.clear.get("child_ref") or "") not in gone])


def silent_by_the_log(store: EventStore, rules: Rules, now: datetime) -> Counter[Silent]:
    """What is silent by now."""
    by_stream: dict[UUID, list[Fact]] = {}
    last_sent: dict[tuple[str, str], str] = {}
    for fact in whole_log(store):
        by_stream.setdefault(fact.stream, []).append(fact)
        for name, feed in rules.silence.feeds.items():
            if fact.topic in feed.topics and seat_of(fact.producer) is feed.seat:
                last_sent[name, fact.producer] = fact.recorded_at
    found: Counter[Silent] = Counter()
    working: set[str] = set()
    for stream, facts in by_stream.items():
        found.update(_of_stream(stream, facts, now))
        working.update(_owes(facts))
    found.update(_without_lead(by_stream, rules))
    for (name, sender), sent in last_sent.items():
        if rules.due(rules.silence.feeds[name].every, datetime.fromisoformat(sent)) <= now:
            found["FEED_STOPPED", name, sender] += 1
    for facts in by_stream.values():
        away = AWAY.fold([event_of(f) for f in facts]) if facts[0].topic in _AWAY else Away()
        if away.begun and away.declared is not None:
            village = away.declared.organisation
            if village in working:
                found["WORKER_AWAY", village, village] += 1
    return found


def _without_lead(by_stream: dict[UUID, list[Fact]], rules: Rules) -> list[Silent]:
    """Cases in which something was asked and that nobody leads: asked after the last end."""
    asked: dict[str, int] = {}
    led: dict[str, tuple[int, JointState]] = {}
    for facts in by_stream.values():
        first = facts[0]
        if first.topic == "joint_case.opened.v1":
            state = JOINT_CASE.fold([event_of(fact) for fact in facts]).state
            led[first.clear["case_id"]] = facts[-1].position, state
        for fact in facts:
            if fact.topic == "referral.requested.v1" and (
                fact.clear["kind"] not in rules.leads.apart
            ):
                case = fact.clear["case_id"]
                asked[case] = max(asked.get(case, 0), fact.position)
    none = (0, JointState.NONE)
    return [
        ("NO_LEAD", case, district_organisation(Seat.CIVIL_AFFAIRS))
        for case, position in asked.items()
        if led.get(case, none)[1] is JointState.NONE
        or (led[case][1] is JointState.CLOSED and led[case][0] < position)
    ]


_AWAY = frozenset(topic for topic, stream in STREAM_OF_TOPIC.items() if stream is AWAY)


def _owes(facts: list[Fact]) -> list[str]:
    """Whose open work a stream is."""
    kind = STREAM_OF_TOPIC[facts[0].topic]
    events = [event_of(fact) for fact in facts]
    if kind is DEADLINE and (clock := DEADLINE.fold(events)).unfinished:
        return [clock.owner]
    if kind is VISIT_OBLIGATION and (owed := VISIT_OBLIGATION.fold(events)).open:
        return [str(owed.about["owner"])]
    return []


def _of_stream(stream: UUID, facts: list[Fact], now: datetime) -> list[Silent]:
    kind = STREAM_OF_TOPIC[facts[0].topic]
    events: list[Event] = [event_of(fact) for fact in facts]
    if kind is DEADLINE:
        clock = DEADLINE.fold(events)
        due = clock.state in (DeadlineState.RUNNING, DeadlineState.MISSED)
        if due and clock.due_at is not None and clock.due_at <= now and clock.about:
            silence = _ANSWERS.get(clock.about["kind"], "MISSED")
            return [(silence, str(clock.about["subject_id"]), clock.owner)]
    elif kind is VISIT_OBLIGATION:
        owed = VISIT_OBLIGATION.fold(events)
        if owed.open and owed.due_at is not None and owed.due_at <= now:
            return [("VISIT_OVERDUE", str(stream), str(owed.about["owner"]))]
    elif kind is REFERRAL:
        task = REFERRAL.fold(events)
        in_hand = (ReferralState.ACCEPTED, ReferralState.IN_PROGRESS, ReferralState.ON_HOLD)
        if task.state in in_hand and not task.handler:
            return [("NO_HANDLER", str(stream), task.addressee)]
    elif kind is CHILD_FILE:
        steps = [fact.topic for fact in facts if fact.topic in (*_PLACED, ResidenceWithdrawn.TOPIC)]
        if CHILD_FILE.fold(events).opened and (not steps or steps[-1] not in _PLACED):
            return [("UNASSIGNED", str(stream), "civil_affairs:310117")]
    elif kind is MOVE:
        return [
            ("IN_MOVE", str(each.item), each.organisation)
            for each in MOVE.fold(events).open.values()
        ]
    return []
