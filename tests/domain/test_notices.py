"""Who is told, outside of the hub, after what (提醒): which organisation, which post, how soon."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from domain.break_glass import BreakGlassNotified
from domain.deadline import DeadlineEscalated, DeadlineMet, DeadlineMissed, DeadlineReminded
from domain.notices import TOPICS, NoticeTexts, Wanted, wanted
from domain.organisations import Post, Seat
from domain.records_request import RecordsRequested
from domain.referral_facts import ReferralOffered, ReferralReassigned, ReferralRequested
from hub.policies import load_policies
from tests.domain.invented import CIVIL_AFFAIRS, POLICE, STATION, TOWN, organisation_of

RULES = load_policies().notices
OFFICE = organisation_of(Seat.WOMEN_CHILDREN_OFFICE)
HARM = {"matter": "harm", "owner": STATION, "addressee": STATION, "offered_to": POLICE}
CALM = {"matter": "schooling", "owner": TOWN, "addressee": TOWN, "offered_to": CIVIL_AFFAIRS}
UP = {"escalated_to": POLICE, "post": "duty"}
TO_OFFICE = {"escalated_to": None, "to_office": True, "post": "handler"}
DANGER = {"immediate_danger": True}

CASES: list[tuple[type, dict[str, Any], Wanted | None]] = [
    (DeadlineReminded, CALM, Wanted(TOWN, Post.HANDLER, False)),
    (DeadlineMissed, CALM, Wanted(TOWN, Post.HANDLER, False)),
    (DeadlineMissed, HARM, Wanted(STATION, Post.HANDLER, True)),
    (DeadlineEscalated, {**HARM, **UP}, Wanted(POLICE, Post.DUTY, True)),
    (DeadlineEscalated, {**CALM, **TO_OFFICE}, Wanted(OFFICE, Post.HANDLER, False)),
    (ReferralRequested, HARM, Wanted(STATION, Post.DUTY, True)),
    (ReferralRequested, CALM, None),
    (ReferralRequested, {**CALM, **DANGER}, Wanted(TOWN, Post.DUTY, True)),
    (ReferralReassigned, HARM, Wanted(STATION, Post.DUTY, True)),
    (ReferralReassigned, CALM, None),
    (ReferralOffered, HARM, Wanted(POLICE, Post.DUTY, True)),
    (ReferralOffered, CALM, None),
    (BreakGlassNotified, {"told_to": TOWN}, Wanted(TOWN, Post.DUTY_LEADER, True)),
    (RecordsRequested, {"addressee": TOWN, "danger": True}, Wanted(TOWN, Post.DUTY, True)),
    (RecordsRequested, {"addressee": TOWN, "danger": False}, None),
]


@pytest.mark.parametrize(("event", "clear", "who"), CASES)
def test_who_is_told_after_what(event: Any, clear: dict[str, Any], who: Wanted | None) -> None:
    assert event.TOPIC in TOPICS
    assert wanted(event.TOPIC, clear, RULES) == who


def test_every_fact_that_is_followed_is_among_them() -> None:
    assert {event.TOPIC for event, _, _ in CASES} == TOPICS  # type: ignore[attr-defined]
    assert DeadlineMet.TOPIC not in TOPICS


def test_a_text_says_how_many_and_nothing_else() -> None:
    assert RULES.texts.words(urgent=True, count=1) == "您有1件紧急待办"
    assert RULES.texts.words(urgent=False, count=3) == "您有3件待办"


@pytest.mark.parametrize("text", ["您有{count}件{kind}待办", "{0}", "{count", ""])
def test_policies_with_anything_else_in_a_text_do_not_load(text: str) -> None:
    with pytest.raises(ValidationError):
        NoticeTexts(urgent=text, ordinary="您有{count}件待办")
