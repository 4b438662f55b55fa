"""What was changed behind the hub's back is marked, never shown as somebody else's.

Source: privacy design, "Attacks that must fail" 1, 2, 3 and 9.
"""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from domain.identity import IdentityClaim
from domain.organisations import Seat
from hub.bootstrap import Program
from hub.clock import SetClock
from hub.encryption.fields import Tampered, open_
from hub.encryption.keystore import KeyStoreUnavailable
from hub.eventstore.codec import sealed_field
from hub.keyservice import Marker
from projections.tables import META
from tests.adversary.conftest import AFTERWARDS
from tests.adversary.job import Job, absence
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    SCHOOL,
    reader,
    running,
    view_file,
)

pytestmark = pytest.mark.adversary

MARKS = {marker.value for marker in Marker}


def _sql(path: Path, statement: str, *values: object) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement, values).fetchall()


def _fields(hub: Program, child: str) -> dict[str, Any]:
    """The child's file as civil affairs reads it, which reads all of it."""
    found = hub.queries.child_file(reader(CIVIL_AFFAIRS), child)
    assert found is not None
    return dict(found.fields)


def _entries(hub: Program, organisation: str, child: str) -> dict[str, dict[str, Any]]:
    """Opened fields of a timeline by event topic and producer."""
    items = hub.queries.timeline(reader(organisation), child, limit=200).items
    return {f"{entry.topic} {entry.producer}": dict(entry.fields) for entry in items}


def _child_row(hub: Program, child: str) -> tuple[Path, dict[str, Any]]:
    path = view_file(hub, Seat.CIVIL_AFFAIRS)
    ((fields,),) = _sql(
        path, "SELECT fields FROM children WHERE organisation = ? AND id = ?", CIVIL_AFFAIRS, child
    )
    return path, json.loads(fields)


def _put_child_row(path: Path, child: str, fields: dict[str, Any]) -> None:
    _sql(path, "UPDATE children SET fields = ? WHERE id = ?", json.dumps(fields), child)


def _token_of(fields: dict[str, Any], name: str) -> str:
    token: str = fields[name][1][3]
    return token


def _swap(here: dict[str, Any], there: dict[str, Any], how: str) -> None:
    """Put another child's sealed field into this child's row, in one of the ways there are."""
    place, entry = here["name"]
    their_place, their_entry = there["name"]
    if how == "token":
        entry[3] = their_entry[3]
    elif how == "token and event":
        entry[3], place["event_id"] = their_entry[3], their_place["event_id"]
    elif how == "whole place but the subject":
        here["name"] = [{**their_place, "subject": place["subject"]}, their_entry]
    elif how == "other field":
        entry[3] = _token_of(here, "id_number")
    elif how == "field name":
        entry[2] = "id_number"
    elif how == "category":
        entry[0] = "contact"
    elif how == "flag":
        entry[1] = 1
    elif how == "producer":
        place["producer"] = SCHOOL
    elif how == "version":
        place["version"] += 1
    elif how == "topic":
        place["topic"] = "child_file.opened.v2"
    elif how == "stream":
        place["stream"] = their_place["stream"]
    elif how == "bit":
        raw = bytearray(base64.b64decode(entry[3]))
        raw[-1] ^= 1
        entry[3] = base64.b64encode(bytes(raw)).decode()
    elif how == "suite":
        raw = bytearray(base64.b64decode(entry[3]))
        raw[1:3] = b"G1"
        entry[3] = base64.b64encode(bytes(raw)).decode()
    elif how == "cut":
        entry[3] = entry[3][:40]
    else:
        raise AssertionError(how)


WAYS = (
    "token",
    "token and event",
    "whole place but the subject",
    "other field",
    "field name",
    "category",
    "flag",
    "producer",
    "version",
    "topic",
    "stream",
    "bit",
)


