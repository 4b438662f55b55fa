"""A school's concern about a pupil (学生关注, plan 二1 P05; 二3 P20: 心理或行为异常).

A teacher's concern is a fact of schooling and no diagnosis. The town looks into it; what it
confirms raises the visiting tier until the concern ends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

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
from domain.organisations import Seat, seat_of, town_organisation
from domain.standing import Standing, Stands

Schooling = Annotated[Text, Sensitive(Category.SCHOOLING)]


class ConcernState(StrEnum):
    NONE = "NONE"
    RAISED = "RAISED"
    CONFIRMED = "CONFIRMED"
    CLOSED = "CLOSED"


CONCERN_ASPECT = CodeSet(
    "CONCERN_ASPECT",
    "关注情形",
    {"PSYCHOLOGICAL": "心理异常", "BEHAVIOURAL": "行为异常"},
    {"心理": "PSYCHOLOGICAL", "行为": "BEHAVIOURAL"},
)


def concern_id(child_ref: UUID, school: str, raised_on: date) -> UUID:
    """The id of the concern that a school raised about a child on a day."""
    return derived_id("concern", child_ref, school, raised_on.isoformat())


class RaiseConcern(Command):
    """提出关注. ``town`` is the child's as the record has it, ``school_town`` the school's own."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    school: str
    town: str | None
    school_town: str | None
    raised_on: date
    aspects: tuple[str, ...]
    account: str | None


class ConfirmConcern(Command):
    """The town found it so; asked by the hub together with the answer to the referral."""

    child_ref: UUID
    concern: UUID


class CloseConcern(Command):
    """结束关注, by the school that raised it or the town that was asked to look into it."""

    child_ref: UUID
    school: str
    raised_on: date
    ended_on: date
    note: str | None


class ConcernRaised(Event):
    """``looked_into_by_town``: where it goes, which the school is not told: it tells where its
    pupil lives."""

    TOPIC: ClassVar[str] = "concern.raised.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "提出学生关注"
    child_ref: UUID
    school: str
    looked_into_by_town: str | None
    raised_on: date
    aspects: Schooling
    account: Schooling


class ConcernConfirmed(Event):
    TOPIC: ClassVar[str] = "concern.confirmed.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "学生关注属实"
    child_ref: UUID


class ConcernClosed(Event):
    TOPIC: ClassVar[str] = "concern.closed.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "结束学生关注"
    child_ref: UUID
    ended_on: date
    note: Schooling


@dataclass(frozen=True, slots=True)
class Concern:
    state: ConcernState = ConcernState.NONE
    school: str = ""
    town: str | None = None

    @property
    def parties(self) -> frozenset[str]:
        """Who may end it."""
        return frozenset({self.school, town_organisation(self.town) if self.town else self.school})


def _raise(state: Concern, command: RaiseConcern, given: Given) -> list[Event]:
    actor = given.actor.organisation
    if seat_of(actor) is not Seat.SCHOOL or actor != command.school:
        raise Refused("CONCERN_NOT_SCHOOL", "学生关注只由学校以本校名义提出。")
    given.not_in_future(command.raised_on, "CONCERN_IN_FUTURE", "提出日期")
    return [
        ConcernRaised(
            child_ref=command.child_ref,
            school=command.school,
            looked_into_by_town=state.town
            or command.town
            or _of_own_pupil(command, given)
            or command.school_town,
            raised_on=command.raised_on,
            aspects=",".join(command.aspects),
            account=command.account,
        )
    ]


def _of_own_pupil(command: RaiseConcern, given: Given) -> str | None:
    """Where the school's own pupil lives. Of any other child a school must not learn it, not even
    by whom its concern is sent to."""
    child = given.child
    return child.town if child is not None and child.school == command.school else None


def _confirm(state: Concern, command: ConfirmConcern, given: Given) -> list[Event]:
    """What ended before it was confirmed raises nothing any more."""
    if state.state is not ConcernState.RAISED:
        return []
    return [ConcernConfirmed(child_ref=command.child_ref)]


def _close(state: Concern, command: CloseConcern, given: Given) -> list[Event]:
    if state.state is ConcernState.NONE or given.actor.organisation not in state.parties:
        raise Refused(
            "CONCERN_NOT_YOURS", "没有可由本单位结束的学生关注，请核对儿童、学校和提出日期。"
        )
    given.not_in_future(command.ended_on, "CONCERN_END_IN_FUTURE", "结束日期")
    if command.ended_on < command.raised_on:
        raise Refused("CONCERN_BACKWARDS", "结束日期早于提出日期，请核对后重报。")
    if state.state is ConcernState.CLOSED and not given.correction:
        return []
    return [
        ConcernClosed(child_ref=command.child_ref, ended_on=command.ended_on, note=command.note)
    ]


def _raised(state: Concern, event: ConcernRaised) -> Concern:
    """A corrected record leaves the concern where it stands."""
    if state.state is not ConcernState.NONE:
        return state
    return Concern(ConcernState.RAISED, event.school, event.looked_into_by_town)


def _locate(command: Any, load: object) -> UUID:
    if isinstance(command, ConfirmConcern):
        return command.concern
    return concern_id(command.child_ref, command.school, command.raised_on)


CONCERN: Stream[Concern] = Stream(
    name="concern",
    initial=Concern(),
    decide={RaiseConcern: _raise, ConfirmConcern: _confirm, CloseConcern: _close},
    evolve={
        ConcernRaised: _raised,
        ConcernConfirmed: lambda state, event: replace(state, state=ConcernState.CONFIRMED),
        ConcernClosed: lambda state, event: replace(state, state=ConcernState.CLOSED),
    },
    locate=_locate,
    codes={"aspects": CONCERN_ASPECT},
    stands=lambda state, rules: (
        [Standing(Stands.OPEN_CASE)]
        if state.state in (ConcernState.RAISED, ConcernState.CONFIRMED)
        else []
    ),
)
