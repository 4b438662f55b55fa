"""The root key of a data folder: in a keystore file, or on a token behind PKCS#11."""

from __future__ import annotations

from pathlib import Path

from hub.encryption.root import Argon2Cost, RootKey, RootKeystore
from hub.encryption.token import TokenRootKey
from hub.settings import DataFolder, DataFolderError, Settings


def create_root(folder: DataFolder, settings: Settings, cost: Argon2Cost | None = None) -> RootKey:
    """Make the root key where there is none yet, and open it. ``cost`` is the file's.

    Raises DataFolderError, and what opening raises.
    """
    if folder.exists:
        return open_root(folder, settings)
    if settings.root == "pkcs11":
        module, label = _token(settings)
        pin = _pin(folder, settings)
        return TokenRootKey.create(module, label, pin, folder.token)
    return RootKeystore.create(folder.keystore, folder.passphrase(settings, create=True), cost)


def open_root(folder: DataFolder, settings: Settings) -> RootKey:
    """Open the root key. Raises DataFolderError where the settings do not fit the folder, and
    the subclasses of :class:`~hub.encryption.root.RootKeyError`."""
    if settings.root == "pkcs11":
        if folder.keystore.exists():
            raise DataFolderError(
                "这个数据文件夹的根密钥在文件 root.keystore 里，不在密码设备里；"
                "请把环境变量 HUB_ROOT 改为 file。"
            )
        module, label = _token(settings)
        return TokenRootKey.open(module, label, _pin(folder, settings), folder.token)
    if folder.token.exists():
        raise DataFolderError(
            "这个数据文件夹的根密钥在密码设备里；请设置环境变量 HUB_ROOT=pkcs11、"
            "HUB_PKCS11_MODULE 和 HUB_PKCS11_TOKEN。"
        )
    return RootKeystore.open(folder.keystore, folder.passphrase(settings))


def _token(settings: Settings) -> tuple[Path, str]:
    if settings.pkcs11_module is None or not settings.pkcs11_token:
        raise DataFolderError(
            "根密钥在密码设备里时，要用环境变量 HUB_PKCS11_MODULE 指明设备的 PKCS#11 程序库，"
            "用 HUB_PKCS11_TOKEN 指明设备的标签。"
        )
    return settings.pkcs11_module, settings.pkcs11_token


def _pin(folder: DataFolder, settings: Settings) -> str:
    if settings.passphrase_file is None:
        raise DataFolderError(
            "请用环境变量 HUB_PASSPHRASE_FILE 指明存放密码设备 PIN 的文件；写 - 则在启动时输入。"
        )
    return folder.passphrase(settings)