@pytest.mark.attack(1)
@pytest.mark.parametrize("how", WAYS)
def test_a_swapped_field_of_a_view_is_marked_and_shows_nobody_elses_value(
    hub: Program, job: Job, how: str
) -> None:
    child, other = job.children["己"], job.children["戊"]
    honest = _fields(hub, child)
    path, here = _child_row(hub, child)
    _, there = _child_row(hub, other)
    _swap(here, there, how)
    _put_child_row(path, child, here)
    after = _fields(hub, child)
    assert after.pop("name") in {Marker.TAMPERED.value, Marker.NO_KEY.value}
    honest.pop("name")
    assert after == honest, "the other fields are as they were"


@pytest.mark.attack(2)
@pytest.mark.parametrize("how", ["suite", "cut"])
def test_a_token_that_is_none_is_marked_too(hub: Program, job: Job, how: str) -> None:
    child = job.children["己"]
    path, here = _child_row(hub, child)
    _swap(here, here, how)
    _put_child_row(path, child, here)
    assert _fields(hub, child)["name"] == Marker.TAMPERED.value


def test_a_whole_field_of_another_child_names_the_other_child_in_the_log(
    hub: Program, job: Job
) -> None:
    """The one swap that opens, because place and subject came along: whoever can write views
    can show one child's name at another. The access entry still tells whose key was used."""
    child, other = job.children["己"], job.children["戊"]
    path, here = _child_row(hub, child)
    _, there = _child_row(hub, other)
    _put_child_row(path, child, {**here, "name": there["name"]})
    _fields(hub, child)
    assert {entry.child_ref for entry in hub.audit.newest(2)} == {child, other}


@pytest.mark.attack(1)
def test_tokens_swapped_between_events_of_the_store_are_marked(hub: Program, job: Job) -> None:
    child = job.children["甲"]
    rows = _sql(
        hub.folder.root / "events.sqlite",
        "SELECT rowid, state FROM stored_events WHERE topic = 'dropout.persuasion_recorded.v1'"
        " ORDER BY rowid",
    )
    (first, one), (second, two) = ((row, json.loads(state)) for row, state in rows)
    accounts = one["s"]["account"][3], two["s"]["account"][3]
    two["s"]["account"][3], one["s"]["account"][3] = accounts
    for row, state in ((first, one), (second, two)):
        text = json.dumps(state).encode()
        _sql(
            hub.folder.root / "events.sqlite",
            "UPDATE stored_events SET state = ? WHERE rowid = ?",
            text,
            row,
        )
    hub.projector.rebuild([Seat.EDUCATION], lambda seat: None)
    items = hub.queries.timeline(reader(EDUCATION), child, limit=200).items
    accounts_shown = [e.fields["account"] for e in items if "persuasion_recorded" in e.topic]
    assert accounts_shown == [Marker.TAMPERED.value] * 2


@pytest.mark.attack(2)
@pytest.mark.parametrize(
    ("element", "value"),
    [("h", 1), ("h", 0), ("h", 11), ("s", 0)],
    ids=["producer", "event id", "subject", "category"],
)
def test_an_edited_header_element_opens_nothing(
    hub: Program, job: Job, element: str, value: int
) -> None:
    child, other = job.children["己"], job.children["戊"]
    ((row, text),) = _sql(
        hub.folder.root / "events.sqlite",
        "SELECT rowid, state FROM stored_events WHERE originator_id = ?"
        " AND topic = 'child_file.enrolment_confirmed.v1'",
        child,
    ) or _sql(
        hub.folder.root / "events.sqlite",
        "SELECT rowid, state FROM stored_events WHERE originator_id = ?"
        " AND topic = 'child_file.enrolment_confirmed.v1'",
        child.replace("-", ""),
    )
    state = json.loads(text)
    if element == "s":
        state["s"]["grade"][0] = "who"
    else:
        state["h"][value] = {1: SCHOOL, 0: other, 11: other}[value]
    _sql(
        hub.folder.root / "events.sqlite",
        "UPDATE stored_events SET state = ? WHERE rowid = ?",
        json.dumps(state).encode(),
        row,
    )
    hub.projector.rebuild([Seat.CIVIL_AFFAIRS, Seat.EDUCATION], lambda seat: None)
    shown = [
        fields
        for topic, fields in _entries(hub, EDUCATION, child).items()
        if topic.startswith("child_file.enrolment_confirmed")
    ]
    assert len(shown) == 1
    assert shown[0]["grade"] in {Marker.TAMPERED.value, Marker.NO_KEY.value}
    assert "三年级" not in str(shown)


