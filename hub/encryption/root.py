"""The root key: one file under a passphrase, and the small protocol it stands behind.

Epoch keys live here and nowhere else, one per bucket of subjects. An epoch key kept beside what
it wraps would let an old backup of the key database and the live root open what was erased.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import hmac
import json
import os
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from hub.encryption.derive import KEY_BYTES, expand, frame
from hub.storage.fork import call_in_forked_child

BUCKETS = 256
_FORMAT = 1
_NONCE_BYTES = 12


class RootKeyError(Exception):
    """The root key cannot do what was asked; the message never holds a secret."""


class WrongPassphrase(RootKeyError):
    """The passphrase does not open this keystore."""


class KeystoreDamaged(RootKeyError):
    """The keystore file is not what was last written: broken, edited, or an older generation."""


class RootKeyUnavailable(RootKeyError):
    """The root key cannot be reached now."""


class EpochDestroyed(RootKeyError):
    """The root key holds no such epoch of the bucket: destroyed, or not known to it."""


class UnwrapRefused(RootKeyError):
    """The wrapped bytes or their associated data are not what was wrapped."""


class RootKey(Protocol):
    """What the key store needs of a root key, whether file or hardware."""

    def wrap(self, bucket: int, plaintext: bytes, aad: bytes) -> tuple[int, bytes]:
        """Wrap under the bucket's current epoch key: epoch number and wrapped bytes."""
        ...

    def unwrap(self, bucket: int, epoch: int, blob: bytes, aad: bytes) -> bytes:
        """The plaintext again. Raises :class:`EpochDestroyed`, :class:`UnwrapRefused`."""
        ...

    def named_key(self, name: str) -> bytes:
        """A 32-byte key of its own for each name, the same as long as the root key lives."""
        ...

    def epochs(self, bucket: int) -> list[int]:
        """The bucket's epochs whose keys are there, the current one last."""
        ...

    def new_epoch(self, bucket: int) -> int:
        """Begin a new epoch of the bucket; the older ones still unwrap. Durable on return."""
        ...

    def destroy_epoch(self, bucket: int, epoch: int) -> None:
        """Destroy an epoch key; no error if it is gone. ValueError for the current epoch."""
        ...

    def epochs_made(self) -> dict[int, dict[int, date | None]]:
        """By bucket, the epochs that are there and the day (UTC) that each was made on, as far as
        it is known."""
        ...

    @property
    def generation(self) -> int:
        """Rises with every change of the epochs; named in escrow and erasure records."""
        ...


def bucket_of(subject: UUID) -> int:
    """The bucket, 0 to 255, whose epoch keys wrap the subject's data keys."""
    return hashlib.sha256(subject.bytes).digest()[0]


@dataclass(frozen=True, slots=True)
class Argon2Cost:
    """Argon2id parameters (RFC 9106 §4, second recommended set): memory in KiB, passes, lanes."""

    memory_kib: int = 64 * 1024
    iterations: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        # Bounds both ways: a forged header must neither exhaust memory nor make guessing cheap.
        if not (
            8 * 1024 <= self.memory_kib <= 1024 * 1024
            and 1 <= self.iterations <= 20
            and 1 <= self.lanes <= 16
        ):
            raise ValueError("Argon2id parameters out of bounds")


@dataclass(frozen=True, slots=True)
class Escrow:
    """A copy of the keystore that custodians (保管人) can open together; days are UTC's.

    ``generation`` is the keystore's when it was made; ``threshold`` of ``custodians`` open it.
    ``destroyed`` is the day on which the custodians destroyed their shares of it.
    """

    generation: int
    made: date
    threshold: int
    custodians: int
    epochs: str
    """A digest of which epochs it holds, by number."""
    destroyed: date | None = None


