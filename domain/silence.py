"""Silence (沉默清单): every loop that stands open and of which nobody heard in time.

A pure fold over clear facts, one for each loop: whose it is, and since when it is silent. What is
due is silent from that instant on, whether or not the clock has looked since: a board that waits
for a process would hide what it is there to show. A clock that stands (暂缓) is silent to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Any, Protocol

from domain.advice import REPLY as ADVICE_REPLY
from domain.away import AwayBegun, AwayEnded
from domain.calendar import end_of_day_utc, shanghai_date
from domain.child_file import IdentityStated, ResidenceConfirmed
from domain.deadline import (
    DeadlineCancelled,
    DeadlineMet,
    DeadlinePaused,
    DeadlineRecomputed,
    DeadlineResumed,
    DeadlineSet,
)
from domain.deadline_extension import DeadlineExtended
from domain.dropout_report import MONTHLY, QUARTERLY
from domain.entry_check import EntryCheckBarred, EntryCheckPassed
from domain.joint_case_facts import JointCaseClosed, JointCaseOpened
from domain.kernel import Category
from domain.leaving import DistrictLeft
from domain.merged_file import ResidenceWithdrawn
from domain.move import MoveAnnounced, MoveConfirmed, MoveWithdrawn
from domain.organisations import Seat, district_organisation
from domain.periodic_duty import CLOCK as DUTY
from domain.referral_facts import (
    REFERRAL_ENDED,
    ReferralAccepted,
    ReferralAssigned,
    ReferralMoved,
    ReferralReassigned,
    ReferralRequested,
)
from domain.rules import (
    ACCEPT,
    ACCEPT_OFFER,
    CLOSE_CASE,
    CONFIRM,
    FEEDBACK,
    FEEDBACK_FINAL,
    LEAD_OFFER,
)
from domain.silence_rules import SilenceRules
from domain.supervisory_order import REPLY as ORDER_REPLY
from domain.verification_round import REPORT as VERIFICATION_REPORT
from domain.visit_obligation_events import (
    ObligationDelayed,
    ObligationEnded,
    ObligationMet,
    ObligationMissed,
    ObligationOpened,
    ObligationReopened,
    ObligationTightened,
)
from domain.worker import AppointmentEnded, WorkerRegistered
from domain.workforce_codes import WorkerRole
from domain.workforce_training import Course, TrainingAttended


class SilenceKind(StrEnum):
    """Which kind of silence; what officials read stands in :data:`SILENCE_WORDS`."""

    UNACCEPTED = "UNACCEPTED"
    MISSED = "MISSED"
    VISIT_OVERDUE = "VISIT_OVERDUE"
    UNASSIGNED = "UNASSIGNED"
    NO_HANDLER = "NO_HANDLER"
    NO_LEAD = "NO_LEAD"
    LEAD_UNANSWERED = "LEAD_UNANSWERED"
    CASE_UNCLOSED = "CASE_UNCLOSED"
    REPORT_MISSING = "REPORT_MISSING"
    DUTY_MISSING = "DUTY_MISSING"
    NO_FEEDBACK = "NO_FEEDBACK"
    IN_MOVE = "IN_MOVE"
    OUTCOME_UNCONFIRMED = "OUTCOME_UNCONFIRMED"
    LETTER_UNANSWERED = "LETTER_UNANSWERED"
    WORKER_AWAY = "WORKER_AWAY"
    CHECK_EXPIRED = "CHECK_EXPIRED"
    WORKER_BARRED = "WORKER_BARRED"
    UNTRAINED = "UNTRAINED"
    FEED_STOPPED = "FEED_STOPPED"
    REACTION_REFUSED = "REACTION_REFUSED"


SILENCE_WORDS: Mapping[SilenceKind, str] = {
    SilenceKind.UNACCEPTED: "逾期未签收",
    SilenceKind.MISSED: "逾期未办",
    SilenceKind.VISIT_OVERDUE: "逾期未走访",
    SilenceKind.UNASSIGNED: "居住地未确认",
    SilenceKind.NO_HANDLER: "已签收、没有经办人",
    SilenceKind.NO_LEAD: "案件没有牵头单位",
    SilenceKind.LEAD_UNANSWERED: "移交牵头逾期未答复",
    SilenceKind.CASE_UNCLOSED: "各单位都已办结、逾期未结案",
    SilenceKind.REPORT_MISSING: "月报、季度复核、核查进度逾期未报",
    SilenceKind.DUTY_MISSING: "按期应办事项逾期未办",
    SilenceKind.NO_FEEDBACK: "逾期未向报告单位反馈",
    SilenceKind.IN_MOVE: "迁移中、没有单位接收",
    SilenceKind.OUTCOME_UNCONFIRMED: "办理结果逾期未确认",
    SilenceKind.LETTER_UNANSWERED: "督办单、检察建议逾期未回复",
    SilenceKind.WORKER_AWAY: "离岗、有未办事项",
    SilenceKind.CHECK_EXPIRED: "入职查询到期、未重新查询",
    SilenceKind.WORKER_BARRED: "不得录用、仍在岗",
    SilenceKind.UNTRAINED: "当年未参加全员培训",
    SilenceKind.FEED_STOPPED: "逾期未报送",
    SilenceKind.REACTION_REFUSED: "系统未能派发，需人工处理",
}

CLOCK_KINDS: Mapping[str, SilenceKind] = {
    ACCEPT: SilenceKind.UNACCEPTED,
    ACCEPT_OFFER: SilenceKind.UNACCEPTED,
    FEEDBACK: SilenceKind.NO_FEEDBACK,
    FEEDBACK_FINAL: SilenceKind.NO_FEEDBACK,
    MONTHLY: SilenceKind.REPORT_MISSING,
    QUARTERLY: SilenceKind.REPORT_MISSING,
    DUTY: SilenceKind.DUTY_MISSING,
    VERIFICATION_REPORT: SilenceKind.REPORT_MISSING,
    LEAD_OFFER: SilenceKind.LEAD_UNANSWERED,
    CLOSE_CASE: SilenceKind.CASE_UNCLOSED,
    CONFIRM: SilenceKind.OUTCOME_UNCONFIRMED,
    ORDER_REPLY: SilenceKind.LETTER_UNANSWERED,
    ADVICE_REPLY: SilenceKind.LETTER_UNANSWERED,
}
"""What it is called that nobody heard by a clock of a kind; of every other, that it was missed."""


class Told(Protocol):
    """A fact, as far as this reads it."""

    @property
    def topic(self) -> str: ...
    @property
    def stream(self) -> object: ...
    @property
    def producer(self) -> str: ...
    @property
    def recorded_at(self) -> str: ...
    @property
    def clear(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Loop:
    """One loop: what it is ``about`` (a referral, a case, an obligation, a child), whose it is
    (``owner``), of which child, since when it is silent; None while there is nothing to hear."""

    kind: SilenceKind
    about: str
    owner: str
    matter: Category
    child_ref: str
    silent_from: datetime | None


def clock_kind(kind: str) -> SilenceKind:
    """What kind of silence a missed clock is."""
    return CLOCK_KINDS.get(kind, SilenceKind.MISSED)


Fold = Callable[[Loop | None, Told], Loop | None]
"""A loop after one more fact of it; None where it is over."""


def steps(rules: SilenceRules, fact: Told) -> Iterator[tuple[str, Fold]]:
    """The loops that a fact belongs to, each by its key and its fold."""
    fold = _BY_STREAM.get(fact.topic.split(".", 1)[0])
    if fold is not None:
        yield _key(fold, fact), fold
    if fact.topic in _OF_TRAINING:
        yield f"trained/{fact.clear['worker']}", _trained
    if fact.topic in _OF_CASES and fact.clear.get("kind") not in rules.without_lead:
        yield f"case/{fact.clear['case_id']}", _led
    for name, feed in rules.feeds.items():
        if fact.topic in feed.topics and fact.producer.split(":", 1)[0] == feed.seat.value:
            yield f"{name}/{fact.producer}", partial(_came, name)


def _key(fold: Fold, fact: Told) -> str:
    """What tells a loop from all others: mostly its stream."""
    if fold is _checked:
        return f"check/{fact.clear['worker']}"
    return str(fact.clear["item"] if fold is _move else fact.stream)


def _came(feed: str, loop: Loop | None, fact: Told) -> Loop:
    """Something came: the next is awaited from here on."""
    return Loop(
        SilenceKind.FEED_STOPPED, feed, fact.producer, Category.PROGRAMMES, "", _since(fact)
    )


def _instant(value: str) -> datetime:
    return datetime.fromisoformat(value)


_CLOCK_OVER = frozenset({DeadlineMet.TOPIC, DeadlineCancelled.TOPIC})
_CLOCK_MOVES = frozenset({DeadlineResumed.TOPIC, DeadlineExtended.TOPIC, DeadlineRecomputed.TOPIC})


def _clock(loop: Loop | None, fact: Told) -> Loop | None:
    clear = fact.clear
    if fact.topic == DeadlineSet.TOPIC:
        return Loop(
            clock_kind(clear["kind"]),
            clear["subject_id"],
            clear["owner"],
            Category(clear["matter"]),
            clear["child_ref"],
            _instant(clear["due_at"]),
        )
    if loop is None or fact.topic in _CLOCK_OVER:
        return None
    if fact.topic == DeadlinePaused.TOPIC:
        return replace(loop, silent_from=None)
    if fact.topic in _CLOCK_MOVES:
        return replace(loop, silent_from=_instant(clear["due_at"]))
    return loop


_VISIT_OVER = frozenset({ObligationMet.TOPIC, ObligationEnded.TOPIC})
_VISIT_OWED = frozenset({ObligationOpened.TOPIC, ObligationReopened.TOPIC})
_MOVED = frozenset({ObligationTightened.TOPIC, ObligationDelayed.TOPIC})
_VISIT_DUE = _VISIT_OWED | _MOVED | {ObligationMissed.TOPIC}


def _visit(loop: Loop | None, fact: Told) -> Loop | None:
    clear = fact.clear
    if fact.topic in _VISIT_OVER or (loop is None and fact.topic not in _VISIT_OWED):
        return None
    due = loop.silent_from if loop is not None else None
    if fact.topic in _VISIT_DUE:
        due = _instant(clear["due_at"])
    return Loop(
        SilenceKind.VISIT_OVERDUE,
        str(fact.stream),
        clear["owner"],
        Category.VISITS,
        clear["child_ref"],
        due,
    )


_OF_CASES = frozenset({ReferralRequested.TOPIC, JointCaseOpened.TOPIC, JointCaseClosed.TOPIC})


def _led(loop: Loop | None, fact: Told) -> Loop | None:
    """A case in which somebody was asked for something: it is to have a lead (牵头单位) at once."""
    clear = fact.clear
    if fact.topic == JointCaseClosed.TOPIC:
        return None
    if fact.topic == ReferralRequested.TOPIC and loop is not None:
        return loop
    return Loop(
        SilenceKind.NO_LEAD,
        clear["case_id"],
        district_organisation(Seat.CIVIL_AFFAIRS),
        Category(clear["matter"]),
        clear["child_ref"],
        None if fact.topic == JointCaseOpened.TOPIC else _since(fact),
    )


_NOBODY_HAS_IT = frozenset(
    {*(event.TOPIC for event in REFERRAL_ENDED), ReferralReassigned.TOPIC},
)


def _handler(loop: Loop | None, fact: Told) -> Loop | None:
    """Accepted, and in nobody's hand: an act on a report accepts its task, and names nobody."""
    clear = fact.clear
    if fact.topic in _NOBODY_HAS_IT:
        return None
    if fact.topic == ReferralAccepted.TOPIC and loop is not None:
        return loop
    if fact.topic not in (ReferralAccepted.TOPIC, ReferralMoved.TOPIC, ReferralAssigned.TOPIC):
        return loop
    return Loop(
        SilenceKind.NO_HANDLER,
        str(fact.stream),
        clear["addressee"],
        Category(clear["matter"]),
        clear["child_ref"],
        None if clear.get("handler") else _instant(fact.recorded_at),
    )


