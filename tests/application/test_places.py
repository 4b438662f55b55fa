"""Organisations as records name them (adapters.intake.records.Places.organisation)."""

from __future__ import annotations

import pytest

from domain.organisations import Organisation
from hub.bootstrap import Program
from tests.program import CIVIL_AFFAIRS, SCHOOL, SCHOOL_NAME


@pytest.mark.parametrize("text", [SCHOOL_NAME, f" {SCHOOL_NAME} ", "示例 第一小学", SCHOOL])
def test_an_organisation_is_found_by_its_name_or_identifier(hub: Program, text: str) -> None:
    assert hub.intake.places.organisation(text) == SCHOOL


@pytest.mark.parametrize("text", ["示例", "示例第九小学", "3101170001", "hub:310117", ""])
def test_what_is_not_the_whole_name_names_nobody(hub: Program, text: str) -> None:
    assert hub.intake.places.organisation(text) is None


def test_a_name_that_two_bear_names_neither(hub: Program) -> None:
    hub.directory.add_organisations([Organisation("hospital:999", SCHOOL_NAME)])
    assert hub.intake.places.organisation(SCHOOL_NAME) is None
    assert hub.intake.places.organisation(CIVIL_AFFAIRS) == CIVIL_AFFAIRS
