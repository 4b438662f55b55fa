"""The rows of a sheet for another system, of what one organisation may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from adapters.intake.records import RecordKind
from adapters.outside.sheets import Line, outward
from domain.outside_systems import OutsideSheet

ENTERED = "ENTERED"
"""The state of what stands there and nobody waits for."""


class ShownFact(Protocol):
    """A fact as the door for reads shows it."""

    @property
    def topic(self) -> str: ...
    @property
    def stream(self) -> str: ...
    @property
    def occurred_at(self) -> str: ...
    @property
    def clear(self) -> Mapping[str, Any]: ...
    @property
    def fields(self) -> Mapping[str, Any]: ...


class ShownChild(Protocol):
    """A child as the door for reads shows it."""

    @property
    def child_ref(self) -> str: ...
    @property
    def village(self) -> str | None: ...
    @property
    def fields(self) -> Mapping[str, Any]: ...


class ShownRecord(Protocol):
    """A record that goes out."""

    @property
    def entry(self) -> ShownFact: ...
    @property
    def child(self) -> ShownChild | None: ...


class ShownEntry(Protocol):
    """What is known of a record's entry there."""

    @property
    def of_record(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def number(self) -> object: ...
    @property
    def entered_on(self) -> str | None: ...


def rows_of(
    sheet: OutsideSheet,
    kind: RecordKind[Any],
    found: Sequence[ShownRecord],
    entries: Sequence[ShownEntry],
    name: Callable[[str], str],
    waiting_only: bool = False,
) -> list[dict[str, str]]:
    """Each record once, as it was stated last, those that nobody entered yet first; ``found`` is
    newest first, ``name`` gives what an organisation is called. A child whose name may not be seen
    has no row: nothing could be entered of it."""
    known = {each.of_record: each for each in entries}
    began: dict[str, str] = {}
    for each in found:
        began[each.entry.stream] = each.entry.occurred_at
    lines: dict[tuple[str, ...], tuple[bool, Line]] = {}
    for each in found:
        if each.child is None or not each.child.fields.get("name"):
            continue
        child_ref = each.child.child_ref
        of_record = child_ref if sheet.of == "child" else each.entry.stream
        values: dict[str, Any] = {
            **each.child.fields,
            "village": each.child.village,
            **each.entry.clear,
            **each.entry.fields,
        }
        if school := values.get("school"):
            values["school"] = name(str(school))
        key = (of_record, *(str(values.get(field)) for field in sheet.key))
        entry = known.get(of_record)
        waits = entry is None or entry.state != ENTERED
        line = Line(
            topic=each.entry.topic,
            occurred_at=each.entry.occurred_at,
            began_at=began[each.entry.stream],
            values=values,
            of_record=of_record,
            number=str(entry.number or "") if entry is not None else "",
            entered_on=(entry.entered_on or "") if entry is not None else "",
        )
        lines.setdefault(key, (waits, line))
    ordered = sorted(lines.values(), key=lambda each: not each[0])
    return [outward(sheet, kind, line) for waits, line in ordered if waits or not waiting_only]
