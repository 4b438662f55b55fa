"""督促监护令登记."""

from __future__ import annotations

from domain.guardianship_codes import GuidanceOrderKind
from tests.adapters.kinds import ordered

ROW = ordered(GuidanceOrderKind.SUPERVISION_ORDER, "示检督监〔2025〕0001号")
