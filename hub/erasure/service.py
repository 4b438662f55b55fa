"""Carries an erasure out, step by step, and goes on wherever one was broken off.

The approval is an event and comes first: from it on nothing is recorded of the child. What follows
is in other databases, so each step may be done again, and the journal says which are done. The
data keys go at once. The epoch key that wrapped them is destroyed at the latest after the days of
policies/erasure.toml: until then a backup of the key database could be opened, and the receipt,
which gives both instants, is not written before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from domain.child_file import CHILD_FILE, ChildErased, ChildFile
from domain.erasure import (
    ERASURE,
    ApproveErasure,
    CompleteErasure,
    Erasure,
    ErasureGround,
    ErasureRefused,
    ErasureState,
    RequestErasure,
    erasure_id,
    may_ask,
)
from domain.identifiers import fold_name
from domain.kernel import Actor, Erased, Given, Refused
from domain.matching import Stated
from domain.standing import Standing, latest
from hub.application import SYSTEM, Hub, Unit, new_receipt_number
from hub.audit.notes import PublicKey, Signer
from hub.encryption.keystore import KeyStore
from hub.encryption.records import RecordSealer
from hub.encryption.root import RootKey, RootKeystore, bucket_of
from hub.erasure import receipt
from hub.erasure.journal import Entry, Journal, Step
from hub.erasure.standing import standing, told
from hub.quarantine import Quarantine
from hub.storage.lead import Leads, alone

_DOCUMENT = "erasure.document"
_RECEIPT = "erasure.receipt"
_WORK = "erasure"
"""The work that one process does at a time, whoever asked for it."""
_BEGUN = (ErasureState.APPROVED, ErasureState.COMPLETED)
"""States from which nobody goes back."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an erasure stands: its state in the log, its steps, and its receipt if it has one."""

    child: UUID
    state: ErasureState
    steps: Mapping[Step, datetime]
    rotate_by: datetime | None
    receipt: str | None


