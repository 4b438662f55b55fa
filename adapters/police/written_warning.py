"""The register of written warnings (告诫书登记), kept by the sub-bureau and its stations.

A written warning is served for domestic violence; village and police follow it up (反家暴法 16,
17). It is neither 劝诫 (village) nor 训诫 (admonition).
"""

from __future__ import annotations

from adapters.intake.guardianship import guidance_order_kind
from domain.guardianship_codes import (
    GuidanceOrderKind,
)
from domain.organisations import Seat

KIND = guidance_order_kind(
    "police.written_warning",
    "告诫书登记",
    (Seat.POLICE, Seat.POLICE_STATION),
    GuidanceOrderKind.WRITTEN_WARNING,
    number="告诫书编号",
    example="示公告诫〔2025〕0001号",
)
