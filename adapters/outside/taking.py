"""Takes a sheet that another system gave out: each row is one of our records, and says under which
number it stands there.

Both go through the ordinary intake, in the sender's name: the same authority, receipts, quarantine
and rehearsal. A row that this hub gave out itself carries the record's own number (平台编号): it is
the hub's record already, and says nothing but where it stands by now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.intake.faults import SheetError
from adapters.intake.intake import Intake, RowAnswer, SheetAnswer, UnknownKind
from adapters.intake.records import RecordKind
from adapters.intake.sheets import SheetRow, read_sheet
from adapters.outside import entry as own
from adapters.outside.entry import ENTERED_HEADING, NUMBER_HEADING, RECORD_HEADING
from adapters.outside.sheets import RECORD, entry_of, in_their_words, inward, layout_of
from domain.faults import Fault
from domain.kernel import Actor
from domain.organisations import seat_of
from domain.outside_systems import OutsideSheet, OutsideSystem


@dataclass
class OutsideAnswer:
    """What became of a sheet: of its rows as records, and of what they say of their entries."""

    sheet: str
    title: str
    records: SheetAnswer
    entries: SheetAnswer

    @property
    def refused(self) -> int:
        return self.records.refused + self.entries.refused


class OutsideSheets:
    """Sheets of other systems, taken in."""

    def __init__(
        self,
        intake: Intake,
        systems: Mapping[str, OutsideSystem],
        kinds: Sequence[RecordKind[Any]],
    ) -> None:
        self._intake = intake
        self._systems = systems
        self._kinds = {kind.name: kind for kind in kinds}

    def kind(self, sheet: OutsideSheet) -> RecordKind[Any]:
        """The kind of record that a sheet's rows are."""
        return self._kinds[sheet.kind]

    def take(
        self, actor: Actor, system: str, data: bytes, filename: str, *, dry_run: bool = False
    ) -> OutsideAnswer:
        """Take a sheet of a system. Raises SheetError when it cannot be read or is none of the
        system's, UnknownKind where the sender may send none of them."""
        seat = seat_of(actor.organisation)
        sheets = {
            name: sheet
            for name, sheet in self._sheets(system).items()
            if sheet.comes_in and seat in {*self.kind(sheet).seats, *self._systems[system].seats}
        }
        if not sheets:
            raise UnknownKind
        layouts = [layout_of(name, sheet, self.kind(sheet)) for name, sheet in sheets.items()]
        read = read_sheet(data, filename, layouts)
        name = read.layout.kind
        sheet = sheets[name]
        kind = self.kind(sheet)
        if kind.alarm is not None:
            raise SheetError("NO_HEADING", "这类表格要用本平台的模板报送。")
        # A sheet comes back whose rows are the hub's own: what is theirs to say is the number.
        told = [row for row in read.rows if row.cells.get(RECORD, "").strip()]
        new = [row for row in read.rows if not row.cells.get(RECORD, "").strip()]
        records = self._records(actor, sheet, kind, new, dry_run)
        entries = [*told, *(row for row in new if not _refused(records, row.number))]
        answer = OutsideAnswer(
            name, sheet.title, records, self._entries(actor, system, sheet, entries, records)
        )
        answer.records.unknown_headings = tuple(read.unknown_headings)
        return answer

    def _sheets(self, system: str) -> Mapping[str, OutsideSheet]:
        found = self._systems.get(system)
        return found.sheets if found is not None else {}

    def _records(
        self,
        actor: Actor,
        sheet: OutsideSheet,
        kind: RecordKind[Any],
        rows: Sequence[SheetRow],
        dry_run: bool,
    ) -> SheetAnswer:
        if not rows or seat_of(actor.organisation) not in kind.seats:
            faults = (_NOT_YOURS,)
            answer = SheetAnswer(kind.name, sheet.title, dry_run=dry_run)
            answer.rows = [RowAnswer(row.number, faults=faults) for row in rows]
            return answer
        taken = self._intake.rows(
            actor, kind.name, [inward(sheet, row) for row in rows], dry_run=dry_run
        )
        taken.rows = [
            replace(each, faults=in_their_words(sheet, kind, each.faults)) for each in taken.rows
        ]
        taken.title = sheet.title
        sent = {row.number: row.cells for row in rows}
        taken.refused_cells = {number: sent[number] for number in taken.refused_cells}
        return taken

    def _entries(
        self,
        actor: Actor,
        system: str,
        sheet: OutsideSheet,
        rows: Sequence[SheetRow],
        records: SheetAnswer,
    ) -> SheetAnswer:
        receipts = {each.number: each.answer for each in records.rows if each.answer is not None}
        said = []
        for row in rows:
            of_record = row.cells.get(RECORD, "").strip()
            if not of_record and sheet.of == "record" and not records.dry_run:
                answer = receipts[row.number]
                of_record = str(self._intake.record_of(answer.number) or "")
            entry = entry_of(sheet, row, system, of_record)
            if entry is not None:
                said.append(entry)
        taken = self._intake.rows(actor, own.KIND.name, said, dry_run=records.dry_run)
        headings = {
            NUMBER_HEADING: sheet.number,
            ENTERED_HEADING: sheet.entered_on,
            RECORD_HEADING: RECORD_HEADING,
        }
        ours = {column.heading: column.field for column in own.KIND.columns}
        theirs = {each.field: each.heading for each in sheet.columns}
        taken.rows = [
            replace(
                each,
                faults=tuple(
                    replace(
                        fault,
                        column=headings.get(
                            fault.column, theirs.get(ours.get(fault.column, ""), fault.column)
                        ),
                    )
                    for fault in each.faults
                ),
            )
            for each in taken.rows
        ]
        return taken


_NOT_YOURS = Fault(
    RECORD_HEADING,
    "OUTSIDE_RECORD_NOT_YOURS",
    "这类记录不由本单位登记，本单位只登记录入情况。",
    "请保留本平台导出的平台编号后重报；没有的，请由登记单位报送。",
)


def _refused(answer: SheetAnswer, number: int) -> bool:
    return any(each.number == number and each.faults for each in answer.rows)
