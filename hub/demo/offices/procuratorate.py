"""The procuratorate (检察院): where a case stands, and supervision where persuasion failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from random import Random

from domain.identity import IdentityClaim
from domain.mandatory_report import OrderFiling
from domain.organisations import Seat, district_organisation
from hub.demo.names import MARK
from hub.demo.offices.kernel import Manner, On, Plan, Task, Work, answer, handles, sends, take_up
from hub.demo.rows import identity
from hub.demo.world import Child
from hub.keyservice import Purpose

PROCURATORATE = district_organisation(Seat.PROCURATORATE)
_WEDNESDAY = 2
_MONTH = 21
"""Working days."""
_SUPERVISE = Manner(((8, 40), (14, 40), (20, 20)))
_NOT_FILED = Manner(((2, 40), (4, 40), (6, 20)), ((0, 80), (1, 20)), returned=0, failed=0)
_ORDERED = 0.15
"""Share of decisions not to file that do not stand."""
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
    if task.child is not None and not plan.failed and plan.outcome == "ORDER_ISSUED":
        order = supervision_order(task.rng, task.child, task.today)
        task.work.desk.record(task.owner, "procuratorate.supervision_order", order)
    answer(task, plan)
    absence = task.work.absences.of(task.child)
    if absence is not None and heeded and not plan.failed:
        absence.back(task.today, task.work.days, 3)


@handles("supervise_not_filed", every_day=True)
def supervise_not_filed(task: Task) -> Iterator[int]:
    """监督不立案决定: mostly the reasons stand, now and then it is to be filed."""
    plan = Plan.of(task, _NOT_FILED)
    if not (yield from take_up(task, plan)):
        return
    yield plan.rest
    if not task.open:
        return
    if task.rng.random() < _ORDERED:
        task.command(
            OrderFiling(
                report_id=task.about,
                reason="（演示）不立案理由不能成立。",
                document=f"演示检通立〔{task.today.year}〕{task.rng.randrange(10**4):04d}号",
            )
        )
    else:
        task.complete("REASON_STANDS")


@sends(On.WORKING_DAYS)
def activities(work: Work, day: date) -> None:
    """副站长活动登记: each month at some stations, by the prosecutor who is vice-head there."""
    if work.days.nth_working(day) % _MONTH != 4:
        return
    rng = work.rng("activity", day)
    held = [activity(rng, name, day) for name in rng.sample(sorted(work.world.towns.values()), 4)]
    work.desk.send(PROCURATORATE, "procuratorate.vice_head_activity", held, "held_on", day)


@sends(On.WORKING_DAYS)
def advice(work: Work, day: date) -> None:
    """检察建议登记: one a quarter to a school, which mostly replies within the month."""
    if work.days.nth_working(day) % (3 * _MONTH) != 9:
        return
    rng = work.rng("advice", day)
    school = rng.choice(work.world.schools)
    words = {
        "document_number": f"演示检建〔{day.year}〕{rng.randrange(10**4):04d}号",
        "addressee": school.organisation.name,
        "matter": "（演示）完善学生缺课报告制度",
        "issued_on": day.isoformat(),
    }
    work.desk.record(PROCURATORATE, "procuratorate.advice", words)
    work.later(day, rng.choice((6, 12, 18, 25)), _reply(work, school.id))


def _reply(work: Work, by: str) -> Callable[[date], None]:
    def reply(day: date) -> None:
        reader = work.desk.staff.reader(by, Purpose.CASEWORK)
        for each in work.desk.program.queries.advices(reader).items:
            if each.replied_on is None:
                values = {
                    "advice_id": each.id,
                    "replied_on": day.isoformat(),
                    "content": "（演示）已整改，每日核对到课情况。",
                }
                work.desk.record(by, "advice.reply", values)

    return reply


def supervision_order(rng: Random, child: Child, day: date) -> dict[str, str]:
    """督促监护令登记."""
    return {
        **identity(child),
        "document_number": f"演示检督监〔{day.year}〕{rng.randrange(10**6):06d}号",
        "served_on": day.isoformat(),
        "guardian_relation": child.relation,
        "requirements": "（演示）送孩子返校，接受家庭教育指导。",
    }


def activity(rng: Random, town: str, day: date) -> dict[str, str]:
    """副站长活动登记."""
    return {
        "station": f"{town}未保站{MARK}",
        "activity": rng.choice(("法治宣传", "个案会商", "业务培训", "走访指导")),
        "held_on": day.isoformat(),
        "topic": "（演示）未成年人保护法",
        "attendance": str(rng.randint(8, 60)),
    }


def status_check(child: Child, document: str) -> dict[str, str]:
    """A procurator asks where a child's case stands (案件状态核查)."""
    row = {**identity(child), "document_number": document, "matter": "（演示）核查控辍保学进展"}
    if child.id_number:
        row.pop("name")
    return row
