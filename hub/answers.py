"""What the one door for reads gives: as much as the reader's organisation may see, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import JsonValue

from domain.verification import Finding


@dataclass(frozen=True, slots=True)
class SafetyLine:
    """A safety instruction (安全提示) as whoever is told reads it: the line, whom to call, its last
    day, and whether the reader's own organisation issued it. Neither who else did nor why has a
    place."""

    text: str
    call: str
    until: str
    ours: bool


@dataclass(frozen=True, slots=True)
class SafeContact:
    """Whom to call about a child instead of its guardian (安全联系人), until a day."""

    name: str
    telephone: str
    relation: str
    until: str


@dataclass(frozen=True, slots=True)
class Child:
    """A child as one organisation may see it. ``fields`` holds opened values by field name;
    what the organisation may not see is not there at all."""

    child_ref: str
    birth_month: str | None
    town: str | None
    village: str | None
    school: str | None
    tier: str | None
    follow_up_until: str | None
    """Until when the child is on the follow-up list (重点关注对象)."""
    fields: Mapping[str, JsonValue]
    safety: tuple[SafetyLine, ...] = ()
    """What to heed first."""
    safe_contact: SafeContact | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A child that may be the one meant, and what agrees, as (code, words)."""

    child: Child
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two files that may be one child's, and what agrees, as (code, words)."""

    id: str
    state: str
    ground: str | None
    suspected_at: str
    changed_at: str
    child: Child
    other: Child
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Relative:
    """A child of another child's family, and how they are linked."""

    link: str
    state: str
    ground: str | None
    changed_at: str
    child: Child
    note: JsonValue
    """What was noted of the child asked about."""
    other_note: JsonValue
    """What was noted of :attr:`child`."""


@dataclass(frozen=True, slots=True)
class FamilyCandidate:
    """Two children who may be of one family, and what they have in common, as (code, words)."""

    child: Child
    other: Child
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a timeline: what happened, who stated it, on which basis, what may be read."""

    position: int
    title: str
    topic: str
    category: str
    by: str
    producer: str
    producer_name: str
    legal_basis: str
    occurred_at: str
    recorded_at: str
    stream: str
    clear: Mapping[str, Any]
    fields: Mapping[str, JsonValue]
    words: Mapping[str, str]
    """What coded facts and fields read in Chinese, by name."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One event of a case and what it came of. ``cause`` is the position of the event that caused
    it, where the reader sees that one; ``reactions`` the rules by which it followed (more than one
    where they cannot be told apart), or that a clock had run out. ``clock`` and ``task`` (kinds):
    what it is about; ``due_at``: by when; ``told``, ``post``: who was told, as far as the reader
    may know."""

    position: int
    recorded_at: str
    topic: str
    title: str
    stream: str
    producer: str
    producer_name: str
    rule_version: str
    cause: int | None
    reactions: tuple[str, ...]
    clock: str | None = None
    task: str | None = None
    due_at: str | None = None
    told: str | None = None
    post: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """An attachment: its identifier, its type by content, its bytes; or why there are none."""

    id: str
    media_type: str
    content: bytes
    missing: str = ""


@dataclass(frozen=True, slots=True)
class AidApplication:
    """One application for aid (保障申请): where it stands, under which matter, of which child."""

    id: str
    state: str
    matter: str
    applied_at: str
    changed_at: str
    child_ref: str
    child: Child | None


@dataclass(frozen=True, slots=True)
class PaymentTotal:
    """What was paid of a scheme in a month, in all or in one ``town``; None: left out."""

    month: str
    payer: str
    payer_name: str
    scheme: str
    town: str | None
    persons: int | None
    yuan: int | None


@dataclass(frozen=True, slots=True)
class PaymentDifference:
    """Where what was paid of a scheme in a town is not what is due by the decisions."""

    month: str
    scheme: str
    town: str
    persons_due: int
    yuan_due: int
    persons_paid: int
    yuan_paid: int


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A child of a ledger of dropout control (台账): where it stands, and to which groups that are
    watched first it belongs (None where the reader may not read its categories)."""

    child_ref: str
    state: str | None
    since: str | None
    focus: tuple[str, ...] | None
    child: Child | None


@dataclass(frozen=True, slots=True)
class PairingCoverage:
    """Of the pupils in a school's key care, how many are paired with whom."""

    school: str
    school_name: str
    pupils: int
    paired: Mapping[str, int]
    """By role (结对类别)."""


@dataclass(frozen=True, slots=True)
class VillageProgress:
    """How far whoever verifies children of a town has come in a round."""

    owner: str
    owner_name: str
    verified: int
    waiting: int
    """Children still to be verified by the round's last day, those that are late among them."""
    findings: Mapping[str, int]
    """What it found since the round began, by code (核查结果)."""

    @property
    def newly_found(self) -> int:
        """Children who were not known."""
        return self.findings.get(Finding.NEWLY_FOUND, 0)


