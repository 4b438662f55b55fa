"""Whether anything may go to a child's guardian (监护人一侧): a rule of its own, for the guardian
is no seat of the matrix.

Whoever tells a guardian something (a notice, a view of the child, a request for consent, the notice
of a breach) asks here first. While a guardian is the suspect the answer is always no: PIPL 57 and
网保条例 35 (notify the guardian, and not an abuser), domain reference §10, invariant 3.
No statutory disclosure to a seat ends with it.
"""

from __future__ import annotations

from enum import StrEnum

from hub.authorization.decide import Standing


class GuardianSide(StrEnum):
    """What could go to a guardian."""

    NOTICE = "notice"
    VIEW = "view"
    CONSENT_REQUEST = "consent_request"
    BREACH_NOTICE = "breach_notice"


def may_go_to_guardian(standing: Standing | None, what: GuardianSide | str) -> bool:
    """Whether it may go to the guardian of a child, by where the asker stands towards the child;
    None: nothing is known of it. What is unknown is a no."""
    known = what in set(GuardianSide)
    return known and standing is not None and not standing.guardian_suspect
