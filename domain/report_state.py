"""Where a mandatory report stands, folded from its facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from domain.kernel import Event, Text
from domain.organisations import POLICE_SEATS, seat_of
from domain.report_codes import PoliceDecision, ReportChannel, ReportState
from domain.report_facts import (
    EvidenceAsked,
    EvidenceHandedOver,
    EvidenceReceived,
    FilingOrdered,
    HouseholdChecked,
    MandatoryReportAccepted,
    MandatoryReportClosed,
    MandatoryReportDecided,
    MandatoryReportFiled,
    MedicalCareStated,
    ReportedChildNamed,
    ReporterFedBack,
)
from domain.suspicion import ConflictsFollowed, Suspicion, SuspicionCleared, SuspicionStated


@dataclass(frozen=True, slots=True)
class MandatoryReport:
    state: ReportState = ReportState.NONE
    reporter_unit: str = ""
    child_ref: UUID | None = None
    decided: PoliceDecision | None = None
    suspicion: Suspicion = field(default_factory=Suspicion)
    """What the report itself says."""
    filings: int = 0
    accepted: int = 0
    """How many of the filings the police have accepted."""
    accepted_by: frozenset[str] = frozenset()
    """Who of the police has accepted all of them."""
    decided_of: int = 0
    """How many of the filings there were when the police decided last."""
    decided_by: str = ""
    not_filed: int = 0
    """How often it was decided not to file it."""
    filing_ordered: bool = False
    """The procuratorate found that it is to be filed, and nothing else was decided since."""
    told_end: bool = False
    """The reporter has heard how it ended, and nothing has changed since."""
    town: str | None = None
    hurt: bool = False
    """The child is hurt, and nobody has stated yet that it is cared for."""
    filed_by: frozenset[str] = frozenset()
    """The organisations that filed it."""
    held_by: str = ""
    """Who of the police accepted it last."""
    handed_over: tuple[str, ...] = ()
    """By whom something was handed over, one after the other."""
    received: frozenset[int] = frozenset()
    """Which of them were received, counted from 1."""
    asked: Mapping[int, str] = field(default_factory=dict)
    """Who was asked for material, and has not handed any over since, by which asking."""
    asks: int = 0
    treated_at: frozenset[str] = frozenset()
    """Hospitals of the hub that treated the child."""
    heard_here: bool = False
    """Somebody filed it as an organisation of the hub, which hears through the hub."""
    by_file: frozenset[str] = frozenset()
    """Who is conflicted by anything else about the child that it names."""
    for_another: bool = False
    """Its reporter writes down what another unit reports (a hotel, a school bus)."""

    @property
    def in_work(self) -> bool:
        """The police have accepted all that was reported (接报), also what was added since."""
        reported = (ReportState.NONE, ReportState.REPORTED)
        return self.state not in reported and self.accepted >= self.filings

    @property
    def own_unit(self) -> str | None:
        """The organisation whose staff is the reporter's own; None where the hub knows none."""
        return None if self.for_another else self.reporter_unit

    @property
    def conflicted(self) -> frozenset[str]:
        """Organisations that are told nothing of the report (利害关系单位)."""
        return self.suspicion.conflicted | self.by_file


def for_another_unit(channel: ReportChannel | None, unit_named: Text) -> bool:
    """Whether a report is another unit's than that of the organisation in whose name it is filed:
    it came by a link, or names the unit in words."""
    return channel is ReportChannel.LINK or unit_named is not None


def _hears_here(event: MandatoryReportFiled) -> bool:
    """What was called in, said in person or sent by a link, or is another unit's, was only written
    down here; and what the police say more of they tell nobody but themselves."""
    other = for_another_unit(event.channel, event.unit_named)
    police = seat_of(event.reporter_unit) in POLICE_SEATS
    return event.channel in (None, ReportChannel.HUB) and not other and not police


def filed(state: MandatoryReport, event: MandatoryReportFiled) -> MandatoryReport:
    suspicion = state.suspicion.also(event.guardian_suspected, event.conflicted_organisations)
    state = replace(
        state,
        suspicion=suspicion,
        filings=state.filings + 1,
        accepted_by=frozenset(),
        told_end=False,
        town=event.town or state.town,
        hurt=state.hurt or event.medical_by is not None,
        filed_by=state.filed_by | {event.reporter_unit},
        for_another=state.for_another or for_another_unit(event.channel, event.unit_named),
        heard_here=state.heard_here or _hears_here(event),
    )
    if state.state is ReportState.NONE:
        return replace(state, state=ReportState.REPORTED, reporter_unit=event.reporter_unit)
    if state.decided is not None or state.state in (ReportState.FED_BACK, ReportState.CLOSED):
        # What is reported after that has to be decided, and its reporter to hear, as before.
        return replace(state, state=ReportState.REPORTED)
    return state


