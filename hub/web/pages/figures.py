"""指标: figures, what they mean, where they come from, last year's, the targets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from domain.calendar import shanghai_date
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.printing import made_by
from hub.queries.indicator_answers import IndicatorRow
from hub.queries.indicator_sheet import as_csv, as_workbook
from hub.queries.return_sheet import XLSX
from hub.web.desk import At, Desk

router = APIRouter()

Department = Annotated[str, Path(max_length=100)]
Year = Annotated[int, Path(ge=2000, le=2100)]
Code = Annotated[str, Path(max_length=60)]


def year_of(desk: Desk, year: str) -> int:
    """The year asked for; this one where none is."""
    if year.isascii() and year.isdigit() and 2000 <= int(year) <= 2100:
        return int(year)
    return shanghai_date(desk.now).year


@router.get("/indicators")
def indicators(desk: At, year: str = "") -> Response:
    """A year's indicators, as far as this organisation has any."""
    asked = year_of(desk, year)
    rows = desk.program.queries.indicators(desk.reader(), asked)
    return desk.page(
        "indicators.html", title="指标", rows=rows, year=asked, departments=_departments(rows)
    )


@router.get("/indicators/table.xlsx")
def indicators_workbook(desk: At, year: str = "") -> Response:
    """The same as a workbook."""
    return _file(desk, year_of(desk, year), as_workbook, "xlsx", XLSX)


@router.get("/indicators/table.csv")
def indicators_csv(desk: At, year: str = "") -> Response:
    """The same as text with commas."""
    return _file(desk, year_of(desk, year), as_csv, "csv", "text/csv; charset=utf-8")


def _file(
    desk: Desk,
    year: int,
    made: Callable[[int, Sequence[IndicatorRow], str], bytes],
    ending: str,
    media_type: str,
) -> Response:
    reader = desk.reader()
    content = made(
        year, desk.program.queries.indicators(reader, year), made_by(desk.program, reader)
    )
    named = f'attachment; filename="indicators-{year}.{ending}"'
    return Response(content, media_type=media_type, headers={"Content-Disposition": named})


@dataclass
class _Department:
    """How many of a department's indicators have reached what the year asks for."""

    name: str
    reached: int = 0
    missed: int = 0
    open: int = 0


def _departments(rows: Sequence[IndicatorRow]) -> list[_Department]:
    found: dict[str, _Department] = {}
    for row in rows:
        each = found.setdefault(row.owner, _Department(row.owner_name))
        each.reached += row.reached is True
        each.missed += row.reached is False
        each.open += row.reached is None
    return list(found.values())


@router.get("/indicators/{code}")
def indicator(desk: At, code: Code, year: str = "") -> Response:
    """One of them, by town where that is shown."""
    asked = year_of(desk, year)
    found = desk.program.queries.indicator(desk.reader(), code, asked)
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    return desk.page("indicator.html", title=found.row.title, found=found, year=asked)
