"""Issue: "Column mappings as data, in both directions by sheet, for the systems that officials
already keep …, each record keeping the other system's number and its 已录入 date"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.intake.faults import SheetError
from adapters.intake.intake import UnknownKind
from adapters.intake.sheets import SheetRow
from adapters.intake.templates import write_rows
from adapters.outside.rows import rows_of
from adapters.outside.sheets import ENTERED, NUMBER, RECORD, Line, inward, layout_of, outward
from adapters.outside.taking import OutsideAnswer
from domain.outside_entry import CLOCK
from domain.outside_systems import OutsideSheet
from hub.answers import OutsideState
from hub.bootstrap import Program
from hub.policies import load_policies
from hub.queries.outside import OutsideEntries
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_TOWN,
    POLICE,
    SCHOOL,
    START,
    TOWN,
    VILLAGE,
    actor,
    at,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    send,
    take,
    topics,
)

WELFARE, ROLL, HELP = "CHILD_WELFARE", "STUDENT_ROLL", "SOCIAL_ASSISTANCE"
RULES = load_policies().rules
EVERY_SHEET = [(code, name) for code, each in RULES.outside.items() for name in each.sheets]
ORPHAN = {"category": "孤儿", "since": "2025-02-01", "basis": "示例依据"}
GRANTED = {
    "scheme": "最低生活保障",
    "document_number": "示民保〔2025〕0001号",
    "decision": "批准",
    "decided_on": "2025-02-03",
    "since": "2025-03-01",
    "monthly_amount": "1620元",
}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        send(made, TOWN, "town.residence", resident(pupil(1)))
        send(made, TOWN, "civil_affairs.classification", {**pupil(1), **ORPHAN})
        made.settle()
        yield made


def waiting(hub: Program, organisation: str, **how: Any) -> list[Any]:
    return list(hub.queries.outside_entries(reader(organisation), **how).items)


def form(hub: Program, system: str, sheet: str) -> OutsideSheet:
    return hub.policies.rules.outside[system].sheets[sheet]


def sheet_out(hub: Program, organisation: str, system: str, sheet: str) -> list[dict[str, str]]:
    wanted = form(hub, system, sheet)
    found = hub.queries.outside_records(reader(organisation), system, sheet).items
    entries = hub.queries.outside_entries(reader(organisation), system=system, waiting=False).items
    return rows_of(wanted, hub.outside.kind(wanted), found, entries, hub.directory.name)


def bring(
    hub: Program,
    organisation: str,
    system: str,
    sheet: str,
    rows: list[dict[str, str]],
    folder: Path,
    **how: Any,
) -> OutsideAnswer:
    """As the other system's own sheet would come."""
    path = folder / "sheet.xlsx"
    wanted = form(hub, system, sheet)
    write_rows(layout_of(sheet, wanted, hub.outside.kind(wanted)), rows, path)
    taken = hub.outside.take(actor(organisation), system, path.read_bytes(), path.name, **how)
    hub.settle()
    return taken


def test_what_a_town_classified_waits_until_number_and_day_are_given(hub: Program) -> None:
    (due,) = waiting(hub, TOWN)
    assert (due.system, due.state, due.owner) == (WELFARE, OutsideState.AWAITED, TOWN)
    assert due.of_record == due.child_ref
    assert due.child.fields["name"] == pupil(1)["name"]
    assert waiting(hub, CIVIL_AFFAIRS) == [], "it is the town's to enter"
    send(
        hub,
        TOWN,
        "outside.entry",
        {**pupil(1), "system": WELFARE, "number": "示编0001", "entered_on": "2025-03-03"},
    )
    hub.settle()
    assert waiting(hub, TOWN) == []
    (seen,) = waiting(hub, CIVIL_AFFAIRS, waiting=False)
    assert (seen.state, seen.number, seen.entered_on) == (
        OutsideState.ENTERED,
        "示编0001",
        "2025-03-03",
    )


