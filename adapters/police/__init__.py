"""Police 公安: the admonition register (训诫) in a police station's own words."""

from __future__ import annotations

from typing import Any

from adapters.intake.records import RecordKind
from adapters.police import admonition, report_child

KINDS: tuple[RecordKind[Any], ...] = (admonition.KIND, report_child.KIND)
