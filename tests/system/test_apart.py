"""Hub, key service and an organisation's own server as processes of their own: the last has its
view's database role (or its view's file), its private keys, and nothing else of the hub."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from domain.organisations import Post, Seat
from hub.agencies import AgencyFolder
from hub.bootstrap import Program, program
from hub.migrate import split_passwords
from hub.separation import export_organisation
from hub.settings import Settings
from hub.storage.postgres import Server as Database
from projections.tables import view_area
from tests.program import (
    EDUCATION,
    OTHER_SCHOOL,
    SCHOOL,
    absent,
    an_id_number,
    enrolled,
    prepare,
    pupil,
    send,
)
from tests.system.backends import use
from tests.system.server import Server

pytestmark = pytest.mark.slow

REASON = "示例缺课经过"
ROLE = view_area(Seat.SCHOOL).role


@dataclass
class Site:
    """A hub with a pupil, somebody signed in, and a school's own folder beside it."""

    data: Path
    own: Path
    passwords: Path | None
    token: str
    other_token: str

    def started(
        self, stack: ExitStack, name: str, command: str, *options: str, cold: bool = False
    ) -> Server:
        """One of the hub's processes, with the passwords of its own roles alone."""
        environment = {}
        if self.passwords is not None:
            environment["HUB_DATABASE_PASSFILE"] = str(self.passwords / name / "pgpass")
        server = Server(self.data, *options, command=command, environment=environment, cold=cold)
        stack.callback(server.stop)
        return server

    def schools(
        self, stack: ExitStack, hub: Server, keyservice: Server, *, cold: bool = False
    ) -> Server:
        """The school's own server: what it has stands in ``environment`` and in its folder."""
        environment = {
            "HUB_URL": hub.address,
            "HUB_KEYSERVICE": keyservice.address,
            "HUB_PASSPHRASE_FILE": "/nowhere",
        }
        if self.passwords is not None:
            environment["HUB_DATABASE_PASSFILE"] = str(self.own / "pgpass")
        server = Server(self.own, "--organisation", SCHOOL, environment=environment, cold=cold)
        stack.callback(server.stop)
        return server


def _told(hub: Program) -> None:
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    send(hub, SCHOOL, "education.absence", {**absent(pupil(1)), "reason": REASON})
    assert hub.settle()


def _only(lines: str, role: str) -> str:
    return "".join(f"{line}\n" for line in lines.splitlines() if line.rsplit(":", 2)[-2] == role)


@pytest.fixture(params=["folder", "postgresql"])
def site(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Site:
    use(request.param, request, monkeypatch)
    data, own = tmp_path / "hub" / "data", tmp_path / "school" / "own"
    data.parent.mkdir()
    own.parent.mkdir()
    prepare(data)
    AgencyFolder(own).create()
    passwords = None
    tokens = []
    with program(data, Settings()) as hub:
        _told(hub)
        for organisation in (SCHOOL, OTHER_SCHOOL):
            user = hub.directory.add_user(organisation, organisation, "教务处", Post.HANDLER)
            lasts = timedelta(hours=1)
            tokens.append(hub.directory.issue_token(user, datetime.now(UTC), lasts))
        file = AgencyFolder(own).organisation
        export_organisation(hub, SCHOOL, file, renew=False)
    if request.param == "postgresql":
        database = request.getfixturevalue("database")
        passwords = tmp_path / "passwords"
        split_passwords(database, passwords)
        (own / "pgpass").write_text(_only(database.passfile.read_text(), ROLE))
        (own / "pgpass").chmod(0o600)
        # Nothing of what follows works with every role's password.
        monkeypatch.setenv("HUB_DATABASE_PASSFILE", "/nowhere")
    else:
        view = view_area(Seat.SCHOOL).file
        (own / view).parent.mkdir(exist_ok=True)
        shutil.copy(data / view, own / view)
    return Site(data, own, passwords, *tokens)


@contextmanager
def running(site: Site) -> Iterator[tuple[Server, Server, Server]]:
    """Hub, key service, and the school's own server; on files each begins from nothing."""
    cold = site.passwords is None
    with ExitStack() as stack:
        hub = site.started(stack, "api", "serve", "--api-only")
        keyservice = site.started(stack, "keyservice", "keyservice", cold=cold)
        yield hub, keyservice, site.schools(stack, hub, keyservice, cold=cold)


def test_a_school_reads_its_own_by_its_own_server_alone(site: Site) -> None:
    with running(site) as (hub, _, own):
        for path in ("/api/v1/children", "/api/v1/register", "/api/v1/referrals/sent"):
            here = own.get(path, site.token)
            assert here == hub.get(path, site.token)
            assert here[0] == 200
        assert REASON in str(own.get("/api/v1/register", site.token))
        # What the view cannot answer is the hub's; a stranger gets past neither.
        found = own.post("/api/v1/children/find", site.token, {"id_number": an_id_number(1)})
        assert found == hub.post(
            "/api/v1/children/find", site.token, {"id_number": an_id_number(1)}
        )
        assert found[1]["items"]
        assert own.get("/api/v1/children", site.other_token)[0] == 401
    held = {path.name for path in site.own.rglob("*") if path.is_file()}
    assert held.isdisjoint({"root.keystore", "passphrase", "keys.sqlite", "events.sqlite"})


def test_without_the_key_service_it_shows_nothing_and_then_goes_on(site: Site) -> None:
    with ExitStack() as stack:
        hub = site.started(stack, "api", "serve", "--api-only")
        keyservice = site.started(stack, "keyservice", "keyservice")
        port = keyservice.address.rsplit(":", 1)[1]
        own = site.schools(stack, hub, keyservice)
        assert own.get("/api/v1/register", site.token)[0] == 200
        keyservice.kill()
        status, answer = own.get("/api/v1/register", site.token)
        assert (status, answer["code"]) == (503, "UNAVAILABLE")
        again = Server(
            site.data,
            "--port",
            port,
            command="keyservice",
            environment=(
                {}
                if site.passwords is None
                else {"HUB_DATABASE_PASSFILE": str(site.passwords / "keyservice" / "pgpass")}
            ),
        )
        stack.callback(again.stop)
        assert REASON in str(own.get("/api/v1/register", site.token))


@pytest.mark.adversary
@pytest.mark.attack(3)
def test_the_schools_database_role_reads_its_view_and_nothing_else(
    site: Site, request: pytest.FixtureRequest
) -> None:
    if site.passwords is None:
        pytest.skip("files have no roles")
    database: Database = request.getfixturevalue("database")
    own = Database(database.url, site.own / "pgpass")
    with psycopg.connect(**own.parameters(ROLE), autocommit=True) as connection:
        schema = view_area(Seat.SCHOOL).name
        assert connection.execute(f"SELECT count(*) FROM {schema}.facts").fetchone() != (0,)
        for table in (
            *("events.stored_events", "keys.data_keys", "directory.tokens", "audit.access"),
            f"{view_area(Seat.POLICE).name}.facts",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT * FROM {table}")
    assert "hub_keys" not in (site.own / "pgpass").read_text()
    assert os.stat(AgencyFolder(site.own).organisation).st_mode & 0o077 == 0
