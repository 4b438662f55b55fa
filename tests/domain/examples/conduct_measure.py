"""How commands of the stream ``conduct_measure`` are drawn, and what makes each event happen."""

from __future__ import annotations

from hypothesis import strategies as st

from domain.conduct_measure import EndMeasure, TakeMeasure
from tests.domain.invented import CHILD, OTHER_SCHOOL
from tests.domain.pools import DAY, FIRST_DAY, Told, children, days, schools, texts

_taken = st.just(FIRST_DAY)

COMMANDS = {
    TakeMeasure: st.builds(
        TakeMeasure,
        child_ref=children,
        school=schools,
        taken_on=_taken,
        measures=st.sampled_from([("ADMONISHED",), ("ADMONISHED", "COUNSELLING")]),
        until=days,
        account=texts,
    ),
    EndMeasure: st.builds(
        EndMeasure,
        child_ref=children,
        school=schools,
        taken_on=_taken,
        ended_on=days,
        note=texts,
    ),
}

TOLD: list[Told] = [
    (
        TakeMeasure(
            child_ref=CHILD,
            school=OTHER_SCHOOL,
            taken_on=DAY,
            measures=("ADMONISHED",),
            until=DAY,
            account="上课扰乱秩序",
        ),
        OTHER_SCHOOL,
        DAY,
    ),
    (
        EndMeasure(child_ref=CHILD, school=OTHER_SCHOOL, taken_on=DAY, ended_on=DAY, note="已改正"),
        OTHER_SCHOOL,
        DAY,
    ),
]
