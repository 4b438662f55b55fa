"""``hub dropout``: the ledgers, by whose they are, and without a name."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.office import Hub
from tests.program import (
    EDUCATION,
    SCHOOL,
    TOWN,
    VILLAGE,
    a_name,
    absent,
    at,
    child_of,
    enrolled,
    pupil,
    resident,
    running,
    send,
)


def test_a_ledger_is_listed_by_number_and_school(
    hub: Hub, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_DATA", str(data))
    with running(data) as program:
        send(program, TOWN, "town.residence", resident(pupil(1)))
        send(program, EDUCATION, "education.roll", enrolled(pupil(1)))
        send(program, SCHOOL, "education.absence", absent(pupil(1)))
        assert program.settle()
        child = child_of(program, pupil(1))
    ran = hub("dropout", "list", "--organisation", EDUCATION)
    assert "疑似辍学" in ran.out
    assert a_name(1) not in ran.out
    for ledger, organisation, found in (
        ("suspected", SCHOOL, [child]),
        ("of_age", TOWN, [child]),
        ("dropout", EDUCATION, []),
        ("suspected", VILLAGE, []),
    ):
        told = hub(
            "dropout", "list", "--ledger", ledger, "--organisation", organisation, "--json"
        ).json
        assert [each["child_ref"] for each in told["children"]] == found


def test_what_schools_reported_is_listed_and_who_did_not_report(
    hub: Hub, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_DATA", str(data))
    with running(data) as program:
        send(program, TOWN, "town.residence", resident(pupil(1)))
        send(program, EDUCATION, "education.roll", enrolled(pupil(1)))
        assert program.settle()
    by = ("--organisation", EDUCATION)
    assert "未报送" in hub("dropout", "reports", "2025-03", *by).out
    with running(data) as program:
        at(program, datetime(2025, 3, 31, 2, tzinfo=UTC))
        counts = {"enrolled": 1, "absent": 0, "suspected": 0, "dropped_out": 0, "returned": 0}
        send(program, SCHOOL, "education.monthly_report", {"period": "2025-03", **counts})
        assert program.settle()
    assert "相符" in hub("dropout", "reports", "2025-03", *by).out
    (told,) = hub("dropout", "reports", "2025-03", *by, "--json").json["reports"]
    assert (told["reporter"], told["counts"]["suspected"], told["differs"]) == (SCHOOL, 0, False)
    nobody = hub("dropout", "reports", "2025-03", "--organisation", VILLAGE, "--json").json
    assert nobody["reports"] == []
