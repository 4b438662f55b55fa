"""The hub, its key service, and an organisation's own server, apart from each other.

What goes between them is bytes; the organisation's side holds its private keys and its view, and
nothing else of the hub is within its reach.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from domain.organisations import Post
from hub.bootstrap import Program
from hub.directory import User
from hub.keyservice import Purpose, Reader
from hub.releases.desk import Desk
from hub.releases.keys import OrganisationKeys
from hub.releases.remote import AskingNotAnswered, KeyServiceUnreachable, Remote
from hub.releases.wire import AskingRefused
from hub.separation import export_organisation, key_serving
from hub.settings import Settings

LONG = timedelta(days=400)


@dataclass
class Wire:
    """Carries askings to the desk, and keeps what went over it. ``cut`` is an outage."""

    desk: Desk
    askings: list[bytes] = field(default_factory=list)
    releases: list[bytes] = field(default_factory=list)
    cut: bool = False
    forge: Callable[[bytes], bytes] = bytes
    """What becomes of a release on its way."""

    def __call__(self, asking: bytes) -> bytes:
        self.askings.append(asking)
        if self.cut:
            raise KeyServiceUnreachable
        try:
            release = self.desk.answer(asking)
        except AskingRefused as refused:
            raise AskingNotAnswered(refused.code) from None
        self.releases.append(release)
        return self.forge(release)


@dataclass
class Person:
    """Somebody of an organisation, signed in."""

    user: User
    token: str

    @property
    def organisation(self) -> str:
        return self.user.organisation

    def reader(self, purpose: Purpose = Purpose.CASEWORK, *, remote: bool = True) -> Reader:
        """As the organisation's own server names them, or the hub's."""
        return Reader(
            self.user.organisation,
            self.user.post.value,
            self.user.user,
            purpose,
            credential=self.token if remote else "",
        )


@dataclass
class Apart:
    """The hub's side, and what organisations were given."""

    hub: Program
    desk: Desk
    wire: Wire
    folder: Path
    keys: dict[str, OrganisationKeys] = field(default_factory=dict)

    def exported(self, organisation: str) -> OrganisationKeys:
        """An organisation's key pairs, made once."""
        if organisation not in self.keys:
            file = self.folder / f"{organisation.replace(':', '-')}.pem"
            export_organisation(self.hub, organisation, file, renew=False)
            self.keys[organisation] = OrganisationKeys.read(file)
        return self.keys[organisation]

    def remote(self, organisation: str, now: Callable[[], datetime] | None = None) -> Remote:
        """What an organisation's own server asks by."""
        return Remote(
            self.exported(organisation), organisation, self.wire, now or self.hub.clock.now
        )

    def hire(self, organisation: str, post: Post = Post.HANDLER) -> Person:
        """One more person, with a token."""
        directory = self.hub.directory
        login = f"u{len(directory.users())}"
        user = directory.add_user(login, organisation, "示例科室", post)
        return Person(user, directory.issue_token(user, self.hub.clock.now(), LONG))


@contextmanager
def apart(hub: Program, folder: Path) -> Iterator[Apart]:
    """The key service beside a running hub, as another process on the same data would be."""
    with ExitStack() as stack:
        desk = stack.enter_context(
            key_serving(hub.folder.root, Settings(), hub.clock, now=hub.clock.now)
        )
        yield Apart(hub, desk, Wire(desk), folder)


def marks(fields: Mapping[str, object], *values: str) -> set[str]:
    """Which of some markers stand among opened fields."""
    return {value for value in values if value in fields.values()}
