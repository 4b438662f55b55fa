"""Who somebody is, shown in part."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

_WHO = frozenset(
    {"name", "id_number", "birth_date", "guardian_name", "guardian_phone", "address", "child_phone"}
)
"""Fields of a child's file by which somebody knows who it is, or where to find it."""


def masked_name(name: str) -> str:
    """A name by its first character: 王＊＊."""
    return name[:1] + "＊" * max(len(name) - 1, 1) if name else ""


def masked_fields(fields: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """A child's facts without those that say who it is; of its name the first character stays."""
    shown = {name: value for name, value in fields.items() if name not in _WHO}
    if fields.get("name"):
        shown["name"] = masked_name(str(fields["name"]))
    return shown
