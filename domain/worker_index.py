"""Where a worker is found: by the employer, and by the hub's user that the worker is.

The hub's own streams, which steer and are in nobody's view.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.kernel import Category, Command, Event, Given, Refused, Stream, derived_id
from domain.organisations import HUB


def staff_id(organisation: str) -> UUID:
    """The id of the stream of an employer's people."""
    return derived_id("staff", organisation)


def account_id(hub_user: str) -> UUID:
    """The id of the stream of one of the hub's users (by pseudonym)."""
    return derived_id("worker_account", hub_user)


class ListWorker(Command):
    """Asked by the hub: the employer has this worker."""

    organisation: str
    worker: UUID


class BindAccount(Command):
    """Asked by the hub: the user is this worker."""

    hub_user: str
    worker: UUID


class WorkerListed(Event):
    TOPIC: ClassVar[str] = "staff.worker_listed.v1"
    TITLE: ClassVar[str] = "列入名册"
    CATEGORY: ClassVar[Category] = Category.WORKFORCE
    organisation: str
    worker: UUID


class AccountAssigned(Event):
    TOPIC: ClassVar[str] = "worker_account.bound.v1"
    TITLE: ClassVar[str] = "账号对应"
    CATEGORY: ClassVar[Category] = Category.WORKFORCE
    hub_user: str
    worker: UUID


@dataclass(frozen=True, slots=True)
class Staff:
    """An employer's people, in the order in which they were registered."""

    workers: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """Which worker a user is said to be; it counts where the worker's own stream says so too."""

    worker: UUID | None = None


def _by_hub(given: Given) -> None:
    if given.actor.organisation != HUB:
        raise Refused("STAFF_BY_HUB", "名册由系统按工作人员登记更新，不能另行登记。")


def _list(state: Staff, command: ListWorker, given: Given) -> list[Event]:
    _by_hub(given)
    if command.worker in state.workers:
        return []
    return [WorkerListed(organisation=command.organisation, worker=command.worker)]


def _bind(state: Account, command: BindAccount, given: Given) -> list[Event]:
    _by_hub(given)
    if command.worker == state.worker:
        return []
    return [AccountAssigned(hub_user=command.hub_user, worker=command.worker)]


STAFF: Stream[Staff] = Stream(
    name="staff",
    initial=Staff(),
    decide={ListWorker: _list},
    evolve={WorkerListed: lambda state, event: Staff((*state.workers, event.worker))},
    locate=lambda command, load: staff_id(command.organisation),
)

WORKER_ACCOUNT: Stream[Account] = Stream(
    name="worker_account",
    initial=Account(),
    decide={BindAccount: _bind},
    evolve={AccountAssigned: lambda state, event: Account(event.worker)},
    locate=lambda command, load: account_id(command.hub_user),
)
