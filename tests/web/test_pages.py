"""Every page, of every seat: it shows what the API's doors show that person, and no more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from domain.organisations import Post, seat_of
from hub.web.app import ROUTERS
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_STATION,
    OTHER_TOWN,
    OTHER_VILLAGE,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    a_name,
    absent,
    an_id_number,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    send,
)
from tests.web.pages import FILES, ITSELF, OUTSIDE, OWN, SHOWN, TAKES
from tests.web.people import Workspace, text_of

SEATS = (
    CIVIL_AFFAIRS,
    EDUCATION,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    OTHER_SCHOOL,
    STATION,
    OTHER_STATION,
    TOWN,
    OTHER_TOWN,
    VILLAGE,
    OTHER_VILLAGE,
)


def dropped_out(workspace: Workspace, number: int = 1) -> None:
    """A resident pupil whom the school reports absent."""
    program = workspace.program
    send(program, TOWN, "town.residence", resident(pupil(number)))
    send(program, EDUCATION, "education.roll", enrolled(pupil(number)))
    send(program, SCHOOL, "education.absence", absent(pupil(number)))
    workspace.settle()


def beyond_tasks(workspace: Workspace, organisation: str, child: str) -> bool:
    """Whether a seat is shown only in part who a child is."""
    program = workspace.program
    masked = seat_of(organisation) in program.policies.looks.masked_beyond_tasks
    return masked and child not in program.queries.in_hand(organisation, [child])


def tasks(workspace: Workspace, organisation: str) -> list[str]:
    """Referrals to an organisation."""
    page = workspace.program.queries.inbox(reader(organisation), open_only=False)
    return [each.id for each in page.items]


def test_every_route_is_listed_with_what_it_is_for() -> None:
    routes = {
        f"{method} {route.path}"
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    listed = {*OUTSIDE, *ITSELF, *SHOWN, *OWN, *FILES, *TAKES}
    assert routes | {"GET /static/{digest}/{name:path}"} == listed


@pytest.mark.adversary
def test_no_page_shows_a_seat_what_its_doors_do_not(workspace: Workspace) -> None:
    """Of a pupil who dropped out every seat opens every page; only whoever has a task, or reads
    the child, sees the name, and nobody's page holds an ID number."""
    dropped_out(workspace)
    program = workspace.program
    every = {each for seat in SEATS for each in tasks(workspace, seat)}
    assert every
    name, number = a_name(1), an_id_number(1)
    seen: dict[str, bool] = {}
    child = child_of(program, pupil(1))
    for seat in SEATS:
        person, queries, asker = workspace[seat], program.queries, reader(seat)
        opened = []
        for path in SHOWN.values():
            if "{referral}" in path:
                asked = {
                    path.format(referral=each): queries.referral(asker, each) is not None
                    for each in sorted(every)
                }
            elif "{child}" in path:
                asked = {path.format(child=child): queries.child_file(asker, child) is not None}
            else:
                own = program.intake.kinds(seat)[0].name.replace(".", "/", 1)
                asked = {path.format(record=own): True}
            for address, shows in asked.items():
                answer = person.get(address)
                assert answer.status_code == (200 if shows else 404), (seat, address)
                opened.append(answer.text)
        # Who may read a child's file reads its number there.
        reads = program.queries.child_file(reader(seat), child)
        shown = any(number in text for text in opened)
        partly = beyond_tasks(workspace, seat, child)
        readable = reads is not None and "id_number" in reads.fields and not partly
        assert shown is readable, seat
        seen[seat] = any(name in text for text in opened)
    told = {seat for seat, sees in seen.items() if sees}
    assert told <= {SCHOOL, EDUCATION, TOWN, VILLAGE, CIVIL_AFFAIRS}
    assert TOWN in told


@pytest.mark.adversary
def test_a_referral_of_somebody_else_reads_like_one_that_is_not_there(
    workspace: Workspace,
) -> None:
    dropped_out(workspace)
    person = workspace[OTHER_STATION]
    (theirs,) = tasks(workspace, STATION)[:1]
    missing = "00000000-0000-0000-0000-00000000000f"
    pages = [person.get(f"/referrals/{each}") for each in (theirs, missing, "no-id")]
    assert {page.status_code for page in pages} == {404}
    assert len({re.sub(r'data-locks-in="\d+"', "", page.text) for page in pages}) == 1
    sent = [
        person.send(f"/referrals/{each}/{act}", {"note": "试"})
        for each in (theirs, missing)
        for act in ("accept", "hold", "return", "complete", "withdraw", "no-act")
    ]
    assert {answer.status_code for answer in sent} <= {404, 422}
    for one, other in zip(sent[:6], sent[6:], strict=True):
        assert one.status_code == other.status_code


