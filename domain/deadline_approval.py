"""What follows from asking for a deadline to be put off (延期), and from deciding it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.calendar import end_of_day_utc
from domain.deadline import DeadlineState
from domain.deadline_extension import (
    ApproveExtension,
    AskForExtension,
    DeadlineExtended,
    ExtensionAsked,
    ExtensionRefused,
    RefuseExtension,
)
from domain.deadline_state import Deadline
from domain.kernel import Event, Given, Refused
from domain.organisations import SHARED_USERS
from domain.rules import ExtensionRules
from domain.terms import last_day_of

_OPEN = (DeadlineState.RUNNING, DeadlineState.MISSED)


def ask(state: Deadline, command: AskForExtension, given: Given) -> list[Event]:
    """The last day asked for replaces one that was asked for before and is not decided."""
    due_at = _own(state, given)
    rules: ExtensionRules = given.rules.escalation.extension
    if not command.account.strip():
        raise Refused("EXTENSION_WITHOUT_REASON", "申请延期必须说明理由。")
    if command.until <= max(last_day_of(due_at), given.today):
        raise Refused("EXTENSION_NOT_LATER", "延期后的期限应晚于现在的期限和今天。")
    longest = given.rules.last_day(rules.at_most, last_day_of(state.first_due_at or due_at))
    if command.until > longest:
        raise Refused("EXTENSION_TOO_LONG", f"延期最长到{longest:%Y年%m月%d日}，请改早日期。")
    return [
        ExtensionAsked(
            **_about(state),
            until=command.until,
            requested_by=given.actor.user,
            account=command.account,
        )
    ]


def approve(state: Deadline, command: ApproveExtension, given: Given) -> list[Event]:
    due_at = _own(state, given)
    asked = _decidable(state, given)
    if command.until != asked.until:
        raise Refused("EXTENSION_OTHER", "申请的日期已改，请刷新后按现在申请的日期决定。")
    until = end_of_day_utc(asked.until)
    if until <= max(due_at, given.now):
        raise Refused("EXTENSION_NOT_LATER", "申请的期限已过，请重新申请延期。")
    return [
        DeadlineExtended(
            **_about(state),
            was_due_at=due_at,
            due_at=until,
            requested_by=asked.requested_by,
            approved_by=given.actor.user,
        )
    ]


def refuse(state: Deadline, command: RefuseExtension, given: Given) -> list[Event]:
    _own(state, given)
    asked = _decidable(state, given)
    return [ExtensionRefused(**_about(state), requested_by=asked.requested_by)]


def _about(state: Deadline) -> dict[str, Any]:
    return dict(state.about or {})


def _own(state: Deadline, given: Given) -> datetime:
    """When the organisation's own clock is due. The same refusal for a stranger, for a conflicted
    one and where there is none: nobody learns that there is a clock."""
    ours = given.actor.organisation
    theirs = state.unfinished and state.owner == ours and ours not in given.conflicted
    if not theirs or state.due_at is None:
        raise Refused("DEADLINE_NOT_YOURS", "没有可由本单位申请延期的时限，请核对编号和种类。")
    if state.runs_on_by(given.rules):
        raise Refused("DEADLINE_RUNS_ON", "侵害、保护令和查找类事项的时限昼夜连续计算，不能延期。")
    if _about(state).get("kind") in given.rules.escalation.extension.never:
        raise Refused(
            "DEADLINE_OWED", "该时限是对其他单位负有的，不能由本单位延期；确有困难，请与对方联系。"
        )
    if state.state not in _OPEN:
        raise Refused("DEADLINE_STANDS", "该时限已中止，继续办理后才能申请延期。")
    if state.also_told:
        raise Refused("DEADLINE_GONE_UP", "该时限逾期后已逐级上报，不能再延期，请尽快办理。")
    return state.due_at


def _decidable(state: Deadline, given: Given) -> ExtensionAsked:
    rules: ExtensionRules = given.rules.escalation.extension
    if state.asked is None:
        raise Refused("EXTENSION_NOT_ASKED", "没有待决定的延期申请。")
    if given.actor.post not in rules.posts:
        raise Refused("EXTENSION_POST", "延期由本单位负责人或值班领导决定。")
    if given.actor.user in SHARED_USERS:
        raise Refused("EXTENSION_IN_PERSON", "延期须由本人登录后决定，不能以单位名义决定。")
    if given.actor.user == state.asked.requested_by:
        raise Refused("EXTENSION_OWN", "申请人不能决定自己的延期申请，请由另一人决定。")
    return state.asked
