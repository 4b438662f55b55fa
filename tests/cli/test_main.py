"""Usage, help and failures: exit codes, Chinese texts, and nothing repeated that was typed."""

from __future__ import annotations

import errno
import re
import sqlite3
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from adapters.intake.intake import Intake
from domain.calendar import CalendarYearMissing
from hub.application import Busy
from hub.audit.log import AccessLogUnavailable
from hub.authorization.policy import PolicyError
from hub.cli.main import run
from hub.encryption.root import KeystoreDamaged, WrongPassphrase
from hub.failures import Cause, foreseen
from tests.cli.office import Hub, write_sheet
from tests.program import SCHOOL, a_name, absent, an_id_number, pupil

COMMANDS = [
    "init", "migrate", "serve", "relay", "project", "react", "tick", "alive",
    "keyservice", "keys export-organisation", "keys list", "keys rotate", "keys revoke",
    "keys escrow split", "keys escrow list", "keys escrow restore", "keys escrow destroyed",
    "attachments put", "attachments list", "attachments get", "attachments refused",
    "attachments withdraw", "attachments sweep",
    "catalogue", "export bundle", "duplicates list", "children search", "children file",
    "audit verify",
    "family list", "family state", "family candidates", "safety issue", "safety end",
    "safety show", "safety contact", "safety contact-end", "consent give", "consent withdraw",
    "referrals list", "referrals accept", "referrals offer", "referrals decline",
    "cases list", "cases show", "cases offer", "cases accept", "cases decline", "cases close",
    "dropout list", "dropout reports",
    "programmes duties", "programmes coverage", "programmes hazards", "programmes work",
    "programmes budget", "programmes sites", "programmes beds", "programmes stories",
    "indicators list", "indicators show",
    "returns list", "returns open", "returns fill", "returns submit", "returns check",
    "returns return", "returns confirm", "returns lock", "returns correct", "returns table",
    "returns exact-request", "returns exact-approve", "returns exact-refuse",
    "returns exact-end", "returns exact-list", "returns exact",
    "aid list", "aid possible", "aid payments", "aid differences",
    "verification list", "pairings list", "offers list", "offers figures",
    "jobs list", "jobs wishes",
    "deadlines extend", "deadlines approve", "deadlines refuse", "calendar show", "calendar apply",
    "referrals open", "referrals send", "referrals close", "referrals void",
    "referrals assign", "referrals hold", "referrals resume",
    "roster import", "roster show", "roster number", "notices list", "notices send",
    "away declare", "away end", "away list", "staff list", "staff link",
    "staff approve", "staff figures", "staff courses", "staff workload",
    "social list", "social coverage", "social withdraw",
    "systems list", "systems waiting", "systems sheet", "systems take",
    "exchange keypair", "exchange pack", "exchange read", "exchange key", "exchange add",
    "exchange list", "exchange end", "exchange take", "exchange give", "exchange refused",
    "approvals list", "approvals approve", "approvals reject",
    "orders issue", "orders reply", "orders close", "orders list",
    "report-links issue", "report-links revoke", "report-links list",
    "break-glass open", "break-glass end", "break-glass review", "break-glass list",
    "break-glass uses",
    "silence", "records request", "records grant", "records refuse", "records end", "records list",
    "intake", "templates", "status", "rebuild", "demo",
    "quarantine list", "quarantine show", "quarantine correct", "quarantine retry",
    "erase request", "erase approve", "erase run", "erase list", "erase receipt", "erase key",
    "erase verify", "retention plan", "retention run",
    "seal request", "seal approve", "seal run", "seal list", "seal receipt", "seal key",
    "seal shares", "seal rewrap", "seal renew",
    "seal verify", "unseal request", "unseal approve", "unseal list", "unseal ask", "unseal take",
    "unseal show", "unseal end",
    "deadletters list", "deadletters retry", "policy show", "policy explain",
    "policy check", "policy dryrun",
    "users add", "users link", "users list", "users post", "users phone", "users token",
    "users revoke",
    "organisations add", "organisations list",
    "feeds add", "feeds list", "feeds end", "feeds keypair", "feeds intake-key", "feeds receipts",
    "feeds fill", "feeds send", "feeds follow", "feeds retry",
    "inbound seal", "inbound send", "inbound refused", "inbound take",
]  # fmt: skip
WITHOUT_A_HUB = {"seal rewrap", "exchange keypair", "exchange pack", "exchange read"}
"""Commands for a machine on which there is no hub."""
NEEDS_A_FOLDER = [
    ("status",),
    ("rebuild", "--all"),
    ("serve",),
    ("keyservice",),
    ("keys", "export-organisation", SCHOOL, "keys.pem"),
    ("keys", "list"),
    ("keys", "rotate", "--all"),
    ("keys", "revoke", "--user", "somebody"),
    ("keys", "escrow", "list"),
    ("erase", "list"),
    ("erase", "run"),
    ("seal", "list", "--user", "somebody"),
    ("seal", "run"),
    ("retention", "plan"),
    ("project",),
    ("react",),
    ("tick",),
    ("deadletters", "list"),
    ("deadletters", "retry"),
    ("users", "list"),
    ("users", "revoke", "somebody"),
    ("organisations", "list"),
    ("quarantine", "list", "--organisation", SCHOOL),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_takes_data_and_json_and_has_chinese_help(command: str, hub: Hub) -> None:
    ran = hub(*command.split(), "--help")
    assert ran.code == 0
    assert ("--data" in ran.out) is (command not in WITHOUT_A_HUB)
    assert "--json" in ran.out
    assert ran.out.startswith(f"用法：hub {command}")
    for english in ("Usage", "Options", "Show this", "default:"):
        assert english not in ran.out


def test_the_list_of_commands_is_complete(hub: Hub) -> None:
    listed = set(re.findall(r"^  ([a-z][a-z-]+) ", hub("--help").out, re.MULTILINE))
    assert listed == {command.split()[0] for command in COMMANDS}


def test_without_a_command_the_help_is_shown(hub: Hub) -> None:
    ran = hub()
    assert ran.code == 2
    assert "quarantine" in ran.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("status", "--nonsense"),
        ("status", "extra"),
        ("intake",),
        ("intake", "education"),
        ("serve", "--port", "70000"),
        ("serve", "--port", "many"),
        ("serve", "--tls-cert", "x.pem"),
        ("keyservice", "--tls-key", "x.pem"),
        ("keys", "export-organisation", SCHOOL),
        ("rebuild",),
        ("rebuild", "school", "--all"),
        ("templates", "education"),
        ("demo", "--start", "March"),
        ("demo", "--children", "0"),
        ("users", "add", "somebody"),
        ("users", "token", "somebody", "--hours", "0"),
        ("quarantine", "retry", "--organisation", SCHOOL),
        ("quarantine", "correct", "some-row", "--organisation", SCHOOL),
        ("organisations", "add"),
    ],
)
def test_wrong_usage_is_told_in_chinese_on_stderr(
    arguments: tuple[str, ...], hub: Hub, data: Path
) -> None:
    ran = hub(*arguments, *(("--data", data) if len(arguments) > 1 else ()))
    assert ran.code == 2
    assert ran.out == ""
    assert re.search("[\u4e00-\u9fff]", ran.err)
    assert "Error" not in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("{}",),
        ("status", "{}"),
        ("status", "--{}"),
        ("templates", "{}", "--out", "x"),
        ("intake", "{}", "x.csv"),
        ("intake", "education", "{}.csv"),
        ("intake", "education", "x.jsonl", "--kind", "{}"),
        ("intake", "education", "x.csv", "--organisation", "{}"),
        ("intake", "education", "x.csv", "--user", "{}"),
        ("rebuild", "{}"),
        ("demo", "--start", "{}"),
        ("demo", "--children", "n{}"),
        ("serve", "--port", "{}"),
        ("keys", "export-organisation", "{}", "keys.pem"),
        ("users", "add", "{}", "--organisation", SCHOOL),
        ("users", "add", "anna", "--organisation", "{}"),
        ("users", "add", "anna", "--organisation", SCHOOL, "--post", "{}"),
        ("users", "token", "{}"),
        ("users", "link", "{}"),
        ("users", "post", "{}", "anna"),
        ("users", "phone", "{}"),
        ("organisations", "add", "school:{}{}", "--name", "x"),
        ("organisations", "list", "--seat", "{}"),
        ("quarantine", "show", "{}", "--organisation", SCHOOL),
        ("quarantine", "correct", "{}", "--set", "{}", "--organisation", SCHOOL),
    ],
)
def test_what_was_typed_in_the_wrong_place_is_not_repeated(
    arguments: tuple[str, ...],
    hub: Hub,
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number = an_id_number(1)
    monkeypatch.chdir(tmp_path)
    Path("x.csv").write_text("无关\n1\n", encoding="utf-8")
    Path("x.jsonl").write_text("{}\n", encoding="utf-8")
    filled = [part.replace("{}", number) for part in arguments]
    ran = hub(*filled, *(("--data", data) if len(filled) > 1 else ()))
    assert ran.code == 2
    assert number not in ran.out + ran.err


@pytest.mark.parametrize("arguments", NEEDS_A_FOLDER, ids=" ".join)
def test_a_folder_that_was_never_initialised(
    arguments: tuple[str, ...], hub: Hub, tmp_path: Path
) -> None:
    ran = hub(*arguments, "--data", tmp_path / "missing", "--json")
    assert (ran.code, ran.out) == (3, "")
    assert "hub init" in ran.err
    assert not (tmp_path / "missing").exists()


def test_a_wrong_passphrase(hub: Hub, data: Path) -> None:
    (data / "passphrase").write_text("not this one\n")
    ran = hub("status", "--data", data)
    assert (ran.code, ran.out) == (3, "")
    assert "口令不对" in ran.err
    assert "not this one" not in ran.err


def test_a_passphrase_file_elsewhere(
    hub: Hub, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = (data / "passphrase").rename(tmp_path / "elsewhere")
    assert hub("status", "--data", data).code == 3
    monkeypatch.setenv("HUB_PASSPHRASE_FILE", str(moved))
    assert hub("status", "--data", data).code == 0


def test_a_damaged_database(hub: Hub, data: Path) -> None:
    (data / "directory.sqlite").write_bytes(b"this is no database at all, whatever its name" * 100)
    ran = hub("users", "list", "--data", data)
    assert (ran.code, ran.out) == (3, "")
    assert "数据库" in ran.err


def test_the_folder_may_come_from_the_environment(
    hub: Hub, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_DATA", str(data))
    assert hub("status", "--json").json["data"] == str(data)


def test_a_setting_that_makes_no_sense(
    hub: Hub, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_PORT", "many")
    ran = hub("status", "--data", data)
    assert (ran.code, ran.out) == (2, "")
    assert "HUB_PORT" in ran.err


@pytest.mark.adversary
def test_a_defect_tells_its_class_and_place_and_nothing_it_held(
    hub: Hub, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = a_name(1) + an_id_number(1)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(secret)

    monkeypatch.setattr(Intake, "sheet", broken)
    sheet = write_sheet(tmp_path / "a.xlsx", "education.absence", [absent(pupil(1))])
    ran = hub("intake", "education", sheet, "--organisation", SCHOOL, "--data", data, "--json")
    assert (ran.code, ran.out) == (70, "")
    assert "RuntimeError" in ran.err
    assert "broken" in ran.err
    assert "程序出现意外情况" in ran.err
    assert a_name(1) not in ran.err
    assert an_id_number(1) not in ran.err


def test_a_terminal_without_chinese_gets_escapes_and_no_failure(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open(1, "w", encoding="ascii", closefd=False) as narrow:
        monkeypatch.setattr(sys, "stdout", narrow)
        monkeypatch.setattr(sys, "argv", ["hub", "policy", "show"])
        with pytest.raises(SystemExit) as ended:
            run()
    assert ended.value.code == 0
    assert "\\u89c4" in capfd.readouterr().out


def locked_database(tmp_path: Path) -> sqlite3.Error:
    """What SQLite raises while somebody else writes."""
    first = sqlite3.connect(tmp_path / "locked.sqlite", isolation_level=None)
    second = sqlite3.connect(tmp_path / "locked.sqlite", isolation_level=None, timeout=0)
    try:
        first.execute("BEGIN IMMEDIATE")
        second.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:
        return error
    finally:
        first.close()
        second.close()
    raise AssertionError("the second writer was let in")


def test_a_locked_database_is_busy_also_when_a_library_wraps_it(tmp_path: Path) -> None:
    locked = locked_database(tmp_path)
    wrapped = OperationalError("SELECT 1", {}, locked)
    wrapped.__cause__ = locked
    for error in (locked, wrapped):
        found = foreseen(error)
        assert found is not None
        assert found.cause is Cause.BUSY


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (Busy(), Cause.BUSY),
        (OSError(errno.EADDRINUSE, "in use"), Cause.BUSY),
        (OSError(errno.ENOSPC, "full"), Cause.SETUP),
        (PermissionError(errno.EACCES, "no"), Cause.SETUP),
        (KeystoreDamaged(), Cause.SETUP),
        (WrongPassphrase(), Cause.SETUP),
        (AccessLogUnavailable(), Cause.SETUP),
        (PolicyError("matrix: seat twice"), Cause.SETUP),
        (CalendarYearMissing(2031, "工作日历"), Cause.SETUP),
    ],
)
def test_failures_that_are_foreseen(error: Exception, cause: Cause) -> None:
    found = foreseen(error)
    assert found is not None
    assert found.cause is cause
    assert found.text.endswith(("。", "twice"))


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), sqlite3.IntegrityError("x")])
def test_a_defect_is_not_foreseen(error: Exception) -> None:
    assert foreseen(error) is None
