"""Settings: where the data folder is and how its root key is opened."""

from __future__ import annotations

import getpass
import json
import os
import secrets
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from the environment (``HUB_…``); a command's options come before it."""

    model_config = SettingsConfigDict(env_prefix="HUB_")

    data: Path = Path("data")
    passphrase_file: Path | None = None
    """The root keystore's passphrase or the token's PIN, on one line; ``-`` asks for it."""
    root: Literal["file", "pkcs11"] = "file"
    """Where the root key lies: the data folder's keystore file, or a token behind PKCS#11."""
    pkcs11_module: Path | None = None
    """The token's PKCS#11 library."""
    pkcs11_token: str | None = None
    """The token's label; the hub has it to itself."""
    suite: Literal["A1", "G1"] = "A1"
    """What fields are sealed by from now on: AES-256-GCM, or SM4-GCM with SM3."""
    database: str | None = None
    """A PostgreSQL URL without user and password; None keeps everything in the data folder."""
    database_passfile: Path | None = None
    """The passwords of the database roles that this process works as, in libpq's format."""
    kafka: str | None = None
    """Kafka's addresses, comma-separated host:port; None: no shared log beside the store."""
    kafka_prefix: str = ""
    """Before every topic's name: several districts on one cluster."""
    kafka_ca: Path | None = None
    """The certificates that Kafka's are checked against (PEM); None: not encrypted, which only
    brokers on this machine may be."""
    keyservice: str | None = None
    """For an organisation's own server: the address of the hub's key service."""
    url: str | None = None
    """The same: the address of the hub's API, which answers what the own view cannot."""
    ca: Path | None = None
    """The certificates that the two are checked against (PEM); None: the system's."""
    notices: str | None = None
    """The address of the gateway by which notices leave (SMS, 政务微信); None: a file of the data
    folder."""
    notices_ca: Path | None = None
    """The certificates that it is checked against (PEM); None: the system's."""
    notices_token_file: Path | None = None
    """What the gateway knows the hub by, on one line."""
    sms: str | None = None
    """The address of the gateway that sends text messages; None: a file of the data folder."""
    sms_ca: Path | None = None
    """The certificates that it is checked against (PEM); None: the system's."""
    sms_token_file: Path | None = None
    """What the gateway knows the hub by, on one line."""
    oidc_issuer: str | None = None
    """The identity provider by which people may sign in as well (OpenID Connect); None: none."""
    oidc_client: str = "hub"
    """What the provider knows the hub as."""
    oidc_secret_file: Path | None = None
    """The client's secret, on one line."""
    oidc_back: str | None = None
    """The address of ours that the provider leads back to: …/sign-in/provider/back."""
    oidc_claim: str = "preferred_username"
    """What of the provider's words is the login name here."""
    oidc_ca: Path | None = None
    """The certificates that the provider's are checked against (PEM); None: the system's."""
    alive_file: Path | None = None
    """A file that a worker touches at every step: what tells that it goes on."""
    host: str = "127.0.0.1"
    port: int = Field(default=8310, ge=0, le=65535)
    log_level: str = "INFO"


class DataFolderError(Exception):
    """The data folder cannot be used; the text says why and what to do (Chinese)."""


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The files of one data folder, mode 0700."""

    root: Path

    @property
    def keystore(self) -> Path:
        return self.root / "root.keystore"

    @property
    def token(self) -> Path:
        """Which PKCS#11 token holds the root key, where one does."""
        return self.root / "root.pkcs11"

    @property
    def keys(self) -> Path:
        return self.root / "keys.sqlite"

    @property
    def views(self) -> Path:
        return self.root / "views"

    @property
    def rules(self) -> Path:
        """The rules that were in force once, by version."""
        return self.root / "rules"

    @property
    def state(self) -> Path:
        return self.root / "hub.json"

    @property
    def exists(self) -> bool:
        """Whether ``hub init`` has been run here."""
        return self.keystore.exists() or self.token.exists()

    def create(self) -> None:
        """Make the folders. Raises DataFolderError when others may read them and that cannot be
        changed."""
        for folder in (self.root, self.views):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
            if folder.stat().st_mode & 0o077:
                raise DataFolderError("数据文件夹的权限不能收紧为0700，请换到支持权限的磁盘。")

    def clock_offset(self) -> timedelta:
        """How far this folder's clock is from the system's (a demo's own time)."""
        if not self.state.exists():
            return timedelta()
        return timedelta(seconds=json.loads(self.state.read_text())["clock_offset_seconds"])

    def keep_clock_offset(self, offset: timedelta) -> None:
        """Keep the clock's offset for the next start."""
        text = json.dumps({"clock_offset_seconds": int(offset.total_seconds())})
        temporary = self.state.with_suffix(".new")
        temporary.write_text(text)
        temporary.replace(self.state)

    def passphrase(self, settings: Settings, *, create: bool = False) -> str:
        """The root keystore's passphrase, or the token's PIN.

        From HUB_PASSPHRASE_FILE (``-``: typed in, or one line of standard input), else from
        ``passphrase`` in the data folder, which ``create`` writes with random content (mode 0600)
        so that the hub starts by itself; moving it elsewhere is what separates a stolen folder
        from its keys. Raises DataFolderError.
        """
        if settings.passphrase_file == Path("-"):
            text = _asked()
        else:
            path = settings.passphrase_file or self.root / "passphrase"
            if create and settings.passphrase_file is None and not path.exists():
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
                with os.fdopen(os.open(path, flags, 0o600), "w") as f:
                    f.write(secrets.token_urlsafe(32) + "\n")
            try:
                text = path.read_text().strip()
            except OSError as error:
                raise DataFolderError(
                    "找不到根密钥口令文件，请用环境变量 HUB_PASSPHRASE_FILE 指明它的位置。"
                ) from error
        if not text:
            raise DataFolderError("根密钥口令是空的，请放入或输入口令后再启动。")
        return text


def _asked() -> str:
    """The passphrase as typed, without an echo; a program gives it by standard input."""
    if sys.stdin.isatty():
        return getpass.getpass("根密钥口令（或密码设备的 PIN）：").strip()
    return sys.stdin.readline().strip()
