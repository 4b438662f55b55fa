"""Signing in through a real identity provider (OpenID Connect Core 1.0, 3.1; RFC 7636)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from httpx import Response

from domain.organisations import Post
from hub.clock import SetClock
from hub.web.desk import COOKIE
from hub.web.pages import provider_sign_in
from tests.program import SCHOOL, at, running
from tests.web.people import ORIGIN, Workspace, text_of, workspace_on

pytestmark = [pytest.mark.slow, pytest.mark.server]

SECRET = "invented-for-tests"
PATIENCE = 60
"""Seconds: what Java has not done before takes long on a busy machine."""
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def wired(tmp_path: Path, keycloak: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """The pages of a program that is told of the provider; li works at a school."""
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n")
    monkeypatch.setenv("HUB_OIDC_ISSUER", keycloak)
    monkeypatch.setenv("HUB_OIDC_SECRET_FILE", str(secret))
    monkeypatch.setenv("HUB_OIDC_BACK", f"{ORIGIN}/sign-in/provider/back")
    with running(tmp_path / "data", SetClock(datetime.now(UTC))) as program:
        program.directory.add_user("li", SCHOOL, "", Post.HANDLER)
        yield workspace_on(program)


def started(browser: TestClient, next: str = "/inbox") -> str:
    """Where a person is led who chooses the provider."""
    answer = browser.get(f"/sign-in/provider?next={next}", headers=OURS)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def known_there(address: str, login: str, password: str = SECRET) -> str:
    """Fill in the provider's own form; gives where it leads back to, "" where it does not."""
    page = httpx.get(address, trust_env=False, timeout=PATIENCE)
    form = re.search(r'<form[^>]*id="kc-form-login"[^>]*action="([^"]+)"', page.text)
    assert form, page.text[:500]
    # They are for encrypted connections, which browsers take this machine's for, and httpx not.
    kept = "; ".join(f"{each.name}={each.value}" for each in page.cookies.jar)
    sent = {"username": login, "password": password, "credentialId": ""}
    answer = httpx.post(
        unescape(form[1]), data=sent, headers={"Cookie": kept}, trust_env=False, timeout=PATIENCE
    )
    return str(answer.headers.get("location", ""))


def back(workspace: Workspace, browser: TestClient, address: str) -> Response:
    """Come back by the provider's address."""
    at(workspace.program, datetime.now(UTC))
    assert address.startswith(f"{ORIGIN}/sign-in/provider/back?")
    answer: Response = browser.get(address.removeprefix(ORIGIN))
    return answer


def signed_in(workspace: Workspace, login: str = "li", next: str = "/inbox") -> TestClient:
    browser = workspace.browser()
    answer = back(workspace, browser, known_there(started(browser, next), login))
    assert answer.status_code == 200, text_of(answer)
    assert f'content="0;url={next}"' in answer.text
    return browser


def test_whom_the_provider_knows_works_here_under_the_same_rules(wired: Workspace) -> None:
    browser = signed_in(wired)
    page = browser.get("/inbox", headers=OURS)
    assert page.status_code == 200
    assert "示例第一小学" in text_of(page)
    assert "用统一身份认证" in text_of(browser.get("/me/sign-ins", headers=OURS))
    assert wired.program.entrance.sessions.of(
        browser.cookies[COOKIE], wired.program.clock.now()
    ).shared  # type: ignore[union-attr]
    left = browser.post("/sign-out", headers=OURS)
    assert left.headers["location"] == "/sign-in?left=1"
    assert "同时退出统一身份认证" in text_of(browser.get("/sign-in?left=1"))
    out = browser.get("/sign-in/provider/out").headers["location"]
    assert "/protocol/openid-connect/logout?" in out
    assert httpx.get(out, trust_env=False, timeout=PATIENCE).status_code < 400


def test_what_is_asked_is_anew_and_proved_by_its_asker(wired: Workspace) -> None:
    asked = parse_qs(urlsplit(started(wired.browser())).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    assert asked["response_type"] == ["code"]
    other = parse_qs(urlsplit(started(wired.browser())).query)
    for each in ("state", "nonce", "code_challenge"):
        assert len(asked[each][0]) >= 40
        assert asked[each] != other[each]


def test_a_wrong_password_leads_nowhere_and_neither_does_a_disabled_account(
    wired: Workspace,
) -> None:
    assert known_there(started(wired.browser()), "li", "wrong") == ""
    wired.program.directory.add_user("gone", SCHOOL, "", Post.DEPUTY)
    assert known_there(started(wired.browser()), "gone") == ""


def test_whom_the_directory_does_not_know_is_not_let_in_nor_made(wired: Workspace) -> None:
    before = len(wired.program.directory.users())
    browser = wired.browser()
    answer = back(wired, browser, known_there(started(browser), "stranger"))
    assert answer.status_code == 403
    assert "请本单位管理员登记" in text_of(answer)
    assert COOKIE not in browser.cookies
    assert len(wired.program.directory.users()) == before


def test_whoever_was_revoked_is_not_let_in_until_there_is_a_new_link(wired: Workspace) -> None:
    accounts = wired.program.entrance.accounts
    user = wired.program.directory.user("li")
    assert user is not None
    accounts.close_account(user)
    browser = wired.browser()
    assert back(wired, browser, known_there(started(browser), "li")).status_code == 403
    accounts.invite(user, wired.program.clock.now())
    signed_in(wired)


@pytest.mark.adversary
def test_an_answer_is_taken_once_and_from_the_browser_that_asked(wired: Workspace) -> None:
    browser, other = wired.browser(), wired.browser()
    address = known_there(started(browser), "li")
    kept = browser.cookies[provider_sign_in.COOKIE]
    assert back(wired, wired.browser(), address).status_code == 422
    started(other)
    assert back(wired, other, address).status_code == 422
    assert back(wired, browser, re.sub(r"state=[^&]+", "state=x", address)).status_code == 422
    browser.cookies.set(provider_sign_in.COOKIE, kept, domain="hub.example")
    assert back(wired, browser, address).status_code == 200
    browser.post("/sign-out", headers=OURS)
    # The very same again: the provider gives nothing for a code a second time.
    browser.cookies.set(provider_sign_in.COOKIE, kept, domain="hub.example")
    assert back(wired, browser, address).status_code == 422
    assert browser.get("/inbox").status_code == 303


def test_a_refusal_of_the_provider_lets_nobody_in(wired: Workspace) -> None:
    browser = wired.browser()
    state = parse_qs(urlsplit(started(browser)).query)["state"][0]
    address = f"{ORIGIN}/sign-in/provider/back?error=access_denied&state={state}"
    assert back(wired, browser, address).status_code == 422


def test_a_locked_session_is_opened_at_the_provider_and_nothing_is_lost(wired: Workspace) -> None:
    browser = signed_in(wired)
    before = browser.cookies[COOKIE]
    page = browser.get("/locked?next=/inbox", headers=OURS)
    assert "用统一身份认证继续" in text_of(page)
    form = {"_form": "x/hold", "_page": "/inbox", "note": "写到一半"}
    assert browser.post("/inbox/accept", data=form, headers=OURS).status_code == 303
    answer = back(wired, browser, known_there(started(browser), "li"))
    assert answer.status_code == 200
    assert browser.get("/inbox", headers=OURS).status_code == 200
    user = wired.program.directory.user("li")
    assert user is not None
    entrance, now = wired.program.entrance, wired.program.clock.now()
    assert entrance.sessions.of(before, now) is None
    assert entrance.drafts.kept(user.user, "x/hold", now)["note"] == ["写到一半"]
