"""The directory: organisations, people's posts in them, and their tokens.

People are kept as pseudonyms with a login name of the office's choosing; tokens only as keyed
hashes, with an expiry. A table that cannot be rebuilt.
"""

from __future__ import annotations

import hmac
import json
import secrets
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    Column,
    ForeignKey,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
)

from domain.identifiers import squeeze_text
from domain.kernel import Refused
from domain.organisations import Organisation, Post, Seat, district_organisation, seat_of
from hub.storage.areas import Area
from hub.storage.sql import Storage, in_parts, marks, padded, upsert

REMEMBERED = 5.0
"""Seconds for which what the directory said of organisations is taken as it was."""

POST_WORDS: dict[str, str] = {
    Post.HANDLER: "经办人（A角）",
    Post.DEPUTY: "B角",
    Post.DUTY: "值班",
    Post.DESIGNATED_REPORTER: "强制报告联络人",
    Post.DUTY_LEADER: "值班领导",
    Post.HEAD: "负责人",
}
"""Posts that people hold, in Chinese; ``system`` is the hub itself and is given to nobody."""

_META = MetaData()
_ORGANISATIONS = Table(
    "organisations",
    _META,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("town", String, nullable=False),
    Column("beat", String, nullable=False),
)
_USERS = Table(
    "users",
    _META,
    Column("user", String, primary_key=True),
    Column("login", String, nullable=False, unique=True),
    Column("organisation", String, ForeignKey("organisations.id"), nullable=False),
    Column("unit", String, nullable=False),
    Column("post", String, nullable=False),
    Column("until", String),
)
_TOKENS = Table(
    "tokens",
    _META,
    Column("hash", String, primary_key=True),
    Column("user", String, ForeignKey("users.user"), nullable=False),
    Column("expires", String, nullable=False),
)
# The public keys of organisations that run a server of their own (:mod:`hub.releases`); at most one
# row of an organisation is not ended.
Table(
    "organisation_keys",
    _META,
    Column("organisation", String, ForeignKey("organisations.id"), primary_key=True),
    Column("since", String, primary_key=True),
    Column("sealing", LargeBinary, nullable=False),
    Column("signing", LargeBinary, nullable=False),
    Column("ended", String),
)

DUTY = Table(
    "duty",
    _META,
    Column("organisation", String, ForeignKey("organisations.id"), primary_key=True),
    Column("post", String, primary_key=True),
    Column("begins", String, primary_key=True),
    Column("ends", String, nullable=False),
    Column("user", String, nullable=False),
    Column("deputy", String),
)
"""The duty roster (值班表; :mod:`hub.roster`)."""
DUTY_NUMBERS = Table(
    "duty_numbers",
    _META,
    Column("organisation", String, ForeignKey("organisations.id"), primary_key=True),
    Column("number", String, nullable=False),
)
"""Duty telephones of organisations."""

AREA = Area(
    name="directory",
    file="directory.sqlite",
    revision="0003",
    tables=_META,
    grants={
        "organisations": "SELECT, INSERT, UPDATE",
        "users": "SELECT, INSERT",
        "tokens": "SELECT, INSERT, DELETE",
        "organisation_keys": "SELECT, INSERT, UPDATE",
        "duty": "SELECT, INSERT, UPDATE, DELETE",
        "duty_numbers": "SELECT, INSERT, UPDATE",
    },
    # Which organisations there are, and where; nobody's login or token. Who is on duty, by
    # pseudonym, is for whatever sends notices.
    others={
        "feed": {"organisations": "SELECT"},
        "reactions": {"organisations": "SELECT", "duty": "SELECT", "duty_numbers": "SELECT"},
    },
)


_HOLDERS = (
    'SELECT t.hash, t.expires, u."user", u.login, u.organisation, u.unit, u.post'
    ' FROM tokens t JOIN users u ON u."user" = t."user" WHERE t.hash IN '
)
"""Who holds some tokens: asked with every request."""


@dataclass(frozen=True, slots=True)
class User:
    """A person at a post (岗位) of an organisation; ``user`` is the pseudonym that events and
    access entries carry."""

    user: str
    login: str
    organisation: str
    unit: str
    post: Post


class UnknownOrganisation(Exception):
    """No organisation of that identifier stands in the directory."""


