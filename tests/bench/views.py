"""Rebuilding views: events per second at one and at six organisations an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

from domain.child_file import IdentityStated, ResidenceConfirmed
from domain.dropout_case import dropout_case_id
from domain.dropout_events import AbsenceReported
from domain.enrolment import EnrolmentConfirmed
from domain.kernel import Actor, Category, Event, Recorded
from domain.organisations import Seat
from domain.scope import ScopeBasis, ScopeOpened, scope_id
from hub.encryption.keystore import KeyStore
from hub.encryption.root import Argon2Cost, RootKeystore
from hub.eventstore.recorder import Recorder
from hub.eventstore.store import EventStore
from hub.policies import load_policies
from hub.storage.sqlite import sqlite_engine
from projections.engine import SeatView
from tests.bench.measure import Measure, alone, rate
from tests.bench.store import contact
from tests.storage.opening import key_store, recorder

CHILDREN = 100
EVENTS = 100
"""Events of each child that are measured, besides those that open its file."""

SIX = (
    Seat.CIVIL_AFFAIRS,
    Seat.TOWN,
    Seat.VILLAGE,
    Seat.POLICE_STATION,
    Seat.POLICE,
    Seat.COURT,
)


def _as(
    recorded: Recorded, event: Event, stream: UUID, version: int, school: str = "school:1"
) -> Recorded:
    """``school`` is who stated it: who stated something sees it too."""
    return Recorded(
        originator_id=stream,
        originator_version=version,
        ordering_key=recorded.ordering_key,
        header=replace(recorded.header, actor=Actor(school, "handler", "u-1")),
        event=event,
    )


def seeded(log: Recorder, keys: KeyStore, *, six: bool) -> EventStore:
    """A log of children whose events reach one school, or six organisations by task."""
    store = EventStore(log, keys)
    for number in range(CHILDREN):
        child, school = uuid4(), f"school:{number % 7}"
        events = opened_file(child, school)
        if six:
            del events[1:]
            events.append(
                _as(
                    contact(child, child, 1),
                    ResidenceConfirmed(
                        child_ref=child,
                        town="310117001",
                        village="310117001001",
                        police_station=None,
                        since=date(2025, 3, 1),
                        address="示例路1号",
                    ),
                    child,
                    2,
                )
            )
            events.extend(
                _as(
                    contact(child, child, 1),
                    ScopeOpened(
                        organisation=f"{seat.value}:310117",
                        child_ref=child,
                        item=uuid4(),
                        basis=ScopeBasis.TASK,
                        categories=(Category.WHO, Category.CONTACT),
                        until=None,
                    ),
                    scope_id(f"{seat.value}:310117", child),
                    1,
                )
                for seat in SIX[3:]
            )
            events.extend(contact(child, child, 3 + n) for n in range(EVENTS))
        else:
            case = dropout_case_id(child, 1)
            events.extend(absence(child, case, school, n) for n in range(EVENTS))
        store.append(events)
    return store


def absence(child: UUID, case: UUID, school: str, n: int) -> Recorded:
    """The n-th absence (from 0) of a child in one case, stated by its school."""
    return _as(
        contact(child, child, 1),
        AbsenceReported(
            child_ref=child,
            school=school,
            town=None,
            absent_since=date(2025, 3, 1),
            school_days=n,
            lawful=False,
            of_own_pupil=True,
            reason_code="OTHER",
            family_contact="REACHED",
            reason="示例说明",
        ),
        case,
        n + 1,
        school,
    )


def opened_file(child: UUID, school: str) -> list[Recorded]:
    """A child's first two events, stated by its school."""
    opened = IdentityStated(
        child_ref=child,
        stated_by="hub:310117",
        stated_village=None,
        birth_month="2015-03",
        has_id_number=True,
        name="示例",
        birth_date="2015-03-01",
        id_number="11010519491231002X",
        sex="1",
        guardian_name="示例",
    )
    enrolled = EnrolmentConfirmed(
        child_ref=child,
        school=school,
        since=date(2024, 9, 1),
        student_number="G11010519491231002X",
        grade="三年级",
    )
    return [
        _as(contact(child, child, 1), event, child, version, school)
        for version, event in enumerate((opened, enrolled), 1)
    ]


def _rebuild(folder: Path, store: EventStore, seats: Sequence[Seat]) -> float:
    """Events of the log per second until every one of these seats' views holds them."""
    policy = load_policies().access

    def work() -> int:
        for seat in seats:
            view = SeatView(seat, sqlite_engine(folder / f"{uuid4().hex}.sqlite"), policy)
            view.catch_up(store)
            view.close()
        return store.position

    return rate(work)


def measures(folder: Path) -> list[Measure]:
    """Both fan-outs, each from an empty view."""
    root = RootKeystore.create(folder / "root", "bench", Argon2Cost(8 * 1024, 1, 1))
    keys = key_store(folder / "keys.sqlite", root)
    one = seeded(recorder(folder / "one.sqlite"), keys, six=False)
    six = seeded(recorder(folder / "six.sqlite"), keys, six=True)
    try:
        return [
            alone(
                "rebuild, one organisation an event",
                lambda: _rebuild(folder, one, [Seat.SCHOOL]),
                unit="events/s",
                aim="15,000",
            ),
            alone(
                "rebuild, six organisations an event",
                lambda: _rebuild(folder, six, SIX),
                unit="events/s",
                aim="4,000",
            ),
        ]
    finally:
        one.close()
        six.close()
        keys.close()
