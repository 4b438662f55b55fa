"""The share of preferred appointments (P43), of checked (P45), trained (P46), examined (P47) and
appraised (P48) child directors by town (plan 二6); small numbers are left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given as drawn
from hypothesis import strategies as st

from domain.entry_check import ENTRY_CHECK
from domain.worker_stream import WORKER
from domain.workforce_codes import AppointmentBasis, WorkerRole
from domain.workforce_figures import MEASURES, Kept, count, hidden_where_small
from hub.policies import load_policies
from tests.domain.test_worker_file import APPROVED, ENTERED, PROPOSED, TAKEN, TRAINED
from tests.domain.test_workforce import ASKED, BARRED, PASSED, REGISTERED, TODAY
from tests.specification import at_noon, folded

RULES = load_policies().rules.workforce
NOW = at_noon(TODAY)
CHECKED = folded(ENTRY_CHECK, ASKED, PASSED)
FULL = Kept(folded(WORKER, REGISTERED, TRAINED, ENTERED, TAKEN, PROPOSED, APPROVED), CHECKED)
BARE = Kept(
    replace(folded(WORKER, REGISTERED), basis=AppointmentBasis.OTHER),
    folded(ENTRY_CHECK, ASKED, BARRED),
)


def test_p43_to_p48_are_counted_of_those_in_post() -> None:
    counts = count([FULL, BARE], RULES, 2026, NOW)
    assert counts == {
        "directors": 2,
        "preferred": 1,
        "checked": 1,
        "trained": 1,
        "exam_registered": 1,
        "exam_passed": 1,
        "appraised": 0,
        "rewarded": 0,
        "incentive_yuan": 0,
    }
    of_2025 = replace(FULL.worker, since=date(2025, 1, 1))
    earlier = count([Kept(of_2025, CHECKED)], RULES, 2025, NOW)
    assert (earlier["appraised"], earlier["rewarded"], earlier["incentive_yuan"]) == (1, 1, 1000)
    assert earlier["trained"] == 0
    gone = Kept(replace(FULL.worker, ended_on=TODAY), CHECKED)
    social = Kept(replace(FULL.worker, role=WorkerRole.SOCIAL_WORKER), CHECKED)
    assert set(count([gone, social], RULES, 2026, NOW).values()) == {0}


@drawn(
    st.dictionaries(
        st.sampled_from("abcdef"),
        st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda n: (max(n), min(n))),
        min_size=1,
    )
)
def test_no_small_number_is_shown_nor_can_be_reckoned(towns: dict[str, tuple[int, int]]) -> None:
    by_town = {
        town: {**dict.fromkeys(MEASURES, some), "directors": every}
        for town, (every, some) in towns.items()
    }
    shown = hidden_where_small(by_town, 5)
    for town, (every, some) in towns.items():
        assert shown[town]["directors"] in (None, every)
        number = shown[town]["trained"]
        if number is not None:
            assert number == some >= 5
            assert every - some >= 5, "those who were not trained are as few"
    hidden = [towns[town][1] for town in towns if shown[town]["trained"] is None]
    assert len(hidden) != 1 or len(towns) == 1, "a total would tell the one that is left out"
