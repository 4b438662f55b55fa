"""The tables of the audit area. Rows are written and read; never changed, never taken out."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text

from hub.storage.areas import Area

FIELDS = (
    "at",
    "user",
    "post",
    "organisation",
    "child_ref",
    "categories",
    "action",
    "purpose",
    "legal_basis",
    "task",
    "policy_version",
)
"""The columns of an access entry, in the order of its declaration."""

_META = MetaData()
Table(
    "access",
    _META,
    # Numbered by the log, one after the other: an identity would leave holes, and an entry's
    # number less one is its leaf in the tree.
    Column(
        "seq",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
    *(Column(name, Text, nullable=False) for name in FIELDS),
    Column("leaf", LargeBinary, nullable=False),
    Index("access_child", "child_ref"),
)
Table(
    "tree",
    _META,
    Column("tree", Text, primary_key=True),
    Column("leaf", BigInteger, primary_key=True, autoincrement=False),
    # The hashes of the perfect subtrees that the leaf completes, the lowest first.
    Column("nodes", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
Table(
    "checkpoints",
    _META,
    Column("tree", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    sqlite_with_rowid=False,
)
Table(
    "streams",
    _META,
    Column("stream", Text, primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    # The event's leaf in the tree of events.
    Column("leaf", BigInteger, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
Table(
    "alerts",
    _META,
    # The number of the access entry.
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    *(
        Column(name, Text, nullable=False)
        for name in ("kinds", "at", "organisation", "post", "user", "child_ref")
    ),
    Column("children", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
Table(
    "watched",
    _META,
    # Entries up to this one were judged, by the policies of this version.
    Column("upto", BigInteger, primary_key=True, autoincrement=False),
    Column("policy_version", Text, nullable=False),
    sqlite_with_rowid=False,
)
AREA = Area(
    name="audit",
    file="audit.sqlite",
    revision="0003",
    tables=_META,
    grants=dict.fromkeys(_META.tables, "SELECT, INSERT"),
)
