"""A whole program on a data folder of its own, with a small invented district to work in."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from adapters.intake.intake import RowAnswer
from domain.approval import ApproveProposal
from domain.identifiers import id_check_character
from domain.identity import IdentityClaim
from domain.kernel import Actor
from domain.organisations import Organisation, Post, Seat
from domain.rules import SearchRules
from hub.application import Answer
from hub.bootstrap import Program, initialise, program
from hub.clock import SetClock
from hub.encryption.root import Argon2Cost
from hub.keyservice import Purpose, Reader
from hub.settings import DataFolder, Settings
from projections.tables import view_area

CHEAP = Argon2Cost(memory_kib=8 * 1024, iterations=1, lanes=1)
"""The least that the root keystore accepts: these passphrases protect nothing."""

START = datetime(2025, 3, 3, 1, tzinfo=UTC)
"""A Monday morning, nine o'clock in Shanghai."""

UNLIMITED = SearchRules(a_minute=10**6, a_day=10**6, candidates=10)
"""For tests that search more often than a person may."""

SCHOOL = "school:3101170001"
OTHER_SCHOOL = "school:3101170002"
SCHOOL_NAME = "示例第一小学"
OTHER_SCHOOL_NAME = "示例第二小学"
EDUCATION = "education:310117"
CIVIL_AFFAIRS = "civil_affairs:310117"
POLICE = "police:310117"
PROCURATORATE = "procuratorate:310117"
TOWN_CODE = "310117001"
OTHER_TOWN_CODE = "310117002"
TOWN = f"town:{TOWN_CODE}"
OTHER_TOWN = f"town:{OTHER_TOWN_CODE}"
STATION = f"police_station:{TOWN_CODE}"
OTHER_STATION = f"police_station:{OTHER_TOWN_CODE}"
VILLAGE_CODE = "310117001001"
OTHER_VILLAGE_CODE = "310117002003"
VILLAGE = f"village:{VILLAGE_CODE}"
OTHER_VILLAGE = f"village:{OTHER_VILLAGE_CODE}"

DISTRICT = (
    Organisation(SCHOOL, SCHOOL_NAME, TOWN_CODE),
    Organisation(OTHER_SCHOOL, OTHER_SCHOOL_NAME, OTHER_TOWN_CODE),
    Organisation(EDUCATION, "示例区教育局"),
    Organisation(CIVIL_AFFAIRS, "示例区民政局"),
    Organisation(POLICE, "示例公安分局"),
    Organisation(PROCURATORATE, "示例区检察院"),
    Organisation(TOWN, "示例第一街道未保站", TOWN_CODE),
    Organisation(OTHER_TOWN, "示例第二街道未保站", OTHER_TOWN_CODE),
    Organisation(STATION, "示例第一派出所", TOWN_CODE, (TOWN_CODE,)),
    Organisation(OTHER_STATION, "示例第二派出所", OTHER_TOWN_CODE, (OTHER_TOWN_CODE,)),
    Organisation(VILLAGE, "示例第一社区", TOWN_CODE),
    Organisation(OTHER_VILLAGE, "示例第二社区", OTHER_TOWN_CODE),
)


@cache
def _prepared() -> TemporaryDirectory[str]:
    """One initialised folder with its district, from which every other is copied."""
    folder = TemporaryDirectory(prefix="hub-test-")
    root = Path(folder.name) / "data"
    embedded = Settings(database=None)
    initialise(root, embedded, CHEAP)
    with program(root, embedded, SetClock(START)) as made:
        made.directory.add_organisations(DISTRICT)
        # Empty, and made once: what follows in each copy goes into them.
        made.projector.catch_up()
    return folder


def prepare(root: Path) -> DataFolder:
    """A data folder at ``root`` with the district in it, as ``hub init`` would leave one; the
    tables lie where the environment's settings say."""
    folder = Path(_prepared().name) / "data"
    settings = Settings()
    if settings.database is None:
        shutil.copytree(folder, root, dirs_exist_ok=True)
        root.chmod(0o700)
        return DataFolder(root)
    root.mkdir(mode=0o700, exist_ok=True)
    for name in ("root.keystore", "passphrase"):
        shutil.copy(folder / name, root / name)
    initialise(root, settings, CHEAP)
    with program(root, settings, SetClock(START)) as made:
        made.directory.add_organisations(DISTRICT)
    return DataFolder(root)


@contextmanager
def running(root: Path, clock: SetClock | None = None) -> Iterator[Program]:
    """The program on ``root``, prepared where nothing is there yet. A second one on the same
    folder behaves like a second process."""
    if not DataFolder(root).exists:
        prepare(root)
    settings = Settings()
    with program(root, settings, clock or SetClock(START)) as made:
        if settings.kafka is None:
            yield made
            return
        # Here, because only few tests need a broker.
        from tests.system.kafka import relayed

        with relayed(made) as through_kafka:
            yield through_kafka


def at(clock_of: Program, moment: datetime) -> None:
    """Set the program's clock."""
    clock = clock_of.clock
    assert isinstance(clock, SetClock)
    clock.at = moment


