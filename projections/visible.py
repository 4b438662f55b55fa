"""What of a fact an organisation's view may hold: decided here, for every view alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.kernel import Category
from domain.organisations import Seat
from hub.authorization.decide import By, Look, decide, shows_status
from hub.authorization.policy import Policy
from hub.eventstore.codec import Fact

HIDDEN_STREAMS = frozenset({"scope"})
"""Scopes steer the views and are no entry in anybody's timeline."""

STATUS_STREAMS = frozenset({"referral", "deadline", "dropout", "guardianship"})
"""Streams whose kind, state and clock a status flag shows."""

STATUS_FACTS = frozenset(
    {
        "child_ref",
        "kind",
        "matter",
        "sender",
        "addressee",
        "owner",
        "subject_id",
        "case_id",
        "due_at",
        "accept_by",
        "complete_by",
        "town",
        "late",
    }
)
"""The clear facts that a status holds; every other one stays with the content."""


def visible(
    policy: Policy, seat: Seat, organisation: str, opened: Mapping[Category, By], fact: Fact
) -> By | None:
    """By which right the fact itself is in the organisation's view, or None."""
    stream = fact.topic.split(".", 1)[0]
    if stream in HIDDEN_STREAMS:
        return None
    category = Category(fact.category)
    by = decide(opened, Look(category, flag=False, author=fact.producer == organisation))
    if by is not None:
        return by
    if opened.get(category) is By.FLAG and any(entry[1] for entry in fact.sealed.values()):
        return By.FLAG
    clear = fact.clear
    party = organisation in (clear.get("sender"), clear.get("addressee"), clear.get("owner"))
    if stream in STATUS_STREAMS and (party or shows_status(policy, seat, opened, category)):
        return By.STATUS
    return None


def shown_fields(
    by: By, organisation: str, opened: Mapping[Category, By], fact: Fact
) -> dict[str, list[Any]]:
    """The sealed fields of a visible fact that the organisation's view holds."""
    if by is By.STATUS:
        return {}
    author = fact.producer == organisation
    return {
        name: entry
        for name, entry in fact.sealed.items()
        if decide(opened, Look(Category(entry[0]), flag=bool(entry[1]), author=author))
    }


def shown_facts(by: By, fact: Fact) -> dict[str, Any]:
    """The clear facts of a visible fact that the organisation's view holds."""
    if by is By.FLAG:
        return {"child_ref": fact.clear.get("child_ref")}
    if by is By.STATUS:
        return {name: fact.clear[name] for name in STATUS_FACTS & fact.clear.keys()}
    return fact.clear