class RootKeystore:
    """The root key in one file (JSON, mode 0600), AES-256-GCM under an Argon2id passphrase.

    Safe for threads and for several processes: a change made by one is seen by the others at
    their next use. Make one with :meth:`create`, get it again with :meth:`open`.
    """

    def __init__(self, path: Path, unlock: bytes) -> None:
        self._path = path
        self._unlock = unlock
        self._generation = 0
        self._root = b""
        self._epochs: dict[int, dict[int, bytes]] = {}
        self._made: dict[int, dict[int, str]] = {}
        self._escrows: list[Escrow] = []
        self._ciphers: dict[tuple[int, int], AESGCM] = {}
        self._named: dict[str, bytes] = {}
        self._stamp: tuple[int, ...] = ()
        self._lock = threading.RLock()
        call_in_forked_child(self._renew_lock)

    @classmethod
    def create(cls, path: Path, passphrase: str, cost: Argon2Cost | None = None) -> RootKeystore:
        """Make a new keystore with a first epoch key in every bucket.

        Raises ``FileExistsError`` rather than overwrite one (nothing sealed under it could ever
        be opened again) and ``ValueError`` for an empty passphrase.
        """
        store, kdf = cls._new(path, passphrase, cost)
        store._root = os.urandom(KEY_BYTES)
        today = _today()
        for bucket in range(BUCKETS):
            store._epochs[bucket] = {1: os.urandom(KEY_BYTES)}
            store._made[bucket] = {1: today}
        store._write_first(kdf)
        return store

    @classmethod
    def restore(
        cls,
        path: Path,
        content: bytes,
        generation: int,
        passphrase: str,
        cost: Argon2Cost | None = None,
    ) -> RootKeystore:
        """Make the keystore again from an escrow's ``content``, of that ``generation``, under a
        new passphrase. Raises as :meth:`create`, and :class:`KeystoreDamaged`."""
        store, kdf = cls._new(path, passphrase, cost)
        store._take(content)
        store._generation = generation
        store._write_first(kdf)
        return store

    @classmethod
    def _new(
        cls, path: Path, passphrase: str, cost: Argon2Cost | None
    ) -> tuple[RootKeystore, dict[str, Any]]:
        path = _real(path)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unlock, kdf = _new_unlock(passphrase, cost or Argon2Cost())
        return cls(path, unlock), kdf

    def _write_first(self, kdf: dict[str, Any]) -> None:
        with _file_lock(self._path, fcntl.LOCK_EX):
            if self._path.exists():
                raise FileExistsError("there is a keystore at this path already")
            self._write(kdf)

    @classmethod
    def open(cls, path: Path, passphrase: str) -> RootKeystore:
        """Open a keystore; about 0.1 s at the default cost.

        Raises :class:`WrongPassphrase`, :class:`KeystoreDamaged`, and
        :class:`RootKeyUnavailable` when the file cannot be read.
        """
        if not passphrase:
            raise WrongPassphrase("the passphrase is empty")
        path = _real(path)
        try:
            with _file_lock(path, fcntl.LOCK_SH):
                header, _ = _parse(path.read_bytes())
        except OSError as error:
            raise RootKeyUnavailable("the keystore file cannot be read") from error
        kdf = header["kdf"]
        try:
            salt = _bytes(kdf["salt"])
            cost = Argon2Cost(kdf["memory_kib"], kdf["iterations"], kdf["lanes"])
            unlock = _unlock_key(passphrase, salt, cost)
        except (KeyError, TypeError, ValueError):
            raise KeystoreDamaged("the keystore's header is malformed") from None
        store = cls(path, unlock)
        store._load()
        return store

    @property
    def generation(self) -> int:
        """How often the file has been written; named in escrow and erasure records."""
        self._refresh()
        return self._generation

    def wrap(self, bucket: int, plaintext: bytes, aad: bytes) -> tuple[int, bytes]:
        """Wrap under the current epoch key, binding bucket and epoch beside ``aad``."""
        with self._lock:
            epoch = self.current_epoch(bucket)
            cipher = self._cipher(bucket, epoch)
        nonce = os.urandom(_NONCE_BYTES)
        sealed = cipher.encrypt(nonce, plaintext, wrap_aad(bucket, epoch, aad))
        return epoch, nonce + sealed

    def unwrap(self, bucket: int, epoch: int, blob: bytes, aad: bytes) -> bytes:
        """What :meth:`wrap` took. Raises :class:`EpochDestroyed`, :class:`UnwrapRefused`."""
        self._refresh()
        with self._lock:
            cipher = self._cipher(bucket, epoch)
        try:
            return cipher.decrypt(
                blob[:_NONCE_BYTES], blob[_NONCE_BYTES:], wrap_aad(bucket, epoch, aad)
            )
        except (InvalidTag, ValueError):
            raise UnwrapRefused("the wrapped key does not open") from None

    def named_key(self, name: str) -> bytes:
        """HKDF of the file's own random root key, so that one name's key tells no other's."""
        key = self._named.get(name)
        if key is None:
            key = expand(self._root, frame(b"hub named key 1", name.encode()))
            self._named[name] = key
        return key

    def epoch_key(self, bucket: int, epoch: int) -> bytes:
        """The epoch's key. Raises :class:`EpochDestroyed`."""
        self._refresh()
        return self._epoch_key(bucket, epoch)

    def current_epoch(self, bucket: int) -> int:
        """The epoch under which the bucket's keys are wrapped from now on."""
        self._refresh()
        return max(self._bucket(bucket))

    def epochs(self, bucket: int) -> list[int]:
        """The bucket's epochs whose keys are there, the current one last."""
        self._refresh()
        return sorted(self._bucket(bucket))

    def new_epoch(self, bucket: int) -> int:
        """Begin a new epoch of the bucket; the older ones still unwrap. Durable on return.

        Rotation is this, then rewrapping the survivors in one write transaction of the key
        database, then :meth:`destroy_epoch`: a key minted meanwhile is either seen by that
        transaction or already wrapped under the new epoch.
        """
        with self._changing():
            epochs = self._bucket(bucket)
            epoch = max(epochs) + 1
            epochs[epoch] = os.urandom(KEY_BYTES)
            self._made.setdefault(bucket, {})[epoch] = _today()
        return epoch

    def destroy_epoch(self, bucket: int, epoch: int) -> None:
        """Destroy an epoch key; no error if it is gone already, so that a crash can resume.

        Raises ``ValueError`` for the current epoch. The replaced file is overwritten before it
        is let go; copies that a file system or a backup keeps are beyond this program, and the
        threat model says so.
        """
        with self._changing():
            epochs = self._bucket(bucket)
            if epoch == max(epochs):
                raise ValueError("the current epoch cannot be destroyed")
            epochs.pop(epoch, None)
            self._made.get(bucket, {}).pop(epoch, None)

    def epochs_made(self) -> dict[int, dict[int, date | None]]:
        """By bucket, the epochs that are there and the day (UTC) that each was made on; None for
        those of files that were written before days were kept."""
        self._refresh()
        with self._lock:
            return {
                bucket: {
                    epoch: _day(self._made.get(bucket, {}).get(epoch)) for epoch in sorted(epochs)
                }
                for bucket, epochs in self._epochs.items()
            }

    def change_passphrase(self, passphrase: str, cost: Argon2Cost | None = None) -> None:
        """Put the file under another passphrase. Every other process that has it open is stopped
        by :class:`WrongPassphrase` at its next use. Raises ``ValueError`` for an empty one."""
        unlock, kdf = _new_unlock(passphrase, cost or Argon2Cost())
        before = self._unlock
        try:
            with self._changing() as present:
                self._unlock = unlock
                present.update(kdf)
        except BaseException:
            self._unlock = before
            raise

    def escrows(self) -> list[Escrow]:
        """What was given to custodians, the newest last."""
        self._refresh()
        return list(self._escrows)

    def escrow(self, made: date, threshold: int, custodians: int) -> tuple[Escrow, bytes]:
        """Record a new escrow, and give it with the content that it is to hold: secret, and for
        nobody but whoever splits it at once."""
        with self._changing():
            found = Escrow(self._generation + 1, made, threshold, custodians, self._epochs_digest())
            self._escrows.append(found)
            content = self._content()
        return found, content

    def escrow_destroyed(self, generation: int, on: date) -> Escrow:
        """Record that the custodians have destroyed an escrow. Raises ``LookupError`` where there
        is none of that generation; the day of one that is destroyed already stays."""
        with self._changing():
            for at, each in enumerate(self._escrows):
                if each.generation == generation:
                    self._escrows[at] = replace(each, destroyed=each.destroyed or on)
                    return self._escrows[at]
            raise LookupError("no escrow of this generation")

    def holds_all(self, escrow: Escrow) -> bool:
        """Whether an escrow holds the epochs that there are now, and no others."""
        self._refresh()
        with self._lock:
            return escrow.epochs == self._epochs_digest()

    def __repr__(self) -> str:
        return f"RootKeystore(generation {self._generation})"

    def _renew_lock(self) -> None:
        self._lock = threading.RLock()

    def _bucket(self, bucket: int) -> dict[int, bytes]:
        try:
            return self._epochs[bucket]
        except KeyError:
            raise ValueError("no such bucket") from None

    def _epoch_key(self, bucket: int, epoch: int) -> bytes:
        key = self._bucket(bucket).get(epoch)
        if key is None:
            raise EpochDestroyed(f"bucket {bucket} has no key of this epoch")
        return key

    def _cipher(self, bucket: int, epoch: int) -> AESGCM:
        cipher = self._ciphers.get((bucket, epoch))
        if cipher is None:
            cipher = AESGCM(self._epoch_key(bucket, epoch))
            self._ciphers[bucket, epoch] = cipher
        return cipher

    def _refresh(self) -> None:
        """Reload if another process has rewritten the file: one ``stat``, about a microsecond."""
        try:
            stamp = _stamp(os.stat(self._path))
        except OSError as error:
            raise RootKeyUnavailable("the keystore file cannot be reached") from error
        if stamp != self._stamp:
            with self._lock:
                self._load()

    def _load(self) -> None:
        try:
            with _file_lock(self._path, fcntl.LOCK_SH):
                self._read()
        except OSError as error:
            raise RootKeyUnavailable("the keystore file cannot be read") from error

    def _read(self) -> dict[str, Any]:
        """Take over the file's content; gives its ``kdf`` entry. The file lock is held."""
        stamp = _stamp(os.stat(self._path))
        header, sealed = _parse(self._path.read_bytes())
        if not hmac.compare_digest(_bytes(header["check"]), _check(self._unlock)):
            raise WrongPassphrase("the passphrase does not open this keystore")
        try:
            plain = AESGCM(_content_key(self._unlock)).decrypt(
                _bytes(header["nonce"]), sealed, _canonical(header)
            )
        except (InvalidTag, ValueError):
            raise KeystoreDamaged("the keystore's content does not open") from None
        if header["generation"] < self._generation:
            raise KeystoreDamaged("the keystore file is older than the one in use")
        self._take(plain)
        self._generation, self._stamp = header["generation"], stamp
        kdf: dict[str, Any] = header["kdf"]
        return kdf

    def _take(self, plain: bytes) -> None:
        """Take over a content. Raises KeystoreDamaged."""
        try:
            content = json.loads(plain)
            epochs = {
                int(bucket): {int(number): _bytes(key) for number, key in keys.items()}
                for bucket, keys in content["epochs"].items()
            }
            root = _bytes(content["root"])
            made = {
                int(bucket): {int(number): day for number, day in days.items()}
                for bucket, days in content.get("made", {}).items()
            }
            escrows = [
                Escrow(
                    each["generation"],
                    date.fromisoformat(each["made"]),
                    each["threshold"],
                    each["custodians"],
                    each["epochs"],
                    _day(each["destroyed"]),
                )
                for each in content.get("escrows", ())
            ]
        except (AttributeError, KeyError, TypeError, ValueError):
            raise KeystoreDamaged("the keystore's content does not open") from None
        self._root, self._epochs, self._made, self._escrows = root, epochs, made, escrows
        self._ciphers, self._named = {}, {}

    def _content(self) -> bytes:
        """Everything that the file keeps, in clear."""
        return json.dumps(
            {
                "root": _text(self._root),
                "epochs": {
                    str(bucket): {str(number): _text(key) for number, key in keys.items()}
                    for bucket, keys in self._epochs.items()
                },
                "made": self._made,
                "escrows": [asdict(each) for each in self._escrows],
            },
            default=date.isoformat,
        ).encode()

    def _epochs_digest(self) -> str:
        numbers = sorted((bucket, sorted(epochs)) for bucket, epochs in self._epochs.items())
        return hashlib.sha256(json.dumps(numbers).encode()).hexdigest()

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Any]]:
        """Read, change, write, under the exclusive file lock: no other process's change is lost.
        Gives what the file says of its passphrase."""
        with self._lock:
            try:
                with _file_lock(self._path, fcntl.LOCK_EX):
                    kdf = self._read()
                    yield kdf
                    self._write(kdf)
            except BaseException as error:
                self._stamp = ()  # what is in memory may not be in the file: read it again
                if isinstance(error, OSError):
                    raise RootKeyUnavailable("the keystore file cannot be written") from error
                raise

    def _write(self, kdf: dict[str, Any]) -> None:
        """Put a new generation in the file's place, durably. The exclusive lock is held."""
        nonce = os.urandom(_NONCE_BYTES)
        header = {
            "format": _FORMAT,
            "cipher": "AES-256-GCM",
            "generation": self._generation + 1,
            "kdf": kdf,
            "check": _text(_check(self._unlock)),
            "nonce": _text(nonce),
        }
        sealed = AESGCM(_content_key(self._unlock)).encrypt(
            nonce, self._content(), _canonical(header)
        )
        _replace(self._path, _compose(header, sealed))
        self._generation += 1
        self._ciphers = {}
        self._stamp = _stamp(os.stat(self._path))


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(value: str) -> bytes:
    return base64.b64decode(value, validate=True)


