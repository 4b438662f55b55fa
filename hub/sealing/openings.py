"""Opens a sealed record for a case, for as long as two people agreed, and closes it again.

Each of the two holders gives its share back for this very opening; the hub keeps both under a key
of the opening's own, joins them in memory at each look, and deletes that key when the opening ends.
The end is looked at at every look, whether or not anybody ran anything.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from pydantic import JsonValue

from domain.kernel import Actor, Refused
from domain.registry import EVENTS, word_for
from domain.sealing import SealingState
from domain.unsealing import (
    UNSEALING,
    ApproveOpening,
    EndOpening,
    Opening,
    OpeningState,
    RequestOpening,
)
from hub.application import SYSTEM, Hub
from hub.audit.log import AccessEntry, AccessLog
from hub.encryption.fields import Tampered, key_version, open_
from hub.encryption.keystore import DataKey, KeyStore
from hub.encryption.records import RecordSealer
from hub.encryption.root import RootKey, bucket_of
from hub.eventstore.absence import FENCE
from hub.eventstore.codec import Fact, sealed_field
from hub.releases.registry import PublicKeyring
from hub.sealing.holders import Given as GivenShare
from hub.sealing.holders import ShareAsked, ShareRefused, join
from hub.sealing.journal import Ending, Journal, OpeningEntry
from hub.sealing.service import WORK, Sealings
from hub.storage.lead import Leads, alone

_CASE = "opening.case_number"
_GIVEN = "opening.share"
OPENED = "unsealed"
"""The action of a look at a sealed record."""
_NO_SUCH = Refused("OPENING_NONE", "没有可由本人查看的调阅，请核对编号。")


@dataclass(frozen=True, slots=True)
class Told:
    """Where an opening stands. ``given``: the holders that gave their share."""

    id: UUID
    record: UUID
    state: OpeningState
    is_open: bool
    expires_at: datetime | None
    case_number: str
    given: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One event of a sealed record, opened."""

    topic: str
    title: str
    recorded_at: str
    occurred_at: str
    producer: str
    clear: Mapping[str, JsonValue]
    fields: Mapping[str, JsonValue]

    def in_words(self) -> dict[str, str]:
        """Every fact and field as an official reads it."""
        stream = self.topic.split(".", 1)[0]
        said = {**self.clear, **self.fields}
        return {name: word_for(stream, name, of) or str(of) for name, of in said.items()}


