"""How commands of the stream ``attachment`` are drawn, and what makes each of its events happen."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st

from domain.attachment import MediaType, StateAttachment, WithdrawAttachment, WithdrawReason
from domain.kernel import Category
from tests.domain.invented import CHILD, VILLAGE
from tests.domain.pools import DAY, Told, children, matters, referral_ids, texts

DIGEST = "ab" * 32

COMMANDS = {
    StateAttachment: st.builds(
        StateAttachment,
        attachment_id=referral_ids,
        child_ref=children,
        matter=matters,
        media_type=st.sampled_from(MediaType),
        size=st.integers(1, 1000),
        digest=st.just(DIGEST),
        mark=st.just(DIGEST),
        blob_key=st.just(DIGEST),
        file_name=st.text(min_size=1, max_size=8),
        account=texts,
    ),
    WithdrawAttachment: st.builds(
        WithdrawAttachment,
        attachment_id=referral_ids,
        child_ref=children,
        matter=matters,
        reason=st.sampled_from(WithdrawReason),
        note=texts,
    ),
}

TOLD: list[Told] = [
    (
        StateAttachment(
            attachment_id=UUID(int=51),
            child_ref=CHILD,
            matter=Category.VISITS,
            media_type=MediaType.JPEG,
            size=2048,
            digest=DIGEST,
            mark=DIGEST,
            blob_key=DIGEST,
            file_name="照片.jpg",
            account="入户所见",
        ),
        VILLAGE,
        DAY,
    ),
    (
        WithdrawAttachment(
            attachment_id=UUID(int=51),
            child_ref=CHILD,
            matter=Category.VISITS,
            reason=WithdrawReason.WRONG_FILE,
            note="传错",
        ),
        VILLAGE,
        DAY,
    ),
]
