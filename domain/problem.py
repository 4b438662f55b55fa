"""The list of problems (问题清单): found at a visit, solved, looked at again, struck off (销号).

Plan 二3 (P21): 发现问题及时报告并协调解决. One entry for what is found of a child on a day. The
town solves it or has it solved, whoever visits looks again, and a second person of the town, or of
civil affairs, strikes it off. What it is stands sealed in the visit and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.child_file import ChildFile
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
from domain.organisations import (
    HUB,
    SHARED_USERS,
    Seat,
    district_organisation,
    town_organisation,
    village_organisation,
)
from domain.rules import SuspectRules
from domain.standing import Standing, Stands

Visits = Annotated[Text, Sensitive(Category.VISITS)]
CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)


class ProblemState(StrEnum):
    NONE = "NONE"
    FOUND = "FOUND"
    ANSWERED = "ANSWERED"
    RECHECKED = "RECHECKED"
    STRUCK_OFF = "STRUCK_OFF"


def problem_id(child_ref: UUID, found_on: date) -> UUID:
    """The entry for what was found of a child on a day."""
    return derived_id("problem", child_ref, found_on.isoformat())


class OpenProblem(Command):
    """Put on the list what a visit found; asked by the hub. Nothing for a day that is on it."""

    child_ref: UUID
    found_on: date
    visit: UUID
    stated_by: str
    town: str | None


class AnswerProblem(Command):
    """The task to solve it was answered, by a person; asked by the hub."""

    problem: UUID
    answered_by: str


class RecheckProblem(Command):
    """Whoever sees to it that the child is visited looked again (复核): solved, or there still."""

    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    found_on: date
    rechecked_on: date
    solved: bool
    account: str | None


class StrikeOffProblem(Command):
    """销号, by a person of the town or of civil affairs who neither answered nor looked again."""

    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    found_on: date
    struck_off_on: date
    note: str | None


class ProblemEvent(Event):
    CATEGORY: ClassVar[Category] = Category.VISITS
    TITLE: ClassVar[str] = "问题清单"
    child_ref: UUID


class ProblemFound(ProblemEvent):
    TOPIC: ClassVar[str] = "problem.found.v1"
    TITLE: ClassVar[str] = "发现问题"
    found_on: date
    visit: UUID
    stated_by: str
    town: str | None
    strike_off_by: datetime


class ProblemAnswered(ProblemEvent):
    TOPIC: ClassVar[str] = "problem.answered.v1"
    TITLE: ClassVar[str] = "问题已答复"
    stated_by: str
    town: str | None
    answered_by: str
    recheck_by: datetime


class ProblemRechecked(ProblemEvent):
    """``round`` counts how often it was asked to be solved, this time included."""

    TOPIC: ClassVar[str] = "problem.rechecked.v1"
    TITLE: ClassVar[str] = "问题复核"
    rechecked_on: date
    solved: bool
    stated_by: str
    town: str | None
    rechecked_by: str
    round: int
    account: Visits


class ProblemStruckOff(ProblemEvent):
    TOPIC: ClassVar[str] = "problem.struck_off.v1"
    TITLE: ClassVar[str] = "问题销号"
    struck_off_on: date
    note: Visits


@dataclass(frozen=True, slots=True)
class Problem:
    state: ProblemState = ProblemState.NONE
    child_ref: UUID | None = None
    found_on: date | None = None
    stated_by: str = ""
    town: str | None = None
    round: int = 1
    people: frozenset[str] = frozenset()
    """Who answered and who looked again, since it was found or found to be there still."""

    @property
    def open(self) -> bool:
        return self.state not in (ProblemState.NONE, ProblemState.STRUCK_OFF)


def _by_hub(given: Given) -> None:
    if given.actor.organisation != HUB:
        raise Refused("PROBLEM_BY_VISIT", "问题清单由走访记录和转介办理结果自动登记。")


def _open(state: Problem, command: OpenProblem, given: Given) -> list[Event]:
    _by_hub(given)
    if state.state is not ProblemState.NONE:
        return []
    return [ProblemFound(**command.model_dump(), strike_off_by=_due("problem_open", given))]


def _due(clock: str, given: Given) -> datetime:
    due: datetime = given.rules.due(given.rules.clocks[clock].within, given.now)
    return due


def _answer(state: Problem, command: AnswerProblem, given: Given) -> list[Event]:
    _by_hub(given)
    if state.state is not ProblemState.FOUND or state.child_ref is None:
        return []
    return [
        ProblemAnswered(
            child_ref=state.child_ref,
            stated_by=state.stated_by,
            town=state.town,
            answered_by=command.answered_by,
            recheck_by=_due("recheck_problem", given),
        )
    ]


def _not_yours() -> Refused:
    """The same whether there is none or it is none of the asker's business."""
    return Refused(
        "PROBLEM_NOT_YOURS", "没有可由本单位办理的问题清单事项，请核对儿童信息和发现日期。"
    )


def _theirs(organisations: Iterable[str], given: Given) -> set[str]:
    """These organisations, and in the place of one that is conflicted (利害关系单位) the next: a
    village in which the suspect works does not say that all is well."""
    rules: SuspectRules = given.rules.suspects
    return {rules.nearest(each, given.conflicted) for each in organisations}


