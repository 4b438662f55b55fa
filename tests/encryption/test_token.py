"""The root key on a real PKCS#11 token (SoftHSM2): what does not leave it, and what goes wrong."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from pkcs11 import Attribute, ObjectClass
from pkcs11.exceptions import AttributeSensitive, KeyUnextractable, PKCS11Error

from hub.encryption.root import (
    EpochDestroyed,
    KeystoreDamaged,
    RootKeyUnavailable,
    WrongPassphrase,
)
from hub.encryption.token import TokenRootKey, begin_anew
from tests.servers import softhsm


def opened(folder: Path, pin: str = softhsm.PIN, label: str = softhsm.LABEL) -> TokenRootKey:
    return TokenRootKey.open(softhsm.module(), label, pin, folder / "root.pkcs11")


def objects(root: TokenRootKey) -> list[Any]:
    """Every object on the token, as its holder's own session shows it."""
    root.epochs(0)
    return list(root._session.get_objects())


def test_every_key_stays_on_the_token(token_root: TokenRootKey) -> None:
    token_root.new_epoch(3)
    keys = objects(token_root)
    assert len(keys) == 256 + 1 + 1
    for key in keys:
        assert key[Attribute.CLASS] is ObjectClass.SECRET_KEY
        assert (key[Attribute.SENSITIVE], key[Attribute.EXTRACTABLE]) == (True, False)
        assert (key[Attribute.PRIVATE], key[Attribute.NEVER_EXTRACTABLE]) == (True, True)
        with pytest.raises(AttributeSensitive):
            _ = key[Attribute.VALUE]


def test_no_key_can_be_wrapped_out_of_the_token(token_root: TokenRootKey) -> None:
    epoch_key = objects(token_root)[0]
    wrapping = token_root._session.generate_key(
        pkcs11.KeyType.AES, 256, store=False, capabilities=pkcs11.MechanismFlag.WRAP
    )
    with pytest.raises((KeyUnextractable, PKCS11Error)):
        wrapping.wrap_key(epoch_key, mechanism=pkcs11.Mechanism.AES_KEY_WRAP)


def test_destroying_an_epoch_destroys_its_object(
    token_root: TokenRootKey, softhsm_folder: Path
) -> None:
    files = set(softhsm_folder.rglob("*.object"))
    token_root.new_epoch(5)
    (new,) = set(softhsm_folder.rglob("*.object")) - files
    token_root.destroy_epoch(5, 1)
    left = set(softhsm_folder.rglob("*.object"))
    assert new in left
    assert len(files - left) == 1
    assert len(objects(token_root)) == 257


def test_a_wrong_pin_is_told_as_such(token_root: TokenRootKey, softhsm_folder: Path) -> None:
    token_root.wrap(1, b"secret", b"")
    for pin in ("654321", "1", ""):
        # While somebody of this process is logged in, and when nobody is.
        with pytest.raises(WrongPassphrase):
            opened(softhsm_folder, pin)
        begin_anew(softhsm.module())
        with pytest.raises(WrongPassphrase):
            opened(softhsm_folder, pin)


def test_a_module_or_token_that_is_not_there_is_unavailable(
    token_root: TokenRootKey, softhsm_folder: Path
) -> None:
    mark = softhsm_folder / "root.pkcs11"
    with pytest.raises(RootKeyUnavailable):
        opened(softhsm_folder, label="nobody")
    with pytest.raises(RootKeyUnavailable):
        TokenRootKey.open(softhsm_folder / "no.so", softhsm.LABEL, softhsm.PIN, mark)
    mark.unlink()
    with pytest.raises(RootKeyUnavailable):
        opened(softhsm_folder)


@pytest.mark.parametrize("content", ["", "{}", '{"format": 2, "serial": "00"}', "[]"])
def test_a_malformed_mark_is_damaged(
    token_root: TokenRootKey, softhsm_folder: Path, content: str
) -> None:
    (softhsm_folder / "root.pkcs11").write_text(content)
    with pytest.raises(KeystoreDamaged):
        opened(softhsm_folder)


