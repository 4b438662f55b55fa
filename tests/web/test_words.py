"""Due dates are words, by the clock here."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hub.web.words import day, due, minute

NOW = datetime(2025, 3, 3, 1, tzinfo=UTC)
"""Nine in the morning in Shanghai."""


@pytest.mark.parametrize(
    ("by", "words", "late"),
    [
        # The end of a day is the next one's beginning.
        ("2025-03-03T16:00:00+00:00", "今天", False),
        ("2025-03-04T16:00:00+00:00", "明天", False),
        ("2025-03-06T16:00:00+00:00", "还有3天", False),
        ("2025-02-28T16:00:00+00:00", "逾期3天", True),
        ("2025-03-02T16:00:00+00:00", "逾期1天", True),
        # Clocks of hours and minutes.
        ("2025-03-03T03:30:00+00:00", "还有2小时", False),
        ("2025-03-03T01:15:00+00:00", "还有15分钟", False),
        ("2025-03-03T00:50:00+00:00", "逾期10分钟", True),
        ("2025-03-02T20:30:00+00:00", "逾期4小时", True),
        ("2025-03-01T01:00:00+00:00", "逾期2天", True),
    ],
)
def test_a_deadline_reads_as_words(by: str, words: str, late: bool) -> None:
    found = due(by, NOW)
    assert found is not None
    assert (found.text, found.late) == (words, late)


def test_no_deadline_is_none_and_instants_are_shown_by_the_clock_here() -> None:
    assert due(None, NOW) is None
    assert minute("2025-03-02T16:30:00+00:00") == "2025年3月3日 00:30"
    assert day("2025-03-03") == "2025年3月3日"
