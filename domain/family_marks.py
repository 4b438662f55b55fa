"""What two children of one family have in common (家庭关联线索): a guardian's telephone, an
address.

A machine proposes by it and decides nothing: telephones are shared and addresses written in many
ways. Pure; the hub keeps keyed tags of these texts and nothing of the texts themselves.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from domain.identity import IdentityClaim


class Mark(StrEnum):
    GUARDIAN_PHONE = "GUARDIAN_PHONE"
    HOUSEHOLD = "HOUSEHOLD"


MARK_WORDS: Mapping[Mark, str] = {
    Mark.GUARDIAN_PHONE: "监护人电话相同",
    Mark.HOUSEHOLD: "住址相同",
}
"""As an official reads them, in the order in which they are told."""

_COUNTRY = "86"
_PHONE_DIGITS = 7
_ADDRESS_SIGNS = 4
"""Shorter ones say too little: an extension, a village without house."""


def family_marks(claim: IdentityClaim) -> tuple[tuple[Mark, str], ...]:
    """The marks that a record states, each folded so that other ways of writing it agree."""
    found = []
    phone = "".join(
        str(unicodedata.decimal(sign)) for sign in claim.guardian_phone or "" if sign.isdecimal()
    )
    if len(phone) > 11 and phone.startswith(_COUNTRY):
        phone = phone.removeprefix(_COUNTRY)
    if len(phone) >= _PHONE_DIGITS:
        found.append((Mark.GUARDIAN_PHONE, phone))
    address = "".join(
        sign
        for sign in unicodedata.normalize("NFKC", claim.address or "").upper()
        if sign.isalnum()
    )
    if claim.village and len(address) >= _ADDRESS_SIGNS:
        found.append((Mark.HOUSEHOLD, f"{claim.village} {address}"))
    return tuple(found)
