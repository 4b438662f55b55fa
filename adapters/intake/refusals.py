"""The rows of a sheet that were refused, given back as a sheet: mended, it is sent as it is."""

from __future__ import annotations

from adapters.intake.columns import QUARANTINE_MARK, SheetLayout
from adapters.intake.intake import RowAnswer, SheetAnswer
from adapters.intake.templates import MAX_EXCEL_TEXT, rows_of


def refused_sheet(layout: SheetLayout, answer: SheetAnswer) -> bytes:
    """Refused rows as they were sent, each with why, as xlsx. It holds personal data in clear, as
    the sender's own sheet does."""
    refused = [row for row in answer.rows if row.faults]
    cells = [
        {name: text[:MAX_EXCEL_TEXT] for name, text in answer.refused_cells[row.number].items()}
        for row in refused
    ]
    return rows_of(layout, cells, [_why(row) for row in refused])


def _why(row: RowAnswer) -> str:
    """Why a row was refused, and its number in quarantine: sent back with the corrected row, it
    closes what waits there."""
    number = f"（{QUARANTINE_MARK}{row.quarantine_id}）" if row.quarantine_id else ""
    return "".join(map(str, row.faults)) + number
