"""Rules that were in force once, kept so that the past can be told under the rules of its day.

A started hub keeps the files of its policies under the version that every decision records. That
version ends in a digest of the files, so that nothing that was changed since passes for it.
"""

from __future__ import annotations

import io
import os
import re
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from hub.authorization.policy import PolicyError
from hub.policies import Policies, load_policies

_VERSION = re.compile(r"[0-9A-Za-z.]+\+[0-9a-f]{8,64}", re.ASCII)
_KEPT = (".toml", ".csv")
_WHEN = (1980, 1, 1, 0, 0, 0)


def kept_since(folder: Path, version: str) -> datetime | None:
    """Since when a version of the rules is kept here, which is when the hub first started with it;
    None where it is not kept."""
    path = folder / f"{version}.zip"
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) if path.exists() else None


class RulesNotKept(Exception):
    """The rules of that day are not here: what was seen under them cannot be said."""


class KeptRules:
    """One folder of rules by version, each in one file."""

    def __init__(self, folder: Path, in_force: Policies) -> None:
        self._folder = folder
        self._in_force = in_force
        self._known: dict[str, Policies] = {in_force.version: in_force}

    def keep(self, source: Path) -> None:
        """Keep the rules in force, whose files are in ``source``, unless they are kept already."""
        path = self._path(self._in_force.version)
        if path.exists():
            return
        self._folder.mkdir(mode=0o700, exist_ok=True)
        memory = io.BytesIO()
        with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as kept:
            for file in sorted(source.rglob("*")):
                if file.suffix in _KEPT:
                    name = file.relative_to(source).as_posix()
                    # No time of day: the same rules are the same bytes.
                    kept.writestr(zipfile.ZipInfo(name, _WHEN), file.read_bytes())
        handle, temporary = tempfile.mkstemp(dir=self._folder, suffix=".new")
        with os.fdopen(handle, "wb") as out:
            out.write(memory.getvalue())
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).replace(path)

    def of(self, version: str) -> Policies:
        """The rules of a version. Raises RulesNotKept, and PolicyError where what is kept under it
        is something else."""
        if version not in self._known:
            self._known[version] = self._read(version)
        return self._known[version]

    def _path(self, version: str) -> Path:
        if not _VERSION.fullmatch(version):
            raise RulesNotKept
        return self._folder / f"{version}.zip"

    def _read(self, version: str) -> Policies:
        path = self._path(version)
        if not path.exists():
            raise RulesNotKept
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as kept:
            for each in kept.infolist():
                place = Path(folder, each.filename).resolve()
                if not place.is_relative_to(Path(folder).resolve()):
                    raise PolicyError(f"kept rules: {path.name} holds a file of elsewhere")
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(kept.read(each))
            found = load_policies.__wrapped__(Path(folder))
        if found.version != version:
            raise PolicyError(f"kept rules: {path.name} is not what its name says")
        return found
