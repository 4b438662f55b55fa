"""Logs hold no personal data, whoever writes them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from hub import logs

NUMBER = "999999201501020018"
PHONE = "13800000001"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    found = io.StringIO()
    logs.configure("INFO", found)
    yield found
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_keys_off_the_list_lose_their_value(stream: io.StringIO) -> None:
    logs.get("t").info("done", name="张三", child={"id": NUMBER}, count=3, user="u-1")
    (line,) = lines(stream)
    assert (line["event"], line["count"], line["user"], line["level"]) == (
        "done",
        3,
        "u-1",
        "info",
    )
    assert line["name"] == line["child"] == logs.DROPPED
    assert "张三" not in stream.getvalue()


@pytest.mark.parametrize(
    "written",
    [
        NUMBER,
        NUMBER[:17] + "x",
        NUMBER[:15],
        PHONE,
        "".join(chr(ord(digit) + 0xFEE0) for digit in NUMBER),
        f"child-{NUMBER}-x",
        int(NUMBER),
        int(PHONE),
    ],
)
def test_what_looks_like_a_number_is_masked_everywhere(
    stream: io.StringIO, written: object
) -> None:
    logs.get("t").warning(f"about {written}", code=written)
    logging.getLogger("library").warning(f"about {written}")
    assert str(written) not in stream.getvalue()
    assert NUMBER[:15] not in stream.getvalue()
    ours, theirs = lines(stream)
    assert logs.MASKED in ours["event"]
    assert logs.MASKED in ours["code"]
    assert logs.MASKED in theirs["event"]


def test_an_alarm_says_what_it_is_about(stream: io.StringIO) -> None:
    """A purpose that may not be used, and rules that were changed in place: by their names."""
    named = {"purpose": "COORDINATION", "known": True, "policy": "2026.3+eadd2a9b4c30a3fd"}
    logs.get("t").error("look.refused", seat="school", **named)
    logs.get("t").error("policy.changed_in_place", now="2026.3+b", before="2026.3+a")
    refused, changed = lines(stream)
    assert named.items() <= refused.items()
    assert (changed["now"], changed["before"]) == ("2026.3+b", "2026.3+a")


def test_ordinary_codes_pass(stream: io.StringIO) -> None:
    shown = "3f1c2c52-0000-4000-8000-000000000001"
    logs.get("t").info("request", request_id=shown, position=123456, milliseconds=2.5)
    (line,) = lines(stream)
    assert (line["request_id"], line["position"], line["milliseconds"]) == (shown, 123456, 2.5)


def test_a_librarys_arguments_and_tracebacks_stay_out(stream: io.StringIO) -> None:
    logging.getLogger("library").error("cannot take %s", "张三")
    try:
        raise ValueError("张三")
    except ValueError:
        logging.getLogger("library").exception("failed on %s", "张三")
        logs.get("t").error("ours", exc_info=True, stack_info=True)
    assert "张三" not in stream.getvalue()
    assert "Traceback" not in stream.getvalue()
    template, failure, _ = lines(stream)
    assert template["event"] == "cannot take %s"
    assert (failure["event"], failure["error"]) == ("unhandled", "ValueError")
    assert "test_logging.py" in failure["where"]


def test_an_unknown_level_is_an_error() -> None:
    before = logging.getLogger().handlers[:]
    with pytest.raises(ValueError, match="LOUD"):
        logs.configure("loud")
    logging.getLogger().handlers[:] = before
