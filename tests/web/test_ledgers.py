"""台账: every list that a door gives is a table on a page, for whom the door gives it."""

from __future__ import annotations

import pytest

from domain.organisations import Seat
from hub.web.ledgers.all import LEDGERS
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    a_name,
    absent,
    child_of,
    enrolled,
    pupil,
    resident,
    send,
)
from tests.web.people import Workspace, text_of

SEATS = (CIVIL_AFFAIRS, EDUCATION, POLICE, PROCURATORATE, SCHOOL, STATION, TOWN, VILLAGE)


def lived_in(workspace: Workspace) -> None:
    """A resident pupil whom the school reports absent."""
    program = workspace.program
    send(program, TOWN, "town.residence", resident(pupil(1)))
    send(program, EDUCATION, "education.roll", enrolled(pupil(1)))
    send(program, SCHOOL, "education.absence", absent(pupil(1)))
    workspace.settle()


@pytest.mark.parametrize("name", LEDGERS)
def test_every_seat_opens_every_list_in_its_own_words(workspace: Workspace, name: str) -> None:
    """Whoever a list is nothing for is answered as its door answers; no column is without a
    heading, and none holds a code."""
    lived_in(workspace)
    for seat in SEATS:
        answer = workspace[seat].get(f"/ledgers/{name}?year=2025&everything=true&over=true")
        assert answer.status_code in (200, 404), (seat, text_of(answer))
        assert "None" not in answer.text
        assert '<th scope="col"></th>' not in answer.text, seat


def test_each_seat_is_told_of_its_lists_alone(workspace: Workspace) -> None:
    for ledger in LEDGERS.values():
        for seat in (SCHOOL, CIVIL_AFFAIRS):
            told = f'href="/ledgers/{ledger.name}"' in workspace[seat].get("/ledgers").text
            wanted = ledger.seats is None or Seat(seat.partition(":")[0]) in ledger.seats
            assert told is wanted, (ledger.name, seat)


def test_a_child_in_a_list_leads_to_its_file(workspace: Workspace) -> None:
    lived_in(workspace)
    page = workspace[SCHOOL].get("/ledgers/dropout?ledger=suspected")
    child = child_of(workspace.program, pupil(1))
    assert f'<a href="/children/{child}">{a_name(1)}</a>' in page.text
    assert "疑似辍学" in text_of(page)
    assert a_name(1) not in workspace[STATION].get("/ledgers/dropout?ledger=suspected").text


def test_what_a_list_is_asked_stands_in_its_address(workspace: Workspace) -> None:
    page = workspace[CIVIL_AFFAIRS].get("/ledgers/duties?year=2024")
    assert 'value="2024"' in page.text
    nonsense = workspace[CIVIL_AFFAIRS].get("/ledgers/duties?year=x&ledger=y")
    assert nonsense.status_code == 200
    assert 'value="2025"' in nonsense.text
    assert workspace[CIVIL_AFFAIRS].get("/ledgers/nonsense").status_code == 404
