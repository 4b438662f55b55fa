"""What a leaf costs while the tree grows: written, proved, and verified, in time of the processor.

What a flush to the disk adds is the disk's, the same for one entry as for fifty, and no more for a
large tree than for a small one.
"""

from __future__ import annotations

import time
from pathlib import Path

from hub.audit.log import AccessLog
from hub.audit.trail import Trail
from hub.audit.tree import Tree
from hub.eventstore.opening import open_recorder
from hub.storage.sqlite import FolderStorage
from tests.audit.conftest import SIGNER, entry
from tests.bench.measure import Measure, alone

SIZES = (1, 10_000, 1_000_000)
PAGE = 50
"""Children of a list page: their entries are written together."""
PAGES = 40
FILL = 5_000
VERIFIED = 10_000
"""At which size all of it is recomputed."""


def measures(folder: Path) -> list[Measure]:
    """On one log that grows from size to size; all figures on SQLite, synchronous=FULL."""
    storage = FolderStorage(folder)
    log, recorder = AccessLog(storage, create=True), open_recorder(storage, create=True)
    trail = Trail(storage, recorder, SIGNER)
    page = [entry(number) for number in range(PAGE)]
    filling = [entry(number) for number in range(FILL)]
    found: list[Measure] = []

    def pages() -> float:
        start = time.process_time()
        for _ in range(PAGES):
            log.append(page)
        return (time.process_time() - start) / (PAGES * PAGE) * 1e6

    def singly() -> float:
        start = time.process_time()
        for _ in range(PAGES):
            log.append(page[:1])
        return (time.process_time() - start) / PAGES * 1e6

    def proofs() -> float:
        size = trail.size(Tree.ACCESS)
        start = time.process_time()
        for number in range(PAGES):
            trail.inclusion(Tree.ACCESS, number * size // PAGES, size)
        return (time.process_time() - start) / PAGES * 1e6

    for size in SIZES:
        while (there := trail.size(Tree.ACCESS)) < size:
            log.append(filling[: size - there])
        leaves = f"{size:,} leaves"
        for name, measure in (
            (f"audit leaf, {PAGE} together, {leaves}", pages),
            (f"audit leaf, one alone, {leaves}", singly),
            (f"inclusion proof, {leaves}", proofs),
        ):
            found.append(alone(name, measure, unit="µs", aim="–"))
        if size == VERIFIED:
            start = time.process_time()
            verified = trail.verify()
            each = (time.process_time() - start) / verified.entries * 1e6
            if verified.findings:
                raise AssertionError(verified.findings[:3])
            found.append(Measure("verify, an entry and its leaf", each, None, None, "µs", "–"))
    for opened in (trail, recorder, log):
        opened.close()
    return found
