"""Schools (学校): the ledger of absences, persuasions, returns, and mandatory reports."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import partial
from random import Random

from domain.concern import CONCERN, ConcernState, concern_id
from domain.identity import IdentityClaim
from domain.organisations import town_organisation
from hub.demo.cases import Absence
from hub.demo.chance import Rate
from hub.demo.offices.kernel import On, Work, sends
from hub.demo.rows import identity, persuasion, report
from hub.demo.world import Child, School

REPORTS = Rate(0.0015)
CONCERNS = Rate(0.008, least=2)


_WATCHED = 45
"""Working days after which the town ends a concern that it confirmed."""
ANSWERED_AFTER = 2
"""School days after which a school says what became of an absence of a day or two."""


@sends(On.SCHOOL_DAYS)
def ledgers(work: Work, day: date) -> None:
    """Each school has its weekday for the ledger, the persuasions and the returns; and says in time
    what became of an absence that is short of suspicion."""
    for number, school in enumerate(work.world.schools):
        if number % 5 == day.weekday() or _to_be_answered(work, school, day):
            _ledger(work, school, day)


@sends(On.WORKING_DAYS)
def pairings(work: Work, day: date) -> None:
    """结对登记: a mentor and a companion for each pupil in key care, on one day; later some mentors
    leave, and what pairs did is written down (结对活动记录)."""
    nth = work.days.nth_working(day) - _PAIRED_ON
    if nth < 0 or nth % _PAIRS_LOOKED_AT:
        return
    in_scope = work.desk.program.policies.rules.visits.in_scope
    for school in work.world.schools:
        found: list[dict[str, str]] = []
        over: list[dict[str, str]] = []
        met: list[dict[str, str]] = []
        for child in work.world.by_school.get(school.id, ()):
            if not (child.registered and in_scope & set(child.categories)):
                continue
            rng = work.rng("pairing", child.key, nth)
            who = identity(child)
            if nth == 0 and rng.random() >= _NOBODY_FOUND:
                found += [
                    who | {"role": role, "since": day.isoformat(), "who": f"（演示）{role}"}
                    for role in ("成长导师", "互助伙伴")
                ]
            elif nth and rng.random() < _MENTOR_LEAVES:
                gone = {"role": "成长导师", "until": day.isoformat(), "ended_for": "结对人离任"}
                over.append(who | gone)
            elif nth and rng.random() < _MEETING_WRITTEN:
                met.append(who | {"role": "成长导师", "met_on": day.isoformat()})
        work.desk.send(school.id, "education.pairing", found, "since", day)
        work.desk.send(school.id, "education.pairing_end", over, "until", day)
        work.desk.send(school.id, "education.pairing_contact", met, "met_on", day)


_PAIRED_ON = 16
_PAIRS_LOOKED_AT = 20
"""On which working day pairs are found, and after how many they are looked at again."""
_NOBODY_FOUND = 0.04
_MENTOR_LEAVES = 0.02
_MEETING_WRITTEN = 0.05
"""Shares of pupils, at each of these days."""


@sends(On.WORKING_DAYS)
def monthly_reports(work: Work, day: date) -> None:
    """控辍保学月报: on the third working day, of the month before, where pupils were taught in it;
    mostly of none (零报告)."""
    last = day.replace(day=1) - timedelta(days=1)
    if work.days.nth_of_month(day) != _REPORTED_ON:
        return
    if not work.days.school_between(last.replace(day=1), last):
        return
    for school in work.world.schools:
        pupils = len(work.world.by_school.get(school.id, ()))
        if pupils:
            period = f"{last:%Y-%m}"
            counts = _counted(work, school, day)
            month = {"period": period, "enrolled": str(pupils)}
            told = {name: str(count) for name, count in counts.items()}
            work.desk.record(school.id, "education.monthly_report", {**month, **told})
            work.absences.told.setdefault(period, Counter()).update({**counts, "schools": 1})


_REPORTED_ON = 3
_DROPOUT_AFTER = timedelta(days=30)


def _counted(work: Work, school: School, day: date) -> dict[str, int]:
    """How many are away by the school's own ledger, and came back in the month before."""
    last = day.replace(day=1) - timedelta(days=1)
    away = [
        each
        for each in work.absences.at(school.id, day)
        if each.reported and (each.returned_on is None or each.returned_on > day)
    ]
    doubted = [each for each in away if each.in_doubt and not each.few_days]
    long = [each for each in doubted if each.since + _DROPOUT_AFTER < day]
    return {
        "absent": len(away),
        "suspected": len(doubted) - len(long),
        "dropped_out": len(long),
        "returned": len(work.absences.returned(school.id, last.replace(day=1), last)),
    }


