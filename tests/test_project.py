"""The project itself: what is pinned, what the commands do, what the documents point at."""

from __future__ import annotations

import csv
import importlib
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
OUTSIDE = {".git", ".venv", "data", "build", "dist", "node_modules"}
DOCUMENTS = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not any(part in OUTSIDE or part.startswith(".") for part in path.relative_to(ROOT).parts)
)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def project() -> dict[str, Any]:
    return tomllib.loads(read("pyproject.toml"))


# requirements.lock


def lock_entries(text: str) -> list[str]:
    """The lock's logical lines: backslash continuations joined, comments and blanks dropped."""
    lines = text.replace("\\\n", " ").splitlines()
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


def unpinned(entries: list[str]) -> list[str]:
    """Entries that are not exactly ``name==version [; marker] --hash=sha256:… …``."""
    pinned = re.compile(
        r"[A-Za-z0-9._-]+(\[[a-z0-9,_-]+\])?==[^\s;@]+( *;[^@]*?)?"
        r"(\s+--hash=sha256:[0-9a-f]{64})+\s*"
    )
    return [entry for entry in entries if not pinned.fullmatch(entry)]


def test_the_lock_pins_everything_with_hashes() -> None:
    entries = lock_entries(read("requirements.lock"))
    assert len(entries) > len(project()["project"]["dependencies"])
    assert unpinned(entries) == []


@pytest.mark.parametrize(
    "entry",
    [
        "example>=1.0 --hash=sha256:" + "0" * 64,
        "example==1.0",
        "example==1.0 --hash=md5:" + "0" * 32,
        "example @ file:///srv/example.whl --hash=sha256:" + "0" * 64,
        "--extra-index-url elsewhere",
    ],
)
def test_a_loose_entry_is_found(entry: str) -> None:
    assert unpinned([entry]) == [entry]


def test_the_lock_covers_what_the_project_asks_for() -> None:
    def canonical(requirement: str) -> str:
        name = re.split(r"[\s\[<>=!~;@]", requirement, maxsplit=1)[0]
        return re.sub(r"[-_.]+", "-", name).lower()

    table = project()["project"]
    asked = {*table["dependencies"], *table["optional-dependencies"]["dev"]}
    locked = {canonical(entry) for entry in lock_entries(read("requirements.lock"))}
    assert {canonical(requirement) for requirement in asked} - locked == set()


def test_no_file_of_the_set_up_names_a_download_host() -> None:
    for name in ("requirements.lock", "pyproject.toml", "Makefile", ".ci/run", "Dockerfile"):
        assert not re.search(r"https?:|index-url|find-links|trusted-host", read(name)), name
    assert not (ROOT / "uv.lock").exists(), "uv.lock would name the host it was made from"


# The commands


def test_the_console_script_can_be_called() -> None:
    module, _, function = project()["project"]["scripts"]["hub"].partition(":")
    assert (module, function) == ("hub.cli.start", "run")
    assert callable(getattr(importlib.import_module(module), function))


def test_ci_runs_the_readmes_test_command() -> None:
    lines = read(".ci/run").splitlines()
    assert lines[0].startswith("#!")
    assert "set -euo pipefail" in lines
    assert lines[-1] == "make test"
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert re.search(r"^make test\b", read("README.md"), re.MULTILINE)


# The documents


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_to_local_files_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8"))
    local = [target.partition("#")[0] for target in targets if "://" not in target]
    missing = [target for target in local if target and not (document.parent / target).exists()]
    assert missing == []


def test_the_readmes_table_is_the_sharing_matrix() -> None:
    with (ROOT / "policies" / "sharing-matrix.csv").open(encoding="utf-8", newline="") as file:
        matrix = {row["agency"]: row for row in csv.DictReader(file)}
    _, _, rest = read("README.md").partition("<!-- sharing-matrix -->")
    table = rest.partition("<!-- /sharing-matrix -->")[0].strip().splitlines()
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    seats = [cell.partition("<br>")[0] for cell in head[1:]]
    shown = {
        (seat, row[0].split("`")[1]): cell.replace("–", "none")
        for row in rows
        for seat, cell in zip(seats, row[1:], strict=True)
    }
    categories = [name for name in matrix["school"] if name not in ("agency", "name_zh")]
    assert shown == {(seat, name): matrix[seat][name] for seat in seats for name in categories}
    assert len(seats) == 10


# The rooms


def rooms() -> list[dict[str, Any]]:
    contracts: list[dict[str, Any]] = project()["tool"]["importlinter"]["contracts"]
    return [contract for contract in contracts if contract["type"] == "room"]


def test_each_package_is_a_room_with_a_row() -> None:
    rows = {contract["room"].removesuffix(".*") for contract in rooms()}
    top = {path.parent.name for path in ROOT.glob("[a-z]*/__init__.py")} - {"hub", "tests"}
    inside = {f"hub.{path.parent.name}" for path in ROOT.glob("hub/*/__init__.py")}
    assert (top | inside) - rows == set()


def test_each_row_names_a_room_that_exists() -> None:
    """A misspelt room would be a contract that cannot be broken."""
    for contract in rooms():
        names = [contract["room"].removesuffix(".*"), *contract.get("may_import", [])]
        for name in names:
            path = ROOT.joinpath(*name.split("."))
            assert path.is_dir() or path.with_suffix(".py").is_file(), name


def lint(folder: Path, **modules: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter on a house of three rooms, of which the hall may enter the kitchen."""
    (folder / "house").mkdir()
    (folder / "house" / "__init__.py").touch()
    for name in ("hall", "kitchen", "cellar"):
        (folder / "house" / f"{name}.py").write_text(modules.get(name, ""), encoding="utf-8")
    (folder / "pyproject.toml").write_text(
        """
        [tool.importlinter]
        root_packages = ["house"]
        contract_types = ["room: tests.rooms.Room"]
        [[tool.importlinter.contracts]]
        name = "rooms"
        type = "room"
        room = "house.*"
        except_for = ["house.hall"]
        [[tool.importlinter.contracts]]
        name = "hall"
        type = "room"
        room = "house.hall"
        may_import = ["house.kitchen"]
        """,
        encoding="utf-8",
    )
    return subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(folder), str(ROOT)))},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_import_that_the_table_opens_is_kept(tmp_path: Path) -> None:
    result = lint(tmp_path, hall="import json\nfrom house import kitchen")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("importer", "imported"), [("hall", "cellar"), ("kitchen", "cellar"), ("cellar", "hall")]
)
def test_an_import_that_the_table_does_not_open_is_broken(
    tmp_path: Path, importer: str, imported: str
) -> None:
    result = lint(tmp_path, **{importer: f"from house import {imported}"})
    assert result.returncode == 1, result.stdout + result.stderr
    assert f"house.{importer} -> house.{imported} (l.1)" in result.stdout
