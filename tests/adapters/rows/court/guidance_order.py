"""家庭教育指导令登记."""

from __future__ import annotations

from domain.guardianship_codes import GuidanceOrderKind
from tests.adapters.kinds import ordered

ROW = ordered(GuidanceOrderKind.GUIDANCE_ORDER, "示法家教令〔2025〕0001号")
