"""Social organisations (社会组织): accredited by civil affairs, supported in one of four forms,
reviewed each year (plan 二6 P50; 二2 P13).

One stream for each organisation. Who is not accredited gets no task and sees nothing of a child
(:mod:`hub.clearance`); who is sees what its task releases, and nothing else (sharing matrix). A
project names towns and sums, and no child.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from domain.calendar import end_of_day_utc
from domain.kernel import (
    Category,
    Command,
    Due,
    Event,
    Given,
    Refused,
    Sensitive,
    Stream,
    Text,
    derived_id,
)
from domain.organisations import HUB, Seat, district_organisation, seat_of, town_organisation
from domain.support_codes import (
    REVIEW_GRADE,
    SOCIAL_KIND,
    SUPPORT_FORM,
    ReviewGrade,
    SocialKind,
    SupportForm,
)

CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)

Yuan = Annotated[int, Field(ge=0, le=100_000_000)]
People = Annotated[int, Field(ge=0, le=100_000)]


def social_id(organisation: str) -> UUID:
    """The id of an organisation's stream."""
    return derived_id("social_organisation", organisation)


class Accredit(Command):
    """准入: from the first to the last Shanghai day; said again, it is renewed."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    NAMES: ClassVar[str] = "organisation"
    organisation: str
    social_kind: SocialKind
    since: date
    until: date


class WithdrawAccreditation(Command):
    """取消准入, from now on."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    NAMES: ClassVar[str] = "organisation"
    organisation: str


class AdvanceAccreditation(Command):
    """Asked by the clock: the last day is over."""

    organisation: str


class StartProject(Command):
    """支持项目: a form of support, for which towns, over which days, for how much.
    ``care_service``: it is one of the care services by social workers (社工关爱服务项目) whose
    coverage the plan widens (二2 P13)."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    NAMES: ClassVar[str] = "organisation"
    organisation: str
    project: UUID
    support_form: SupportForm
    care_service: bool
    towns: tuple[str, ...] = Field(min_length=1)
    since: date
    until: date
    yuan: Yuan
    project_name: str | None = None


class ReviewProject(Command):
    """年度评估 of a project: what it came to, and how many children it served."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    NAMES: ClassVar[str] = "organisation"
    organisation: str
    project: UUID
    reviewed_year: Annotated[int, Field(ge=2000, le=2100)]
    review_grade: ReviewGrade
    children_served: People
    account: str | None = None


class SocialEvent(Event):
    """``told_to``: the organisation itself."""

    TITLE: ClassVar[str] = "社会组织"
    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    organisation: str
    told_to: str


class Accredited(SocialEvent):
    TOPIC: ClassVar[str] = "social_organisation.accredited.v1"
    TITLE: ClassVar[str] = "社会组织准入"
    social_kind: SocialKind
    since: date
    until: date
    ends_at: datetime


class AccreditationEnded(SocialEvent):
    """``early``: it was withdrawn."""

    TOPIC: ClassVar[str] = "social_organisation.accreditation_ended.v1"
    TITLE: ClassVar[str] = "准入终止"
    ended_on: date
    early: bool


class ProjectStarted(SocialEvent):
    TOPIC: ClassVar[str] = "social_organisation.project_started.v1"
    TITLE: ClassVar[str] = "支持项目登记"
    project: UUID
    support_form: SupportForm
    care_service: bool
    towns: tuple[str, ...]
    since: date
    until: date
    yuan: Yuan
    project_name: Annotated[Text, Sensitive(Category.PROGRAMMES)]


class ProjectReviewed(SocialEvent):
    TOPIC: ClassVar[str] = "social_organisation.project_reviewed.v1"
    TITLE: ClassVar[str] = "项目年度评估"
    project: UUID
    reviewed_year: int
    review_grade: ReviewGrade
    children_served: People
    account: Annotated[Text, Sensitive(Category.PROGRAMMES)]


