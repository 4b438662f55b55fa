"""The station's platform and places with priority, on a whole program (plan 二1 P06, 二4 P29)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.calendar import SHANGHAI
from domain.organisations import Organisation, Seat, district_organisation
from domain.referral import AcceptReferral
from hub.bootstrap import Program
from hub.queries.programme_answers import OfferFigure
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_TOWN,
    POLICE,
    SCHOOL,
    TOWN,
    VILLAGE,
    actor,
    at,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    send,
    take,
)

LEAGUE = district_organisation(Seat.YOUTH_LEAGUE)
NUMBER = "BM-2025-01"
WORDS = "（示例）想去画画"


def published(**changes: Any) -> dict[str, Any]:
    line = {
        "number": NUMBER,
        "offer": "爱心暑托班",
        "begins_on": "2025-04-01",
        "until": "2025-04-20",
        "spots": "1",
        "age_from": "6",
        "age_until": "16",
        "sign_up_by": "2025-03-07",
    }
    return {**line, **changes}


def signed(number: int, **changes: Any) -> dict[str, Any]:
    line = {
        **pupil(number),
        "number": NUMBER,
        "signed_on": "2025-03-03",
        "wish": "愿意参加",
        "childs_words": WORDS,
        "guardian_agrees": "是",
    }
    return {**line, **changes}


def answered(hub: Program, number: int, answer: str = "参加") -> dict[str, Any]:
    return {**pupil(number), "number": NUMBER, "answer": answer, "answered_on": today(hub)}


def attended(hub: Program, number: int, what: str = "已到场") -> dict[str, Any]:
    who = {field: pupil(number)[field] for field in ("name", "id_number")}
    return {**who, "number": NUMBER, "attendance": what, "seen_on": today(hub)}


def today(hub: Program) -> str:
    return hub.clock.now().astimezone(SHANGHAI).date().isoformat()


def begun(hub: Program) -> None:
    """Two children of a village; the second is in scope, and was signed up later."""
    office = district_organisation(Seat.WOMEN_CHILDREN_OFFICE)
    named = [Organisation(LEAGUE, "示例团区委"), Organisation(office, "示例妇儿工委办")]
    hub.directory.add_organisations(named)
    for number, categories in ((1, "无"), (2, "农村留守儿童")):
        send(hub, EDUCATION, "education.roll", enrolled(pupil(number)))
        send(hub, TOWN, "town.residence", resident(pupil(number), categories=categories))
    send(hub, LEAGUE, "programmes.offer", published())
    for number in (1, 2):
        send(hub, VILLAGE, "programmes.sign_up", signed(number))
    settle(hub)


def settle(hub: Program) -> None:
    assert hub.settle()
    assert hub.reactor.refused() == []


def given_out(hub: Program) -> None:
    at(hub, datetime(2025, 3, 10, 10, tzinfo=SHANGHAI))
    settle(hub)


def seen(hub: Program, organisation: str, number: int) -> set[str]:
    child = child_of(hub, pupil(number))
    items = hub.queries.timeline(reader(organisation), child, limit=200).items
    return {each.topic for each in items if each.topic.startswith("sign_up.")}


def tasks(hub: Program, organisation: str = LEAGUE) -> list[str]:
    return [each.kind for each in hub.queries.inbox(reader(organisation)).items]


def test_p29_first_goes_who_is_in_scope_and_the_organiser_reads_name_and_contact_only(
    hub: Program,
) -> None:
    """Given two sign-ups for one spot / when they are given out / then who goes first has it,
    and the organiser is told whom to expect once the family says yes."""
    begun(hub)
    assert seen(hub, VILLAGE, 2) == {"sign_up.signed_up.v1"}
    given_out(hub)
    assert "sign_up.spot_offered.v1" in seen(hub, VILLAGE, 2)
    assert "sign_up.spot_offered.v1" not in seen(hub, VILLAGE, 1)
    assert tasks(hub) == []
    assert seen(hub, LEAGUE, 2) == set(), "it knows nobody who only waits"
    send(hub, VILLAGE, "programmes.spot_answer", answered(hub, 2))
    settle(hub)
    (task,) = hub.queries.inbox(reader(LEAGUE)).items
    assert (task.kind, task.sender) == ("take_in_child", "hub:310117")
    hub.hub.command(AcceptReferral(referral_id=UUID(task.id)), actor(LEAGUE))
    settle(hub)
    items = hub.queries.timeline(reader(LEAGUE), child_of(hub, pupil(2)), limit=200).items
    text = str([(each.topic, each.clear, each.fields) for each in items])
    assert pupil(2)["guardian_phone"] in text
    for hidden in ("LEFT_BEHIND", "留守", "classification", "goes_first", WORDS, "tier"):
        assert hidden not in text
    send(hub, LEAGUE, "programmes.attendance", attended(hub, 2))
    settle(hub)
    assert tasks(hub) == []
    assert "sign_up.attended.v1" in seen(hub, VILLAGE, 2)
    after = hub.queries.timeline(reader(LEAGUE), child_of(hub, pupil(2)), limit=200).items
    assert pupil(2)["guardian_phone"] not in str([each.fields for each in after])


def test_p29_the_spot_of_who_declines_goes_to_the_next(hub: Program) -> None:
    begun(hub)
    given_out(hub)
    send(hub, VILLAGE, "programmes.spot_answer", answered(hub, 2, "不参加"))
    settle(hub)
    assert "sign_up.spot_offered.v1" in seen(hub, VILLAGE, 1)


def test_a_spot_that_nobody_answers_is_silent_and_then_goes_to_the_next(hub: Program) -> None:
    begun(hub)
    given_out(hub)
    at(hub, datetime(2025, 3, 14, 10, tzinfo=SHANGHAI))
    settle(hub)
    found = hub.queries.overdue(reader(VILLAGE)).items
    assert "answer_spot" in {each.kind for each in found}
    at(hub, hub.clock.now() + timedelta(days=7))
    settle(hub)
    assert "sign_up.spot_lapsed.v1" in seen(hub, VILLAGE, 2)
    assert "sign_up.spot_offered.v1" in seen(hub, VILLAGE, 1)


def test_who_waits_is_told_when_the_sign_up_ends_and_the_organiser_may_not_be_silent(
    hub: Program,
) -> None:
    begun(hub)
    given_out(hub)
    at(hub, hub.clock.now() + timedelta(days=21))
    settle(hub)
    found = hub.queries.overdue(reader(LEAGUE)).items
    assert "answer_waiting_list" in {each.kind for each in found}
    line = {"number": NUMBER, "ended_on": today(hub), "cancelled": "是"}
    send(hub, LEAGUE, "programmes.offer_end", line)
    settle(hub)
    for number in (1, 2):
        assert "sign_up.ended.v1" in seen(hub, VILLAGE, number)
    (fault,) = take(hub, VILLAGE, "programmes.sign_up", signed(3)).faults
    assert fault.code == "OFFER_UNKNOWN"


def test_another_organiser_or_village_is_refused_as_if_there_were_nothing(hub: Program) -> None:
    begun(hub)
    given_out(hub)
    send(hub, VILLAGE, "programmes.spot_answer", answered(hub, 2))
    settle(hub)
    (fault,) = take(hub, OTHER_TOWN, "programmes.attendance", attended(hub, 2)).faults
    (none,) = take(hub, OTHER_TOWN, "programmes.attendance", attended(hub, 9)).faults
    assert (fault.code, fault.rule) == (none.code, none.rule)
    (fault,) = take(hub, SCHOOL, "programmes.spot_answer", answered(hub, 2)).faults
    (none,) = take(hub, SCHOOL, "programmes.spot_answer", answered(hub, 9)).faults
    assert (fault.code, fault.rule) == (none.code, none.rule)
    assert seen(hub, CIVIL_AFFAIRS, 2) == seen(hub, VILLAGE, 2)


def test_p06_what_is_published_is_on_the_board_for_whoever_signs_up_or_offers(
    hub: Program,
) -> None:
    """搭建公益活动平台: village, station, school and organisers; counts for the organiser alone."""
    begun(hub)
    for organisation in (VILLAGE, TOWN, SCHOOL, EDUCATION):
        (row,) = hub.queries.offers(reader(organisation), "2025")
        assert (row.number, row.organiser_name, row.state) == (NUMBER, "示例团区委", "OPEN")
        assert (row.given, row.waiting) == (None, None)
    (own,) = hub.queries.offers(reader(LEAGUE), "2025")
    assert (own.given, own.waiting) == (0, 2)
    assert hub.queries.offers(reader(POLICE), "2025") == ()
    assert hub.queries.offers(reader(VILLAGE), "2026") == ()


def test_p29_uptake_is_counted_and_small_numbers_are_not_shown(hub: Program) -> None:
    begun(hub)
    given_out(hub)
    send(hub, VILLAGE, "programmes.spot_answer", answered(hub, 2))
    settle(hub)
    send(hub, LEAGUE, "programmes.attendance", attended(hub, 2))
    settle(hub)
    (whole,) = hub.queries.offer_figures(reader(CIVIL_AFFAIRS), "2025")
    counted = OfferFigure("DAY_CARE", 1, 1, signed_up=2, first=1, given=1, waiting=1, came=1)
    assert whole == counted
    (own,) = hub.queries.offer_figures(reader(LEAGUE), "2025")
    assert own == replace(counted, first=None), "who goes first is nobody's to count but there"
    office = district_organisation(Seat.WOMEN_CHILDREN_OFFICE)
    (few,) = hub.queries.offer_figures(reader(office), "2025")
    assert few == OfferFigure("DAY_CARE", 1, 1, None, None, None, None, None)
    for organisation in (VILLAGE, TOWN, SCHOOL, POLICE):
        assert hub.queries.offer_figures(reader(organisation), "2025") == ()


def test_no_sender_reads_of_its_own_sign_up_whether_the_child_goes_first(hub: Program) -> None:
    """It would tell a school what the file says of its pupil."""
    begun(hub)
    send(hub, SCHOOL, "programmes.sign_up", signed(2))
    settle(hub)
    for organisation in (SCHOOL, VILLAGE, LEAGUE):
        found = hub.queries.register(reader(organisation), everybodys=True).items
        assert "goes_first" not in str([each.clear for each in found])
