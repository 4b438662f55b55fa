"""A small renovation of the home of a child in difficulty (居室微改造, 追光小屋): proposed,
assessed, agreed with the family, approved, carried out, accepted, looked at again.

Plan 二4 (P30). The town of the child's home leads. A family that does not agree is left in peace:
no clock runs and nobody is told. A danger in the home is put on the list of problems (问题清单) at
once and waits for no step of this. That there is one is care given to a child (visits), which no
school reads; how the home is, is guardianship, which town and village state alike; the money is
means, which the village does not read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.calendar import end_of_day_utc
from domain.child_file import ChildFile
from domain.home_renovation_events import (
    HOME_FUND,
    HOME_NEED,
    HOME_STOP,
    HOME_TENURE,
    AnswerHomeRenovation,
    ApproveHomeRenovation,
    AssessHome,
    CheckHomeWorks,
    FinishHomeWorks,
    FollowUpHome,
    HomeAssessed,
    HomeFollowedUp,
    HomeFund,
    HomeRenovationAgreed,
    HomeRenovationApproved,
    HomeRenovationDeclined,
    HomeRenovationProposed,
    HomeRenovationStopped,
    HomeTenure,
    HomeWorksChecked,
    HomeWorksFinished,
    HomeWorksOrdered,
    OfOneHome,
    OrderHomeWorks,
    ProposeHomeRenovation,
    StopHomeRenovation,
)
from domain.kernel import Event, Given, Refused, Stream, derived_id
from domain.organisations import (
    SHARED_USERS,
    Seat,
    district_organisation,
    seat_of,
    town_organisation,
    village_organisation,
)
from domain.standing import Standing, Stands

ASSESS = "assess_home"
AGREE = "agree_home_renovation"
APPROVE = "approve_home_renovation"
ORDER = "order_home_works"
FINISH = "finish_home_works"
CHECK = "check_home_works"
FOLLOW_UP = "follow_up_home"
CLOCKS = (ASSESS, AGREE, APPROVE, ORDER, FINISH, CHECK, FOLLOW_UP)
"""The clocks of policies/clocks.toml, one for each step."""

WORKS = "renovate_home"
"""The kind of referral by which a social organisation is asked for the works."""

CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)


class HomeState(StrEnum):
    NONE = "NONE"
    PROPOSED = "PROPOSED"
    ASSESSED = "ASSESSED"
    AGREED = "AGREED"
    APPROVED = "APPROVED"
    IN_WORKS = "IN_WORKS"
    FINISHED = "FINISHED"
    ACCEPTED = "ACCEPTED"
    CLOSED = "CLOSED"
    DECLINED = "DECLINED"
    STOPPED = "STOPPED"


_OVER = frozenset({HomeState.CLOSED, HomeState.DECLINED, HomeState.STOPPED})
_RUNNING = frozenset(HomeState) - _OVER - {HomeState.NONE}


def home_renovation_id(child_ref: UUID, occurrence: int) -> UUID:
    """The id of the n-th renovation (from 1) of a child's home."""
    return derived_id("home_renovation", child_ref, occurrence)


@dataclass(frozen=True, slots=True)
class HomeRenovation:
    state: HomeState = HomeState.NONE
    owner: str = ""
    town: str | None = None
    last: str = ""
    """The topic of the step that was taken last; that of the answer, whichever it is, is one."""
    since: date | None = None
    """The day of that step."""
    paid_by: HomeFund = HomeFund.SUBDISTRICT
    shares_address: bool = False
    asked: int = 0
    carrier: str | None = None
    """Which organisation was asked for the works."""
    authors: frozenset[str] = frozenset()
    """Who proposed and assessed."""
    workers: frozenset[str] = frozenset()
    """Who had the works done, or said that they are."""


def _not_yours() -> Refused:
    """The same whether there is none, it is none of the asker's business, or not that far."""
    return Refused(
        "RENOVATION_NOT_YOURS",
        "没有可由本单位办理这一步的居室微改造，请核对儿童信息和办理进度。",
    )


def _nearest(organisation: str, given: Given) -> str:
    found: str = given.rules.suspects.nearest(organisation, given.conflicted)
    return found


def _leads(state: HomeRenovation, given: Given) -> list[str]:
    """Who leads, the first of all the child's town by now; whoever led it and is reminded, and
    civil affairs, may act as well; in the place of one that is conflicted (利害关系单位) the
    next."""
    child: ChildFile = given.child or ChildFile()
    found = [town_organisation(child.town)] if child.town else []
    return [_nearest(each, given) for each in (*found, *filter(None, [state.owner]), CIVIL_AFFAIRS)]


