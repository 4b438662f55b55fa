"""Help with work, on a whole program. Plan 二4 (P32: 为父母或监护人提供就业帮扶)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.calendar import SHANGHAI
from domain.indicator import Figure
from domain.organisations import Organisation, Seat, district_organisation
from hub.bootstrap import Program
from hub.indicators import replayed
from hub.queries.programme_answers import JobHelpRow, JobWishRow
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_TOWN,
    OTHER_VILLAGE,
    POLICE,
    SCHOOL,
    TOWN,
    VILLAGE,
    at,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    send,
    take,
)

HELPER = district_organisation(Seat.HUMAN_RESOURCES)
ADULT, PHONE, JOB = "示例求职人", "13900000001", "（示例）帮厨"
WHY = "（示例）时间对不上"


def wished(number: int = 1, **changes: Any) -> dict[str, Any]:
    line = {
        **pupil(number),
        "stated_on": "2025-03-03",
        "adult_name": ADULT,
        "adult_phone": PHONE,
        "given_on": "2025-03-03",
        "until": "2026-03-02",
        "job": JOB,
        "job_hours": "白天部分时段",
        "training": "（示例）烘焙",
    }
    return {**line, **changes}


def sent(**changes: Any) -> dict[str, Any]:
    kept = ("adult_name", "adult_phone", "given_on", "until", "job", "job_hours", "training")
    line = {name: wished()[name] for name in kept}
    return {**line, "sent_on": "2025-03-03", **changes}


def did(number: str, step: str, **changes: Any) -> dict[str, Any]:
    return {"help": number, "job_step": step, "answered_on": "2025-03-03", **changes}


def settle(hub: Program) -> None:
    assert hub.settle()
    assert hub.reactor.refused() == []


def begun(hub: Program, *numbers: int) -> None:
    hub.directory.add_organisations([Organisation(HELPER, "示例区人社局")])
    for number in numbers or (1,):
        send(hub, EDUCATION, "education.roll", enrolled(pupil(number)))
        send(hub, TOWN, "town.residence", resident(pupil(number), categories="农村留守儿童"))
    settle(hub)


def helps(hub: Program, organisation: str = HELPER, *, over: bool = False) -> list[JobHelpRow]:
    return list(hub.queries.job_helps(reader(organisation), over=over))


def wishes(hub: Program, organisation: str, *, over: bool = False) -> list[JobWishRow]:
    return list(hub.queries.job_wishes(reader(organisation), over=over))


def asked(hub: Program, by: str = VILLAGE, number: int = 1, **changes: Any) -> str:
    """A wish that was taken down; gives its number."""
    before = {each.number for each in wishes(hub, by)}
    send(hub, by, "jobs.wish", wished(number, **changes))
    settle(hub)
    (new,) = {each.number for each in wishes(hub, by)} - before
    return new


def forwarded(hub: Program, wish: str | None, **changes: Any) -> str:
    """What the station sent; gives the number of the help."""
    before = {each.number for each in helps(hub, TOWN)}
    also = {} if wish is None else {"wish": wish}
    send(hub, TOWN, "jobs.sending", sent(**also, **changes))
    settle(hub)
    (new,) = {each.number for each in helps(hub, TOWN)} - before
    return new


def stepped(hub: Program, number: str, *steps: str) -> None:
    for step in steps:
        also = {"job_offer": "零工市场"} if step == "已推荐" else {"account": WHY}
        send(hub, HELPER, "jobs.step", did(number, step, **also))
    settle(hub)


def test_p32_a_guardian_is_helped_to_work_and_whoever_asked_reads_how_it_goes(
    hub: Program,
) -> None:
    """Given a guardian's wish that a village takes down / when the station sends it on / then human
    resources see an adult who looks for work, and the village reads each of their steps."""
    begun(hub)
    wish = asked(hub)
    (waiting,) = wishes(hub, TOWN)
    assert (waiting.number, waiting.state, waiting.asked_by) == (wish, "STATED", VILLAGE)
    assert (waiting.adult_name, waiting.adult_phone, waiting.job) == (ADULT, PHONE, JOB)
    assert helps(hub) == [], "nobody has sent it"
    number = forwarded(hub, wish)
    (row,) = helps(hub)
    assert (row.number, row.state, row.sender) == (number, "SENT", TOWN)
    assert (row.adult_name, row.adult_phone, row.job) == (ADULT, PHONE, JOB)
    assert (row.job_hours, row.training) == ("PART_DAY", "（示例）烘焙")
    for step, state in (
        ("已受理", "ACCEPTED"),
        ("已联系本人", "CONTACTED"),
        ("已推荐", "OFFERED"),
        ("已就业", "SETTLED"),
    ):
        stepped(hub, number, step)
        (mine,) = wishes(hub, VILLAGE)
        assert (mine.help, mine.help_state) == (number, state)
        assert mine.due_at is not None
    assert mine.result == "PLACED"
    stepped(hub, number, "已回访")
    assert (helps(hub), wishes(hub, VILLAGE)) == ([], [])
    (over,) = wishes(hub, VILLAGE, over=True)
    assert (over.help_state, over.result, over.due_at) == ("DONE", "PLACED", None)


def test_p32_with_the_last_step_or_the_end_the_adult_is_in_human_resources_view_no_more(
    hub: Program,
) -> None:
    begun(hub)
    for ends in ("followed up", "declined", "ran out"):
        adult = {"adult_name": f"{ADULT}{ends}"}
        number = forwarded(hub, None, **adult)
        stepped(hub, number, "已受理", "已联系本人")
        assert PHONE in str(hub.queries.timeline(reader(HELPER), number).items)
        if ends == "followed up":
            stepped(hub, number, "未就业", "已回访")
        elif ends == "declined":
            line = {"help": number, "ended_on": "2025-03-03"}
            send(hub, HELPER, "jobs.ending", line)
        else:
            at(hub, datetime(2026, 3, 3, 10, tzinfo=SHANGHAI))
        settle(hub)
        told = str(hub.queries.timeline(reader(HELPER), number).items)
        assert PHONE not in told
        assert adult["adult_name"] not in told
        assert helps(hub) == []
        kept = [each for each in helps(hub, over=True) if each.number == number]
        assert [(each.adult_name, each.adult_phone) for each in kept] == [(None, None)]
        (fault,) = take(hub, HELPER, "jobs.step", did(number, "已推荐")).faults
        assert fault.code == "JOB_HELP_NOT_YOURS"


def test_p32_the_guardian_declines_at_the_villages_desk_and_nobody_asks_why(hub: Program) -> None:
    begun(hub)
    wish = asked(hub)
    number = forwarded(hub, wish)
    line = {"help": number, "wish": wish, "ended_on": "2025-03-03"}
    send(hub, VILLAGE, "jobs.ending", line)
    settle(hub)
    assert (helps(hub), wishes(hub, VILLAGE), wishes(hub, TOWN)) == ([], [], [])
    (over,) = wishes(hub, TOWN, over=True)
    assert (over.state, over.help_state) == ("WITHDRAWN", "ENDED")
    assert helps(hub, over=True) == [], "human resources did nothing yet, and keep nothing"
    at(hub, hub.clock.now() + timedelta(days=30))
    settle(hub)
    assert hub.queries.overdue(reader(HELPER)).items == ()


def test_a_wish_that_lapses_before_the_clock_looks_is_shown_no_more(hub: Program) -> None:
    begun(hub)
    forwarded(hub, None)
    at(hub, datetime(2026, 3, 3, 10, tzinfo=SHANGHAI))
    assert helps(hub) == []


def test_p32_each_step_has_a_clock_and_silence_shows(hub: Program) -> None:
    """The station's first, then human resources'."""
    begun(hub)
    wish = asked(hub)
    at(hub, datetime(2025, 3, 7, 10, tzinfo=SHANGHAI))
    settle(hub)
    assert {each.kind for each in hub.queries.overdue(reader(TOWN)).items} == {"job_send"}
    assert [each.overdue for each in wishes(hub, VILLAGE)] == [True]
    number = forwarded(hub, wish)
    for step, clock, days in (
        (None, "job_accept", 10),
        ("已受理", "job_contact", 10),
        ("已联系本人", "job_offer", 20),
        ("已推荐", "job_result", 50),
        ("已就业", "job_follow_up", 100),
    ):
        if step:
            stepped(hub, number, step)
        assert clock not in {each.kind for each in hub.queries.overdue(reader(HELPER)).items}
        at(hub, hub.clock.now() + timedelta(days=days))
        settle(hub)
        assert clock in {each.kind for each in hub.queries.overdue(reader(HELPER)).items}
        assert clock in {each.kind for each in hub.queries.overdue(reader(CIVIL_AFFAIRS)).items}
        silent = hub.queries.silence(reader(HELPER)).items
        assert number in {each.child_ref for each in silent}
        assert [each.overdue for each in wishes(hub, CIVIL_AFFAIRS)] == [True]
    assert [each.adult_phone for each in helps(hub)] == [PHONE]


def test_school_and_civil_affairs_ask_as_well_and_a_stranger_is_told_nothing(hub: Program) -> None:
    begun(hub, 1, 2)
    asked(hub, SCHOOL, 1)
    asked(hub, CIVIL_AFFAIRS, 2, station=TOWN)
    (fault,) = take(hub, CIVIL_AFFAIRS, "jobs.wish", wished(2, stated_on="2025-03-02")).faults
    assert fault.code == "REQUIRED"
    assert len(wishes(hub, TOWN)) == 2
    assert [each.asked_by for each in wishes(hub, SCHOOL)] == [SCHOOL]
    assert {each.asked_by for each in wishes(hub, CIVIL_AFFAIRS)} == {SCHOOL, CIVIL_AFFAIRS}
    for organisation in (OTHER_TOWN, OTHER_VILLAGE, POLICE, HELPER, EDUCATION):
        assert wishes(hub, organisation) == []
    wish = wishes(hub, SCHOOL)[0].number
    for organisation in (OTHER_TOWN, TOWN):
        line = sent(wish=wish if organisation == OTHER_TOWN else str(UUID(int=1)))
        (fault,) = take(hub, organisation, "jobs.sending", line).faults
        assert fault.code == "JOB_WISH_NOT_YOURS"
    settle(hub)
    assert helps(hub) == [], "what is refused leaves nothing behind"


def test_no_other_office_reads_whom_a_station_sent(hub: Program) -> None:
    begun(hub)
    number = forwarded(hub, asked(hub))
    stepped(hub, number, "已受理")
    for organisation in (OTHER_TOWN, OTHER_VILLAGE, SCHOOL, POLICE, EDUCATION, VILLAGE):
        assert helps(hub, organisation, over=True) == []
    (seen,) = helps(hub, CIVIL_AFFAIRS)
    assert seen.adult_phone == PHONE
    office = district_organisation(Seat.WOMEN_CHILDREN_OFFICE)
    hub.directory.add_organisations([Organisation(office, "示例妇儿工委办")])
    settle(hub)
    assert (helps(hub, office, over=True), wishes(hub, office, over=True)) == ([], [])


def test_what_was_sent_stands_in_the_childs_file_at_whoever_asked(hub: Program) -> None:
    begun(hub)
    number = forwarded(hub, asked(hub))
    items = hub.queries.timeline(reader(VILLAGE), child_of(hub, pupil(1)), limit=200).items
    (entry,) = [each for each in items if each.topic == "job_wish.forwarded.v1"]
    assert entry.fields["help_number"] == number


def test_p32_how_many_were_sent_and_placed_is_counted_from_the_log(hub: Program) -> None:
    """Of adults, with children or without: each once however often a step is stated, the same by
    replay; shown in steps and as of the quarter, and few to nobody."""
    begun(hub)
    every = []
    for nth in range(6):
        adult = {"adult_name": f"{ADULT}{nth}", "adult_phone": f"1390000000{nth}"}
        every.append(forwarded(hub, None, **adult))
        stepped(hub, every[-1], "已受理", "已联系本人")
    for number in every[:3]:
        stepped(hub, number, "已就业", "已回访")
    stepped(hub, every[3], "未就业")
    send(hub, HELPER, "jobs.step", did(every[3], "未就业", account="（示例）改写"))
    settle(hub)
    end = date(2025, 12, 31)
    rules = hub.policies.rules.indicators
    for code, counted in (("job_helps", Figure(6)), ("jobs_placed", Figure(3, 4))):
        exact: tuple[Figure, dict[str, Figure]] = (counted, {})
        assert hub.indicators.count(code, 2025, end) == exact
        assert replayed(hub.store, rules, code, 2025, end, hub.store.position) == exact
    at(hub, datetime(2025, 4, 1, 10, tzinfo=SHANGHAI))
    for organisation in (HELPER, CIVIL_AFFAIRS):
        shown = {
            each.code: each.words for each in hub.queries.indicators(reader(organisation), 2025)
        }
        assert (shown["job_helps"], shown["jobs_placed"]) == ("5人", "—")
    for organisation in (VILLAGE, TOWN, SCHOOL):
        told = {each.code for each in hub.queries.indicators(reader(organisation), 2025)}
        assert not told & {"job_helps", "jobs_placed"}
