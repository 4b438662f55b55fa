"""The rules as they are in force: why an organisation may or may not see something, the whole of a
seat or of a category at once, and the clocks and calendars. Of no child."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from domain.child_file import VISIT_TIER
from domain.kernel import CATEGORY_WORDS, Category, LegalBasis
from domain.organisations import SEAT_WORDS, Post, Seat
from domain.purpose import Purpose
from domain.rules import Rules
from hub.api.words import PURPOSES
from hub.directory import POST_WORDS
from hub.hindsight import BY_WORDS, Explanation, NoSeat, Question, explained
from hub.kept_rules import kept_since
from hub.web import words
from hub.web.desk import At, Desk

router = APIRouter()

_STANDINGS = (
    ("不在辖区，没有转介", False, False),
    ("在辖区或由其负责", True, False),
    ("凭在办的转介", False, True),
)
"""Where an organisation may stand towards a child: what it is called, responsible, with a task."""
_MATRIX = "sharing-matrix.csv"


@router.get("/rules")
def rules(
    desk: At,
    category: str = "",
    organisation: str = "",
    post: str = Post.HANDLER.value,
    purpose: str = Purpose.CASEWORK.value,
    responsible: bool = False,
    task: bool = False,
) -> Response:
    """Why an organisation may or may not see a kind of content, step by step."""
    found, fault = None, ""
    if category in set(Category):
        try:
            found = _explained(
                desk,
                organisation[:100] or desk.ours,
                Category(category),
                _post(post),
                _purpose(purpose),
                responsible=responsible,
                task=task,
            )
        except NoSeat:
            fault = "机构代码的类别不认识，例如 school:3101170001；不填则为本单位。"
    return desk.page(
        "rules.html",
        status=422 if fault else 200,
        title="规则说明",
        asked={
            "category": category,
            "organisation": organisation[:100],
            "post": post,
            "purpose": purpose,
            "responsible": responsible,
            "task": task,
        },
        found=found,
        shown="" if found is None else _shown(found),
        fault=fault,
        **_choices(),
    )


@router.get("/rules/matrix")
def matrix(
    desk: At,
    seat: str = "",
    category: str = "",
    post: str = Post.HANDLER.value,
    purpose: str = Purpose.CASEWORK.value,
) -> Response:
    """What a kind of organisation sees of every kind of content, or, where a kind of content is
    asked for, who sees that; each with the row that says so."""
    post, purpose = _post(post), _purpose(purpose)
    of = Seat(seat) if seat in set(Seat) else desk.seat
    if category in set(Category):
        cells = [(each, Category(category)) for each in Seat]
        heading, about = "单位", CATEGORY_WORDS.get(Category(category), category)
    else:
        cells = [(of, each) for each in Category]
        heading, about = "内容", SEAT_WORDS[of]
    return desk.page(
        "matrix.html",
        title=f"共享矩阵：{about}",
        heading=heading,
        standings=[each for each, _, _ in _STANDINGS],
        rows=[
            _row(desk, each, kind, post, purpose, of_seat=heading == "内容") for each, kind in cells
        ],
        seats=[(each.value, SEAT_WORDS[each]) for each in Seat],
        asked={"seat": of.value, "category": category, "post": post, "purpose": purpose},
        version=desk.program.policies.version,
        **_choices(),
    )


def _row(
    desk: Desk, seat: Seat, category: Category, post: str, purpose: str, *, of_seat: bool
) -> dict[str, Any]:
    organisation = f"{seat.value}:1"
    answers = []
    step = None
    for name, responsible, task in _STANDINGS:
        found = _explained(
            desk, organisation, category, post, purpose, responsible=responsible, task=task
        )
        step = next((each for each in found.steps if each.file == _MATRIX), None)
        asked = {
            "category": category.value,
            "organisation": organisation,
            "post": post,
            "purpose": purpose,
            "responsible": str(responsible).lower(),
            "task": str(task).lower(),
        }
        answers.append((name, _shown(found), f"/rules?{urlencode(asked)}"))
    return {
        "name": CATEGORY_WORDS.get(category, category.value) if of_seat else SEAT_WORDS[seat],
        "answers": answers,
        "cell": f"{step.row}：{step.text}" if step else "",
    }


@router.get("/deadlines")
def deadlines(desk: At) -> Response:
    """Which clocks run, how long, on what basis; which rules and calendars are in force."""
    program = desk.program
    found = program.policies.rules
    version = program.policies.version
    working, school = found.calendar, found.school
    return desk.page(
        "deadlines.html",
        title="时限和日历",
        clocks=_clocks(found),
        version=version,
        since=kept_since(program.folder.rules, version),
        years=[
            (
                year,
                working.is_provisional(year),
                school.is_provisional(year) if year in school.years else None,
            )
            for year in sorted(working.years)
        ],
    )


def _clocks(found: Rules) -> list[dict[str, Any]]:
    rows = [
        {
            "title": each.title,
            "terms": f"签收 {each.accept_within.words}，办结 {each.complete_within.words}",
            "remind": each.remind_before.words if each.remind_before else "",
            "runs_on": each.runs_on,
            "basis": words.basis(each.source),
        }
        for each in found.referrals.values()
    ]
    rows += [
        {
            "title": each.title,
            "terms": each.within.words,
            "remind": each.remind_before.words if each.remind_before else "",
            "runs_on": each.runs_on,
            "basis": words.basis(each.source),
        }
        for each in found.clocks.values()
    ]
    rows += [
        {
            "title": each.title,
            "terms": "，".join(f"{VISIT_TIER.labels[t]} {n.words}" for t, n in each.terms.items()),
            "remind": "",
            "runs_on": False,
            "basis": words.basis(each.source),
        }
        for each in found.visits.cadence.values()
    ]
    return rows


def _choices() -> dict[str, Any]:
    return {
        "categories": [(each.value, CATEGORY_WORDS.get(each, each.value)) for each in Category],
        "posts": list(POST_WORDS.items()),
        "purposes": [(each.value, PURPOSES.get(each.value, each.value)) for each in Purpose],
    }


def _post(post: str) -> str:
    return post if post in POST_WORDS else Post.HANDLER.value


def _purpose(purpose: str) -> str:
    return purpose if purpose in set(Purpose) else Purpose.CASEWORK.value


def _shown(found: Explanation) -> str:
    return "" if found.by is None else BY_WORDS[found.by]


def _explained(
    desk: Desk,
    organisation: str,
    category: Category,
    post: str,
    purpose: str,
    *,
    responsible: bool,
    task: bool,
) -> Explanation:
    asked = Question(
        organisation=organisation,
        post=post,
        purpose=purpose,
        basis=LegalBasis.STATUTORY_DUTY.value,
        category=category,
        responsible=responsible,
        tasks=frozenset({category} if task else ()),
    )
    program = desk.program
    return explained(program.store, program.policies.access, asked, program.clock.now())
