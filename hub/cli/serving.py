"""``hub serve`` and ``hub keyservice``: the processes that listen."""

from __future__ import annotations

import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from hub.bootstrap import program
from hub.cli.help import Commands
from hub.cli.options import Data, Json, logging_settings
from hub.cli.output import UNFORESEEN, WrongUsage, answer, say, tell
from hub.failures import foreseen
from hub.separation import key_serving, own_program

KEYSERVICE_PORT = 8311

Host = Annotated[
    str | None,
    typer.Option("--host", metavar="地址", help="监听地址；没有证书只监听本机"),
]
Port = Annotated[
    int | None, typer.Option("--port", metavar="端口", min=0, max=65535, help="监听端口")
]
Cert = Annotated[Path | None, typer.Option("--tls-cert", metavar="文件", help="证书（PEM）")]
Key = Annotated[Path | None, typer.Option("--tls-key", metavar="文件", help="证书的私钥（PEM）")]


def register(app: Commands) -> None:
    """Add the commands."""
    app.command("serve", help="运行系统：接口、视图、转介、期限，同一个进程")(serve)
    app.command("keyservice", help="运行密钥服务：供各单位自己的服务逐次申请开启")(keyservice)


def serve(
    host: Host = None,
    port: Port = None,
    tls_cert: Cert = None,
    tls_key: Key = None,
    api_only: Annotated[
        bool, typer.Option("--api-only", help="只提供接口；视图、转介和期限由其他进程负责")
    ] = False,
    organisation: Annotated[
        str | None,
        typer.Option(
            "--organisation",
            metavar="机构代码",
            help="（单位自用）只以本单位的视图和私钥运行，其余请求转给系统",
        ),
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Run the hub until it is stopped; with ``--organisation`` an organisation's own server. With
    ``--json`` one object with the address comes first."""
    _check_tls(tls_cert, tls_key)
    if organisation is not None:
        _serve_own(organisation, host, port, tls_cert, tls_key, data, as_json)
        return
    # Here, so that no other command waits for the web framework to load.
    from hub.api.serve import BackgroundFailed
    from hub.api.serve import serve as run_server
    from hub.web.app import create_served

    settings = logging_settings(data)
    with program(settings.data, settings) as hub, _refusing():
        try:
            run_server(
                hub,
                host or settings.host,
                settings.port if port is None else port,
                tls_cert,
                tls_key,
                settle=not api_only,
                application=create_served,
                started=lambda address: _started("系统", address, settings.data, as_json),
            )
        except BackgroundFailed as failed:
            tell(str(failed))
            cause = failed.__cause__
            raise (
                cause if cause is not None and foreseen(cause) else typer.Exit(UNFORESEEN)
            ) from None


def _serve_own(
    organisation: str,
    host: str | None,
    port: int | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    data: Path | None,
    as_json: bool,
) -> None:
    from hub.api.organisation import ToTheHub, create_organisation_app
    from hub.api.serve import serve_app

    settings = logging_settings(data)
    with own_program(settings.data, settings, organisation) as own, _refusing():
        serve_app(
            create_organisation_app(own, ToTheHub(own.hub)),
            host or settings.host,
            settings.port if port is None else port,
            tls_cert,
            tls_key,
            started=lambda address: _started(organisation, address, settings.data, as_json),
        )


def keyservice(
    host: Host = None,
    port: Port = None,
    tls_cert: Cert = None,
    tls_key: Key = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Run the key service until it is stopped."""
    _check_tls(tls_cert, tls_key)
    from hub.api.keyservice import create_keyservice_app
    from hub.api.serve import serve_app

    settings = logging_settings(data)
    with key_serving(settings.data, settings) as desk, _refusing():
        serve_app(
            create_keyservice_app(desk),
            host or settings.host,
            KEYSERVICE_PORT if port is None else port,
            tls_cert,
            tls_key,
            started=lambda address: _started("密钥服务", address, settings.data, as_json),
        )


def _check_tls(tls_cert: Path | None, tls_key: Path | None) -> None:
    if (tls_cert is None) != (tls_key is None):
        raise WrongUsage("--tls-cert 和 --tls-key 要一起写。")
    for path in (tls_cert, tls_key):
        if path is not None and not path.is_file():
            raise WrongUsage("找不到证书或私钥文件，请核对路径。")


@contextmanager
def _refusing() -> Iterator[None]:
    """What cannot be served like this is a wrong usage."""
    from hub.api.serve import ServeRefused

    try:
        yield
    except ServeRefused as refused:
        raise WrongUsage(str(refused)) from None
    except ssl.SSLError:
        raise WrongUsage("证书或私钥不能使用。请核对两个文件是否配对、都是 PEM 格式。") from None


def _started(what: str, address: str, data: Path, as_json: bool) -> None:
    if as_json:
        answer({"address": address, "data": str(data)})
    else:
        say(f"{what}运行于 {address}（按 Ctrl+C 停止）")
    # Whoever waits for the address reads it from a pipe.
    sys.stdout.flush()
