"""How a referral goes from one organisation to another: handed over at once (改派), offered and
accepted (移交), or taken out of a conflicted hand (回避).

What concerns harm is offered: whoever has it answers until another organisation has accepted it
(首接负责). Nothing is in nobody's hand in between, and a call that meets the wrong desk first is
never told to try another one.
"""

from __future__ import annotations

from collections.abc import Container
from typing import ClassVar
from uuid import UUID

from domain.kernel import Category, Command, Event, Given, Refused, derived_id
from domain.organisations import HUB, Seat, district_organisation, seat_of
from domain.referral_checks import (
    UNSENT,
    accept_by,
    addressee_only,
    first_answers,
    in_state,
    is_of,
    kind_of,
)
from domain.referral_facts import (
    OPEN_STATES,
    ReferralConfined,
    ReferralMoved,
    ReferralOfferDeclined,
    ReferralOffered,
    ReferralReassigned,
    ReferralState,
)
from domain.referral_state import Offer, Referral
from domain.rules import ReferralKind, Rules


class ReassignReferral(Command):
    """改派, to another organisation that the kind may be sent to: by whoever has it, by its sender,
    or by civil affairs, which coordinates (plan 三2)."""

    READS_CHILD: ClassVar[bool] = True
    NAMES: ClassVar[str] = "addressee"
    referral_id: UUID
    addressee: str
    avoid: tuple[str, ...] = ()
    """Who is conflicted by now by what it comes of; said by the hub alone."""


class ConfineReferral(Command):
    """Keep it from more organisations, which are found to be conflicted (利害关系单位) by what it
    comes of; by the hub alone. Whoever has it has it on."""

    referral_id: UUID
    avoid: tuple[str, ...]


class OfferReferral(Command):
    """请求移交: whoever has it asks another organisation to take it over."""

    READS_CHILD: ClassVar[bool] = True
    NAMES: ClassVar[str] = "to"
    referral_id: UUID
    to: str


class DeclineOffer(Command):
    """不接收, by the one that was asked; or, by whoever has it, 收回移交请求."""

    referral_id: UUID
    note: str | None = None


def reassign(state: Referral, command: ReassignReferral, given: Given) -> list[Event]:
    """The decision on :class:`ReassignReferral`."""
    if state.state is ReferralState.NONE or not _may_reassign(state, given.actor.organisation):
        raise Refused("REFERRAL_NOT_YOURS", "没有可由本单位改派的转介单，请核对编号。")
    in_state(state, "不能改派", *OPEN_STATES)
    first_answers(state, given, "不能改派")
    _may_be_sent(state, command.addressee, given)
    kept_from = state.kept_from | set(command.avoid if given.actor.organisation == HUB else ())
    name, addressee = _next(state, command.addressee, kept_from, given)
    kind: ReferralKind = given.rules.referral_kind(name)
    about = {
        **state.about,
        "kind": name,
        "matter": kind.matter,
        "addressee": addressee,
        "kept_from": tuple(sorted(kept_from)) or None,
    }
    return [
        *offer_is_over(state),
        ReferralReassigned(
            **about,
            former=state.addressee,
            town=state.town,
            release=kind.release,
            at_once=kind.at_once,
            accept_by=accept_by(kind, given, immediate=state.immediate_danger),
            immediate_danger=state.immediate_danger or None,
            complete_by=state.complete_by or given.rules.due(kind.complete_within, given.now),
        ),
    ]


def confine(state: Referral, command: ConfineReferral, given: Given) -> list[Event]:
    """The decision on :class:`ConfineReferral`."""
    if given.actor.organisation != HUB:
        raise Refused("REFERRAL_NOT_YOURS", "没有可由本单位办理的转介单，请核对编号。")
    kept_from = state.kept_from | set(command.avoid)
    if state.state not in OPEN_STATES or kept_from == state.kept_from:
        return []
    return [ReferralConfined(**{**state.about, "kept_from": tuple(sorted(kept_from))})]


def _may_reassign(state: Referral, organisation: str) -> bool:
    if state.state in UNSENT:
        return organisation == state.sender
    coordinates = organisation == district_organisation(Seat.CIVIL_AFFAIRS)
    return organisation in (HUB, state.sender, state.addressee) or (
        # Of harm it is told that a report is in hand, and no more (matrix: flag).
        coordinates and state.matter is not Category.HARM
    )


def _next(
    state: Referral, addressee: str, kept_from: frozenset[str], given: Given
) -> tuple[str, str]:
    """By which kind, and to whom, it goes that is handed to ``addressee``: where that one is
    conflicted (利害关系单位) to the next one that has not had it. To refuse exactly that one would
    tell of a suspicion."""
    conflicted = given.conflicted | kept_from
    if addressee not in conflicted:
        return state.kind, addressee
    had = state.had_by | {state.addressee}
    return instead(state.kind, addressee, conflicted, given.rules, had, never=had)


