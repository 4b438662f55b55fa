"""The district in which the stories happen, and its people, each signed in at a desk of their own:
whatever they do and see goes through the hub's interface over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from fastapi.testclient import TestClient
from httpx import Response
from playwright.sync_api import Browser as Chromium

from domain.calendar import SHANGHAI
from domain.organisations import Organisation, Post
from hub.api.app import create_app
from hub.bootstrap import Program
from tests.api.desks import Desk, District
from tests.program import POLICE, TOWN_CODE, at, child_of, running

医院 = "hospital:31011700009"
另一医院 = "hospital:31011700010"
福利院 = "welfare_institution:31011700001"

MORE = (
    Organisation(医院, "示例医院", TOWN_CODE),
    Organisation(另一医院, "示例第二医院", TOWN_CODE),
    Organisation(福利院, "示例儿童福利院", TOWN_CODE),
)

SOMEBODY = "经办人"
"""Who acts and looks where a story names nobody in particular."""


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A time of day in Shanghai."""
    return datetime.combine(day, time(hour, minute), SHANGHAI).astimezone(UTC)


class Shown(SimpleNamespace):
    """One item of an answer, its members by name."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


def shown(item: Mapping[str, Any]) -> Shown:
    return Shown(**item)


class Story:
    """What the people of a story do, and what they see."""

    def __init__(self, hub: Program, client: TestClient) -> None:
        self.hub = hub
        self.client = client
        self.district = District(hub, client)
        self._desks: dict[tuple[str, str], Desk] = {}
        hub.directory.add_organisations(MORE)

    def on(self, day: date, hour: int = 9, minute: int = 0) -> None:
        """It is this day and hour; what was due until then has been seen to."""
        at(self.hub, moment(day, hour, minute))
        self.settle()

    def later(self, **time_: int) -> None:
        at(self.hub, self.hub.clock.now() + timedelta(**time_))
        self.settle()

    def settle(self) -> None:
        assert self.hub.settle()

    def desk(self, organisation: str, person: str = SOMEBODY, post: Post = Post.HANDLER) -> Desk:
        """A person's own desk; of who is met for the first time, at that post."""
        found = self._desks.get((organisation, person))
        if found is None:
            found = self._desks[organisation, person] = self.district.hire(organisation, post)
        return found

    # -- what they do -------------------------------------------------------------------------

    def sends(
        self, organisation: str, kind: str, values: Mapping[str, Any], person: str = SOMEBODY
    ) -> dict[str, Any]:
        """Send one record, which is accepted; gives the answer."""
        answer = self.desk(organisation, person).send(kind.replace(".", "/"), values)
        self.settle()
        return answer

    def reports(
        self, organisation: str, kind: str, values: Mapping[str, Any], person: str = SOMEBODY
    ) -> str:
        """Send one record, which is accepted; gives its receipt number."""
        receipt: str = self.sends(organisation, kind, values, person)["receipt"]
        return receipt

    def tries(self, organisation: str, kind: str, values: Mapping[str, Any]) -> Shown:
        """Send one record, which is not accepted; gives what is said of it, and the codes."""
        path = f"/intake/{kind.replace('.', '/')}"
        answer = self.desk(organisation).post(path, dict(values))
        assert answer.status_code == 422, answer.json()
        self.settle()
        body = answer.json()
        return Shown(codes=[each["code"] for each in body["faults"]], **body)

    def does(
        self,
        organisation: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        person: str = SOMEBODY,
    ) -> None:
        """Do something with a report, a task or a case, at the door for it."""
        answer = self.asks(organisation, path, body, person)
        assert answer.status_code == 200, answer.json()
        self.settle()

    def asks(
        self,
        organisation: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        person: str = SOMEBODY,
    ) -> Response:
        """Ask for something that may be refused."""
        return self.desk(organisation, person).post(path, dict(body or {}))

    def refused(self, organisation: str, path: str, body: Mapping[str, Any] | None = None) -> str:
        """The code with which something is refused."""
        answer = self.asks(organisation, path, body)
        assert answer.status_code in (409, 422), answer.json()
        code: str = answer.json()["code"]
        return code

    def accepts(self, organisation: str, title: str) -> None:
        """Accept (签收) the open task of this title."""
        self.does(organisation, f"/referrals/{self.task(organisation, title).id}/accept")

    def answers(self, organisation: str, title: str, outcome: str) -> None:
        """Complete the open task of this title with an outcome; accept it first where it waits."""
        task = self.task(organisation, title)
        (code,) = [code for code, word in task.outcomes.items() if word == outcome]
        if task.state == "requested":
            self.accepts(organisation, title)
        done = {"outcome": code, "account": "（示例）已办"}
        self.does(organisation, f"/referrals/{task.id}/complete", done)

    def approves(self, organisation: str) -> None:
        """The head approves (审批) the one assessment or closing that awaits it."""
        head = self.desk(organisation, "负责人", Post.HEAD)
        (waiting,) = head.items("/approvals")
        done = head.post(f"/approvals/{waiting['case_id']}/{waiting['proposal']}/approve")
        assert done.status_code == 200, done.json()
        self.settle()

    def employs(self, organisation: str, by: str, since: date) -> None:
        """``by`` puts whoever sits at an organisation's desk on the register as its child director
        (儿童主任), the police answer the query (入职查询), and the account is that person's."""
        worker = {
            "organisation": organisation,
            "worker_name": "（示例）主任",
            "worker_id_number": "999999198503010011",
            "role": "儿童主任",
            "appointment": "书记",
            "qualification": "无",
            "since": since.isoformat(),
        }
        self.reports(by, "workforce.worker", worker)
        (registered,) = (
            each for each in self.listed(by, "/staff") if each.organisation == organisation
        )
        passed = {
            "worker": registered.worker,
            "result": "可以录用",
            "queried_on": since.isoformat(),
            "document_number": "示入查〔2025〕0001号",
        }
        self.reports(POLICE, "police.entry_check", passed)
        head = self.desk(by, "负责人", Post.HEAD)
        login = self.desk(organisation).user.login
        linked = head.post(f"/staff/{registered.worker}/account", {"login": login})
        assert linked.status_code == 200, linked.json()
        self.settle()

    # -- what they see ------------------------------------------------------------------------

    def child(self, values: Mapping[str, Any]) -> str:
        """The pseudonym by which the desks that know a child have it."""
        return child_of(self.hub, values)

    def listed(
        self, organisation: str, path: str, person: str = SOMEBODY, **asked: Any
    ) -> list[Shown]:
        """The items of a list."""
        return [shown(each) for each in self.desk(organisation, person).items(path, **asked)]

    def tasks(self, organisation: str) -> list[str]:
        """Titles of the open tasks in an inbox (待办)."""
        return [task.title for task in self.listed(organisation, "/inbox")]

    def task(self, organisation: str, title: str) -> Shown:
        """The open task of this title."""
        (found,) = [task for task in self.listed(organisation, "/inbox") if task.title == title]
        return found

    def file(self, organisation: str, child: str) -> Shown | None:
        """A child's file (一人一档), or None where the answer is that there is nothing to show."""
        answer = self.desk(organisation).get(f"/children/{child}")
        return shown(answer.json()) if answer.status_code == 200 else None

    def timeline(self, organisation: str, child: str, person: str = SOMEBODY) -> list[Shown]:
        """Everything that somebody sees of a child (or report), the newest first."""
        found: list[Shown] = []
        asked: dict[str, Any] = {"limit": 200}
        while True:
            page = self.desk(organisation, person).get(f"/children/{child}/timeline", **asked)
            found += [shown(each) for each in page.json()["items"]]
            if page.json()["next_cursor"] is None:
                return found
            asked["cursor"] = page.json()["next_cursor"]

    def titles(self, organisation: str, child: str, person: str = SOMEBODY) -> set[str]:
        """What an organisation sees that happened to a child."""
        return {entry.title for entry in self.timeline(organisation, child, person)}

    def reads(self, organisation: str, child: str, person: str = SOMEBODY) -> dict[str, Any]:
        """All that somebody can open of a child (or report), by field, the newest of each."""
        found: dict[str, Any] = {}
        for entry in reversed(self.timeline(organisation, child, person)):
            found.update(entry.fields)
        return found

    def late(self, organisation: str) -> list[Shown]:
        """The overdue board (逾期未办、未走访)."""
        return self.listed(organisation, "/overdue")

    def visits(self, organisation: str) -> list[Shown]:
        """The list of visits owed (应走访)."""
        return self.listed(organisation, "/visits/due")

    def mandatory(self, organisation: str, person: str = SOMEBODY) -> list[Shown]:
        """Mandatory reports (强制报告)."""
        return self.listed(organisation, "/reports", person)

    def state(self, organisation: str, person: str = SOMEBODY) -> str:
        """The state of the one mandatory report that somebody sees."""
        (report,) = self.mandatory(organisation, person)
        word: str = report.state_name
        return word


CLICKING: list[Chromium] = []
"""The browser that a story is clicked through in, where it is."""


@contextmanager
def story(folder: Path) -> Iterator[Story]:
    """A district on a fresh data folder."""
    with running(folder / "data") as hub, TestClient(create_app(hub)) as client:
        if not CLICKING:
            yield Story(hub, client)
            return
        # Here, because only some stories are clicked through.
        from tests.system.stories.clicking import ClickedStory
        from tests.web.browser import site_on

        with site_on(hub, CLICKING[0], settle=False) as site:
            clicked = ClickedStory(hub, client, site)
            yield clicked
            clicked.done()
