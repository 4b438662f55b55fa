"""The course of one application for aid (保障申请): applied, verified, decided, given, reviewed,
ended. Plan 二3 (P22, P24, P25); 上海市社会救助条例; domain reference §6.

Nothing is decided by itself: each step is what an office took and states. Who verifies and who
decides says the scheme (policies/benefits.toml); the two are never one person, and neither is who
took the application down. A guardian under suspicion is no applicant: what it applied for is taken
and verified all the same, so that nobody learns of the suspicion by it and the child loses no day,
and civil affairs sees to another applicant before it grants.
"""

from __future__ import annotations

from datetime import date, datetime

from domain.aid_codes import (
    AID_END,
    AID_FINDING,
    AID_SCHEME,
    APPLICANT,
    CHILD_GONE,
    Applicant,
    Finding,
    matter_of,
)
from domain.aid_events import (
    AidApplied,
    AidEnded,
    AidGiven,
    AidGranted,
    AidRefused,
    AidReviewed,
    AidVerified,
    ApplyForAid,
    EndAid,
    GiveAid,
    GrantAid,
    OnAid,
    OnDecision,
    RefuseAid,
    ReviewAid,
    VerifyAid,
)
from domain.aid_rules import Per, Scheme
from domain.aid_state import AID_STATE_WORDS, EVOLVE, OPEN, RUNNING, Aid, AidState, state_after
from domain.calendar import end_of_day_utc
from domain.kernel import Category, Event, Given, Refused, Stream
from domain.organisations import (
    SHARED_USERS,
    Seat,
    district_organisation,
    seat_of,
    town_organisation,
)
from domain.standing import Standing, Stands
from domain.terms import Term, months_after

APPEAL = "对决定不服的，可自收到决定之日起60日内申请行政复议，或在6个月内提起行政诉讼"
"""How to appeal: 行政复议法 20, 行政诉讼法 46 [K]."""


def _not_yours() -> Refused:
    """The same whether there is none or it is none of the asker's business."""
    return Refused("AID_NOT_YOURS", "没有可由本单位登记的保障申请，请核对儿童、项目和申请日期。")


def _scheme(command: OnAid, given: Given) -> Scheme:
    found: Scheme | None = given.rules.benefits.get(command.scheme)
    if found is None or not found.applies:
        raise Refused("AID_SCHEME_UNKNOWN", "没有这一申请项目，请从列出的项目中选择。")
    return found


def _is(organisation: str, given: Given) -> bool:
    """Whether the actor is an organisation, or acts in its place where it is conflicted
    (利害关系单位)."""
    nearest: str = given.rules.suspects.nearest(organisation, given.conflicted)
    return given.actor.organisation == nearest


def _offices(scheme: Scheme, given: Given) -> tuple[str, str]:
    """Who verifies and who decides for this child: its own town or school; where none is known the
    one that decides does both, by two people."""
    if scheme.verifies is None or scheme.decides is None:
        raise ValueError(f"{scheme.title}: nobody answers")
    decider = district_organisation(scheme.decides)
    if scheme.verifies is Seat.TOWN:
        town = given.child.town
        return (town_organisation(town) if town else decider), decider
    if scheme.verifies is Seat.SCHOOL:
        return given.child.school or decider, decider
    return district_organisation(scheme.verifies), decider


def _apply(state: Aid, command: ApplyForAid, given: Given) -> list[Event]:
    scheme = _scheme(command, given)
    if seat_of(given.actor.organisation) not in scheme.applies:
        raise Refused(
            "AID_NOT_TAKEN_HERE", "这一项目不由本单位受理申请，请告知家庭向可受理的单位申请。"
        )
    given.not_in_future(command.applied_on, "AID_IN_FUTURE", "申请日期")
    if state.state not in OPEN | {AidState.NONE} and not given.correction:
        raise Refused("AID_DECIDED", "该申请已有审批结果；需要重新申请的，请按新的申请日期登记。")
    about = {**state.about, "taken_by": given.actor.organisation}
    if state.state is AidState.NONE:
        matter = matter_of(command.scheme)
        verifier, decider = _offices(scheme, given)
        about |= {
            "child_ref": command.child_ref,
            "matter": matter,
            "verifier": verifier,
            "decider": decider,
            "town": given.child.town,
            "told_to": decider if matter is Category.HEALTH else None,
            "choose_one": scheme.choose_one,
        }
    suspected = given.child.guardian_is_suspect and command.applicant is Applicant.GUARDIAN
    return [
        AidApplied(
            **about,
            scheme=command.scheme,
            applied_on=command.applied_on,
            applicant=command.applicant,
            effective=not suspected,
            prepared_by=given.actor.user,
            applicant_name=command.applicant_name,
            need=command.need,
        )
    ]


