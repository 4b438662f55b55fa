"""What offices hold (活动登记): what is owed period by period, and what else each of them does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from domain.activity_codes import ActivityKind, Brand
from domain.organisations import Seat, district_organisation, town_organisation
from hub.demo.offices.kernel import On, Work, sends
from hub.demo.world import School

CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)
_INTO_VILLAGES = {
    Seat.EDUCATION: ActivityKind.ANTI_BULLYING,
    Seat.POLICE: ActivityKind.TRAFFIC_SAFETY,
    Seat.EMERGENCY: ActivityKind.FIRE_SAFETY,
    Seat.WATER: ActivityKind.DROWNING_PREVENTION,
}
"""Who brings what into the villages each year (policies/duties.toml)."""
_TRAIN = (Seat.CIVIL_AFFAIRS, Seat.EDUCATION, Seat.HEALTH, Seat.POLICE, Seat.PROCURATORATE)
_OF_THEIR_OWN = (
    (Seat.CYBERSPACE, ActivityKind.NETWORK_PROTECTION, None),
    (Seat.JUSTICE, ActivityKind.LEGAL_EDUCATION, Brand.LAW_PROJECT),
    (Seat.PROCURATORATE, ActivityKind.LEGAL_EDUCATION, Brand.LAW_PROJECT),
    (Seat.YOUTH_LEAGUE, ActivityKind.VOLUNTEERING, Brand.GUARDIAN_STAR),
    (Seat.YOUTH_LEAGUE, ActivityKind.SOCIAL_PRACTICE, Brand.SCIENCE_CAMP),
    (Seat.EDUCATION, ActivityKind.SOCIAL_PRACTICE, Brand.LABOUR_WEEK),
    (Seat.EDUCATION, ActivityKind.SOCIAL_PRACTICE, Brand.CAREER_DAY),
    (Seat.WOMENS_FEDERATION, ActivityKind.FAMILY_EDUCATION, None),
    (Seat.DISABLED_FEDERATION, ActivityKind.VOLUNTEERING, None),
    (Seat.WOMEN_CHILDREN_OFFICE, ActivityKind.PUBLICITY, None),
    (Seat.HEALTH, ActivityKind.PUBLICITY, None),
    (Seat.HUMAN_RESOURCES, ActivityKind.EMPLOYMENT_HELP, None),
    (Seat.WATER, ActivityKind.WATER_SAFETY, None),
    (Seat.FINANCE, ActivityKind.PUBLICITY, None),
)
"""What else who holds, one of them every third working day."""
_HELD = 0.92
"""Share of lectures and classes that are held in their period."""
_MONTHS_INTO_VILLAGES = range(1, 7)


@sends(On.WORKING_DAYS)
def lectures(work: Work, day: date) -> None:
    """街镇专题讲座: planned with each quarter, and mostly held within it."""
    begins = work.days.nth_of_month(day) == 1 and day.month in (1, 4, 7, 10)
    if not begins and work.days.nth_working(day):
        return
    for town in sorted(work.world.towns):
        rng = work.rng("lecture", town, day)
        if rng.random() < _HELD:
            kind = rng.choice((ActivityKind.STATION_ACTIVITY, ActivityKind.SAFETY_LECTURE))
            row = _activity(rng, kind, "讲座")
            work.later(day, rng.randint(3, 50), _hold(work, town_organisation(town), row))


@sends(On.SCHOOL_DAYS)
def safety_classes(work: Work, day: date) -> None:
    """寒暑假前安全知识大讲堂: on a day of the first week of those before each holiday."""
    rules = work.desk.program.policies.rules
    name = "school_safety_class"
    before = rules.duties.period_on(name, day, rules.school)
    week_ago = rules.duties.period_on(name, day - timedelta(days=7), rules.school)
    if before is None or week_ago is not None or not work.days.is_working(day):
        return
    for school in work.world.schools:
        rng = work.rng("safety class", school.code, before)
        if rng.random() < _HELD and day.weekday() == rng.randrange(5):
            _class(work, school, rng, day)


def _class(work: Work, school: School, rng: Random, day: date) -> None:
    row = _activity(rng, ActivityKind.SAFETY_LECTURE, "安全知识大讲堂")
    row["school"] = school.organisation.name
    _hold(work, school.id, row)(day)


@sends(On.WORKING_DAYS)
def into_villages(work: Work, day: date) -> None:
    """安全知识进居村: each department brings it into all villages of a town at a time, to some
    towns in each month."""
    nth, step = work.days.nth_of_month(day), 3
    if nth % step or nth > 4 * step or day.month not in _MONTHS_INTO_VILLAGES:
        return
    towns = sorted(work.world.towns)
    town = towns[((day.month - 1) * 4 + nth // step - 1) % len(towns)]
    divisions = work.desk.program.policies.divisions
    villages = "、".join(sorted(each.code for each in divisions if each.town_code == town))
    for seat, kind in _INTO_VILLAGES.items():
        row = _activity(work.rng("villages", seat.value, day), kind, "进居村")
        _hold(work, district_organisation(seat), {**row, "villages": villages})(day)


@sends(On.WORKING_DAYS)
def training(work: Work, day: date) -> None:
    """儿童主任全员培训 and 街镇业务指导 town by town in March, 强制报告主体培训 in May."""
    nth = work.days.nth_of_month(day)
    if day.month == 3 and nth in (5, 10):
        kind = ActivityKind.CHILD_DIRECTOR_TRAINING if nth == 5 else ActivityKind.TOWN_GUIDANCE
        for town, name in sorted(work.world.towns.items()):
            row = _of_workers(work.rng("training", town, day), kind, name, "基层工作人员")
            _hold(work, CIVIL_AFFAIRS, {**row, "town": town_organisation(town)})(day)
    if day.month == 5 and nth == 7:
        for seat in _TRAIN:
            rng = work.rng("bearers", seat.value, day)
            row = _of_workers(rng, ActivityKind.DUTY_BEARER_TRAINING, "培训", "强制报告主体")
            _hold(work, district_organisation(seat), row)(day)


@sends(On.WORKING_DAYS)
def of_their_own(work: Work, day: date) -> None:
    """网络保护、普法、守护星、科普夏令营、宣传: one office after the other."""
    nth = work.days.nth_working(day)
    if nth % 3 != 1:
        return
    seat, kind, brand = _OF_THEIR_OWN[nth // 3 % len(_OF_THEIR_OWN)]
    row = _activity(work.rng("own activity", day), kind, "品牌项目" if brand else "专题活动")
    if brand is not None:
        row["brand"] = brand.value
    _hold(work, district_organisation(seat), row)(day)


def _hold(work: Work, office: str, row: dict[str, str]) -> Callable[[date], None]:
    """An office holds something on the day on which it comes to it."""

    def held(day: date) -> None:
        stated = {**row, "held_on": day.isoformat()}
        work.desk.record(office, "programmes.activity", stated)

    return held


def _activity(rng: Random, kind: ActivityKind, topic: str) -> dict[str, str]:
    return {
        "activity": kind.value,
        "topic": f"（演示）{topic}",
        "audience": "儿童和监护人",
        "sessions": "1",
        "children": str(rng.randint(8, 60)),
        "guardians": str(rng.randint(3, 30)),
        "others": "2",
        "account": "（演示）已按计划开展。",
    }


def _of_workers(rng: Random, kind: ActivityKind, topic: str, audience: str) -> dict[str, str]:
    row = _activity(rng, kind, topic)
    return {**row, "audience": audience, "children": "0", "guardians": "0", "others": "25"}


_STORIES_ON = (20, 60, 120, 200)
"""On which working days of a year a story is told; one is sent back, one withdrawn."""


@sends(On.WORKING_DAYS)
def stories(work: Work, day: date) -> None:
    """好案例: written by a town, reviewed by the leader of civil affairs some days later."""
    nth = work.days.nth_working(day)
    if nth not in _STORIES_ON:
        return
    at = _STORIES_ON.index(nth)
    town = town_organisation(sorted(work.world.towns)[at % len(work.world.towns)])
    number = f"AL-{day.year}-{at + 1:02d}"
    row = {
        "number": number,
        "case_kind": ("好做法", "好经验", "好典型", "好做法")[at],
        "case_title": "（演示）一次成功的家校沟通",
        "story": "（演示）某小学的小A一度沉迷手机，家校商定作息后逐步改善。",
    }
    work.desk.record(town, "programmes.good_case", row)
    work.later(day, 6, _review(work, number, approved=at != 1))
    if at == 2:
        work.later(day, 30, _withdraw(work, town, number))


def _review(work: Work, number: str, *, approved: bool) -> Callable[[date], None]:
    def review(day: date) -> None:
        row = {
            "number": number,
            "reviewed_on": day.isoformat(),
            "approved": "是" if approved else "否",
            "points": "姓名、地点和单位、具体日期、年龄、罕见情形组合、照片和画面",
        }
        kind = "programmes.good_case_review"
        work.desk.record(CIVIL_AFFAIRS, kind, row, leader=True)

    return review


def _withdraw(work: Work, town: str, number: str) -> Callable[[date], None]:
    def withdraw(day: date) -> None:
        row = {"number": number, "withdrawn_on": day.isoformat()}
        work.desk.record(town, "programmes.good_case_withdrawal", row)

    return withdraw
