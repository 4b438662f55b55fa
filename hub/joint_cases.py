"""What was asked of whom in a case (联办案件): asked of the log itself, for a lead that closes a
case must not miss what was asked a moment ago."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from domain.kernel import CaseReferrals
from domain.mandatory_report import MANDATORY_REPORT, MandatoryReport
from domain.referral import REFERRAL, Referral
from domain.referral_facts import OPEN_STATES, ReferralRequested
from hub.eventstore.store import EventStore


def referrals_of(
    store: EventStore, files: Iterable[UUID], case_id: UUID, apart: frozenset[str]
) -> CaseReferrals:
    """What was asked in a case. ``files``: the child's; of a report, what was asked before the
    child was known stands under the report. ``apart``: kinds that are no part of any case."""
    subjects = {*files, case_id}
    report: MandatoryReport = store.load(MANDATORY_REPORT, case_id).state
    if report.child_ref is not None:
        subjects.add(report.child_ref)
    asked = {
        fact.stream
        for fact in store.history(sorted(subjects), store.position)
        if fact.topic == ReferralRequested.TOPIC and fact.clear["case_id"] == str(case_id)
    }
    found: list[Referral] = [store.load(REFERRAL, each).state for each in asked]
    tasks = [task for task in found if task.kind not in apart]
    return CaseReferrals(
        open=sum(task.state in OPEN_STATES for task in tasks),
        addressees=len({task.addressee for task in tasks}),
    )
