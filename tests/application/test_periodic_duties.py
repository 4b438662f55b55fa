"""What offices owe period by period: opened by the hub, counted from their records, silent where
nothing comes (plan 二5 P33–P35)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.deadline import DeadlineEscalated, DeadlineMet
from domain.duty_plan import DutiesReviewed
from domain.kernel import Command
from domain.organisations import Organisation
from domain.periodic_duty import CLOCK, PERIODIC_DUTY, OpenDuty, PeriodicDuty, duty_id
from domain.silence import SilenceKind
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_TOWN,
    OTHER_VILLAGE_CODE,
    PROCURATORATE,
    SCHOOL,
    TOWN,
    VILLAGE_CODE,
    at,
    reader,
    send,
    take,
    topics,
)
from tests.recount import silent_by_the_log

MISSING = SilenceKind.DUTY_MISSING
APRIL = datetime(2025, 4, 1, 1, tzinfo=UTC)


def begun(hub: Program) -> None:
    """Awaited from the year's beginning on; it is March."""
    send(hub, CIVIL_AFFAIRS, "civil_affairs.duty_start", {"first_day": "2025-01-01"})
    assert hub.settle()


def lecture(**stated: str) -> dict[str, str]:
    return {
        "activity": "防溺水",
        "held_on": "2025-03-02",
        "topic": "示例防溺水课",
        "audience": "儿童和监护人",
        "children": "30",
        "guardians": "12",
        **stated,
    }


def owed(hub: Program, duty: str, owner: str, period: str) -> PeriodicDuty:
    state: PeriodicDuty = hub.store.load(PERIODIC_DUTY, duty_id(duty, owner, period)).state
    return state


def missing(hub: Program, organisation: str) -> list[str]:
    silent = hub.queries.silence(reader(organisation)).items
    return [each.owner for each in silent if each.kind == MISSING.value]


def test_nothing_is_owed_before_civil_affairs_say_from_when_on(hub: Program) -> None:
    assert hub.settle()
    assert topics(hub) == []
    begun(hub)
    assert owed(hub, "town_lecture", TOWN, "2025-Q1").needed == 1
    assert owed(hub, "town_lecture", TOWN, "2025-Q2").due_at is None
    assert owed(hub, "town_lecture", TOWN, "2024-Q4").due_at is None
    assert owed(hub, "school_safety_class", SCHOOL, "2025-SUMMER").due_at is None
    winter = owed(hub, "school_safety_class", SCHOOL, "2025-WINTER")
    assert winter.due_at is None, "its weeks began before"
    before = hub.store.position
    at(hub, hub.clock.now() + timedelta(days=3))
    assert hub.settle()
    assert hub.store.position == before, "nothing has begun since"


def test_p34_a_towns_lecture_meets_its_quarter_and_a_missing_one_is_silent(hub: Program) -> None:
    """Given two towns of which one holds a lecture / when the quarter is over / then the other one
    stands on the board of itself and of civil affairs, the next quarter is owed by both, and what
    is made up meets the old one, late."""
    begun(hub)
    send(hub, TOWN, "programmes.activity", lecture())
    assert hub.settle()
    assert owed(hub, "town_lecture", TOWN, "2025-Q1").fulfilled
    at(hub, APRIL)
    assert hub.settle()
    assert missing(hub, TOWN) == []
    assert missing(hub, OTHER_TOWN) == [OTHER_TOWN]
    assert missing(hub, CIVIL_AFFAIRS) == [OTHER_TOWN]
    assert missing(hub, EDUCATION) == missing(hub, PROCURATORATE) == []
    board = hub.queries._silences.silent(hub.clock.now(), MISSING)
    log = silent_by_the_log(hub.store, hub.policies.rules, hub.clock.now())
    assert [each.owner for each in board] == [
        owner for kind, _, owner in log.elements() if kind == MISSING.value
    ]
    for town in (TOWN, OTHER_TOWN):
        assert not owed(hub, "town_lecture", town, "2025-Q2").fulfilled
        assert owed(hub, "town_lecture", town, "2025-Q2").needed == 1
    made_up = lecture(held_on="2025-04-01", for_period="2025年第一季度")
    send(hub, OTHER_TOWN, "programmes.activity", made_up)
    assert hub.settle()
    assert missing(hub, CIVIL_AFFAIRS) == []
    assert not owed(hub, "town_lecture", OTHER_TOWN, "2025-Q2").fulfilled, "it counts once"
    met = [fact for fact in hub.store.feed(0, 10**6) if fact.topic == DeadlineMet.TOPIC]
    assert [fact.clear["late"] for fact in met] == [False, True]


