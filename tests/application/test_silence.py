"""沉默清单: each organisation's own board and the district's, against a recount of the log.

Source: issue on casework, The silence board; plan 三2 (P53, P56).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from domain.away import DeclareAway, StandIn
from domain.joint_case import OfferLead
from domain.joint_case_facts import JointCaseOpened
from domain.mandatory_report import AcceptMandatoryReport
from domain.move import AnnounceMove, WithdrawMove
from domain.organisations import Organisation, Post
from domain.referral import AcceptReferral
from domain.silence import SilenceKind
from domain.supervisory_order import IssueOrder
from hub.bootstrap import Program
from hub.keyservice import Purpose, Reader
from tests.erasure.office import erase
from tests.program import (
    CIVIL_AFFAIRS,
    DISTRICT,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_TOWN,
    OTHER_VILLAGE_CODE,
    PROCURATORATE,
    SCHOOL,
    START,
    STATION,
    TOWN,
    VILLAGE,
    VILLAGE_CODE,
    absent,
    actor,
    at,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    send,
)
from tests.recount import silent_by_the_log

OFFICE = "women_children_office:310117"
EVERYBODY = [each.id for each in DISTRICT] + [OFFICE]


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """Five weeks in which hardly anybody answers."""
    with running(tmp_path_factory.mktemp("silence") / "data") as hub:
        hub.directory.add_organisations([Organisation(OFFICE, "示例区妇儿工委办")])
        for number in range(1, 7):
            send(hub, EDUCATION, "education.roll", enrolled(pupil(number)))
        for number in range(1, 4):
            send(hub, TOWN, "town.residence", resident(pupil(number), categories="农村留守儿童"))
        hub.settle()
        for number in range(1, 6):
            send(hub, SCHOOL, "education.absence", absent(pupil(number), number))
        send(
            hub,
            VILLAGE,
            "report.mandatory",
            {"seen": "（示例）瘀青", "place": VILLAGE_CODE, "reference": "示例1"},
        )
        hub.settle()
        (report,) = {f.stream for f in hub.store.feed(0, 500) if f.topic == "report.filed.v1"}
        hub.hub.command(AcceptMandatoryReport(report_id=report), actor(STATION))
        for task in hub.queries.inbox(reader(TOWN)).items[:2]:
            hub.hub.command(AcceptReferral(referral_id=UUID(task.id)), actor(TOWN))
        child = UUID(child_of(hub, pupil(1)))
        hub.hub.command(AnnounceMove(child_ref=child, receivers=(OTHER_TOWN,)), actor(TOWN))
        hub.hub.command(
            IssueOrder(order_id=UUID(int=5), addressee=EDUCATION, demand="（示例）请办结"),
            actor(OFFICE, Post.HEAD),
        )
        hub.settle()
        led = next(f for f in hub.store.feed(0, 10_000) if f.topic == JointCaseOpened.TOPIC)
        asked = OfferLead(case_id=UUID(led.clear["case_id"]), to=CIVIL_AFFAIRS)
        hub.hub.command(asked, actor(led.clear["lead"]))
        away = DeclareAway(
            organisation=VILLAGE,
            since=START.date(),
            until=START.date() + timedelta(days=40),
            stand_in=StandIn.DEPUTY,
        )
        hub.hub.command(away, actor(VILLAGE))
        hub.settle()
        for days in (3, 9, 35):
            at(hub, START + timedelta(days=days))
            hub.settle()
        yield hub


def coordinator(organisation: str) -> Reader:
    return Reader(organisation, Post.HANDLER.value, "u-test", Purpose.CASEWORK)


def test_across_the_district_the_board_equals_a_recount_of_the_log(silent: Program) -> None:
    """For civil affairs and the procuratorate: how many of which kind, whose."""
    recount = silent_by_the_log(silent.store, silent.policies.rules, silent.clock.now())
    by_owner = Counter[tuple[str, str]]()
    for (kind, _, owner), count in recount.items():
        by_owner[kind, owner] += count
    for seen_by in (CIVIL_AFFAIRS, PROCURATORATE):
        shown = silent.queries.silence_of_district(coordinator(seen_by))
        assert {(each.kind, each.whose): each.count for each in shown} == dict(by_owner)
    there = {kind for kind, _ in by_owner}
    assert there == set(SilenceKind) - {
        *("OUTCOME_UNCONFIRMED", "REACTION_REFUSED"),
        # A case has its lead as soon as the log is followed; a month is over later than this.
        *("NO_LEAD", "REPORT_MISSING", "DUTY_MISSING"),
        # Nobody has answered anything: tests/application/test_joint_cases.py.
        "CASE_UNCLOSED",
        # Nobody's training or query is due yet: tests/application/test_workforce.py,
        # tests/adversary/test_entry_check.py.
        *("UNTRAINED", "CHECK_EXPIRED", "WORKER_BARRED"),
    }


@pytest.mark.parametrize("organisation", EVERYBODY)
def test_an_organisations_own_board_holds_what_it_owes_by_the_log(
    silent: Program, organisation: str
) -> None:
    recount = silent_by_the_log(silent.store, silent.policies.rules, silent.clock.now())
    owed = {each: n for each, n in recount.items() if each[2] == organisation}
    feeds = {about for kind, about, _ in owed if kind == "FEED_STOPPED"}
    asked = coordinator(organisation)
    found = Counter[tuple[str, str, str]]()
    after = None
    while True:
        page = silent.queries.silence(asked, mine=True, after=after, limit=3)
        found.update((each.kind, each.about, each.owner) for each in page.items)
        after = page.next_cursor
        if after is None:
            break
    apart = ("FEED_STOPPED", "WORKER_AWAY")
    assert found == {each: n for each, n in owed.items() if each[0] not in apart}
    away = {owner for kind, _, owner in owed if kind == "WORKER_AWAY"}
    assert away <= set(silent.queries.away_with_open_work(asked))
    assert set(silent.queries.silent_feeds(asked)) == feeds
    counts = silent.queries.silence_counts(asked)
    assert {kind.value: own for kind, (_, own) in counts.items() if own} == dict(
        Counter(kind for kind, _, _ in found.elements())
    )


def test_the_office_sees_counts_by_kind_of_organisation_and_no_small_one(silent: Program) -> None:
    recount = silent_by_the_log(silent.store, silent.policies.rules, silent.clock.now())
    totals = Counter[str]()
    for (kind, _, _), count in recount.items():
        totals[kind] += count
    shown = silent.queries.silence_of_district(coordinator(OFFICE))
    assert {each.kind: each.count for each in shown if not each.whose} == {
        kind.value: totals[kind] if totals[kind] >= 5 else None for kind in SilenceKind
    }
    assert all(each.count is None or each.count >= 5 for each in shown)
    assert all(":" not in each.whose for each in shown), "no organisation is named"
    (own,) = silent.queries.silence(coordinator(OFFICE)).items
    assert own.kind == SilenceKind.LETTER_UNANSWERED, "what it asked itself, of no child"


def test_a_village_without_its_director_is_shown_to_itself_and_to_its_town(silent: Program) -> None:
    for organisation in EVERYBODY:
        shown = silent.queries.away_with_open_work(coordinator(organisation))
        assert set(shown) == ({VILLAGE} if organisation in (VILLAGE, TOWN) else set())


@pytest.mark.parametrize("organisation", [SCHOOL, TOWN, STATION, EDUCATION, VILLAGE])
def test_nobody_else_sees_the_district(silent: Program, organisation: str) -> None:
    assert silent.queries.silence_of_district(coordinator(organisation)) == ()


def test_a_board_that_was_lost_is_made_anew_from_the_log(tmp_path: Path) -> None:
    with running(tmp_path / "data") as hub:
        send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
        before = hub.silences.silent(hub.clock.now())
        assert [each.kind for each in before] == [SilenceKind.UNASSIGNED]
    (tmp_path / "data" / "reactions.sqlite").unlink()
    with running(tmp_path / "data") as hub:
        assert hub.silences.silent(hub.clock.now()) == before


def test_a_child_in_move_stays_on_the_board_past_its_thirty_days(tmp_path: Path) -> None:
    with running(tmp_path / "data") as hub:
        send(hub, TOWN, "town.residence", resident(pupil(1)))
        hub.settle()
        child = UUID(child_of(hub, pupil(1)))
        move = AnnounceMove(child_ref=child, receivers=(OTHER_TOWN, OTHER_SCHOOL))
        hub.hub.command(move, actor(TOWN))
        for days in (0, 40):
            at(hub, START + timedelta(days=days))
            hub.settle()
            rows = hub.queries.silence(reader(TOWN), kind=SilenceKind.IN_MOVE).items
            assert [each.child_ref for each in rows] == [str(child)] * 2
        moved = {**pupil(1), "village": OTHER_VILLAGE_CODE}
        send(
            hub,
            OTHER_TOWN,
            "town.residence",
            resident(moved, OTHER_VILLAGE_CODE, since="2025-03-01"),
        )
        hub.settle()
        assert len(hub.queries.silence(reader(TOWN), kind=SilenceKind.IN_MOVE).items) == 1
        hub.hub.command(WithdrawMove(child_ref=child), actor(TOWN))
        hub.settle()
        assert hub.queries.silence(reader(TOWN), kind=SilenceKind.IN_MOVE).items == ()


def test_of_an_erased_child_nothing_stays(tmp_path: Path) -> None:
    with running(tmp_path / "data") as hub:
        send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
        hub.settle()
        child = UUID(child_of(hub, pupil(1)))
        (before,) = hub.silences.silent(hub.clock.now())
        assert before.child_ref == str(child)
        erase(hub, child)
        assert hub.silences.silent(hub.clock.now()) == []
        assert silent_by_the_log(hub.store, hub.policies.rules, hub.clock.now()) == Counter()
        assert str(child).encode() not in (tmp_path / "data" / "reactions.sqlite").read_bytes()
