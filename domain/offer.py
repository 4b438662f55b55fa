"""What is offered to children to sign up for (报名项目): published, signed up for, given out by
priority and then by time, over.

Plan 二1 (P06, P07), 二4 (P29: 未保站项目与活动、爱心暑托班、宝宝屋、托位优先满足). An offer holds
its queue by pseudonyms of sign-ups (domain/sign_up.py): who goes first, and never why or who. Until
the last day to sign up everybody waits; then the hub gives out the spots, those first who go first
by policies/offers.toml, and each spot that comes free goes to the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from domain.activity_codes import BRAND, Brand
from domain.calendar import end_of_day_utc
from domain.child_file import ChildFile, Tier
from domain.kernel import (
    Due,
    Event,
    Given,
    Refused,
    Stream,
)
from domain.offer_codes import OFFER_KIND, OFFER_STATE_WORDS, OfferKind, OfferState
from domain.offer_events import (
    WAITING_LIST,
    EndOffer,
    FreeSpot,
    GiveOutSpots,
    OfferEnded,
    OfferPublished,
    PublishOffer,
    QueueSignUp,
    SignUpQueued,
    SpotFreed,
    SpotGiven,
    SpotsGivenOut,
    offer_id,
)
from domain.offer_rules import Ground, OfferRule
from domain.organisations import HUB
from domain.referral_checks import is_of


@dataclass(frozen=True, slots=True)
class Offer:
    """``queue``: who waits, in the order in which they came, and whether it goes first; ``given``:
    who has a spot; ``signed`` and ``signed_first``: how many were ever signed up, and of them go
    first."""

    state: OfferState = OfferState.NONE
    organiser: str = ""
    register_number: str = ""
    offer: OfferKind | None = None
    brand: Brand | None = None
    town: str | None = None
    begins_on: date | None = None
    until: date | None = None
    spots: int = 0
    age_from: int = 0
    age_until: int = 18
    sign_up_by: date | None = None
    queue: Mapping[UUID, bool] = field(default_factory=dict)
    given: Mapping[UUID, bool] = field(default_factory=dict)
    signed: int = 0
    signed_first: int = 0

    @property
    def about(self) -> dict[str, Any]:
        """What every event of it says."""
        return {
            "register_number": self.register_number,
            "organiser": self.organiser,
            "told_to": self.organiser,
            "offer": self.offer,
        }

    def next_ones(self) -> list[tuple[UUID, bool]]:
        """Whoever has a spot next, in order, as far as there are spots."""
        free = max(0, self.spots - len(self.given))
        # Sorting is stable: of those who go first, and of the others, who came first.
        return sorted(self.queue.items(), key=lambda each: not each[1])[:free]


def _publish(state: Offer, command: PublishOffer, given: Given) -> list[Event]:
    actor = given.actor.organisation
    rule: OfferRule | None = given.rules.offers.kinds.get(command.offer)
    if rule is None or not is_of(actor, rule.by):
        raise Refused("OFFER_KIND_NOT_YOURS", "这一类项目不由本单位发布，请核对项目类别。")
    if state.state is not OfferState.NONE and state.organiser != actor:
        raise Refused("OFFER_NUMBER_USED", "该项目编号已使用，请另编编号后重报。")
    if state.state is OfferState.ENDED:
        raise Refused("OFFER_OVER", "该项目已结束报名，请另编编号发布新的项目。")
    if command.offer is not state.offer and state.offer is not None:
        raise Refused("OFFER_NUMBER_USED", "该项目编号已使用，请另编编号后重报。")
    if not command.sign_up_by <= command.begins_on <= command.until:
        raise Refused("OFFER_BACKWARDS", "报名截止、开始和结束日期的先后不对，请核对日期后重报。")
    if command.age_until < command.age_from:
        raise Refused("OFFER_AGES", "年龄上限小于下限，请核对后重报。")
    if command.spots < len(state.given):
        raise Refused("OFFER_SPOTS_GIVEN", "名额少于已经分配的人数，请核对名额。")
    if state.state is OfferState.NONE and command.sign_up_by < given.today:
        raise Refused("OFFER_SIGN_UP_OVER", "报名截止日期早于今天，请核对日期后重报。")
    given_out = state.state is OfferState.GIVEN_OUT
    published = OfferPublished(
        **command.model_dump(),
        organiser=actor,
        told_to=None,
        sign_up_ends=None if given_out else end_of_day_utc(command.sign_up_by),
    )
    if not given_out:
        return [published]
    return [published, *_given_out(_published(state, published), given)]


def _give(state: Offer, today: date) -> list[Event]:
    """The spots that are free, to whoever is next; none of what is over."""
    if state.begins_on is None or state.until is None or today > state.until:
        return []
    waiting = len(state.queue)
    return [
        SpotGiven(
            **state.about,
            sign_up=sign_up,
            goes_first=first,
            begins_on=state.begins_on,
            until=state.until,
            waiting=waiting - number,
        )
        for number, (sign_up, first) in enumerate(state.next_ones(), 1)
    ]


def _given_out(state: Offer, given: Given) -> list[Event]:
    spots = _give(state, given.today)
    waiting = len(state.queue) - len(spots)
    within = given.rules.clocks[WAITING_LIST].within
    answer_by = given.rules.due(within, given.now) if waiting else None
    return [SpotsGivenOut(**state.about, waiting=waiting, answer_by=answer_by), *spots]


def goes_first(rule: OfferRule, child: ChildFile) -> bool:
    """Whether a child goes first, by what its file says and the kind's rule asks for."""
    return (Ground.IN_SCOPE in rule.first and child.in_scope) or (
        Ground.ENHANCED in rule.first and child.tier is Tier.ENHANCED
    )