def test_what_a_town_does_counts_for_no_other_one_and_other_kinds_count_for_nothing(
    hub: Program,
) -> None:
    begun(hub)
    send(hub, TOWN, "programmes.activity", lecture(activity="强制报告主体培训"))
    send(hub, OTHER_TOWN, "programmes.activity", lecture(town="示例第一街道"))
    assert hub.settle()
    assert not owed(hub, "town_lecture", TOWN, "2025-Q1").fulfilled
    assert owed(hub, "town_lecture", OTHER_TOWN, "2025-Q1").fulfilled


def test_a_record_that_is_corrected_counts_as_it_is_now(hub: Program) -> None:
    """Given a lecture that met its quarter / when another audience's is stated in its place / then
    it counts still; and when it was held in the next quarter / then this one is owed again."""
    begun(hub)
    send(hub, TOWN, "programmes.activity", lecture())
    assert hub.settle()
    send(hub, TOWN, "programmes.activity", lecture(children="31"))
    assert hub.settle()
    assert owed(hub, "town_lecture", TOWN, "2025-Q1").fulfilled
    send(hub, TOWN, "programmes.activity", lecture(for_period="2025年第二季度"))
    assert hub.settle()
    assert not owed(hub, "town_lecture", TOWN, "2025-Q1").fulfilled
    at(hub, APRIL)
    assert hub.settle()
    assert missing(hub, TOWN) == [TOWN]


def test_p33_villages_are_covered_one_by_one(hub: Program) -> None:
    begun(hub)
    send(hub, EDUCATION, "programmes.activity", lecture(villages=VILLAGE_CODE))
    assert hub.settle()
    state = owed(hub, "safety_into_villages", EDUCATION, "2025")
    assert state.covered == {VILLAGE_CODE}
    assert state.held == 1 < state.needed
    wrong = take(hub, EDUCATION, "programmes.activity", lecture(villages="某村、另一村"))
    assert [fault.code for fault in wrong.faults] == ["VILLAGE_UNKNOWN"]
    assert [fault.column for fault in wrong.faults] == ["村居"]


def test_whoever_is_registered_later_owes_from_then_on(hub: Program) -> None:
    begun(hub)
    water = "water:310117"
    hub.directory.add_organisations([Organisation(water, "示例区水务局")])
    at(hub, APRIL)
    assert hub.settle()
    assert owed(hub, "safety_into_villages", water, "2025").needed > 0
    assert topics(hub).count(DutiesReviewed.TOPIC) == 2


def test_what_began_while_nothing_ran_is_opened_all_the_same(hub: Program) -> None:
    """Given a hub that stood still for half a year / when it runs again / then every quarter that
    went by is owed, and missed."""
    begun(hub)
    at(hub, datetime(2025, 10, 9, 1, tzinfo=UTC))
    assert hub.settle()
    assert missing(hub, TOWN) == [TOWN] * 3
    assert not owed(hub, "town_lecture", TOWN, "2025-Q4").fulfilled
    assert missing(hub, SCHOOL) == [SCHOOL], "before the summer holiday"


