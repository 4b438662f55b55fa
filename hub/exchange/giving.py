"""Gives an organisation on a separate network what it has to do (待办), as a signed file.

What stands in it is what its own person sees in the inbox at the hub, asked for in that person's
name: the access entry is written before anything is opened, and a task shows no more of a child
than it releases by then.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine

from domain.organisations import HUB
from hub.audit.notes import Signer
from hub.clock import Clock
from hub.exchange.form import Code, FileRefused, Head, Kind, close
from hub.exchange.parties import gave, last_out, party_of


def give(
    engine: Engine, signer: Signer, clock: Clock, organisation: str, tasks: Sequence[Any]
) -> tuple[int, bytes]:
    """Number and content of the next file to an organisation. Raises FileRefused where it
    exchanges none."""
    now = clock.now()
    with engine.execution_options(writing=True).begin() as connection:
        party = party_of(connection, organisation)
        if party is None:
            raise FileRefused(Code.SENDER)
        number, previous = last_out(connection, organisation)
        at = now.isoformat(timespec="seconds")
        head = Head(Kind.TASKS, HUB, organisation, number + 1, previous, at, "")
        body = json.dumps({"tasks": list(tasks)}, ensure_ascii=False).encode()
        file, head = close(signer, party.opens, head, body)
        gave(connection, head, now)
    return head.number, file
