"""A child director who is away (儿童主任离岗): from when until when, and who stands in.

Said by the village or by its town. Where the village's own second person (B角) stands in, what is
owed stays the village's; where the town does, the visits that the village owes are the town's from
the first day on, and the village's again afterwards. Whoever forgets to say that somebody is back
has said so with the last day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.calendar import end_of_day_utc
from domain.code_sets import CodeSet
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
from domain.organisations import HUB, Seat, seat_of, town_of_village


class StandIn(StrEnum):
    """Who does the work meanwhile."""

    DEPUTY = "DEPUTY"
    TOWN = "TOWN"


STAND_IN = CodeSet(
    "STAND_IN",
    "代岗",
    {StandIn.DEPUTY: "本村居B角代岗", StandIn.TOWN: "街镇代岗"},
    {"B角": "DEPUTY", "街镇": "TOWN", "未保站": "TOWN"},
)


def away_id(organisation: str) -> UUID:
    """The id of a village's stream of absences."""
    return derived_id("away", organisation)


class DeclareAway(Command):
    """登记离岗, from the first to the last Shanghai day; said again, it replaces what was said
    before."""

    NAMES: ClassVar[str] = "organisation"
    organisation: str
    since: date
    until: date
    stand_in: StandIn
    account: str | None = None


class EndAway(Command):
    """返岗, before the last day that was said."""

    NAMES: ClassVar[str] = "organisation"
    organisation: str


class AdvanceAway(Command):
    """Asked by the clock: the first day has come, or the last one is over."""

    organisation: str


class BeginStandIn(Command):
    """Asked by the hub: no child director of the village has an entry check (入职查询) that stands;
    the town stands in until one has."""

    organisation: str


class EndStandIn(Command):
    """Asked by the hub: one has again. What people said of an absence is let be."""

    organisation: str


class AwayEvent(Event):
    """``told_to`` is the one of village and town that did not say it."""

    TITLE: ClassVar[str] = "离岗"
    CATEGORY: ClassVar[Category] = Category.WORKFORCE
    organisation: str
    told_to: str
    since: date
    until: date
    stand_in: StandIn


class AwayDeclared(AwayEvent):
    """``begins_at`` is None where it has begun already. ``until_cleared``: nobody said so; it ends
    once a child director's entry check stands again."""

    TOPIC: ClassVar[str] = "away.declared.v1"
    TITLE: ClassVar[str] = "登记离岗"
    begins_at: datetime | None
    ends_at: datetime
    account: Annotated[Text, Sensitive(Category.WORKFORCE)]
    until_cleared: bool | None = None


class AwayBegun(AwayEvent):
    TOPIC: ClassVar[str] = "away.begun.v1"
    TITLE: ClassVar[str] = "开始离岗"
    ends_at: datetime


class AwayEnded(AwayEvent):
    """``ended_on``: the day on which somebody is there again."""

    TOPIC: ClassVar[str] = "away.ended.v1"
    TITLE: ClassVar[str] = "返岗"
    ended_on: date


@dataclass(frozen=True, slots=True)
class Away:
    """What is said of a village's child director by now."""

    declared: AwayDeclared | None = None
    """The absence that is said and not over."""
    begun: bool = False

    @property
    def handed_to_town(self) -> bool:
        """Whether the town makes the village's visits now."""
        said = self.declared
        return self.begun and said is not None and said.stand_in is StandIn.TOWN


def _declare(state: Away, command: DeclareAway, given: Given) -> list[Event]:
    told = _other_side(command.organisation, given)
    if command.until < max(command.since, given.today):
        raise Refused("AWAY_UNTIL", "返岗前的最后一天不能早于开始的日期和今天，请核对日期。")
    longest = given.rules.last_day(given.rules.visits.away_at_most, max(command.since, given.today))
    if command.until > longest:
        raise Refused(
            "AWAY_TOO_LONG", f"离岗一次最长到{longest:%Y年%m月%d日}；更长的请另行安排儿童主任。"
        )
    begun = command.since <= given.today
    about = command.model_dump(exclude={"account"}) | {"told_to": told}
    ends_at = end_of_day_utc(command.until)
    events: list[Event] = []
    if state.begun and not begun and state.declared is not None:
        # Somebody is there until the day that is said now.
        events.append(_ended(state.declared, told, given))
    events.append(
        AwayDeclared(
            **about,
            begins_at=None if begun else _first_instant(command.since),
            ends_at=ends_at,
            account=command.account,
        )
    )
    if begun:
        events.append(AwayBegun(**about, ends_at=ends_at))
    return events


