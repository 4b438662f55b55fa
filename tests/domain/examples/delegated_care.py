"""Delegated care: recorded, a week attested, ended."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from domain.delegated_care import AttestContact, EndDelegatedCare, RecordDelegatedCare
from tests.domain.invented import OTHER_CHILD, TOWN_CODE, VILLAGE
from tests.domain.pools import DAY, Told, children, days, maybe_town, texts

COMMANDS = {
    RecordDelegatedCare: st.builds(
        RecordDelegatedCare,
        child_ref=children,
        town=maybe_town,
        since=days,
        until=st.none() | days,
        child_heard=st.booleans(),
        barred_checked=st.booleans(),
        carer=st.text(max_size=8),
        account=texts,
    ),
    AttestContact: st.builds(AttestContact, child_ref=children, contacted_on=days, account=texts),
    EndDelegatedCare: st.builds(EndDelegatedCare, child_ref=children, ended_on=days, account=texts),
}

TOLD: list[Told] = [
    (
        RecordDelegatedCare(
            child_ref=OTHER_CHILD,
            town=TOWN_CODE,
            since=DAY,
            until=DAY + timedelta(days=90),
            child_heard=True,
            barred_checked=False,
            carer="外婆",
            account="父母外出务工",
        ),
        VILLAGE,
        DAY,
    ),
    (
        AttestContact(
            child_ref=OTHER_CHILD, contacted_on=DAY + timedelta(days=5), account="视频通话"
        ),
        VILLAGE,
        DAY + timedelta(days=5),
    ),
    (
        EndDelegatedCare(
            child_ref=OTHER_CHILD, ended_on=DAY + timedelta(days=20), account="母亲回家"
        ),
        VILLAGE,
        DAY + timedelta(days=20),
    ),
]
