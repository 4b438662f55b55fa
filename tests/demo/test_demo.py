"""The demo: real files through the real doors, the same for a seed, nothing left in clear."""

from __future__ import annotations

import json
import stat
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook

from domain.deadline import DeadlineState
from domain.deadline_stream import DEADLINE
from domain.dropout_report import MonthlyReportFiled, QuarterReviewed
from domain.entry_check import EntryCheckAsked, EntryCheckPassed
from domain.indicator import Figure
from domain.organisations import CARRIED, Post, Seat
from hub.agencies import exchanging
from hub.bootstrap import initialise, program
from hub.clock import SetClock, SystemClock
from hub.demo import DemoOptions, DemoRefused, DemoSummary, run_demo
from hub.demo.chance import Rate
from hub.demo.desk import instant
from hub.demo.figures import FIGURES
from hub.demo.offices import civil_affairs, court, leads, police, welfare
from hub.demo.options import START
from hub.demo.people import Staff
from hub.demo.world import World, build_world
from hub.eventstore.codec import Fact, event_of
from hub.indicators import replayed
from hub.keyservice import Purpose
from hub.policies import load_policies
from hub.queries import NotCleared
from hub.settings import DataFolder, Settings
from tests.recount import whole_log

pytestmark = pytest.mark.slow

CHILDREN, DAYS, SEED = 20, 12, 3
POLICE, PROCURATORATE = "police:310117", "procuratorate:310117"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "data"


def options(data: Path, seed: int = SEED) -> DemoOptions:
    return DemoOptions(data, CHILDREN, DAYS, seed)


@pytest.fixture(scope="module")
def told() -> list[tuple[int, int]]:
    return []


@pytest.fixture(scope="module")
def demo(data: Path, told: list[tuple[int, int]]) -> DemoSummary:
    return run_demo(options(data), Settings(), lambda done, of: told.append((done, of)))


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(options(Path()), load_policies().divisions)


def sheets(data: Path) -> list[Path]:
    found = (data / "demo" / "sheets").rglob("*")
    return sorted(path for path in found if path.suffix in (".xlsx", ".csv"))


def test_the_sheets_are_real_files(demo: DemoSummary, data: Path) -> None:
    found = sheets(data)
    assert {path.suffix for path in found} == {".xlsx", ".csv"}
    assert len(found) <= demo.sheets
    assert {path.parent.name for path in found} >= {"education", "town"}
    for path in found:
        if path.suffix == ".xlsx":
            rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
            assert len(rows) >= 2, path.name
        else:
            content = path.read_bytes()
            utf8 = content.startswith(b"\xef\xbb\xbf")
            text = content.decode("utf-8-sig" if utf8 else "gb18030")
            # Of a child, or of what concerns none.
            assert {"身份证号", "起始日期"} & set(text.splitlines()[0].split(","))


def test_separate_networks_send_signed_files_and_are_answered(
    demo: DemoSummary, data: Path
) -> None:
    """公安、检察 on networks of their own: what they carry in is their record as any other."""
    with program(data) as running, exchanging(running) as (parties, _):
        for organisation in (POLICE, PROCURATORATE):
            carried = sorted((data / "demo/networks").glob(f"{organisation.partition(':')[0]}-*/*"))
            files = [path for path in carried if path.suffix == ".json" and path.stem[:4].isdigit()]
            assert parties.came(organisation) == len(files) >= 1
        assert parties.refused() == []
        assert any(
            fact.header[3] == CARRIED and fact.topic == "activity.recorded.v1"
            for fact in whole_log(running.store)
        )


def test_a_complete_file_is_printed_as_its_reader_sees_it(demo: DemoSummary, data: Path) -> None:
    printed = sorted((data / "demo/sheets/完整档案").glob("*.pdf"))
    assert printed
    assert all(path.read_bytes().startswith(b"%PDF") for path in printed)
    assert {stat.S_IMODE(path.stat().st_mode) for path in printed} == {0o600}


