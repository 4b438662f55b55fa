"""What is decided about an absence (缺课): reported, lawful, over, suspected."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from domain.calendar import add_calendar_days, end_of_day_utc
from domain.child_file import ChildFile
from domain.dropout_codes import (
    BECOMES,
    LAWFUL_REASONS,
    REACHED,
    VERIFY,
    VISIT,
    DropoutState,
)
from domain.dropout_events import (
    AbsenceReported,
    ApproveLawfulAbsence,
    ConfirmDropout,
    DropoutConfirmed,
    DropoutSuspected,
    EndLawfulAbsence,
    LawfulAbsenceApproved,
    LawfulAbsenceEnded,
    RecordReturn,
    ReportAbsence,
    ReturnedToSchool,
    SeriousAbsenceNoted,
    SuspectDropout,
    SuspicionLifted,
)
from domain.dropout_measures import called_by_reason
from domain.dropout_state import DECIDED, OPEN_SUSPICION, DropoutCase, concerns
from domain.kernel import Event, Given, Refused
from domain.organisations import HUB, Seat, district_organisation, seat_of
from domain.terms import months_after

_INSTANT = timedelta(microseconds=1)


def clock_of(lawful: bool, until: date | None) -> str:
    """The row of policies/clocks.toml by which the school says what became of an absence."""
    if not lawful:
        return VERIFY
    return "lawful_absence" if until is None else "lawful_absence_end"


def report_absence(state: DropoutCase, command: ReportAbsence, given: Given) -> list[Event]:
    given.not_in_future(command.absent_since, "ABSENCE_IN_FUTURE", "缺课起日")
    if state.state is DropoutState.STRUCK_OFF and concerns(state, given):
        # To another school the case is none of its business: its row is taken as any other.
        raise Refused("DROPOUT_CLOSED", "该次缺课已经销号；再次缺课请填写新的缺课起日。")
    _until_in_bounds(command, given)
    own = concerns(state, given)
    # That another school's pupil has leave is that school's to know.
    approved = own and _approved(state, given)
    lawful = command.reason_code in LAWFUL_REASONS or approved
    settled = state.state in (*DECIDED, DropoutState.STRUCK_OFF)
    back = own and command.returned_on is not None
    threshold = given.rules.thresholds.suspected_after_school_days
    suspected = not (lawful or settled or back) and command.school_days >= threshold
    until = command.until or (state.approved_until if own else None) if lawful else None
    # Others have it in hand once it is suspected, and nobody once the pupil is back. Only of a
    # pupil on the school's roll: of a child on no roll, a clock would tell that it is on none.
    on_roll = given.child is not None and given.child.school == command.school
    asked = own and on_roll and not (settled or back or suspected)
    events: list[Event] = [
        AbsenceReported(
            child_ref=command.child_ref,
            school=command.school,
            town=command.town,
            absent_since=command.absent_since,
            school_days=command.school_days,
            lawful=lawful,
            of_own_pupil=own,
            until=until,
            verify_by=_verify_by(lawful, until, given) if asked else None,
            visit_home=asked and not lawful and _to_be_visited(state, command, given),
            home_village=given.child.village if given.child is not None and asked else None,
            over=_over(state, *((VERIFY,) if asked else (VERIFY, VISIT) if suspected else ())),
            reason_code=command.reason_code,
            family_contact=command.family_contact,
            reason=command.reason,
        )
    ]
    if suspected:
        events.append(
            DropoutSuspected(
                child_ref=command.child_ref,
                school=command.school,
                town=command.town,
                absent_since=command.absent_since,
                dropout_at=_dropout_at(state, command, given),
                suspicion=state.suspicions + 1,
            )
        )
    # The receipt of another school's row must not tell that there is a suspicion.
    in_hand = suspected or (own and state.state in OPEN_SUSPICION and not state.serious)
    if in_hand and not (lawful or back) and _serious(command, given):
        events.append(
            SeriousAbsenceNoted(
                child_ref=command.child_ref,
                school=state.school or command.school,
                town=command.town,
                suspicion=state.suspicions + suspected,
            )
        )
    if on_roll and not back and not state.settled:
        events += called_by_reason(state, command)
    if back and command.returned_on is not None:
        events += _back(state, command, command.returned_on, given)
    return events


BETWEEN_SCHOOLS = "离校后没有学校接收，正在核实"
NEVER_ENROLLED = "到了入学年龄未在本区入学，正在核实"


def suspect_dropout(state: DropoutCase, command: SuspectDropout, given: Given) -> list[Event]:
    """Lost between two schools, or never enrolled, it is suspected like a pupil who stays away.
    Until it is on a roll its former school, or the education bureau, answers for it."""
    if given.actor.organisation != HUB:
        raise Refused("DROPOUT_BY_CLOCK", "是否疑似辍学由系统按学籍和缺课天数认定。")
    child: ChildFile = given.child or ChildFile()
    lost, never = child.leaving, child.school is None and child.awaited
    if state.state in OPEN_SUSPICION or not (lost or never):
        return []
    since = lost.until if lost else given.today
    days: int = given.rules.thresholds.dropout_after_days
    return [
        DropoutSuspected(
            child_ref=command.child_ref,
            school=lost.school if lost else district_organisation(Seat.EDUCATION),
            town=child.town,
            absent_since=since,
            dropout_at=end_of_day_utc(add_calendar_days(given.today, days)),
            suspicion=state.suspicions + 1,
            notice=BETWEEN_SCHOOLS if lost else NEVER_ENROLLED,
        )
    ]


def _to_be_visited(state: DropoutCase, command: ReportAbsence, given: Given) -> bool:
    """Day 2: where the school has not reached the home, somebody visits, once (沪未保 23)."""
    days: int = given.rules.thresholds.visit_after_school_days
    if VISIT in state.running:
        return False
    return command.school_days >= days and command.family_contact != REACHED


def _serious(command: ReportAbsence, given: Given) -> bool:
    days: int = given.rules.thresholds.serious_after_school_days
    return command.school_days > days


def _dropout_at(state: DropoutCase, command: ReportAbsence, given: Given) -> datetime:
    """The end of the last day on which it is a suspected one: from the first day that the child was
    away without leave."""
    since = state.away_since or command.absent_since
    days: int = given.rules.thresholds.dropout_after_days
    return end_of_day_utc(add_calendar_days(since, days))


def _over(state: DropoutCase, *kinds: str) -> tuple[str, ...]:
    return tuple(kind for kind in kinds if kind in state.running)


def _until_in_bounds(command: ReportAbsence, given: Given) -> None:
    if command.until is None:
        return
    if command.until < command.absent_since:
        raise Refused("ABSENCE_UNTIL", "期满日期早于缺课起日，请核对日期。")
    _not_too_long(command.until, given.today, given)


def _not_too_long(until: date, start: date, given: Given) -> None:
    months = given.rules.thresholds.lawful_absence_months_at_most
    if until > months_after(start, months):
        raise Refused(
            "ABSENCE_TOO_LONG", f"一次最长{months}个月，请改短期满日期，期满再按实际情况登记。"
        )


def _verify_by(lawful: bool, until: date | None, given: Given) -> datetime:
    """By when the school says what became of an absence: from now on, and of a lawful one from its
    last day on (policies/clocks.toml)."""
    clock = clock_of(lawful, until)
    start = given.now if until is None else max(given.now, end_of_day_utc(until) - _INSTANT)
    due: datetime = given.rules.due(given.rules.clocks[clock].within, start)
    return due


def _approved(state: DropoutCase, given: Given) -> bool:
    """Whether somebody else than the school has approved the absence for now: then the school's row
    adds days, and suspects nothing."""
    return state.approved_until is not None and given.today <= state.approved_until


def approve_absence(state: DropoutCase, command: ApproveLawfulAbsence, given: Given) -> list[Event]:
    if seat_of(given.actor.organisation) not in (Seat.EDUCATION, Seat.TOWN):
        raise Refused("APPROVAL_SECOND_PARTY", "正当缺课由教育局或街镇核准，学校不能自行核准。")
    if not state.open or state.settled:
        raise Refused("DROPOUT_NOT_OPEN", "没有可核准的缺课个案，请核对儿童信息。")
    given.not_in_future(command.approved_on, "APPROVAL_IN_FUTURE", "核准日期")
    if command.until < given.today:
        raise Refused("APPROVAL_OVER", "期满日期已过，请登记复学，或按实际情况重新核准。")
    _not_too_long(command.until, command.approved_on, given)
    events: list[Event] = [
        LawfulAbsenceApproved(
            **command.model_dump(),
            school=state.school,
            verify_by=_verify_by(True, command.until, given),
            over=_over(state, VERIFY, VISIT),
        )
    ]
    if state.state in OPEN_SUSPICION:
        events.append(
            SuspicionLifted(
                child_ref=command.child_ref,
                suspicion=state.suspicions,
                over=_over(state, BECOMES),
            )
        )
    return events


def record_return(state: DropoutCase, command: RecordReturn, given: Given) -> list[Event]:
    if not state.open or not concerns(state, given):
        raise Refused("DROPOUT_NOT_OPEN", "没有可由本单位登记复学的缺课个案，请核对儿童信息。")
    return _back(state, command, command.returned_on, given)


def _back(
    state: DropoutCase, command: RecordReturn | ReportAbsence, day: date, given: Given
) -> list[Event]:
    given.not_in_future(day, "RETURN_IN_FUTURE", "复学日期")
    since = state.absent_since or getattr(command, "absent_since", None)
    if since and day < since:
        raise Refused("RETURN_BEFORE_ABSENCE", "复学日期早于缺课起日，请核对日期。")
    if state.state is DropoutState.RETURNED:
        return []
    return [
        ReturnedToSchool(
            child_ref=command.child_ref,
            school=command.school,
            returned_on=day,
            suspicion=state.suspicions,
            over=tuple(sorted(state.running)),
        )
    ]


def end_lawful_absence(state: DropoutCase, command: EndLawfulAbsence, given: Given) -> list[Event]:
    """A lawful absence comes back by itself; nobody need remember it."""
    if given.actor.organisation != HUB:
        raise Refused("LAWFUL_ABSENCE_BY_CLOCK", "正当缺课期满由系统按期满日期认定。")
    lawful = state.state is DropoutState.LAWFUL_ABSENCE
    if not lawful or _approved(state, given) or state.child_ref is None:
        return []
    until = state.lawful_until
    return [
        LawfulAbsenceEnded(
            child_ref=state.child_ref,
            school=state.school,
            since=None if until is None else until + timedelta(days=1),
        )
    ]


def confirm_dropout(state: DropoutCase, command: ConfirmDropout, given: Given) -> list[Event]:
    """Suspected for too long, it is one (domain reference §3)."""
    if given.actor.organisation != HUB:
        raise Refused("DROPOUT_BY_CLOCK", "是否辍学由系统按缺课天数认定。")
    suspected = state.state in (DropoutState.SUSPECTED, DropoutState.PERSUADING)
    if not suspected or state.child_ref is None:
        return []
    return [
        DropoutConfirmed(child_ref=state.child_ref, school=state.school, suspicion=state.suspicions)
    ]