def _lives(given: Given) -> set[str]:
    """The village where the child lives, where it is not conflicted."""
    child: ChildFile = given.child or ChildFile()
    village = {village_organisation(child.village)} if child.village else set()
    return village - given.conflicted


def _step(
    state: HomeRenovation,
    command: OfOneHome,
    given: Given,
    topic: str,
    after: Collection[HomeState],
    others: Collection[str] = (),
) -> dict[str, Any]:
    """What every event repeats, for an act that may be taken ``after`` these states by whoever
    leads, or ``others``. Raises Refused."""
    actor = given.actor.organisation
    leads = _leads(state, given)
    newest = given.correction and (state.last, state.since) == (topic, command.happened_on)
    if actor not in {*leads, *others} or not (state.state in after or given.correction):
        raise _not_yours()
    given.not_in_future(command.happened_on, "RENOVATION_IN_FUTURE", "办理日期")
    early = state.since is not None and command.happened_on < state.since
    if early and not given.correction:
        raise Refused("RENOVATION_OUT_OF_ORDER", "办理日期早于上一步的日期，请核对日期后重报。")
    child: ChildFile = given.child or ChildFile()
    # Civil affairs and villages step in and do not take over: who leads goes on to be reminded.
    takes = actor in leads[:-1] and actor != CIVIL_AFFAIRS
    return {
        "child_ref": command.child_ref,
        "owner": actor if takes else (state.owner or leads[0]),
        "town": child.town or state.town,
        "asked": state.asked,
        # What is over stays over: a word of it put right opens nothing.
        "current": (newest and state.state not in _OVER) if given.correction else True,
        "happened_on": command.happened_on,
    }


def _stays_over(state: HomeRenovation, goes_on: bool) -> None:
    if state.state in _OVER and goes_on:
        raise Refused(
            "RENOVATION_OVER", "该居室微改造已经结束，不能改为继续办理；仍有需要的请重新提议。"
        )


def _by(clock: str, command: OfOneHome, given: Given) -> datetime:
    within = given.rules.clocks[clock].within
    return end_of_day_utc(given.rules.last_day(within, command.happened_on))


def _second_person(people: Collection[str], given: Given, what: str) -> None:
    user = given.actor.user
    if user in SHARED_USERS or user in people:
        raise Refused("RENOVATION_SECOND_PERSON", f"{what}的本人登录后办理，请交由他人办理。")


def _propose(state: HomeRenovation, command: ProposeHomeRenovation, given: Given) -> list[Event]:
    topic = HomeRenovationProposed.TOPIC
    about = _step(state, command, given, topic, {HomeState.NONE}, _lives(given))
    return [
        HomeRenovationProposed(
            **about,
            step_by=_by(ASSESS, command, given),
            prepared_by=given.actor.user,
            account=command.account,
        )
    ]


def _assess(state: HomeRenovation, command: AssessHome, given: Given) -> list[Event]:
    about = _step(state, command, given, HomeAssessed.TOPIC, {HomeState.PROPOSED})
    return [
        HomeAssessed(
            **about,
            step_by=_by(AGREE, command, given),
            prepared_by=given.actor.user,
            paid_by=command.paid_by,
            problem=command.problem,
            room=command.room,
            needs=",".join(command.needs),
            childs_view=command.childs_view,
            familys_view=command.familys_view,
            estimate=str(command.estimate),
        )
    ]


def _approver(state: HomeRenovation, given: Given) -> str:
    """Who decides: the town of its own money, civil affairs of theirs and of a charity's."""
    own = state.paid_by is HomeFund.SUBDISTRICT
    return _nearest(state.owner if own else CIVIL_AFFAIRS, given)


def _answer(state: HomeRenovation, command: AnswerHomeRenovation, given: Given) -> list[Event]:
    about = _step(state, command, given, HomeRenovationAgreed.TOPIC, {HomeState.ASSESSED})
    _stays_over(state, command.agreed and state.state is HomeState.DECLINED)
    if not command.agreed:
        return [HomeRenovationDeclined(**about, account=command.account)]
    if command.tenure is not HomeTenure.OWN and command.landlord_agreed_on is None:
        raise Refused(
            "RENOVATION_LANDLORD", "租住、借住的须先取得房东同意，请填写房东同意日期后重报。"
        )
    if command.landlord_agreed_on is not None:
        given.not_in_future(command.landlord_agreed_on, "RENOVATION_IN_FUTURE", "房东同意日期")
    landlord = command.landlord_agreed_on
    return [
        HomeRenovationAgreed(
            **about,
            step_by=_by(APPROVE, command, given),
            approver=_approver(state, given),
            shares_address=command.shares_address,
            tenure=command.tenure.value,
            landlord_agreed_on=None if landlord is None else landlord.isoformat(),
            account=command.account,
        )
    ]