def _residence(loop: Loop | None, fact: Told) -> Loop | None:
    """A child known by name whose residence neither town nor police has confirmed."""
    if loop is None:
        if fact.topic not in _PLACES:
            return None
        loop = Loop(
            SilenceKind.UNASSIGNED,
            str(fact.stream),
            district_organisation(Seat.CIVIL_AFFAIRS),
            Category.CONTACT,
            str(fact.stream),
            None,
        )
        return loop if _PLACES[fact.topic] else replace(loop, silent_from=_since(fact))
    if fact.topic == IdentityStated.TOPIC or fact.topic not in _PLACES:
        return loop
    return replace(loop, silent_from=None if _PLACES[fact.topic] else _since(fact))


def _since(fact: Told) -> datetime:
    return _instant(fact.recorded_at)


_PLACES = {
    IdentityStated.TOPIC: False,
    ResidenceWithdrawn.TOPIC: False,
    ResidenceConfirmed.TOPIC: True,
    DistrictLeft.TOPIC: True,
}
"""Whether somebody answers for the child after a fact; who it is, said again, changes nothing."""

_MOVE_OVER = frozenset({MoveConfirmed.TOPIC, MoveWithdrawn.TOPIC})


def _move(loop: Loop | None, fact: Told) -> Loop | None:
    """Announced, and not accepted: whoever announced it answers for the child until then."""
    if fact.topic in _MOVE_OVER:
        return None
    if fact.topic != MoveAnnounced.TOPIC:
        return loop
    clear = fact.clear
    return Loop(
        SilenceKind.IN_MOVE,
        clear["item"],
        clear["organisation"],
        Category.CONTACT,
        clear["child_ref"],
        _instant(fact.recorded_at),
    )


