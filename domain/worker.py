"""The register of workers (儿童主任信息台账, plan 二6 P42–P44): who works with children where, as
what, appointed on which basis, from when to when, and with which qualification.

One stream for each appointment. What the worker is called is sealed; the identifier is nobody's to
guess. An employer states its own people, a town those of its villages, civil affairs anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from domain.kernel import Category, Command, Event, Given, Refused, Sensitive, Text
from domain.organisations import (
    Post,
    Seat,
    district_organisation,
    seat_of,
    town_of_village,
)
from domain.workforce_codes import (
    AppointmentBasis,
    Qualification,
    WorkerRole,
)
from domain.workforce_training import AppraisalApproved, AppraisalProposed, Course

EMPLOYERS = frozenset(
    {
        Seat.TOWN,
        Seat.VILLAGE,
        Seat.SCHOOL,
        Seat.WELFARE_INSTITUTION,
        Seat.SOCIAL_ORGANISATION,
    }
)
"""Where people work with children who stand on this register (sharing matrix, workforce)."""


class RegisterWorker(Command):
    """登记工作人员: an appointment, as it begins; said again with other content it is corrected."""

    STATES: ClassVar[Category | None] = Category.WORKFORCE
    NAMES: ClassVar[str] = "organisation"
    worker: UUID
    organisation: str
    role: WorkerRole
    basis: AppointmentBasis
    qualification: Qualification
    since: date
    name: str | None
    id_number: str | None
    phone: str | None = None


class EndAppointment(Command):
    """离任: from this day on the worker is none of the employer's."""

    STATES: ClassVar[Category | None] = Category.WORKFORCE
    worker: UUID
    ended_on: date


class LinkAccount(Command):
    """Say which of the hub's users the worker is: stated by the employer's head or by those above,
    and never by that user. ``member_of``: where the directory has the user; empty for nobody."""

    STATES: ClassVar[Category | None] = Category.WORKFORCE
    worker: UUID
    hub_user: str
    member_of: str


class WorkerEvent(Event):
    """``told_to``: the employer or the one above it, whichever did not say it itself."""

    TITLE: ClassVar[str] = "工作人员"
    CATEGORY: ClassVar[Category] = Category.WORKFORCE
    worker: UUID
    organisation: str
    told_to: str


class WorkerRegistered(WorkerEvent):
    TOPIC: ClassVar[str] = "worker.registered.v1"
    TITLE: ClassVar[str] = "工作人员登记"
    role: WorkerRole
    basis: AppointmentBasis
    qualification: Qualification
    since: date
    name: Annotated[Text, Sensitive(Category.WORKFORCE)]
    id_number: Annotated[Text, Sensitive(Category.WORKFORCE)]
    phone: Annotated[Text, Sensitive(Category.WORKFORCE)]


class AppointmentEnded(WorkerEvent):
    TOPIC: ClassVar[str] = "worker.ended.v1"
    TITLE: ClassVar[str] = "离任"
    role: WorkerRole
    ended_on: date


class AccountLinked(WorkerEvent):
    TOPIC: ClassVar[str] = "worker.account_linked.v1"
    TITLE: ClassVar[str] = "登录账号对应"
    hub_user: str


@dataclass(frozen=True, slots=True)
class Attended:
    """One training that was attended."""

    course: Course
    on: date
    hours: int


@dataclass(frozen=True, slots=True)
class Worker:
    """What the register says of one appointment by now."""

    organisation: str | None = None
    role: WorkerRole | None = None
    basis: AppointmentBasis | None = None
    qualification: Qualification = Qualification.NONE
    since: date | None = None
    ended_on: date | None = None
    hub_user: str | None = None
    trained: Mapping[UUID, Attended] = field(default_factory=dict)
    """By the record that says so: a corrected one counts once."""
    exams: Mapping[tuple[Qualification, int], bool | None] = field(default_factory=dict)
    """The examinations that the worker registered for, and whether they were passed."""
    proposed: Mapping[int, AppraisalProposed] = field(default_factory=dict)
    """By year, the appraisal that awaits the head's decision; without what is sealed."""
    appraised: Mapping[int, AppraisalApproved] = field(default_factory=dict)

    def hours(self, year: int, *courses: Course) -> int:
        """Hours of training in a year, of some kinds of course."""
        return sum(
            each.hours
            for each in self.trained.values()
            if each.on.year == year and each.course in courses
        )

    @property
    def employed(self) -> bool:
        """Whether the appointment stands."""
        return self.organisation is not None and self.ended_on is None


