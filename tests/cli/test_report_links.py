"""``hub report-links``: issued, listed, revoked; the token is shown once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.office import Hub
from tests.program import TOWN


@pytest.fixture(autouse=True)
def _here(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_DATA", str(data))


def test_a_link_is_issued_listed_without_its_token_and_revoked(hub: Hub) -> None:
    made = hub("report-links", "issue", TOWN, "--days", "7", "--json").json
    shown = hub("report-links", "issue", TOWN)
    assert shown.code == 0
    assert "/api/v1/public/reports/" in shown.out
    listed = hub("report-links", "list", "--json")
    assert made["number"] in {each["number"] for each in listed.json["links"]}
    assert made["token"] not in listed.out + hub("report-links", "list").out
    assert hub("report-links", "revoke", made["number"]).code == 0
    again = hub("report-links", "revoke", made["number"])
    assert (again.code, "没有这个编号" in again.err) == (2, True)
    (ended,) = [e for e in hub("report-links", "list", "--json").json["links"] if e["revoked_at"]]
    assert ended["number"] == made["number"]


def test_what_it_refuses_it_says_in_chinese(hub: Hub) -> None:
    long = hub("report-links", "issue", TOWN, "--days", "9999")
    assert (long.code, "最长" in long.err) == (2, True)
    nobody = hub("report-links", "issue", "town:999999999")
    assert nobody.code != 0
