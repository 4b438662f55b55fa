"""The door for reads at an organisation's own server: over its own view, and nothing else.

The same questions with the same answers as at the hub. What is open by now is asked of the hub's
key service, which reads it in the log; the keys are asked for there field by field. Questions that
need more than the view (who somebody is, who looked, what became of a receipt) are the hub's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn, Protocol

from sqlalchemy import Connection

from hub.answers import SafeContact, SafetyLine
from hub.authorization.decide import Openings
from hub.clock import Clock
from hub.keyservice import KeyOpener, Reader
from hub.matching import NoMatching
from hub.policies import Policies
from hub.queries import Queries
from hub.queries.asked import Asked, Towards
from hub.queries.door import Names, View


class RemoteOpener(KeyOpener, Protocol):
    """Opens fields by keys that are asked for elsewhere, where it is known what is open."""

    def standings(
        self, reader: Reader, children: Iterable[str]
    ) -> Mapping[str, tuple[Openings, bool, bool]]:
        """What of each child is open to the reader's organisation by now and by which right,
        whether it has an open task about the child, and whether something has run out."""

    def safety(
        self, reader: Reader, children: Iterable[str]
    ) -> Mapping[str, tuple[SafetyLine, ...]]:
        """What the reader's organisation is told to heed (安全提示) of each child by now."""

    def cleared(self, reader: Reader) -> bool:
        """Whether the reader's entry check (入职查询) stands by now."""

    def safe_contacts(self, reader: Reader, children: Iterable[str]) -> Mapping[str, SafeContact]:
        """Whom to call about each child instead of a guardian (安全联系人) by now."""


class _AtTheHub:
    """In the place of what only the hub has."""

    def __getattr__(self, name: str) -> NoReturn:
        raise RuntimeError("this is asked at the hub")


class OwnViewQueries(Queries):
    """What may be read of one organisation's own view."""

    def __init__(
        self, view: View, keys: RemoteOpener, policies: Policies, names: Names, clock: Clock
    ) -> None:
        elsewhere: Any = _AtTheHub()
        super().__init__(
            lambda seat: view,
            keys,
            elsewhere,
            NoMatching(),
            policies,
            names,
            clock,
            elsewhere,
            elsewhere,
            elsewhere,
            elsewhere,
            elsewhere,
            elsewhere,
            elsewhere,
            elsewhere,
            elsewhere,
            elsewhere,
            elsewhere,
            elsewhere,
        )
        self._keys = keys

    def _opened(
        self, connection: Connection, reader: Reader, refs: Iterable[str]
    ) -> dict[str, Towards]:
        # Under which access something is seen in an emergency is for the hub to say and to enter.
        return {
            child: Towards(opened, in_task, run_out=run_out)
            for child, (opened, in_task, run_out) in self._keys.standings(reader, refs).items()
        }

    def _heeded(
        self, connection: Connection, reader: Reader, children: Iterable[str]
    ) -> Mapping[str, tuple[SafetyLine, ...]]:
        # No view holds one: the hub says, sealed to the organisation, what it is told by now.
        return self._keys.safety(reader, children)

    def _safe_contacts(
        self, reader: Reader, asked: Asked, children: Iterable[str]
    ) -> Mapping[str, SafeContact]:
        return self._keys.safe_contacts(reader, children)

    def _withheld(self, ours: str, row: Mapping[str, Any]) -> bool:
        # What a task comes of, the hub's log alone holds.
        return False

    def _with_what_counted_then(
        self,
        connection: Connection,
        reader: Reader,
        cases: list[dict[str, Any]],
        until: int,
    ) -> list[dict[str, Any]]:
        # What was told once and is no more, the hub's log alone holds.
        return cases

    def _cleared(self, reader: Reader) -> bool:
        """The hub says, by the person's own token."""
        return self._keys.cleared(reader)

    def _behind(self, connection: Connection) -> bool:
        """How far the log is by now, the hub alone knows: what is counted is always looked at row
        by row."""
        return True
