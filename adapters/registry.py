"""Every kind of record that any agency may send: each ``KIND`` of a module in an agency's package.

A new kind is a new file of its agency's package and is written down nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from adapters.intake.records import RecordKind


def _kinds() -> Iterator[RecordKind[Any]]:
    agencies = import_module("adapters")
    for agency in iter_modules(agencies.__path__, f"{agencies.__name__}."):
        if not agency.ispkg:
            continue
        for info in iter_modules(import_module(agency.name).__path__, f"{agency.name}."):
            kind = getattr(import_module(info.name), "KIND", None)
            if isinstance(kind, RecordKind):
                yield kind


ALL_KINDS: tuple[RecordKind[Any], ...] = tuple(_kinds())
"""All kinds, each under a name of its own."""
