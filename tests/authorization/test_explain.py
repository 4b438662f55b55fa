"""An explanation is the decision's own; it names each rule's file and row, and the version."""

from __future__ import annotations

import csv
import itertools
import tomllib
from dataclasses import replace
from random import Random

from domain.kernel import Category, LegalBasis
from domain.organisations import HUB, Post, Seat
from domain.purpose import Purpose
from hub.authorization.decide import Asker, By, Standing, asker, decide, look_at, open_categories
from hub.authorization.explain import BY_WORDS, Explanation, explain
from hub.policies import FOLDER, load_policies
from tests.authorization.states import State, some_states

POLICY = load_policies().access
EVERYTHING = frozenset(Category)


def _explained(state: State) -> tuple[Explanation, By | None]:
    standing = Standing(
        state.seat,
        state.responsible,
        state.tasks,
        state.recorded,
        state.emergencies,
        state.conflicted,
        state.guardian_suspect,
    )
    producer = state.organisation if state.author else state.producer
    look = look_at(
        POLICY,
        state.organisation,
        state.category,
        producer,
        flag=state.flag,
        author_person=state.wrote,
    )
    who = asker(state.organisation, state.post, state.purpose, state.basis, cleared=state.cleared)
    found = explain(POLICY, who, standing, look, in_task=state.in_task)
    opened = open_categories(POLICY, standing)
    return found, decide(POLICY, who, opened, look, in_task=state.in_task)


def test_an_explanation_ends_as_the_decision_does() -> None:
    random = Random(30)
    ends = set()
    for seat, category, purpose in itertools.product(Seat, Category, (*Purpose, "CURIOSITY")):
        found, decided = _explained(some_states(seat, category, str(purpose), random))
        assert found.by is decided
        assert found.version == POLICY.version
        ends.add(found.by)
        if found.by is None:
            assert not all(step.yes for step in found.steps if step.file != "jurisdictions.toml")
    assert ends >= {None, By.READ, By.TASK, By.OWN}


def test_every_file_and_row_that_is_named_is_there() -> None:
    random = Random(31)
    matrix = (FOLDER / "sharing-matrix.csv").read_text(encoding="utf-8-sig").splitlines()
    seats = {row["agency"] for row in csv.DictReader(matrix)}
    purposes = tomllib.loads((FOLDER / "purposes.toml").read_text(encoding="utf-8"))
    named = set()
    for seat, category, purpose in itertools.product(Seat, Category, Purpose):
        found, _ = _explained(some_states(seat, category, purpose, random))
        for step in found.steps:
            named.add(step.file)
            if step.file == "sharing-matrix.csv":
                assert step.row.split(" × ")[0] in seats
                assert step.row.split(" × ")[1] in matrix[0].split(",")
            elif step.file == "purposes.toml":
                assert step.row.split("]")[0].strip("[").removesuffix(".shows") in purposes
            elif step.file:
                assert (FOLDER / step.file).is_file()
    assert named == {
        "",
        "audiences.toml",
        "jurisdictions.toml",
        "purposes.toml",
        "sharing-matrix.csv",
        "suspects.toml",
    }


def _of(seat: Seat, category: Category, **more: object) -> str:
    found, _ = _explained(State(seat, category, **more))  # type: ignore[arg-type]
    return "".join(step.text for step in found.steps)


def test_it_says_in_plain_words_what_decides() -> None:
    assert "不在管辖内" in _of(Seat.SCHOOL, Category.SCHOOLING)
    assert "publish+read（可登记、管辖内可读）" in _of(Seat.SCHOOL, Category.SCHOOLING)
    assert "none（不可见）" in _of(Seat.SCHOOL, Category.VISITS)
    assert "只见专设的提示项" in _of(Seat.SCHOOL, Category.HEALTH, responsible=True)
    answer = _of(Seat.SCHOOL, Category.SCHOOLING, responsible=True, producer="police_station:1")
    assert "为答复转介写的" in answer
    over = _of(Seat.TOWN, Category.CONTACT, responsible=True, purpose="TASK")
    assert "没有这名儿童的未办结转介" in over
    others = _of(Seat.SCHOOL, Category.HARM, producer="self", post="head")
    assert "designated_reporter、author；不包括此人" in others
    assert "不认识" in _of(Seat.SCHOOL, Category.HARM, purpose="CURIOSITY")
    assert "这类机构不能以此用途查阅" in _of(Seat.SCHOOL, Category.WHO, purpose="COORDINATION")
    assert "这一法律依据不适用" in _of(Seat.SCHOOL, Category.WHO, basis="GUARDIAN_CONSENT")
    assert set(BY_WORDS) == set(By)


def test_it_says_what_wins_over_everything_else() -> None:
    conflicted = _of(Seat.SCHOOL, Category.SCHOOLING, responsible=True, conflicted=True)
    assert "与之有利害关系" in conflicted
    assert "优先于管辖" in conflicted
    phone = {"responsible": True, "guardian_suspect": True}
    assert "这类机构不告知" in _of(Seat.TOWN, Category.CONTACT, **phone)
    assert "只凭转介或紧急调阅" in _of(Seat.CIVIL_AFFAIRS, Category.CONTACT, **phone)
    assert "办案需要" in _of(Seat.POLICE, Category.CONTACT, **phone)
    assert "监护人涉嫌" not in _of(Seat.TOWN, Category.VISITS, **phone)


def test_a_purpose_without_a_row_is_explained_as_no() -> None:
    without = replace(POLICY, purposes={})
    standing = Standing(Seat.TOWN, responsible=True, tasks=EVERYTHING, recorded=EVERYTHING)
    look = look_at(without, "town:1", Category.CONTACT, HUB, flag=False)
    who = Asker(Seat.TOWN, Post.HANDLER, Purpose.CASEWORK, LegalBasis.STATUTORY_DUTY, True)
    found = explain(without, who, standing, look, in_task=True)
    assert found.by is None
    assert "没有规则" in found.steps[0].text
