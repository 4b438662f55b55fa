"""The demo (演示): the main job on invented children in the district's real towns and villages."""

from __future__ import annotations

from hub.demo.options import DemoOptions, DemoRefused
from hub.demo.people import DemoLogin
from hub.demo.run import run_demo
from hub.demo.summary import DemoSummary, SeatCounts

__all__ = ["DemoLogin", "DemoOptions", "DemoRefused", "DemoSummary", "SeatCounts", "run_demo"]
