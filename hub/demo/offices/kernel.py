"""What an agency's module is written with: senders, ways to work a referral, and the district."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from random import Random
from typing import Any, TypeAlias
from uuid import UUID

from domain.deadline_extension import ApproveExtension, AskForExtension
from domain.kernel import Command
from domain.organisations import HUB, Seat, district_organisation
from domain.referral import (
    OPEN_STATES,
    REFERRAL,
    AcceptReferral,
    CompleteReferral,
    FailReferral,
    HoldReferral,
    ReturnReason,
    ReturnReferral,
    StartReferral,
)
from domain.rules import COMPLETE
from domain.terms import last_day_of
from hub.answers import Referral
from hub.demo.cases import Absences
from hub.demo.chance import ByDay, Rate, Who, draw
from hub.demo.days import Days
from hub.demo.desk import Desk
from hub.demo.options import seeded, weighted
from hub.demo.world import Child, World
from hub.keyservice import Purpose
from hub.queries import NotCleared


class On(Enum):
    """On which days a sender sends."""

    EVERY_DAY = "every day"
    WORKING_DAYS = "working days"
    SCHOOL_DAYS = "school days"


@dataclass
class Work:
    """The district on its days: what every agency works with."""

    desk: Desk
    world: World
    days: Days
    absences: Absences
    seed: int
    applications: dict[tuple[str, str], Any] = field(default_factory=dict)
    """What a child's family applied for (保障申请), by the child's key."""
    granted: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many are paid each month, by scheme and town."""
    _drawn: dict[str, ByDay] = field(default_factory=dict)
    _later: dict[date, list[Callable[[date], None]]] = field(default_factory=dict)

    def rng(self, *purpose: object) -> Random:
        """A generator for one purpose, the same for the same seed."""
        return seeded(self.seed, *purpose)

    def on(self, when: On) -> Sequence[date]:
        """The demo's days of a kind."""
        return {
            On.EVERY_DAY: self.days.all,
            On.WORKING_DAYS: self.days.working,
            On.SCHOOL_DAYS: self.days.school,
        }[when]

    def later(self, day: date, after: int, what: Callable[[date], None]) -> None:
        """Have something done so many working days after a working day; beyond the demo, never."""
        at = self.days.nth_working(day) + after
        if at < len(self.days.working):
            self._later.setdefault(self.days.working[at], []).append(what)

    def due(self, day: date) -> None:
        """Do what was put off until a working day."""
        for what in self._later.pop(day, ()):
            what(day)

    def happening(
        self, what: str, rate: Rate, who: Who, day: date, when: On = On.WORKING_DAYS
    ) -> Sequence[tuple[str, Sequence[Child]]]:
        """To which children something happens on a day, by the organisation that reports it.

        Drawn over the whole span at the first question, by the name of what happens.
        """
        if what not in self._drawn:
            count = rate.count(len(self.world.children), len(self.days.all))
            self._drawn[what] = draw(self.rng(what), count, self.world.children, self.on(when), who)
        return self._drawn[what].get(day, ())


Send: TypeAlias = Callable[[Work, date], None]


@dataclass(frozen=True, slots=True)
class Sender:
    """What an agency sends in, asked on each day of a kind."""

    name: str
    on: On
    send: Send


def sends(on: On) -> Callable[[Send], Sender]:
    """Turn a function ``(work, day)`` into a :class:`Sender`."""
    return lambda send: Sender(send.__name__, on, send)


_CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)

Weighted: TypeAlias = Sequence[tuple[int | None, int]]
"""Numbers of days with weights; None: never within the demo."""


