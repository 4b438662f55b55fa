"""Procuratorate 检察院: the case-status check, in a procurator's own words."""

from __future__ import annotations

from typing import Any

from adapters.intake.records import RecordKind
from adapters.procuratorate import status_check

KINDS: tuple[RecordKind[Any], ...] = (status_check.KIND,)
