"""A real Keycloak on this machine, from its published distribution (``make keycloak``).

Loopback only, everything in memory, with the realm of ``keycloak/realm.json``.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Self

import httpx

from tests.servers.kafka import ROOT
from tests.servers.postgres import free_port

CACHE = ROOT / ".cache" / "keycloak"
REALM = Path(__file__).parent / "keycloak" / "realm.json"
START_SECONDS = 180
"""How long it may take until it answers; 15 to 60 s are usual on two cores."""
STOP_SECONDS = 20


class KeycloakFailed(RuntimeError):
    """It did not start; what it said is in ``keycloak.log``."""


class Keycloak:
    """A server and its folder, which is made when missing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}/realms/hub"

    def start(self) -> None:
        """Start it and wait until it answers. Raises KeycloakFailed."""
        self._lay_out()
        log = self.folder / "keycloak.log"
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [
                    *("sh", str(self.folder / "bin" / "kc.sh"), "start", "--optimized"),
                    *("--http-enabled=true", "--hostname-strict=false", "--import-realm"),
                    *("--http-host=127.0.0.1", f"--http-port={self.port}"),
                ],
                env={**os.environ, "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx384m"},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise KeycloakFailed(log.read_text(errors="replace")[-2000:])
            time.sleep(0.2)
        # Java is slow at what it does for the first time; tests wait less long.
        endpoints = f"{self.issuer}/protocol/openid-connect"
        with httpx.Client(trust_env=False, timeout=START_SECONDS) as client:
            client.get(f"{endpoints}/auth", params={"client_id": "hub"})
            client.post(f"{endpoints}/token", data={"client_id": "hub", "code": "none"})

    def stop(self) -> None:
        """Stop it: the shell that started it and Java, which are a process group of their own."""
        process, self._process = self._process, None
        if process is None:
            return
        try:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        except ProcessLookupError:
            process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _lay_out(self) -> None:
        """A home of its own: what is only read is the distribution's."""
        (distribution,) = CACHE.glob("keycloak-*")
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in ("lib", "providers", "themes"):
            (self.folder / name).symlink_to(distribution / name)
        for name in ("bin", "conf"):
            shutil.copytree(distribution / name, self.folder / name)
        imports = self.folder / "data" / "import"
        imports.mkdir(parents=True)
        shutil.copy(REALM, imports / "realm.json")

    def _answers(self) -> bool:
        try:
            address = f"{self.issuer}/.well-known/openid-configuration"
            found = httpx.get(address, trust_env=False, timeout=START_SECONDS)
        except httpx.HTTPError:
            return False
        return found.is_success
