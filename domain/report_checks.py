"""What several decisions about a mandatory report ask before they decide."""

from __future__ import annotations

from collections.abc import Container

from domain.kernel import Given, Refused
from domain.organisations import POLICE_SEATS, Seat, seat_of
from domain.report_codes import HANDLE_REPORT, ReportState
from domain.report_state import MandatoryReport


def police_only(state: MandatoryReport, given: Given) -> None:
    """接报 and the decision (强报意见 Art 8): nobody's in their place."""
    of_seats(state, given, POLICE_SEATS)


def in_hand(state: MandatoryReport, given: Given) -> None:
    """Whoever may be referred a report: besides the police who takes their place. The child must be
    found and the reporter hear, whoever has it."""
    of_seats(state, given, given.rules.referral_kind(HANDLE_REPORT).seats)


def of_seats(state: MandatoryReport, given: Given, seats: Container[Seat]) -> None:
    """Refuse every other seat, and whoever is conflicted: both read alike."""
    actor = given.actor.organisation
    conflicted = actor in state.conflicted
    if state.state is ReportState.NONE or seat_of(actor) not in seats or conflicted:
        raise not_yours()


def not_yours() -> Refused:
    """The refusal by which a report that is there reads like one that is not."""
    return Refused("REPORT_NOT_YOURS", "没有可由本单位办理的报告，请核对编号；有危险请拨打110。")


def not_closed(state: MandatoryReport, what: str) -> None:
    """Refuse ``what`` (不能…) once the report is closed."""
    if state.state is ReportState.CLOSED:
        raise Refused("REPORT_CLOSED", f"该报告已经结案，{what}。")
