"""The key service's one door over HTTP: bytes in, bytes out, and nothing told of a refusal but its
code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from hub.api.keyservice import HEALTH, MEDIA_TYPE, RELEASES, create_keyservice_app
from hub.audit.log import AccessLogUnavailable
from hub.directory import Directory, DirectoryUnavailable
from hub.releases.wire import MAX_ASKING, ask, open_release
from tests.adversary.apart import Apart, apart
from tests.api.desks import PROBLEM
from tests.program import SCHOOL, running


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Apart]:
    with running(tmp_path / "data") as hub, apart(hub, tmp_path) as found:
        yield found


@pytest.fixture
def client(made: Apart) -> Iterator[TestClient]:
    with TestClient(create_keyservice_app(made.desk)) as found:
        yield found


def asking(made: Apart) -> tuple[bytes, bytes]:
    return ask(made.exported(SCHOOL), SCHOOL, {"ask": "names"}, made.hub.clock.now())


def test_an_asking_is_answered_with_a_release(made: Apart, client: TestClient) -> None:
    nonce, sent = asking(made)
    answer = client.post(RELEASES, content=sent)
    assert (answer.status_code, answer.headers["content-type"]) == (200, MEDIA_TYPE)
    assert answer.headers["cache-control"] == "no-store"
    now = made.hub.clock.now()
    found = open_release(made.exported(SCHOOL), SCHOOL, nonce, answer.content, now)
    assert [SCHOOL, "示例第一小学"] in found.content["organisations"]


@pytest.mark.parametrize("sent", [b"", b"x", b"\x00" * 2000])
def test_what_is_no_asking_is_refused(client: TestClient, sent: bytes) -> None:
    answer = client.post(RELEASES, content=sent)
    assert (answer.status_code, answer.headers["content-type"]) == (403, PROBLEM)
    assert answer.json()["code"] == "MALFORMED"


def test_an_asking_is_taken_once(made: Apart, client: TestClient) -> None:
    _, sent = asking(made)
    assert client.post(RELEASES, content=sent).status_code == 200
    assert client.post(RELEASES, content=sent).json()["code"] == "REPLAYED"


def test_one_that_is_too_large_is_not_read(client: TestClient) -> None:
    assert client.post(RELEASES, content=b"x" * (MAX_ASKING + 1)).status_code == 413


def test_when_no_entry_can_be_written_it_says_to_come_again(
    made: Apart, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*anything: object) -> None:
        raise AccessLogUnavailable

    monkeypatch.setattr(made.desk.keyservice._log, "append", full)
    person = made.hire(SCHOOL)
    look = {
        "ask": "look",
        "token": person.token,
        "action": "children",
        "purpose": "CASEWORK",
        "legal_basis": "STATUTORY_DUTY",
        "task": "",
        "looks": {"": []},
        "fields": [],
    }
    _, sent = ask(made.exported(SCHOOL), SCHOOL, look, made.hub.clock.now())
    answer = client.post(RELEASES, content=sent)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


def test_when_it_cannot_look_up_who_asks_it_says_to_come_again(
    made: Apart, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*anything: object) -> None:
        raise DirectoryUnavailable

    monkeypatch.setattr(Directory, "authenticate", away)
    person = {"ask": "person", "token": made.hire(SCHOOL).token}
    _, sent = ask(made.exported(SCHOOL), SCHOOL, person, made.hub.clock.now())
    answer = client.post(RELEASES, content=sent)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


def test_it_says_that_it_is_alive_and_has_no_other_door(client: TestClient) -> None:
    assert client.get(HEALTH).json() == {"status": "ok"}
    for path in ("/", "/keyservice/v1", "/api/v1/children", "/openapi.json", "/docs"):
        assert client.get(path).status_code == 404
    assert client.get(RELEASES).status_code == 405
