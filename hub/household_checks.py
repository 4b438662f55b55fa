"""When a child is reported, every other child of its household is looked at as well (同住儿童).

Whoever harms one child of a home may harm another, and those stay there tonight. So for every child
whom a person has confirmed to be of the family (家庭关联), the police station where it lives is
asked to see it, by the same clock as the report itself: once the report names its child, or once a
link is confirmed while the report is in work. Done afterwards, by following the log: whoever names
a child or confirms a link learns nothing by it. The task is a matter of the other child's alone,
under a case of its own, and names neither the report nor its child. Who is conflicted by the report
(利害关系单位) neither has it nor is shown or told that it runs; what comes of it stands on the
report, for whoever has that in hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from domain.child_file import CHILD_FILE, ChildFile, files_of
from domain.family_link import FamilyLinkConfirmed
from domain.kernel import Command, derived_id
from domain.mandatory_report import (
    MANDATORY_REPORT,
    MandatoryReport,
    MandatoryReportFiled,
    NoteHouseholdCheck,
    report_task,
)
from domain.merged_file import FileMerged
from domain.organisations import HUB, Seat, district_organisation
from domain.referral import (
    OPEN_STATES,
    REFERRAL,
    ConfineReferral,
    ReassignReferral,
    Referral,
    ReferralCompleted,
    RequestReferral,
    hand_on,
)
from domain.report_codes import CHECK_HOUSEHOLD, ReportState
from domain.report_facts import ReportedChildNamed
from domain.rules import Rules
from domain.suspicion import ConflictsFollowed, SuspicionStated
from hub.eventstore.codec import Fact
from hub.eventstore.store import EventStore
from hub.households import others_of, related

NAME = "check_every_other_child_of_the_household"

CHECK = CHECK_HOUSEHOLD
NOTE = "note_household_check"
"""The kind by which whoever has the report in hand is told what was found."""

_CONFLICTS = frozenset({SuspicionStated.TOPIC, ConflictsFollowed.TOPIC, MandatoryReportFiled.TOPIC})

SAID_BY = _CONFLICTS | {
    ReportedChildNamed.TOPIC,
    FamilyLinkConfirmed.TOPIC,
    FileMerged.TOPIC,
    ReferralCompleted.TOPIC,
}
"""Facts after which another child may have to be looked at, by somebody else than was asked, or
after which somebody is to hear what was found."""


def commands(store: EventStore, rules: Rules, fact: Fact) -> Iterator[tuple[str, Command]]:
    """What is asked for after such a fact, each with the referral that it is about."""
    if fact.topic == ReferralCompleted.TOPIC:
        if fact.clear["kind"] == CHECK:
            yield from _told(store, fact)
        return
    if fact.topic in _CONFLICTS:
        yield from _handed_on(store, rules, fact.stream)
        return
    if fact.topic == ReportedChildNamed.TOPIC:
        child = UUID(str(fact.clear["named"]))
        reports: Iterable[UUID] = [fact.stream]
        others = related(store, _files(store, child))
    else:
        # A link, or another file of the child (档案合并) with links or reports of its own.
        child = UUID(str(fact.clear["child_ref"]))
        files = [_file(store, each) for each in _files(store, child)]
        reports = sorted({report for file in files for report in file.reports})
        linked = fact.topic == FamilyLinkConfirmed.TOPIC
        others = (
            {UUID(str(fact.clear["other"]))} if linked else related(store, _files(store, child))
        )
    same = set(_files(store, child))
    for report in reports:
        stands: MandatoryReport = store.load(MANDATORY_REPORT, report).state
        if stands.state is ReportState.CLOSED:
            continue
        danger = _in_danger(store, report)
        for other in sorted(others - same):
            yield from _check(store, report, stands, other, immediate_danger=danger)


def led_to(effect: Fact) -> bool:
    """Whether a fact is of a kind that such a command leads to."""
    return effect.clear.get("kind") in (CHECK, NOTE)


def _told(store: EventStore, fact: Fact) -> Iterator[tuple[str, Command]]:
    """What was found stands on the report, and whoever has that in hand is asked to note it: the
    next one where it is conflicted, nobody where it looked itself."""
    case, by = UUID(str(fact.clear["case_id"])), str(fact.clear["addressee"])
    for report in _reports_behind(store, UUID(str(fact.clear["child_ref"])), case):
        stands: MandatoryReport = store.load(MANDATORY_REPORT, report).state
        outcome = str(fact.clear["outcome"])
        found = NoteHouseholdCheck(report_id=report, kind=CHECK, outcome=outcome, checked_by=by)
        yield str(report), found
        task: Referral = store.load(REFERRAL, report_task(report, stands.filings)).state
        holds = task.addressee or stands.held_by or district_organisation(Seat.POLICE)
        if holds == by:
            continue
        referral_id = derived_id("referral", NOTE, case)
        yield (
            str(referral_id),
            RequestReferral(
                referral_id=referral_id,
                child_ref=report,
                case_id=report,
                kind=NOTE,
                sender=HUB,
                addressee=holds,
                town=stands.town,
                concerns=by,
            ),
        )


def _reports_behind(store: EventStore, checked: UUID, case: UUID) -> Iterator[UUID]:
    """The report because of which a child was looked at, by the case of that task; also where the
    link has ended since."""
    files = _files(store, checked)
    family = {
        each for file in files for other in others_of(store, file) for each in _files(store, other)
    }
    for report in sorted({each for child in family for each in _file(store, child).reports}):
        if any(_case(report, file) == case for file in files):
            yield report


def _handed_on(store: EventStore, rules: Rules, report: UUID) -> Iterator[tuple[str, Command]]:
    """Who is found to be conflicted after it was asked looks at nobody: the next one does, and what
    happens from then on is shown to none of them."""
    stands: MandatoryReport = store.load(MANDATORY_REPORT, report).state
    if stands.child_ref is None or not stands.conflicted:
        return
    for other in sorted(related(store, _files(store, stands.child_ref))):
        child = _file(store, other).merged_into or other
        referral_id = derived_id("referral", CHECK, _case(report, child))
        task: Referral = store.load(REFERRAL, referral_id).state
        found = hand_on(task, referral_id, stands.conflicted | task.kept_from, rules)
        if not found and task.state in OPEN_STATES and stands.conflicted - task.kept_from:
            # Who has it has it on; who supervises or is told of it, and is conflicted, does not.
            more = tuple(sorted(stands.conflicted - task.kept_from))
            found = [ConfineReferral(referral_id=referral_id, avoid=more)]
        for command in found:
            if isinstance(command, ReassignReferral | RequestReferral):
                avoid = tuple(sorted(stands.conflicted | task.kept_from))
                command = command.model_copy(update={"avoid": avoid})
            yield f"{type(command).__name__}|{referral_id}", command


def _case(report: UUID, other: UUID) -> UUID:
    return derived_id("household check", report, other)


def _check(
    store: EventStore,
    report: UUID,
    stands: MandatoryReport,
    other: UUID,
    *,
    immediate_danger: bool,
) -> Iterator[tuple[str, Command]]:
    """Where the other child lives, for who comes at night has to be near; the sub-bureau where that
    is not known. Never an organisation that the report's suspect works in."""
    other = _file(store, other).merged_into or other
    file = _file(store, other)
    case = _case(report, other)
    referral_id = derived_id("referral", CHECK, case)
    yield (
        str(referral_id),
        RequestReferral(
            referral_id=referral_id,
            child_ref=other,
            case_id=case,
            kind=CHECK,
            sender=HUB,
            addressee=file.police_station or district_organisation(Seat.POLICE),
            town=file.town,
            immediate_danger=immediate_danger,
            avoid=tuple(sorted(stands.conflicted)),
        ),
    )


def _in_danger(store: EventStore, report: UUID) -> bool:
    """Whether anybody said of the report that somebody is in danger now."""
    return any(
        fact.topic == MandatoryReportFiled.TOPIC and bool(fact.clear.get("immediate_danger"))
        for fact in store.stream_facts(report)
    )


def _files(store: EventStore, child: UUID) -> tuple[UUID, ...]:
    return files_of(child, lambda each: _file(store, each))


def _file(store: EventStore, child: UUID) -> ChildFile:
    state: ChildFile = store.load(CHILD_FILE, child).state
    return state
