"""Fields that these records have in common: places by their names, periods, numbers of people."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.intake.faults import SheetValueError
from adapters.intake.fields import parse_people
from adapters.intake.records import FaultyRecord, Places, division, town_station_of
from domain.faults import Fault
from domain.identifiers import squeeze_text
from domain.organisations import TOWN_DIGITS

AT_MOST = 60
"""Villages of one row: more than any town has."""

People = Annotated[int, BeforeValidator(parse_people), Field(ge=0, le=100_000)]

_SEPARATORS = re.compile(r"[、,，;；/\n]")


def villages_of(text: str | None, places: Places) -> tuple[str, ...]:
    """The codes of villages named one after another, in the order of their codes. Raises
    FaultyRecord for one that is unknown, and for too many."""
    names = [each for each in _SEPARATORS.split(text or "") if each.strip()]
    if len(names) > AT_MOST:
        raise FaultyRecord(
            Fault(
                "村居",
                "TOO_MANY_VILLAGES",
                f"一行最多填写{AT_MOST}个村居。",
                "请分成几行填写后重报。",
            )
        )
    try:
        return tuple(sorted({division(each.strip(), places)[0] for each in names}))
    except FaultyRecord as found:
        # At this sheet's own heading.
        faults = [Fault("村居", each.code, each.rule, each.advice) for each in found.faults]
        raise FaultyRecord(*faults) from found


def town_of(text: str | None, villages: tuple[str, ...], places: Places) -> str | None:
    """The 9-digit code of the town that is named, with or without 未保站, else of the one in which
    all the villages lie. Raises FaultyRecord for one that is unknown."""
    if text:
        named = squeeze_text(text)
        station = named if places.organisation(named) is not None else f"{named}未保站"
        return town_station_of(station, "街镇", places)
    towns = {code[:TOWN_DIGITS] for code in villages}
    return towns.pop() if len(towns) == 1 else None


_PERIOD = re.compile(
    r"(20\d\d)(?:年度?)?"
    r"(?:-?(?:(Q[1-4])|(H[12])|(WINTER|SUMMER)|第?([1-4一二三四])季度|([上下])半年|([寒暑])假前?))?",
    re.ASCII | re.IGNORECASE,
)
_ORDINALS = {word: str(number) for number, word in enumerate("一二三四", 1)}


def parse_period(raw: object) -> str:
    """A year, quarter, half-year or holiday as offices write it (2025年第一季度, 2025年上半年,
    2025年寒假前, 2025), as ``2025-Q1``, ``2025-H1``, ``2025-WINTER``, ``2025``. Raises
    SheetValueError."""
    found = _PERIOD.fullmatch(squeeze_text(str(raw)))
    if found is None:
        raise SheetValueError(
            "NOT_A_PERIOD",
            "此项应填年度、季度、半年或寒暑假（2025年第一季度）。",
            "请核对后重报。",
        )
    year, quarter, half, holiday, nth, part, season = found.groups()
    code = (quarter or half or holiday or "").upper()
    if nth:
        code = f"Q{_ORDINALS.get(nth, nth)}"
    if part:
        code = "H1" if part == "上" else "H2"
    if season:
        code = "WINTER" if season == "寒" else "SUMMER"
    return f"{year}-{code}" if code else year


OptionalPeriod = Annotated[
    str | None, BeforeValidator(lambda value: parse_period(value) if value else None)
]


_NUMBER = re.compile(r"[A-Z]{2}(-[0-9]{1,4}){1,3}", re.ASCII)


def parse_number(raw: object) -> str:
    """A number of a register as offices write it, in capitals. Raises SheetValueError: it stands in
    clear everywhere, so it can hold no word, telephone or ID number."""
    found = squeeze_text(str(raw)).upper()
    if _NUMBER.fullmatch(found) is None:
        raise SheetValueError(
            "NOT_A_REGISTER_NUMBER",
            "编号应为两个字母加短横线和数字，每段数字不超过4位，例如YH-2025-0001。",
            "请改正编号后重报。",
        )
    return found


RegisterNumber = Annotated[str, BeforeValidator(parse_number)]
OptionalRegisterNumber = Annotated[
    str | None, BeforeValidator(lambda value: parse_number(value) if value else None)
]
