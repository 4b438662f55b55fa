"""A guardian's wish for work (就业需求), in the child's file: for the town's station to send on.

Plan 二4 (P32: 为父母或监护人提供就业帮扶). Village, school, town or civil affairs take it down,
with the guardian's own written consent. It is a matter of the family's means, of which human
resources see nothing whatever task on the child they have; they are sent the adult's wish by the
station, in a record of the adult's own (domain/job_help.py). Its number stands here alone, sealed:
neither record leads from the adult to the child.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.calendar import end_of_day_utc
from domain.job_codes import JOB_HOURS, JOB_WISH_STATE, JobHours, JobWishState
from domain.job_help import check_consent
from domain.kernel import Category, Command, Event, Given, Refused, Sensitive, Stream, Text
from domain.organisations import Seat
from domain.referral_checks import is_of

SEND = "job_send"
"""The clock of policies/clocks.toml by which a station sends a wish on."""

ASKS = frozenset({Seat.VILLAGE, Seat.TOWN, Seat.SCHOOL, Seat.CIVIL_AFFAIRS})
"""Who takes a wish down."""

Means = Annotated[Text, Sensitive(Category.MEANS)]
Contact = Annotated[Text, Sensitive(Category.CONTACT)]


class StateJobWish(Command):
    """登记就业需求: what a guardian wishes, for ``station`` (a town's) to send on. ``given_on``,
    ``until``: first and last day of the guardian's own written consent."""

    wish_id: UUID
    child_ref: UUID
    station: str
    stated_on: date
    given_on: date
    until: date
    adult_name: str
    adult_phone: str
    job: str
    job_hours: JobHours
    skills: str | None
    training: str | None


class ForwardJobWish(Command):
    """The station sent it on: under which number of help."""

    wish_id: UUID
    help_number: str


class WithdrawJobWish(Command):
    """退出: the guardian declines, or takes the consent back. No reason is asked."""

    wish_id: UUID
    withdrawn_on: date


class JobWishEvent(Event):
    CATEGORY: ClassVar[Category] = Category.MEANS
    TITLE: ClassVar[str] = "就业需求"
    child_ref: UUID
    told_to: str


class JobWishStated(JobWishEvent):
    """``told_to`` is to send it on, by ``send_by``; None where it only corrects."""

    TOPIC: ClassVar[str] = "job_wish.stated.v1"
    TITLE: ClassVar[str] = "登记就业需求"
    asked_by: str
    stated_on: date
    given_on: date
    expires_at: datetime
    send_by: datetime | None
    adult_name: Contact
    adult_phone: Contact
    job: Means
    job_hours: Means
    skills: Means
    training: Means


class JobWishForwarded(JobWishEvent):
    """``told_to`` asked for it."""

    TOPIC: ClassVar[str] = "job_wish.forwarded.v1"
    TITLE: ClassVar[str] = "就业需求已转送"
    help_number: Means


class JobWishWithdrawn(JobWishEvent):
    """``told_to``: the other one of who asked and who was to send it on."""

    TOPIC: ClassVar[str] = "job_wish.withdrawn.v1"
    TITLE: ClassVar[str] = "退出就业需求"
    withdrawn_on: date


@dataclass(frozen=True, slots=True)
class JobWish:
    state: JobWishState = JobWishState.NONE
    child_ref: UUID | None = None
    station: str = ""
    asked_by: str = ""
    stated_on: date | None = None
    send_by: datetime | None = None


def _not_yours() -> Refused:
    """The same whether there is none, it is over, or it is none of the asker's business."""
    return Refused("JOB_WISH_NOT_YOURS", "没有可由本单位办理的就业需求，请核对需求编号。")


def _state(state: JobWish, command: StateJobWish, given: Given) -> list[Event]:
    actor = given.actor.organisation
    if not is_of(actor, ASKS):
        raise Refused("JOB_WISH_NOT_HERE", "就业需求由村居、街镇、学校或民政局登记。")
    if not is_of(command.station, {Seat.TOWN}):
        raise Refused("JOB_WISH_STATION", "就业需求由街镇未保站转送，请核对转送街镇。")
    again = state.state is not JobWishState.NONE
    if again and not given.correction:
        return []
    if again and command.station != state.station:
        raise Refused("JOB_WISH_STATION_CHANGED", "转送街镇不能更改，请先登记退出，再另行登记。")
    given.not_in_future(command.stated_on, "JOB_WISH_IN_FUTURE", "登记日期")
    check_consent(command.given_on, command.until, given)
    within = given.rules.clocks[SEND].within
    return [
        JobWishStated(
            **command.model_dump(exclude={"wish_id", "station", "until"}),
            told_to=command.station,
            asked_by=actor,
            expires_at=end_of_day_utc(command.until),
            send_by=None if again else given.rules.due(within, given.now),
        )
    ]


def _forward(state: JobWish, command: ForwardJobWish, given: Given) -> list[Event]:
    if state.child_ref is None or given.actor.organisation != state.station:
        raise _not_yours()
    if state.state is JobWishState.FORWARDED and given.correction:
        return []
    if state.state is not JobWishState.STATED:
        raise _not_yours()
    return [
        JobWishForwarded(
            child_ref=state.child_ref, told_to=state.asked_by, help_number=command.help_number
        )
    ]


def _withdraw(state: JobWish, command: WithdrawJobWish, given: Given) -> list[Event]:
    actor = given.actor.organisation
    theirs = actor in (state.asked_by, state.station) or is_of(actor, {Seat.CIVIL_AFFAIRS})
    if state.child_ref is None or not theirs:
        raise _not_yours()
    given.not_in_future(command.withdrawn_on, "JOB_END_IN_FUTURE", "退出日期")
    if state.state is JobWishState.WITHDRAWN:
        return []
    return [
        JobWishWithdrawn(
            child_ref=state.child_ref,
            told_to=state.station if actor == state.asked_by else state.asked_by,
            withdrawn_on=command.withdrawn_on,
        )
    ]


def _stated(state: JobWish, event: JobWishStated) -> JobWish:
    if state.state is not JobWishState.NONE:
        return replace(state, stated_on=event.stated_on)
    return JobWish(
        JobWishState.STATED,
        event.child_ref,
        event.told_to,
        event.asked_by,
        event.stated_on,
        event.send_by,
    )


def _locate(command: Any, load: object) -> UUID:
    found: UUID = command.wish_id
    return found


JOB_WISH: Stream[JobWish] = Stream(
    name="job_wish",
    initial=JobWish(),
    decide={StateJobWish: _state, ForwardJobWish: _forward, WithdrawJobWish: _withdraw},
    evolve={
        JobWishStated: _stated,
        JobWishForwarded: lambda state, event: replace(
            state, state=JobWishState.FORWARDED, send_by=None
        ),
        JobWishWithdrawn: lambda state, event: replace(
            state, state=JobWishState.WITHDRAWN, send_by=None
        ),
    },
    locate=_locate,
    title="就业需求",
    states=JOB_WISH_STATE,
    codes={"job_hours": JOB_HOURS},
)
