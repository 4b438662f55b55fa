"""The register of supervision orders (督促监护令登记); source: 沪未保 85(2), 家教法 49."""

from __future__ import annotations

from adapters.intake.guardianship import guidance_order_kind
from domain.guardianship_codes import (
    GuidanceOrderKind,
)
from domain.organisations import Seat

KIND = guidance_order_kind(
    "procuratorate.supervision_order",
    "督促监护令登记",
    (Seat.PROCURATORATE,),
    GuidanceOrderKind.SUPERVISION_ORDER,
    number="督促监护令文号",
    example="示检督监〔2025〕0001号",
)
