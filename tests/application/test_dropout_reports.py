"""学校一月一报告、县区一季度一复核: awaited from the first pupil on, filed beside the hub's counts,
and silent where nothing comes (教基厅函〔2024〕15号)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.dropout_report import BeginReports
from domain.dropout_rules import Ledger
from domain.silence import SilenceKind
from domain.suspicion import NoteSuspicion
from hub.answers import DropoutReport
from hub.application import SYSTEM
from hub.bootstrap import Program
from tests.application.test_silence import coordinator
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_SCHOOL_NAME,
    SCHOOL,
    SCHOOL_NAME,
    TOWN,
    absent,
    at,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    send,
)
from tests.recount import silent_by_the_log

NONE = {"enrolled": 1, "absent": 0, "suspected": 0, "dropped_out": 0, "returned": 0}

MONTH = "2025-02"
"""The one that is over."""


def begun(hub: Program) -> None:
    """Two schools with a pupil each; one pupil stays away."""
    for number, school in ((1, SCHOOL_NAME), (2, OTHER_SCHOOL_NAME)):
        send(hub, TOWN, "town.residence", resident(pupil(number)))
        send(hub, EDUCATION, "education.roll", enrolled(pupil(number), school))
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    assert hub.settle()


def reports(hub: Program, organisation: str, period: str = "2025-03") -> dict[str, DropoutReport]:
    found = hub.queries.dropout_reports(reader(organisation), period)
    return {each.reporter: each for each in found}


def missing(hub: Program, organisation: str) -> list[str]:
    return [
        each.owner
        for each in hub.queries.silence(reader(organisation)).items
        if each.kind == SilenceKind.REPORT_MISSING.value
    ]


def test_a_school_reports_each_month_from_its_first_pupil_on(hub: Program) -> None:
    begun(hub)
    assert set(reports(hub, EDUCATION)) == {SCHOOL, OTHER_SCHOOL}
    assert set(reports(hub, SCHOOL)) == {SCHOOL}
    assert reports(hub, CIVIL_AFFAIRS) == reports(hub, TOWN) == {}
    assert set(reports(hub, EDUCATION, "2025-Q1")) == {EDUCATION}
    assert reports(hub, EDUCATION, "三月") == {}


def test_the_bureau_is_awaited_also_where_only_the_school_was_begun(hub: Program) -> None:
    """Cut off between the two, the second is begun when the first pupil is looked at again."""
    hub.hub.command(BeginReports(reporter=SCHOOL, day=date(2025, 3, 3)), SYSTEM)
    send(hub, TOWN, "town.residence", resident(pupil(1)))
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    assert hub.settle()
    assert set(reports(hub, EDUCATION, "2025-Q1")) == {EDUCATION}


def test_what_a_school_counts_stands_beside_what_the_hub_counts(hub: Program) -> None:
    """Given a pupil who is suspected / when the school reports none / then the two differ, and they
    agree once it reports the one; what the hub counts is as of the report."""
    begun(hub)
    send(hub, SCHOOL, "education.monthly_report", {"period": MONTH, **NONE})
    send(hub, OTHER_SCHOOL, "education.monthly_report", {"period": "2025年2月", **NONE})
    assert hub.settle()
    found = reports(hub, EDUCATION, MONTH)
    assert (found[SCHOOL].differs, found[OTHER_SCHOOL].differs) == (True, False)
    assert found[SCHOOL].own == {"suspected": 1, "dropped_out": 0}
    # Told where the bureau looks by itself: on its board. To a school its own.
    for organisation in (EDUCATION, SCHOOL):
        board = hub.queries.differing_reports(coordinator(organisation))
        assert board == {SCHOOL: MONTH}
    for organisation in (OTHER_SCHOOL, TOWN, CIVIL_AFFAIRS):
        assert hub.queries.differing_reports(coordinator(organisation)) == {}
    right = {"period": MONTH, **NONE, "absent": 1, "suspected": 1}
    send(hub, SCHOOL, "education.monthly_report", right)
    assert hub.settle()
    assert reports(hub, EDUCATION, MONTH)[SCHOOL].differs is False
    assert reports(hub, SCHOOL, MONTH)[SCHOOL].differs is False
    assert hub.queries.differing_reports(coordinator(EDUCATION)) == {}
    send(hub, SCHOOL, "education.return", {**pupil(1), "returned_on": "2025-03-03"})
    assert hub.settle()
    assert reports(hub, EDUCATION, MONTH)[SCHOOL].differs is False, "as of the report"


@pytest.mark.parametrize("conflicted", [SCHOOL, EDUCATION])
def test_a_figure_that_stood_once_stands_whoever_is_told_nothing_since(
    hub: Program, conflicted: str
) -> None:
    """Given a month of which the school reported what the hub counted / when one that reads it is
    found to be conflicted (利害关系单位) about the pupil / then the figure of that month stays as
    it was, for its change would tell of a suspicion, and the pupil is in no later one of its."""
    begun(hub)
    right = {"period": MONTH, **NONE, "absent": 1, "suspected": 1}
    send(hub, SCHOOL, "education.monthly_report", right)
    assert hub.settle()
    before = reports(hub, conflicted, MONTH)[SCHOOL]
    assert (before.own, before.differs) == ({"suspected": 1, "dropped_out": 0}, False)
    child = child_of(hub, pupil(1))
    note = NoteSuspicion(child_ref=UUID(child), source=UUID(int=9))
    stated = note.model_copy(update={"conflicted_organisations": (conflicted,)})
    hub.hub.command(stated, SYSTEM)
    assert hub.settle()
    assert reports(hub, conflicted, MONTH)[SCHOOL] == before
    assert child not in repr(hub.queries.ledger(reader(conflicted), Ledger.SUSPECTED))
    at(hub, hub.clock.now() + timedelta(days=30))
    send(hub, SCHOOL, "education.monthly_report", {"period": "2025-03", **NONE})
    assert hub.settle()
    assert reports(hub, conflicted)[SCHOOL].own == {"suspected": 0, "dropped_out": 0}
    other = {SCHOOL: EDUCATION, EDUCATION: SCHOOL}[conflicted]
    assert reports(hub, other)[SCHOOL].own == {"suspected": 1, "dropped_out": 0}
    hub.hub.command(note, SYSTEM)
    assert hub.settle()
    assert reports(hub, conflicted, MONTH)[SCHOOL] == before


def test_a_figure_that_stood_once_stands_when_the_pupil_goes_to_another_school(
    hub: Program,
) -> None:
    begun(hub)
    right = {"period": MONTH, **NONE, "absent": 1, "suspected": 1}
    send(hub, SCHOOL, "education.monthly_report", right)
    assert hub.settle()
    before = {each: reports(hub, each, MONTH)[SCHOOL] for each in (SCHOOL, EDUCATION)}
    at(hub, hub.clock.now() + timedelta(days=2))
    send(
        hub, EDUCATION, "education.roll", enrolled(pupil(1), OTHER_SCHOOL_NAME, since="2025-03-04")
    )
    assert hub.settle()
    for each in (SCHOOL, EDUCATION):
        assert reports(hub, each, MONTH)[SCHOOL] == before[each]


def test_a_school_that_does_not_report_is_silent_month_by_month(hub: Program) -> None:
    """Given a school that reports and one that does not / when the day is over / then the one that
    did not stands on the board, once for each month, until its report is there."""
    begun(hub)
    at(hub, hub.clock.now() + timedelta(days=30))
    send(hub, SCHOOL, "education.monthly_report", {"period": "2025-03", **NONE})
    at(hub, hub.clock.now() + timedelta(days=12))
    assert hub.settle()
    assert missing(hub, SCHOOL) == []
    assert missing(hub, OTHER_SCHOOL) == [OTHER_SCHOOL]
    assert missing(hub, EDUCATION) == [OTHER_SCHOOL]
    assert reports(hub, EDUCATION)[OTHER_SCHOOL].filed_at is None
    at(hub, hub.clock.now() + timedelta(days=30))
    assert hub.settle()
    assert missing(hub, OTHER_SCHOOL) == [OTHER_SCHOOL] * 2
    board = hub.queries._silences.silent(hub.clock.now(), SilenceKind.REPORT_MISSING)
    log = silent_by_the_log(hub.store, hub.policies.rules, hub.clock.now())
    assert sorted(each.owner for each in board) == sorted(
        owner for kind, _, owner in log.elements() if kind == SilenceKind.REPORT_MISSING.value
    )
    assert len(board) > 2
    send(hub, OTHER_SCHOOL, "education.monthly_report", {"period": "2025-03", **NONE})
    assert hub.settle()
    assert missing(hub, OTHER_SCHOOL) == [OTHER_SCHOOL]
    # 学校停办: nothing is awaited of it any more.
    closing = {"school": OTHER_SCHOOL_NAME, "closed_on": "2025-05-05"}
    send(hub, EDUCATION, "education.school_closing", closing)
    assert hub.settle()
    assert missing(hub, OTHER_SCHOOL) == []
    review = {"period": "2025年第一季度", "schools": "1", "suspected": "0", "dropped_out": "0"}
    assert missing(hub, EDUCATION).count(EDUCATION) == 1
    send(hub, EDUCATION, "education.quarterly_review", review)
    assert hub.settle()
    assert missing(hub, EDUCATION).count(EDUCATION) == 0
