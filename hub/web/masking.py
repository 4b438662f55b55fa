"""Who a child is, on pages of whoever reads children all over the district: in full where there is
something in hand, in part elsewhere, until its person says what for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.masking import masked_fields
from hub.answers import Child

if TYPE_CHECKING:
    from hub.web.desk import Desk


def beyond(desk: Desk, children: Iterable[str]) -> frozenset[str]:
    """Those of some children who are shown in part."""
    if desk.seat not in desk.program.policies.looks.masked_beyond_tasks:
        return frozenset()
    every = frozenset(children)
    return every - desk.program.queries.in_hand(desk.ours, every)


def shown_in_part(desk: Desk, children: Iterable[Child]) -> list[Child]:
    """Children as a page shows them."""
    every = list(children)
    partly = beyond(desk, (each.child_ref for each in every))
    return [masked(each) if each.child_ref in partly else each for each in every]


def masked(child: Child) -> Child:
    """A child, shown in part."""
    return replace(child, fields=masked_fields(child.fields))
