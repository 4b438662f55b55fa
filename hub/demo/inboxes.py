"""Works the inboxes (待办) as their owners would: mostly in time, sometimes late, sometimes not.

An organisation looks when something has come in. What a referral meets with is drawn from its
kind, its child and when it was made, never from its identifier, so that the same seed gives the
same answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from domain.identifiers import fold_name
from hub.answers import Referral
from hub.demo.notices import Notices
from hub.demo.offices.kernel import OTHERWISE, Handling, Task, Work
from hub.demo.offices.registry import HANDLINGS
from hub.demo.options import seeded
from hub.demo.world import Child
from hub.keyservice import Purpose
from hub.queries import MAX_PAGE, NotCleared


class Inboxes:
    """Everybody's tasks, each under the day on which it goes on."""

    def __init__(self, work: Work, notices: Notices) -> None:
        self._work = work
        self._notices = notices
        self._agenda: dict[date, list[tuple[Handling, Iterator[int]]]] = {}

    def go_on(self, day: date) -> bool:
        """One day at every inbox; gives whether anybody had anything to do."""
        working = self._work.days.is_working(day)
        new = self._notices.take(lambda kind: working or _handling(kind).every_day)
        due = self._agenda.pop(day, [])
        for owner, referrals in sorted(new.items()):
            try:
                tasks = self._look(owner, referrals)
            except NotCleared:
                # Nobody there may look now: once the entry check stands again, somebody does.
                self._notices.put_back(owner, referrals)
                continue
            due += [
                (_handling(task.referral.kind), _handling(task.referral.kind).act(task))
                for task in tasks
            ]
        for handling, steps in due:
            self._step(handling, steps, day)
        return bool(due)

    def _step(self, handling: Handling, steps: Iterator[int], day: date) -> None:
        """Carry a task on until it has to wait for another day."""
        for wait in steps:
            if wait > 0:
                after = self._after(day, wait, every_day=handling.every_day)
                # What would go on after the demo's last day never does.
                if after is not None:
                    self._agenda.setdefault(after, []).append((handling, steps))
                return

    def _after(self, day: date, wait: int, *, every_day: bool) -> date | None:
        days = self._work.days
        if every_day:
            return day + timedelta(days=wait)
        at = days.nth_working(day) + wait
        return days.working[at] if at < len(days.working) else None

    def _look(self, owner: str, new: set[str]) -> list[Task]:
        """The tasks that new referrals are, in an order that the same seed repeats: the identifiers
        that a page is sorted by are random."""
        found: list[tuple[tuple[str, str, str], Task]] = []
        for referral in self._open(owner):
            if referral.id in new:
                told, child = self._who(owner, referral)
                rng = seeded(self._work.seed, "plan", referral.kind, told, referral.requested_at)
                key = (referral.complete_by or "", referral.kind, told)
                found.append((key, Task(self._work, owner, referral, child, rng)))
        return [task for _, task in sorted(found, key=lambda each: each[0])]

    def _open(self, owner: str) -> Iterator[Referral]:
        desk = self._work.desk
        reader = desk.staff.reader(owner, Purpose.TASK)
        after: str | None = None
        while True:
            page = desk.program.queries.inbox(reader, after=after, limit=MAX_PAGE)
            yield from page.items
            after = page.next_cursor
            if after is None:
                return

    def _who(self, owner: str, referral: Referral) -> tuple[str, Child | None]:
        """A stable name for what a referral is about, whoever wrote it in which characters, and
        the child it concerns as the demo knows it."""
        if referral.child is not None:
            fields = referral.child.fields
            told = f"{fold_name(str(fields.get('name', '')))}|{fields.get('birth_date', '')}"
            return told, self._work.world.find(fields)
        # A report names no child: its words have to be read.
        desk = self._work.desk
        reader = desk.staff.reader(owner, Purpose.TASK)
        entries = desk.program.queries.timeline(reader, referral.child_ref).items
        written = {name: value for entry in entries for name, value in entry.fields.items()}
        name, _, born = str(written.get("child_described", "")).partition("，")
        child = self._work.world.find({"name": name, "birth_date": born})
        return str(written.get("seen", "")), child


def _handling(kind: str) -> Handling:
    return HANDLINGS.get(kind, OTHERWISE)
