"""Works the inboxes (待办) as their owners would: mostly in time, sometimes late, sometimes not.

What a referral meets with is drawn from its kind, its child and the day it was made, never from
its identifier, so that the same seed gives the same answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from domain.calendar import WorkingCalendar, shanghai_date
from domain.identifiers import fold_name
from domain.kernel import Command
from domain.organisations import Organisation, Seat
from domain.referral import (
    AcceptReferral,
    CompleteReferral,
    FailReferral,
    ReturnReason,
    ReturnReferral,
    StartReferral,
)
from hub.answers import Referral
from hub.demo.cases import Absence, Cases
from hub.demo.desk import Desk
from hub.demo.options import seeded, weighted
from hub.demo.world import World
from hub.keyservice import Purpose
from hub.queries import MAX_PAGE, as_uuid

ADDRESSED = (Seat.CIVIL_AFFAIRS, Seat.PROCURATORATE, Seat.POLICE, Seat.TOWN, Seat.POLICE_STATION)
"""Seats to which the main job's referrals go."""

PERSUADE = "persuade_dropout"
_Weighted = tuple[tuple[int, int], ...]

_ACCEPT_AFTER: _Weighted = ((0, 58), (1, 27), (2, 7), (4, 4), (10_000, 4))
_RETURNED = 0.04
_FAILED = 0.05
_FINISH_AFTER: dict[str, _Weighted] = {
    "trace_dropout": ((1, 40), (2, 30), (3, 15), (5, 9), (8, 4), (10_000, 4)),
    PERSUADE: ((2, 30), (3, 30), (4, 20), (6, 12), (9, 6), (10_000, 4)),
    "coordinate_dropout": ((4, 30), (7, 40), (9, 20), (12, 7), (10_000, 3)),
    "supervise_dropout": ((8, 40), (14, 40), (20, 20)),
    "follow_up_admonition": ((3, 40), (6, 35), (9, 15), (12, 7), (10_000, 3)),
    "coordinate_admonition": ((6, 50), (11, 40), (17, 8), (10_000, 4)),
    "reroute_returned": ((1, 70), (2, 20), (4, 10)),
}
"""Working days from the request to the signature and to the end, with weights; the last of a
row is never within a demo."""

