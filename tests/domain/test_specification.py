"""The specifications' own tool: it fails when it should."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from domain.scope import CloseScope, ScopeBasis, ScopeClosed, ScopeOpened
from domain.status_check import CaseStatusChecked, CheckCaseStatus
from tests.domain.invented import CHILD, PROCURATORATE, TOWN
from tests.specification import Outcome, at_noon, circumstances, given, happened

TODAY = date(2026, 3, 4)
ITEM = UUID(int=1)
OPENED = ScopeOpened(
    organisation=TOWN, child_ref=CHILD, item=ITEM, basis=ScopeBasis.TASK, categories=(), until=None
)
CLOSED = ScopeClosed(organisation=TOWN, child_ref=CHILD, item=ITEM)
close = CloseScope(organisation=TOWN, child_ref=CHILD, item=ITEM)
absent = happened(ScopeClosed, item=UUID(int=2))


def closing() -> Outcome:
    return given(OPENED).when(close, by=TOWN, on=TODAY)


def test_what_happened_is_compared_by_type_and_fields() -> None:
    closing().then(CLOSED)
    closing().then(happened(ScopeClosed))
    closing().then(happened(ScopeClosed, item=ITEM, organisation=TOWN))
    for wrong in (
        [OPENED],
        [CLOSED, CLOSED],
        [CLOSED.model_copy(update={"item": UUID(int=2)})],
    ):
        with pytest.raises(AssertionError):
            closing().then(*wrong)
    for pattern in (absent, happened(ScopeOpened)):
        with pytest.raises(AssertionError):
            closing().then(pattern)


def test_nothing_and_a_refusal_are_no_substitute_for_each_other() -> None:
    for claim in (closing().then_nothing, lambda: closing().then_refused("ANY")):
        with pytest.raises(AssertionError):
            claim()
    with pytest.raises(AssertionError):
        given().when(close, by=TOWN, on=TODAY).then_refused("ANY")
    with pytest.raises(TypeError):
        closing().then()


def test_a_field_that_the_event_has_not_is_a_mistake_in_the_specification() -> None:
    with pytest.raises(TypeError, match="itme"):
        happened(ScopeClosed, itme=ITEM)


def test_the_history_must_be_of_the_commands_stream() -> None:
    foreign = CaseStatusChecked(child_ref=None, document_number=None, matter=None)
    with pytest.raises(ValueError, match="status_check"):
        given(foreign).when(close, by=TOWN, on=TODAY)
    check = CheckCaseStatus(check_id=ITEM, child_ref=None, document_number="1", matter=None)
    given(foreign).when(check, by=PROCURATORATE, on=TODAY).then_nothing()


def test_a_day_means_its_noon_in_shanghai() -> None:
    assert at_noon(TODAY) == datetime(2026, 3, 4, 4, tzinfo=UTC)
    assert circumstances(TOWN, TODAY).today == TODAY
