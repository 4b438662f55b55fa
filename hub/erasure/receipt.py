"""The receipt of an erasure or a sealing: what was done, when, and what the custodians still have
to do.

It is a signed note (Ed25519) whose text is one JSON object, so that it is checked with nothing
but the hub's public key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hub.audit.notes import NoteRefused, PublicKey, Signer

FORMAT = "hub erasure receipt 1"


def sign(signer: Signer, content: Mapping[str, Any], form: str = FORMAT) -> str:
    """The note of a receipt's content."""
    text = json.dumps({"format": form, **content}, ensure_ascii=False, indent=1, sort_keys=True)
    return signer.note(text + "\n")


def check(key: PublicKey, note: str, form: str = FORMAT) -> dict[str, Any]:
    """A receipt's content. Raises NoteRefused for what this key did not sign as one."""
    try:
        content = json.loads(key.open_(note))
    except ValueError:
        raise NoteRefused from None
    if not isinstance(content, dict) or content.get("format") != form:
        raise NoteRefused
    return content