def test_what_is_missed_climbs_its_ladder_and_is_counted_for_who_supervises(hub: Program) -> None:
    """Given a town and a school that hold nothing / when some days have gone by / then civil
    affairs are told of the town's, the education bureau of the school's; the district's board
    counts them by organisation for civil affairs, by kind of organisation and without small
    numbers for the women-and-children office."""
    office = "women_children_office:310117"
    hub.directory.add_organisations([Organisation(office, "示例妇儿工委办")])
    begun(hub)
    for day in range(1, 20, 3):
        at(hub, datetime(2025, 7, day, 1, tzinfo=UTC))
        assert hub.settle()
    told = {
        (fact.clear["owner"], fact.clear["escalated_to"])
        for fact in hub.store.feed(0, 10**6)
        if fact.topic == DeadlineEscalated.TOPIC and fact.clear["kind"] == CLOCK
    }
    assert {(TOWN, CIVIL_AFFAIRS), (SCHOOL, EDUCATION)} <= told
    assert (SCHOOL, CIVIL_AFFAIRS) not in told
    assert set(missing(hub, EDUCATION)) == {SCHOOL, OTHER_SCHOOL}
    counts = hub.queries.silence_of_district(reader(CIVIL_AFFAIRS))
    of_town = [each.count for each in counts if (each.kind, each.whose) == (MISSING.value, TOWN)]
    assert of_town == [2]
    shown = [
        each
        for each in hub.queries.silence_of_district(reader(office))
        if each.kind == MISSING.value
    ]
    assert {each.whose for each in shown} <= {"", "town", "school"}
    assert [each.count for each in shown if not each.whose] == [6]


def test_one_that_cannot_be_opened_holds_up_no_other_one(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given one town's that fails / then every other is opened, the failure is not swallowed, and
    the town's is opened once the fault is mended."""
    send(hub, CIVIL_AFFAIRS, "civil_affairs.duty_start", {"first_day": "2025-01-01"})
    running_ = type(hub.hub).command

    def faulty(self: object, command: Command, *args: object, **how: object) -> object:
        if isinstance(command, OpenDuty) and command.owner == TOWN:
            raise ZeroDivisionError
        return running_(self, command, *args, **how)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(type(hub.hub), "command", faulty)
        with pytest.raises(ZeroDivisionError):
            hub.reactor.tick()
    assert owed(hub, "town_lecture", OTHER_TOWN, "2025-Q1").needed == 1
    assert owed(hub, "town_lecture", TOWN, "2025-Q1").due_at is None
    hub.reactor.tick()
    assert owed(hub, "town_lecture", TOWN, "2025-Q1").needed == 1


def test_p46_p53_p58_training_and_guidance_count_town_by_town(hub: Program) -> None:
    """每年组织开展儿童主任全员培训; 业务指导及培训; 强制报告主体: given training of a town's child
    directors / then that town is covered and the other is owed still; what is held in villages of
    a town counts for the town; training of duty-bearers is owed once by whoever trains them."""
    begun(hub)
    for_workers = {"audience": "基层工作人员", "others": "25", "town": "示例第一街道"}
    of_towns = {
        "child_director_training": "儿童主任培训",
        "town_guidance": "街镇业务指导",
    }
    for duty, word in of_towns.items():
        send(hub, CIVIL_AFFAIRS, "programmes.activity", lecture(activity=word, **for_workers))
        assert hub.settle()
        state = owed(hub, duty, CIVIL_AFFAIRS, "2025")
        assert state.covered == {TOWN.partition(":")[2]}
        assert state.needed == len(hub.policies.towns) == 17
        assert not state.fulfilled
    elsewhere = {**for_workers, "town": "", "villages": OTHER_VILLAGE_CODE, "topic": "另一处"}
    send(hub, CIVIL_AFFAIRS, "programmes.activity", lecture(activity="儿童主任培训", **elsewhere))
    bearers = {"audience": "强制报告主体", "others": "40"}
    send(hub, EDUCATION, "programmes.activity", lecture(activity="强制报告主体培训", **bearers))
    assert hub.settle()
    state = owed(hub, "child_director_training", CIVIL_AFFAIRS, "2025")
    assert state.covered == {each.partition(":")[2] for each in (TOWN, OTHER_TOWN)}
    assert owed(hub, "duty_bearer_training", EDUCATION, "2025").fulfilled
    assert not owed(hub, "duty_bearer_training", CIVIL_AFFAIRS, "2025").fulfilled
