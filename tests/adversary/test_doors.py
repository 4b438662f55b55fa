"""Nothing beyond the matrix through any door of the read side.

Every organisation of every seat asks everything that can be asked, about every child and every
referral; what comes back is held against an oracle that reads the matrix as text. Everything an
answer holds counts as shown: opened fields, clear facts, names of organisations, counts.
"""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.identity import IdentityClaim
from domain.kernel import Category
from domain.organisations import Organisation, Seat, seat_of
from domain.referral import CompleteReferral
from domain.registry import EVENTS
from hub.audit.log import AccessEntry, AccessLogUnavailable
from hub.bootstrap import Program
from hub.queries import NotAdmitted, Queries
from tests.adversary.asking import (
    DOORS,
    EVERYBODY,
    NOT_ANSWERING,
    UNKNOWN_ID,
    Answers,
    asking_as,
    doors_of,
    each_of,
    pages,
    text_of,
)
from tests.adversary.job import (
    FEDERATION,
    INSTITUTION,
    KIDS,
    PLACED,
    WITNESSES,
    Job,
)
from tests.adversary.oracle import (
    CELLS,
    COLUMNS,
    KINDS,
    OPEN_TASKS,
    RELEASES,
    RESPONSIBLE,
    Cell,
    allowed_text,
    by_which,
    elsewhere,
    may_see,
)
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_STATION,
    OTHER_TOWN,
    OTHER_VILLAGE,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    VILLAGE_CODE,
    actor,
    an_id_number,
    birth_date,
    reader,
    take,
    view_file,
)
from tests.together import all_of

pytestmark = pytest.mark.adversary


def test_every_public_method_is_asked() -> None:
    public = {name for name in dir(Queries) if not name.startswith("_")}
    assert public == set(DOORS) | NOT_ANSWERING
    assert {seat_of(each) for each in EVERYBODY} == set(Seat)


@pytest.mark.parametrize("organisation", each_of(EVERYBODY))
def test_an_organisation_sees_exactly_what_the_matrix_gives_it(
    answers: Answers, done: Job, organisation: str
) -> None:
    texts = {secret.text for secret in done.secrets}
    allowed = {text for text in texts if allowed_text(organisation, done, text)}
    # What is told for good of a child is in its timeline, which nothing there overwrites.
    told = answers.text(organisation)
    seen = {text for text in texts if text in told}
    assert seen - allowed == set()
    assert allowed - seen == set()


# -- the matrix, cell by cell ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell", [pytest.param(each, id=str(each), marks=doors_of(each.seat)) for each in CELLS]
)
def test_a_cell_shows_what_its_words_say(answers: Answers, done: Job, cell: Cell) -> None:
    """Of every child, and at every organisation of the seat: what it stated or was told, and
    beside that nothing but what a word of the cell gives it."""
    asked = [each for each in EVERYBODY if each.split(":")[0] == cell.seat]
    secrets = [each for each in done.secrets if each.category == cell.category]
    assert asked
    assert secrets
    for organisation in asked:
        told = answers.text(organisation)
        for secret in secrets:
            by = by_which(organisation, secret)
            assert by in cell.gives
            shown = by != "" or elsewhere(organisation, done, secret)
            assert (secret.text in told) is shown, (organisation, by, secret)


UNMET = {
    "procuratorate-contact-task": "nobody refuses the guidance, as below",
    "court-orders-task": "nobody refuses the guidance: tests/domain/test_guardianship_reactions.py",
    "court-guardianship-task": "nobody applies for an order: tests/domain/test_protection_order.py",
    "town-health-task": "it cares for nobody here: tests/application/test_service_plans.py",
    "civil_affairs-harm-flag": "state and clock of a report, and no field",
    "town-contact-read": "of each of its children here the town has a task",
    "village-visits-read": "nobody else visits its children",
    "village-programmes-read": "no programme is about a child",
    "town-workforce-read": "of an absence it is told: no list is of a whole town's workforce yet",
    "police_station-harm-read": "a report is in no child's file, and the station's by task",
    "police-reporter-task": "the station of the beat has the reports in hand",
    "civil_affairs-harm-task": "it takes over a report only where all others have had it",
    "social_organisation-contact-task": "no charity is asked: tests/application/test_charity.py",
    "youth_league-contact-task": "it takes in nobody here: tests/application/test_offers.py",
    **dict.fromkeys(
        ["health-contact-task", "hospital-contact-task"],
        "no family is supported here: tests/application/test_families.py",
    ),
    "procuratorate-reporter-task": "it has a report in hand only where the police are conflicted",
    **dict.fromkeys(
        [
            *(f"{each}-schooling-task" for each in ("court", "justice", "human_resources")),
            *(f"{each}-contact-task" for each in ("court", "justice", "human_resources")),
            "disabled_federation-schooling-task",
            "education-contact-task",
        ],
        "no joint measure is taken about a pupil here: tests/domain/test_dropout_reactions.py",
    ),
}
"""Words of cells that the job gives no occasion for, and why. The rest it does."""


