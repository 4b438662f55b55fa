"""Villages (村居): visits and verifications of the child director (儿童主任), dissuasions, and
mandatory reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from domain.away import DeclareAway, StandIn
from domain.care_service import SERVICE
from domain.organisations import village_organisation
from domain.visit_obligation_events import OwedKind
from hub.answers import VisitDue
from hub.demo.chance import Rate
from hub.demo.offices.kernel import Handling, Manner, On, Work, sends, usual
from hub.demo.offices.town import dissuasion
from hub.demo.options import weighted
from hub.demo.rows import ACCOUNT, identity, report
from hub.demo.world import Child
from hub.keyservice import Purpose
from hub.queries import MAX_PAGE, NotCleared

DISSUASIONS = Rate(0.009, least=2)
REPORTS = Rate(0.001)
SERVICES = Rate(0.3, least=4)
_SERIOUS = 0.2
"""Share of dissuasions that are serious enough for the police to be told."""

_ROUND = 10
"""Working days between two rounds of a child director: each looks at what falls due until the
next."""
_AHEAD = timedelta(days=17)
_LEFT_OUT = 0.03
_NOT_MET = 0.05
"""Shares of the visits due that a round leaves out, and at which nobody is met."""
_PROBLEM = 0.01
"""Share of home visits at which a problem is found (问题清单)."""
_AWAY = 0.003
"""On which share of working days a child director's absence begins."""
_HARM = 0.0006
"""Share of visits at which harm is suspected."""

VERIFICATIONS = (15, 140)
"""On which working days of a year every child of a village is verified (全面核查)."""


@sends(On.WORKING_DAYS)
def absences(work: Work, day: date) -> None:
    """登记离岗: of child directors who are away for some days; whom it falls to is said with it."""
    for village in sorted(work.world.by_village):
        rng = work.rng("away", village, day)
        if rng.random() < _AWAY:
            stand_in = rng.choice((StandIn.TOWN, StandIn.TOWN, StandIn.DEPUTY))
            by = village_organisation(village)
            until = day + timedelta(days=rng.randint(2, 9))
            away = DeclareAway(
                organisation=by, since=day, until=until, stand_in=stand_in, account=ACCOUNT
            )
            work.desk.command(by, away)


@sends(On.WORKING_DAYS)
def visits(work: Work, day: date) -> None:
    """走访记录: each child director's round, by the list of what is due (应走访)."""
    nth = work.days.nth_working(day)
    for number, (village, children) in enumerate(sorted(work.world.by_village.items())):
        if number % _ROUND != nth % _ROUND or not any(_visited(each) for each in children):
            continue
        by = village_organisation(village)
        try:
            lines = list(_round(work, by, day))
        except NotCleared:
            # The child director's entry check has run out: the town stands in.
            continue
        work.desk.send(by, "village.visit", lines, "visited_on", day)


def _visited(child: Child) -> bool:
    return bool(child.categories) and child.registered


def _round(work: Work, by: str, day: date) -> Iterator[dict[str, str]]:
    due: dict[tuple[str, str], tuple[Child, set[str]]] = {}
    for each in _due(work, by, day + _AHEAD):
        child = work.world.find(each.child.fields) if each.child else None
        # A verification is a sheet of its own.
        if child is not None and each.kind != OwedKind.VERIFICATION:
            due.setdefault(child.key, (child, set()))[1].add(each.kind)
    for key in sorted(due):
        child, kinds = due[key]
        rng = work.rng("visit", key, day)
        if rng.random() >= _LEFT_OUT:
            yield visit(rng, child, day, at_home=kinds != {OwedKind.CONTACT})


def _due(work: Work, by: str, until: date) -> Iterator[VisitDue]:
    reader = work.desk.staff.reader(by, Purpose.CASEWORK)
    after: str | None = None
    while True:
        page = work.desk.program.queries.visits_due(
            reader, until=until, after=after, limit=MAX_PAGE
        )
        yield from page.items
        after = page.next_cursor
        if after is None:
            return


@sends(On.WORKING_DAYS)
def verifications(work: Work, day: date) -> None:
    """全面核查表: every child of the village, those whom no register names among them."""
    if work.days.nth_working(day) not in VERIFICATIONS:
        return
    for village, children in sorted(work.world.by_village.items()):
        by = village_organisation(village)
        rng = work.rng("verification", by, day)
        lines = [verification(rng, each, day) for each in children]
        work.desk.send(by, "village.verification", lines, "verified_on", day)


