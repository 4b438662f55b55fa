"""Voluntary family-education guidance (家庭教育指导服务): offered to guardians or asked for by
them, accepted or declined, held session by session, over with a result.

Plan 二2 (P11: 加强对父母或监护人的家庭教育指导服务); 家教法 6, 28, 30, 39. Schools, villages'
parents' schools (社区家长学校) and the women's federation give it. Guidance that was ordered is
another course (domain/guidance.py). Who offers it names who gives it; whoever that is states what
was held, to whoever offered it and to nobody else who does not read the matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.child_file import ChildFile
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
from domain.organisations import HUB, Seat, seat_of, town_organisation, village_organisation
from domain.standing import Standing, Stands

GIVE = "give_voluntary_guidance"
"""The kind of referral by which somebody else is asked to give it."""
NEXT = "guidance_session"
"""The clock of the next session."""

AGAIN = "offer_guidance_again"
"""The clock by which what guardians declined is offered once more."""

Own = Annotated[Text, Sensitive(None)]


class CourseState(StrEnum):
    NONE = "NONE"
    DECLINED = "DECLINED"
    AGREED = "AGREED"
    ENDED = "ENDED"


class Origin(StrEnum):
    """Whether it was offered or asked for (来源)."""

    OFFERED = "OFFERED"
    ASKED_FOR = "ASKED_FOR"


ORIGIN = CodeSet(
    "GUIDANCE_ORIGIN",
    "服务来源",
    {Origin.OFFERED: "主动提供", Origin.ASKED_FOR: "家长申请"},
    {"提供": "OFFERED", "申请": "ASKED_FOR"},
)


class CourseResult(StrEnum):
    """What it came to."""

    COMPLETED = "COMPLETED"
    STOPPED = "STOPPED"
    MOVED_AWAY = "MOVED_AWAY"


COURSE_RESULT = CodeSet(
    "COURSE_RESULT",
    "服务结果",
    {
        CourseResult.COMPLETED: "已完成",
        CourseResult.STOPPED: "家长不愿继续",
        CourseResult.MOVED_AWAY: "家庭迁出",
    },
    {"完成": "COMPLETED", "不愿继续": "STOPPED", "迁出": "MOVED_AWAY"},
)


def matter_of(organisation: str) -> Category:
    """Under which category an office states it: schools, and education in their place, as
    schooling."""
    of_schools = seat_of(organisation) in (Seat.SCHOOL, Seat.EDUCATION)
    return Category.SCHOOLING if of_schools else Category.GUARDIANSHIP


def voluntary_guidance_id(child_ref: UUID, giver: str, occurrence: int) -> UUID:
    """The id of the n-th course (from 1) that somebody gives a child's guardians."""
    return derived_id("voluntary_guidance", child_ref, giver, occurrence)


class OfferGuidance(Command):
    """提供或受理家庭教育指导服务: ``accepted`` by the guardians, and given by ``giver``.
    ``matter``: under which the office states it. ``offered_by``: whose record the hub follows."""

    READS_CHILD: ClassVar[bool] = True
    NAMES: ClassVar[str] = "giver"
    child_ref: UUID
    matter: Category
    giver: str
    offered_on: date
    origin: Origin
    accepted: bool
    topic: str | None
    offered_by: str | None = None

    @property
    def states(self) -> Category | None:
        return self.matter


class RecordCourseSession(Command):
    """A session (指导课次) of a course that runs, to which the guardians came or not. Who gives the
    course states it, whatever else it may read of the child."""

    child_ref: UUID
    giver: str
    held_on: date
    attended: bool
    account: str | None


class EndCourse(Command):
    """服务结束, with its result; by who gives it."""

    child_ref: UUID
    giver: str
    ended_on: date
    result: CourseResult
    account: str | None


class CourseEvent(Event):
    """``told_to``: who gives it, of an offer, else who offered it. ``asked``: how often it was
    offered and accepted by then. ``due_at``: until when the next session is held, where one is; of
    an offer that was declined, until when it is offered once more."""

    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "家庭教育指导服务"
    child_ref: UUID
    matter: Category
    told_to: str
    town: str | None
    asked: int
    due_at: datetime | None

    @property
    def category(self) -> Category:
        return self.matter


class GuidanceOffered(CourseEvent):
    TOPIC: ClassVar[str] = "voluntary_guidance.offered.v1"
    TITLE: ClassVar[str] = "提供家庭教育指导"
    offered_by: str
    offered_on: date
    origin: Origin
    accepted: bool
    topic: Own


class CourseSessionHeld(CourseEvent):
    TOPIC: ClassVar[str] = "voluntary_guidance.session_held.v1"
    TITLE: ClassVar[str] = "指导服务课次"
    held_on: date
    attended: bool
    account: Own


class CourseEnded(CourseEvent):
    TOPIC: ClassVar[str] = "voluntary_guidance.ended.v1"
    TITLE: ClassVar[str] = "指导服务结束"
    ended_on: date
    result: CourseResult
    account: Own


@dataclass(frozen=True, slots=True)
class Course:
    state: CourseState = CourseState.NONE
    giver: str = ""
    offered_by: str = ""
    matter: Category = Category.GUARDIANSHIP
    town: str | None = None
    since: date | None = None
    asked: int = 0
    sessions: Mapping[date, bool] = field(default_factory=dict)
    """Whether the guardians came, by day."""

    @property
    def about(self) -> dict[str, Any]:
        """The facts that every event of what is given repeats."""
        return {
            "matter": self.matter,
            "told_to": self.offered_by,
            "town": self.town,
            "asked": self.asked,
        }


