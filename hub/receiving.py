"""Takes in what agencies send to their inbound topics, through the same adapters as every record.

Each message is opened, handed to the intake in its organisation's name, and answered in the
organisation's feed. The offset, and the receipt in the outbox, are kept in one transaction after
the answer; what a crash in between repeats finds the receipt it had (a record's natural key).

Nothing blocks a topic: what cannot be opened or read is kept, sealed as it came, and refused. A
mandatory report waits behind nothing that was sent before it, and is taken however it is written.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from pydantic_core import from_json
from sqlalchemy import Connection, Engine

from adapters.intake.intake import Intake, RowAnswer, UnknownKind
from domain.faults import Fault
from domain.kernel import Actor
from domain.organisations import INBOUND, Post
from hub import logs
from hub.clock import Clock
from hub.encryption.derive import frame
from hub.failures import Cause, foreseen
from hub.feeds.arrived import (
    Refusal,
    answer,
    answered,
    keep_refused,
    moved,
    offset_of,
)
from hub.feeds.outbox import Entry, Kind
from hub.feeds.registry import registered
from hub.messaging.inbound import Arrived, CannotOpen, open_record
from hub.messaging.receipts import Receipt, seal_receipt

"""The pseudonym under which an organisation's own system states records. Events show it."""
TRIES = 3
"""How often a message is tried at which something fails that nobody foresaw."""

_log = logs.get(__name__)

_REPORT_NOW = "如为强制报告，请立即拨打110或在系统页面上报告，不要等待。"
_FAULTS: Mapping[str, Fault] = {
    fault.code: fault
    for fault in (
        Fault(
            "",
            "WRONG_SENDER",
            "消息写明的单位与通道不符，没有收下。",
            f"请核对 ce_source。{_REPORT_NOW}",
        ),
        Fault("", "NO_MESSAGE_ID", "消息没有可用的编号，没有收下。", _REPORT_NOW),
        Fault("", "NO_KIND", "消息没有写明记录种类，没有收下。", f"请核对 ce_type。{_REPORT_NOW}"),
        Fault(
            "",
            "SEALED_OTHERWISE",
            "消息解不开：不是用本系统的接收公钥，或不是按所写的单位、种类、编号加密的。",
            f"请核对接收公钥后重新加密发送。{_REPORT_NOW}",
        ),
        Fault(
            "",
            "NOT_A_RECORD",
            "内容不是一条JSON记录（栏目名和值）。",
            "请核对格式后重新发送。",
        ),
        Fault("", "UNKNOWN_KIND", "本单位不报送这类记录。", "请核对记录种类和报送单位。"),
        Fault(
            "",
            "NOT_TAKEN",
            "系统处理这条消息时出现意外，没有收下；消息已留存，维护人员会查看。",
            _REPORT_NOW,
        ),
    )
}


