"""``hub attachments``: sent, listed, opened, refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attachments.files import jpeg
from tests.cli.office import Hub
from tests.program import (
    EDUCATION,
    OTHER_SCHOOL,
    SCHOOL,
    child_of,
    enrolled,
    pupil,
    running,
    send,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def child(data: Path) -> str:
    with running(data) as made:
        send(made, EDUCATION, "education.roll", enrolled(pupil(1)))
        assert made.settle()
        return child_of(made, pupil(1))


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "请假条.jpg"
    path.write_bytes(jpeg())
    return path


def test_an_attachment_is_put_listed_and_got(
    hub: Hub, data: Path, child: str, photo: Path, tmp_path: Path
) -> None:
    put = hub(
        *("attachments", "put", photo, "--child", child, "--category", "schooling"),
        *("--account", "请假条", "--organisation", SCHOOL, "--data", data, "--json"),
    )
    assert put.code == 0, put.err
    assert put.json["media_type"] == "image/jpeg"
    assert not put.json["repeated"]
    listed = hub(
        *("attachments", "list", "--child", child, "--organisation", EDUCATION),
        *("--data", data, "--json"),
    )
    (one,) = listed.json["attachments"]
    assert (one["id"], one["file_name"], one["account"]) == (
        put.json["attachment_id"],
        "请假条.jpg",
        "请假条",
    )
    out = tmp_path / "out.jpg"
    got = hub(
        *("attachments", "get", one["id"], "--out", out, "--organisation", EDUCATION),
        *("--data", data, "--json"),
    )
    assert got.code == 0, got.err
    assert out.stat().st_mode & 0o777 == 0o600
    assert out.read_bytes().startswith(b"\xff\xd8\xff")
    again = hub(
        *("attachments", "get", one["id"], "--out", out, "--organisation", EDUCATION),
        *("--data", data),
    )
    assert again.code == 2, "nothing is written over"


def test_another_school_finds_nothing(
    hub: Hub, data: Path, child: str, photo: Path, tmp_path: Path
) -> None:
    put = hub(
        *("attachments", "put", photo, "--child", child, "--category", "schooling"),
        *("--organisation", SCHOOL, "--data", data, "--json"),
    )
    for what in (
        ("get", put.json["attachment_id"], "--out", tmp_path / "x"),
        ("put", photo, "--child", child, "--category", "schooling"),
    ):
        answer = hub("attachments", *what, "--organisation", OTHER_SCHOOL, "--data", data)
        assert answer.code == 2
        assert "没有可向本单位显示的记录" in answer.err


def test_a_file_that_is_not_taken_is_told_and_listed(
    hub: Hub, data: Path, child: str, tmp_path: Path
) -> None:
    path = tmp_path / "照片.jpg"
    path.write_bytes(b"GIF89a nothing that is taken")
    answer = hub(
        *("attachments", "put", path, "--child", child, "--category", "schooling"),
        *("--organisation", SCHOOL, "--data", data, "--json"),
    )
    assert answer.code == 1
    assert answer.json["refused"] == "TYPE"
    listed = hub("attachments", "refused", "--organisation", SCHOOL, "--data", data, "--json")
    assert [each["id"] for each in listed.json["refused"]] == [answer.json["quarantine_id"]]


@pytest.mark.parametrize(
    "wrong", [("--child", "示甲", "--category", "schooling"), ("--category", "who")]
)
def test_what_makes_no_sense_is_told(
    hub: Hub, data: Path, child: str, photo: Path, wrong: tuple[str, ...]
) -> None:
    given = wrong if "--child" in wrong else ("--child", child, *wrong)
    answer = hub("attachments", "put", photo, *given, "--organisation", SCHOOL, "--data", data)
    assert answer.code == 2
    assert "示甲" not in answer.err


def test_an_attachment_is_withdrawn_by_its_sender_alone(
    hub: Hub, data: Path, child: str, photo: Path
) -> None:
    put = hub(
        *("attachments", "put", photo, "--child", child, "--category", "schooling"),
        *("--organisation", SCHOOL, "--data", data, "--json"),
    )
    withdraw = ("attachments", "withdraw", put.json["attachment_id"], "--data", data)
    wrong = hub(*withdraw, "--reason", "X", "--organisation", SCHOOL)
    assert (wrong.code, "WRONG_FILE（传错文件）" in wrong.err) == (2, True)
    assert hub(*withdraw, "--reason", "WRONG_FILE", "--organisation", EDUCATION).code != 0
    assert hub(*withdraw, "--reason", "WRONG_FILE", "--organisation", SCHOOL).code == 0
    listed = hub(
        *("attachments", "list", "--child", child, "--organisation", SCHOOL),
        *("--data", data, "--json"),
    )
    assert listed.json["attachments"] == []
    assert hub("attachments", "sweep", "--data", data, "--json").json == {"swept": 0}
