"""Desks in the invented district: somebody signed in at each organisation, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient
from httpx import Response

from domain.organisations import Post
from hub.bootstrap import Program
from hub.directory import User
from tests import program as given

NOTHING = "没有可向本单位显示的记录，不表示孩子安全；有危险请拨打110"
PROBLEM = "application/problem+json"


@dataclass
class Desk:
    """One person's requests; each answer is of the shape that its status promises."""

    client: TestClient
    token: str
    user: User

    def request(self, method: str, path: str, **options: Any) -> Response:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        answer: Response = self.client.request(method, f"/api/v1{path}", headers=headers, **options)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == PROBLEM
        return answer

    def get(self, path: str, **params: Any) -> Response:
        return self.request("GET", path, params=params or None)

    def post(self, path: str, body: Any = None, **options: Any) -> Response:
        return self.request("POST", path, json=body, **options)

    def send(self, kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Report one record, which must be accepted."""
        answer = self.post(f"/intake/{kind}", dict(values))
        assert answer.status_code in (200, 201), answer.json()
        found: dict[str, Any] = answer.json()
        return found

    def items(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """The items of a list; an empty one must say what that does not mean."""
        body = self.get(path, **params).json()
        assert (body["message"] == NOTHING) is (body["items"] == [])
        found: list[dict[str, Any]] = body["items"]
        return found


@dataclass
class District:
    """The program, its HTTP edge and the desks; what is sent is settled on request."""

    program: Program
    client: TestClient
    desks: dict[str, Desk] = field(default_factory=dict)

    def __getitem__(self, organisation: str) -> Desk:
        desk = self.desks.get(organisation)
        if desk is None:
            desk = self.desks[organisation] = self.hire(organisation)
        return desk

    def hire(self, organisation: str, post: Post = Post.HANDLER) -> Desk:
        """One more person at an organisation."""
        login = f"u{len(self.program.directory.users())}"
        user = self.program.directory.add_user(login, organisation, "示例科室", post)
        token = self.program.directory.issue_token(
            user, self.program.clock.now(), timedelta(days=400)
        )
        return Desk(self.client, token, user)

    def settle(self) -> None:
        assert self.program.settle()

    def dropout(self, number: int = 1, *, enrol: bool = True) -> str:
        """A resident pupil whom the school reports absent; gives the child's pseudonym."""
        child = given.pupil(number)
        self[given.TOWN].send("town/residence", given.resident(child))
        if enrol:
            self[given.EDUCATION].send("education/roll", given.enrolled(child))
        self[given.SCHOOL].send("education/absence", given.absent(child))
        self.settle()
        return given.child_of(self.program, child)
