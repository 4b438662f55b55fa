"""The desk decides from the log: who asks by signature and token, and of each field what it is,
whose, and whether the organisation stands towards the child so as to read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pydantic import JsonValue
from structlog.testing import capture_logs

from domain.kernel import Category, LegalBasis
from domain.organisations import Post
from domain.referral import AcceptReferral, CompleteReferral
from domain.scope import OpenScope, ScopeBasis
from hub.application import SYSTEM
from hub.audit.log import AccessLogUnavailable
from hub.authorization.decide import NOTHING_OPEN, By
from hub.bootstrap import Program
from hub.eventstore.codec import SealedField, sealed_field
from hub.keyservice import Marker, Purpose
from hub.releases.desk import place_of
from hub.releases.keys import OrganisationKeys
from hub.releases.registry import HasKeys
from hub.releases.remote import (
    AskingNotAnswered,
    NotSignedIn,
    Remote,
    RemoteDirectory,
    RemoteKeys,
)
from hub.releases.wire import ask
from hub.separation import export_organisation
from tests.adversary.apart import Apart, Person, apart
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_TOWN,
    SCHOOL,
    STATION,
    TOWN,
    absent,
    actor,
    at,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    send,
)

WITHHELD = Marker.WITHHELD.value


@dataclass
class Case:
    apart: Apart
    child: str

    @property
    def hub(self) -> Program:
        return self.apart.hub

    def field(self, topic: str, name: str) -> SealedField:
        """A field of the newest fact of a topic, as whoever has the whole database has it."""
        facts = [fact for fact in self.hub.store.feed(0, 1000) if fact.topic == topic]
        return sealed_field(place_of(facts[-1]), name, facts[-1].sealed[name])

    def opened(self, person: Person, *fields: SealedField, **how: object) -> list[JsonValue]:
        keys = RemoteKeys(self.apart.remote(person.organisation))
        return keys.open(replace(person.reader(), **how), fields, "timeline")  # type: ignore[arg-type]


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """A pupil whom school and education name, and whom the school reports absent."""
    with running(tmp_path / "data") as hub:
        child = pupil(1)
        send(hub, TOWN, "town.residence", resident(child))
        send(hub, EDUCATION, "education.roll", enrolled(child))
        send(hub, SCHOOL, "education.absence", {**absent(child), "reason": "示例缺课经过"})
        assert hub.settle()
        with apart(hub, tmp_path) as made:
            yield Case(made, child_of(hub, child))


ABSENCE = ("dropout.absence_reported.v1", "reason")
CONTACT = ("child_file.contact_stated.v1", "guardian_phone")
NAME = ("child_file.identity_stated.v1", "name")


# -- what is released ----------------------------------------------------------------------------


def test_a_school_is_released_what_it_reads_and_nothing_else(case: Case) -> None:
    """The telephone is of the column identity: a school reads its own statement of it only."""
    school, other = case.apart.hire(SCHOOL), case.apart.hire(OTHER_SCHOOL)
    reason = case.field(*ABSENCE)
    assert case.opened(school, reason) == ["示例缺课经过"]
    assert case.opened(other, reason) == [WITHHELD]
    education = case.apart.hire(EDUCATION)
    assert case.opened(education, reason, case.field(*CONTACT)) == ["示例缺课经过", WITHHELD]


def test_only_the_keys_of_the_very_fields_leave_the_hub(case: Case) -> None:
    """Never a data key: it would open the answers of others to tasks, which share its category."""
    person = case.apart.hire(SCHOOL)
    reason = case.field(*ABSENCE)
    remote = case.apart.remote(SCHOOL)
    keys = RemoteKeys(remote)
    found, _ = keys._look(
        person.reader(),
        [(reason.context.stream, reason.context.version, reason.context.field)],
        "timeline",
        {},
    )
    (key,) = found
    data_key = case.hub.hub.matching._keyservice._keys.get(
        reason.context.subject, reason.context.category, 1
    )
    assert isinstance(key, bytes)
    assert key != data_key.key
    assert key in [  # nothing but this field's own
        case.apart.desk.keyservice.subkeys(reader(SCHOOL), [reason], "timeline")[0]
    ]


def test_the_entry_is_written_before_and_names_the_fields_child(case: Case) -> None:
    person = case.apart.hire(SCHOOL)
    before = case.hub.audit.count()
    case.opened(person, case.field(*ABSENCE))
    (entry,) = case.hub.audit.newest(case.hub.audit.count() - before)
    assert (entry.child_ref, entry.categories) == (case.child, "schooling")
    assert (entry.organisation, entry.user, entry.post) == (SCHOOL, person.user.user, "handler")
    assert (entry.action, entry.purpose) == ("timeline", "CASEWORK")


def test_without_the_entry_nothing_is_released(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*anything: object) -> None:
        raise AccessLogUnavailable

    person, reason = case.apart.hire(SCHOOL), case.field(*ABSENCE)
    monkeypatch.setattr(case.apart.desk.keyservice._log, "append", full)
    with pytest.raises(AccessLogUnavailable):
        case.opened(person, reason)


def test_what_is_withheld_leaves_the_entry_of_a_look_all_the_same(case: Case) -> None:
    """The asker says that it looks at the child: that is entered whether or not it is released."""
    person = case.apart.hire(OTHER_SCHOOL)
    assert case.opened(person, case.field(*ABSENCE)) == [WITHHELD]
    (entry,) = case.hub.audit.newest(1)
    assert (entry.organisation, entry.child_ref) == (OTHER_SCHOOL, case.child)


def test_a_task_that_is_over_releases_no_more(case: Case) -> None:
    person = case.apart.hire(STATION)
    (task,) = case.hub.queries.inbox(reader(STATION)).items
    name = case.field(*NAME)
    case.hub.hub.command(AcceptReferral(referral_id=UUID(task.id)), actor(STATION))
    assert case.opened(person, name) == [pupil(1)["name"]]
    case.hub.hub.command(
        CompleteReferral(referral_id=UUID(task.id), outcome="FOUND"), actor(STATION)
    )
    # What closes the scope follows from the completion.
    assert case.hub.settle()
    assert case.opened(person, name) == [WITHHELD]


def test_a_purpose_that_is_not_the_seats_is_answered_with_no_key(case: Case) -> None:
    """The key service decides on the purpose for itself, whatever the asker's own door did."""
    person = case.apart.hire(SCHOOL)
    with capture_logs() as logged, pytest.raises(AskingNotAnswered, match="PURPOSE"):
        case.opened(person, case.field(*ABSENCE), purpose=Purpose.COORDINATION)
    assert [each["event"] for each in logged] == ["release.refused"]
    assert case.hub.audit.newest(1)[0].action == "timeline.refused"
    consent = {"legal_basis": LegalBasis.GUARDIAN_CONSENT}
    with pytest.raises(AskingNotAnswered, match="PURPOSE"):
        case.opened(person, case.field(*ABSENCE), **consent)


