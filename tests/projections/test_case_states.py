"""A view's word for where a case stands is the stream's own, whoever's rows it holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from domain.dropout_case import DROPOUT_CASE, dropout_case_id
from domain.identity import IdentityClaim
from hub.bootstrap import Program
from tests.program import (
    EDUCATION,
    OTHER_SCHOOL,
    SCHOOL,
    absent,
    child_of,
    enrolled,
    pupil,
    reader,
    running,
    send,
)

CHILD = pupil(1)
PERSUADED = {**CHILD, "persuaded_on": "2025-02-25", "outcome": "同意复学"}
STEPS = (
    (SCHOOL, "education.absence", absent(CHILD, days=1), "ABSENT_UNVERIFIED"),
    (SCHOOL, "education.persuasion", PERSUADED, "ABSENT_UNVERIFIED"),
    (OTHER_SCHOOL, "education.absence", absent(CHILD, reason_code="病假"), "ABSENT_UNVERIFIED"),
    (SCHOOL, "education.absence", absent(CHILD, days=5), "SUSPECTED_DROPOUT"),
    (SCHOOL, "education.return", {**CHILD, "returned_on": "2025-03-03"}, "RETURNED"),
)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        send(made, EDUCATION, "education.roll", enrolled(CHILD))
        yield made


def test_the_bureaus_view_stands_where_the_case_stands_after_every_step(hub: Program) -> None:
    claim = IdentityClaim("", id_number=CHILD["id_number"])
    for organisation, kind, values, expected in STEPS:
        send(hub, organisation, kind, values)
        hub.settle()
        case = dropout_case_id(UUID(child_of(hub, CHILD)), 1)
        assert hub.store.load(DROPOUT_CASE, case).state.state == expected
        (shown,) = hub.queries.case_status(reader(EDUCATION), claim)
        assert shown.state == expected
