"""Signed receipts of what was done to a file or a record: printed, and checked anywhere."""

from __future__ import annotations

from pathlib import Path

import typer

from hub.audit.notes import NoteRefused, PublicKey
from hub.cli.output import WrongUsage, answer, say
from hub.erasure import receipt


def tell_note(note: str | None, listed_by: str, as_json: bool) -> None:
    """Print a receipt as it was signed. ``listed_by`` is the command that says how far it has
    come. Raises WrongUsage where there is none yet."""
    if note is None:
        raise WrongUsage(f"还没有回执：周期密钥销毁之后才开出，见 {listed_by}。")
    if as_json:
        answer({"receipt": note})
    else:
        typer.echo(note, nl=False)


def tell_key(key: PublicKey, as_json: bool) -> None:
    """Print the public key that receipts are checked with."""
    if as_json:
        answer({"key": key.line})
    else:
        typer.echo(key.line)


def tell_sound(key: PublicKey, file: Path, form: str, word: str, as_json: bool) -> None:
    """Check a receipt of a form, called ``word`` (Chinese), and say that it is sound. Raises
    WrongUsage for what the key did not sign as one."""
    try:
        content = receipt.check(key, file.read_text(), form)
    except NoteRefused:
        raise WrongUsage(f"不是这把公钥签名的{word}。") from None
    if as_json:
        answer(content)
    else:
        say(f"回执 {content['number']} 的签名有效。")


def key_in(file: Path) -> PublicKey:
    """The public key that a file holds. Raises WrongUsage."""
    try:
        return PublicKey.parse(file.read_text())
    except NoteRefused:
        raise WrongUsage("公钥文件的内容不是公钥，请核对。") from None
