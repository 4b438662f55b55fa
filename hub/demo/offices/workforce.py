"""Child directors (儿童主任): registered by their towns, checked by the police, and checked again
each year; some employers ask too late, and the town stands in until the answer comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from random import Random
from uuid import UUID

from domain.identifiers import id_check_character
from domain.organisations import (
    Seat,
    district_organisation,
    town_organisation,
    village_organisation,
)
from domain.social_organisation import SOCIAL_ORGANISATION, Social, social_id
from domain.terms import months_after
from domain.worker import LinkAccount
from domain.worker_index import STAFF, Staff, staff_id
from domain.workforce_training import ApproveAppraisal
from hub.demo.names import MARK, guardian_name
from hub.demo.offices.kernel import On, Work, sends
from hub.demo.options import weighted
from hub.demo.world import SOCIAL

POLICE = district_organisation(Seat.POLICE)
CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)
_BASES = (("书记", 30), ("主任", 30), ("专业社工", 25), ("其他", 15))
_QUALIFICATIONS = (("无", 70), ("助理社会工作师", 20), ("社会工作师", 10))
_LATE = 0.06
"""Share of employers that ask anew only once the result has run out."""
_MONTHS = 12
_KINDS = ("社工机构", "慈善组织", "志愿组织")
_FORMS = ("政府委托", "项目合作", "重点推介", "孵化扶持")
_SUPPORTED, _REVIEWED = 2, 78
_TRAINED = (5, 120)
_REGISTERED, _TAKEN = 7, 60
_APPRAISED = 76
"""On which working days of the demo."""
_ABSENT, _SITS = 0.05, 0.15
"""Shares of child directors who miss a training, and who sit for the examination."""


def begin(work: Work) -> None:
    """Before the first day: who is in post in villages and social organisations is on the register,
    with the result of some day of the year before; who is accredited."""
    first = work.days.all[0]
    _accredit(work, first)
    for code in sorted(_villages(work)):
        village, town = village_organisation(code), town_organisation(code[:9])
        rng = work.rng("child director", code)
        _in_post(work, rng, town, worker(rng, village, first), first)
    for each in SOCIAL:
        rng = work.rng("social worker", each.id)
        row = {**worker(rng, each.id, first), "role": "社工", "appointment": "专业社工"}
        _in_post(work, rng, CIVIL_AFFAIRS, row, first)


def _in_post(work: Work, rng: Random, by: str, row: dict[str, str], first: date) -> None:
    """On the register, with an account and a result that is asked for anew each year."""
    organisation, desk = row["organisation"], work.desk
    desk.record(by, "workforce.worker", row)
    staff: Staff = desk.program.store.load(STAFF, staff_id(organisation)).state
    number = staff.workers[-1]
    user = desk.staff.user(organisation)
    desk.command(by, LinkAccount(worker=number, hub_user=user.user, member_of=organisation))
    queried = first - timedelta(days=rng.randint(0, 340))
    _answer(work, rng, number, queried)
    _ask_again_in_time(work, rng, organisation, number, row, queried)


def _villages(work: Work) -> set[str]:
    return {each.village.code for each in (*work.world.children, *work.world.strangers)}


def _ask_again_in_time(
    work: Work, rng: Random, village: str, number: UUID, row: dict[str, str], queried: date
) -> None:
    until = months_after(queried, _MONTHS) - timedelta(days=1)
    early = -rng.randint(1, 6) if rng.random() < _LATE else rng.randint(12, 45)
    on = _working(work, until - timedelta(days=early))
    if on is not None:
        work.later(on, 0, _asks(work, rng, village, number, row))


def _working(work: Work, day: date) -> date | None:
    """The first working day from a day on; None beyond the demo."""
    return next((each for each in work.days.working if each >= day), None)


def _asks(
    work: Work, rng: Random, village: str, number: UUID, row: dict[str, str]
) -> Callable[[date], None]:
    def ask(day: date) -> None:
        asked = {
            "worker": str(number),
            "organisation": village,
            "worker_name": row["worker_name"],
            "worker_id_number": row["worker_id_number"],
            "asked_on": day.isoformat(),
        }
        work.desk.record(village, "workforce.entry_query", asked)
        work.later(day, rng.randint(1, 4), partial(_answer, work, rng, number))

    return ask


def _answer(work: Work, rng: Random, number: UUID, day: date) -> None:
    result = {
        "worker": str(number),
        "result": "可以录用",
        "queried_on": day.isoformat(),
        "document_number": f"演示入查〔{day.year}〕{rng.randrange(10**6):06d}号",
    }
    work.desk.record(POLICE, "police.entry_check", result)


def worker(rng: Random, village: str, first: date) -> dict[str, str]:
    """A line of the register (工作人员台账) of an invented child director."""
    surname = guardian_name(rng, "王")[0]
    born = date(rng.randint(1970, 1998), rng.randint(1, 12), rng.randint(1, 28))
    return {
        "organisation": village,
        "worker_name": guardian_name(rng, surname),
        "worker_id_number": _id_number(rng, born),
        "role": "儿童主任",
        "appointment": weighted(rng, _BASES),
        "qualification": weighted(rng, _QUALIFICATIONS),
        "since": (first - timedelta(days=rng.randint(0, 1500))).isoformat(),
    }


def _id_number(rng: Random, born: date) -> str:
    body = f"999999{born:%Y%m%d}{rng.randint(100, 999)}"
    return body + id_check_character(body)


def _accredit(work: Work, first: date) -> None:
    for number, (each, kind) in enumerate(zip(SOCIAL, _KINDS, strict=True)):
        row = {
            "organisation": each.id,
            "social_kind": kind,
            "since": (first - timedelta(days=30)).isoformat(),
            "until": months_after(first, 24 - 9 * number).isoformat(),
        }
        work.desk.record(CIVIL_AFFAIRS, "civil_affairs.accreditation", row)


@sends(On.WORKING_DAYS)
def support(work: Work, day: date) -> None:
    """支持项目登记, in each of the four forms; 项目年度评估."""
    nth = work.days.nth_working(day)
    if nth == _SUPPORTED:
        for number, form in enumerate(_FORMS):
            row = project(work, number, form, day)
            work.desk.record(CIVIL_AFFAIRS, "civil_affairs.support_project", row)
    if nth == _REVIEWED:
        for each in SOCIAL:
            state: Social = work.desk.program.store.load(
                SOCIAL_ORGANISATION, social_id(each.id)
            ).state
            for of, running in sorted(state.projects.items(), key=lambda item: item[1].yuan):
                review = {
                    "organisation": each.id,
                    "project": str(of),
                    "reviewed_year": str(running.since.year),
                    "review_grade": "优良",
                    "children_served": str(10 + running.yuan // 1000),
                }
                work.desk.record(CIVIL_AFFAIRS, "civil_affairs.project_review", review)


def project(work: Work, number: int, form: str, day: date) -> dict[str, str]:
    """支持项目登记: the first two are care services by social workers, over most towns."""
    towns = sorted(work.world.towns.values())
    covered = towns[number::2] if number < 2 else towns[number : number + 1]
    return {
        "organisation": SOCIAL[number % len(SOCIAL)].id,
        "project_name": f"（演示）{form}项目",
        "support_form": form,
        "care_service": "是" if number < 2 else "否",
        "stations": "、".join(f"{name}未保站{MARK}" for name in covered),
        "since": day.isoformat(),
        "until": months_after(day, 12).isoformat(),
        "yuan": str(20_000 * (number + 1)),
    }


@sends(On.WORKING_DAYS)
def training(work: Work, day: date) -> None:
    """儿童主任全员培训, by civil affairs; a few do not come."""
    if work.days.nth_working(day) not in _TRAINED:
        return
    for village, number in _directors(work):
        rng = work.rng("trained", village, day)
        if rng.random() >= _ABSENT:
            row = {
                "worker": str(number),
                "course": "全员培训",
                "level": rng.choice(("初级", "中级", "高级")),
                "subject_matter": rng.choice(("实务", "心理", "法律", "安全和强制报告")),
                "attended_on": day.isoformat(),
                "hours": "8",
                "course_title": "（演示）走访和强制报告",
            }
            work.desk.record(CIVIL_AFFAIRS, "workforce.training", row)


@sends(On.WORKING_DAYS)
def examinations(work: Work, day: date) -> None:
    """职业水平考试: some register, with their fees paid; months later some have passed."""
    nth = work.days.nth_working(day)
    if nth not in (_REGISTERED, _TAKEN):
        return
    for village, number in _directors(work):
        rng = work.rng("exam", village)
        if rng.random() >= _SITS:
            continue
        town = town_organisation(village.partition(":")[2][:9])
        about = {
            "worker": str(number),
            "exam": "助理社会工作师",
            "exam_year": str(work.days.all[0].year),
        }
        if nth == _REGISTERED:
            support = {"support": "报名费补助", "support_yuan": "300"}
            work.desk.record(town, "workforce.exam", about | support)
        else:
            passed = {"passed": rng.choice(("是", "否"))}
            work.desk.record(town, "workforce.exam_result", about | passed)


@sends(On.WORKING_DAYS)
def appraisals(work: Work, day: date) -> None:
    """年度考核: put forward by the town, approved by its head."""
    if work.days.nth_working(day) != _APPRAISED:
        return
    for village, number in _directors(work):
        rng = work.rng("appraisal", village)
        town = town_organisation(village.partition(":")[2][:9])
        grade, yuan = rng.choice((("优秀", "1000"), ("称职", "500"), ("称职", "500")))
        row = {
            "worker": str(number),
            "appraised_year": str(day.year),
            "grade": grade,
            "incentive_yuan": yuan,
        }
        work.desk.record(town, "workforce.appraisal", row)
        work.desk.decide(town, ApproveAppraisal(worker=number, appraised_year=day.year))


def _directors(work: Work) -> Iterator[tuple[str, UUID]]:
    """Every village's child director, in the same order for the same seed."""
    for code in sorted(_villages(work)):
        village = village_organisation(code)
        yield village, _staff(work, village)[-1]