@dataclass(frozen=True, slots=True)
class Project:
    """One project, and its reviews by year."""

    support_form: SupportForm
    care_service: bool
    towns: tuple[str, ...]
    since: date
    until: date
    yuan: int
    reviews: Mapping[int, tuple[ReviewGrade, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Social:
    """What stands of a social organisation."""

    social_kind: SocialKind | None = None
    since: date | None = None
    until: date | None = None
    projects: Mapping[UUID, Project] = field(default_factory=dict)

    def accredited(self, today: date) -> bool:
        """Whether it is accredited on a day."""
        if self.since is None or self.until is None:
            return False
        return self.since <= today <= self.until


def _of_civil_affairs(command: Accredit | WithdrawAccreditation, given: Given) -> None:
    if given.actor.organisation != CIVIL_AFFAIRS:
        raise Refused("ACCREDITATION_NOT_YOURS", "社会组织准入由区民政局办理。")
    _is_social(command.organisation)


def _is_social(organisation: str) -> None:
    try:
        social = seat_of(organisation) is Seat.SOCIAL_ORGANISATION
    except ValueError:
        social = False
    if not social:
        raise Refused("NOT_SOCIAL", "该单位不是社会组织，请核对单位。")


def _accredit(state: Social, command: Accredit, given: Given) -> list[Event]:
    _of_civil_affairs(command, given)
    if command.until < max(command.since, given.today):
        raise Refused("ACCREDITATION_DAYS", "准入的最后一天不能早于开始的日期和今天，请核对。")
    return [
        Accredited(
            **command.model_dump(),
            told_to=command.organisation,
            ends_at=end_of_day_utc(command.until),
        )
    ]


def _withdraw(state: Social, command: WithdrawAccreditation, given: Given) -> list[Event]:
    _of_civil_affairs(command, given)
    if state.until is None:
        raise Refused("NOT_ACCREDITED", "该单位没有有效的准入，无须取消。")
    return [_ended(command.organisation, given, early=True)]


def _advance(state: Social, command: AdvanceAccreditation, given: Given) -> list[Event]:
    if given.actor.organisation != HUB:
        raise Refused("ACCREDITATION_BY_HUB", "准入到期由系统按登记的日期办理。")
    if state.until is None or given.now < end_of_day_utc(state.until):
        return []
    return [_ended(command.organisation, given, early=False)]


def _ended(organisation: str, given: Given, *, early: bool) -> AccreditationEnded:
    return AccreditationEnded(
        organisation=organisation, told_to=organisation, ended_on=given.today, early=early
    )


def _start(state: Social, command: StartProject, given: Given) -> list[Event]:
    by = given.actor.organisation
    _is_social(command.organisation)
    own_towns = all(town_organisation(each) == by for each in command.towns)
    if by != CIVIL_AFFAIRS and not own_towns:
        raise Refused("PROJECT_NOT_YOURS", "支持项目由区民政局登记，或由街镇登记本街镇的。")
    if command.until < command.since:
        raise Refused("PROJECT_DAYS", "项目结束日期早于开始日期，请核对。")
    if not state.accredited(given.today) or not state.accredited(command.since):
        raise Refused("NOT_ACCREDITED", "该社会组织没有有效的准入，不能登记支持项目。")
    if command.project in state.projects and not given.correction:
        return []
    return [ProjectStarted(**command.model_dump(), told_to=command.organisation)]


def _review(state: Social, command: ReviewProject, given: Given) -> list[Event]:
    project = state.projects.get(command.project)
    by = given.actor.organisation
    towns = () if project is None else project.towns
    if project is None or (by != CIVIL_AFFAIRS and [by] != [*map(town_organisation, towns)]):
        raise Refused("PROJECT_NOT_YOURS", "没有可由本单位评估的这个项目，请核对编号。")
    if not project.since.year <= command.reviewed_year <= min(project.until.year, given.today.year):
        raise Refused("REVIEW_YEAR", "评估年度不在项目期间内，请核对。")
    return [ProjectReviewed(**command.model_dump(), told_to=command.organisation)]


def _accredited(state: Social, event: Accredited) -> Social:
    return replace(state, social_kind=event.social_kind, since=event.since, until=event.until)


def _started(state: Social, event: ProjectStarted) -> Social:
    before = state.projects.get(event.project)
    project = Project(
        event.support_form,
        event.care_service,
        event.towns,
        event.since,
        event.until,
        event.yuan,
        reviews=before.reviews if before else {},
    )
    return replace(state, projects={**state.projects, event.project: project})


def _reviewed(state: Social, event: ProjectReviewed) -> Social:
    project = state.projects.get(event.project)
    if project is None:
        return state
    reviews = {**project.reviews, event.reviewed_year: (event.review_grade, event.children_served)}
    return replace(
        state, projects={**state.projects, event.project: replace(project, reviews=reviews)}
    )


SOCIAL_ORGANISATION: Stream[Social] = Stream(
    name="social_organisation",
    initial=Social(),
    decide={
        Accredit: _accredit,
        WithdrawAccreditation: _withdraw,
        AdvanceAccreditation: _advance,
        StartProject: _start,
        ReviewProject: _review,
    },
    evolve={
        Accredited: _accredited,
        AccreditationEnded: lambda state, event: replace(state, since=None, until=None),
        ProjectStarted: _started,
        ProjectReviewed: _reviewed,
    },
    locate=lambda command, load: social_id(command.organisation),
    title="社会组织",
    codes={
        "social_kind": SOCIAL_KIND,
        "support_form": SUPPORT_FORM,
        "review_grade": REVIEW_GRADE,
    },
    by_itself=True,
    due=Due(
        starts={Accredited: ("ends_at",)},
        over=(AccreditationEnded,),
        ask=lambda stream, facts: AdvanceAccreditation(organisation=facts["organisation"]),
    ),
)
