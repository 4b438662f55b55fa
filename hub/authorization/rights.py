"""By which right something is seen."""

from __future__ import annotations

from enum import StrEnum


class By(StrEnum):
    """By which right something is seen; the stronger first."""

    READ = "read"
    TASK = "task"
    BREAK_GLASS = "break_glass"
    """紧急调阅: what a task could have released, without one."""
    OWN = "own"
    FLAG = "flag"
    STATUS = "status"
    """Kind, state and clock only (policies/status-flags.toml)."""