def _approve(state: HomeRenovation, command: ApproveHomeRenovation, given: Given) -> list[Event]:
    about = _step(state, command, given, HomeRenovationApproved.TOPIC, {HomeState.AGREED})
    if given.actor.organisation != _approver(state, given):
        raise _not_yours()
    _second_person(state.authors, given, "审批须由提议、评估以外")
    if state.paid_by is HomeFund.CHARITY and not command.project:
        raise Refused("RENOVATION_PROJECT", "使用慈善资金的须写明慈善项目，请补填后重报。")
    return [
        HomeRenovationApproved(
            **about,
            step_by=_by(ORDER, command, given),
            paid_by=state.paid_by,
            approved_by=given.actor.user,
            yuan=str(command.yuan),
            project=command.project,
            account=command.account,
        )
    ]


def _order(state: HomeRenovation, command: OrderHomeWorks, given: Given) -> list[Event]:
    """Once more where whoever was asked does not do them."""
    may = {HomeState.APPROVED, HomeState.IN_WORKS}
    about = _step(state, command, given, HomeWorksOrdered.TOPIC, may)
    recipient = command.recipient
    if recipient is not None and seat_of(recipient) not in given.rules.referral_kind(WORKS).seats:
        raise Refused(
            "RENOVATION_CARRIER",
            "该单位不能承接施工；请选社会组织，或由街镇组织施工并写明施工单位名称。",
        )
    if recipient is not None and not state.shares_address:
        raise Refused(
            "RENOVATION_NO_CONSENT",
            "家庭不同意向施工单位提供住址和联系方式，请由街镇组织施工，或先征得家庭同意。",
        )
    if command.finish_by < command.happened_on:
        raise Refused("RENOVATION_DUE_BEFORE", "完工期限早于安排日期，请核对日期后重报。")
    # In other words it is the same order: nobody is asked for it once more.
    anew = not given.correction or (about["current"] and recipient != state.carrier)
    return [
        HomeWorksOrdered(
            **{**about, "asked": state.asked + anew},
            step_by=end_of_day_utc(command.finish_by),
            told_to=recipient if about["current"] else None,
            prepared_by=given.actor.user,
            contractor=command.contractor,
            content=command.content,
        )
    ]


def _finish(state: HomeRenovation, command: FinishHomeWorks, given: Given) -> list[Event]:
    carrier = () if state.carrier is None else (state.carrier,)
    topic = HomeWorksFinished.TOPIC
    about = _step(state, command, given, topic, {HomeState.IN_WORKS}, carrier)
    return [
        HomeWorksFinished(
            **about,
            step_by=_by(CHECK, command, given),
            prepared_by=given.actor.user,
            problem=command.problem,
            account=command.account,
        )
    ]


def _check(state: HomeRenovation, command: CheckHomeWorks, given: Given) -> list[Event]:
    about = _step(state, command, given, HomeWorksChecked.TOPIC, {HomeState.FINISHED})
    _second_person(state.workers, given, "验收须由安排施工、登记完工以外")
    return [
        HomeWorksChecked(
            **about,
            step_by=_by(FOLLOW_UP if command.passed else ORDER, command, given),
            approved_by=given.actor.user,
            passed=command.passed,
            problem=command.problem,
            childs_view=command.childs_view,
            familys_view=command.familys_view,
            account=command.account,
        )
    ]


def _follow_up(state: HomeRenovation, command: FollowUpHome, given: Given) -> list[Event]:
    topic = HomeFollowedUp.TOPIC
    about = _step(state, command, given, topic, {HomeState.ACCEPTED}, _lives(given))
    _stays_over(state, not command.lasting and state.state is HomeState.CLOSED)
    return [
        HomeFollowedUp(
            **about,
            step_by=None if command.lasting else _by(FOLLOW_UP, command, given),
            lasting=command.lasting,
            problem=command.problem,
            childs_view=command.childs_view,
            account=command.account,
        )
    ]


def _stop(state: HomeRenovation, command: StopHomeRenovation, given: Given) -> list[Event]:
    about = _step(state, command, given, HomeRenovationStopped.TOPIC, _RUNNING)
    reason = command.stop_reason.value
    return [HomeRenovationStopped(**about, stop_reason=reason, account=command.account)]


