"""The root key on a PKCS#11 token (密码设备): epoch keys that never leave it.

Every epoch key is an AES object of the token, sensitive and not extractable; data keys are wrapped
and unwrapped by AES-GCM inside of it. Named keys are HMACs under one more such object. That
object's ``CKA_ID`` counts the changes, so that a process sees what another one changed.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import pkcs11
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, MechanismFlag, ObjectClass
from pkcs11 import exceptions as p11

from hub.encryption.derive import frame
from hub.encryption.root import (
    BUCKETS,
    EpochDestroyed,
    KeystoreDamaged,
    RootKeyUnavailable,
    UnwrapRefused,
    WrongPassphrase,
    wrap_aad,
)

_EPOCH = "hub epoch"
_NAMED = "hub named"
_ID = struct.Struct(">HQI")
"""An epoch key's ``CKA_ID``: bucket, epoch, and the day on which it was made."""
_FORMAT = 1
_NONCE_BYTES = 12
_TAG_BYTES = 16

_LOST = (
    p11.SessionHandleInvalid,
    p11.SessionClosed,
    p11.UserNotLoggedIn,
    p11.DeviceRemoved,
    p11.TokenNotPresent,
)
"""The session is gone, the token perhaps not: worth one new session."""
_NO_OBJECT = (p11.ObjectHandleInvalid, p11.KeyHandleInvalid)
"""The object was destroyed by another process: worth one look at what there is."""
_REFUSED = (p11.EncryptedDataInvalid, p11.EncryptedDataLenRange, p11.DataInvalid, p11.DataLenRange)
_UNCLEAR = (p11.GeneralError, p11.FunctionFailed)
"""What tokens also say of a wrong tag (SoftHSM does)."""

_T = TypeVar("_T")


