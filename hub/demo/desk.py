"""The clock, and the doors: sheets sent in and rows corrected, counted by who sent them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

from adapters.intake.intake import RowAnswer
from domain.approval import ApproveProposal
from domain.calendar import SHANGHAI, shanghai_date
from domain.identity import IdentityClaim
from domain.kernel import Command, LegalBasis
from hub.agencies import exchange_keys, exchanging
from hub.bootstrap import Program
from hub.clock import SetClock
from hub.demo.dirt import Clean, Row, soil
from hub.demo.options import seeded
from hub.demo.people import Staff
from hub.demo.sheets import write_sheet
from hub.demo.summary import Counts
from hub.exchange.office import Office
from hub.exchange.parties import Party
from hub.keyservice import Purpose, Reader
from hub.printing import printed

_STEP = timedelta(seconds=20)
_LATEST = 22
_SHANGHAI = timedelta(hours=8)

CORRECTED = 0.72
"""Share of refused rows that their senders correct sooner or later."""


def instant(day: date, hour: int, minute: int = 0) -> datetime:
    """A time of day in Shanghai as a UTC instant."""
    return datetime.combine(day, time(hour, minute), UTC) - _SHANGHAI


class DemoClock(SetClock):
    """Stands still but for being moved, and never goes back."""

    def move(self, to: datetime) -> None:
        """Go forward to an instant; one that is past already changes nothing."""
        self.at = max(self.at, to)

    def step(self) -> None:
        """The twenty seconds between one act and the next; never into another day."""
        if self.at < instant(shanghai_date(self.at), _LATEST):
            self.at += _STEP


@dataclass(frozen=True, slots=True)
class _Refused:
    organisation: str
    row_id: str
    changes: dict[str, str]
    due: date


@dataclass
class Desk:
    """Sends what the organisations write, through the doors that officials use."""

    program: Program
    clock: DemoClock
    staff: Staff
    counts: Counts
    folder: Path
    seed: int
    sheets: int = 0
    refused: list[_Refused] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def send(
        self,
        organisation: str,
        kind_name: str,
        rows: Sequence[Clean],
        day_field: str,
        day: date,
        part: str = "",
    ) -> None:
        """Write a sheet of rows, dirt included, and send it in."""
        if not rows:
            return
        kind = self.program.intake.kind(organisation, kind_name)
        name = "-".join(
            filter(None, (day.isoformat(), kind.title, self.program.directory.name(organisation)))
        )
        rng = seeded(self.seed, "sheet", organisation, kind_name, day, part)
        soiled = soil(rng, rows, day_field)
        folder = self.folder / kind.layout.agency
        path = write_sheet(self.sheets, kind.layout, soiled, folder, name + (part and f"-{part}"))
        self._take(organisation, path, soiled, day)
        # A sheet sent once more by mistake changes nothing.
        if rng.random() < 0.03:
            self._take(organisation, path, soiled, day)

    def _take(self, organisation: str, path: Path, rows: Sequence[Row], day: date) -> None:
        self.clock.step()
        actor = self.staff.actor(organisation)
        answer = self.program.intake.sheet(actor, path.read_bytes(), path.name)
        self.sheets += 1
        rng = seeded(self.seed, "correct", path.name)
        for row, outcome in zip(rows, answer.rows, strict=True):
            refused = self._count(organisation, outcome)
            if refused is not None:
                due = day + timedelta(days=rng.randint(1, 6))
                if rng.random() < CORRECTED and (changes := row.correction()):
                    self.refused.append(_Refused(organisation, refused, changes, due))

    def record(
        self,
        organisation: str,
        kind_name: str,
        values: Mapping[str, str],
        *,
        leader: bool = False,
    ) -> str | None:
        """Send one record in, as an office's own system does; ``leader``: by another person, who
        decides. Gives its receipt's number, or None for one that was refused."""
        self.clock.step()
        actor = self.staff.leader(organisation) if leader else self.staff.actor(organisation)
        outcome = self.program.intake.record(actor, kind_name, values)
        self._count(organisation, outcome)
        return None if outcome.answer is None else outcome.answer.number

    def carry(self, organisation: str, records: Sequence[Mapping[str, object]]) -> None:
        """Carry records in as a signed file of an organisation on a network of its own, and the
        hub's answer back to it; the first time its keys are made and registered."""
        self.clock.step()
        folder = self.folder.parent / "networks" / organisation.replace(":", "-")
        with exchanging(self.program) as (parties, files):
            hubs = exchange_keys(self.program)
            if folder.exists():
                office = Office(folder)
            else:
                office = Office.create(folder, organisation)
                keys = office.public
                parties.add(Party(organisation, keys.signs, keys.opens, self.clock.at))
            out = folder / f"{self.today}.json"
            office.pack(hubs, records, out, self.clock.at.isoformat())
            taken = files.take(out.read_bytes())
            office.opened(hubs, taken.answer)
        self.counts.add(organisation, "received", len(records))
        self.counts.add(organisation, "accepted", taken.accepted)
        self.counts.add(organisation, "quarantined", taken.refused)

    def print_file(self, organisation: str, claim: IdentityClaim, name: str) -> None:
        """Print a child's complete file (完整档案), as far as an organisation sees it; who it sees
        nothing of has none."""
        self.clock.step()
        reader = self.staff.reader(organisation, Purpose.CASEWORK)
        child = self.program.queries.find_child(reader, claim)
        found = child and self.program.queries.complete_file(reader, child.child_ref)
        if not found:
            return
        folder = self.folder / "完整档案"
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / f"{self.today}-{name}.pdf"
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(printed(self.program, reader, found))

    def report(self, organisation: str, values: Mapping[str, str]) -> None:
        """File a mandatory report (强制报告): it waits for no sheet."""
        self.record(organisation, "report.mandatory", values)

    def approve(self, organisation: str) -> None:
        """Its leader approves all that awaits approval."""
        leader = self.staff.leader(organisation)
        reader = Reader(organisation, leader.post, leader.user, Purpose.CASEWORK)
        for each in self.program.queries.approvals(reader).items:
            self.clock.step()
            command = ApproveProposal(case_id=UUID(each.case_id), proposal=each.proposal)
            self.program.hub.command(command, leader)

    def decide(self, organisation: str, command: Command) -> None:
        """Carry out what the organisation's leader decides (负责人)."""
        self.clock.step()
        self.program.hub.command(command, self.staff.leader(organisation))

    def command(
        self,
        organisation: str,
        command: Command,
        *,
        basis: LegalBasis = LegalBasis.STATUTORY_DUTY,
    ) -> None:
        """Carry out a command of an organisation's person."""
        self.clock.step()
        self.program.hub.command(command, self.staff.actor(organisation), basis=basis)

    @property
    def now(self) -> datetime:
        """The time of day in Shanghai."""
        return self.clock.at.astimezone(SHANGHAI)

    @property
    def today(self) -> date:
        """The day in Shanghai."""
        return self.now.date()

    def _count(self, organisation: str, outcome: RowAnswer) -> str | None:
        """Count one row; gives its number in quarantine if it was refused for the first time."""
        self.counts.add(organisation, "received")
        if outcome.quarantine_id is None:
            repeated = outcome.answer is not None and outcome.answer.repeated
            self.counts.add(organisation, "repeated" if repeated else "accepted")
            return None
        if outcome.quarantine_id in self._seen:
            # The same bad row sent twice lies in quarantine once.
            self.counts.add(organisation, "repeated")
            return None
        self._seen.add(outcome.quarantine_id)
        self.counts.add(organisation, "quarantined")
        return outcome.quarantine_id

    def correct(self, day: date) -> bool:
        """Correct the refused rows whose senders get round to it by this day; gives whether there
        were any."""
        due = [each for each in self.refused if each.due <= day]
        self.refused = [each for each in self.refused if each.due > day]
        for each in due:
            self.clock.step()
            actor = self.staff.actor(each.organisation)
            outcome = self.program.intake.correct(actor, each.row_id, each.changes)
            if outcome is not None and not outcome.faults:
                self.counts.add(each.organisation, "corrected")
        return bool(due)
