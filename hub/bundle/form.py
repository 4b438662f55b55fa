"""What a bundle is as a file: its content in one canonical form, under a signed note of its hash.

``streams`` hold every event of the case's streams from the first to the signed last version, each
with its proof in the tree of events: in full, with the keys of the disclosed fields, or by its
digest alone where the recipient is not to see it. ``looks`` hold the access entries in the same
way. ``left_out`` counts what was left out by category and rule, and whoever checks counts again.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hub.audit.notes import NoteRefused, PublicKey, Signer
from hub.audit.proofs import text

FORMAT = "hub case bundle 1"


class Rule(StrEnum):
    """Why something is left out."""

    MATRIX = "matrix"
    """Sharing matrix, task or purpose do not open it to the recipient
    (policies/sharing-matrix.csv, policies/purposes.toml)."""
    ERASED = "erased"
    """Its key was erased (个人信息保护法 47)."""
    UNREADABLE = "unreadable"
    """It does not open: no key, or tampered with."""


OTHER = "other"
"""The category of what the recipient's seat must not know the category of."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """So many of something, of one category, by one rule. ``what`` is event, field or look."""

    what: str
    category: str
    rule: str
    count: int


def tally(found: Iterable[tuple[str, str, str]]) -> list[dict[str, Any]]:
    """What was left out, as the file holds it."""
    counted = Counter(found)
    return [
        {"what": what, "category": category, "rule": rule, "count": count}
        for (what, category, rule), count in sorted(counted.items())
    ]


def seal(content: Mapping[str, Any], signer: Signer) -> str:
    """The file of a content."""
    note = signer.note(_text(content, signer.public.name))
    return json.dumps({"content": content, "seal": note}, ensure_ascii=False, indent=1) + "\n"


def unseal(file: str, key: PublicKey) -> dict[str, Any]:
    """The content of a file. Raises NoteRefused where it is not what the key's owner signed."""
    try:
        found = json.loads(file)
        content, note = found["content"], str(found["seal"])
        signed = key.open_(note) == _text(content, key.name)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NoteRefused from None
    if not signed or not isinstance(content, dict) or content.get("format") != FORMAT:
        raise NoteRefused
    return content


def _text(content: object, name: str) -> str:
    canonical = json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return f"{name}/bundle\n{text(hashlib.sha256(canonical.encode()).digest())}\n"
