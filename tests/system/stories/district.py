"""The district in which the stories happen, and its people, each at a desk of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.calendar import SHANGHAI
from domain.identity import IdentityClaim
from domain.kernel import Actor, Command
from domain.mandatory_report import STATE_WORDS, ReportState
from domain.organisations import Organisation, Post
from domain.referral import AcceptReferral, CompleteReferral
from hub.answers import CaseStatus, Child, Entry, Overdue, Referral, Report, VisitDue
from hub.bootstrap import Program
from hub.keyservice import Purpose, Reader
from hub.queries import as_uuid
from tests.program import TOWN_CODE, approve, at, child_of, running, send

医院 = "hospital:31011700009"
另一医院 = "hospital:31011700010"
福利院 = "welfare_institution:31011700001"

MORE = (
    Organisation(医院, "示例医院", TOWN_CODE),
    Organisation(另一医院, "示例第二医院", TOWN_CODE),
    Organisation(福利院, "示例儿童福利院"),
)


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A time of day in Shanghai."""
    return datetime.combine(day, time(hour, minute), SHANGHAI).astimezone(UTC)


class Story:
    """What the people of a story do, and what they see."""

    def __init__(self, hub: Program) -> None:
        self.hub = hub
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

    def who(self, organisation: str, user: str = "u-test", post: Post = Post.HANDLER) -> Actor:
        return Actor(organisation, post.value, user)

    def sees(self, organisation: str, user: str = "u-test", post: Post = Post.HANDLER) -> Reader:
        return Reader(organisation, post.value, user, Purpose.CASEWORK)

    # -- what they do -------------------------------------------------------------------------

    def reports(self, organisation: str, kind: str, values: Mapping[str, Any]) -> str:
        """Send one record that is accepted; gives its receipt number."""
        number = send(self.hub, organisation, kind, values).number
        self.settle()
        return number

    def does(self, organisation: str, command: Command) -> None:
        self.hub.hub.command(command, self.who(organisation))
        self.settle()

    def accepts(self, organisation: str, title: str) -> None:
        """Accept (签收) the open task of this title."""
        self.does(organisation, AcceptReferral(referral_id=self._number(organisation, title)))

    def answers(self, organisation: str, title: str, outcome: str) -> None:
        """Complete the open task of this title with an outcome; accept it first where it waits."""
        task = self.task(organisation, title)
        (code,) = [
            code
            for code, word in self.hub.policies.rules.referrals[task.kind].outcomes.items()
            if word == outcome
        ]
        number = self._number(organisation, title)
        if task.state == "requested":
            self.accepts(organisation, title)
        self.does(
            organisation,
            CompleteReferral(referral_id=number, outcome=code, account="（示例）已办"),
        )

    def approves(self, organisation: str) -> None:
        """The head approves (审批) the one assessment or closing that awaits it."""
        assert approve(self.hub, organisation) == 1
        self.settle()

    def _number(self, organisation: str, title: str) -> UUID:
        number = as_uuid(self.task(organisation, title).id)
        assert number is not None
        return number

    # -- what they see ------------------------------------------------------------------------

    def child(self, values: Mapping[str, Any]) -> str:
        return child_of(self.hub, values)

    def tasks(self, organisation: str) -> list[str]:
        """Titles of the open tasks in an inbox (待办)."""
        return [task.title for task in self.hub.queries.inbox(self.sees(organisation)).items]

    def task(self, organisation: str, title: str) -> Referral:
        """The open task of this title."""
        inbox = self.hub.queries.inbox(self.sees(organisation)).items
        (found,) = [task for task in inbox if task.title == title]
        return found

    def file(self, organisation: str, child: str) -> Child | None:
        return self.hub.queries.child_file(self.sees(organisation), child)

    def timeline(self, organisation: str, child: str) -> list[Entry]:
        return list(self.hub.queries.timeline(self.sees(organisation), child).items)

    def titles(self, organisation: str, child: str) -> set[str]:
        """What an organisation sees that happened to a child."""
        return {entry.title for entry in self.timeline(organisation, child)}

    def reads(self, organisation: str, child: str, user: str = "u-test") -> dict[str, Any]:
        """All that somebody can open of a child (or report), by field, the newest of each."""
        found: dict[str, Any] = {}
        entries = self.hub.queries.timeline(self.sees(organisation, user), child).items
        for entry in reversed(entries):
            found.update(entry.fields)
        return found

    def cases(self, organisation: str, values: Mapping[str, Any]) -> list[CaseStatus]:
        claim = IdentityClaim("", id_number=values["id_number"])
        return list(self.hub.queries.case_status(self.sees(organisation), claim))

    def late(self, organisation: str) -> list[Overdue]:
        """The overdue board (逾期未办、未走访)."""
        return list(self.hub.queries.overdue(self.sees(organisation)).items)

    def visits(self, organisation: str) -> list[VisitDue]:
        return list(self.hub.queries.visits_due(self.sees(organisation)).items)

    def mandatory(self, organisation: str, user: str = "u-test") -> list[Report]:
        return list(self.hub.queries.reports(self.sees(organisation, user)).items)

    def state(self, organisation: str, user: str = "u-test") -> str:
        """The state of the one mandatory report that somebody sees."""
        (report,) = self.mandatory(organisation, user)
        return STATE_WORDS[ReportState(report.state)]


@contextmanager
def story(folder: Path) -> Iterator[Story]:
    """A district on a fresh data folder."""
    with running(folder / "data") as hub:
        yield Story(hub)