def test_for_a_task_is_released_what_is_about_that_tasks_child(case: Case) -> None:
    person, name = case.apart.hire(STATION), case.field(*NAME)
    (task,) = case.hub.queries.inbox(reader(STATION)).items
    case.hub.hub.command(AcceptReferral(referral_id=UUID(task.id)), actor(STATION))
    for_it = {"purpose": Purpose.TASK, "task": task.id}
    assert case.opened(person, name, **for_it) == [pupil(1)["name"]]
    another = {"purpose": Purpose.TASK, "task": str(uuid4())}
    assert case.opened(person, name, **another) == [WITHHELD]
    # The school reads its pupil's absences, and has no task about it.
    school = case.apart.hire(SCHOOL)
    assert case.opened(school, case.field(*ABSENCE), purpose=Purpose.TASK) == [WITHHELD]


def test_a_scope_that_ran_out_releases_no_more(case: Case) -> None:
    case.hub.hub.command(
        OpenScope(
            organisation=OTHER_TOWN,
            child_ref=UUID(case.child),
            item=uuid4(),
            basis=ScopeBasis.TASK,
            categories=(Category.WHO, Category.CONTACT),
            until=case.hub.clock.now() + timedelta(hours=1),
        ),
        SYSTEM,
    )
    person, phone = case.apart.hire(OTHER_TOWN), case.field(*CONTACT)
    assert case.opened(person, phone) == [pupil(1)["guardian_phone"]]
    at(case.hub, case.hub.clock.now() + timedelta(hours=2))
    assert case.opened(person, phone) == [WITHHELD]


