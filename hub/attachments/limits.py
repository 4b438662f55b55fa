"""Which attachments are taken: policies/attachments.toml, parsed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from domain.attachment import MediaType
from domain.kernel import Category

LARGEST = 20 * 1024 * 1024
"""Bytes that no policy may go beyond: what one request may bring, and what is held in memory."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TypeLimits(_Data):
    """How large one type may be: bytes as sent, and what its content unfolds to."""

    max_bytes: Annotated[PositiveInt, Field(le=LARGEST)]
    max_pixels: PositiveInt = 1
    max_pages: PositiveInt = 1
    max_seconds: PositiveInt = 1
    codecs: frozenset[str] = frozenset()
    source: str


class AttachmentRules(_Data):
    """Everything that is decided about attachments as data."""

    categories: frozenset[Category]
    retention_class: str
    never_withdrawn: frozenset[Category]
    orphans_kept_days: PositiveInt
    clean_memory_bytes: PositiveInt
    clean_seconds: PositiveInt
    clean_at_once: PositiveInt
    type: Mapping[MediaType, TypeLimits]

    @property
    def max_bytes(self) -> int:
        """The most bytes that any type may have."""
        return max(each.max_bytes for each in self.type.values())


def parse_attachments(data: Mapping[str, Any]) -> AttachmentRules:
    """Raises pydantic's ValidationError, and ValueError for a type without limits: unknown
    means no, and never "as much as you like"."""
    rules = AttachmentRules.model_validate(data)
    missing = set(MediaType) - set(rules.type)
    if missing:
        raise ValueError(f"types without limits: {sorted(missing)}")
    return rules