def _verify(state: Aid, command: VerifyAid, given: Given) -> list[Event]:
    _scheme(command, given)
    if state.state is AidState.NONE or not _is(state.verifier, given):
        raise _not_yours()
    given.not_in_future(command.verified_on, "AID_IN_FUTURE", "核验日期")
    if state.state not in OPEN and not given.correction:
        raise Refused("AID_DECIDED", "该申请已有审批结果，不能再核验。")
    if state.applied_on is not None and command.verified_on < state.applied_on:
        raise Refused("AID_BACKWARDS", "核验日期早于申请日期，请核对日期。")
    return [
        AidVerified(
            **state.about,
            scheme=command.scheme,
            verified_on=command.verified_on,
            finding=command.finding,
            prepared_by=given.actor.user,
            account=command.account,
        )
    ]


def _may_decide(state: Aid, command: OnDecision, given: Given) -> Scheme:
    """The scheme. Refuses whoever does not decide, what was not verified, and the person who took
    it down or verified it."""
    scheme = _scheme(command, given)
    if state.state is AidState.NONE or not _is(state.decider, given):
        raise _not_yours()
    given.not_in_future(command.decided_on, "AID_IN_FUTURE", "审批日期")
    decided = state.state not in OPEN
    if decided and not given.correction:
        raise Refused("AID_DECIDED", "该申请已有审批结果；有误的请更正原记录。")
    if state.state is AidState.APPLIED:
        raise Refused("AID_NOT_VERIFIED", "该申请尚未核验，请先核验再审批。")
    if given.actor.user in (state.taken_down_by, state.verified_by):
        if given.actor.user in SHARED_USERS:
            raise Refused("APPROVAL_PERSON", "须由本人登录后审批，不能以单位名义审批。")
        raise Refused("APPROVAL_OWN", "不能审批本人受理或核验的申请，请由另一人审批。")
    return scheme


def _grant(state: Aid, command: GrantAid, given: Given) -> list[Event]:
    scheme = _may_decide(state, command, given)
    # Who decides about money knows of a suspicion (sharing matrix: civil affairs); nobody else
    # is told by an answer.
    of_means = seat_of(given.actor.organisation) is Seat.CIVIL_AFFAIRS
    by_guardian = state.applicant is Applicant.GUARDIAN
    if of_means and by_guardian and given.child.guardian_is_suspect and not given.correction:
        raise Refused(
            "AID_APPLICANT",
            "现申请人不宜代孩子申请和领取，请由其他近亲属、村居或照料单位重新提出申请后再批准。",
        )
    if state.finding is not Finding.MEETS and not command.reason:
        raise Refused("AID_REASON", "与核验结果不一致的，要写明理由。")
    if command.since.day != 1:
        raise Refused("AID_MONTH", "起发月份请填该月1日。")
    standard = scheme.standard_on(command.since)
    _check_amount(scheme, command, given)
    today = given.today
    return [
        AidGranted(
            **state.about,
            scheme=command.scheme,
            decided_on=command.decided_on,
            need_remains=command.need_remains,
            document_number=command.document_number,
            reason=command.reason,
            since=command.since,
            in_kind=scheme.in_kind,
            give_by=_by(scheme.give_within, given, today),
            review_by=None if scheme.in_kind else _by(scheme.review, given, today),
            ends_by=_of_age(scheme, given),
            yuan=None if command.yuan is None else str(command.yuan),
            standard=standard.words if standard else None,
        )
    ]


def _check_amount(scheme: Scheme, command: GrantAid, given: Given) -> None:
    """Where the policies name an amount it is that one, or at most that one."""
    standard = scheme.standard_on(command.since)
    if standard is None:
        return
    if standard.per is Per.CEILING and (command.yuan or 0) > standard.yuan:
        raise Refused("AID_AMOUNT", f"该项目最高{standard.words}，请核对金额。")
    if standard.per is not Per.CEILING and command.yuan != standard.yuan:
        raise Refused(
            "AID_AMOUNT", f"该项目在起发月份的标准是{standard.words}，请核对金额和起发月份。"
        )


def _by(term: Term | None, given: Given, day: date) -> datetime | None:
    return None if term is None else end_of_day_utc(given.rules.last_day(term, day))