@dataclass(frozen=True, slots=True)
class RoundProgress:
    """A round of full verification (全面核查) of a town."""

    town: str
    town_name: str
    opened_on: str
    until: str
    put_off_until: str | None
    """Its last day by now, where it was put off (延期)."""
    report_by: str
    finished_on: str | None
    """When the town reported it done; None where it has not."""
    villages: tuple[VillageProgress, ...]


@dataclass(frozen=True, slots=True)
class DropoutReport:
    """The report of one school for a month, or the review of a quarter: what it counted, and what
    the hub's own records said then; None where it did not come."""

    reporter: str
    reporter_name: str
    period: str
    due_at: str | None
    filed_at: str | None
    counts: Mapping[str, int] | None
    own: Mapping[str, int] | None
    """What the hub's records counted when it was filed: suspected and dropped out, as far as the
    reader's organisation sees them."""
    differs: bool | None


@dataclass(frozen=True, slots=True)
class JointCase:
    """A case under a lead (牵头单位): what is told to a reader that takes part, and its referrals
    as far as the reader sees them. To one that does not, nothing but those."""

    case_id: str
    matter: str | None
    state: str | None
    lead: str | None
    lead_name: str | None
    offered_to: str | None
    """Who was asked to lead (移交牵头) and has not answered; told to the two of them."""
    offered_to_name: str | None
    answer_by: str | None
    transfers: tuple[tuple[str, str], ...]
    """Who led before and who took it over, by name, the first one first."""
    child_ref: str | None
    closable: bool | None
    """Whether everybody that was asked has answered; told to its lead alone."""
    close_by: str | None
    """By when its lead is to close it, where it may."""
    referrals: tuple[Referral, ...]


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral as a list shows it, with the child as far as it may be seen."""

    id: str
    case_id: str | None
    kind: str
    title: str
    state: str
    sender: str
    sender_name: str
    addressee: str
    addressee_name: str
    town: str | None
    requested_at: str | None
    accept_by: str | None
    complete_by: str | None
    outcome: str | None
    offered_to: str | None
    """Who was asked to take it over (移交), and has not answered."""
    offered_to_name: str | None
    offer_by: str | None
    handler: str | None
    """Who has it in hand within the reader's own organisation (A角), by login; and B角."""
    deputy: str | None
    held_until: str | None
    by_hand: bool
    """A person of the sender's opened it."""
    closed_at: str | None
    """When its sender confirmed what came of it."""
    overdue: bool
    child_ref: str
    child: Child | None
    concerns_name: str | None = None
    """Which organisation it is about, where it is about one."""
    medical_by: str | None = None
    """By when the hurt child of the report is to be cared for; None once that is stated."""
    safety: tuple[SafetyLine, ...] = ()


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """How many referrals an organisation has in hand: in all, late, due until the end of the day,
    not yet accepted."""

    all: int
    late: int
    today: int
    new: int


@dataclass(frozen=True, slots=True)
class Silence:
    """Something of which nobody was heard in time: whose silence it is, what it is ``about`` (a
    referral, a visit, a child), since when. ``clock``: of which kind of deadline, if it is one;
    ``task``: of which kind the referral is, if it is about one."""

    id: str
    kind: str
    clock: str | None
    task: str | None
    about: str
    matter: str
    owner: str
    owner_name: str
    since: str
    days: int
    child_ref: str


@dataclass(frozen=True, slots=True)
class SilenceCount:
    """How many silences of a kind are whose: an organisation's, or a kind of organisation's (empty:
    all of them). ``count`` is None where it is left out."""

    kind: str
    whose: str
    whose_name: str
    count: int | None


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works with children (工作人员). ``check``: STANDS, NONE or BARRED, as the reader
    may be told; ``linked``: which of the hub's users it is, is on record."""

    worker: str
    organisation: str
    organisation_name: str
    name: JsonValue
    role: str
    basis: str
    qualification: str
    since: str | None
    ended_on: str | None
    linked: bool
    check: str
    valid_until: str | None
    days_left: int | None


@dataclass(frozen=True, slots=True)
class TownStaff:
    """Figures of a town's child directors for a year, by measure
    (:data:`domain.workforce_figures.MEASURES`); None for one that is left out."""

    town: str
    town_name: str
    year: int
    counts: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class ContinuingHours:
    """The continuing education of an employer's social workers of one professional level in a
    year: ``owed`` hours each, ``hours`` of all together."""

    organisation: str
    organisation_name: str
    year: int
    qualification: str
    tier: str
    workers: int
    fulfilled: int
    owed: int
    hours: int


@dataclass(frozen=True, slots=True)
class SocialProject:
    """One project of a social organisation, without its name."""

    project: str
    support_form: str
    care_service: bool
    towns: tuple[str, ...]
    since: str
    until: str
    yuan: int
    reviewed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SocialStanding:
    """A social organisation (社会组织): whether it is accredited, and what supports it."""

    organisation: str
    organisation_name: str
    social_kind: str
    accredited: bool
    until: str | None
    projects: tuple[SocialProject, ...]


