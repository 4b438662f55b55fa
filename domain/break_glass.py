"""Break-glass (紧急调阅): an organisation looks at a child that is not its own, because there is no
time to ask. With a reason, at most 24 hours, the lead told at once, reviewed the next working day
(domain reference §10, invariant 6).

It opens at once and waits for nobody: telling, reviewing and ending follow in the same append or
later. It stands in views under its own id, and never says whether the child was found: an asker
that named nobody is answered, told of and reviewed like any other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, ClassVar
from uuid import UUID

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
)
from domain.organisations import HUB, Post, seat_of
from domain.rules import BreakGlassRules

Harm = Annotated[Text, Sensitive(Category.HARM)]
"""Why somebody looks in an emergency says as much as a report of harm would."""

REVIEW = "break_glass_review"
"""The clock of policies/clocks.toml, and the kind of its deadline."""

NOTICE = "note_break_glass"
"""The kind of referral by which the lead finds it in its inbox."""


class BreakGlass(Command):
    """紧急调阅. ``child_ref`` is None when no child was found; ``ground`` a code of the policies'
    list, ``hours`` how long, all that is allowed where it is None."""

    READS_CHILD: ClassVar[bool] = True
    access_id: UUID
    child_ref: UUID | None
    categories: tuple[Category, ...]
    ground: str
    account: str
    hours: int | None = None


class EndBreakGlass(Command):
    """No longer needed; asked by whoever looked, and by the clock when the time is over."""

    access_id: UUID


class ReviewBreakGlass(Command):
    """事后核查, by whoever the policies name, never by the organisation that looked."""

    access_id: UUID
    justified: bool
    note: str | None = None


class BreakGlassEvent(Event):
    TITLE: ClassVar[str] = "紧急调阅"
    CATEGORY: ClassVar[Category] = Category.HARM
    organisation: str
    named: UUID | None


class BreakGlassOpened(BreakGlassEvent):
    TOPIC: ClassVar[str] = "break_glass.opened.v1"
    TITLE: ClassVar[str] = "紧急调阅"
    ground: str
    categories: tuple[Category, ...]
    due_at: datetime
    reviewer: str
    account: Harm


class BreakGlassNotified(BreakGlassEvent):
    """One for each organisation that is told; ``review_by`` where it is to review as well."""

    TOPIC: ClassVar[str] = "break_glass.notified.v1"
    TITLE: ClassVar[str] = "紧急调阅告知"
    told_to: str
    ground: str
    categories: tuple[Category, ...]
    until: datetime
    review_by: datetime | None
    account: Harm


class BreakGlassEnded(BreakGlassEvent):
    TOPIC: ClassVar[str] = "break_glass.ended.v1"
    TITLE: ClassVar[str] = "紧急调阅结束"
    told_to: str
    early: bool


class BreakGlassReviewed(BreakGlassEvent):
    TOPIC: ClassVar[str] = "break_glass.reviewed.v1"
    TITLE: ClassVar[str] = "紧急调阅核查"
    told_to: str
    justified: bool
    note: Harm


@dataclass(frozen=True, slots=True)
class Access:
    """One break-glass access, in clear facts."""

    organisation: str = ""
    named: UUID | None = None
    due_at: datetime | None = None
    reviewer: str = ""
    ended: bool = False
    reviewed: bool = False


def _break(state: Access, command: BreakGlass, given: Given) -> list[Event]:
    if state.organisation:
        return []
    rules: BreakGlassRules = given.rules.break_glass
    asker = given.actor.organisation
    _check(rules, command, given)
    hours = rules.hours_at_most if command.hours is None else command.hours
    until = given.now + timedelta(hours=hours)
    named = command.child_ref if given.child is not None and given.child.opened else None
    categories = tuple(c for c in Category if c is Category.WHO or c in command.categories)
    reviewer = rules.reviewer_of(asker, given.conflicted)
    review_by = given.rules.due(given.rules.clocks[REVIEW].within, given.now)
    # In the place of a conflicted lead the next one is told: somebody has to look at once.
    leads = [
        given.rules.suspects.nearest(lead, given.conflicted)
        for lead in rules.leads_of(asker, categories)
    ]
    told = dict.fromkeys((*(each for each in leads if each != asker), reviewer))
    return [
        BreakGlassOpened(
            organisation=asker,
            named=named,
            ground=command.ground,
            categories=categories,
            due_at=until,
            reviewer=reviewer,
            account=command.account,
        ),
        *(
            BreakGlassNotified(
                organisation=asker,
                named=named,
                told_to=organisation,
                ground=command.ground,
                categories=categories,
                until=until,
                review_by=review_by if organisation == reviewer else None,
                account=command.account,
            )
            for organisation in told
        ),
    ]


def _check(rules: BreakGlassRules, command: BreakGlass, given: Given) -> None:
    """Whatever is refused is refused for who asks, and what for: never for the child."""
    allowed = rules.openable.get(seat_of(given.actor.organisation), frozenset())
    if not allowed:
        raise Refused("BREAK_GLASS_SEAT", "本单位没有紧急调阅的权限；有危险请拨打110。")
    if Post(given.actor.post) not in rules.posts:
        raise Refused("BREAK_GLASS_POST", "本岗位不能紧急调阅，请由经办人、值班人员或负责人办理。")
    if command.ground not in rules.grounds:
        raise Refused(
            "BREAK_GLASS_GROUND",
            "紧急调阅的理由不在可选范围内，请从以下选择："
            + "、".join(rules.grounds.values())
            + "。",
        )
    if not command.account.strip():
        raise Refused("BREAK_GLASS_ACCOUNT", "请写明紧急情况：发生了什么，为什么来不及转介。")
    if not command.categories or not set(command.categories) <= allowed:
        raise Refused(
            "BREAK_GLASS_CATEGORY", "所选数据类别不在本单位可以紧急调阅的范围内，请重新选择。"
        )
    if command.hours is not None and not 1 <= command.hours <= rules.hours_at_most:
        raise Refused("BREAK_GLASS_HOURS", f"紧急调阅为1至{rules.hours_at_most}小时，请重新填写。")


def _end(state: Access, command: EndBreakGlass, given: Given) -> list[Event]:
    by_clock = given.actor.organisation == HUB
    if not by_clock and given.actor.organisation != state.organisation:
        raise Refused("BREAK_GLASS_NOT_YOURS", "没有可由本单位结束的紧急调阅，请核对编号。")
    if state.ended or state.due_at is None or (by_clock and given.now < state.due_at):
        return []
    return [_ended(state, early=given.now < state.due_at)]


def _ended(state: Access, *, early: bool) -> BreakGlassEnded:
    return BreakGlassEnded(
        organisation=state.organisation,
        named=state.named,
        told_to=state.organisation,
        early=early,
    )


def _review(state: Access, command: ReviewBreakGlass, given: Given) -> list[Event]:
    if not state.organisation or given.actor.organisation != state.reviewer:
        # The same for a stranger, who cannot learn that there is one.
        raise Refused("BREAK_GLASS_NOT_YOURS", "没有可由本单位核查的紧急调阅，请核对编号。")
    if state.reviewed:
        raise Refused("BREAK_GLASS_REVIEWED", "该紧急调阅已经核查，不能再次核查。")
    reviewed = BreakGlassReviewed(
        organisation=state.organisation,
        named=state.named,
        told_to=state.organisation,
        justified=command.justified,
        note=command.note,
    )
    if command.justified or state.ended:
        return [reviewed]
    # What was found not to be justified does not go on until the hour is over.
    return [reviewed, _ended(state, early=True)]


def _opened(state: Access, event: BreakGlassOpened) -> Access:
    return Access(event.organisation, event.named, event.due_at, event.reviewer)


BREAK_GLASS: Stream[Access] = Stream(
    name="break_glass",
    initial=Access(),
    decide={BreakGlass: _break, EndBreakGlass: _end, ReviewBreakGlass: _review},
    evolve={
        BreakGlassOpened: _opened,
        BreakGlassNotified: lambda state, event: state,
        BreakGlassEnded: lambda state, event: replace(state, ended=True),
        BreakGlassReviewed: lambda state, event: replace(state, reviewed=True),
    },
    locate=lambda command, load: command.access_id,
    # Nothing about any child ever holds it back.
    ordering_key=lambda command, stream_id: stream_id,
    title="紧急调阅",
    by_itself=True,
    due=Due(
        starts={BreakGlassOpened: ("due_at",)},
        over=(BreakGlassEnded,),
        ask=lambda stream, facts: EndBreakGlass(access_id=stream),
    ),
)
