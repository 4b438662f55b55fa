"""Every state × act × role of each stream, as a table to be read: who may do what, and with which
word everybody else is refused.

``python -m tests.domain.tables`` writes tests/domain/tables/<stream>.txt anew; what has changed is
read before it is kept. The states are those that one child's year (tests/domain/histories.py)
passes through; the acts are the stream's commands as that year asks for them; the roles are one
organisation of each seat, the neighbours of those that are many, the hub, and whoever asks in that
year. Refused are what the stream's own rules refuse and what no seat may state by the matrix; which
seat a sheet is taken from is in tests/adapters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.kernel import Actor, Category, Command, Event, Recorded, Refused, Stream
from domain.organisations import HUB, seat_of
from domain.registry import STREAM_OF_COMMAND, STREAM_OF_TOPIC, STREAMS
from domain.rules import Rules
from domain.scope import SCOPE, scope_id
from hub.authorization.decide import may_state, publishes_district_wide
from hub.policies import load_policies
from tests.domain.histories import EXAMPLES, Step, new_journal, tell, year
from tests.domain.invented import (
    EVERY_SEAT,
    OTHER_SCHOOL,
    OTHER_STATION,
    OTHER_TOWN,
    OTHER_VILLAGE,
)
from tests.specification import By, Journal, When, at_noon

FOLDER = Path(__file__).parent / "tables"
ROLES: tuple[str, ...] = (
    HUB,
    *EVERY_SEAT,
    OTHER_SCHOOL,
    OTHER_TOWN,
    OTHER_STATION,
    OTHER_VILLAGE,
)
NEIGHBOURS = {
    each: f"other {seat_of(each).value}"
    for each in (OTHER_SCHOOL, OTHER_TOWN, OTHER_STATION, OTHER_VILLAGE)
}
WHO_ASKS = "who asks"
"""Whoever asks in the year that is told: in its own person, which may be a head or a deputy, and
with the matter in hand."""
NONE = "NONE"
NOT_ASKED = "not asked"
"""Nobody asks it of this stream in the year that is told."""
NEVER_BY_THE_HUB = "never by the hub"


@dataclass(frozen=True, slots=True)
class Cell:
    """What becomes of an act of somebody in a state: the events, or the code and text of the
    refusal."""

    state: str
    act: type[Command]
    role: str
    events: tuple[str, ...] = ()
    code: str | None = None
    text: str = ""

    @property
    def outcome(self) -> str:
        if self.code is not None:
            return f"! {self.code}"
        return ", ".join(self.events) or "nothing"


@dataclass(frozen=True, slots=True)
class _Moment:
    """A stream in one of its states, and all others as they were then."""

    stream_id: UUID
    streams: dict[UUID, list[Event]]
    on: date
    rules: Rules | None
    tasks: frozenset[Category]


@cache
def cells() -> Mapping[str, tuple[Cell, ...]]:
    """The cells of each stream's table, by the stream's name."""
    moments, asked = _year()
    return {
        stream.name: tuple(
            cell
            for state, moment in moments[stream.name].items()
            for cell in _cells(stream, state, moment, asked.get(stream.name, {}))
        )
        for stream in STREAMS
    }


_Asked = dict[type[Command], list[Step]]


@dataclass(slots=True)
class _Listening(Journal):
    """A journal that keeps what is asked of each stream, by reactions too."""

    asked: dict[str, _Asked] = field(default_factory=dict)

    def carry_out(
        self, command: Command, *, by: By, on: When, corrects: Recorded | None = None
    ) -> list[Recorded]:
        found = Journal.carry_out(self, command, by=by, on=on, corrects=corrects)
        of = self.asked.setdefault(STREAM_OF_COMMAND[type(command)].name, {})
        step = Step(command, by, on, self.rules, self.tasks)
        of.setdefault(type(command), []).append(step)
        return found


def _year() -> tuple[dict[str, dict[str, _Moment]], dict[str, _Asked]]:
    plain = new_journal()
    also = [each for module in EXAMPLES for each in getattr(module, "ASKED", [])]
    journal = _Listening(plain.places, plain.together, referrals=plain.referrals)
    moments: dict[str, dict[str, _Moment]] = {stream.name: {} for stream in STREAMS}
    for step in year():
        before = _copy(journal)
        for recorded in tell(journal, step):
            stream = STREAM_OF_TOPIC[recorded.event.TOPIC]
            number = recorded.originator_id
            if not before.get(number):
                nothing = _Moment(number, before, step.on, step.rules, step.tasks)
                moments[stream.name].setdefault(NONE, nothing)
            name = state_of(stream, journal.streams[number])
            if name not in moments[stream.name]:
                after = _Moment(number, _copy(journal), step.on, step.rules, step.tasks)
                moments[stream.name][name] = after
    for command, by, on in also:
        of = journal.asked[STREAM_OF_COMMAND[type(command)].name]
        of.setdefault(type(command), []).append(Step(command, by, on))
    return moments, journal.asked


def _copy(journal: Journal) -> dict[UUID, list[Event]]:
    return {number: list(events) for number, events in journal.streams.items()}


def state_of(stream: Stream[Any], events: list[Event]) -> str:
    """What a stream's state is called: by its own word, else by what happened last."""
    if not events:
        return NONE
    found = getattr(stream.fold(events), "state", None)
    return str(found) if found is not None else f"after {type(events[-1]).__name__}"