@dataclass(frozen=True, slots=True)
class ServiceCoverage:
    """How far care services of social workers reach in a year: each town's name and number of
    projects, how many towns have any, all projects by form with what they cost, and the children
    that were served (None: left out)."""

    year: int
    towns: Mapping[str, tuple[str, int]]
    covered: int
    forms: Mapping[str, int]
    yuan: int
    children_served: int | None


@dataclass(frozen=True, slots=True)
class Workload:
    """What a village has in hand now: its child directors, and of them those whose entry check
    stands; children, visits owed, open tasks, and how many of these are late."""

    organisation: str
    organisation_name: str
    directors: int
    checked: int
    children: int
    visits: int
    visits_late: int
    tasks: int
    tasks_late: int


@dataclass(frozen=True, slots=True)
class Overdue:
    """A deadline that was missed and is not over yet."""

    id: str
    subject_id: str
    kind: str
    matter: str
    owner: str
    owner_name: str
    town: str | None
    due_at: str
    child_ref: str
    days: int


@dataclass(frozen=True, slots=True)
class Approval:
    """What awaits another person's decision (待审批): named by case and number, as it was put
    forward."""

    case_id: str
    proposal: int
    child_ref: str
    due_at: str
    overdue: bool
    entry: Entry


@dataclass(frozen=True, slots=True)
class VisitDue:
    """A visit that is owed (应走访), with the child as far as it may be seen."""

    id: str
    kind: str
    title: str
    owner: str
    owner_name: str
    town: str | None
    tier: str | None
    counted_from: str | None
    due_at: str
    days_late: int
    overdue: bool
    child_ref: str
    child: Child | None
    safety: tuple[SafetyLine, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """A case in one line: kind, state, and the last act of each body that may be named."""

    id: str
    kind: str
    state: str
    opened_at: str
    changed_at: str
    acts: tuple[tuple[str, str, str], ...]
    """(organisation's name, what it did, when)."""
    due_at: str | None


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Report:
    """A mandatory report in one line: state and clock, not content."""

    id: str
    state: str
    decision: str | None
    town: str | None
    immediate_danger: bool | None
    """None where the reader is shown the state only."""
    filed_at: str
    changed_at: str
    feedback_by: str | None
    feedback_overdue: bool
    child_ref: str | None
    medical_by: str | None = None
    """By when the child, who is hurt, is to be cared for; None once that is stated."""


@dataclass(frozen=True, slots=True)
class Advice:
    """A procuratorial advice in one line: between whom, where it stands, by when, no content."""

    id: str
    state: str
    sender: str
    sender_name: str
    addressee: str
    addressee_name: str
    issued_on: str | None
    reply_by: str | None
    """The last day for the reply."""
    replied_on: str | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a list, and where the next one begins (None: this was the last)."""

    items: tuple[T, ...]
    next_cursor: str | None = None
    safety: tuple[SafetyLine, ...] = ()
    """What to heed first, where the page is about one child."""


class OutsideState(StrEnum):
    """Whether a record stands in another system (外部系统录入)."""

    AWAITED = "AWAITED"
    """Somebody has yet to enter it, or what changed of it (未录入)."""
    ENTERED = "ENTERED"
    WITHDRAWN = "WITHDRAWN"


OUTSIDE_STATE_WORDS: Mapping[OutsideState, str] = {
    OutsideState.AWAITED: "未录入",
    OutsideState.ENTERED: "已录入",
    OutsideState.WITHDRAWN: "已撤销",
}


@dataclass(frozen=True, slots=True)
class OutsideEntry:
    """Of one record in one system: who is to enter it by when, its number there and since when."""

    id: str
    system: str
    system_name: str
    of_record: str
    """Which record (平台编号): the child's own pseudonym, where the number is the child's."""
    state: OutsideState
    owner: str | None
    owner_name: str | None
    enter_by: str | None
    entered_on: str | None
    number: JsonValue
    child_ref: str
    child: Child | None


@dataclass(frozen=True, slots=True)
class OutsideRecord:
    """A record that goes out to another system, and its child as far as it may be seen."""

    entry: Entry
    child: Child | None


@dataclass(frozen=True, slots=True)
class OpenLoop:
    """Something of a child that is not over: which kind of thing, whose it is, by when."""

    what: str
    title: str
    owner_name: str
    due_at: str | None
    days_late: int


@dataclass(frozen=True, slots=True)
class CompleteFile:
    """A child's file as a whole (完整档案), as far as one organisation may see it; ``entries`` in
    the order in which they were recorded."""

    child: Child
    entries: tuple[Entry, ...]
    family: tuple[Relative, ...]
    open_loops: tuple[OpenLoop, ...]
    made_at: str
    policy_version: str
