"""Carries a sealing out, step by step, and goes on wherever one was broken off.

The approval is an event and comes first: with it, in the same append, stands the fence in the
record's own stream, and from then on the record is left out of every history. What follows is in
other databases, so each step may be done again, and the journal says which are done. The data keys
go last, once no view holds a row that would say that one is missing.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from domain.child_file import CHILD_FILE, ChildFile
from domain.kernel import Actor, Given, Refused
from domain.organisations import district_organisation
from domain.sealing import (
    BEGUN,
    SEALING,
    ApproveSealing,
    CompleteSealing,
    RequestSealing,
    Sealing,
    SealingRefused,
    SealingState,
    may_ask,
    sealing_id,
)
from domain.standing import Standing, latest
from hub.application import SYSTEM, Hub, Unit, new_receipt_number
from hub.audit.notes import PublicKey, Signer
from hub.encryption.envelope import sealed_to
from hub.encryption.keystore import KeyStore
from hub.encryption.records import RecordSealer
from hub.encryption.root import RootKey, bucket_of
from hub.erasure import receipt
from hub.erasure.service import escrows_of
from hub.erasure.standing import standing_of_record, told
from hub.eventstore.absence import FENCE
from hub.quarantine import Quarantine
from hub.releases.registry import PublicKeyring
from hub.sealing.holders import ShareRefused, split
from hub.sealing.journal import Entry, Journal, SharesMissing, Step
from hub.sealing.records import Record, find, refuse_unless_apart
from hub.sealing.renewal import Shares
from hub.storage.lead import Leads, alone

FORMAT = "hub sealing receipt 1"
_DOCUMENT = "sealing.document"
_RECEIPT = "sealing.receipt"
WORK = "sealing"
"""The work that one process does at a time, whoever asked for it: openings as well."""
_SHARES_REFUSED = Refused(
    "SEALING_SHARES",
    "这些份额不是该单位用现用密钥重新封好的，没有收下，原份额不变；请核对文件和密钥。",
)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a sealing stands: its state in the log, its steps, and its receipt if it has one."""

    record: UUID
    record_class: str
    state: SealingState
    steps: Mapping[Step, datetime]
    rotate_by: datetime | None
    receipt: str | None