def _suspicion(
    state: MandatoryReport, event: SuspicionStated | SuspicionCleared
) -> MandatoryReport:
    now = Suspicion(event.guardian_is_suspect, frozenset(event.conflicted_organisations))
    return replace(state, suspicion=now)


def _by_file(
    state: MandatoryReport, event: ReportedChildNamed | ConflictsFollowed
) -> MandatoryReport:
    return replace(state, by_file=frozenset(event.conflicted_by_file))


def _child_named(state: MandatoryReport, event: ReportedChildNamed) -> MandatoryReport:
    state = _by_file(state, event)
    if state.child_ref not in (None, event.named):
        # What was asked for was another child's: whoever was asked is asked for this one's.
        treated = state.treated_at | set(state.asked.values())
        state = replace(state, asked={}, treated_at=treated)
    return replace(state, child_ref=event.named)


def _accepted(state: MandatoryReport, event: MandatoryReportAccepted) -> MandatoryReport:
    """What is filed once more while it is in work is accepted as well, and undecides nothing."""
    by = state.accepted_by | ({event.accepted_by} if event.accepted_by else set())
    state = replace(state, accepted=state.filings, accepted_by=by, held_by=event.accepted_by or "")
    if state.state is ReportState.REPORTED:
        return replace(state, state=ReportState.ACCEPTED)
    return state


def _decided(state: MandatoryReport, event: MandatoryReportDecided) -> MandatoryReport:
    return replace(
        state,
        state=ReportState(event.decision.value),
        decided=event.decision,
        decided_of=state.filings,
        decided_by=event.decided_by or state.decided_by,
        not_filed=max(event.not_filed or 0, state.not_filed),
        filing_ordered=False,
        told_end=False,
    )


def _fed_back(state: MandatoryReport, event: ReporterFedBack) -> MandatoryReport:
    return replace(
        state, state=ReportState.FED_BACK, told_end=state.told_end or event.final is True
    )


def _ordered(state: MandatoryReport, event: FilingOrdered) -> MandatoryReport:
    """As if it were filed once more: to be accepted and decided, whatever was closed."""
    return replace(
        state,
        state=ReportState.REPORTED,
        filings=event.filing,
        accepted_by=frozenset(),
        filing_ordered=True,
        told_end=False,
    )


def _handed_over(state: MandatoryReport, event: EvidenceHandedOver) -> MandatoryReport:
    answered = event.answers or ()
    asked = {ask: by for ask, by in state.asked.items() if ask not in answered}
    return replace(state, handed_over=(*state.handed_over, event.handed_by), asked=asked)


def _asked(state: MandatoryReport, event: EvidenceAsked) -> MandatoryReport:
    return replace(state, asked={**state.asked, event.ask: event.asked_of}, asks=event.ask)


def _cared_for(state: MandatoryReport, event: MedicalCareStated) -> MandatoryReport:
    treated = state.treated_at | ({event.treated_at} if event.treated_at else set())
    return replace(state, hurt=False, treated_at=treated)


def _received(state: MandatoryReport, event: EvidenceReceived) -> MandatoryReport:
    return replace(state, received=state.received | {event.hand_over})


EVOLVE: Mapping[type[Event], Callable[[MandatoryReport, Any], MandatoryReport]] = {
    MandatoryReportFiled: filed,
    MandatoryReportAccepted: _accepted,
    MandatoryReportDecided: _decided,
    ReportedChildNamed: _child_named,
    ConflictsFollowed: _by_file,
    SuspicionStated: _suspicion,
    SuspicionCleared: _suspicion,
    ReporterFedBack: _fed_back,
    FilingOrdered: _ordered,
    MedicalCareStated: _cared_for,
    EvidenceAsked: _asked,
    EvidenceHandedOver: _handed_over,
    EvidenceReceived: _received,
    MandatoryReportClosed: lambda state, event: replace(state, state=ReportState.CLOSED),
    HouseholdChecked: lambda state, event: state,
}
