"""``python -m hub.attachments.cleaning``: cleans one file in a process of its own.

A file from outside is read by large parsers written in C. Here they hold no key, no database and
no file; they may use so much memory and time and no more, and what they do to the process they do
to this one. stdin: a line of JSON (type and limits), then the file. stdout: a line of JSON, then
the cleaned file. Exit code 0 with ``{"refused": code}`` for a file that is not taken.
"""

from __future__ import annotations

import json
import resource
import sys

from domain.attachment import MediaType
from hub.attachments.documents import clean_document
from hub.attachments.images import clean_image
from hub.attachments.limits import TypeLimits
from hub.attachments.refusal import NotTaken
from hub.attachments.voice import clean_voice


def cleaned(content: bytes, media_type: MediaType, limits: TypeLimits) -> bytes:
    """The content without what it carries unseen. Raises NotTaken."""
    try:
        if media_type is MediaType.PDF:
            return clean_document(content, limits)
        if media_type.value.startswith("image/"):
            return clean_image(content, media_type, limits)
        return clean_voice(content, media_type, limits)
    except NotTaken:
        raise
    except MemoryError:
        raise NotTaken("TOO_MUCH") from None
    except Exception:
        # Parsers of hostile input raise anything. What they say quotes the file.
        raise NotTaken("UNREADABLE") from None


def _confine(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Clean what stands on stdin."""
    request = json.loads(sys.stdin.buffer.readline())
    _confine(request["memory"], request["seconds"])
    limits = TypeLimits.model_validate(request["limits"])
    content = sys.stdin.buffer.read()
    answer: dict[str, object] = {}
    result = b""
    try:
        result = cleaned(content, MediaType(request["type"]), limits)
    except NotTaken as refused:
        answer = {"refused": refused.code}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + result)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
