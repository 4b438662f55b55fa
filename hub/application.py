"""The one door for writes: authorise → load → decide → append.

Everything that one record or one command leads to (its events, the scopes and clocks that go
with them, its receipt) is one append: all or nothing. A sheet's rows share an append, a batch at
a time, and a row that is refused leaves nothing in it.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from typing import Any, Protocol, TypeVar
from uuid import UUID, uuid4

from domain.away import AWAY, Away, away_id
from domain.child_file import (
    CHILD_FILE,
    ChildFile,
    ClassifyChild,
    ResidenceConfirmed,
    StateContact,
    StateIdentity,
    files_of,
)
from domain.deadline import deadline_id
from domain.deadline_state import Deadline
from domain.deadline_stream import DEADLINE
from domain.enrolment import EnrolmentConfirmed, EnrolmentEnded
from domain.identity import IdentityClaim
from domain.kernel import (
    Actor,
    CaseReferrals,
    Category,
    Command,
    Erased,
    Event,
    Given,
    Header,
    LegalBasis,
    Recorded,
    Refused,
    Stream,
    derived_id,
)
from domain.leaving import DistrictLeft
from domain.mandatory_report import MANDATORY_REPORT, MandatoryReport
from domain.merged_file import FollowPlace, MergeFile, UnmergeFile
from domain.organisations import HUB, Organisation, Post, Seat, seat_of, village_organisation
from domain.reactions.kernel import Places, Reaction
from domain.registry import AT_ONCE, BY_FOLLOWING, STREAM_OF_COMMAND
from domain.rules import Rules
from domain.safety_instruction import ReadTogether
from domain.scope import SCOPE, Scope, scope_id
from domain.sealing import RecordSealed
from domain.social_organisation import SOCIAL_ORGANISATION, Social, social_id
from hub import (
    aid_reviews,
    dropout_reports,
    handing_on,
    household_checks,
    households,
    periodic_duties,
    report_duty,
    stand_ins,
)
from hub.authorization.decide import may_state, publishes_district_wide, reads
from hub.clock import Clock
from hub.encryption.keystore import SubjectErased
from hub.eventstore.codec import Fact, recorded_of
from hub.eventstore.receipts import NewReceipt, Receipt
from hub.eventstore.store import Conflict, EventStore, Loaded, ReceiptToWrite
from hub.joint_cases import referrals_of
from hub.matching import Guardians, Match, Matching, MatchSession
from hub.policies import Policies
from hub.storage.group import GroupCommit

ATTEMPTS = 5
"""How often a command is decided anew when somebody else was faster."""

TOGETHER_AT_MOST = 64
"""Single records of several senders that share one append at most."""

T = TypeVar("T")
W = TypeVar("W")
R = TypeVar("R")

_BY_CHILD = frozenset(
    {
        "child_file",
        "aid_choice",
        "concern",
        "conduct_measure",
        "delegated_care",
        "dropout",
        "duplicate",
        "family_link",
        "family_support",
        "guardianship",
        "guidance",
        "hand_over",
        "health",
        "home_renovation",
        "mentoring",
        "move",
        "online_protection",
        "outside_entry",
        "problem",
        "protection_order",
        "safe_contact",
        "safety_instruction",
        "scope",
        "service_plan",
        "sign_up",
        "visit_obligation",
        "voluntary_guidance",
        "warning_visits",
    }
)
"""Streams whose identifier is made of the child's. Were one here by mistake, an append to it
would be refused as a conflict: nothing could be recorded twice."""

_OF_A_CHILD = _BY_CHILD - {"duplicate", "family_link", "scope"}
"""Those of them that go on, for a child whose files were joined, where they run."""

_OF_ONE_FILE = (FollowPlace, MergeFile, ReadTogether, UnmergeFile)
"""What is asked of the very file that it names."""

_PLACES = (EnrolmentConfirmed, EnrolmentEnded, ResidenceConfirmed, DistrictLeft)
"""What every file of such a child names alike."""

SYSTEM = Actor(HUB, Post.SYSTEM.value, "hub")


_PASSED_TO = ("recipient", "addressee", "to")
"""Fields of commands that name to whom something of a child is passed."""


@cache
def _passed_to(command: type[Command]) -> tuple[str, ...]:
    """Those of them that a kind of command has: it is asked of every command."""
    fields = command.model_fields
    return tuple(each for each in _PASSED_TO if each in fields or hasattr(command, each))


class Busy(Exception):
    """Others kept changing the same thing; nothing was recorded. Try again."""


class KeyReused(Exception):
    """An idempotency key came again with another command; nothing was recorded."""


class ReceiptKeys(Protocol):
    """Gives the keyed hashes of natural keys and contents."""

    def named_key(self, name: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender of a record or command is told: receipt number (回执号), position in the
    log, and whether this very record had been received before."""

    number: str
    position: int
    repeated: bool = False
    corrected: bool = False


