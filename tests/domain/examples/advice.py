"""How commands of the stream ``advice`` are drawn, and what makes each of its events happen."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st

from domain.advice import IssueAdvice, ReplyToAdvice
from tests.domain.invented import PROCURATORATE, TOWN
from tests.domain.pools import DAY, Told, days, organisations, referral_ids

_ADVICE = UUID(int=51)

COMMANDS = {
    IssueAdvice: st.builds(
        IssueAdvice,
        advice_id=referral_ids,
        addressee=organisations,
        document_number=st.text(max_size=8),
        matter=st.text(max_size=8),
        issued_on=days,
    ),
    ReplyToAdvice: st.builds(
        ReplyToAdvice,
        advice_id=referral_ids,
        content=st.text(max_size=8),
        replied_on=st.none() | days,
    ),
}

TOLD: list[Told] = [
    (
        IssueAdvice(
            advice_id=_ADVICE,
            addressee=TOWN,
            document_number="1号",
            matter="完善排查",
            issued_on=DAY,
        ),
        PROCURATORATE,
        DAY,
    ),
    (ReplyToAdvice(advice_id=_ADVICE, content="已整改"), TOWN, DAY),
]
