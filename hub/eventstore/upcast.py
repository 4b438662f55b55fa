"""Upcasters: how a stored event of an old version reads as the newest one.

An upcaster maps ``(topic, clear facts, sealed fields)`` of version n to version n + 1. It moves
and renames; it never opens a sealed field. Associated data is taken from the stored header and
the field's stored name travels with its token, so a renamed field still opens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Clear = dict[str, Any]
SealedFields = dict[str, Any]
Upcaster = Callable[[Clear, SealedFields], tuple[str, Clear, SealedFields]]


def _classified_v2(clear: Clear, sealed: SealedFields) -> tuple[str, Clear, SealedFields]:
    """Version 1 was written only with categories, and its tier was an office's choice."""
    raised = clear["tier"] == "ENHANCED"
    clear = {"entry": None, "in_scope": True, "raises_tier": raised, **clear}
    return "child_file.classified.v2", {**clear, "since": None, "until": None}, sealed


def _scope_opened_v2(clear: Clear, sealed: SealedFields) -> tuple[str, Clear, SealedFields]:
    """Version 1 withheld nothing until acceptance."""
    return "scope.opened.v2", {**clear, "on_acceptance": []}, sealed


def _scope_opened_v3(clear: Clear, sealed: SealedFields) -> tuple[str, Clear, SealedFields]:
    """Version 2 had the same fields, and no scope that rests on a consent."""
    return "scope.opened.v3", clear, sealed


def _scope_opened_v4(clear: Clear, sealed: SealedFields) -> tuple[str, Clear, SealedFields]:
    """Version 3 did not say whose consent a scope rests on: it may be a guardian's."""
    basis = "guardian_consent" if clear["basis"] == "consent" else clear["basis"]
    return "scope.opened.v4", {**clear, "basis": basis}, sealed


def _refused_v2(topic: str) -> Upcaster:
    """Version 1 called the follow-up list (重点关注对象) a safety instruction, of which there were
    none yet."""

    def step(clear: Clear, sealed: SealedFields) -> tuple[str, Clear, SealedFields]:
        stands = ["FOLLOW_UP" if each == "SAFETY_INSTRUCTION" else each for each in clear["stands"]]
        return topic, {**clear, "stands": stands}, sealed

    return step


def _same_in(topic: str) -> Upcaster:
    """Version 1 knew fewer kinds: of visits that are owed; of what asks for guidance."""
    return lambda clear, sealed: (topic, clear, sealed)


_OBLIGATIONS = ("opened", "tightened", "reassigned", "met", "reopened", "missed", "ended")
_GUIDANCE = ("begun", "reported", "session_held")

UPCASTERS: Mapping[str, Upcaster] = {
    "child_file.classified.v1": _classified_v2,
    "erasure.refused.v1": _refused_v2("erasure.refused.v2"),
    "sealing.refused.v1": _refused_v2("sealing.refused.v2"),
    **{
        f"visit_obligation.{each}.v1": _same_in(f"visit_obligation.{each}.v2")
        for each in _OBLIGATIONS
    },
    **{f"guidance.{each}.v1": _same_in(f"guidance.{each}.v2") for each in _GUIDANCE},
    "scope.opened.v1": _scope_opened_v2,
    "scope.opened.v2": _scope_opened_v3,
    "scope.opened.v3": _scope_opened_v4,
}
"""By stored topic; stored samples of every version stand in tests/eventstore."""


def upcast(
    topic: str,
    clear: Clear,
    sealed: SealedFields,
    upcasters: Mapping[str, Upcaster] = UPCASTERS,
) -> tuple[str, Clear, SealedFields]:
    """Apply upcasters until the topic has none."""
    while (step := upcasters.get(topic)) is not None:
        topic, clear, sealed = step(clear, sealed)
    return topic, clear, sealed
