"""An organisation's own server answers what the hub answers, word for word, and its looks are
entered at the hub alike: every local door of every organisation, over its view and keys alone.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from starlette.routing import Route
from structlog.testing import capture_logs

from domain.break_glass import BreakGlass
from domain.kernel import Category, LegalBasis
from domain.organisations import Post, seat_of
from hub.api.app import PREFIX, ROUTERS, create_app
from hub.api.organisation import LOCAL, ToTheHub, create_organisation_app
from hub.bootstrap import Program
from hub.clock import SetClock
from hub.directory import User
from hub.keyservice import Marker, Reader
from hub.queries import Queries
from hub.queries.own import OwnViewQueries
from hub.releases.desk import Desk
from hub.releases.questions import ACTIONS
from hub.releases.remote import RemoteDirectory, RemoteKeys
from hub.separation import OwnProgram
from tests.adversary.apart import Apart, apart
from tests.adversary.asking import DOORS, EVERYBODY, asking_as, text_of
from tests.adversary.conftest import AFTERWARDS
from tests.adversary.job import HOSPITAL, INSTITUTION, PHONE_VISIT, Job
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_STATION,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    actor,
    at,
    reader,
    running,
)

pytestmark = pytest.mark.adversary

LOCAL_DOORS = sorted(set(DOORS) & ACTIONS)
"""Questions that one view answers. Every other one, and whatever is added, is the hub's: an own
server's key service takes no other action, and its HTTP doors lead to the hub."""
WITH_PART = (
    *(CIVIL_AFFAIRS, EDUCATION, SCHOOL, OTHER_SCHOOL, TOWN, VILLAGE, STATION, OTHER_STATION),
    *(POLICE, PROCURATORATE, HOSPITAL, INSTITUTION),
)
"""Organisations with a part in the job; of the others each is asked what there is for everybody."""
BY_NUMBER = {"stated", "referral", "timeline"}
"""Doors at which everything that exists is asked for by its identifier."""


