"""Small pools to draw from, so that commands meet the same child, referral, item and clock again
and again; and places where one station and one town answer for everything."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.dropout_codes import LAWFUL_REASONS
from domain.kernel import Category, Command
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    EVERY_SEAT,
    OTHER_CHILD,
    OTHER_SCHOOL,
    OTHER_STATION,
    OTHER_TOWN,
    OTHER_TOWN_CODE,
    OTHER_VILLAGE_CODE,
    SCHOOL,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE_CODE,
    organisation_of,
)
from tests.specification import By, at_noon

FIRST_DAY = date(2026, 1, 5)
RULES = load_policies().rules
REFERRAL_1, REFERRAL_2, CASE, REPORT_1, REPORT_2 = (UUID(int=n) for n in (1, 2, 3, 4, 5))


class OneStation:
    """Places where one police station and one town answer for everything."""

    def police_station(self, town: str | None) -> str:
        return STATION

    def town_of(self, organisation: str) -> str | None:
        return TOWN_CODE


children = st.sampled_from([CHILD, OTHER_CHILD])
referral_ids = st.sampled_from([REFERRAL_1, REFERRAL_2])
report_ids = st.sampled_from([REPORT_1, REPORT_2])
organisations = st.sampled_from([*EVERY_SEAT, OTHER_SCHOOL, OTHER_TOWN, OTHER_STATION])
schools = st.sampled_from([SCHOOL, OTHER_SCHOOL])
towns = st.sampled_from([TOWN_CODE, OTHER_TOWN_CODE])
villages = st.sampled_from([VILLAGE_CODE, OTHER_VILLAGE_CODE])
maybe_town = st.none() | towns
stations = st.sampled_from([STATION, OTHER_STATION])
days = st.integers(0, 300).map(lambda n: FIRST_DAY + timedelta(days=n))
instants = st.builds(
    lambda day, hours: at_noon(day) + timedelta(hours=hours), days, st.integers(-12, 12)
)
clocks = st.sampled_from(["accept", "complete"])
matters = st.sampled_from(Category)
texts = st.none() | st.text(max_size=8)
outcomes = sorted({outcome for row in RULES.referrals.values() for outcome in row.outcomes})
reasons = [*sorted(LAWFUL_REASONS), "UNEXPLAINED", "WORK"]


# Every kind to each of its seats, a kind to a wrong seat, and a kind that there is not.
KINDS = [
    *((kind, organisation_of(seat)) for kind, row in RULES.referrals.items() for seat in row.seats),
    ("supervise_dropout", TOWN),
    ("no_such_kind", TOWN),
]

Told = tuple[Command, By, date]
"""What is asked, by whom, on which day."""

DAY = FIRST_DAY
LONG_AFTER = FIRST_DAY + timedelta(days=60)