def test_a_field_that_stands_nowhere_is_withheld_like_one_that_is_not_ones_own(case: Case) -> None:
    person, reason = case.apart.hire(SCHOOL), case.field(*ABSENCE)
    nowhere = replace(reason, context=replace(reason.context, stream=uuid4()))
    elsewhere = replace(reason, context=replace(reason.context, version=99))
    other = replace(reason, context=replace(reason.context, field="no_such_field"))
    assert case.opened(person, nowhere, elsewhere, other) == [WITHHELD] * 3


def test_what_the_asker_says_of_a_field_is_not_believed(case: Case) -> None:
    """Another category, flag, producer or child in the view's row changes nothing in what is
    decided, and the field does not open as something else."""
    person, phone = case.apart.hire(EDUCATION), case.field(*CONTACT)
    for claim in (
        {"category": "schooling"},
        {"flag": True},
        {"producer": EDUCATION},
        {"subject": uuid4()},
    ):
        claimed = replace(phone, context=replace(phone.context, **claim))
        assert case.opened(person, claimed) == [WITHHELD]
    reason = case.field(*ABSENCE)
    moved = replace(reason, context=replace(reason.context, producer=EDUCATION))
    assert case.opened(person, moved) == [Marker.TAMPERED.value]


def test_standings_come_from_the_log_and_go_on_from_where_they_were(case: Case) -> None:
    keys, person = RemoteKeys(case.apart.remote(TOWN)), case.apart.hire(TOWN)
    other = RemoteKeys(case.apart.remote(OTHER_TOWN))
    stranger = case.apart.hire(OTHER_TOWN)
    (task,) = case.hub.queries.inbox(reader(TOWN)).items
    case.hub.hub.command(AcceptReferral(referral_id=UUID(task.id)), actor(TOWN))

    def contact(of: RemoteKeys, who: Person) -> By | None:
        stands = of.standings(who.reader(), [case.child])[case.child]
        return stands.opened.get(Category.CONTACT)

    assert contact(keys, person) is By.READ
    assert other.standings(stranger.reader(), [case.child]) == {
        case.child: (NOTHING_OPEN, False, False)
    }
    # The child moves: it is the other town's from that event on, whatever a view holds.
    moved = resident(pupil(1), village="310117002003", since="2025-03-01")
    send(case.hub, OTHER_TOWN, "town.residence", moved)
    assert contact(keys, person) is By.TASK, "its task goes on"
    assert contact(other, stranger) is By.READ
    assert keys.standings(person.reader(), []) == {}


# -- who asks ------------------------------------------------------------------------------------


def test_a_token_of_another_organisation_is_nobodys(case: Case) -> None:
    """With one organisation's keys only its own people are served, at the post held now."""
    education = case.apart.hire(EDUCATION)
    keys = RemoteKeys(case.apart.remote(SCHOOL))
    reason = case.field(*ABSENCE)
    for credential in (education.token, "", "x" * 43):
        who = replace(case.apart.hire(SCHOOL).reader(), credential=credential or "-")
        with pytest.raises(NotSignedIn):
            keys.open(who, [reason], "timeline")


def test_the_post_is_the_directorys_whatever_is_said(case: Case) -> None:
    person = case.apart.hire(SCHOOL, Post.DEPUTY)
    claimed = replace(person.reader(), post=Post.DESIGNATED_REPORTER.value, user="u-somebody")
    RemoteKeys(case.apart.remote(SCHOOL)).note(claimed, {case.child: ["schooling"]}, "child_file")
    (entry,) = case.hub.audit.newest(1)
    assert (entry.post, entry.user) == ("deputy", person.user.user)


def test_an_ended_token_is_served_no_more(case: Case) -> None:
    person, reason = case.apart.hire(SCHOOL), case.field(*ABSENCE)
    keys = RemoteKeys(case.apart.remote(SCHOOL))
    assert keys.open(person.reader(), [reason], "timeline") == ["示例缺课经过"]
    case.hub.directory.revoke_tokens(person.user)
    with pytest.raises(NotSignedIn):
        keys.open(person.reader(), [reason], "timeline")