def _visits(state: Problem, given: Given) -> bool:
    """Whether the actor found it, or is where the child lives by now, or sees to it in their
    place."""
    child: ChildFile | None = given.child
    village = child.village if child is not None else None
    lives = [village_organisation(village)] if village else []
    return given.actor.organisation in _theirs([state.stated_by, *lives], given)


def _recheck(state: Problem, command: RecheckProblem, given: Given) -> list[Event]:
    if not state.open or not _visits(state, given):
        raise _not_yours()
    given.not_in_future(command.rechecked_on, "RECHECK_IN_FUTURE", "复核日期")
    if command.rechecked_on < command.found_on:
        raise Refused("RECHECK_BEFORE_FOUND", "复核日期早于发现日期，请核对日期。")
    if state.state is ProblemState.FOUND and not command.solved:
        # It is with whoever solves it. That it is solved is taken at any time: whatever became of
        # the task, the entry must not be past striking off.
        raise Refused(
            "PROBLEM_NOT_ANSWERED", "承办单位尚未答复，请待答复后复核；情况有变请报街镇。"
        )
    return [
        ProblemRechecked(
            child_ref=command.child_ref,
            rechecked_on=command.rechecked_on,
            solved=command.solved,
            stated_by=state.stated_by,
            town=state.town,
            rechecked_by=given.actor.user,
            round=state.round + (not command.solved),
            account=command.account,
        )
    ]


def _strike_off(state: Problem, command: StrikeOffProblem, given: Given) -> list[Event]:
    actor = given.actor.organisation
    theirs = (CIVIL_AFFAIRS, *([town_organisation(state.town)] if state.town else []))
    if not state.open or actor not in _theirs(theirs, given):
        raise _not_yours()
    given.not_in_future(command.struck_off_on, "STRIKE_OFF_IN_FUTURE", "销号日期")
    if state.state is not ProblemState.RECHECKED:
        raise Refused("PROBLEM_NOT_RECHECKED", "尚未复核为已解决，不能销号。")
    if given.actor.user in SHARED_USERS:
        raise Refused(
            "PROBLEM_IN_PERSON",
            "销号须由本人登录后办理，不能以单位名义办理；请由办理、复核以外的人登录销号。",
        )
    if given.actor.user in state.people:
        raise Refused("PROBLEM_SECOND_PERSON", "销号须由办理、复核以外的人办理，请交由他人销号。")
    return [
        ProblemStruckOff(
            child_ref=command.child_ref,
            struck_off_on=command.struck_off_on,
            note=command.note,
        )
    ]


def _found(state: Problem, event: ProblemFound) -> Problem:
    return Problem(
        state=ProblemState.FOUND,
        child_ref=event.child_ref,
        found_on=event.found_on,
        stated_by=event.stated_by,
        town=event.town,
    )


def _answered(state: Problem, event: ProblemAnswered) -> Problem:
    return replace(state, state=ProblemState.ANSWERED, people=state.people | {event.answered_by})


def _rechecked(state: Problem, event: ProblemRechecked) -> Problem:
    if not event.solved:
        return replace(state, state=ProblemState.FOUND, round=event.round, people=frozenset())
    return replace(state, state=ProblemState.RECHECKED, people=state.people | {event.rechecked_by})


def state_after(state: str, topic: str, facts: Mapping[str, Any]) -> str:
    """The state that an event leads to, by its topic and clear facts, for every view."""
    if topic == ProblemRechecked.TOPIC:
        return ProblemState.RECHECKED if facts.get("solved") else ProblemState.FOUND
    return _STATE_OF_TOPIC.get(topic, state)


_STATE_OF_TOPIC = {
    ProblemFound.TOPIC: ProblemState.FOUND,
    ProblemAnswered.TOPIC: ProblemState.ANSWERED,
    ProblemStruckOff.TOPIC: ProblemState.STRUCK_OFF,
}


def _locate(command: Any, load: Callable[[UUID], Problem]) -> UUID:
    if isinstance(command, AnswerProblem):
        return command.problem
    return problem_id(command.child_ref, command.found_on)


PROBLEM: Stream[Problem] = Stream(
    name="problem",
    initial=Problem(),
    decide={
        OpenProblem: _open,
        AnswerProblem: _answer,
        RecheckProblem: _recheck,
        StrikeOffProblem: _strike_off,
    },
    evolve={
        ProblemFound: _found,
        ProblemAnswered: _answered,
        ProblemRechecked: _rechecked,
        ProblemStruckOff: lambda state, event: replace(state, state=ProblemState.STRUCK_OFF),
    },
    locate=_locate,
    title="问题清单",
    states={
        ProblemState.NONE: "未登记",
        ProblemState.FOUND: "待解决",
        ProblemState.ANSWERED: "待复核",
        ProblemState.RECHECKED: "待销号",
        ProblemState.STRUCK_OFF: "已销号",
    },
    case=state_after,
    stands=lambda state, rules: [Standing(Stands.OPEN_CASE)] if state.open else [],
)
