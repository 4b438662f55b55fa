"""When a child is reported, every other child of its household is looked at as well (同住儿童).

Whoever harms one child of a home may harm another, and those stay there tonight. So for every child
whom a person has confirmed to be of the family (家庭关联), the police station where it lives is
asked to see it, by the same clock as the report itself: once the report names its child, or once a
link is confirmed while the report is in work. Done afterwards, by following the log: whoever names
a child or confirms a link learns nothing by it. The task is a matter of the other child's alone,
under a case of its own, and names neither the report nor its child.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from domain.child_file import CHILD_FILE, ChildFile, files_of
from domain.family_link import FamilyLinkConfirmed
from domain.kernel import Command, derived_id
from domain.mandatory_report import MANDATORY_REPORT, MandatoryReport, MandatoryReportFiled
from domain.organisations import HUB, Seat, district_organisation
from domain.referral import RequestReferral
from domain.report_codes import ReportState
from domain.report_facts import ReportedChildNamed
from domain.rules import Rules
from hub.eventstore.codec import Fact
from hub.eventstore.store import EventStore
from hub.households import related

NAME = "check_every_other_child_of_the_household"

CHECK = "check_household"
"""The kind by which a child is looked at because of another one."""

SAID_BY = frozenset({ReportedChildNamed.TOPIC, FamilyLinkConfirmed.TOPIC})
"""Facts after which another child may have to be looked at."""


def commands(store: EventStore, rules: Rules, fact: Fact) -> Iterator[tuple[str, Command]]:
    """What is asked for after such a fact, each with the referral that it is about."""
    if fact.topic == ReportedChildNamed.TOPIC:
        child = UUID(str(fact.clear["named"]))
        reports: Iterable[UUID] = [fact.stream]
        others = related(store, _files(store, child))
    else:
        child = UUID(str(fact.clear["child_ref"]))
        files = [_file(store, each) for each in _files(store, child)]
        reports = sorted({report for file in files for report in file.reports})
        others = {UUID(str(fact.clear["other"]))}
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
    return effect.clear.get("kind") == CHECK


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
    case = derived_id("household check", report, other)
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
