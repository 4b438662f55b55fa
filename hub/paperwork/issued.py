"""Documents issued elsewhere (训诫书, 告诫书, 督促监护令, 家庭教育指导令): numbers and service
stand in the records of whoever issued them; here is what their scans are put to."""

from __future__ import annotations

from dataclasses import dataclass

from domain.guardianship_events import AdmonitionRecorded, GuidanceOrdered
from domain.kernel import Category
from hub.answers import Entry
from hub.bootstrap import Program
from hub.keyservice import Reader
from hub.paperwork.forms import history

CATEGORY = Category.ORDERS
"""Of every scan of one."""
_TOPICS = frozenset({AdmonitionRecorded.TOPIC, GuidanceOrdered.TOPIC})
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Issued:
    """One of them, as far as the reader sees it. ``entry``: the position of its record."""

    entry: int
    title: str
    number: str
    served_on: str
    by: str
    scans: tuple[str, ...]


def issued(program: Program, reader: Reader, child_ref: str) -> list[Issued]:
    """Those of a child whose number the reader may see, the oldest first, with the scans that may
    be seen. Whoever sees only that there was one is given none."""
    found = [
        each
        for each in history(program, reader, child_ref, _TOPICS)
        if each.fields.get("document_number")
    ]
    if not found:
        return []
    seen = _attachments(program, reader, child_ref)
    return [_issued(program, each, seen) for each in found]


def scan_of(entry: int) -> str:
    """As what the scans of one are kept."""
    return f"entry-{entry}"


def _issued(program: Program, entry: Entry, seen: frozenset[str]) -> Issued:
    scans = program.documents.scans(scan_of(entry.position))
    return Issued(
        entry=entry.position,
        title=entry.words.get("order") or entry.title,
        number=str(entry.fields["document_number"]),
        served_on=str(entry.clear.get("served_on") or ""),
        by=entry.producer_name,
        scans=tuple(each for each in scans if each in seen),
    )


def _attachments(program: Program, reader: Reader, child_ref: str) -> frozenset[str]:
    """The attachments of a child that the reader may see."""
    found: set[str] = set()
    before: int | None = None
    while True:
        page = program.queries.attachments(reader, child_ref, before=before, limit=_AT_ONCE)
        found.update(each.stream for each in page.items)
        if page.next_cursor is None:
            return frozenset(found)
        before = int(page.next_cursor)