class TokenRootKey:
    """The root key on one token of a PKCS#11 module; a :class:`~hub.encryption.root.RootKey`.

    Safe for threads, for forked children and for several processes: a change made by one is seen
    by the others at their next use. Make one with :meth:`create`, get it again with :meth:`open`.
    A small file in the data folder (``mark``) says which token it is; it holds no secret, and
    whoever changes epochs locks it.
    """

    def __init__(self, module: Path, label: str, pin: str, mark: Path) -> None:
        self._module = _module(module)
        self._label = label
        self._pin = pin
        self._mark = mark
        self._life = -1
        self._session: Any = None
        self._named: Any = None
        self._changes = 0
        self._epochs: dict[int, dict[int, Any]] = {}
        self._names: dict[str, bytes] = {}

    @classmethod
    def create(cls, module: Path, label: str, pin: str, mark: Path) -> TokenRootKey:
        """Make what is missing of the keys on the token, a first epoch key in every bucket, and
        then the mark. Broken off, it is begun again.

        Raises ``FileExistsError`` where there is a mark, and as :meth:`open`.
        """
        root = cls(module, label, pin, mark)
        mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(mark):
            if mark.exists():
                raise FileExistsError("there is a root key of this data folder already")
            root._on_token(root._make, attached=False)
            serial = root._on_token(root._serial)
            _write(mark, {"format": _FORMAT, "token": label, "serial": serial})
        return root

    @classmethod
    def open(cls, module: Path, label: str, pin: str, mark: Path) -> TokenRootKey:
        """Log in to the token. Raises :class:`WrongPassphrase` for a wrong PIN,
        :class:`RootKeyUnavailable` where module or token cannot be reached, and
        :class:`KeystoreDamaged` where it is not the token that the mark names."""
        try:
            marked = json.loads(mark.read_text())
            serial = marked["serial"] if marked["format"] == _FORMAT else None
        except OSError as error:
            raise RootKeyUnavailable("the token's mark cannot be read") from error
        except (KeyError, TypeError, ValueError):
            raise KeystoreDamaged("the token's mark is malformed") from None
        root = cls(module, label, pin, mark)
        if root._on_token(root._serial, attached=False) != serial:
            raise KeystoreDamaged("this is another token than the data folder's")
        root.epochs(0)
        return root

    def wrap(self, bucket: int, plaintext: bytes, aad: bytes) -> tuple[int, bytes]:
        """Wrap under the current epoch key, on the token, binding bucket and epoch as well."""

        def work() -> tuple[int, bytes]:
            epochs = self._bucket(bucket)
            epoch = max(epochs)
            place = wrap_aad(bucket, epoch, aad)
            return epoch, _encrypt(epochs[epoch], plaintext, place)

        return self._on_token(work)

    def unwrap(self, bucket: int, epoch: int, blob: bytes, aad: bytes) -> bytes:
        """What :meth:`wrap` took. Raises :class:`EpochDestroyed`, :class:`UnwrapRefused`."""

        def work() -> bytes:
            key = self._bucket(bucket).get(epoch)
            if key is None:
                self._read_epochs()  # its maker may have died before it counted the change
                key = self._bucket(bucket).get(epoch)
            if key is None:
                raise EpochDestroyed(f"bucket {bucket} has no key of this epoch")
            return _decrypt(key, blob, wrap_aad(bucket, epoch, aad))

        return self._on_token(work)

    def named_key(self, name: str) -> bytes:
        """HMAC-SHA256 on the token under a key that stays there: HKDF's expand step, one block."""
        key = self._names.get(name)
        if key is None:
            info = frame(b"hub named key 1", name.encode()) + b"\x01"
            key = self._on_token(
                lambda: bytes(self._named.sign(info, mechanism=Mechanism.SHA256_HMAC))
            )
            self._names[name] = key
        return key

    def epochs(self, bucket: int) -> list[int]:
        """The bucket's epochs whose keys are there, the current one last."""
        return self._on_token(lambda: sorted(self._bucket(bucket)))

    def new_epoch(self, bucket: int) -> int:
        """Begin a new epoch of the bucket; the older ones still unwrap. Durable on return."""

        def work() -> int:
            self._read_epochs()
            epochs = self._bucket(bucket)
            epoch = max(epochs) + 1
            epochs[epoch] = _generate(self._session, bucket, epoch)
            self._count()
            return epoch

        with _locked(self._mark):
            return self._on_token(work)

    def destroy_epoch(self, bucket: int, epoch: int) -> None:
        """Destroy an epoch key's object; no error if it is gone already. Raises ``ValueError`` for
        the current epoch. Backups of the token itself are beyond this program."""

        def work() -> None:
            self._read_epochs()
            epochs = self._bucket(bucket)
            if epoch == max(epochs):
                raise ValueError("the current epoch cannot be destroyed")
            key = epochs.pop(epoch, None)
            if key is not None:
                key.destroy()
            self._count()

        with _locked(self._mark):
            self._on_token(work)

    def epochs_made(self) -> dict[int, dict[int, date | None]]:
        """By bucket, the epochs that are there and the day that each was made on."""

        def work() -> dict[int, dict[int, date | None]]:
            return {
                bucket: {epoch: _day(epochs[epoch]) for epoch in sorted(epochs)}
                for bucket, epochs in self._epochs.items()
            }

        return self._on_token(work)

    @property
    def generation(self) -> int:
        """How often the epochs have been changed; named in erasure records."""
        return self._on_token(lambda: self._changes)

    def __repr__(self) -> str:
        return f"TokenRootKey({self._label!r})"

    def _on_token(self, work: Callable[[], _T], *, attached: bool = True) -> _T:
        """Do ``work`` while nothing else in this process uses the module; once more in a new
        session where the old one was lost. Raises what the class says."""
        with self._module.alone():
            for again in (True, False):
                try:
                    self._attach(keys=attached)
                    return work()
                except _LOST as error:
                    if not again:
                        raise RootKeyUnavailable("the token's session was lost") from error
                    self._module.end()
                except _NO_OBJECT as error:
                    if not again:
                        raise RootKeyUnavailable("an object of the token is gone") from error
                    self._life = -1
                except (p11.PinIncorrect, p11.PinInvalid, p11.PinLenRange):
                    raise WrongPassphrase("the PIN does not open this token") from None
                except p11.PKCS11Error as error:
                    raise RootKeyUnavailable("the token failed") from error
        raise AssertionError("unreachable")

    def _attach(self, *, keys: bool) -> None:
        """Have a session, and know the epochs as they are now."""
        if self._session is None or self._life != self._module.life:
            self._session = self._module.session(self._label, self._pin)
            self._life, self._named = self._module.life, None
        if not keys:
            return
        if self._named is None:
            self._named = self._named_object()
            if self._named is None:
                raise RootKeyUnavailable("there is no root key on this token")
            self._read_epochs()
        changes = int.from_bytes(self._named[Attribute.ID], "big")
        if changes < self._changes:
            raise KeystoreDamaged("the token is older than the one in use")
        if changes != self._changes:
            self._read_epochs()
            self._changes = changes

    def _make(self) -> None:
        there = {bucket for bucket, keys in _epochs_of(self._session).items() if keys}
        for bucket in range(BUCKETS):
            if bucket not in there:
                _generate(self._session, bucket, 1)
        if self._named_object() is None:
            self._session.generate_key(
                KeyType.GENERIC_SECRET,
                256,
                mechanism=Mechanism.GENERIC_SECRET_KEY_GEN,
                label=_NAMED,
                id=(1).to_bytes(8, "big"),
                store=True,
                capabilities=MechanismFlag.SIGN,
                template={**_KEPT, Attribute.MODIFIABLE: True},
            )

    def _named_object(self) -> Any:
        found = self._session.get_objects(
            {Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.LABEL: _NAMED}
        )
        return next(iter(list(found)), None)

    def _serial(self) -> str:
        return str(self._session.token.serial.hex())

    def _bucket(self, bucket: int) -> dict[int, Any]:
        try:
            return self._epochs[bucket]
        except KeyError:
            if 0 <= bucket < BUCKETS:
                raise KeystoreDamaged("the token has no key of this bucket") from None
            raise ValueError("no such bucket") from None

    def _read_epochs(self) -> None:
        self._epochs = _epochs_of(self._session)

    def _count(self) -> None:
        """Tell every other process that the epochs have changed."""
        self._changes = int.from_bytes(self._named[Attribute.ID], "big") + 1
        self._named[Attribute.ID] = self._changes.to_bytes(8, "big")