def test_a_deleted_key_is_marked_and_others_stay_readable(job: Job) -> None:
    child, other = job.children["己"], job.children["戊"]
    key = bytes.fromhex(child.replace("-", ""))
    _sql(
        job.root / "keys.sqlite",
        "DELETE FROM data_keys WHERE subject = ? AND category = 'who'",
        key,
    )
    with running(job.root, SetClock(AFTERWARDS)) as hub:
        shown = _fields(hub, child)
        assert shown["name"] == shown["id_number"] == Marker.NO_KEY.value
        assert shown["name"] not in ("", None)
        assert MARKS.isdisjoint(_fields(hub, other).values())
        listed = hub.queries.children(reader(CIVIL_AFFAIRS)).items
        assert len(listed) == len(job.children)


@pytest.mark.parametrize("what", ["wrapped", "commitment"])
def test_a_changed_key_is_marked(job: Job, what: str) -> None:
    child = job.children["己"]
    key = bytes.fromhex(child.replace("-", ""))
    path = job.root / "keys.sqlite"
    ((old,),) = _sql(
        path, f"SELECT {what} FROM data_keys WHERE subject = ? AND category = 'who'", key
    )
    _sql(
        path,
        f"UPDATE data_keys SET {what} = ? WHERE subject = ? AND category = 'who'",
        bytes([old[0] ^ 1]) + old[1:],
        key,
    )
    with running(job.root, SetClock(AFTERWARDS)) as hub:
        assert _fields(hub, child)["name"] == Marker.TAMPERED.value


@pytest.mark.attack(1)
def test_keys_swapped_between_children_are_marked(job: Job) -> None:
    path = job.root / "keys.sqlite"
    child, other = (bytes.fromhex(job.children[kid].replace("-", "")) for kid in "己戊")
    columns = "wrapped, commitment"
    ((wrapped, committed),) = _sql(
        path, f"SELECT {columns} FROM data_keys WHERE subject = ? AND category = 'who'", other
    )
    _sql(
        path,
        "UPDATE data_keys SET wrapped = ?, commitment = ? WHERE subject = ? AND category = 'who'",
        wrapped,
        committed,
        child,
    )
    with running(job.root, SetClock(AFTERWARDS)) as hub:
        assert _fields(hub, job.children["己"])["name"] == Marker.TAMPERED.value


@pytest.mark.attack(9)
@pytest.mark.parametrize(
    "ask",
    [
        lambda hub, job: hub.queries.child_file(reader(CIVIL_AFFAIRS), job.children["甲"]),
        lambda hub, job: hub.queries.timeline(reader(CIVIL_AFFAIRS), job.children["甲"]),
        lambda hub, job: hub.queries.children(reader(CIVIL_AFFAIRS)),
        lambda hub, job: hub.queries.inbox(reader(CIVIL_AFFAIRS)),
        lambda hub, job: hub.queries.find_child(
            reader(CIVIL_AFFAIRS), IdentityClaim("", id_number=job.id_numbers["甲"])
        ),
    ],
    ids=["child_file", "timeline", "children", "inbox", "find_child"],
)
def test_an_outage_of_the_key_store_is_an_error_and_no_blank(
    hub: Program, job: Job, ask: Callable[[Program, Job], object]
) -> None:
    assert ask(hub, job), "it answers while the key store does"
    _sql(hub.folder.keys, "ALTER TABLE revocation RENAME TO gone")
    with pytest.raises(KeyStoreUnavailable):
        ask(hub, job)


@pytest.mark.attack(9)
def test_an_outage_of_the_key_store_writes_no_event_without_its_fields(
    hub: Program, job: Job
) -> None:
    position = hub.store.position
    _sql(hub.folder.keys, "ALTER TABLE revocation RENAME TO gone")
    with pytest.raises(KeyStoreUnavailable):
        absence(hub)
    assert hub.store.position == position


