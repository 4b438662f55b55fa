"""A child that leaves the district (迁出本区): whoever is to be responsible is no organisation here
and confirms nothing in the hub. It says so by a signed letter (接收回执), which the child's town
records; until then everything stands as it stood, and nobody loses sight of the child.

With it the standing of town, village and beat ends. The school's ends by the roll.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from domain.identity import Contact
from domain.kernel import Category, Command, Event, Given, Refused
from domain.organisations import town_organisation


class LeaveDistrict(Command):
    """登记迁出本区, by the town responsible: ``receiver`` took the child over on ``since``, by its
    letter of the number ``letter``."""

    STATES: ClassVar[Category | None] = Category.CONTACT
    child_ref: UUID
    since: date
    receiver: str
    letter: str


class DistrictLeft(Event):
    TOPIC: ClassVar[str] = "child_file.district_left.v1"
    CATEGORY: ClassVar[Category] = Category.CONTACT
    TITLE: ClassVar[str] = "迁出本区"
    child_ref: UUID
    since: date
    receiver: Contact
    letter: Contact


def leave(state: Any, command: LeaveDistrict, given: Given) -> list[Event]:
    """The decision, on the clear facts of the child's file. Raises Refused."""
    if state.town is None or town_organisation(state.town) != given.actor.organisation:
        # The same for a child of somebody else and for one that is not there.
        raise Refused("LEAVING_NOT_YOURS", "没有可由本单位登记迁出的儿童，请核对编号。")
    if not command.receiver.strip() or not command.letter.strip():
        raise Refused(
            "LEAVING_LETTER",
            "请填写区外接收单位和它签章的接收回执编号；没有收到回执的，孩子仍由本单位负责。",
        )
    given.not_in_future(command.since, "LEAVING_DAY", "迁出日期")
    return [DistrictLeft(**command.model_dump())]