def test_another_token_of_the_same_label_is_refused(
    token_root: TokenRootKey, softhsm_folder: Path
) -> None:
    shutil.rmtree(softhsm_folder / "tokens")
    softhsm.new_token(softhsm_folder)
    begin_anew(softhsm.module())
    with pytest.raises(KeystoreDamaged):
        opened(softhsm_folder)
    with pytest.raises(RootKeyUnavailable):
        token_root.wrap(1, b"secret", b"")


def test_an_older_state_of_the_token_put_back_while_running_is_refused(
    token_root: TokenRootKey, softhsm_folder: Path
) -> None:
    shutil.copytree(softhsm_folder / "tokens", softhsm_folder / "backup")
    token_root.new_epoch(5)
    shutil.rmtree(softhsm_folder / "tokens")
    (softhsm_folder / "backup").rename(softhsm_folder / "tokens")
    begin_anew(softhsm.module())
    with pytest.raises(KeystoreDamaged):
        token_root.wrap(5, b"secret", b"")


def test_a_lost_session_is_opened_again(token_root: TokenRootKey) -> None:
    epoch, blob = token_root.wrap(5, b"secret", b"")
    token_root._session.close()
    assert token_root.unwrap(5, epoch, blob, b"") == b"secret"


def test_an_epoch_whose_maker_died_before_it_told_is_found(
    token_root: TokenRootKey, softhsm_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = opened(softhsm_folder)
    with monkeypatch.context() as patch:
        patch.setattr(TokenRootKey, "_count", lambda _: None)
        assert other.new_epoch(5) == 2
    epoch, blob = other.wrap(5, b"secret", b"")
    assert (epoch, token_root.unwrap(5, epoch, blob, b"")) == (2, b"secret")


def test_an_object_destroyed_untold_is_not_missed(
    token_root: TokenRootKey, softhsm_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = opened(softhsm_folder)
    epoch, blob = token_root.wrap(5, b"secret", b"")
    other.new_epoch(5)
    assert token_root.epochs(5) == [1, 2]
    with monkeypatch.context() as patch:
        patch.setattr(TokenRootKey, "_count", lambda _: None)
        other.destroy_epoch(5, 1)
    with pytest.raises(EpochDestroyed):
        token_root.unwrap(5, epoch, blob, b"")


@pytest.mark.slow
def test_creating_makes_what_a_broken_off_one_left_out(softhsm_folder: Path) -> None:
    softhsm.new_token(softhsm_folder)
    begin_anew(softhsm.module())
    mark = softhsm_folder / "root.pkcs11"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hub.encryption.token.BUCKETS", 3)

        def dies(*_: object) -> None:
            raise InterruptedError

        patch.setattr("hub.encryption.token._write", dies)
        with pytest.raises(InterruptedError):
            TokenRootKey.create(softhsm.module(), softhsm.LABEL, softhsm.PIN, mark)
    assert not mark.exists()
    first = TokenRootKey(softhsm.module(), softhsm.LABEL, softhsm.PIN, mark)
    epoch, blob = first.wrap(2, b"secret", b"")
    root = TokenRootKey.create(softhsm.module(), softhsm.LABEL, softhsm.PIN, mark)
    assert root.unwrap(2, epoch, blob, b"") == b"secret"
    assert root.epochs(255) == [1]
    with pytest.raises(FileExistsError):
        TokenRootKey.create(softhsm.module(), softhsm.LABEL, softhsm.PIN, mark)


def test_a_second_key_of_one_epoch_is_refused(
    token_root: TokenRootKey, softhsm_folder: Path
) -> None:
    """Whoever may write to the token must not be able to choose which key wraps from now on."""
    from hub.encryption import token

    token_root.epochs(5)
    token._generate(token_root._session, 5, 1)
    with pytest.raises(KeystoreDamaged):
        token_root.new_epoch(5)


def test_it_tells_nothing_of_itself(token_root: TokenRootKey) -> None:
    assert softhsm.PIN not in repr(token_root)
