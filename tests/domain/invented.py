"""Invented children, organisations and records that the specifications are about."""

from __future__ import annotations

from uuid import UUID

from domain.organisations import DISTRICT, Seat, district_organisation

CHILD = UUID("c0000000-0000-4000-8000-000000000001")
OTHER_CHILD = UUID("c0000000-0000-4000-8000-000000000002")
ERASED_CHILD = UUID("c0000000-0000-4000-8000-000000000003")

SCHOOL = "school:3101170001"
OTHER_SCHOOL = "school:3101170002"
TOWN_CODE = "310117001"
TOWN = f"town:{TOWN_CODE}"
OTHER_TOWN_CODE = "310117002"
OTHER_TOWN = f"town:{OTHER_TOWN_CODE}"
VILLAGE_CODE = "310117001001"
VILLAGE = f"village:{VILLAGE_CODE}"
OTHER_VILLAGE_CODE = "310117002001"
OTHER_VILLAGE = f"village:{OTHER_VILLAGE_CODE}"
STATION = "police_station:310117001"
OTHER_STATION = "police_station:310117002"

EDUCATION = district_organisation(Seat.EDUCATION)
POLICE = district_organisation(Seat.POLICE)
CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)
HOSPITAL = "hospital:310117"
PROCURATORATE = district_organisation(Seat.PROCURATORATE)

_LOCAL = {
    Seat.SCHOOL: SCHOOL,
    Seat.TOWN: TOWN,
    Seat.VILLAGE: VILLAGE,
    Seat.POLICE_STATION: STATION,
}


def organisation_of(seat: Seat) -> str:
    """An organisation of this seat: the child's own where there are many, else the district's."""
    return _LOCAL.get(seat, f"{seat.value}:{DISTRICT}")


EVERY_SEAT = tuple(organisation_of(seat) for seat in Seat)
"""One organisation of each of the 23 seats."""