class DirectoryUnavailable(Exception):
    """The directory cannot answer now; never to be taken for "no such person"."""


class LoginTaken(Exception):
    """The login name is in use."""


class Directory:
    """Organisations, users and tokens in an area of their own."""

    def __init__(self, storage: Storage, token_key: bytes, *, create: bool = False) -> None:
        self._engine = storage.engine(AREA, create=create)
        self._database = storage.database(AREA, DirectoryUnavailable)
        self._token_key = token_key
        self._rows: Sequence[Any] | None = None
        self._organisations: dict[str, Organisation] = {}
        self._stations: dict[str, str] = {}
        self._seats: list[Seat] = []
        self._named: dict[tuple[Seat, str], Organisation] = {}
        self._reload()

    def _fresh(self) -> None:
        """Look again whether another process has changed something, if the last look is old."""
        if time.monotonic() - self._looked > REMEMBERED:
            self._reload()

    def _reload(self) -> None:
        self._looked = time.monotonic()
        with self._engine.begin() as connection:
            rows = connection.execute(select(_ORGANISATIONS)).all()
        if rows == self._rows:
            return
        self._rows = rows
        self._organisations = {
            row.id: Organisation(row.id, row.name, row.town, tuple(json.loads(row.beat)))
            for row in rows
        }
        present = {organisation.seat for organisation in self._organisations.values()}
        self._seats = [seat for seat in Seat if seat in present]
        self._named = {}
        for organisation in self._organisations.values():
            code = organisation.id.split(":", 1)[1]
            for name in (organisation.name, code):
                self._named[organisation.seat, squeeze_text(name)] = organisation
        self._stations = {
            town: organisation.id
            for organisation in self._organisations.values()
            if organisation.seat is Seat.POLICE_STATION
            for town in organisation.beat
        }

    def add_organisations(self, organisations: Iterable[Organisation]) -> None:
        """Add organisations, or change those that are there."""
        rows = [
            {"id": o.id, "name": o.name, "town": o.town, "beat": json.dumps(o.beat)}
            for o in organisations
        ]
        if rows:
            statement = upsert(self._engine, _ORGANISATIONS)
            statement = statement.on_conflict_do_update(
                index_elements=["id"],
                set_={name: statement.excluded[name] for name in ("name", "town", "beat")},
            )
            with self._engine.begin() as connection:
                connection.execute(statement, rows)
        self._reload()

    def organisation(self, organisation: str) -> Organisation:
        """One organisation. Raises UnknownOrganisation; another process may have added it."""
        if organisation not in self._organisations:
            self._reload()
        try:
            return self._organisations[organisation]
        except KeyError:
            raise UnknownOrganisation(organisation) from None

    def organisations(self, seat: Seat | None = None) -> list[Organisation]:
        """All organisations, or those of one seat, by identifier."""
        return [
            self._organisations[key]
            for key in sorted(self._organisations)
            if seat is None or seat_of(key) is seat
        ]

    def seats(self) -> list[Seat]:
        """The seats that have an organisation, in the order of the matrix."""
        self._fresh()
        return list(self._seats)

    def name(self, organisation: str) -> str:
        """The Chinese name to show; the hub's own acts read 系统."""
        if organisation in self._organisations:
            return self._organisations[organisation].name
        return "系统" if organisation.startswith("hub:") else organisation

    def by_name(self, seat: Seat, name: str) -> Organisation | None:
        """The organisation of a seat with this name or code (full-width letters and brackets,
        spaces and the like make no difference), or None."""
        self._fresh()
        return self._named.get((seat, squeeze_text(name)))

    def police_station(self, town: str | None) -> str:
        """The station whose beat (辖区) covers a town, else the sub-bureau."""
        self._fresh()
        return self._stations.get(town or "", district_organisation(Seat.POLICE))

    def town_of(self, organisation: str) -> str | None:
        """The 9-digit town code an organisation sits in, or None."""
        found = self._organisations.get(organisation)
        return (found.town or None) if found else None

    def add_user(self, login: str, organisation: str, unit: str, post: Post) -> User:
        """Register a person at a post. Raises LoginTaken, UnknownOrganisation."""
        self.organisation(organisation)
        user = User(f"u-{uuid4().hex[:12]}", login, organisation, unit, post)
        with self._engine.execution_options(writing=True).begin() as connection:
            if connection.execute(select(_USERS).where(_USERS.c.login == login)).first():
                raise LoginTaken(login)
            connection.execute(
                insert(_USERS).values(
                    user=user.user,
                    login=login,
                    organisation=organisation,
                    unit=unit,
                    post=post.value,
                )
            )
        return user

    def users(self) -> list[User]:
        """Everybody who is registered, by login name."""
        with self._engine.begin() as connection:
            rows = connection.execute(select(_USERS).order_by(_USERS.c.login)).all()
        return [User(r.user, r.login, r.organisation, r.unit, Post(r.post)) for r in rows]

    def user(self, login: str) -> User | None:
        """The person with this login name, or None."""
        with self._engine.begin() as connection:
            r = connection.execute(select(_USERS).where(_USERS.c.login == login)).first()
        return User(r.user, r.login, r.organisation, r.unit, Post(r.post)) if r else None

    def holder(self, user: str) -> User | None:
        """The person of a pseudonym at the post held now, or None."""
        with self._engine.begin() as connection:
            r = connection.execute(select(_USERS).where(_USERS.c.user == user)).first()
        return User(r.user, r.login, r.organisation, r.unit, Post(r.post)) if r else None

    def colleague(self, organisation: str, login: str) -> str:
        """The pseudonym of somebody of an organisation. Raises Refused: for somebody of another one
        as for nobody."""
        found = self.user(login)
        if found is None or found.organisation != organisation:
            raise Refused("COLLEAGUE", "本单位没有这个登录名，请核对后重填。")
        return found.user

    def logins(self, users: Collection[str]) -> dict[str, str]:
        """Login names by pseudonym, of those that are registered."""
        if not users:
            return {}
        query = select(_USERS.c.user, _USERS.c.login).where(_USERS.c.user.in_(users))
        with self._engine.begin() as connection:
            return {row.user: row.login for row in connection.execute(query)}

    def issue_token(self, user: User, now: datetime, lasts: timedelta) -> str:
        """A new bearer token; only its keyed hash is kept. ``lasts`` is its life from ``now``."""
        token = secrets.token_urlsafe(32)
        with self._engine.execution_options(writing=True).begin() as connection:
            connection.execute(
                insert(_TOKENS).values(
                    hash=self._hash(token), user=user.user, expires=(now + lasts).isoformat()
                )
            )
        return token

    def revoke_tokens(self, user: User) -> int:
        """End every token of a person at once; gives how many."""
        with self._engine.execution_options(writing=True).begin() as connection:
            return connection.execute(delete(_TOKENS).where(_TOKENS.c.user == user.user)).rowcount

    def revoke_token(self, token: str) -> bool:
        """End one token, that is one session, at once; False where it is none."""
        with self._engine.execution_options(writing=True).begin() as connection:
            ended = connection.execute(delete(_TOKENS).where(_TOKENS.c.hash == self._hash(token)))
        return bool(ended.rowcount)

    def revoke_organisation(self, organisation: str) -> int:
        """End every token of an organisation's people at once; gives how many."""
        people = select(_USERS.c.user).where(_USERS.c.organisation == organisation)
        with self._engine.execution_options(writing=True).begin() as connection:
            return connection.execute(delete(_TOKENS).where(_TOKENS.c.user.in_(people))).rowcount

    def authenticate(self, token: str, now: datetime) -> User | None:
        """Whose token this is, if it has not expired; the post is read anew each time. Raises
        DirectoryUnavailable."""
        return self.holders([token], now)[0]

    def holders(self, tokens: Sequence[str], now: datetime) -> list[User | None]:
        """As :meth:`authenticate`, for several at once."""
        hashes = [self._hash(token) for token in tokens]
        found: dict[str, User] = {}
        for part in in_parts(list(dict.fromkeys(hashes))):
            values = padded(part)
            for hash_, expires, user, login, organisation, unit, post in self._database.rows(
                _HOLDERS + marks(len(values)), values
            ):
                if datetime.fromisoformat(expires) > now:
                    found[hash_] = User(user, login, organisation, unit, Post(post))
        return [found.get(each) for each in hashes]

    def _hash(self, token: str) -> str:
        return hmac.new(self._token_key, token.encode(), "sha256").hexdigest()

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()
        self._database.close()
