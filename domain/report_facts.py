"""What happened to a mandatory report (强制报告)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from domain.kernel import Category, Event, Sensitive, Text
from domain.report_codes import PoliceDecision, ReportChannel

Harm = Annotated[Text, Sensitive(Category.HARM)]
Reporter = Annotated[Text, Sensitive(Category.REPORTER)]


class MandatoryReportFiled(Event):
    TOPIC: ClassVar[str] = "report.filed.v1"
    CATEGORY: ClassVar[Category] = Category.HARM
    TITLE: ClassVar[str] = "强制报告"
    reporter_unit: str
    discovered_at: datetime | None
    immediate_danger: bool
    hurt: bool
    guardian_suspected: bool
    town: str | None
    feedback_by: datetime
    medical_by: datetime | None = None
    """By when a child that is hurt is to be cared for; None where it is not."""
    defects: tuple[str, ...]
    situations: Harm
    seen: Harm
    child_described: Harm
    place: Harm
    suspect: Harm
    police_receipt: Harm
    unread: Harm
    reporter_name: Reporter
    call_back: Reporter
    conflicted_organisations: tuple[str, ...] = ()
    suspect_relation: Harm = None
    suspect_unit: Harm = None
    channel: ReportChannel | None = None
    """None where nobody said it."""
    unit_named: Reporter = None
    filing: int | None = None
    """How often it was filed by now; None in what was recorded before its tasks were found by it.
    """


class MandatoryReportAccepted(Event):
    TOPIC: ClassVar[str] = "report.accepted.v1"
    CATEGORY: ClassVar[Category] = Category.HARM
    TITLE: ClassVar[str] = "接报"
    reporter_unit: str
    filings: int | None = None
    """How many filings it is an acceptance of."""
    accepted_by: str | None = None
    """The organisation; None in what was recorded before several could."""
    police_receipt: Harm


class MandatoryReportDecided(Event):
    TOPIC: ClassVar[str] = "report.decided.v1"
    CATEGORY: ClassVar[Category] = Category.HARM
    TITLE: ClassVar[str] = "公安处理决定"
    reporter_unit: str
    filings: int | None = None
    """How many filings it is about."""
    decision: PoliceDecision
    decided_by: str | None = None
    """The organisation; None in what was recorded before its clocks were."""
    final_by: datetime | None = None
    """By when the reporter hears how it ended."""
    close_by: datetime | None = None
    not_filed: int | None = None
    """How often it was decided by now not to file it."""
    reason: Harm
    receiver: Harm = None
    letter: Harm = None


class ReportedChildNamed(Event):
    """``instead_of`` was named before, by mistake; ``asks_ended`` are the askings for material of
    that one, which nobody has answered; ``conflicted_by_file`` are the organisations that are
    conflicted by anything else about the child. The rest is what the report says by then.
    """

    TOPIC: ClassVar[str] = "report.child_named.v1"
    CATEGORY: ClassVar[Category] = Category.HARM
    TITLE: ClassVar[str] = "查明所报儿童"
    named: UUID
    instead_of: UUID | None = None
    guardian_is_suspect: bool = False
    conflicted_organisations: tuple[str, ...] = ()
    conflicted_by_file: tuple[str, ...] = ()
    asks_ended: tuple[int, ...] | None = None


class ReporterFedBack(Event):
    TOPIC: ClassVar[str] = "report.fed_back.v1"
    CATEGORY: ClassVar[Category] = Category.HARM
    TITLE: ClassVar[str] = "向报告单位反馈"
    reporter_unit: str
    told_to: str
    final: bool | None = None
    """At the end (办结反馈)."""
    told: Harm


class MandatoryReportClosed(Event):
    TOPIC: ClassVar[str] = "report.closed.v1"
    CATEGORY: ClassVar[Category] = Category.HARM
    TITLE: ClassVar[str] = "强制报告结案"
    reporter_unit: str
    filings: int | None = None
    """How many filings it answers: with the last decision, where there is one."""
    decision: PoliceDecision | None = None
    reason: Harm
    unreachable: Harm = None
    """Why nobody could be told how it ended."""


class FilingOrdered(Event):
    """A decision not to file does not stand: ``filing`` counts as one more, to be accepted and
    decided by who decided before (``ordered_of``)."""

    TOPIC: ClassVar[str] = "report.filing_ordered.v1"
    CATEGORY: ClassVar[Category] = Category.HARM
    TITLE: ClassVar[str] = "通知立案"
    reporter_unit: str
    filing: int
    not_filed: int
    ordered_of: str
    town: str | None
    reason: Harm
    document: Harm


class MedicalCareStated(Event):
    TOPIC: ClassVar[str] = "report.medical_care_stated.v1"
    CATEGORY: ClassVar[Category] = Category.HARM
    TITLE: ClassVar[str] = "登记就医情况"
    reporter_unit: str
    care: Harm
    hospital: Harm
    account: Harm
    treated_at: str | None = None
    """The organisation that the hospital is, where the hub knows it and the child was there."""


class HouseholdChecked(Event):
    """Another child of the household was looked at: which one is not told here."""

    TOPIC: ClassVar[str] = "report.household_checked.v1"
    CATEGORY: ClassVar[Category] = Category.HARM
    TITLE: ClassVar[str] = "同住儿童查看结果"
    kind: str
    outcome: str
    checked_by: str


class EvidenceAsked(Event):
    """The ``ask``-th of the report, of who treated the child that is ``named``."""

    TOPIC: ClassVar[str] = "report.evidence_asked.v1"
    CATEGORY: ClassVar[Category] = Category.HARM
    TITLE: ClassVar[str] = "请求移交材料"
    named: UUID
    asked_of: str
    asked_by: str
    ask: int
    town: str | None


class EvidenceHandedOver(Event):
    """The ``hand_over``-th of the report. ``held_by``: who of the police had accepted it by then;
    None where nobody had."""

    TOPIC: ClassVar[str] = "report.evidence_handed_over.v1"
    CATEGORY: ClassVar[Category] = Category.HARM
    TITLE: ClassVar[str] = "移交材料"
    handed_by: str
    hand_over: int
    held_by: str | None
    town: str | None
    receive_by: datetime
    listed: Harm
    answers: tuple[int, ...] | None = None
    """Which askings it answers."""


class EvidenceReceived(Event):
    """``outstanding``: how many more of them are not received yet."""

    TOPIC: ClassVar[str] = "report.evidence_received.v1"
    CATEGORY: ClassVar[Category] = Category.HARM
    TITLE: ClassVar[str] = "签收材料"
    told_to: str
    hand_over: int
    outstanding: int
    number: Harm
    note: Harm