class Erasures:
    """Asks for, approves and carries out erasures. Whoever asks and whoever approves are two."""

    def __init__(
        self,
        journal: Journal,
        hub: Hub,
        keys: KeyStore,
        forgetting: Sequence[Callable[[UUID], object]],
        root: RootKey,
        quarantine: Quarantine,
        signer: Signer,
        leads: Leads,
        *,
        after: Callable[[str], None] = lambda step: None,
    ) -> None:
        """``forgetting`` takes a child out of whatever else holds something of it: indexes, and
        blobs whose keys are gone. ``after`` is called after each step: a test's way to break off
        there."""
        self._journal = journal
        self._hub = hub
        self._keys = keys
        self._forgetting = tuple(forgetting)
        self._root = root
        self._quarantine = quarantine
        self._signer = signer
        self._leads = leads
        self._sealer = RecordSealer(keys)
        self._after = after

    @property
    def public_key(self) -> PublicKey:
        """What receipts are checked with."""
        return self._signer.public

    def request(self, child: UUID, ground: ErasureGround, document: str, actor: Actor) -> None:
        """Ask for an erasure, under the number of the document that orders it. Raises Refused; a
        refusal because something stands in the way is recorded."""
        file: ChildFile = self._hub.store.load(CHILD_FILE, child).state
        if file.erased:
            raise Erased
        if not file.opened:
            raise Refused("ERASURE_NO_FILE", "没有这份儿童档案，请核对档案编号。")
        if file.merged_into is not None or file.absorbed:
            # What is erased is told file by file, and a joined child has two.
            raise Refused(
                "ERASURE_JOINED", "这份档案与另一份合并了，请先撤销合并，再对各份档案分别申请删除。"
            )
        stands = self._standing(child)
        command = RequestErasure(
            child_ref=child,
            erasure_ground=ground,
            stands=tuple(each.code for each in stands),
            until=latest(list(stands)),
        )
        with alone(self._leads, _WORK):
            if not stands and self._state(child).state not in _BEGUN:
                # First, for what is approved and stands in no journal would go on nowhere.
                record = uuid4()
                self._journal.begin(child, record, self._sealer.seal(record, _DOCUMENT, document))
                self._after("begun")
            self._decide(command, actor, stands)
        self._after("requested")

    def may_ask(self, actor: Actor) -> None:
        """Raise Refused if a person may not ask for an erasure, whatever the file."""
        may_ask(Given(now=self._hub.clock.now(), actor=actor, rules=self._hub.policies.rules))

    def approve(self, child: UUID, actor: Actor) -> Progress:
        """Approve an erasure and carry it out, as far as it goes at once. One that was broken off
        goes on. Raises Refused."""
        self.may_ask(actor)
        if self._state(child).state not in _BEGUN:
            self._decide_approval(child, actor)
            self._after("approved")
        self.resume(child)
        return self.progress(child)

    def _decide_approval(self, child: UUID, actor: Actor) -> None:
        with alone(self._leads, _WORK):
            if self._journal.get(child) is None:
                raise Refused("ERASURE_NOT_REQUESTED", "没有待批准的删除申请，请先申请。")
            if self._state(child).state is ErasureState.REQUESTED:
                rows = self._quarantine.about(_about(child, self._known(child)))
                self._journal.prepare(child, rows)
                self._after("prepared")
            stands = self._standing(child)
            command = ApproveErasure(
                child_ref=child,
                stands=tuple(each.code for each in stands),
                until=latest(list(stands)),
            )
            self._decide(command, actor, stands, self._forget_receipts)

    def resume(self, child: UUID | None = None, *, rotate_now: bool = False) -> int:
        """Go on with what was broken off, and with what is due; gives how many were finished.

        An erased child's fence is put up again where it is missing: a key database that was
        restored from before knows none. ``rotate_now``: wait for no day.
        """
        finished = 0
        for entry in self._journal.all(unfinished=True):
            if child is not None and entry.child != child:
                continue
            if self._state(entry.child).state not in _BEGUN:
                continue
            with alone(self._leads, _WORK):
                finished += self._go_on(entry.child, rotate_now)
        return finished

    def fence_again(self) -> int:
        """Put every fence up again, after the key database was restored; gives how many were
        missing. Keys of the erased that came back with it go as well."""
        missing = 0
        for entry in self._journal.all():
            if self._state(entry.child).state not in _BEGUN:
                continue
            for subject in self._subjects(entry):
                if not self._keys.fenced(subject):
                    missing += 1
                    self._keys.delete_keys(subject)
            self._forget(entry.child)
        return missing

    def progress(self, child: UUID) -> Progress:
        """Where an erasure stands. Raises Refused where there is none."""
        entry = self._journal.get(child)
        if entry is None or self._state(child).state is ErasureState.NONE:
            raise Refused("ERASURE_NONE", "没有该档案的删除申请，请核对档案编号。")
        return self._told(entry)

    def all(self) -> list[Progress]:
        """Every erasure that was asked for."""
        found = [self._told(entry) for entry in self._journal.all()]
        return [each for each in found if each.state is not ErasureState.NONE]

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()

    def _told(self, entry: Entry) -> Progress:
        note = None
        if entry.receipt is not None:
            note = str(self._sealer.open_(entry.record, _RECEIPT, entry.receipt))
        state = self._state(entry.child).state
        return Progress(entry.child, state, entry.steps, entry.rotate_by, note)

    def _state(self, child: UUID) -> Erasure:
        state: Erasure = self._hub.store.load(ERASURE, erasure_id(child)).state
        return state

    def _today(self) -> date:
        return Given(now=self._hub.clock.now(), actor=SYSTEM).today

    def _standing(self, child: UUID) -> tuple[Standing, ...]:
        return standing(self._hub.store, child, self._hub.policies.rules, self._today())

    def _known(self, child: UUID) -> Stated:
        return self._hub.matching.stated(child)

    def _decide(
        self,
        command: RequestErasure | ApproveErasure,
        actor: Actor,
        stands: tuple[Standing, ...],
        then: Callable[[Unit, UUID], None] = lambda unit, child: None,
    ) -> None:
        """Record what is decided. Raises Refused with what stands in the way, after it is."""

        def work(unit: Unit) -> bool:
            decided = unit.execute(command, actor)
            refused = any(isinstance(each.event, ErasureRefused) for each in decided)
            if not refused:
                then(unit, command.child_ref)
            return refused

        refused, _ = self._hub.unit_of_work(work, names_children=False)
        if refused:
            raise Refused("ERASURE_STANDS", told(stands, self._hub.policies.rules.erasure))

    def _forget_receipts(self, unit: Unit, child: UUID) -> None:
        """In the append of the approval: a duplicate of anything that was recorded of the child is
        refused from then on."""
        store = self._hub.store
        events = [UUID(fact.event_id) for fact in store.whole_history([child], store.position)]
        keys = {each.key for each in store.receipts_of(events)}
        unit.erase_receipts(
            each
            for each in store.receipts(keys).values()
            if each.kind != Erased.RECEIPT and not each.kind.startswith("reaction.")
        )

    def _go_on(self, child: UUID, now: bool) -> bool:
        """As far as it goes."""
        entry = self._journal.get(child)
        if entry is None or entry.receipt is not None:
            return False
        self._at_once(entry)
        return self._in_time(child, now)

    def _at_once(self, entry: Entry) -> None:
        """What does not wait: rows, fence, keys, index."""
        child, rows = entry.child, entry.rows
        steps: Mapping[Step, Callable[[], None]] = {
            Step.ROWS: lambda: self._quarantine.erase(rows),
            Step.FENCE: lambda: self._each(entry, self._keys.fence),
            Step.KEYS: lambda: self._each(entry, self._keys.delete_keys),
            Step.INDEX: lambda: self._forget(child),
        }
        for step, do in steps.items():
            if step in entry.steps:
                continue
            do()
            self._after(step.value)
            self._journal.done(child, step, self._hub.clock.now())
        if entry.rotate_by is None:
            days = self._hub.policies.rules.erasure.rotate_within_days
            self._journal.rotate_by(child, self._hub.clock.now() + timedelta(days=days))

    def _forget(self, child: UUID) -> None:
        for forget in self._forgetting:
            forget(child)

    def _each(self, entry: Entry, do: Callable[[UUID], None]) -> None:
        for subject in self._subjects(entry):
            do(subject)

    def _subjects(self, entry: Entry) -> list[UUID]:
        """Whose data keys go: the child's own, those of its quarantined rows, and those of its
        records that have one of their own, which the log tells."""
        store = self._hub.store
        facts = store.whole_history([entry.child], store.position)
        records = {fact.stream for fact in facts if fact.has_own_key}
        return [entry.child, *entry.rows, *sorted(records)]

    def _buckets(self, entry: Entry) -> set[int]:
        return {bucket_of(subject) for subject in self._subjects(entry)}

    def _in_time(self, child: UUID, now: bool) -> bool:
        """The epoch key, when it is due, and then the receipt."""
        entry = self._journal.get(child)
        if entry is None or entry.rotate_by is None:
            return False
        if Step.EPOCH not in entry.steps:
            if not now and self._hub.clock.now() < entry.rotate_by:
                return False
            # One rotation serves everybody of the bucket whose keys were deleted before it.
            buckets = self._buckets(entry)
            waiting = [
                each
                for each in self._journal.all(unfinished=True)
                if Step.KEYS in each.steps and Step.EPOCH not in each.steps
            ]
            for bucket in sorted(buckets):
                self._keys.rotate_bucket(bucket)
            self._after(Step.EPOCH.value)
            for each in waiting:
                if self._buckets(each) <= buckets:
                    self._journal.done(each.child, Step.EPOCH, self._hub.clock.now())
        self._finish(child)
        return True

    def _finish(self, child: UUID) -> None:
        entry = self._journal.get(child)
        if entry is None:
            return
        generation = self._root.generation
        command = CompleteErasure(
            child_ref=child,
            keys_deleted_at=entry.steps[Step.KEYS],
            epoch_destroyed_at=entry.steps[Step.EPOCH],
            generation=generation,
        )
        self._hub.command(command, SYSTEM)
        self._after("completed")
        note = receipt.sign(self._signer, self._content(entry, generation))
        self._journal.keep_receipt(child, self._sealer.seal(entry.record, _RECEIPT, note))

    def _content(self, entry: Entry, generation: int | None) -> dict[str, object]:
        who: dict[str, tuple[str, str]] = {}
        ground = ""
        for fact in self._hub.store.stream_facts(erasure_id(entry.child)):
            who[fact.topic] = (str(fact.header[3]), str(fact.header[6]))
            ground = fact.clear.get("erasure_ground", ground)
        fenced = [
            str(fact.header[6])
            for fact in self._hub.store.stream_facts(entry.child)
            if fact.topic == ChildErased.TOPIC
        ]
        requested, approved = (who[f"erasure.{name}.v1"] for name in ("requested", "approved"))
        buckets = sorted(self._buckets(entry))
        return {
            "number": new_receipt_number(self._hub.clock.now()),
            "child_ref": str(entry.child),
            "ground": ground,
            "legal_basis": "中华人民共和国个人信息保护法第四十七条",
            "document": str(self._sealer.open_(entry.record, _DOCUMENT, entry.document)),
            "requested": {"by": requested[0], "at": requested[1]},
            "approved": {"by": approved[0], "at": approved[1]},
            "fenced_at": fenced[-1],
            "keys_deleted_at": entry.steps[Step.KEYS].isoformat(),
            "index_deleted_at": entry.steps[Step.INDEX].isoformat(),
            "epoch_destroyed_at": entry.steps[Step.EPOCH].isoformat(),
            "quarantined_rows": len(entry.rows),
            "epochs": [
                {"bucket": each, "destroyed_below": self._root.epochs(each)[-1]} for each in buckets
            ],
            "escrow": {
                "destroy_keystores_below": generation,
                "destroy_escrows": escrows_of(self._root),
            },
        }


def escrows_of(root: RootKey) -> list[int]:
    """The generations of the escrows that custodians hold and that still open what is erased."""
    if not isinstance(root, RootKeystore):
        return []
    kept = [each for each in root.escrows() if each.destroyed is None]
    return [each.generation for each in kept if not root.holds_all(each)]


def _about(child: UUID, known: Stated) -> Callable[[Mapping[str, str]], bool]:
    """Tells a refused row about the child: by its pseudonym, by its number, or, where the row has
    no other number, by name and birth date."""

    def test(cells: Mapping[str, str]) -> bool:
        if cells.get("child_ref", "").strip() == str(child):
            return True
        number = "".join(cells.get("id_number", "").split()).upper()
        if number in known.id_numbers:
            return True
        if number and known.id_numbers:
            return False
        if fold_name(cells.get("name", "")) not in set(map(fold_name, known.names)):
            return False
        digits = "".join(each for each in cells.get("birth_date", "") if each.isdigit())
        return digits in {day.replace("-", "") for day in known.birth_dates}

    return test