def test_every_word_of_a_cell_is_met_where_something_can_be_given_by_it(done: Job) -> None:
    """Tasks of which there is no kind give nothing; every other word shows somebody something."""
    released = {
        (seat, category)
        for row in KINDS.values()
        for seat in row["seats"]
        for category in row["release"]
    }
    unmet = set()
    for cell in CELLS:
        asked = [each for each in EVERYBODY if each.split(":")[0] == cell.seat]
        met = {
            by_which(organisation, secret)
            for organisation in asked
            for secret in done.secrets
            if secret.category == cell.category
        }
        can = {"read", "flag", *(["task"] if (cell.seat, cell.category) in released else [])}
        if cell.category != "who":
            unmet |= {f"{cell.seat}-{cell.category}-{word}" for word in cell.words & can - met}
    assert unmet == set(UNMET)


def test_every_cell_of_a_column_with_events_is_among_them() -> None:
    """Who lets something in under a column that held nothing yet is told so here."""
    sealed = {
        (entry.category or event.CATEGORY).value
        for event in EVENTS.values()
        for entry in event.SENSITIVE.values()
    }
    clear = {event.CATEGORY.value for event in EVENTS.values()}
    assert sealed | clear == set(COLUMNS)
    assert {str(each) for each in Category} == set(COLUMNS)
    assert {(cell.seat, cell.category) for cell in CELLS} == {
        (seat.value, category) for seat in Seat for category in sealed | clear
    }
    assert len({str(cell) for cell in CELLS}) == len(CELLS)


def test_the_job_states_something_under_every_one_of_these_columns(done: Job) -> None:
    assert {secret.category for secret in done.secrets} == set(COLUMNS)
    flags = {secret.category for secret in done.secrets if secret.flag}
    assert flags == {
        (entry.category or event.CATEGORY).value
        for event in EVENTS.values()
        for entry in event.SENSITIVE.values()
        if entry.flag
    }


# -- the seats, one by one -----------------------------------------------------------------------


def _about(answers: Answers, organisation: str, child: str) -> list[str]:
    """What an organisation was told that is about one child."""
    return [text for texts in answers[organisation].values() for text in texts if child in text]


def _timeline(hub: Program, organisation: str, child: str) -> Any:
    return hub.queries.timeline(reader(organisation), child, limit=200).items


@doors_of(SCHOOL)
def test_a_school_sees_its_own_pupils_only(answers: Answers, done: Job) -> None:
    for organisation, kids in ((SCHOOL, f"甲丁戊己{PLACED}"), (OTHER_SCHOOL, "乙戊")):
        listed = "".join(answers[organisation]["children"])
        shown = {kid for kid, ref in done.children.items() if ref in listed}
        assert shown == set(kids), organisation


def test_a_school_cannot_tell_that_the_police_know_its_pupil(hub: Program, job: Job) -> None:
    """丁 was admonished about before the roll named it: not a word of that reaches the school."""
    child = job.children["丁"]
    asked = asking_as(hub, job, SCHOOL)
    told = text_of(
        [
            hub.queries.child_file(asked.reader, child),
            hub.queries.timeline(asked.reader, child, limit=200),
            hub.queries.case_status(asked.reader, asked.claims[KIDS.index("丁")]),
            hub.queries.access_log(asked.reader, child),
            [
                page.items
                for page in pages(lambda **how: hub.queries.board(asked.reader, **how), "after")
                if child in text_of(page)
            ],
        ]
    )
    assert "曾丁育" in told
    for word in ("police", "派出所", "公安", "训诫", "orders", "guardianship", TOWN, CIVIL_AFFAIRS):
        assert word not in told, word


KEY_CARE_AND_MORE = {
    ("classification", "notice"),
    ("health", "notice"),
    ("means", "aid_notice"),
    ("guardianship", "notice"),
}


@pytest.mark.parametrize("organisation", [SCHOOL, OTHER_SCHOOL, EDUCATION])
def test_school_and_bureau_see_no_order_and_no_guardianship(
    looked_at: Program, done: Job, organisation: str
) -> None:
    for kid, child in done.children.items():
        entries = _timeline(looked_at, organisation, child)
        flags = [entry for entry in entries if entry.by == "flag"]
        by_flag = {(entry.category, name) for entry in flags for name in entry.fields}
        # Whom a school is to care for first (重点关爱对象), without why; of the placed child more.
        told = {PLACED: KEY_CARE_AND_MORE, "甲": {("classification", "notice")}}
        here = organisation != OTHER_SCHOOL
        assert by_flag == (told.get(kid, set()) if here else set())
        assert {entry.producer for entry in flags} <= {""}
        categories = {entry.category for entry in entries if entry.by != "flag"}
        sent = {"schooling", "who", "contact"}
        if organisation != EDUCATION:
            # Its own persuasions may call the procuratorate: that it did so, it sees.
            sent |= {"guardianship"}
        assert categories <= sent
        for entry in entries:
            if entry.category == "guardianship" and entry.by != "flag":
                assert entry.by == "status"
                assert entry.fields == {}


