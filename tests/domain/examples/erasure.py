"""How commands of an erasure are drawn, and what makes each of its events happen."""

from __future__ import annotations

from hypothesis import strategies as st

from domain.child_file import CloseFile
from domain.erasure import ApproveErasure, CompleteErasure, ErasureGround, RequestErasure
from domain.kernel import Actor
from domain.organisations import HUB, Post
from domain.standing import Stands
from tests.domain.invented import CIVIL_AFFAIRS, ERASED_CHILD
from tests.domain.pools import LONG_AFTER, Told, children, days, instants
from tests.specification import at_noon

_stands = st.lists(st.sampled_from(Stands), max_size=2, unique=True).map(tuple)

ASKS = Actor(CIVIL_AFFAIRS, Post.HANDLER.value, "u-asks")
APPROVES = Actor(CIVIL_AFFAIRS, Post.HEAD.value, "u-approves")

COMMANDS = {
    RequestErasure: st.builds(
        RequestErasure,
        child_ref=children,
        erasure_ground=st.sampled_from(ErasureGround),
        stands=_stands,
        until=st.none() | days,
    ),
    ApproveErasure: st.builds(
        ApproveErasure, child_ref=children, stands=_stands, until=st.none() | days
    ),
    CompleteErasure: st.builds(
        CompleteErasure,
        child_ref=children,
        keys_deleted_at=instants,
        epoch_destroyed_at=instants,
        generation=st.integers(1, 9),
    ),
    CloseFile: st.builds(CloseFile, child_ref=children),
}

TOLD: list[Told] = [
    (
        RequestErasure(
            child_ref=ERASED_CHILD,
            erasure_ground=ErasureGround.PURPOSE_FULFILLED,
            stands=(Stands.OPEN_REFERRAL,),
            until=None,
        ),
        ASKS,
        LONG_AFTER,
    ),
    (
        RequestErasure(child_ref=ERASED_CHILD, erasure_ground=ErasureGround.RETENTION_OVER),
        ASKS,
        LONG_AFTER,
    ),
    (ApproveErasure(child_ref=ERASED_CHILD), APPROVES, LONG_AFTER),
    (
        CompleteErasure(
            child_ref=ERASED_CHILD,
            keys_deleted_at=at_noon(LONG_AFTER),
            epoch_destroyed_at=at_noon(LONG_AFTER),
            generation=2,
        ),
        HUB,
        LONG_AFTER,
    ),
]
