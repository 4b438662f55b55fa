"""``make vendor``: fetch what others wrote, as the manifest names it, and check it."""

from __future__ import annotations

import hashlib
import subprocess
import tarfile
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypedDict

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = ROOT / "hub/web/static/vendor/manifest.toml"


class File(TypedDict):
    file: str
    package: str
    version: str
    path: str
    licence: str
    sha256: str


def files() -> list[File]:
    """What the manifest names."""
    found: list[File] = tomllib.loads(MANIFEST.read_text(encoding="utf-8"))["files"]
    return found


def main() -> None:
    """Put every file where it belongs; stops at one that is not what the manifest says."""
    for each in files():
        with TemporaryDirectory() as folder:
            name = f"{each['package']}@{each['version']}"
            packed = subprocess.run(
                ["npm", "pack", "--silent", name],
                cwd=folder,
                check=True,
                capture_output=True,
                text=True,
            ).stdout.strip()
            with tarfile.open(Path(folder) / packed) as archive:
                taken = archive.extractfile(f"package/{each['path']}")
                if taken is None:
                    raise SystemExit(f"{name} has no {each['path']}")
                content = taken.read()
        if hashlib.sha256(content).hexdigest() != each["sha256"]:
            raise SystemExit(f"{name}: {each['path']} is not what the manifest says")
        (ROOT / each["file"]).write_bytes(content)
        print(f"{each['file']}: {name}")


if __name__ == "__main__":
    main()
