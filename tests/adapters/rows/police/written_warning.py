"""告诫书登记."""

from __future__ import annotations

from domain.guardianship_codes import GuidanceOrderKind
from tests.adapters.kinds import ordered

ROW = ordered(GuidanceOrderKind.WRITTEN_WARNING, "示公告诫〔2025〕0001号")
