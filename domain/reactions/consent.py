"""In the same append as a consent or its withdrawal: the one scope that rests on it."""

from __future__ import annotations

from collections.abc import Sequence

from domain.consent import ConsentGiven, ConsentWithdrawn
from domain.kernel import Command, LegalBasis, Recorded
from domain.reactions.kernel import Places, when
from domain.scope import CloseScope, OpenScope, ScopeBasis

_OF = {LegalBasis.CHILD_CONSENT_14PLUS: ScopeBasis.CONSENT}
"""Whose consent a scope rests on; whatever is not the child's own ends with a guardian's."""


@when(ConsentGiven, at_once=True)
def when_consent_given_then_open_scope(
    event: ConsentGiven, cause: Recorded, places: Places
) -> Sequence[Command]:
    """The recipient sees the kind's categories until the consent runs out or is withdrawn."""
    if not event.effective:
        return []
    return [
        OpenScope(
            organisation=event.recipient,
            child_ref=event.child_ref,
            item=cause.originator_id,
            basis=_OF.get(event.rests_on, ScopeBasis.GUARDIAN_CONSENT),
            categories=event.categories,
            until=event.expires_at,
        )
    ]


@when(ConsentWithdrawn, at_once=True)
def when_consent_withdrawn_then_close_scope(
    event: ConsentWithdrawn, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Its own scope and no other: what is seen by a duty is seen as before (PIPL 15)."""
    return [
        CloseScope(
            organisation=event.recipient, child_ref=event.child_ref, item=cause.originator_id
        )
    ]