@pytest.fixture(scope="session")
def parted(done: Job, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    """A program on a copy of the job and its key service, for tests that only look."""
    folder = tmp_path_factory.mktemp("parted")
    shutil.copytree(done.root, folder / "data")
    (folder / "data").chmod(0o700)
    with running(folder / "data", SetClock(AFTERWARDS)) as hub, apart(hub, folder) as made:
        # Tokens of people as the job knows them: who filed something is asked as the filer.
        made.desk.directory.authenticate = _as_said  # type: ignore[method-assign]
        yield made


def _as_said(token: str, now: datetime) -> User | None:
    organisation, post = token.split("|")
    return User("u-test", "login", organisation, "示例科室", Post(post))


def own_queries(made: Apart, organisation: str) -> OwnViewQueries:
    """The door at an organisation's own server."""
    remote = made.remote(organisation)
    return OwnViewQueries(
        made.hub.projector.view(seat_of(organisation)),
        RemoteKeys(remote),
        made.hub.policies,
        RemoteDirectory(remote),
        made.hub.clock,
    )


def test_what_is_answered_here_is_named_for_the_key_service_and_asked_below() -> None:
    assert set(LOCAL_DOORS) == ACTIONS
    assert len(LOCAL_DOORS) > 15


def _told(made: Apart, job: Job, organisation: str, post: Post, door: str, own: bool) -> Any:
    """What a door says of everything, and what it enters into the access log."""
    asking = asking_as(made.hub, job, organisation, post)
    if own:
        asking = replace(
            asking,
            queries=own_queries(made, organisation),
            reader=replace(asking.reader, credential=f"{organisation}|{post.value}"),
        )
    before = made.hub.audit.count()
    answers = [text_of(answer) for answer in DOORS[door](asking)]
    entries = [asdict(each) for each in made.hub.audit.newest(made.hub.audit.count() - before)]
    for entry in entries:
        del entry["at"]
    return answers, entries


PLACES = [
    (organisation, door)
    for organisation in EVERYBODY
    for door in LOCAL_DOORS
    if organisation in WITH_PART or door not in BY_NUMBER
]


@pytest.mark.parametrize("organisation", EVERYBODY)
def test_every_local_door_answers_and_enters_what_the_hubs_does(
    parted: Apart, done: Job, organisation: str
) -> None:
    for door in (door for place, door in PLACES if place == organisation):
        here = _told(parted, done, organisation, Post.HANDLER, door, own=True)
        hubs = _told(parted, done, organisation, Post.HANDLER, door, own=False)
        assert here == hubs, door
        assert Marker.WITHHELD.value not in str(here)


@pytest.mark.parametrize("post", [Post.DESIGNATED_REPORTER, Post.DEPUTY])
@pytest.mark.parametrize("organisation", [OTHER_SCHOOL, STATION, HOSPITAL])
def test_so_it_does_for_other_posts(
    parted: Apart, done: Job, organisation: str, post: Post
) -> None:
    """Who reported is for two posts, what a unit reported for the filer and its liaison."""
    for door in ("reports", "report", "register", "timeline", "inbox"):
        here = _told(parted, done, organisation, post, door, own=True)
        assert here == _told(parted, done, organisation, post, door, own=False), door


def test_the_questions_do_show_something(parted: Apart, done: Job) -> None:
    """So that the comparison is not one of nothing with nothing."""
    for organisation, text in (
        (SCHOOL, "甲校缺课经过"),
        (OTHER_SCHOOL, "庚邻所见经过"),
        (STATION, "单庚邻"),
        (CIVIL_AFFAIRS, "辛民送回经过"),
    ):
        answers, _ = _told(parted, done, organisation, Post.HANDLER, "register", own=True)
        assert text in str(answers), organisation


def test_what_the_hub_withholds_is_marked_and_never_a_blank(
    parted: Apart, done: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A view that holds more than the log says is open: the hub's word goes."""
    monkeypatch.setattr(Desk, "_by", lambda *anything, **how: None)
    queries = own_queries(parted, SCHOOL)
    who = replace(reader(SCHOOL), credential=f"{SCHOOL}|handler")
    shown = [item for item in queries.children(who).items if item.fields]
    assert shown
    assert {value for item in shown for value in item.fields.values()} == {Marker.WITHHELD.value}


def test_what_an_emergency_opens_reads_and_is_entered_as_at_the_hub(
    hub: Program, job: Job, tmp_path: Path
) -> None:
    """By break-glass, under the access, as an emergency; and no longer once it has run out, though
    nothing has ended it yet."""
    child = job.children["己"]
    access = BreakGlass(
        access_id=uuid4(),
        child_ref=UUID(child),
        categories=(Category.CONTACT, Category.SCHOOLING),
        ground="MISSING",
        account="（示例）夜间走失",
    )
    by = actor(OTHER_STATION, Post.DUTY)
    hub.hub.command(access, by, basis=LegalBasis.EMERGENCY)
    hub.settle()
    with apart(hub, tmp_path) as made:
        person = made.hire(OTHER_STATION, Post.DUTY)
        queries = own_queries(made, OTHER_STATION)

        def told(queries: Queries, reader: Reader) -> tuple[Any, list[dict[str, Any]]]:
            before = hub.audit.count()
            answers = [
                text_of(ask())
                for ask in (
                    lambda: queries.child_file(reader, child),
                    lambda: queries.timeline(reader, child),
                    lambda: queries.children(reader),
                    lambda: queries.inbox(reader, open_only=False),
                )
            ]
            entries = [asdict(each) for each in hub.audit.newest(hub.audit.count() - before)]
            for entry in entries:
                del entry["at"]
            return answers, sorted(entries, key=str)

        here = told(queries, person.reader())
        assert here == told(hub.queries, person.reader(remote=False))
        assert "曾己育" in str(here[0])
        assert ("EMERGENCY", str(access.access_id)) in {
            (each["legal_basis"], each["task"]) for each in here[1]
        }
        at(hub, hub.clock.now() + timedelta(hours=25))
        after = told(queries, person.reader())
        assert after == told(hub.queries, person.reader(remote=False))
        assert "曾己育" not in str(after[0])


# -- over HTTP -----------------------------------------------------------------------------------


@dataclass
class Sites:
    """The hub's API, and organisations' own servers, which carry to it what they do not answer."""

    made: Apart
    hub_app: FastAPI
    hub: TestClient
    stack: ExitStack

    def own(self, organisation: str) -> TestClient:
        remote = self.made.remote(organisation)
        directory = RemoteDirectory(remote)
        program = OwnProgram(
            organisation,
            self.made.hub.policies,
            self.made.hub.clock,
            directory,
            own_queries(self.made, organisation),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(self.hub_app), base_url="http://testserver"
            ),
        )
        app = create_organisation_app(program, ToTheHub(program.hub))
        return self.stack.enter_context(TestClient(app))


@contextmanager
def sites(hub: Program, folder: Path) -> Iterator[Sites]:
    app = create_app(hub)
    with ExitStack() as stack:
        made = stack.enter_context(apart(hub, folder))
        yield Sites(made, app, stack.enter_context(TestClient(app)), stack)


@pytest.fixture
def http(hub: Program, tmp_path: Path) -> Iterator[Sites]:
    with sites(hub, tmp_path) as found:
        yield found


def got(client: TestClient, path: str, token: str, **options: Any) -> Response:
    headers = {"Authorization": f"Bearer {token}"}
    answer: Response = client.get(PREFIX + path, headers=headers, params=options or None)
    return answer


def _paths(hub: Program, job: Job) -> dict[str, str]:
    """Every door that can be got, and its path filled in with what there is."""
    child, (report,) = job.children["甲"], list(job.reports.values())[:1]
    referral = next(
        str(f.stream) for f in hub.store.feed(0, 100_000) if f.topic.startswith("referral.")
    )
    filled: Mapping[str, str] = {
        "child_ref": child,
        "report_id": report,
        "referral_id": referral,
        "advice_id": job.matters[0],
        "visit_id": PHONE_VISIT,
        "receipt": next(iter(job.reports)),
        "row_id": "none",
    }
    return {
        path: path.format_map(defaultdict(lambda: "0", filled))
        for path in gettable()
        # What these two say is of the moment, and of the process that says it.
        if path not in ("/readyz", "/status")
    }


def gettable() -> list[str]:
    """The hub's doors that can be got."""
    return [
        route.path
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, Route) and "GET" in (route.methods or ())
    ]


