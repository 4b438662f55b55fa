"""The console script ``hub``, begun quickly."""

from __future__ import annotations

import gc


def run() -> None:
    """Run ``hub`` and exit. What is imported stays until the end: a fifth of the start went into
    looking through it for rubbish."""
    gc.disable()
    from hub.cli.main import run as hub

    gc.freeze()
    gc.enable()
    hub()
