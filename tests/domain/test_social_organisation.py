"""P50: 培育社会组织, in four forms (plan 二6); P13: 社工关爱服务项目覆盖面 (二2)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain.calendar import end_of_day_utc
from domain.kernel import Category, Command, Event
from domain.organisations import HUB
from domain.social_organisation import (
    SOCIAL_ORGANISATION,
    Accredit,
    AccreditationEnded,
    Accredited,
    AdvanceAccreditation,
    ProjectReviewed,
    ProjectStarted,
    ReviewProject,
    StartProject,
    WithdrawAccreditation,
)
from domain.support_codes import SUPPORT_FORM, ReviewGrade, SocialKind, SupportForm
from tests.domain.invented import (
    CIVIL_AFFAIRS,
    EVERY_SEAT,
    OTHER_TOWN,
    OTHER_TOWN_CODE,
    SCHOOL,
    TOWN,
    TOWN_CODE,
)
from tests.specification import folded, given, happened
from tests.together import all_of

HELPER = "social_organisation:310117"
TODAY = date(2026, 3, 4)
UNTIL = date(2026, 12, 31)
accredit = Accredit(organisation=HELPER, social_kind=SocialKind.AGENCY, since=TODAY, until=UNTIL)
ACCREDITED = Accredited(**accredit.model_dump(), told_to=HELPER, ends_at=end_of_day_utc(UNTIL))
withdraw = WithdrawAccreditation(organisation=HELPER)
ENDED = AccreditationEnded(organisation=HELPER, told_to=HELPER, ended_on=TODAY, early=True)
start = StartProject(
    organisation=HELPER,
    project=UUID(int=91),
    support_form=SupportForm.COMMISSION,
    care_service=True,
    towns=(TOWN_CODE,),
    since=TODAY,
    until=UNTIL,
    yuan=50_000,
    project_name="示例项目",
)
STARTED = ProjectStarted(**start.model_dump(), told_to=HELPER)
review = ReviewProject(
    organisation=HELPER,
    project=UUID(int=91),
    reviewed_year=2026,
    review_grade=ReviewGrade.GOOD,
    children_served=40,
)

STATES: dict[str, tuple[list[Event], dict[str, tuple[Command, Any]]]] = {
    "unknown": (
        [],
        {
            "accredit": (accredit, Accredited),
            "withdraw": (withdraw, "NOT_ACCREDITED"),
            "start": (start, "NOT_ACCREDITED"),
            "review": (review, "PROJECT_NOT_YOURS"),
        },
    ),
    "accredited": (
        [ACCREDITED],
        {
            "accredit": (accredit, Accredited),
            "withdraw": (withdraw, AccreditationEnded),
            "start": (start, ProjectStarted),
            "review": (review, "PROJECT_NOT_YOURS"),
        },
    ),
    "supported": (
        [ACCREDITED, STARTED],
        {"start": (start, None), "review": (review, ProjectReviewed)},
    ),
    "ended": (
        [ACCREDITED, STARTED, ENDED],
        {
            "accredit": (accredit, Accredited),
            "withdraw": (withdraw, "NOT_ACCREDITED"),
            "start": (start, "NOT_ACCREDITED"),
            "review": (review, ProjectReviewed),
        },
    ),
}
ROWS = [
    (state, action, by)
    for state, (_, actions) in STATES.items()
    for action in actions
    for by in (*EVERY_SEAT, OTHER_TOWN)
]


@all_of(("state", "action", "by"), ROWS)
def test_p50_who_accredits_supports_and_reviews(state: str, action: str, by: str) -> None:
    """Civil affairs accredits; it, and a town for itself alone, supports and reviews."""
    events, actions = STATES[state]
    command, expected = actions[action]
    outcome = given(*events).when(command, by=by, on=TODAY)
    if action in ("accredit", "withdraw") and by != CIVIL_AFFAIRS:
        outcome.then_refused("ACCREDITATION_NOT_YOURS")
    elif by not in (CIVIL_AFFAIRS, TOWN):
        outcome.then_refused("PROJECT_NOT_YOURS")
    elif expected is None:
        outcome.then_nothing()
    elif isinstance(expected, str):
        outcome.then_refused(expected)
    else:
        outcome.then(happened(expected, told_to=HELPER))


def test_p50_the_four_forms_of_support_are_a_code_set() -> None:
    assert list(SUPPORT_FORM.labels.values()) == ["政府委托", "项目合作", "重点推介", "孵化扶持"]


def test_an_accreditation_runs_from_its_first_to_its_last_day() -> None:
    state = folded(SOCIAL_ORGANISATION, ACCREDITED)
    assert state.accredited(TODAY)
    assert state.accredited(UNTIL)
    assert not state.accredited(TODAY - timedelta(days=1))
    assert not state.accredited(UNTIL + timedelta(days=1)), "no clock has to look first"
    assert not folded(SOCIAL_ORGANISATION, ACCREDITED, ENDED).accredited(TODAY)
    advance = AdvanceAccreditation(organisation=HELPER)
    given(ACCREDITED).when(advance, by=HUB, on=UNTIL).then_nothing()
    over = given(ACCREDITED).when(advance, by=HUB, on=UNTIL + timedelta(days=1))
    over.then(happened(AccreditationEnded, early=False))
    given(ACCREDITED).when(advance, by=CIVIL_AFFAIRS, on=UNTIL).then_refused("ACCREDITATION_BY_HUB")
    backwards = accredit.model_copy(update={"until": TODAY - timedelta(days=1)})
    given().when(backwards, by=CIVIL_AFFAIRS, on=TODAY).then_refused("ACCREDITATION_DAYS")
    school = accredit.model_copy(update={"organisation": SCHOOL})
    given().when(school, by=CIVIL_AFFAIRS, on=TODAY).then_refused("NOT_SOCIAL")


def test_p13_a_project_says_which_towns_it_covers_and_names_no_child() -> None:
    (event,) = given(ACCREDITED).when(start, by=TOWN, on=TODAY).then(STARTED)
    assert event.subject is None
    assert {event.category_of(each) for each in event.SENSITIVE} == {Category.PROGRAMMES}
    both = start.model_copy(update={"towns": (TOWN_CODE, OTHER_TOWN_CODE)})
    given(ACCREDITED).when(both, by=TOWN, on=TODAY).then_refused("PROJECT_NOT_YOURS")
    given(ACCREDITED).when(both, by=CIVIL_AFFAIRS, on=TODAY).then(happened(ProjectStarted))
    before = review.model_copy(update={"reviewed_year": 2025})
    reviewed = given(ACCREDITED, STARTED).when(before, by=CIVIL_AFFAIRS, on=TODAY)
    reviewed.then_refused("REVIEW_YEAR")
    backwards = start.model_copy(update={"until": TODAY - timedelta(days=1)})
    given(ACCREDITED).when(backwards, by=TOWN, on=TODAY).then_refused("PROJECT_DAYS")
