"""Notices as lines of a file: where no gateway is set up, and in tests."""

from __future__ import annotations

import json
import os
from pathlib import Path

from hub.notices.port import Notice, NoticeFailed

NAME = "notices.jsonl"


class FileNotices:
    """Appends one JSON object a line; a line that was written is not written again."""

    local = True

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def send(self, notice: Notice, *, again: bool) -> None:
        """As :meth:`hub.notices.port.NoticePort.send`."""
        try:
            if again and notice.id in self._sent():
                return
            line = json.dumps(notice.parts(), ensure_ascii=False) + "\n"
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
            with os.fdopen(os.open(self._path, flags, 0o600), "ab") as file:
                if file.tell() and not self._whole():
                    # Cut off in the middle of a line: that one was never written.
                    file.write(b"\n")
                file.write(line.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise NoticeFailed(type(error).__name__, perhaps_sent=True) from error

    def _whole(self) -> bool:
        with self._path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"

    def _sent(self) -> set[str]:
        if not self._path.exists():
            return set()
        found = set()
        for line in self._path.read_bytes().splitlines():
            try:
                found.add(str(json.loads(line)["id"]))
            except ValueError:
                continue
        return found

    def close(self) -> None:
        """Nothing stays open."""
