"""``python -m tests.bench [GROUP …]``: take every measure, or those of some groups; print the
table, write latest.json."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.bench import (
    audit,
    decisions,
    erasure,
    fields,
    following,
    http,
    intake,
    latency,
    pages,
    privacy,
    releases,
    shared_log,
    store,
    views,
    writers,
)
from tests.bench.measure import Measure, report

GROUPS = {
    "fields": fields.measures,
    "store": store.measures,
    "views": views.measures,
    "intake": intake.measures,
    "writers": writers.measures,
    "following": following.measures,
    "http": http.measures,
    "shared_log": shared_log.measures,
    "latency": latency.measures,
    "releases": releases.measures,
    "audit": audit.measures,
    "privacy": privacy.measures,
    "decisions": decisions.measures,
    "erasure": erasure.measures,
    "pages": pages.measures,
}


def main(wanted: list[str]) -> None:
    """Each group in a folder of its own, gone afterwards."""
    found: list[Measure] = []
    for name in wanted or GROUPS:
        with tempfile.TemporaryDirectory() as folder:
            found.extend(GROUPS[name](Path(folder)))
    suffix = "-".join(wanted)
    report(found, Path(__file__).parent / (f"latest-{suffix}.json" if suffix else "latest.json"))


if __name__ == "__main__":
    main(sys.argv[1:])
