"""A real PKCS#11 token: SoftHSM2, with its tokens in a folder of the test's own."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

PIN = "123456"
LABEL = "hub"
_MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)


def module() -> Path:
    """SoftHSM2's library. Raises RuntimeError where it is not installed."""
    for each in (os.environ.get("SOFTHSM2_MODULE"), *_MODULES):
        if each and Path(each).exists():
            return Path(each)
    raise RuntimeError(
        "SoftHSM2 is needed, and not installed. On Debian or Ubuntu: sudo apt-get install softhsm2;"
        " elsewhere name its library in SOFTHSM2_MODULE"
    )


def configured(folder: Path) -> dict[str, str]:
    """The environment in which SoftHSM2 keeps its tokens in ``folder``."""
    tokens = folder / "tokens"
    tokens.mkdir(parents=True, exist_ok=True)
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {tokens}\nlog.level = ERROR\n")
    return {"SOFTHSM2_CONF": str(conf)}


def new_token(folder: Path, label: str = LABEL) -> None:
    """An initialised token without objects, as an administrator makes it."""
    tool = shutil.which("softhsm2-util")
    if tool is None:
        raise RuntimeError("softhsm2-util is missing; it comes with SoftHSM2")
    labelled = ["--init-token", "--free", "--label", label]
    subprocess.run(
        [tool, *labelled, "--pin", PIN, "--so-pin", "87654321"],
        env={**os.environ, **configured(folder)},
        check=True,
        capture_output=True,
        timeout=60,
    )
