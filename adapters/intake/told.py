"""Who is to be told of something, as a sheet or a file names them: kinds of organisation (学校),
and single organisations, in one list."""

from __future__ import annotations

import re

from adapters.intake.records import Places
from domain.kernel import Refused
from domain.organisations import SEAT_WORDS, Seat

_BETWEEN = re.compile(r"[、,，;；\s]+")
_SEATS = {
    **{seat.value: seat for seat in Seat},
    **{word: seat for seat, word in SEAT_WORDS.items()},
    "村居委会": Seat.VILLAGE,
    "居委会": Seat.VILLAGE,
    "村委会": Seat.VILLAGE,
    "儿童主任": Seat.VILLAGE,
    "街镇": Seat.TOWN,
    "未保站": Seat.TOWN,
    "医院": Seat.HOSPITAL,
    "民政": Seat.CIVIL_AFFAIRS,
    "公安": Seat.POLICE,
}


def read_told(text: str, places: Places) -> tuple[tuple[Seat, ...], tuple[str, ...]]:
    """The kinds of organisation and the single organisations that a text names. Raises Refused
    for a name that is neither; it is not repeated."""
    seats: list[Seat] = []
    organisations: list[str] = []
    for each in filter(None, _BETWEEN.split(text)):
        if (seat := _SEATS.get(each)) is not None:
            seats.append(seat)
        elif (organisation := places.organisation(each)) is not None:
            organisations.append(organisation)
        else:
            raise Refused(
                "TOLD_UNKNOWN",
                "告知单位里有不认识的名称，请填单位类别（如学校、村居、派出所）或单位全称、编号。",
            )
    return tuple(seats), tuple(organisations)
