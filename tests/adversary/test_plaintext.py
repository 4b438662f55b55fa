"""No identifier of a child or guardian lies in any file, log or error in any form.

Source: privacy design, "Attacks that must fail" 4.
"""

from __future__ import annotations

import base64
import logging
import sqlite3
import traceback
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.child_file import StateIdentity
from domain.dropout_events import RecordPersuasion
from domain.identity import IdentityClaim
from domain.kernel import Category, Refused
from domain.registry import STREAM_OF_COMMAND
from hub.bootstrap import Program
from hub.clock import SetClock
from hub.encryption.fields import plain_json
from hub.eventstore import codec
from projections.tables import VIEW_VERSION
from tests.adversary.conftest import AFTERWARDS
from tests.adversary.job import Job, absence
from tests.adversary.planted import WORDS, plant
from tests.adversary.scan import Scanner, base64_cores, forms, readable
from tests.program import CIVIL_AFFAIRS, SCHOOL, VILLAGE_CODE, actor, reader, running, take

pytestmark = pytest.mark.adversary

CATEGORIES = set(Category) - {Category.WORKFORCE}
"""Of which columns of the matrix there is something to find: those of which facts are stated."""

REFUSED = {
    "name": "曾癸校",
    "id_number": "999999201502017002",
    "guardian_name": "单癸校",
    "guardian_phone": "13912312312",
    "address": "虚构癸校路99弄9号",
}
"""A row that lies in the quarantine: its number fails the check."""


def _scanner(job: Job) -> Scanner:
    wanted = [secret.text for secret in job.secrets if not secret.flag]
    values = {text for text in wanted if text != "LEFT_BEHIND_RURAL"}
    assert {secret.category for secret in job.secrets} >= CATEGORIES
    assert len(values) > 150
    return Scanner({*values, *REFUSED.values(), *WORDS})


def _refuse(hub: Program) -> None:
    outcome = take(
        hub,
        SCHOOL,
        "education.absence",
        {
            **REFUSED,
            "village": VILLAGE_CODE,
            "absent_since": "2025-03-03",
            "school_days": "5",
            "reason_code": "原因不明",
        },
    )
    assert outcome.quarantine_id is not None


# -- the scanner can fail --------------------------------------------------------------------------

_NAME, _NUMBER = "曾甲校", "999999201501017003"


@pytest.mark.parametrize("value", [_NAME, _NUMBER, "虚构甲校路77弄5号", "13900000001"])
def test_the_scanner_finds_each_form_of_a_planted_value(tmp_path: Path, value: str) -> None:
    scanner = Scanner([value])
    (tmp_path / "innocent.bin").write_bytes(bytes(range(256)) * 64)
    assert scanner.folder(tmp_path) == []
    for form, data in forms(value).items():
        planted = tmp_path / "planted.sqlite-wal"
        planted.write_bytes(b"\x00before" + data + b"after\xff")
        hits = scanner.folder(tmp_path)
        assert any(forms(value)[hit.form] == data for hit in hits), form
        planted.unlink()


@pytest.mark.parametrize("before", [b"", b"x", b"xy", b"xyz", "监护人".encode()])
def test_base64_is_found_wherever_it_begins(before: bytes) -> None:
    whole = base64.b64encode(before + _NUMBER.encode() + b"!and more")
    assert any(core in whole for core in base64_cores(_NUMBER.encode()))
    assert Scanner([_NUMBER]).bytes("there", whole)


def test_the_scanner_knows_the_forms_that_have_leaked_elsewhere() -> None:
    assert {
        "utf-8",
        "utf-16-le",
        "utf-16-be",
        "gb18030",
        "hex utf-8",
        "HEX utf-8",
        "base64 utf-8 +0",
        "base64 utf-8 +1",
        "base64 utf-8 +2",
        "json escape",
        "pinyin",
    } <= set(forms(_NAME))
    assert {"full-width utf-8", "base64url utf-8 +1", "hex gb18030"} <= set(forms(_NUMBER))
    assert forms(_NAME)["sounds joined"] == b"zengjiaxiao"


