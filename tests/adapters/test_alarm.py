"""Suspected harm in a village's row goes out as a mandatory report, whatever becomes of the row.

未保法 11(2): 立即报告. Never gated: no fault of a sheet, no other row and no view stands before it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from adapters.intake.faults import SheetError
from adapters.intake.intake import RowAnswer
from adapters.intake.templates import write_csv
from adapters.registry import ALL_KINDS
from adapters.village.alarm import ALARM
from hub.application import Busy
from hub.bootstrap import Program
from tests.program import (
    OTHER_VILLAGE,
    OTHER_VILLAGE_CODE,
    POLICE,
    STATION,
    TOWN,
    VILLAGE,
    VILLAGE_CODE,
    actor,
    an_id_number,
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
    row = {**pupil(1), DAYS[kind]: "2025-03-01", "harm_suspected": "否", **said[kind], **changes}
    return {name: value for name, value in row.items() if value is not None}


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
    assert ALARM.report({"name": "示例", "harm_suspected": said}) is not None


@pytest.mark.parametrize("said", ["", "否", "无", "0", "N", "未发现", " 没有 "])
@pytest.mark.parametrize("filler", ["", "无", "未发现", "/", "-"])
def test_no_is_no_and_what_fills_the_other_cell_is_no_suspicion(said: str, filler: str) -> None:
    """A sheet full of 无 must not bury the one report that matters."""
    said_no = {"name": "示例", "harm_suspected": said, "harm_seen": filler}
    assert ALARM.report(said_no) is None
    assert ALARM.report({**said_no, "harm_seen": SEEN}) is not None


def test_what_is_written_in_place_of_yes_is_told() -> None:
    told = ALARM.report({"name": "示例", "harm_suspected": "怀疑被父亲殴打"})
    assert told is not None
    assert told["seen"] == "怀疑被父亲殴打"
    situation = ALARM.report({"name": "示例", "harm_suspected": "MR4", "harm_seen": SEEN})
    assert situation is not None
    assert (situation["situations"], situation["seen"]) == ("MR4", SEEN)


def test_two_families_of_whom_little_is_told_are_two_reports(tmp_path: Path) -> None:
    """Whatever numbers their lines have."""
    rows = [
        (1, {"harm_suspected": "是", "harm_seen": SEEN, "village": village})
        for village in (VILLAGE_CODE, OTHER_VILLAGE_CODE)
    ]
    with running(tmp_path / "data") as hub:
        answer = hub.intake.records(actor(VILLAGE), "village.visit", rows)
        numbers = {each.report.number for each in answer.rows if each.report}
        assert len(numbers) == 2


def test_reports_go_out_before_any_row_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also those of the last batch of a long sheet, when the first one cannot be written."""
    rows = [(n, row("village.visit", name=f"示例{n}")) for n in range(250)]
    rows[249][1].update(harm_seen=SEEN)
    with running(tmp_path / "data") as hub:
        taken = hub.hub.records

        def busy(work: Any, *, names_children: bool = True, **options: bool) -> Any:
            if names_children:
                raise Busy
            return taken(work, names_children=names_children, **options)

        monkeypatch.setattr(hub.hub, "records", busy)
        with pytest.raises(Busy):
            hub.intake.records(actor(VILLAGE), "village.visit", rows)
        monkeypatch.undo()
        assert len(reports(hub)) == 1


def test_what_went_out_is_kept_nowhere_else(tmp_path: Path) -> None:
    """A colleague who corrects the row must not read of harm by that."""
    with running(tmp_path / "data") as hub:
        bad = row("village.visit", harm_suspected="是", harm_seen=SEEN, visited_on="2099-01-01")
        taken = take(hub, VILLAGE, "village.visit", bad)
        assert taken.report is not None
        kept = hub.quarantine.cells(VILLAGE, taken.quarantine_id or "") or {}
        assert SEEN not in kept.values()
        assert taken.report.number in kept["harm_seen"]
        mended = {"visited_on": "2025-03-01", "id_number": an_id_number(2), "name": "示例"}
        corrected = hub.intake.correct(actor(VILLAGE), taken.quarantine_id or "", mended)
        assert corrected is not None
        assert corrected.answer is not None
        assert corrected.report is None
        assert len(reports(hub)) == 1


def test_a_sheet_with_a_heading_that_nobody_knows_is_not_taken(tmp_path: Path) -> None:
    """It may be the misspelt one under which the harm stands; and the text says what to do now."""
    layout = next(kind.layout for kind in ALL_KINDS if kind.name == "village.visit")
    path = tmp_path / "走访.csv"
    write_csv(layout, [row("village.visit", seen="（示例）祖母")], path, "utf-8-sig")
    misspelt = path.read_text("utf-8-sig").replace("疑似侵害情况", "疑似受侵害情况")
    with running(tmp_path / "data") as hub, pytest.raises(SheetError) as refused:
        hub.intake.sheet(actor(VILLAGE), misspelt.encode(), path.name)
    assert refused.value.code == "UNKNOWN_HEADINGS"
    assert "110" in refused.value.text_zh
    assert "回执号" not in refused.value.text_zh


def test_what_such_a_sheet_says_of_harm_all_the_same_is_reported_once(tmp_path: Path) -> None:
    """Under the headings that are known; and the sheet with its headings mended adds nothing."""
    layout = next(kind.layout for kind in ALL_KINDS if kind.name == "village.visit")
    path = tmp_path / "走访.csv"
    harmed = row("village.visit", harm_suspected="是", harm_seen=SEEN)
    write_csv(layout, [row("village.visit", **pupil(2)), harmed], path, "utf-8-sig")
    sheet = path.read_text("utf-8-sig")
    with running(tmp_path / "data") as hub:
        misspelt = sheet.replace("情绪状态", "心情").encode()
        assert misspelt != sheet.encode()
        with pytest.raises(SheetError):
            hub.intake.sheet(actor(VILLAGE), misspelt, path.name, dry_run=True)
        assert reports(hub) == []
        with pytest.raises(SheetError) as refused:
            hub.intake.sheet(actor(VILLAGE), misspelt, path.name)
        assert len(reports(hub)) == 1
        assert "visit.recorded.v1" not in topics(hub)
        assert "已另报强制报告1件" in refused.value.text_zh
        taken = hub.intake.sheet(actor(VILLAGE), sheet.encode(), path.name)
        assert [each.report is not None for each in taken.rows] == [False, True]
        assert taken.rows[1].report is not None
        assert taken.rows[1].report.number in refused.value.text_zh
        assert len(reports(hub)) == 1


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
        assert corrected.report is None, "it went out already"
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