def _canonical(header: dict[str, Any]) -> bytes:
    return json.dumps(header, sort_keys=True, separators=(",", ":")).encode()


def wrap_aad(bucket: int, epoch: int, aad: bytes) -> bytes:
    """What a wrapped key is bound to: its bucket and epoch beside the caller's own ``aad``."""
    return frame(b"hub wrap 1", bucket.to_bytes(2, "big"), epoch.to_bytes(8, "big"), aad)


def _unlock_key(passphrase: str, salt: bytes, cost: Argon2Cost) -> bytes:
    if not passphrase:
        raise ValueError("the passphrase is empty")
    # The same characters typed on another system may arrive composed differently (RFC 8265 §4.2).
    secret = unicodedata.normalize("NFC", passphrase)
    return Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    ).derive(secret.encode("utf-8", "surrogatepass"))  # a terminal may hand over stray bytes


def _new_unlock(passphrase: str, cost: Argon2Cost) -> tuple[bytes, dict[str, Any]]:
    """The key that a new passphrase gives, and what the file says of how."""
    salt = os.urandom(16)
    return _unlock_key(passphrase, salt, cost), {**asdict(cost), "salt": _text(salt)}


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _content_key(unlock: bytes) -> bytes:
    return expand(unlock, b"hub keystore content 1")


