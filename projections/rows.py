"""A view's rows: the facts that its organisations may see, and what is derived from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, select

from hub.storage.sql import as_json
from projections.folds import Row, Shown, entities
from projections.follower import Pair, ShownFailed
from projections.statements import driver, statements
from projections.tables import DERIVED, FACTS


class ViewRows:
    """The sink of a view: see :class:`projections.follower.Sink`."""

    def put(
        self,
        within: Connection,
        gone: Sequence[Pair],
        fresh: Sequence[Shown],
        remade: Sequence[Shown],
    ) -> None:
        """As :meth:`projections.follower.Sink.put`."""
        if gone:
            for rows in statements(within).held:
                rows.forget(driver(within), gone)
        if fresh or remade:
            facts = [_columns(shown) for shown in (*fresh, *remade)]
            statements(within).facts.add(driver(within), facts)
        self._derive(within, fresh, remade)

    def holders(self, within: Connection, child: str) -> set[str]:
        """As :meth:`projections.follower.Sink.holders`."""
        found = select(FACTS.c.organisation).where(FACTS.c.child_ref == child).distinct()
        return set(within.execute(found).scalars())

    def _derive(self, within: Connection, fresh: Sequence[Shown], remade: Sequence[Shown]) -> None:
        """Fold the rows that follow from facts: onto what is there, or from the beginning."""
        current: dict[str, dict[Pair, Row | None]] = {name: {} for name in DERIVED}
        children: dict[str, dict[Pair, str]] = {name: {} for name in DERIVED}
        work: list[tuple[str, Pair, Callable[[Row | None, Shown], Row], Shown]] = []
        for shown in fresh:
            for table, entity, fold in entities(shown):
                key = (shown.organisation, entity)
                current[table][key] = None
                work.append((table, key, fold, shown))
        for name, keys in current.items():
            if keys:
                keys.update(_stored(within, name, list(keys)))
        for shown in remade:
            for table, entity, fold in entities(shown):
                key = (shown.organisation, entity)
                current[table].setdefault(key, None)
                work.append((table, key, fold, shown))
        for table, key, fold, shown in work:
            try:
                current[table][key] = fold(current[table][key], shown)
            except Exception as error:
                raise ShownFailed(shown.child_ref, shown.position, error) from error
            children[table][key] = shown.child_ref
        for name, rows in current.items():
            values = [
                {
                    "organisation": key[0],
                    "id": key[1],
                    "child_ref": children[name][key],
                    **(row or {}),
                }
                for key, row in rows.items()
            ]
            if values:
                statements(within).derived[name].put(driver(within), values)


_JSON_COLUMNS = ("clear", "sealed")
"""The last of the table's columns."""
_plain_columns = attrgetter(*(c.name for c in FACTS.columns if c.name not in _JSON_COLUMNS))


def _columns(shown: Shown) -> tuple[Any, ...]:
    """A row of the table of facts, its JSON columns last."""
    return (*_plain_columns(shown), as_json(shown.clear), as_json(shown.sealed))


def _stored(within: Connection, name: str, keys: Sequence[Pair]) -> dict[Pair, Row | None]:
    found: dict[Pair, Row | None] = {}
    for key, row in statements(within).derived[name].get(driver(within), keys).items():
        for part in ("organisation", "id", "child_ref"):
            del row[part]
        found[key[0], key[1]] = row
    return found