def test_p22_aid_that_was_granted_here_waits_and_goes_out_with_who_decided_it(
    hub: Program,
) -> None:
    """Given an application that civil affairs granted / when it is decided / then it waits to be
    entered in 社会救助 and stands on the sheet of applications, until its number is given."""
    about = {**pupil(1), "scheme": "特殊儿童基本生活费", "applied_on": "2025-03-03"}
    asked = {"applicant": "其他近亲属", "applicant_name": "示例姑姑", "need": "（示例）"}
    send(hub, VILLAGE, "aid.application", {**about, **asked})
    seen = {"verified_on": "2025-03-03", "finding": "符合条件", "account": "（示例）"}
    verifies = actor(TOWN, user="u-visits")
    assert hub.intake.record(verifies, "aid.verification", {**about, **seen}).answer
    assert waiting(hub, CIVIL_AFFAIRS, system=HELP) == []
    granted = {
        "document_number": "示民保〔2025〕0002号",
        "decision": "批准",
        "decided_on": "2025-03-03",
        "since": "2025-04-01",
        "yuan": "3200元",
    }
    leader = actor(CIVIL_AFFAIRS, user="u-leader")
    assert hub.intake.record(leader, "aid.decision", {**about, **granted}).answer
    hub.settle()
    (entry,) = waiting(hub, CIVIL_AFFAIRS, system=HELP)
    (row,) = sheet_out(hub, CIVIL_AFFAIRS, HELP, "applications")
    assert row["document_number"] == "示民保〔2025〕0002号"
    assert row[RECORD] == entry.of_record
    assert waiting(hub, VILLAGE, system=HELP) == []


