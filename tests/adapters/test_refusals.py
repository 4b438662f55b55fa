"""Each agency's records: what is refused, where, and in which words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.intake.records import FaultyRecord
from adapters.registry import ALL_KINDS
from tests.adapters.kinds import (
    BY_NAME,
    CHILD_FAULTS,
    NEVER_REFUSED,
    OF_A_CHILD,
    RECORDS,
    assert_tells,
    days_of,
    example,
    faults,
    heading,
    record,
    statement,
    without_number,
)
from tests.adapters.rows import ROWS
from tests.together import all_of


def wrong() -> Iterator[tuple[str, str, str, str]]:
    for name, row in ROWS.items():
        kind = BY_NAME[name]
        columns = {column.field for column in kind.columns}
        for each, value, code in (*CHILD_FAULTS, *row.wrong):
            if each in columns:
                yield name, each, value, code
        for each in days_of(kind):
            yield name, each, "2025-02-30", "DATE"


def test_every_kind_is_tried() -> None:
    assert set(ROWS) == set(RECORDS)
    assert {"health.suspected_harm", "report.mandatory"} == NEVER_REFUSED
    tried = {(name, each) for name, each, _, _ in wrong()}
    every = {(name, column.field) for name in RECORDS for column in BY_NAME[name].columns}
    # Whatever is said of suspected harm is taken: tests/adapters/test_alarm.py.
    alarming = {(name, each) for name, each in every if each in ("harm_suspected", "harm_seen")}
    assert every - alarming == tried


@all_of(("name", "each", "value", "code"), list(wrong()))
def test_a_wrong_value_is_refused_at_its_heading(
    name: str, each: str, value: str, code: str
) -> None:
    kind = BY_NAME[name]
    (fault,) = faults(kind, {**example(kind), each: value})
    assert (fault.column, fault.code) == (heading(kind, each), code)
    assert_tells(fault, value)


@all_of(
    ("name", "each"),
    [(name, c.field) for name in RECORDS for c in BY_NAME[name].columns if c.required],
)
def test_what_a_kind_requires_must_be_filled(name: str, each: str) -> None:
    kind = BY_NAME[name]
    for blank in ("", "  ", "\u3000", None):
        (fault,) = faults(kind, {**example(kind), each: blank})
        assert (fault.column, fault.code) == (heading(kind, each), "REQUIRED")
        assert_tells(fault, "机密")


@all_of(
    ("name", "each"),
    [
        (kind.name, each)
        for kind in ALL_KINDS
        for each in days_of(kind)
        if kind.name not in ROWS or each not in ROWS[kind.name].to_come
    ],
)
def test_a_day_is_today_at_the_latest(name: str, each: str) -> None:
    kind = BY_NAME[name]
    values = {**without_number(kind), "student_number": ""}
    values = {key: value for key, value in values.items() if value}
    record(kind, {**values, each: "2025-04-01"})
    (fault,) = faults(kind, {**values, each: "2025-04-02"})
    assert (fault.column, fault.code) == (heading(kind, each), "DATE_IN_FUTURE")
    assert_tells(fault, "2025-04-02")


@pytest.mark.parametrize("name", RECORDS)
def test_text_of_just_the_permitted_length_is_taken(name: str) -> None:
    kind = BY_NAME[name]
    for each, value, code in (*CHILD_FAULTS, *ROWS[name].wrong):
        if code == "TOO_LONG" and each in kind.model.model_fields:
            record(kind, {**example(kind), each: value[:-1]})


@pytest.mark.parametrize("name", [n for n in OF_A_CHILD if n != "procuratorate.status_check"])
@pytest.mark.parametrize("lacking", ["birth_date", "guardian_name", "village"])
def test_a_child_without_a_number_must_be_told_apart_otherwise(name: str, lacking: str) -> None:
    kind = BY_NAME[name]
    values = without_number(kind)
    del values[lacking]
    (fault,) = faults(kind, values)
    required = next(c.required for c in kind.columns if c.field == lacking)
    assert fault.column == heading(kind, lacking)
    assert fault.code == ("REQUIRED" if required else "CHILD_NOT_IDENTIFIED")
    assert_tells(fault, "张三")


@pytest.mark.parametrize("name", RECORDS)
def test_an_unknown_data_item_is_refused_without_its_name(name: str) -> None:
    kind = BY_NAME[name]
    (fault,) = faults(kind, {**example(kind), "机密甲": "机密乙"})
    assert (fault.column, fault.code) == ("", "UNKNOWN_FIELD")
    assert_tells(fault, "机密乙")


@pytest.mark.parametrize("name", OF_A_CHILD)
def test_an_unknown_village_is_refused_and_states_nothing(name: str) -> None:
    kind = BY_NAME[name]
    said = statement(kind)
    with pytest.raises(FaultyRecord) as refused:
        kind.state(record(kind, {**example(kind), "village": "机密村"}), said)
    (fault,) = refused.value.faults
    assert (fault.column, fault.code) == (heading(kind, "village"), "VILLAGE_UNKNOWN")
    assert_tells(fault, "机密村")
    assert (said.opened, said.sought, said.commands) == ([], [], [])


@pytest.mark.parametrize("name", ["education.roll", "education.leaving", "town.concern_end"])
def test_an_unknown_school_is_refused_and_states_nothing(name: str) -> None:
    kind = BY_NAME[name]
    said = statement(kind)
    with pytest.raises(FaultyRecord) as refused:
        kind.state(record(kind, {**example(kind), "school": "机密小学"}), said)
    (fault,) = refused.value.faults
    assert (fault.column, fault.code) == (heading(kind, "school"), "SCHOOL_UNKNOWN")
    assert_tells(fault, "机密小学")
    assert (said.opened, said.commands) == ([], [])


def test_an_unknown_office_is_advised_of_nothing() -> None:
    kind = BY_NAME["procuratorate.advice"]
    said = statement(kind)
    with pytest.raises(FaultyRecord) as refused:
        kind.state(record(kind, {**example(kind), "addressee": "机密单位"}), said)
    (fault,) = refused.value.faults
    assert (fault.column, fault.code) == (heading(kind, "addressee"), "ORGANISATION_UNKNOWN")
    assert_tells(fault, "机密单位")
    assert said.commands == []


def test_a_closer_watch_needs_a_category() -> None:
    kind = BY_NAME["town.residence"]
    (fault,) = faults(kind, {**example(kind), "categories": "", "grounds": "儿童残疾"})
    assert (fault.column, fault.code) == ("儿童类别", "CATEGORY_MISSING")
    assert_tells(fault, "儿童残疾")
