"""Suspected harm in a village's row goes out as a mandatory report, whatever becomes of the row.

未保法 11(2): 立即报告. Never gated: no fault of a sheet, no other row and no view stands before it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from adapters.intake.intake import RowAnswer
from adapters.registry import ALL_KINDS
from adapters.village.alarm import alarm
from hub.bootstrap import Program
from tests.program import (
    OTHER_VILLAGE,
    POLICE,
    STATION,
    TOWN,
    VILLAGE,
    VILLAGE_CODE,
    actor,
    child_of,
    pupil,
    reader,
    resident,
    running,
    send,
    take,
    topics,
)

SEEN = "（示例）手臂多处瘀青"
DAYS = {"village.visit": "visited_on", "village.verification": "verified_on"}


def row(kind: str, **changes: Any) -> dict[str, Any]:
    said = {"village.visit": {"form": "入户走访"}, "village.verification": {"finding": "情况一致"}}
    return {**pupil(1), DAYS[kind]: "2025-03-01", **said[kind], **changes}


def reports(hub: Program) -> list[dict[str, Any]]:
    """What the police of the beat can open of each report."""
    assert hub.settle()
    queries = hub.queries
    found = []
    for report in queries.reports(reader(STATION)).items:
        fields: dict[str, Any] = {}
        for entry in reversed(queries.timeline(reader(STATION), report.id).items):
            fields.update(entry.fields)
        found.append(fields)
    return found


@pytest.mark.parametrize("said", ["是", "有", "说不好", "可能", " 是 "])
def test_doubt_counts_as_suspicion(said: str) -> None:
    assert alarm({"name": "示例", "harm_suspected": said}) is not None


@pytest.mark.parametrize("said", ["", "否", "无", "0", "N"])
def test_no_is_no(said: str) -> None:
    assert alarm({"name": "示例", "harm_suspected": said}) is None
    assert alarm({"name": "示例", "harm_suspected": said, "harm_seen": SEEN}) is not None


@pytest.mark.parametrize("kind", DAYS)
def test_a_row_with_suspected_harm_is_recorded_and_reported(tmp_path: Path, kind: str) -> None:
    with running(tmp_path / "data") as hub:
        taken = take(hub, VILLAGE, kind, row(kind, harm_suspected="是", harm_seen=SEEN))
        assert taken.answer is not None
        assert taken.report is not None
        assert taken.report.number != taken.answer.number
        (fields,) = reports(hub)
        assert fields["seen"] == SEEN
        assert pupil(1)["name"] in fields["child_described"]
        assert pupil(1)["id_number"] in fields["child_described"]
        everything = [f for f in hub.store.feed(0, 10_000) if "harm" in str(f.sealed)]
        assert {f.topic.split(".")[0] for f in everything} == {"report"}, "not in the visit"


FAULTS = [{DAY: "2099-01-01"} for DAY in ("visited_on",)] + [
    {"id_number": "12345"},
    {"form": "飞过去"},
    {"village": "没有这个村"},
    {"name": None},
    {"机密": "多出来的栏"},
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: next(iter(fault)))
def test_a_row_that_is_refused_is_reported_all_the_same(
    tmp_path: Path, fault: dict[str, Any]
) -> None:
    with running(tmp_path / "data") as hub:
        taken = take(hub, VILLAGE, "village.visit", row("village.visit", harm_seen=SEEN, **fault))
        assert taken.faults
        assert taken.quarantine_id is not None
        assert taken.report is not None
        assert [fields["seen"] for fields in reports(hub)] == [SEEN]


def test_the_same_row_again_is_the_same_report(tmp_path: Path) -> None:
    with running(tmp_path / "data") as hub:
        bad = row("village.visit", harm_seen=SEEN, form="飞过去")
        first = take(hub, VILLAGE, "village.visit", bad)
        again = take(hub, VILLAGE, "village.visit", bad)
        assert first.report is not None
        assert again.report is not None
        assert first.report.number == again.report.number
        corrected = hub.intake.correct(
            actor(VILLAGE), first.quarantine_id or "", {"form": "入户走访"}
        )
        assert corrected is not None
        assert corrected.answer is not None
        assert corrected.report is not None
        assert corrected.report.number == first.report.number
        assert len(reports(hub)) == 1


def test_a_rehearsal_reports_nothing(tmp_path: Path) -> None:
    with running(tmp_path / "data") as hub:
        values = row("village.visit", harm_seen=SEEN)
        answer = hub.intake.records(actor(VILLAGE), "village.visit", [(1, values)], dry_run=True)
        assert [each.report for each in answer.rows] == [None]
        assert topics(hub) == []


def test_rows_without_harm_report_nothing(tmp_path: Path) -> None:
    with running(tmp_path / "data") as hub:
        taken: RowAnswer = take(hub, VILLAGE, "village.visit", row("village.visit"))
        assert taken.answer is not None
        assert taken.report is None
        assert reports(hub) == []


def test_the_report_goes_to_the_beat_of_the_village(tmp_path: Path) -> None:
    """The place is the child's address where it is told, else the village."""
    with running(tmp_path / "data") as hub:
        send(hub, TOWN, "town.residence", resident(pupil(1)))
        values = row("village.visit", harm_seen=SEEN, address=None, village=VILLAGE_CODE)
        take(hub, VILLAGE, "village.visit", values)
        assert hub.settle()
        assert [each.kind for each in hub.queries.inbox(reader(STATION)).items] == ["handle_report"]
        assert hub.queries.inbox(reader(POLICE)).items == ()


def test_every_kind_that_asks_for_harm_raises_it() -> None:
    for kind in ALL_KINDS:
        asks = {"harm_suspected", "harm_seen"} <= set(kind.model.model_fields)
        assert asks == (kind.alarm is not None), kind.name


def test_a_child_from_the_visitors_list_is_named_by_its_file(tmp_path: Path) -> None:
    """The police know at once which child, though the phone sent no name."""
    with running(tmp_path / "data") as hub:
        send(hub, TOWN, "town.residence", resident(pupil(1)))
        known = child_of(hub, pupil(1))
        form = {"visit_id": str(uuid4()), "child_ref": known, "form": "飞过去", "harm_seen": SEEN}
        assert take(hub, VILLAGE, "village.visit_form", form).report is not None
        assert hub.settle()
        (report,) = hub.queries.reports(reader(STATION)).items
        assert report.child_ref == known


@pytest.mark.parametrize("listed", ["nobody", "nonsense", "elsewhere"])
def test_what_is_not_on_the_list_names_nobody_and_is_reported_all_the_same(
    tmp_path: Path, listed: str
) -> None:
    with running(tmp_path / "data") as hub:
        send(hub, TOWN, "town.residence", resident(pupil(1)))
        given = {"nobody": str(uuid4()), "nonsense": "机密", "elsewhere": child_of(hub, pupil(1))}
        form = {"visit_id": str(uuid4()), "child_ref": given[listed], "harm_seen": SEEN}
        taken = take(hub, OTHER_VILLAGE, "village.visit_form", form)
        assert taken.report is not None
        assert hub.settle()
        reports_of = hub.queries.reports(reader(POLICE)).items
        assert [each.child_ref for each in reports_of] == [None]