FAILED = "FAILED"
"""The code of a reaction that failed by a mistake of the program's, not of the rules."""


Found = Iterator[tuple[str, Command]]
"""Commands, each with which of its reaction's it is."""


class Follower(Protocol):
    """A reaction that needs the log itself: its name, and the topics of its causes."""

    NAME: str
    SAID_BY: frozenset[str]

    def commands(self, store: EventStore, rules: Rules, fact: Fact) -> Found:
        """What is asked for after such a fact."""

    def led_to(self, effect: Fact) -> bool:
        """Whether a fact is of a kind that such a command leads to."""


FOLLOWERS: tuple[Follower, ...] = (
    households,
    household_checks,
    report_duty,
    dropout_reports,
    periodic_duties,
    stand_ins,
    aid_reviews,
    handing_on,
)
"""The last one may lead to much; the others to one thing each."""


@dataclass(frozen=True, slots=True)
class RefusedReaction:
    """A reaction that the rules refused, or that failed: the position of its cause, its name, the
    code."""

    position: int
    reaction: str
    code: str


@dataclass(frozen=True, slots=True)
class RecordKey:
    """A record's natural key and normalised content, as keyed hashes."""

    key: bytes
    content: bytes


@dataclass
class _Pending:
    """One append in the making, and the states it would lead to."""

    events: list[Recorded] = field(default_factory=list)
    receipts: list[ReceiptToWrite] = field(default_factory=list)
    streams: dict[tuple[str, UUID], Loaded] = field(default_factory=dict)
    """By kind and id: a report is looked for among the children's files under its own id."""
    read_no_more: set[tuple[UUID, str]] = field(default_factory=set)
    """Children and categories of which some organisation's reading ends with it."""


