"""Of some schemes a child is given one (择一享受): choosing the special-child allowance as a
scattered orphan, or for missing or unfit guardianship, ends 特困 (沪府规〔2025〕11号 [S1]).

One stream a child, asked by the hub in the append of each grant and end: a second grant is refused
with what has to be ended first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from domain.kernel import Category, Command, Event, Given, Refused, Stream, derived_id
from domain.organisations import HUB


def aid_choice_id(child_ref: UUID) -> UUID:
    """The id of what a child has chosen: one stream a child."""
    return derived_id("aid_choice", child_ref)


class TakeChoice(Command):
    """Asked by the hub: an application of those of which one is given was granted."""

    child_ref: UUID
    choose_one: str
    application: UUID


class LeaveChoice(Command):
    """Asked by the hub: it is over, or was not granted after all."""

    child_ref: UUID
    choose_one: str
    application: UUID


class ChoiceEvent(Event):
    CATEGORY: ClassVar[Category] = Category.MEANS
    TITLE: ClassVar[str] = "择一享受"
    child_ref: UUID
    choose_one: str
    application: UUID


class ChoiceHeld(ChoiceEvent):
    TOPIC: ClassVar[str] = "aid_choice.held.v1"
    TITLE: ClassVar[str] = "已选择享受"


class ChoiceLeft(ChoiceEvent):
    TOPIC: ClassVar[str] = "aid_choice.left.v1"
    TITLE: ClassVar[str] = "不再享受"


@dataclass(frozen=True, slots=True)
class AidChoice:
    """Which application holds each choice."""

    held: Mapping[str, UUID] = field(default_factory=dict)


def _by_hub(given: Given) -> None:
    if given.actor.organisation != HUB:
        raise Refused("AID_CHOICE_BY_HUB", "择一享受由系统随审批记录，不能由单位登记。")


def _take(state: AidChoice, command: TakeChoice, given: Given) -> list[Event]:
    _by_hub(given)
    holder = state.held.get(command.choose_one)
    if holder == command.application:
        return []
    if holder is not None:
        raise Refused(
            "AID_CHOICE",
            "孩子已享受只能择一的另一项保障。家庭选择改享本项目的，请先登记原保障终止"
            "（终止原因选“另行选择其他保障”），再批准本项目；不改的，请对本项目不予批准。",
        )
    return [ChoiceHeld(**command.model_dump())]


def _leave(state: AidChoice, command: LeaveChoice, given: Given) -> list[Event]:
    _by_hub(given)
    if state.held.get(command.choose_one) != command.application:
        return []
    return [ChoiceLeft(**command.model_dump())]


def _taken(state: AidChoice, event: Any) -> AidChoice:
    return AidChoice({**state.held, event.choose_one: event.application})


def _left(state: AidChoice, event: Any) -> AidChoice:
    return AidChoice({one: by for one, by in state.held.items() if one != event.choose_one})


AID_CHOICE: Stream[AidChoice] = Stream(
    name="aid_choice",
    initial=AidChoice(),
    decide={TakeChoice: _take, LeaveChoice: _leave},
    evolve={ChoiceHeld: _taken, ChoiceLeft: _left},
    locate=lambda command, load: aid_choice_id(command.child_ref),
    title="择一享受",
)
