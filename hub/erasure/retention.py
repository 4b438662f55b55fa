"""Retention (保存期限): finds what has been kept long enough, and says what was done about it, what
was skipped, and why.

Nothing that stands (a victim's records, live orders, safety instructions, open duties) goes by
age. A child's file is never erased by the job: it asks in the name of whoever runs it, and another
person approves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from domain.calendar import end_of_day_utc, shanghai_date
from domain.child_file import ChildErased
from domain.erasure import ERASURE, Erasure, ErasureGround, ErasureState, erasure_id
from domain.kernel import Actor, Given, Refused
from domain.terms import months_after
from hub.application import SYSTEM, Hub
from hub.encryption.keystore import KeyStore
from hub.erasure.journal import Journal
from hub.erasure.service import Erasures
from hub.erasure.standing import standing
from hub.eventstore.absence import FENCE
from hub.eventstore.codec import Fact
from hub.policies import RetentionClass
from hub.quarantine import Quarantine

ADULT = 18
_PAGE = 500
_NO_RECORDS = ("erasure.", "sealing.", "unsealing.")
"""Topics of what the hub does with records."""


class Outcome(StrEnum):
    """What becomes of a record whose time is over."""

    DUE = "DUE"
    """到期（仅列出）."""
    REQUESTED = "REQUESTED"
    """已申请删除，待另一人批准."""
    EMPTIED = "EMPTIED"
    """已清空."""
    STANDS = "STANDS"
    """不得删除."""
    WAITING = "WAITING"
    """已有待批准的申请."""
    BIRTH_UNKNOWN = "BIRTH_UNKNOWN"
    """出生年月不明，期限无从起算."""
    UNCORRECTED = "UNCORRECTED"
    """尚未更正，不因期满清空."""
    REFUSED = "REFUSED"
    """申请被拒绝."""


DONE = frozenset({Outcome.REQUESTED, Outcome.EMPTIED})


@dataclass(frozen=True, slots=True)
class Item:
    """One record: its class, its pseudonym, the day from which its time was counted, the day on
    which it was over, what became of it, and why (codes, or a refusal's)."""

    record_class: str
    id: str
    reference: str
    due: str
    outcome: Outcome
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did and skipped. ``not_due``: by class, how many are not old enough."""

    at: datetime
    policy_version: str
    items: tuple[Item, ...]
    not_due: Mapping[str, int]

    def told(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "at": self.at.isoformat(),
            "policy_version": self.policy_version,
            "items": [{**asdict(each), "why": list(each.why)} for each in self.items],
            "not_due": dict(self.not_due),
        }


@dataclass(slots=True)
class _File:
    birth_month: str | None = None
    last: str = ""
    erased: bool = False


class Retention:
    """Plans and runs by policies/retention.toml."""

    def __init__(
        self,
        journal: Journal,
        erasures: Erasures,
        hub: Hub,
        quarantine: Quarantine,
        keys: KeyStore,
        classes: Mapping[str, RetentionClass],
    ) -> None:
        self._journal = journal
        self._erasures = erasures
        self._hub = hub
        self._quarantine = quarantine
        self._keys = keys
        self._classes = classes

    def plan(self) -> Report:
        """What a run would find now; nothing is changed."""
        return self._report(None, "")

    def run(self, actor: Actor, document: str) -> Report:
        """Ask for the erasure of what is due, in the actor's name and under the document that
        orders it, and empty what the job may empty. The report is kept. Raises Refused where the
        actor may not ask for an erasure, and then nothing is done."""
        self._erasures.may_ask(actor)
        report = self._report(actor, document)
        self._journal.keep_run(uuid4(), report.at, actor.user, report.policy_version, report.told())
        return report

    def runs(self) -> list[dict[str, Any]]:
        """The reports of all runs, oldest first."""
        return self._journal.runs()

    def _report(self, actor: Actor | None, document: str) -> Report:
        now = self._hub.clock.now()
        today = Given(now=now, actor=SYSTEM).today
        not_due: Counter[str] = Counter()
        items = [
            *self._files(today, actor, document, not_due),
            *self._rows(today, actor is not None, not_due),
        ]
        return Report(now, self._hub.policies.version, tuple(items), not_due)

    def _files(
        self, today: date, actor: Actor | None, document: str, not_due: Counter[str]
    ) -> Iterator[Item]:
        rule = self._classes["child_file"]
        for child, file in sorted(self._known().items()):
            if file.erased:
                continue
            last = shanghai_date(datetime.fromisoformat(file.last))
            if file.birth_month is None:
                if months_after(last, 12 * rule.years) <= today:
                    yield Item("child_file", child, "", "", Outcome.BIRTH_UNKNOWN)
                else:
                    not_due["child_file"] += 1
                continue
            reference = max(_adult_from(file.birth_month), last)
            due = months_after(reference, 12 * rule.years)
            if due > today:
                not_due["child_file"] += 1
                continue
            outcome, why = self._one(UUID(child), today, actor, document)
            yield Item("child_file", child, reference.isoformat(), due.isoformat(), outcome, why)

    def _one(
        self, child: UUID, today: date, actor: Actor | None, document: str
    ) -> tuple[Outcome, tuple[str, ...]]:
        stands = standing(self._hub.store, child, self._hub.policies.rules, today)
        if stands:
            return Outcome.STANDS, tuple(
                each.code.value + (f" {each.until}" if each.until else "") for each in stands
            )
        state: Erasure = self._hub.store.load(ERASURE, erasure_id(child)).state
        if state.state is ErasureState.REQUESTED:
            return Outcome.WAITING, ()
        if actor is None:
            return Outcome.DUE, ()
        try:
            self._erasures.request(child, ErasureGround.RETENTION_OVER, document, actor)
        except Refused as refusal:
            return Outcome.REFUSED, (refusal.code,)
        return Outcome.REQUESTED, ()

    def _rows(self, today: date, do: bool, not_due: Counter[str]) -> Iterator[Item]:
        rule = self._classes["corrected_row"]
        limit = end_of_day_utc(months_after(today, -12 * rule.years)) - timedelta(days=1)
        due = self._quarantine.corrected_before(limit)
        everything = self._quarantine.counts()
        corrected = sum(n for (_, state), n in everything.items() if state == "corrected")
        not_due["corrected_row"] = corrected - len(due)
        if do and due:
            rows = [row for row, _ in due]
            self._quarantine.erase(rows)
            for row in rows:
                self._keys.delete_keys(row)
        for row, received in due:
            yield _row(row, received, rule, Outcome.EMPTIED if do else Outcome.DUE)
        for row, received in self._quarantine.open_before(limit):
            yield _row(row, received, rule, Outcome.UNCORRECTED)

    def _known(self) -> dict[str, _File]:
        """Every child's file, from one pass over the log."""
        found: dict[str, _File] = {}
        sealed: set[UUID] = set()
        position = 0
        while facts := self._hub.store.feed(position, _PAGE):
            position = facts[-1].position
            for fact in facts:
                child = fact.child_ref
                if child is None or fact.subject != UUID(child):
                    continue
                if fact.topic.startswith(_NO_RECORDS):
                    continue
                if fact.topic == FENCE:
                    sealed.add(UUID(child))
                _take(found, [fact])
        for each in sealed:
            # As if what was sealed (封存) had never been: else the day that counts would tell.
            left = self._hub.store.history([each], self._hub.store.position)
            found.pop(str(each), None)
            _take(found, [fact for fact in left if not fact.topic.startswith(_NO_RECORDS)])
        return found


def _take(found: dict[str, _File], facts: Iterable[Fact]) -> None:
    for fact in facts:
        child = fact.child_ref
        if child is not None and (fact.topic.startswith("child_file.") or child in found):
            file = found.setdefault(child, _File())
            file.last = max(file.last, str(fact.header[6]))
            file.birth_month = file.birth_month or fact.clear.get("birth_month")
            file.erased = file.erased or fact.topic == ChildErased.TOPIC


def _adult_from(birth_month: str) -> date:
    """The first day on which somebody born in that month is 18 for certain."""
    year, month = map(int, birth_month.split("-"))
    return months_after(date(year + ADULT, month, 1), 1)


def _row(row: UUID, received: str, rule: RetentionClass, outcome: Outcome) -> Item:
    reference = shanghai_date(datetime.fromisoformat(received))
    due = months_after(reference, 12 * rule.years)
    return Item("corrected_row", str(row), reference.isoformat(), due.isoformat(), outcome)
