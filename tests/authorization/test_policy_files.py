"""A policy file that cannot be read whole stops the hub; it never leaves a hole behind.

Source: privacy design, "Attacks that must fail" 13: a broken policy file is a denial, loudly.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.kernel import Category
from domain.organisations import SEAT_WORDS, Seat
from hub.authorization.policy import (
    COLUMN_OF,
    Jurisdiction,
    PolicyError,
    Word,
    parse_jurisdictions,
    parse_matrix,
    parse_status_flags,
)
from hub.policies import FOLDER, load_policies

MATRIX = (FOLDER / "sharing-matrix.csv").read_text(encoding="utf-8-sig")
HEAD, *ROWS = MATRIX.strip().splitlines()


def _row(seat: Seat) -> str:
    return next(row for row in ROWS if row.startswith(seat.value + ","))


def _with(seat: Seat, changed: Callable[[str], str]) -> str:
    row = _row(seat)
    after = changed(row)
    assert after != row, "the case changes nothing"
    return MATRIX.replace(row, after)


def test_the_matrix_in_force_has_every_seat_and_column() -> None:
    matrix = parse_matrix(MATRIX)
    assert set(matrix) == set(Seat)
    for seat, cells in matrix.items():
        assert set(cells) == set(COLUMN_OF.values()), seat
    assert matrix[Seat.SCHOOL]["schooling"] == {Word.PUBLISH, Word.READ}
    assert matrix[Seat.SCHOOL]["visits"] == frozenset()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", "seats missing", id="empty"),
        pytest.param(HEAD + "\n", "seats missing", id="heading only"),
        pytest.param(MATRIX.replace(_row(Seat.WATER) + "\n", ""), "seats missing", id="seat"),
        pytest.param(
            MATRIX + _row(Seat.WATER).replace("water", "weather") + "\n",
            "unknown seat",
            id="unknown seat",
        ),
        pytest.param(MATRIX + "," * 15 + "\n", "unknown seat", id="row of empty cells"),
        pytest.param(MATRIX + _row(Seat.WATER) + "\n", "twice", id="seat twice"),
        pytest.param(_with(Seat.SCHOOL, lambda r: r.replace("flag", "flags")), "word", id="word"),
        pytest.param(_with(Seat.SCHOOL, lambda r: r.replace("flag", "Flag")), "word", id="case"),
        pytest.param(
            _with(Seat.SCHOOL, lambda r: r.replace("publish+read", "publish,read", 1)),
            "columns differ",
            id="one cell too many",
        ),
        pytest.param(
            _with(Seat.SCHOOL, lambda r: r.replace("publish+read", "publish++read")),
            "word",
            id="empty word",
        ),
        pytest.param(
            _with(Seat.SCHOOL, lambda r: r.replace("publish+read", "")), "word", id="empty cell"
        ),
        pytest.param(
            _with(
                Seat.SCHOOL, lambda r: r.replace(",none,none\n", ",none+read")[:-5] + "none+read"
            ),
            "word",
            id="none and more",
        ),
        pytest.param(
            _with(Seat.SCHOOL, lambda r: r.rsplit(",", 1)[0]), "word", id="one cell too few"
        ),
        pytest.param(
            _with(Seat.POLICE, lambda r: r.rsplit(",", 1)[0] + ",read"), "offending", id="offending"
        ),
        pytest.param(MATRIX.replace("harm", "harms", 1), "columns differ", id="unknown column"),
        pytest.param(MATRIX.replace(",means,", ",health,", 1), "column twice", id="column twice"),
        pytest.param(
            MATRIX.replace("offending", "notes", 1), "columns differ", id="offending not there"
        ),
        pytest.param(MATRIX.replace("agency", "seat", 1), "unknown seat", id="no seat column"),
    ],
)
def test_a_malformed_matrix_stops(text: str, says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        parse_matrix(text)


def test_a_malformed_jurisdiction_stops() -> None:
    assert parse_jurisdictions({"school": "responsible"}) == {Seat.SCHOOL: Jurisdiction.RESPONSIBLE}
    for data in ({"schools": "responsible"}, {"school": "everywhere"}, {"school": ["district"]}):
        with pytest.raises(PolicyError):
            parse_jurisdictions(data)


@pytest.mark.parametrize(
    "row",
    [
        {"seat": "town", "category": "schooling"},
        {"seat": "town", "category": "schooling", "reason": ""},
        {"seat": "town", "category": "schooling", "reason": "  "},
        {"seat": "towns", "category": "schooling", "reason": "x"},
        {"seat": "town", "category": "school", "reason": "x"},
        {"category": "schooling", "reason": "x"},
        {"seat": "town", "reason": "x"},
        "status",
    ],
)
def test_a_malformed_status_flag_stops(row: object) -> None:
    good = {"seat": "town", "category": "schooling", "reason": "x"}
    assert parse_status_flags([good]) == {(Seat.TOWN, Category.SCHOOLING)}
    with pytest.raises(PolicyError):
        parse_status_flags([good, row])


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The policies in a folder of their own, to be broken."""
    folder = tmp_path / "policies"
    shutil.copytree(FOLDER, folder)
    return folder