def test_the_summary_adds_up(demo: DemoSummary) -> None:
    for counts in demo.agencies:
        taken = counts["accepted"] + counts["repeated"] + counts["quarantined"]
        assert counts["received"] == taken, counts.title
        assert counts["corrected"] <= counts["quarantined"]
        assert counts["acknowledged"] + counts["returned"] <= counts["opened"]
        assert counts["closed"] + counts["failed"] <= counts["acknowledged"]
        assert counts["overdue"] <= counts["missed"]
        assert counts["heard_back"] <= counts["reports_filed"]
        assert counts["reports_fed_back"] <= counts["reports_decided"]
    rows = {counts.seat: counts for counts in demo.agencies}
    assert rows["education"]["received"] >= CHILDREN
    assert rows["school"]["accepted"] > 0
    assert rows["police_station"]["opened"] > 0
    assert rows["town"]["acknowledged"] > 0
    assert sum(counts["quarantined"] for counts in demo.agencies) > 0
    assert sum(counts["closed"] for counts in demo.agencies) > 0
    filed = sum(counts["reports_filed"] for counts in demo.agencies)
    assert filed >= rows["police_station"]["reports_accepted"] > 0
    assert rows["hospital"]["reports_filed"] > 0


def test_the_summary_is_what_the_folder_holds(demo: DemoSummary, data: Path) -> None:
    with program(data) as running:
        kept = running.quarantine.counts()
        for counts in demo.agencies:
            own = [(state, n) for (owner, state), n in kept.items() if seat(owner) == counts.seat]
            assert sum(n for _, n in own) == counts["quarantined"]
            assert sum(n for state, n in own if state == "corrected") == counts["corrected"]
        assert running.store.position == demo.events


def test_every_inbox_holds_what_the_summary_counts(demo: DemoSummary, data: Path) -> None:
    """Counted from the log; asked here through the door that officials use."""
    counted = {counts.seat: counts for counts in demo.agencies}
    found: Counter[tuple[str, str]] = Counter()
    with program(data, clock=SetClock(instant(demo.end, 18))) as running:
        staff = Staff(running.directory, running.entrance.accounts)
        for organisation in running.directory.organisations():
            reader = staff.reader(organisation.id, Purpose.TASK)
            try:
                inbox = running.queries.inbox(reader, open_only=False, limit=200)
            except NotCleared:
                # Where no child of the demo lives nobody is on the register, and nothing was sent:
                # else the counts below differ.
                assert organisation.seat in (Seat.VILLAGE, Seat.SOCIAL_ORGANISATION)
                continue
            assert inbox.next_cursor is None
            for referral in inbox.items:
                kind = organisation.seat.value
                found[kind, "opened"] += 1
                found[kind, referral.state] += 1
                found[kind, "overdue"] += referral.overdue
    for seat, counts in counted.items():
        assert found[seat, "opened"] == counts["opened"], seat
        assert found[seat, "completed"] == counts["closed"], seat
        assert found[seat, "failed"] == counts["failed"], seat
        assert found[seat, "rejected"] == counts["returned"], seat
        assert found[seat, "overdue"] == counts["overdue"], seat
    assert sum(found.values()) > 20


def test_every_figure_agrees_with_a_recount_of_the_log(demo: DemoSummary, data: Path) -> None:
    """Reckoned once more from the log's clear facts, by the streams' own folds where the summary
    counts along; what was sent in is held against the quarantine and the receipts."""
    with program(data, clock=SetClock(instant(demo.end, 18))) as running:
        facts = whole_log(running.store)
        recount = _by_topic(facts) + _overdue(facts, instant(demo.end, 18))
        held = Counter[tuple[str, str]]()
        for (owner, state), count in running.quarantine.counts().items():
            held[seat(owner), "quarantined"] += count
            held[seat(owner), "corrected"] += count * (state == "corrected")
    for counts in demo.agencies:
        for figure in FIGURES:
            if figure.name in ("received", "accepted", "repeated"):
                continue
            of = held if figure.name in ("quarantined", "corrected") else recount
            found = of[counts.seat, figure.name]
            assert found == counts[figure.name], (counts.seat, figure.name)
    assert {each.seat for each in demo.agencies} == {each.value for each in Seat}
    seats = {seat for seat, _ in recount}
    assert seats <= {each.seat for each in demo.agencies}, "no figure is lost"


def test_p55_every_seat_has_an_indicator_with_a_figure(data: Path, demo: DemoSummary) -> None:
    """Counted along, and the same by replay of the whole log."""
    with program(data, clock=SetClock(instant(demo.end, 18))) as running:
        rules = running.policies.rules.indicators
        found: dict[str, Figure] = {}
        for code in rules.indicators:
            found[code], _ = running.indicators.count(code, demo.end.year, demo.end)
        for code in ("visits_in_time", "children_paired", "budget_spent"):
            exact = running.indicators.count(code, demo.end.year, demo.end)
            position = running.store.position
            again = replayed(running.store, rules, code, demo.end.year, demo.end, position)
            assert again == exact, code
    with_figure = {
        rules.indicators[code].owner for code, each in found.items() if each.value is not None
    }
    assert with_figure == set(Seat)


