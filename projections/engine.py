"""The view database of one seat's organisations: the engine on a view's tables."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine, func, select

from domain.organisations import Seat
from hub.authorization.policy import Policy
from hub.eventstore.codec import Fact
from hub.storage.sql import create_missing
from projections.follower import BATCH, RETRIES, Follower, Log
from projections.memory import ViewMemory
from projections.rows import ViewRows
from projections.tables import DEAD_LETTERS, DERIVED, FACTS, META

__all__ = ["BATCH", "RETRIES", "Log", "SeatView"]


class SeatView(Follower):
    """The view database of one seat's organisations."""

    def __init__(
        self,
        seat: Seat,
        engine: Engine,
        policy: Policy,
        *,
        take: Callable[[Fact], None] | None = None,
    ) -> None:
        """``engine`` is the view's from now on; its tables are made where they are missing.
        ``take`` is called with each fact before it is taken in: a test's way to make one fail."""
        with engine.execution_options(writing=True).begin() as connection:
            create_missing(connection, META)
        super().__init__(seat, engine, policy, ViewMemory(), ViewRows(), take=take)

    def counts(self) -> dict[str, int]:
        """Rows by table."""
        with self.engine.begin() as connection:
            return {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (FACTS, *DERIVED.values(), DEAD_LETTERS)
            }
