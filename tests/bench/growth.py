"""``python -m tests.bench.growth``: the demo with N and with ten times N children.

Each in a process of its own, which tells its time and its greatest memory. Ten times the children
may take at most eleven times the time and one and a half times the memory: what grows faster would
stop a district that is larger than the demo.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from hub.demo import DemoOptions, run_demo
from tests.bench.measure import Measure, report

TIMES = 10
MOST_TIME = 11.0
MOST_MEMORY = 1.5
LIMIT = 7200
"""Seconds after which a demo is broken off."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a demo took: seconds by the clock and of the processor, greatest memory in MiB."""

    events: int
    seconds: float
    processor: float
    memory: float


def _run(children: int, days: int) -> Cost:
    """The demo in this process."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        summary = run_demo(DemoOptions(Path(folder) / "data", children, days))
        seconds = time.perf_counter() - begun
    used = resource.getrusage(resource.RUSAGE_SELF)
    # Linux gives KiB, macOS bytes.
    scale = 1024 if sys.platform != "darwin" else 1024 * 1024
    return Cost(summary.events, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / scale)


def _apart(children: int, days: int) -> Cost:
    """The demo in a process of its own: memory once taken is not given back."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench.growth", "--one", str(children), str(days)],
        stdout=subprocess.PIPE,
        timeout=LIMIT,
        check=True,
    )
    return Cost(**json.loads(ran.stdout))


def grown(small: list[Cost], big: Cost) -> list[Measure]:
    """Ratios of the big demo to the small ones' mean."""

    def measure(name: str, unit: str, aim: str) -> Measure:
        before = statistics.mean(getattr(each, name) for each in small)
        after = getattr(big, name)
        return Measure(name, after, before, after / before, unit, aim)

    return [
        measure("events", "", ""),
        measure("seconds", "s", f"ratio <= {MOST_TIME}"),
        measure("processor", "s", ""),
        measure("memory", "MiB", f"ratio <= {MOST_MEMORY}"),
    ]


def main() -> int:
    """Small, big, small, so that a machine that others use as well is met with on both sides."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("children", type=int)
    parser.add_argument("days", type=int)
    parser.add_argument("--one", action="store_true")
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(asdict(_run(asked.children, asked.days))))
        return 0
    small = [_apart(asked.children, asked.days)]
    big = _apart(asked.children * TIMES, asked.days)
    small.append(_apart(asked.children, asked.days))
    measures = grown(small, big)
    report(measures, Path(__file__).parent / "latest-growth.json")
    ratios = {each.name: each.ratio or 0 for each in measures}
    return int(ratios["seconds"] > MOST_TIME or ratios["memory"] > MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main())
