"""A real Kafka broker on this machine, from its published Java artifacts (``make kafka``).

One node in KRaft mode, loopback only, nothing made by itself and nothing ever deleted. Usable
outside the tests: ``python -m tests.servers.kafka FOLDER [PORT]`` runs one until SIGINT or
SIGTERM.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

ROOT = Path(__file__).parents[2]
LIBS = ROOT / ".cache" / "kafka" / "libs"

START_SECONDS = 60
"""How long a broker may take until it answers; 5 to 8 s are usual on two cores."""
STOP_SECONDS = 30

_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
log.dirs={logs}
auto.create.topics.enable=false
log.retention.ms=-1
log.retention.bytes=-1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
# Tests do not wait for members that may still come.
group.initial.rebalance.delay.ms=0
# After a SIGKILL the new process is let in once the old one's session is over.
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
num.network.threads=2
num.io.threads=4
"""

_LOGGING = """\
status = error
appender.file.type = File
appender.file.name = file
appender.file.fileName = {file}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d %p %c{{1}} %m%n
rootLogger.level = warn
rootLogger.appenderRef.file.ref = file
"""


class BrokerFailed(RuntimeError):
    """The broker did not start; what it said is in ``broker.log`` and ``server.log``."""


class KafkaBroker:
    """A broker and its data folder.

    ``folder`` is made when missing and holds settings, data and logs; one that was used before
    is taken up with its topics and its port. ``port`` 0 takes a free one at the first start and
    keeps it. ``heap`` is Java's (``-Xmx``).
    """

    def __init__(self, folder: Path, *, port: int = 0, heap: str = "400m", libs: Path = LIBS):
        self.folder = folder.absolute()
        self._heap = heap
        self._libs = libs
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        if (kept := self.folder / "port").exists():
            self._port = int(kept.read_text())

    @property
    def bootstrap(self) -> str:
        """The address for clients, ``host:port``; known from the first start on."""
        return f"127.0.0.1:{self._port}"

    @property
    def log_folder(self) -> Path:
        """Where the records of every topic lie, as the broker writes them."""
        return self.folder / "logs"

    @property
    def running(self) -> bool:
        """Whether this object's process is there."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process is not None and self.running else None

    def start(self) -> KafkaBroker:
        """Start, or start again on the same data and port, and wait until it answers.

        Raises :class:`BrokerFailed`.
        """
        if self.running:
            return self
        if not any(self._libs.glob("kafka_*.jar")):
            raise BrokerFailed("the Kafka artifacts are missing: run `make kafka`")
        if not (self.log_folder / "meta.properties").exists():
            self._format()
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._java(), "kafka.Kafka", str(self._properties)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A terminal's SIGINT is for whoever started this.
                start_new_session=True,
            )
        try:
            self._await_answer()
        except BaseException:
            self.kill()
            raise
        return self

    def stop(self) -> None:
        """SIGTERM, and wait for the end."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL: nothing is said goodbye to."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop and start on the same data and port."""
        self.stop()
        self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"

    def _java(self) -> list[str]:
        return [
            "java",
            f"-Xmx{self._heap}",
            "-XX:+UseSerialGC",
            # Starting fast matters more here than running fast for hours.
            "-XX:TieredStopAtLevel=1",
            f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}",
            "-Djava.net.preferIPv4Stack=true",
            "-cp",
            f"{self._libs}/*",
        ]

    def _format(self) -> None:
        """Write the settings for two free ports and format the storage (KRaft)."""
        with closing(_listening()) as one, closing(_listening()) as other:
            self._port = self._port or one.getsockname()[1]
            controller = other.getsockname()[1]
        self._properties.write_text(
            _PROPERTIES.format(port=self._port, controller=controller, logs=self.log_folder)
        )
        (self.folder / "log4j2.properties").write_text(
            _LOGGING.format(file=self.folder / "broker.log")
        )
        result = subprocess.run(
            [
                *self._java(),
                "kafka.tools.StorageTool",
                "format",
                f"--cluster-id={uuid4()}",
                f"--config={self._properties}",
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=START_SECONDS,
        )
        if result.returncode != 0:
            raise BrokerFailed(f"formatting failed: {result.stdout + result.stderr!r}")
        (self.folder / "port").write_text(str(self._port))

    def _await_answer(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not self.running:
                raise BrokerFailed(f"the broker ended by itself; see {self.folder}")
            if self._listens():
                try:
                    admin = KafkaAdminClient(
                        bootstrap_servers=self.bootstrap, bootstrap_timeout_ms=5000
                    )
                    with closing(admin):
                        if admin.describe_cluster()["brokers"]:
                            return
                except KafkaError:
                    pass  # it listens before it can answer
            time.sleep(0.1)
        raise BrokerFailed(f"the broker does not answer; see {self.folder}")

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self._port), 1).close()
        except OSError:
            return False
        return True

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self.running:
            self._process.send_signal(how)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_SECONDS)
        self._process = None


def _listening() -> socket.socket:
    """A socket on a free port, which stays taken until it is closed."""
    found = socket.socket()
    found.bind(("127.0.0.1", 0))
    return found


def main(arguments: list[str]) -> None:
    """Run a broker on a folder until SIGINT or SIGTERM; prints its address."""
    over = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: over.set())
    port = int(arguments[1]) if len(arguments) > 1 else 0
    with KafkaBroker(Path(arguments[0]), port=port) as broker:
        print(broker.bootstrap, flush=True)
        over.wait()


if __name__ == "__main__":
    main(sys.argv[1:])