@pytest.mark.parametrize("organisation", [SCHOOL, TOWN, STATION, CIVIL_AFFAIRS])
def test_every_door_over_http_reads_as_at_the_hub(http: Sites, job: Job, organisation: str) -> None:
    """Local or carried on. What the hub says of its access log goes on with each look."""
    person, own = http.made.hire(organisation), http.own(organisation)
    told = 0
    for door, path in _paths(http.made.hub, job).items():
        for options in ({}, {"limit": 2}):
            here = got(own, path, person.token, **options)
            hubs = got(http.hub, path, person.token, **options)
            assert here.status_code == hubs.status_code, path
            if door in LOCAL:
                assert here.json() == hubs.json(), path
                told += here.status_code == 200
            elif hubs.headers["content-type"] == "application/pdf":
                # A file is the hub's, whole, with the instant at which it was made on every page.
                assert here.headers["content-type"] == hubs.headers["content-type"], path
                assert here.content.startswith(b"%PDF-"), path
            else:
                assert here.json().keys() == hubs.json().keys(), path
    assert told > 15


def test_what_is_local_is_a_door_of_the_hubs() -> None:
    assert set(gettable()) >= LOCAL


def test_what_the_view_cannot_answer_is_carried_to_the_hub(http: Sites, job: Job) -> None:
    """Searching, recording and reading one's own record back."""
    person, own = http.made.hire(SCHOOL), http.own(SCHOOL)
    headers = {"Authorization": f"Bearer {person.token}"}
    found = own.post(
        f"{PREFIX}/children/find", json={"id_number": job.id_numbers["己"]}, headers=headers
    )
    assert found.json()["items"][0]["child_ref"] == job.children["己"]
    sent = own.post(
        f"{PREFIX}/intake/education/absence",
        json={
            "name": "曾己校",
            "id_number": job.id_numbers["己"],
            "absent_since": "2025-03-03",
            "school_days": 1,
            "reason_code": "病假",
        },
        headers={**headers, "Idempotency-Key": "k1"},
    )
    assert sent.status_code == 201, sent.json()
    http.made.hub.settle()
    position = sent.json()["position"]
    back = got(own, "/register", person.token, min_position=position)
    assert back.json() == got(http.hub, "/register", person.token).json()
    assert own.get(f"{PREFIX}/openapi.json").json() == http.hub.get(f"{PREFIX}/openapi.json").json()