MAY_HOLD = {
    Seat.SCHOOL: {"who", "schooling"},
    Seat.EDUCATION: {"who", "schooling"},
    Seat.PROCURATORATE: {"who", "guardianship", "orders", "harm"},
    Seat.POLICE: {"who", "contact", "guardianship", "orders", "harm"},
    Seat.POLICE_STATION: {"who", "contact", "guardianship", "orders", "harm", "reporter"},
    Seat.TOWN: {
        *{"who", "contact", "classification", "visits"},
        *{"schooling", "means", "guardianship", "orders"},
    },
    Seat.VILLAGE: {"who", "contact", "classification", "guardianship", "orders"},
    Seat.HOSPITAL: set(),
    Seat.WELFARE_INSTITUTION: {"who", "contact", "guardianship", "schooling", "health"},
    Seat.DISABLED_FEDERATION: {"who", "contact"},
    Seat.CIVIL_AFFAIRS: {
        "who",
        "contact",
        "classification",
        "visits",
        "means",
        "guardianship",
        "orders",
        "programmes",
        "schooling",
        "workforce",
    },
    Seat.WOMEN_CHILDREN_OFFICE: {"programmes"},
}
"""Which categories of others' statements a seat's view holds sealed after the job; what it
stated itself it holds besides."""


@pytest.mark.attack(3)
@pytest.mark.parametrize("seat", MAY_HOLD)
def test_a_view_holds_no_sealed_field_that_its_seat_may_not_read(
    hub: Program, job: Job, seat: Seat
) -> None:
    """Whoever steals a view database, or runs it itself, has no ciphertext beyond its rights."""
    path = view_file(hub, seat)
    held: set[str] = set()
    for organisation, producer, by, sealed, clear in _sql(
        path, "SELECT organisation, producer, by, sealed, clear FROM facts"
    ):
        if json.loads(clear).get("told_to") == organisation and by == "own":
            # What became of a report is written for the unit that reported, and held as its own.
            continue
        for category, flag, *_ in json.loads(sealed).values():
            if by in ("flag", "status"):
                assert flag, "a flag shows the field made for it alone"
            elif producer != organisation:
                held.add(category)
    for organisation, fields in _sql(path, "SELECT organisation, fields FROM children"):
        for place, entry in json.loads(fields).values():
            if place["producer"] != organisation:
                held.add(entry[0])
    assert held == MAY_HOLD[seat]
    for table in {each.name for each in META.sorted_tables} - {"facts", "children"}:
        columns = {row[1] for row in _sql(path, f"PRAGMA table_info({table})")}
        assert columns
        assert columns.isdisjoint({"sealed", "fields", "token"})


@pytest.mark.attack(1)
def test_a_schools_rows_and_its_neighbours_keys_do_not_open_each_other(
    hub: Program, job: Job
) -> None:
    """A token of one school's row with the other's context opens to nothing."""
    rows = [
        dict(
            zip(
                (
                    "organisation",
                    "subject",
                    "event_id",
                    "stream",
                    "version",
                    "topic",
                    "producer",
                    "sealed",
                ),
                row,
                strict=True,
            )
        )
        for row in _sql(
            view_file(hub, Seat.SCHOOL),
            "SELECT organisation, subject, event_id, stream, version, stored_topic, producer,"
            " sealed FROM facts WHERE topic = 'child_file.enrolment_confirmed.v1'",
        )
    ]
    mine = next(row for row in rows if row["organisation"] == SCHOOL)
    theirs = next(row for row in rows if row["organisation"] == OTHER_SCHOOL)
    keys = hub.hub.matching._keyservice._keys
    token = json.loads(theirs["sealed"])["grade"]
    field = sealed_field(mine, "grade", token)
    key = keys.get(field.context.subject, "schooling", 1)
    with pytest.raises(Tampered):
        open_(key, field.context, field.token)
    own = sealed_field(mine, "grade", json.loads(mine["sealed"])["grade"])
    assert open_(key, own.context, own.token) == "三年级"