_PLAINLY: Mapping[str, tuple[str, str]] = {
    "opened": ("referral.requested.v1", "addressee"),
    "acknowledged": ("referral.accepted.v1", "addressee"),
    "closed": ("referral.completed.v1", "addressee"),
    "failed": ("referral.failed.v1", "addressee"),
    "returned": ("referral.returned.v1", "addressee"),
    "held": ("referral.held.v1", "addressee"),
    "extended": ("deadline.extended.v1", "owner"),
    "visits_owed": ("visit_obligation.opened.v2", "owner"),
    "visits_made": ("visit_obligation.met.v2", "owner"),
    "visits_missed": ("visit_obligation.missed.v2", "owner"),
    "visit_records": ("visit.recorded.v1", ""),
    "job_wishes": ("job_wish.stated.v1", ""),
    "jobs_sent": ("job_help.sent.v1", ""),
    "job_steps": ("job_help.answered.v1", ""),
    "jobs_ended": ("job_help.ended.v1", "told_to"),
    "duties_owed": ("periodic_duty.opened.v1", "owner"),
    "duties_fulfilled": ("periodic_duty.fulfilled.v1", "owner"),
    "activities_held": ("activity.recorded.v1", ""),
    "inspections_made": ("site.inspected.v1", ""),
    "hazards_found": ("hazard.found.v1", ""),
    "hazards_rectified": ("hazard.rectified.v1", ""),
    "items_finished": ("work_item.finished.v1", ""),
    "budgets_stated": ("budget.stated.v1", ""),
    "returns_opened": ("annual_return.opened.v1", "department"),
    "returns_submitted": ("annual_return.submitted.v1", "department"),
    "returns_sent_back": ("annual_return.sent_back.v1", "department"),
    "returns_checked": ("annual_return.checked.v1", "checker"),
    "returns_locked": ("annual_return.locked.v1", "department"),
    "returns_corrected": ("annual_return.corrected.v1", "department"),
    "protection_sought": ("protection_order.applied.v1", ""),
    "protection_issued": ("protection_order.issued.v1", ""),
    "protection_refused": ("protection_order.refused.v1", ""),
    "revocations_sought": ("guardianship.revocation_sought.v1", ""),
    "revocations_decided": ("guardianship.revocation_decided.v1", ""),
    "offers": ("offer.published.v1", ""),
    "signed_up": ("sign_up.signed_up.v1", "signed_by"),
    "spots_given": ("sign_up.spot_offered.v1", "organiser"),
    "spots_taken": ("sign_up.spot_taken.v1", "organiser"),
    "spots_lapsed": ("sign_up.spot_lapsed.v1", "organiser"),
    "children_told": ("sign_up.child_answered.v1", ""),
    "came": ("sign_up.attended.v1", "organiser"),
    "leads": ("joint_case.opened.v1", "lead"),
    "leads_handed_over": ("joint_case.lead_accepted.v1", "lead"),
    "cases_answered": ("joint_case.answered.v1", "lead"),
    "cases_closed": ("joint_case.closed.v1", "lead"),
    "paired": ("mentoring.paired.v1", ""),
    "pairs_ended": ("mentoring.pair_ended.v1", "school"),
    "pairs_met": ("mentoring.met.v1", ""),
    "rounds_opened": ("verification_round.opened.v1", ""),
    "children_verified": ("verification.made.v1", ""),
    "rounds_reported": ("verification_round.reported.v1", ""),
    "reports_filed": ("report.filed.v1", ""),
    "heard_back": ("report.fed_back.v1", "told_to"),
    "reports_accepted": ("report.accepted.v1", ""),
    "reports_decided": ("report.decided.v1", ""),
    "reports_fed_back": ("report.fed_back.v1", ""),
    "safety_instructions": ("safety_instruction.issued.v1", ""),
    "orders_issued": ("supervisory_order.issued.v1", "sender"),
    "orders_replied": ("supervisory_order.replied.v1", "addressee"),
    "problems_found": ("problem.found.v1", "stated_by"),
    "problems_struck_off": ("problem.struck_off.v1", ""),
    "warning_visits": ("warning_visits.visited.v1", ""),
    "sessions_held": ("guidance.session_held.v2", ""),
    "guidance_reported": ("guidance.reported.v2", ""),
    "care_delegated": ("delegated_care.recorded.v1", ""),
    "contacts_attested": ("delegated_care.contact_attested.v1", ""),
    "plans_set": ("service_plan.set.v1", ""),
    "plans_reviewed": ("service_plan.reviewed.v1", ""),
    "checks_passed": ("entry_check.passed.v1", "organisation"),
    "checks_expired": ("entry_check.expired.v1", "organisation"),
    "trainings": ("worker.training_attended.v1", "organisation"),
    "appraised": ("worker.appraisal_approved.v1", "organisation"),
    "stood_in": ("away.begun.v1", "organisation"),
    "projects": ("social_organisation.project_started.v1", "organisation"),
    "aid_applied": ("aid.applied.v1", ""),
    "aid_verified": ("aid.verified.v1", ""),
    "aid_granted": ("aid.granted.v1", ""),
    "aid_refused": ("aid.refused.v1", ""),
    "aid_given": ("aid.given.v1", ""),
    "aid_reviewed": ("aid.reviewed.v1", ""),
    "aid_ended": ("aid.ended.v1", ""),
    "aid_paid": ("aid_payment.stated.v1", ""),
    "gifts_given": ("charity_gift.given.v1", ""),
    "entry_awaited": ("outside_entry.awaited.v1", "owner"),
    "entry_recorded": ("outside_entry.recorded.v1", ""),
    "handed_over": ("hand_over.recorded.v1", ""),
    "beds_stated": ("care_place.beds_stated.v1", ""),
    "families_supported": ("family_support.set.v1", ""),
    "support_declined": ("family_support.declined.v1", ""),
    "support_measures": ("family_support.measure_set.v1", "told_to"),
    "support_reviewed": ("family_support.reviewed.v1", ""),
    "courses_offered": ("voluntary_guidance.offered.v1", "offered_by"),
    "course_sessions": ("voluntary_guidance.session_held.v1", ""),
    "courses_ended": ("voluntary_guidance.ended.v1", ""),
    "services_given": ("care_service.given.v1", ""),
    "homes_proposed": ("home_renovation.proposed.v1", ""),
    "homes_assessed": ("home_renovation.assessed.v1", ""),
    "homes_agreed": ("home_renovation.agreed.v1", ""),
    "homes_declined": ("home_renovation.declined.v1", ""),
    "homes_approved": ("home_renovation.approved.v1", ""),
    "works_ordered": ("home_renovation.ordered.v1", ""),
    "works_finished": ("home_renovation.finished.v1", ""),
    "works_checked": ("home_renovation.checked.v1", ""),
    "homes_followed_up": ("home_renovation.followed_up.v1", ""),
    "online_found": ("online_protection.found.v1", ""),
    "online_stopped": ("online_protection.stopped.v1", ""),
    "online_rechecked": ("online_protection.rechecked.v1", ""),
    "stories_written": ("good_case.written.v1", ""),
    "stories_reviewed": ("good_case.reviewed.v1", ""),
}
"""Figure → topic, and the clear fact that says whose it is (none: whoever stated it)."""


