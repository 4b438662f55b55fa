"""Questions about the people who work with children (工作人员台账, plan 二6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from domain.calendar import shanghai_date
from domain.entry_check import Check
from domain.organisations import Post, Seat, seat_of
from domain.worker import WorkerRegistered
from domain.workforce_codes import APPOINTMENT_BASIS, QUALIFICATION, WORKER_ROLE
from domain.workforce_figures import Kept
from hub.answers import Entry, Page, StaffMember
from hub.keyservice import Reader
from hub.queries.door import MAX_PAGE, PAGE, Door
from hub.queries.kept_staff import kept
from projections.tables import FACTS


class Workforce(Door):
    """Who works with children where, and whose entry check stands."""

    def staff(
        self, reader: Reader, *, before: int | None = None, limit: int = PAGE
    ) -> Page[StaffMember]:
        """The register as far as the organisation sees it: its own people's, and of those below
        it; the last registered first.

        That somebody is barred (不得录用) is told to civil affairs and to the employer's head
        (负责人); everybody else reads that no result stands, as of one who waits for it.
        """
        limit = min(limit, MAX_PAGE)
        query = (
            select(FACTS)
            .where(
                FACTS.c.organisation == reader.organisation,
                FACTS.c.topic == WorkerRegistered.TOPIC,
            )
            .order_by(FACTS.c.position.desc())
            .limit(limit + 1)
        )
        if before is not None:
            query = query.where(FACTS.c.position < before)
        page = self._entries(reader, query, limit, "staff", None)
        # What was corrected since stands in the same stream, and is shown once: its newest.
        newest: dict[UUID, Entry] = {}
        for entry in page.items:
            newest.setdefault(UUID(entry.stream), entry)
        found = kept(self._store, list(newest))
        items = tuple(self._member(reader, each, found[stream]) for stream, each in newest.items())
        return Page(items, page.next_cursor)

    def _member(self, reader: Reader, entry: Entry, of: Kept) -> StaffMember:
        worker, fields = of.worker, entry.fields
        organisation = worker.organisation or str(entry.clear["organisation"])
        return StaffMember(
            worker=entry.stream,
            organisation=organisation,
            organisation_name=self._directory.name(organisation),
            name=fields.get("name"),
            role=WORKER_ROLE.label(worker.role or ""),
            basis=APPOINTMENT_BASIS.label(worker.basis or ""),
            qualification=QUALIFICATION.label(worker.qualification),
            since=None if worker.since is None else worker.since.isoformat(),
            ended_on=None if worker.ended_on is None else worker.ended_on.isoformat(),
            linked=worker.hub_user is not None,
            **self._standing(reader, organisation, of.check),
        )

    def _standing(self, reader: Reader, organisation: str, check: Check) -> dict[str, Any]:
        """How the entry check stands, as this person may be told."""
        now = self._clock.now()
        told = seat_of(reader.organisation) is Seat.CIVIL_AFFAIRS or (
            reader.organisation == organisation and reader.post == Post.HEAD
        )
        if check.stands(now) and check.valid_until is not None:
            left = (check.valid_until - shanghai_date(now)).days
            return {
                "check": "STANDS",
                "valid_until": check.valid_until.isoformat(),
                "days_left": left,
            }
        barred = told and check.barred
        return {"check": "BARRED" if barred else "NONE", "valid_until": None, "days_left": None}
