"""Rules as an argument: the parsed content of policies/ that decisions need.

Whoever loads the files hands them in as :class:`Rules`; ``version`` is recorded with every
decision, so that a replay shows under which rule something was due or released.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator, model_validator

from domain.aid_rules import Scheme
from domain.calendar import SchoolCalendar, WorkingCalendar
from domain.casework_rules import CaseworkRules
from domain.dropout_rules import DropoutRules
from domain.duty_rules import DutyRules
from domain.escalation import EscalationRules
from domain.escalation import ExtensionRules as ExtensionRules
from domain.escalation import OrderRules as OrderRules
from domain.good_case_rules import GoodCaseRules
from domain.guardianship_codes import Care
from domain.indicator import IndicatorRules
from domain.kernel import Category, Refused
from domain.lead_rules import LeadRules
from domain.offer_rules import OfferRules
from domain.organisations import (
    Post,
    Seat,
    district_organisation,
    seat_of,
    town_of_village,
)
from domain.outside_systems import OutsideSystem
from domain.report_duty_rules import ReportDutyRules
from domain.safety_rules import SafeContactRules, SafetyRules
from domain.silence_rules import SilenceRules
from domain.standing import Stands
from domain.terms import THROUGH, Term, Terms, parse_term
from domain.workforce_rules import WorkforceRules


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Clock(_Data):
    """A clock that runs beside referrals: its term and where it comes from. ``runs_on``: through
    nights and holidays, never paused and never put off. ``remind_before``: how long before it is
    due its owner is reminded, where it is. ``ladder``: who is told when it is missed, where that is
    not as its owner's seat says (policies/escalation.toml)."""

    title: str
    within: Term
    runs_on: bool = False
    remind_before: Term | None = None
    ladder: str | None = None
    source: str

    @field_validator("within", "remind_before", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        return parse_term(value)

    @model_validator(mode="after")
    def _runs_through_holidays(self) -> Clock:
        _require_through(self.title, self.runs_on, self.within)
        return self


def _require_through(title: str, runs_on: bool, *terms: Term) -> None:
    if runs_on and not all(term.unit in THROUGH for term in terms):
        raise ValueError(f"{title}: what runs on is not counted in working or school days")


class InDanger(_Data):
    """By when a task is accepted, and who is told when it is not, where somebody is in danger now
    (正处于危险)."""

    accept_within: Term
    ladder: str

    @field_validator("accept_within", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        return parse_term(value)


class ReferralKind(_Data):
    """One kind of referral: to whom, what it releases, its clocks, its outcomes. ``at_once`` is
    what of the release set is shown before acceptance; without it reason and town are. ``runs_on``,
    ``remind_before`` (of completion) and ``ladder`` are as of a :class:`Clock`.

    ``in_danger`` says how it is accepted where somebody is in danger now.
    ``unreturnable``: whoever has it answers until another organisation has accepted it (首接负责).
    ``by`` are the seats whose people may open one by hand: none, where it only follows from
    records. ``by_record`` are outcomes that only the record of the act itself leads to.
    ``transfers`` are outcomes by which it goes to somebody outside of the hub, who has to
    have accepted it by a letter. ``asks`` is what a form asks besides, by code; the answers stand
    in the account.
    """

    title: str
    seats: tuple[Seat, ...]
    matter: Category
    release: tuple[Category, ...]
    at_once: tuple[Category, ...] = ()
    accept_within: Term
    complete_within: Term
    runs_on: bool = False
    remind_before: Term | None = None
    ladder: str | None = None
    in_danger: InDanger | None = None
    outcomes: dict[str, str]
    unreturnable: bool = False
    by: tuple[Seat, ...] = ()
    transfers: tuple[str, ...] = ()
    by_record: tuple[str, ...] = ()
    asks: dict[str, str] = {}
    source: str

    @field_validator("accept_within", "complete_within", "remind_before", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        return parse_term(value)

    @model_validator(mode="after")
    def _at_once_is_of_the_set(self) -> ReferralKind:
        if not set(self.at_once) <= set(self.release):
            raise ValueError(f"{self.title}: what is shown at once is no part of the release set")
        return self

    @model_validator(mode="after")
    def _runs_through_holidays(self) -> ReferralKind:
        _require_through(self.title, self.runs_on, self.accept_within, self.complete_within)
        if self.in_danger is not None:
            _require_through(self.title, True, self.in_danger.accept_within)
        return self

    def acceptance(self, *, immediate: bool) -> tuple[Term, str | None]:
        """By when it is accepted, and who is told when it is not (None: as the seat says);
        ``immediate``: somebody is in danger now."""
        if immediate and self.in_danger is not None:
            return self.in_danger.accept_within, self.in_danger.ladder
        return self.accept_within, self.ladder

    @model_validator(mode="after")
    def _who_has_harm_in_hand_answers(self) -> ReferralKind:
        if Category.HARM in self.release and not self.unreturnable:
            raise ValueError(f"{self.title}: what releases harm is unreturnable")
        if Category.HARM in self.release and self.by:
            raise ValueError(f"{self.title}: harm is reported, and never waits for a referral")
        if not set(self.by_record) <= set(self.outcomes):
            raise ValueError(f"{self.title}: a record leads to no outcome of it")
        if not set(self.transfers) <= set(self.outcomes):
            raise ValueError(f"{self.title}: a transfer that is no outcome")
        return self


ACCEPT = "accept"
COMPLETE = "complete"
"""The two clocks of a referral (签收、办结)."""
CONFIRM = "confirm_outcome"
"""The clock of a sender who is to confirm what came of one that a person opened."""
FEEDBACK = "feedback"
"""The clock by which a reporter hears back; counted from the report."""
FEEDBACK_FINAL = "feedback_final"
"""The clock by which a reporter hears how it ended; counted from the decision."""
CLOSE_REPORT = "close_report"
"""The clock by which a decided report is closed."""
MEDICAL_FIRST = "medical_first"
"""The clock by which a hurt child is to be cared for."""
EVIDENCE_RECEIPT = "evidence_receipt"
"""The clock by which what was handed over with a report is received."""
ACCEPT_OFFER = "accept_offer"
"""The clock of whoever was asked to take one over (移交): as long as that of an acceptance."""
LEAD_OFFER = "lead_offer"
"""The clock of a lead that awaits the answer to its offer of the lead (移交牵头)."""


CLOSE_CASE = "close_case"
"""The clock of a lead in whose case everything that was asked for is answered."""


class Timing(_Data):
    """How one clock runs: its term, whether nothing ever stops it, when its owner is reminded, and
    who is told when it is missed."""

    term: Term
    runs_on: bool = False
    remind_before: Term | None = None
    ladder: str | None = None


class Thresholds(_Data):
    """Local practice, to be confirmed by the client (domain reference §3)."""

    visit_after_school_days: PositiveInt
    suspected_after_school_days: int
    serious_after_school_days: PositiveInt
    dropout_after_days: PositiveInt
    compulsory_until_age: PositiveInt
    graduation_from_age: PositiveInt
    entry_age: PositiveInt
    entry_months_until: Annotated[int, Field(ge=1, le=12)]
    enrolled_by: tuple[int, int]
    """Month and day of the year of entry."""
    lawful_absence_months_at_most: PositiveInt
    persuasion_failures_before_supervision: int
    admonitions_before_assessment: int
    guidance_absences_before_issuer_is_told: PositiveInt


class Cadence(_Data):
    """How often one kind of visit is owed: its term by tier, the forms of visit that meet it, and
    where it comes from."""

    title: str
    terms: dict[str, Term]
    met_by: tuple[str, ...]
    source: str

    @field_validator("terms", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {tier: parse_term(term) for tier, term in value.items()}


class VisitRules(_Data):
    """Who is visited, and how often (plan 二3; domain reference §5)."""

    in_scope: frozenset[str]
    refreshed: frozenset[str] = frozenset()
    """Categories of which what is known is looked at anew from one verification to the next."""
    not_while_in: frozenset[Care]
    no_problem: frozenset[str]
    until_age: int
    disability_classes: frozenset[str]
    away_at_most: Term
    """For how long a child director is away at a time, at most."""
    cadence: dict[str, Cadence]

    @field_validator("away_at_most", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        return parse_term(value)


class BreakGlassRules(_Data):
    """Who may look in an emergency (紧急调阅), for how long, who is told, who reviews.

    ``openable`` is what each seat may open: by the policies' list, and as the matrix would let a
    task release it. A seat that is not there may open nothing.
    """

    hours_at_most: int = Field(ge=1, le=24)
    posts: frozenset[Post]
    openable: dict[Seat, frozenset[Category]]
    reviewer: Seat
    stand_in: Seat
    leads: dict[Category, Seat]
    grounds: dict[str, str]

    @model_validator(mode="after")
    def _nobody_reviews_itself(self) -> BreakGlassRules:
        if self.reviewer is self.stand_in:
            raise ValueError("the reviewer needs another seat as its stand-in")
        return self

    def reviewer_of(self, asker: str, conflicted: Container[str] = ()) -> str:
        """The organisation that reviews what ``asker`` looked at: never itself, and none that is
        conflicted in the child's case while there is another."""
        first, other = map(district_organisation, (self.reviewer, self.stand_in))
        if seat_of(asker) is self.reviewer or (first in conflicted and other != asker):
            return other
        return first

    def leads_of(self, asker: str, categories: Iterable[Category]) -> list[str]:
        """The organisations that lead in the categories (牵头单位), without the asker."""
        leads = (district_organisation(self.leads[c]) for c in categories if c in self.leads)
        return [each for each in dict.fromkeys(leads) if each != asker]


class ConsentKind(_Data):
    """One kind of help that rests on consent: who may be told, and what."""

    title: str
    seats: tuple[Seat, ...]
    categories: tuple[Category, ...]
    source: str


class ConsentRules(_Data):
    """What rests on consent (policies/consent.toml); nothing else does."""

    own_from_age: PositiveInt
    longest_months: PositiveInt
    kinds: dict[str, ConsentKind]


class RecordsRules(_Data):
    """Who may ask for records (调阅申请) of what, who may grant them, and for how long.

    ``reads`` and ``publishes`` are the matrix's words by seat; ``district`` names the seats that
    read of every child.
    """

    longest: Term
    openable: dict[Seat, frozenset[Category]]
    reads: dict[Seat, frozenset[Category]]
    publishes: dict[Seat, frozenset[Category]]
    district: frozenset[Seat]

    @field_validator("longest", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        return parse_term(value)

    def of_seat(self, organisation: str) -> frozenset[Category]:
        """What an organisation of such a seat may hold; nothing for what names no seat."""
        try:
            seat = seat_of(organisation)
        except ValueError:
            return frozenset()
        return self.reads.get(seat, frozenset()) | self.publishes.get(seat, frozenset())

    def holds(
        self, organisation: str, responsible: frozenset[str], named_by: frozenset[str]
    ) -> frozenset[Category]:
        """What an organisation holds of a child: what it reads where it is ``responsible`` or reads
        of every child, and what it publishes where it has named the child (``named_by``)."""
        seat = seat_of(organisation)
        found: frozenset[Category] = frozenset()
        if seat in self.district or organisation in responsible:
            found |= self.reads.get(seat, frozenset())
        if organisation in named_by:
            found |= self.publishes.get(seat, frozenset())
        return found


class MoveRules(_Data):
    """What is handed over with a child that is to move (迁移), by the new organisation's seat, and
    for how long at most."""

    within: Term
    handover: dict[Seat, tuple[Category, ...]]

    @field_validator("within", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        return parse_term(value)

    def handed_over(self, organisation: str) -> tuple[Category, ...] | None:
        """What an organisation is shown; None for one to which no child moves."""
        try:
            return self.handover.get(seat_of(organisation))
        except ValueError:
            return None


class SearchRules(_Data):
    """How often one person may look for a child by who it is, and how many one search shows."""

    a_minute: PositiveInt
    a_day: PositiveInt
    candidates: PositiveInt


class DuplicateRules(_Data):
    """Which seats decide whether two files are one child's."""

    decided_by: frozenset[Seat]


class FamilyRules(_Data):
    """Which seats confirm, reject and end that two children are of one family, and how many
    children may share a telephone or an address before it says nothing of a family."""

    decided_by: frozenset[Seat]
    shared_by_at_most: PositiveInt


class MatchingRules(_Data):
    """Finding a child, and what only a person decides (policies/matching.toml)."""

    search: SearchRules
    duplicates: DuplicateRules
    families: FamilyRules


class Stays(_Data):
    """What officials read for what may not be erased or sealed: what stays, and until when."""

    what: str
    until: str
    source: str


class ErasureRules(_Data):
    """Who may ask for an erasure and approve it, how long the epoch key may outlive the data
    keys, so that one rotation serves several erasures, and what stays: for how long each kind of
    order is in force from its service, and how all of it is told."""

    seats: frozenset[Seat]
    approving_posts: frozenset[Post]
    rotate_within_days: int = Field(ge=0, le=30)
    orders: dict[str, Term]
    stands: dict[Stands, Stays]

    @field_validator("orders", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {kind: parse_term(term) for kind, term in value.items()}

    @field_validator("stands")
    @classmethod
    def _all(cls, value: dict[Stands, Stays]) -> dict[Stands, Stays]:
        if missing := set(Stands) - set(value):
            raise ValueError(f"no words for {sorted(missing)}")
        return value


class Approval(_Data):
    """Which posts of the author's own organisation decide what is put forward."""

    posts: frozenset[Post] = Field(min_length=1)


class ApprovalRules(_Data):
    """What takes effect only once another person than its author approved it."""

    assessment: Approval
    closing: Approval


class MonthBounds(_Data):
    """How many months at least and at most."""

    least: PositiveInt
    most: PositiveInt

    @model_validator(mode="after")
    def _in_order(self) -> MonthBounds:
        if self.least > self.most:
            raise ValueError("the least is more than the most")
        return self


class AssessmentRules(_Data):
    """The form of an assessment of a family's guardianship: its grades and parts as officials read
    them, and for how long who returns is followed up."""

    grades: dict[str, str] = Field(min_length=1)
    parts: dict[str, str]
    follow_up_months: MonthBounds


class SealableClass(_Data):
    """One class of records that may be sealed (封存): ``stream`` is one record, ``kinds`` are the
    kinds of record that state it, ``with_`` the streams that may have come of it and go with it.
    ``test``: it is there to be tried, and confirmed by nobody."""

    title: str = Field(min_length=1)
    stream: str
    kinds: frozenset[str] = Field(min_length=1)
    with_: frozenset[str] = Field(alias="with")
    test: bool = False
    source: str = Field(min_length=1)


class SealingRules(_Data):
    """Who may have a record sealed and opened again, to whose keys together its own is given, for
    how long it may be opened, and which classes of records there are."""

    seats: frozenset[Seat]
    holders: tuple[Seat, Seat]
    approving_posts: frozenset[Post]
    longest_opening_days: int = Field(ge=1, le=366)
    rotate_within_days: int = Field(ge=0, le=30)
    classes: dict[str, SealableClass]

    @field_validator("holders")
    @classmethod
    def _two(cls, value: tuple[Seat, Seat]) -> tuple[Seat, Seat]:
        if value[0] is value[1]:
            raise ValueError("the two who hold a sealed key are two")
        return value

    @field_validator("classes")
    @classmethod
    def _apart(cls, value: dict[str, SealableClass]) -> dict[str, SealableClass]:
        streams = [each.stream for each in value.values()]
        if len(set(streams)) != len(streams):
            raise ValueError("a stream is of one class")
        return value

    @property
    def streams(self) -> frozenset[str]:
        """The streams of which each has a data key of its own."""
        return frozenset(each.stream for each in self.classes.values())

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of record that state them."""
        return frozenset(kind for each in self.classes.values() for kind in each.kinds)

    def class_of(self, stream: str) -> str | None:
        """The class that the records of a stream are of, or None."""
        return next((name for name, each in self.classes.items() if each.stream == stream), None)


class SuspectRules(_Data):
    """What follows from who a suspected person is to the child (policies/suspects.toml).

    ``guardian_relations`` and ``own_unit_relations`` are codes of SUSPECT_RELATION: a guardian is
    the suspect; the reporting unit is conflicted, where it reports for itself. ``next_seat`` says
    which seat is asked instead of a conflicted organisation's, ``otherwise`` every other;
    ``last_resort`` is the one seat that nobody's word shuts out, so that every report is in
    somebody's hand. ``take_over`` is the kind of referral by which it is asked where the matter's
    own kind is not for it, and ``take_over_harm`` where that kind cannot be given back (首接负责).
    """

    guardian_relations: frozenset[str]
    own_unit_relations: frozenset[str]
    next_seat: dict[Seat, Seat]
    otherwise: Seat
    last_resort: Seat
    take_over: str
    take_over_harm: str

    @model_validator(mode="after")
    def _everybody_reaches_the_last(self) -> SuspectRules:
        for seat in Seat:
            seen = {seat}
            while seat is not self.last_resort:
                seat = self.next_seat.get(seat, self.otherwise)
                if seat in seen:
                    raise ValueError(f"next_seat goes round in a circle at {seat}")
                seen.add(seat)
        return self

    def conflicted(
        self, relation: str | None, organisations: Iterable[str], reporter: str | None
    ) -> tuple[str, ...]:
        """The organisations that are conflicted by a statement: never the last resort, for somebody
        has to be told. ``reporter`` None: one that is no organisation of the hub's, for which
        another one reports."""
        found = set(organisations)
        if relation in self.own_unit_relations and reporter is not None:
            found.add(reporter)
        return tuple(sorted(o for o in found if seat_of(o) is not self.last_resort))

    def nearest(self, organisation: str, conflicted: Container[str]) -> str:
        """The first of :meth:`instead_of`: there is always one, the last resort."""
        return next(iter(self.instead_of(organisation, conflicted)))

    def instead_of(self, organisation: str, conflicted: Container[str]) -> Iterable[str]:
        """Who may be asked in the place of an organisation, the nearest first: itself, where it is
        not conflicted."""
        while True:
            if organisation not in conflicted:
                yield organisation
            seat = seat_of(organisation)
            if seat is self.last_resort:
                return
            after = self.next_seat.get(seat, self.otherwise)
            if seat is Seat.VILLAGE and after is Seat.TOWN:
                organisation = town_of_village(organisation)
            else:
                organisation = district_organisation(after)


_OF_REFERRALS: Mapping[str, str] = {
    ACCEPT: "签收",
    COMPLETE: "办结",
    ACCEPT_OFFER: "答复移交",
}
"""Words of the clocks that referrals set; every other has its title in policies/."""


class Rules(_Data):
    """Everything a decision may be given of policies/."""

    version: str
    thresholds: Thresholds
    referrals: dict[str, ReferralKind]
    clocks: dict[str, Clock]
    consent: ConsentRules
    visits: VisitRules
    benefits: dict[str, Scheme]
    matching: MatchingRules
    break_glass: BreakGlassRules
    erasure: ErasureRules
    sealing: SealingRules
    records_requests: RecordsRules
    moves: MoveRules
    suspects: SuspectRules
    leads: LeadRules
    dropout: DropoutRules
    report_duty: ReportDutyRules
    casework: CaseworkRules
    safety: SafetyRules
    safe_contacts: SafeContactRules
    escalation: EscalationRules
    approvals: ApprovalRules
    assessment: AssessmentRules
    silence: SilenceRules
    duties: DutyRules
    offers: OfferRules
    workforce: WorkforceRules
    indicators: IndicatorRules
    outside: dict[str, OutsideSystem]
    good_cases: GoodCaseRules
    calendar: WorkingCalendar
    school: SchoolCalendar

    def referral_kind(self, kind: str) -> ReferralKind:
        """The row of policies/referrals.toml. Raises Refused for a kind that is not there."""
        if kind not in self.referrals:
            raise Refused("REFERRAL_KIND_UNKNOWN", "没有这一类转介，请从列出的类别中选择。")
        return self.referrals[kind]

    def clock_title(self, kind: str) -> str:
        """What officials read for a clock of a kind; the kind itself if nobody has words for it."""
        rows: dict[str, Clock | Cadence] = {**self.clocks, **self.visits.cadence}
        return rows[kind].title if kind in rows else _OF_REFERRALS.get(kind, kind)

    def row_title(self, row: str) -> str:
        """What officials read for a row of the rules by which clocks run: a kind of referral, a
        clock or a kind of visit."""
        return self.referrals[row].title if row in self.referrals else self.clock_title(row)

    def timing(self, kind: str, rule: str | None, *, immediate: bool = False) -> Timing | None:
        """By which row a clock of ``kind`` runs: of the kind of referral that ``rule`` names, else
        of the clock of that name, else of the clock's own. ``immediate``: somebody is in danger
        now. None for one that no row knows, and for what an older row named."""
        referral = self.referrals.get(rule or "")
        if referral is not None and kind == COMPLETE:
            return Timing(
                term=referral.complete_within,
                runs_on=referral.runs_on,
                remind_before=referral.remind_before,
                ladder=referral.ladder,
            )
        if referral is not None and kind in (ACCEPT, ACCEPT_OFFER):
            term, ladder = referral.acceptance(immediate=immediate)
            return Timing(term=term, runs_on=referral.runs_on, ladder=ladder)
        clock = self.clocks.get(rule or kind)
        if clock is None:
            return None
        return Timing(
            term=clock.within,
            runs_on=clock.runs_on,
            remind_before=clock.remind_before,
            ladder=clock.ladder,
        )

    def follow_up_until(self, months: int | None, day: date) -> date:
        """The last day on which a child is followed up from ``day`` on, for so many months or,
        where none were chosen, as policies/clocks.toml says."""
        usual = self.clocks["follow_up"].within
        term = usual if months is None else Term(amount=months, unit="months")
        return self.last_day(term, day)

    @property
    def terms(self) -> Terms:
        """Lengths of time on these calendars."""
        return Terms(self.calendar, self.school)

    def due(self, term: Term, start: datetime) -> datetime:
        """The instant (UTC) at which ``term``, begun at ``start``, is over."""
        return self.terms.due(term, start)

    def last_day(self, term: Term, day: date) -> date:
        """The last Shanghai day of a ``term`` of days or months begun on ``day``. Raises ValueError
        for a term of minutes or hours, which has none."""
        return self.terms.last_day(term, day)
