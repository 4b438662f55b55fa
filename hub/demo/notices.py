"""Follows the log as the demo's days go by: who has something new to look at, and the figures.

Only clear facts are looked at (which organisation, which kind, which referral). Who has something
new looks at it through the door that officials use, and leaves an entry in the access log.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from domain.deadline import DeadlineCancelled, DeadlineMet, DeadlineMissed
from domain.reactions.referrals import ACCEPT, COMPLETE
from domain.referral import ReferralRequested
from hub.bootstrap import Program
from hub.demo.figures import FIGURES, Noted, Whose
from hub.demo.summary import Counts

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Notice:
    """A referral that has come in, and that its addressee has not looked at."""

    addressee: str
    referral: str
    kind: str


class Notices:
    """What has happened since it was last read."""

    def __init__(self, program: Program, counts: Counts) -> None:
        self._store = program.store
        self._counts = counts
        self._position = 0
        self._new: list[Notice] = []
        self._kinds: dict[str, str] = {}
        self._late: dict[str, tuple[str, str]] = {}
        """Deadlines that are missed and not over: whose, and of which matter."""
        self._figures: dict[str, list[tuple[str, Whose]]] = {}
        for figure in FIGURES:
            for topic, whose in figure.counts.items():
                self._figures.setdefault(topic, []).append((figure.name, whose))

    def read(self) -> None:
        """Follow the log to its end."""
        while facts := self._store.feed(self._position, _PAGE):
            for fact in facts:
                self._count(fact)
                self._note(str(fact.stream), fact)
            self._position = facts[-1].position

    def take(self, wanted: Callable[[str], bool]) -> dict[str, set[str]]:
        """New referrals of the kinds wanted, by addressee; they are new no more."""
        found: dict[str, set[str]] = {}
        self._kinds = {notice.referral: notice.kind for notice in self._new}
        for notice in self._new:
            if wanted(notice.kind):
                found.setdefault(notice.addressee, set()).add(notice.referral)
        self._new = [notice for notice in self._new if not wanted(notice.kind)]
        return found

    def put_back(self, owner: str, referrals: Collection[str]) -> None:
        """They are new still: nobody could look."""
        kinds = self._kinds
        self._new += [Notice(owner, each, kinds[each]) for each in sorted(referrals)]

    def close(self) -> None:
        """Count what is overdue now: each referral once, however many deadlines of it are."""
        for owner, _ in sorted(set(self._late.values())):
            self._counts.add(owner, "overdue")

    def _count(self, fact: Noted) -> None:
        for name, whose in self._figures.get(fact.topic, ()):
            organisation = whose(fact)
            if organisation is not None:
                self._counts.add(organisation, name)

    def _note(self, stream: str, fact: Noted) -> None:
        if fact.topic == ReferralRequested.TOPIC:
            self._new.append(Notice(fact.clear["addressee"], stream, fact.clear["kind"]))
        elif fact.topic == DeadlineMissed.TOPIC and fact.clear["kind"] in (ACCEPT, COMPLETE):
            self._late[stream] = (fact.clear["owner"], fact.clear["subject_id"])
        elif fact.topic in (DeadlineMet.TOPIC, DeadlineCancelled.TOPIC):
            self._late.pop(stream, None)