class Unit:
    """The work of one append. Not shared between threads."""

    def __init__(
        self, hub: Hub, matches: MatchSession | None, erased: frozenset[UUID] = frozenset()
    ) -> None:
        """``matches`` is None for work that names no child by who it is. ``erased``: of whom
        nothing is recorded any more, as far as this work came upon them."""
        self._hub = hub
        self._matches = matches
        self._erased = erased
        self._pending = _Pending()
        self._row_begins = 0
        self._row_found: dict[tuple[str, UUID], Loaded] = {}
        self._born: set[UUID] = set()
        self.now = hub.clock.now()

    @property
    def events(self) -> Sequence[Recorded]:
        """What would be appended so far."""
        return self._pending.events

    def load(self, stream: Stream[Any], stream_id: UUID, subject: UUID | None = None) -> Loaded:
        """A stream's state including what this unit has decided already. ``subject``: the child
        that it is about."""
        loaded = self._pending.streams.get((stream.name, stream_id))
        if loaded is None:
            if subject in self._born and stream.name in _BY_CHILD:
                # Its identifier is made of the child's, which nobody had before this unit.
                loaded = Loaded(0, stream.initial)
            else:
                loaded = self._hub.store.load(stream, stream_id)
            self._pending.streams[stream.name, stream_id] = loaded
        return loaded

    def expect(self, claims: Iterable[IdentityClaim]) -> None:
        """Look up at once the children that the work is going to name."""
        self._naming().expect(claims)

    @contextmanager
    def row(self) -> Iterator[None]:
        """One row of several: if it fails, nothing of it stays in the unit."""
        pending = self._pending
        events, receipts = len(pending.events), len(pending.receipts)
        self._row_begins = events
        self._row_found = {}
        try:
            with self._matches.row() if self._matches else nullcontext():
                yield
        except BaseException:
            del pending.events[events:]
            del pending.receipts[receipts:]
            pending.streams.update(self._row_found)
            raise

    def _naming(self) -> MatchSession:
        if self._matches is None:
            raise RuntimeError("this unit of work was begun as one that names no child")
        return self._matches

    def child(
        self,
        actor: Actor,
        claim: IdentityClaim,
        *,
        supersedes: UUID | None = None,
        apart: bool = False,
    ) -> UUID:
        """The child a record states; opens the file where nobody stated the child before.

        What the sender says of who the child is stands under its own name, so that it may see
        its own words again without seeing those of others. Contact is kept only from seats that
        may state it. ``apart``: it comes with a record that may be sealed.
        """
        match = self._naming().resolve(
            claim, lambda child_ref: bool(self.load(CHILD_FILE, child_ref).state.opened)
        )
        if not match.known:
            self._born.add(match.child_ref)
        match = replace(match, child_ref=self._surviving(match.child_ref))
        self._state_identity(actor, claim, match, supersedes, apart)
        return match.child_ref

    def _file(self, child_ref: UUID) -> ChildFile:
        state: ChildFile = self.load(CHILD_FILE, child_ref, child_ref).state
        return state

    def _surviving(self, child_ref: UUID) -> UUID:
        """The file that goes on for a child whose files were joined; mostly its own."""
        return self._file(child_ref).merged_into or child_ref

    def _files(self, child_ref: UUID) -> tuple[UUID, ...]:
        """All files of a child, the one that goes on first."""
        return files_of(child_ref, self._file)

    def _corrected_in(self, files: Sequence[UUID], command: Command, supersedes: UUID) -> Command:
        """The command, of the file in which the statement that it corrects was recorded."""
        for each in files:
            if self._hub.store.recorded_with(each, supersedes):
                return command.model_copy(update={"child_ref": each})
        return command

    def _state_identity(
        self,
        actor: Actor,
        claim: IdentityClaim,
        match: Match,
        supersedes: UUID | None,
        apart: bool,
    ) -> None:
        self.execute(
            StateIdentity(
                child_ref=match.child_ref,
                name=claim.name,
                birth_date=claim.birth_date,
                id_number=claim.id_number,
                sex=claim.sex,
                guardian_name=claim.guardian_name,
                stated_village=claim.village,
                possible_duplicates=match.possible_duplicates,
                apart=apart,
            ),
            actor,
            supersedes=supersedes,
        )
        contact = StateContact(
            child_ref=match.child_ref,
            guardian_name=claim.guardian_name,
            guardian_phone=claim.guardian_phone,
            guardian_relation=claim.guardian_relation,
            address=claim.address,
        )
        reachable = claim.guardian_phone or claim.address
        if reachable and self._may(actor, Category.CONTACT, match.child_ref):
            self.execute(contact, actor, supersedes=supersedes)
            if not apart:
                # By what may be sealed nobody is found to be of one family.
                self._naming().relate(match.child_ref, claim)

    def _tasks(self, actor: Actor, subject: UUID | None) -> frozenset[Category]:
        """What the actor has in hand of a child (or report) by its open tasks now."""
        if subject is None:
            return frozenset()
        found: set[Category] = set()
        for each in self._files(subject):
            scope: Scope = self.load(SCOPE, scope_id(actor.organisation, each), each).state
            found |= scope.in_hand(self.now)
        return frozenset(found)

    def _may(self, actor: Actor, category: Category, subject: UUID | None) -> bool:
        tasks = self._tasks(actor, subject)
        return may_state(self._hub.policies.access, seat_of(actor.organisation), category, tasks)

    def execute(
        self,
        command: Command,
        actor: Actor,
        *,
        occurred_at: datetime | None = None,
        basis: LegalBasis = LegalBasis.STATUTORY_DUTY,
        cause: Header | None = None,
        supersedes: UUID | None = None,
    ) -> list[Recorded]:
        """Authorise, load, decide; the events join this unit's append. Raises Refused.

        ``supersedes`` names the sender's own earlier record that this one corrects: what it
        could state then it may put right, even after its task has closed.
        """
        if supersedes is None:
            self._authorise(command, actor)
        if command.NAMES and actor != SYSTEM:
            named = getattr(command, command.NAMES)
            every = named if isinstance(named, tuple) else (named,)
            if not all(self._hub.places.registered(each) for each in every if each is not None):
                raise Refused("NO_SUCH_ORGANISATION", "没有这个单位，请核对单位代码。")
        self._refuse_unaccredited(command, actor)
        stream = STREAM_OF_COMMAND[type(command)]
        if isinstance(command, _OF_ONE_FILE) or command.subject is None:
            files: tuple[UUID, ...] = ()
        else:
            files = self._files(command.subject) if stream.name in _OF_A_CHILD else ()
        if len(files) > 1:
            if supersedes is not None and stream is not CHILD_FILE:
                command = self._corrected_in(files, command, supersedes)
            else:
                return self._execute_joined(
                    stream, files, command, actor, occurred_at, basis, cause, supersedes
                )
        return self._execute(stream, command, actor, occurred_at, basis, cause, supersedes)

    def _refuse_unaccredited(self, command: Command, actor: Actor) -> None:
        """Nothing of a child is passed to a social organisation (社会组织) that civil affairs have
        not accredited. Raises Refused."""
        passed_to = _passed_to(type(command))
        if not passed_to or command.subject is None:
            return
        today = Given(now=self.now, actor=actor).today
        if today < self._hub.policies.access.checked.accredited_from:
            return
        for name in passed_to:
            receiver = str(getattr(command, name))
            if not receiver.startswith(f"{Seat.SOCIAL_ORGANISATION.value}:"):
                continue
            social: Social = self.load(SOCIAL_ORGANISATION, social_id(receiver)).state
            if not social.accredited(today):
                raise Refused(
                    "NOT_ACCREDITED",
                    "该社会组织没有有效的准入，不能转给它办理；请先由区民政局登记准入。",
                )

    def _execute_joined(
        self,
        stream: Stream[Any],
        files: Sequence[UUID],
        command: Command,
        actor: Actor,
        occurred_at: datetime | None,
        basis: LegalBasis,
        cause: Header | None,
        supersedes: UUID | None,
    ) -> list[Recorded]:
        """A command about a child whose files were joined. What a file itself holds goes to the
        one that goes on; a case goes on where it runs. Raises what the first refuses with, when
        all refuse."""
        how = (actor, occurred_at, basis, cause, supersedes)
        of_file: list[Any] = [command.model_copy(update={"child_ref": each}) for each in files]
        if stream is CHILD_FILE and not command.EACH_FILE:
            recorded = self._execute(
                stream, of_file[0], actor, occurred_at, basis, cause, supersedes
            )
            if any(isinstance(each.event, _PLACES) for each in recorded):
                for absorbed in files[1:]:
                    follow = FollowPlace(child_ref=absorbed, survivor=files[0])
                    recorded += self.execute(follow, SYSTEM, cause=recorded[-1].header)
            return recorded
        if not command.EACH_FILE:
            of_file.sort(key=lambda each: not self._runs(stream, each))
        found: list[Recorded] = []
        refusal: Refused | None = None
        for each in of_file:
            if each is not of_file[0] and command.EACH_FILE and not self._holds(stream, each):
                continue
            try:
                found += self._execute(stream, each, *how)
            except Refused as refused:
                refusal = refusal or refused
                continue
            if found and not command.EACH_FILE:
                break
        if not found and refusal is not None:
            raise refusal
        return found

    def _located(self, stream: Stream[Any], command: Command) -> UUID:
        """The stream that a command means. A record that was sealed (封存) is none any more: the
        same stated again begins another one."""
        stream_id = stream.locate(
            command, lambda each: self.load(stream, each, command.subject).state
        )
        if self._hub.policies.rules.sealing.class_of(stream.name) is not None:
            while self.load(stream, stream_id, command.subject).sealed:
                stream_id = derived_id("begun anew", stream_id)
        return stream_id

    def _holds(self, stream: Stream[Any], command: Command) -> bool:
        """Whether what is asked for each file concerns this one."""
        if isinstance(command, ClassifyChild):
            return command.entry in self._file(command.child_ref).classes
        return self._runs(stream, command)

    def _runs(self, stream: Stream[Any], command: Command) -> bool:
        """Whether what a command is about has begun already, in this very file."""
        stream_id = self._located(stream, command)
        return self.load(stream, stream_id, command.subject).version > 0

    def _execute(
        self,
        stream: Stream[Any],
        command: Command,
        actor: Actor,
        occurred_at: datetime | None,
        basis: LegalBasis,
        cause: Header | None,
        supersedes: UUID | None,
    ) -> list[Recorded]:
        stream_id = self._corrected(stream, command, supersedes) or self._located(stream, command)
        loaded = self.load(stream, stream_id, command.subject)
        guardians = self._guardians(command)
        given = Given(
            now=self.now,
            actor=actor,
            rules=self._hub.policies.rules,
            correction=supersedes is not None,
            child=self._child_file(command, loaded.state) if command.READS_CHILD else None,
            tasks=self._tasks_on(command, loaded.state, actor),
            guardians=guardians.names,
            guardian_phones=guardians.phones,
            absent=self._absent(command),
            referrals=self._referrals_of_case(command, loaded.state),
        )
        events = stream.decide[type(command)](loaded.state, command, given)
        recorded: list[Recorded] = []
        for event in events:
            recorded.append(
                self._record(
                    stream, stream_id, event, command, actor, occurred_at, basis, cause, supersedes
                )
            )
        for each in recorded:
            self._follow(each)
        return recorded

    def _corrected(
        self, stream: Stream[Any], command: Command, supersedes: UUID | None
    ) -> UUID | None:
        """The case in which the statement that a command corrects was recorded, or None. Only
        cases follow one another; every other stream is found by what the command names."""
        if supersedes is None or stream.case is None or command.subject is None:
            return None
        pending = self._pending.events
        within = {e.header.correlation for e in pending if e.header.event_id == supersedes}
        found = [
            (each.event.TOPIC, each.originator_id)
            for each in pending
            if each.header.correlation in within
        ] or [
            (fact.topic, fact.stream)
            for fact in self._hub.store.recorded_with(command.subject, supersedes)
        ]
        return next((each for topic, each in found if topic in self._topics(stream)), None)

    @staticmethod
    def _topics(stream: Stream[Any]) -> frozenset[str]:
        return frozenset(event.TOPIC for event in stream.evolve)

    def _child_file(self, command: Command, state: Any) -> ChildFile | None:
        """The clear facts of the child's file, for decisions that need them; of what a command
        names no child of (改派), that of its stream's."""
        subject: UUID | None = command.reads or getattr(state, "child_ref", None)
        if subject is None:
            return None
        file = self._file(subject)
        return file if file.opened else self._reported(subject, file)

    def _tasks_on(self, command: Command, state: Any, actor: Actor) -> frozenset[Category]:
        """What the actor has in hand of the child, for decisions that need it."""
        if not command.READS_TASKS:
            return frozenset()
        return self._tasks(actor, command.reads or getattr(state, "child_ref", None))

    def _referrals_of_case(self, command: Command, state: Any) -> CaseReferrals:
        """What was asked of whom in the case, for decisions that need it."""
        child: UUID | None = getattr(state, "child_ref", None)
        if not command.READS_CASE or child is None:
            return CaseReferrals()
        apart = self._hub.policies.rules.leads.apart
        return referrals_of(self._hub.store, self._files(child), state.case_id, apart)

    def _guardians(self, command: Command) -> Guardians:
        """What the guardians of the child were called in any of its files and how they are reached,
        only for decisions that need it. The hub's look is entered under what is decided: the
        child's own list of looks would tell that something was."""
        if not command.READS_GUARDIANS or command.subject is None:
            return Guardians()
        under = STREAM_OF_COMMAND[type(command)].locate(command, lambda _: None)
        return self._hub.matching.guardians(self._files(command.subject), under)

    def _absent(self, command: Command) -> frozenset[str]:
        """The child's village, where its town visits in its place, for decisions that need it."""
        if not command.READS_ABSENT or command.subject is None:
            return frozenset()
        code = self._file(command.subject).village
        if not code:
            return frozenset()
        village = village_organisation(code)
        away: Away = self.load(AWAY, away_id(village)).state
        return frozenset({village}) if away.handed_to_town else frozenset()

    def _reported(self, subject: UUID, file: ChildFile) -> ChildFile:
        """What stands in the place of a file where the subject is a report: who is suspected by it,
        and by anything else about the child that it names."""
        report: MandatoryReport = self.load(MANDATORY_REPORT, subject).state
        suspicions = {**file.suspicions, subject: report.suspicion}
        if report.child_ref is not None:
            suspicions |= {
                source: each
                for source, each in self._file(report.child_ref).suspicions.items()
                if source != subject
            }
        return replace(file, suspicions=suspicions)

    def _record(
        self,
        stream: Stream[Any],
        stream_id: UUID,
        event: Event,
        command: Command,
        actor: Actor,
        occurred_at: datetime | None,
        basis: LegalBasis,
        cause: Header | None,
        supersedes: UUID | None,
    ) -> Recorded:
        if not event.SURVIVES and (event.subject or stream_id) in self._erased:
            raise Erased
        loaded = self.load(stream, stream_id)
        event_id = uuid4()
        recorded = Recorded(
            originator_id=stream_id,
            originator_version=loaded.version + 1,
            ordering_key=loaded.ordering_key or stream.ordering_key(command, stream_id),
            header=Header(
                event_id=event_id,
                actor=actor,
                legal_basis=basis,
                occurred_at=occurred_at or self.now,
                recorded_at=self.now,
                correlation=cause.correlation if cause else event_id,
                causation=cause.event_id if cause else None,
                rule_version=self._hub.policies.version,
                supersedes=supersedes,
            ),
            event=event,
        )
        self._ends_reading(stream, loaded.state, recorded)
        self._pending.events.append(recorded)
        self._row_found.setdefault((stream.name, stream_id), loaded)
        self._pending.streams[stream.name, stream_id] = Loaded(
            version=recorded.originator_version,
            state=stream.fold([event], loaded.state),
            ordering_key=recorded.ordering_key,
        )
        return recorded

    def _ends_reading(self, stream: Stream[Any], before: Any, recorded: Recorded) -> None:
        """Note whose standing ends with an event: a child that left a school, town, village or
        beat, an organisation that is conflicted. Whoever reads by a task or access was never given
        more than keys of single fields."""
        if stream is not CHILD_FILE:
            return
        after: ChildFile = stream.fold([recorded.event], before)
        conflicted = after.conflicted - before.conflicted
        for organisation in (before.responsible - after.responsible) | conflicted:
            self._pending.read_no_more |= {
                (recorded.subject, category.value)
                for category in reads(self._hub.policies.access, seat_of(organisation))
            }

    def _follow(self, recorded: Recorded) -> None:
        """What must never exist without its cause: scopes and clocks, in the same append."""
        for reaction in AT_ONCE.get(recorded.event.TOPIC, ()):
            for command in reaction.then(recorded.event, recorded, self._hub.places):
                self.execute(command, SYSTEM, cause=recorded.header)

    def _authorise(self, command: Command, actor: Actor) -> None:
        category = command.states
        if actor.organisation != HUB and category is not None and not self._owes(command, actor):
            self.check_states(actor, category, command.subject, in_task=command.IN_TASK)

    def _owes(self, command: Command, actor: Actor) -> bool:
        """Whether the actor keeps the clock that a command is to meet."""
        if not command.MEETS or command.subject is None:
            return False
        kept: Deadline = self.load(DEADLINE, deadline_id(command.subject, command.MEETS)).state
        return kept.unfinished and kept.owner == actor.organisation

    def check_states(
        self, actor: Actor, category: Category, subject: UUID | None, *, in_task: bool = False
    ) -> None:
        """Raise Refused where the actor may not state facts of a category; ``in_task`` as in
        :attr:`Command.IN_TASK`."""
        allowed = self._may(actor, category, subject)
        if in_task and not publishes_district_wide(
            self._hub.policies.access, seat_of(actor.organisation), category
        ):
            allowed = allowed and category in self._tasks(actor, subject)
        if not allowed:
            raise Refused(
                "NOT_YOURS_TO_STATE",
                "没有可由本单位登记此类记录的职责或在办转介，请核对儿童信息；如有疑问请联系民政局。",
            )

    def find(self, claim: IdentityClaim) -> UUID | None:
        """The child a claim concerns, or None; opens no file."""
        return self._naming().find(claim)

    def receipt(
        self, actor: Actor, kind: str, record: RecordKey, previous: Receipt | None
    ) -> Receipt:
        """Write a receipt with what this unit has decided so far; its position is not known
        before the append and reads -1 here."""
        number = new_receipt_number(self.now)
        # A row that decided nothing has no event of its own, and no other row's.
        own = self._pending.events[self._row_begins :]
        last = own[-1] if own else None
        revision = previous.revision + 1 if previous else 1
        self._pending.receipts.append(
            ReceiptToWrite(
                NewReceipt(
                    key=record.key,
                    content=record.content,
                    number=number,
                    organisation=actor.organisation,
                    kind=kind,
                    revision=revision,
                ),
                events_before=len(self._pending.events),
                event_id=last.header.event_id if last else None,
                recorded_at=self.now,
            )
        )
        return Receipt(
            key=record.key,
            revision=revision,
            content=record.content,
            number=number,
            organisation=actor.organisation,
            kind=kind,
            position=-1,
            event_id=last.header.event_id if last else None,
            recorded_at=self.now.isoformat(),
        )

    def erase_receipts(self, receipts: Iterable[Receipt]) -> None:
        """Let every later duplicate of what these stand for be refused as erased."""
        self._end_receipts(receipts, Erased.RECEIPT)

    def seal_receipts(self, receipts: Iterable[Receipt]) -> None:
        """Let what these stand for be taken as new when it comes again: that it came before is
        told to nobody."""
        self._end_receipts(receipts, RecordSealed.RECEIPT)

    def _end_receipts(self, receipts: Iterable[Receipt], kind: str) -> None:
        events = self._pending.events
        for each in receipts:
            self._pending.receipts.append(
                ReceiptToWrite(
                    NewReceipt(
                        key=each.key,
                        content=b"",
                        number=new_receipt_number(self.now),
                        organisation=each.organisation,
                        kind=kind,
                        revision=each.revision + 1,
                    ),
                    events_before=len(events),
                    event_id=events[-1].header.event_id if events else None,
                    recorded_at=self.now,
                )
            )

    def commit(self) -> list[int]:
        """Append. Gives the positions; raises Conflict when somebody was faster."""
        if not self._pending.events and not self._pending.receipts:
            return []
        # Before the append: a crash in between leaves a version that nobody needed, and never a
        # later event that an earlier key opens.
        self._hub.store.renew_keys(sorted(self._pending.read_no_more))
        return self._hub.store.append(self._pending.events, self._pending.receipts)


