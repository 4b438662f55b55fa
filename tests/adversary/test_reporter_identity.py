"""A mandatory reporter's identity is for the current handler and the duty leader only (当前办理人、
值班领导), by every door there is.

Source: privacy design, Who may; 反家暴法 14, 强报意见 Arts 13, 16.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from domain.kernel import Actor, Category, Refused
from domain.mandatory_report import AcceptMandatoryReport, FeedBackToReporter
from domain.organisations import Post
from domain.referral import AcceptReferral, OfferReferral
from hub.authorization.decide import By
from hub.authorization.purposes import STANDING_POSTS, Audience
from hub.bootstrap import Program
from hub.keyservice import Purpose, Reader
from tests.adversary.asking import DOORS, LONG_AGO, Asking, text_of
from tests.adversary.job import PARTNERS, WITNESSES
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_STATION,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    START,
    STATION,
    TOWN,
    UNLIMITED,
    VILLAGE,
    VILLAGE_CODE,
    actor,
    at,
    child_of,
    pupil,
    reader,
    running,
    send,
)

pytestmark = pytest.mark.adversary

REPORTER = ("单庚师", "13900071234")
FILER, LOOKER = "u-filer", "u-any"
PEOPLE = (Post.HANDLER, Post.DUTY_LEADER, Post.HEAD, Post.DEPUTY, Post.DESIGNATED_REPORTER)
INVOLVED = (STATION, POLICE, PROCURATORATE, SCHOOL)
ELSEWHERE = (CIVIL_AFFAIRS, EDUCATION, TOWN, VILLAGE, OTHER_SCHOOL, OTHER_STATION, "court:310117")


@dataclass
class Case:
    """One report, whose child was found."""

    hub: Program
    report: str
    receipt: str

    def asking(self, organisation: str, post: Post, user: str) -> Asking:
        """Somebody who knows of everything there is and asks for it."""
        facts = self.hub.store.feed(0, 10_000)
        of = Reader(organisation, post.value, user, Purpose.CASEWORK)
        return Asking(
            self.hub.queries,
            of,
            (),
            (self.report, child_of(self.hub, pupil(1))),
            tuple({str(each.stream) for each in facts if each.topic.startswith("referral.")}),
            tuple({str(each.stream) for each in facts}),
            (self.report,),
            (self.receipt,),
            ("310117001",),
        )

    def tells(self, door: str, organisation: str, post: Post, user: str = LOOKER) -> bool:
        """Whether a door says who reported."""
        told = text_of(list(DOORS[door](self.asking(organisation, post, user))))
        return any(word in told for word in REPORTER)

    def told(self, door: str) -> set[tuple[str, Post]]:
        """To whom a door says it."""
        people = {
            *((each, post) for each in INVOLVED for post in PEOPLE),
            *((each, Post.HANDLER) for each in ELSEWHERE),
        }
        return {(each, post) for each, post in people if self.tells(door, each, post)}

    def handing(self, organisation: str) -> str:
        (task,) = [
            each
            for each in self.hub.queries.inbox(reader(organisation)).items
            if each.kind == "handle_report"
        ]
        return task.id


def filed(root: Path) -> Iterator[Case]:
    with running(root) as hub:
        hub.searches.rules = UNLIMITED
        hub.directory.add_organisations((*WITNESSES, *PARTNERS))
        filer = Actor(SCHOOL, Post.HANDLER.value, FILER)
        cells = {"seen": "庚所见", "reporter_name": REPORTER[0], "call_back": REPORTER[1]}
        answer = hub.intake.record(filer, "report.mandatory", {**cells, "place": VILLAGE_CODE})
        assert answer.answer is not None
        assert hub.settle()
        (found,) = hub.queries.reports(reader(STATION)).items
        send(hub, STATION, "police.report_child", {**pupil(1), "report_id": found.id})
        assert hub.settle()
        made = Case(hub, found.id, answer.answer.number)
        hub.hub.command(AcceptReferral(referral_id=UUID(made.handing(STATION))), actor(STATION))
        for act in (
            AcceptMandatoryReport(report_id=UUID(found.id)),
            FeedBackToReporter(report_id=UUID(found.id), told="庚反馈"),
        ):
            hub.hub.command(act, actor(STATION))
        # Later than any day that somebody may look back to.
        at(hub, START + timedelta(days=8))
        assert hub.settle()
        yield made


@pytest.fixture(scope="module")
def at_the_station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    yield from filed(tmp_path_factory.mktemp("reporter") / "data")


@pytest.fixture(scope="module")
def handed_over(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """The sub-bureau has accepted it from the station."""
    for case in filed(tmp_path_factory.mktemp("handed") / "data"):
        task = UUID(case.handing(STATION))
        case.hub.hub.command(OfferReferral(referral_id=task, to=POLICE), actor(STATION))
        case.hub.hub.command(AcceptReferral(referral_id=task), actor(POLICE))
        assert case.hub.settle()
        yield case


TELLING = {"timeline", "register"}
"""Doors that show a report's fields at all."""


@pytest.mark.parametrize("door", DOORS)
def test_a_door_says_who_reported_to_two_posts_that_have_it_in_hand(
    at_the_station: Case, door: str
) -> None:
    told = at_the_station.told(door)
    entitled = {(STATION, Post.HANDLER), (STATION, Post.DUTY_LEADER)}
    assert told == (entitled if door in TELLING else set())


@pytest.mark.parametrize("door", DOORS)
def test_after_it_was_handed_on_to_those_of_the_new_one_alone(handed_over: Case, door: str) -> None:
    """Not to who had it before, at whatever post."""
    told = handed_over.told(door)
    entitled = {(POLICE, Post.HANDLER), (POLICE, Post.DUTY_LEADER)}
    assert told == (entitled if door in TELLING else set())


def test_who_reported_sees_it_again_and_no_colleague_does(at_the_station: Case) -> None:
    assert at_the_station.tells("timeline", SCHOOL, Post.HANDLER, FILER)
    for post in PEOPLE:
        assert not at_the_station.tells("timeline", SCHOOL, post, "u-colleague")


def test_neither_entries_nor_refusals_nor_receipts_say_it(at_the_station: Case) -> None:
    hub, report = at_the_station.hub, UUID(at_the_station.report)
    texts = [json.dumps(asdict(each)) for each in hub.audit.newest(10_000)]
    assert any(str(report) in each for each in texts)
    texts += [str(hub.store.receipt(at_the_station.receipt))]
    for by in (SCHOOL, OTHER_STATION, TOWN):
        with pytest.raises(Refused) as refused:
            hub.hub.command(FeedBackToReporter(report_id=report), actor(by))
        texts.append(refused.value.text)
    looks = hub.queries.break_glass_uses(reader(CIVIL_AFFAIRS), since=LONG_AGO)
    texts.append(text_of(list(looks)))
    assert not [each for each in texts if any(word in each for word in REPORTER)]


def test_without_the_row_on_its_audience_every_colleague_is_told(
    at_the_station: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one defence taken away: policies/audiences.toml on a reporter seen by a task."""
    assert not at_the_station.tells("timeline", STATION, Post.DEPUTY)
    policies = at_the_station.hub.queries._policies
    audiences = policies.access.audiences
    everybody = {(Category.REPORTER, By.TASK): Audience(STANDING_POSTS, author=False)}
    loose = replace(
        policies.access, audiences=replace(audiences, rows={**audiences.rows, **everybody})
    )
    monkeypatch.setattr(at_the_station.hub.queries, "_policies", replace(policies, access=loose))
    assert at_the_station.tells("timeline", STATION, Post.DEPUTY)
