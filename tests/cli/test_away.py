"""``hub away``: said by the village or its town, ended, listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.office import Hub
from tests.program import SCHOOL, TOWN, VILLAGE

REASON = "（示例）住院"


@pytest.fixture(autouse=True)
def _here(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_DATA", str(data))


def by(organisation: str) -> tuple[str, str]:
    return ("--organisation", organisation)


SAID = ("--since", "2025-03-03", "--until", "2025-03-09", "--stand-in", "TOWN")


def test_it_is_said_listed_and_over(hub: Hub, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text(REASON, encoding="utf-8")
    said = hub("away", "declare", VILLAGE, *SAID, "--text", words, *by(VILLAGE))
    assert (said.code, "已登记" in said.out) == (0, True)
    listed = hub("away", "list", *by(TOWN))
    assert "街镇代岗" in listed.out
    assert REASON not in listed.out, "its words are read at the desk"
    assert hub("away", "end", VILLAGE, *by(TOWN), "--json").code == 0
    lines = hub("away", "list", *by(TOWN), "--json").json["away"]
    assert lines[0]["what"] == "返岗"


def test_what_it_refuses_it_says_in_chinese(hub: Hub) -> None:
    refused = hub("away", "declare", VILLAGE, *SAID, *by(SCHOOL))
    assert (refused.code, "由村居或其街镇未保站登记" in refused.err) == (2, True)
    nothing = hub("away", "end", VILLAGE, *by(VILLAGE))
    assert (nothing.code, "无须返岗" in nothing.err) == (2, True)
