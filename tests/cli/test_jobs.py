"""``hub jobs``: who looks for work, and what came of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.application.test_jobs import ADULT, HELPER, asked, begun, forwarded, stepped
from tests.cli.office import Hub
from tests.program import TOWN, VILLAGE, running


def test_p32_both_lists_are_shown_to_whom_they_concern(
    hub: Hub, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_DATA", str(data))
    with running(data) as program:
        begun(program)
        wish = asked(program)
        number = forwarded(program, wish)
        stepped(program, number, "已受理", "已联系本人", "未就业")
    shown = hub("jobs", "list", "--organisation", HELPER).out
    assert ADULT in shown
    assert "待回访" in shown
    (row,) = hub("jobs", "list", "--organisation", TOWN, "--json").json["help"]
    assert (row["number"], row["result"]) == (number, "NOT_PLACED")
    assert "待回访" in hub("jobs", "wishes", "--organisation", VILLAGE).out
    (told,) = hub("jobs", "wishes", "--organisation", VILLAGE, "--json").json["wishes"]
    assert (told["number"], told["help"]) == (wish, number)
    assert hub("jobs", "wishes", "--organisation", HELPER, "--json").json == {"wishes": []}
