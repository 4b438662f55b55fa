"""What the command line's tests share: a command's outcome, and sheets to send."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.intake.templates import write_rows
from adapters.registry import ALL_KINDS

KINDS = {kind.name: kind for kind in ALL_KINDS}


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on stdout."""
        return json.loads(self.out)


Hub = Callable[..., Ran]


def write_sheet(path: Path, kind: str, rows: Sequence[Mapping[str, Any]]) -> Path:
    """A sheet of one kind of record."""
    texts = [{name: str(value) for name, value in row.items()} for row in rows]
    write_rows(KINDS[kind].layout, texts, path)
    return path
