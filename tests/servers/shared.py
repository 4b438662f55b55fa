"""One Kafka broker for everybody who needs one at the same time.

Each user holds a shared lock on a file; a keeper process, the broker's parent, waits for the
exclusive one. It gets it when the last user has gone, whether it ended or was killed, and then
stops the broker. So pytest's workers share one, and none is left behind.
"""

from __future__ import annotations

import fcntl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.kafka import ROOT, START_SECONDS, BrokerFailed, KafkaBroker


@contextmanager
def shared_broker(folder: Path) -> Iterator[str]:
    """The address of the broker of this folder, started if nobody has; it runs at least until
    the end of the block. Raises :class:`BrokerFailed`."""
    folder.mkdir(parents=True, exist_ok=True)
    address = folder / "bootstrap"
    with (folder / "users").open("a") as users, (folder / "starting").open("a") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        # Waits for a keeper that is just putting its broker away.
        fcntl.flock(users, fcntl.LOCK_SH)
        if not address.exists():
            with (folder / "keeper.log").open("ab") as log:
                keeper = subprocess.Popen(
                    [sys.executable, "-m", "tests.servers.shared", str(folder)],
                    cwd=ROOT,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            deadline = time.monotonic() + 2 * START_SECONDS
            while not address.exists():
                if keeper.poll() is not None or time.monotonic() > deadline:
                    raise BrokerFailed(f"no broker came up; see {folder}")
                time.sleep(0.05)
            # It outlives this process on purpose; nobody here will wait for it.
            keeper.returncode = 0
        fcntl.flock(starting, fcntl.LOCK_UN)
        yield address.read_text()


def keep(folder: Path) -> None:
    """Run the broker until nobody uses it any more."""
    address = folder / "bootstrap"
    with KafkaBroker(folder / "broker") as broker, (folder / "users").open("a") as users:
        fresh = folder / "bootstrap.new"
        fresh.write_text(broker.bootstrap)
        fresh.replace(address)
        fcntl.flock(users, fcntl.LOCK_EX)
        # Whoever comes now waits for the lock, and then starts another.
        address.unlink()
        broker.stop()


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
