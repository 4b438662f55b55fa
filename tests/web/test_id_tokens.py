"""What is taken of a provider's word (OpenID Connect Core 1.0, 3.1.3.7), and of which provider."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from hub.accounts.accounts import NotSignedIn
from hub.accounts.provider import (
    NobodyHere,
    Provider,
    ProviderUnavailable,
)
from hub.accounts.provider_settings import ProviderRefused, ProviderSettings
from hub.bootstrap import provider_settings
from hub.settings import DataFolderError, Settings
from tests.program import START, running

ISSUER = "https://provider.example/realms/hub"
BACK = "https://hub.example/sign-in/provider/back"
KEY = RSAKey.generate_key(2048, {"kid": "a", "use": "sig", "alg": "RS256"}, auto_kid=False)
NONCE = "n" * 43
NOW = int(START.timestamp())
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "aud": "hub",
    "sub": "1",
    "exp": NOW + 60,
    "iat": NOW,
    "auth_time": NOW,
    "nonce": NONCE,
    "preferred_username": "li",
}


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """One whose words are made here."""
    with running(tmp_path_factory.mktemp("provider") / "data") as program:
        entrance = program.entrance
        made = Provider(
            ProviderSettings(ISSUER, "hub", "invented-for-tests", BACK),
            program.directory,
            entrance.accounts,
            entrance.hashing,
            program.policies.sign_in.provider,
        )
        made._fetched = _said  # type: ignore[method-assign]
        yield made


def _said(address: str) -> dict[str, Any]:
    if address.endswith("/keys"):
        return {"keys": [KEY.as_dict(private=False)]}
    return {
        "issuer": ISSUER,
        "jwks_uri": f"{ISSUER}/keys",
        "authorization_endpoint": f"{ISSUER}/auth",
        "token_endpoint": "http://elsewhere.example/token",
    }


def token(key: Any = KEY, alg: str = "RS256", **changed: Any) -> str:
    claims = {name: value for name, value in {**CLAIMS, **changed}.items() if value is not None}
    return jwt.encode({"alg": alg, "kid": "a"}, claims, key, algorithms=[alg])


def test_a_right_one_is_taken(provider: Provider) -> None:
    assert provider.claims(token(), NONCE, START)["preferred_username"] == "li"
    several = token(aud=["hub", "other"], azp="hub")
    assert provider.claims(several, NONCE, START)["sub"] == "1"


@pytest.mark.adversary
@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"aud": ["hub", "other"]},
        {"azp": "another"},
        {"exp": NOW - 31},
        {"exp": None},
        {"iat": None},
        {"iat": NOW + 3600},
        {"nonce": "another"},
        {"nonce": None},
        {"auth_time": None},
        {"auth_time": "now"},
        {"sub": None},
    ],
    ids=str,
)
def test_one_that_says_anything_else_is_not(provider: Provider, changed: dict[str, Any]) -> None:
    with pytest.raises(NotSignedIn):
        provider.claims(token(**changed), NONCE, START)


@pytest.mark.adversary
def test_one_that_the_provider_did_not_sign_is_not(provider: Provider) -> None:
    foreign = RSAKey.generate_key(2048, {"kid": "a"}, auto_kid=False)
    secret = OctKey.import_key("invented-for-tests", {"kid": "a"})
    head, body, signature = token().split(".")
    other = token(preferred_username="head").split(".")[1]
    forged = [
        token(foreign),
        token(ECKey.generate_key("P-256", {"kid": "a"}, auto_kid=False), "ES256"),
        token(secret, "HS256"),
        f"{head}.{other}.{signature}",
        f"eyJhbGciOiJub25lIn0.{body}.",
        f"{head}.{body}",
        "",
    ]
    for each in forged:
        with pytest.raises(NotSignedIn):
            provider.claims(each, NONCE, START)


@pytest.mark.adversary
def test_who_was_asked_long_ago_or_before_it_was_asked_for_is_not_let_in(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = provider.start("/", "", START)
    state = started.address.split("state=")[1].split("&")[0]
    monkeypatch.setattr(provider, "_token", lambda code, verifier: "")
    monkeypatch.setattr(provider, "claims", lambda *_: {"auth_time": NOW - 31})
    with pytest.raises(NotSignedIn):
        provider.finish(started.kept, state, "code", START)
    right = {"auth_time": NOW, "preferred_username": "nobody"}
    monkeypatch.setattr(provider, "claims", lambda *_: right)
    with pytest.raises(NobodyHere):
        provider.finish(started.kept, state, "code", START + timedelta(minutes=9))
    with pytest.raises(NotSignedIn):
        provider.finish(started.kept, state, "code", START + timedelta(minutes=10))
    tampered = started.kept[:-1] + bytes([started.kept[-1] ^ 1])
    with pytest.raises(NotSignedIn):
        provider.finish(tampered, state, "code", START)


def test_nothing_is_sent_in_clear_beyond_this_machine(provider: Provider) -> None:
    started = provider.start("/", "", START)
    state = started.address.split("state=")[1].split("&")[0]
    with pytest.raises(ProviderUnavailable):
        provider.finish(started.kept, state, "code", START)
    for issuer, back in (
        ("http://provider.example/realms/hub", BACK),
        (ISSUER, "http://hub.example/sign-in/provider/back"),
        ("https://u:p@provider.example", BACK),
    ):
        with pytest.raises(ProviderRefused):
            Provider(
                ProviderSettings(issuer, "hub", "s", back),
                provider._directory,
                provider._accounts,
                provider._hashing,
                provider._rules,
            )


def test_the_settings_name_a_provider_whole_or_not_at_all(tmp_path: Path) -> None:
    assert provider_settings(Settings(oidc_issuer=None)) is None
    secret = tmp_path / "secret"
    secret.write_text("s\n")
    whole = Settings(oidc_issuer=ISSUER, oidc_secret_file=secret, oidc_back=BACK)
    found = provider_settings(whole)
    assert found is not None
    assert (found.issuer, found.secret, found.claim) == (ISSUER, "s", "preferred_username")
    for lacking in (
        Settings(oidc_issuer=ISSUER, oidc_back=BACK),
        Settings(oidc_issuer=ISSUER, oidc_secret_file=secret),
        Settings(oidc_issuer=ISSUER, oidc_secret_file=tmp_path / "none", oidc_back=BACK),
    ):
        with pytest.raises(DataFolderError):
            provider_settings(lacking)
