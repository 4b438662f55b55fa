"""The ledgers and reports of dropout control, over HTTP (教基厅函〔2024〕15号)."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.api.desks import District
from tests.program import EDUCATION, OTHER_SCHOOL, SCHOOL, TOWN, VILLAGE, at


def test_the_three_ledgers_are_shown_to_whose_they_are(district: District) -> None:
    child = district.dropout()
    district.settle()
    for organisation in (EDUCATION, SCHOOL, TOWN):
        (row,) = district[organisation].items("/dropout")
        assert (row["child_ref"], row["state_name"]) == (child, "疑似辍学")
        assert district[organisation].items("/dropout", ledger="dropout") == []
    assert [each["child_ref"] for each in district[TOWN].items("/dropout", ledger="of_age")] == [
        child
    ]
    for organisation in (OTHER_SCHOOL, VILLAGE):
        for ledger in ("suspected", "of_age", "dropout"):
            assert district[organisation].items("/dropout", ledger=ledger) == []
    assert district[EDUCATION].get("/dropout", ledger="other").status_code == 422


def test_a_monthly_report_stands_beside_the_hubs_own_count(district: District) -> None:
    district.dropout()
    district.settle()
    at(district.program, datetime(2025, 3, 31, 2, tzinfo=UTC))
    none = {"enrolled": 820, "absent": 0, "suspected": 0, "dropped_out": 0, "returned": 0}
    district[SCHOOL].send("education/monthly_report", {"period": "2025-03", **none})
    district.settle()
    (row,) = district[EDUCATION].items("/dropout/reports", period="2025-03")
    assert (row["differs"], row["own"]["suspected"], row["counts"]["suspected"]) == (True, 1, 0)
    assert row["due_at"] is not None
    for organisation in (VILLAGE, TOWN, OTHER_SCHOOL):
        assert district[organisation].items("/dropout/reports", period="2025-03") == []
