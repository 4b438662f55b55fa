"""What a record says about which child it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from domain.kernel import Category, Sensitive, Text

Contact = Annotated[Text, Sensitive(Category.CONTACT)]
"""Of an event: where or how somebody is reached, sealed as such."""


@dataclass(frozen=True, slots=True)
class IdentityClaim:
    """A child as an agency states it: by ID number (公民身份号码), or by name, birth date,
    guardian and village where there is none.

    Plain and sensitive: it lives only between the door and the sealing of the record.
    Dates are Shanghai calendar days; ``village`` and ``town`` are clear division codes.
    """

    name: str
    birth_date: date | None = None
    id_number: str | None = None
    sex: str | None = None
    guardian_name: str | None = None
    guardian_phone: str | None = None
    guardian_relation: str | None = None
    address: str | None = None
    village: str | None = None
    town: str | None = None
