"""The visit (联系、走访): what the child director did, saw and heard, and what comes of it.

One stream per visit, under the identifier that the visitor's phone or sheet gave it. What stands
in it is kept apart by category, so that a town that reads visits does not by that read health or
schooling. Suspected harm is never part of a visit: it is a mandatory report, and goes by itself.
Headings: plan 二3 (P18: 走访记录、工作日志、关爱帮扶记录、发现问题和解决方案); domain reference §5.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
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
from domain.organisations import Seat, seat_of, village_organisation

Visits = Annotated[Text, Sensitive(Category.VISITS)]
Health = Annotated[Text, Sensitive(Category.HEALTH)]
Schooling = Annotated[Text, Sensitive(Category.SCHOOLING)]
Guardianship = Annotated[Text, Sensitive(Category.GUARDIANSHIP)]


class VisitForm(StrEnum):
    """How the child was reached. A call (电话) is 联系 and never counts as a visit."""

    CALL = "CALL"
    MEETING = "MEETING"
    HOME_VISIT = "HOME_VISIT"


VISIT_FORM = CodeSet(
    "VISIT_FORM",
    "走访方式",
    {
        VisitForm.CALL: "电话联系",
        VisitForm.MEETING: "当面联系",
        VisitForm.HOME_VISIT: "入户走访",
    },
    {
        "电话": VisitForm.CALL,
        "联系": VisitForm.CALL,
        "微信": VisitForm.CALL,
        "视频": VisitForm.CALL,
        "见面": VisitForm.MEETING,
        "走访": VisitForm.HOME_VISIT,
        "入户": VisitForm.HOME_VISIT,
        "上门": VisitForm.HOME_VISIT,
    },
)
"""走访方式."""

NOT_MET = CodeSet(
    "NOT_MET",
    "未见到人原因",
    {"NOBODY_HOME": "家中无人", "REFUSED": "拒绝", "MOVED": "已搬走", "NO_ANSWER": "电话不通"},
    {"不在家": "NOBODY_HOME", "无人": "NOBODY_HOME", "搬走": "MOVED", "无人接听": "NO_ANSWER"},
)
"""未见到人: why. Such a visit is recorded and does not put the next one off."""


PROBLEM = CodeSet(
    "PROBLEM",
    "问题类别",
    {
        "CARE": "生活照料",
        "SCHOOLING": "就学",
        "HEALTH": "健康",
        "MEANS": "家庭经济",
        "SAFETY": "安全隐患",
        "OTHER": "其他",
    },
    {"照料": "CARE", "教育": "SCHOOLING", "经济困难": "MEANS", "安全": "SAFETY"},
)
"""问题类别: what a visit found that is to be solved (plan 二3, P21). Local words, config [D]."""


class VisitKind(StrEnum):
    """As what a visit counts: 联系, 入户走访, 跟踪回访 (rows of policies/visits.toml)."""

    CONTACT = "contact"
    HOME_VISIT = "home_visit"
    FOLLOW_UP = "follow_up"


class RecordVisit(Command):
    """A visit that was made, or tried. ``from_list``: the child was taken from the visitor's own
    list by its pseudonym, and must still be the visitor's."""

    STATES: ClassVar[Category | None] = Category.VISITS
    READS_CHILD: ClassVar[bool] = True
    visit_id: UUID
    child_ref: UUID
    form: VisitForm
    visited_on: date
    met: bool
    from_list: bool = False
    not_met_reason: str | None = None
    seen: str | None = None
    seen_alone: str | None = None
    living: str | None = None
    mood: str | None = None
    hazards: str | None = None
    childs_view: str | None = None
    problem_kinds: tuple[str, ...] = ()
    problems: str | None = None
    action: str | None = None
    health: str | None = None
    schooling: str | None = None
    guardian_contact: str | None = None


class VisitRecorded(Event):
    TOPIC: ClassVar[str] = "visit.recorded.v1"
    CATEGORY: ClassVar[Category] = Category.VISITS
    TITLE: ClassVar[str] = "走访记录"
    child_ref: UUID
    form: VisitForm
    visited_on: date
    met: bool
    meets: tuple[VisitKind, ...]
    problem: bool = False
    """Something was found that is to be solved (发现问题)."""
    problem_since: date | None = None
    """The day under which this very visit's problem is on the list, where its day was corrected
    since."""
    not_met_reason: Visits
    seen: Visits
    seen_alone: Visits
    living: Visits
    mood: Visits
    hazards: Visits
    childs_view: Visits
    problem_kinds: Visits = None
    problems: Visits
    action: Visits
    health: Health
    schooling: Schooling
    guardian_contact: Guardianship


@dataclass(frozen=True, slots=True)
class Visit:
    child_ref: UUID | None = None
    problem_on: date | None = None
    """The day under which what it found is on the list (问题清单): as it was first said."""


def _record(state: Visit, command: RecordVisit, given: Given) -> list[Event]:
    given.not_in_future(command.visited_on, "VISIT_IN_FUTURE", "走访日期")
    if state.child_ref not in (None, command.child_ref):
        raise Refused(
            "VISIT_OTHER_CHILD", "此编号下已登记的是另一名儿童的走访，请用新的编号登记这一次。"
        )
    if command.from_list and not _on_list(command, given):
        raise Refused(
            "VISIT_NOT_YOURS", "没有可由本单位登记走访的儿童，请刷新名单；有危险请拨打110。"
        )
    meets = tuple(
        VisitKind(kind)
        for kind, cadence in given.rules.visits.cadence.items()
        if command.met and command.form in cadence.met_by
    )
    moved = state.problem_on not in (None, command.visited_on)
    return [
        VisitRecorded(
            **command.model_dump(exclude={"visit_id", "from_list", "problem_kinds"}),
            meets=meets,
            problem=bool(command.problem_kinds) or _says_something(command.problems, given),
            problem_since=state.problem_on if moved else None,
            problem_kinds=",".join(command.problem_kinds) or None,
        )
    ]


def _says_something(problems: str | None, given: Given) -> bool:
    """Whether words under 发现问题 name one: whatever does not say plainly that there is none."""
    said = (problems or "").strip(" \t\n。.，,")
    return bool(said) and said not in given.rules.visits.no_problem


def _on_list(command: RecordVisit, given: Given) -> bool:
    """Whether the child lived in the visitor's village on the day of the visit: authority is
    checked when a visit comes in, however old the list is that it was made from; and a visit made
    in time does not get lost because the child moved before the phone had a network."""
    actor = given.actor.organisation
    if seat_of(actor) is not Seat.VILLAGE or given.child is None:
        return False
    if given.child.village and actor == village_organisation(given.child.village):
        return True
    return any(
        actor == village_organisation(village) and command.visited_on <= until
        for village, until in given.child.villages_left.items()
    )


def visit_id(organisation: str, given_by_phone: UUID) -> UUID:
    """The stream of a visit whose identifier the sender's phone made: its sender's own, whatever
    else in the hub has that identifier."""
    return derived_id("visit", organisation, given_by_phone)


def _recorded(state: Visit, event: VisitRecorded) -> Visit:
    found_on = event.visited_on if event.problem else None
    return Visit(event.child_ref, problem_on=state.problem_on or found_on)


VISIT: Stream[Visit] = Stream(
    name="visit",
    initial=Visit(),
    decide={RecordVisit: _record},
    evolve={VisitRecorded: _recorded},
    locate=lambda command, load: command.visit_id,
    title="走访",
    codes={"form": VISIT_FORM, "not_met_reason": NOT_MET, "problem_kinds": PROBLEM},
)
