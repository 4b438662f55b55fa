"""A protection order of a child: applied for, refused, issued, extended, revoked, run out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from domain.kernel import Command
from domain.organisations import HUB, Seat, district_organisation
from domain.protection_order import (
    ApplyForProtection,
    EndProtection,
    ExpireProtection,
    ExtendProtection,
    IssueProtection,
    ProtectionEnd,
    protection_order_id,
)
from tests.domain.invented import CIVIL_AFFAIRS, OTHER_CHILD, TOWN_CODE
from tests.domain.pools import DAY, Told, children, days, maybe_town, texts

COURT = district_organisation(Seat.COURT)

COMMANDS: Mapping[type[Command], SearchStrategy[Command]] = {
    ApplyForProtection: st.builds(
        ApplyForProtection,
        child_ref=children,
        applied_on=days,
        urgent=st.booleans(),
        account=texts,
    ),
    IssueProtection: st.builds(
        IssueProtection,
        child_ref=children,
        town=maybe_town,
        document_number=st.text(max_size=8),
        issued_on=days,
        until=days,
        respondent=texts,
        measures=texts,
    ),
    ExtendProtection: st.builds(
        ExtendProtection,
        child_ref=children,
        town=maybe_town,
        document_number=st.text(max_size=8),
        decided_on=days,
        until=days,
    ),
    EndProtection: st.builds(
        EndProtection,
        child_ref=children,
        decided_on=days,
        how=st.sampled_from(ProtectionEnd),
        reason=texts,
    ),
    ExpireProtection: st.builds(
        ExpireProtection, order_id=st.builds(protection_order_id, children, st.just(1))
    ),
}

TOLD: list[Told] = [
    (
        ApplyForProtection(child_ref=OTHER_CHILD, applied_on=DAY, urgent=True, account="被打"),
        CIVIL_AFFAIRS,
        DAY,
    ),
    (
        EndProtection(
            child_ref=OTHER_CHILD, decided_on=DAY, how=ProtectionEnd.REFUSED, reason="证据不足"
        ),
        COURT,
        DAY,
    ),
    (
        IssueProtection(
            child_ref=OTHER_CHILD,
            town=TOWN_CODE,
            document_number="1号",
            issued_on=DAY,
            until=DAY + timedelta(days=90),
            respondent="父亲",
            measures="禁止接触",
        ),
        COURT,
        DAY,
    ),
    (
        ExtendProtection(
            child_ref=OTHER_CHILD,
            town=TOWN_CODE,
            document_number="2号",
            decided_on=DAY,
            until=DAY + timedelta(days=120),
        ),
        COURT,
        DAY,
    ),
    (
        EndProtection(
            child_ref=OTHER_CHILD, decided_on=DAY, how=ProtectionEnd.REVOKED, reason="已和解"
        ),
        COURT,
        DAY,
    ),
]

ASKED: list[Told] = [(ExpireProtection(order_id=protection_order_id(OTHER_CHILD, 1)), HUB, DAY)]
"""Asked as well: what happens by it happens by something else in what is told."""
