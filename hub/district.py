"""The organisations that a district has by itself, before any school or station is named."""

from __future__ import annotations

import csv
from pathlib import Path

from adapters.registry import ALL_KINDS
from domain.organisations import (
    Organisation,
    Seat,
    district_organisation,
    town_organisation,
    village_organisation,
)
from hub.policies import FOLDER, Policies

_LOCAL = frozenset(
    {
        Seat.TOWN,
        Seat.VILLAGE,
        Seat.SCHOOL,
        Seat.POLICE_STATION,
        Seat.HOSPITAL,
        Seat.WELFARE_INSTITUTION,
        Seat.SOCIAL_ORGANISATION,
    }
)
"""Seats that have many organisations in a district, or none: they are no department of it."""


def seat_names(folder: Path = FOLDER) -> dict[Seat, str]:
    """The Chinese name of every kind of seat, from the sharing matrix."""
    with (folder / "sharing-matrix.csv").open(encoding="utf-8-sig", newline="") as file:
        return {Seat(row["agency"]): row["name_zh"] for row in csv.DictReader(file)}


def district_organisations(policies: Policies, folder: Path = FOLDER) -> list[Organisation]:
    """The departments that send records or receive referrals, and every town's station.

    Names come from policies/: departments from the sharing matrix, towns from the divisions.
    Villages are added when a kind of record or referral is for them. A seat that has nothing to
    do yet gets no organisation, since each seat with one has a view to keep.
    """
    taking_part = {seat for kind in ALL_KINDS for seat in kind.seats}
    taking_part |= {seat for kind in policies.rules.referrals.values() for seat in kind.seats}
    names = seat_names(folder)
    found = [
        Organisation(district_organisation(seat), names[seat])
        for seat in Seat
        if seat in taking_part - _LOCAL
    ]
    found += [
        Organisation(town_organisation(code), f"{name}未保站", code)
        for code, name in sorted(policies.towns.items())
    ]
    if Seat.VILLAGE in taking_part:
        found += [
            Organisation(
                village_organisation(each.code), each.town_name + each.name, each.town_code
            )
            for each in policies.divisions
        ]
    return found
