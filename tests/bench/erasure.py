"""One child's erasure among 100,000: from the approval to the deleted keys, and the epoch key.

The key database is filled with the keys of so many others, and the log with as many receipts; the
steps are those of the program itself, on SQLite files.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import time
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from hub.bootstrap import Program
from hub.encryption.keystore import KeyStore
from hub.erasure.journal import Step
from tests.bench.measure import Measure
from tests.erasure.office import APPROVES, ask, child_with_a_file
from tests.program import running

OTHERS = 100_000
CATEGORIES = ("who", "contact")
ERASED = 3
_BATCH = 5_000


def _fill(hub: Program) -> None:
    """Keys of so many other children, and a receipt of each."""
    keys: KeyStore = hub.keys
    for _ in range(0, OTHERS, _BATCH):
        others = [uuid4() for _ in range(_BATCH)]
        keys.ensure([(each, category) for each in others for category in CATEGORIES])
    with closing(sqlite3.connect(hub.folder.root / "events.sqlite")) as log, log:
        log.executemany(
            "INSERT INTO receipts VALUES (?,1,?,?,'town:310117001','bench',1,?,'2025-03-03')",
            (
                (os.urandom(32), os.urandom(32), f"bench-{number}", str(uuid4()))
                for number in range(OTHERS)
            ),
        )


def measures(folder: Path) -> list[Measure]:
    """Milliseconds of each step, the median of a few erasures."""
    took: dict[str, list[float]] = {}
    with running(folder / "data") as hub:
        children = [child_with_a_file(hub, number) for number in range(ERASED)]
        _fill(hub)
        for child in children:
            ask(hub, child)
            last = time.perf_counter()

            def after(step: str) -> None:
                nonlocal last
                now = time.perf_counter()
                took.setdefault(step, []).append((now - last) * 1000)
                last = now

            hub.erasures._after = after
            begun = time.perf_counter()
            hub.erasures.approve(child, APPROVES)
            took.setdefault("at once", []).append((time.perf_counter() - begun) * 1000)
            last = begun = time.perf_counter()
            hub.erasures.resume(rotate_now=True)
            took.setdefault("epoch and receipt", []).append((time.perf_counter() - begun) * 1000)
    names = {
        "at once": f"erase one of {OTHERS:,} children: approved to keys and index deleted",
        "approved": "  approval and fence events, receipts closed",
        Step.FENCE.value: "  fence",
        Step.KEYS.value: "  data keys deleted",
        Step.INDEX.value: "  indexes and blobs",
        "epoch and receipt": "  bucket rotated, epoch key destroyed, receipt",
    }
    return [
        Measure(name, statistics.median(took[step]), None, None, "ms", "")
        for step, name in names.items()
    ]
