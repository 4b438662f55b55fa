"""The mandatory report (强制报告): never gated, followed until its reporter hears back.

Who works with children and finds, or suspects, one of nine situations reports at once (未保法
11(2); 强报意见 Arts 3–4). 110 comes first; this is the record of it and never a condition for
it: a report waits for no search, match, consent, approval or ID number, and whatever is wrong
with it is the receiving officer's task, not the reporter's.

It may start with the child unknown. Its stream's own id orders it and seals it, always, so that
nothing else ever holds it back; the child that is found later is named by an event.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from domain.child_file import ChildFile
from domain.code_sets import CodeSet
from domain.kernel import (
    Category,
    Command,
    Event,
    Given,
    Refused,
    Sensitive,
    Stream,
    Text,
    derived_id,
)
from domain.organisations import HUB, POLICE_SEATS, Seat, seat_of
from domain.referral_checks import receiver_accepted
from domain.rules import SuspectRules
from domain.standing import Standing, Stands
from domain.suspicion import (
    SUSPECT_RELATION,
    ConflictsFollowed,
    FollowConflicts,
    Suspicion,
    SuspicionCleared,
    SuspicionStated,
)

Harm = Annotated[Text, Sensitive(Category.HARM)]
Reporter = Annotated[Text, Sensitive(Category.REPORTER)]

HANDLE_REPORT = "handle_report"
"""The kind of referral by which a report is taken in hand (policies/referrals.toml)."""


def report_task(report_id: UUID, filing: int) -> UUID:
    """The referral by which the n-th filing of a report is taken in hand."""
    return derived_id("report task", report_id, filing)


class ReportState(StrEnum):
    """States of domain reference §2, as far as they are carried."""

    NONE = "NONE"
    REPORTED = "REPORTED"
    ACCEPTED = "ACCEPTED"
    CRIMINAL_FILED = "CRIMINAL_FILED"
    ADMIN_CASE = "ADMIN_CASE"
    TRANSFERRED = "TRANSFERRED"
    NOT_FILED = "NOT_FILED"
    FED_BACK = "FED_BACK"
    CLOSED = "CLOSED"


STATE_WORDS = {
    ReportState.REPORTED: "已报告",
    ReportState.ACCEPTED: "已接报",
    ReportState.CRIMINAL_FILED: "刑事立案",
    ReportState.ADMIN_CASE: "行政受案",
    ReportState.TRANSFERRED: "已移送",
    ReportState.NOT_FILED: "不立案",
    ReportState.FED_BACK: "已反馈",
    ReportState.CLOSED: "结案",
}
"""States as officials read them; 接报, 受案 and 立案 are acts of the police."""


REPORT_SITUATION = CodeSet(
    "REPORT_SITUATION",
    "报告情形",
    {
        "MR1": "生殖器官或隐私部位非正常损伤",
        "MR2": "不满十四周岁女性遭受或疑似遭受性侵害、怀孕、流产",
        "MR3": "十四周岁以上女性遭受或疑似遭受性侵害所致怀孕、流产",
        "MR4": "多处损伤、严重营养不良、意识不清，疑似家暴、欺凌、虐待、殴打或被人麻醉",
        "MR5": "自杀、自残、工伤、中毒、被人麻醉、殴打等非正常原因致伤残、死亡",
        "MR6": "被遗弃或长期无人照料",
        "MR7": "来源不明、失踪或被拐卖、收买",
        "MR8": "被组织乞讨",
        "MR9": "其他严重侵害身心健康或正面临不法侵害危险",
    },
)
"""The nine situations (强报意见 Art 4; domain reference §2), abridged for a form."""


class PoliceDecision(StrEnum):
    """What the police decided (受案/立案): 刑事立案, 行政受案, 移送, 不立案."""

    CRIMINAL_FILED = "CRIMINAL_FILED"
    ADMIN_CASE = "ADMIN_CASE"
    TRANSFERRED = "TRANSFERRED"
    NOT_FILED = "NOT_FILED"


class FileMandatoryReport(Command):
    """File a report, with as little as is known. ``defects`` are codes of what could not be
    read; ``unread`` holds those cells as they were written. ``known_child`` is the child's file,
    where the reporter took the child from a list of its own. ``suspect_relation`` is a code of
    SUSPECT_RELATION, ``suspect_unit`` where the suspect works, as written, and
    ``conflicted_organisations`` those of them that the hub knows."""

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
    """刑事立案, 行政受案, 移送 or 不立案, with the reason. A transfer (移送) goes outside of the
    hub: it names the ``receiver``, and the number of the letter by which that one has accepted it.
    Within the hub the task is offered (domain/referral_moves.py)."""

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
    """反馈: the reporting unit is told what became of its report (强报意见 Art 10)."""

    told: str | None = None


class CloseMandatoryReport(OnReport):
    """结案, after the reporter has heard; by the police, once they have decided on whatever was
    reported since."""

    reason: str | None = None


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
    police_receipt: Harm


class MandatoryReportDecided(Event):
    TOPIC: ClassVar[str] = "report.decided.v1"
    CATEGORY: ClassVar[Category] = Category.HARM
    TITLE: ClassVar[str] = "公安处理决定"
    reporter_unit: str
    filings: int | None = None
    """How many filings it is about."""
    decision: PoliceDecision
    reason: Harm
    receiver: Harm = None
    letter: Harm = None


class ReportedChildNamed(Event):
    """``instead_of`` was named before, by mistake; ``conflicted_by_file`` are the organisations
    that are conflicted by anything else about the child. The rest is what the report says by then.
    """

    TOPIC: ClassVar[str] = "report.child_named.v1"
    CATEGORY: ClassVar[Category] = Category.HARM
    TITLE: ClassVar[str] = "查明所报儿童"
    named: UUID
    instead_of: UUID | None = None
    guardian_is_suspect: bool = False
    conflicted_organisations: tuple[str, ...] = ()
    conflicted_by_file: tuple[str, ...] = ()


class ReporterFedBack(Event):
    TOPIC: ClassVar[str] = "report.fed_back.v1"
    CATEGORY: ClassVar[Category] = Category.HARM
    TITLE: ClassVar[str] = "向报告单位反馈"
    reporter_unit: str
    told_to: str
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
    decided_of: int = 0
    """How many of the filings there were when the police decided last."""
    by_file: frozenset[str] = frozenset()
    """Who is conflicted by anything else about the child that it names."""

    @property
    def conflicted(self) -> frozenset[str]:
        """Organisations that are told nothing of the report (利害关系单位)."""
        return self.suspicion.conflicted | self.by_file


def _file(state: MandatoryReport, command: FileMandatoryReport, given: Given) -> list[Event]:
    """Whatever is sent is taken. A report sent again is filed again under its own number: what
    was added since is worth more than a list without repeats."""
    suspects: SuspectRules = given.rules.suspects
    reporter = given.actor.organisation
    stated = {"report_id", "known_child", "guardian_suspected", "conflicted_organisations"}
    filed = MandatoryReportFiled(
        **command.model_dump(exclude=stated),
        reporter_unit=reporter,
        filing=state.filings + 1,
        feedback_by=given.rules.due(given.rules.clocks["feedback"].within, given.now),
        guardian_suspected=command.guardian_suspected
        or command.suspect_relation in suspects.guardian_relations,
        conflicted_organisations=suspects.conflicted(
            command.suspect_relation, command.conflicted_organisations, reporter
        ),
    )
    named = command.known_child
    if named is None or not _answers_for(given):
        named = state.child_ref
    after = _filed(state, filed)
    if named is None or (named == state.child_ref and after.suspicion == state.suspicion):
        return [filed]
    by_file = state.by_file
    if given.child is not None and named == (command.known_child or state.child_ref):
        by_file = _by_others(command.report_id, given.child)
    return [filed, _named(after, named, by_file)]


def _by_others(report_id: UUID, file: ChildFile) -> frozenset[str]:
    """Who is conflicted by anything about the child but this report."""
    others = (each for source, each in file.suspicions.items() if source != report_id)
    return frozenset[str]().union(*(each.conflicted for each in others))


def _named(state: MandatoryReport, child_ref: UUID, by_file: frozenset[str]) -> ReportedChildNamed:
    return ReportedChildNamed(
        named=child_ref,
        instead_of=state.child_ref if state.child_ref != child_ref else None,
        guardian_is_suspect=state.suspicion.guardian,
        conflicted_organisations=tuple(sorted(state.suspicion.conflicted)),
        conflicted_by_file=tuple(sorted(by_file)),
    )


def _answers_for(given: Given) -> bool:
    """Whether the reporter is responsible for the child it names: what anybody else gives as a
    child's file would tie a report to a child on nobody's word."""
    return given.child is not None and given.actor.organisation in given.child.responsible


def _police_only(state: MandatoryReport, given: Given) -> None:
    """接报 and the decision (强报意见 Art 8): nobody's in their place."""
    _of_seats(state, given, POLICE_SEATS)


