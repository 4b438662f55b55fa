"""A decision not to file (不立案) is supervised by the procuratorate (立案监督)."""

from __future__ import annotations

from collections.abc import Sequence

from domain.kernel import Command, Recorded
from domain.mandatory_report import (
    HANDLE_REPORT,
    SUPERVISE_NOT_FILED,
    FilingOrdered,
    MandatoryReportDecided,
    PoliceDecision,
    report_task,
    supervision_task,
)
from domain.organisations import HUB, Seat, district_organisation
from domain.reactions.kernel import Places, refer, when
from domain.referral import FILING_ORDERED, CompleteReferral, WithdrawReferral


@when(MandatoryReportDecided)
def when_report_is_not_filed_then_the_procuratorate_supervises(
    event: MandatoryReportDecided, cause: Recorded, places: Places
) -> Sequence[Command]:
    """强报意见 Art 11; 刑事诉讼法 113. What is decided otherwise by itself leaves nothing to
    supervise. The procuratorate reads reports across the district: nothing is released for it."""
    report, often = cause.originator_id, event.not_filed or 0
    if event.decision is not PoliceDecision.NOT_FILED:
        tasks = (supervision_task(report, n) for n in range(1, often + 1))
        return [WithdrawReferral(referral_id=each) for each in tasks]
    if not often or event.decided_by is None:
        return []
    return [
        refer(
            cause,
            SUPERVISE_NOT_FILED,
            district_organisation(Seat.PROCURATORATE),
            case=report,
            sender=HUB,
            town=places.town_of(event.decided_by),
            referral_id=supervision_task(report, often),
        )
    ]


@when(FilingOrdered)
def when_filing_is_ordered_then_who_decided_has_it_anew(
    event: FilingOrdered, cause: Recorded, places: Places
) -> Sequence[Command]:
    """通知立案: one more task of the report, with its own clocks, whether or not the report was
    closed; the supervision is answered by it."""
    report = cause.originator_id
    return [
        refer(
            cause,
            HANDLE_REPORT,
            event.ordered_of,
            case=report,
            sender=HUB,
            town=event.town,
            referral_id=report_task(report, event.filing),
        ),
        CompleteReferral(
            referral_id=supervision_task(report, event.not_filed), outcome=FILING_ORDERED
        ),
    ]
