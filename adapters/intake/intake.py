"""Intake: sheets and records in, receipts out, refused rows into quarantine (待更正).

A sheet goes in by batches of at most 200 rows; a row that is refused leaves nothing in its
batch and does not hold up the others. Sending the same sheet or record twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID, uuid4

from adapters.intake.faults import SheetError
from adapters.intake.mandatory import MandatoryReport
from adapters.intake.records import (
    Alarm,
    ChildRecord,
    FaultyRecord,
    Places,
    Record,
    RecordKind,
    noon,
)
from adapters.intake.sheets import Sheet, SheetRow, column_names, normalise_heading, read_sheet
from domain.faults import Fault
from domain.identity import IdentityClaim
from domain.kernel import Actor, Command, Erased, Given, Refused
from domain.mandatory_report import MandatoryReportFiled
from domain.organisations import seat_of
from domain.sealing import RecordSealed
from hub.application import Answer, Hub, RecordKey, Unit

BATCH = 200
"""Rows of a sheet that share one append."""

REPORT = "report.mandatory"
"""The kind under which an alarm in another kind's row is reported."""

REPORTED_MARK = "已另报强制报告，回执号"
"""Stands in a row where what went out as a report stood."""

DIFFERS = "RECORDED_DIFFERENTLY"
"""Code of the fault of other content under an identifier that was used before."""


Brought = tuple[Actor, str, Mapping[str, Any]]
"""A single record: who sends it, its kind, its values as JSON."""


