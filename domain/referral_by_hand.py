"""Referrals that a person opens (转介单): drafted or sent at once, confirmed when they are
answered, and taken back where they were never meant to be (录入错误).

Who may open which kind stands in policies/referrals.toml (``by``); of which child, follows from the
child's file: whoever answers for the child, has it in hand, or has named it. To everybody else a
child that is there reads like one that is not.
"""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from domain.casework_rules import CaseworkRules
from domain.child_file import ChildFile
from domain.kernel import Category, Command, Event, Given, Refused, derived_id
from domain.organisations import seat_of
from domain.referral_checks import asked_by_a_person, first_answers, in_state, is_of
from domain.referral_facts import (
    OPEN_STATES,
    ReferralClosed,
    ReferralDrafted,
    ReferralExplained,
    ReferralRequested,
    ReferralState,
    ReferralVoided,
)
from domain.referral_moves import instead, offer_is_over
from domain.referral_state import Referral
from domain.rules import RecordsRules, ReferralKind


class OpenReferral(Command):
    """转出, by a person of the sender; ``draft``: kept as a draft (草稿) that nobody else sees.
    ``case_id``: the case that it belongs to, where there is one already. The town is the child's.
    """

    READS_CHILD: ClassVar[bool] = True
    READS_TASKS: ClassVar[bool] = True
    NAMES: ClassVar[str] = "addressee"
    referral_id: UUID
    child_ref: UUID
    kind: str
    addressee: str
    case_id: UUID | None = None
    account: str | None = None
    draft: bool = False


class SendReferral(Command):
    """把草稿转出, with the account as it is by now."""

    READS_CHILD: ClassVar[bool] = True
    READS_TASKS: ClassVar[bool] = True
    referral_id: UUID
    account: str | None = None


class CloseReferral(Command):
    """确认办理结果, by the sender: its loop is closed."""

    referral_id: UUID
    note: str | None = None


class VoidReferral(Command):
    """录入错误, by the sender: it was never meant to be, with a reason of the list."""

    referral_id: UUID
    reason: str
    note: str | None = None


def open_by_hand(state: Referral, command: OpenReferral, given: Given) -> list[Event]:
    """The decision on :class:`OpenReferral`."""
    if state.state is not ReferralState.NONE:
        return []
    kind = _checked(command.kind, command.addressee, given)
    under = _told_under(kind, given)
    case = command.case_id or derived_id("case opened by hand", command.referral_id)
    about: dict[str, Any] = {
        "child_ref": command.child_ref,
        "case_id": case,
        "kind": command.kind,
        "matter": kind.matter,
        "sender": given.actor.organisation,
    }
    if command.draft:
        # Nobody is asked yet: to whom it is to go is its author's own until it is sent.
        mine = {**about, "addressee": given.actor.organisation}
        return [ReferralDrafted(**mine, to=command.addressee, account=command.account)]
    return _requested({**about, "addressee": command.addressee}, under, command.account, given)


def send(state: Referral, command: SendReferral, given: Given) -> list[Event]:
    """The decision on :class:`SendReferral`."""
    _sender_only(state, given)
    in_state(state, "不能再转出", ReferralState.DRAFT)
    kind = _checked(state.kind, state.to, given)
    about = {**state.about, "addressee": state.to}
    return _requested(about, _told_under(kind, given), command.account, given)


def _checked(name: str, addressee: str, given: Given) -> ReferralKind:
    """The kind, where this sender may send it to that addressee about this child. Raises Refused:
    first for what it depends on the asker alone, then alike for every child that is not theirs."""
    kind: ReferralKind = given.rules.referral_kind(name)
    actor = given.actor.organisation
    if not is_of(actor, kind.by):
        raise Refused("REFERRAL_BY", "这一类转介不由本单位转出，请核对种类。")
    if not is_of(addressee, kind.seats) or addressee == actor:
        raise Refused("REFERRAL_ADDRESSEE", "这一类转介不能发给该单位，请核对承办单位。")
    child: ChildFile = given.child or ChildFile()
    theirs = actor in child.responsible | child.identity_stated_by or bool(given.tasks)
    if not child.opened or not theirs or actor in child.conflicted:
        raise Refused("REFERRAL_CHILD", "没有可由本单位转出的儿童，请核对编号。")
    return kind


def _requested(
    about: dict[str, Any], under: Category, account: str | None, given: Given
) -> list[Event]:
    """A conflicted addressee (利害关系单位) is not asked, and not refused either: that would tell
    of a suspicion. The next one is, as for every referral. ``under``: the account's category, which
    is the kind's that was meant, whoever is asked."""
    name, addressee = instead(about["kind"], about["addressee"], given.conflicted, given.rules)
    kind: ReferralKind = given.rules.referral_kind(name)
    about = {**about, "kind": name, "matter": kind.matter, "addressee": addressee}
    child: ChildFile = given.child or ChildFile()
    asked = ReferralRequested(
        **about,
        town=child.town,
        release=kind.release,
        at_once=kind.at_once,
        accept_by=given.rules.due(kind.accept_within, given.now),
        complete_by=given.rules.due(kind.complete_within, given.now),
        by_hand=True,
    )
    if account is None:
        return [asked]
    return [asked, ReferralExplained(**about, under=under, account=account)]


def _told_under(kind: ReferralKind, given: Given) -> Category:
    """Under which category the account is told: the first of what the kind releases that the sender
    publishes, its matter before others. Where the kind releases nothing of that (the finding of
    which the disabled persons' federation is not told), the account stays with the matter."""
    rules: RecordsRules = given.rules.records_requests
    published = rules.publishes.get(seat_of(given.actor.organisation), frozenset())
    told = [each for each in (kind.matter, *kind.release) if each in published]
    return next((each for each in told if each in kind.release), kind.matter)


def _sender_only(state: Referral, given: Given) -> None:
    if state.state is ReferralState.NONE or given.actor.organisation != state.sender:
        raise Refused("REFERRAL_NOT_YOURS", "没有由本单位转出的转介单，请核对编号。")


def close(state: Referral, command: CloseReferral, given: Given) -> list[Event]:
    """The decision on :class:`CloseReferral`."""
    _sender_only(state, given)
    in_state(state, "还没有办理结果可以确认", ReferralState.COMPLETED, ReferralState.FAILED)
    if state.closed:
        return []
    return [ReferralClosed(**state.about, note=command.note)]


def void(state: Referral, command: VoidReferral, given: Given) -> list[Event]:
    """The decision on :class:`VoidReferral`."""
    _sender_only(state, given)
    in_state(state, "不能按录入错误处理", ReferralState.DRAFT, *OPEN_STATES)
    first_answers(state, given, "不能按录入错误处理")
    asked_by_a_person(state, given, "不能按录入错误处理")
    rules: CaseworkRules = given.rules.casework
    if command.reason not in rules.errors:
        raise Refused(
            "REFERRAL_ERROR_REASON",
            "请选择录入错误的原因：" + "、".join(rules.errors.values()) + "。",
        )
    return [
        *offer_is_over(state),
        ReferralVoided(
            **state.about,
            voided_for=command.reason,
            draft=state.state is ReferralState.DRAFT,
            note=command.note,
        ),
    ]