def _to_be_answered(work: Work, school: School, day: date) -> bool:
    return any(
        each.reported_on is not None
        and each.in_doubt
        and each.few_days
        and work.days.school_between(each.reported_on, day) > ANSWERED_AFTER
        for each in work.absences.at(school.id, day)
    )


@sends(On.SCHOOL_DAYS)
def reports(work: Work, day: date) -> None:
    """强制报告 of what a teacher has seen."""
    for by, children in work.happening(
        "school report", REPORTS, lambda rng, child: child.school.id, day, On.SCHOOL_DAYS
    ):
        for child in children:
            rng = work.rng("school report", child.key, day)
            work.desk.report(by, report(rng, child, work.desk.now, child.school.organisation.name))


@sends(On.SCHOOL_DAYS)
def concerns(work: Work, day: date) -> None:
    """学生关注登记: pupils who worry a teacher; the town looks into it."""
    for by, children in work.happening(
        "concern", CONCERNS, lambda rng, child: child.school.id, day, On.SCHOOL_DAYS
    ):
        lines = [concern(work.rng("concern", child.key, day), child, day) for child in children]
        work.desk.send(by, "education.concern", lines, "raised_on", day)
        for child in children:
            work.later(day, _WATCHED, partial(_over, work, child, day))


def _over(work: Work, child: Child, raised_on: date, day: date) -> None:
    """学生关注结束登记, by the town, of what it had confirmed: the child is visited as before."""
    claim = IdentityClaim(child.name, id_number=child.id_number)
    found = work.desk.program.hub.matching.find(claim) if child.id_number else None
    if found is None:
        return
    concern = concern_id(found, child.school.id, raised_on)
    if work.desk.program.store.load(CONCERN, concern).state.state is not ConcernState.CONFIRMED:
        return
    ended = {
        **identity(child),
        "school": child.school.organisation.name,
        "raised_on": raised_on.isoformat(),
        "ended_on": day.isoformat(),
        "note": "（演示）情绪平稳，已结束。",
    }
    work.desk.record(town_organisation(child.village.town_code), "town.concern_end", ended)


def _ledger(work: Work, school: School, day: date) -> None:
    absent: list[dict[str, str]] = []
    persuaded: list[dict[str, str]] = []
    back: list[dict[str, str]] = []
    suspected = work.desk.program.policies.rules.thresholds.suspected_after_school_days
    for each in work.absences.at(school.id, day):
        returned = each.returned_on if each.returned_on and each.returned_on <= day else None
        if each.reported and each.in_doubt and not each.school_persuaded:
            each.school_persuaded = True
            if each.school_outcome:
                persuaded.append(persuasion(each.child, day, each.school_outcome))
        if returned is None or not each.reported or not each.in_doubt:
            row = _absence(work, each, day, returned)
            absent.append(row)
            if each.in_doubt and not each.reported:
                work.absences.suspected.append(each)
            each.reported = True
            each.reported_on = day
            each.few_days = int(row["school_days"]) < suspected
        if returned is not None:
            each.return_reported = day
            if each.in_doubt:
                back.append(back_at_school(each.child, returned))
                work.absences.unproven.append(each)
    work.desk.send(school.id, "education.absence", absent, "absent_since", day)
    work.desk.send(school.id, "education.persuasion", persuaded, "persuaded_on", day)
    work.desk.send(school.id, "education.return", back, "returned_on", day)


def _absence(work: Work, each: Absence, day: date, returned: date | None) -> dict[str, str]:
    """A line of the ledger (缺课与疑似辍学台账)."""
    last = day if returned is None else returned - timedelta(days=1)
    return {
        **identity(each.child, contact=True),
        "absent_since": each.since.isoformat(),
        "school_days": str(max(1, work.days.school_between(each.since, last))),
        "reason_code": each.reason,
        "family_contact": each.family_contact,
        "reason": "（演示）班主任已登记。",
        # Of an absence in doubt the return has a register of its own.
        "returned_on": returned.isoformat() if returned and not each.in_doubt else "",
    }


def back_at_school(child: Child, day: date) -> dict[str, str]:
    """A pupil is back in class (复学登记)."""
    return {**identity(child), "returned_on": day.isoformat()}


def concern(rng: Random, child: Child, day: date) -> dict[str, str]:
    """学生关注登记."""
    return {
        **identity(child),
        "raised_on": day.isoformat(),
        "aspects": rng.choice(("心理异常", "行为异常", "心理异常、行为异常")),
        "account": "（演示）上课走神，不愿与人说话。",
    }
