"""The demo's dirt: what must be refused is, with its rule; what only looks odd is taken."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from adapters.education import roll
from adapters.intake.sheets import read_sheet
from domain.identifiers import parse_id_number, parse_phone
from domain.organisations import Seat
from hub.demo import DemoOptions
from hub.demo.dirt import UNKNOWN_VILLAGE, Row, soil
from hub.demo.offices import education
from hub.demo.options import seeded
from hub.demo.sheets import write_sheet
from hub.demo.world import World, build_world
from hub.policies import load_policies

TODAY = date(2025, 9, 3)


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(DemoOptions(Path(), 400, 10, 5), load_policies().divisions)


@pytest.fixture(scope="module")
def soiled(world: World) -> list[Row]:
    clean = [education.roll(child) for child in world.children]
    return [row for n in range(6) for row in soil(seeded("dirt", n), clean, "since")]


def test_the_world_is_made_of_real_places_and_valid_inventions(world: World) -> None:
    by_seat = {seat: [o for o in world.organisations if o.seat is seat] for seat in Seat}
    assert len(by_seat[Seat.TOWN]) == len(by_seat[Seat.POLICE_STATION]) == 17
    assert len(by_seat[Seat.VILLAGE]) == len(load_policies().divisions)
    assert len(by_seat[Seat.SCHOOL]) == 10
    for seat in (Seat.TOWN, Seat.SCHOOL, Seat.POLICE_STATION, Seat.CIVIL_AFFAIRS):
        assert all("（演示）" in organisation.name for organisation in by_seat[seat])
    beats = [town for station in by_seat[Seat.POLICE_STATION] for town in station.beat]
    assert sorted(beats) == sorted(world.towns)
    numbers = [child.id_number for child in world.children if child.id_number]
    assert len(set(numbers)) == len(numbers)
    assert 0.9 < len(numbers) / len(world.children) < 1
    assert {number[:6] for number in numbers} >= {"310117", "310227"}
    for child in world.children:
        if child.id_number:
            assert parse_id_number(child.id_number, today=TODAY) == child.id_number
            assert child.birth_date.isoformat().replace("-", "") == child.id_number[6:14]
        assert parse_phone(child.phone) == child.phone
        assert child.birth_date < child.lives_since < TODAY


def test_every_rule_meets_its_dirt_and_the_odd_rows_go_in(
    soiled: list[Row], tmp_path: Path
) -> None:
    refused: set[str] = set()
    encodings: set[str] = set()
    odd = 0
    for part in range(0, len(soiled), 100):
        batch = soiled[part : part + 100]
        path = write_sheet(part // 100, roll.KIND.layout, batch, tmp_path, f"{part}")
        content = path.read_bytes()
        encodings.add(path.suffix + ("-bom" if content.startswith(b"\xef\xbb\xbf") else ""))
        sheet = read_sheet(content, path.name, [roll.KIND.layout])
        for row, read in zip(batch, sheet.rows, strict=True):
            correct = roll.KIND.read(row.clean, TODAY)
            assert not isinstance(correct, list)
            if read.problems:
                refused |= {problem.code for problem in read.problems}
                assert row.correction()
                continue
            record = roll.KIND.read(read.cells, TODAY)
            if isinstance(record, list):
                refused |= {fault.code for fault in record}
                mended = roll.KIND.read({**read.cells, **row.correction()}, TODAY)
                assert mended == correct
            elif row.cells.get("village") != UNKNOWN_VILLAGE:
                odd += row.cells != row.clean
                assert record.id_number == correct.id_number
                assert record.since == correct.since
    assert refused == {
        "ID_CHECK_DIGIT",
        "ID_SCIENTIFIC",
        "BIRTH_DATE_DIFFERS",
        "CHILD_NOT_IDENTIFIED",
        "DATE_IN_FUTURE",
    }
    assert odd > 100
    assert encodings == {".xlsx", ".csv", ".csv-bom"}


def test_the_unknown_village_is_unknown() -> None:
    assert all(UNKNOWN_VILLAGE not in each.name for each in load_policies().divisions)