_SOCIAL_ON, _SOCIAL_TRAINED = 3, (20, 90, 160)


@sends(On.WORKING_DAYS)
def social_workers(work: Work, day: date) -> None:
    """儿童福利社工 of each town's station, and their continuing education (继续教育)."""
    nth = work.days.nth_working(day)
    towns = [town_organisation(each) for each in sorted(work.world.towns)]
    if nth == _SOCIAL_ON:
        for town in towns:
            rng = work.rng("social worker", town)
            row = {**worker(rng, town, day), "role": "社工", "appointment": "专业社工"}
            work.desk.record(town, "workforce.worker", row)
            (*_, newest) = _staff(work, town)
            work.later(day, rng.randint(1, 4), partial(_answer, work, rng, newest))
    if nth not in _SOCIAL_TRAINED:
        return
    for town in towns:
        for nth_worker, number in enumerate(_staff(work, town)):
            rng = work.rng("continuing", town, nth_worker, day)
            row = {
                "worker": str(number),
                "course": "继续教育",
                "level": "初级",
                "subject_matter": rng.choice(("实务", "心理", "法律")),
                "attended_on": day.isoformat(),
                "hours": str(rng.choice((4, 8, 12))),
                "course_title": "（演示）继续教育课程",
            }
            work.desk.record(CIVIL_AFFAIRS, "workforce.training", row)


def _staff(work: Work, organisation: str) -> tuple[UUID, ...]:
    """Who works for an organisation, in the order in which they were registered."""
    staff: Staff = work.desk.program.store.load(STAFF, staff_id(organisation)).state
    return tuple(staff.workers)
