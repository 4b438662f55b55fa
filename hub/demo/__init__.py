"""The demo (演示): the main job on invented children in the district's real towns and villages."""

from __future__ import annotations

from hub.demo.figures import GROUPS, Group
from hub.demo.options import DemoOptions, DemoRefused
from hub.demo.people import DemoLogin
from hub.demo.run import run_demo
from hub.demo.summary import DemoSummary, SeatCounts

__all__ = [
    "GROUPS",
    "DemoLogin",
    "DemoOptions",
    "DemoRefused",
    "DemoSummary",
    "Group",
    "SeatCounts",
    "run_demo",
]
