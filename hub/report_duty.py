"""Reports that came late, or that a duty-bearer never made (未按规定报告; 未保法 117).

Found by comparing what is recorded of a child with who reported: from clear facts alone, and only
afterwards, for whoever records something learns nothing of it. What is found is a lead that people
look into (procuratorate; policies/report-duty.toml). The duty-bearer hears nothing of it from the
hub: whether it broke its duty is not the hub's to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from domain.child_file import CHILD_FILE, ChildFile, files_of
from domain.kernel import Command, derived_id
from domain.mandatory_report import (
    MANDATORY_REPORT,
    MandatoryReport,
    MandatoryReportDecided,
    MandatoryReportFiled,
    PoliceDecision,
    ReportChannel,
)
from domain.organisations import HUB, POLICE_SEATS, Seat, district_organisation, seat_of
from domain.referral import RequestReferral
from domain.rules import Rules
from hub.eventstore.codec import Fact
from hub.eventstore.store import EventStore

NAME = "look_into_late_and_missing_reports"

LOOK_INTO = "look_into_report_duty"
"""The kind by which it is looked into."""

SAID_BY = frozenset({MandatoryReportFiled.TOPIC, MandatoryReportDecided.TOPIC})
"""Facts by which a report may be found to be late, or one to be missing."""


_SHOWN_IT = POLICE_SEATS | {Seat.PROCURATORATE, Seat.CIVIL_AFFAIRS}
"""Seats that are shown the matters of every report: what is asked for about one of them would be
told to it. Their own superiors look at them."""


def commands(store: EventStore, rules: Rules, fact: Fact) -> Iterator[tuple[str, Command]]:
    """What is asked for after such a fact, each with the referral that it is about."""
    if fact.topic == MandatoryReportFiled.TOPIC:
        found = _late(rules, fact)
    else:
        found = _missing(store, rules, fact)
    for organisation in found:
        if seat_of(organisation) in _SHOWN_IT:
            continue
        referral_id = derived_id("report duty", fact.stream, organisation)
        yield (
            str(referral_id),
            RequestReferral(
                referral_id=referral_id,
                child_ref=fact.stream,
                case_id=fact.stream,
                kind=LOOK_INTO,
                sender=HUB,
                addressee=district_organisation(Seat.PROCURATORATE),
                town=None,
                concerns=organisation,
            ),
        )


def led_to(effect: Fact) -> bool:
    """Whether a fact is of a kind that such a command leads to."""
    return effect.clear.get("kind") == LOOK_INTO


def _late(rules: Rules, fact: Fact) -> list[str]:
    """The reporter, where it found the harm long before; of its first word alone. Not where it
    wrote down what another unit found: the delay is that one's."""
    clear = fact.clear
    if clear.get("channel") == ReportChannel.LINK.value or "unit_named" in fact.sealed:
        return []
    if clear.get("discovered_at") is None or (clear.get("filing") or 1) > 1:
        return []
    found_at = datetime.fromisoformat(clear["discovered_at"])
    recorded_at = datetime.fromisoformat(fact.recorded_at)
    # A day to come is a slip of the pen, and the last of all days has none after it.
    if found_at > recorded_at:
        return []
    late = recorded_at > rules.due(rules.report_duty.late_after, found_at)
    return [clear["reporter_unit"]] if late else []


def _missing(store: EventStore, rules: Rules, fact: Fact) -> list[str]:
    """Units that had to do with the child shortly before it was reported, and did not report."""
    duty = rules.report_duty
    report: MandatoryReport = store.load(MANDATORY_REPORT, fact.stream).state
    if PoliceDecision(fact.clear["decision"]) not in duty.harm or report.child_ref is None:
        return []

    def file(child: UUID) -> ChildFile:
        state: ChildFile = store.load(CHILD_FILE, child).state
        return state

    files = files_of(report.child_ref, file)
    reported: set[str] = set(report.filed_by)
    for other in {each for child in files for each in file(child).reports} - {fact.stream}:
        found: MandatoryReport = store.load(MANDATORY_REPORT, other).state
        reported |= found.filed_by
    filed = [
        datetime.fromisoformat(each.recorded_at)
        for each in store.history([fact.stream], store.position)
        if each.topic == MandatoryReportFiled.TOPIC
    ]
    if not filed:
        return []
    first = min(filed)
    knew = {
        each.producer
        for each in store.history(files, store.position)
        if each.topic in duty.records
        and first - timedelta(days=duty.days_before)
        <= datetime.fromisoformat(each.recorded_at)
        < first
    }
    return sorted(knew - reported - {HUB})