@sends(On.WORKING_DAYS)
def dissuasions(work: Work, day: date) -> None:
    """劝诫记录."""
    for by, children in work.happening(
        "village dissuasion",
        DISSUASIONS,
        lambda rng, child: village_organisation(child.village.code),
        day,
    ):
        rng = work.rng("dissuasion", by, day)
        lines = [
            dissuasion(rng, child, day) | ({"police_told": "是"} if _serious(rng) else {})
            for child in children
        ]
        work.desk.send(by, "town.dissuasion", lines, "dissuaded_on", day)


def _serious(rng: Random) -> bool:
    return rng.random() < _SERIOUS


@sends(On.WORKING_DAYS)
def reports(work: Work, day: date) -> None:
    """强制报告 of what the child director (儿童主任) has seen."""
    for by, children in work.happening(
        "village report",
        REPORTS,
        lambda rng, child: village_organisation(child.village.code),
        day,
    ):
        for child in children:
            rng = work.rng("village report", child.key, day)
            work.desk.report(by, report(rng, child, work.desk.now, child.village.name))


@sends(On.WORKING_DAYS)
def services(work: Work, day: date) -> None:
    """关爱服务登记: what the village itself gives a child, of the four kinds."""
    for by, children in work.happening(
        "village service",
        SERVICES,
        lambda rng, child: village_organisation(child.village.code),
        day,
    ):
        rng = work.rng("service", by, day)
        lines = [
            {
                **identity(child),
                "given_on": day.isoformat(),
                "service": rng.choice(tuple(SERVICE.labels.values())),
                "hours": str(rng.randint(1, 3)),
                "account": ACCOUNT,
            }
            for child in children
        ]
        work.desk.send(by, "programmes.care_service", lines, "given_on", day)


FOLLOW_UP_RETURN = Handling(
    ("follow_up_return",),
    usual(Manner(((60, 40), (90, 40), (110, 20)), returned=0, failed=0)),
)

_LIVING = ("整洁", "与祖辈同住，照料尚可", "住处拥挤", "饮食规律")
_MOOD = ("平稳", "活泼", "话少", "想念父母")
_WITH = ("儿童本人和祖母", "儿童本人和母亲", "儿童本人", "祖父")


def visit(rng: Random, child: Child, day: date, *, at_home: bool) -> dict[str, str]:
    """A line of the visit log (走访记录)."""
    row = {
        **identity(child),
        "visited_on": day.isoformat(),
        "form": "入户走访" if at_home else rng.choice(("电话联系", "电话联系", "当面联系")),
        "harm_suspected": "否",
    }
    if rng.random() < _NOT_MET:
        return row | {"not_met_reason": "家中无人" if at_home else "电话不通"}
    row |= {"seen": rng.choice(_WITH), "mood": f"（演示）{rng.choice(_MOOD)}"}
    if at_home:
        row |= {
            "seen_alone": rng.choice(("是", "是", "否")),
            "living": f"（演示）{rng.choice(_LIVING)}",
            "childs_view": "（演示）希望父母常打电话",
        }
    if at_home and rng.random() < _PROBLEM:
        row |= {
            "problem_kinds": rng.choice(("生活照料", "健康", "家庭经济", "安全隐患")),
            "problems": "（演示）需协调解决。",
        }
    if at_home and rng.random() < _HARM:
        row |= {"harm_suspected": "是", "harm_seen": "（演示）走访时见孩子身上有伤，说法不一。"}
    return row


_NOT_AT_SCHOOL = 0.002
_DISABILITY = 0.002
"""Shares of the children verified who are not at school, or seem to be disabled."""

_FINDINGS = (("情况一致", 90), ("情况有变化", 7), ("已搬走", 2), ("查找不到", 1))


def verification(rng: Random, child: Child, day: date) -> dict[str, str]:
    """A line of the verification sheet (全面核查表)."""
    finding = weighted(rng, _FINDINGS) if child.registered else "新发现"
    row = {
        **identity(child, birth_date=True, contact=True),
        "verified_on": day.isoformat(),
        "finding": finding,
        "attends": "应读未读" if rng.random() < _NOT_AT_SCHOOL else "在读",
        "household": "（演示）与家人同住",
        "harm_suspected": "否",
    }
    if rng.random() < _DISABILITY:
        row |= {"disability_suspected": "是", "health": "（演示）走路不稳，未评定。"}
    if finding != "情况一致":
        row["differs"] = "（演示）与登记不符，请核实。"
    return row