def _not_yours() -> Refused:
    """The same whether there is none or it is none of the asker's business."""
    return Refused("COURSE_NOT_YOURS", "没有可由本单位登记的家庭教育指导服务，请核对儿童信息。")


def _offers(child: ChildFile) -> set[str]:
    """Who may offer it: the child's school, village and town."""
    found = [child.school]
    found.append(village_organisation(child.village) if child.village else None)
    found.append(town_organisation(child.town) if child.town else None)
    return {each for each in found if each is not None}


def _next(given: Given) -> datetime:
    due: datetime = given.rules.due(given.rules.clocks[NEXT].within, given.now)
    return due


def _due(state: Course, command: OfferGuidance, given: Given) -> datetime | None:
    """Until when what follows from an offer is owed: a session, or another offer, once."""
    if given.correction:
        return None
    if command.accepted:
        return _next(given)
    if state.state is not CourseState.NONE:
        return None
    due: datetime = given.rules.due(given.rules.clocks[AGAIN].within, given.now)
    return due


def _offer(state: Course, command: OfferGuidance, given: Given) -> list[Event]:
    actor = given.actor.organisation
    by = command.offered_by if actor == HUB and command.offered_by else actor
    child: ChildFile = given.child or ChildFile()
    if by not in _offers(child) - given.conflicted or command.matter is not matter_of(by):
        raise _not_yours()
    if command.giver != by and seat_of(command.giver) not in given.rules.referral_kind(GIVE).seats:
        raise Refused("COURSE_GIVER", "指导单位应为本单位、妇联、村居或社会组织，请核对后重报。")
    given.not_in_future(command.offered_on, "COURSE_IN_FUTURE", "提供日期")
    again = given.correction and state.asked
    return [
        GuidanceOffered(
            child_ref=command.child_ref,
            matter=command.matter,
            told_to=command.giver,
            town=child.town,
            asked=state.asked if again else state.asked + command.accepted,
            due_at=_due(state, command, given),
            offered_by=by,
            offered_on=command.offered_on,
            origin=command.origin,
            accepted=command.accepted,
            topic=command.topic,
        )
    ]


def _under_way(state: Course, day: date, given: Given, what: str) -> None:
    mine = state.asked and given.actor.organisation == state.giver
    if not mine or (state.state is not CourseState.AGREED and not given.correction):
        raise _not_yours()
    given.not_in_future(day, "COURSE_IN_FUTURE", what)
    if state.since is not None and day < state.since:
        raise Refused("COURSE_OUT_OF_ORDER", f"{what}早于提供日期，请核对日期后重报。")


def _session(state: Course, command: RecordCourseSession, given: Given) -> list[Event]:
    _under_way(state, command.held_on, given, "指导日期")
    # One of before, put right or entered late, moves no clock.
    newest = all(command.held_on > each for each in state.sessions)
    return [
        CourseSessionHeld(
            **state.about,
            **command.model_dump(exclude={"giver"}),
            due_at=_next(given) if newest and state.state is CourseState.AGREED else None,
        )
    ]


def _end(state: Course, command: EndCourse, given: Given) -> list[Event]:
    _under_way(state, command.ended_on, given, "结束日期")
    return [CourseEnded(**state.about, **command.model_dump(exclude={"giver"}), due_at=None)]


def state_after(state: str, topic: str, facts: Mapping[str, Any]) -> CourseState:
    """The state that an event leads to, by its topic and clear facts, for every view."""
    if topic == CourseEnded.TOPIC:
        return CourseState.ENDED
    if topic == GuidanceOffered.TOPIC and state != CourseState.ENDED:
        if facts.get("accepted"):
            return CourseState.AGREED
        return CourseState(state or CourseState.DECLINED)
    return CourseState(state or CourseState.AGREED)


def _offered(state: Course, event: GuidanceOffered) -> Course:
    if not event.accepted:
        # What the guardians decline now ends nothing that runs.
        return replace(state, state=state_after(_known(state), event.TOPIC, vars(event)))
    return Course(
        state=state_after(_known(state), event.TOPIC, vars(event)),
        giver=event.told_to,
        offered_by=event.offered_by,
        matter=event.matter,
        town=event.town,
        since=event.offered_on if state.since is None else min(state.since, event.offered_on),
        asked=event.asked,
        sessions=state.sessions,
    )


def _known(state: Course) -> str:
    return "" if state.state is CourseState.NONE else state.state


def _held(state: Course, event: CourseSessionHeld) -> Course:
    return replace(state, sessions={**state.sessions, event.held_on: event.attended})


def _ended(state: Course, event: CourseEnded) -> Course:
    return replace(state, state=CourseState.ENDED)


def _locate(command: Any, load: Callable[[UUID], Course]) -> UUID:
    """The course of this giver that runs, else the next one."""
    occurrence = 1
    while True:
        found = voluntary_guidance_id(command.child_ref, command.giver, occurrence)
        if load(found).state is not CourseState.ENDED:
            return found
        occurrence += 1


VOLUNTARY_GUIDANCE: Stream[Course] = Stream(
    name="voluntary_guidance",
    initial=Course(),
    decide={OfferGuidance: _offer, RecordCourseSession: _session, EndCourse: _end},
    evolve={GuidanceOffered: _offered, CourseSessionHeld: _held, CourseEnded: _ended},
    locate=_locate,
    title="家庭教育指导服务",
    states={
        CourseState.NONE: "未提供",
        CourseState.DECLINED: "家长未接受",
        CourseState.AGREED: "指导中",
        CourseState.ENDED: "已结束",
    },
    codes={"origin": ORIGIN, "result": COURSE_RESULT},
    case=state_after,
    stands=lambda state, rules: (
        [Standing(Stands.OPEN_CASE)] if state.state is CourseState.AGREED else []
    ),
)
