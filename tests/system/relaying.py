"""A relay process for tests that kill it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.eventstore.store import EventStore
from hub.messaging.positions import DatabasePositions
from hub.messaging.relay import Relay
from hub.messaging.topics import KafkaSettings
from hub.supervision import Progress, Step, Supervised, stopped_by_signals
from tests.servers import warm
from tests.storage.opening import FileStorage, recorder


def kept(position: Path) -> DatabasePositions:
    """A relay's position in a file."""
    return DatabasePositions(FileStorage(position), "hub.events", create=True)


def working(relay: Relay) -> Supervised:
    """The relay at work, supervised as ``hub relay`` has it; whoever wants the lead has it."""

    @contextmanager
    def leading() -> Iterator[Step]:
        def step(progress: Progress) -> None:
            while relay.step():
                progress(0)

        yield step

    return Supervised("relay", leading)


def stop(work: Supervised, relay: Relay) -> None:
    """Ask both to end, as ``hub relay`` does."""
    work.ask_to_stop()
    relay.stop()


class RelayProcess:
    """A relay of a store's file, in a process of its own."""

    def __init__(self, events: Path, position: Path, kafka: KafkaSettings, records: int) -> None:
        """``records`` is how many go out in a loop."""
        self._position = kept(position)
        self._process = warm.start(
            f"{__name__}:run",
            *(str(events), str(position), kafka.bootstrap, kafka.prefix, str(records)),
        )

    @property
    def position(self) -> int:
        """How far it has come."""
        return self._position.get()

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def kill(self) -> None:
        """SIGKILL."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM, and the exit status."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        self._process.send_signal(how)
        status = self._process.wait(30)
        if self._process.stdout is not None:
            self._process.stdout.close()
        return status


def main(events: str, position: str, bootstrap: str, prefix: str, records: str) -> None:
    """Relay until SIGTERM."""
    # No keys: a relay seals nothing and opens nothing.
    store = EventStore(recorder(Path(events)), None)
    relay = Relay(
        store.recorder,
        kept(Path(position)),
        KafkaSettings(bootstrap, prefix=prefix),
        records=int(records),
    )
    work = working(relay)
    with stopped_by_signals(lambda: stop(work, relay)):
        work.run()
    relay.close()
    store.close()


def run() -> None:
    """The process."""
    main(*sys.argv[1:])