def _in_hand(state: MandatoryReport, given: Given) -> None:
    """Whoever may be referred a report: besides the police who takes their place. The child must be
    found and the reporter hear, whoever has it."""
    _of_seats(state, given, given.rules.referral_kind(HANDLE_REPORT).seats)


def _of_seats(state: MandatoryReport, given: Given, seats: Container[Seat]) -> None:
    """Refuse every other seat, and whoever is conflicted: both read alike."""
    actor = given.actor.organisation
    conflicted = actor in state.conflicted
    if state.state is ReportState.NONE or seat_of(actor) not in seats or conflicted:
        raise Refused("REPORT_NOT_YOURS", "没有可由本单位办理的报告，请核对编号；有危险请拨打110。")


def _accept(state: MandatoryReport, command: AcceptMandatoryReport, given: Given) -> list[Event]:
    _police_only(state, given)
    if state.state is not ReportState.REPORTED and state.accepted >= state.filings:
        return []
    return [
        MandatoryReportAccepted(
            reporter_unit=state.reporter_unit,
            filings=state.filings,
            police_receipt=command.police_receipt,
        )
    ]


def _decide(state: MandatoryReport, command: DecideMandatoryReport, given: Given) -> list[Event]:
    _police_only(state, given)
    if state.state is ReportState.CLOSED:
        raise Refused("REPORT_CLOSED", "该报告已经结案，不能再登记处理决定。")
    if command.decision is PoliceDecision.TRANSFERRED:
        receiver_accepted(command.receiver, command.letter)
    return [
        MandatoryReportDecided(
            reporter_unit=state.reporter_unit,
            filings=state.filings,
            **command.model_dump(exclude={"report_id"}),
        )
    ]


