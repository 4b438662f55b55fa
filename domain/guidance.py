"""Family-education guidance as it is given (家庭教育指导): sessions attended or not, and a report.

A document of police, procuratorate or court, or an admonition, orders a guardian to accept it
(沪未保 85(2), 家教法 49); the women's federation gives it (家教法 6, 42; plan 二2, P11). Who stays
away, or refuses, is put to whoever ordered it, who decides on. Of a child and a kind of order there
is one course, which a new order of that kind begins anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from domain.code_sets import CodeSet
from domain.guardianship_codes import GUIDANCE_GROUND, GuidanceGround
from domain.guardianship_events import Orders
from domain.kernel import Category, Command, Event, Given, Refused, Stream, derived_id
from domain.organisations import HUB, Seat, seat_of
from domain.standing import Standing, Stands

GIVE = "give_guidance"
GIVING = frozenset({Seat.WOMENS_FEDERATION, Seat.CIVIL_AFFAIRS})
"""妇联, and civil affairs in its place."""


class GuidanceState(StrEnum):
    NONE = "NONE"
    BEGUN = "BEGUN"
    REPORTED = "REPORTED"


class GuidanceResult(StrEnum):
    """What it came to: completed, refused, or over for another reason (such as a move)."""

    COMPLETED = "COMPLETED"
    REFUSED = "REFUSED"
    ENDED = "ENDED"


GUIDANCE_RESULT = CodeSet(
    "GUIDANCE_RESULT",
    "指导结果",
    {
        GuidanceResult.COMPLETED: "已完成指导",
        GuidanceResult.REFUSED: "拒不接受指导",
        GuidanceResult.ENDED: "因故终止",
    },
    {"完成": "COMPLETED", "拒绝": "REFUSED", "终止": "ENDED"},
)


def guidance_id(child_ref: UUID, order: GuidanceGround) -> UUID:
    """The course that a kind of order asks for a child's guardian."""
    return derived_id("guidance", child_ref, order)


def giving_task(guidance: UUID, ordinal: int) -> UUID:
    """The referral by which the n-th order (from 1) asks for it."""
    return derived_id("referral", GIVE, guidance, ordinal)


class BeginGuidance(Command):
    """It was ordered; asked by the hub. ``ordered_by``: by whom; ``since``: from which day on.
    ``once``: only where none was ordered by such a document before."""

    child_ref: UUID
    order: GuidanceGround
    ordered_by: str
    town: str | None
    since: date | None = None
    once: bool = False


class RecordSession(Command):
    """A session (指导课次) on a day, to which the guardian came or not."""

    STATES: ClassVar[Category | None] = Category.ORDERS
    IN_TASK: ClassVar[bool] = True
    child_ref: UUID
    order: GuidanceGround
    held_on: date
    attended: bool
    account: str | None


class ReportGuidance(Command):
    """结束报告: what it came to."""

    STATES: ClassVar[Category | None] = Category.ORDERS
    IN_TASK: ClassVar[bool] = True
    child_ref: UUID
    order: GuidanceGround
    reported_on: date
    result: GuidanceResult
    account: str | None


class GuidanceEvent(Event):
    """``asked``: how many orders of this kind there were by then."""

    CATEGORY: ClassVar[Category] = Category.ORDERS
    TITLE: ClassVar[str] = "家庭教育指导"
    child_ref: UUID
    order: GuidanceGround
    town: str | None
    asked: int


class GuidanceBegun(GuidanceEvent):
    TOPIC: ClassVar[str] = "guidance.begun.v2"
    TITLE: ClassVar[str] = "开展家庭教育指导"
    ordered_by: str
    since: date | None = None
    """The day on which it was ordered; None in what was recorded before it was said."""


class SessionHeld(GuidanceEvent):
    """``absences``: how many by now; ``stays_away``: that is now so many that the issuer is told.
    ``current``: it is of the order that runs, and does not reword one of before."""

    TOPIC: ClassVar[str] = "guidance.session_held.v2"
    TITLE: ClassVar[str] = "家庭教育指导课次"
    ordered_by: str
    held_on: date
    attended: bool
    absences: int
    stays_away: bool
    current: bool
    account: Orders


class GuidanceReported(GuidanceEvent):
    """``told_to``: who ordered it, whom the report is for; ``current``: as of a session."""

    TOPIC: ClassVar[str] = "guidance.reported.v2"
    TITLE: ClassVar[str] = "家庭教育指导报告"
    told_to: str
    reported_on: date
    result: GuidanceResult
    current: bool
    account: Orders


