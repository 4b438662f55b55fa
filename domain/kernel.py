"""The event, fold and decision kernel.

A stream is three pure things: an ``initial`` state, ``evolve(state, event) -> state`` and
``decide(state, command, given) -> events``. Time, identifiers and rules are arguments
(:class:`Given`); nothing here reads a clock or draws a random number.

An event's field is either clear or sensitive. A sensitive field names its category in its
annotation (:class:`Sensitive`); the codec seals it on append, and every event that is loaded
again holds :class:`Sealed` values there. The write side never opens them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from domain.code_sets import CodeSet
from domain.standing import Standing


class Category(StrEnum):
    """Sealing categories (数据类别): the columns of the sharing matrix.

    The matrix column ``identity`` is two categories here: ``WHO`` (name, sex, birth date, ID
    number), which comes with any record one may open, and ``CONTACT`` (address, telephones,
    family), which the column governs.
    """

    WHO = "who"
    CONTACT = "contact"
    CLASSIFICATION = "classification"
    VISITS = "visits"
    SCHOOLING = "schooling"
    HEALTH = "health"
    MEANS = "means"
    GUARDIANSHIP = "guardianship"
    HARM = "harm"
    ORDERS = "orders"
    WORKFORCE = "workforce"
    PROGRAMMES = "programmes"
    REPORTER = "reporter"


CATEGORY_WORDS: Mapping[str, str] = {
    Category.WHO: "身份",
    Category.CONTACT: "住址、电话和家庭",
    Category.CLASSIFICATION: "儿童类别",
    Category.VISITS: "走访",
    Category.SCHOOLING: "就学",
    Category.HEALTH: "健康",
    Category.MEANS: "家庭经济",
    Category.GUARDIANSHIP: "监护",
    Category.HARM: "侵害",
    Category.ORDERS: "文书和训诫",
    Category.WORKFORCE: "工作人员",
    Category.PROGRAMMES: "服务项目",
    Category.REPORTER: "报告人",
}
"""What officials read for them."""


class LegalBasis(StrEnum):
    """Legal basis of an act or a look (PIPL 13, 34; domain reference §8)."""

    STATUTORY_DUTY = "STATUTORY_DUTY"
    EMERGENCY = "EMERGENCY"
    GUARDIAN_CONSENT = "GUARDIAN_CONSENT"
    CHILD_CONSENT_14PLUS = "CHILD_CONSENT_14PLUS"


class Sealed:
    """A sealed field's value: ciphertext and what is needed to open it, opaque to the domain."""

    __slots__ = ("token",)

    def __init__(self, token: bytes) -> None:
        self.token = token

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and other.token == self.token

    def __hash__(self) -> int:
        return hash(self.token)

    def __repr__(self) -> str:
        return f"Sealed({len(self.token)} bytes)"

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.is_instance_schema(cls)


Text = str | Sealed | None
"""A sensitive text: plain when a decision makes it, sealed ever after."""


@dataclass(frozen=True, slots=True)
class Sensitive:
    """Annotation of a sensitive field: its sealing category; None means the category of the
    event it stands in (a referral's account is sealed under the matter referred).

    ``flag`` marks a field made for the matrix word ``flag``: it is sealed under a key of its
    own and may be shown to a seat that may not read the rest of the category.
    """

    category: Category | None
    flag: bool = False


class Message(BaseModel):
    """Base of commands and events: frozen, closed to unknown fields."""

    # Built when first used: a program uses few of the hundreds there are, and starts sooner.
    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )


class Event(Message):
    """Something that happened, in the past tense.

    ``TOPIC`` *is* the storage format: ``stream.event.vN``, never the class path; a stored topic
    is never renamed. ``CATEGORY`` says under which column of the matrix the fact itself (that
    it happened, its clear facts) is shared.
    """

    TOPIC: ClassVar[str]
    CATEGORY: ClassVar[Category]
    TITLE: ClassVar[str]
    """What an official reads for it (Chinese)."""
    SENSITIVE: ClassVar[Mapping[str, Sensitive]] = {}
    SURVIVES: ClassVar[bool] = False
    """It is recorded of a child that was erased all the same: the erasure's own events. Nothing of
    it is sensitive: there is no key for it any more."""
    OWN_KEY: ClassVar[bool] = False
    """Its fields are sealed under data keys of its stream's own, so that they can go alone."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        found: dict[str, Sensitive] = {}
        for name, info in cls.model_fields.items():
            for mark in info.metadata:
                if isinstance(mark, Sensitive):
                    found[name] = mark
        cls.SENSITIVE = found

    @property
    def subject(self) -> UUID | None:
        """The child concerned, or None while unknown (then the stream is the key subject)."""
        return getattr(self, "child_ref", None)

    @property
    def category(self) -> Category:
        """The matrix column of this very event; most events have a fixed one."""
        return self.CATEGORY

    def category_of(self, name: str) -> Category:
        """The sealing category of the sensitive field ``name``."""
        return self.SENSITIVE[name].category or self.category


class Command(Message):
    """Something asked for, in the imperative.

    ``STATES`` is the matrix column under which the asker must be allowed to state facts; None
    where the decision itself knows the parties (a referral's sender and addressee) or where the
    statement comes with any record (who the child is).
    """

    STATES: ClassVar[Category | None] = None

    READS_CHILD: ClassVar[bool] = False
    """Its decision is given the clear facts of the child's file (:attr:`Given.child`)."""

    @property
    def reads(self) -> UUID | None:
        """Whose file that is: the command's own child's, where it does not say another."""
        return self.subject

    READS_TASKS: ClassVar[bool] = False
    """Its decision is given what the asker has in hand of the child (:attr:`Given.tasks`)."""

    READS_GUARDIANS: ClassVar[bool] = False
    """Its decision is given what the child's guardians were called and by which numbers they are
    reached (:attr:`Given.guardians`, :attr:`Given.guardian_phones`)."""

    READS_ABSENT: ClassVar[bool] = False
    """Its decision is given who of those that visit the child is away (:attr:`Given.absent`)."""

    READS_CASE: ClassVar[bool] = False
    """Its decision is given what was asked of whom in its case (:attr:`Given.referrals`)."""

    NAMES: ClassVar[str] = ""
    """The field in which a person names the organisation that is to act: it has to be registered,
    for what is addressed to nobody is answered by nobody."""

    EACH_FILE: ClassVar[bool] = False
    """Where a child's files were joined (档案合并), asked for each of them."""

    IN_TASK: ClassVar[bool] = False
    """Only an organisation that has the matter in hand (an open task on :attr:`subject`) may ask,
    besides the department that publishes and reads the category across the district."""

    MEETS: ClassVar[str] = ""
    """The kind of clock of :attr:`subject` that it is to meet: whoever keeps that one may ask while
    it runs, whether or not the task is over."""

    @property
    def states(self) -> Category | None:
        """:attr:`STATES`, or what this very command declares where that is the sender's choice."""
        return self.STATES

    @property
    def subject(self) -> UUID | None:
        """The child, or what stands for it while it is unknown."""
        return getattr(self, "child_ref", None)


class Refused(Exception):
    """A command that the rules refuse, with the reason for an official to read.

    Args: ``code`` is a stable identifier; ``text`` the Chinese sentence (what is wrong and what
    to do); it never holds a sensitive value.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self.code = code
        self.text = text


class Erased(Refused):
    """What was sent concerns a child whose file was erased (个人信息保护法 47)."""

    CODE: ClassVar[str] = "ERASED"
    RECEIPT: ClassVar[str] = "erased"
    """The kind of a receipt's last revision once what it stood for was erased: the same record,
    sent again, is refused and not taken as new."""

    def __init__(self) -> None:
        super().__init__(
            self.CODE,
            "该档案已依法删除，此记录不能再登记。如孩子现在需要帮助，请按新的情况另行登记；"
            "有危险请拨打110。",
        )


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: organisation, post, pseudonymous user. Never a name."""

    organisation: str
    post: str
    user: str


@dataclass(frozen=True, slots=True)
class CaseReferrals:
    """What was asked in a case: how many referrals of it are ``open``, and how many organisations
    (``addressees``) have or had one."""

    open: int = 0
    addressees: int = 0


@dataclass(frozen=True, slots=True)
class Given:
    """What a decision is given besides state and command: the instant, and the rules in force.

    ``rules`` is the parsed content of policies/ that domain code may need (deadlines, release
    sets, thresholds, calendars); ``rules.version`` is recorded with the decision.
    """

    now: datetime
    actor: Actor
    rules: Any = None
    correction: bool = False
    """The command restates a record that was sent before, with other content."""
    child: Any = None
    """The clear facts of the child's file (domain.child_file.ChildFile), for a command that
    reads them."""

    tasks: frozenset[Category] = frozenset()
    """What the asker has in hand of the child by its open tasks, for a command that reads it."""

    guardians: frozenset[str] = field(default_factory=frozenset, repr=False)
    """What anybody called the child's guardians, for a command that reads it."""

    guardian_phones: frozenset[str] = field(default_factory=frozenset, repr=False)
    """By which telephones anybody said that they are reached, as written, for such a command."""

    absent: frozenset[str] = frozenset()
    """Villages of the child in whose place the town visits (离岗), for a command that reads it."""

    referrals: CaseReferrals = CaseReferrals()
    """What was asked of whom in the case, for a command that reads it."""

    @property
    def conflicted(self) -> frozenset[str]:
        """Organisations that are told and asked nothing about the child or the report
        (利害关系单位); none where the command reads no child."""
        found: frozenset[str] = frozenset() if self.child is None else self.child.conflicted
        return found

    def not_in_future(self, day: date, code: str, what: str) -> None:
        """Refuse a day that has not come yet; ``what`` names it (劝返日期)."""
        if day > self.today:
            raise Refused(code, f"{what}晚于今天，请核对日期后重报。")

    @property
    def today(self) -> date:
        """The Shanghai calendar day of ``now`` (Shanghai keeps UTC+8 all year)."""
        return (self.now + timedelta(hours=8)).date()


@dataclass(frozen=True, slots=True)
class Header:
    """What every event carries beside its own facts."""

    event_id: UUID
    actor: Actor
    legal_basis: LegalBasis
    occurred_at: datetime
    recorded_at: datetime
    correlation: UUID
    causation: UUID | None
    rule_version: str
    supersedes: UUID | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as the store holds it: stream, version, header, ordering key, facts.

    ``position`` is the place in the store's one sequence (None before the append).
    ``subject`` is whose data keys seal the fields: the child, else the stream.
    """

    originator_id: UUID
    originator_version: int
    ordering_key: UUID
    header: Header
    event: Event
    position: int | None = None

    @property
    def subject(self) -> UUID:
        return self.event.subject or self.originator_id


S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Due:
    """When a stream has something due: what ``starts`` its clock (a later event moves it), each
    with the fields that may say when, of which the first that holds an instant does; where none
    does, nothing more is due. After what it is ``over``, and what the clock is to ``ask`` once it
    is due: a command from the stream's id and the clear facts of what started it."""

    starts: Mapping[type[Event], tuple[str, ...]]
    over: tuple[type[Event], ...]
    ask: Callable[[UUID, Mapping[str, Any]], Command]


@dataclass(frozen=True, slots=True)
class Stream(Generic[S]):
    """One stream's whole story, as a decider.

    ``decide`` maps command types to functions ``(state, command, given) -> events``;
    ``evolve`` maps event types to functions ``(state, event) -> state``.
    ``locate(command, load)`` gives a command's stream id, where ``load`` folds a stream by id
    (to find which occurrence a command means); ``ordering_key`` gives the ordering key fixed at
    the stream's birth: the child, else the stream's own id.

    What officials read of it stands with it: ``title``; ``states``, the words for the states of a
    case; ``codes``, the code set of each coded field. ``case`` makes it a case in every view: it
    gives the state that an event leads to, from the state before (empty at the beginning), the
    topic and the clear facts, also where a view holds only some of the events. ``due`` says what
    the clock watches. ``by_itself``: it is no child's and stands in views under its own id, as a
    child does.

    ``stands`` tells, with the rules in force, what of a state keeps the child's file from being
    erased or sealed.

    ``locate`` says where a new statement goes. One that corrects another goes to the case where
    that one was recorded, however the case ended since.
    """

    name: str
    initial: S
    decide: Mapping[type[Command], Callable[[Any, Any, Given], Sequence[Event]]]
    evolve: Mapping[type[Event], Callable[[Any, Any], Any]]
    locate: Callable[[Any, Callable[[UUID], Any]], UUID]
    ordering_key: Callable[[Any, UUID], UUID] = field(
        default=lambda command, stream_id: getattr(command, "child_ref", None) or stream_id
    )
    title: str = ""
    states: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, CodeSet] = field(default_factory=dict)
    case: Callable[[str, str, Mapping[str, Any]], str] | None = None
    due: Due | None = None
    by_itself: bool = False
    stands: Callable[[Any, Any], Sequence[Standing]] | None = None

    def fold(self, events: Sequence[Event], state: S | None = None) -> S:
        """State after ``events``; an event type without a function leaves the state alone."""
        current: Any = self.initial if state is None else state
        for event in events:
            step = self.evolve.get(type(event))
            if step is not None:
                current = step(current, event)
        return current  # type: ignore[no-any-return]


HUB_NAMESPACE = uuid5(NAMESPACE_URL, "urn:child-protection-hub")


def derived_id(*parts: object) -> UUID:
    """A uuid5 over length-prefixed parts (so that ("ab","c") and ("a","bc") differ).

    Only ever called with pseudonyms, organisation codes, ordinals and event ids: a plain hash
    of an ID number, name or telephone would be guessed in seconds.
    """
    text = "".join(f"{len(part)}:{part}" for part in map(str, parts))
    return uuid5(HUB_NAMESPACE, text)