def _end(state: Away, command: EndAway, given: Given) -> list[Event]:
    told = _other_side(command.organisation, given)
    if state.declared is None:
        raise Refused("AWAY_NOT_SAID", "没有登记离岗，无须返岗登记。")
    return [_ended(state.declared, told, given)]


def _advance(state: Away, command: AdvanceAway, given: Given) -> list[Event]:
    _by_hub(given)
    said = state.declared
    if said is None:
        return []
    if given.now >= said.ends_at:
        return [_ended(said, said.told_to, given)]
    if not state.begun and said.begins_at is not None and given.now >= said.begins_at:
        return [AwayBegun(**_about(said), ends_at=said.ends_at)]
    return []


def _begin_stand_in(state: Away, command: BeginStandIn, given: Given) -> list[Event]:
    _by_hub(given)
    if state.handed_to_town:
        return []
    about: dict[str, Any] = {
        "organisation": command.organisation,
        "told_to": town_of_village(command.organisation),
        "since": given.today,
        # For as long as an absence may last; then it is looked at anew.
        "until": given.rules.last_day(given.rules.visits.away_at_most, given.today),
        "stand_in": StandIn.TOWN,
    }
    ends_at = end_of_day_utc(about["until"])
    events: list[Event] = []
    if state.begun and state.declared is not None:
        events.append(_ended(state.declared, about["told_to"], given))
    events.append(
        AwayDeclared(**about, begins_at=None, ends_at=ends_at, account=None, until_cleared=True)
    )
    return [*events, AwayBegun(**about, ends_at=ends_at)]


def _end_stand_in(state: Away, command: EndStandIn, given: Given) -> list[Event]:
    _by_hub(given)
    said = state.declared
    if said is None or not said.until_cleared:
        return []
    return [_ended(said, said.told_to, given)]


def _by_hub(given: Given) -> None:
    if given.actor.organisation != HUB:
        raise Refused("AWAY_BY_HUB", "离岗起止由系统按登记的日期办理，请登记离岗或返岗。")


def _other_side(organisation: str, given: Given) -> str:
    """Whom it is told: the town by the village, the village by its town."""
    actor = given.actor.organisation
    try:
        village = seat_of(organisation) is Seat.VILLAGE
    except ValueError:
        village = False
    if village and actor in (organisation, town_of_village(organisation)):
        return town_of_village(organisation) if actor == organisation else organisation
    raise Refused("AWAY_NOT_YOURS", "离岗由村居或其街镇未保站登记，请核对村居代码。")


def _about(said: AwayEvent) -> dict[str, Any]:
    return {name: getattr(said, name) for name in AwayEvent.model_fields}


def _ended(said: AwayEvent, told: str, given: Given) -> AwayEnded:
    return AwayEnded(**{**_about(said), "told_to": told}, ended_on=given.today)


def _said(state: Away, event: AwayDeclared) -> Away:
    """Without its sealed fields, which are nobody's to decide by."""
    return Away(event.model_copy(update=dict.fromkeys(event.SENSITIVE)), begun=state.begun)


def _first_instant(day: date) -> datetime:
    return end_of_day_utc(day - timedelta(days=1))


AWAY: Stream[Away] = Stream(
    name="away",
    initial=Away(),
    decide={
        DeclareAway: _declare,
        EndAway: _end,
        AdvanceAway: _advance,
        BeginStandIn: _begin_stand_in,
        EndStandIn: _end_stand_in,
    },
    evolve={
        AwayDeclared: _said,
        AwayBegun: lambda state, event: replace(state, begun=True),
        AwayEnded: lambda state, event: Away(),
    },
    locate=lambda command, load: away_id(command.organisation),
    title="离岗",
    codes={"stand_in": STAND_IN},
    by_itself=True,
    due=Due(
        starts={AwayDeclared: ("begins_at", "ends_at"), AwayBegun: ("ends_at",)},
        over=(AwayEnded,),
        ask=lambda stream, facts: AdvanceAway(organisation=facts["organisation"]),
    ),
)
