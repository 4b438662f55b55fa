"""Figures of a town's child directors (儿童主任队伍, plan 二6 P43, P45–P48), counted from what
is on the register; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.calendar import shanghai_date
from domain.entry_check import Check
from domain.small_cells import suppressed
from domain.worker import Worker
from domain.workforce_codes import PREFERRED, Qualification, WorkerRole
from domain.workforce_rules import WorkforceRules

MEASURES = {
    "directors": "儿童主任",
    "preferred": "书记、主任或专业社工担任",
    "checked": "入职查询有效",
    "trained": "已参加全员培训",
    "exam_registered": "报考职业水平考试",
    "exam_passed": "通过职业水平考试",
    "appraised": "已考核",
    "rewarded": "得到激励",
    "incentive_yuan": "激励金额（元）",
}
"""What is counted, and what officials read for it. All but the last are people."""

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """One worker as the log has it now."""

    worker: Worker
    check: Check


def count(staff: Iterable[Kept], rules: WorkforceRules, year: int, now: datetime) -> Counts:
    """The figures of some child directors for a calendar year, as of an instant. Who had left
    before is not counted."""
    found = dict.fromkeys(MEASURES, 0)
    for each in staff:
        worker = each.worker
        if worker.role is not WorkerRole.CHILD_DIRECTOR or not _in_post(worker, year, now):
            continue
        exams = {level: passed for (level, of), passed in worker.exams.items() if of == year}
        appraisal = worker.appraised.get(year)
        yuan = appraisal.incentive_yuan if appraisal else 0
        found["directors"] += 1
        found["preferred"] += worker.basis in PREFERRED
        found["checked"] += each.check.stands(now)
        found["trained"] += rules.trained(worker, year) is True
        found["exam_registered"] += bool(exams)
        found["exam_passed"] += True in exams.values()
        found["appraised"] += appraisal is not None
        found["rewarded"] += yuan > 0
        found["incentive_yuan"] += yuan
    return found


def _in_post(worker: Worker, year: int, now: datetime) -> bool:
    """In post now, of the running year; at the end of an earlier one."""
    if worker.since is None or worker.since.year > year:
        return False
    if shanghai_date(now).year <= year:
        return worker.ended_on is None
    return worker.ended_on is None or worker.ended_on.year > year


def hidden_where_small(
    by_town: Mapping[str, Counts], below: int
) -> dict[str, dict[str, int | None]]:
    """The figures by town without small ones, nor any by which one could be reckoned: of those who
    are counted by how many there are, also those who are not."""
    shown: dict[str, dict[str, int | None]] = {town: {} for town in by_town}
    for measure in MEASURES:
        if measure == "incentive_yuan":
            continue
        told = {town: _telling(counts, measure, below) for town, counts in by_town.items()}
        for town, number in suppressed(told, below).items():
            shown[town][measure] = None if number is None else by_town[town][measure]
    for town, counts in by_town.items():
        known = shown[town]["rewarded"] is not None
        shown[town]["incentive_yuan"] = counts["incentive_yuan"] if known else None
    return shown


def _telling(counts: Counts, measure: str, below: int) -> int:
    """How many people a number tells of: the fewer of those who are counted and those who are
    not."""
    if measure == "directors":
        return counts[measure]
    rest = counts["directors"] - counts[measure]
    return min(counts[measure], rest) if rest < below else counts[measure]


@dataclass(frozen=True, slots=True)
class Continuing:
    """The continuing education (继续教育) of some social workers of one professional level in a
    year: how many they are, how many have had their hours, and the hours of all."""

    workers: int = 0
    fulfilled: int = 0
    hours: int = 0


def continuing(
    staff: Iterable[Kept], rules: WorkforceRules, year: int, now: datetime
) -> dict[Qualification, Continuing]:
    """By professional level, of those in post of whom hours are owed (plan 二6 P49)."""
    found: dict[Qualification, Continuing] = {}
    for each in staff:
        worker = each.worker
        done = rules.continuing(worker, year)
        if done is None or not _in_post(worker, year, now):
            continue
        before = found.get(worker.qualification, Continuing())
        found[worker.qualification] = Continuing(
            before.workers + 1,
            before.fulfilled + done,
            before.hours + worker.hours(year, *rules.continuing_education.courses),
        )
    return found
