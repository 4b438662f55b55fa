"""What every answer has in common: no echo, bounded bodies, headers, one last net."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from hub import logs
from hub.api.app import create_app
from hub.api.limits import BODY_BYTES, SHEET_BYTES
from hub.audit.log import AccessLogUnavailable
from hub.queries import Queries
from tests.api.desks import District
from tests.program import EDUCATION, PROCURATORATE, SCHOOL, STATION, TOWN, enrolled, pupil, running

MARK = "标记值QZX7"
NUMBER = "999999201501020018"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What the process writes to its log."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("DEBUG", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def wrong_requests(district: District) -> Iterator[Any]:
    """Requests that are refused, each with a mark in every place a client can fill."""
    school, town = district[SCHOOL], district[TOWN]
    bodies: list[Any] = [
        {"id_number": MARK},
        {"name": MARK * 40},
        {MARK: 1},
        {"id_number": {"x": MARK}},
        {"name": [MARK], "birth_date": MARK},
        [MARK],
        MARK,
    ]
    for body in bodies:
        yield school.post("/children/find", body)
        yield town.post("/intake/town/residence", body)
        yield school.post(f"/referrals/{MARK}/complete", body)
        yield district[PROCURATORATE].post("/case-status", body)
        yield district[STATION].post("/quarantine/x", body)
    for raw in (f'{{"name": "{MARK}"', f"\xff{MARK}", MARK):
        for content in ("application/json", "text/plain", MARK.encode("utf-8")):
            yield school.request(
                "POST",
                "/children/find",
                content=raw.encode("utf-8"),
                headers={"Content-Type": content},
            )
    for path in (
        f"/{MARK}",
        f"/children?cursor={MARK}",
        f"/children?limit={MARK}",
        f"/children?min_position={MARK}",
        f"/children?task={MARK}",
        f"/quarantine?state={MARK}",
        f"/children/{MARK}",
        f"/referrals/{MARK}",
        f"/quarantine/{MARK}",
        f"/overdue?town={MARK * 4}",
    ):
        yield school.get(path)
    yield school.post(f"/intake/{MARK}/{MARK}", {"name": MARK})
    yield school.request("DELETE", f"/children/{MARK}")
    yield school.request(
        "POST", "/referrals/x/accept", headers={"Idempotency-Key": MARK.encode() * 40}
    )
    sheet = f"{MARK},{MARK}\n{MARK},{MARK}\n".encode()
    for name, data in ((f"{MARK}.csv", sheet), (f"{MARK}.xlsx", b"PK\x03\x04" + sheet)):
        yield district[EDUCATION].request(
            "POST", "/intake/education/sheets", files={"file": (name, data)}
        )
    yield district[EDUCATION].request(
        "POST", "/intake/education/sheets", files={MARK: (MARK, sheet)}
    )
    yield district[EDUCATION].request(
        "POST",
        "/intake/education/sheets",
        content=MARK.encode(),
        headers={"Content-Type": f"multipart/form-data; boundary={NUMBER}"},
    )


def test_no_problem_and_no_log_repeats_what_was_sent(
    district: District, logged: io.StringIO
) -> None:
    count = 0
    for answer in wrong_requests(district):
        count += 1
        assert 400 <= answer.status_code < 500, answer.text
        text = answer.text + json.dumps(dict(answer.headers))
        assert "QZX7" not in text
        assert "QZX7" not in json.dumps(answer.json())
        assert {"type", "title", "title_en", "status", "detail", "code"} <= set(answer.json())
        assert answer.json()["status"] == answer.status_code
    assert count > 50
    lines = logged.getvalue()
    assert lines.count('"event": "request"') == count
    assert "QZX7" not in lines
    assert NUMBER not in lines


def test_an_unforeseen_failure_says_and_logs_nothing_of_its_cause(
    district: District, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(f"{MARK} {NUMBER}")

    monkeypatch.setattr(Queries, "children", fail)
    answer = district[SCHOOL].get("/children")
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL")
    assert MARK not in answer.text
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    (failure,) = [line for line in lines if line["event"] == "request failed"]
    assert failure["error"] == "RuntimeError"
    assert "test_answers.py" in failure["where"]
    assert failure["request_id"] == answer.headers["x-request-id"]
    assert MARK not in logged.getvalue()
    assert NUMBER not in logged.getvalue()


def test_a_look_that_cannot_be_logged_shows_nothing(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = district.dropout()

    def fail(*_: object) -> None:
        raise AccessLogUnavailable

    monkeypatch.setattr(district.program.audit, "append", fail)
    answer = district[SCHOOL].get(f"/children/{reference}")
    assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
    assert answer.headers["retry-after"] == "1"


def test_readiness_needs_the_log_the_keys_and_views_that_follow(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert district.client.get("/api/v1/readyz").json() == {"status": "ready", "lag": 0}
    district[EDUCATION].send("education/roll", enrolled(pupil(1)))
    monkeypatch.setattr("hub.api.health.READY_LAG", 0)
    assert district.client.get("/api/v1/readyz").status_code == 503
    district.settle()
    assert district.client.get("/api/v1/readyz").status_code == 200
    log = district.program.folder.root / "audit.sqlite"
    log.rename(log.with_suffix(".away"))
    assert district.client.get("/api/v1/readyz").status_code == 503
    assert district.client.get("/api/v1/healthz").json() == {"status": "ok"}


def test_bodies_are_bounded_whatever_length_they_state(district: District) -> None:
    desk = district[SCHOOL]
    big = b'{"name":"' + b"x" * BODY_BYTES + b'"}'
    stated = desk.request("POST", "/children/find", content=big)

    def stream(size: int) -> Iterator[bytes]:
        for _ in range(size // 65536 + 1):
            yield b"x" * 65536

    unstated = desk.request(
        "POST",
        "/children/find",
        content=stream(BODY_BYTES),
        headers={"Content-Type": "application/json"},
    )
    lied = desk.request(
        "POST", "/children/find", content=b"{}", headers={"Content-Length": "9" * 30}
    )
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'

    def sheet() -> Iterator[bytes]:
        yield head
        yield from stream(SHEET_BYTES)

    school = desk.request(
        "POST",
        "/intake/education/sheets",
        content=sheet(),
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    for answer in (stated, unstated, lied, school):
        assert (answer.status_code, answer.json()["code"]) == (413, "TOO_LARGE")
    medium = {"file": ("a.csv", b"x" * BODY_BYTES * 2)}
    smaller = district[EDUCATION].request("POST", "/intake/education/sheets", files=medium)
    assert smaller.status_code == 422


def test_a_sheet_never_touches_the_disk_in_clear(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    medium = {"file": ("a.csv", b"x" * 5_000_000)}
    answer = district[EDUCATION].request("POST", "/intake/education/sheets", files=medium)
    assert answer.json()["type"].endswith("sheet-refused"), "it was read, and judged as a sheet"


def test_every_answer_carries_the_security_headers(district: District) -> None:
    desk = district[SCHOOL]
    for answer in (
        desk.get("/children"),
        desk.get("/nowhere"),
        district.client.get("/api/v1/children"),
        district.client.get("/api/v1/healthz"),
        district.client.get("/"),
    ):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-request-id"]


def test_a_request_id_is_taken_over_only_as_a_uuid(district: District) -> None:
    good = "3f1c2c52-0000-4000-8000-000000000001"
    for sent, kept in ((good, True), (NUMBER, False), ("x" * 300, False)):
        answer = district[SCHOOL].request("GET", "/status", headers={"X-Request-ID": sent})
        assert (answer.headers["x-request-id"] == sent) is kept


def test_every_write_wakes_whoever_follows(tmp_path: Path) -> None:
    woken: list[int] = []
    with running(tmp_path / "data") as program:
        app = create_app(program, after_write=lambda: woken.append(1))
        with TestClient(app) as client:
            district = District(program, client)
            district[EDUCATION].send("education/roll", enrolled(pupil(1)))
            assert len(woken) == 1
            district[EDUCATION].get("/children")
            assert len(woken) == 1