class Registry(Places, Protocol):
    """Which organisations there are, and which answers where."""

    def registered(self, organisation: str) -> bool:
        """Whether there is an organisation with this identifier."""

    def organisations(self) -> Sequence[Organisation]:
        """All of them."""


class Hub:
    """The write side: units of work, single commands, records, reactions."""

    def __init__(
        self,
        store: EventStore,
        matching: Matching,
        policies: Policies,
        places: Registry,
        clock: Clock,
        keys: ReceiptKeys,
    ) -> None:
        self.store = store
        self.matching = matching
        self.policies = policies
        self.places = places
        self.clock = clock
        self._natural_key = keys.named_key("natural-key")
        self._content_key = keys.named_key("record-content")

    def unit_of_work(
        self, work: Callable[[Unit], T], *, names_children: bool = True, many: bool = True
    ) -> tuple[T, list[int]]:
        """Do ``work`` and append what it decided; decided anew when somebody was faster.

        ``names_children``: the work may find or open a child by who it is, ``many`` of them or
        one; whoever might name the same child waits, and whatever else people do (accept,
        answer, react) waits for none.
        Raises what ``work`` raises (nothing is recorded then), and Busy after some attempts. What
        would be recorded of an erased child is refused (:class:`~domain.kernel.Erased`) where it
        is decided, so that it takes nobody else's row with it.
        """
        erased: frozenset[UUID] = frozenset()
        conflicts = 0
        while conflicts < ATTEMPTS:
            with ExitStack() as stack:
                matches = (
                    stack.enter_context(self.matching.session(uuid4, many=many))
                    if names_children
                    else None
                )
                unit = Unit(self, matches, erased)
                result = work(unit)
                if matches is not None:
                    matches.keep()
                try:
                    positions = unit.commit()
                except Conflict:
                    conflicts += 1
                    continue
                except SubjectErased as found:
                    if found.subject in erased:
                        raise
                    erased |= {found.subject}
                    continue
                return result, positions
        raise Busy

    def together(self, work: Callable[[Sequence[W]], Sequence[R]]) -> Callable[[W], R]:
        """A door through which what many threads bring at the same moment goes in together.

        ``work`` does several in one unit of work, each as if it were alone, and gives their
        results in order, none of them None. While one group is at work, whoever comes waits and
        forms the next; who comes alone waits for nobody. What ``work`` raises for a group may be
        one member's fault: each thread then does its own by itself, so ``work`` must find what
        it did already.
        """

        def group(brought: Sequence[W]) -> Sequence[R | BaseException | None]:
            try:
                return work(brought)
            except Exception:
                if len(brought) == 1:
                    raise
                return [None] * len(brought)
            except BaseException as ended:
                # The thread that is to end is that of the first, who leads.
                return [ended, *[None] * (len(brought) - 1)]

        door: GroupCommit[W, R | None] = GroupCommit(group, lambda each: 1, TOGETHER_AT_MOST)

        def bring(each: W) -> R:
            result = door.submit(each)
            return work([each])[0] if result is None else result

        return bring

    def records(
        self, work: Callable[[Unit], T], *, names_children: bool = True, many: bool = True
    ) -> tuple[T, int]:
        """As :meth:`unit_of_work`, for records; gives the last position as well."""
        result, positions = self.unit_of_work(work, names_children=names_children, many=many)
        return result, positions[-1] if positions else self.store.position

    def receipts(self, keys: Iterable[bytes]) -> dict[bytes, Receipt]:
        """The newest receipt of each key that has one."""
        return self.store.receipts(keys)

    def stated_by(self, stream_id: UUID, topic: str) -> frozenset[tuple[str, str]]:
        """Who (organisation and person) stated facts of a topic on what stands under its own id."""
        facts = self.store.history([stream_id], self.store.position)
        actors = [recorded_of(fact).header.actor for fact in facts if fact.topic == topic]
        return frozenset((each.organisation, each.user) for each in actors)

    def command(
        self,
        command: Command,
        actor: Actor,
        *,
        occurred_at: datetime | None = None,
        basis: LegalBasis = LegalBasis.STATUTORY_DUTY,
        idempotency_key: str | None = None,
        said: str | None = None,
    ) -> Answer:
        """Carry out one command of a person. Raises Refused, Busy.

        With an ``idempotency_key`` of that person's choosing the same command again is answered
        as the first time and changes nothing; another command under it raises KeyReused. ``said``:
        what the person asked for, where the command holds more (a count of now): by it two are the
        same.
        """
        key = None
        if idempotency_key:
            key = self._command_key(actor, command, idempotency_key, said)

        def work(unit: Unit) -> Answer:
            given = self.store.receipts([key.key]).get(key.key) if key else None
            if given is not None and key is not None:
                if given.kind == Erased.RECEIPT:
                    raise Erased
                if not hmac.compare_digest(given.content, key.content):
                    raise KeyReused
                return Answer(given.number, given.position, repeated=True)
            unit.execute(command, actor, occurred_at=occurred_at, basis=basis)
            if key is None:
                return Answer(new_receipt_number(unit.now), -1)
            return Answer(unit.receipt(actor, "command", key, None).number, -1)

        answer, positions = self.unit_of_work(work, names_children=False)
        if answer.repeated:
            return answer
        return Answer(answer.number, positions[-1] if positions else self.store.position)

    def check_states(self, actor: Actor, category: Category, subject: UUID) -> None:
        """Raise Refused where the actor may not state facts of a category about a child now."""
        Unit(self, None).check_states(actor, category, subject)

    def possible(self, commands: Iterable[Command], actor: Actor) -> list[bool]:
        """Which of these the rules would let a person carry out now, each by itself, so that
        something comes of it; none is. It says no more than trying them would."""
        unit = Unit(self, None)
        return [_would(unit, command, actor) for command in commands]

    def _command_key(
        self, actor: Actor, command: Command, idempotency_key: str, said: str | None
    ) -> RecordKey:
        """A key belongs to the person who chose it: nobody learns of another's commands."""
        content = f"{type(command).__name__}|{said or command.model_dump_json()}"
        return self.record_key(
            actor.organisation, "command", (actor.user, idempotency_key), content
        )

    def react(
        self,
        facts: Iterable[Fact],
        refused: Callable[[RefusedReaction], None],
        failed: Callable[[RefusedReaction, Exception], None] | None = None,
        *,
        only: str | None = None,
    ) -> bool:
        """Carry out what follows from facts of the log, or ``only`` what does by one reaction;
        gives whether anything did.

        A reaction whose command the rules refuse is handed to ``refused`` and the others go on:
        one faulty rule must not keep every later referral from being made. So is one that fails
        in any other way to ``failed``, with its failure; without that, it is raised. Each
        reaction's command writes a receipt under an id derived from (cause, reaction, target), in
        its own append: a repeat after a crash finds the receipt and does nothing.
        """

        @contextmanager
        def others_go_on(fact: Fact, reaction: str) -> Iterator[None]:
            try:
                yield
            except Erased:
                # Of an erased child nothing follows any more, and nobody waits for it.
                pass
            except Refused as refusal:
                refused(RefusedReaction(fact.position, reaction, refusal.code))
            except Exception as error:
                if failed is None:
                    raise
                failed(RefusedReaction(fact.position, reaction, FAILED), error)

        followed = False
        for fact in facts:
            for reaction, found in self._following(fact):
                if only is not None and reaction != only:
                    continue
                commands: list[tuple[str, Command]] = []
                with others_go_on(fact, reaction):
                    # A list, for what is asked for first changes what is open.
                    commands = list(found())
                for which, command in commands:
                    followed = True
                    with others_go_on(fact, reaction):
                        self._once(reaction, which, command, recorded_of(fact))
        return followed

    def _following(self, fact: Fact) -> Iterator[tuple[str, Callable[[], Found]]]:
        """The reactions to a fact, each with how its commands are found, and which of its commands
        each one is."""
        for reaction in BY_FOLLOWING.get(fact.topic, ()):
            yield reaction.name, partial(self._then, reaction, fact)
        for each in FOLLOWERS:
            if fact.topic in each.SAID_BY:
                yield each.NAME, partial(each.commands, self.store, self.policies.rules, fact)

    def _then(self, reaction: Reaction, fact: Fact) -> Found:
        cause = recorded_of(fact)
        for ordinal, command in enumerate(reaction.then(cause.event, cause, self.places)):
            yield str(ordinal), command

    def _once(self, reaction: str, ordinal: str, command: Command, cause: Recorded) -> None:
        key = hmac.digest(
            self._natural_key,
            f"reaction|{cause.header.event_id}|{reaction}|{ordinal}".encode(),
            "sha256",
        )

        def work(unit: Unit) -> None:
            if self.store.receipts([key]):
                return
            unit.execute(command, SYSTEM, cause=cause.header)
            unit.receipt(SYSTEM, f"reaction.{reaction}", RecordKey(key, b""), None)

        self.unit_of_work(work, names_children=False)

    def record_key(
        self, organisation: str, kind: str, natural_key: Sequence[str], content: str
    ) -> RecordKey:
        """The keyed hashes under which a record's receipt is found again.

        A natural key belongs to its sender: two organisations may state the same thing, each
        with a receipt of its own.
        """
        parts = "".join(f"{len(p)}:{p}" for p in (organisation, kind, *natural_key))
        return RecordKey(
            key=hmac.digest(self._natural_key, parts.encode(), "sha256"),
            content=hmac.digest(self._content_key, content.encode(), "sha256"),
        )


RECEIPT_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which are mistaken for each other when read out or copied by hand."""


class _Tried(Exception):
    """It would have gone through; ``does``: something would have come of it."""

    def __init__(self, does: bool) -> None:
        super().__init__()
        self.does = does


def _would(unit: Unit, command: Command, actor: Actor) -> bool:
    try:
        with unit.row():
            raise _Tried(bool(unit.execute(command, actor)))
    except _Tried as tried:
        return tried.does
    except Refused:
        return False


def new_receipt_number(now: datetime) -> str:
    """A receipt number (回执号): the Shanghai day and eight random characters."""
    day = Given(now=now, actor=SYSTEM).today.strftime("%Y%m%d")
    return f"{day}-" + "".join(secrets.choice(RECEIPT_ALPHABET) for _ in range(8))
