"""Places where children are (场所台账), when each was last looked at, and the hazards that are not
over: each by one's own view."""

from __future__ import annotations

from dataclasses import replace

from domain.hazard import HAZARD, HazardFound, HazardRectified, HazardState
from domain.hazard import state_after as hazard_state
from domain.site import SITE, SiteInspected, SiteKind, SiteRegistered
from hub.keyservice import Reader
from hub.queries.boards import as_stored
from hub.queries.programme_answers import HazardRow, SiteRow
from hub.queries.programme_facts import ProgrammeFacts, latest


class Sites(ProgrammeFacts):
    """Places, and what is wrong there."""

    def sites(
        self, reader: Reader, year: str, *, kind: SiteKind | None = None
    ) -> tuple[SiteRow, ...]:
        """The places of the register, of one kind where it is named, those that were not looked at
        for longest first; ``inspections``: how often in the year."""
        facts = self._said(reader, "sites", f"{SITE.name}.")
        rows: dict[str, SiteRow] = {}
        for fact in facts:
            clear = fact["clear"]
            if fact["topic"] == SiteRegistered.TOPIC and kind in (None, clear["site_kind"]):
                rows[fact["stream"]] = SiteRow(
                    id=fact["stream"],
                    number=clear["register_number"],
                    site_kind=clear["site_kind"],
                    village=clear["village"],
                    town=clear["town"],
                    run_by=clear["run_by"],
                    run_by_name=self._directory.name(clear["run_by"]) if clear["run_by"] else None,
                    kept_by=clear["kept_by"],
                    kept_by_name=self._directory.name(clear["kept_by"]),
                    closed_on=clear["closed_on"],
                    inspected_on=None,
                    inspections=0,
                )
        for fact in latest(facts, SiteInspected.TOPIC):
            row = rows.get(fact["stream"])
            if row is not None:
                day = fact["clear"]["held_on"]
                rows[fact["stream"]] = replace(
                    row,
                    inspected_on=max(day, row.inspected_on or day),
                    inspections=row.inspections + day.startswith(year),
                )
        return tuple(sorted(rows.values(), key=lambda each: (each.inspected_on or "", each.number)))

    def hazards(self, reader: Reader) -> tuple[HazardRow, ...]:
        """Hazards and findings that are not over, the first due first."""
        now = as_stored(self._clock.now())
        rows: dict[str, HazardRow] = {}
        for fact in self._said(reader, "hazards", f"{HAZARD.name}."):
            clear, topic, stream = fact["clear"], fact["topic"], fact["stream"]
            before = rows.get(stream)
            if topic == HazardFound.TOPIC:
                before = HazardRow(
                    clear["register_number"],
                    "",
                    clear["hazard"],
                    clear["site"],
                    clear["owner"],
                    self._directory.name(clear["owner"]),
                    clear["found_by"],
                    self._directory.name(clear["found_by"]),
                    clear["found_on"],
                    clear["due_at"],
                    False,
                )
            if before is None:
                continue
            due = clear["recheck_by"] if topic == HazardRectified.TOPIC else clear["due_at"]
            state = hazard_state(before.state, topic, clear)
            rows[stream] = replace(before, state=state, due_at=due or before.due_at)
        found = [
            replace(each, overdue=each.due_at <= now)
            for each in rows.values()
            if each.state != HazardState.CLOSED
        ]
        return tuple(sorted(found, key=lambda each: (each.due_at, each.number)))
