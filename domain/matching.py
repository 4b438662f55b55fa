"""What of two statements of who a child is agrees (比对身份), part by part and in words.

A machine finds what may be the same child and says why; only an ID number, or name and birth date
with guardian or village, is taken without a person. Pure: who opened what is compared is not known
here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.identifiers import birth_date_of, fold_name, name_sounds, squeeze_text
from domain.identity import IdentityClaim


class Part(StrEnum):
    """One part of two statements that agrees; the last one is a part that speaks against it."""

    ID_NUMBER = "ID_NUMBER"
    NAME = "NAME"
    NAME_FORM = "NAME_FORM"
    """The same name in other forms of the same characters (张, 張)."""
    NAME_SOUND = "NAME_SOUND"
    """Another name that sounds the same, the surname read as a surname (单 shan)."""
    BIRTH_DATE = "BIRTH_DATE"
    GUARDIAN = "GUARDIAN"
    VILLAGE = "VILLAGE"
    OTHER_ID_NUMBER = "OTHER_ID_NUMBER"


PART_WORDS: Mapping[Part, str] = {
    Part.ID_NUMBER: "身份证号相同",
    Part.NAME: "姓名相同",
    Part.NAME_FORM: "姓名相同（繁体字、异体字或写法不同）",
    Part.NAME_SOUND: "姓名同音",
    Part.BIRTH_DATE: "出生日期相同",
    Part.GUARDIAN: "监护人姓名相同",
    Part.VILLAGE: "居住村居相同",
    Part.OTHER_ID_NUMBER: "身份证号不同，请对照证件",
}
"""The reasons as an official reads them, in the order in which they are told."""

NAMES = frozenset({Part.NAME, Part.NAME_FORM, Part.NAME_SOUND})
"""The degrees in which a name agrees; at most one of them is told."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What is stated about a child, as written; several statements may differ. Birth dates are
    ISO dates, villages division codes."""

    names: frozenset[str] = frozenset()
    birth_dates: frozenset[str] = frozenset()
    id_numbers: frozenset[str] = frozenset()
    guardians: frozenset[str] = frozenset()
    villages: frozenset[str] = frozenset()


def stated_of(claim: IdentityClaim) -> Stated:
    """A claim as a statement."""
    born = born_on(claim)
    return Stated(
        names=_some(claim.name),
        birth_dates=_some(born.isoformat() if born else None),
        id_numbers=_some(claim.id_number),
        guardians=_some(claim.guardian_name),
        villages=_some(claim.village),
    )


def born_on(claim: IdentityClaim) -> date | None:
    """The birth date that a claim states, or that its ID number holds."""
    if claim.birth_date is None and claim.id_number:
        return birth_date_of(claim.id_number)
    return claim.birth_date


def agreements(one: Stated, other: Stated) -> frozenset[Part]:
    """Which parts of two statements agree, and whether both name an ID number and none is
    common."""
    found: set[Part] = set()
    if one.id_numbers & other.id_numbers:
        found.add(Part.ID_NUMBER)
    elif one.id_numbers and other.id_numbers:
        found.add(Part.OTHER_ID_NUMBER)
    name = _name(one.names, other.names)
    if name is not None:
        found.add(name)
    if one.birth_dates & other.birth_dates:
        found.add(Part.BIRTH_DATE)
    if _folded(one.guardians) & _folded(other.guardians):
        found.add(Part.GUARDIAN)
    if one.villages & other.villages:
        found.add(Part.VILLAGE)
    return frozenset(found)


def may_be_the_same(parts: frozenset[Part]) -> bool:
    """Whether a person should look: the ID number, or a name in any form and the birth date."""
    return Part.ID_NUMBER in parts or (bool(parts & NAMES) and Part.BIRTH_DATE in parts)


def told(parts: frozenset[Part]) -> tuple[Part, ...]:
    """Parts in the order in which they are told."""
    return tuple(part for part in PART_WORDS if part in parts)


def _name(names: frozenset[str], others: frozenset[str]) -> Part | None:
    written = {squeeze_text(each) for each in names} & {squeeze_text(each) for each in others}
    if written - {""}:
        return Part.NAME
    folded, others_folded = _folded(names), _folded(others)
    if folded & others_folded:
        return Part.NAME_FORM
    if {name_sounds(each) for each in folded} & {name_sounds(each) for each in others_folded}:
        return Part.NAME_SOUND
    return None


def _folded(names: frozenset[str]) -> frozenset[str]:
    return frozenset(filter(None, map(fold_name, names)))


def _some(value: str | None) -> frozenset[str]:
    return frozenset({value} if value else ())
