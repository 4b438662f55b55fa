"""Takes signed files of organisations on separate networks, and answers each with one.

Whoever carries a file has no authority: what counts is the signature of the organisation, and that
the file is the next one after what was taken before. Its records go through the same intake as
every other, and the answer says of each what became of it. The same file again gets the same
answer. What is not taken is kept, sealed as it came; but mandatory reports in a file that is only
out of turn go in at once, for they wait for nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Engine

from adapters.intake.intake import Intake, RowAnswer, UnknownKind
from domain.faults import Fault
from domain.kernel import Actor, Refused
from domain.organisations import CARRIED, HUB, Post
from hub import logs
from hub.application import Hub
from hub.audit.notes import Signer
from hub.clock import Clock
from hub.exchange.acts import ACTS, NOT_AN_ACT, act
from hub.exchange.form import (
    Carried,
    Code,
    FileRefused,
    Head,
    Kind,
    body_of,
    check,
    close,
    follows,
    read,
)
from hub.exchange.parties import (
    Party,
    answer_to,
    keep_refused,
    last_in,
    last_out,
    party_of,
    taken,
    told_before,
)

_log = logs.get(__name__)

_UNKNOWN_KIND = Fault("", "UNKNOWN_KIND", "本单位不报送这类记录。", "请核对记录种类和报送单位。")
_NOT_A_RECORD = Fault("", "NOT_A_RECORD", "不是一条记录（种类、栏目名和值）。", "请核对后重报。")

Sent = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was taken: its head, the answer to be carried back, and counts, of mandatory
    reports too. ``again``: it was taken before, and the answer is the one of then."""

    head: Head
    answer: bytes
    accepted: int = 0
    refused: int = 0
    reports: int = 0
    again: bool = False