class Openings:
    """Asks for, approves, opens and ends."""

    def __init__(
        self,
        journal: Journal,
        sealings: Sealings,
        hub: Hub,
        keys: KeyStore,
        public: PublicKeyring,
        root: RootKey,
        log: AccessLog,
        leads: Leads,
        *,
        after: Callable[[str], None] = lambda step: None,
    ) -> None:
        """``after`` is called after each step of an end: a test's way to break off there."""
        self._journal = journal
        self._sealings = sealings
        self._hub = hub
        self._keys = keys
        self._public = public
        self._root = root
        self._log = log
        self._leads = leads
        self._sealer = RecordSealer(keys)
        self._opens = X25519PrivateKey.from_private_bytes(root.named_key("sealed record opening"))
        self._after = after

    def request(self, record: UUID, case_number: str, expires_at: datetime, actor: Actor) -> UUID:
        """Ask for an opening, under a case number, until an instant. Raises Refused."""
        self._sealings.may_ask(actor)
        found = next((each for each in self._sealings.all() if each.record == record), None)
        known = self._sealings.found(record)
        if found is None or known is None or found.state is not SealingState.COMPLETED:
            raise Refused("OPENING_NOT_SEALED", "没有已封存的这件记录，请核对记录编号。")
        opening, entry = uuid4(), uuid4()
        sealed = self._sealer.seal(entry, _CASE, case_number)
        # First, for without its case number an opening is none.
        self._journal.open_(opening, record, entry, sealed)
        self._hub.command(
            RequestOpening(
                opening=opening, child_ref=known.child, record=record, expires_at=expires_at
            ),
            actor,
        )
        return opening

    def approve(self, opening: UUID, actor: Actor) -> Told:
        """Approve an opening, as another person. Raises Refused."""
        self._hub.command(ApproveOpening(opening=opening), actor)
        return self.told(opening)

    def end(self, opening: UUID, actor: Actor) -> Told:
        """End an opening before its time, as one of the two. Raises Refused."""
        self._hub.command(EndOpening(opening=opening), actor)
        self.resume()
        return self.told(opening)

    def asked(self, opening: UUID, holder: str) -> ShareAsked:
        """What a holder is asked for an approved opening. Raises Refused."""
        entry, state = self._open(opening)
        known = next((each for each in self._journal.all() if each.record == entry.record), None)
        share = None if known is None else known.shares.get(holder)
        if share is None or state.expires_at is None:
            raise Refused("OPENING_NO_SHARE", "该单位没有保管这件记录的份额，请核对单位。")
        return ShareAsked(
            opening,
            entry.record,
            holder,
            state.expires_at,
            self._case_number(entry),
            share,
            self._opens.public_key(),
        )

    def take(self, text: str) -> Told:
        """Take what a holder gave back. With the second share both are tried. Raises Refused."""
        try:
            given = GivenShare.parse(text)
        except ShareRefused:
            raise _share_refused() from None
        with alone(self._leads, WORK):
            return self._take(given)

    def _take(self, given: GivenShare) -> Told:
        entry, state = self._open(given.opening)
        keys = self._public.of(given.holder)
        if keys is None or given.holder not in self._sealings.holders or state.expires_at is None:
            raise _share_refused()
        try:
            share = given.open_(entry.record, state.expires_at, self._opens, keys.signing)
            others = [each for holder, each in self._shares(entry) if holder != given.holder]
            if others:
                join(entry.record, share, others[0])
        except ShareRefused:
            raise _share_refused() from None
        sealed = self._sealer.seal(given.opening, _GIVEN, share)
        self._journal.give(given.opening, given.holder, b64encode(sealed).decode())
        return self.told(given.opening)

    def read(self, opening: UUID, actor: Actor) -> list[Shown]:
        """The sealed record, for one of the two who asked and approved, while it is open. The entry
        in the access log names the opening, and with it the case, before anything is opened.
        Raises Refused, and AccessLogUnavailable."""
        self._sealings.may_ask(actor)
        entry = self._journal.opening(opening)
        state = self._state(opening)
        if entry is None or actor.user not in state.readers:
            raise _NO_SUCH
        if not state.is_open(self._hub.clock.now()):
            raise Refused("OPENING_OVER", "调阅尚未批准或已经到期，记录仍为封存。")
        shares = [share for _, share in self._shares(entry)]
        if len(shares) != len(self._sealings.holders):
            raise Refused("OPENING_SHARES", "两家保管单位的份额还没有收齐，不能打开。")
        found = self._sealings.found(entry.record)
        if found is None:
            raise _NO_SUCH
        facts = [f for f in found.facts if f.stream == entry.record and f.topic != FENCE]
        self._note(actor, entry, facts)
        keys = {(key.category, key.version): key for key in join(entry.record, *shares)}
        return [_shown(fact, keys) for fact in facts]

    def resume(self, *, rotate_now: bool = False) -> int:
        """End what has expired, and go on with what was broken off; gives how many were finished.
        ``rotate_now``: wait for no day."""
        finished = 0
        now = self._hub.clock.now()
        for entry in self._journal.openings():
            if Ending.EPOCH in entry.steps:
                continue
            state = self._state(entry.id)
            expired = state.state is OpeningState.APPROVED and not state.is_open(now)
            if not expired and state.state is not OpeningState.ENDED:
                continue
            if entry.rotate_by is not None and not rotate_now and now < entry.rotate_by:
                continue
            with alone(self._leads, WORK):
                if expired:
                    self._hub.command(EndOpening(opening=entry.id), SYSTEM)
                    self._after("ended")
                finished += self._close(entry.id, rotate_now)
        return finished

    def told(self, opening: UUID) -> Told:
        """Where an opening stands. Raises Refused where there is none."""
        entry = self._journal.opening(opening)
        if entry is None:
            raise _NO_SUCH
        return self._told(entry)

    def all(self) -> list[Told]:
        """Every opening that was asked for."""
        found = [self._told(entry) for entry in self._journal.openings()]
        return [each for each in found if each.state is not OpeningState.NONE]

    def _told(self, entry: OpeningEntry) -> Told:
        state = self._state(entry.id)
        return Told(
            entry.id,
            entry.record,
            state.state,
            state.is_open(self._hub.clock.now()),
            state.expires_at,
            self._case_number(entry),
            tuple(sorted(entry.given)),
        )

    def _state(self, opening: UUID) -> Opening:
        state: Opening = self._hub.store.load(UNSEALING, opening).state
        return state

    def _open(self, opening: UUID) -> tuple[OpeningEntry, Opening]:
        entry, state = self._journal.opening(opening), self._state(opening)
        if entry is None:
            raise _NO_SUCH
        if not state.is_open(self._hub.clock.now()):
            raise Refused("OPENING_OVER", "调阅尚未批准或已经到期，记录仍为封存。")
        return entry, state

    def _case_number(self, entry: OpeningEntry) -> str:
        return str(self._sealer.open_(entry.entry, _CASE, entry.case_number))

    def _shares(self, entry: OpeningEntry) -> list[tuple[str, bytes]]:
        """What the holders gave back, opened."""
        found = []
        for holder, sealed in sorted(entry.given.items()):
            share = self._sealer.open_(entry.id, _GIVEN, b64decode(sealed))
            if not isinstance(share, bytes):
                raise ShareRefused
            found.append((holder, share))
        return found

    def _note(self, actor: Actor, entry: OpeningEntry, facts: Sequence[Fact]) -> None:
        """The look is entered as one at the record: what is told of looks at the child may not tell
        of it."""
        self._log.append(
            [
                AccessEntry(
                    at=self._hub.clock.now().isoformat(timespec="microseconds"),
                    user=actor.user,
                    post=actor.post,
                    organisation=actor.organisation,
                    child_ref=str(entry.record),
                    categories=",".join(sorted({fact.category for fact in facts})),
                    action=OPENED,
                    purpose="CASEWORK",
                    legal_basis="STATUTORY_DUTY",
                    task=str(entry.id),
                    policy_version=self._hub.policies.version,
                )
            ]
        )

    def _close(self, opening: UUID, now: bool) -> bool:
        entry = self._journal.opening(opening)
        if entry is None:
            return False
        if Ending.KEYS not in entry.steps:
            self._keys.delete_keys(opening)
            self._after("closed")
            self._journal.ending(opening, Ending.KEYS, self._hub.clock.now())
        if entry.rotate_by is None:
            days = self._hub.policies.rules.sealing.rotate_within_days
            self._journal.opening_rotates_by(opening, self._hub.clock.now() + timedelta(days=days))
        known = self._journal.opening(opening)
        if known is None or known.rotate_by is None or Ending.EPOCH in known.steps:
            return False
        if not now and self._hub.clock.now() < known.rotate_by:
            return False
        self._keys.rotate_bucket(bucket_of(opening))
        self._journal.ending(opening, Ending.EPOCH, self._hub.clock.now())
        return True


def _share_refused() -> Refused:
    return Refused("OPENING_SHARE", "这份份额不是该单位为这次调阅给出的，没有收下。")


def _shown(fact: Fact, keys: Mapping[tuple[str, int], DataKey]) -> Shown:
    place = {
        "subject": fact.header[11],
        "event_id": fact.event_id,
        "stream": fact.stream,
        "version": fact.version,
        "topic": fact.stored_topic,
        "producer": fact.producer,
    }
    fields: dict[str, JsonValue] = {}
    for name, sealed in fact.sealed.items():
        each = sealed_field(place, name, sealed)
        key = keys.get((each.context.category, key_version(each.token)))
        if key is None:
            raise Tampered
        fields[name] = open_(key, each.context, each.token)
    return Shown(
        topic=fact.topic,
        title=EVENTS[fact.topic].TITLE,
        recorded_at=str(fact.header[6]),
        occurred_at=str(fact.header[5]),
        producer=fact.producer,
        clear={name: value for name, value in fact.clear.items() if name != "child_ref"},
        fields=fields,
    )
