"""Text messages (短信) to a person's own number: the codes by which a phone is registered.

Without a gateway a message is a line of a file, for trying out; of the number only its last figures
stand there.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Protocol

import httpx

from hub import logs
from hub.notices.gateway import gateway_client

NAME = "texts.jsonl"
_LOG = logs.get("hub.texts")
_SHOWN = 4


class TextPort(Protocol):
    """A way out. What fails is logged: whoever waits asks again."""

    def send(self, number: str, text: str) -> None:
        """Send a text to a number."""

    def close(self) -> None:
        """Close what is open."""


class FileTexts:
    """Appends one JSON object a line."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def send(self, number: str, text: str) -> None:
        """As :meth:`TextPort.send`."""
        line = json.dumps({"to": number[-_SHOWN:], "text": text}, ensure_ascii=False) + "\n"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        with os.fdopen(os.open(self._path, flags, 0o600), "ab") as file:
            file.write(line.encode())

    def close(self) -> None:
        """Nothing stays open."""


class GatewayTexts:
    """One POST a message, as JSON, to the address of a gateway."""

    def __init__(self, url: str, ca: Path | None = None, token: str | None = None) -> None:
        """Raises GatewayRefused."""
        self._url = url
        self._client = gateway_client(url, ca, token)

    def send(self, number: str, text: str) -> None:
        """As :meth:`TextPort.send`."""
        try:
            answer = self._client.post(self._url, json={"number": number, "text": text})
        except httpx.HTTPError as error:
            _LOG.warning("text.failed", error=type(error).__name__)
            return
        if not answer.is_success:
            _LOG.warning("text.failed", error=f"HTTP {answer.status_code}")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
