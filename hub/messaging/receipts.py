"""The hub's answer to a record that an agency sent in, sealed to the agency.

The body is JSON: ``message_id``, ``outcome`` (``accepted``, ``refused``), and with it what the
sender is told: receipt number, faults by code, column, rule and advice (Chinese, never a value),
the quarantine's identifier, the receipt of a mandatory report that went out with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from pydantic_core import from_json, to_json

from domain.faults import Fault
from hub.encryption.envelope import open_, seal

_LABEL = b"hub receipt"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender of a record is told. ``number`` is the receipt number (回执号), ``report``
    that of the mandatory report which the record gave rise to."""

    message_id: str
    outcome: str
    number: str | None = None
    repeated: bool = False
    corrected: bool = False
    faults: Sequence[Fault] = field(default=())
    quarantine_id: str | None = None
    report: str | None = None


def seal_receipt(key: X25519PublicKey, organisation: str, receipt: Receipt) -> bytes:
    """The token of a receipt for the organisation with this key."""
    body = to_json(asdict(receipt))
    return seal(key, _LABEL, (organisation, receipt.message_id), body)


def open_receipt(
    keys: Iterable[X25519PrivateKey], organisation: str, message_id: str, token: bytes
) -> Receipt:
    """The receipt of a message, for the organisation whose keys these are. Raises
    :class:`hub.encryption.envelope.CannotOpen`, and ValueError for what is no receipt."""
    found: dict[str, Any] = from_json(open_(keys, _LABEL, (organisation, message_id), token))
    try:
        faults = tuple(
            Fault(each["column"], each["code"], each["rule"], each["advice"])
            for each in found["faults"]
        )
        return Receipt(
            message_id=found["message_id"],
            outcome=found["outcome"],
            number=found["number"],
            repeated=found["repeated"],
            corrected=found["corrected"],
            faults=faults,
            quarantine_id=found["quarantine_id"],
            report=found["report"],
        )
    except (KeyError, TypeError):
        raise ValueError("no receipt") from None
