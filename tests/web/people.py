"""People at the pages: each signs in and has cookies of their own, as a browser would."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from fastapi.testclient import TestClient
from httpx import Response
from starlette.types import ASGIApp

from domain.organisations import Post
from domain.sign_in import PasswordCost
from hub.bootstrap import Program
from hub.directory import User
from hub.web.app import create_served

ORIGIN = "https://hub.example"
PASSWORD = "春天的柳树很长很绿啊真好看"
CHEAP = PasswordCost(memory_kib=8 * 1024, iterations=1, lanes=1)
"""The least that the rules take: these passwords protect nothing."""


@dataclass
class Person:
    """Somebody with a browser of their own."""

    program: Program
    client: TestClient
    user: User
    secret: bytes = b""

    def get(self, path: str) -> Response:
        """Open a page."""
        answer: Response = self.client.get(path, headers={"Sec-Fetch-Site": "same-origin"})
        return answer

    def send(self, path: str, fields: Mapping[str, object], **headers: str) -> Response:
        """Submit a form of ours."""
        given = {"Sec-Fetch-Site": "same-origin", **headers}
        answer: Response = self.client.post(path, data=fields, headers=given)
        return answer

    def code(self) -> str:
        """What the authenticator shows now."""
        return code_of(self.secret, self.program)

    def sign_in(self, **more: object) -> Response:
        return self.send(
            "/sign-in",
            {"login": self.user.login, "password": PASSWORD, "code": self.code(), **more},
        )


@dataclass
class Workspace:
    """The pages on a program, and whoever sits at them."""

    program: Program
    app: ASGIApp
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, organisation: str, post: Post = Post.HANDLER) -> Person:
        """Somebody of an organisation who has set up how to sign in, and is signed in."""
        login = f"w{len(self.program.directory.users())}"
        user = self.program.directory.add_user(login, organisation, "示例科室", post)
        person = Person(self.program, self.browser(), user)
        token = self.program.entrance.accounts.invite(user, self.program.clock.now())
        person.secret = self.program.entrance.accounts.new_secret(token)
        answer = person.send(
            f"/welcome/{token}",
            {"password": PASSWORD, "again": PASSWORD, "code": person.code()},
        )
        assert answer.status_code == 303, answer.text
        return person

    def __getitem__(self, organisation: str) -> Person:
        if organisation not in self.people:
            self.people[organisation] = self.person(organisation)
        return self.people[organisation]

    def browser(self) -> TestClient:
        """One that has no cookies yet."""
        return TestClient(self.app, base_url=ORIGIN, follow_redirects=False)

    def settle(self) -> None:
        assert self.program.settle()


def workspace_on(program: Program) -> Workspace:
    """The pages on a program that is there."""
    program.entrance.hashing.cost = CHEAP

    def settled() -> None:
        program.settle()

    return Workspace(program, create_served(program, after_write=settled))


def code_of(secret: bytes, program: Program, steps: int = 0) -> str:
    """The code of a second factor now, or some steps later."""
    at = int(program.clock.now().timestamp()) + 30 * steps
    return TOTP(secret, 6, SHA1(), 30).generate(at).decode()


def text_of(answer: Response) -> str:
    """What somebody reads on a page."""
    bare = re.sub(r"<(script|style|svg)[^>]*>.*?</\1>", "", answer.text, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", bare))).strip()
