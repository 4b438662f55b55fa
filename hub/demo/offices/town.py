"""Towns' protection stations (街镇未保站): the register, dissuasions, persuasion at home."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from domain.code_sets import CHILD_CATEGORY
from domain.organisations import town_organisation
from domain.problem import PROBLEM, ProblemState, StrikeOffProblem
from domain.referral import REFERRAL
from hub.demo.chance import Rate
from hub.demo.offices.civil_affairs import ROUND_LASTS, ROUNDS
from hub.demo.offices.kernel import (
    Handling,
    Manner,
    On,
    Plan,
    Task,
    Work,
    answer,
    handles,
    sends,
    take_up,
    usual,
)
from hub.demo.options import weighted
from hub.demo.rows import ACCOUNT, SEX, identity, persuasion, village_words
from hub.demo.world import Child

REGISTER_DAYS = 3
"""The towns' registers come in over the first working days."""
DISSUASIONS = Rate(0.006)
CONDUCTS = ("拒绝或怠于履行监护职责", "致无人照料", "暴力伤害", "其他")

_GROUNDS = (("", 85), ("儿童残疾", 6), ("父母重残", 4), ("心理或行为异常", 5))
"""加强走访依据 of children in scope."""

_REPORT_FORGOTTEN = 0.06
"""Share of rounds of verification that a town forgets to report on."""

_ANSWERS = {
    "同意复学": "AGREED",
    "已复学": "RETURNED",
    "拒绝复学": "REFUSED",
    "未找到": "NOT_FOUND",
}
_SOLVE = Manner(((2, 40), (4, 40), (8, 20)), returned=0, failed=0)
_PERSUADE = Manner(((2, 30), (3, 30), (4, 20), (6, 12), (9, 6), (None, 4)))


@handles("solve_problem")
def solve(task: Task) -> Iterator[int]:
    """问题清单: solved, looked at again by the village, and struck off by the town's leader."""
    plan = Plan.of(task, _SOLVE)
    if not (yield from take_up(task, plan)):
        return
    yield plan.rest
    answer(task, plan, task.outcomes[0])
    desk = task.work.desk
    case = desk.program.store.load(REFERRAL, task.id).state.case_id
    problem = desk.program.store.load(PROBLEM, case).state
    if task.child is None or problem.found_on is None:
        return
    yield 3
    recheck = {
        **identity(task.child),
        "found_on": problem.found_on.isoformat(),
        "rechecked_on": task.today.isoformat(),
        "solved": "是",
    }
    desk.record(problem.stated_by, "village.problem_recheck", recheck)
    yield 1
    after = desk.program.store.load(PROBLEM, case).state
    if after.state is ProblemState.RECHECKED:
        struck_off = StrikeOffProblem(
            child_ref=task.about,
            found_on=problem.found_on,
            struck_off_on=task.today,
            note=None,
        )
        desk.decide(task.owner, struck_off)


@sends(On.WORKING_DAYS)
def verification_reports(work: Work, day: date) -> None:
    """全面核查完成情况: of each town, some days after its villages went round; some forget."""
    nth = work.days.nth_working(day)
    for opened in (each for each in ROUNDS if 6 <= nth - each < 10):
        until = (work.days.working[opened] + ROUND_LASTS).isoformat()
        line = {"until": until, "finished_on": day.isoformat(), "account": ACCOUNT}
        for number, town in enumerate(work.world.towns):
            rng = work.rng("verification report", town, opened)
            if number % 4 == nth - opened - 6 and rng.random() >= _REPORT_FORGOTTEN:
                by = town_organisation(town)
                work.desk.send(by, "town.verification_report", [line], "finished_on", day)


@sends(On.WORKING_DAYS)
def registers(work: Work, day: date) -> None:
    """儿童居住登记: one sheet a town."""
    nth = work.days.nth_working(day)
    if nth >= REGISTER_DAYS:
        return
    for number, town in enumerate(work.world.towns):
        if number % REGISTER_DAYS == nth:
            rng = work.rng("register", town)
            children = work.world.by_town.get(town, ())
            lines = [residence(rng, each) for each in children if each.registered]
            work.desk.send(town_organisation(town), "town.residence", lines, "since", day)


@sends(On.WORKING_DAYS)
def persuasions(work: Work, day: date) -> None:
    """劝返记录: one a day for each pupil whom a town has agreed to persuade, until nothing is left
    to try."""
    persuading = work.absences.persuading
    for town, absences in sorted(persuading.items()):
        lines = [persuasion(each.child, day, each.next_outcome() or "") for each in absences]
        work.desk.send(town, "town.persuasion", lines, "persuaded_on", day)
        for each in absences:
            each.persuade(day, work.days)
        persuading[town] = [each for each in absences if each.next_outcome()]


@sends(On.WORKING_DAYS)
def dissuasions(work: Work, day: date) -> None:
    """劝诫记录."""
    for by, children in work.happening(
        "town dissuasion",
        DISSUASIONS,
        lambda rng, child: town_organisation(child.village.town_code),
        day,
    ):
        rng = work.rng("dissuasion", by, day)
        lines = [dissuasion(rng, child, day) for child in children]
        work.desk.send(by, "town.dissuasion", lines, "dissuaded_on", day)


@handles("persuade_dropout")
def persuade(task: Task) -> Iterator[int]:
    """Persuaded until the family agrees or nothing is left to try; that is the answer."""
    plan = Plan.of(task, _PERSUADE)
    if not (yield from take_up(task, plan)):
        return
    absence = task.work.absences.of(task.child)
    if absence is None or absence.next_outcome() is None:
        yield plan.rest
        answer(task, plan)
        return
    task.work.absences.persuading.setdefault(task.owner, []).append(absence)
    yield max(plan.rest, len(absence.course))
    answer(task, plan, _ANSWERS[absence.course[-1]])


FOLLOW_UP = Handling(
    ("follow_up_admonition",), usual(Manner(((3, 40), (6, 35), (9, 15), (12, 7), (None, 3))))
)


def residence(rng: Random, child: Child) -> dict[str, str]:
    """A line of a town's register (儿童居住登记)."""
    row = {
        **identity(child, birth_date=True, contact=True),
        "sex": SEX[child.sex],
        "village": village_words(rng, child) if child.id_number else child.village.name,
        "address": child.address,
        "since": child.lives_since.isoformat(),
    }
    if child.categories:
        row["categories"] = "、".join(CHILD_CATEGORY.labels[each] for each in child.categories)
        row["grounds"] = weighted(rng, _GROUNDS)
    return row


def dissuasion(rng: Random, child: Child, day: date) -> dict[str, str]:
    """A guardian was dissuaded (劝诫记录)."""
    return {
        **identity(child),
        "dissuaded_on": day.isoformat(),
        "guardian_relation": child.relation,
        "conduct": rng.choice(CONDUCTS[:2]),
        "account": "（演示）入户劝诫，告知监护职责。",
    }