class Inbound(Protocol):
    """A reader of inbound topics."""

    @property
    def organisations(self) -> frozenset[str]: ...
    def poll(self, seconds: float) -> Sequence[tuple[str, Arrived]]: ...
    def seek(self, offsets: Mapping[str, int]) -> None: ...


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What is to be told and kept of a message."""

    content: bytes
    receipt: Receipt | None
    refused: str | None = None


class _Refused(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Receiving:
    """Takes in agencies' messages. One process at a time does it for an agency; a second one that
    does it by mistake repeats and changes nothing."""

    def __init__(
        self,
        engine: Engine,
        intake: Intake,
        keys: Sequence[X25519PrivateKey],
        content_key: bytes,
        clock: Clock,
    ) -> None:
        """``engine`` is the area's of feeds. ``keys`` are the hub's intake key and former ones
        still in use. ``content_key`` keys the hashes by which repetitions are known."""
        self._engine = engine
        self._intake = intake
        self._keys = keys
        self._content_key = content_key
        self._clock = clock

    def offsets(self, organisations: Iterable[str]) -> dict[str, int]:
        """Where to go on with the topics of some organisations."""
        with self._engine.begin() as connection:
            return {each: offset_of(connection, each) for each in organisations}

    def step(self, reader: Inbound, seconds: float) -> int:
        """Take what comes next, waiting up to ``seconds`` for it; gives how many messages. After a
        failure that passes the reader stands behind what was taken."""
        try:
            found = reader.poll(seconds)
            for organisation, arrived in found:
                # Before everything that was sent before it; its place comes in its turn.
                if self._urgent(organisation, arrived):
                    self.take(organisation, arrived, in_turn=False)
            for organisation, arrived in found:
                self.take(organisation, arrived)
        except Exception:
            reader.seek(self.offsets(reader.organisations))
            raise
        return len(found)

    def take(self, organisation: str, arrived: Arrived, *, in_turn: bool = True) -> None:
        """Take one message of an organisation's topic. ``in_turn``: everything before it is taken.

        Raises what passes (a store or a database that cannot answer); the message is then to be
        tried again.
        """
        with self._engine.begin() as connection:
            if arrived.offset < offset_of(connection, organisation):
                return
        outcome = self._outcome(organisation, arrived)
        now = self._clock.now()
        with self._engine.execution_options(writing=True).begin() as connection:
            if outcome.receipt is not None:
                self._answer(connection, organisation, outcome.content, outcome.receipt, now)
            if outcome.refused is not None:
                keep_refused(
                    connection,
                    Refusal(
                        organisation,
                        arrived.offset,
                        arrived.message_id,
                        arrived.kind,
                        outcome.refused,
                        now,
                        arrived.token,
                    ),
                )
            if in_turn:
                moved(connection, organisation, arrived.offset + 1)
        if outcome.refused is not None:
            _log.warning("inbound_refused", organisation=organisation, code=outcome.refused)

    def _answer(
        self,
        connection: Connection,
        organisation: str,
        content: bytes,
        receipt: Receipt,
        now: datetime,
    ) -> None:
        """Put a receipt into the outbox, once. An organisation whose registration was ended has
        no feed to be told in."""
        agency = registered(connection, organisation)
        if agency is None or answered(connection, organisation, receipt.message_id, content):
            return
        token = seal_receipt(agency.key, organisation, receipt)
        entry = Entry(Kind.RECEIPT, receipt.message_id, now.isoformat(), token)
        answer(connection, organisation, content, entry)

    def _outcome(self, organisation: str, arrived: Arrived) -> _Outcome:
        body = b""
        try:
            kind, message_id, body = self._open(organisation, arrived)
            content = self._content(kind, body)
            with self._engine.begin() as connection:
                if answered(connection, organisation, message_id, content):
                    return _Outcome(content, None)
            values = self._values(organisation, kind, body)
            taken = self._record(organisation, kind, values)
            # What was refused may be taken when it is sent again (the directory has grown, say):
            # it is never passed over, and only the same refusal is not told twice.
            told = content if taken.answer else self._content(kind, body, *_codes(taken.faults))
            return _Outcome(told, _receipt(message_id, taken))
        except _Refused as refusal:
            content = self._content(arrived.kind or "", body or arrived.token, refusal.code)
            receipt = None
            if arrived.message_id is not None:
                faults = (_FAULTS[refusal.code],)
                receipt = Receipt(arrived.message_id, "refused", faults=faults)
            return _Outcome(content, receipt, refusal.code)

    def _open(self, organisation: str, arrived: Arrived) -> tuple[str, str, bytes]:
        """(kind, message id, body) of a message. Raises _Refused."""
        if arrived.source != organisation:
            raise _Refused("WRONG_SENDER")
        if arrived.message_id is None:
            raise _Refused("NO_MESSAGE_ID")
        if arrived.kind is None:
            raise _Refused("NO_KIND")
        try:
            body = open_record(
                self._keys, organisation, arrived.kind, arrived.message_id, arrived.token
            )
        except CannotOpen:
            raise _Refused("SEALED_OTHERWISE") from None
        return arrived.kind, arrived.message_id, body

    def _values(self, organisation: str, kind: str, body: bytes) -> Mapping[str, Any]:
        """The record's fields. Raises _Refused; never for what is never refused."""
        with suppress(ValueError):
            found = from_json(body)
            if isinstance(found, dict):
                return found
        if not self._never_refused(organisation, kind):
            raise _Refused("NOT_A_RECORD")
        # What a mandatory report says counts, not how it is written.
        return {"seen": body.decode("utf-8", "backslashreplace")}

    def _record(self, organisation: str, kind: str, values: Mapping[str, Any]) -> RowAnswer:
        actor = Actor(organisation, Post.SYSTEM.value, INBOUND)
        for attempt in range(1, TRIES + 1):
            try:
                return self._intake.record(actor, kind, values)
            except UnknownKind:
                raise _Refused("UNKNOWN_KIND") from None
            except Exception as error:
                known = foreseen(error)
                if known is not None and known.cause is not Cause.INPUT:
                    raise
                _log.error(
                    "inbound_failed",
                    organisation=organisation,
                    error=type(error).__name__,
                    attempt=attempt,
                    where=logs.where(error),
                )
        raise _Refused("NOT_TAKEN")

    def _urgent(self, organisation: str, arrived: Arrived) -> bool:
        return arrived.kind is not None and self._never_refused(organisation, arrived.kind)

    def _never_refused(self, organisation: str, kind: str) -> bool:
        try:
            return self._intake.kind(organisation, kind).never_refused
        except UnknownKind:
            return False

    def _content(self, kind: str, body: bytes, *codes: str) -> bytes:
        parts = (kind.encode(), body, *(code.encode() for code in codes))
        return hmac.digest(self._content_key, frame(*parts), "sha256")


def _codes(faults: Iterable[Fault]) -> list[str]:
    return [f"{fault.column}/{fault.code}" for fault in faults]


def _receipt(message_id: str, taken: RowAnswer) -> Receipt:
    report = taken.report.number if taken.report is not None else None
    if taken.answer is None:
        return Receipt(
            message_id,
            "refused",
            faults=taken.faults,
            quarantine_id=taken.quarantine_id,
            report=report,
        )
    return Receipt(
        message_id,
        "accepted",
        number=taken.answer.number,
        repeated=taken.answer.repeated,
        corrected=taken.answer.corrected,
        report=report,
    )