def _of_age(scheme: Scheme, given: Given) -> datetime | None:
    """The end of the month in which the child reaches the scheme's age; None where no age ends it,
    the birth month is unknown, or that is past."""
    born = given.child.birth_month
    if scheme.ends_at is None or born is None:
        return None
    year, month = map(int, born.split("-"))
    day = months_after(date(year, month, 28), scheme.ends_at * 12)
    return end_of_day_utc(day) if day > given.today else None


def _refuse(state: Aid, command: RefuseAid, given: Given) -> list[Event]:
    _may_decide(state, command, given)
    if not command.reason:
        raise Refused("AID_REASON", "不予批准的，要写明理由。")
    stated = command.model_dump(exclude={"application_id", "child_ref"})
    return [AidRefused(**state.about, **stated, appeal=APPEAL)]


def _verifies(state: Aid, scheme: Scheme, given: Given) -> str:
    """Who looks again: a child that moved is its new town's by now."""
    moved = scheme.verifies is Seat.TOWN and given.child.town is not None
    return _offices(scheme, given)[0] if moved else state.verifier


def _theirs(state: Aid, scheme: Scheme, given: Given) -> None:
    """Refuse whoever neither looks again nor decides."""
    theirs = _is(_verifies(state, scheme, given), given) or _is(state.decider, given)
    if state.state is AidState.NONE or not theirs:
        raise _not_yours()


def _running(state: Aid, scheme: Scheme, given: Given) -> None:
    """Refuse whoever neither looks again nor decides, and what is not granted."""
    _theirs(state, scheme, given)
    if state.state not in RUNNING and not given.correction:
        raise Refused("AID_NOT_RUNNING", "该申请没有在享受中的保障，请核对。")


def _give(state: Aid, command: GiveAid, given: Given) -> list[Event]:
    scheme = _scheme(command, given)
    _running(state, scheme, given)
    given.not_in_future(command.given_on, "AID_IN_FUTURE", "给付日期")
    if not state.in_kind and not given.correction:
        raise Refused("AID_NOT_IN_KIND", "该项目按月或按次发放，没有适配或手术登记。")
    return [
        AidGiven(
            **state.about,
            scheme=command.scheme,
            given_on=command.given_on,
            review_by=_by(scheme.review, given, max(command.given_on, given.today)),
            account=command.account,
        )
    ]


def _review(state: Aid, command: ReviewAid, given: Given) -> list[Event]:
    scheme = _scheme(command, given)
    _running(state, scheme, given)
    given.not_in_future(command.reviewed_on, "AID_IN_FUTURE", "复核日期")
    verifier = _verifies(state, scheme, given)
    return [
        AidReviewed(
            **{**state.about, "verifier": verifier, "town": given.child.town or state.town},
            scheme=command.scheme,
            reviewed_on=command.reviewed_on,
            review_by=_by(scheme.review, given, given.today),
            yuan=None if command.yuan is None else str(command.yuan),
            account=command.account,
        )
    ]


def _end(state: Aid, command: EndAid, given: Given) -> list[Event]:
    _theirs(state, _scheme(command, given), given)
    given.not_in_future(command.ended_on, "AID_IN_FUTURE", "终止日期")
    if state.state not in OPEN | RUNNING and not given.correction:
        raise Refused("AID_NOT_RUNNING", "该申请没有在享受中的保障，请核对。")
    stated = command.model_dump(exclude={"application_id", "child_ref"})
    gone = command.end_reason in CHILD_GONE
    return [AidEnded(**state.about, **stated, child_gone=gone)]


AID: Stream[Aid] = Stream(
    name="aid",
    initial=Aid(),
    decide={
        ApplyForAid: _apply,
        VerifyAid: _verify,
        GrantAid: _grant,
        RefuseAid: _refuse,
        GiveAid: _give,
        ReviewAid: _review,
        EndAid: _end,
    },
    evolve=EVOLVE,
    locate=lambda command, load: command.application_id,
    title="保障申请",
    states=AID_STATE_WORDS,
    codes={
        "scheme": AID_SCHEME,
        "applicant": APPLICANT,
        "finding": AID_FINDING,
        "end_reason": AID_END,
    },
    case=state_after,
    stands=lambda state, rules: (
        [Standing(Stands.BENEFIT_RUNNING)]
        if state.state in RUNNING
        else [Standing(Stands.OPEN_CASE)]
        if state.state in OPEN
        else []
    ),
)
