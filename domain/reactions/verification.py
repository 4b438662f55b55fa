"""Afterwards, from the log: what a full verification found to differ is the town's to check."""

from __future__ import annotations

from collections.abc import Sequence

from domain.kernel import Command, Recorded
from domain.organisations import town_organisation
from domain.reactions.kernel import Places, refer, when
from domain.verification import ChildVerified, Finding


@when(ChildVerified)
def when_verification_differs_then_the_town_checks(
    event: ChildVerified, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二3 P21: 发现问题及时报告并协调解决. A corrected line asks for nothing again."""
    same = event.finding is Finding.AS_KNOWN
    if same or event.town is None or cause.header.supersedes is not None:
        return []
    return [
        refer(
            cause,
            "check_verification",
            town_organisation(event.town),
            case=cause.originator_id,
            sender=cause.header.actor.organisation,
            town=event.town,
        )
    ]