def test_the_procuratorate_reads_orders_and_never_schooling(looked_at: Program, done: Job) -> None:
    entries = _timeline(looked_at, PROCURATORATE, done.children["甲"])
    assert {entry.category for entry in entries} == {"who", "orders", "guardianship"}
    assert any(entry.topic == "guardianship.admonition_recorded.v1" for entry in entries)
    for kid in ("乙", "戊", "己"):
        assert _timeline(looked_at, PROCURATORATE, done.children[kid]) == ()


def test_a_procurator_who_asks_about_a_child_with_an_order_gets_one_line(
    looked_at: Program, done: Job
) -> None:
    number = done.id_numbers["丙"]
    found = looked_at.queries.case_status(
        reader(PROCURATORATE), IdentityClaim("", id_number=number)
    )
    states = {case.kind: case.state for case in found}
    assert states == {"guardianship": "GUIDANCE_ORDERED", "guidance": "BEGUN"}
    (ordered,) = [case for case in found if case.kind == "guardianship"]
    assert [act[0] for act in ordered.acts] == ["示例第二派出所"]
    asked = looked_at.queries.case_status
    nothing = asked(reader(PROCURATORATE), IdentityClaim("", id_number=done.id_numbers["己"]))
    unknown = asked(reader(PROCURATORATE), IdentityClaim("", id_number=UNKNOWN_ID))
    assert nothing == unknown == ()


@doors_of(TOWN)
def test_a_town_without_residence_sees_its_tasks_only(answers: Answers, done: Job) -> None:
    listed = "".join(answers[OTHER_TOWN]["children"])
    assert {kid for kid, ref in done.children.items() if ref in listed} == {"乙", "丙"}
    for kid in ("甲", "丁", "戊", "己", PLACED):
        assert not _about(answers, OTHER_TOWN, done.children[kid]), kid


@doors_of(VILLAGE)
def test_a_village_sees_its_own_only(answers: Answers, done: Job) -> None:
    listed = "".join(answers[VILLAGE]["children"])
    assert {kid for kid, ref in done.children.items() if ref in listed} == {"甲", PLACED}
    assert not any(ref in answers.text(OTHER_VILLAGE) for ref in done.children.values())


@pytest.mark.parametrize("organisation", each_of([OTHER_VILLAGE, *(each.id for each in WITNESSES)]))
def test_who_has_no_part_is_told_nothing_at_all(answers: Answers, organisation: str) -> None:
    """Not a page with a row, not a cursor, not a count."""
    nothing = {
        *("null", "[]", "{}", '{"items": [], "next_cursor": null, "safety": []}'),
        '{"activities": [], "brands": [], "duties": []}',
        '{"all": 0, "late": 0, "new": 0, "today": 0}',
    }
    told = (
        text
        for door, texts in answers[organisation].items()
        # Suppressed figures of the whole district (tests/adversary/test_indicators.py).
        if door not in ("indicators", "indicator")
        for text in texts
    )
    assert set(told) <= nothing


@pytest.mark.parametrize("organisation", each_of(EVERYBODY))
def test_no_pseudonym_of_a_child_one_has_no_part_in(
    answers: Answers, done: Job, organisation: str
) -> None:
    for kid, ref in done.children.items():
        part = any(may_see(organisation, secret) for secret in done.secrets if secret.child == kid)
        assert part or ref not in answers.text(organisation), kid


@pytest.mark.parametrize("organisation", EVERYBODY)
def test_a_count_counts_what_the_list_shows(looked_at: Program, organisation: str) -> None:
    asks = reader(organisation)
    listed = looked_at.queries.overdue(asks).items
    counted = looked_at.queries.overdue_by_town(asks)
    assert sum(counted.values()) == len(listed)
    assert counted == {
        town: len([each for each in listed if (each.town or "") == town]) for town in counted
    }


def test_some_deadline_is_overdue(looked_at: Program) -> None:
    assert looked_at.queries.overdue_by_town(reader(CIVIL_AFFAIRS))


# -- a task opens and closes ---------------------------------------------------------------------


