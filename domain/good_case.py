"""Good cases (好典型、好经验、好做法): written by an office, reviewed by somebody else, published
to all.

Plan 三3 (P59: 保护隐私前提下宣传好典型、好经验、好做法). A story is read by its office and by who
reviews it until a second person has looked at each point by which it could tell who it is about;
changed afterwards, it is reviewed anew. It stays sealed: what is published is opened at the door,
and what is withdrawn is opened no more. All stories are one stream, for all that is published is
asked for at once, by everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.code_sets import CodeSet
from domain.good_case_rules import DEIDENTIFIED, Deidentified, GoodCaseRules
from domain.kernel import (
    Category,
    Command,
    Event,
    Given,
    Refused,
    Sensitive,
    Stream,
    Text,
    derived_id,
)
from domain.organisations import SHARED_USERS, Seat, district_organisation, seat_of
from domain.site import Number

REVIEW = "review_good_case"
"""The clock by which a story is reviewed."""

GOOD_CASES = derived_id("good_cases")
"""The one stream of all of them."""

CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)

Programmes = Annotated[Text, Sensitive(Category.PROGRAMMES)]


class CaseKind(StrEnum):
    """What it is an example of (案例类别)."""

    EXAMPLE = "EXAMPLE"
    EXPERIENCE = "EXPERIENCE"
    PRACTICE = "PRACTICE"


CASE_KIND = CodeSet(
    "CASE_KIND",
    "案例类别",
    {
        CaseKind.EXAMPLE: "好典型",
        CaseKind.EXPERIENCE: "好经验",
        CaseKind.PRACTICE: "好做法",
    },
    {"典型": "EXAMPLE", "经验": "EXPERIENCE", "做法": "PRACTICE"},
)


class StoryState(StrEnum):
    WRITTEN = "WRITTEN"
    SENT_BACK = "SENT_BACK"
    PUBLISHED = "PUBLISHED"
    WITHDRAWN = "WITHDRAWN"


STORY_STATE = {
    StoryState.WRITTEN: "待审核",
    StoryState.SENT_BACK: "退回修改",
    StoryState.PUBLISHED: "已发布",
    StoryState.WITHDRAWN: "已撤下",
}


def good_case_id(number: str) -> UUID:
    """What a story's clock runs on."""
    return derived_id("good_case", number)


class WriteGoodCase(Command):
    """Write a story, or change one: it is reviewed (anew) before anybody else reads it."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    register_number: Number
    case_kind: CaseKind
    title: str
    story: str


class ReviewGoodCase(Command):
    """去标识审核: published, or sent back. ``points``: what was looked at."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    register_number: Number
    reviewed_on: date
    approved: bool
    points: tuple[Deidentified, ...]
    account: str | None


class WithdrawGoodCase(Command):
    """撤下: by who wrote it or who reviews; it is shown to nobody any more."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    register_number: Number
    account: str | None


class StoryEvent(Event):
    """``kept_by`` wrote it."""

    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "好案例"
    register_number: str
    kept_by: str


class GoodCaseSubmitted(StoryEvent):
    TOPIC: ClassVar[str] = "good_case.written.v1"
    TITLE: ClassVar[str] = "好案例登记"
    case_kind: CaseKind
    prepared_by: str
    review_by: datetime
    told_to: str
    title: Programmes
    story: Programmes


class GoodCaseReviewed(StoryEvent):
    TOPIC: ClassVar[str] = "good_case.reviewed.v1"
    TITLE: ClassVar[str] = "好案例审核"
    told_to: str
    reviewed_on: date
    approved: bool
    points: tuple[Deidentified, ...]
    approved_by: str
    account: Programmes


class GoodCaseWithdrawn(StoryEvent):
    TOPIC: ClassVar[str] = "good_case.withdrawn.v1"
    TITLE: ClassVar[str] = "好案例撤下"
    told_to: str
    account: Programmes


@dataclass(frozen=True, slots=True)
class Story:
    state: StoryState
    kept_by: str
    author: str
    case_kind: CaseKind
    published_on: date | None = None


@dataclass(frozen=True, slots=True)
class Stories:
    """By number."""

    stories: Mapping[str, Story] = field(default_factory=dict)


def _write(state: Stories, command: WriteGoodCase, given: Given) -> list[Event]:
    actor = given.actor
    story = state.stories.get(command.register_number)
    if story is not None and story.kept_by != actor.organisation:
        raise Refused("GOOD_CASE_TAKEN", "该案例编号已由其他单位使用，请另编编号后重报。")
    rules: GoodCaseRules = given.rules.good_cases
    for what, text in (("标题", command.title), ("正文", command.story)):
        found = rules.identifies(text)
        if found is not None:
            raise Refused(
                "GOOD_CASE_IDENTIFIES",
                f"案例{what}第{found[0]}段疑似写有{found[1]}，请改为概括表述（如小A、某年级）后重报。",
            )
    return [
        GoodCaseSubmitted(
            **command.model_dump(),
            kept_by=actor.organisation,
            prepared_by=actor.user,
            review_by=given.rules.due(given.rules.clocks[REVIEW].within, given.now),
            told_to=CIVIL_AFFAIRS,
        )
    ]


def _not_yours() -> Refused:
    """The same whether there is none or it is none of the asker's business."""
    return Refused("GOOD_CASE_NOT_YOURS", "没有可由本单位办理的案例，请核对案例编号。")


