"""What the command line's tests share: a command's outcome, and sheets to send."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.main import get_command
from typer.testing import CliRunner

from adapters.intake.templates import write_rows
from adapters.registry import ALL_KINDS
from hub.cli.main import app

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

COMMAND = get_command(app)
"""Built once: typer would build every command anew for each one that is run."""


def run(*arguments: object, input: str | None = None) -> Ran:
    """Run ``hub`` with arguments in this process; ``input`` is its stdin. A failure that the
    program does not foresee is raised."""
    with CliRunner().isolation(input=input) as (out, err, _):
        try:
            COMMAND.main(args=list(map(str, arguments)), prog_name="hub")
        except SystemExit as ended:
            code = ended.code
        sys.stdout.flush()
        sys.stderr.flush()
        told = [stream.getvalue().decode().replace("\r\n", "\n") for stream in (out, err)]
    assert isinstance(code, int)
    assert "Traceback" not in "".join(told)
    return Ran(code, *told)


def write_sheet(path: Path, kind: str, rows: Sequence[Mapping[str, Any]]) -> Path:
    """A sheet of one kind of record."""
    texts = [{name: str(value) for name, value in row.items()} for row in rows]
    write_rows(KINDS[kind].layout, texts, path)
    return path