@pytest.mark.parametrize(
    ("file", "table", "column"),
    [("audit.sqlite", "access", "task"), ("quarantine.sqlite", "quarantine", "codes")],
)
def test_a_value_planted_in_a_database_in_use_is_found(
    hub: Program, job: Job, file: str, table: str, column: str
) -> None:
    """Among the pages of the write-ahead log too, where a checkpoint has not been yet."""
    hub.queries.child_file(reader(SCHOOL), job.children["甲"])
    _refuse(hub)
    with closing(sqlite3.connect(job.root / file)) as connection:
        with connection:
            connection.execute(f"UPDATE {table} SET {column} = ?", (_NAME,))
        assert {hit.value for hit in Scanner([_NAME]).folder(job.root)} == {_NAME}


# -- nothing is found ------------------------------------------------------------------------------


@pytest.mark.attack(4)
def test_no_file_of_the_data_folder_holds_a_seeded_value(job: Job) -> None:
    scanner = _scanner(job)
    with running(job.root, SetClock(AFTERWARDS)) as hub:
        _refuse(hub)
        plant(hub, job)
        for organisation in (SCHOOL, CIVIL_AFFAIRS):
            for child in job.children.values():
                hub.queries.child_file(reader(organisation), child)
                hub.queries.timeline(reader(organisation), child)
            hub.queries.find_child(reader(organisation), IdentityClaim(_NAME, id_number=_NUMBER))
            hub.queries.search(reader(organisation), IdentityClaim(_NAME, id_number=_NUMBER))
        assert hub.queries._own_index.marks(SCHOOL), "what was searched is indexed"
        hub.projector.rebuild(hub.projector.views, lambda seat: None)
        # While it is in use, with the write-ahead logs beside the files.
        assert any(path.name.endswith("-wal") for path in job.root.rglob("*"))
        assert readable(scanner.folder(job.root)) == {}
    assert readable(scanner.folder(job.root)) == {}
    assert sum(path.stat().st_size for path in job.root.rglob("*.sqlite")) > 100_000


@pytest.mark.attack(4, broken="a field is written without being encrypted")
def test_a_field_that_was_not_encrypted_would_be_found(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codec, "seal", lambda key, context, value, *more: plain_json(value))
    with running(job.root, SetClock(AFTERWARDS)) as hub:
        absence(hub)
        plant(hub, job)
    wanted = {"虚构甲校路77弄5号", *WORDS}
    found = {
        hit.value
        for path in job.root.glob("events.sqlite*")
        for hit in Scanner(wanted).bytes(path.name, path.read_bytes())
    }
    assert found == wanted


def _break(path: Path, table: str) -> Callable[[], None]:
    def broken() -> None:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(f"ALTER TABLE {table} RENAME TO gone")

    return broken


def _look(hub: Program) -> object:
    return hub.queries.find_child(reader(SCHOOL), IdentityClaim(_NAME, id_number=_NUMBER))


def _search(hub: Program) -> object:
    return hub.queries.search(reader(SCHOOL), IdentityClaim(_NAME, id_number=_NUMBER))


def _settle(hub: Program) -> object:
    absence(hub)
    return hub.settle()


def _correct(hub: Program) -> object:
    _refuse(hub)
    row = hub.quarantine.list(SCHOOL)[0]
    return hub.intake.correct(actor(SCHOOL), row.id, {"id_number": "9" * 18})


