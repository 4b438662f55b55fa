"""The other side of the exchange: an organisation on a separate network, with nothing but a folder.

The folder holds its two private keys, its public line for the hub, and how far both directions have
come. No data folder, database or network is needed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from domain.organisations import HUB, seat_of
from hub.audit.notes import NoteRefused, PublicKey, Signer
from hub.exchange.form import (
    FIRST,
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
from hub.feeds.keys import NotAKey, new_private_file, public_line, read_private_file, read_public

_SEALED, _SIGNING, _PUBLIC, _STATE = "opens.pem", "signs.key", "exchange.pub", "state.json"


@dataclass(frozen=True, slots=True)
class Keys:
    """The public keys of one side, as its two lines say."""

    signs: PublicKey
    opens: X25519PublicKey

    @property
    def text(self) -> str:
        return f"{self.signs.line}\n{public_line(self.opens)}\n"

    @classmethod
    def parse(cls, text: str) -> Keys:
        """From its two lines. Raises NotAKey."""
        lines = text.split()
        try:
            signs, opens = lines
            return cls(PublicKey.parse(signs), read_public(opens))
        except (ValueError, NoteRefused):
            raise NotAKey from None


class Office:
    """One organisation's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def create(cls, folder: Path, organisation: str, goes_on: str = "") -> Office:
        """Make its keys; ``goes_on``: after what the hub says has come and gone
        (:meth:`hub.exchange.parties.Parties.ends`), where an earlier folder was lost. Raises
        FileExistsError where there are keys, and ValueError for an organisation of no seat and for
        what is no such text."""
        seat_of(organisation)
        state = _state_of(goes_on)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = cls(folder)
        opens = new_private_file(folder / _SEALED)
        seed = token_bytes(32)
        handle = os.open(folder / _SIGNING, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(f"{organisation}\n{seed.hex()}\n")
        keys = Keys(Signer(organisation, seed).public, opens.public_key())
        (folder / _PUBLIC).write_text(keys.text, encoding="ascii")
        made._write(state)
        return made

    @property
    def public(self) -> Keys:
        """What the hub registers."""
        return Keys.parse((self._folder / _PUBLIC).read_text("ascii"))

    def pack(self, hub: Keys, records: Sequence[Any], out: Path, made_at: str) -> int:
        """Write the next file of records; gives its number. Raises FileExistsError. A file that is
        lost on the way is carried once more: nothing is made under its number again."""
        state = self._state()
        number, previous = state["out"]
        signer = self._signer()
        head = Head(Kind.RECORDS, signer.public.name, HUB, number + 1, previous, made_at, "")
        body = json.dumps(list(records), ensure_ascii=False).encode()
        file, head = close(signer, hub.opens, head, body)
        with out.open("xb") as to:
            to.write(file)
            to.flush()
            os.fsync(to.fileno())
        self._write({**state, "out": [head.number, head.digest]})
        return head.number

    def opened(self, hub: Keys, file: bytes) -> dict[str, Any]:
        """What the hub answered (``rows``), or gives to do (``tasks``). The same file may be read
        again. Raises FileRefused."""
        signer = self._signer()
        carried = read(file)
        check(carried, hub.signs, signer.public.name)
        if carried.head.sender != HUB or carried.head.kind is Kind.RECORDS:
            raise FileRefused(Code.FORM)
        body = body_of(carried, [read_private_file(self._folder / _SEALED)])
        state = self._state()
        number, digest = state["in"]
        if (carried.head.number, carried.head.digest) != (number, digest):
            follows(carried.head, number, digest)
            self._write({**state, "in": [carried.head.number, carried.head.digest]})
        found: dict[str, Any] = json.loads(body)
        return found

    def _signer(self) -> Signer:
        name, seed = (self._folder / _SIGNING).read_text("ascii").split()
        return Signer(name, bytes.fromhex(seed))

    def _state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self._folder / _STATE).read_text("ascii"))
        return found

    def _write(self, state: dict[str, Any]) -> None:
        """In one step: a number that was given out is never given out again."""
        beside = self._folder / f"{_STATE}.new"
        beside.write_text(json.dumps(state), encoding="ascii")
        beside.replace(self._folder / _STATE)


def _state_of(goes_on: str) -> dict[str, Any]:
    if not goes_on:
        return {"out": [0, FIRST], "in": [0, FIRST]}
    out, came, into, given = goes_on.split(":")
    if not len(came) == len(given) == len(FIRST):
        raise ValueError(goes_on)
    return {"out": [int(out), came], "in": [int(into), given]}