def test_a_station_that_traces_sees_who_and_how_to_reach_and_nothing_afterwards(
    hub: Program, job: Job
) -> None:
    child, asks = job.children["乙"], reader(OTHER_STATION)
    number = IdentityClaim("", id_number=job.id_numbers["乙"])
    during = hub.queries.child_file(asks, child)
    assert during is not None
    assert set(during.fields) == {
        "name",
        "birth_date",
        "id_number",
        "sex",
        "guardian_name",
        "guardian_phone",
        "address",
    }
    assert (during.school, during.tier) == (None, None)
    assert {entry.category for entry in _timeline(hub, OTHER_STATION, child)} <= {
        "who",
        "contact",
        "schooling",
    }
    task = hub.queries.inbox(asks).items[0]
    hub.hub.command(
        CompleteReferral(referral_id=UUID(task.id), outcome="FOUND", account="乙哨协查经过"),
        actor(OTHER_STATION),
    )
    hub.settle()
    assert hub.queries.child_file(asks, child) is None
    assert hub.queries.find_child(asks, number) is None
    assert hub.queries.case_status(asks, number) == ()
    told = "\n".join(
        text_of(answer)
        for door in DOORS.values()
        for answer in door(asking_as(hub, job, OTHER_STATION))
    )
    left = {secret.text for secret in job.secrets if secret.child == "乙" and secret.text in told}
    assert left == set()
    assert "乙哨协查经过" in told, "what it recorded itself it keeps"
    before = hub.audit.count()
    after = hub.queries.inbox(asks, open_only=False).items
    assert hub.audit.count() == before + 1
    entry = hub.audit.newest(1)[0]
    assert (entry.child_ref, entry.categories) == (child, "schooling")
    assert [(each.state, each.child, each.outcome) for each in after] == [
        ("completed", None, "FOUND")
    ]


def _holds_what_the_matrix_gives(hub: Program, job: Job, organisation: str) -> set[str]:
    """What an organisation is told now by all doors: just what the oracle gives it."""
    told = "\n".join(
        text_of(answer)
        for door in DOORS.values()
        for answer in door(asking_as(hub, job, organisation))
    )
    texts = {secret.text for secret in job.secrets}
    seen = {text for text in texts if text in told}
    assert seen == {text for text in texts if allowed_text(organisation, job, text)}, organisation
    return seen


ENDING = {
    "care_for_placed_child": (INSTITUTION, "RETURNED"),
    "consider_admonition": (STATION, "ADMONISHED"),
    "note_return": (STATION, "NOTED"),
    "search_parents": (POLICE, "FOUND"),
    "assess_disability": (FEDERATION, "NOT_DISABLED"),
    "follow_up_guidance": (TOWN, "GUIDED"),
}
"""Kinds of task about the placed child that end, who has them, and how."""


@pytest.mark.parametrize(
    "kinds",
    [*((kind,) for kind in ENDING), ("consider_admonition", "note_return")],
    ids="+".join,
)
def test_a_task_that_ends_takes_what_it_gave_and_leaves_ones_own_words(
    hub: Program, job: Job, monkeypatch: pytest.MonkeyPatch, kinds: tuple[str, ...]
) -> None:
    child, organisation = job.children[PLACED], ENDING[kinds[0]][0]
    before = _holds_what_the_matrix_gives(hub, job, organisation)
    for kind in kinds:
        tasks = [
            UUID(each.id)
            for each in hub.queries.inbox(reader(organisation), limit=200).items
            if each.kind == kind and each.child_ref == child
        ]
        assert tasks
        outcome, account = ENDING[kind][1], f"{kind}办结"
        for task in tasks:
            done = CompleteReferral(referral_id=task, outcome=outcome, account=account)
            hub.hub.command(done, actor(organisation))
    assert hub.settle()
    left = [kind for kind in OPEN_TASKS[organisation][PLACED] if kind not in kinds]
    monkeypatch.setitem(OPEN_TASKS, organisation, {**OPEN_TASKS[organisation], PLACED: left})
    after = _holds_what_the_matrix_gives(hub, job, organisation)
    own = {each.text for each in job.secrets if each.producer == organisation}
    assert after >= own
    # Of two tasks that give the same, the other still does.
    given = {category for kind in kinds for category in RELEASES[kind]}
    still = {category for kind in left for category in RELEASES[kind]}
    assert (before > after) is not (given <= still)
    told = text_of(_timeline(hub, organisation, child))
    assert all(f"{kind}办结" in told for kind in kinds), "what it answered it keeps"
    if not left:
        view = view_file(hub, seat_of(organisation))
        with closing(sqlite3.connect(view)) as connection:
            rights = connection.execute(
                "SELECT DISTINCT by FROM facts WHERE organisation = ? AND child_ref = ?",
                (organisation, child),
            ).fetchall()
        assert ("task",) not in rights


