"""What offices owe period by period (按期应办事项): opened for every registered organisation as the
periods begin, and counted as the records of it come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from domain.duty_plan import DUTY_PLAN, PLAN_ID, DutyPlan
from domain.duty_rules import DutyRule, DutyRules, Each
from domain.kernel import Command
from domain.organisations import Organisation
from domain.periodic_duty import COUNTED_FROM, PERIODIC_DUTY, CountTowards, OpenDuty
from domain.rules import Rules
from hub.eventstore.codec import Fact
from hub.eventstore.store import EventStore

NAME = "count_what_is_owed_period_by_period"

SAID_BY = COUNTED_FROM
"""Facts that policies/duties.toml may name."""


def to_open(
    store: EventStore, rules: Rules, organisations: Sequence[Organisation], today: date
) -> Iterator[OpenDuty]:
    """Every period that has begun since it was last looked, for every organisation that owes
    something in it; of an organisation that is new, what it owes now."""
    plan: DutyPlan = store.load(DUTY_PLAN, PLAN_ID).state
    if plan.first_day is None or plan.since is None:
        return
    duties, school = rules.duties, rules.school
    periods = {
        name: [
            period
            for period in duties.periods(name, max(plan.since, plan.first_day), today, school)
            if plan.first_day <= duties.window(name, period, school)[0] <= today
        ]
        for name in duties.duties
    }
    for organisation in organisations:
        for name in duties.owed_by(organisation.id):
            for period in periods[name]:
                yield OpenDuty(duty=name, owner=organisation.id, period=period)


def commands(store: EventStore, rules: Rules, fact: Fact) -> Iterator[tuple[str, Command]]:
    """What a record counts for. One that is corrected counts anew: in the periods of its earlier
    versions no more, where it does not now."""
    versions = _versions(store, fact)
    owner = fact.producer
    for name in rules.duties.owed_by(owner):
        rule = rules.duties.duties[name]
        now = _period(rules, name, fact) if rule.counts(fact.topic, fact.clear) else None
        before = {
            _period(rules, name, each) for each in versions if rule.counts(each.topic, each.clear)
        }
        for period in sorted(each for each in before | {now} if each is not None):
            places = _places(rules.duties, rule, name, fact)
            counts = period == now and (rule.each is None or bool(places))
            yield (
                f"{name}/{period}",
                CountTowards(
                    duty=name,
                    owner=owner,
                    period=period,
                    record=_record(fact),
                    counts=counts,
                    places=places if counts else (),
                ),
            )


def _record(fact: Fact) -> UUID:
    """Which record a fact is of: a place's register holds many."""
    return UUID(fact.clear.get("record_id") or str(fact.stream))


def _versions(store: EventStore, fact: Fact) -> list[Fact]:
    """What was stated of the same record before."""
    return [
        each
        for each in store.history([fact.stream], fact.position - 1)
        if each.topic == fact.topic and _record(each) == _record(fact)
    ]


def _period(rules: Rules, name: str, fact: Fact) -> str | None:
    """The period that a record says it is for (补办), where the row knows such periods, else the
    one of the day it was held on."""
    stated = fact.clear.get("for_period")
    if stated is not None:
        try:
            rules.duties.window(name, stated, rules.school)
        except ValueError:
            pass
        else:
            return str(stated)
    return rules.duties.period_on(name, date.fromisoformat(fact.clear["held_on"]), rules.school)


def _places(duties: DutyRules, rule: DutyRule, name: str, fact: Fact) -> tuple[str, ...]:
    """Those of the record's places for each of which it is owed."""
    if rule.each is None:
        return ()
    stated = fact.clear.get("villages") or () if rule.each is Each.VILLAGE else ()
    if rule.each is Each.TOWN and fact.clear.get("town"):
        stated = (fact.clear["town"],)
    return tuple(sorted(set(stated) & duties.places(name, fact.producer)))


def led_to(effect: Fact) -> bool:
    """Whether a fact is of a kind that such a command leads to."""
    return effect.topic.split(".", 1)[0] in (PERIODIC_DUTY.name, "deadline")
