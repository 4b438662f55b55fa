"""Unusual look-ups: which looks are told to those who answer for the child.

Pure: what is found follows from the entries and the rules alone, in whatever portions they come.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from hub.audit.log import AccessEntry

_SHANGHAI = timezone(timedelta(hours=8))
NOTHING = ".nothing"
"""What ends the action of a look that found nothing."""


class Kind(StrEnum):
    """What is unusual about a look."""

    OUTSIDE = "outside"
    """At a child of whom the organisation may see nothing (不在本单位职责内)."""
    NIGHT = "night"
    """At night (夜间)."""
    MANY = "many"
    """At many children in a short time (短时间查阅多名儿童)."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Night(_Data):
    """Shanghai hours, and the seats that work in them."""

    begin: int = Field(alias="from", ge=0, le=24)
    until: int = Field(ge=0, le=24)
    not_for: frozenset[str]

    def covers(self, at: datetime) -> bool:
        """Whether a moment is at night; the night may pass midnight."""
        hour = at.astimezone(_SHANGHAI).hour
        if self.begin <= self.until:
            return self.begin <= hour < self.until
        return hour >= self.begin or hour < self.until


class Many(_Data):
    """More children than this by one person within so many minutes."""

    children: int = Field(ge=1)
    minutes: int = Field(ge=1)


class Told(_Data):
    """The seats that are told."""

    responsible: frozenset[str]
    oversight: frozenset[str]


class LookRules(_Data):
    """policies/unusual-looks.toml."""

    actions: frozenset[str]
    night: Night
    many: Many
    told: Told


@dataclass(frozen=True, slots=True)
class Unusual:
    """One unusual look. ``seq`` is the number of its access entry, ``kinds`` are comma-separated,
    ``children`` is how many the person had looked at. Nothing of it says who the child is."""

    seq: int
    kinds: str
    at: str
    organisation: str
    post: str
    user: str
    child_ref: str
    children: int


def unusual(
    looks: Sequence[tuple[int, AccessEntry]], after: int, rules: LookRules
) -> list[Unusual]:
    """What is unusual among the looks numbered above ``after``, in their order. The looks before
    it are needed as far back as ``rules.many.minutes`` reach."""
    found: list[Unusual] = []
    recent: defaultdict[str, deque[tuple[datetime, str]]] = defaultdict(deque)
    for seq, each in looks:
        action = each.action.removesuffix(NOTHING)
        if action not in rules.actions or not each.child_ref:
            continue
        at = datetime.fromisoformat(each.at)
        window = recent[each.user]
        while window and window[0][0] <= at - timedelta(minutes=rules.many.minutes):
            window.popleft()
        before = len({child for _, child in window})
        window.append((at, each.child_ref))
        now = len({child for _, child in window})
        if seq <= after:
            continue
        kinds = []
        if action != each.action:
            kinds.append(Kind.OUTSIDE)
        seat = each.organisation.partition(":")[0]
        if seat not in rules.night.not_for and rules.night.covers(at):
            kinds.append(Kind.NIGHT)
        if before <= rules.many.children < now:
            kinds.append(Kind.MANY)
        if kinds:
            told = (each.at, each.organisation, each.post, each.user, each.child_ref)
            found.append(Unusual(seq, ",".join(kinds), *told, now))
    return found