def _by_topic(facts: list[Fact]) -> Counter[tuple[str, str]]:
    found = Counter[tuple[str, str]]()
    for fact in facts:
        for figure, (topic, named) in _PLAINLY.items():
            if fact.topic == topic:
                found[seat(fact.clear[named] if named else fact.producer), figure] += 1
        clear = fact.clear
        if fact.topic == "visit_obligation.met.v2" and clear["late"]:
            found[seat(clear["owner"]), "visits_late"] += 1
        if fact.topic == "deadline.missed.v1" and clear["kind"] in ("accept", "complete"):
            found[seat(clear["owner"]), "missed"] += 1
        if fact.topic == "deadline.missed.v1" and clear["kind"] == "feedback":
            found[seat(clear["owner"]), "feedback_late"] += 1
        if fact.topic == "deadline.missed.v1" and clear["kind"] == "delegated_contact":
            found[seat(clear["owner"]), "contacts_missed"] += 1
        if fact.topic == "deadline.missed.v1" and clear["kind"] == "periodic_duty":
            found[seat(clear["owner"]), "duties_missed"] += 1
    return found


def _overdue(facts: list[Fact], now: datetime) -> Counter[tuple[str, str]]:
    """Each referral once whose acceptance or answer was missed and not given."""
    streams: dict[UUID, list[Fact]] = {}
    for fact in facts:
        if fact.topic.startswith("deadline."):
            streams.setdefault(fact.stream, []).append(fact)
    late = set()
    for of in streams.values():
        clock = DEADLINE.fold([event_of(fact) for fact in of])
        if clock.state is DeadlineState.MISSED and of[-1].clear["kind"] in ("accept", "complete"):
            late.add((clock.owner, of[-1].clear["subject_id"]))
    return Counter((seat(owner), "overdue") for owner, _ in late)


