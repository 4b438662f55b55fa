"""What others wrote lies here as its makers publish it, and nothing else does."""

from __future__ import annotations

import hashlib

from tests.web.vendor import MANIFEST, ROOT, files


def test_every_file_is_what_the_manifest_says() -> None:
    for each in files():
        content = (ROOT / each["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == each["sha256"], each["file"]
        assert each["licence"]


def test_nothing_lies_there_that_the_manifest_does_not_name() -> None:
    named = {ROOT / each["file"] for each in files()} | {MANIFEST}
    for folder in {path.parent for path in named}:
        assert {path for path in folder.iterdir() if path.is_file()} <= named
