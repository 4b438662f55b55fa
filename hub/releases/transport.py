"""Carrying askings to the key service over HTTP."""

from __future__ import annotations

import ssl
from pathlib import Path

import httpx

from hub.releases.remote import AskingNotAnswered, KeyServiceUnreachable

PATH = "/keyservice/v1/releases"
"""Where the key service answers."""
PATIENCE = 10.0
"""Seconds until it is taken for unreachable."""


def trusting(ca: Path | None) -> ssl.SSLContext:
    """How certificates are checked: against those of ``ca`` (PEM) alone, else the system's."""
    return ssl.create_default_context(cafile=ca)


class HttpTransport:
    """As :class:`hub.releases.remote.Transport`; keeps its connections."""

    def __init__(self, url: str, ca: Path | None = None) -> None:
        # No proxy of the environment's: what is asked goes to the key service and nobody else.
        self._client = httpx.Client(
            base_url=url, verify=trusting(ca), timeout=PATIENCE, trust_env=False
        )

    def __call__(self, asking: bytes) -> bytes:
        """Carry an asking, and its release back."""
        try:
            answer = self._client.post(PATH, content=asking)
            if answer.status_code == httpx.codes.FORBIDDEN:
                raise AskingNotAnswered(str(answer.json()["code"]))
        except (httpx.HTTPError, ValueError, KeyError):
            raise KeyServiceUnreachable from None
        if answer.status_code != httpx.codes.OK:
            raise KeyServiceUnreachable
        return answer.content

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