def _wrong_seat() -> Refused:
    return Refused("REFERRAL_ADDRESSEE", "这一类转介不能发给该单位，请核对承办单位。")


def _may_be_sent(state: Referral, organisation: str, given: Given) -> None:
    if not is_of(organisation, kind_of(state, given).seats):
        raise _wrong_seat()
    if organisation == state.addressee or organisation in state.had_by:
        # Its scope for the child is over, and what is over never opens again.
        raise Refused(
            "REFERRAL_HAD", "该单位承办过此转介单，不能再交给它；请交给其他单位，或另行转出。"
        )


def offer(state: Referral, command: OfferReferral, given: Given) -> list[Event]:
    """The decision on :class:`OfferReferral`. What is shown before acceptance is what the kind
    shows at once, without who reported: that is told to whoever has it in hand alone."""
    addressee_only(state, given, *OPEN_STATES)
    if state.offered_to == command.to:
        return []
    if state.offered_to is not None:
        raise Refused(
            "REFERRAL_OFFERED",
            "已请另一单位接收此转介单，对方尚未答复；要改请他人，先收回移交请求。",
        )
    # One that is conflicted (利害关系单位) is asked as any other is, and sees nothing of it: to
    # refuse exactly that one would tell of a suspicion. Nobody answers, and the first one has it.
    _may_be_sent(state, command.to, given)
    kind = kind_of(state, given)
    return [
        ReferralOffered(
            **state.about,
            offered_to=command.to,
            # Another one each time: what is over never opens again.
            item=derived_id("offer", command.referral_id, state.offers + 1),
            town=state.town,
            shown=tuple(each for each in kind.at_once if each is not Category.REPORTER),
            accept_by=accept_by(kind, given, immediate=state.immediate_danger),
            immediate_danger=state.immediate_danger or None,
            complete_by=state.complete_by or given.rules.due(kind.complete_within, given.now),
        )
    ]


def accept_offer(state: Referral, taken: Offer, given: Given) -> list[Event]:
    """Whoever was asked accepts: it moves, and the former is relieved."""
    in_state(state, "不能签收，请刷新后再试", *OPEN_STATES)
    kind = kind_of(state, given)
    return [
        ReferralMoved(
            **{**state.about, "addressee": taken.to},
            former=state.addressee,
            item=taken.item,
            town=state.town,
            release=kind.release,
            complete_by=state.complete_by or given.rules.due(kind.complete_within, given.now),
            handler=given.actor.user,
        )
    ]


def decline(state: Referral, command: DeclineOffer, given: Given) -> list[Event]:
    """The decision on :class:`DeclineOffer`."""
    actor = given.actor.organisation
    if state.state in UNSENT or actor not in (HUB, state.addressee, state.offered_to):
        raise Refused("REFERRAL_NOT_YOURS", "没有可由本单位办理的转介单，请核对编号。")
    if state.offered_to is None:
        if actor == HUB:
            return []
        raise Refused("REFERRAL_NOT_OFFERED", "此转介单目前没有待答复的移交请求，请刷新后再试。")
    return offer_is_over(state, taken_back=actor != state.offered_to, note=command.note)


def offer_is_over(
    state: Referral, *, taken_back: bool = True, note: str | None = None
) -> list[Event]:
    """The end of an offer, where there is one: before whatever ends, or moves, the task itself."""
    if state.offer is None:
        return []
    return [
        ReferralOfferDeclined(
            **state.about,
            offered_to=state.offer.to,
            item=state.offer.item,
            taken_back=taken_back,
            note=note,
        )
    ]


def instead(
    kind: str,
    addressee: str,
    conflicted: Container[str],
    rules: Rules,
    had_by: Container[str] = (),
    never: Container[str] = (),
) -> tuple[str, str]:
    """The kind and the organisation by which a matter goes to somebody who is not conflicted: the
    same kind as far up as it may be sent, to one who has not had it, else taken over by whoever may
    be asked for anything: by another referral, or by this one, whom ``never`` had. What cannot be
    given back cannot be given back by who takes it over either."""
    others = list(rules.suspects.instead_of(addressee, conflicted))
    harm = rules.referral_kind(kind).unreturnable
    taken_over = rules.suspects.take_over_harm if harm else rules.suspects.take_over
    for name, had in ((kind, had_by), (taken_over, never)):
        for other in others:
            if seat_of(other) in rules.referral_kind(name).seats and other not in had:
                return name, other
    raise Refused("REFERRAL_NOBODY", "没有可以承办这一转介的单位，请联系民政局。")
