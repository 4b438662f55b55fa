"""Delegated care (委托照护): parents who are away let somebody care for their child.

They appoint a capable adult who is none of those barred, heed the child's view, give school and
village written notice, and keep in touch with the child at least once a week (未保法 22, 23). The
village, or its town, records it and attests the contact of each week; the clock of a week that is
not attested is missed as any other. Who cares is sealed; the school reads one line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from domain.calendar import end_of_day_utc
from domain.child_file import ChildFile
from domain.guardianship_events import Guardianship, GuardianshipFlag
from domain.identity import Contact
from domain.kernel import (
    Category,
    Command,
    Event,
    Given,
    Refused,
    Stream,
    derived_id,
)
from domain.organisations import Seat, seat_of, town_organisation, village_organisation
from domain.rules import SuspectRules
from domain.standing import Standing, Stands

CONTACT_EACH_WEEK = "delegated_contact"
"""The clock of a week's contact between parents and child."""
END = "delegated_care_end"
"""The clock of what was agreed until a day: ended by then, or recorded anew."""

RECORDING = frozenset({Seat.VILLAGE, Seat.TOWN})

NOTICE = "孩子已委托他人照护，请多关心；紧急情况请联系村居"
NOTICE_OVER = "委托照护已结束，请按原联系人联系"


class DelegatedCareState(StrEnum):
    NONE = "NONE"
    IN_CARE = "IN_CARE"
    ENDED = "ENDED"


def delegated_care_id(child_ref: UUID, occurrence: int) -> UUID:
    """The id of a child's n-th delegated care (from 1)."""
    return derived_id("delegated_care", child_ref, occurrence)


class RecordDelegatedCare(Command):
    """委托照护登记, the first time or once more with what has changed. ``carer``: who cares, in
    words; ``town``: the child's, as stated."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    town: str | None
    since: date
    until: date | None
    child_heard: bool
    barred_checked: bool
    carer: str
    account: str | None


class AttestContact(Command):
    """The parents were in touch with the child on a day (未保法 23: 至少每周联系和交流一次)."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    contacted_on: date
    account: str | None


class EndDelegatedCare(Command):
    """委托照护结束: the parents care again, or somebody else does."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    ended_on: date
    account: str | None


class DelegatedCareEvent(Event):
    """``stated_by``: who keeps its clocks."""

    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "委托照护"
    child_ref: UUID
    town: str | None
    stated_by: str


class DelegatedCareRecorded(DelegatedCareEvent):
    """``contact_by``: until when the next contact is attested; ``end_by``: the end of its last
    day, where one was agreed. ``current``: the care runs, and this is no rewording of one that is
    over, nor one of before the newest. ``carers``: who cares is the how manieth. ``end_kept``: its
    last day is what it was, and the clock of that runs as it did."""

    TOPIC: ClassVar[str] = "delegated_care.recorded.v1"
    since: date
    until: date | None
    child_heard: bool
    barred_checked: bool
    contact_by: datetime
    end_by: datetime | None
    current: bool
    carer: Contact
    account: Guardianship
    notice: GuardianshipFlag = NOTICE
    carers: int | None = None
    end_kept: bool | None = None


class ContactAttested(DelegatedCareEvent):
    TOPIC: ClassVar[str] = "delegated_care.contact_attested.v1"
    TITLE: ClassVar[str] = "父母每周联系"
    contacted_on: date
    contact_by: datetime
    current: bool
    account: Guardianship


class DelegatedCareEnded(DelegatedCareEvent):
    TOPIC: ClassVar[str] = "delegated_care.ended.v1"
    TITLE: ClassVar[str] = "委托照护结束"
    ended_on: date
    account: Guardianship
    notice: GuardianshipFlag = NOTICE_OVER
    carers: int | None = None


@dataclass(frozen=True, slots=True)
class DelegatedCare:
    state: DelegatedCareState = DelegatedCareState.NONE
    town: str | None = None
    stated_by: str = ""
    since: date | None = None
    contacted_on: date | None = None
    """The newest day on which the parents are known to have been in touch."""
    until: date | None = None
    carers: int = 0
    """How many have cared by now, one after the other."""


def _not_yours() -> Refused:
    """The same whether there is none or it is none of the asker's business."""
    return Refused("DELEGATED_NOT_YOURS", "没有可由本单位登记的委托照护，请核对儿童信息。")


def _theirs(state: DelegatedCare, given: Given) -> bool:
    """Whether the actor recorded it, or is where the child lives by now, its town, or who sees to
    it in the place of one of them that is conflicted (利害关系单位)."""
    child: ChildFile | None = given.child
    found = [state.stated_by] if state.stated_by else []
    if state.town:
        found.append(town_organisation(state.town))
    if child is not None and child.village:
        found.append(village_organisation(child.village))
    if child is not None and child.town:
        found.append(town_organisation(child.town))
    rules: SuspectRules = given.rules.suspects
    return given.actor.organisation in {rules.nearest(each, given.conflicted) for each in found}


def _contact_by(given: Given, day: date) -> datetime:
    return end_of_day_utc(given.rules.last_day(given.rules.clocks[CONTACT_EACH_WEEK].within, day))


