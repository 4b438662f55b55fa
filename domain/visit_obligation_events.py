"""What is asked about the visits that a child is owed (联系和走访义务), and what comes of them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.child_file import Tier
from domain.kernel import Category, Command, Event


class OwedKind(StrEnum):
    """What is owed: 联系, 入户走访, 跟踪回访, 全面核查 (rows of policies/visits.toml)."""

    CONTACT = "contact"
    HOME_VISIT = "home_visit"
    FOLLOW_UP = "follow_up"
    VERIFICATION = "verification"


class PlanVisits(Command):
    """See what is owed now: open what is not open, hand over what moved, tighten what a higher
    tier makes due earlier, end what is owed no more. ``counted_from`` is the day of the visit
    that met the one before; ``until`` the last day of a round of verification (全面核查) of the
    town ``within``, which was put off from the day ``put_off_from``, where it was."""

    READS_CHILD: ClassVar[bool] = True
    READS_ABSENT: ClassVar[bool] = True
    child_ref: UUID
    kind: OwedKind
    counted_from: date | None = None
    until: date | None = None
    within: str | None = None
    put_off_from: date | None = None


class MeetObligation(Command):
    """A visit that counts was made on a day by an organisation."""

    READS_CHILD: ClassVar[bool] = True
    EACH_FILE: ClassVar[bool] = True

    child_ref: UUID
    kind: OwedKind
    happened_on: date
    by: str
    visit: UUID | None = None


class UnmeetObligation(Command):
    """A visit was corrected: what it had met it meets no more, and is owed again by its old day;
    unless it still ``meets`` it, on that same day (None where it meets nothing of this kind)."""

    READS_CHILD: ClassVar[bool] = True
    EACH_FILE: ClassVar[bool] = True

    child_ref: UUID
    kind: OwedKind
    visit: UUID
    meets: date | None


class EndFollower(Command):
    """The obligation that followed one which is owed again was counted from a visit that there was
    not: it ends. Nothing follows ``reopened`` where that is the last one."""

    child_ref: UUID
    kind: OwedKind
    reopened: UUID


class MissObligation(Command):
    """Asked by the clock; nothing happens when it is not due or already over. What is owed no
    more by then (the child came of age, the time of follow-up is over) ends instead."""

    READS_CHILD: ClassVar[bool] = True
    obligation: UUID
    child_ref: UUID


class ObligationEvent(Event):
    """Version 1 had no verification among its kinds."""

    TITLE: ClassVar[str] = "走访义务"
    CATEGORY: ClassVar[Category] = Category.VISITS
    child_ref: UUID
    kind: OwedKind
    owner: str


class ObligationOpened(ObligationEvent):
    TOPIC: ClassVar[str] = "visit_obligation.opened.v2"
    TITLE: ClassVar[str] = "应走访"
    town: str
    tier: Tier
    counted_from: date
    renewal: bool
    due_at: datetime


class ObligationTightened(ObligationEvent):
    TOPIC: ClassVar[str] = "visit_obligation.tightened.v2"
    TITLE: ClassVar[str] = "走访期限提前"
    tier: Tier
    due_at: datetime


class ObligationDelayed(ObligationEvent):
    """Its round's last day was moved later (全面核查延期)."""

    TOPIC: ClassVar[str] = "visit_obligation.put_off.v1"
    TITLE: ClassVar[str] = "核查期限延后"
    due_at: datetime


class ObligationReassigned(ObligationEvent):
    """``owner`` owes it from here on; the due day stays: moving must not make a child wait. What
    ``before`` did until ``since`` still counts, however late it is sent."""

    TOPIC: ClassVar[str] = "visit_obligation.reassigned.v2"
    TITLE: ClassVar[str] = "走访义务移交"
    town: str
    before: str
    since: date


class ObligationMet(ObligationEvent):
    """``late``: the visit itself was; one recorded late was made in time all the same."""

    TOPIC: ClassVar[str] = "visit_obligation.met.v2"
    TITLE: ClassVar[str] = "已走访"
    happened_on: date
    late: bool
    visit: UUID | None = None
    """Which visit met it; None in what was recorded before a correction took it back."""


class ObligationReopened(ObligationEvent):
    """The visit that met it was corrected: it is owed by its old day again."""

    TOPIC: ClassVar[str] = "visit_obligation.reopened.v2"
    TITLE: ClassVar[str] = "恢复应走访"
    visit: UUID
    due_at: datetime


class ObligationMissed(ObligationEvent):
    TOPIC: ClassVar[str] = "visit_obligation.missed.v2"
    TITLE: ClassVar[str] = "走访逾期"
    due_at: datetime


class ObligationEnded(ObligationEvent):
    TOPIC: ClassVar[str] = "visit_obligation.ended.v2"
    TITLE: ClassVar[str] = "不再应走访"