def _review(state: Stories, command: ReviewGoodCase, given: Given) -> list[Event]:
    actor, rules = given.actor, given.rules.good_cases
    story = state.stories.get(command.register_number)
    if seat_of(actor.organisation) not in rules.reviewers or story is None:
        raise _not_yours()
    if story.state is not StoryState.WRITTEN:
        raise Refused("GOOD_CASE_NOT_WAITING", "该案例没有待审核的稿件，不能登记审核。")
    if actor.user in SHARED_USERS or actor.user == story.author:
        raise Refused(
            "GOOD_CASE_SECOND_PERSON", "审核须由撰稿以外的人本人登录后办理，请交由他人审核。"
        )
    given.not_in_future(command.reviewed_on, "GOOD_CASE_IN_FUTURE", "审核日期")
    missing = rules.required - set(command.points)
    if command.approved and missing:
        words = "、".join(
            DEIDENTIFIED.label(each) for each in DEIDENTIFIED.labels if each in missing
        )
        raise Refused("GOOD_CASE_UNCHECKED", f"以下事项尚未核对：{words}；核对后再同意发布。")
    return [
        GoodCaseReviewed(
            **command.model_dump(),
            kept_by=story.kept_by,
            told_to=story.kept_by,
            approved_by=actor.user,
        )
    ]


def _withdraw(state: Stories, command: WithdrawGoodCase, given: Given) -> list[Event]:
    actor = given.actor.organisation
    story = state.stories.get(command.register_number)
    reviews = seat_of(actor) in given.rules.good_cases.reviewers
    if story is None or story.state is StoryState.WITHDRAWN:
        raise _not_yours()
    if story.kept_by != actor and not reviews:
        raise _not_yours()
    return [
        GoodCaseWithdrawn(
            register_number=command.register_number,
            kept_by=story.kept_by,
            told_to=story.kept_by,
            account=command.account,
        )
    ]


def _with(state: Stories, number: str, story: Story) -> Stories:
    return Stories({**state.stories, number: story})


def _written(state: Stories, event: GoodCaseSubmitted) -> Stories:
    story = Story(StoryState.WRITTEN, event.kept_by, event.prepared_by, event.case_kind)
    return _with(state, event.register_number, story)


def _reviewed(state: Stories, event: GoodCaseReviewed) -> Stories:
    after = StoryState.PUBLISHED if event.approved else StoryState.SENT_BACK
    day = event.reviewed_on if event.approved else None
    story = replace(state.stories[event.register_number], state=after, published_on=day)
    return _with(state, event.register_number, story)


def _withdrawn(state: Stories, event: GoodCaseWithdrawn) -> Stories:
    story = replace(state.stories[event.register_number], state=StoryState.WITHDRAWN)
    return _with(state, event.register_number, story)


def _locate(command: Any, load: Any) -> UUID:
    return GOOD_CASES


GOOD_CASE: Stream[Stories] = Stream(
    name="good_case",
    initial=Stories(),
    decide={WriteGoodCase: _write, ReviewGoodCase: _review, WithdrawGoodCase: _withdraw},
    evolve={
        GoodCaseSubmitted: _written,
        GoodCaseReviewed: _reviewed,
        GoodCaseWithdrawn: _withdrawn,
    },
    locate=_locate,
    title="好案例",
    codes={"case_kind": CASE_KIND, "points": DEIDENTIFIED},
    by_itself=True,
)
