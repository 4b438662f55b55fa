"""Rounds of full verification (全面核查): which run, and how far each village has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from domain.calendar import end_of_day_utc
from domain.kernel import Category
from domain.organisations import seat_of, town_organisation
from domain.verification import ChildVerified
from domain.verification_round import (
    VERIFICATION_ROUND,
    RoundDelayed,
    RoundOpened,
    RoundReported,
)
from domain.visit_obligation_events import OwedKind
from hub.answers import RoundProgress, VillageProgress
from hub.keyservice import Reader
from hub.queries.asked import Asked
from hub.queries.boards import as_stored
from hub.queries.door import of_matters
from hub.queries.programme_facts import ProgrammeFacts
from projections.tables import FACTS, OBLIGATIONS

_WAITS = ("OWED", "OVERDUE")


class VerificationRounds(ProgrammeFacts):
    """Who asked which town to verify its children until when, and what came of it."""

    def verification_rounds(self, reader: Reader) -> tuple[RoundProgress, ...]:
        """The rounds that the reader's organisation is told of, newest first, each with how many
        children are verified and wait, by who verifies them, and what was found: as far as its own
        view holds them."""
        asked = self._admit(reader, "verification_rounds")
        rounds = _rounds(self._programmes(reader, asked, f"{VERIFICATION_ROUND.name}."))
        if not rounds:
            self._keyservice.note(reader, {"": ()}, "verification_rounds.nothing")
            return ()
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            owed = self._rows(connection, reader, asked, self._obligations(reader, asked, rounds))
            made = self._rows(connection, reader, asked, self._verifications(reader, asked, rounds))
        self._keyservice.note(reader, {"": ()}, "verification_rounds")
        return tuple(self._progress(each, owed, made) for each in rounds)

    def _obligations(
        self, reader: Reader, asked: Asked, rounds: Sequence[Mapping[str, Any]]
    ) -> Any:
        """What is or was owed in the rounds' time."""
        first = min(each["opened_on"] for each in rounds)
        return select(OBLIGATIONS).where(
            OBLIGATIONS.c.organisation == reader.organisation,
            OBLIGATIONS.c.kind == OwedKind.VERIFICATION.value,
            _in_any(OBLIGATIONS.c.town, rounds),
            OBLIGATIONS.c.state.in_(_WAITS) | (OBLIGATIONS.c.met_on >= first),
            *of_matters(asked, Category.VISITS),
        )

    def _verifications(
        self, reader: Reader, asked: Asked, rounds: Sequence[Mapping[str, Any]]
    ) -> Any:
        """Verifications since the first of them, in the log's order."""
        first = min(each["opened_on"] for each in rounds)
        return (
            select(FACTS)
            .where(
                FACTS.c.organisation == reader.organisation,
                FACTS.c.topic == ChildVerified.TOPIC,
                FACTS.c.recorded_at >= first,
                *of_matters(asked, Category.VISITS),
            )
            .order_by(FACTS.c.position)
        )

    def _rows(
        self, connection: Connection, reader: Reader, asked: Asked, query: Select[Any]
    ) -> list[dict[str, Any]]:
        rows = [dict(row) for row in connection.execute(query).mappings()]
        if not self._behind(connection):
            return rows
        return self._still(connection, reader, asked, rows, Category.VISITS)

    def _progress(
        self,
        round_: Mapping[str, Any],
        owed: Iterable[Mapping[str, Any]],
        made: Iterable[Mapping[str, Any]],
    ) -> RoundProgress:
        town, begins, until = round_["town"], round_["opened_on"], round_["until"]
        last = round_["put_off_until"] or until
        ends = as_stored(end_of_day_utc(date.fromisoformat(last)))
        here = [row for row in owed if row["town"] == town]
        done = Counter(row["owner"] for row in here if (row["met_on"] or "") >= begins)
        waits = Counter(
            row["owner"] for row in here if row["state"] in _WAITS and row["due_at"] <= ends
        )
        # A line that was corrected is one line: its last word.
        said = {
            row["stream"]: (row["producer"], row["clear"]["finding"])
            for row in made
            if row["clear"]["town"] == town and row["clear"]["verified_on"] >= begins
        }
        found: dict[str, Counter[str]] = {}
        for producer, finding in said.values():
            found.setdefault(producer, Counter())[finding] += 1
        owners = sorted({*done, *waits, *found})
        return RoundProgress(
            town=town,
            town_name=self._directory.name(town_organisation(town)),
            opened_on=begins,
            until=until,
            put_off_until=round_["put_off_until"],
            report_by=round_["report_by"],
            finished_on=round_["finished_on"],
            villages=tuple(
                VillageProgress(
                    owner=owner,
                    owner_name=self._directory.name(owner),
                    verified=done[owner],
                    waiting=waits[owner],
                    findings=dict(found.get(owner, {})),
                )
                for owner in owners
            ),
        )


def _rounds(said: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What was said last of each round, and whether it was reported on; the newest first."""
    found: dict[str, dict[str, Any]] = {}
    for fact in said:
        stream, clear = fact["stream"], fact["clear"]
        if fact["topic"] == RoundOpened.TOPIC:
            known = {"finished_on": None, "put_off_until": None, **found.get(stream, {})}
            moved = {"report_by": known["report_by"]} if known["put_off_until"] else {}
            found[stream] = {**known, **clear, **moved}
        elif fact["topic"] == RoundDelayed.TOPIC and stream in found:
            found[stream]["put_off_until"] = clear["put_off_until"]
            found[stream]["report_by"] = clear["report_by"]
        elif fact["topic"] == RoundReported.TOPIC and stream in found:
            found[stream]["finished_on"] = clear["finished_on"]
    return sorted(found.values(), key=lambda each: (each["until"], each["town"]), reverse=True)


def _in_any(column: ColumnElement[Any], rounds: Sequence[Mapping[str, Any]]) -> ColumnElement[bool]:
    return column.in_(sorted({each["town"] for each in rounds}))
