"""``python -m tests.bench``: take every measure, print the table, write latest.json."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.bench import following, intake, store, views, writers
from tests.bench.measure import Measure, report


def main() -> None:
    """Each group in a folder of its own, gone afterwards."""
    found: list[Measure] = []
    for group in (
        store.measures,
        views.measures,
        intake.measures,
        writers.measures,
        following.measures,
    ):
        with tempfile.TemporaryDirectory() as folder:
            found.extend(group(Path(folder)))
    report(found, Path(__file__).parent / "latest.json")


if __name__ == "__main__":
    main()