def test_nobody_of_another_organisation_gets_past_the_door(http: Sites) -> None:
    own, stranger = http.own(SCHOOL), http.made.hire(EDUCATION)
    for token in (stranger.token, "x" * 43):
        for path in ("/children", "/status"):
            assert got(own, path, token).status_code == 401
    assert own.get(f"{PREFIX}/children").status_code == 401


def test_whoever_is_signed_out_at_the_hub_is_signed_out_here_at_once(http: Sites) -> None:
    own, person = http.own(SCHOOL), http.made.hire(SCHOOL)
    assert got(own, "/children", person.token).status_code == 200
    http.made.hub.directory.revoke_tokens(person.user)
    for path in ("/children", "/inbox", "/overdue", "/register", "/status"):
        answer = got(own, path, person.token)
        assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHENTICATED"), path


def test_without_the_key_service_nothing_is_shown_and_it_says_so(http: Sites) -> None:
    own, person = http.own(SCHOOL), http.made.hire(SCHOOL)
    assert got(own, "/children", person.token).json()["items"]
    assert own.get(f"{PREFIX}/readyz").status_code == 200
    http.made.wire.cut = True
    for path in ("/children", "/inbox", "/overdue", "/register"):
        answer = got(own, path, person.token)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1"), path
    with capture_logs() as logged:
        assert own.get(f"{PREFIX}/readyz").status_code == 503
    errors = [each["event"] for each in logged if each["log_level"] == "error"]
    assert errors == ["not_ready"]
    assert own.get(f"{PREFIX}/healthz").status_code == 200


def test_why_it_is_not_ready_is_logged_without_what_anybody_stated(
    http: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = http.own(SCHOOL)

    def broken(queries: OwnViewQueries) -> None:
        raise ValueError("曾甲校 999999201501017003")

    monkeypatch.setattr(OwnViewQueries, "check", broken)
    with capture_logs() as logged:
        assert own.get(f"{PREFIX}/readyz").status_code == 503
    (entry,) = (each for each in logged if each["log_level"] == "error")
    assert (entry["event"], entry["error"]) == ("not_ready", "ValueError")
    assert "曾" not in str(logged)
    assert "999999" not in str(logged)


def test_a_forged_release_is_an_alarm_and_shows_nothing(http: Sites) -> None:
    own, person = http.own(SCHOOL), http.made.hire(SCHOOL)
    http.made.wire.forge = lambda release: release[:-1] + bytes([release[-1] ^ 1])
    with capture_logs() as logged:
        answer = got(own, "/children", person.token)
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL")
    assert [each["error"] for each in logged if each["log_level"] == "error"] == ["ReleaseForged"]


def test_without_the_hub_mandatory_reports_are_told_to_come_again(http: Sites) -> None:
    """A report that nobody answers has not arrived, and the answer says so: nothing is queued
    here where nobody would look for it."""
    own, person = http.own(SCHOOL), http.made.hire(SCHOOL)

    async def refuse(*anything: Any, **how: Any) -> Any:
        raise httpx.ConnectError("no")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx.AsyncClient, "request", refuse)
        answer = own.post(
            f"{PREFIX}/intake/report/mandatory",
            json={"seen": "示例"},
            headers={"Authorization": f"Bearer {person.token}"},
        )
    assert answer.status_code == 503
