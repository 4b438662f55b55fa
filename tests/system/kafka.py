"""A program whose views follow the shared log on a real broker instead of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, fields

from hub.bootstrap import Program, kafka_settings
from hub.eventstore.opening import open_recorder
from hub.messaging.log import EventsConsumer
from hub.messaging.positions import DatabasePositions
from hub.messaging.relay import Relay
from hub.messaging.topics import ensure_topics
from hub.settings import Settings
from projections.parted import PartedProjector


@dataclass(frozen=True, slots=True)
class Relayed(Program):
    """A program that settles as separate workers do: what happened goes through Kafka."""

    relay: Relay
    parted: PartedProjector
    consumer: EventsConsumer

    def settle(self, progress: Callable[[int], None] | None = None) -> bool:
        """Reactions, due deadlines and views, until nothing follows any more."""
        while True:
            reacted = self.reactor.react()
            self._project()
            ticked = self.reactor.tick()
            self.notices.step()
            if not reacted and not ticked:
                self._project()
                return True

    def _project(self) -> None:
        while self.relay.step():
            pass
        position = self.store.position
        while any(view.position < position for view in self.projector.views.values()):
            self.parted.step(self.consumer, 0.05)


@contextmanager
def relayed(made: Program) -> Iterator[Relayed]:
    """The same program, settling through the broker that the settings name."""
    settings = kafka_settings(Settings())
    ensure_topics(settings, [settings.events])
    with ExitStack() as stack:
        recorder = stack.enter_context(closing(open_recorder(made.storage)))
        positions = DatabasePositions(made.storage, settings.events.name, create=True)
        stack.callback(positions.close)
        relay = stack.enter_context(closing(Relay(recorder, positions, settings)))
        parted = PartedProjector(
            lambda: list(made.projector.views.values()),
            made.store,
            settings.partitions,
            positions.get,
        )
        places = parted.places(range(settings.partitions))
        consumer = stack.enter_context(closing(EventsConsumer.of(settings, places)))
        kept = {each.name: getattr(made, each.name) for each in fields(made)}
        yield Relayed(**kept, relay=relay, parted=parted, consumer=consumer)
