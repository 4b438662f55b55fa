"""What an operator does with keys: see how they are, rotate every level, revoke, keep the root in
escrow. Nothing here shows key material, but for the shares that an escrow is split into."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from hub.bootstrap import Program, uninitialised
from hub.encryption import escrow
from hub.encryption.escrow import EscrowRefused
from hub.encryption.root import BUCKETS, Argon2Cost, Escrow, RootKeystore
from hub.releases.registry import PublicKeyring
from hub.rootkey import open_root
from hub.settings import DataFolder, DataFolderError, Settings

__all__ = ["Escrow", "EscrowRefused"]

EVERY_BUCKET = range(BUCKETS)


class NoSuchKey(Exception):
    """There is no data key of this subject and category."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bucket: its epochs with the day each was made on, and the data keys they wrap."""

    number: int
    epochs: dict[int, date | None]
    keys: int


@dataclass(frozen=True, slots=True)
class CategoryKeys:
    """The data keys of one category: how many, and of how many subjects."""

    category: str
    keys: int
    subjects: int


@dataclass(frozen=True, slots=True)
class Keys:
    """How the keys are. ``lost`` counts data keys whose epoch key is not there."""

    root: str
    generation: int
    suite: str
    """What fields are sealed by from now on."""
    revocation_counter: int
    buckets: list[Bucket]
    categories: list[CategoryKeys]
    lost: int
    escrows: list[Escrow]
    escrowed: bool
    """Whether an escrow that is not destroyed holds the epochs that there are now."""

    @property
    def unfinished(self) -> list[int]:
        """Buckets with more than one epoch: their rotation was broken off."""
        return [each.number for each in self.buckets if len(each.epochs) > 1]

    @property
    def oldest(self) -> date | None:
        """The day of the oldest epoch; None where it is not known of one."""
        days = [day for each in self.buckets for day in each.epochs.values()]
        known = [day for day in days if day is not None]
        return min(known) if len(known) == len(days) else None


def keys_of(hub: Program) -> Keys:
    """How the keys are now. Raises what says that the keys cannot be read."""
    counts = hub.keys.counts()
    made = hub.root.epochs_made()
    by_bucket: dict[int, int] = defaultdict(int)
    by_category: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for each in counts:
        by_bucket[each.bucket] += each.keys
        by_category[each.category][0] += each.keys
        by_category[each.category][1] += each.current
    escrows = hub.root.escrows() if isinstance(hub.root, RootKeystore) else []
    return Keys(
        root="file" if isinstance(hub.root, RootKeystore) else "pkcs11",
        generation=hub.root.generation,
        suite=hub.keys.suite.decode(),
        revocation_counter=hub.keys.revocation_counter(),
        buckets=[Bucket(number, made[number], by_bucket[number]) for number in sorted(made)],
        categories=[CategoryKeys(name, *by_category[name]) for name in sorted(by_category)],
        lost=sum(each.keys for each in counts if each.epoch not in made.get(each.bucket, ())),
        escrows=escrows,
        escrowed=isinstance(hub.root, RootKeystore)
        and any(each.destroyed is None and hub.root.holds_all(each) for each in escrows),
    )


def key_pairs_of(hub: Program, organisation: str) -> list[tuple[datetime, datetime | None]]:
    """From when on, and until when, each key pair that an organisation's own server has or had."""
    keyring = PublicKeyring(hub.storage)
    try:
        return keyring.since(organisation)
    finally:
        keyring.close()


def rotate_buckets(hub: Program, buckets: Sequence[int], step: Callable[[int, int], None]) -> int:
    """Wrap the data keys of buckets under new epoch keys and destroy the older ones; gives how
    many keys. Broken off, it is begun again: each bucket is whole. ``step`` is told (done, all).
    """
    rewrapped = 0
    for done, bucket in enumerate(buckets, 1):
        rewrapped += hub.keys.rotate_bucket(bucket)
        step(done, len(buckets))
    return rewrapped


def renew_data_key(hub: Program, subject: UUID, category: str) -> int:
    """A new version of a data key: later events are sealed by it, older ones stay readable for
    those who are given their keys, and no process uses a cached key any more. Gives the version.
    Raises :class:`NoSuchKey`, and SubjectErased."""
    if hub.keys.latest(subject, category) == 0:
        raise NoSuchKey
    return hub.keys.new_version(subject, category).version


def revoke_organisation(hub: Program, organisation: str) -> tuple[int, bool]:
    """End an organisation's key pairs and its people's tokens, and void every cache. Gives how
    many tokens, and whether it had key pairs. Raises UnknownOrganisation."""
    known = hub.directory.organisation(organisation)
    keyring = PublicKeyring(hub.storage)
    try:
        had = keyring.end(known.id, hub.clock.now())
    finally:
        keyring.close()
    tokens = hub.directory.revoke_organisation(known.id)
    hub.keys.revoke()
    return tokens, had


