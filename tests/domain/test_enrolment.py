"""Between two schools, and on no roll at all (控辍保学): plan 二4 (P26, P27), 义务教育法 11 and 13,
domain reference §3: never enrolled at entry, or lost between primary and middle school, is
suspected too; a school answers for its pupil until another one has it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.calendar import end_of_day_utc
from domain.child_file import (
    CHILD_FILE,
    ChildFile,
    ConfirmResidence,
    ResidenceConfirmed,
    StateIdentity,
)
from domain.deadline import (
    CancelDeadline,
    DeadlineMissed,
    HandOnDeadline,
    MeetDeadline,
    SetDeadline,
)
from domain.dropout_absence import BETWEEN_SCHOOLS, NEVER_ENROLLED
from domain.dropout_case import DROPOUT_CASE
from domain.dropout_codes import DropoutState
from domain.dropout_events import DropoutSuspected, StrikeOff, SuspectDropout
from domain.enrolment import (
    CHECK,
    ENTRY,
    NEXT,
    NOT_ENROLLED,
    ConfirmEnrolment,
    EndEnrolment,
    EnrolmentConfirmed,
    EnrolmentEnded,
    LeavingNoted,
    NotOnRollStated,
    StateNotOnRoll,
    of_age,
)
from domain.kernel import Command, Event
from domain.leaving import DistrictLeft
from domain.merged_file import FileMerged, FileUnmerged, Taken
from domain.move import AnnounceTransfer
from domain.organisations import HUB, Seat, seat_of
from domain.reactions import enrolment
from domain.reactions.kernel import Reaction
from domain.referral import ReferralCompleted, RequestReferral
from tests.domain.invented import (
    CHILD,
    EDUCATION,
    EVERY_SEAT,
    OTHER_CHILD,
    OTHER_SCHOOL,
    SCHOOL,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE_CODE,
)
from tests.domain.pools import OneStation
from tests.specification import as_recorded, circumstances, folded, given, happened

TODAY = date(2026, 3, 4)
PUPIL_BORN = date(2014, 9, 1)
LETTER: dict[str, Any] = {"outside": "示例外区学校", "letter": "（外区）回执1号"}
PLACES = OneStation()


def born(day: date | None = PUPIL_BORN) -> Event:
    who = StateIdentity(child_ref=CHILD, name="测试甲", birth_date=day, id_number=None, sex=None)
    return given().when(who, by=SCHOOL, on=TODAY).events[0]


def on_roll(school: str = SCHOOL, **changes: Any) -> EnrolmentConfirmed:
    said = {"child_ref": CHILD, "school": school, "since": TODAY, **changes}
    return EnrolmentConfirmed(**said, student_number=None, grade="六年级")


def leaves(**changes: Any) -> EndEnrolment:
    said = {"child_ref": CHILD, "school": SCHOOL, "until": TODAY, "reason": "转出", **changes}
    return EndEnrolment(**said)


def noted(**changes: Any) -> LeavingNoted:
    said = {"child_ref": CHILD, "school": SCHOOL, "until": TODAY, **changes}
    by = datetime(2026, 3, 18, 16, tzinfo=UTC)
    return LeavingNoted(**{"next_by": by, "reason": "转出", "receiver": None, **said})


def lives(**changes: Any) -> ConfirmResidence:
    return ConfirmResidence(
        child_ref=CHILD,
        town=TOWN_CODE,
        village=VILLAGE_CODE,
        police_station=STATION,
        address=None,
        since=TODAY,
        **changes,
    )


# A school answers for its pupil until another one has it.


@pytest.mark.parametrize(
    "said",
    [
        leaves(),
        leaves(receiver=OTHER_SCHOOL),
        leaves(outside="示例外区学校"),
        leaves(outside="示例外区学校", letter=" "),
        leaves(reason="毕业", graduated=True),
    ],
    ids=["nowhere", "within the district", "without a letter", "blank letter", "primary school"],
)
def test_p27_a_pupil_who_leaves_stays_its_schools_until_another_one_has_it(
    said: EndEnrolment,
) -> None:
    events = (
        given(born(), on_roll())
        .when(said, by=EDUCATION, on=TODAY)
        .then(happened(LeavingNoted, school=SCHOOL, until=TODAY))
    )
    file = folded(CHILD_FILE, born(), on_roll(), *events)
    assert file.responsible == {SCHOOL}
    assert file.leaving is not None


def test_the_clock_counts_days_of_school_from_the_last_one() -> None:
    """Of who graduates in July nobody is asked before September."""
    graduated = leaves(until=date(2026, 7, 1), reason="毕业", graduated=True)
    (event,) = (
        given(born(), on_roll())
        .when(graduated, by=EDUCATION, on=date(2026, 7, 1))
        .then(happened(LeavingNoted))
    )
    assert isinstance(event, LeavingNoted)
    assert date(2026, 9, 7) < event.next_by.date() < date(2026, 9, 20)


def test_a_letter_from_outside_ends_it() -> None:
    events = (
        given(born(), on_roll(), noted())
        .when(leaves(**LETTER), by=EDUCATION, on=TODAY)
        .then(happened(EnrolmentEnded, letter=LETTER["letter"], awaited=True, settled=True))
    )
    file = folded(CHILD_FILE, born(), on_roll(), noted(), *events)
    assert (file.responsible, file.leaving, file.elsewhere) == (frozenset(), None, True)


@pytest.mark.parametrize(("birth", "over"), [(date(2011, 9, 1), True), (None, False)])
def test_who_graduates_of_age_is_awaited_nowhere(birth: date | None, over: bool) -> None:
    """义务教育法 2: nine years; an unknown age proves nothing."""
    graduated = leaves(reason="毕业", graduated=True)
    found = given(born(birth), on_roll()).when(graduated, by=EDUCATION, on=TODAY)
    found.then(happened(EnrolmentEnded, settled=True) if over else happened(LeavingNoted))


def test_the_next_schools_roll_ends_it() -> None:
    roll = ConfirmEnrolment(
        child_ref=CHILD, school=OTHER_SCHOOL, student_number=None, grade="预备", since=TODAY
    )
    events = (
        given(born(), on_roll(), noted())
        .when(roll, by=EDUCATION, on=TODAY)
        .then(
            happened(EnrolmentEnded, school=SCHOOL),
            happened(EnrolmentConfirmed, school=OTHER_SCHOOL, awaited=True),
        )
    )
    file = folded(CHILD_FILE, born(), on_roll(), noted(), *events)
    assert file.responsible == {OTHER_SCHOOL}
    assert file.leaving is None


def test_a_school_is_not_left_for_itself() -> None:
    given(on_roll()).when(leaves(receiver=SCHOOL), by=EDUCATION, on=TODAY).then_refused(
        "ENROLMENT_SAME_SCHOOL"
    )


# 义务教育法 11, 13: children of school age enter.


@pytest.mark.parametrize(
    ("birth", "by"),
    [
        (date(2019, 8, 31), date(2025, 9, 30)),
        (date(2020, 8, 31), date(2026, 9, 30)),
        (date(2020, 9, 1), date(2027, 9, 30)),
        (date(2026, 2, 1), date(2032, 9, 30)),
    ],
)
def test_a_child_who_lives_here_is_awaited_in_the_autumn_of_its_sixth_year(
    birth: date, by: date
) -> None:
    (event,) = given(born(birth)).when(lives(), by=TOWN, on=TODAY).events
    assert isinstance(event, ResidenceConfirmed)
    if by > TODAY:
        assert event.enrol_by == end_of_day_utc(by)
    else:
        assert event.enrol_by is not None
        assert TODAY < event.enrol_by.date() < date(2026, 4, 1)
    assert folded(CHILD_FILE, born(birth), event).awaited


@pytest.mark.parametrize(
    "before",
    [
        (born(), on_roll()),
        (born(None),),
        (born(date(2009, 1, 1)),),
        (
            born(),
            NotOnRollStated(
                child_ref=CHILD,
                until=None,
                asked_again_at=None,
                town=None,
                reason_code="ELSEWHERE",
                outside=None,
                proof="1",
            ),
        ),
    ],
    ids=["on a roll", "of unknown age", "past school", "at a school outside"],
)
def test_nobody_else_is_awaited(before: tuple[Event, ...]) -> None:
    given(*before).when(lives(), by=TOWN, on=TODAY).then(
        happened(ResidenceConfirmed, enrol_by=None)
    )


def test_who_is_awaited_is_not_awaited_twice() -> None:
    (first,) = given(born()).when(lives(), by=TOWN, on=TODAY).events
    given(born(), first).when(lives(), by=TOWN, on=TODAY).then(
        happened(ResidenceConfirmed, enrol_by=None)
    )


def test_of_age_is_so_for_certain_or_not_at_all() -> None:
    assert not of_age(None, 14, TODAY)
    assert not of_age("2012-03", 14, TODAY), "the birthday may be to come"
    assert of_age("2012-02", 14, TODAY)


@pytest.mark.parametrize("actor", EVERY_SEAT)
def test_education_alone_says_who_is_rightly_on_no_roll(actor: str) -> None:
    said = StateNotOnRoll(
        child_ref=CHILD, reason_code="ELSEWHERE", until=None, outside=None, proof="示1号"
    )
    outcome = given(born()).when(said, by=actor, on=TODAY)
    if seat_of(actor) is Seat.EDUCATION:
        events = outcome.then(happened(NotOnRollStated, asked_again_at=None))
        assert folded(CHILD_FILE, born(), *events).elsewhere
    else:
        outcome.then_refused("ENROLMENT_NOT_EDUCATION")


@pytest.mark.parametrize(
    ("before", "changes", "code"),
    [
        ((born(), on_roll()), {}, "ENROLMENT_ON_ROLL"),
        ((), {}, "ENROLMENT_ON_ROLL"),
        ((born(),), {"proof": " "}, "ENROLMENT_PROOF"),
        ((born(),), {"until": date(2026, 3, 3)}, "ENROLMENT_UNTIL"),
    ],
)
def test_it_is_said_with_proof_and_of_nobody_on_a_roll(
    before: tuple[Event, ...], changes: dict[str, Any], code: str
) -> None:
    said = {"reason_code": "DEFERRED", "until": None, "outside": None, "proof": "示1号", **changes}
    command = StateNotOnRoll(child_ref=CHILD, **said)
    given(*before).when(command, by=EDUCATION, on=TODAY).then_refused(code)


def test_what_is_deferred_is_asked_about_again() -> None:
    """延缓入学 (义务教育法 11) is for a time."""
    said = StateNotOnRoll(
        child_ref=CHILD,
        reason_code="DEFERRED",
        until=date(2026, 8, 31),
        outside=None,
        proof="示教缓〔2025〕1号",
    )
    (event,) = given(born()).when(said, by=EDUCATION, on=TODAY).events
    assert isinstance(event, NotOnRollStated)
    assert event.asked_again_at is not None
    assert date(2026, 9, 5) < event.asked_again_at.date() < date(2026, 9, 20)
    assert folded(CHILD_FILE, born(), event).awaited


# When nobody has the child, it is suspected.


def suspected(file: ChildFile, *before: Event) -> Any:
    command = SuspectDropout(child_ref=CHILD)
    return given(*before).when(command, by=HUB, on=TODAY, child=file)


def test_p26_lost_between_two_schools_is_suspected() -> None:
    file = folded(CHILD_FILE, born(), on_roll(), noted(until=date(2026, 2, 10)))
    (event,) = suspected(file).then(
        happened(
            DropoutSuspected,
            school=SCHOOL,
            absent_since=date(2026, 2, 10),
            suspicion=1,
            notice=BETWEEN_SCHOOLS,
        )
    )
    case = folded(DROPOUT_CASE, event)
    assert (case.state, case.school, case.child_ref) == (DropoutState.SUSPECTED, SCHOOL, CHILD)


def test_p26_never_enrolled_at_entry_is_suspected() -> None:
    (lived,) = given(born(date(2019, 5, 1))).when(lives(), by=TOWN, on=TODAY).events
    file = folded(CHILD_FILE, born(date(2019, 5, 1)), lived)
    suspected(file).then(
        happened(DropoutSuspected, school=EDUCATION, town=TOWN_CODE, notice=NEVER_ENROLLED)
    )


@pytest.mark.parametrize(
    "file",
    [
        (born(), on_roll()),
        (born(), on_roll(), noted(), on_roll(OTHER_SCHOOL)),
        (born(),),
    ],
    ids=["on a roll", "taken over", "not awaited"],
)
def test_nobody_else_is_suspected(file: tuple[Event, ...]) -> None:
    suspected(folded(CHILD_FILE, *file)).then_nothing()


def test_who_is_suspected_already_is_not_suspected_twice() -> None:
    file = folded(CHILD_FILE, born(), on_roll(), noted())
    (event,) = suspected(file).events
    suspected(file, event).then_nothing()


def test_no_person_suspects_anybody_so() -> None:
    command = SuspectDropout(child_ref=CHILD)
    given().when(command, by=EDUCATION, on=TODAY).then_refused("DROPOUT_BY_CLOCK")


def test_p27_it_is_struck_off_by_the_next_schools_roll() -> None:
    lost = folded(CHILD_FILE, born(), on_roll(), noted())
    (event,) = suspected(lost).events
    found = folded(CHILD_FILE, born(), on_roll(), noted(), on_roll(OTHER_SCHOOL))
    strike = StrikeOff.model_validate(
        {
            "child_ref": CHILD,
            "proof": "TRANSFER",
            "struck_off_on": TODAY,
            "proof_note": None,
        }
    )
    given(event).when(strike, by=EDUCATION, on=TODAY, child=lost).then_refused(
        "STRIKE_OFF_NOT_TRANSFERRED"
    )
    assert given(event).when(strike, by=EDUCATION, on=TODAY, child=found).refusal is None


# Whose clock runs.

DUE = datetime(2026, 9, 11, 16, tzinfo=UTC)


def away(until: date | None, again: datetime | None) -> NotOnRollStated:
    return NotOnRollStated(
        child_ref=CHILD,
        until=until,
        asked_again_at=again,
        town=TOWN_CODE,
        reason_code="DEFERRED",
        outside=None,
        proof="示1号",
    )


def lived(enrol_by: datetime | None) -> ResidenceConfirmed:
    return ResidenceConfirmed(
        child_ref=CHILD,
        town=TOWN_CODE,
        village=VILLAGE_CODE,
        police_station=STATION,
        since=TODAY,
        enrol_by=enrol_by,
        address=None,
    )


def ended(*, awaited: bool) -> EnrolmentEnded:
    return EnrolmentEnded(child_ref=CHILD, school=SCHOOL, until=TODAY, awaited=awaited, reason=None)


def missed(kind: str) -> DeadlineMissed:
    said = {"subject_id": CHILD, "kind": kind, "child_ref": CHILD, "matter": "schooling"}
    return DeadlineMissed.model_validate({**said, "owner": SCHOOL, "due_at": DUE})


LEFT = DistrictLeft(child_ref=CHILD, since=TODAY, receiver="示例外区街道", letter="1号")

GOES = enrolment.when_a_pupil_goes_to_another_school_then_it_sees_what_is_handed_over
LOST = enrolment.when_no_school_has_taken_a_pupil_over_then_it_is_a_suspected_dropout
LOOK = enrolment.when_a_child_has_not_entered_then_the_bureau_finds_out
JOINED = enrolment.when_the_other_file_is_on_a_roll_then_nobody_waits_for_a_school
PARTED = enrolment.when_the_files_are_two_children_after_all_then_a_school_is_awaited_again
NEVER = enrolment.when_a_child_never_entered_then_it_is_a_suspected_dropout


def joined(*takes: Taken) -> FileMerged:
    return FileMerged(child_ref=CHILD, other=OTHER_CHILD, survivor=CHILD, takes=takes)


def parted(enrol_by: datetime | None) -> FileUnmerged:
    village = None if enrol_by is None else VILLAGE_CODE
    return FileUnmerged(child_ref=CHILD, other=OTHER_CHILD, enrol_by=enrol_by, home_village=village)


def found(kind: str, outcome: str) -> ReferralCompleted:
    said = {"child_ref": CHILD, "case_id": CHILD, "kind": kind, "matter": "schooling"}
    ends = {"sender": TOWN, "addressee": EDUCATION, "outcome": outcome, "happened_on": None}
    return ReferralCompleted.model_validate({**said, **ends, "account": None})


AFTER: list[tuple[Reaction, Event, list[tuple[type[Command], str | None, str | None]]]] = [
    (
        enrolment.when_a_pupil_leaves_then_its_school_waits_for_the_next_one,
        noted(),
        [(SetDeadline, NEXT, SCHOOL)],
    ),
    (
        enrolment.when_a_child_lives_here_then_it_is_awaited_at_school,
        lived(DUE),
        [(HandOnDeadline, ENTRY, None), (SetDeadline, ENTRY, TOWN)],
    ),
    (enrolment.when_a_child_lives_here_then_it_is_awaited_at_school, lived(None), []),
    (
        enrolment.when_a_child_is_rightly_on_no_roll_then_it_is_asked_about_again,
        away(None, None),
        [(CancelDeadline, ENTRY, None)],
    ),
    (
        enrolment.when_a_child_is_rightly_on_no_roll_then_it_is_asked_about_again,
        away(date(2026, 8, 31), DUE),
        [(CancelDeadline, ENTRY, None), (SetDeadline, ENTRY, TOWN)],
    ),
    (
        enrolment.when_a_school_has_the_child_then_nobody_waits_for_one,
        on_roll(awaited=True),
        [(MeetDeadline, NEXT, None), (MeetDeadline, ENTRY, None)],
    ),
    (enrolment.when_a_school_has_the_child_then_nobody_waits_for_one, on_roll(), []),
    (
        enrolment.when_a_school_has_the_child_then_nobody_waits_for_one,
        ended(awaited=True),
        [(MeetDeadline, NEXT, None), (MeetDeadline, ENTRY, None)],
    ),
    (enrolment.when_a_school_has_the_child_then_nobody_waits_for_one, ended(awaited=False), []),
    (
        enrolment.when_the_child_left_the_district_then_it_is_awaited_here_no_more,
        LEFT,
        [(CancelDeadline, ENTRY, None)],
    ),
    (
        LOST,
        missed(NEXT),
        [(SuspectDropout, None, None)],
    ),
    (GOES, noted(), []),
    (GOES, noted(goes_to=OTHER_SCHOOL), [(AnnounceTransfer, None, None)]),
    (LOST, missed(ENTRY), []),
    (LOOK, missed(ENTRY), [(RequestReferral, CHECK, None)]),
    (LOOK, missed(NEXT), []),
    (NEVER, found(CHECK, NOT_ENROLLED), [(SuspectDropout, None, None)]),
    (NEVER, found(CHECK, "ENROLLED"), []),
    (NEVER, found("trace_dropout", NOT_ENROLLED), []),
    (
        JOINED,
        joined(Taken.SCHOOL, Taken.RESIDENCE),
        [(CancelDeadline, NEXT, None), (CancelDeadline, ENTRY, None)],
    ),
    (JOINED, joined(Taken.RESIDENCE), []),
    (PARTED, parted(DUE), [(SetDeadline, ENTRY, TOWN)]),
    (PARTED, parted(None), []),
    (
        LOST,
        missed("complete"),
        [],
    ),
]


@pytest.mark.parametrize(("reaction", "event", "then"), AFTER, ids=lambda each: "")
def test_whose_clock_runs(reaction: Reaction, event: Event, then: Any) -> None:
    where = circumstances(HUB, TODAY)
    found = reaction.then(event, as_recorded(event, CHILD, 1, where), PLACES)
    assert [
        (type(each), getattr(each, "kind", None), getattr(each, "owner", None)) for each in found
    ] == then
