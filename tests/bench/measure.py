"""How a measure is taken: sides in turn, medians, ratios; printed as a table and kept as JSON."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Measure:
    """One row: ``ours`` against ``other`` (None: nothing to compare with), and their ratio."""

    name: str
    ours: float
    other: float | None
    ratio: float | None
    unit: str
    aim: str


def rate(work: Callable[[], int]) -> float:
    """Things per second of one run of ``work``, which gives how many things it did."""
    start = time.perf_counter()
    count = work()
    return count / (time.perf_counter() - start)


def in_turn(
    name: str,
    ours: Callable[[], int],
    other: Callable[[], int],
    *,
    unit: str,
    aim: str,
    rounds: int = 5,
) -> Measure:
    """Medians of two sides run A B A B …, and the median of the ratios pair by pair."""
    pairs = [(rate(ours), rate(other)) for _ in range(rounds)]
    return Measure(
        name,
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(a / b for a, b in pairs),
        unit,
        aim,
    )


def alone(name: str, ours: Callable[[], float], *, unit: str, aim: str, rounds: int = 3) -> Measure:
    """The median of several runs of one side."""
    return Measure(name, statistics.median(ours() for _ in range(rounds)), None, None, unit, aim)


def report(measures: list[Measure], path: Path) -> None:
    """Print the table and write the JSON."""
    table = Table("measure", "ours", "other", "ratio", "unit", "aim")
    for m in measures:
        table.add_row(
            m.name,
            f"{m.ours:,.2f}",
            "" if m.other is None else f"{m.other:,.2f}",
            "" if m.ratio is None else f"{m.ratio:.2f}",
            m.unit,
            m.aim,
        )
    Console(width=120).print(table)
    path.write_text(json.dumps([asdict(m) for m in measures], indent=2) + "\n")
