"""What an organisation on a separate network says of its tasks in a file: taken, begun, done, not
done, returned. The same commands as at its desk at the hub, in its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from domain.faults import Fault
from domain.kernel import Command
from domain.referral import (
    AcceptReferral,
    CompleteReferral,
    FailReferral,
    ReturnReferral,
    StartReferral,
)

ACTS: Mapping[str, type[Command]] = {
    "referral.accept": AcceptReferral,
    "referral.start": StartReferral,
    "referral.complete": CompleteReferral,
    "referral.fail": FailReferral,
    "referral.return": ReturnReferral,
}
"""By the kind that stands in a file."""

_HUBS_OWN = frozenset({"by"})
"""What only the hub says of such a command."""

NOT_AN_ACT = Fault(
    "", "NOT_AN_ACT", "这一条的内容不全或填写有误。", "请核对转介单编号、结果和日期后重报。"
)


def act(kind: str, values: Mapping[str, Any]) -> Command | None:
    """The command that a line of a file asks for; None for one that is none."""
    if _HUBS_OWN & values.keys():
        return None
    try:
        return ACTS[kind].model_validate(dict(values))
    except ValidationError:
        return None