def _away(loop: Loop | None, fact: Told) -> Loop | None:
    """A child director (儿童主任) is away; it is a silence while its village has open work."""
    if fact.topic == AwayEnded.TOPIC:
        return None
    if fact.topic != AwayBegun.TOPIC:
        return loop
    village = fact.clear["organisation"]
    return Loop(SilenceKind.WORKER_AWAY, village, village, Category.WORKFORCE, "", _since(fact))


def _checked(loop: Loop | None, fact: Told) -> Loop | None:
    """A worker whose entry check (入职查询) ran out and is not made again, or who is barred and
    still employed."""
    clear = fact.clear
    if fact.topic == AppointmentEnded.TOPIC:
        return None
    about = (str(clear["worker"]), clear["organisation"], Category.WORKFORCE, "")
    if fact.topic == EntryCheckPassed.TOPIC:
        until = end_of_day_utc(date.fromisoformat(clear["valid_until"]))
        return Loop(SilenceKind.CHECK_EXPIRED, *about, until)
    if fact.topic == EntryCheckBarred.TOPIC:
        return Loop(SilenceKind.WORKER_BARRED, *about, _since(fact))
    return loop


_OF_TRAINING = frozenset(
    {WorkerRegistered.TOPIC, TrainingAttended.TOPIC, AppointmentEnded.TOPIC},
)


