"""Structured logs on stderr that hold no personal data, whoever writes them.

Two nets, since one is always forgotten: values of keys that are not on the allow-list are
dropped, and what looks like an ID number or a telephone is masked in all the others. Records of
libraries keep their message template without its arguments, and no traceback is ever printed:
the last lines of either quote values (a validation error repeats its input).
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
import unicodedata
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, TextIO

import structlog

ALLOWED = frozenset(
    {
        "attachment",
        "attempt",
        "before",
        "code",
        "count",
        "error",
        "event",
        "host",
        "known",
        "lag",
        "level",
        "logger",
        "method",
        "milliseconds",
        "now",
        "organisation",
        "policy",
        "port",
        "position",
        "purpose",
        "request_id",
        "route",
        "seat",
        "signal",
        "status",
        "timestamp",
        "user",
        "where",
        "work",
    }
)
"""Keys whose values may be logged: codes, counts, instants, pseudonyms, route templates."""

DROPPED = "〔不记录〕"
MASKED = "〔已遮盖〕"

_NUMBER = re.compile(r"(?<![0-9])(?:[0-9]{15,18}[Xx]?|1[0-9]{10})(?![0-9])", re.ASCII)
"""15 to 18 digits (ID numbers, card numbers) or an 11-digit mobile telephone."""

EventDict = MutableMapping[str, Any]


def mask(text: str) -> str:
    """The text with everything that looks like an ID number or a telephone masked, also where
    it is written in full-width digits."""
    if _NUMBER.search(text):
        return _NUMBER.sub(MASKED, text)
    folded = unicodedata.normalize("NFKC", text)
    return _NUMBER.sub(MASKED, folded) if _NUMBER.search(folded) else text


def redact(logger: Any, method: str, entry: EventDict) -> EventDict:
    """The structlog processor: keys off the list lose their value, the others are masked."""
    for key, value in entry.items():
        if key.startswith("_"):
            continue
        if key not in ALLOWED:
            entry[key] = DROPPED
        elif isinstance(value, bool) or value is None:
            continue
        elif isinstance(value, int | float):
            entry[key] = MASKED if mask(str(value)) != str(value) else value
        else:
            entry[key] = mask(str(value))
    return entry


def where(error: BaseException, frames: int = 3) -> str:
    """Where an error was raised, innermost last: files, lines and functions, never a value."""
    steps = traceback.extract_tb(error.__traceback__)[-frames:]
    return " > ".join(f"{Path(step.filename).name}:{step.lineno} {step.name}" for step in steps)


def _without_arguments(logger: Any, method: str, entry: EventDict) -> EventDict:
    """A library's record: its template alone; of an exception its class and place."""
    record = entry.get("_record")
    if isinstance(record, logging.LogRecord):
        entry["event"] = str(record.msg)
        info = record.exc_info
        if isinstance(info, tuple) and info[1] is not None:
            entry["event"] = "unhandled"
            entry["error"] = type(info[1]).__name__
            entry["where"] = where(info[1])
    entry.pop("exc_info", None)
    entry.pop("stack_info", None)
    return entry


def configure(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every log, ours and the libraries', as one JSON object a line to ``stream`` (stderr).

    ``level`` is a name of the standard library's levels; an unknown one raises ValueError.
    """
    shared: list[Any] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _without_arguments],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redact,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            # The standard formatter would print the traceback below the line.
            keep_exc_info=False,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # It tells of every step it takes.
    logging.getLogger("kafka").setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def get(name: str) -> Any:
    """The logger of a part of the hub."""
    return structlog.stdlib.get_logger(name)
