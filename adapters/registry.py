"""Every kind of record that any agency may send. Adding an agency adds its line here."""

from __future__ import annotations

from typing import Any

from adapters import education, police, procuratorate, report, town
from adapters.intake.records import RecordKind

ALL_KINDS: tuple[RecordKind[Any], ...] = (
    *education.KINDS,
    *police.KINDS,
    *procuratorate.KINDS,
    *town.KINDS,
    *report.KINDS,
)
"""All kinds, each under a name of its own."""