def seat(organisation: str) -> str:
    return organisation.partition(":")[0]


def test_the_same_seed_gives_the_same_summary(demo: DemoSummary, tmp_path: Path) -> None:
    again = run_demo(options(tmp_path / "again"))
    assert again == demo
    assert again.as_json() == demo.as_json()
    assert {login.token for login in again.logins}.isdisjoint(login.token for login in demo.logins)
    assert run_demo(options(tmp_path / "other", SEED + 1)).agencies != demo.agencies


def test_progress_is_told_each_day(demo: DemoSummary, told: list[tuple[int, int]]) -> None:
    assert told == [(day, DAYS) for day in range(1, DAYS + 1)]


def clear_values(world: World) -> list[bytes]:
    """What must stand nowhere outside the sheets: of every child, not of a sample."""
    values: list[str] = []
    for child in world.children:
        values += [child.name, child.guardian, child.phone, child.address, child.id_number or ""]
        values.append(child.student_number)
    return [value.encode() for value in values if value]


def in_clear(data: Path, values: list[bytes]) -> Iterator[str]:
    """Files outside ``demo/sheets`` that hold one of the values as UTF-8."""
    for path in sorted(data.rglob("*")):
        if path.is_file() and data / "demo" / "sheets" not in path.parents:
            content = path.read_bytes()
            if any(value in content for value in values):
                yield path.relative_to(data).as_posix()


def test_nobody_stands_in_clear_outside_the_sheets(
    demo: DemoSummary, data: Path, world: World
) -> None:
    values = clear_values(world)
    assert list(in_clear(data, values)) == []
    # The same look finds one who was put there, and those in the sheets.
    planted = data / "views" / "planted.tmp"
    planted.write_bytes(b"\0" + values[0] + b"\0")
    try:
        assert list(in_clear(data, values)) == ["views/planted.tmp"]
    finally:
        planted.unlink()
    texts = [path.read_bytes() for path in sheets(data) if path.suffix == ".csv"]
    numbers = [child.id_number.encode() for child in world.children if child.id_number]
    assert any(number in text for text in texts for number in numbers)


def test_no_login_is_kept_in_clear(demo: DemoSummary, data: Path) -> None:
    assert list(in_clear(data, [login.token.encode() for login in demo.logins])) == []
    assert demo.logins[0].token not in repr(demo)