def _queue(state: Offer, command: QueueSignUp, given: Given) -> list[Event]:
    actor = given.actor.organisation
    if not is_of(actor, given.rules.offers.signs_up):
        raise Refused("SIGN_UP_NOT_HERE", "报名由村居、街镇未保站或学校办理，请告知家庭。")
    over = state.state is OfferState.ENDED and not given.correction
    if state.offer is None or over:
        raise Refused("OFFER_UNKNOWN", "没有可报名的项目，请核对项目编号；已结束的不能再报名。")
    if given.correction or command.sign_up in state.given or command.sign_up in state.queue:
        return []
    rule: OfferRule = given.rules.offers.kinds[state.offer]
    if rule.guardian_agrees and not command.guardian_agrees:
        raise Refused("GUARDIAN_NOT_AGREED", "这一类项目须监护人同意后才能报名，请征求后填“是”。")
    if command.born is not None and state.begins_on is not None:
        age = _age(command.born, state.begins_on)
        if not state.age_from <= age <= state.age_until:
            raise Refused(
                "OFFER_OTHER_AGE",
                f"该项目面向{state.age_from}至{state.age_until}周岁的儿童，请核对出生日期。",
            )
    child: ChildFile = given.child or ChildFile()
    # Of another's child nobody learns by its turn what its file says.
    first = actor in child.responsible and goes_first(rule, child)
    queued = SignUpQueued(**state.about, sign_up=command.sign_up, goes_first=first)
    if state.state is not OfferState.GIVEN_OUT:
        return [queued]
    return [queued, *_give(_queued(state, queued), given.today)]


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _by_hub(given: Given) -> None:
    if given.actor.organisation != HUB:
        raise Refused("SPOTS_BY_HUB", "名额由系统按优先和报名先后分配，不能由单位登记。")


def _give_out(state: Offer, command: GiveOutSpots, given: Given) -> list[Event]:
    _by_hub(given)
    if state.state is not OfferState.OPEN or state.sign_up_by is None:
        return []
    if given.now < end_of_day_utc(state.sign_up_by):
        return []
    return _given_out(state, given)


def _free(state: Offer, command: FreeSpot, given: Given) -> list[Event]:
    _by_hub(given)
    if command.sign_up not in state.given and command.sign_up not in state.queue:
        return []
    freed = SpotFreed(**state.about, sign_up=command.sign_up, waits=command.waits)
    if state.state is not OfferState.GIVEN_OUT:
        return [freed]
    return [freed, *_give(_freed(state, freed), given.today)]