def _end_by(given: Given, until: date | None) -> datetime | None:
    """By when it is seen to that the care was recorded anew, or ended (期满核实)."""
    if until is None:
        return None
    return end_of_day_utc(given.rules.last_day(given.rules.clocks[END].within, until))


def _record(state: DelegatedCare, command: RecordDelegatedCare, given: Given) -> list[Event]:
    if seat_of(given.actor.organisation) not in RECORDING:
        raise _not_yours()
    given.not_in_future(command.since, "DELEGATED_IN_FUTURE", "委托开始日期")
    if command.until is not None and command.until < command.since:
        raise Refused("DELEGATED_TERM", "委托结束日期早于开始日期，请核对日期。")
    known = max(state.contacted_on or command.since, command.since)
    # One of an earlier day, put right or entered late, says nothing of who cares now.
    older = state.since is not None and command.since < state.since
    another = not older and (not given.correction or not state.carers)
    return [
        DelegatedCareRecorded(
            **command.model_dump(exclude={"town"}),
            town=command.town or state.town or (given.child.town if given.child else None),
            stated_by=given.actor.organisation,
            # Of a care that began long ago the first week is counted from now.
            contact_by=_contact_by(given, max(known, given.today)),
            end_by=_end_by(given, command.until),
            current=state.state is not DelegatedCareState.ENDED and not older,
            carers=state.carers + another,
            end_kept=bool(state.carers) and command.until == state.until,
        )
    ]


def _attest(state: DelegatedCare, command: AttestContact, given: Given) -> list[Event]:
    current = state.state is DelegatedCareState.IN_CARE
    if not (current or given.correction) or not _theirs(state, given):
        raise _not_yours()
    given.not_in_future(command.contacted_on, "CONTACT_IN_FUTURE", "联系日期")
    if state.since is not None and command.contacted_on < state.since:
        raise Refused("CONTACT_BEFORE_CARE", "联系日期早于委托开始日期，请核对日期。")
    newest = state.contacted_on is None or command.contacted_on > state.contacted_on
    return [
        ContactAttested(
            **command.model_dump(),
            town=state.town,
            stated_by=state.stated_by,
            contact_by=_contact_by(given, command.contacted_on),
            # An older one, or the newest in other words, moves no week.
            current=current and newest,
        )
    ]


def _end(state: DelegatedCare, command: EndDelegatedCare, given: Given) -> list[Event]:
    running = state.state is DelegatedCareState.IN_CARE
    if not (running or given.correction) or not _theirs(state, given):
        raise _not_yours()
    given.not_in_future(command.ended_on, "DELEGATED_IN_FUTURE", "结束日期")
    if state.since is not None and command.ended_on < state.since:
        raise Refused("DELEGATED_TERM", "委托结束日期早于开始日期，请核对日期。")
    return [
        DelegatedCareEnded(
            **command.model_dump(),
            town=state.town,
            stated_by=state.stated_by,
            carers=state.carers,
        )
    ]


def state_after(state: str, topic: str, facts: Mapping[str, Any]) -> DelegatedCareState:
    """The state that an event leads to, by its topic and clear facts, for every view."""
    if topic == DelegatedCareEnded.TOPIC:
        return DelegatedCareState.ENDED
    if not facts.get("current", True):
        return DelegatedCareState(state or DelegatedCareState.ENDED)
    return DelegatedCareState.IN_CARE


def _recorded(state: DelegatedCare, event: DelegatedCareRecorded) -> DelegatedCare:
    if not event.current:
        return state
    return replace(
        state,
        state=DelegatedCareState.IN_CARE,
        town=event.town,
        stated_by=event.stated_by,
        since=event.since,
        until=event.until,
        carers=event.carers or max(state.carers, 1),
    )


def _attested(state: DelegatedCare, event: ContactAttested) -> DelegatedCare:
    newest = max(state.contacted_on or event.contacted_on, event.contacted_on)
    return replace(state, contacted_on=newest)


def _ended(state: DelegatedCare, event: DelegatedCareEnded) -> DelegatedCare:
    return replace(state, state=DelegatedCareState.ENDED)


def _locate(command: Any, load: Callable[[UUID], DelegatedCare]) -> UUID:
    """The child's care that runs, else the next one."""
    occurrence = 1
    while load(delegated_care_id(command.child_ref, occurrence)).state is DelegatedCareState.ENDED:
        occurrence += 1
    return delegated_care_id(command.child_ref, occurrence)


def _stands(state: DelegatedCare, rules: Any) -> list[Standing]:
    in_care = state.state is DelegatedCareState.IN_CARE
    return [Standing(Stands.OPEN_CASE)] if in_care else []


DELEGATED_CARE: Stream[DelegatedCare] = Stream(
    name="delegated_care",
    initial=DelegatedCare(),
    decide={RecordDelegatedCare: _record, AttestContact: _attest, EndDelegatedCare: _end},
    evolve={
        DelegatedCareRecorded: _recorded,
        ContactAttested: _attested,
        DelegatedCareEnded: _ended,
    },
    locate=_locate,
    title="委托照护",
    states={
        DelegatedCareState.NONE: "未登记",
        DelegatedCareState.IN_CARE: "照护中",
        DelegatedCareState.ENDED: "已结束",
    },
    case=state_after,
    stands=_stands,
)