def _cells(stream: Stream[Any], state: str, moment: _Moment, asked: _Asked) -> Iterator[Cell]:
    journal = new_journal()
    journal.streams = moment.streams
    load = journal.states(stream)
    known = [
        step
        for steps in asked.values()
        for step in steps
        if stream.locate(step.command, load) == moment.stream_id
    ]
    for act in sorted(stream.decide, key=lambda each: each.__name__):
        step = _instance(stream, journal, moment, asked.get(act, []), known)
        if step is None:
            yield Cell(state, act, WHO_ASKS, code=NOT_ASKED)
            continue
        for role in (WHO_ASKS, *ROLES):
            by: By = step.by if role == WHO_ASKS else role
            yield _cell(stream, journal, moment, step, Cell(state, act, role), by)


_NAMING = frozenset({"organisation", "reporter", "period"})
"""Fields that say which stream is meant, where no number does."""


def _instance(
    stream: Stream[Any], journal: Journal, moment: _Moment, told: list[Step], known: list[Step]
) -> Step | None:
    """One that is about this very stream: as it was asked, or of another one with what names this
    one put in its place. ``known``: what is about this one."""
    load = journal.states(stream)
    names = {
        name: value
        for step in reversed(known)
        for name, value in step.command
        if isinstance(value, UUID) or name in _NAMING
    }
    for step in told:
        if stream.locate(step.command, load) == moment.stream_id:
            return step
    for step in told:
        there = {each: names[each] for each in type(step.command).model_fields if each in names}
        command = step.command.model_copy(update=there)
        if stream.locate(command, load) == moment.stream_id:
            return replace(step, command=command)
    return None


def _cell(
    stream: Stream[Any], journal: Journal, moment: _Moment, step: Step, cell: Cell, by: By
) -> Cell:
    streams = _copy(journal)
    on = max(step.on, moment.on, key=_instant)
    journal.rules = step.rules or moment.rules
    journal.tasks = step.tasks | moment.tasks
    try:
        if cell.role != WHO_ASKS:
            _authorise(journal, step.command, by, on)
        recorded = Journal.carry_out(journal, step.command, by=by, on=on)
    except Refused as refused:
        return replace(cell, code=refused.code, text=refused.text)
    except ValueError:
        if cell.role != HUB:
            raise
        # What is asked by people alone looks for their seat, and the hub has none.
        return replace(cell, code=NEVER_BY_THE_HUB)
    finally:
        journal.streams = streams
    names = (
        type(each.event).__name__
        for each in recorded
        if STREAM_OF_TOPIC[each.event.TOPIC] is stream
    )
    return replace(cell, events=tuple(dict.fromkeys(names)))


def _instant(day: Any) -> Any:
    return at_noon(day) if type(day) is date else day


def _authorise(journal: Journal, command: Command, by: By, on: Any) -> None:
    """As every door does (hub/application.py): whether the seat may state it, by the matrix or by
    what it has in hand. Raises Refused."""
    organisation = by.organisation if isinstance(by, Actor) else by
    category = command.states
    if organisation == HUB or category is None or command.MEETS:
        return
    policy = load_policies().access
    held = journal.tasks
    if command.subject is not None:
        scope = journal.states(SCOPE)(scope_id(organisation, command.subject))
        held |= scope.in_hand(_instant(on))
    seat = seat_of(organisation)
    allowed = may_state(policy, seat, category, held)
    if command.IN_TASK and not publishes_district_wide(policy, seat, category):
        allowed = allowed and category in held
    if not allowed:
        raise Refused("NOT_YOURS_TO_STATE", "没有可由本单位登记此类记录的职责或在办转介。")


def lines(name: str) -> list[str]:
    """A stream's table as it is kept: for each state and act what becomes of it, and for whom."""
    found: list[str] = []
    by_act: dict[tuple[str, str], dict[str, list[str]]] = {}
    for cell in cells()[name]:
        outcomes = by_act.setdefault((cell.state, cell.act.__name__), {})
        outcomes.setdefault(cell.outcome, []).append(NEIGHBOURS.get(cell.role, _short(cell.role)))
    for (state, act), outcomes in by_act.items():
        found.append(f"{state} | {act}")
        most = max(outcomes, key=lambda each: len(outcomes[each]))
        for outcome, roles in outcomes.items():
            if outcome != most or len(outcomes) == 1:
                whom = "everybody" if len(outcomes) == 1 else ", ".join(roles)
                found.append(f"    {outcome}: {whom}")
        if len(outcomes) > 1:
            found.append(f"    {most}: all others")
    return found


def _short(role: str) -> str:
    return role if role in (HUB, WHO_ASKS) else seat_of(role).value


def path_of(name: str) -> Path:
    return FOLDER / f"{name}.txt"


def main() -> None:
    """Write every table."""
    FOLDER.mkdir(exist_ok=True)
    for stream in STREAMS:
        path_of(stream.name).write_text("\n".join(lines(stream.name)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