def test_the_clock_goes_on_from_the_last_day(demo: DemoSummary, data: Path) -> None:
    assert demo.end == START + timedelta(days=DAYS - 1)
    now = SystemClock(DataFolder(data).clock_offset()).now()
    assert (now + timedelta(hours=8)).date() == demo.end
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_a_second_run_keeps_the_demo_and_gives_new_logins(demo: DemoSummary, data: Path) -> None:
    told: list[tuple[int, int]] = []
    with program(data) as running:
        before = running.store.position
    again = run_demo(replace(options(data), children=999), progress=lambda *at: told.append(at))
    assert again == demo
    assert again.reused
    assert not demo.reused
    assert not again.same_as(replace(options(data), children=999))
    assert told == []
    with program(data) as running:
        assert running.store.position == before
        now = running.clock.now()
        users = {
            login.organisation: running.directory.authenticate(
                login.token, now + timedelta(hours=12)
            )
            for login in again.logins
        }
        assert all(user is not None and user.organisation == o for o, user in users.items())
        assert {user.post for user in users.values() if user} == {Post.HANDLER}
        assert running.directory.authenticate(demo.logins[0].token, now) is None
        beyond = now + timedelta(hours=25)
        assert running.directory.authenticate(again.logins[0].token, beyond) is None


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    initialise(tmp_path, Settings())
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(DemoRefused, match="不能在里面运行演示"):
        run_demo(options(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_demo_that_was_broken_off_is_refused(tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, of: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        run_demo(DemoOptions(tmp_path, 2, 2, 1), progress=stop)
    with pytest.raises(DemoRefused, match="中途停止"):
        run_demo(DemoOptions(tmp_path, 2, 2, 1))


def test_the_marker_holds_counts_only(demo: DemoSummary, data: Path) -> None:
    table = json.loads((data / "demo" / "demo.json").read_text(encoding="utf-8"))
    assert table["summary"] == demo.as_json()
    assert set(table) == {"state", "summary", "logins"}
    assert table["logins"] == [login.organisation for login in demo.logins]


@pytest.mark.parametrize(("children", "days"), [(0, 5), (5, 0), (20_001, 5), (5, 401)])
def test_numbers_that_make_no_demo_are_refused(tmp_path: Path, children: int, days: int) -> None:
    with pytest.raises(DemoRefused, match="之间"):
        DemoOptions(tmp_path, children, days)


def test_a_year_without_a_calendar_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(DemoRefused, match="日历"):
        run_demo(DemoOptions(tmp_path / "data", 2, 2, 1, date(2031, 1, 1)))
    assert not (tmp_path / "data").exists()


FOLLOWING = (
    *("sessions_held", "guidance_reported", "plans_set", "plans_reviewed"),
    *("protection_sought", "protection_issued", "protection_refused"),
    *("revocations_sought", "revocations_decided", "leads_handed_over"),
)


def test_where_orders_and_placements_are_frequent_what_follows_them_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guidance is given and reported, a service plan set and reviewed, the court asked for its
    orders and rulings, a lead handed over: in a small demo too rare."""
    monkeypatch.setattr(police, "WARNINGS", Rate(0.5, least=6))
    monkeypatch.setattr(police, "ADMONITIONS", Rate(1.5, least=12))
    monkeypatch.setattr(civil_affairs, "_PLACED", 1.0)
    monkeypatch.setattr(welfare, "_REVIEWED", 5)
    monkeypatch.setattr(police, "_PROTECTED", 1.0)
    monkeypatch.setattr(court, "_REFUSED", 0.4)
    monkeypatch.setattr(civil_affairs, "_SOUGHT", 1.0)
    monkeypatch.setattr(civil_affairs, "_REVOKED", 0.4)
    monkeypatch.setattr(leads, "_HANDED_OVER", 0.5)
    found = run_demo(DemoOptions(tmp_path / "data", 6, 100, 2), Settings()).agencies
    for name in FOLLOWING:
        assert sum(counts[name] for counts in found) > 0, name


def test_the_bureau_reviews_what_the_schools_reported(tmp_path: Path) -> None:
    """县区一季度一复核: given the reports of a quarter's last month / then the review states their
    sums, and as many schools as reported; some pupils are in doubt."""
    run_demo(DemoOptions(tmp_path / "data", CHILDREN, 48, SEED), Settings())
    with program(tmp_path / "data") as running:
        said = [fact for fact in whole_log(running.store) if fact.topic in _REVIEWED]
    filed = [fact.clear for fact in said if fact.topic == MonthlyReportFiled.TOPIC]
    (reviewed,) = [fact.clear for fact in said if fact.topic == QuarterReviewed.TOPIC]
    september = [each for each in filed if each["period"] == "2025-09"]
    assert reviewed["period"] == "2025-Q3"
    assert reviewed["schools"] == len(september) > 0
    for name in ("suspected", "dropped_out"):
        assert reviewed[name] == sum(each[name] for each in september)
    assert reviewed["suspected"] > 0
    assert sum(each["returned"] for each in september) > 0


_REVIEWED = {MonthlyReportFiled.TOPIC, QuarterReviewed.TOPIC}


def test_the_police_answer_every_query_about_who_is_employed(demo: DemoSummary, data: Path) -> None:
    """入职查询: of child directors and of the stations' social workers alike, within days."""
    with program(data) as running:
        said = [fact for fact in whole_log(running.store) if fact.topic.startswith("entry_check.")]
    asked = {f.clear["worker"] for f in said if f.topic == EntryCheckAsked.TOPIC}
    answered = {f.clear["worker"] for f in said if f.topic == EntryCheckPassed.TOPIC}
    assert {f.clear["organisation"].partition(":")[0] for f in said} >= {"village", "town"}
    assert asked == answered
