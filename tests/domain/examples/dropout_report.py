"""How commands of the stream ``dropout_report`` are drawn, and what makes each event happen."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.dropout_report import (
    AwaitNextReport,
    BeginReports,
    EndReports,
    FileMonthlyReport,
    ReviewQuarter,
    report_id,
)
from domain.organisations import HUB
from tests.domain.invented import EDUCATION, SCHOOL
from tests.domain.pools import DAY, Told, days, organisations, texts

_periods = st.sampled_from(["2026-01", "2026-02", "2026-07", "2026-Q1"])
_counts = st.integers(0, 3)

COMMANDS = {
    BeginReports: st.builds(BeginReports, reporter=organisations, day=days),
    AwaitNextReport: st.builds(
        AwaitNextReport,
        reporter=organisations,
        missed=st.just(UUID(int=1)) | st.builds(report_id, organisations, _periods),
    ),
    FileMonthlyReport: st.builds(
        FileMonthlyReport,
        reporter=organisations,
        period=st.sampled_from(["2026-01", "2026-02"]),
        enrolled=_counts,
        absent=_counts,
        suspected=_counts,
        dropped_out=_counts,
        returned=_counts,
    ),
    EndReports: st.builds(EndReports, reporter=organisations, closed_on=days),
    ReviewQuarter: st.builds(
        ReviewQuarter,
        reporter=organisations,
        period=st.just("2026-Q1"),
        schools=_counts,
        suspected=_counts,
        dropped_out=_counts,
        note=texts,
    ),
}

TOLD: list[Told] = [
    (BeginReports(reporter=SCHOOL, day=DAY), HUB, DAY),
    (
        FileMonthlyReport(
            reporter=SCHOOL,
            period="2026-01",
            enrolled=820,
            absent=0,
            suspected=0,
            dropped_out=0,
            returned=0,
        ),
        SCHOOL,
        DAY + timedelta(days=30),
    ),
    (
        ReviewQuarter(
            reporter=EDUCATION,
            period="2026-Q1",
            schools=96,
            suspected=0,
            dropped_out=0,
            note="（示例）已逐校核对",
        ),
        EDUCATION,
        DAY + timedelta(days=90),
    ),
    (EndReports(reporter=SCHOOL, closed_on=DAY), EDUCATION, DAY + timedelta(days=90)),
]

ASKED: list[Told] = [(AwaitNextReport(reporter=SCHOOL, missed=UUID(int=1)), HUB, DAY)]
"""Asked as well: what happens by it happens by something else in what is told."""
