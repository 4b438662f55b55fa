"""A rule tried on history (试算): what would have been due, missed and told under other rules.

Every recorded clock is reckoned twice, by the rules in force and by the other ones, from when it
counted; what moved it then (a pause, an extension) moves it by as much, and what met it then meets
it at the same instant. Clear facts alone: nothing is opened, and which changes that leaves out is
said by :mod:`domain.rehearsal_limits`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from domain.calendar import CalendarYearMissing, end_of_day_utc
from domain.deadline import (
    DeadlineCancelled,
    DeadlineMet,
    DeadlineRecomputed,
    DeadlineResumed,
    DeadlineSet,
)
from domain.deadline_extension import DeadlineExtended
from domain.dropout_codes import BECOMES
from domain.dropout_events import (
    AbsenceReported,
    DropoutStruckOff,
    PersuasionRecorded,
    ReturnedToSchool,
    SuspicionLifted,
)
from domain.guardianship_events import AdmonitionRecorded
from domain.referral_facts import ReferralReassigned, ReferralRequested
from domain.rules import ACCEPT, ACCEPT_OFFER, COMPLETE, Rules, Thresholds, Timing
from domain.silence import Told
from domain.terms import Term
from domain.visit_obligation_events import ObligationEnded, ObligationMet, ObligationOpened

_OF_A_REFERRAL = (ACCEPT, COMPLETE, ACCEPT_OFFER)
_MOVES = frozenset({DeadlineResumed.TOPIC, DeadlineExtended.TOPIC, DeadlineRecomputed.TOPIC})
_OVER = frozenset({DeadlineMet.TOPIC, DeadlineCancelled.TOPIC})

ON_SUSPICION = ("trace_dropout", "persuade_dropout", "coordinate_dropout")
"""Kinds of referral that a suspicion of dropout asks for (domain/reactions/dropout.py)."""
ON_FAILURES = ("supervise_dropout",)
ON_ADMONITIONS = ("assess_guardianship",)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """One clock by some rules: when it was due, whether it was missed, who was told (post@whom)."""

    due_at: datetime
    missed: bool
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClockDifference:
    """A clock that other rules reckon otherwise. ``rule``: the row by which it ran."""

    kind: str
    rule: str
    owner: str
    about: str
    before: Reckoned
    after: Reckoned


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What other rules change. ``referrals``: how many more (or fewer) of a kind would have been
    asked for. ``unreckoned``: clocks that could not be reckoned, by (row, why)."""

    clocks: int
    differences: tuple[ClockDifference, ...]
    referrals: Mapping[str, int]
    unreckoned: Mapping[tuple[str, str], int]


@dataclass(slots=True)
class _Course:
    """One run of one clock, as it was recorded."""

    kind: str
    owner: str
    about: str
    started_at: datetime | None
    term: str | None
    ladder: str | None
    first_due: datetime
    due: datetime
    over_at: datetime | None = None
    visit: tuple[str, date] | None = None
    """Of a visit: its tier, and from which day it counts."""


