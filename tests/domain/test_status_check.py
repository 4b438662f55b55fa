"""The procurator's case-status check (案件状态核查, P27; 未保法 114): the asking is a fact."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.kernel import Category
from domain.status_check import STATUS_CHECK, CaseStatusChecked, CheckCaseStatus, StatusCheck
from tests.domain.invented import CHILD, PROCURATORATE
from tests.specification import folded, given

TODAY = date(2026, 3, 4)
CHECK = UUID("f0000000-0000-4000-8000-000000000001")

check = CheckCaseStatus(
    check_id=CHECK, child_ref=CHILD, document_number="松检〔2026〕1号", matter="督促监护"
)
CHECKED = CaseStatusChecked(child_ref=CHILD, document_number="松检〔2026〕1号", matter="督促监护")


def test_p27_who_asks_about_a_childs_cases_leaves_a_record() -> None:
    """Under which document and for which matter, both sealed as orders."""
    (event,) = given().when(check, by=PROCURATORATE, on=TODAY).then(CHECKED)
    assert set(event.SENSITIVE) == {"document_number", "matter"}
    assert {event.category_of(name) for name in event.SENSITIVE} == {Category.ORDERS}
    assert CheckCaseStatus.STATES is Category.ORDERS


def test_asking_about_an_unknown_child_is_recorded_all_the_same() -> None:
    """No file is opened for it, and the record looks the same as of a child that is known."""
    unknown = check.model_copy(update={"child_ref": None})
    (event,) = (
        given()
        .when(unknown, by=PROCURATORATE, on=TODAY)
        .then(CHECKED.model_copy(update={"child_ref": None}))
    )
    assert event.subject is None, "then the check's own stream is the key subject"


def test_one_asking_is_recorded_once() -> None:
    given(CHECKED).when(check, by=PROCURATORATE, on=TODAY).then_nothing()
    assert folded(STATUS_CHECK, CHECKED) == StatusCheck(made=True)


def test_a_check_is_a_stream_of_its_own_in_the_order_of_the_child_if_known() -> None:
    assert STATUS_CHECK.locate(check, lambda _: None) == CHECK
    assert STATUS_CHECK.ordering_key(check, CHECK) == CHILD
    unknown = check.model_copy(update={"child_ref": None})
    assert STATUS_CHECK.ordering_key(unknown, CHECK) == CHECK