def _name_child(state: MandatoryReport, command: NameReportedChild, given: Given) -> list[Event]:
    _in_hand(state, given)
    if state.child_ref == command.child_ref:
        return []
    by_file: frozenset[str] = frozenset()
    if given.child is not None:
        by_file = _by_others(command.report_id, given.child)
    return [_named(state, command.child_ref, by_file)]


def _follow_conflicts(
    state: MandatoryReport, command: FollowConflicts, given: Given
) -> list[Event]:
    if given.actor.organisation != HUB:
        raise Refused("REPORT_NOT_YOURS", "没有可由本单位办理的报告，请核对编号；有危险请拨打110。")
    if state.child_ref != command.child_ref or given.child is None:
        return []
    now = _by_others(command.report_id, given.child)
    if now == state.by_file:
        return []
    return [ConflictsFollowed(conflicted_by_file=tuple(sorted(now)))]


def _state_suspicion(state: MandatoryReport, command: StateSuspicion, given: Given) -> list[Event]:
    _in_hand(state, given)
    suspects: SuspectRules = given.rules.suspects
    now = state.suspicion.also(
        command.relation in suspects.guardian_relations,
        suspects.conflicted(
            command.relation, command.conflicted_organisations, state.reporter_unit
        ),
    )
    return [
        SuspicionStated(
            reporter_unit=state.reporter_unit,
            named=state.child_ref,
            guardian_is_suspect=now.guardian,
            conflicted_organisations=tuple(sorted(now.conflicted)),
            relation=command.relation,
            account=command.account,
        )
    ]


def _clear_suspicion(state: MandatoryReport, command: ClearSuspicion, given: Given) -> list[Event]:
    _in_hand(state, given)
    suspects: SuspectRules = given.rules.suspects
    guardian = command.relation in suspects.guardian_relations
    organisations = set(command.organisations)
    if not organisations and command.relation in suspects.own_unit_relations:
        organisations.add(state.reporter_unit)
    if not guardian and not organisations:
        raise Refused(
            "SUSPICION_UNIT_MISSING",
            "按所填关系排除的，请填写利害关系单位的全称；"
            "排除监护人涉嫌的，请在“与孩子的关系”中填写父母或其他监护人。",
        )
    now = state.suspicion.without(guardian, organisations)
    if now == state.suspicion:
        raise Refused("SUSPICION_NOT_STATED", "该报告没有登记过这一情况，无需排除；请核对编号。")
    return [
        SuspicionCleared(
            reporter_unit=state.reporter_unit,
            named=state.child_ref,
            guardian_is_suspect=now.guardian,
            conflicted_organisations=tuple(sorted(now.conflicted)),
            reason=command.reason,
        )
    ]