@dataclass(slots=True)
class _History:
    courses: list[_Course] = field(default_factory=list)
    running: dict[str, _Course] = field(default_factory=dict)
    referrals: dict[str, str] = field(default_factory=dict)
    """Kind of each referral."""

    def take(self, fact: Told) -> None:
        clear, stream, topic = fact.clear, str(fact.stream), fact.topic
        at = datetime.fromisoformat(fact.recorded_at)
        course = self.running.get(stream)
        if topic in (ReferralRequested.TOPIC, ReferralReassigned.TOPIC):
            self.referrals[stream] = clear["kind"]
        elif topic == DeadlineSet.TOPIC:
            self._set(stream, clear)
        elif topic == ObligationOpened.TOPIC:
            due = datetime.fromisoformat(clear["due_at"])
            counted = date.fromisoformat(clear["counted_from"])
            self.running[stream] = _Course(
                clear["kind"], clear["owner"], stream, None, None, None, due, due, None,
                (clear["tier"], counted),
            )  # fmt: skip
            self.courses.append(self.running[stream])
        elif course is None:
            return
        elif topic in _OVER or topic == ObligationEnded.TOPIC:
            course.over_at = at
        elif topic == ObligationMet.TOPIC:
            # The day of the visit counts, and not when it was sent.
            day = date.fromisoformat(clear["happened_on"])
            course.over_at = end_of_day_utc(day) - timedelta(microseconds=1)
        elif topic in _MOVES:
            course.due = datetime.fromisoformat(clear["due_at"])

    def _set(self, stream: str, clear: Mapping[str, Any]) -> None:
        started, due = clear.get("started_at"), datetime.fromisoformat(clear["due_at"])
        started_at = datetime.fromisoformat(started) if started else None
        course = self.running.get(stream)
        if course is not None and started_at is not None and course.started_at == started_at:
            # The same clock in another hand: it was cancelled for the one and runs for the other.
            course.owner, course.due, course.over_at = clear["owner"], due, None
            return
        self.running[stream] = _Course(
            clear["kind"], clear["owner"], clear["subject_id"], started_at, clear.get("term"),
            clear.get("ladder"), due, due,
        )  # fmt: skip
        self.courses.append(self.running[stream])


def rehearse(facts: Iterable[Told], before: Rules, after: Rules, now: datetime) -> Rehearsal:
    """Reckon what was recorded by both; ``facts`` in the log's order."""
    history, referrals = _History(), Counter[str]()
    asked = (_Asked(before.thresholds), _Asked(after.thresholds))
    for fact in facts:
        history.take(fact)
        for each in asked:
            each.take(fact)
    referrals.update(asked[1].referrals)
    referrals.subtract(asked[0].referrals)
    found: list[ClockDifference] = []
    unreckoned = Counter[tuple[str, str]]()
    for course in history.courses:
        rule = _rule_of(course, history.referrals, before)
        try:
            one = _reckoned(course, rule, before, before, now)
            other = _reckoned(course, rule, before, after, now)
        except _Unreckoned as why:
            unreckoned[rule, str(why)] += 1
            continue
        if one != other:
            found.append(ClockDifference(course.kind, rule, course.owner, course.about, one, other))
    return Rehearsal(
        len(history.courses),
        tuple(found),
        {kind: count for kind, count in sorted(referrals.items()) if count},
        dict(unreckoned),
    )


class _Unreckoned(Exception):
    """Why a clock cannot be reckoned from what is clear."""


def _rule_of(course: _Course, referrals: Mapping[str, str], rules: Rules) -> str:
    """The row by which a clock ran: the kind of its referral, else the clock of the recorded term
    among those of its kind."""
    if course.kind in _OF_A_REFERRAL:
        return referrals.get(course.about, course.kind)
    rows = [name for name in rules.clocks if name.startswith(course.kind)]
    ran = [name for name in rows if str(rules.clocks[name].within) == course.term]
    return next(iter([*ran, *rows]), course.kind)


def _reckoned(course: _Course, rule: str, before: Rules, rules: Rules, now: datetime) -> Reckoned:
    due, ladder = _due(course, rule, before, rules)
    due += course.due - course.first_due
    until = course.over_at or now
    missed = due <= until
    told: tuple[str, ...] = ()
    if missed and course.visit is None:
        told = tuple(_told(rules, ladder, course.owner, due, until))
    return Reckoned(due, missed, told)


def _due(course: _Course, rule: str, before: Rules, rules: Rules) -> tuple[datetime, str | None]:
    """When a clock is first due by some rules, and by which ladder it goes up."""
    if course.visit is not None:
        tier, counted = course.visit
        cadence = rules.visits.cadence.get(course.kind)
        if cadence is None or tier not in cadence.terms:
            raise _Unreckoned("新规则没有这种走访")
        return end_of_day_utc(rules.last_day(cadence.terms[tier], counted)), None
    if course.kind == BECOMES:
        days = rules.thresholds.dropout_after_days - before.thresholds.dropout_after_days
        timing = rules.timing(course.kind, None)
        return course.first_due + timedelta(days=days), timing.ladder if timing else course.ladder
    if course.started_at is None or course.term is None:
        return _by_its_date(course, rule, before, rules)
    ran, timing = _timings(course, rule, before, rules)
    if timing is None:
        raise _Unreckoned("新规则没有这一行")
    # A ladder that came with the command and not from the row stays.
    ladder = timing.ladder if ran is None or course.ladder == ran.ladder else course.ladder
    try:
        return rules.due(timing.term, course.started_at), ladder
    except CalendarYearMissing:
        raise _Unreckoned("没有那一年的日历") from None


