"""Growth mentors, peer companions and one-to-one help (成长导师、互助伙伴、一对一结对) of a pupil.

Plan 二1 (P04): the school takes left-behind children and children in difficulty as those it cares
for first (重点关爱对象), and finds each a mentor and a companion; 二4 (P28): teachers and
volunteers one to one. The school is told whom it is to care for, and nothing of why (domain
reference §10: the key-care flag); the hub says so as the child's file changes. Whoever goes is
replaced, each within a clock; a pupil who changes school is asked for at the new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar
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
from domain.organisations import HUB

Schooling = Annotated[Text, Sensitive(Category.SCHOOLING)]
ClassificationFlag = Annotated[Text, Sensitive(Category.CLASSIFICATION, flag=True)]


class Role(StrEnum):
    """Who is paired with the pupil (结对类别)."""

    MENTOR = "MENTOR"
    PEER = "PEER"
    TEACHER = "TEACHER"
    VOLUNTEER = "VOLUNTEER"


ROLE = CodeSet(
    "PAIRED_ROLE",
    "结对类别",
    {
        Role.MENTOR: "成长导师",
        Role.PEER: "互助伙伴",
        Role.TEACHER: "教师一对一结对",
        Role.VOLUNTEER: "志愿者一对一结对",
    },
    {"导师": Role.MENTOR, "伙伴": Role.PEER, "教师": Role.TEACHER, "志愿者": Role.VOLUNTEER},
)

WANTED = {Role.MENTOR: "appoint_mentor", Role.PEER: "appoint_peer"}
"""Whom every pupil in key care is to have, and the clock (policies/clocks.toml) by which."""


class EndedFor(StrEnum):
    """结对结束原因."""

    LEFT = "LEFT"
    CLASS_CHANGED = "CLASS_CHANGED"
    PUPIL_WISHED = "PUPIL_WISHED"
    REPLACED = "REPLACED"
    OTHER_SCHOOL = "OTHER_SCHOOL"


BY_SCHOOL = CodeSet(
    "PAIR_ENDED",
    "结束原因",
    {
        EndedFor.LEFT: "结对人离任",
        EndedFor.CLASS_CHANGED: "分班调整",
        EndedFor.PUPIL_WISHED: "学生希望更换",
    },
    {"离任": EndedFor.LEFT, "分班": EndedFor.CLASS_CHANGED, "更换": EndedFor.PUPIL_WISHED},
)
"""What a school gives as a reason; the others follow from what it records."""

ENDED_FOR = CodeSet(
    "ENDED_FOR",
    "结束原因",
    {
        **BY_SCHOOL.labels,
        EndedFor.REPLACED: "已更换结对人",
        EndedFor.OTHER_SCHOOL: "学生已转学",
    },
    {},
)


def mentoring_id(child_ref: UUID) -> UUID:
    """The id of a child's pairings: one stream a child."""
    return derived_id("mentoring", child_ref)


class ReviewKeyCare(Command):
    """Asked by the hub: whose key care the child is by now, if anybody's."""

    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID


class OfOwnPupil(Command):
    """What a school records of a pupil of its own."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    role: Role


class Pair(OfOwnPupil):
    """结对: ``who`` is paired with the pupil from a day on. ``checked``: of a volunteer, that the
    query before working with minors was passed (从业查询, 未保法 62)."""

    since: date
    who: str
    checked: bool = False
    note: str | None = None


class EndPair(OfOwnPupil):
    """结对结束, for a reason of the list."""

    until: date
    reason: EndedFor


class RecordPairContact(OfOwnPupil):
    """结对活动记录: what the two did on a day."""

    met_on: date
    account: str | None


class KeyCareNoted(Event):
    """``wanted``: who of :data:`WANTED` is to be found, until ``appoint_by``."""

    TOPIC: ClassVar[str] = "mentoring.key_care_noted.v1"
    CATEGORY: ClassVar[Category] = Category.CLASSIFICATION
    TITLE: ClassVar[str] = "重点关爱提示"
    child_ref: UUID
    school: str
    wanted: tuple[Role, ...]
    appoint_by: datetime
    notice: ClassificationFlag = "请列为重点关爱对象，配备一名成长导师和一名互助伙伴"


class KeyCareEnded(Event):
    TOPIC: ClassVar[str] = "mentoring.key_care_ended.v1"
    CATEGORY: ClassVar[Category] = Category.CLASSIFICATION
    TITLE: ClassVar[str] = "重点关爱提示结束"
    child_ref: UUID
    school: str
    notice: ClassificationFlag = "此前的重点关爱提示已结束，结对可由学校自行安排"


class PairEvent(Event):
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "结对"
    child_ref: UUID
    school: str
    role: Role


class Paired(PairEvent):
    TOPIC: ClassVar[str] = "mentoring.paired.v1"
    TITLE: ClassVar[str] = "结对登记"
    since: date
    checked: bool
    who: Schooling
    note: Schooling


class PairEnded(PairEvent):
    """``appoint_by``: until when another one is to be found; None where none need be."""

    TOPIC: ClassVar[str] = "mentoring.pair_ended.v1"
    TITLE: ClassVar[str] = "结对结束"
    until: date
    ended_for: EndedFor
    appoint_by: datetime | None


class PairMet(PairEvent):
    TOPIC: ClassVar[str] = "mentoring.met.v1"
    TITLE: ClassVar[str] = "结对活动"
    met_on: date
    account: Schooling


@dataclass(frozen=True, slots=True)
class Mentoring:
    """Whose key care the child is, and who is paired with it: since when, and at which school."""

    cared_for_by: str | None = None
    pairs: Mapping[Role, date] = field(default_factory=dict)
    school: str | None = None


def _review(state: Mentoring, command: ReviewKeyCare, given: Given) -> list[Event]:
    if given.actor.organisation != HUB:
        raise Refused("KEY_CARE_BY_HUB", "重点关爱由系统按儿童类别核定，不能由单位登记。")
    child: ChildFile = given.child or ChildFile()
    school = child.school if child.in_scope else None
    if school == state.cared_for_by:
        return []
    events: list[Event] = []
    child_ref = command.child_ref
    if state.cared_for_by is not None:
        events.append(KeyCareEnded(child_ref=child_ref, school=state.cared_for_by))
    if state.school is not None and child.school != state.school:
        # Who was found at one school is not there at the next.
        events += [
            PairEnded(
                child_ref=child_ref,
                school=state.school,
                role=role,
                until=given.today,
                ended_for=EndedFor.OTHER_SCHOOL,
                appoint_by=None,
            )
            for role in state.pairs
        ]
    if school is not None:
        stay = state.pairs if state.school == school else {}
        events.append(
            KeyCareNoted(
                child_ref=child_ref,
                school=school,
                wanted=tuple(role for role in WANTED if role not in stay),
                appoint_by=_by(Role.MENTOR, given),
            )
        )
    return events


def _by(role: Role, given: Given) -> datetime:
    by: datetime = given.rules.due(given.rules.clocks[WANTED[role]].within, given.now)
    return by


def _own_pupil(given: Given) -> str:
    school = given.actor.organisation
    child: ChildFile = given.child or ChildFile()
    if child.school != school:
        raise Refused(
            "PUPIL_NOT_YOURS",
            "没有可由本校登记结对的学生，请核对；转学的由现就读学校登记。",
        )
    return school


def _pair(state: Mentoring, command: Pair, given: Given) -> list[Event]:
    school = _own_pupil(given)
    given.not_in_future(command.since, "PAIRED_IN_FUTURE", "结对日期")
    if command.role is Role.VOLUNTEER and not command.checked:
        raise Refused(
            "VOLUNTEER_NOT_CHECKED",
            "志愿者要先通过从业查询才能与学生结对。请查询后填“是”再报；查询未通过的，请另选。",
        )
    events: list[Event] = []
    if command.role in state.pairs and not given.correction:
        if command.since < state.pairs[command.role]:
            raise Refused("PAIRED_BEFORE", "结对日期早于现有结对的日期，请核对日期后重报。")
        events.append(
            PairEnded(
                child_ref=command.child_ref,
                school=school,
                role=command.role,
                until=command.since,
                ended_for=EndedFor.REPLACED,
                appoint_by=None,
            )
        )
    return [*events, Paired(**command.model_dump(), school=school)]


def _end(state: Mentoring, command: EndPair, given: Given) -> list[Event]:
    school = _own_pupil(given)
    since = state.pairs.get(command.role)
    if since is None and not given.correction:
        raise Refused("NOT_PAIRED", "这名学生没有这一类结对，请核对结对类别。")
    given.not_in_future(command.until, "PAIR_ENDED_IN_FUTURE", "结束日期")
    if since is not None and command.until < since:
        raise Refused("PAIR_ENDED_BEFORE", "结束日期早于结对日期，请核对日期后重报。")
    wanted = command.role in WANTED and state.cared_for_by == school and since is not None
    return [
        PairEnded(
            child_ref=command.child_ref,
            school=school,
            role=command.role,
            until=command.until,
            ended_for=command.reason,
            appoint_by=_by(command.role, given) if wanted else None,
        )
    ]


def _meet(state: Mentoring, command: RecordPairContact, given: Given) -> list[Event]:
    school = _own_pupil(given)
    since = state.pairs.get(command.role)
    given.not_in_future(command.met_on, "PAIR_MET_IN_FUTURE", "活动日期")
    if since is None or command.met_on < since:
        raise Refused("NOT_PAIRED", "这名学生在这一天没有这一类结对，请核对结对类别和日期。")
    return [PairMet(**command.model_dump(), school=school)]


def _paired(state: Mentoring, event: Paired) -> Mentoring:
    return replace(state, pairs={**state.pairs, event.role: event.since}, school=event.school)


def _ended(state: Mentoring, event: PairEnded) -> Mentoring:
    left = {role: since for role, since in state.pairs.items() if role is not event.role}
    return replace(state, pairs=left, school=event.school if left else None)


MENTORING: Stream[Mentoring] = Stream(
    name="mentoring",
    initial=Mentoring(),
    decide={
        ReviewKeyCare: _review,
        Pair: _pair,
        EndPair: _end,
        RecordPairContact: _meet,
    },
    evolve={
        KeyCareNoted: lambda state, event: replace(state, cared_for_by=event.school),
        KeyCareEnded: lambda state, event: replace(state, cared_for_by=None),
        Paired: _paired,
        PairEnded: _ended,
        PairMet: lambda state, event: state,
    },
    locate=lambda command, load: mentoring_id(command.child_ref),
    title="结对关爱",
    codes={"role": ROLE, "ended_for": ENDED_FOR},
)
