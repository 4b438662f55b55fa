"""The demo lives all of the plan for a year: every mechanism occurs, every seat has work, every
indicator has a figure.

Issue: "The demo lives all of it for a year: every mechanism occurs, every seat has work, every
indicator has a figure; 2,000 children and 365 days in under 10 minutes". What is looked for is the
log of a finished demo; the whole year is run by ``make oracle`` alone, since it takes minutes.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from domain.indicator import Figure
from domain.organisations import Seat
from domain.registry import EVENTS
from hub.bootstrap import program
from hub.clock import SetClock
from hub.demo import DemoOptions, DemoSummary, run_demo
from hub.demo.desk import instant
from hub.demo.figures import FIGURES
from tests.recount import whole_log

CHILDREN, DAYS = 2000, 365
IN_TIME = 600
"""Seconds."""

MECHANISMS: Mapping[str, tuple[str, ...]] = {
    "one child one file": (
        *("visit.recorded.v1", "care_service.given.v1", "child_file.classified.v2"),
        *("child_file.tier_computed.v1", "child_file.contact_stated.v1"),
        *("problem.found.v1", "problem.answered.v1", "problem.rechecked.v1"),
        "problem.struck_off.v1",
    ),
    "full verification of every child": (
        *("verification_round.opened.v1", "verification.made.v1", "verification_round.reported.v1"),
        *("verification.attendance_stated.v1", "verification.roll_difference_found.v1"),
    ),
    "classified benefits": (
        *("aid.applied.v1", "aid.verified.v1", "aid.granted.v1", "aid.refused.v1", "aid.given.v1"),
        *("aid.reviewed.v1", "aid.ended.v1", "aid_choice.held.v1", "aid_payment.stated.v1"),
        *("aid_payment.total_published.v1", "benefit.granted.v1", "health.disability_certified.v1"),
        *("charity_project.recorded.v1", "charity_gift.given.v1"),
    ),
    "mentors, peers, one-to-one": (
        *("mentoring.key_care_noted.v1", "mentoring.paired.v1", "mentoring.met.v1"),
        "mentoring.pair_ended.v1",
    ),
    "psychological and behavioural concern": (
        *("concern.raised.v1", "concern.confirmed.v1", "concern.closed.v1"),
        *("voluntary_guidance.offered.v1", "visit_obligation.tightened.v2"),
    ),
    "priority places and life care": (
        *("offer.published.v1", "sign_up.signed_up.v1", "offer.given_out.v1", "offer.ended.v1"),
        *("sign_up.spot_offered.v1", "sign_up.spot_taken.v1", "sign_up.spot_lapsed.v1"),
        *("sign_up.attended.v1", "sign_up.ended.v1", "sign_up.child_answered.v1"),
    ),
    "homes and work for guardians": (
        *("home_renovation.proposed.v1", "home_renovation.assessed.v1"),
        *("home_renovation.approved.v1", "home_renovation.finished.v1"),
        *("home_renovation.checked.v1", "home_renovation.followed_up.v1"),
        *("job_wish.stated.v1", "job_help.sent.v1", "job_help.answered.v1", "job_help.ended.v1"),
    ),
    "what casework comes to now and then": (
        *("break_glass.opened.v1", "break_glass.reviewed.v1", "records_request.made.v1"),
        *("records_request.granted.v1", "records_request.refused.v1"),
        *("guardianship.emergency_care_begun.v1", "guardianship.emergency_care_ended.v1"),
        *("move.announced.v1", "move.withdrawn.v1"),
    ),
    "safety education and inspection": (
        *("periodic_duty.opened.v1", "periodic_duty.fulfilled.v1", "activity.recorded.v1"),
        *("site.registered.v1", "site.inspected.v1", "hazard.found.v1", "hazard.rectified.v1"),
        "hazard.rechecked.v1",
    ),
    "online protection": (
        *("online_protection.found.v1", "online_protection.stopped.v1"),
        "online_protection.rechecked.v1",
    ),
    "child directors and social workers": (
        *("worker.registered.v1", "worker.training_attended.v1", "worker.exam_registered.v1"),
        *("worker.exam_taken.v1", "worker.appraisal_proposed.v1", "worker.appraisal_approved.v1"),
        *("entry_check.asked.v1", "entry_check.passed.v1", "entry_check.warned.v1"),
        *("entry_check.expired.v1", "away.begun.v1", "away.ended.v1"),
    ),
    "procurator as deputy head": (
        "programme.vice_head_activity_recorded.v1",
        "status_check.made.v1",
    ),
    "social forces": (
        *("social_organisation.accredited.v1", "social_organisation.accreditation_ended.v1"),
        *("social_organisation.project_started.v1", "social_organisation.project_reviewed.v1"),
    ),
    "station platform": (
        *("offer_board.listed.v1", "family_support.set.v1", "family_support.declined.v1"),
        *("family_support.measure_set.v1", "family_support.reviewed.v1", "family_support.ended.v1"),
        *("voluntary_guidance.session_held.v1", "voluntary_guidance.ended.v1"),
    ),
    "capacity and facilities": (
        *("care_place.beds_stated.v1", "hand_over.awaited.v1", "hand_over.recorded.v1"),
    ),
    "steering": (
        *("work_item.listed.v1", "work_item.finished.v1", "budget.stated.v1"),
        *("supervisory_order.issued.v1", "supervisory_order.replied.v1"),
        *("good_case.written.v1", "good_case.reviewed.v1", "good_case.withdrawn.v1"),
    ),
    "inspection and indicators": (
        *("annual_return.opened.v1", "annual_return.line_stated.v1", "annual_return.submitted.v1"),
        *("annual_return.sent_back.v1", "annual_return.checked.v1", "annual_return.confirmed.v1"),
        *("annual_return.locked.v1", "annual_return.corrected.v1"),
        *("statutory_return.requested.v1", "statutory_return.approved.v1"),
    ),
    "columns of other systems": ("outside_entry.awaited.v1", "outside_entry.recorded.v1"),
}
"""Row of the issue's table → what is in the log where it was lived."""


def missing(data: Path, end: date) -> dict[str, list[str]]:
    """What a finished demo did not live, by what it is of: mechanisms, and indicators without a
    figure."""
    with program(data, clock=SetClock(instant(end, 18))) as running:
        found = Counter(fact.topic for fact in whole_log(running.store))
        rules = running.policies.rules.indicators
        figures: dict[str, Figure] = {
            code: running.indicators.count(code, end.year, end)[0] for code in rules.indicators
        }
    gone = {
        mechanism: [topic for topic in topics if not found[topic]]
        for mechanism, topics in MECHANISMS.items()
    }
    gone["indicators"] = [code for code, figure in figures.items() if figure.value is None]
    return {of: each for of, each in gone.items() if each}


def test_what_is_looked_for_can_happen() -> None:
    named = [topic for topics in MECHANISMS.values() for topic in topics]
    assert set(named) <= set(EVENTS)
    assert len(named) == len(set(named))


@pytest.mark.exhaustive
def test_a_year_lives_every_mechanism_in_time(tmp_path: Path) -> None:
    begun = time.perf_counter()
    summary: DemoSummary = run_demo(DemoOptions(tmp_path / "data", CHILDREN, DAYS))
    assert time.perf_counter() - begun < IN_TIME
    assert missing(tmp_path / "data", summary.end) == {}
    idle = {
        each.seat for each in summary.agencies if not any(each[figure.name] for figure in FIGURES)
    }
    assert (idle, len(summary.agencies)) == (set(), len(Seat))
