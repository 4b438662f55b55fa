"""Asking for a child: what a person knows, read as strictly as any record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from adapters.intake.records import (
    CHILD_COLUMNS,
    ChildRecord,
    FaultyRecord,
    Places,
    RecordFault,
    read_record,
)
from domain.faults import Fault
from domain.identity import IdentityClaim


class Inquiry(ChildRecord):
    """Which child is asked for: the ID number, or name and birth date. Guardian and village help
    to tell children of one name apart."""

    name: Annotated[str, Field(max_length=100)] = ""

    def model_post_init(self, context: Any) -> None:
        """The ID number, or name and birth date."""
        if self.id_number is not None:
            super().model_post_init(context)
            return
        for field, given in (("name", self.name), ("birth_date", self.birth_date)):
            if not given:
                raise RecordFault(
                    field,
                    "CHILD_NOT_IDENTIFIED",
                    "没有身份证号时，姓名和出生日期都要填。",
                    "请补填后重报。",
                )


def read_inquiry(
    values: Mapping[str, Any], today: date, places: Places
) -> IdentityClaim | list[Fault]:
    """The claim of an inquiry, or what is wrong with it; no fault repeats a value. ``today`` is
    the Shanghai day."""
    read = read_record(Inquiry, CHILD_COLUMNS, values, today, vouched=True)
    if isinstance(read, list):
        return read
    try:
        return read.claim(places)
    except FaultyRecord as faulty:
        return list(faulty.faults)
