"""The register of family-education guidance orders (家庭教育指导令登记); source: 沪未保 85(2),
家教法 49."""

from __future__ import annotations

from adapters.intake.guardianship import guidance_order_kind
from domain.guardianship_codes import (
    GuidanceOrderKind,
)
from domain.organisations import Seat

KIND = guidance_order_kind(
    "court.guidance_order",
    "家庭教育指导令登记",
    (Seat.COURT,),
    GuidanceOrderKind.GUIDANCE_ORDER,
    number="家庭教育指导令文号",
    example="示法家教令〔2025〕0001号",
)
