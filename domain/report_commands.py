"""What is asked for on a mandatory report (强制报告), and by whom."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.kernel import Category, Command
from domain.report_codes import PoliceDecision, ReportChannel
from domain.rules import EVIDENCE_RECEIPT


class FileMandatoryReport(Command):
    """File a report, with as little as is known. ``defects`` are codes of what could not be
    read; ``unread`` holds those cells as they were written. ``known_child`` is the child's file,
    where the reporter took the child from a list of its own. ``suspect_relation`` is a code of
    SUSPECT_RELATION, ``suspect_unit`` where the suspect works, as written, and
    ``conflicted_organisations`` those of them that the hub knows. ``channel`` is how it
    came; ``unit_named`` the duty-bearer's unit in words, where it is none of the hub's
    organisations (a hotel, a school bus) and another one writes its report down."""

    READS_CHILD: ClassVar[bool] = True
    report_id: UUID
    known_child: UUID | None = None
    situations: str | None = None
    seen: str | None = None
    child_described: str | None = None
    place: str | None = None
    suspect: str | None = None
    suspect_relation: str | None = None
    suspect_unit: str | None = None
    conflicted_organisations: tuple[str, ...] = ()
    reporter_name: str | None = None
    call_back: str | None = None
    police_receipt: str | None = None
    unread: str | None = None
    discovered_at: datetime | None = None
    immediate_danger: bool = False
    hurt: bool = False
    guardian_suspected: bool = False
    town: str | None = None
    channel: ReportChannel | None = None
    unit_named: str | None = None
    defects: tuple[str, ...] = ()

    @property
    def subject(self) -> UUID | None:
        return self.known_child


class OnReport(Command):
    """What whoever has the report in hand does with it."""

    STATES: ClassVar[Category | None] = Category.HARM
    IN_TASK: ClassVar[bool] = True
    report_id: UUID

    @property
    def subject(self) -> UUID:
        return self.report_id


class AcceptMandatoryReport(OnReport):
    """接报: the police take the report in hand, with their own receipt number."""

    police_receipt: str | None = None


class DecideMandatoryReport(OnReport):
    """刑事立案, 行政受案, 移送 or 不立案, the last with its reason. A transfer (移送) goes outside
    of the hub: it names the ``receiver``, and the number of the letter by which that one has
    accepted it. Within the hub the task is offered (domain/referral_moves.py)."""

    decision: PoliceDecision
    reason: str | None = None
    receiver: str | None = None
    letter: str | None = None


class NameReportedChild(OnReport):
    """The child is found: the report is adopted by its file."""

    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID

    @property
    def reads(self) -> UUID:
        return self.child_ref


class StateSuspicion(OnReport):
    """Who the suspect was found to be to the child: adds to what the report says. ``relation`` is
    a code of SUSPECT_RELATION."""

    relation: str | None = None
    conflicted_organisations: tuple[str, ...] = ()
    account: str | None = None


class ClearSuspicion(OnReport):
    """It was found not to be so: of what follows from the relation, or of these organisations, or
    both. ``relation`` is a code of SUSPECT_RELATION; a guardian's clears the guardian, that of the
    reporting unit's staff the reporting unit where no organisation is named, and no other one
    clears anything but what is named."""

    relation: str | None = None
    organisations: tuple[str, ...] = ()
    reason: str


class FeedBackToReporter(OnReport):
    """反馈: the reporting unit is told what became of its report (强报意见 Art 10). ``final``: at
    the end, how the matter was decided (办结反馈; 未保法 11(3))."""

    told: str | None = None
    final: bool = False


class CloseMandatoryReport(OnReport):
    """结案, after the reporter has heard how it ended, or with the reason why nobody can be reached
    (``unreachable``), which holds of nobody who reported as an organisation of the hub; by the
    police, once they have decided on whatever was reported since."""

    reason: str | None = None
    unreachable: str | None = None


class OrderFiling(OnReport):
    """通知立案: the procuratorate finds that a decision not to file does not stand (刑事诉讼法 113;
    强报意见 Art 11). It supervises every report, and has none in hand for it."""

    IN_TASK: ClassVar[bool] = False
    reason: str | None = None
    document: str | None = None


class NoteHouseholdCheck(Command):
    """Asked by the hub: another child of the household was looked at, by whom and with what outcome
    (a code of the kind by which it was asked for)."""

    report_id: UUID
    kind: str
    outcome: str
    checked_by: str

    @property
    def subject(self) -> UUID:
        return self.report_id


class StateMedicalCare(OnReport):
    """登记就医情况: whoever has the report of a hurt child in hand says that it is cared for
    (沪未保 76(2)). ``care`` is a code of MEDICAL_CARE, ``hospital`` where, as written, and
    ``treated_at`` the organisation that this is, where the hub knows it: it is asked by itself for
    what it keeps."""

    NAMES: ClassVar[str] = "treated_at"
    care: str
    hospital: str | None = None
    treated_at: str | None = None
    account: str | None = None


class AskForEvidence(OnReport):
    """请求移交材料: whoever has the report in hand asks a hospital that treated the child, and did
    not report it, for what it keeps (病历、检查材料; 强报意见 Arts 6–7)."""

    NAMES: ClassVar[str] = "hospital"
    hospital: str


class AskWhoTreated(Command):
    """Ask every hospital of which it was stated that it treated the child, and which neither
    reported it nor was asked, for what it keeps; by the hub."""

    report_id: UUID

    @property
    def subject(self) -> UUID:
        return self.report_id


class HandOverEvidence(Command):
    """移交材料: a unit that reported, or was asked, hands over what it keeps (病历、检查材料;
    强报意见 Arts 6–7). ``listed`` says what."""

    report_id: UUID
    listed: str | None = None

    @property
    def subject(self) -> UUID:
        return self.report_id


class ReceiveEvidence(OnReport):
    """签收材料, by whoever has the report in hand, with the number under which it is kept; also
    once it is closed, by whose clock of it runs. ``hand_over``: the how manieth of the report."""

    MEETS: ClassVar[str] = EVIDENCE_RECEIPT
    hand_over: int
    number: str | None = None
    note: str | None = None
