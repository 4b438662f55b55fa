"""How commands of the stream ``consent`` are drawn, and what makes each of its events happen."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.consent import ConsentForm, GiveConsent, WithdrawConsent
from tests.domain.invented import CHILD, CIVIL_AFFAIRS
from tests.domain.pools import DAY, Told, children, days, organisations, referral_ids, texts

_CONSENT = UUID(int=71)
_HELPER = "social_organisation:310117"

COMMANDS = {
    GiveConsent: st.builds(
        GiveConsent,
        consent_id=referral_ids,
        child_ref=children,
        help_kind=st.sampled_from(["social_help", "mentor", "none"]),
        recipient=organisations,
        by_guardian=st.booleans(),
        by_child=st.booleans(),
        form=st.sampled_from(ConsentForm),
        given_on=days,
        until=days,
        guardian_name=texts,
        account=texts,
    ),
    WithdrawConsent: st.builds(
        WithdrawConsent,
        consent_id=referral_ids,
        child_ref=children,
        withdrawn_on=days,
        account=texts,
    ),
}

TOLD: list[Told] = [
    (
        GiveConsent(
            consent_id=_CONSENT,
            child_ref=CHILD,
            help_kind="social_help",
            recipient=_HELPER,
            by_guardian=True,
            by_child=True,
            form=ConsentForm.WRITTEN,
            given_on=DAY,
            until=DAY + timedelta(days=90),
            guardian_name="示例家长",
            account="已说明用途",
        ),
        CIVIL_AFFAIRS,
        DAY,
    ),
    (
        WithdrawConsent(consent_id=_CONSENT, child_ref=CHILD, withdrawn_on=DAY, account="电话撤回"),
        CIVIL_AFFAIRS,
        DAY,
    ),
]
