"""The demo is the main job on real input: real sheets through the doors that officials use.

Day by day with a clock of its own: sheets and reports in the morning, reactions, inboxes at
noon, corrections in the afternoon. The data folder keeps the clock's offset, so that ``hub serve``
goes on from the demo's last day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from domain.calendar import CalendarYearMissing
from domain.organisations import Seat, district_organisation
from hub.bootstrap import Program, initialise, program
from hub.demo.cases import draw_absences
from hub.demo.days import Days
from hub.demo.desk import DemoClock, Desk, instant
from hub.demo.inboxes import Inboxes
from hub.demo.notices import Notices
from hub.demo.offices import workforce
from hub.demo.offices.kernel import On, Work
from hub.demo.offices.registry import SENDERS
from hub.demo.options import DemoOptions, DemoRefused
from hub.demo.people import Staff
from hub.demo.sheets import NOTICE
from hub.demo.summary import Counts, DemoSummary, Marker
from hub.demo.world import INSTITUTION, World, build_world
from hub.keyservice import Purpose
from hub.policies import Policies, load_policies
from hub.settings import DataFolder, Settings

Progress = Callable[[int, int], None]
ON_DUTY = frozenset({Seat.POLICE, Seat.POLICE_STATION, Seat.PROCURATORATE, Seat.CIVIL_AFFAIRS})
"""Where somebody is on duty day and night."""


def run_demo(
    options: DemoOptions,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> DemoSummary:
    """Run the demo into its data folder; ``progress`` is told (days done, days in all).

    A folder that holds a finished demo is used as it is: its kept summary, with new logins.
    Raises DemoRefused for a folder that is not a demo's own or whose demo was broken off, and
    DataFolderError.
    """
    settings = settings or Settings()
    folder = DataFolder(options.data)
    marker = Marker(options.data / "demo" / "demo.json")
    if marker.exists:
        return _again(options, settings, marker)
    if folder.exists:
        raise DemoRefused(
            f"数据文件夹 {options.data} 已在使用，其中可能有真实记录，不能在里面运行演示。"
            "请用 --data 另指定一个空文件夹。"
        )
    policies = load_policies()
    days = _days(options, policies)
    folder.create()
    try:
        marker.begin()
    except FileExistsError:
        raise _unfinished(options.data) from None
    initialise(options.data, settings)
    clock = DemoClock(instant(options.start, 8))
    with program(options.data, settings, clock=clock) as running:
        world = build_world(options, policies.divisions)
        running.directory.add_organisations(world.organisations)
        staff = Staff(running.directory, running.entrance.accounts)
        _enter_rosters(options, running, staff, world)
        summary = _run(options, running, clock, staff, world, days, progress)
        doors = _doors(world)
        folder.keep_clock_offset(clock.at - datetime.now(UTC))
        marker.finish(summary, doors)
        return replace(summary, logins=staff.logins(doors, clock.at))


def _enter_rosters(options: DemoOptions, running: Program, staff: Staff, world: World) -> None:
    """Who is on duty at the desks that take reports, for all of the demo, and their invented
    numbers (值班表、值班电话)."""
    until = options.start + timedelta(days=options.days + 1)
    on_duty = [each.id for each in world.organisations if each.seat in ON_DUTY]
    for number, organisation in enumerate(sorted(on_duty)):
        leader = staff.leader(organisation)
        row = {
            "post": "值班",
            "begins": f"{options.start} 00:00",
            "ends": f"{until} 00:00",
            "user": staff.user(organisation).login,
            "deputy": None,
        }
        running.duty.enter(leader, [row])
        running.duty.state_number(leader, f"021-5700{number:04d}")


def _again(options: DemoOptions, settings: Settings, marker: Marker) -> DemoSummary:
    """A finished demo's summary, and new logins by the folder's own clock."""
    kept = marker.read()
    if kept is None:
        raise _unfinished(options.data)
    summary, doors = kept
    with program(options.data, settings) as running:
        staff = Staff(running.directory, running.entrance.accounts)
        logins = staff.logins(doors, running.clock.now())
    return replace(summary, reused=True, logins=logins)


def _unfinished(data: Path) -> DemoRefused:
    return DemoRefused(
        f"数据文件夹 {data} 中的演示还在运行，或上次中途停止。"
        "确认没有演示在运行后，请删除该文件夹（其中只有演示数据），再重新运行。"
    )


def _days(options: DemoOptions, policies: Policies) -> Days:
    try:
        rules = policies.rules
        return Days.of(options.start, options.days, rules.calendar, rules.school)
    except CalendarYearMissing as error:
        raise DemoRefused(f"{error.text}。") from error


def _run(
    options: DemoOptions,
    running: Program,
    clock: DemoClock,
    staff: Staff,
    world: World,
    days: Days,
    progress: Progress | None,
) -> DemoSummary:
    sheets = options.data / "demo" / "sheets"
    sheets.mkdir(parents=True, exist_ok=True)
    (sheets / "说明.txt").write_text(NOTICE, encoding="utf-8")
    counts = Counts()
    desk = Desk(running, clock, staff, counts, sheets, options.seed)
    work = Work(desk, world, days, draw_absences(options.seed, world, days), options.seed)
    notices = Notices(running, counts)
    inboxes = Inboxes(work, notices)
    workforce.begin(work)
    for done, day in enumerate(days.all, start=1):
        clock.move(instant(day, 8, 30))
        _send(work, day)
        # What follows from the morning's sheets is in the inboxes by noon.
        clock.move(instant(day, 10, 30))
        running.settle()
        notices.read()
        clock.move(instant(day, 11))
        busy = inboxes.go_on(day)
        if days.is_working(day):
            clock.move(instant(day, 16))
            busy = desk.correct(day) or busy
        if busy:
            clock.move(instant(day, 17, 30))
            running.settle()
            notices.read()
        if progress is not None:
            progress(done, len(days.all))
    clock.move(instant(days.all[-1], 18))
    notices.close()
    civil_affairs = staff.reader(district_organisation(Seat.CIVIL_AFFAIRS), Purpose.COORDINATION)
    return DemoSummary(
        children=options.children,
        days=options.days,
        seed=options.seed,
        start=options.start,
        end=days.all[-1],
        sheets=desk.sheets,
        events=running.store.position,
        overdue_deadlines=sum(running.queries.overdue_by_town(civil_affairs).values()),
        agencies=counts.table(),
    )


def _send(work: Work, day: date) -> None:
    """All that comes in on one day, from everybody."""
    on = {
        On.EVERY_DAY: True,
        On.WORKING_DAYS: work.days.is_working(day),
        On.SCHOOL_DAYS: work.days.is_school(day),
    }
    for sender in SENDERS:
        if on[sender.on]:
            sender.send(work, day)
    if on[On.WORKING_DAYS]:
        work.due(day)


def _doors(world: World) -> tuple[str, ...]:
    """One organisation of each seat to log in at: where the most children are."""
    schools = Counter(child.school.id for child in world.children)
    villages = Counter(child.village.code for child in world.children)
    school = max(sorted(schools), key=lambda each: schools[each])
    village = max(sorted(villages), key=lambda each: villages[each])
    towns = Counter(child.village.town_code for child in world.children)
    town = max(sorted(towns), key=lambda each: towns[each])
    return (
        district_organisation(Seat.CIVIL_AFFAIRS),
        district_organisation(Seat.EDUCATION),
        district_organisation(Seat.POLICE),
        district_organisation(Seat.PROCURATORATE),
        f"{Seat.TOWN.value}:{town}",
        f"{Seat.VILLAGE.value}:{village}",
        school,
        f"{Seat.POLICE_STATION.value}:{town}",
        district_organisation(Seat.HEALTH),
        world.hospital(town).id,
        district_organisation(Seat.DISABLED_FEDERATION),
        district_organisation(Seat.HUMAN_RESOURCES),
        district_organisation(Seat.WOMENS_FEDERATION),
        INSTITUTION.id,
    )
