"""Locks across a fork: one that another thread held would never be released in the child."""

from __future__ import annotations

import os
from collections.abc import Callable
from weakref import WeakMethod


def call_in_forked_child(method: Callable[[], None]) -> None:
    """Call the bound ``method`` in every forked child, for as long as its object lives."""
    reference = WeakMethod(method)

    def call() -> None:
        alive = reference()
        if alive is not None:
            alive()

    os.register_at_fork(after_in_child=call)
