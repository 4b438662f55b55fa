"""Notices by the gateway of text messages or 政务微信 (HTTPS).

One POST a message, as JSON, with its id as ``Idempotency-Key`` (an IETF draft's header): one that
is sent again is the same one. The gateway knows whose telephone a pseudonym's is; the hub does not.
"""

from __future__ import annotations

import ipaddress
import ssl
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from hub.notices.port import Notice, NoticeFailed

PATIENCE = httpx.Timeout(5.0, connect=3.0)
"""Seconds until the gateway is taken for gone."""


_OF_THE_HUB = frozenset({401, 407, 408, 425, 429})
"""Answers (RFC 9110, 6585, 8470) that say something of the hub, or of now, and nothing of the
person."""


class GatewayRefused(Exception):
    """The address, or the token, cannot be used; the text (Chinese) says what to do."""


class GatewayNotices:
    """Carries notices to the configured address, encrypted unless it is this machine's."""

    local = False

    def __init__(self, url: str, ca: Path | None = None, token: str | None = None) -> None:
        self._url = url
        self._client = gateway_client(url, ca, token)

    def send(self, notice: Notice, *, again: bool) -> None:
        """As :meth:`hub.notices.port.NoticePort.send`."""
        try:
            answer = self._client.post(
                self._url, json=notice.parts(), headers={"Idempotency-Key": notice.id}
            )
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise NoticeFailed(type(error).__name__, perhaps_sent=False) from error
        except httpx.HTTPError as error:
            raise NoticeFailed(type(error).__name__, perhaps_sent=True) from error
        if not answer.is_success:
            raise NoticeFailed(
                f"HTTP {answer.status_code}",
                perhaps_sent=answer.is_server_error,
                refused=answer.is_client_error and answer.status_code not in _OF_THE_HUB,
            )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def gateway_client(url: str, ca: Path | None, token: str | None) -> httpx.Client:
    """What posts to a gateway and nobody else. Raises GatewayRefused."""
    parts = urlsplit(url)
    if not parts.hostname or parts.username or parts.password or parts.query:
        raise GatewayRefused("网关的地址不能用，应类似 https://网关/发送，不带口令。")
    if parts.scheme != "https" and not (parts.scheme == "http" and _loopback(parts.hostname)):
        raise GatewayRefused("网关不在本机时必须用 https。")
    if token is not None and not (token.isascii() and token.isprintable()):
        raise GatewayRefused("网关的令牌只能是一行可见的英文字符，请核对令牌文件。")
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    # No proxy of the environment's: what is sent goes to the gateway and nobody else.
    return httpx.Client(
        verify=ssl.create_default_context(cafile=ca),
        timeout=PATIENCE,
        headers=headers,
        follow_redirects=False,
        trust_env=False,
    )


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
