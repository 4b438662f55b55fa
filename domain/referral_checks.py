"""What several decisions about a referral ask before they decide."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime

from domain.kernel import Given, Refused
from domain.organisations import HUB, Seat, seat_of
from domain.referral_facts import STATE_WORDS, ReferralState
from domain.referral_state import Referral
from domain.rules import ReferralKind


def kind_of(state: Referral, given: Given) -> ReferralKind:
    """The row of policies/referrals.toml of a referral that there is."""
    found: ReferralKind = given.rules.referral_kind(state.kind)
    return found


def accept_by(kind: ReferralKind, given: Given, *, immediate: bool) -> datetime:
    """By when one that is asked for now is accepted; ``immediate``: somebody is in danger."""
    term, _ = kind.acceptance(immediate=immediate)
    due: datetime = given.rules.due(term, given.now)
    return due


def is_of(organisation: str, seats: Container[Seat]) -> bool:
    """Whether an organisation is of one of the seats; what names none is of none."""
    try:
        return seat_of(organisation) in seats
    except ValueError:
        return False


def in_state(state: Referral, what: str, *allowed: ReferralState) -> None:
    """Refuse ``what`` (不能…) in every other state, naming the state that it is in."""
    if state.state not in allowed:
        raise Refused("REFERRAL_STATE", f"该转介单目前是“{STATE_WORDS[state.state]}”，{what}。")


UNSENT = frozenset({ReferralState.NONE, ReferralState.DRAFT})
"""States in which nobody has been asked for anything."""


def addressee_only(state: Referral, given: Given, *allowed: ReferralState) -> None:
    """Only the addressee moves a referral, and only from the states that allow it. Both
    refusals read the same, so that a stranger cannot learn that the referral exists."""
    if given.actor.organisation != state.addressee or state.state in UNSENT:
        raise Refused("REFERRAL_NOT_YOURS", "没有可由本单位办理的转介单，请核对编号。")
    in_state(state, "不能这样办理，请刷新后再试", *allowed)


_INSTEAD = (
    "请先签收办理；不属本单位管辖的，用“请求移交”请有管辖权的单位接收，"
    "对方签收前仍由本单位办理（首接负责）。"
)


def first_answers(state: Referral, given: Given, what: str) -> None:
    """首接负责: refuse ``what`` for a referral of harm; it moves when another organisation has
    accepted it, and whoever has it answers until then. The hub is not refused: it takes a matter
    out of a conflicted hand at once, and ends what is over by itself."""
    if given.actor.organisation != HUB and kind_of(state, given).unreturnable:
        raise Refused("REFERRAL_FIRST_ANSWERS", f"涉及侵害的转介单{what}。{_INSTEAD}")


def asked_by_a_person(state: Referral, given: Given, what: str) -> None:
    """Refuse ``what`` for a referral that a record asked for: it is over when the record says so
    (复学、处理决定), and a sender that called it off would leave the case to nobody."""
    asked = state.by_hand or state.state is ReferralState.DRAFT
    if given.actor.organisation != HUB and not asked:
        raise Refused(
            "REFERRAL_BY_RECORD",
            f"依据记录自动转出的转介单{what}。情况有变的，请如实更正或补充记录（如登记复学），"
            "事项了结后系统自动撤回。",
        )


def receiver_accepted(receiver: str | None, letter: str | None) -> None:
    """Refuse to end a matter by a transfer (移送) that nobody has accepted: an organisation here
    accepts in the hub, one outside of it by a letter."""
    if not (receiver or "").strip() or not (letter or "").strip():
        raise Refused(
            "TRANSFER_RECEIVER",
            "移送须有接收单位签收：本区单位请用“请求移交”，对方签收后即由其办理；"
            "区外单位请填写接收单位和其签收回执编号。在此之前仍由本单位办理（首接负责）。",
        )