class Sealings:
    """Asks for, approves and carries out sealings. Whoever asks and whoever approves are two."""

    def __init__(
        self,
        journal: Journal,
        hub: Hub,
        keys: KeyStore,
        public: PublicKeyring,
        letting_go: Sequence[Callable[[Record], object]],
        seen: Callable[[int], bool],
        root: RootKey,
        quarantine: Quarantine,
        signer: Signer,
        leads: Leads,
        *,
        after: Callable[[str], None] = lambda step: None,
    ) -> None:
        """``letting_go`` takes a record out of whatever else holds something of it: the indexes by
        which its child is found. ``seen`` tells whether every view is past a position, and holds
        nothing back there. ``after`` is called after each step: a test's way to break off there."""
        self._journal = journal
        self._hub = hub
        self._keys = keys
        self._public = public
        self._letting_go = tuple(letting_go)
        self._seen = seen
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

    @property
    def holders(self) -> tuple[str, ...]:
        """The two organisations to whom a sealed record's data keys are given."""
        seats = self._hub.policies.rules.sealing.holders
        return tuple(district_organisation(seat) for seat in seats)

    def may_ask(self, actor: Actor) -> None:
        """Raise Refused if a person may not ask for a sealing, whatever the record: then nothing is
        told of any."""
        may_ask(Given(now=self._hub.clock.now(), actor=actor, rules=self._hub.policies.rules))

    def request(self, record: UUID, document: str, actor: Actor) -> None:
        """Ask for a sealing, under the number of the document that orders it. Raises Refused; a
        refusal because something stands in the way is recorded."""
        found = self._asked(record, actor)
        stands = self._standing(found)
        command = RequestSealing(
            child_ref=found.child,
            record=record,
            record_class=self._hub.policies.rules.sealing.class_of(found.kind) or "",
            stands=tuple(each.code for each in stands),
            until=latest(list(stands)),
        )
        if not stands:
            self._refuse_unless_apart(found)
        with alone(self._leads, WORK):
            if not stands and self._state(record).state not in BEGUN:
                # First, for what is approved and stands in no journal would go on nowhere.
                entry = uuid4()
                self._journal.begin(
                    record, found.child, entry, self._sealer.seal(entry, _DOCUMENT, document)
                )
                self._after("begun")
            self._decide(command, actor, stands)
        self._after("requested")

    def approve(self, record: UUID, actor: Actor) -> Progress:
        """Approve a sealing and carry it out, as far as it goes at once. One that was broken off
        goes on. Raises Refused."""
        self.may_ask(actor)
        if self._state(record).state not in BEGUN:
            self._decide_approval(record, actor)
            self._after("approved")
        self.resume(record)
        return self.progress(record)

    def _decide_approval(self, record: UUID, actor: Actor) -> None:
        with alone(self._leads, WORK):
            found = self._asked(record, actor)
            if self._journal.get(record) is None:
                raise Refused("SEALING_NOT_REQUESTED", "没有待批准的封存申请，请先申请。")
            stands = self._standing(found)
            if not stands:
                self._refuse_unless_apart(found)
            command = ApproveSealing(
                child_ref=found.child,
                record=record,
                stands=tuple(each.code for each in stands),
                until=latest(list(stands)),
            )
            self._decide(command, actor, stands, found)

    def resume(self, record: UUID | None = None, *, rotate_now: bool = False) -> int:
        """Go on with what was broken off, and with what is due; gives how many were finished.
        ``rotate_now``: wait for no day. Raises StillAtWork; and SharesMissing, after the others
        went on."""
        finished = 0
        missing: SharesMissing | None = None
        for entry in self._journal.all(unfinished=True):
            if record is not None and entry.record != record:
                continue
            if self._state(entry.record).state not in BEGUN:
                continue
            try:
                with alone(self._leads, WORK):
                    finished += self._go_on(entry.record, rotate_now)
            except SharesMissing as error:
                missing = error
        if missing is not None:
            raise missing
        return finished

    def fence_again(self) -> int:
        """Take the keys of sealed records out again, after the key database was restored from
        before; gives of how many."""
        missing = 0
        for entry in self._journal.all():
            if Step.KEYS in entry.steps and not self._keys.fenced(entry.record):
                missing += 1
                self._keys.delete_keys(entry.record)
        return missing

    def shares_under_former_keys(self, holder: str) -> Shares:
        """A holder's shares that are not sealed to its present key; all of them while it has
        none."""
        keys = self._public.of(holder)
        shares = {
            str(entry.record): entry.shares[holder]
            for entry in self._journal.all()
            if holder in entry.shares
            and (keys is None or not sealed_to(b64decode(entry.shares[holder]), keys.sealing))
        }
        return Shares(holder, shares)

    def take_renewed(self, text: str) -> int:
        """Take shares that a holder has sealed to its present key; gives how many. Raises Refused
        for what is not the holder's, or not of its shares."""
        try:
            told = Shares.parse(text)
            keys = self._public.of(told.holder)
            if keys is None or not told.shares:
                raise ShareRefused
            told.check(keys.sealing, keys.signing)
        except ShareRefused:
            raise _SHARES_REFUSED from None
        with alone(self._leads, WORK):
            held = {str(e.record) for e in self._journal.all() if told.holder in e.shares}
            if not told.shares.keys() <= held:
                raise _SHARES_REFUSED
            for record, share in told.shares.items():
                self._journal.renew_share(UUID(record), told.holder, share)
        return len(told.shares)

    def forget(self, child: UUID) -> None:
        """A child is erased: the shares of its sealed records' keys go, and nobody opens them."""
        if not self._journal.all(child=child):
            return
        # No sealing of it is between the keys and their shares meanwhile.
        with alone(self._leads, WORK):
            for entry in self._journal.all(child=child):
                self._journal.forget_shares(entry.record)

    def progress(self, record: UUID) -> Progress:
        """Where a sealing stands. Raises Refused where there is none."""
        entry = self._journal.get(record)
        if entry is None or self._state(record).state is SealingState.NONE:
            raise Refused("SEALING_NONE", "没有该记录的封存申请，请核对记录编号。")
        return self._told(entry)

    def all(self) -> list[Progress]:
        """Every sealing that was asked for."""
        found = [self._told(entry) for entry in self._journal.all()]
        return [each for each in found if each.state is not SealingState.NONE]

    def found(self, stream: UUID) -> Record | None:
        """A record as the log has it, sealed or not; None where there is none."""
        return find(self._hub.store, stream)

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()

    def _told(self, entry: Entry) -> Progress:
        note = None
        if entry.receipt is not None:
            note = str(self._sealer.open_(entry.entry, _RECEIPT, entry.receipt))
        state = self._state(entry.record)
        return Progress(
            entry.record, state.record_class, state.state, entry.steps, entry.rotate_by, note
        )

    def _state(self, record: UUID) -> Sealing:
        state: Sealing = self._hub.store.load(SEALING, sealing_id(record)).state
        return state

    def _asked(self, record: UUID, actor: Actor) -> Record:
        """The record that a person asks for. Whoever may not ask learns nothing of any."""
        self.may_ask(actor)
        found = self.found(record)
        if found is None:
            raise Refused("SEALING_NO_RECORD", "没有可以封存的这件记录，请核对记录编号。")
        return found

    def _standing(self, found: Record) -> tuple[Standing, ...]:
        today = Given(now=self._hub.clock.now(), actor=SYSTEM).today
        return standing_of_record(found.facts, self._hub.policies.rules, today)

    def _refuse_unless_apart(self, found: Record) -> None:
        """Raise Refused where a record cannot be taken away, or given to nobody."""
        refuse_unless_apart(self._hub.store, self._hub.policies.rules.sealing, found)
        missing = [each for each in self.holders if self._public.of(each) is None]
        if missing:
            raise Refused(
                "SEALING_NO_HOLDER",
                f"{'、'.join(missing)}还没有密钥，不能封存。"
                "请先用 hub keys export-organisation 生成并交给该单位。",
            )

    def _decide(
        self,
        command: RequestSealing | ApproveSealing,
        actor: Actor,
        stands: tuple[Standing, ...],
        approving: Record | None = None,
    ) -> None:
        """Record what is decided. Raises Refused with what stands in the way, after it is."""

        def work(unit: Unit) -> bool:
            decided = unit.execute(command, actor)
            refused = any(isinstance(each.event, SealingRefused) for each in decided)
            if approving is not None and not refused:
                store = self._hub.store
                events = [UUID(fact.event_id) for fact in approving.facts]
                keys = {each.key for each in store.receipts_of(events)}
                unit.seal_receipts(
                    each
                    for each in store.receipts(keys).values()
                    if not each.kind.startswith("reaction.")
                )
            return refused

        refused, _ = self._hub.unit_of_work(work, names_children=False)
        if refused:
            raise Refused("SEALING_STANDS", told(stands, self._hub.policies.rules.erasure))

    def _go_on(self, record: UUID, now: bool) -> bool:
        """As far as it goes. With a child that is erased its records' keys go, shares and all:
        there is nobody left to whom a receipt could say that they were given."""
        entry = self._journal.get(record)
        if entry is None or entry.receipt is not None or self._erased(entry.child):
            return False
        return self._at_once(entry) and self._in_time(record, now)

    def _erased(self, child: UUID) -> bool:
        file: ChildFile = self._hub.store.load(CHILD_FILE, child).state
        return file.erased

    def _at_once(self, entry: Entry) -> bool:
        """What does not wait for a day; False where views are still behind."""
        found = self.found(entry.record)
        if found is None:
            raise RuntimeError("a sealing of no record")
        fence = next(f for f in found.facts if f.topic == FENCE and f.stream == entry.record)
        if Step.VIEWS not in entry.steps and not self._seen(fence.position):
            return False
        steps: Mapping[Step, Callable[[], object]] = {
            Step.VIEWS: lambda: None,
            Step.ROWS: lambda: self._quarantine.take_out(self._receipts(found)),
            Step.INDEX: lambda: [let_go(found) for let_go in self._letting_go],
            Step.KEYS: lambda: self._take_keys(entry.record),
        }
        for step, do in steps.items():
            if step in entry.steps:
                continue
            do()
            self._after(step.value)
            self._journal.done(entry.record, step, self._hub.clock.now())
        if entry.rotate_by is None:
            days = self._hub.policies.rules.sealing.rotate_within_days
            self._journal.rotate_by(entry.record, self._hub.clock.now() + timedelta(days=days))
        return True

    def _receipts(self, found: Record) -> list[str]:
        """The numbers of the receipts under which it came."""
        events = [UUID(fact.event_id) for fact in found.facts]
        return [each.number for each in self._hub.store.receipts_of(events)]

    def _take_keys(self, record: UUID) -> None:
        """Give the record's data keys to the two in shares, and have none any more. Raises
        SharesMissing if there are none to give and they were not given."""
        entry = self._journal.get(record)
        if entry is not None and not entry.shares:
            if self._keys.fenced(record):
                raise SharesMissing
            holders = {each: self._public.of(each) for each in self.holders}
            known = {each: keys.sealing for each, keys in holders.items() if keys is not None}
            self._journal.keep_shares(record, split(self._keys.every_key(record), known))
            self._after("shared")
        self._keys.delete_keys(record)

    def _in_time(self, record: UUID, now: bool) -> bool:
        """The epoch key, when it is due, and then the receipt."""
        entry = self._journal.get(record)
        if entry is None or entry.rotate_by is None:
            return False
        if Step.EPOCH not in entry.steps:
            if not now and self._hub.clock.now() < entry.rotate_by:
                return False
            self._keys.rotate_bucket(bucket_of(record))
            self._after(Step.EPOCH.value)
            self._journal.done(record, Step.EPOCH, self._hub.clock.now())
        self._finish(record)
        return True

    def _finish(self, record: UUID) -> None:
        entry = self._journal.get(record)
        if entry is None:
            return
        if not entry.shares:
            raise SharesMissing
        generation = self._root.generation
        command = CompleteSealing(
            child_ref=entry.child,
            record=record,
            keys_taken_at=entry.steps[Step.KEYS],
            epoch_destroyed_at=entry.steps[Step.EPOCH],
            generation=generation,
        )
        self._hub.command(command, SYSTEM)
        self._after("completed")
        note = receipt.sign(self._signer, self._content(entry, generation), FORMAT)
        self._journal.keep_receipt(record, self._sealer.seal(entry.entry, _RECEIPT, note))

    def _content(self, entry: Entry, generation: int | None) -> dict[str, object]:
        who = {
            fact.topic: (str(fact.header[3]), str(fact.header[6]))
            for fact in self._hub.store.stream_facts(sealing_id(entry.record))
        }
        requested, approved = who["sealing.requested.v1"], who["sealing.approved.v1"]
        bucket = bucket_of(entry.record)
        return {
            "number": new_receipt_number(self._hub.clock.now()),
            "record": str(entry.record),
            "record_class": self._state(entry.record).record_class,
            "legal_basis": "中华人民共和国预防未成年人犯罪法第五十九条",
            "document": str(self._sealer.open_(entry.entry, _DOCUMENT, entry.document)),
            "requested": {"by": requested[0], "at": requested[1]},
            "approved": {"by": approved[0], "at": approved[1]},
            "fenced_at": approved[1],
            "views_past_at": entry.steps[Step.VIEWS].isoformat(),
            "index_deleted_at": entry.steps[Step.INDEX].isoformat(),
            "keys_taken_at": entry.steps[Step.KEYS].isoformat(),
            "holders": sorted(entry.shares),
            "epoch_destroyed_at": entry.steps[Step.EPOCH].isoformat(),
            "epochs": [{"bucket": bucket, "destroyed_below": self._root.epochs(bucket)[-1]}],
            "escrow": {
                "destroy_keystores_below": generation,
                "destroy_escrows": escrows_of(self._root),
            },
        }