def above(organisation: str) -> str:
    """Who answers for an employer's people besides it: a village's town, else civil affairs."""
    if seat_of(organisation) is Seat.VILLAGE:
        return town_of_village(organisation)
    return district_organisation(Seat.CIVIL_AFFAIRS)


def other_side(organisation: str, given: Given) -> str:
    """Whom it is told: the one above by the employer, the employer by those above. Refused to
    everybody else."""
    by = given.actor.organisation
    if seat_of(organisation) in EMPLOYERS:
        if by == organisation:
            return above(organisation)
        if by in (above(organisation), district_organisation(Seat.CIVIL_AFFAIRS)):
            return organisation
    raise Refused(
        "WORKER_NOT_YOURS", "工作人员由所在单位、其街镇未保站或区民政局登记，请核对单位。"
    )


def register(state: Worker, command: RegisterWorker, given: Given) -> list[Event]:
    told = other_side(command.organisation, given)
    if command.role is WorkerRole.CHILD_DIRECTOR and (
        seat_of(command.organisation) is not Seat.VILLAGE
    ):
        raise Refused("DIRECTOR_OF_VILLAGE", "儿童主任只在村居任职，请核对岗位和所在单位。")
    if state.organisation is not None and not given.correction:
        return []
    stated = command.model_dump()
    return [WorkerRegistered(**stated, told_to=told)]


def end(state: Worker, command: EndAppointment, given: Given) -> list[Event]:
    organisation, told, role = known(state, given)
    given.not_in_future(command.ended_on, "ENDED_IN_FUTURE", "离任日期")
    if not state.employed:
        return []
    if state.since is not None and command.ended_on < state.since:
        raise Refused("ENDED_BEFORE", "离任日期早于任职日期，请核对。")
    return [
        AppointmentEnded(
            worker=command.worker,
            organisation=organisation,
            told_to=told,
            role=role,
            ended_on=command.ended_on,
        )
    ]


def link(state: Worker, command: LinkAccount, given: Given) -> list[Event]:
    organisation, told, _ = known(state, given)
    by = given.actor
    own_head = by.organisation != organisation or by.post == Post.HEAD
    if not own_head or command.hub_user == by.user:
        raise Refused(
            "ACCOUNT_OF_ANOTHER", "登录账号由本单位负责人或上级单位对应，不能由本人对应。"
        )
    if command.member_of != organisation:
        raise Refused("COLLEAGUE", "该单位没有这个登录名，请核对后重填。")
    if not state.employed:
        raise Refused("WORKER_ENDED", "该人员已离任，不能对应登录账号。")
    if command.hub_user == state.hub_user:
        return []
    return [
        AccountLinked(
            worker=command.worker,
            organisation=organisation,
            told_to=told,
            hub_user=command.hub_user,
        )
    ]


def known(state: Worker, given: Given) -> tuple[str, str, WorkerRole]:
    """Employer, whom else it is told and role. One that is not there is refused as one that is
    somebody else's."""
    if state.organisation is None or state.role is None:
        raise Refused("WORKER_NOT_YOURS", "没有可由本单位办理的这名工作人员，请核对编号。")
    try:
        return state.organisation, other_side(state.organisation, given), state.role
    except Refused:
        raise Refused(
            "WORKER_NOT_YOURS", "没有可由本单位办理的这名工作人员，请核对编号。"
        ) from None


def registered(state: Worker, event: WorkerRegistered) -> Worker:
    return replace(
        state,
        organisation=event.organisation,
        role=event.role,
        basis=event.basis,
        qualification=event.qualification,
        since=event.since,
    )
