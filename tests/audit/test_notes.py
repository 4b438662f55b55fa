"""Signed notes and checkpoints: one form, one key, nothing else is taken."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hub.audit.checkpoints import Checkpoint, check_follows, open_checkpoint
from hub.audit.merkle import EMPTY_ROOT, ProofRefused
from hub.audit.notes import NoteRefused, PublicKey, Signer
from tests.audit.conftest import NAME, SIGNER

CHECKPOINT = Checkpoint(
    f"{NAME}/access", 0, EMPTY_ROOT, 1, datetime(2026, 9, 1, 1, tzinfo=UTC), bytes(32)
)


def test_a_note_has_the_form_that_transparency_logs_use() -> None:
    """Text, empty line, em dash, name, and base64 of the key's four bytes and the signature."""
    note = SIGNER.note("one\ntwo\n")
    text, _, line = note.rpartition("\n\n")
    assert text == "one\ntwo"
    assert line.startswith(f"— {NAME} ")
    assert line.endswith("\n")
    assert SIGNER.public.open_(note) == "one\ntwo\n"


def test_a_published_key_and_its_note_are_understood() -> None:
    """The example of Go's golang.org/x/mod/sumdb/note (verifier and note of its tests)."""
    key = PublicKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    signature = (
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
        "otpRZb6KE6RyyBwJnAM="
    )
    assert key.open_(f"{text}\n— PeterNeumann {signature}\n") == text
    assert PublicKey.parse(key.line) == key


def test_a_note_that_was_changed_is_refused() -> None:
    note = SIGNER.note("one\ntwo\n")
    other = Signer(NAME, bytes(32))
    for wrong in (
        note.replace("two", "too"),
        note.replace("\n\n", "\n"),
        note.replace(NAME, "hub.310118"),
        note[:-20] + "\n",
        note.replace("one\n", "one\r\n"),
        other.note("one\ntwo\n"),
        "",
    ):
        with pytest.raises(NoteRefused):
            SIGNER.public.open_(wrong)


def test_further_signatures_are_no_harm() -> None:
    """A witness may add its own."""
    witness = Signer("witness", bytes(32))
    note = SIGNER.note("one\n") + witness.note("one\n").rpartition("\n\n")[2]
    assert SIGNER.public.open_(note) == witness.public.open_(note) == "one\n"


@pytest.mark.parametrize("wrong", ["", "a+b", "a+00000000+AAAA", "+b+c", SIGNER.public.line[:-2]])
def test_what_is_no_key_is_refused(wrong: str) -> None:
    with pytest.raises(NoteRefused):
        PublicKey.parse(wrong)


def test_a_checkpoint_is_read_as_it_was_written() -> None:
    assert Checkpoint.parse(CHECKPOINT.text) == CHECKPOINT
    assert open_checkpoint(SIGNER.note(CHECKPOINT.text), SIGNER.public) == CHECKPOINT
    assert CHECKPOINT.text.splitlines()[:3] == [
        "hub.310117/access",
        "0",
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n0\n", "\n00\n"),
        ("\n0\n", "\n-1\n"),
        ("number 1", "number one"),
        ("number 1\n", ""),
        ("+00:00", ""),
        ("+00:00", "Z"),
        ("47DE", "47DF="),
        ("previous ", "before "),
        ("previous ", "extra\nprevious "),
    ],
)
def test_a_checkpoint_has_one_form_only(old: str, new: str) -> None:
    text = CHECKPOINT.text.replace(old, new)
    assert text != CHECKPOINT.text
    with pytest.raises(NoteRefused):
        Checkpoint.parse(text)


def test_another_hubs_or_trees_checkpoint_is_not_this_ones() -> None:
    for name in ("hub.310118/access", "hub.310117/neither", "access"):
        text = CHECKPOINT.text.replace("hub.310117/access", name)
        with pytest.raises(NoteRefused):
            open_checkpoint(SIGNER.note(text), SIGNER.public)
    events = Checkpoint.parse(CHECKPOINT.text.replace("/access", "/events"))
    with pytest.raises(ProofRefused):
        check_follows(CHECKPOINT, events, [])
