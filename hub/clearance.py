"""Whether somebody's entry check (入职查询) stands: asked of the log at every look.

No view and no table holds it: what has run out has run out at its instant, whether or not a clock
has looked since, and a result that bars somebody counts from the append on.
"""

from __future__ import annotations

from datetime import datetime

from domain.calendar import shanghai_date
from domain.entry_check import ENTRY_CHECK, Check, check_id
from domain.organisations import Seat, seat_of
from domain.social_organisation import SOCIAL_ORGANISATION, Social, social_id
from domain.worker import Worker
from domain.worker_index import WORKER_ACCOUNT, Account, account_id
from domain.worker_stream import WORKER
from hub.authorization.policy import Policy
from hub.eventstore.store import EventStore


def cleared(store: EventStore, policy: Policy, now: datetime, organisation: str, user: str) -> bool:
    """Whether a user of an organisation may be shown anything of a child, as far as entry checks
    go. Of seats whose people are not checked everybody may (policies/workforce.toml)."""
    checked = policy.checked
    seat = seat_of(organisation)
    if seat not in checked.seats:
        return True
    today = shanghai_date(now)
    if seat is Seat.SOCIAL_ORGANISATION and today >= checked.accredited_from:
        social: Social = store.load(SOCIAL_ORGANISATION, social_id(organisation)).state
        if not social.accredited(today):
            return False
    account: Account = store.load(WORKER_ACCOUNT, account_id(user)).state
    if account.worker is None:
        return seat not in checked.required or today < checked.required_from
    worker: Worker = store.load(WORKER, account.worker).state
    # Whoever was said to be somebody else since, left, or works elsewhere, has no result here.
    if not worker.employed or worker.hub_user != user or worker.organisation != organisation:
        return False
    check: Check = store.load(ENTRY_CHECK, check_id(account.worker)).state
    return check.stands(now)
