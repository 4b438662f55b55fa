"""The gateway of notices: one POST a message, under its id, encrypted beyond this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from hub.bootstrap import notice_port, text_port
from hub.notices.file import FileNotices
from hub.notices.gateway import GatewayNotices, GatewayRefused
from hub.notices.port import Notice, NoticeFailed
from hub.notices.texts import FileTexts, GatewayTexts
from hub.settings import DataFolder, DataFolderError, Settings

NOTICE = Notice(
    id="n-1",
    organisation="police_station:310117001",
    post="duty",
    user="u-1",
    deputy=None,
    number=None,
    urgent=True,
    text="您有1件紧急待办",
)


class _Gateway(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.status = 200
        self.taken: list[tuple[dict[str, str], dict[str, Any]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/send"


class _Answer(BaseHTTPRequestHandler):
    server: _Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((dict(self.headers.items()), json.loads(body)))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def gateway() -> Iterator[_Gateway]:
    with _Gateway() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_notice_is_one_request_under_its_own_id(gateway: _Gateway) -> None:
    port = GatewayNotices(gateway.url, token="示例".encode().hex())
    port.send(NOTICE, again=False)
    ((headers, body),) = gateway.taken
    assert headers["Idempotency-Key"] == "n-1"
    assert headers["Authorization"] == f"Bearer {'示例'.encode().hex()}"
    assert body == NOTICE.parts()
    port.close()


@pytest.mark.parametrize(
    ("status", "perhaps", "refused"),
    [
        (500, True, False),
        (503, True, False),
        (404, False, True),
        (422, False, True),
        (401, False, False),
        (429, False, False),
        (302, False, False),
    ],
)
def test_every_other_answer_is_a_failure(
    gateway: _Gateway, status: int, perhaps: bool, refused: bool
) -> None:
    """And says of the person, or does not."""
    gateway.status = status
    with pytest.raises(NoticeFailed) as failed:
        GatewayNotices(gateway.url).send(NOTICE, again=False)
    assert (failed.value.perhaps_sent, failed.value.refused) == (perhaps, refused)
    assert len(gateway.taken) == 1, "nobody else is asked"


def test_a_code_is_one_request_and_what_fails_says_neither_number_nor_text(
    gateway: _Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    port = GatewayTexts(gateway.url, token="t")
    port.send("13800719364", "验证码")
    ((headers, body),) = gateway.taken
    assert headers["Authorization"] == "Bearer t"
    assert body == {"number": "13800719364", "text": "验证码"}
    gateway.status = 500
    port.send("13800719364", "验证码")
    port.close()
    gone = GatewayTexts("http://127.0.0.1:9/send")
    gone.send("13800719364", "验证码")
    gone.close()
    assert "13800719364" not in caplog.text
    assert "验证码" not in caplog.text


def test_the_settings_say_which_way_codes_leave(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    assert isinstance(text_port(folder, Settings(sms=None)), FileTexts)
    assert isinstance(text_port(folder, Settings(sms="https://gateway.example/sms")), GatewayTexts)
    for wrong in (
        Settings(sms="http://gateway.example/sms"),
        Settings(sms="https://gateway.example/sms", sms_token_file=tmp_path / "none"),
        Settings(sms="https://gateway.example/sms", sms_ca=tmp_path / "none"),
    ):
        with pytest.raises(DataFolderError):
            text_port(folder, wrong)


def test_a_gateway_that_is_not_there_has_taken_nothing() -> None:
    with pytest.raises(NoticeFailed) as failed:
        GatewayNotices("http://127.0.0.1:9/send").send(NOTICE, again=False)
    assert not failed.value.perhaps_sent


@pytest.mark.parametrize(
    "url",
    [
        "http://gateway.example/send",
        "https://u:p@gateway.example/send",
        "https:///send",
        "ftp://127.0.0.1/send",
        "https://gateway.example/send?to=1",
    ],
)
def test_beyond_this_machine_nothing_goes_out_unencrypted(url: str) -> None:
    with pytest.raises(GatewayRefused) as refused:
        GatewayNotices(url)
    assert "gateway.example" not in str(refused.value)


def test_the_settings_say_which_way_notices_leave(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    assert isinstance(notice_port(folder, Settings(notices=None)), FileNotices)
    token = tmp_path / "token"
    token.write_text("t\n")
    secure = Settings(notices="https://gateway.example/send", notices_token_file=token)
    assert isinstance(notice_port(folder, secure), GatewayNotices)
    (tmp_path / "chinese").write_text("示例", encoding="utf-8")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    for wrong in (
        Settings(notices="https://gateway.example/send", notices_token_file=tmp_path / "chinese"),
        Settings(notices="https://gateway.example/send", notices_token_file=tmp_path / "bytes"),
        Settings(notices="http://gateway.example/send"),
        Settings(notices="https://gateway.example/send", notices_token_file=tmp_path / "none"),
        Settings(notices="https://gateway.example/send", notices_ca=tmp_path / "none"),
    ):
        with pytest.raises(DataFolderError):
            notice_port(folder, wrong)
