"""``hub catalogue``."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from python_calamine import CalamineWorkbook

from hub.catalogue import catalogue
from hub.cli.catalogue import HEADINGS, headings
from hub.policies import load_policies
from tests.cli.office import Hub


def test_it_writes_a_sheet_and_csv_of_the_same_rows(tmp_path: Path, hub: Hub) -> None:
    sheet, text = tmp_path / "目录.xlsx", tmp_path / "目录.csv"
    assert hub("catalogue", "--out", sheet).code == 0
    assert hub("catalogue", "--out", text).code == 0
    rows = CalamineWorkbook.from_path(sheet).get_sheet_by_index(0).to_python()
    plain = list(csv.reader(io.StringIO(text.read_bytes().decode("utf-8-sig"))))
    assert tuple(rows[0]) == HEADINGS
    assert rows == plain
    assert len(rows) == 1 + len(catalogue(load_policies(), headings()))


def test_as_json_it_gives_version_and_items(hub: Hub) -> None:
    told = hub("catalogue", "--json").json
    assert told["version"] == load_policies().version
    assert set(told["items"][0]) == set(HEADINGS)


def test_another_kind_of_file_is_refused(tmp_path: Path, hub: Hub) -> None:
    ran = hub("catalogue", "--out", tmp_path / "目录.pdf")
    assert ran.code == 2
    assert ".xlsx" in ran.err