_KEPT: dict[Attribute, Any] = {
    Attribute.PRIVATE: True,
    Attribute.SENSITIVE: True,
    Attribute.EXTRACTABLE: False,
}
"""What makes a key stay on its token."""


def _generate(session: Any, bucket: int, epoch: int) -> Any:
    return session.generate_key(
        KeyType.AES,
        256,
        label=_EPOCH,
        # The day as well: SoftHSM2 takes a CKA_START_DATE and does not give it back.
        id=_ID.pack(bucket, epoch, datetime.now(UTC).date().toordinal()),
        store=True,
        capabilities=MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT,
        template=_KEPT,
    )


def _epochs_of(session: Any) -> dict[int, dict[int, Any]]:
    """Every epoch key on the token, by bucket and epoch."""
    found: dict[int, dict[int, Any]] = {}
    wanted = {Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.LABEL: _EPOCH}
    for key in list(session.get_objects(wanted)):
        try:
            name = key[Attribute.ID]
        except _NO_OBJECT:
            continue  # destroyed since it was found
        bucket, epoch, _ = _ID.unpack(name)
        if found.setdefault(bucket, {}).setdefault(epoch, key) is not key:
            raise KeystoreDamaged("the token has two keys of one epoch")
    return found


def _day(key: Any) -> date:
    return date.fromordinal(_ID.unpack(key[Attribute.ID])[2])


