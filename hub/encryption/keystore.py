"""The data keys: one per subject, category and version, wrapped by the subject's bucket.

They live in a database of their own, never in the event store (privacy design, "Keys").
"""

from __future__ import annotations

import hmac
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NoReturn
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

from hub.encryption.binding import bind, binding_table
from hub.encryption.derive import KEY_BYTES, expand, frame
from hub.encryption.root import EpochDestroyed, RootKey, RootKeyError, UnwrapRefused, bucket_of
from hub.encryption.suites import DEFAULT_SUITE, SUITES
from hub.storage.areas import Area
from hub.storage.fork import call_in_forked_child
from hub.storage.sql import SIZES, Connection, Row, Storage, in_parts, marks, padded

MAX_VERSION = 0xFFFF
"""A token has two bytes for the data-key version."""

Slot = tuple[UUID, str]
"""Subject and category."""
KeyId = tuple[UUID, str, int]
"""Subject, category and version."""

_META = MetaData()
_DATA_KEYS = Table(
    "data_keys",
    _META,
    Column("subject", LargeBinary, primary_key=True),
    Column("category", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("bucket", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("commitment", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    CheckConstraint("state IN ('current', 'former')", name="data_keys_state"),
    sqlite_with_rowid=False,
)
Index(
    "one_current_key",
    _DATA_KEYS.c.subject,
    _DATA_KEYS.c.category,
    unique=True,
    sqlite_where=_DATA_KEYS.c.state == "current",
    postgresql_where=_DATA_KEYS.c.state == "current",
)
Index("wrapped_by", _DATA_KEYS.c.bucket, _DATA_KEYS.c.epoch)
Table("fences", _META, Column("subject", LargeBinary, primary_key=True), sqlite_with_rowid=False)
Table(
    "revocation",
    _META,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("counter", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="revocation_one_row"),
)
binding_table(_META)
AREA = Area(
    name="keys",
    file="keys.sqlite",
    revision="0002",
    tables=_META,
    grants={
        "data_keys": "SELECT, INSERT, UPDATE, DELETE, MAINTAIN",
        # A fence is never taken down.
        "fences": "SELECT, INSERT",
        "revocation": "SELECT, INSERT, UPDATE",
        "binding": "SELECT, INSERT",
    },
)
_LOOK = (
    "SELECT subject, category, bucket, epoch, wrapped, commitment, version, 0 FROM data_keys"
    " WHERE subject IN {marks}{which}"
    " UNION ALL SELECT subject, NULL, 0, 0, NULL, NULL, 0, 0 FROM fences WHERE subject IN {marks}"
    " UNION ALL SELECT NULL, NULL, 0, 0, NULL, NULL, 0, counter FROM revocation"
)
"""The keys and fences of some subjects, and the revocation counter, as of one moment."""
_EVERY = ""
_CURRENT = " AND state = 'current'"
_NONE = " AND 1 = 0"


class KeyStoreUnavailable(Exception):
    """The key store cannot answer now. Stop and retry; never write a blank in a value's place."""


class KeyStoreStale(KeyStoreUnavailable):
    """The root key no longer has the epoch that wrapped the key.

    Either file was restored from a backup. Not told as erased: survivors of an erasure would
    then be blanked by a restore that can still be put right.
    """


class KeyRefused(Exception):
    """No key for one subject, category and version; the names of the subclasses say why."""

    def __init__(self, subject: UUID, category: str = "", version: int = 0) -> None:
        super().__init__(str(subject), category, version)
        self.subject = subject
        self.category = category
        self.version = version


class KeyMissing(KeyRefused):
    """There never was such a key."""


class SubjectErased(KeyRefused):
    """The subject was erased (PIPL 47), or its erasure has begun."""


class KeyTampered(KeyRefused):
    """The stored key is not the one that was minted."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """A data key in the clear, for one subject, category and version."""

    subject: UUID
    category: str
    version: int
    key: bytes = field(repr=False)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a data key does not leave its process")


@dataclass(frozen=True, slots=True)
class KeyCount:
    """How many keys of a category one epoch of a bucket wraps, and of how many subjects they are
    the current ones."""

    bucket: int
    epoch: int
    category: str
    keys: int
    current: int


class KeyStore:
    """The key database under a root key; safe for threads and for several processes.

    Takes where its area is (``storage``) and the ``root`` key. At most ``cache_size`` keys stay in
    memory, each at most ``max_age`` seconds, and none is served before the revocation counter in
    the database was looked at: an erasure in another process ends every cache at once. With
    ``create=False`` a missing database is an error, as it should be once the hub holds data.
    ``suite`` is what its keys seal by from now on; what was sealed by another one opens all the
    same.
    Every method raises :class:`KeyStoreUnavailable` when the database or root key fails.
    """

    def __init__(
        self,
        storage: Storage,
        root: RootKey,
        *,
        create: bool = False,
        cache_size: int = 10_000,
        max_age: float = 5.0,
        busy_timeout: float = 10.0,
        suite: bytes = DEFAULT_SUITE,
    ) -> None:
        if suite not in SUITES:
            raise ValueError("no such suite")
        self.suite = suite
        self._root = root
        self._cache = _Cache(cache_size, max_age)
        self._database = storage.database(
            AREA, KeyStoreUnavailable, create=create, busy_timeout=busy_timeout
        )
        bind(self._database, root.named_key("key-store"), KeyStoreUnavailable)
        with self._database.writing() as connection:
            connection.execute("INSERT INTO revocation VALUES (1, 0) ON CONFLICT DO NOTHING")

    def ensure(self, wanted: Iterable[Slot]) -> dict[Slot, DataKey]:
        """The current key of each subject and category, minting what is missing.

        All in one transaction; processes that race get the same keys. Raises
        :class:`SubjectErased` (and mints nothing at all) if any subject is fenced, and
        :class:`KeyTampered`.
        """
        slots = list(dict.fromkeys(wanted))
        found: dict[Slot, DataKey] = {}
        missing = self._cache.lacking(slots)
        if slots and not missing:
            found = self._cache.current(self.revocation_counter(), slots)
            if len(found) == len(slots):
                return found
            missing = [slot for slot in slots if slot not in found]
        if missing:
            counter, stored = self._look(_CURRENT, (subject for subject, _ in missing))
            asked = set(missing)
            cached = [slot for slot in slots if slot not in found and slot not in asked]
            found.update(self._cache.current(counter, cached))
            read = self._current(stored, missing)
            self._cache.keep(counter, read.values(), current=True)
            found.update(read)
            missing = [slot for slot in slots if slot not in found]
        if missing:
            # A key without an event sealed by it is of no use: the append's commit makes both
            # durable.
            with self._database.writing(durable=False) as connection:
                # Another process may have been first.
                subjects = _subjects(subject for subject, _ in missing)
                counter, stored = _seen(connection, _CURRENT, subjects)
                minted = self._current(stored, missing)
                new = [self._mint(*slot, version=1) for slot in missing if slot not in minted]
                connection.insert("data_keys", [row for _, row in new])
            minted.update({(key.subject, key.category): key for key, _ in new})
            self._cache.keep(counter, minted.values(), current=True)
            found.update(minted)
        return {slot: found[slot] for slot in slots}

    def get(self, subject: UUID, category: str, version: int) -> DataKey:
        """One key. Raises :class:`KeyMissing`, :class:`SubjectErased`, :class:`KeyTampered`."""
        outcome = self.get_many([(subject, category, version)])[subject, category, version]
        if isinstance(outcome, KeyRefused):
            raise outcome
        return outcome

    def get_many(self, wanted: Iterable[KeyId]) -> dict[KeyId, DataKey | KeyRefused]:
        """Many keys by one look at the revocation counter; a refusal is given, not raised,
        so that one erased child does not hide a page of others.
        """
        ids = list(dict.fromkeys(wanted))
        found: dict[KeyId, DataKey | KeyRefused] = {}
        found.update(self._cache.versions(self.revocation_counter(), ids))
        missing = [key_id for key_id in ids if key_id not in found]
        if missing:
            counter, stored = self._look(_EVERY, (subject for subject, *_ in missing))
            read = {key_id: self._stored(stored, key_id) for key_id in missing}
            self._cache.keep(counter, (key for key in read.values() if isinstance(key, DataKey)))
            found.update(read)
        return found

    def new_version(self, subject: UUID, category: str) -> DataKey:
        """Mint the next version; what is sealed from now on uses it. Older ones still open.

        Raises :class:`SubjectErased`, and ``OverflowError`` after 65,535 versions.
        """
        with self._database.writing() as connection:
            _refuse_fenced(connection, subject)
            slot = (subject.bytes, category)
            (last,) = connection.execute(
                "SELECT coalesce(max(version), 0) FROM data_keys"
                " WHERE subject = ? AND category = ?",
                slot,
            ).fetchone()
            if last >= MAX_VERSION:
                raise OverflowError("no further data-key version")
            connection.execute(
                "UPDATE data_keys SET state = 'former' WHERE subject = ? AND category = ?", slot
            )
            key, row = self._mint(subject, category, version=last + 1)
            connection.insert("data_keys", [row])
            _revoke(connection)
        return key

    def renew(self, slots: Iterable[Slot]) -> int:
        """Mint the next version of those that have a key, all in one transaction; gives how many.

        For what somebody may read no more from here on. An erased subject is left out. Raises
        ``OverflowError`` after 65,535 versions, and then renews none.
        """
        wanted = list(dict.fromkeys(slots))
        if not wanted:
            return 0
        with self._database.writing() as connection:
            new: list[Row] = []
            for subject, category in wanted:
                slot = (subject.bytes, category)
                (last,) = connection.execute(
                    "SELECT coalesce(max(version), 0) FROM data_keys"
                    " WHERE subject = ? AND category = ?",
                    slot,
                ).fetchone()
                if not last or _is_fenced(connection, subject):
                    continue
                if last >= MAX_VERSION:
                    raise OverflowError("no further data-key version")
                connection.execute(
                    "UPDATE data_keys SET state = 'former' WHERE subject = ? AND category = ?", slot
                )
                new.append(self._mint(subject, category, version=last + 1)[1])
            if new:
                connection.insert("data_keys", new)
                _revoke(connection)
        return len(new)

    def fence(self, subject: UUID) -> None:
        """Refuse the subject's keys from now on, everywhere, and mint none ever again."""
        with self._database.writing() as connection:
            _fence(connection, subject)

    def fenced(self, subject: UUID) -> bool:
        """Whether the subject is fenced."""
        with self._database.reading() as connection:
            return _is_fenced(connection, subject)

    def refuse_fenced(self, subjects: Iterable[UUID]) -> None:
        """Raise :class:`SubjectErased` if any of the subjects is fenced: for what is recorded of
        them without a key. One look at the revocation counter for those that were not long ago."""
        wanted = list(dict.fromkeys(subjects))
        if not wanted:
            return
        unseen = self._cache.not_seen_free(self.revocation_counter(), wanted)
        if unseen:
            counter, stored = self._look(_NONE, unseen)
            for subject in unseen:
                if subject.bytes in stored.fenced:
                    raise SubjectErased(subject)
            self._cache.seen_free(counter, unseen)

    def every_key(self, subject: UUID) -> list[DataKey]:
        """All keys of a subject, by category and version: for whoever takes them out of here.
        Raises :class:`SubjectErased`, :class:`KeyTampered`."""
        _, stored = self._look(_EVERY, [subject])
        if subject.bytes in stored.fenced:
            raise SubjectErased(subject)
        found = [
            self._unwrap(subject, category, row)
            for (_, category), rows in stored.keys.items()
            for row in rows
        ]
        return sorted(found, key=lambda key: (key.category, key.version))

    def delete_keys(self, subject: UUID) -> None:
        """Delete all keys of the subject, from the file and its log, and fence it.

        Fenced in the same transaction: a later mint would put another key under an old
        version's name. An old backup is shut out only by destroying the bucket's epoch key.
        """
        with self._database.writing() as connection:
            _fence(connection, subject)
            connection.execute("DELETE FROM data_keys WHERE subject = ?", (subject.bytes,))
        self._database.wipe_deleted("data_keys")

    def rotate_bucket(self, bucket: int) -> int:
        """Wrap the bucket's keys under a new epoch key and destroy the older ones; gives how many
        keys were wrapped anew. What was taken from here before, a backup say, opens no more.

        Broken off anywhere, it is begun again. Raises :class:`KeyTampered` for a key that does not
        open, and then destroys nothing, and ValueError for no such bucket.
        """
        epoch = self._root.new_epoch(bucket)
        with self._database.writing() as connection:
            # Nobody mints beside it: what is minted later finds the new epoch.
            rows = connection.execute(
                "SELECT subject, category, bucket, epoch, wrapped, commitment, version"
                " FROM data_keys WHERE bucket = ? AND epoch < ?",
                (bucket, epoch),
            ).fetchall()
            wrapped = [self._rewrapped(epoch, *row) for row in rows]
            connection.executemany(
                "UPDATE data_keys SET epoch = ?, wrapped = ?"
                " WHERE subject = ? AND category = ? AND version = ?",
                wrapped,
            )
        for former in self._root.epochs(bucket):
            if former < epoch:
                self._root.destroy_epoch(bucket, former)
        return len(wrapped)

    def latest(self, subject: UUID, category: str) -> int:
        """The number of the latest version, 0 where there is no key."""
        (last,) = self._database.single(
            "SELECT coalesce(max(version), 0) FROM data_keys WHERE subject = ? AND category = ?",
            (subject.bytes, category),
        )
        return int(last)

    def counts(self) -> list[KeyCount]:
        """How many keys there are, by what wraps them and by category."""
        rows = self._database.rows(
            "SELECT bucket, epoch, category, count(*),"
            " sum(CASE WHEN state = 'current' THEN 1 ELSE 0 END)"
            " FROM data_keys GROUP BY bucket, epoch, category ORDER BY bucket, epoch, category"
        )
        return [
            KeyCount(bucket, epoch, category, int(keys), int(current))
            for bucket, epoch, category, keys, current in rows
        ]

    def revoke(self) -> int:
        """Void every cache of keys in every process at once; gives the counter."""
        with self._database.writing() as connection:
            _revoke(connection)
        return self.revocation_counter()

    def revocation_counter(self) -> int:
        """Rises with each fence, deletion, new version and revocation; a cache older than it is
        void."""
        (counter,) = self._database.single("SELECT counter FROM revocation")
        if not isinstance(counter, int):
            raise KeyStoreUnavailable("the revocation counter is damaged")
        return counter

    def vacuum(self) -> None:
        """Rewrite the database without free pages."""
        self._database.vacuum()

    def close(self) -> None:
        """Forget cached keys and close the connections."""
        self._cache.clear()
        self._database.close()

    def _look(self, keys: str, wanted: Iterable[UUID]) -> tuple[int, _Stored]:
        """As :func:`_seen`, in one statement of its own where one is enough."""
        subjects = _subjects(wanted)
        if len(subjects) <= SIZES[-1]:
            stored = _Stored()
            stored.add(self._database.rows(*_statement(keys, subjects)))
            return stored.counter, stored
        with self._database.reading() as connection:
            return _seen(connection, keys, subjects)

    def _current(self, stored: _Stored, slots: Iterable[Slot]) -> dict[Slot, DataKey]:
        found: dict[Slot, DataKey] = {}
        for subject, category in slots:
            if subject.bytes in stored.fenced:
                raise SubjectErased(subject)
            rows = stored.keys.get((subject.bytes, category))
            if rows:
                found[subject, category] = self._unwrap(subject, category, rows[0])
        return found

    def _stored(self, stored: _Stored, key_id: KeyId) -> DataKey | KeyRefused:
        subject, category, version = key_id
        if subject.bytes in stored.fenced:
            return SubjectErased(*key_id)
        rows = stored.keys.get((subject.bytes, category), ())
        row = next((row for row in rows if row[4] == version), None)
        if row is None:
            return KeyMissing(*key_id)
        try:
            return self._unwrap(subject, category, row)
        except KeyTampered as refused:
            return refused

    def _mint(self, subject: UUID, category: str, *, version: int) -> tuple[DataKey, Row]:
        """A new key, and the row that keeps it."""
        key = DataKey(subject, category, version, os.urandom(KEY_BYTES))
        place = _place(subject, category, version)
        bucket = bucket_of(subject)
        try:
            epoch, wrapped = self._root.wrap(bucket, key.key, place)
        except RootKeyError as error:
            raise KeyStoreUnavailable("the root key cannot wrap") from error
        return key, (
            subject.bytes,
            str(category),
            version,
            bucket,
            epoch,
            wrapped,
            commitment(key),
            "current",
        )

    def _rewrapped(self, epoch: int, subject: bytes, category: str, *row: object) -> Row:
        """What replaces a row's epoch and wrapped key, and the row's name."""
        key = self._unwrap(UUID(bytes=subject), category, row)
        place = _place(key.subject, category, key.version)
        try:
            now, wrapped = self._root.wrap(bucket_of(key.subject), key.key, place)
        except RootKeyError as error:
            raise KeyStoreUnavailable("the root key cannot wrap") from error
        if now < epoch:
            raise KeyStoreStale("the new epoch is gone")
        return now, wrapped, subject, category, key.version

    def _unwrap(self, subject: UUID, category: str, row: tuple[object, ...]) -> DataKey:
        match row:
            case (
                int(bucket),
                int(epoch),
                bytes(wrapped),
                bytes(committed),
                int(version),
            ) if bucket == bucket_of(subject) and epoch > 0 and version > 0:
                pass
            case _:
                raise KeyTampered(subject, category)
        try:
            plain = self._root.unwrap(bucket, epoch, wrapped, _place(subject, category, version))
        except UnwrapRefused:
            raise KeyTampered(subject, category, version) from None
        except EpochDestroyed as error:
            raise KeyStoreStale("the key's epoch is destroyed") from error
        except RootKeyError as error:
            raise KeyStoreUnavailable("the root key cannot unwrap") from error
        key = DataKey(subject, category, version, plain)
        if len(plain) != KEY_BYTES or not hmac.compare_digest(commitment(key), committed):
            raise KeyTampered(subject, category, version)
        return key


def commitment(key: DataKey) -> bytes:
    """What ties a stored key to one value: HKDF of the key, for its place.

    GCM does not commit to its key: one wrapped blob can be made to open under two epoch keys,
    to two data keys. Only one of them has this commitment.
    """
    place = _place(key.subject, key.category, key.version)
    return expand(key.key, frame(b"hub key commitment 1", place))


class _Cache:
    """Keys that were just used: bounded, short-lived, void as soon as the counter moves.

    Labelled with the counter under which its content was read. Compared for equality, so that
    neither a slow thread's late entry nor a restored database is ever served.
    """

    def __init__(self, size: int, max_age: float) -> None:
        self._size = size
        self._max_age = max_age
        self._label = -1
        self._keys: OrderedDict[KeyId, tuple[DataKey, float]] = OrderedDict()
        self._versions: OrderedDict[Slot, int] = OrderedDict()
        self._free: set[UUID] = set()
        """Subjects that were not fenced: each fence raises the counter."""
        self._lock = threading.Lock()
        call_in_forked_child(self._renew_lock)

    def versions(self, counter: int, ids: Iterable[KeyId]) -> dict[KeyId, DataKey]:
        """The cached ones of ``ids``, at this ``counter``."""
        with self._lock:
            self._relabel(counter)
            now = time.monotonic()
            return {key_id: key for key_id in ids if (key := self._fresh(key_id, now))}

    def lacking(self, slots: Iterable[Slot]) -> list[Slot]:
        """Those of ``slots`` that are not in it; the others may be void or too old all the same."""
        with self._lock:
            return [slot for slot in slots if slot not in self._versions]

    def current(self, counter: int, slots: Iterable[Slot]) -> dict[Slot, DataKey]:
        """The cached current keys of ``slots``, at this ``counter``."""
        with self._lock:
            self._relabel(counter)
            now = time.monotonic()
            found: dict[Slot, DataKey] = {}
            for slot in slots:
                version = self._versions.get(slot)
                key = self._fresh((*slot, version), now) if version is not None else None
                if key is not None:
                    found[slot] = key
            return found

    def keep(self, counter: int, keys: Iterable[DataKey], *, current: bool = False) -> None:
        """Keep keys that were read at ``counter``."""
        with self._lock:
            if counter != self._label:
                return
            until = time.monotonic() + self._max_age
            for key in keys:
                slot = (key.subject, key.category)
                self._keys[(*slot, key.version)] = (key, until)
                if current:
                    self._versions[slot] = key.version
            while len(self._keys) > self._size:
                self._keys.popitem(last=False)
            while len(self._versions) > self._size:
                self._versions.popitem(last=False)

    def not_seen_free(self, counter: int, subjects: Iterable[UUID]) -> list[UUID]:
        """Those of ``subjects`` that were not seen to be free of a fence at this ``counter``."""
        with self._lock:
            self._relabel(counter)
            return [subject for subject in subjects if subject not in self._free]

    def seen_free(self, counter: int, subjects: Iterable[UUID]) -> None:
        """Keep that subjects had no fence at ``counter``."""
        with self._lock:
            if counter != self._label:
                return
            if len(self._free) > self._size:
                self._free.clear()
            self._free.update(subjects)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._keys.clear()
            self._versions.clear()
            self._free.clear()

    def _renew_lock(self) -> None:
        self._lock = threading.Lock()

    def _relabel(self, counter: int) -> None:
        if counter != self._label:
            self._keys.clear()
            self._versions.clear()
            self._free.clear()
            self._label = counter

    def _fresh(self, key_id: KeyId, now: float) -> DataKey | None:
        held = self._keys.get(key_id)
        if held is None:
            return None
        if held[1] <= now:
            del self._keys[key_id]
            return None
        self._keys.move_to_end(key_id)
        return held[0]


def _place(subject: UUID, category: str, version: int) -> bytes:
    return frame(subject.bytes, category.encode(), version.to_bytes(2, "big"))


def _revoke(connection: Connection) -> None:
    connection.execute("UPDATE revocation SET counter = counter + 1")


def _fence(connection: Connection, subject: UUID) -> None:
    connection.execute("INSERT INTO fences VALUES (?) ON CONFLICT DO NOTHING", (subject.bytes,))
    _revoke(connection)


class _Stored:
    """What was seen of some subjects: keys as they lie in the database, by subject and category;
    who of them is fenced; the revocation counter of that moment."""

    def __init__(self) -> None:
        self.keys: dict[tuple[bytes, str], list[Row]] = {}
        self.fenced: set[bytes] = set()
        self._counter: int | None = None

    @property
    def counter(self) -> int:
        """Raises KeyStoreUnavailable where there was none: nothing may be served then."""
        if self._counter is None:
            raise KeyStoreUnavailable("the revocation counter is damaged")
        return self._counter

    def add(self, rows: Iterable[Row]) -> None:
        """Take the rows of the statement."""
        for subject, category, *key, counter in rows:
            if subject is None:
                self._counter = int(counter)
            elif category is None:
                self.fenced.add(subject)
            else:
                self.keys.setdefault((subject, category), []).append(tuple(key))


def _subjects(wanted: Iterable[UUID]) -> list[bytes]:
    return list(dict.fromkeys(subject.bytes for subject in wanted))


@cache
def _text(keys: str, size: int) -> str:
    return _LOOK.format(marks=marks(size), which=keys)


def _statement(keys: str, subjects: Sequence[bytes]) -> tuple[str, list[bytes]]:
    values = padded(subjects)
    return _text(keys, len(values)), values * 2


def _seen(connection: Connection, keys: str, subjects: Sequence[bytes]) -> tuple[int, _Stored]:
    """The revocation counter, and what is stored of the subjects, in the transaction."""
    stored = _Stored()
    for part in in_parts(subjects):
        stored.add(connection.execute(*_statement(keys, part)).fetchall())
    return stored.counter, stored


def _is_fenced(connection: Connection, subject: UUID) -> bool:
    found = connection.execute("SELECT 1 FROM fences WHERE subject = ?", (subject.bytes,))
    return found.fetchone() is not None


def _refuse_fenced(connection: Connection, subject: UUID) -> None:
    if _is_fenced(connection, subject):
        raise SubjectErased(subject)