def _feed_back(state: MandatoryReport, command: FeedBackToReporter, given: Given) -> list[Event]:
    _in_hand(state, given)
    if state.state is ReportState.CLOSED:
        raise Refused("REPORT_CLOSED", "该报告已经结案，不能再登记反馈。")
    return [
        ReporterFedBack(
            reporter_unit=state.reporter_unit, told_to=state.reporter_unit, told=command.told
        )
    ]


def _close(state: MandatoryReport, command: CloseMandatoryReport, given: Given) -> list[Event]:
    _in_hand(state, given)
    if state.state is not ReportState.FED_BACK:
        raise Refused("REPORT_NOT_FED_BACK", "尚未向报告单位反馈，不能结案；请先登记反馈。")
    undecided = state.decided is not None and state.decided_of < state.filings
    if undecided and seat_of(given.actor.organisation) in POLICE_SEATS:
        raise Refused(
            "REPORT_FILED_SINCE",
            "作出处理决定后又收到补充报告，不能按原决定结案；请阅看补充报告并登记处理决定。",
        )
    return [
        MandatoryReportClosed(
            reporter_unit=state.reporter_unit,
            filings=state.filings,
            # Of who cannot decide (the procuratorate) nobody's decision answers what came since.
            decision=None if undecided else state.decided,
            reason=command.reason,
        )
    ]


def _filed(state: MandatoryReport, event: MandatoryReportFiled) -> MandatoryReport:
    suspicion = state.suspicion.also(event.guardian_suspected, event.conflicted_organisations)
    state = replace(state, suspicion=suspicion, filings=state.filings + 1)
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
    return replace(_by_file(state, event), child_ref=event.named)


def _accepted(state: MandatoryReport, event: MandatoryReportAccepted) -> MandatoryReport:
    """What is filed once more while it is in work is accepted as well, and undecides nothing."""
    state = replace(state, accepted=state.filings)
    if state.state is ReportState.REPORTED:
        return replace(state, state=ReportState.ACCEPTED)
    return state


def _decided(state: MandatoryReport, event: MandatoryReportDecided) -> MandatoryReport:
    return replace(
        state,
        state=ReportState(event.decision.value),
        decided=event.decision,
        decided_of=state.filings,
    )


MANDATORY_REPORT: Stream[MandatoryReport] = Stream(
    name="report",
    initial=MandatoryReport(),
    decide={
        FileMandatoryReport: _file,
        AcceptMandatoryReport: _accept,
        DecideMandatoryReport: _decide,
        NameReportedChild: _name_child,
        FollowConflicts: _follow_conflicts,
        StateSuspicion: _state_suspicion,
        ClearSuspicion: _clear_suspicion,
        FeedBackToReporter: _feed_back,
        CloseMandatoryReport: _close,
    },
    evolve={
        MandatoryReportFiled: _filed,
        MandatoryReportAccepted: _accepted,
        MandatoryReportDecided: _decided,
        ReportedChildNamed: _child_named,
        ConflictsFollowed: _by_file,
        SuspicionStated: _suspicion,
        SuspicionCleared: _suspicion,
        ReporterFedBack: lambda state, event: replace(state, state=ReportState.FED_BACK),
        MandatoryReportClosed: lambda state, event: replace(state, state=ReportState.CLOSED),
    },
    locate=lambda command, load: command.report_id,
    codes={
        "situations": REPORT_SITUATION,
        "suspect_relation": SUSPECT_RELATION,
        "relation": SUSPECT_RELATION,
    },
    ordering_key=lambda command, stream_id: stream_id,
    by_itself=True,
    stands=lambda state, rules: (
        [] if state.state is ReportState.CLOSED else [Standing(Stands.REPORT_IN_WORK)]
    ),
)