@dataclass(frozen=True, slots=True)
class Guidance:
    state: GuidanceState = GuidanceState.NONE
    ordered_by: str = ""
    town: str | None = None
    asked: int = 0
    since: date | None = None
    """The day of the newest order: what happened before is of none that runs."""
    sessions: Mapping[date, bool] = field(default_factory=dict)
    """Whether the guardian came, by day, since it was ordered last."""

    @property
    def absences(self) -> int:
        return sum(not came for came in self.sessions.values())


def _begin(state: Guidance, command: BeginGuidance, given: Given) -> list[Event]:
    if given.actor.organisation != HUB:
        raise Refused("GUIDANCE_BY_RECORD", "责令文书登记后，家庭教育指导由系统自动交办。")
    if command.once and state.asked:
        return []
    return [GuidanceBegun(**command.model_dump(exclude={"once"}), asked=state.asked + 1)]


def _of_the_newest(state: Guidance, day: date) -> bool:
    return state.since is None or day >= state.since


def _under_way(state: Guidance, given: Given, day: date, what: str) -> None:
    if seat_of(given.actor.organisation) not in GIVING:
        raise Refused("GUIDANCE_NOT_YOURS", "家庭教育指导的课次和报告由妇联登记。")
    if state.state is GuidanceState.NONE:
        raise Refused("GUIDANCE_NONE", "没有这一类责令文书的家庭教育指导，请核对儿童和文书类别。")
    given.not_in_future(day, "GUIDANCE_IN_FUTURE", what)
    if state.state is GuidanceState.REPORTED and not given.correction:
        raise Refused("GUIDANCE_OVER", "该次家庭教育指导已报告结束，不能再登记；有误请更正原登记。")


def _session(state: Guidance, command: RecordSession, given: Given) -> list[Event]:
    _under_way(state, given, command.held_on, "指导日期")
    # What is of a day before the newest order, put right or entered late, is of none that runs.
    known = not given.correction or command.held_on in state.sessions
    current = known and _of_the_newest(state, command.held_on)
    counted = {command.held_on: command.attended} if current else {}
    absences = replace(state, sessions={**state.sessions, **counted}).absences
    limit = given.rules.thresholds.guidance_absences_before_issuer_is_told
    return [
        SessionHeld(
            **command.model_dump(),
            ordered_by=state.ordered_by,
            town=state.town,
            asked=state.asked,
            absences=absences,
            stays_away=state.absences < limit <= absences,
            current=current,
        )
    ]


def _report(state: Guidance, command: ReportGuidance, given: Given) -> list[Event]:
    _under_way(state, given, command.reported_on, "报告日期")
    return [
        GuidanceReported(
            **command.model_dump(),
            told_to=state.ordered_by,
            town=state.town,
            asked=state.asked,
            current=(not given.correction or state.state is GuidanceState.REPORTED)
            and _of_the_newest(state, command.reported_on),
        )
    ]


def state_after(state: str, topic: str, facts: Mapping[str, Any]) -> GuidanceState:
    """The state that an event leads to, by its topic and clear facts, for every view: a session
    that is put right afterwards opens nothing."""
    if topic == GuidanceBegun.TOPIC:
        return GuidanceState.BEGUN
    if topic == GuidanceReported.TOPIC and facts.get("current", True):
        return GuidanceState.REPORTED
    return GuidanceState(state or GuidanceState.BEGUN)


def _begun(state: Guidance, event: GuidanceBegun) -> Guidance:
    return Guidance(
        state=GuidanceState.BEGUN,
        ordered_by=event.ordered_by,
        town=event.town,
        asked=event.asked,
        since=event.since,
    )


def _held(state: Guidance, event: SessionHeld) -> Guidance:
    if not event.current:
        return state
    return replace(state, sessions={**state.sessions, event.held_on: event.attended})


def _reported(state: Guidance, event: GuidanceReported) -> Guidance:
    return replace(state, state=state_after(state.state, event.TOPIC, vars(event)))


def _stands(state: Guidance, rules: Any) -> list[Standing]:
    return [Standing(Stands.OPEN_CASE)] if state.state is GuidanceState.BEGUN else []


GUIDANCE: Stream[Guidance] = Stream(
    name="guidance",
    initial=Guidance(),
    decide={BeginGuidance: _begin, RecordSession: _session, ReportGuidance: _report},
    evolve={GuidanceBegun: _begun, SessionHeld: _held, GuidanceReported: _reported},
    locate=lambda command, load: guidance_id(command.child_ref, command.order),
    title="家庭教育指导",
    states={
        GuidanceState.NONE: "未交办",
        GuidanceState.BEGUN: "指导中",
        GuidanceState.REPORTED: "已报告结束",
    },
    codes={"order": GUIDANCE_GROUND, "result": GUIDANCE_RESULT},
    case=state_after,
    stands=_stands,
)