class CarriedFiles:
    """The hub's side of the exchange."""

    def __init__(
        self,
        engine: Engine,
        intake: Intake,
        hub: Hub,
        keys: Sequence[X25519PrivateKey],
        signer: Signer,
        clock: Clock,
    ) -> None:
        """``engine`` is the area's of feeds; ``keys`` are those that files are sealed to."""
        self._engine = engine
        self._intake = intake
        self._hub = hub
        self._keys = keys
        self._signer = signer
        self._clock = clock

    def take(self, file: bytes) -> Taken:
        """Take a file. Raises FileRefused, after it was kept; and what passes (a database that
        cannot answer), after which the same file is taken once more."""
        carried = read(file)
        try:
            return self._taken(carried)
        except FileRefused as refused:
            _log.warning("carried_file_refused", code=refused.code.value)
            raise

    def _taken(self, carried: Carried) -> Taken:
        head = carried.head
        with self._engine.begin() as connection:
            party = party_of(connection, head.sender)
            before = last_in(connection, head.sender)
            known = answer_to(connection, head)
        if party is None:
            # Nobody's: it is not kept either, or anybody could fill the disk.
            raise FileRefused(Code.SENDER)
        try:
            check(carried, party.signs, HUB)
        except FileRefused as refused:
            self._keep(carried, refused, {})
            raise
        if known is not None and known[0] == head.digest:
            return Taken(head, known[1], again=True)
        try:
            records = self._records(carried)
        except FileRefused as refused:
            self._keep(carried, refused, {})
            raise
        with self._engine.begin() as connection:
            told = told_before(connection, head)
        try:
            follows(head, *before)
        except FileRefused as refused:
            if refused.code is not Code.USED:
                told = self._reports(head.sender, records, told)
            self._keep(carried, refused, told)
            raise
        rows = [
            {"row": at, "outcome": "accepted", "receipt": told[at], "repeated": True, "faults": []}
            if at in told
            else self._row(head.sender, at, head.digest, record)
            for at, record in enumerate(records, start=1)
        ]
        reports = sum(
            1
            for row, record in zip(rows, records, strict=True)
            if row.get("report") or ((sent := _sent(record)) and self._intake.reports(sent[0]))
        )
        return replace(self._answered(party, head, rows), reports=reports)

    def _records(self, carried: Carried) -> list[Any]:
        if carried.head.kind is not Kind.RECORDS:
            raise FileRefused(Code.FORM)
        body = body_of(carried, self._keys)
        with suppress(ValueError, RecursionError):
            found = json.loads(body)
            if isinstance(found, list):
                return found
        raise FileRefused(Code.CONTENT)

    def _reports(self, sender: str, records: Sequence[Any], told: dict[int, str]) -> dict[int, str]:
        """Mandatory reports, and what must be reported of other records, go in whatever stands
        before them; gives the receipts of the former by place."""
        for at, record in enumerate(records, start=1):
            sent = _sent(record)
            if at in told or sent is None:
                continue
            with suppress(UnknownKind):
                answer = self._intake.alarm(_actor(sender), *sent)
                if answer is not None and self._intake.reports(sent[0]):
                    told[at] = answer.number
        return told

    def _row(self, sender: str, at: int, key: str, record: Any) -> dict[str, Any]:
        sent = _sent(record)
        if sent is None:
            return _told(at, RowAnswer(at, faults=(_NOT_A_RECORD,)))
        if sent[0] in ACTS:
            return _told(at, self._act(sender, at, key, sent))
        try:
            return _told(at, self._intake.record(_actor(sender), *sent))
        except UnknownKind:
            return _told(at, RowAnswer(at, faults=(_UNKNOWN_KIND,)))

    def _act(self, sender: str, at: int, key: str, sent: Sent) -> RowAnswer:
        """``key``: the same line of the same file is carried out once, also after a crash."""
        command = act(*sent)
        if command is None:
            return RowAnswer(at, faults=(NOT_AN_ACT,))
        try:
            done = self._hub.command(command, _actor(sender), idempotency_key=f"{key}-{at}")
        except Refused as refused:
            return RowAnswer(at, faults=(Fault("", refused.code, refused.text, ""),))
        return RowAnswer(at, done)

    def _answered(self, party: Party, head: Head, rows: list[dict[str, Any]]) -> Taken:
        now = self._clock.now()
        body = {"answers": head.number, "of": head.digest, "rows": rows}
        with self._engine.execution_options(writing=True).begin() as connection:
            number, previous = last_out(connection, party.organisation)
            answer, went = close(
                self._signer,
                party.opens,
                Head(
                    Kind.ANSWERS,
                    HUB,
                    party.organisation,
                    number + 1,
                    previous,
                    now.isoformat(timespec="seconds"),
                    "",
                ),
                json.dumps(body, ensure_ascii=False).encode(),
            )
            taken(connection, head, went, answer, now)
        accepted = sum(1 for row in rows if row["outcome"] == "accepted")
        return Taken(head, answer, accepted, len(rows) - accepted)

    def _keep(self, carried: Carried, refused: FileRefused, told: Mapping[int, str]) -> None:
        with self._engine.execution_options(writing=True).begin() as connection:
            keep_refused(
                connection,
                carried.head,
                refused.code.value,
                self._clock.now(),
                carried.token,
                told,
            )


def _actor(sender: str) -> Actor:
    return Actor(sender, Post.SYSTEM.value, CARRIED)


def _sent(record: Any) -> Sent | None:
    if not isinstance(record, dict) or record.keys() != {"kind", "values"}:
        return None
    kind, values = record["kind"], record["values"]
    if not isinstance(kind, str) or not isinstance(values, dict):
        return None
    return kind, values


def _told(at: int, taken: RowAnswer) -> dict[str, Any]:
    accepted = taken.answer is not None
    return {
        "row": at,
        "outcome": "accepted" if accepted else "refused",
        "receipt": taken.answer.number if taken.answer is not None else None,
        "repeated": bool(taken.answer is not None and taken.answer.repeated),
        "report": taken.report.number if taken.report is not None else None,
        "quarantine_id": taken.quarantine_id,
        "faults": [
            {
                "column": fault.column,
                "code": fault.code,
                "rule": fault.rule,
                "advice": fault.advice,
            }
            for fault in taken.faults
        ],
    }
