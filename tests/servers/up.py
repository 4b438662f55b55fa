"""``make up``: the hub as a data centre runs it, on this machine and without containers.

A real PostgreSQL and a real Kafka on folders of their own, then the same processes as in
docker-compose.yml, each with the passwords of its own database roles. Ctrl+C stops them all.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir

from hub.migrate import split_passwords
from tests.servers.kafka import KafkaBroker
from tests.servers.postgres import PostgresServer

HUB = (sys.executable, "-c", "from hub.cli.start import run; run()")
DATABASE = "hub"
WORKERS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "relay": (("relay",), "relay"),
    "project": (("project", "--source", "kafka"), "project"),
    "react": (("react",), "react"),
    "tick": (("tick",), "react"),
    "notices": (("notices", "send"), "react"),
    "feeds-fill": (("feeds", "fill"), "feeds"),
    "feeds-send": (("feeds", "send"), "relay"),
    "inbound": (("inbound", "take"), "inbound"),
}
"""Worker → its command, and whose passwords it gets."""


def main() -> None:
    """Run until SIGINT or SIGTERM, or until a process ends by itself."""
    options = argparse.ArgumentParser()
    options.add_argument("folder", type=Path)
    options.add_argument("--port", default="8310")
    given = options.parse_args()
    over = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: over.set())
    with running(given.folder.absolute(), given.port) as processes:
        while not over.wait(0.5):
            for name, process in processes.items():
                if process.poll() is not None:
                    print(f"{name} ended by itself ({process.returncode})", file=sys.stderr)
                    sys.exit(1)


@contextmanager
def running(folder: Path, port: str) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Every process of the hub, until the block ends. Tables and keys are made where there are
    none."""
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    with ExitStack() as stack:
        postgres = PostgresServer(_for_postgres(folder), _kept_port(folder))
        postgres.start()
        stack.callback(postgres.stop)
        broker = stack.enter_context(KafkaBroker(folder / "kafka"))
        server = postgres.database(DATABASE)
        split_passwords(server, folder / "passwords")
        environment = {
            **os.environ,
            "HUB_DATA": str(folder / "data"),
            "HUB_DATABASE": server.url,
            "HUB_KAFKA": broker.bootstrap,
        }

        def as_process(name: str) -> dict[str, str]:
            passfile = folder / "passwords" / name / "pgpass"
            return {**environment, "HUB_DATABASE_PASSFILE": str(passfile)}

        subprocess.run([*HUB, "init"], check=True, env=as_process("api"))
        processes: dict[str, subprocess.Popen[bytes]] = {}
        stack.callback(_stop, processes)
        for name, (command, passwords) in WORKERS.items():
            processes[name] = subprocess.Popen(
                [*HUB, *command], env=as_process(passwords), start_new_session=True
            )
            if name == "relay":
                # It makes the shared log's topic.
                _wait_for_topic(broker)
        processes["api"] = subprocess.Popen(
            [*HUB, "serve", "--api-only", "--port", port],
            env=as_process("api"),
            start_new_session=True,
        )
        yield processes


def _stop(processes: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for process in processes.values():
        process.terminate()
    for process in processes.values():
        process.wait(30)


def _wait_for_topic(broker: KafkaBroker) -> None:
    from hub.messaging.topics import KafkaSettings, TopicRefused, check_topic

    settings = KafkaSettings(broker.bootstrap)
    for _ in range(300):
        try:
            check_topic(settings, settings.events)
            return
        except TopicRefused:
            threading.Event().wait(0.1)
    raise RuntimeError("the relay does not make the shared log's topic")


def _kept_port(folder: Path) -> int:
    """The database's port of the first start: the password file names it."""
    kept = folder / "postgres.port"
    if kept.exists():
        return int(kept.read_text())
    from tests.servers.postgres import free_port

    port = free_port()
    kept.write_text(str(port))
    return port


def _for_postgres(folder: Path) -> Path:
    """A folder that the server can get at: it does not run as root, and may not be let into
    the home of whoever started it."""
    if os.geteuid() != 0:
        return folder / "postgres"
    place = Path(gettempdir()) / f"hub-up-{sha256(str(folder).encode()).hexdigest()[:12]}"
    place.mkdir(exist_ok=True)
    # Whatever this process lets others do with its files.
    place.chmod(0o711)
    return place / "postgres"


if __name__ == "__main__":
    main()
