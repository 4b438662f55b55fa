"""What happens to a referral within the organisation that has it: who handles it and who stands in
(经办人A角、B角), and that it rests for a while (暂缓).

A hold needs a reason and a day; its clock stands meanwhile, and runs on by itself after that day.
What concerns harm, and whatever runs through nights and holidays, never rests.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from domain.calendar import end_of_day_utc
from domain.casework_rules import CaseworkRules
from domain.kernel import Command, Event, Given, Refused
from domain.organisations import HUB
from domain.referral_checks import addressee_only, first_answers, in_state, kind_of
from domain.referral_facts import (
    OPEN_STATES,
    ReferralAssigned,
    ReferralHeld,
    ReferralResumed,
    ReferralState,
)
from domain.referral_state import Referral


class AssignReferral(Command):
    """指定经办人和B角: two people of the organisation that has it, as pseudonyms. Whoever hands the
    command in has seen to it that they are."""

    referral_id: UUID
    handler: str
    deputy: str | None = None


class HoldReferral(Command):
    """暂缓, for a reason of the list, until the end of a Shanghai day."""

    referral_id: UUID
    reason: str
    until: date
    note: str | None = None


class ResumeReferral(Command):
    """恢复办理: by whoever has it at any time, by the hub once its day is over."""

    referral_id: UUID


class Taken(Refused):
    """Somebody of the same organisation has accepted it: ``by``, a pseudonym. Only the
    organisation's own people come to this refusal, and are told who it was."""

    def __init__(self, by: str, name: str = "另一位同事") -> None:
        super().__init__(
            "REFERRAL_TAKEN", f"此转介单已由本单位{name}签收，不用再签收；请刷新后再看。"
        )
        self.by = by

    def named(self, names: Mapping[str, str]) -> Taken:
        """The same with the name of that person, where it is known."""
        name = names.get(self.by)
        return Taken(self.by, f"“{name}”") if name else self


def taken(state: Referral, given: Given) -> None:
    """Tell a second one who accepts that a colleague was first, and who."""
    first = state.accepted_by
    if first and first != given.actor.user and state.state in OPEN_STATES:
        raise Taken(first)


def assign(state: Referral, command: AssignReferral, given: Given) -> list[Event]:
    """The decision on :class:`AssignReferral`."""
    addressee_only(state, given, *OPEN_STATES)
    rules: CaseworkRules = given.rules.casework
    if given.actor.post not in rules.assigning_posts:
        raise Refused("REFERRAL_ASSIGN_POST", "由经办人、值班领导或负责人指定经办人，请联系他们。")
    if command.handler == command.deputy:
        raise Refused("REFERRAL_DEPUTY", "B角须是另一个人，请重新选择。")
    if (command.handler, command.deputy) == (state.handler, state.deputy):
        return []
    return [ReferralAssigned(**state.about, handler=command.handler, deputy=command.deputy)]


def hold(state: Referral, command: HoldReferral, given: Given) -> list[Event]:
    """The decision on :class:`HoldReferral`."""
    addressee_only(state, given, ReferralState.ACCEPTED, ReferralState.IN_PROGRESS)
    first_answers(state, given, "不能暂缓")
    if kind_of(state, given).runs_on:
        raise Refused("REFERRAL_RUNS_ON", "侵害、保护令和查找类事项昼夜连续办理，不能暂缓。")
    rules: CaseworkRules = given.rules.casework
    if command.reason not in rules.holds:
        raise Refused(
            "REFERRAL_HOLD_REASON", "请选择暂缓原因：" + "、".join(rules.holds.values()) + "。"
        )
    if state.holds and given.actor.post not in rules.further_hold_posts:
        raise Refused("REFERRAL_HOLD_POST", "已暂缓过，再次暂缓须由本单位负责人或值班领导办理。")
    left = rules.hold_in_all - state.rested_days
    last = min(
        given.rules.last_day(rules.hold_at_most, given.today),
        given.today + timedelta(days=left - 1),
    )
    if last < given.today:
        raise Refused(
            "REFERRAL_HOLD_IN_ALL",
            f"各次暂缓合计最多{rules.hold_in_all}天，已用完，请继续办理或申请延期。",
        )
    if not given.today <= command.until <= last:
        raise Refused(
            "REFERRAL_HOLD_UNTIL",
            f"暂缓日期应从今天起，最晚{last.isoformat()}，请重新填写；到期自动恢复办理。",
        )
    return [
        ReferralHeld(
            **state.about,
            held_for=command.reason,
            due_at=end_of_day_utc(command.until),
            note=command.note,
            held_on=given.today,
        )
    ]


def resume(state: Referral, command: ResumeReferral, given: Given) -> list[Event]:
    """The decision on :class:`ResumeReferral`."""
    if given.actor.organisation == HUB:
        over = state.held_until is not None and given.now >= state.held_until
        if state.state is not ReferralState.ON_HOLD or not over:
            return []
        return [_resumed(state, given, early=False)]
    addressee_only(state, given, *ReferralState)
    in_state(state, "不用恢复办理，请刷新后再看", ReferralState.ON_HOLD)
    return [_resumed(state, given, early=True)]


def _resumed(state: Referral, given: Given, *, early: bool) -> Event:
    started = state.held_from is ReferralState.IN_PROGRESS
    since = state.held_on
    # The day on which it began counts: a hold of a morning is one.
    rested = None if since is None else max((given.today - since).days, 1)
    return ReferralResumed(**state.about, early=early, started=started, rested_days=rested)