def _encrypt(key: Any, plaintext: bytes, aad: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    sealed = key.encrypt(
        plaintext,
        mechanism=Mechanism.AES_GCM,
        mechanism_param=GCMParams(nonce, aad, _TAG_BYTES * 8),
    )
    return nonce + bytes(sealed)


def _decrypt(key: Any, blob: bytes, aad: bytes) -> bytes:
    if len(blob) < _NONCE_BYTES + _TAG_BYTES:
        raise UnwrapRefused("the wrapped key does not open")
    try:
        return bytes(
            key.decrypt(
                blob[_NONCE_BYTES:],
                mechanism=Mechanism.AES_GCM,
                mechanism_param=GCMParams(blob[:_NONCE_BYTES], aad, _TAG_BYTES * 8),
            )
        )
    except _REFUSED:
        raise UnwrapRefused("the wrapped key does not open") from None
    except _UNCLEAR:
        # A token that fails must not pass for a forged key: it still works for something else.
        _encrypt(key, b"", b"")
        raise UnwrapRefused("the wrapped key does not open") from None


class _Module:
    """A PKCS#11 library in this process: one session a token, one operation at a time.

    The standard makes a forked child begin anew, and gives one login to the whole process.
    """

    def __init__(self, path: Path) -> None:
        self.life = 0
        self._path = str(path)
        self._library: Any = None
        self._begun_at = 0
        self._sessions: dict[str, tuple[str, Any]] = {}
        self._lock = threading.RLock()
        # Nobody is inside of the library while the process is copied.
        os.register_at_fork(
            before=lambda: self._lock.acquire(),
            after_in_parent=lambda: self._lock.release(),
            after_in_child=self._forked,
        )

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nothing else of this process uses the library until the block ends."""
        with self._lock:
            yield

    def session(self, label: str, pin: str) -> Any:
        """The session on the token. Raises what the library does, and WrongPassphrase."""
        known = self._sessions.get(label)
        if known is None:
            token = self._begun().get_token(token_label=label)
            known = pin, token.open(rw=True, user_pin=pin)
            self._sessions[label] = known
        elif not hmac.compare_digest(known[0].encode(), pin.encode()):
            raise WrongPassphrase("the PIN does not open this token")
        return known[1]

    def end(self) -> None:
        """Give up every session of this process; the next use begins anew."""
        with self._lock:
            self.life += 1
            self._sessions = {}

    def _begun(self) -> Any:
        """The library, initialised since the last :meth:`end`."""
        if self._library is not None and self._begun_at != self.life:
            # A forked child has nothing to end, and a lost token no answer.
            with suppress(p11.PKCS11Error):
                self._library.finalize()
        try:
            self._library = pkcs11.lib(self._path)
        except RuntimeError as error:  # what it raises for a missing file as well
            raise RootKeyUnavailable("the PKCS#11 module cannot be loaded") from error
        self._begun_at = self.life
        return self._library

    def _forked(self) -> None:
        self._lock = threading.RLock()
        self.end()


_MODULES: dict[str, _Module] = {}
_MODULES_LOCK = threading.Lock()


def _module(path: Path) -> _Module:
    with _MODULES_LOCK:
        found = _MODULES.get(str(path))
        if found is None:
            found = _MODULES[str(path)] = _Module(path)
        return found


def begin_anew(module: Path) -> None:
    """Give up every session on the module's tokens: whoever changed the module's own
    configuration has it read again."""
    _module(module).end()


@contextmanager
def _locked(mark: Path) -> Iterator[None]:
    """One at a time changes epochs, of all processes that share the data folder."""
    try:
        lock = os.open(
            mark.with_name(mark.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
        )
    except OSError as error:
        raise RootKeyUnavailable("the token's mark cannot be locked") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _write(mark: Path, content: dict[str, Any]) -> None:
    with os.fdopen(os.open(mark, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
