"""Follows the log for what somebody is to be told of, and sends it: each once, however often the
hub is stopped in between.

What is to be told is written down first, by the fact and the post it is for, and then sent from
there. Several for the same post leave as one message with their number. A message is written down
before it goes out and again when it has gone; what was cut off in between is sent again under the
same id, and the way out knows it. A way out that fails is tried again later and later, is listed
and delays nothing but the notices themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID, uuid4

from domain.escalation import EscalationRules
from domain.kernel import derived_id
from domain.notices import TOPICS, NoticeRules, Wanted, wanted
from domain.organisations import Post
from domain.terms import Term
from hub import logs
from hub.clock import Clock
from hub.eventstore.codec import Fact
from hub.notices.outbox import DUE, PAGE, SENDING, SENT, STALE, TOLD, Outbox, Row, Told, text_of
from hub.notices.port import Notice, NoticeFailed, NoticePort
from hub.roster import Reached, Roster
from hub.storage.sql import Storage

_LOG = logs.get("hub.notices")


class Feed(Protocol):
    """The log as it is followed."""

    def feed(self, after: int, limit: int) -> list[Fact]: ...


class Notices:
    """What is to be told, and its sending."""

    def __init__(
        self,
        storage: Storage,
        log: Feed,
        roster: Roster,
        port: NoticePort,
        rules: NoticeRules,
        escalation: EscalationRules,
        clock: Clock,
        conflicted: Callable[[UUID], Container[str]],
        *,
        create: bool = False,
    ) -> None:
        """``conflicted`` says who is told nothing (利害关系单位) of a child, or report."""
        self._outbox = Outbox(storage, create=create)
        self._log = log
        self._roster = roster
        self._port = port
        self._rules = rules
        self._escalation = escalation
        self._clock = clock
        self._conflicted = conflicted
        self._reached: int | None = None

    @property
    def local(self) -> bool:
        """Whether sending answers at once."""
        return self._port.local

    def step(self) -> int:
        """Write down what is new, send what is due; gives how many messages went out."""
        self.follow()
        return self.send()

    def follow(self) -> None:
        """Write down what somebody is to be told of."""
        kept = self._outbox.position()
        position = max(kept, self._reached or 0)
        since = self._clock.now() - _exact(self._rules.stale_after)
        while facts := self._log.feed(position, PAGE):
            position = facts[-1].position
            rows = [row for fact in facts if (row := self._row(fact, since)) is not None]
            if rows or position - kept >= PAGE:
                self._outbox.write(rows, position)
                kept = position
        self._reached = position

    def _row(self, fact: Fact, since: datetime) -> dict[str, Any] | None:
        if fact.topic not in TOPICS:
            return None
        found = wanted(fact.topic, fact.clear, self._rules)
        if found is None:
            return None
        at = datetime.fromisoformat(str(fact.recorded_at))
        return {
            "id": str(derived_id("notice", fact.event_id, found.organisation, found.post)),
            "position": fact.position,
            "at": text_of(at),
            "organisation": found.organisation,
            "post": found.post.value,
            "urgent": found.urgent,
            "state": STALE if at < since else DUE,
            "tries": 0,
            "next_at": text_of(at),
            "about": fact.clear.get("child_ref") or fact.clear.get("named"),
            **dict.fromkeys(TOLD),
        }

    def send(self) -> int:
        """Send what is due. Stops where nothing gets through: what cannot go out now is tried
        later. Where only somebody is refused, the others are told, and the next one in that one's
        place from the next time on."""
        now = self._clock.now()
        self._give_up(now)
        sent = 0
        for rows in self._messages(now):
            first = rows[0]
            post, again = Post(first["post"]), first["state"] == SENDING
            if again:
                message = str(first["message"])
                # As it was first meant for: a message that went out is not another one's now.
                at_post = Post(first["told_post"] or first["post"])
                whom = (first["user"], first["deputy"], first["number"])
                reached = Reached(str(first["told"]), at_post, *whom)
            else:
                message = str(uuid4())
                who = Wanted(first["organisation"], post, bool(first["urgent"]))
                found = self._reach(who, rows, now)
                if found is None:
                    self._begin_anew(rows, now)
                    continue
                reached = found
                self._note(rows, state=SENDING, message=message, reached=reached)
            notice = Notice(
                id=message,
                organisation=reached.organisation,
                post=reached.post.value,
                user=reached.user,
                deputy=reached.deputy,
                number=reached.number,
                urgent=bool(first["urgent"]),
                text=self._rules.texts.words(urgent=bool(first["urgent"]), count=len(rows)),
            )
            failed = self._sent(notice, again=again)
            if failed is None:
                self._note(rows, state=SENT)
                sent += 1
                continue
            self._put_off(rows, reached, now, failed)
            if not failed.refused:
                break
        return sent

    def _sent(self, notice: Notice, *, again: bool) -> NoticeFailed | None:
        """Send one; gives why it failed. What nobody foresaw is a failure as well, and an alarm:
        no defect of a way out is to end what runs beside it."""
        try:
            self._port.send(notice, again=again)
        except NoticeFailed as failed:
            return failed
        except Exception as error:
            name = type(error).__name__
            _LOG.critical("notice.defect", error=name, where=logs.where(error))
            return NoticeFailed(name, perhaps_sent=True)
        return None

    def _reach(self, who: Wanted, rows: Sequence[Row], now: datetime) -> Reached | None:
        """Whom to tell, but for those who could not be told; None where that is everybody. What
        is urgent goes along the posts, to the duty number, and to whoever is on duty above, unless
        that one is conflicted (利害关系单位), before it is told to nobody in particular; and
        that is an alarm."""
        instead = self._rules.posts if who.urgent else ()
        failures, most = _failures(rows), self._rules.passed_over_after

        def first(found: Iterable[Reached]) -> Reached | None:
            return next((each for each in found if failures.get(_whom(each), 0) < most), None)

        reached = first(self._roster.reachable(who.organisation, who.post, now, instead))
        if reached is not None:
            return reached
        above = self._escalation.superior_of(who.organisation) if who.urgent else None
        if above is not None and not any(self._avoids(row, above) for row in rows):
            reached = first(self._roster.reachable(above, Post.DUTY, now, instead))
        reached = reached or first([Reached(who.organisation, who.post)])
        if who.urgent:
            where = {"where": above} if reached is not None and reached.somebody else {}
            _LOG.error("notice.nobody_on_duty", organisation=who.organisation, **where)
        return reached

    def _avoids(self, row: Row, organisation: str) -> bool:
        """Whether an organisation is told nothing of what a notice is about."""
        about = row["about"]
        return about is not None and organisation in self._conflicted(UUID(about))

    def _withdrawn(self, row: Row) -> bool:
        """Whether nothing is sent again to whom a notice was meant for."""
        return row["told"] is not None and self._avoids(row, row["told"])

    def _messages(self, now: datetime) -> list[Sequence[Row]]:
        """What is due, one message each, the urgent ones first: those that were cut off as they
        were, the others by whom they are for."""
        rows = self._outbox.due(now)
        # Whoever was told instead and came to be conflicted since is not told again.
        withdrawn = [row for row in rows if row["state"] == SENDING and self._withdrawn(row)]
        if withdrawn:
            self._outbox.change(withdrawn, {"state": DUE})
            for row in withdrawn:
                row["state"] = DUE
        # Who came to be conflicted since: the matter went to the next one, who is told of it.
        avoided = [
            row for row in rows if row["state"] == DUE and self._avoids(row, row["organisation"])
        ]
        if avoided:
            self._note(avoided, state=STALE)
            gone = {row["id"] for row in avoided}
            rows = [row for row in rows if row["id"] not in gone]
        found: dict[tuple[Any, ...], list[Row]] = {}
        for row in rows:
            key = (
                (row["message"],)
                if row["state"] == SENDING
                else (row["organisation"], row["post"], row["urgent"])
            )
            found.setdefault(key, []).append(row)
        return list(found.values())

    def _note(
        self,
        rows: Iterable[Row],
        *,
        state: str,
        message: str | None = None,
        reached: Reached | None = None,
    ) -> None:
        values: dict[str, Any] = {"state": state}
        if reached is not None:
            values |= {
                "message": message,
                "told": reached.organisation,
                "told_post": reached.post.value,
                "user": reached.user,
                "deputy": reached.deputy,
                "number": reached.number,
            }
        self._outbox.change(rows, values)

    def _put_off(
        self,
        rows: Sequence[Row],
        reached: Reached,
        now: datetime,
        failed: NoticeFailed,
    ) -> None:
        """Try again later. What has certainly not gone out is for whoever is on duty by then. Who
        was refused, or failed too often, is passed over at once. Where nothing gets as far as
        the gateway, that says nothing of whom it is for."""
        tries, most = int(rows[0]["tries"]), self._rules.passed_over_after
        failures, whom = _failures(rows), _whom(reached)
        if failed.refused:
            failures[whom] = most
        elif failed.perhaps_sent:
            failures[whom] = failures.get(whom, 0) + 1
        passed_over = failures.get(whom, 0) >= most
        waited = failures[whom] - 1 if failed.perhaps_sent else tries
        _LOG.error("notice.failed", attempt=tries + 1, error=str(failed), passed_over=passed_over)
        values = {
            "tries": tries + 1,
            "failures": failures,
            "next_at": text_of(now if passed_over else now + self._wait(waited)),
        }
        known = failed.perhaps_sent and not passed_over
        self._outbox.change(rows, values if known else {**values, "state": DUE})

    def _begin_anew(self, rows: Sequence[Row], now: datetime) -> None:
        """Nobody could be told: all are asked again, later."""
        _LOG.error("notice.nobody_could_be_told", organisation=rows[0]["organisation"])
        wait = self._wait(int(rows[0]["tries"]))
        self._outbox.change(rows, {"failures": None, "next_at": text_of(now + wait)})

    def _wait(self, times: int) -> timedelta:
        """How long after so many failures before."""
        first, longest = _exact(self._rules.first_wait), _exact(self._rules.longest_wait)
        return min(first * (1 << min(times, 16)), longest)

    def _give_up(self, now: datetime) -> None:
        """What could not go out for so long is not sent any more, and is listed; what is long past
        is not listed any more."""
        stale = _exact(self._rules.stale_after)
        kept = timedelta(days=self._rules.kept_days)
        if given_up := self._outbox.give_up(now - stale, now - kept):
            _LOG.error("notice.given_up", count=given_up)

    def listed(self, *, unsent: bool = False, limit: int = 100) -> list[Told]:
        """What was to be told, newest first; ``unsent``: of that what has not gone out."""
        return self._outbox.listed(unsent=unsent, limit=limit)

    def failing(self) -> int:
        """How many have failed and not gone out."""
        return self._outbox.failing()

    def close(self) -> None:
        """Close the connections."""
        self._port.close()
        self._outbox.close()


def _whom(reached: Reached) -> str:
    """One of those who can be told, as their failures are kept."""
    return f"{reached.organisation}/{reached.user or reached.number or ''}"


def _failures(rows: Iterable[Row]) -> dict[str, int]:
    """How often whom of one message could not be told."""
    found: dict[str, int] = {}
    for row in rows:
        for whom, times in (row["failures"] or {}).items():
            found[whom] = max(times, found.get(whom, 0))
    return found


def _exact(term: Term) -> timedelta:
    return timedelta(**{term.unit: term.amount})
