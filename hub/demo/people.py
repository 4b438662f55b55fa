"""Who acts in the demo: one person at a post of each organisation, and their one-time logins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.kernel import Actor
from domain.organisations import Post
from hub.accounts.accounts import Accounts
from hub.directory import Directory, User
from hub.keyservice import Purpose, Reader

UNIT = "演示岗位"
LASTS = timedelta(hours=24)
"""How long a login lives from when it is issued, by the demo's own clock."""


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """A login to try the demo with. ``token`` is told once and kept nowhere."""

    login: str
    organisation: str
    organisation_name: str
    post: str
    token: str
    link: str
    """The token of a link that leads into the workspace, once."""


class Staff:
    """The people of the demo's organisations, registered when they first act."""

    def __init__(self, directory: Directory, accounts: Accounts) -> None:
        self._directory = directory
        self._accounts = accounts
        self._users: dict[str, User] = {}

    def user(self, organisation: str) -> User:
        """The person of an organisation."""
        found = self._users.get(organisation)
        if found is None:
            login = organisation.replace(":", "-").replace("_", "-")
            found = self._directory.user(login) or self._directory.add_user(
                login, organisation, UNIT, Post.HANDLER
            )
            self._users[organisation] = found
        return found

    def actor(self, organisation: str) -> Actor:
        """The person as the sender of records and commands."""
        user = self.user(organisation)
        return Actor(organisation, user.post.value, user.user)

    def leader(self, organisation: str) -> Actor:
        """Another person of it, who decides what the first puts forward (负责人)."""
        login = organisation.replace(":", "-").replace("_", "-") + "-head"
        found = self._directory.user(login) or self._directory.add_user(
            login, organisation, UNIT, Post.HEAD
        )
        return Actor(organisation, found.post.value, found.user)

    def colleague(self, organisation: str) -> User:
        """A third person of it, who reads what two named persons read."""
        login = organisation.replace(":", "-").replace("_", "-") + "-second"
        return self._directory.user(login) or self._directory.add_user(
            login, organisation, UNIT, Post.DEPUTY
        )

    def reader(self, organisation: str, purpose: Purpose) -> Reader:
        """The person as one who looks."""
        user = self.user(organisation)
        return Reader(organisation, user.post.value, user.user, purpose)

    def logins(self, organisations: Sequence[str], now: datetime) -> tuple[DemoLogin, ...]:
        """New one-time logins, which end the ones given before."""
        given = []
        for organisation in organisations:
            user = self.user(organisation)
            self._directory.revoke_tokens(user)
            given.append(
                DemoLogin(
                    login=user.login,
                    organisation=organisation,
                    organisation_name=self._directory.name(organisation),
                    post=user.post.value,
                    token=self._directory.issue_token(user, now, LASTS),
                    link=self._accounts.invite(user, now, straight_in=True),
                )
            )
        return tuple(given)
