"""Signing in through the organisation's own identity provider (统一身份认证), by OpenID Connect.

The authorization code flow with PKCE (RFC 7636). The provider says who somebody is; whom of the
directory that is, and at which post, is ours to say: nobody is made by signing in. What was asked
waits in a sealed cookie of the browser that asked, so that no other browser brings an answer.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
import secrets
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from domain.sign_in import ProviderRules
from hub.accounts.accounts import Accounts, NotSignedIn
from hub.accounts.hashing import Hashing
from hub.accounts.provider_settings import ProviderRefused, ProviderSettings
from hub.accounts.tables import AccountsUnavailable
from hub.directory import Directory, User

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""What an ID token may be signed with: by the provider's own key alone."""
_PLACE = "provider"
_PATIENCE = httpx.Timeout(10.0, connect=3.0)
_OURS = frozenset({401, 403, 429})
"""Answers that say something of the hub, and nothing of the person."""
_WELL_KNOWN = "/.well-known/openid-configuration"


class ProviderUnavailable(Exception):
    """The provider does not answer, or not as it should."""


class NobodyHere(Exception):
    """The provider knows them, and the directory has nobody of that name who may come in."""


@dataclass(frozen=True, slots=True)
class Started:
    """Where to go, and what the browser keeps until it is back."""

    address: str
    kept: bytes


@dataclass(frozen=True, slots=True)
class Came:
    """Who came back, to where, and the locked session that was to be opened, if any."""

    user: User
    back: str
    session: str