def state_after(state: str, topic: str, facts: Mapping[str, Any]) -> HomeState:
    """The state that an event leads to, by its topic and clear facts, for every view; also where a
    view holds only what its organisation was told."""
    now = HomeState(state or HomeState.NONE)
    if not facts.get("current", True):
        return now
    if topic == HomeWorksChecked.TOPIC:
        return HomeState.ACCEPTED if facts.get("passed") else HomeState.APPROVED
    if topic == HomeFollowedUp.TOPIC:
        return HomeState.CLOSED if facts.get("lasting") else HomeState.ACCEPTED
    return _STATE_OF_TOPIC[topic]


_STATE_OF_TOPIC = {
    HomeRenovationProposed.TOPIC: HomeState.PROPOSED,
    HomeAssessed.TOPIC: HomeState.ASSESSED,
    HomeRenovationAgreed.TOPIC: HomeState.AGREED,
    HomeRenovationDeclined.TOPIC: HomeState.DECLINED,
    HomeRenovationApproved.TOPIC: HomeState.APPROVED,
    HomeWorksOrdered.TOPIC: HomeState.IN_WORKS,
    HomeWorksFinished.TOPIC: HomeState.FINISHED,
    HomeRenovationStopped.TOPIC: HomeState.STOPPED,
}


def _moved(state: HomeRenovation, event: Any) -> HomeRenovation:
    """One answer of the family is one step, whichever it is."""
    about = replace(state, owner=event.owner, town=event.town, asked=event.asked)
    if not event.current:
        return about
    answered = isinstance(event, HomeRenovationDeclined)
    moved = replace(
        about,
        state=state_after(state.state, event.TOPIC, vars(event)),
        last=HomeRenovationAgreed.TOPIC if answered else event.TOPIC,
        since=event.happened_on,
    )
    if isinstance(event, HomeRenovationProposed):
        return replace(moved, authors=moved.authors | {event.prepared_by})
    if isinstance(event, HomeAssessed):
        authors = moved.authors | {event.prepared_by}
        return replace(moved, authors=authors, paid_by=event.paid_by)
    if isinstance(event, HomeRenovationAgreed):
        return replace(moved, shares_address=event.shares_address)
    if isinstance(event, HomeWorksOrdered):
        return replace(moved, carrier=event.told_to, workers=frozenset({event.prepared_by}))
    if isinstance(event, HomeWorksFinished):
        return replace(moved, workers=moved.workers | {event.prepared_by})
    return moved


def _locate(command: Any, load: Callable[[UUID], HomeRenovation]) -> UUID:
    """The renovation that runs, else the next one."""
    occurrence = 1
    while load(home_renovation_id(command.child_ref, occurrence)).state in _OVER:
        occurrence += 1
    return home_renovation_id(command.child_ref, occurrence)


HOME_RENOVATION: Stream[HomeRenovation] = Stream(
    name="home_renovation",
    initial=HomeRenovation(),
    decide={
        ProposeHomeRenovation: _propose,
        AssessHome: _assess,
        AnswerHomeRenovation: _answer,
        ApproveHomeRenovation: _approve,
        OrderHomeWorks: _order,
        FinishHomeWorks: _finish,
        CheckHomeWorks: _check,
        FollowUpHome: _follow_up,
        StopHomeRenovation: _stop,
    },
    evolve={
        HomeRenovationProposed: _moved,
        HomeAssessed: _moved,
        HomeRenovationAgreed: _moved,
        HomeRenovationDeclined: _moved,
        HomeRenovationApproved: _moved,
        HomeWorksOrdered: _moved,
        HomeWorksFinished: _moved,
        HomeWorksChecked: _moved,
        HomeFollowedUp: _moved,
        HomeRenovationStopped: _moved,
    },
    locate=_locate,
    title="居室微改造",
    states={
        HomeState.NONE: "无",
        HomeState.PROPOSED: "待评估",
        HomeState.ASSESSED: "待家庭答复",
        HomeState.AGREED: "待审批",
        HomeState.APPROVED: "待安排施工",
        HomeState.IN_WORKS: "施工中",
        HomeState.FINISHED: "待验收",
        HomeState.ACCEPTED: "待回访",
        HomeState.CLOSED: "已办结",
        HomeState.DECLINED: "家庭不同意",
        HomeState.STOPPED: "已终止",
    },
    codes={
        "needs": HOME_NEED,
        "paid_by": HOME_FUND,
        "tenure": HOME_TENURE,
        "stop_reason": HOME_STOP,
    },
    case=state_after,
    stands=lambda state, rules: [Standing(Stands.OPEN_CASE)] if state.state in _RUNNING else [],
)
