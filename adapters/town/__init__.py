"""Town 街镇: residence, persuasion and dissuasion records (居住、劝返、劝诫), in a town's words."""

from __future__ import annotations

from typing import Any

from adapters.intake.records import RecordKind
from adapters.town import dissuasion, persuasion, residence

KINDS: tuple[RecordKind[Any], ...] = (residence.KIND, persuasion.KIND, dissuasion.KIND)
