"""Has files cleaned, each by a process of its own that holds nothing (see ``cleaning``)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

from domain.attachment import MediaType
from hub.attachments.limits import AttachmentRules
from hub.attachments.refusal import WORDS, NotTaken
from hub.attachments.types import type_of

_HERE = str(Path(__file__).resolve().parents[2])
_DEFECT = 1
"""The exit code of a Python program that failed by itself: ours is at fault, not the file."""


class CleaningFailed(Exception):
    """The cleaning process does not work: a defect here, not in the file."""


class Cleaner:
    """Tells types and cleans; so many files at once as the rules say, the others wait."""

    def __init__(self, rules: AttachmentRules) -> None:
        self._rules = rules
        self._places = threading.BoundedSemaphore(rules.clean_at_once)

    def clean(self, content: bytes) -> tuple[MediaType, bytes]:
        """The type by content, and the cleaned content. Raises NotTaken, CleaningFailed."""
        if not content:
            raise NotTaken("EMPTY")
        media_type = type_of(content)
        if media_type is None:
            raise NotTaken("TYPE")
        limits = self._rules.type[media_type]
        if len(content) > limits.max_bytes:
            raise NotTaken("BYTES")
        request = {
            "type": media_type.value,
            "limits": limits.model_dump(mode="json"),
            "memory": self._rules.clean_memory_bytes,
            "seconds": self._rules.clean_seconds,
        }
        with self._places:
            result = self._run(json.dumps(request).encode() + b"\n" + content)
        if len(result) > limits.max_bytes:
            raise NotTaken("BYTES")
        return media_type, result

    def _run(self, sent: bytes) -> bytes:
        try:
            done = subprocess.run(
                [sys.executable, "-s", "-P", "-m", "hub.attachments.cleaning"],
                input=sent,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # None of this process's environment: it says where keys and databases are.
                env={"PYTHONPATH": _HERE, "PATH": os.defpath, "OMP_NUM_THREADS": "1"},
                cwd="/",
                timeout=self._rules.clean_seconds * 2,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotTaken("TOO_MUCH") from None
        if done.returncode < 0:
            # Killed at a limit, or by what the file made a parser do.
            raise NotTaken("TOO_MUCH")
        head, separator, result = done.stdout.partition(b"\n")
        if done.returncode == _DEFECT or not separator:
            raise CleaningFailed
        refused = json.loads(head).get("refused")
        if refused is not None:
            raise NotTaken(refused if refused in WORDS else "UNREADABLE")
        return result