class Provider:
    """An OpenID Connect provider."""

    def __init__(
        self,
        settings: ProviderSettings,
        directory: Directory,
        accounts: Accounts,
        hashing: Hashing,
        rules: ProviderRules,
    ) -> None:
        """Raises ProviderRefused."""
        for address in (settings.issuer, settings.back):
            if not _safe(address):
                raise ProviderRefused("统一身份认证和本平台的地址不在本机时必须用 https。")
        self._settings = settings
        self._directory = directory
        self._accounts = accounts
        self._hashing = hashing
        self._rules = rules
        try:
            self._tls = ssl.create_default_context(cafile=settings.ca)
        except OSError as error:
            raise ProviderRefused("统一身份认证的证书文件不能使用。") from error
        self._lock = threading.Lock()
        self._about: Mapping[str, Any] = {}
        self._keys: KeySet | None = None

    def start(self, back: str, session: str, now: datetime) -> Started:
        """Send somebody to the provider, who asks for their password whatever it remembers: the
        computer may be another's by now. ``session``: the locked one that is to be opened.
        Raises ProviderUnavailable."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        address = prepare_grant_uri(
            self._endpoint("authorization_endpoint"),
            self._settings.client,
            "code",
            self._settings.back,
            "openid profile",
            state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
            prompt="login",
            max_age=0,
        )
        kept = {
            "state": state,
            "nonce": nonce,
            "verifier": verifier,
            "back": back,
            "session": session,
            "at": now.isoformat(),
        }
        return Started(address, self._hashing.sealed(_PLACE, json.dumps(kept).encode()))

    def finish(self, kept: bytes, state: str, code: str, now: datetime) -> Came:
        """Who came back. Raises NotSignedIn, NobodyHere, ProviderUnavailable."""
        try:
            asked = json.loads(self._hashing.opened(_PLACE, kept))
        except AccountsUnavailable:
            raise NotSignedIn from None
        began = datetime.fromisoformat(asked["at"])
        in_time = now - began < timedelta(minutes=self._rules.minutes)
        if not in_time or not hmac.compare_digest(asked["state"].encode(), state.encode()):
            raise NotSignedIn
        claims = self.claims(self._token(code, asked["verifier"]), asked["nonce"], now)
        # Anew, as was asked for (OpenID Connect Core 1.0, 3.1.2.1 and 3.1.3.7, 13).
        if claims["auth_time"] + self._rules.leeway_seconds < began.timestamp():
            raise NotSignedIn
        login = claims.get(self._settings.claim)
        user = self._directory.user(login) if isinstance(login, str) else None
        if user is None or self._accounts.is_barred(user.user):
            raise NobodyHere
        return Came(user, asked["back"], asked["session"])

    def leave(self) -> str | None:
        """Where somebody signs out of the provider as well (RP-Initiated Logout 1.0), if it can."""
        address = self._configuration().get("end_session_endpoint")
        if not isinstance(address, str) or not _safe(address):
            return None
        back = urlsplit(self._settings.back)
        asked = {
            "client_id": self._settings.client,
            "post_logout_redirect_uri": f"{back.scheme}://{back.netloc}/sign-in",
        }
        return f"{address}?{urlencode(asked)}"

    def claims(self, token: str, nonce: str, now: datetime) -> dict[str, Any]:
        """What an ID token says, once it is known to be the provider's, for us, of now, and an
        answer to what was asked (OpenID Connect Core 1.0, 3.1.3.7). Raises NotSignedIn,
        ProviderUnavailable."""
        try:
            keys = self._known_keys(fresh=False)
            try:
                found = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
            except (JoseError, ValueError):
                # It may have been signed by a key that is new.
                keys = self._known_keys(fresh=True)
                found = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
            claims = dict(found.claims)
            jwt.JWTClaimsRegistry(
                now=lambda: int(now.timestamp()),
                leeway=self._rules.leeway_seconds,
                iss={"essential": True, "value": self._settings.issuer},
                aud={"essential": True, "value": self._settings.client},
                exp={"essential": True},
                iat={"essential": True},
                sub={"essential": True},
                auth_time={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(claims)
        except (JoseError, ValueError):
            raise NotSignedIn from None
        ours = claims.get("azp", self._settings.client) == self._settings.client
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if not ours or (several and "azp" not in claims):
            raise NotSignedIn
        if not isinstance(claims["auth_time"], int):
            raise NotSignedIn
        return claims

    # Inside

    def _token(self, code: str, verifier: str) -> str:
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._settings.back,
            "code_verifier": verifier,
        }
        # RFC 6749, 2.3.1.
        who = httpx.BasicAuth(quote_plus(self._settings.client), quote_plus(self._settings.secret))
        address = self._endpoint("token_endpoint")
        try:
            with self._client() as client:
                answer = client.post(address, data=sent, auth=who)
            said = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderUnavailable(type(error).__name__) from error
        if answer.is_server_error or answer.status_code in _OURS or not isinstance(said, dict):
            raise ProviderUnavailable(f"HTTP {answer.status_code}")
        token = said.get("id_token")
        # A code that was used before, is too old, or is not for us.
        if not answer.is_success or not isinstance(token, str):
            raise NotSignedIn
        return token

    def _client(self) -> httpx.Client:
        # No proxy of the environment's: what is said goes to the provider and nobody else.
        return httpx.Client(verify=self._tls, timeout=_PATIENCE, trust_env=False)

    def _endpoint(self, name: str) -> str:
        address = self._configuration().get(name)
        if not isinstance(address, str) or not _safe(address):
            raise ProviderUnavailable(name)
        return address

    def _configuration(self) -> Mapping[str, Any]:
        with self._lock:
            if not self._about:
                found = self._fetched(self._settings.issuer.rstrip("/") + _WELL_KNOWN)
                if found.get("issuer") != self._settings.issuer:
                    raise ProviderUnavailable("issuer")
                self._about = found
            return self._about

    def _known_keys(self, *, fresh: bool) -> KeySet:
        address = self._endpoint("jwks_uri")
        with self._lock:
            if self._keys is None or fresh:
                found = self._fetched(address)
                keys = [each for each in found.get("keys", ()) if each.get("use", "sig") == "sig"]
                self._keys = KeySet.import_key_set({"keys": keys})
            return self._keys

    def _fetched(self, address: str) -> dict[str, Any]:
        try:
            with self._client() as client:
                answer = client.get(address).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderUnavailable(type(error).__name__) from error
        if not isinstance(answer, dict):
            raise ProviderUnavailable("no object")
        return answer


def _safe(address: str) -> bool:
    """Whether an address is encrypted, or of this machine."""
    parts = urlsplit(address)
    if not parts.hostname or parts.username or parts.password or parts.query or parts.fragment:
        return False
    if parts.scheme == "https" or parts.hostname == "localhost":
        return parts.scheme in ("https", "http")
    try:
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return False