def revoke_person(hub: Program, login: str) -> int:
    """End a person's tokens and void every cache; gives how many. Raises LookupError where nobody
    has this login."""
    user = hub.directory.user(login)
    if user is None:
        raise LookupError("no such login")
    tokens = hub.directory.revoke_tokens(user)
    hub.keys.revoke()
    return tokens


def revoke_session(hub: Program, token: str) -> bool:
    """End one token and void every cache; False where it is none."""
    ended = hub.directory.revoke_token(token)
    hub.keys.revoke()
    return ended


def read_passphrase(settings: Settings, file: Path) -> str:
    """A passphrase from a file, or typed in for ``-``. Raises DataFolderError."""
    named = settings.model_copy(update={"passphrase_file": file})
    return DataFolder(settings.data).passphrase(named)


def change_passphrase(settings: Settings, passphrase: str, cost: Argon2Cost | None = None) -> None:
    """Put the root keystore under another passphrase; processes that run are stopped by it and
    have to be started with the new one. Raises DataFolderError for a token."""
    _file(settings).change_passphrase(passphrase, cost)


def split_escrow(
    settings: Settings, threshold: int, custodians: int, folder: Path, on: date
) -> tuple[Escrow, list[Path]]:
    """Put the root keystore into escrow: the sealed copy, then a file for each custodian, into a
    folder outside of the data folder (mode 0600; nothing is overwritten). Gives the record and
    the files. Raises ValueError as :func:`hub.encryption.escrow.split`, FileExistsError, and
    DataFolderError for a token or a folder inside of the data folder."""
    root = _file(settings)
    if folder.resolve().is_relative_to(settings.data.resolve()):
        raise DataFolderError("份额不能写进数据文件夹：数据的备份会把它们带走。请换一个文件夹。")
    made = escrow.split(root, threshold, custodians, on)
    generation = made.escrow.generation
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = [folder / f"escrow-{generation}.json"]
    _write_new(files[0], made.copy)
    for number, words in enumerate(made.shares, 1):
        file = folder / f"escrow-{generation}-share-{number}.txt"
        _write_new(file, _share_text(made.escrow, number, words).encode())
        files.append(file)
    return made.escrow, files


def check_escrow(copy: Path, shares: Iterable[Path]) -> escrow.Opened:
    """Open an escrow without restoring it. Raises EscrowRefused, OSError."""
    return escrow.open_(copy.read_bytes(), [_words(path) for path in shares])


def restore_escrow(settings: Settings, copy: Path, shares: Iterable[Path]) -> int:
    """Make a lost root keystore again from an escrow, under the passphrase that the settings name
    (or a new one in the data folder); gives the escrow's generation. Raises EscrowRefused,
    OSError, and DataFolderError where there is a root key already."""
    folder = DataFolder(settings.data)
    if folder.exists:
        raise DataFolderError(
            "数据文件夹里已有根密钥，没有改动。确认它已损坏的，请先把 root.keystore 移走再恢复。"
        )
    opened = check_escrow(copy, shares)
    folder.create()
    escrow.restore(opened, folder.keystore, folder.passphrase(settings, create=True))
    return opened.generation


def escrows_of(settings: Settings) -> list[tuple[Escrow, bool]]:
    """What was put into escrow, and whether each holds the epochs that there are now."""
    root = _file(settings)
    return [(each, root.holds_all(each)) for each in root.escrows()]


def escrow_destroyed(settings: Settings, generation: int, on: date) -> Escrow:
    """Record that the custodians have destroyed an escrow. Raises LookupError."""
    root = _file(settings)
    return root.escrow_destroyed(generation, on)


def _file(settings: Settings) -> RootKeystore:
    folder = DataFolder(settings.data)
    if not folder.exists:
        raise uninitialised(settings.data)
    root = open_root(folder, settings)
    if not isinstance(root, RootKeystore):
        raise DataFolderError(
            "根密钥在密码设备里，不能取出，本命令不适用。"
            "请用设备厂商的办法备份设备、更改 PIN，并由两名以上保管人分管。"
        )
    return root


def _share_text(made: Escrow, number: int, words: str) -> str:
    return (
        f"# 根密钥托管份额（保密），第{made.generation}代，{made.made.isoformat()}制作\n"
        f"# 共{made.custodians}份，任意{made.threshold}份与托管副本"
        f"escrow-{made.generation}.json一起可以恢复根密钥\n"
        f"# 第{number}份：由保管人一人保管，不要与副本或其他份额放在一起\n"
        f"{words}\n"
    )


def _words(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return " ".join(line for line in lines if not line.lstrip().startswith("#"))


def _write_new(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
