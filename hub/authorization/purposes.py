"""What a purpose of a look is good for, and who within an organisation is told: rows of
policies/purposes.toml and policies/audiences.toml.

A key that nobody knows, a word that is none, a row that is missing: each stops the start
(PolicyError), for a rule that is half read is a rule that nobody made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from domain.kernel import Category, LegalBasis
from domain.organisations import Post, Seat
from domain.purpose import Purpose
from hub.authorization.faults import PolicyError
from hub.authorization.rights import By

Word = TypeVar("Word", bound=StrEnum)

ALL = "all"
HUB_ONLY = "hub"

STANDING_POSTS = frozenset(Post) - {Post.SYSTEM}
"""The posts that people hold."""


@dataclass(frozen=True, slots=True)
class PurposeRow:
    """One purpose: who may use it, on which bases, and what it shows by which right.

    ``seats`` is empty and ``hub`` true for what the hub alone does, whichever organisation it works
    for: ``posts`` is then its own. ``in_task``: content is shown
    only of a child about which the organisation has an open task (the named one, if one is).
    """

    seats: frozenset[Seat]
    hub: bool
    posts: frozenset[Post]
    bases: frozenset[LegalBasis]
    in_task: bool
    shows: Mapping[By, frozenset[Category]]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who within an organisation sees what the organisation may see by a right: these posts, and
    the person who wrote it."""

    posts: frozenset[Post]
    author: bool

    @property
    def anybody(self) -> bool:
        """Whether there is anybody at all, so that the organisation's view holds it."""
        return self.author or bool(self.posts)


@dataclass(frozen=True, slots=True)
class Audiences:
    """Who within an organisation sees what: ``others`` where no row says it."""

    others: Audience
    rows: Mapping[tuple[Category, By], Audience]

    def of(self, category: Category, by: By) -> Audience:
        """The audience of a category that is seen by a right."""
        return self.rows.get((category, by), self.others)


def parse_purposes(data: Mapping[str, Any]) -> dict[Purpose, PurposeRow]:
    """Read purposes.toml. Raises PolicyError on whatever is unknown or missing."""
    rows: dict[Purpose, PurposeRow] = {}
    for name, row in data.items():
        purpose = _word(Purpose, name, "purposes")
        where = f"purposes: {name}"
        _keys(
            row,
            where,
            {"seats", "bases", "shows", "source"},
            optional={"posts", "in_task"},
        )
        hub = row["seats"] == HUB_ONLY
        shows = row["shows"]
        if not isinstance(shows, Mapping):
            raise PolicyError(f"{where}: shows is no table")
        rows[purpose] = PurposeRow(
            seats=frozenset() if hub else _words(Seat, row["seats"], where),
            hub=hub,
            posts=frozenset({Post.SYSTEM}) if hub else _posts(row.get("posts", ALL), where),
            bases=_words(LegalBasis, row["bases"], where, all_of_them=False),
            in_task=_truth(row.get("in_task", False), where),
            shows={
                _word(By, right, where): _words(Category, categories, where)
                for right, categories in shows.items()
            },
        )
    missing = set(Purpose) - set(rows)
    if missing:
        raise PolicyError(f"purposes: no row for {', '.join(sorted(missing))}")
    return rows


def parse_audiences(data: Mapping[str, Any]) -> Audiences:
    """Read audiences.toml. Raises PolicyError on whatever is unknown, missing or twice."""
    _keys(data, "audiences", {"others", "audience"})
    others = data["others"]
    _keys(others, "audiences: others", {"posts", "source"})
    if not isinstance(data["audience"], list):
        raise PolicyError("audiences: audience is no list of rows")
    rows: dict[tuple[Category, By], Audience] = {}
    for row in data["audience"]:
        _keys(row, "audiences", {"category", "right", "posts", "author", "source"})
        key = (_word(Category, row["category"], "audiences"), _word(By, row["right"], "audiences"))
        where = f"audiences: {key[0]} by {key[1]}"
        if key in rows:
            raise PolicyError(f"{where}: twice")
        rows[key] = Audience(_posts(row["posts"], where), _truth(row["author"], where))
    return Audiences(Audience(_posts(others["posts"], "audiences: others"), author=False), rows)


def _posts(value: object, where: str) -> frozenset[Post]:
    posts = STANDING_POSTS if value == ALL else _words(Post, value, where, all_of_them=False)
    if Post.SYSTEM in posts:
        raise PolicyError(f"{where}: the post of the hub itself")
    return posts


def _keys(
    row: object, where: str, needed: set[str], optional: Iterable[str] = ()
) -> Mapping[str, Any]:
    if not isinstance(row, Mapping):
        raise PolicyError(f"{where}: not a table")
    if missing := needed - set(row):
        raise PolicyError(f"{where}: without {', '.join(sorted(missing))}")
    if unknown := set(row) - needed - set(optional):
        raise PolicyError(f"{where}: unknown {', '.join(sorted(map(str, unknown)))}")
    if "source" in needed and not str(row["source"]).strip():
        raise PolicyError(f"{where}: without a source")
    return row


def _truth(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise PolicyError(f"{where}: neither true nor false")
    return value


def _words(
    kind: type[Word], value: object, where: str, *, all_of_them: bool = True
) -> frozenset[Word]:
    if value == ALL and all_of_them:
        return frozenset(kind)
    if not isinstance(value, list):
        raise PolicyError(f"{where}: no list of {kind.__name__}")
    found = [_word(kind, each, where) for each in value]
    if len(set(found)) != len(found):
        raise PolicyError(f"{where}: a {kind.__name__} twice")
    return frozenset(found)


def _word(kind: type[Word], value: object, where: str) -> Word:
    try:
        return kind(str(value))
    except ValueError as error:
        raise PolicyError(f"{where}: unknown {kind.__name__} {value!r}") from error
