"""Two hubs that differ in nothing but this: in one of them records were made, looked at and sealed
(封存); in the other they never were.

Both begin as copies of the same job, so that all identifiers and positions are the same; whatever
the records' own identifiers are, the other hub is asked for them too.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from domain.identity import IdentityClaim
from hub.bootstrap import Program
from hub.clock import SetClock
from tests.adversary.asking import UNKNOWN_REF, Asking, asking_as
from tests.adversary.job import START, Job
from tests.program import (
    EDUCATION,
    SCHOOL,
    UNLIMITED,
    an_id_number,
    at,
    child_of,
    pupil,
    reader,
    running,
    send,
)
from tests.sealing.office import KIND, export_holders, measure, seal

NOW = START + timedelta(days=8)
KID = "己"
"""A pupil and no more: the school's measure on it ran out, was missed, and then ended."""
STRANGER = 811
"""A child whom nobody else ever named: the sealed record alone told of it."""
FIRST, LAST = "2025-03-05", "2025-03-09"


@dataclass
class Twins:
    """``sealed`` is the hub where something was; ``never`` the one where nothing was."""

    job: Job
    sealed: Program
    never: Program
    stated: dict[str, dict[str, Any]]
    """What was stated in the records, by whose they were."""
    children: tuple[str, ...]
    streams: tuple[str, ...]
    events: tuple[str, ...]
    receipts: tuple[str, ...]

    def asking(self, hub: Program, organisation: str) -> Asking:
        """Everything there is to ask about the children and the records, and every list."""
        asked = asking_as(hub, self.job, organisation)
        claims = [
            IdentityClaim(each["name"], id_number=each["id_number"])
            for each in self.stated.values()
        ]
        return replace(
            asked,
            claims=tuple(claims),
            children=(*self.children, *self.streams[:1], UNKNOWN_REF),
            referrals=self.streams[:2],
            streams=(self.children[1], *self.streams),
            reports=self.streams[:2],
            receipts=self.receipts[:1],
        )


@contextmanager
def twins(done: Job, folder: Path) -> Iterator[Twins]:
    """Both hubs, running; what was sealed is sealed to the end."""
    base = folder / "base"
    shutil.copytree(done.root, base)
    base.chmod(0o700)
    with running(base, SetClock(NOW)) as hub:
        export_holders(hub, folder)
        hub.settle()
    roots = {name: folder / name for name in ("sealed", "never")}
    for root in roots.values():
        shutil.copytree(base, root)
        root.chmod(0o700)
    with (
        running(roots["sealed"], SetClock(NOW)) as sealed,
        running(roots["never"], SetClock(NOW)) as never,
    ):
        yield _done(done, sealed, never)


def _done(job: Job, sealed: Program, never: Program) -> Twins:
    for hub in (sealed, never):
        hub.searches.rules = UNLIMITED
    stated = {
        KID: {
            "name": f"曾{KID}校",
            "id_number": job.id_numbers[KID],
            "guardian_name": f"单{KID}校",
        },
        "nobody": pupil(STRANGER),
    }
    before = sealed.store.position
    receipts = []
    for each in stated.values():
        made = measure(each, taken_on=FIRST, until=LAST, ended_on=None, note=None)
        receipts.append(send(sealed, SCHOOL, KIND, made).number)
        sealed.settle()
    stranger = child_of(sealed, {"id_number": an_id_number(STRANGER)})
    for hub in (sealed, never):
        # Who looks at what is there, or would be.
        for organisation in (SCHOOL, EDUCATION):
            hub.queries.timeline(reader(organisation), job.children[KID])
    for each in stated.values():
        made = measure(each, taken_on=FIRST, until=LAST, ended_on="2025-03-10")
        receipts.append(send(sealed, SCHOOL, KIND, made).number)
        sealed.settle()
    facts = sealed.store.feed(before, 1000)
    records = {fact.stream for fact in facts if fact.topic == "conduct_measure.taken.v1"}
    assert len(records) == 2
    assert "deadline.missed.v1" in {fact.topic for fact in facts}, "an overdue clock was there"
    for hub in (sealed, never):
        at(hub, NOW + timedelta(minutes=5))
    for record in records:
        seal(sealed, record)
    for hub in (sealed, never):
        at(hub, NOW + timedelta(minutes=10))
        hub.settle()
    assert never.store.position == before, "nothing else happened"
    return Twins(
        job,
        sealed,
        never,
        stated,
        (job.children[KID], stranger),
        tuple(sorted({str(f.stream) for f in sealed.store.feed(before, 1000)} - {*job.children})),
        tuple(fact.event_id for fact in facts),
        tuple(receipts),
    )