def _change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8-sig")
    assert before in text, "the case changes nothing"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_the_policies_load_and_a_changed_file_is_another_version(copy: Path) -> None:
    before = load_policies(copy).version
    load_policies.cache_clear()
    _change(copy / "referrals.toml", 'title = "劝返"', 'title = "劝返。"')
    assert load_policies(copy).version != before


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        # Releasing to an addressed seat what the matrix does not give it by a task.
        ("referrals.toml", '["who", "contact"]', '["who", "contact", "means"]'),
        ("referrals.toml", '["who", "guardianship"]', '["who", "guardianship", "means"]'),
        ("referrals.toml", '["who", "contact"]', '["who", "secrets"]'),
        ("referrals.toml", "[trace_dropout]", "[trace_dropout"),
        ("referrals.toml", 'matter = "schooling"', 'matter = "school"'),
        ("referrals.toml", 'matter = "schooling"\n', ""),
        ("access-log.toml", '"civil_affairs"', '"civil affairs"'),
        ("access-log.toml", "sees_all", "sees_everything"),
        ("access-log.toml", '"harm"', '"harms"'),
        ("access-log.toml", "reason", "why"),
        ("unusual-looks.toml", '"town"]', '"towns"]'),
        ("unusual-looks.toml", "until = 6", "until = 25"),
        ("unusual-looks.toml", "children = 30", "children = 0"),
        ("clear-facts.toml", 'kind = "which', 'kind = ""\nkind_ = "which'),
        ("jurisdictions.toml", 'school = "responsible"', 'school = "own pupils"'),
        ("status-flags.toml", "reason = ", "why = "),
        ("thresholds.toml", "suspected_after_school_days", "suspected_after"),
        ("sharing-matrix.csv", "publish+read", "publish+reads"),
        ("purposes.toml", "[TASK]", "[TASKS]"),
        ("purposes.toml", "in_task = true", "in_task = yes"),
        ("audiences.toml", 'right = "own"', 'right = "owns"'),
        # Not sealable: what is no case of a child's, and what may tell of harm.
        ("sealable.toml", 'stream = "conduct_measure"', 'stream = "misconduct"'),
        ("sealable.toml", 'stream = "conduct_measure"', 'stream = "child_file"'),
        ("sealable.toml", 'stream = "conduct_measure"', 'stream = "report"'),
        ("sealable.toml", 'stream = "conduct_measure"', 'stream = "referral"'),
        ("sealable.toml", 'stream = "conduct_measure"', 'stream = "advice"'),
        ("sealable.toml", 'with = ["deadline",', 'with = ["deadlines",'),
        ("sealable.toml", 'holders = ["court", "procuratorate"]', 'holders = ["court"]'),
        ("sealable.toml", 'holders = ["court", "procuratorate"]', 'holders = ["court", "court"]'),
        ("sealable.toml", "test = true", "tests = true"),
        # Owed for ever: by what is not counted, by a code that no record holds, by who records
        # nothing, told to nobody, before a holiday from no day on.
        ("duties.toml", 'topic = "site.inspected.v1"', 'topic = "site.registered.v1"'),
        ("duties.toml", 'inspection = ["FULL', 'inspections = ["FULL'),
        ("duties.toml", '["FULL_INSPECTION"]', '["ALL_INSPECTED"]'),
        ("duties.toml", 'by = ["school"]', 'by = ["village"]'),
        ("duties.toml", 'ladder = "reporting"', 'ladder = "reports"'),
        ("duties.toml", "opens_before = 30\n", ""),
    ],
)
def test_a_broken_file_stops_the_start(copy: Path, file: str, before: str, after: str) -> None:
    load_policies(copy)
    load_policies.cache_clear()
    _change(copy / file, before, after)
    with pytest.raises(PolicyError):
        load_policies(copy)


@pytest.mark.parametrize(
    "file",
    [
        "sharing-matrix.csv",
        "referrals.toml",
        "clear-facts.toml",
        "jurisdictions.toml",
        "status-flags.toml",
        "access-log.toml",
        "unusual-looks.toml",
        "thresholds.toml",
        "version.toml",
        "purposes.toml",
        "audiences.toml",
        "sealable.toml",
        "duties.toml",
        "divisions.csv",
        "terms.csv",
    ],
)
def test_a_missing_file_stops_the_start(copy: Path, file: str) -> None:
    load_policies(copy)
    load_policies.cache_clear()
    (copy / file).unlink()
    with pytest.raises(PolicyError, match=file):
        load_policies(copy)


def test_a_seat_is_called_what_the_matrix_calls_it() -> None:
    """One name each; the matrix's longer ones name the people in brackets or a second kind."""
    rows = csv.DictReader(
        (FOLDER / "sharing-matrix.csv").read_text(encoding="utf-8-sig").splitlines()
    )
    named = {row["agency"]: row["name_zh"] for row in rows}
    assert set(SEAT_WORDS) == set(Seat)
    longer = {
        Seat.VILLAGE: "村居(儿童主任)",
        Seat.TOWN: "街镇未保站(儿童督导员)",
        Seat.COURT: "法院",
        Seat.WELFARE_INSTITUTION: "儿童福利机构/未成年人救助保护机构",
        Seat.SOCIAL_ORGANISATION: "社会组织/社工机构",
    }
    for seat, word in SEAT_WORDS.items():
        assert named[seat] == longer.get(seat, word)
