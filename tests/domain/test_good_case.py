"""好案例. Plan 三3 (P59): 保护隐私前提下宣传好典型、好经验、好做法."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from domain.deadline import CancelDeadline, MeetDeadline, SetDeadline
from domain.good_case import (
    CASE_KIND,
    GOOD_CASE,
    GOOD_CASES,
    REVIEW,
    STORY_STATE,
    CaseKind,
    GoodCaseReviewed,
    GoodCaseSubmitted,
    GoodCaseWithdrawn,
    ReviewGoodCase,
    StoryState,
    WithdrawGoodCase,
    WriteGoodCase,
    good_case_id,
)
from domain.good_case_rules import DEIDENTIFIED, Deidentified
from domain.kernel import Actor, Category, Command, Event
from domain.organisations import SHARED_USERS, Post, seat_of
from domain.reactions.good_cases import (
    when_a_story_is_reviewed_then_its_clock_is_met,
    when_a_story_is_withdrawn_then_nobody_reviews_it,
    when_a_story_is_written_then_it_is_to_be_reviewed,
)
from hub.policies import load_policies
from tests.domain.invented import CIVIL_AFFAIRS, EVERY_SEAT, TOWN
from tests.domain.pools import OneStation
from tests.specification import as_recorded, circumstances, folded, given, happened

RULES = load_policies().rules
TODAY = date(2026, 3, 4)
NUMBER = "AL-0001"
REVIEWER = Actor(CIVIL_AFFAIRS, Post.HEAD.value, "u-reviewer")
ALL = tuple(Deidentified)

write = WriteGoodCase(
    register_number=NUMBER,
    case_kind=CaseKind.PRACTICE,
    title="（示例）一次成功的家校沟通",
    story="（示例）某小学的小A一度沉迷手机，商定作息后逐步改善。",
)
approve = ReviewGoodCase(
    register_number=NUMBER, reviewed_on=TODAY, approved=True, points=ALL, account="（示例）"
)
send_back = approve.model_copy(update={"approved": False, "points": ()})
withdraw = WithdrawGoodCase(register_number=NUMBER, account="（示例）")


def told(*steps: Command) -> tuple[Event, ...]:
    history: tuple[Event, ...] = ()
    for command in steps:
        by: str | Actor = REVIEWER if isinstance(command, ReviewGoodCase) else TOWN
        outcome = given(*history).when(command, by=by, on=TODAY, correction=True)
        assert outcome.refusal is None, outcome.refusal
        history += outcome.events
    return history


HISTORIES: dict[str, tuple[Event, ...]] = {
    "none": (),
    "written": told(write),
    "sent back": told(write, send_back),
    "written anew": told(write, send_back, write),
    "published": told(write, approve),
    "changed": told(write, approve, write),
    "withdrawn": told(write, approve, withdraw),
}
STATES = {
    "written": StoryState.WRITTEN,
    "sent back": StoryState.SENT_BACK,
    "written anew": StoryState.WRITTEN,
    "published": StoryState.PUBLISHED,
    "changed": StoryState.WRITTEN,
    "withdrawn": StoryState.WITHDRAWN,
}


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("command", [write, approve, send_back, withdraw])
def test_p59_every_state_and_act_and_seat(history: str, command: Command) -> None:
    """Written by an office, reviewed by civil affairs or the women-and-children office, withdrawn
    by either; whoever has no business with it hears the same whether or not there is one."""
    before = HISTORIES[history]
    exists, state = history != "none", STATES.get(history)
    for organisation in EVERY_SEAT:
        by = Actor(organisation, Post.HANDLER.value, "u-somebody")
        outcome = given(*before).when(command, by=by, on=TODAY)
        reviews = seat_of(organisation) in RULES.good_cases.reviewers
        if isinstance(command, WriteGoodCase):
            if not exists or organisation == TOWN:
                outcome.then(happened(GoodCaseSubmitted, kept_by=organisation))
            else:
                outcome.then_refused("GOOD_CASE_TAKEN")
        elif isinstance(command, ReviewGoodCase):
            if not reviews or not exists:
                outcome.then_refused("GOOD_CASE_NOT_YOURS")
            elif state is StoryState.WRITTEN:
                outcome.then(happened(GoodCaseReviewed, told_to=TOWN))
            else:
                outcome.then_refused("GOOD_CASE_NOT_WAITING")
        elif state in (None, StoryState.WITHDRAWN) or not (reviews or organisation == TOWN):
            outcome.then_refused("GOOD_CASE_NOT_YOURS")
        else:
            outcome.then(happened(GoodCaseWithdrawn))
    of = folded(GOOD_CASE, *before).stories.get(NUMBER)
    assert (of.state if of else None) is state


def test_p59_nobody_reviews_what_he_or_she_wrote() -> None:
    """By a second person, who signs in."""
    own = Actor(CIVIL_AFFAIRS, Post.HEAD.value, "u-author")
    (written,) = given().when(write, by=own, on=TODAY).events
    given(written).when(approve, by=own, on=TODAY).then_refused("GOOD_CASE_SECOND_PERSON")
    for user in SHARED_USERS:
        shared = Actor(CIVIL_AFFAIRS, Post.HEAD.value, user)
        given(written).when(approve, by=shared, on=TODAY).then_refused("GOOD_CASE_SECOND_PERSON")
    given(written).when(approve, by=REVIEWER, on=TODAY).then(happened(GoodCaseReviewed))


@pytest.mark.parametrize("left_out", Deidentified)
def test_p59_it_is_published_once_every_point_was_looked_at(left_out: Deidentified) -> None:
    points = tuple(each for each in Deidentified if each is not left_out)
    command = approve.model_copy(update={"points": points})
    refused = given(*HISTORIES["written"]).when(command, by=REVIEWER, on=TODAY)
    assert DEIDENTIFIED.label(left_out) in refused.then_refused("GOOD_CASE_UNCHECKED").text
    sent_back = command.model_copy(update={"approved": False})
    given(*HISTORIES["written"]).when(sent_back, by=REVIEWER, on=TODAY).then(
        happened(GoodCaseReviewed, approved=False)
    )


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("身份证99999920150301001X", "证件号或电话"),
        ("电话139 9999 9999", "证件号或电话"),
        ("2025年3月14日上门", "具体日期"),
        ("3月14日上门", "具体日期"),
        ("今年12岁", "确切年龄"),
        ("张三同学", "姓名"),
        ("孩子名叫李小明", "姓名"),
    ],
)
def test_p59_what_a_machine_finds_is_refused_at_its_place_and_never_repeated(
    words: str, what: str
) -> None:
    for field in ("title", "story"):
        text = f"（示例）某小学的小A\n{words}，逐步改善。"
        outcome = given().when(write.model_copy(update={field: text}), by=TOWN, on=TODAY)
        said = outcome.then_refused("GOOD_CASE_IDENTIFIES").text
        assert what in said
        assert "第2段" in said
        assert not any(words[at : at + 3] in said for at in range(len(words) - 2))


def test_a_story_that_tells_of_nobody_passes() -> None:
    assert RULES.good_cases.identifies(write.story) is None
    assert RULES.good_cases.identifies("某社区的小B由奶奶照料，开展了12次辅导，历时半年。") is None
    assert RULES.good_cases.source


def test_its_text_is_sealed_whether_or_not_it_is_published() -> None:
    for event in HISTORIES["withdrawn"]:
        assert {event.category_of(name) for name in event.SENSITIVE} == {Category.PROGRAMMES}
        assert event.subject is None, "it names no child"
    (written,) = HISTORIES["written"]
    assert set(written.SENSITIVE) == {"title", "story"}


def test_no_review_of_a_day_to_come() -> None:
    late = approve.model_copy(update={"reviewed_on": TODAY + timedelta(days=1)})
    given(*HISTORIES["written"]).when(late, by=REVIEWER, on=TODAY).then_refused(
        "GOOD_CASE_IN_FUTURE"
    )


def test_p59_a_story_is_reviewed_in_its_term() -> None:
    (written,) = HISTORIES["written"]
    about = good_case_id(NUMBER)
    over, clock = asked(when_a_story_is_written_then_it_is_to_be_reviewed, written)
    assert over == CancelDeadline(subject_id=about, kind=REVIEW)
    assert isinstance(clock, SetDeadline)
    due = RULES.due(RULES.clocks[REVIEW].within, circumstances(TOWN, TODAY).now)
    assert (clock.kind, clock.owner, clock.due_at) == (REVIEW, CIVIL_AFFAIRS, due)
    met = asked(when_a_story_is_reviewed_then_its_clock_is_met, HISTORIES["published"][-1])
    assert met == [MeetDeadline(subject_id=about, kind=REVIEW)]
    gone = asked(when_a_story_is_withdrawn_then_nobody_reviews_it, HISTORIES["withdrawn"][-1])
    assert gone == [CancelDeadline(subject_id=about, kind=REVIEW)]


def test_every_kind_point_and_state_has_its_word() -> None:
    """好典型、好经验、好做法."""
    assert list(CASE_KIND.labels.values()) == ["好典型", "好经验", "好做法"]
    assert set(DEIDENTIFIED.labels) == set(Deidentified)
    assert set(STORY_STATE) == set(StoryState)


def asked(reaction: Any, event: Event) -> Sequence[Any]:
    cause = as_recorded(event, GOOD_CASES, 1, circumstances(TOWN, TODAY))
    return list(reaction.then(event, cause, OneStation()))