def actor(organisation: str, post: Post = Post.HANDLER, user: str = "u-test") -> Actor:
    """Somebody at a post of an organisation."""
    return Actor(organisation, post.value, user)


def reader(organisation: str, post: Post = Post.HANDLER) -> Reader:
    """Somebody who looks, for casework."""
    return Reader(organisation, post.value, "u-test", Purpose.CASEWORK)


def birth_date(number: int) -> date:
    """The birth date in :func:`an_id_number`."""
    return date(2015, 1, 1) + timedelta(days=number % 700)


def an_id_number(number: int) -> str:
    """The n-th invented ID number: right in form, of a region that is not in use."""
    body = f"999999{birth_date(number):%Y%m%d}{number % 1000:03d}"
    return body + id_check_character(body)


_SIGNS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"


def a_name(number: int) -> str:
    """The n-th invented name."""
    return f"示{_SIGNS[number % 22]}{_SIGNS[number // 22 % 22]}"


def pupil(number: int, **changes: Any) -> dict[str, Any]:
    """A child as any agency's record states it; a value of None leaves the field out."""
    stated = {
        "name": a_name(number),
        "id_number": an_id_number(number),
        "guardian_name": f"示例家长{number}",
        "guardian_phone": f"138{number:08d}",
        "village": VILLAGE_CODE,
        "address": f"示例路{number}号",
        **changes,
    }
    return {name: value for name, value in stated.items() if value is not None}


def unnumbered(number: int, **changes: Any) -> dict[str, Any]:
    """The same child without an ID number."""
    return pupil(number, id_number=None, birth_date=birth_date(number).isoformat(), **changes)


def enrolled(child: Mapping[str, Any], school: str = SCHOOL_NAME, **changes: Any) -> dict[str, Any]:
    """A line of the education bureau's roll (``education.roll``)."""
    return {**child, "school": school, "grade": "三年级", "since": "2024-09-01", **changes}


def absent(child: Mapping[str, Any], days: int = 5, **changes: Any) -> dict[str, Any]:
    """A line of a school's ledger (``education.absence``)."""
    return {
        **child,
        "absent_since": "2025-02-24",
        "school_days": days,
        "reason_code": "原因不明",
        **changes,
    }


def resident(
    child: Mapping[str, Any], village: str = VILLAGE_CODE, **changes: Any
) -> dict[str, Any]:
    """A line of a town's register (``town.residence``)."""
    return {**child, "village": village, "since": "2024-01-01", **changes}


def admonished(child: Mapping[str, Any], number: int = 1, **changes: Any) -> dict[str, Any]:
    """A line of the police's register (``police.admonition``)."""
    return {
        **child,
        "document_number": f"示公训〔2025〕{number:04d}号",
        "served_on": "2025-03-01",
        "conduct": "LEFT_ALONE",
        "guidance_ordered": "是",
        **changes,
    }


def take(hub: Program, organisation: str, kind: str, values: Mapping[str, Any]) -> RowAnswer:
    """Send one record; accepted or refused."""
    return hub.intake.record(actor(organisation), kind, values)


def send(hub: Program, organisation: str, kind: str, values: Mapping[str, Any]) -> Answer:
    """Send one record that must be accepted; gives its receipt."""
    outcome = take(hub, organisation, kind, values)
    assert outcome.answer is not None, [fault.code for fault in outcome.faults]
    return outcome.answer


def approve(hub: Program, organisation: str) -> int:
    """The head approves all that its people put forward; gives how much that was."""
    head = actor(organisation, Post.HEAD, "u-head")
    waiting = hub.queries.approvals(reader(organisation, Post.HEAD)).items
    for each in waiting:
        command = ApproveProposal(case_id=UUID(each.case_id), proposal=each.proposal)
        hub.hub.command(command, head)
    return len(waiting)


def child_of(hub: Program, values: Mapping[str, Any]) -> str:
    """The pseudonym of the child with this ID number. Fails when nobody stated it."""
    found = hub.hub.matching.find(IdentityClaim("", id_number=values["id_number"]))
    assert found is not None
    return str(found)


def files(hub: Program) -> list[dict[str, Any]]:
    """The clear facts of the statement with which each child's file began, in order."""
    begun: dict[str, dict[str, Any]] = {}
    for fact in hub.store.feed(0, 1_000_000):
        if fact.topic.startswith("child_file."):
            begun.setdefault(fact.clear["child_ref"], fact.clear)
    return list(begun.values())


def topics(hub: Program, after: int = 0) -> list[str]:
    """The topics in the log after a position, in order."""
    return [fact.topic for fact in hub.store.feed(after, 1_000_000)]


def view_file(hub: Program, seat: Seat) -> Path:
    """The file of a seat's view."""
    return hub.folder.root / view_area(seat).file


def rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of a SQLite file, sorted: for comparing two databases whole."""
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        ).fetchall()
        return {
            table: sorted(
                (
                    row
                    for row in connection.execute(f"SELECT * FROM {table}").fetchall()
                    # How often a view was retried is no part of what it holds.
                    if row[0] != "turns"
                ),
                key=repr,
            )
            for (table,) in tables
        }