@dataclass
class Task:
    """One referral in somebody's inbox, worked by an :data:`Act`."""

    work: Work
    owner: str
    referral: Referral
    child: Child | None
    rng: Random

    @property
    def outcomes(self) -> Sequence[str]:
        """The codes by which this kind may be completed; the first is the wanted one."""
        kinds = self.work.desk.program.policies.rules
        return tuple(kinds.referral_kind(self.referral.kind).outcomes)

    def learn(self) -> None:
        """Look whom it concerns, once the acceptance has told."""
        if self.child is not None:
            return
        desk = self.work.desk
        reader = desk.staff.reader(self.owner, Purpose.TASK)
        try:
            found = desk.program.queries.referral(reader, self.referral.id)
        except NotCleared:
            return
        if found is not None and found.child is not None:
            self.child = self.work.world.find(found.child.fields)

    def accept(self) -> None:
        """签收."""
        self._answer(AcceptReferral(referral_id=self.id))

    def start(self) -> None:
        """开始办理."""
        self._answer(StartReferral(referral_id=self.id))

    def give_back(self) -> None:
        """退回, for want of an address; what has nobody to go back to is left lying."""
        if self.referral.sender == HUB and self.owner == _CIVIL_AFFAIRS:
            return
        self._answer(
            ReturnReferral(
                referral_id=self.id,
                reason=ReturnReason.INFORMATION_MISSING,
                note="（演示）地址不详，请补充后再转。",
            )
        )

    def complete(self, outcome: str) -> None:
        """办结; what a record answers (如复学登记) is left to the record."""
        kinds = self.work.desk.program.policies.rules
        if outcome in kinds.referral_kind(self.referral.kind).by_record:
            return
        self._answer(
            CompleteReferral(
                referral_id=self.id,
                outcome=outcome,
                happened_on=self.today,
                account="（演示）已按职责办理。",
            )
        )

    def fail(self) -> None:
        """未办成."""
        self._answer(FailReferral(referral_id=self.id, account="（演示）多次上门未果。"))

    def hold(self, days: int) -> None:
        """暂缓, until a day; it goes on by itself."""
        until = self.today + timedelta(days=days)
        self._answer(HoldReferral(referral_id=self.id, reason="AWAITING_FAMILY", until=until))

    def put_off(self, days: int) -> None:
        """延期 by some days: asked for by who works it, decided by the leader."""
        if not self.open or self.referral.complete_by is None:
            return
        due = last_day_of(datetime.fromisoformat(self.referral.complete_by))
        if due <= self.today:
            return
        until = due + timedelta(days=days)
        self.command(
            AskForExtension(
                subject_id=self.id,
                kind=COMPLETE,
                until=until,
                account="（演示）等待家长从外地返回。",
            )
        )
        agreed = ApproveExtension(subject_id=self.id, kind=COMPLETE, until=until)
        self.work.desk.decide(self.owner, agreed)

    @property
    def rests(self) -> bool:
        """Whether its kind may rest and be put off."""
        return not self.work.desk.program.policies.rules.referral_kind(self.referral.kind).runs_on

    def command(self, command: Command) -> None:
        """A command of the task's owner."""
        self.work.desk.command(self.owner, command)

    @property
    def open(self) -> bool:
        """Whether it is still to be done: what lost its matter is withdrawn."""
        store = self.work.desk.program.store
        return store.load(REFERRAL, self.id).state.state in OPEN_STATES

    def _answer(self, command: Command) -> None:
        if self.open:
            self.command(command)

    @property
    def id(self) -> UUID:
        """The referral's identifier."""
        return UUID(self.referral.id)

    @property
    def about(self) -> UUID:
        """What it is about: the child, or the mandatory report."""
        return UUID(self.referral.child_ref)

    @property
    def today(self) -> date:
        """The day on which it is being worked."""
        return self.work.desk.today


Act: TypeAlias = Callable[[Task], Iterator[int]]
"""Works a task step by step: each number that it yields is after how many days it goes on."""


@dataclass(frozen=True, slots=True)
class Handling:
    """How some kinds of referral are worked: on working days, or ``every_day``."""

    kinds: tuple[str, ...]
    act: Act
    every_day: bool = False


def handles(*kinds: str, every_day: bool = False) -> Callable[[Act], Handling]:
    """Turn a generator function ``(task)`` into a :class:`Handling` of these kinds."""
    return lambda act: Handling(kinds, act, every_day)


HELD, PUT_OFF = 0.03, 0.03
"""Shares of tasks that are put on hold once, and of those that are put off."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a kind of referral is mostly dealt with: after how many days it is accepted and, counted
    from the request as well, finished; which share is returned, and which fails."""

    finish_after: Weighted = ((3, 40), (6, 35), (9, 15), (12, 7), (None, 3))
    accept_after: Weighted = ((0, 58), (1, 27), (2, 7), (4, 4), (None, 4))
    returned: float = 0.04
    failed: float = 0.05


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of one task: drawn when it comes in."""

    accept_after: int | None
    finish_after: int | None
    returned: bool
    starts: bool
    failed: bool
    outcome: str

    @classmethod
    def of(cls, task: Task, manner: Manner) -> Plan:
        """Draw it."""
        rng, outcomes = task.rng, task.outcomes
        return cls(
            accept_after=weighted(rng, manner.accept_after),
            finish_after=weighted(rng, manner.finish_after),
            returned=rng.random() < manner.returned,
            starts=rng.random() < 0.35,
            failed=rng.random() < manner.failed,
            outcome=weighted(rng, [(each, 5 if each == outcomes[0] else 1) for each in outcomes]),
        )

    @property
    def rest(self) -> int:
        """Days between the acceptance and the end; at least one."""
        return max(1, (self.finish_after or 0) - (self.accept_after or 0))


def take_up(task: Task, plan: Plan) -> Generator[int, None, bool]:
    """Accept the task in its time, or return it; gives whether it is to be finished."""
    if plan.accept_after is None:
        return False
    yield plan.accept_after
    if plan.returned:
        task.give_back()
        return False
    task.accept()
    if plan.starts:
        task.start()
    return plan.finish_after is not None


def answer(task: Task, plan: Plan, outcome: str | None = None) -> None:
    """Finish the task, with the outcome that was drawn unless another is the case."""
    if plan.failed:
        task.fail()
    else:
        task.complete(outcome or plan.outcome)


def linger(task: Task) -> Iterator[int]:
    """Now and then a matter has to wait for the family, or takes longer than it may."""
    drawn = task.rng.random()
    if not task.rests or drawn >= HELD + PUT_OFF:
        return
    if drawn < HELD:
        days = task.rng.randint(2, 4)
        task.hold(days)
        yield days + 1
    else:
        task.put_off(task.rng.randint(3, 8))


def usual(manner: Manner) -> Act:
    """Accepted, worked on for some days, finished."""

    def act(task: Task) -> Iterator[int]:
        plan = Plan.of(task, manner)
        if (yield from take_up(task, plan)):
            yield from linger(task)
            yield plan.rest
            answer(task, plan)

    return act


OTHERWISE = Handling((), usual(Manner()))
"""How a kind is worked that no office has a way of its own for."""
