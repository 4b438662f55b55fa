"""What a conflicted organisation (利害关系单位) has in hand goes to the next one.

Said at the door, a conflict routes what follows from it; said later, it finds tasks that are open
already. Their holder sees nothing of them any more, and nobody would work on them. Done afterwards,
by following the log, so that whoever stated the conflict learns nothing of how many there were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

from domain.child_file import CHILD_FILE, ChildFile
from domain.deadline import DeadlineSet, HandOnDeadline, deadline_id
from domain.deadline_stream import DEADLINE
from domain.dropout_codes import VERIFY
from domain.joint_case import JOINT_CASE, HandOnLead
from domain.joint_case_facts import JointCase, JointCaseOpened
from domain.kernel import Command, derived_id
from domain.mandatory_report import (
    MANDATORY_REPORT,
    MandatoryReport,
    MandatoryReportFiled,
    ReportedChildNamed,
)
from domain.organisations import HUB, seat_of
from domain.reactions.problems import OPEN, RECHECK
from domain.referral import REFERRAL, Referral, RequestReferral, hand_on
from domain.rules import Rules
from domain.suspicion import (
    ConflictsFollowed,
    FollowConflicts,
    SuspicionNoted,
    SuspicionStated,
)
from hub.eventstore.codec import Fact
from hub.eventstore.store import EventStore

NOTE_CONFLICT = "note_conflict"
"""The kind by which the level above a conflicted organisation is told of it."""

NAME = "hand_on_what_a_conflicted_organisation_has"

SAID_BY = frozenset(
    {
        MandatoryReportFiled.TOPIC,
        ReportedChildNamed.TOPIC,
        ConflictsFollowed.TOPIC,
        SuspicionStated.TOPIC,
        SuspicionNoted.TOPIC,
    }
)
"""Facts by which an organisation may come to be conflicted."""


def commands(store: EventStore, rules: Rules, fact: Fact) -> Iterator[tuple[str, Command]]:
    """What is asked for after such a fact, each by what it is and the referral, or report, that it
    is about."""
    for about, command in _asked(store, rules, fact):
        yield f"{type(command).__name__}|{about}", command


def led_to(effect: Fact) -> bool:
    """Whether a fact is of a kind that such a command leads to."""
    led_to = (MANDATORY_REPORT.name, REFERRAL.name, DEADLINE.name, JOINT_CASE.name)
    return effect.topic.split(".", 1)[0] in led_to


def _asked(store: EventStore, rules: Rules, fact: Fact) -> Iterator[tuple[UUID, Command]]:
    if fact.topic == SuspicionNoted.TOPIC:
        yield from _followed(store, fact)
    subject, conflicted = _conflicted(store, fact)
    yield from _told_above(store, rules, fact, conflicted)
    if not conflicted:
        return
    history = store.history([subject], store.position)
    yield from _clocks(history, subject, conflicted)
    cases = {each.stream for each in history if each.topic == JointCaseOpened.TOPIC}
    for case in sorted(cases):
        led: JointCase = store.load(JOINT_CASE, case).state
        if led.lead in conflicted and led.case_id is not None:
            yield case, HandOnLead(case_id=led.case_id)
    streams = {each.stream for each in history if each.topic.startswith(f"{REFERRAL.name}.")}
    for referral_id in sorted(streams):
        task: Referral = store.load(REFERRAL, referral_id).state
        for command in hand_on(task, referral_id, conflicted, rules):
            yield referral_id, command


def conflicted_about(store: EventStore, subject: UUID) -> frozenset[str]:
    """Who is conflicted by now towards a child, or a report."""
    file: ChildFile = store.load(CHILD_FILE, subject).state
    report: MandatoryReport = store.load(MANDATORY_REPORT, subject).state
    found = file.conflicted | report.conflicted
    if report.child_ref is not None:
        named: ChildFile = store.load(CHILD_FILE, report.child_ref).state
        found |= named.conflicted
    return found


HANDED_ON: Final = frozenset({OPEN, RECHECK, VERIFY})
"""Clocks of no task, which go to the next one by themselves."""


def _clocks(
    history: Iterable[Fact], child: UUID, conflicted: frozenset[str]
) -> Iterator[tuple[UUID, Command]]:
    """Clocks that a conflicted organisation keeps: nothing happens to one that is over."""
    kept = {
        (UUID(fact.clear["subject_id"]), fact.clear["kind"]): fact.clear["owner"]
        for fact in history
        if fact.topic == DeadlineSet.TOPIC and fact.clear["kind"] in HANDED_ON
    }
    for (subject, kind), owner in sorted(kept.items()):
        if owner in conflicted:
            yield (
                deadline_id(subject, kind),
                HandOnDeadline(subject_id=subject, kind=kind, child_ref=child),
            )


def _followed(store: EventStore, fact: Fact) -> Iterator[tuple[UUID, Command]]:
    """What is known of a child now is known of every report on it: afterwards, for whoever files
    a report learns nothing of whether there are others."""
    file: ChildFile = store.load(CHILD_FILE, UUID(str(fact.child_ref))).state
    for report_id in sorted(file.reports):
        report: MandatoryReport = store.load(MANDATORY_REPORT, report_id).state
        if report.child_ref is not None:
            yield report_id, FollowConflicts(report_id=report_id, child_ref=report.child_ref)


def _told_above(
    store: EventStore, rules: Rules, fact: Fact, conflicted: frozenset[str]
) -> Iterator[tuple[UUID, Command]]:
    """The level above each organisation that is conflicted is told that it is, and nothing of the
    matter (知悉下级单位回避): once for what was said of it. Of what a report says it is told under
    the report's number; of what anything else says under one that nothing else has: a task on the
    child itself would show who it is."""
    subject, source, named = _said(store, fact)
    seats = rules.referral_kind(NOTE_CONFLICT).seats
    for organisation in sorted(named):
        above = rules.escalation.superior_of(organisation) or organisation
        told = rules.suspects.nearest(above, {*named, *conflicted})
        if seat_of(told) not in seats:
            # Police and procuratorate have the report itself.
            continue
        referral_id = derived_id("note conflict", source, organisation)
        yield (
            referral_id,
            RequestReferral(
                referral_id=referral_id,
                child_ref=subject,
                case_id=source,
                kind=NOTE_CONFLICT,
                sender=HUB,
                addressee=told,
                town=None,
                concerns=organisation,
            ),
        )


def _said(store: EventStore, fact: Fact) -> tuple[UUID, UUID, frozenset[str]]:
    """Under which number, by what, and of whom it is said that it is conflicted. What
    a report says was told under the report's number already when the child's file notes it."""
    if fact.topic != SuspicionNoted.TOPIC:
        report: MandatoryReport = store.load(MANDATORY_REPORT, fact.stream).state
        return fact.stream, fact.stream, report.suspicion.conflicted
    child, source = UUID(str(fact.child_ref)), UUID(str(fact.clear["source"]))
    said: MandatoryReport = store.load(MANDATORY_REPORT, source).state
    named = frozenset(fact.clear.get("conflicted_organisations") or ())
    about = derived_id("note conflict of", source, child)
    return about, source, frozenset() if said.filings else named


def _conflicted(store: EventStore, fact: Fact) -> tuple[UUID, frozenset[str]]:
    """Of whom it is said, and who is conflicted there by now."""
    if fact.topic == SuspicionNoted.TOPIC:
        child = UUID(str(fact.child_ref))
        file: ChildFile = store.load(CHILD_FILE, child).state
        return child, file.conflicted
    report: MandatoryReport = store.load(MANDATORY_REPORT, fact.stream).state
    return fact.stream, report.conflicted
