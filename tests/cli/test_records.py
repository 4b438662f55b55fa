"""``hub records``: asked, listed, granted, refused, ended."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import pytest

from tests.cli.office import Hub
from tests.program import (
    EDUCATION,
    OTHER_STATION,
    SCHOOL,
    absent,
    an_id_number,
    child_of,
    enrolled,
    pupil,
    running,
    send,
)

pytestmark = pytest.mark.slow

DOCUMENT, ACCOUNT = "示检调〔2025〕0001号", "（示例）核实就学情况"
ASKER = ("--organisation", OTHER_STATION)
OWNER = ("--organisation", SCHOOL)


@pytest.fixture
def child(data: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("HUB_DATA", str(data))
    with running(data) as program:
        send(program, EDUCATION, "education.roll", enrolled(pupil(1)))
        send(program, SCHOOL, "education.absence", absent(pupil(1)))
        assert program.settle()
        return child_of(program, pupil(1))


@pytest.fixture
def said(tmp_path: Path) -> list[str]:
    document, account = tmp_path / "document.txt", tmp_path / "account.txt"
    document.write_text(DOCUMENT, encoding="utf-8")
    account.write_text(ACCOUNT, encoding="utf-8")
    asked = ["--to", SCHOOL, "--categories", "schooling"]
    return [*asked, "--document", str(document), "--text", str(account)]


def asked(hub: Hub, said: list[str], *whom: str) -> str:
    ran = hub("records", "request", *said, *whom, *ASKER, "--json")
    assert ran.code == 0, ran.err
    found: str = ran.json["request_id"]
    return found


def topics(hub: Hub, by: tuple[str, str]) -> list[str]:
    return [each["topic"] for each in hub("records", "list", *by, "--json").json["requests"]]


def test_what_was_asked_is_granted_seen_and_ended(hub: Hub, child: str, said: list[str]) -> None:
    request = asked(hub, said, "--child", child)
    told = hub("records", "list", *OWNER, "--json")
    assert [(e["request_id"], e["named"]) for e in told.json["requests"]] == [(request, child)]
    # What it is about is read at the desk, and stands on no terminal.
    assert DOCUMENT not in told.out
    owed = hub("records", "list", "--to-answer", *OWNER, "--json").json["requests"]
    assert [each["request_id"] for each in owed] == [request]
    grant = ("grant", request, "--child", child, "--categories", "schooling", "--until")
    assert hub("records", *grant, "2025-13-01", *OWNER).code == 2
    assert hub("records", *grant, "2035-01-01", *OWNER).code != 0
    assert hub("records", *grant, "2025-03-10", *OWNER).code == 0
    assert topics(hub, ASKER) == ["records_request.granted.v1", "records_request.made.v1"]
    assert "准予调阅" in hub("records", "list", *ASKER).out
    assert hub("records", "list", "--to-answer", *OWNER, "--json").json["requests"] == []
    assert hub("records", "end", request, *ASKER).code == 0
    assert topics(hub, OWNER)[0] == "records_request.ended.v1"


def test_what_was_asked_is_refused_once_and_with_a_reason(
    hub: Hub, child: str, said: list[str]
) -> None:
    request = asked(hub, said, "--child", child)
    assert hub("records", "refuse", request, "--reason", "X", *OWNER).code == 2
    assert hub("records", "refuse", request, "--reason", "NOT_HELD", *OWNER).code == 0
    assert topics(hub, ASKER) == ["records_request.refused.v1", "records_request.made.v1"]
    # Answered once, and ended by nobody else.
    assert hub("records", "refuse", request, "--reason", "NOT_HELD", *OWNER).code != 0
    assert hub("records", "end", request, "--organisation", EDUCATION).code != 0


def test_whoever_is_not_there_is_asked_for_alike(
    hub: Hub, child: str, said: list[str], tmp_path: Path
) -> None:
    who = tmp_path / "who.json"
    for number in (1, 77):
        who.write_text(json.dumps({"id_number": an_id_number(number)}), encoding="utf-8")
        asked(hub, said, "--from", str(who))
    asked(hub, said, "--child", str(uuid4()))
    mine = hub("records", "list", *ASKER, "--json").json["requests"]
    assert (
        len({json.dumps({**e, "request_id": "", "recorded_at": "", "answer_by": ""}) for e in mine})
        == 1
    )
    assert hub("records", "request", *said, *ASKER).code == 2
