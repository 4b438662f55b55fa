"""The procuratorate (检察院): where a case stands, and supervision where persuasion failed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.identity import IdentityClaim
from domain.organisations import Seat, district_organisation
from hub.demo.offices.kernel import Manner, On, Plan, Task, Work, answer, handles, sends, take_up
from hub.demo.rows import identity
from hub.demo.world import Child
from hub.keyservice import Purpose

PROCURATORATE = district_organisation(Seat.PROCURATORATE)
_WEDNESDAY = 2
_SUPERVISE = Manner(((8, 40), (14, 40), (20, 20)))
_HEEDED = 0.7
"""Share of guardians who send the child back to school once they are supervised."""


@sends(On.WORKING_DAYS)
def status_checks(work: Work, day: date) -> None:
    """案件状态核查: on Wednesdays some children with a case, and now and then one whom nobody
    knows."""
    if day.weekday() != _WEDNESDAY:
        return
    rng = work.rng("check", day)
    known = [each.child for each in work.absences.suspected]
    asked = rng.sample(known, min(len(known), rng.randint(1, 4)))
    if rng.random() < 0.4:
        asked.append(rng.choice(work.world.strangers))
    lines = [
        status_check(child, f"演示检核〔{day.year}〕{day:%m%d}{number:02d}号")
        for number, child in enumerate(asked, start=1)
    ]
    work.desk.send(PROCURATORATE, "procuratorate.status_check", lines, "", day)
    reader = work.desk.staff.reader(PROCURATORATE, Purpose.CASE_STATUS_CHECK)
    for child in asked:
        claim = IdentityClaim(
            name=child.name,
            birth_date=child.birth_date,
            id_number=child.id_number,
            guardian_name=child.guardian,
        )
        work.desk.program.queries.case_status(reader, claim)


@handles("supervise_dropout")
def supervise(task: Task) -> Iterator[int]:
    """Some days after the answer most of the children are back."""
    plan = Plan.of(task, _SUPERVISE)
    heeded = task.rng.random() < _HEEDED
    if not (yield from take_up(task, plan)):
        return
    yield plan.rest
    answer(task, plan)
    absence = task.work.absences.of(task.child)
    if absence is not None and heeded and not plan.failed:
        absence.back(task.today, task.work.days, 3)


def status_check(child: Child, document: str) -> dict[str, str]:
    """A procurator asks where a child's case stands (案件状态核查)."""
    row = {**identity(child), "document_number": document, "matter": "（演示）核查控辍保学进展"}
    if child.id_number:
        row.pop("name")
    return row
