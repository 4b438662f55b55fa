"""Rules with one thing changed, each loosened or tightened."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from domain.kernel import Category, LegalBasis
from domain.organisations import Post, Seat
from domain.purpose import Purpose
from hub.authorization.decide import By
from hub.authorization.policy import COLUMN_OF, Jurisdiction, Need, Policy, Word
from hub.authorization.purposes import Audience, PurposeRow

COLUMNS = tuple(sorted(set(COLUMN_OF.values())))


@dataclass(frozen=True)
class Mutant:
    """A changed policy, and where its change must be looked for."""

    name: str
    policy: Policy
    seats: tuple[Seat, ...]
    categories: tuple[Category, ...]
    purposes: tuple[Purpose, ...] = (Purpose.CASEWORK,)

    def __str__(self) -> str:
        return self.name


def cell_mutants(policy: Policy) -> Iterator[Mutant]:
    """Each word of each cell of the matrix, there or not there."""
    for seat, column, word in itertools.product(Seat, COLUMNS, Word):
        cells = dict(policy.matrix[seat])
        loosened = word not in cells[column]
        cells[column] = cells[column] ^ {word}
        categories = [of for of in Category if COLUMN_OF[of] == column]
        yield Mutant(
            f"{seat}/{column}{'+' if loosened else '-'}{word}",
            replace(policy, matrix={**policy.matrix, seat: cells}),
            (seat,),
            tuple(dict.fromkeys((*categories, Category.WHO))),
        )


def jurisdiction_mutants(policy: Policy) -> Iterator[Mutant]:
    """Each seat's jurisdiction, another one or none."""
    for seat, kind in itertools.product(Seat, (None, *Jurisdiction)):
        if policy.jurisdictions.get(seat) is kind:
            continue
        kinds = {each: of for each, of in policy.jurisdictions.items() if each is not seat}
        if kind is not None:
            kinds[seat] = kind
        yield Mutant(
            f"{seat} has {kind or 'no'} jurisdiction",
            replace(policy, jurisdictions=kinds),
            (seat,),
            tuple(Category),
        )


def guardian_contact_mutants(policy: Policy) -> Iterator[Mutant]:
    """When each seat needs to know how a suspected guardian is reached, otherwise or never."""
    for seat, need in itertools.product(Seat, (None, *Need)):
        if policy.guardian_contact.get(seat) is need:
            continue
        needs = {each: of for each, of in policy.guardian_contact.items() if each is not seat}
        if need is not None:
            needs[seat] = need
        yield Mutant(
            f"{seat} needs guardian_contact {need or 'never'}",
            replace(policy, guardian_contact=needs),
            (seat,),
            (Category.CONTACT,),
        )


KINDS = (Seat.CIVIL_AFFAIRS, Seat.SCHOOL, Seat.POLICE_STATION, Seat.PROCURATORATE)
"""A seat of each kind: district-wide, responsible and reading, given by tasks, and the checking
one. What is not about one seat is looked for among these."""


def _row(policy: Policy, purpose: Purpose, name: str, row: PurposeRow) -> Mutant:
    return Mutant(
        f"{purpose}: {name}",
        replace(policy, purposes={**policy.purposes, purpose: row}),
        KINDS,
        tuple(Category),
        (purpose,),
    )


def purpose_mutants(policy: Policy) -> Iterator[Mutant]:
    """Each seat, post and basis of each purpose, its task, and each category by each right."""
    for purpose, row in policy.purposes.items():
        for seat in () if row.hub else Seat:
            mutant = _row(policy, purpose, f"{seat}", replace(row, seats=row.seats ^ {seat}))
            yield replace(mutant, seats=(seat,))
        for post in Post:
            yield _row(policy, purpose, f"post {post}", replace(row, posts=row.posts ^ {post}))
        for basis in LegalBasis:
            yield _row(policy, purpose, f"basis {basis}", replace(row, bases=row.bases ^ {basis}))
        yield _row(policy, purpose, "task", replace(row, in_task=not row.in_task))
        yield _row(policy, purpose, "hub", replace(row, hub=not row.hub))
        for by, category in itertools.product(By, Category):
            shows = {**row.shows, by: row.shows.get(by, frozenset()) ^ {category}}
            mutant = _row(policy, purpose, f"{category} by {by}", replace(row, shows=shows))
            yield replace(mutant, categories=(category,))
        without = {each: of for each, of in policy.purposes.items() if each is not purpose}
        yield replace(
            _row(policy, purpose, "no row", row), policy=replace(policy, purposes=without)
        )


def audience_mutants(policy: Policy) -> Iterator[Mutant]:
    """Each post of each audience, its author, and each row left out."""
    audiences = policy.audiences

    def changed(name: str, of: Category, by: By, audience: Audience | None) -> Mutant:
        rows = {key: row for key, row in audiences.rows.items() if key != (of, by)}
        if audience is not None:
            rows[of, by] = audience
        return Mutant(
            f"{of} by {by}: {name}",
            replace(policy, audiences=replace(audiences, rows=rows)),
            KINDS,
            (of,),
        )

    for (of, by), row in audiences.rows.items():
        for post in sorted(set(Post) - {Post.SYSTEM}):
            yield changed(f"{post}", of, by, replace(row, posts=row.posts ^ {post}))
        yield changed("author", of, by, replace(row, author=not row.author))
        yield changed("no row", of, by, None)
    for post in sorted(set(Post) - {Post.SYSTEM}):
        others = replace(audiences.others, posts=audiences.others.posts ^ {post})
        yield Mutant(
            f"others: {post}",
            replace(policy, audiences=replace(audiences, others=others)),
            KINDS,
            tuple(Category),
        )
