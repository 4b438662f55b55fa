"""What stands in other systems too (外部系统录入), and what is to be entered there: to each
organisation by its own view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select

from domain.organisations import seat_of
from domain.outside_entry import CLOCK, EntryAwaited, EntryRecorded, EntryWithdrawn, settles
from domain.outside_systems import OUTSIDE_SYSTEM
from hub.answers import Entry, OutsideEntry, OutsideRecord, OutsideState, Page
from hub.keyservice import Reader
from hub.queries.door import MAX_PAGE, PAGE, Door, of_matters
from projections.tables import DEADLINES, FACTS

_RUNNING = ("RUNNING", "PAUSED", "MISSED")
_TOPICS = (EntryAwaited.TOPIC, EntryRecorded.TOPIC, EntryWithdrawn.TOPIC)


class OutsideEntries(Door):
    """Entries in other systems, and the records that are to be entered."""

    def outside_entries(
        self,
        reader: Reader,
        *,
        system: str | None = None,
        waiting: bool = True,
        after: str | None = None,
        limit: int = PAGE,
    ) -> Page[OutsideEntry]:
        """``waiting``: those that the reader's organisation has yet to enter (未录入), the most
        urgent first; else every one in its view, those that nobody entered yet first."""
        asked = self._admit(reader, "outside_entries")
        limit = min(limit, MAX_PAGE)
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            streams = _clocks_of(reader.organisation) if waiting else None
            rows = self._facts_held(connection, reader, asked, *_TOPICS, streams=streams)
        found: dict[str, _Known] = {}
        for row in rows:
            if system in (None, row["clear"].get("system")):
                found.setdefault(row["stream"], _Known()).take(row)
        keys = sorted(
            each.key
            for each in found.values()
            if not waiting or (each.awaited and each.owner == reader.organisation)
        )
        keys = [key for key in keys if after is None or key > after]
        page = [found[key.rpartition("|")[2]] for key in keys[:limit]]
        items = self._entered(reader, page)
        return Page(items, keys[limit - 1] if len(keys) > limit else None)

    def _entered(self, reader: Reader, page: list[_Known]) -> tuple[OutsideEntry, ...]:
        if not page:
            self._keyservice.note(reader, {"": ()}, "outside_entries.nothing")
            return ()
        positions = [each.entered["position"] for each in page if each.entered is not None]
        numbers: dict[str, Entry] = {}
        if positions:
            query = select(FACTS).where(
                FACTS.c.organisation == reader.organisation, FACTS.c.position.in_(positions)
            )
            entries = self._entries(reader, query, len(positions), "outside_entries", None)
            numbers = {each.stream: each for each in entries.items}
        looks: dict[str, set[str]] = {}
        for each in page:
            looks.setdefault(each.child, set()).add(each.category)
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            children = self._children(connection, reader, list(looks), "outside_entries", looks)
        return tuple(
            OutsideEntry(
                id=each.stream,
                system=each.system,
                system_name=OUTSIDE_SYSTEM.labels.get(each.system, each.system),
                of_record=each.of_record,
                state=each.state,
                owner=each.owner,
                owner_name=self._directory.name(each.owner) if each.owner else None,
                enter_by=each.enter_by,
                entered_on=each.entered["clear"]["entered_on"] if each.entered else None,
                number=numbers[each.stream].fields.get("number")
                if each.stream in numbers
                else None,
                child_ref=each.child,
                child=children.get(each.child),
            )
            for each in page
        )

    def outside_records(
        self,
        reader: Reader,
        system: str,
        sheet: str,
        *,
        before: int | None = None,
        limit: int = MAX_PAGE,
    ) -> Page[OutsideRecord]:
        """The records of one sheet of a system that the reader's view holds, newest first, each
        with its child as far as it may be seen; nothing where the seat does not keep the system,
        or the sheet does not go out."""
        asked = self._admit(reader, "outside_records")
        limit = min(limit, MAX_PAGE)
        kept = self._policies.rules.outside.get(system)
        wanted = kept.sheets.get(sheet) if kept is not None else None
        keeps = kept is not None and seat_of(reader.organisation) in kept.seats
        if wanted is None or not wanted.goes_out or not keeps:
            self._keyservice.note(reader, {"": ()}, "outside_records.nothing")
            return Page(())
        query = (
            select(FACTS)
            .where(
                FACTS.c.organisation == reader.organisation,
                FACTS.c.topic.in_(wanted.topics),
                *of_matters(asked, FACTS.c.category),
            )
            .order_by(FACTS.c.position.desc())
            .limit(limit + 1)
        )
        if before is not None:
            query = query.where(FACTS.c.position < before)
        page = self._entries(reader, query, limit, "outside_records", None)
        refs = sorted({str(each.clear.get("child_ref")) for each in page.items})
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            children = self._children(connection, reader, refs, "outside_records")
        items = (
            OutsideRecord(entry=each, child=children.get(str(each.clear.get("child_ref"))))
            for each in page.items
        )
        return Page(tuple(items), page.next_cursor)


def _clocks_of(organisation: str) -> Select[tuple[str]]:
    """The entries whose clock an organisation has: however many it has entered, what it has yet to
    enter is found among these alone."""
    return select(DEADLINES.c.subject_id).where(
        DEADLINES.c.organisation == organisation,
        DEADLINES.c.owner == organisation,
        DEADLINES.c.kind == CLOCK,
        DEADLINES.c.state.in_(_RUNNING),
    )


class _Known:
    """What one view knows of one entry, fact by fact."""

    def __init__(self) -> None:
        self.stream = self.child = self.category = self.system = self.of_record = ""
        self.awaited = False
        self.owner: str | None = None
        self.enter_by: str | None = None
        self.entered: Mapping[str, Any] | None = None

    def take(self, row: Mapping[str, Any]) -> None:
        clear = row["clear"]
        self.stream, self.child, self.category = row["stream"], row["child_ref"], row["category"]
        self.system = clear.get("system", self.system)
        self.of_record = clear.get("of_record", self.of_record)
        if row["topic"] == EntryAwaited.TOPIC:
            self.awaited, self.owner = True, clear["owner"]
            self.enter_by = clear["enter_by"]
        elif row["topic"] == EntryRecorded.TOPIC:
            self.entered = row
            self.awaited = self.awaited and not settles(self.owner, row["producer"])
        else:
            self.entered = None

    @property
    def state(self) -> OutsideState:
        if self.awaited:
            return OutsideState.AWAITED
        return OutsideState.ENTERED if self.entered is not None else OutsideState.WITHDRAWN

    @property
    def key(self) -> str:
        """Where it stands in a list: what is awaited first, by when, and which one it is."""
        return f"{0 if self.awaited else 1}|{self.enter_by or ''}|{self.stream}"