_BROKEN: dict[str, tuple[str, str, Callable[[Program], object]]] = {
    "append": ("events.sqlite", "stored_events", absence),
    "receipts": ("events.sqlite", "receipts", absence),
    "index of events": ("events.sqlite", "event_index", absence),
    "keys when writing": ("keys.sqlite", "data_keys", absence),
    "keys when reading": ("keys.sqlite", "data_keys", _look),
    "match index": ("match-index.sqlite", "id_tag", _look),
    "match index by name": ("match-index.sqlite", "name_tag", absence),
    "index of the own view": ("searching.sqlite", "own_tag", _search),
    "count of searches": ("searching.sqlite", "taken", _search),
    "access log": ("audit.sqlite", "access", _look),
    "view when reading": ("views/school.v{version}.sqlite", "children", _look),
    "view when writing": ("views/school.v{version}.sqlite", "facts", _settle),
    "quarantine": ("quarantine.sqlite", "quarantine", _correct),
}


@pytest.mark.attack(4)
@pytest.mark.parametrize("fault", _BROKEN)
def test_no_error_and_no_log_repeats_a_value(
    job: Job,
    fault: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Tables vanish under the running hub; what is raised and logged says so and no more."""
    file, table, attempt = _BROKEN[fault]
    caplog.set_level(logging.DEBUG)
    with running(job.root, SetClock(AFTERWARDS)) as hub:
        _break(job.root / file.format(version=VIEW_VERSION), table)()
        with pytest.raises(Exception) as raised:  # noqa: PT011
            attempt(hub)
    said = "\n".join(
        [
            *traceback.format_exception(raised.value),
            repr(raised.value),
            repr(raised.value.args),
            caplog.text,
            *capfd.readouterr(),
        ]
    )
    assert readable(_scanner(job).text("what was said", said)) == {}


def test_refusals_and_faults_repeat_no_value(hub: Program, job: Job) -> None:
    scanner = _scanner(job)
    said = []
    with pytest.raises(Refused) as refused:
        hub.hub.command(
            RecordPersuasion(
                child_ref=UUID(job.children["己"]),
                persuaded_on=AFTERWARDS.date(),
                outcome="AGREED",
                account="甲校缺课经过",
            ),
            actor(SCHOOL),
        )
    said += [repr(refused.value), refused.value.text]
    for changes in (
        {"id_number": _NUMBER[:-1] + "9"},
        {"id_number": "曾甲校"},
        {"birth_date": "虚构甲校路77弄5号"},
        {"guardian_phone": "139000000011"},
        {"village": "虚构甲校路77弄5号"},
        {"absent_since": "单甲校"},
        {"school_days": _NUMBER},
        {"reason_code": "曾甲校"},
        {"曾甲校": "单甲校"},
        {"name": _NAME * 200},
    ):
        outcome = take(
            hub,
            SCHOOL,
            "education.absence",
            {
                **REFUSED,
                "id_number": _NUMBER,
                "village": VILLAGE_CODE,
                "absent_since": "2025-03-05",
                "school_days": "4",
                "reason_code": "原因不明",
                **changes,
            },
        )
        assert outcome.faults, changes
        said.append(repr(outcome))
    assert readable(scanner.text("faults", "\n".join(said))) == {}


def test_what_is_shown_of_objects_in_an_error_is_no_value(hub: Program, job: Job) -> None:
    """Loaded events, keys and sealed values have a repr that tells nothing."""
    facts = hub.store.feed(0, 1000)
    said = [repr(fact) for fact in facts]
    said += [repr(hub.store.load(_stream(fact.topic), fact.stream)) for fact in facts[:30]]
    assert readable(_scanner(job).text("reprs", "\n".join(said))) == {}


def _stream(topic: str) -> Any:
    name = topic.split(".")[0]
    return next(stream for stream in STREAM_OF_COMMAND.values() if stream.name == name)


def test_a_command_that_is_malformed_does_not_show_what_it_held() -> None:
    with pytest.raises(ValueError, match="birth_date") as raised:
        StateIdentity(
            child_ref=uuid4(),
            name=_NAME,
            birth_date="虚构甲校路77弄5号",  # type: ignore[arg-type]
            id_number=_NUMBER,
            sex=None,
        )
    scanner = Scanner([_NAME, _NUMBER, "虚构甲校路77弄5号"])
    assert readable(scanner.text("error", str(raised.value))) == {}
