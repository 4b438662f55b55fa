"""The tables of accounts. They cannot be rebuilt."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Table

from hub.storage.areas import Area

META = MetaData()
Table(
    "accounts",
    META,
    Column("account", String, primary_key=True),
    Column("password", String, nullable=False),
    Column("password_at", String, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("last_step", BigInteger, nullable=False),
)
"""How somebody signs in; ``account`` is the directory's pseudonym. ``last_step``: the step of the
code that was used last, which no code is used again at."""
Table(
    "posts",
    META,
    Column("account", String, primary_key=True),
    Column("user", String, primary_key=True),
)
"""Which other posts an account's person holds, besides its own."""
Table(
    "attempts",
    META,
    Column("name", String, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("until", String, nullable=False),
)
"""Wrong attempts in a row at a name, by its keyed hash: of names that are nobody's as well."""
Table(
    "links",
    META,
    Column("hash", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("straight_in", Integer, nullable=False),
    Column("expires", String, nullable=False),
)
Table(
    "sessions",
    META,
    Column("hash", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("user", String, nullable=False),
    Column("shared", Integer, nullable=False),
    Column("begun", String, nullable=False),
    Column("seen", String, nullable=False),
    Column("ends", String, nullable=False),
    Column("locked", Integer, nullable=False),
    Column("device", String),
    Column("way", String),
    Column("kind", String),
)
"""``device``: the hash of the registered phone that it was begun on; ``way``: how its person came
in; ``kind``: on what, in words."""
Table(
    "phones",
    META,
    Column("account", String, primary_key=True),
    Column("number", String, nullable=False, unique=True),
    Column("sealed", LargeBinary, nullable=False),
)
"""Whose mobile number it is: ``number`` is its keyed hash."""
Table(
    "phone_codes",
    META,
    Column("asked", String, primary_key=True),
    Column("number", String, nullable=False),
    Column("account", String),
    Column("code", String),
    Column("tries", Integer, nullable=False),
    Column("at", String, nullable=False),
)
"""Codes that were asked for, by number, of numbers that are nobody's as well; ``code`` is none
where nothing was sent, and when it was used."""
Table(
    "devices",
    META,
    Column("hash", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("pin", String),
    Column("failures", Integer, nullable=False),
    Column("begun", String, nullable=False),
    Column("seen", String, nullable=False),
    Column("ends", String, nullable=False),
)
"""Registered phones. ``pin`` is none until its person has set one; ``failures``: wrong ones in a
row."""
Table(
    "drafts",
    META,
    Column("user", String, primary_key=True),
    Column("form", String, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("saved", String, nullable=False),
)
"""What was being written and not sent, sealed. ``form`` is one of ours, and of no child."""

Table("barred", META, Column("account", String, primary_key=True))
"""Who was revoked: not let in by an identity provider either, until they are given a new link."""

AREA = Area(
    name="accounts",
    file="accounts.sqlite",
    revision="0004",
    tables=META,
    grants={
        "accounts": "SELECT, INSERT, UPDATE, DELETE",
        "posts": "SELECT, INSERT, DELETE",
        "attempts": "SELECT, INSERT, UPDATE, DELETE",
        "links": "SELECT, INSERT, DELETE",
        "sessions": "SELECT, INSERT, UPDATE, DELETE",
        "phones": "SELECT, INSERT, DELETE",
        "phone_codes": "SELECT, INSERT, UPDATE, DELETE",
        "devices": "SELECT, INSERT, UPDATE, DELETE",
        "barred": "SELECT, INSERT, DELETE",
        "drafts": "SELECT, INSERT, UPDATE, DELETE",
    },
)


class AccountsUnavailable(Exception):
    """Accounts cannot be read now; never to be taken for "wrong"."""