def _trained(loop: Loop | None, fact: Told) -> Loop | None:
    """A child director who was not trained in a calendar year (每年全员培训): silent once the year
    is over, and from year to year."""
    clear = fact.clear
    if fact.topic == AppointmentEnded.TOPIC or clear["role"] != WorkerRole.CHILD_DIRECTOR:
        return None
    if fact.topic == TrainingAttended.TOPIC:
        if clear["course"] != Course.ANNUAL:
            return loop
        owed = date.fromisoformat(clear["attended_on"]).year + 1
    else:
        begun = max(date.fromisoformat(clear["since"]), shanghai_date(_since(fact)))
        owed = begun.year
    due = end_of_day_utc(date(owed, 12, 31))
    if loop is not None and loop.silent_from is not None:
        due = max(due, loop.silent_from)
    return Loop(
        SilenceKind.UNTRAINED,
        str(clear["worker"]),
        clear["organisation"],
        Category.WORKFORCE,
        "",
        due,
    )


WORK = frozenset({*CLOCK_KINDS.values(), SilenceKind.MISSED, SilenceKind.VISIT_OVERDUE})
"""Kinds of loops that are work to be done, due or not."""

_BY_STREAM: Mapping[str, Fold] = {
    "away": _away,
    "entry_check": _checked,
    "worker": _checked,
    "deadline": _clock,
    "visit_obligation": _visit,
    "referral": _handler,
    "child_file": _residence,
    "move": _move,
}
