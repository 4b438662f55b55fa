"""``hub dropout``: the ledgers, by whose they are, and without a name."""

from __future__ import annotations

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
