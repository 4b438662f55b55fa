"""Sealing and opening one field under each suite, and unwrapping a data key from file and token;
of processor time, so that what else runs on the machine does not count."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from hub.encryption.fields import FieldContext, open_, seal
from hub.encryption.keystore import DataKey
from hub.encryption.root import Argon2Cost, RootKey, RootKeystore
from hub.encryption.suites import SUITES
from hub.encryption.token import TokenRootKey, begin_anew
from tests.bench.measure import Measure, alone
from tests.servers import softhsm

TIMES = 5_000
VALUE = "浦东示例路1号201室"
NAMES = {b"A1": "AES-256-GCM", b"G1": "SM4-GCM, SM3"}


def _microseconds(work: Callable[[], object]) -> Callable[[], float]:
    def run() -> float:
        start = time.process_time()
        for _ in range(TIMES):
            work()
        return (time.process_time() - start) / TIMES * 1e6

    return run


def measures(folder: Path) -> list[Measure]:
    """All of them."""
    child = uuid4()
    key = DataKey(child, "contact", 1, os.urandom(32))
    place = FieldContext(
        child, "contact", "address", uuid4(), uuid4(), 1, "child_file.told.v1", "town:310117001"
    )
    found: list[Measure] = []
    for suite in SUITES:
        token = seal(key, place, VALUE, suite)
        named = f"a field under {suite.decode()} ({NAMES[suite]})"
        for verb, work in (
            ("seal", lambda suite=suite: seal(key, place, VALUE, suite)),
            ("open", lambda token=token: open_(key, place, token)),
        ):
            found.append(alone(f"{verb} {named}", _microseconds(work), unit="µs", aim=""))
    roots: dict[str, RootKey] = {
        "the keystore file": RootKeystore.create(
            folder / "root.keystore", "bench", Argon2Cost(8 * 1024, 1, 1)
        ),
        "a SoftHSM2 token": _token(folder),
    }
    for where, root in roots.items():
        epoch, blob = root.wrap(5, key.key, b"place")

        def unwrap(root: RootKey = root, epoch: int = epoch, blob: bytes = blob) -> bytes:
            return root.unwrap(5, epoch, blob, b"place")

        found.append(alone(f"unwrap a data key, {where}", _microseconds(unwrap), unit="µs", aim=""))
    return found


def _token(folder: Path) -> TokenRootKey:
    softhsm.new_token(folder)
    os.environ.update(softhsm.configured(folder))
    begin_anew(softhsm.module())
    mark = folder / "root.pkcs11"
    return TokenRootKey.create(softhsm.module(), softhsm.LABEL, softhsm.PIN, mark)