def test_people_and_names_are_the_directorys(case: Case) -> None:
    person = case.apart.hire(SCHOOL)
    directory = RemoteDirectory(case.apart.remote(SCHOOL))
    now = case.hub.clock.now()
    assert directory.holders([person.token, "x" * 43], now) == [person.user, None]
    asked = len(case.apart.wire.askings)
    assert directory.holders([person.token], now) == [person.user]
    assert len(case.apart.wire.askings) == asked, "taken as it was a moment ago"
    for each in (EDUCATION, "hub:310117", "school:9999999999"):
        assert directory.name(each) == case.hub.directory.name(each)


def test_an_asking_is_answered_once(case: Case) -> None:
    keys = case.apart.exported(SCHOOL)
    _, asking = ask(keys, SCHOOL, {"ask": "names"}, case.hub.clock.now())
    assert case.apart.wire(asking)
    with pytest.raises(AskingNotAnswered) as refused:
        case.apart.wire(asking)
    assert refused.value.code == "REPLAYED"


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"ask": "everything"},
        {"ask": "names", "more": 1},
        {"ask": "look", "token": "t"},
        {"action": "张小明"},
        {"action": "match"},
        {"purpose": "MATCHING"},
        {"purpose": "QUARANTINE"},
        {"looks": {"张小明": []}},
        {"looks": {"": ["张小明"]}},
        {"fields": [["x", 1, "name"]]},
        {"task": "张小明"},
        {"legal_basis": "BECAUSE"},
    ],
    ids=str,
)
def test_what_is_no_question_is_refused_and_enters_nothing(
    case: Case, content: dict[str, object]
) -> None:
    """No text of anybody's reaches the access log, and no purpose that is the hub's own."""
    person = case.apart.hire(SCHOOL)
    look = {
        "ask": "look",
        "token": person.token,
        "action": "timeline",
        "purpose": "CASEWORK",
        "legal_basis": "STATUTORY_DUTY",
        "task": "",
        "looks": {case.child: ["schooling"]},
        "fields": [],
    }
    whole = content if "ask" in content or not content else {**look, **content}
    keys = case.apart.exported(SCHOOL)
    _, asking = ask(keys, SCHOOL, look, case.hub.clock.now())
    assert case.apart.wire(asking), "the question itself is one"
    before = case.hub.audit.count()
    _, asking = ask(keys, SCHOOL, whole, case.hub.clock.now())
    with pytest.raises(AskingNotAnswered) as refused:
        case.apart.wire(asking)
    assert refused.value.code == "MALFORMED"
    assert case.hub.audit.count() == before


def test_a_task_that_is_not_the_askers_is_not_entered(case: Case) -> None:
    (task,) = case.hub.queries.inbox(reader(STATION)).items
    for organisation, entered in ((STATION, task.id), (SCHOOL, "")):
        person = case.apart.hire(organisation)
        who = replace(person.reader(Purpose.TASK), task=task.id)
        RemoteKeys(case.apart.remote(organisation)).note(who, {"": ()}, "inbox.nothing")
        assert case.hub.audit.newest(1)[0].task == entered


def test_new_key_pairs_end_the_old_ones(case: Case, tmp_path: Path) -> None:
    old = case.apart.remote(SCHOOL)
    file = tmp_path / "new.pem"
    with pytest.raises(HasKeys):
        export_organisation(case.hub, SCHOOL, file, renew=False)
    assert not file.exists()
    at(case.hub, case.hub.clock.now() + timedelta(seconds=1))
    export_organisation(case.hub, SCHOOL, file, renew=True)
    with pytest.raises(AskingNotAnswered):
        RemoteKeys(old).check()
    now = case.hub.clock.now
    RemoteKeys(Remote(OrganisationKeys.read(file), SCHOOL, case.apart.wire, now)).check()


def test_civil_affairs_reads_what_it_coordinates(case: Case) -> None:
    person = case.apart.hire(CIVIL_AFFAIRS)
    assert case.opened(person, case.field(*CONTACT)) == [pupil(1)["guardian_phone"]]