_PERSUADED = {
    "同意复学": "AGREED",
    "已复学": "RETURNED",
    "拒绝复学": "REFUSED",
    "未找到": "NOT_FOUND",
}


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one referral will be dealt with; days are working days since it was made."""

    accept_after: int
    returned: bool
    starts: bool
    finish_after: int
    failed: bool
    outcome: str


@dataclass
class Inboxes:
    """Everybody who gets referrals, and what they do with them."""

    desk: Desk
    world: World
    cases: Cases
    calendar: WorkingCalendar
    seed: int
    _persuading: list[str] = field(default_factory=list)

    @cached_property
    def _owners(self) -> list[Organisation]:
        return [each for each in self.world.organisations if each.seat in ADDRESSED]

    def work(self, day: date) -> None:
        """One working day at every inbox."""
        self._persuading = []
        for owner in self._owners:
            referrals = self._open(owner.id, open_only=True)
            if owner.seat is Seat.TOWN and any(each.kind == PERSUADE for each in referrals):
                self._persuading.append(owner.id)
            for referral in referrals:
                for command in self._commands(referral, day):
                    self._carry_out(command, owner.id)

    def persuasions(self, day: date) -> dict[str, list[tuple[Absence, str]]]:
        """The persuasions that towns make on a day, by town: who, and with which outcome.

        One a day from the day after the referral was accepted, until nothing is left to try.
        """
        found: dict[str, list[tuple[Absence, str]]] = {}
        for town in self._persuading:
            for referral in self._open(town, open_only=True):
                absence = self._absence(referral)
                if referral.kind != PERSUADE or referral.state == "requested" or absence is None:
                    continue
                first = self._plan(referral).accept_after + 1
                outcome = absence.next_outcome()
                if outcome and self._age(referral, day) >= first + absence.persuaded:
                    found.setdefault(town, []).append((absence, outcome))
        return found

    def count(self) -> None:
        """Count every referral where it was addressed, by its state at the end."""
        for owner in self._owners:
            counts = self.desk.counts[owner.seat]
            for referral in self._open(owner.id, open_only=False):
                counts.opened += 1
                counts.acknowledged += referral.state not in ("requested", "rejected")
                counts.closed += referral.state in ("completed", "failed", "rejected", "cancelled")
                counts.overdue += referral.overdue

    def _open(self, organisation: str, *, open_only: bool) -> list[Referral]:
        """An inbox, whole, in an order that the same seed repeats: identifiers are random."""
        reader = self.desk.staff.reader(organisation, Purpose.TASK)
        inbox = self.desk.program.queries.inbox
        found: list[Referral] = []
        after: str | None = None
        while True:
            page = inbox(reader, open_only=open_only, after=after, limit=MAX_PAGE)
            found.extend(page.items)
            after = page.next_cursor
            if after is None:
                return sorted(found, key=lambda r: (r.complete_by or "", r.kind, _who(r)))

    def _absence(self, referral: Referral) -> Absence | None:
        child = self.world.find(referral.child.fields) if referral.child else None
        return self.cases.of(child) if child else None

    def _age(self, referral: Referral, day: date) -> int:
        """Working days since the referral was made."""
        made = shanghai_date(datetime.fromisoformat(referral.requested_at or ""))
        days = range(made.toordinal() + 1, day.toordinal() + 1)
        return sum(self.calendar.is_working_day(date.fromordinal(each)) for each in days)

    def _plan(self, referral: Referral) -> _Plan:
        rng = seeded(self.seed, "plan", referral.kind, _who(referral), referral.requested_at)
        accept_after = weighted(rng, _ACCEPT_AFTER)
        finish_after = max(accept_after + 1, weighted(rng, _FINISH_AFTER[referral.kind]))
        outcomes = tuple(self.desk.program.policies.rules.referral_kind(referral.kind).outcomes)
        # The first outcome of a kind is the wanted one.
        outcome = weighted(rng, [(each, 5 if each == outcomes[0] else 1) for each in outcomes])
        return _Plan(
            accept_after=accept_after,
            returned=rng.random() < _RETURNED and referral.kind != "reroute_returned",
            starts=rng.random() < 0.35,
            finish_after=finish_after,
            failed=rng.random() < _FAILED,
            outcome=outcome,
        )

    def _commands(self, referral: Referral, day: date) -> Iterator[Command]:
        referral_id = as_uuid(referral.id)
        if referral_id is None:
            return
        plan, age = self._plan(referral), self._age(referral, day)
        if referral.state == "requested":
            if age < plan.accept_after:
                return
            if plan.returned:
                yield ReturnReferral(
                    referral_id=referral_id,
                    reason=ReturnReason.INFORMATION_MISSING,
                    note="（演示）地址不详，请补充后再转。",
                )
                return
            yield AcceptReferral(referral_id=referral_id)
            if plan.starts:
                yield StartReferral(referral_id=referral_id)
            return
        if age < plan.finish_after:
            return
        outcome = plan.outcome
        if referral.kind == PERSUADE and (absence := self._absence(referral)):
            if absence.next_outcome() is not None:
                return
            if absence.course:
                outcome = _PERSUADED[absence.course[-1]]
        if plan.failed:
            yield FailReferral(referral_id=referral_id, account="（演示）多次上门未果。")
        else:
            yield CompleteReferral(
                referral_id=referral_id,
                outcome=outcome,
                happened_on=day,
                account="（演示）已按职责办理。",
            )

    def _carry_out(self, command: Command, organisation: str) -> None:
        self.desk.clock.step()
        self.desk.program.hub.command(command, self.desk.staff.actor(organisation))


def _who(referral: Referral) -> str:
    """A stable name for the child of a referral, whoever wrote it in which characters."""
    fields = referral.child.fields if referral.child else {}
    return f"{fold_name(str(fields.get('name', '')))}|{fields.get('birth_date', '')}"