def _check(unlock: bytes) -> bytes:
    """Tells a wrong passphrase from a damaged file; costs a guesser the same Argon2id as GCM."""
    return expand(unlock, b"hub keystore check 1")


def _stamp(status: os.stat_result) -> tuple[int, ...]:
    return (status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size)


def _compose(header: dict[str, Any], sealed: bytes) -> bytes:
    digest = hashlib.sha256(frame(_canonical(header), sealed)).hexdigest()
    document = {"header": header, "content": _text(sealed), "sha256": digest}
    return json.dumps(document, indent=1).encode()


def _parse(raw: bytes) -> tuple[dict[str, Any], bytes]:
    """Header and sealed content; the digest finds accidental damage before any passphrase."""
    try:
        document = json.loads(raw)
        header, sealed = document["header"], _bytes(document["content"])
        digest = hashlib.sha256(frame(_canonical(header), sealed)).hexdigest()
        sound = (
            hmac.compare_digest(digest, document["sha256"])
            and (header["format"], header["cipher"]) == (_FORMAT, "AES-256-GCM")
            and isinstance(header["generation"], int)
            and isinstance(header["kdf"], dict)
            and len(_bytes(header["check"])) == KEY_BYTES
            and len(_bytes(header["nonce"])) == _NONCE_BYTES
        )
    except (KeyError, TypeError, ValueError, RecursionError):
        raise KeystoreDamaged("the keystore file is malformed") from None
    if not sound:
        raise KeystoreDamaged("the keystore file is damaged or of an unknown format")
    return header, sealed


@contextmanager
def _file_lock(path: Path, kind: int) -> Iterator[None]:
    """Lock a file beside the keystore, not the keystore: its inode changes at each write."""
    lock = os.open(
        path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
    )
    try:
        fcntl.flock(lock, kind)
        yield
    finally:
        os.close(lock)


def _replace(path: Path, content: bytes) -> None:
    """Write beside, flush, rename over, flush the folder; then overwrite what was replaced."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    new = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(new, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    old = os.open(path, os.O_WRONLY | os.O_CLOEXEC) if path.exists() else None
    try:
        os.replace(beside, path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        if old is not None:
            status = os.fstat(old)
            if status.st_nlink == 0:  # another name of the same file is someone's backup
                os.pwrite(old, b"\0" * status.st_size, 0)
                os.fsync(old)
    finally:
        if old is not None:
            os.close(old)