def test_what_waits_is_found_among_what_waits_however_much_was_entered(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list does not grow with what a town has entered."""
    (entry,) = waiting(hub, TOWN)
    about = {**pupil(1), "system": "全国儿童福利信息系统", "number": "示编0001"}
    entered = {**about, "record": entry.of_record, "entered_on": "2025-03-03"}
    read: list[int] = []
    held = OutsideEntries._facts_held

    def counted(self: OutsideEntries, *asked: Any, **how: Any) -> list[dict[str, Any]]:
        rows = held(self, *asked, **how)
        read.append(len(rows))
        return rows

    monkeypatch.setattr(OutsideEntries, "_facts_held", counted)
    assert len(waiting(hub, TOWN)) == 1
    send(hub, TOWN, "outside.entry", entered)
    assert hub.settle()
    assert waiting(hub, TOWN) == []
    assert len(waiting(hub, TOWN, waiting=False)) == 1
    assert read == [1, 0, 2]


def test_whose_silence_it_is_stands_on_the_board(hub: Program) -> None:
    at(hub, START + timedelta(days=30))
    hub.settle()
    silences = hub.queries.silence(reader(TOWN)).items
    assert [each.owner for each in silences if each.clock == CLOCK] == [TOWN]


def test_whoever_reads_a_record_and_does_not_keep_the_system_takes_no_sheet_of_it(
    hub: Program,
) -> None:
    """A village reads that a child is classified; the sheet is the town's to fill."""
    assert waiting(hub, VILLAGE, waiting=False)
    assert hub.queries.outside_records(reader(VILLAGE), WELFARE, "children").items == ()
    assert hub.queries.outside_records(reader(TOWN), WELFARE, "children").items != ()


@pytest.mark.parametrize("organisation", [OTHER_TOWN, SCHOOL, POLICE])
def test_whoever_may_not_see_the_record_sees_no_entry_of_it(
    hub: Program, organisation: str
) -> None:
    assert waiting(hub, organisation, waiting=False) == []
    assert hub.queries.outside_records(reader(organisation), WELFARE, "children").items == ()


def test_the_sheet_goes_out_in_their_words_and_comes_back_with_numbers(
    hub: Program, tmp_path: Path
) -> None:
    """The rows that come back are the hub's own: nothing is stated twice."""
    (row,) = sheet_out(hub, TOWN, WELFARE, "children")
    assert (row["category"], row["since"], row["basis"]) == ("孤儿", "2025-02-01", "示例依据")
    assert row["id_number"] == pupil(1)["id_number"]
    stated = hub.store.position
    back = {**row, NUMBER: "示编0001", ENTERED: "2025-03-03"}
    taken = bring(hub, TOWN, WELFARE, "children", [back], tmp_path)
    assert (len(taken.records.rows), taken.entries.accepted) == (0, 1)
    assert set(topics(hub, stated)) == {"outside_entry.recorded.v1", "deadline.met.v1"}
    position = hub.store.position
    again = bring(hub, TOWN, WELFARE, "children", [back], tmp_path)
    assert (again.entries.repeated, hub.store.position) == (1, position)
    (known,) = sheet_out(hub, TOWN, WELFARE, "children")
    assert (known[NUMBER], known[ENTERED]) == ("示编0001", "2025-03-03")


def test_their_sheet_says_the_same_to_a_hub_that_knows_nothing(
    hub: Program, tmp_path: Path
) -> None:
    """Out, and in again elsewhere: the same children with the same categories, and nothing is
    stated a second time."""
    send(hub, TOWN, "town.residence", resident(pupil(2)))
    other = {**ORPHAN, "category": "家庭贫困", "since": "2025-02-11", "certifier": "示例区民政局"}
    send(hub, TOWN, "civil_affairs.classification", {**pupil(2), **other})
    hub.settle()
    theirs = [
        {name: text for name, text in row.items() if name != RECORD}
        for row in sheet_out(hub, TOWN, WELFARE, "children")
    ]
    with running(tmp_path / "elsewhere") as fresh:
        for number in (1, 2):
            send(fresh, TOWN, "town.residence", resident(pupil(number)))
        fresh.settle()
        taken = bring(fresh, TOWN, WELFARE, "children", theirs, tmp_path)
        assert (taken.records.accepted, taken.records.refused) == (2, 0)
        position = fresh.store.position
        again = bring(fresh, TOWN, WELFARE, "children", theirs, tmp_path)
        assert (again.records.repeated, fresh.store.position) == (2, position)
        back = sheet_out(fresh, TOWN, WELFARE, "children")
    told = [{name: text for name, text in row.items() if name != RECORD} for row in back]
    assert sorted(told, key=str) == sorted(theirs, key=str)


def test_what_nobody_entered_yet_goes_out_first(hub: Program) -> None:
    entry = {"system": WELFARE, "number": "示编0002", "entered_on": "2025-03-03"}
    for number in (2, 3):
        send(hub, TOWN, "town.residence", resident(pupil(number)))
        send(hub, TOWN, "civil_affairs.classification", {**pupil(number), **ORPHAN})
    send(hub, TOWN, "outside.entry", {**pupil(3), **entry})
    hub.settle()
    numbers = [row.get(NUMBER, "") for row in sheet_out(hub, TOWN, WELFARE, "children")]
    assert numbers == ["", "", "示编0002"]


def test_their_own_sheet_states_records_and_numbers_once(hub: Program, tmp_path: Path) -> None:
    """社会救助: 城乡低保 is 最低生活保障 here; the number belongs to the decision."""
    row = {
        **pupil(1),
        "scheme": "城乡低保",
        "document_number": GRANTED["document_number"],
        "decision": "准予",
        "decided_on": "2025-02-03",
        "since": "2025-03-01",
        NUMBER: "示救0001",
        ENTERED: "2025-02-10",
    }
    row.pop("address"), row.pop("guardian_phone")
    rehearsed = bring(hub, TOWN, HELP, "decisions", [row], tmp_path, dry_run=True)
    position = hub.store.position
    assert (rehearsed.records.accepted, rehearsed.entries.accepted) == (1, 1)
    taken = bring(hub, TOWN, HELP, "decisions", [row], tmp_path)
    assert (taken.records.accepted, taken.entries.accepted) == (1, 1)
    assert "outside_entry.awaited.v1" not in topics(hub, position), "it stands there already"
    (seen,) = waiting(hub, CIVIL_AFFAIRS, system=HELP, waiting=False)
    assert (seen.number, seen.state) == ("示救0001", OutsideState.ENTERED)
    assert seen.of_record != seen.child_ref
    position = hub.store.position
    again = bring(hub, TOWN, HELP, "decisions", [row], tmp_path)
    assert (again.records.repeated, again.entries.repeated) == (1, 1)
    assert hub.store.position == position
    (out,) = sheet_out(hub, TOWN, HELP, "decisions")
    told = {name: out[name] for name in ("scheme", "decision", "decided_on", "since", NUMBER)}
    assert told == {name: row[name] for name in told}


def test_the_roll_comes_in_with_the_number_that_pupils_have_there(
    hub: Program, tmp_path: Path
) -> None:
    row = {**enrolled(pupil(1)), "student_number": "G" + pupil(1)["id_number"]}
    row.pop("address")
    row[ENTERED] = "2024-09-10"
    taken = bring(hub, EDUCATION, ROLL, "pupils", [row], tmp_path)
    assert (taken.records.accepted, taken.entries.accepted) == (1, 1)
    (seen,) = waiting(hub, SCHOOL, waiting=False)
    assert (seen.number, seen.entered_on) == (row["student_number"], "2024-09-10")


def test_a_refused_row_is_told_under_the_heading_that_was_sent(
    hub: Program, tmp_path: Path
) -> None:
    rows = [
        {**pupil(4), "category": "机密甲", "since": "2025-02-01"},
        {**pupil(5), **ORPHAN, NUMBER: "示编0005"},
    ]
    for row in rows:
        row.pop("address")
    taken = bring(hub, TOWN, WELFARE, "children", rows, tmp_path)
    ((fault,),) = [each.faults for each in taken.records.rows if each.faults]
    assert fault.column == "儿童类型"
    assert "机密甲" not in str(fault)
    ((fault,),) = [each.faults for each in taken.entries.rows if each.faults]
    assert (fault.column, fault.code) == ("录入时间", "ENTRY_INCOMPLETE")


def test_whoever_does_not_keep_a_system_brings_no_sheet_of_it(hub: Program, tmp_path: Path) -> None:
    with pytest.raises(UnknownKind):
        bring(hub, VILLAGE, WELFARE, "children", [], tmp_path)
    with pytest.raises(SheetError) as refused:
        hub.outside.take(actor(TOWN), WELFARE, BytesIO(b"a,b\n1,2\n").getvalue(), "x.csv")
    assert refused.value.code == "NO_HEADING"


def test_another_office_cannot_make_a_towns_wait_end(hub: Program) -> None:
    entry = {"system": WELFARE, "number": "示编9", "entered_on": "2025-03-03"}
    answer = take(hub, OTHER_TOWN, "outside.entry", {**pupil(1), **entry})
    assert answer.answer is not None, "its answer does not tell whether anybody waits"
    hub.settle()
    assert [each.state for each in waiting(hub, TOWN)] == [OutsideState.AWAITED]


@pytest.mark.parametrize(("system", "name"), EVERY_SHEET)
def test_every_column_is_a_field_of_its_kind_of_record(
    hub: Program, system: str, name: str
) -> None:
    sheet = form(hub, system, name)
    kind = hub.outside.kind(sheet)
    fields = {column.field: column for column in kind.columns}
    assert {each.field for each in sheet.columns} <= set(fields)
    required = {each.field for each in kind.columns if each.required}
    assert required <= {each.field for each in sheet.columns}, "a row could not be taken in"
    assert any(seat in hub.policies.rules.outside[system].seats for seat in kind.seats)
    labels = {label for each in fields.values() for _, label in each.codes}
    for each in sheet.columns:
        assert set(each.words.values()) <= labels
    headings = [each.heading for each in layout_of(name, sheet, kind).columns]
    assert len(set(headings)) == len(headings)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(data=st.data())
def test_out_and_in_again_gives_the_same_record(hub: Program, data: st.DataObject) -> None:
    """For every sheet and whatever its coded fields hold: their word for ours, and ours for it."""
    system, name = data.draw(st.sampled_from(EVERY_SHEET))
    sheet = form(hub, system, name)
    kind = hub.outside.kind(sheet)
    ours = {column.field: column for column in kind.columns}
    values, expected = {}, {}
    for each in sheet.columns:
        if each.by_topic or each.given in ("began_on", "occurred_on"):
            continue
        codes = dict(ours[each.field].codes)
        text = data.draw(st.sampled_from(sorted(codes)) if codes else st.sampled_from(["甲", "乙"]))
        values[each.given or each.field] = text
        expected[each.field] = codes.get(text, text)
    line = Line(sheet.topics[0], "2025-02-03T04:00:00Z", "2025-02-03T04:00:00Z", values, "")
    back = inward(sheet, SheetRow(1, outward(sheet, kind, line))).cells
    assert {field: back.get(field) for field in expected} == expected
    assert RECORD not in back