def test_several_are_accepted_at_once_and_each_that_cannot_be_is_named(
    workspace: Workspace,
) -> None:
    dropped_out(workspace, 1)
    dropped_out(workspace, 2)
    person = workspace[STATION]
    waiting = tasks(workspace, STATION)
    assert len(waiting) == 2
    foreign = tasks(workspace, TOWN)[0]
    answer = person.send("/inbox/accept", {"key": "k", "referral": [*waiting, foreign]})
    assert answer.status_code == 409
    assert foreign[:8] in text_of(answer)
    states = {each.state for each in workspace.program.queries.inbox(reader(STATION)).items}
    assert states == {"accepted"}
    again = person.send("/inbox/accept", {"key": "k", "referral": waiting})
    assert again.status_code == 303


def test_all_that_wait_are_accepted_also_those_of_other_pages(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given more referrals than the hub is asked for at once, when all are accepted, then none
    waits any more."""
    monkeypatch.setattr("hub.web.pages.referrals._AT_ONCE", 2)
    for number in (1, 2, 3, 4, 5):
        dropped_out(workspace, number)
    person = workspace[STATION]
    assert "签收全部待签收的5件" in text_of(person.get("/inbox"))
    assert person.send("/inbox/accept", {"key": "k", "every": "1"}).status_code == 303
    states = [each.state for each in workspace.program.queries.inbox(reader(STATION)).items]
    assert states == 5 * ["accepted"]


def test_a_step_that_was_not_filled_in_is_asked_for_again_with_what_was_typed(
    workspace: Workspace,
) -> None:
    dropped_out(workspace)
    person = workspace[STATION]
    (task,) = tasks(workspace, STATION)
    assert person.send(f"/referrals/{task}/accept", {"key": "1"}).status_code == 303
    answer = person.send(f"/referrals/{task}/complete", {"key": "2", "account": "去过两次"})
    assert answer.status_code == 422
    assert "请填写办理结果" in text_of(answer)
    assert "去过两次" in answer.text
    assert 'href="#complete-outcome"' in answer.text


def test_only_steps_that_the_rules_allow_are_offered(workspace: Workspace) -> None:
    dropped_out(workspace)
    person, sender = workspace[STATION], workspace[SCHOOL]
    (task,) = tasks(workspace, STATION)
    asked = person.get(f"/referrals/{task}").text
    assert f"/referrals/{task}/accept" in asked
    assert f"/referrals/{task}/complete" not in asked
    theirs = sender.get(f"/referrals/{task}").text
    assert f"/referrals/{task}/accept" not in theirs
    assert f"/referrals/{task}/return" not in theirs


def test_a_draft_is_sealed_and_read_by_its_person_alone(
    workspace: Workspace, tmp_path: Path
) -> None:
    dropped_out(workspace)
    person, colleague = workspace[STATION], workspace.person(STATION, Post.DEPUTY)
    (task,) = tasks(workspace, STATION)
    words = "家长说下周一定送孩子回来"
    form = f"referrals/{task}/return"
    kept = person.send("/drafts", {"_form": form, "note": words, "key": "x"})
    assert kept.status_code == 204
    assert words in person.get(f"/referrals/{task}").text
    assert words not in colleague.get(f"/referrals/{task}").text
    held = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert any(form.encode() in path.read_bytes() for path in held)
    assert not any(words.encode() in path.read_bytes() for path in held)


def test_danger_is_reported_with_nearly_nothing_and_110_stands_first(
    workspace: Workspace,
) -> None:
    outside = workspace.browser().get("/danger")
    assert outside.status_code == 200
    assert 'href="tel:110"' in outside.text
    person = workspace[VILLAGE]
    page = person.get("/danger").text
    assert page.index('href="tel:110"') < page.index('<form method="post" action="/danger"')
    assert person.send("/danger", {"key": "a"}).status_code == 422
    answer = person.send("/danger", {"key": "b", "seen": "孩子脸上有伤", "home": "否"})
    assert answer.status_code == 200
    assert "回执号" in text_of(answer)
    assert 'href="tel:110"' in answer.text
    workspace.settle()
    assert len(tasks(workspace, STATION)) == 1
    twice = person.send("/danger", {"key": "b", "seen": "孩子脸上有伤", "home": "否"})
    assert twice.status_code == 200
    workspace.settle()
    assert len(tasks(workspace, STATION)) == 1