class QuarantineRow(Protocol):
    """A refused row without its cells."""

    @property
    def id(self) -> str: ...
    @property
    def organisation(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def state(self) -> str: ...


class QuarantineStore(Protocol):
    """Where refused rows are kept, sealed."""

    def keep(
        self,
        organisation: str,
        kind: str,
        refused: Sequence[tuple[int, Mapping[str, str], Sequence[Fault]]],
        now: datetime,
    ) -> list[str]: ...
    def get(self, organisation: str, row_id: str) -> QuarantineRow | None: ...
    def cells(self, organisation: str, row_id: str) -> dict[str, str] | None: ...
    def correct(self, row_id: str, receipt: str) -> None: ...
    def refuse_again(
        self, row_id: str, cells: Mapping[str, str], faults: Sequence[Fault]
    ) -> None: ...
    def note_sheet(
        self,
        organisation: str,
        user: str,
        kind: str,
        rows: tuple[int, int, int],
        now: datetime,
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """What became of one row: an answer, or its faults and its quarantine identifier; and in any
    case the mandatory report that went out with it."""

    number: int
    answer: Answer | None = None
    faults: tuple[Fault, ...] = ()
    quarantine_id: str | None = None
    report: Answer | None = None
    """The receipt of the mandatory report that the row gave rise to."""


@dataclass
class SheetAnswer:
    """What became of a sheet."""

    kind: str
    title: str
    rows: list[RowAnswer] = field(default_factory=list)
    unknown_headings: tuple[str, ...] = ()
    dry_run: bool = False
    refused_cells: dict[int, Mapping[str, str]] = field(default_factory=dict, repr=False)
    """Refused rows as they were sent, by row number: to be given back to their sender."""

    @property
    def accepted(self) -> int:
        """Rows that went in for the first time (or would, in a dry run)."""
        return sum(1 for r in self.rows if not r.faults and not (r.answer and r.answer.repeated))

    @property
    def repeated(self) -> int:
        """Rows that had been received before and changed nothing."""
        return sum(1 for r in self.rows if r.answer is not None and r.answer.repeated)

    @property
    def refused(self) -> int:
        """Rows in quarantine."""
        return sum(1 for r in self.rows if r.faults)


class UnknownKind(Exception):
    """No such kind of record, or not one for the sender's seat; told apart by nobody."""


class UnknownColumn(Exception):
    """A correction names a column that its kind of record has not; ``headings`` are those it has.

    The name itself is not held: it may be a value in the wrong place.
    """

    def __init__(self, headings: Sequence[str]) -> None:
        super().__init__()
        self.headings = tuple(headings)


class _DryRun(Exception):
    """Carries a rehearsal's answers out of a unit of work that must leave nothing behind."""

    def __init__(self, answers: list[RowAnswer]) -> None:
        super().__init__()
        self.answers = answers


@dataclass(frozen=True, slots=True)
class _Sent:
    """A row as somebody sent it, and the record that was read of it, or what is wrong with it."""

    actor: Actor
    kind: RecordKind[Any]
    row: SheetRow
    record: Record | None = None
    key: RecordKey | None = None
    faults: tuple[Fault, ...] = ()


class _Statement:
    """A record's statements, issued in its sender's name into one unit of work."""

    def __init__(
        self,
        unit: Unit,
        hub: Hub,
        places: Places,
        actor: Actor,
        supersedes: UUID | None,
        key: RecordKey,
        defects: tuple[str, ...],
        kind: str,
    ) -> None:
        self.record_id = _record_id(key.key)
        self.defects = defects
        self._unit = unit
        self._hub = hub
        self._supersedes = supersedes
        self._apart = kind in hub.policies.rules.sealing.kinds
        self.places = places
        self.actor = actor
        self.today = Given(now=unit.now, actor=actor).today

    def child(self, claim: IdentityClaim) -> UUID:
        return self._unit.child(self.actor, claim, supersedes=self._supersedes, apart=self._apart)

    def find(self, claim: IdentityClaim) -> UUID | None:
        return self._unit.find(claim)

    def new_id(self) -> UUID:
        return uuid4()

    def shared_id(self, *parts: str) -> UUID:
        return _record_id(self._hub.record_key("", "shared", parts, "").key)

    def execute(self, command: Command, *, occurred_on: date | None = None) -> None:
        self._unit.execute(
            command,
            self.actor,
            # A day without an hour: its noon, but never later than it is recorded.
            occurred_at=min(noon(occurred_on), self._unit.now) if occurred_on else None,
            supersedes=self._supersedes,
        )


class Intake:
    """The door for agencies' records."""

    def __init__(
        self,
        hub: Hub,
        kinds: Sequence[RecordKind[Any]],
        places: Places,
        quarantine: QuarantineStore,
    ) -> None:
        self._hub = hub
        self._kinds = {kind.name: kind for kind in kinds}
        self._places = places
        self._quarantine = quarantine
        self._beside_others = hub.together(self._decide)

    @property
    def places(self) -> Places:
        """Divisions and organisations, as records name them."""
        return self._places

    def kinds(self, organisation: str, agency: str | None = None) -> list[RecordKind[Any]]:
        """The kinds of record an organisation may send."""
        seat = seat_of(organisation)
        return [
            kind
            for kind in self._kinds.values()
            if seat in kind.seats and (agency is None or kind.name.startswith(agency + "."))
        ]

    def kind(self, organisation: str, name: str) -> RecordKind[Any]:
        """One kind of record. Raises UnknownKind."""
        kind = self._kinds.get(name)
        if kind is None or seat_of(organisation) not in kind.seats:
            raise UnknownKind
        return kind

    def reports(self, kind_name: str) -> bool:
        """Whether a kind of record is a report of harm, which nothing may refuse; False where
        there is none of the name."""
        kind = self._kinds.get(kind_name)
        return kind is not None and kind.never_refused

    def by_field(
        self, kind_name: str, values: Mapping[str, Any]
    ) -> tuple[dict[str, Any], frozenset[str]]:
        """A record's values by field, whichever of their headings they came under, and the names
        that are none of the kind's. What came twice stands under its own name the second time."""
        kind = self._kinds[kind_name]
        fields = {normalise_heading(column.field): column.field for column in kind.columns}
        fields.update({word: each.field for word, each in column_names(kind.layout).items()})
        found: dict[str, Any] = {}
        unknown: set[str] = set()
        for name, value in values.items():
            if value is None or not str(value).strip():
                continue
            field_name = fields.get(normalise_heading(name))
            if field_name is None or field_name in found:
                unknown.add(name)
                field_name = name if name not in found else f"{name}（又填）"
            found[field_name] = value
        return found, frozenset(unknown)

    def record(self, actor: Actor, kind_name: str, values: Mapping[str, Any]) -> RowAnswer:
        """Take one record as JSON values. Raises UnknownKind."""
        kind = self.kind(actor.organisation, kind_name)
        (row,), (report,) = self._alarmed(actor, kind, [SheetRow(1, _texts(values))], dry_run=False)
        sent = self._sent(actor, kind, row, vouched=True, today_only=True)
        # What may never be refused waits for nobody and shares nobody's fate.
        outcome = self._decide([sent])[0] if kind.never_refused else self._beside_others(sent)
        (taken,) = self._settle(actor, kind, [row], [outcome])
        return replace(taken, report=report)

    def alarm(self, actor: Actor, kind_name: str, values: Mapping[str, Any]) -> Answer | None:
        """Report at once what must be reported of a record that has to wait itself; gives the
        report's receipt, None where there is nothing to report. The record says it once more when
        its turn comes, and that changes nothing. Raises UnknownKind."""
        kind = self.kind(actor.organisation, kind_name)
        if kind.never_refused:
            return self.record(actor, kind_name, values).answer
        rows = [SheetRow(1, _texts(values))]
        return self._alarmed(actor, kind, rows, dry_run=False)[1][0]

    def shares(self, organisation: str, kind_name: str) -> bool:
        """Whether a record of this kind may wait for those of others and go in with them: none
        that is, or may hold, a report. Raises UnknownKind."""
        kind = self.kind(organisation, kind_name)
        return not kind.never_refused and kind.alarm is None

    def several(self, brought: Sequence[Brought]) -> list[RowAnswer | None]:
        """Take single records of several senders, of kinds that share, in one append; each is
        answered as :meth:`record` would. None: to be given to :meth:`record` by itself, for what
        went wrong may be another's fault. Raises UnknownKind."""
        try:
            sent = [
                self._sent(
                    actor,
                    self.kind(actor.organisation, kind_name),
                    SheetRow(1, _texts(values)),
                    vouched=True,
                )
                for actor, kind_name, values in brought
            ]
            outcomes = self._decide(sent)
        except Exception:
            if len(brought) == 1:
                raise
            return [None] * len(brought)
        return [self._settled(each, outcome) for each, outcome in zip(sent, outcomes, strict=True)]

    def _settled(self, sent: _Sent, outcome: RowAnswer) -> RowAnswer | None:
        try:
            return self._settle(sent.actor, sent.kind, [sent.row], [outcome])[0]
        except Exception:
            return None

    def sheet(
        self,
        actor: Actor,
        data: bytes,
        filename: str,
        *,
        agency: str | None = None,
        dry_run: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> SheetAnswer:
        """Take a sheet. ``progress`` is told (rows done, rows in all) after each batch.

        Raises SheetError when the file as a whole cannot be read, UnknownKind when the sender
        may send no sheet at all.
        """
        kinds = self.kinds(actor.organisation, agency)
        if not kinds:
            raise UnknownKind
        by_layout = {kind.layout.kind: kind for kind in kinds}
        sheet: Sheet = read_sheet(data, filename, [kind.layout for kind in kinds])
        kind = by_layout[sheet.layout.kind]
        if kind.alarm is not None and sheet.unknown_headings:
            _, reports = self._alarmed(actor, kind, sheet.rows, dry_run=dry_run)
            raise _unknown_headings([each.number for each in reports if each is not None])
        answer = SheetAnswer(
            kind.name, kind.title, unknown_headings=tuple(sheet.unknown_headings), dry_run=dry_run
        )
        self._batches(actor, kind, sheet.rows, answer, progress, vouched=False)
        # That a sheet was sent would go on telling of a record that was sealed away (封存).
        if not dry_run and kind.name not in self._hub.policies.rules.sealing.kinds:
            self._quarantine.note_sheet(
                actor.organisation,
                actor.user,
                kind.name,
                (answer.accepted, answer.repeated, answer.refused),
                self._hub.clock.now(),
            )
        return answer

    def records(
        self,
        actor: Actor,
        kind_name: str,
        records: Sequence[tuple[int, Mapping[str, Any]]],
        *,
        dry_run: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> SheetAnswer:
        """Take many records as JSON values, each with a number (of its line, say), in batches as
        :meth:`sheet` takes rows. Raises UnknownKind."""
        kind = self.kind(actor.organisation, kind_name)
        answer = SheetAnswer(kind.name, kind.title, dry_run=dry_run)
        rows = [SheetRow(number, _texts(values)) for number, values in records]
        self._batches(actor, kind, rows, answer, progress, vouched=True)
        return answer

    def rows(
        self,
        actor: Actor,
        kind_name: str,
        rows: Sequence[SheetRow],
        *,
        dry_run: bool = False,
    ) -> SheetAnswer:
        """Take rows of a sheet that was read elsewhere (another system's), as :meth:`sheet` does.
        Raises UnknownKind."""
        kind = self.kind(actor.organisation, kind_name)
        answer = SheetAnswer(kind.name, kind.title, dry_run=dry_run)
        self._batches(actor, kind, rows, answer, None, vouched=False)
        return answer

    def record_of(self, receipt: str) -> UUID | None:
        """The identifier of what a record states, by its receipt's number."""
        found = self._hub.store.receipt(receipt)
        return _record_id(found.key) if found is not None else None

    def _batches(
        self,
        actor: Actor,
        kind: RecordKind[Any],
        rows: Sequence[SheetRow],
        answer: SheetAnswer,
        progress: Callable[[int, int], None] | None,
        *,
        vouched: bool,
    ) -> None:
        rows, reports = self._alarmed(actor, kind, rows, dry_run=answer.dry_run)
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            taken = self._take(actor, kind, batch, dry_run=answer.dry_run, vouched=vouched)
            answer.rows.extend(
                replace(row, report=report)
                for row, report in zip(taken, reports[start : start + BATCH], strict=True)
            )
            answer.refused_cells.update(
                (row.number, row.cells)
                for row, outcome in zip(batch, taken, strict=True)
                if outcome.faults
            )
            if progress is not None:
                progress(min(start + BATCH, len(rows)), len(rows))

    def correct(
        self, actor: Actor, row_id: str, changes: Mapping[str, Any], *, vouched: bool = True
    ) -> RowAnswer | None:
        """Retry a refused row with some cells changed (none: just retry); None if the sender
        has no such row. ``vouched``: a person has looked at this very row.

        Changes are by field, or by any heading that a sheet may use. Raises UnknownColumn, and
        then nothing has changed."""
        row = self._quarantine.get(actor.organisation, row_id)
        cells = self._quarantine.cells(actor.organisation, row_id)
        if row is None or cells is None or row.state != "open":
            return None
        kind = self.kind(actor.organisation, row.kind)
        cells = {**cells, **_by_field(kind, cells, _texts(changes))}
        (row_again,), (report,) = self._alarmed(actor, kind, [SheetRow(0, cells)], dry_run=False)
        cells = row_again.cells
        outcome = self._state(actor, kind, [row_again], dry_run=False, vouched=vouched)[0]
        if outcome.answer is not None:
            self._quarantine.correct(row_id, outcome.answer.number)
        else:
            self._quarantine.refuse_again(row_id, cells, outcome.faults)
        return RowAnswer(0, outcome.answer, outcome.faults, row_id, report)

    def _take(
        self,
        actor: Actor,
        kind: RecordKind[Any],
        rows: Sequence[SheetRow],
        *,
        dry_run: bool,
        vouched: bool = False,
    ) -> list[RowAnswer]:
        outcomes = self._state(actor, kind, rows, dry_run=dry_run, vouched=vouched)
        return outcomes if dry_run else self._settle(actor, kind, rows, outcomes)

    def _settle(
        self,
        actor: Actor,
        kind: RecordKind[Any],
        rows: Sequence[SheetRow],
        outcomes: list[RowAnswer],
    ) -> list[RowAnswer]:
        """Put refused rows into quarantine, and take out those that are right now. What is refused
        as erased is kept nowhere."""
        for row, outcome in zip(rows, outcomes, strict=True):
            if row.corrects and outcome.answer is not None:
                self._close(actor, row.corrects, outcome.answer.number)
        refused = [
            (row.number, row.cells, outcome.faults)
            for row, outcome in zip(rows, outcomes, strict=True)
            if _kept(outcome)
        ]
        if not refused:
            return outcomes
        kept = iter(
            self._quarantine.keep(actor.organisation, kind.name, refused, self._hub.clock.now())
        )
        return [replace(o, quarantine_id=next(kept)) if _kept(o) else o for o in outcomes]

    def _alarmed(
        self, actor: Actor, kind: RecordKind[Any], rows: Sequence[SheetRow], *, dry_run: bool
    ) -> tuple[list[SheetRow], list[Answer | None]]:
        """Report what must be reported of rows, before anything else is done with any of them:
        nothing that is wrong with a row, or with the others, stands before it. Gives the rows
        without what went out, and the reports' receipts beside them.

        A rehearsal reports nothing."""
        none: list[Answer | None] = [None] * len(rows)
        if kind.alarm is None or dry_run:
            return list(rows), none
        alarms = {
            at: dict(cells)
            for at, row in enumerate(rows)
            if (cells := kind.alarm.report(row.cells)) is not None
        }
        if not alarms:
            return list(rows), none
        taken = self._state(
            actor,
            self._kinds[REPORT],
            [SheetRow(at, cells) for at, cells in alarms.items()],
            dry_run=False,
            vouched=True,
        )
        receipts = {each.number: each.answer for each in taken if each.answer is not None}
        return (
            [
                _reported(kind.alarm, row, receipts[at]) if at in receipts else row
                for at, row in enumerate(rows)
            ],
            [receipts.get(at) for at in range(len(rows))],
        )

    def _close(self, actor: Actor, row_id: str, receipt: str) -> None:
        """A corrected sheet came back and the row went in: nothing of it waits any more."""
        row = self._quarantine.get(actor.organisation, row_id)
        if row is not None and row.state == "open":
            self._quarantine.correct(row_id, receipt)

    def _state(
        self,
        actor: Actor,
        kind: RecordKind[Any],
        rows: Sequence[SheetRow],
        *,
        dry_run: bool,
        vouched: bool,
    ) -> list[RowAnswer]:
        """Read, then state, the rows of one batch in one append."""
        sent = [self._sent(actor, kind, row, vouched=vouched) for row in rows]
        return self._decide(sent, dry_run=dry_run, many=len(rows) > 1)

    def _sent(
        self,
        actor: Actor,
        kind: RecordKind[Any],
        row: SheetRow,
        *,
        vouched: bool,
        today_only: bool = False,
    ) -> _Sent:
        """``today_only``: the very same report is a repeat on the same day alone. A sheet is sent
        again when its sender likes; of what somebody has just written, the same words on another
        day (又有伤) tell of something else, and that is to be heard."""
        today = Given(now=self._hub.clock.now(), actor=actor).today
        read = _read(kind, row, today, vouched=vouched)
        if isinstance(read, list):
            return _Sent(actor, kind, row, faults=tuple(read))
        key = self._key(actor, kind, read, today if today_only else None)
        own = self._supplemented(actor, read) if isinstance(read, MandatoryReport) else None
        if own is not None:
            key = replace(key, key=own)
        return _Sent(actor, kind, row, record=read, key=key)

    def _supplemented(self, actor: Actor, record: MandatoryReport) -> bytes | None:
        """The natural key of the report that this one says more of, by its receipt number (凭回执号
        补充): one that the very person filed. Any other number is that of no report, and what was
        sent is taken as a new one."""
        if not record.supplements:
            return None
        found = self._hub.store.receipt(record.supplements)
        kind = self._kinds.get(found.kind) if found is not None else None
        if found is None or kind is None or not kind.never_refused:
            return None
        by = self._hub.stated_by(_record_id(found.key), MandatoryReportFiled.TOPIC)
        return found.key if (actor.organisation, actor.user) in by else None

    def _decide(
        self, sent: Sequence[_Sent], *, dry_run: bool = False, many: bool = False
    ) -> list[RowAnswer]:
        """State records in one append, each in its own sender's name. ``many``: so many that
        nobody else's should go on beside it."""

        def work(unit: Unit) -> list[RowAnswer]:
            if names_children:
                unit.expect(claim for each in sent if (claim := self._claim(each)) is not None)
            known = dict(self._hub.receipts(each.key.key for each in sent if each.key is not None))
            answers = [self._state_one(unit, each, known) for each in sent]
            if dry_run:
                raise _DryRun(answers)
            return answers

        names_children = not all(each.kind.never_refused for each in sent)
        try:
            answers, last = self._hub.records(work, names_children=names_children, many=many)
        except _DryRun as rehearsal:
            return rehearsal.answers
        # Every record has the append's last position: whoever waits for it has waited long
        # enough, and how many facts followed from a record, which may tell what others stated,
        # is not told. Where others' records went in beside it, it tells what it would have told
        # had they gone in just before: that the log has grown by so much since.
        return [
            replace(each, answer=replace(each.answer, position=last)) if each.answer else each
            for each in answers
        ]

    def _claim(self, sent: _Sent) -> IdentityClaim | None:
        """The child that a record will name, as far as can be told beforehand."""
        if not isinstance(sent.record, ChildRecord):
            return None
        try:
            return sent.record.claim(self._places)
        except FaultyRecord:
            return None

    def _state_one(self, unit: Unit, sent: _Sent, known: dict[bytes, Any]) -> RowAnswer:
        number, actor, kind, key = sent.row.number, sent.actor, sent.kind, sent.key
        if key is None:
            return RowAnswer(number, faults=sent.faults)
        last = known.get(key.key)
        # What was sealed (封存) is as if it had never come.
        previous = None if last is not None and last.kind == RecordSealed.RECEIPT else last
        if previous is not None and previous.kind == Erased.RECEIPT and not kind.never_refused:
            return RowAnswer(number, faults=(Fault("", Erased.CODE, Erased().text, ""),))
        if previous is not None and previous.content == key.content:
            return RowAnswer(number, Answer(previous.number, -1, repeated=True))
        if previous is not None and kind.once and not kind.corrects(sent.record):
            return RowAnswer(number, faults=(_DIFFERENT,))
        supersedes = previous.event_id if previous is not None else None
        try:
            with unit.row():
                defects = tuple(sorted({problem.code for problem in sent.row.problems}))
                kind.state(
                    sent.record,
                    _Statement(
                        unit,
                        self._hub,
                        self._places,
                        actor,
                        supersedes,
                        key,
                        defects,
                        kind.name,
                    ),
                )
                receipt = unit.receipt(actor, kind.name, key, last)
        except Refused as refusal:
            return RowAnswer(number, faults=(Fault("", refusal.code, refusal.text, ""),))
        except FaultyRecord as faulty:
            return RowAnswer(number, faults=faulty.faults)
        known[key.key] = receipt
        # What says more of a report is answered as a new one, whether the number was right or not.
        more = isinstance(sent.record, MandatoryReport) and bool(sent.record.supplements)
        corrected = previous is not None and not more
        return RowAnswer(number, Answer(receipt.number, -1, corrected=corrected))

    def _key(
        self, actor: Actor, kind: RecordKind[Any], record: Any, day: date | None = None
    ) -> RecordKey:
        # What a person must report is that person's own: were a colleague's the same record, its
        # receipt would tell that somebody reported.
        sender = f"{actor.organisation}/{actor.user}" if kind.never_refused else actor.organisation
        natural = kind.natural_key(record)
        if day is not None and isinstance(record, MandatoryReport) and not record.reference:
            natural = (*natural, day.isoformat())
        return self._hub.record_key(sender, kind.name, natural, record.model_dump_json())


def _record_id(key: bytes) -> UUID:
    """The identifier of what a record states, made of its natural key."""
    return UUID(bytes=key[:16], version=4)


def _read(
    kind: RecordKind[Any], row: SheetRow, today: date, *, vouched: bool
) -> Record | list[Fault]:
    """A row's record, or all that is wrong with it, so that it need be corrected only once."""
    read: Record | list[Fault] = kind.read(row.cells, today, vouched=vouched)
    if not row.problems or kind.never_refused:
        return read
    problems = [Fault(p.column, p.code, p.rule_zh, p.advice_zh) for p in row.problems]
    told = {problem.column for problem in problems}
    # What a cell's text says is beside the point once the cell itself is refused.
    more = [fault for fault in read if fault.column not in told] if isinstance(read, list) else []
    return problems + more


def _kept(outcome: RowAnswer) -> bool:
    """Whether a row's cells are kept until somebody corrects them."""
    return bool(outcome.faults) and all(each.code != Erased.CODE for each in outcome.faults)


def _unknown_headings(reported: Sequence[str]) -> SheetError:
    """What may stand under a heading that nobody knows; ``reported``: receipts of what is known."""
    went_out = (
        f"认识的栏目中写明的疑似侵害已另报强制报告{len(reported)}件（回执号{'、'.join(reported)}）。"
        if reported
        else ""
    )
    return SheetError(
        "UNKNOWN_HEADINGS",
        "表中有不认识的栏目，其中可能写有疑似侵害的情况，整表没有收下。"
        f"{went_out}有危险请立即拨打110，疑似侵害还没有报告的，请马上用强制报告登记表报告；"
        "再按模板改正栏目后重报。",
    )


def _reported(alarm: Alarm, row: SheetRow, receipt: Answer) -> SheetRow:
    """The row without what its report holds: who reads the row does not by that read of harm."""
    cells = {name: cell for name, cell in row.cells.items() if name not in alarm.fields}
    first, last = alarm.fields[0], alarm.fields[-1]
    if first in row.cells:
        cells[first] = "是"
    return replace(row, cells={**cells, last: f"{REPORTED_MARK}{receipt.number}"})


_DIFFERENT = Fault(
    "",
    DIFFERS,
    "此编号下已收到内容不同的记录。",
    "已收到的没有改动，这一份存入待更正；请核对两份：要更正已收到的，“更正”填“是”后再报；"
    "是另一次的，用新的编号报。",
)


def _by_field(
    kind: RecordKind[Any], cells: Mapping[str, str], stated: Mapping[str, str]
) -> dict[str, str]:
    """Changes by field. What a record was sent with and its kind does not know keeps its name:
    else it could never be emptied, and the row never be taken. Raises UnknownColumn."""
    names = {word: column.field for word, column in column_names(kind.layout).items()}
    names.update({normalise_heading(column.field): column.field for column in kind.columns})
    found = {}
    for name, value in stated.items():
        field_name = names.get(normalise_heading(name)) or (name if name in cells else None)
        if field_name is None:
            raise UnknownColumn([column.heading for column in kind.columns])
        found[field_name] = value
    return found


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    """JSON values as cells: what a person would have typed."""
    return {
        str(key): "、".join(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in values.items()
        if value is not None
    }
