"""All that every seat is answered over HTTP, for comparing two hubs or one before and after."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

from fastapi.testclient import TestClient

from domain.organisations import Post
from hub.api.app import create_app
from hub.bootstrap import program
from hub.clock import SetClock
from hub.settings import Settings
from tests.program import UNLIMITED

Answers: TypeAlias = dict[tuple[str, str], list[str]]
"""(organisation, door) to the answers of that door, each as JSON."""

LISTS = (
    "/children",
    "/children/unassigned",
    "/inbox?open_only=false",
    "/inbox",
    "/referrals/sent",
    "/board",
    "/overdue",
    "/register",
    "/register?stream=visit",
    "/register?stream=guardianship",
    "/visits/due",
    "/children/follow-up",
    "/reports",
    "/quarantine?state=all",
)


def busiest(data: Path, each_seat: int) -> list[str]:
    """Up to so many organisations of each seat, those with the most in their view first."""
    found: list[str] = []
    with program(data, Settings()) as hub:
        for view in hub.projector.views.values():
            with view.engine.begin() as connection:
                rows = connection.exec_driver_sql(
                    "SELECT organisation FROM facts GROUP BY 1 ORDER BY count(*) DESC, 1"
                )
                found += list(rows.scalars())[:each_seat]
    return found


def asked(data: Path, clock: SetClock, who: Sequence[str]) -> Answers:
    """Ask every door on behalf of each organisation.

    The views are answered from as they are: nothing here brings them up to date.
    """
    found: Answers = {}
    with (
        program(data, Settings(), clock) as hub,
        TestClient(create_app(hub)) as client,
    ):
        hub.searches.rules = UNLIMITED
        for organisation in who:
            login = f"asks-{len(hub.directory.users())}"
            user = hub.directory.add_user(login, organisation, "", Post.HANDLER)
            token = hub.directory.issue_token(user, clock.now(), timedelta(hours=1))
            client.headers["Authorization"] = f"Bearer {token}"
            for door, answer in _doors(client):
                found.setdefault((organisation, door), []).append(answer)
    return found


def _doors(client: TestClient) -> Iterator[tuple[str, str]]:
    children: list[dict[str, Any]] = []
    referrals: set[str] = set()
    first = client.get("/api/v1/children")
    if first.status_code == 403:
        # An organisation or a person that is not cleared (入职查询、准入) is told just that.
        yield "refused", _text(first.json()["code"])
        return
    for path in LISTS:
        for item in _items(client, path):
            yield path, _text(item)
            if path == "/children":
                children.append(item)
            if path.startswith("/inbox"):
                referrals.add(item["id"])
    yield "/overdue by town", _text(client.get("/api/v1/overdue").json()["by_town"])
    for child in children:
        ref = child["child_ref"]
        file = client.get(f"/api/v1/children/{ref}").json()
        timeline = list(_items(client, f"/children/{ref}/timeline"))
        yield "child file and timeline", _text([file, timeline])
        number = child["fields"].get("id_number")
        if number:
            answer = client.post("/api/v1/children/find", json={"id_number": number})
            yield "/children/find", _text(answer.json()["items"])
    for each in sorted(referrals):
        answer = client.get(f"/api/v1/referrals/{each}")
        yield "/referrals/", _text([answer.status_code, answer.json()])


def _items(client: TestClient, path: str) -> Iterator[dict[str, Any]]:
    cursor: str | None = None
    while True:
        joined = "&" if "?" in path else "?"
        limit = "" if path == "/overdue" else f"{joined}limit=200"
        more = f"&cursor={cursor}" if cursor else ""
        answer = client.get(f"/api/v1{path}{limit}{more}")
        assert answer.status_code == 200, (path, answer.text)
        body = answer.json()
        yield from body["items"]
        cursor = body["next_cursor"]
        if cursor is None:
            return


def _text(answer: Any) -> str:
    return json.dumps(answer, ensure_ascii=False, sort_keys=True)
