"""No page asks the database more often because it has more rows to show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

from tests.program import (
    EDUCATION,
    SCHOOL,
    STATION,
    TOWN,
    absent,
    child_of,
    enrolled,
    pupil,
    resident,
    send,
)
from tests.web.people import Person, Workspace

LISTS = (
    *("/", "/inbox", "/sent", "/children", "/silence", "/overdue", "/visits?all=true"),
    *("/organisation", "/deadlines", "/sheets/history"),
)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement from now on."""
    asked: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def dropped_out(workspace: Workspace, number: int) -> None:
    send(workspace.program, TOWN, "town.residence", resident(pupil(number)))
    send(workspace.program, EDUCATION, "education.roll", enrolled(pupil(number)))
    send(workspace.program, SCHOOL, "education.absence", absent(pupil(number)))


def counted(person: Person, path: str) -> int:
    person.get(path)
    with statements() as asked:
        assert person.get(path).status_code == 200
    return len(asked)


def test_lists_and_files_ask_as_often_with_two_children_as_with_ten(workspace: Workspace) -> None:
    for number in (1, 2):
        dropped_out(workspace, number)
    workspace.settle()
    child = child_of(workspace.program, pupil(1))
    asked = [(who, path) for who in (TOWN, STATION, SCHOOL) for path in LISTS]
    asked.append((TOWN, f"/children/{child}"))
    few = {each: counted(workspace[each[0]], each[1]) for each in asked}
    for number in range(3, 11):
        dropped_out(workspace, number)
    workspace.settle()
    many = {each: counted(workspace[each[0]], each[1]) for each in asked}
    assert {each: (few[each], many[each]) for each in asked if many[each] > few[each]} == {}
    assert min(few.values()) > 0
