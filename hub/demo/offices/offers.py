"""What children sign up for (报名项目): activities of stations, the summer class (爱心暑托班),
nursery places; signed up by villages, answered for the family, and come or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from domain.offer import OFFER
from domain.offer import Offer as Offered
from domain.offer_events import offer_id
from domain.organisations import (
    Seat,
    district_organisation,
    town_organisation,
    village_organisation,
)
from domain.reactions.offers import TAKE_IN
from domain.referral import REFERRAL
from domain.sign_up import (
    SIGN_UP,
    SignedUpChild,
)
from hub.demo.offices.kernel import Manner, On, Plan, Task, Work, handles, sends, take_up
from hub.demo.rows import ACCOUNT, identity
from hub.demo.world import Child
from hub.keyservice import Purpose
from hub.queries import NotCleared

YOUTH_LEAGUE = district_organisation(Seat.YOUTH_LEAGUE)
HEALTH = district_organisation(Seat.HEALTH)
EDUCATION = district_organisation(Seat.EDUCATION)

_STATIONS_PUBLISH, _EACH = 9, 60
"""On which working day stations publish something first, and how many days later again."""
_STATIONS = 4
_NURSERY, _BABY_HOUSE = 14, 17
_SIGN_UP = timedelta(days=12)
_BEGINS = timedelta(days=26)
_TOO_MANY = 1.4
"""Children signed up for each spot."""
_DECLINES, _FORGETS, _NOT_COME = 0.1, 0.08, 0.1
_OVER = 25
"""Working days after which the sign-up ends, and who still waits is told."""
_BRANDS = ("守护星", "科普夏令营", "")

_COME = Manner(((20, 1),), ((0, 80), (2, 20)), returned=0, failed=0)


@sends(On.WORKING_DAYS)
def stations_offer(work: Work, day: date) -> None:
    """报名项目发布, by some stations at a time."""
    nth = work.days.nth_working(day)
    if nth % _EACH != _STATIONS_PUBLISH:
        return
    rng = work.rng("offers of stations", day)
    for number, town in enumerate(rng.sample(sorted(work.world.towns), _STATIONS)):
        children = work.world.by_town.get(town, ())
        _publish(
            work,
            day,
            town_organisation(town),
            {
                "number": f"ZJ-{day.year}-{nth // _EACH * 10 + number + 1}",
                "offer": "未保站项目和活动",
                "brand": rng.choice(_BRANDS),
                "town": work.desk.program.directory.name(town_organisation(town)),
                "spots": str(max(2, len(children) // 12)),
            },
            children,
        )


@sends(On.WORKING_DAYS)
def summer_classes(work: Work, day: date) -> None:
    """爱心暑托班: published in the first days of June, for July."""
    if day.month == 6 and work.days.nth_of_month(day) == 2:
        children = work.world.children
        about = {
            "number": f"ST-{day.year}-01",
            "offer": "爱心暑托班",
            "spots": str(max(3, len(children) // 40)),
        }
        _publish(work, day, YOUTH_LEAGUE, about, children)


@sends(On.WORKING_DAYS)
def nursery_places(work: Work, day: date) -> None:
    """托位、宝宝屋: for ages that nobody in this district is of."""
    nth = work.days.nth_working(day)
    for at, by, kind, letters in (
        (_NURSERY, HEALTH, "托位", "TW"),
        (_BABY_HOUSE, EDUCATION, "宝宝屋", "BB"),
    ):
        if nth == at:
            about = {"number": f"{letters}-{day.year}-01", "offer": kind, "spots": "20"}
            _publish(work, day, by, {**about, "age_until": "3"}, ())


def _publish(
    work: Work, day: date, by: str, about: dict[str, str], children: Sequence[Child]
) -> None:
    begins = day + _BEGINS
    row = {
        "begins_on": begins.isoformat(),
        "until": (begins + timedelta(days=20)).isoformat(),
        "age_from": "0",
        "age_until": "18",
        "sign_up_by": (day + _SIGN_UP).isoformat(),
        "account": ACCOUNT,
        **about,
    }
    work.desk.record(by, "programmes.offer", {each: value for each, value in row.items() if value})
    rng = work.rng("signed up", about["number"])
    wanted = round(int(about["spots"]) * _TOO_MANY)
    registered = [each for each in children if each.registered]
    for child in rng.sample(registered, min(wanted, len(registered))):
        work.later(day, rng.randint(1, 5), _sign_up(work, child, about["number"]))
    if children:
        work.later(day, 11, _answer(work, about["number"]))
        work.later(day, _OVER, _end(work, by, about["number"]))


def _sign_up(work: Work, child: Child, number: str) -> Callable[[date], None]:
    def sign_up(day: date) -> None:
        row = {
            **identity(child),
            "number": number,
            "signed_on": day.isoformat(),
            "wish": "愿意参加",
            "childs_words": "（演示）想和小伙伴一起去。",
            "guardian_agrees": "是",
        }
        work.desk.record(village_organisation(child.village.code), "programmes.sign_up", row)

    return sign_up


def _answer(work: Work, number: str) -> Callable[[date], None]:
    """名额答复 of all who have a spot; some families decline, and some villages forget."""

    def answer(day: date) -> None:
        store = work.desk.program.store
        offer: Offered = store.load(OFFER, offer_id(number)).state
        found = sorted(
            filter(None, (_who(work, each) for each in offer.given)), key=lambda each: each[1].key
        )
        for by, child in found:
            rng = work.rng("spot", number, child.key)
            if rng.random() < _FORGETS:
                continue
            row = {
                **identity(child),
                "number": number,
                "answer": "不参加" if rng.random() < _DECLINES else "参加",
                "answered_on": day.isoformat(),
            }
            work.desk.record(by, "programmes.spot_answer", row)
            work.later(day, 2, _tell(work, by, child, number))

    return answer


def _end(work: Work, by: str, number: str) -> Callable[[date], None]:
    """报名项目结束登记, and 答复孩子登记 of those for whom there was no spot."""

    def end(day: date) -> None:
        offer: Offered = work.desk.program.store.load(OFFER, offer_id(number)).state
        waited = sorted(
            filter(None, (_who(work, each) for each in offer.queue)), key=lambda each: each[1].key
        )
        row = {"number": number, "ended_on": day.isoformat(), "cancelled": "否"}
        work.desk.record(by, "programmes.offer_end", row)
        for told_by, child in waited:
            work.later(day, 2, _tell(work, told_by, child, number))

    return end


def _tell(work: Work, by: str, child: Child, number: str) -> Callable[[date], None]:
    """答复孩子登记."""

    def tell(day: date) -> None:
        row = {**identity(child), "number": number, "told_on": day.isoformat()}
        words = {"childs_words": "（演示）知道了。"}
        work.desk.record(by, "programmes.child_answer", {**row, **words})

    return tell


def _who(work: Work, sign_up: UUID) -> tuple[str, Child] | None:
    """Who signed a child up, and which one it is, as far as that one may see it now."""
    desk = work.desk
    state: SignedUpChild = desk.program.store.load(SIGN_UP, sign_up).state
    if not state.signers:
        return None
    reader = desk.staff.reader(state.signed_by, Purpose.CASEWORK)
    try:
        file = desk.program.queries.child_file(reader, str(state.child_ref))
    except NotCleared:
        return None
    child = work.world.find(file.fields) if file else None
    return (state.signed_by, child) if child else None


@handles(TAKE_IN)
def take_in(task: Task) -> Iterator[int]:
    """参加情况登记: the child comes, or does not, and has completed it some weeks later."""
    plan = Plan.of(task, _COME)
    if not (yield from take_up(task, plan)):
        return
    store = task.work.desk.program.store
    sign_up: SignedUpChild = store.load(SIGN_UP, store.load(REFERRAL, task.id).state.case_id).state
    comes = task.rng.random() >= _NOT_COME
    yield 12
    task.learn()
    if task.child is None or not task.open:
        return
    row = {**identity(task.child), "number": sign_up.register_number}
    seen = "已到场" if comes else "未到场"
    _seen(task, row, seen)
    if comes:
        yield 10
        _seen(task, row, "已完成")


def _seen(task: Task, row: dict[str, str], attendance: str) -> None:
    line = {**row, "attendance": attendance, "seen_on": task.today.isoformat()}
    task.work.desk.record(task.owner, "programmes.attendance", line)