def _by_its_date(
    course: _Course, rule: str, before: Rules, rules: Rules
) -> tuple[datetime, str | None]:
    """Of a clock of which no start was recorded: its date was written in a document, and stays; or
    it was reckoned by its row, and stays as long as that row's term does."""
    ran, timing = before.timing(course.kind, rule), rules.timing(course.kind, rule)
    if ran is None:
        return course.first_due, course.ladder
    if timing is None:
        raise _Unreckoned("新规则没有这一行")
    if timing.term != ran.term:
        raise _Unreckoned("登记时没有记下从何时起算，期限改了不能推算")
    return course.first_due, timing.ladder if course.ladder == ran.ladder else course.ladder


def _timings(
    course: _Course, rule: str, before: Rules, rules: Rules
) -> tuple[Timing | None, Timing | None]:
    """By which timing a clock ran (None: by an older version's), and by which it would run."""
    for immediate in (False, True):
        ran = before.timing(course.kind, rule, immediate=immediate)
        if ran is not None and str(ran.term) == course.term:
            return ran, rules.timing(course.kind, rule, immediate=immediate)
    return None, rules.timing(course.kind, rule)


def _told(
    rules: Rules, ladder: str | None, owner: str, due: datetime, until: datetime
) -> Iterator[str]:
    """Who is told until an instant, whoever may be conflicted."""
    escalation = rules.escalation
    steps, at, begun = escalation.steps(ladder, owner), due, 0
    while (number := escalation.next_step(steps, begun, owner)) is not None:
        after: Term = steps[number].after
        at = rules.terms.morning_after(after, at, escalation.morning)
        if at > until:
            return
        whom = escalation.whom(steps[number], owner)
        yield f"{steps[number].post}@{escalation.outside if whom.outside else whom.organisation}"
        begun = number + 1


class _Asked:
    """Referrals that thresholds ask for, counted by kind, in the course of the log."""

    def __init__(self, thresholds: Thresholds) -> None:
        self.thresholds = thresholds
        self.referrals: Counter[str] = Counter()
        self._suspected: set[str] = set()
        self._failures: Counter[str] = Counter()
        self._supervised: set[str] = set()
        self._assessed: set[str] = set()

    def take(self, fact: Told) -> None:
        clear, case = fact.clear, str(fact.stream)
        if fact.topic == AbsenceReported.TOPIC:
            long_enough = clear["school_days"] >= self.thresholds.suspected_after_school_days
            if not clear["lawful"] and long_enough and case not in self._suspected:
                self._suspected.add(case)
                self.referrals.update(ON_SUSPICION)
        elif fact.topic in _SUSPECTED_NO_MORE:
            self._suspected.discard(case)
        elif fact.topic == PersuasionRecorded.TOPIC:
            self._failures[case] += bool(clear["in_vain"])
            limit = self.thresholds.persuasion_failures_before_supervision
            if self._failures[case] >= limit and case not in self._supervised:
                self._supervised.add(case)
                self.referrals.update(ON_FAILURES)
        elif fact.topic == AdmonitionRecorded.TOPIC:
            enough = clear["ordinal"] >= self.thresholds.admonitions_before_assessment
            if enough and case not in self._assessed:
                self._assessed.add(case)
                self.referrals.update(ON_ADMONITIONS)


_SUSPECTED_NO_MORE = frozenset(
    {ReturnedToSchool.TOPIC, DropoutStruckOff.TOPIC, SuspicionLifted.TOPIC}
)
