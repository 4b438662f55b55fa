"""What a demo came to, per kind of organisation: counts only, fit to be kept in clear."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from domain.organisations import SEAT_WORDS, Seat, seat_of
from hub.demo.figures import FIGURES
from hub.demo.options import DemoOptions
from hub.demo.people import DemoLogin

SEATS = tuple(Seat)
"""All of them, in the matrix's order: a figure of a seat that is not here would be lost."""


@dataclass(frozen=True)
class SeatCounts:
    """One kind of organisation in the demo: each of hub/demo/figures.py by its name.

    Rows sent: ``received`` = ``accepted`` (收讫) + ``repeated`` (重复) + ``quarantined`` (待更正,
    of which ``corrected`` went in later).
    """

    seat: str
    title: str
    figures: Mapping[str, int]

    def __getitem__(self, figure: str) -> int:
        return self.figures[figure]

    def as_json(self) -> dict[str, Any]:
        """Seat, title and every figure side by side."""
        return {"seat": self.seat, "title": self.title, **self.figures}


@dataclass(frozen=True)
class DemoSummary:
    """What ``run_demo`` gives. Equal for equal seeds; ``logins`` and ``reused`` do not count.

    ``sheets`` is how many files were sent in, ``events`` the length of the log at the end,
    ``overdue_deadlines`` what civil affairs' overdue board (逾期) shows then: a referral has two
    deadlines, and stands once in its addressee's ``overdue``.
    """

    children: int
    days: int
    seed: int
    start: date
    end: date
    sheets: int
    events: int
    overdue_deadlines: int
    agencies: tuple[SeatCounts, ...]
    reused: bool = field(default=False, compare=False)
    logins: tuple[DemoLogin, ...] = field(default=(), compare=False, repr=False)

    def same_as(self, options: DemoOptions) -> bool:
        """Whether these options would give this summary."""
        asked = (options.children, options.days, options.seed, options.start)
        return asked == (self.children, self.days, self.seed, self.start)

    def as_json(self) -> dict[str, Any]:
        """Counts and dates, without logins."""
        table = asdict(self)
        for name in ("logins", "reused"):
            del table[name]
        table["agencies"] = [counts.as_json() for counts in self.agencies]
        table["start"], table["end"] = self.start.isoformat(), self.end.isoformat()
        return table


def parse_summary(table: dict[str, Any]) -> DemoSummary:
    """What :meth:`DemoSummary.as_json` gave."""
    values = dict(table)
    values["agencies"] = tuple(
        SeatCounts(row["seat"], row["title"], {each.name: row[each.name] for each in FIGURES})
        for row in table["agencies"]
    )
    values["start"], values["end"] = map(date.fromisoformat, (table["start"], table["end"]))
    return DemoSummary(**values)


class Counts:
    """Counting while the demo runs."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[Seat, str]] = Counter()

    def add(self, organisation: str, figure: str, by: int = 1) -> None:
        """Raise a figure of an organisation's seat."""
        self._counts[seat_of(organisation), figure] += by

    def table(self) -> tuple[SeatCounts, ...]:
        """One row per seat, in the matrix's order."""
        return tuple(
            SeatCounts(
                seat.value,
                SEAT_WORDS[seat],
                {each.name: self._counts[seat, each.name] for each in FIGURES},
            )
            for seat in SEATS
        )


@dataclass(frozen=True)
class Marker:
    """``demo/demo.json``: this data folder is a demo's own. Holds counts and organisations."""

    path: Path

    @property
    def exists(self) -> bool:
        return self.path.exists()

    def begin(self) -> None:
        """Claim the folder before anything stands in it. Raises FileExistsError."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.path.open("x", encoding="utf-8") as file:
            json.dump({"state": "running"}, file)

    def finish(self, summary: DemoSummary, doors: Iterable[str]) -> None:
        """Keep the summary and the organisations whose people get logins."""
        table = {"state": "done", "summary": summary.as_json(), "logins": list(doors)}
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(table, ensure_ascii=False, indent=1), encoding="utf-8")
        fresh.replace(self.path)

    def read(self) -> tuple[DemoSummary, tuple[str, ...]] | None:
        """What was kept, or None when the demo never came to its end."""
        table = json.loads(self.path.read_text(encoding="utf-8"))
        if table.get("state") != "done":
            return None
        return parse_summary(table["summary"]), tuple(table["logins"])
