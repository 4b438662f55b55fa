"""``hub approvals``: what awaits another person's decision, listed and decided."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.organisations import Post
from tests.cli.office import Hub
from tests.program import CIVIL_AFFAIRS, pupil, running, send

SECRET = "（示例）父母长期在外"


@pytest.fixture(autouse=True)
def _waiting(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An assessment, and two people of civil affairs: one at the desk, and the head."""
    monkeypatch.setenv("HUB_DATA", str(data))
    with running(data) as hub:
        for login, post in (("asker", Post.HANDLER), ("decider", Post.HEAD)):
            hub.directory.add_user(login, CIVIL_AFFAIRS, "示例科室", post)
        values = {name: pupil(1)[name] for name in ("name", "id_number")}
        values |= {"assessed_on": "2025-03-03", "conclusion": "需要临时监护", "grade": "低"}
        send(hub, CIVIL_AFFAIRS, "civil_affairs.assessment", {**values, "account": SECRET})
        hub.settle()


def test_it_is_listed_without_its_words_and_approved(hub: Hub) -> None:
    shown = hub("approvals", "list", "--user", "decider")
    assert (shown.code, "家庭监护能力评估" in shown.out) == (0, True)
    assert SECRET not in shown.out
    (line,) = hub("approvals", "list", "--organisation", CIVIL_AFFAIRS, "--json").json["approvals"]
    assert (line["proposal"], line["overdue"]) == (1, False)
    which = (line["case_id"], "1")
    refused = hub("approvals", "approve", *which, "--user", "asker")
    assert (refused.code, "负责人" in refused.err) == (2, True)
    done = hub("approvals", "approve", *which, "--user", "decider", "--json")
    assert (done.code, set(done.json)) == (0, {"receipt", "position", "settled"})
    assert hub("approvals", "list", "--user", "decider", "--json").json == {"approvals": []}


def test_it_is_sent_back_with_a_reason(hub: Hub, tmp_path: Path) -> None:
    (line,) = hub("approvals", "list", "--user", "asker", "--json").json["approvals"]
    reason = tmp_path / "reason.txt"
    reason.write_text("（示例）请补充", encoding="utf-8")
    act = ("approvals", "reject", line["case_id"], "1", "--text", reason)
    assert hub(*act, "--user", "asker").code == 2
    assert hub(*act, "--user", "decider").code == 0
    assert hub("approvals", "list", "--user", "asker", "--json").json == {"approvals": []}


def test_no_organisation_approves_by_itself(hub: Hub) -> None:
    """The console is several people's: approving takes a login."""
    ran = hub("approvals", "approve", "x", "1", "--organisation", CIVIL_AFFAIRS)
    assert ran.code == 2
    nothing = hub("approvals", "approve", "410000000000000000", "1", "--user", "decider")
    assert (nothing.code, "410000000000000000" in nothing.out + nothing.err) == (2, False)