def test_a_child_that_moves_leaves_to_those_it_left_their_own_words_alone(
    hub: Program, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = job.children[PLACED]
    assert hub.queries.visits_due(reader(VILLAGE)).items
    # What a town has in hand it sees until it has answered, wherever the child lives.
    for task in hub.queries.inbox(reader(TOWN)).items:
        if task.kind == "solve_problem":
            answer = CompleteReferral(
                referral_id=UUID(task.id), outcome="SOLVED", account="辛镇解决经过"
            )
            hub.hub.command(answer, actor(TOWN))
    # So does a village; both sides of the warning are visited, and it is said what became of a
    # possible benefit, before the child moves.
    for task in hub.queries.inbox(reader(VILLAGE)).items:
        if task.kind == "check_aid":
            looked = CompleteReferral(
                referral_id=UUID(task.id), outcome="NOT_NEEDED", account="辛村了解经过"
            )
            hub.hub.command(looked, actor(VILLAGE))
    visited = {
        **{"name": "曾辛村", "id_number": job.id_numbers[PLACED], "harm_suspected": "否"},
        "visited_on": hub.clock.now().date().isoformat(),
        **{"warned_seen": "是", "protected_seen": "是", "repeated": "否"},
    }
    assert take(hub, VILLAGE, "village.warning_visit", visited).answer is not None
    monkeypatch.setitem(OPEN_TASKS, VILLAGE, {})
    assert hub.settle()
    moved = {
        "name": "曾辛乡",
        "id_number": job.id_numbers[PLACED],
        "village": OTHER_VILLAGE.split(":")[1],
        "since": hub.clock.now().date().isoformat(),
    }
    assert take(hub, OTHER_TOWN, "town.residence", moved).answer is not None
    assert hub.settle()
    arrived = {TOWN: OTHER_TOWN, VILLAGE: OTHER_VILLAGE, STATION: OTHER_STATION}
    for left, now in arrived.items():
        monkeypatch.setitem(RESPONSIBLE, left, RESPONSIBLE[left] - {PLACED})
        monkeypatch.setitem(RESPONSIBLE, now, {PLACED})
    for organisation in (*arrived, *arrived.values()):
        _holds_what_the_matrix_gives(hub, job, organisation)
    for organisation in arrived:
        where = "WHERE organisation = ? AND child_ref = ?"
        with closing(sqlite3.connect(view_file(hub, seat_of(organisation)))) as connection:
            held = connection.execute(
                f"SELECT DISTINCT topic, producer, by FROM facts {where}", (organisation, child)
            ).fetchall()
            owed = connection.execute(
                f"SELECT 1 FROM obligations {where}", (organisation, child)
            ).fetchall()
        visits = {
            (producer, by)
            for topic, producer, by in held
            if topic.startswith(("visit", "verification."))
        }
        # Its own visits stay, and nothing of what it was told by having had the child.
        assert visits == ({(VILLAGE, "own")} if organisation == VILLAGE else set())
        assert {by for _, _, by in held} <= {"own", "task", "status"}
        assert owed == []
        listed = hub.queries.visits_due(reader(organisation)).items
        assert child not in {each.child_ref for each in listed}
    due = hub.queries.visits_due(reader(OTHER_VILLAGE)).items
    assert {(each.child_ref, each.owner) for each in due} == {(child, OTHER_VILLAGE)}


def test_a_closing_that_waits_among_the_dead_letters_closes_all_the_same(
    hub: Program, job: Job
) -> None:
    """A view that is behind on who may see a child opens nothing but one's own words."""
    child, asks = job.children["乙"], reader(OTHER_STATION)
    assert "name" in (hub.queries.child_file(asks, child) or _nobody()).fields
    view = hub.projector.view(Seat.POLICE_STATION)
    with closing(sqlite3.connect(view_file(hub, view.seat))) as connection, connection:
        connection.execute(
            "INSERT INTO dead_letters VALUES (1000000, ?, ?, 'scope.closed.v1', 'held')",
            (child, child),
        )
    assert (hub.queries.child_file(asks, child) or _nobody()).fields == {}
    assert {e.by for e in _timeline(hub, OTHER_STATION, child)} <= {"status", "own"}


def _nobody() -> Any:
    pytest.fail("the view lost the child")


# -- the stranger: stating a record creates no right -----------------------------------------------


def _stranger(hub: Program, job: Job, kid: str | None, number: int) -> dict[str, Any]:
    """What the other school is told after an absence of a pupil that is not its own."""
    stated = {
        "name": "曾示错",
        "id_number": job.id_numbers[kid] if kid else an_id_number(number),
        "guardian_name": "单示错",
        "guardian_phone": "13911119999",
        "address": "虚构错路1号",
        "village": VILLAGE_CODE,
        "absent_since": "2025-03-03",
        "school_days": "1",
        "reason_code": "病假",
    }
    before = hub.store.position
    outcome = take(hub, OTHER_SCHOOL, "education.absence", stated)
    assert outcome.answer is not None
    hub.settle()
    asks = reader(OTHER_SCHOOL)
    claim = IdentityClaim("", id_number=stated["id_number"])
    found = hub.queries.find_child(asks, claim)
    assert found is not None
    told = {
        "receipt": [
            len(outcome.answer.number),
            outcome.answer.repeated,
            outcome.answer.corrected,
            outcome.answer.position - before,
        ],
        "child": dataclasses.asdict(found),
        "file": dataclasses.asdict(hub.queries.child_file(asks, found.child_ref) or found),
        "timeline": [
            dataclasses.asdict(each) for each in _timeline(hub, OTHER_SCHOOL, found.child_ref)
        ],
        "register": [
            dataclasses.asdict(each)
            for each in hub.queries.register(asks, limit=200).items
            if each.clear.get("child_ref") == found.child_ref
        ],
        "status": [dataclasses.asdict(each) for each in hub.queries.case_status(asks, claim)],
        "looks": len(hub.queries.access_log(asks, found.child_ref)),
    }
    text = text_of(told)
    for volatile in (found.child_ref, stated["id_number"]):
        text = text.replace(volatile, "#")
    told = json.loads(text)
    for entry in (*told["timeline"], *told["register"], *told["status"]):
        for name in ("position", "stream", "id"):
            entry.pop(name, None)
    return dict(told)


def test_a_stranger_reads_its_own_words_and_cannot_tell_whether_the_child_was_known(
    hub: Program, job: Job
) -> None:
    known = _stranger(hub, job, "己", 0)
    # Born on the same day as 己, so that only what the hub knows could differ.
    unknown = _stranger(hub, job, None, 705 + 700)
    assert birth_date(705 + 700) == birth_date(705)
    assert known == unknown
    text = text_of(known)
    assert "曾示错" in text
    assert "曾己" not in text
    assert SCHOOL not in text


def test_a_stranger_learns_nothing_of_children_of_the_same_name(hub: Program, job: Job) -> None:
    """A child without a number that might be another one: the doubt stays with the hub."""
    outcome = take(
        hub,
        OTHER_SCHOOL,
        "education.absence",
        {
            "name": "曾己育",
            "birth_date": birth_date(705).isoformat(),
            "guardian_name": "无关人",
            "village": OTHER_VILLAGE.split(":")[1],
            "absent_since": "2025-03-03",
            "school_days": "1",
            "reason_code": "病假",
        },
    )
    assert outcome.answer is not None
    hub.settle()
    opened = [
        fact.clear
        for fact in hub.store.feed(0, 100_000)
        if fact.topic == "child_file.identity_stated.v1" and fact.producer == OTHER_SCHOOL
    ]
    assert job.children["己"] in opened[-1]["possible_duplicates"], "there is a doubt to hide"
    told = "".join(
        text_of(answer)
        for door in DOORS.values()
        for answer in door(asking_as(hub, job, OTHER_SCHOOL))
    )
    assert job.children["己"] not in told
    for each in EVERYBODY:
        pairs = hub.queries.duplicates(reader(each), open_only=False).items
        assert bool(pairs) is (each == CIVIL_AFFAIRS), each
    for seat in hub.directory.seats():
        with closing(sqlite3.connect(view_file(hub, seat))) as connection:
            rows = connection.execute("SELECT clear FROM facts").fetchall()
        assert not any("possible_duplicates" in clear for (clear,) in rows)


def test_the_check_of_a_procurator_is_nobody_elses_and_does_not_tell_that_a_child_is_known(
    hub: Program, job: Job
) -> None:
    for number, asked in ((job.id_numbers["己"], "一"), (UNKNOWN_ID, "二")):
        outcome = take(
            hub,
            PROCURATORATE,
            "procuratorate.status_check",
            {"document_number": f"示检核〔2025〕{asked}号", "id_number": number},
        )
        assert outcome.answer is not None
    hub.settle()
    newest = hub.queries.register(reader(PROCURATORATE)).items[:2]
    assert [entry.topic for entry in newest] == ["status_check.made.v1"] * 2
    assert newest[0].clear == newest[1].clear == {}
    for organisation in EVERYBODY:
        if organisation == PROCURATORATE:
            continue
        topics = {e.topic for e in _timeline(hub, organisation, job.children["甲"])}
        assert "status_check.made.v1" not in topics, organisation


@pytest.mark.parametrize("organisation", [PROCURATORATE, POLICE])
def test_asking_about_a_child_does_not_open_who_it_is(
    hub: Program, job: Job, organisation: str
) -> None:
    """A procurator's check is a fact under orders. Did it count as a record, who the child is would
    come with it: to the asker, and to the police besides."""
    claim = IdentityClaim("", id_number=job.id_numbers["己"])
    assert hub.queries.find_child(reader(organisation), claim) is None
    take(
        hub,
        PROCURATORATE,
        "procuratorate.status_check",
        {"document_number": "示检核〔2025〕己号", "id_number": job.id_numbers["己"]},
    )
    hub.settle()
    assert hub.queries.find_child(reader(organisation), claim) is None


def test_a_strangers_record_does_not_take_a_case_over(hub: Program, job: Job) -> None:
    """A mistyped number at another school: the pupil's own school must stay in charge."""
    assert (
        take(
            hub,
            OTHER_SCHOOL,
            "education.absence",
            {
                "name": "曾示错",
                "id_number": job.id_numbers["甲"],
                "absent_since": "2025-03-03",
                "school_days": "1",
                "reason_code": "病假",
            },
        ).answer
        is not None
    )
    persuaded = {
        "name": "曾甲校",
        "id_number": job.id_numbers["甲"],
        "persuaded_on": "2025-03-10",
        "outcome": "同意复学",
    }
    stranger = take(hub, OTHER_SCHOOL, "education.persuasion", {**persuaded, "name": "曾示错"})
    assert stranger.answer is None
    assert take(hub, SCHOOL, "education.persuasion", persuaded).answer is not None


# -- unknown and not visible -----------------------------------------------------------------------


def _entry_form(entry: AccessEntry) -> dict[str, str]:
    form = dataclasses.asdict(entry)
    del form["at"], form["child_ref"]
    return form


@pytest.mark.parametrize(
    "organisation", [OTHER_SCHOOL, OTHER_VILLAGE, PROCURATORATE, "court:310117"]
)
def test_unknown_and_not_visible_are_answered_and_logged_alike(
    looked_at: Program, done: Job, organisation: str
) -> None:
    asks, queries = reader(organisation), looked_at.queries
    hidden, unknown = done.children["己"], str(uuid4())
    number = IdentityClaim("", id_number=done.id_numbers["己"])
    name = IdentityClaim("曾己育", birth_date=birth_date(705), village=VILLAGE_CODE)
    referral = next(
        str(fact.stream)
        for fact in looked_at.store.feed(0, 100_000)
        if fact.topic == "referral.requested.v1"
        and fact.clear["child_ref"] == done.children["丁"]
        and fact.clear["kind"] == "coordinate_admonition"
    )
    if organisation == PROCURATORATE:
        # It reads orders, so that referral is its to see.
        referral = next(
            str(fact.stream)
            for fact in looked_at.store.feed(0, 100_000)
            if fact.topic == "referral.requested.v1" and fact.clear["kind"] == "trace_dropout"
        )
    pairs: list[tuple[Callable[[], Any], Callable[[], Any]]] = [
        (partial(ask, asks, hidden), partial(ask, asks, unknown))
        for ask in (queries.child_file, queries.timeline, queries.access_log)
    ]
    pairs.append(
        (partial(queries.referral, asks, referral), partial(queries.referral, asks, unknown))
    )
    for ask in (queries.find_child, queries.case_status):
        pairs.append(
            (
                partial(ask, asks, number),
                partial(ask, asks, dataclasses.replace(number, id_number=UNKNOWN_ID)),
            )
        )
        pairs.append(
            (partial(ask, asks, name), partial(ask, asks, dataclasses.replace(name, name="查无此")))
        )
    for ask_hidden, ask_unknown in pairs:
        first, entry = ask_hidden(), looked_at.audit.newest(1)[0]
        second, other_entry = ask_unknown(), looked_at.audit.newest(1)[0]
        assert (
            text_of(first)
            == text_of(second)
            in ("null", "[]", '{"items": [], "next_cursor": null, "safety": []}')
        )
        assert _entry_form(entry) == _entry_form(other_entry)


def test_going_through_numbers_finds_nothing(looked_at: Program, done: Job) -> None:
    asks = reader(OTHER_VILLAGE)
    numbers = [an_id_number(number) for number in range(695, 715)]
    assert set(done.id_numbers.values()) <= set(numbers)
    found = {
        text_of(looked_at.queries.find_child(asks, IdentityClaim("", id_number=number)))
        for number in numbers
    }
    assert found == {"null"}


# -- proof of access -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def its_own(looked_at: Program) -> dict[UUID, UUID]:
    """Whose child something is that has keys of its own: it is looked at as its child."""
    facts = looked_at.store.feed(0, 100_000)
    return {each.stream: each.subject for each in facts if each.has_own_key}


@pytest.mark.parametrize("organisation", [CIVIL_AFFAIRS, SCHOOL, STATION, OTHER_VILLAGE])
@pytest.mark.parametrize("door", DOORS)
def test_every_answer_leaves_an_entry_before_anything_is_opened(
    looked_at: Program,
    done: Job,
    its_own: dict[UUID, UUID],
    monkeypatch: pytest.MonkeyPatch,
    organisation: str,
    door: str,
) -> None:
    audit, keys = looked_at.audit, looked_at.hub.matching._keyservice._keys
    original = keys.get_many

    def watched(wanted: Any) -> Any:
        # Nobody else's entry, and none of another answer.
        entries = audit.newest(audit.count() - before) if audit.count() > before else ()
        for subject, category, _ in wanted:
            assert any(
                entry.child_ref == str(its_own.get(subject, subject))
                and category in entry.categories.split(",")
                for entry in entries
                if entry.organisation in (organisation, "hub:310117")
            ), "a key was asked for before the entry was written"
        return original(wanted)

    monkeypatch.setattr(keys, "get_many", watched)
    asking = asking_as(looked_at, done, organisation)
    before = audit.count()
    for answer in DOORS[door](asking):
        after = audit.count()
        assert after > before, "an answer without an entry"
        written = audit.newest(after - before)
        assert {entry.user for entry in written} <= {"u-test", "hub"}
        text = text_of(answer)
        named = {entry.child_ref for entry in written}
        shown = {ref for ref in done.children.values() if ref in text}
        assert shown <= named, "a child was shown that no entry names"
        before = after


def test_an_entry_names_every_category_that_was_shown(hub: Program, job: Job) -> None:
    child = job.children["甲"]
    shown = {entry.category for entry in _timeline(hub, CIVIL_AFFAIRS, child)}
    assert len(shown) > 3
    entry = hub.audit.newest(1)[0]
    assert entry.child_ref == child
    assert shown <= set(entry.categories.split(","))
    traced = job.children["乙"]
    assert "schooling" in {entry.category for entry in _timeline(hub, OTHER_STATION, traced)}
    # That there is a referral is shown, though no field of it is opened.
    assert set(hub.audit.newest(1)[0].categories.split(",")) == {"who", "contact", "schooling"}
    hub.queries.child_file(reader(CIVIL_AFFAIRS), child)
    assert {"who", "contact", "schooling", "classification"} <= set(
        hub.audit.newest(1)[0].categories.split(",")
    )


def test_without_the_log_nothing_is_opened(
    hub: Program, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []
    keys = hub.hub.matching._keyservice._keys
    monkeypatch.setattr(keys, "get_many", opened.append)
    asking = asking_as(hub, job, CIVIL_AFFAIRS)
    with closing(sqlite3.connect(hub.folder.root / "audit.sqlite")) as connection, connection:
        connection.execute("ALTER TABLE access RENAME TO gone")

    @all_of("door", DOORS)
    def nothing_is_opened_at(door: str) -> None:
        with pytest.raises(AccessLogUnavailable):
            list(DOORS[door](asking))
        assert opened == []

    nothing_is_opened_at()


@pytest.mark.parametrize(
    "door", ["child_file", "timeline", "access_log", "referral", "report", "advice"]
)
@pytest.mark.parametrize("text", ["曾甲校", an_id_number(700), "13900000001", "x" * 5000])
def test_what_a_client_puts_in_a_pseudonyms_place_never_reaches_the_log(
    hub: Program, door: str, text: str
) -> None:
    answer = getattr(hub.queries, door)(reader(SCHOOL), text)
    assert text_of(answer) in ("null", "[]", '{"items": [], "next_cursor": null, "safety": []}')
    assert text not in text_of(hub.audit.newest(3))


def test_a_pseudonym_is_found_however_it_is_written(hub: Program, job: Job) -> None:
    found = hub.queries.child_file(reader(SCHOOL), job.children["甲"].upper())
    assert found is not None
    assert found.child_ref == job.children["甲"]


def test_who_looked_tells_no_more_than_the_looker_may_know(hub: Program, job: Job) -> None:
    child, asks = job.children["丙"], reader(CIVIL_AFFAIRS)
    _timeline(hub, POLICE, child)
    assert any("orders" in e.categories for e in hub.audit.of_child(child))
    seen = [e for e in hub.queries.access_log(asks, child) if e.organisation == POLICE]
    assert any("orders" in e.categories for e in seen), "while its task is open it knows"
    task = next(each for each in hub.queries.inbox(asks).items if each.child_ref == child)
    hub.hub.command(
        CompleteReferral(referral_id=UUID(task.id), outcome="NOT_NEEDED"), actor(CIVIL_AFFAIRS)
    )
    hub.settle()
    seen = [e for e in hub.queries.access_log(asks, child) if e.organisation == POLICE]
    assert seen, "civil affairs sees that somebody looked"
    assert not any("orders" in e.categories for e in seen)
    assert any("who" in e.categories for e in seen)


def test_a_school_sees_its_own_looks_only(hub: Program, job: Job) -> None:
    child = job.children["甲"]
    for organisation in (POLICE, CIVIL_AFFAIRS, SCHOOL):
        hub.queries.child_file(reader(organisation), child)
    seen = {entry.organisation for entry in hub.queries.access_log(reader(SCHOOL), child)}
    assert seen == {SCHOOL}
    assert hub.queries.access_log(reader(OTHER_VILLAGE), child) == ()


def test_the_hub_and_made_up_organisations_and_posts_are_let_in_nowhere(
    hub: Program, job: Job
) -> None:
    for organisation in ("hub:310117", "ministry:1", ""):
        for door in DOORS.values():
            with pytest.raises(NotAdmitted):
                list(door(asking_as(hub, job, organisation)))
    odd = dataclasses.replace(reader(SCHOOL), post="emperor")
    with pytest.raises(NotAdmitted):
        hub.queries.child_file(odd, job.children["甲"])


def test_organisations_of_one_seat_share_a_database_and_no_row(looked_at: Program) -> None:
    """What one organisation's rows hold is its own: no answer is built from another's."""
    assert Organisation(SCHOOL, "").seat is Organisation(OTHER_SCHOOL, "").seat
    with closing(sqlite3.connect(view_file(looked_at, Seat.SCHOOL))) as connection:
        rows = connection.execute("SELECT DISTINCT organisation FROM facts").fetchall()
    assert {organisation for (organisation,) in rows} == {SCHOOL, OTHER_SCHOOL}
