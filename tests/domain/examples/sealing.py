"""How commands of a sealing and of an opening are drawn, and what makes each event happen."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.kernel import Actor
from domain.organisations import HUB, Post
from domain.sealing import ApproveSealing, CompleteSealing, RequestSealing, SealRecord
from domain.standing import Stands
from domain.unsealing import ApproveOpening, EndOpening, RequestOpening
from tests.domain.invented import CHILD
from tests.domain.pools import LONG_AFTER, Told, children, days, instants
from tests.specification import at_noon

COURT, PROCURATORATE = "court:310117", "procuratorate:310117"
RECORD, OTHER, OPENING = UUID(int=0x5EA1), UUID(int=0x5EA2), UUID(int=0x5EA3)
CLASS = "test_conduct_measure"
ASKS = Actor(COURT, Post.HANDLER.value, "u-asks")
APPROVES = Actor(PROCURATORATE, Post.HEAD.value, "u-approves")

_records = st.sampled_from([RECORD, OTHER])
_openings = st.just(OPENING)
_stands = st.lists(st.sampled_from(Stands), max_size=2, unique=True).map(tuple)

COMMANDS = {
    RequestSealing: st.builds(
        RequestSealing,
        child_ref=children,
        record=_records,
        record_class=st.just(CLASS),
        stands=_stands,
        until=st.none() | days,
    ),
    ApproveSealing: st.builds(
        ApproveSealing,
        child_ref=children,
        record=_records,
        stands=_stands,
        until=st.none() | days,
    ),
    CompleteSealing: st.builds(
        CompleteSealing,
        child_ref=children,
        record=_records,
        keys_taken_at=instants,
        epoch_destroyed_at=instants,
        generation=st.integers(1, 9),
    ),
    SealRecord: st.builds(SealRecord, child_ref=children, record=_records),
    RequestOpening: st.builds(
        RequestOpening,
        opening=_openings,
        child_ref=children,
        record=_records,
        expires_at=instants,
    ),
    ApproveOpening: st.builds(ApproveOpening, opening=_openings),
    EndOpening: st.builds(EndOpening, opening=_openings),
}

TOLD: list[Told] = [
    (
        RequestSealing(
            child_ref=CHILD, record=OTHER, record_class=CLASS, stands=(Stands.OPEN_CASE,)
        ),
        ASKS,
        LONG_AFTER,
    ),
    (RequestSealing(child_ref=CHILD, record=RECORD, record_class=CLASS), ASKS, LONG_AFTER),
    (ApproveSealing(child_ref=CHILD, record=RECORD), APPROVES, LONG_AFTER),
    (SealRecord(child_ref=CHILD, record=RECORD), HUB, LONG_AFTER),
    (
        CompleteSealing(
            child_ref=CHILD,
            record=RECORD,
            keys_taken_at=at_noon(LONG_AFTER),
            epoch_destroyed_at=at_noon(LONG_AFTER),
            generation=2,
        ),
        HUB,
        LONG_AFTER,
    ),
    (
        RequestOpening(
            opening=OPENING,
            child_ref=CHILD,
            record=RECORD,
            expires_at=at_noon(LONG_AFTER) + timedelta(days=5),
        ),
        ASKS,
        LONG_AFTER,
    ),
    (ApproveOpening(opening=OPENING), APPROVES, LONG_AFTER),
    (EndOpening(opening=OPENING), ASKS, LONG_AFTER),
]