def _end(state: Offer, command: EndOffer, given: Given) -> list[Event]:
    if state.state is OfferState.NONE or given.actor.organisation != state.organiser:
        raise Refused("OFFER_NOT_YOURS", "没有可由本单位结束的项目，请核对项目编号。")
    if state.state is OfferState.ENDED and not given.correction:
        raise Refused("OFFER_OVER", "该项目已结束报名。")
    given.not_in_future(command.ended_on, "OFFER_END_IN_FUTURE", "结束日期")
    if state.state is OfferState.OPEN and not command.cancelled:
        raise Refused(
            "OFFER_STILL_OPEN", "报名尚未截止、名额尚未分配，不能结束报名；取消项目的请填“是”。"
        )
    out = [*state.queue, *(state.given if command.cancelled else ())]
    about = {**state.about, "told_to": None}
    return [
        OfferEnded(
            **about,
            ended_on=command.ended_on,
            cancelled=command.cancelled,
            left_out=tuple(out),
        )
    ]


def _published(state: Offer, event: OfferPublished) -> Offer:
    named = ("offer", "brand", "town", "begins_on", "until", "spots", "age_from", "age_until")
    now = {name: getattr(event, name) for name in (*named, "sign_up_by", "organiser")}
    opened = state.state is OfferState.NONE
    return replace(
        state,
        **now,
        register_number=event.register_number,
        state=OfferState.OPEN if opened else state.state,
    )


def _queued(state: Offer, event: SignUpQueued) -> Offer:
    return replace(
        state,
        queue={**state.queue, event.sign_up: event.goes_first},
        signed=state.signed + 1,
        signed_first=state.signed_first + event.goes_first,
    )


def _without(found: Mapping[UUID, bool], *gone: UUID) -> dict[UUID, bool]:
    return {each: first for each, first in found.items() if each not in gone}


def _spot_given(state: Offer, event: SpotGiven) -> Offer:
    return replace(
        state,
        queue=_without(state.queue, event.sign_up),
        given={**state.given, event.sign_up: event.goes_first},
    )


def _freed(state: Offer, event: SpotFreed) -> Offer:
    before = {**state.queue, **state.given}
    queue = _without(state.queue, event.sign_up)
    if event.waits and event.sign_up in before:
        # Behind all that waited when its spot lapsed, whether it goes first or not.
        queue[event.sign_up] = False
    return replace(state, queue=queue, given=_without(state.given, event.sign_up))


def _ended(state: Offer, event: OfferEnded) -> Offer:
    out = event.left_out
    return replace(
        state,
        state=OfferState.ENDED,
        queue=_without(state.queue, *out),
        given=_without(state.given, *out),
    )


def _locate(command: Any, load: object) -> UUID:
    found: UUID | None = getattr(command, "offer_id", None)
    return found or offer_id(command.register_number)


OFFER: Stream[Offer] = Stream(
    name="offer",
    initial=Offer(),
    decide={
        PublishOffer: _publish,
        EndOffer: _end,
        QueueSignUp: _queue,
        GiveOutSpots: _give_out,
        FreeSpot: _free,
    },
    evolve={
        OfferPublished: _published,
        SignUpQueued: _queued,
        SpotsGivenOut: lambda state, event: replace(state, state=OfferState.GIVEN_OUT),
        SpotGiven: _spot_given,
        SpotFreed: _freed,
        OfferEnded: _ended,
    },
    locate=_locate,
    title="报名项目",
    states=OFFER_STATE_WORDS,
    codes={"offer": OFFER_KIND, "brand": BRAND},
    due=Due(
        starts={OfferPublished: ("sign_up_ends",)},
        over=(SpotsGivenOut, OfferEnded),
        ask=lambda stream_id, clear: GiveOutSpots(offer_id=stream_id),
    ),
    by_itself=True,
)
