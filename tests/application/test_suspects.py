"""Nothing reaches who is suspected: a guardian, or an organisation in which the suspect works.

Source: privacy design, Who may: if the suspected person is a guardian, every guardian-side notice,
view and consent request on the child is suppressed, and their telephone and address leave every
call list, form and print; if the suspect works in or is related to a receiving organisation, that
person, and the organisation beyond the author, see nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.attachment import WithdrawReason
from domain.consent import ConsentForm, GiveConsent
from domain.deadline import deadline_id
from domain.deadline_state import Deadline
from domain.deadline_stream import DEADLINE
from domain.kernel import Actor, Category, Refused
from domain.mandatory_report import NameReportedChild, ReportedChildNamed
from domain.move import AnnounceMove
from domain.organisations import Organisation, Post, Seat
from domain.reactions.reports import FEEDBACK
from domain.referral import (
    AcceptReferral,
    DeclineOffer,
    OfferReferral,
    ReassignReferral,
    ReturnReason,
    ReturnReferral,
)
from domain.scope import OpenScope, ScopeBasis
from domain.suspicion import NoteSuspicion, SuspicionNoted
from hub.answers import Child, Page
from hub.application import SYSTEM
from hub.bootstrap import Program
from hub.eventstore.codec import Fact
from hub.keyservice import Purpose, Reader
from projections.reach import Reach
from tests.application.test_merge import join, two_files
from tests.attachments.files import jpeg
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_STATION,
    OTHER_TOWN,
    OTHER_VILLAGE,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    SCHOOL_NAME,
    STATION,
    TOWN,
    VILLAGE,
    VILLAGE_CODE,
    absent,
    actor,
    admonished,
    at,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    send,
    take,
)

pytestmark = pytest.mark.slow

PHONE = str(pupil(1)["guardian_phone"])
ADDRESS = str(resident(pupil(1))["address"])
FILER = "u-teacher"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        yield made


@pytest.fixture
def child(hub: Program) -> str:
    send(hub, TOWN, "town.residence", resident(pupil(1)))
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    hub.settle()
    return child_of(hub, pupil(1))


def somebody(organisation: str, user: str = "u-test", post: Post = Post.HANDLER) -> Reader:
    return Reader(organisation, post.value, user, Purpose.CASEWORK)


def report(hub: Program, child: str, *, by: str = SCHOOL, **cells: str) -> str:
    """A report that names the pupil of a list of its own; gives its number."""
    told = {"seen": "（示例）手臂多处瘀青", "place": VILLAGE_CODE, "child_ref": child, **cells}
    answer = hub.intake.record(Actor(by, Post.HANDLER.value, FILER), "report.mandatory", told)
    assert answer.answer is not None
    hub.settle()
    (found,) = hub.queries.reports(somebody(by, FILER)).items
    return found.id


def found(hub: Program, report_id: str, **cells: str) -> None:
    """What whoever has the report in hand found of the suspect."""
    send(hub, POLICE, "police.report_suspect", {"report_id": report_id, **cells})
    hub.settle()


def accept(task: str) -> AcceptReferral:
    return AcceptReferral(referral_id=UUID(task))


def file_of(hub: Program, organisation: str, child: str) -> Child:
    shown = hub.queries.child_file(reader(organisation), child)
    assert shown is not None
    return shown


def reached(hub: Program, organisation: str, child: str) -> set[str]:
    """What of how the guardian is reached an organisation is shown."""
    fields = file_of(hub, organisation, child).fields
    return {"guardian_name", "guardian_phone", "address"} & set(fields)


# -- a guardian is the suspect --------------------------------------------------------------------


def test_how_a_suspected_guardian_is_reached_leaves_every_list(hub: Program, child: str) -> None:
    """Given a town, a village and civil affairs that read the guardian's telephone and address /
    when a report says that a guardian is the suspect / then none of them is shown either any more,
    the town not even what it recorded itself, and where the child lives stays with who visits."""
    offices = (TOWN, VILLAGE, CIVIL_AFFAIRS)
    for office in offices:
        assert {"guardian_phone", "address"} <= reached(hub, office, child)
    report(hub, child, suspect_relation="父母或其他监护人")
    for office in offices:
        assert reached(hub, office, child) == set(), office
        shown = file_of(hub, office, child)
        assert (shown.town, shown.village) == (TOWN.split(":")[1], VILLAGE_CODE), office
        assert shown.fields["name"] == pupil(1)["name"]
        entries = hub.queries.timeline(reader(office), child).items
        assert not {"guardian_phone", "address", "guardian_name"} & {
            name for entry in entries for name in entry.fields
        }
    own = hub.queries.register(reader(TOWN)).items
    assert PHONE not in str([entry.fields for entry in own])
    assert ADDRESS not in str([entry.fields for entry in own])


def test_a_task_does_not_bring_it_back_but_for_who_needs_it(hub: Program, child: str) -> None:
    """Civil affairs by the task of the case; the police by theirs; the town by none."""
    report(hub, child, guardian_suspected="是")
    send(hub, STATION, "police.admonition", admonished(pupil(1)))
    hub.settle()
    for office in (TOWN, CIVIL_AFFAIRS):
        for each in hub.queries.inbox(reader(office)).items:
            hub.hub.command(accept(each.id), actor(office))
    hub.settle()
    assert reached(hub, TOWN, child) == set()
    assert "guardian_phone" in reached(hub, CIVIL_AFFAIRS, child)
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    hub.settle()
    (trace,) = [
        each for each in hub.queries.inbox(reader(STATION)).items if each.kind == "trace_dropout"
    ]
    hub.hub.command(accept(trace.id), actor(STATION))
    hub.settle()
    assert "guardian_phone" in reached(hub, STATION, child)


def test_it_comes_back_once_it_is_found_not_to_be_so(hub: Program, child: str) -> None:
    number = report(hub, child, suspect_relation="父母或其他监护人")
    assert reached(hub, TOWN, child) == set()
    found(hub, number, finding="排除", relation="父母或其他监护人", account="（示例）查明不是")
    assert {"guardian_phone", "address"} <= reached(hub, TOWN, child)
    told = hub.queries.timeline(reader(POLICE), number).items
    assert "（示例）查明不是" in str([entry.fields for entry in told])
    assert "（示例）查明不是" not in str(hub.queries.timeline(reader(TOWN), child).items)


def test_clearing_one_of_a_units_staff_leaves_the_guardian_suspected(
    hub: Program, child: str
) -> None:
    """Given a guardian who is the suspect, and a town / when the police find that nobody of the
    town is / then the town is told again, and how the guardian is reached to nobody."""
    number = report(hub, child, suspect_relation="父母或其他监护人", suspect_unit=name(hub, TOWN))
    assert shown_to(hub, somebody(TOWN, "u-colleague"), child) == []
    found(
        hub,
        number,
        finding="排除",
        relation="报告单位工作人员",
        unit=name(hub, TOWN),
        account="（示例）查明与其无关",
    )
    assert reached(hub, TOWN, child) == reached(hub, VILLAGE, child) == set()


def test_a_relation_that_clears_nothing_by_itself_asks_for_the_unit(
    hub: Program, child: str
) -> None:
    number = report(hub, child, suspect_relation="父母或其他监护人")
    cells = {"report_id": number, "finding": "排除", "relation": "陌生人", "account": "（示例）"}
    answer = hub.intake.record(actor(POLICE), "police.report_suspect", cells)
    assert [fault.code for fault in answer.faults] == ["SUSPICION_UNIT_MISSING"]
    assert reached(hub, VILLAGE, child) == set()


def test_the_police_say_so_later(hub: Program, child: str) -> None:
    number = report(hub, child)
    assert "guardian_phone" in reached(hub, TOWN, child)
    found(hub, number, finding="涉嫌", relation="父母或其他监护人", account="（示例）笔录")
    assert reached(hub, TOWN, child) == set()


def test_an_admonition_may_say_so_without_any_report_and_its_correction_takes_it_back(
    hub: Program, child: str
) -> None:
    admonition = admonished(pupil(1), guardian_suspected="是")
    send(hub, STATION, "police.admonition", admonition)
    hub.settle()
    assert reached(hub, TOWN, child) == set()
    send(hub, STATION, "police.admonition", {**admonition, "guardian_suspected": "否"})
    hub.settle()
    assert "guardian_phone" in reached(hub, TOWN, child)


# -- consent --------------------------------------------------------------------------------------

HELPER = "social_organisation:310117"


@pytest.fixture
def helper(hub: Program) -> str:
    hub.directory.add_organisations([Organisation(HELPER, "示例社工机构")])
    return HELPER


def consented(hub: Program, child: str, *, by_child: bool = False) -> None:
    command = GiveConsent(
        consent_id=uuid4(),
        child_ref=UUID(child),
        help_kind="social_help",
        recipient=HELPER,
        by_guardian=True,
        by_child=by_child,
        form=ConsentForm.WRITTEN,
        given_on=hub.clock.now().date(),
        until=hub.clock.now().date() + timedelta(days=90),
    )
    hub.hub.command(command, actor(TOWN))
    hub.settle()


def test_a_suspected_guardians_consent_is_no_basis_any_more_and_every_duty_goes_on(
    hub: Program, child: str, helper: str
) -> None:
    """Given help that rests on the guardian's consent and a child missing from school / when a
    guardian is the suspect / then the helper sees nothing at once, police, town and civil affairs
    go on, and once it is found not to be so the consent is good again."""
    consented(hub, child)
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    hub.settle()
    assert hub.queries.child_file(reader(helper), child) is not None
    number = report(hub, child, suspect_relation="父母或其他监护人")
    assert hub.queries.child_file(reader(helper), child) is None
    assert hub.queries.children(reader(helper)).items == ()
    for office in (STATION, TOWN, CIVIL_AFFAIRS):
        (task,) = [
            each
            for each in hub.queries.inbox(reader(office)).items
            if each.kind.endswith("_dropout")
        ]
        hub.hub.command(accept(task.id), actor(office))
        hub.settle()
        assert hub.queries.child_file(reader(office), child) is not None
    found(hub, number, finding="排除", relation="父母或其他监护人", account="（示例）查明不是")
    assert hub.queries.child_file(reader(helper), child) is not None


def test_the_consent_of_a_child_of_fourteen_goes_on(hub: Program, helper: str) -> None:
    older = pupil(1, birth_date="2010-01-15", id_number=None)
    send(hub, TOWN, "town.residence", resident(older))
    send(hub, EDUCATION, "education.roll", enrolled(older))
    hub.settle()
    (row,) = hub.queries.children(reader(TOWN)).items
    consented(hub, row.child_ref, by_child=True)
    report(hub, row.child_ref, suspect_relation="父母或其他监护人")
    shown = hub.queries.child_file(reader(helper), row.child_ref)
    assert shown is not None
    assert shown.fields["name"] == older["name"]
    assert "guardian_phone" not in shown.fields


# -- what was sent of the child -------------------------------------------------------------------


def test_nobody_of_a_conflicted_school_takes_back_what_it_sent(hub: Program, child: str) -> None:
    """Given a photo of the pupil that a teacher sent / when one of the school is the suspect / then
    nobody there takes it back, its sender neither, and it reads as if there were none; and once the
    school is cleared, taking it back deletes nothing: a report concerns the child."""
    teacher = Actor(SCHOOL, Post.HANDLER.value, "u-teacher")
    sent = hub.attachments.put(
        teacher, UUID(child), Category.SCHOOLING, jpeg(), "a.jpg"
    ).attachment_id
    (fact,) = hub.hub.store.stream_facts(sent)
    number = report(hub, child, suspect_relation="报告单位工作人员")
    nowhere = refused_to_withdraw(hub, teacher, uuid4())
    for who in (teacher, Actor(SCHOOL, Post.HANDLER.value, "u-suspect")):
        assert refused_to_withdraw(hub, who, sent) == nowhere
    assert len(hub.queries.attachments(reader(EDUCATION), child).items) == 1
    found(hub, number, finding="排除", relation="报告单位工作人员", account="（示例）已核实")
    hub.attachments.withdraw(teacher, sent, WithdrawReason.NOT_NEEDED)
    hub.settle()
    assert hub.queries.attachments(reader(EDUCATION), child).items == ()
    at(hub, hub.clock.now() + timedelta(days=30))
    assert hub.attachments.sweep() == 0
    assert hub.blobs.chunks(fact.clear["digest"])


def refused_to_withdraw(hub: Program, who: Actor, attachment: UUID) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        hub.attachments.withdraw(who, attachment, WithdrawReason.NOT_NEEDED)
    return refused.value.code, refused.value.text


# -- the suspect works in, or is related to, an organisation --------------------------------------


def shown_to(hub: Program, who: Reader, child: str, number: str = "") -> list[object]:
    """What the doors say to somebody of the child and the report; empty for nothing at all."""
    queries = hub.queries
    pages: list[Page[Any]] = [
        queries.timeline(who, child),
        queries.register(who),
        queries.register(who, everybodys=True),
        queries.children(who),
        queries.unassigned(who),
        queries.inbox(who, open_only=False),
        queries.sent(who),
        queries.overdue(who),
        queries.visits_due(who),
        queries.reports(who),
        queries.attachments(who, child),
        *([queries.timeline(who, number)] if number else []),
    ]
    one = [
        queries.child_file(who, child),
        queries.report(who, number or child),
        *queries.access_log(who, child),
        *queries.overdue_by_town(who),
        *queries.visits_by_village(who),
        queries.as_of(who, child, hub.clock.now().date()),
    ]
    found = [item for page in pages for item in page.items] + [each for each in one if each]
    # What the school owes month by month is about no child.
    return [each for each in found if not getattr(each, "topic", "").startswith("dropout_report.")]


def test_a_conflicted_school_sees_nothing_of_the_child_and_the_author_what_he_wrote(
    hub: Program, child: str
) -> None:
    """Given a pupil of whom the school has a teacher's absence / when another teacher reports that
    one of the school is the suspect / then the head, the liaison and the first teacher see nothing
    of child or case but what they wrote themselves, and the reporter what he reported."""
    absence = absent(pupil(1))
    first = Actor(SCHOOL, Post.HANDLER.value, "u-first")
    assert hub.intake.record(first, "education.absence", absence).answer is not None
    hub.settle()
    assert hub.queries.child_file(reader(SCHOOL), child) is not None
    number = report(hub, child, suspect_relation="报告单位工作人员")
    for post in Post:
        if post is not Post.SYSTEM:
            who = somebody(SCHOOL, "u-head", post)
            assert shown_to(hub, who, child, number) == [], post
    own = hub.queries.timeline(somebody(SCHOOL, "u-first"), child).items
    assert {entry.topic.split(".")[0] for entry in own} >= {"dropout"}
    assert {entry.producer for entry in own} == {SCHOOL}
    assert {entry.by for entry in own} == {"own"}
    assert hub.queries.child_file(somebody(SCHOOL, "u-first"), child) is None
    assert hub.queries.report(somebody(SCHOOL, "u-first"), number) is None
    filed = hub.queries.timeline(somebody(SCHOOL, FILER), number).items
    assert "手臂多处瘀青" in str([entry.fields for entry in filed])
    assert hub.queries.timeline(somebody(SCHOOL, FILER), child).items == ()
    assert hub.queries.child_file(reader(EDUCATION), child) is not None, "its bureau goes on"


def test_the_reporter_in_a_conflicted_unit_hears_back_and_nobody_else_there(
    hub: Program, child: str
) -> None:
    number = report(hub, child, suspect_relation="报告单位工作人员")
    for step, note in (("行政受案", "（示例）理由"), ("反馈", "（示例）已受案")):
        send(
            hub,
            POLICE,
            "police.report_status",
            {"report_id": number, "step": step, "note": note},
        )
    hub.settle()
    heard = hub.queries.timeline(somebody(SCHOOL, FILER), number).items
    assert "（示例）已受案" in str([entry.fields for entry in heard])
    liaison = somebody(SCHOOL, "u-liaison", Post.DESIGNATED_REPORTER)
    assert shown_to(hub, liaison, child, number) == []


def test_a_conflicted_organisation_still_reports_and_records(hub: Program, child: str) -> None:
    report(hub, child, suspect_relation="报告单位工作人员")
    later = Actor(SCHOOL, Post.HANDLER.value, "u-later")
    assert hub.intake.record(later, "education.absence", absent(pupil(1))).answer is not None
    again = {"seen": "（示例）又见新伤", "place": VILLAGE_CODE}
    assert hub.intake.record(later, "report.mandatory", again).answer is not None
    hub.settle()
    own = hub.queries.timeline(somebody(SCHOOL, "u-later"), child).items
    assert own
    assert hub.queries.timeline(somebody(SCHOOL, "u-head"), child).items == ()


def test_units_that_a_report_names_see_nothing_and_are_asked_for_nothing(
    hub: Program, child: str
) -> None:
    """Given a report that names the beat's own station and the village / then the report is the
    sub-bureau's, and neither of the two can tell that there is one or, any more, that there is
    such a child."""
    assert hub.queries.child_file(reader(VILLAGE), child) is not None
    number = report(hub, child, suspect_unit=f"{name(hub, STATION)}、{name(hub, VILLAGE)}")
    for unit in (STATION, VILLAGE):
        assert shown_to(hub, reader(unit), child, number) == [], unit
    (task,) = hub.queries.inbox(reader(POLICE)).items
    assert (task.kind, task.child_ref) == ("handle_report", number)
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    hub.settle()
    assert hub.queries.inbox(reader(STATION)).items == ()
    kinds = {each.kind for each in hub.queries.inbox(reader(POLICE)).items}
    assert kinds == {"handle_report", "trace_dropout"}


def test_what_a_conflicted_station_has_in_hand_goes_to_the_next_one(
    hub: Program, child: str
) -> None:
    """Given a report and a tracing in the hands of the station / when the sub-bureau finds that one
    of the station is the suspect / then both are the sub-bureau's, and the station's inbox is
    empty, as if it had never been given anything."""
    number = report(hub, child)
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    hub.settle()
    in_hand = {each.id: each.kind for each in hub.queries.inbox(reader(STATION)).items}
    assert set(in_hand.values()) == {"handle_report", "trace_dropout"}
    for task in in_hand:
        hub.hub.command(accept(task), actor(STATION))
    found(hub, number, finding="涉嫌", unit=name(hub, STATION), relation="其他单位工作人员")
    assert shown_to(hub, somebody(STATION, "u-colleague"), child, number) == []
    assert hub.queries.inbox(reader(STATION), open_only=False).items == ()
    now = {each.id: each.kind for each in hub.queries.inbox(reader(POLICE)).items}
    assert now == in_hand
    (handled,) = [each for each in now if now[each] == "handle_report"]
    hub.hub.command(accept(handled), actor(POLICE))
    hub.settle()
    shown = hub.queries.timeline(somebody(POLICE), number).items
    assert "手臂多处瘀青" in str([entry.fields for entry in shown])
    assert hub.reactor.refused() == []


def test_what_only_it_may_be_sent_is_taken_over(hub: Program, child: str) -> None:
    """A town's follow-up: the kind is for no other seat, so civil affairs takes it over."""
    number = report(hub, child)
    send(hub, STATION, "police.admonition", admonished(pupil(1)))
    hub.settle()
    (task,) = hub.queries.inbox(reader(TOWN)).items
    found(hub, number, finding="涉嫌", unit=name(hub, TOWN))
    # Nobody knows the child of the report yet: it names the pupil of the school's own list.
    assert hub.queries.inbox(reader(TOWN)).items == ()
    kinds = [each.kind for each in hub.queries.inbox(reader(CIVIL_AFFAIRS)).items]
    assert "take_over" in kinds
    assert task.id not in {each.id for each in hub.queries.inbox(reader(CIVIL_AFFAIRS)).items}


def owed(hub: Program) -> set[tuple[str, str]]:
    """Which visits are owed, by whom."""
    return {(each.kind, each.owner) for each in hub.queries.visits_due(reader(CIVIL_AFFAIRS)).items}


def visited(hub: Program, village: str, on: str) -> None:
    told = {**pupil(1), "visited_on": on, "form": "入户走访", "harm_suspected": "否"}
    send(hub, village, "village.visit", {**told, "seen": "（示例）一切正常"})
    hub.settle()


def test_no_conflicted_village_owes_visits_or_meets_them(hub: Program) -> None:
    """Given a left-behind child / when its village is conflicted / then the town owes the visits,
    the village's own word that all is well puts none off, another village's visit does, and once it
    is cleared, they are its own again."""
    send(hub, TOWN, "town.residence", {**resident(pupil(1)), "categories": "农村留守儿童"})
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    hub.settle()
    child = child_of(hub, pupil(1))
    kinds = {"contact", "home_visit"}
    assert owed(hub) == {(kind, VILLAGE) for kind in kinds}
    number = report(hub, child, suspect_unit=name(hub, VILLAGE))
    assert owed(hub) == {(kind, TOWN) for kind in kinds}
    assert {each.owner for each in hub.queries.visits_due(reader(TOWN)).items} == {TOWN}
    at(hub, hub.clock.now() + timedelta(days=40))
    day = hub.clock.now().date().isoformat()
    hub.settle()
    visited(hub, VILLAGE, day)
    due = {each.kind: each.overdue for each in hub.queries.visits_due(reader(TOWN)).items}
    assert due["contact"], "what the conflicted village says puts nothing off"
    visited(hub, OTHER_VILLAGE, day)
    due = {each.kind: each.overdue for each in hub.queries.visits_due(reader(TOWN)).items}
    assert due == dict.fromkeys(kinds, False)
    assert owed(hub) == {(kind, TOWN) for kind in kinds}
    found(hub, number, finding="排除", unit=name(hub, VILLAGE), account="（示例）已核实")
    assert owed(hub) == {(kind, VILLAGE) for kind in kinds}


def test_no_conflicted_school_learns_by_trying_where_its_pupil_lives(
    hub: Program, child: str
) -> None:
    report(hub, child, suspect_relation="报告单位工作人员")
    answers = set()
    for receiver in (TOWN, VILLAGE, STATION, OTHER_VILLAGE):
        command = AnnounceMove(child_ref=UUID(child), receivers=(receiver,))
        with pytest.raises(Refused) as refused:
            hub.hub.command(command, Actor(SCHOOL, Post.HANDLER.value, "u-suspect"))
        answers.add(refused.value.code)
    assert answers == {"MOVE_NOT_YOURS"}


def test_what_is_cleared_shows_again(hub: Program, child: str) -> None:
    number = report(hub, child, suspect_unit=name(hub, VILLAGE))
    assert shown_to(hub, reader(VILLAGE), child) == []
    found(hub, number, finding="排除", unit=name(hub, VILLAGE), account="（示例）已核实")
    assert hub.queries.child_file(reader(VILLAGE), child) is not None


def test_a_unit_that_nobody_knows_stops_no_report(hub: Program, child: str) -> None:
    number = report(hub, child, suspect_unit="某处某厂", suspect_relation="好像是他舅舅")
    (entry,) = [
        each
        for each in hub.queries.timeline(reader(POLICE), number).items
        if each.topic == "report.filed.v1"
    ]
    assert {"SUSPECT_UNIT_UNKNOWN", "SUSPECT_RELATION_UNREAD"} <= set(entry.clear["defects"])
    assert entry.fields["suspect_unit"] == "某处某厂"
    assert reached(hub, TOWN, child) == set(), "doubt counts as suspicion"


def test_a_seat_that_meets_the_child_afterwards_is_told_nothing_either(
    hub: Program, child: str, helper: str
) -> None:
    """Given that a helper was said to be conflicted before it had anything to do with the child /
    when a consent opens the child to it / then it sees nothing; once it is cleared, it does."""
    number = report(hub, child, suspect_unit="示例社工机构")
    older = hub.clock.now().date()
    hub.hub.command(
        OpenScope(
            organisation=helper,
            child_ref=UUID(child),
            item=uuid4(),
            basis=ScopeBasis.TASK,
            categories=(Category.WHO, Category.CONTACT),
        ),
        SYSTEM,
    )
    hub.settle()
    assert shown_to(hub, reader(helper), child, number) == []
    assert hub.queries.as_of(reader(helper), child, older) is None
    found(hub, number, finding="排除", unit="示例社工机构", account="（示例）已核实")
    assert hub.queries.child_file(reader(helper), child) is not None


def test_a_hospital_whose_own_is_suspected(hub: Program) -> None:
    """It reads nothing by standing; of its own report the physician alone sees anything."""
    hub.directory.add_organisations([Organisation("hospital:310117", "示例医院")])
    physician = Actor("hospital:310117", Post.HANDLER.value, FILER)
    told = {"seen": "（示例）伤情", "suspect_relation": "报告单位工作人员", "place": VILLAGE_CODE}
    assert hub.intake.record(physician, "health.suspected_harm", told).answer is not None
    hub.settle()
    (mine,) = hub.queries.reports(somebody("hospital:310117", FILER)).items
    for post in Post:
        if post is not Post.SYSTEM:
            who = somebody("hospital:310117", "u-head", post)
            assert shown_to(hub, who, mine.id, mine.id) == []


def test_who_supervises_is_shut_out_by_nobodys_word(hub: Program, child: str) -> None:
    everybody = "、".join(name(hub, each) for each in (POLICE, STATION, PROCURATORATE, SCHOOL))
    number = report(hub, child, suspect_unit=everybody)
    (task,) = hub.queries.inbox(reader(PROCURATORATE)).items
    assert (task.kind, task.child_ref) == ("handle_report", number)
    assert hub.queries.inbox(reader(POLICE)).items == ()


def owes_feedback(hub: Program, number: str) -> list[str]:
    """Whose clock it is that the reporter hears, as who supervises sees it."""
    report = hub.queries.report(reader(PROCURATORATE), number)
    assert report is not None
    clock: Deadline = hub.hub.store.load(DEADLINE, deadline_id(UUID(number), "feedback")).state
    return [clock.about["owner"]] if clock.unfinished and clock.about else []


def test_where_all_police_are_conflicted_the_procuratorate_tells_the_reporter(
    hub: Program, child: str
) -> None:
    """Given a report of which station and sub-bureau are conflicted / when the procuratorate takes
    it in hand / then the clock is its own, it names the child, and the reporter hears; 接报 and the
    decision stay the police's (强报意见 Art 8)."""
    report(
        hub,
        child,
        by=VILLAGE,
        child_ref="",
        suspect_unit=f"{name(hub, STATION)}、{name(hub, POLICE)}",
    )
    (task,) = hub.queries.inbox(reader(PROCURATORATE)).items
    number = task.child_ref
    assert owes_feedback(hub, number) == [PROCURATORATE]
    hub.hub.command(accept(task.id), actor(PROCURATORATE))
    refused = take(
        hub, PROCURATORATE, "police.report_status", {"report_id": number, "step": "行政受案"}
    )
    assert [fault.code for fault in refused.faults] == ["REPORT_NOT_YOURS"]
    send(hub, PROCURATORATE, "police.report_child", {**pupil(1), "report_id": number})
    for step in ("办结反馈", "结案"):
        row = {"report_id": number, "step": step, "note": "（示例）已移送市检察院"}
        send(hub, PROCURATORATE, "police.report_status", row)
    hub.settle()
    heard = hub.queries.timeline(somebody(VILLAGE, FILER), number).items
    assert "（示例）已移送市检察院" in str([entry.fields for entry in heard])
    assert owes_feedback(hub, number) == []
    assert hub.queries.child_file(reader(STATION), child) is None, "the child is named"


def test_who_comes_to_be_conflicted_keeps_no_clock_of_the_report(hub: Program, child: str) -> None:
    number = report(hub, child)
    assert owes_feedback(hub, number) == [STATION]
    found(hub, number, finding="涉嫌", unit=name(hub, STATION))
    assert owes_feedback(hub, number) == [POLICE]
    at(hub, hub.clock.now() + timedelta(days=5))
    hub.settle()
    late = [(each.kind, each.owner) for each in hub.queries.overdue(reader(POLICE)).items]
    assert ("feedback", POLICE) in late
    assert hub.queries.overdue(reader(STATION)).items == ()


def test_who_comes_to_be_conflicted_keeps_no_clock_of_a_problem_and_strikes_none_off(
    hub: Program, child: str
) -> None:
    """A problem of the child is on the list, and then the suspect works in its village and town:
    the clocks are the next one's, and the village's word that all is well is none."""
    visit = {
        **pupil(1),
        "visited_on": "2025-03-03",
        "form": "入户走访",
        "seen": "（示例）儿童本人",
        "problem_kinds": "照料",
        "harm_suspected": "否",
    }
    send(hub, VILLAGE, "village.visit", visit)
    hub.settle()
    (found_,) = [f for f in hub.store.feed(0, 1000) if f.topic == "problem.found.v1"]

    def keeps(kind: str) -> str:
        clock: Deadline = hub.store.load(DEADLINE, deadline_id(found_.stream, kind)).state
        return clock.owner

    assert keeps("problem_open") == TOWN
    number = report(hub, child)
    found(hub, number, finding="涉嫌", unit=f"{name(hub, TOWN)}、{name(hub, VILLAGE)}")
    hub.settle()
    assert keeps("problem_open") == CIVIL_AFFAIRS
    again = {
        **pupil(1),
        "found_on": "2025-03-03",
        "rechecked_on": "2025-03-03",
        "solved": "是",
    }
    refused = take(hub, VILLAGE, "village.problem_recheck", again)
    assert [fault.code for fault in refused.faults] == ["PROBLEM_NOT_YOURS"]
    send(hub, CIVIL_AFFAIRS, "village.problem_recheck", again)


@pytest.fixture
def noted(hub: Program, child: str) -> str:
    """The school is conflicted and a guardian the suspect, and no view has followed yet."""
    hub.hub.command(
        NoteSuspicion(
            child_ref=UUID(child),
            source=uuid4(),
            guardian_is_suspect=True,
            conflicted_organisations=(SCHOOL,),
        ),
        SYSTEM,
    )
    return child


def test_until_a_view_has_followed_the_log_says_who_is_told_nothing(
    hub: Program, noted: str
) -> None:
    assert hub.projector.views[Seat.SCHOOL].position < hub.hub.store.position
    assert shown_to(hub, somebody(SCHOOL, "u-head"), noted) == []
    assert reached(hub, VILLAGE, noted) == reached(hub, TOWN, noted) == set()


def test_until_a_view_has_followed_a_conflicted_station_is_told_of_no_report(
    hub: Program, child: str
) -> None:
    """Its list of reports, one of them, and its register read as if there were none."""
    number = report(hub, child)
    assert hub.queries.report(somebody(STATION), number) is not None
    row = {"report_id": number, "finding": "涉嫌", "unit": name(hub, STATION)}
    send(hub, POLICE, "police.report_suspect", row)
    assert hub.projector.views[Seat.POLICE_STATION].position < hub.hub.store.position
    assert shown_to(hub, somebody(STATION), number) == []
    assert hub.queries.report(somebody(SCHOOL, FILER), number) is not None


def test_until_a_view_has_followed_its_counts_leave_out_what_its_lists_do(
    hub: Program, child: str
) -> None:
    """Else a village would learn by counting that something is kept from it."""
    left_behind = {**resident(pupil(1)), "categories": "农村留守儿童"}
    send(hub, TOWN, "town.residence", left_behind)
    hub.settle()
    at(hub, hub.clock.now() + timedelta(days=40))
    hub.settle()
    village, town = somebody(VILLAGE), somebody(TOWN)
    for who in (village, town):
        assert hub.queries.visits_by_village(who)
        assert hub.queries.overdue_by_town(who)
    note = NoteSuspicion(child_ref=UUID(child), source=uuid4(), conflicted_organisations=(VILLAGE,))
    hub.hub.command(note, SYSTEM)
    assert hub.projector.views[Seat.VILLAGE].position < hub.hub.store.position
    assert not hub.queries.visits_by_village(village)
    assert not hub.queries.overdue_by_town(village)
    assert hub.queries.visits_by_village(town)
    assert hub.queries.overdue_by_town(town)


def test_what_lies_among_the_dead_letters_is_told_to_nobody_either(
    hub: Program, child: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a school's own statement / when its view fails on the fact that says it is conflicted /
    then no colleague of the writer is shown it, as it would be by what is one's own; and the town,
    whose view failed as well, looks after the child as before, without the suspected guardian."""
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    hub.settle()
    with monkeypatch.context() as broken:
        broken.setattr(Reach, "apply", failing(Reach.apply, SuspicionNoted.TOPIC))
        note = NoteSuspicion(
            child_ref=UUID(child),
            source=uuid4(),
            guardian_is_suspect=True,
            conflicted_organisations=(SCHOOL,),
        )
        hub.hub.command(note, SYSTEM)
        hub.settle()
    assert hub.projector.views[Seat.SCHOOL].dead_letters()
    assert shown_to(hub, somebody(SCHOOL, "u-head"), child) == []
    assert hub.projector.views[Seat.TOWN].dead_letters()
    assert "name" in file_of(hub, TOWN, child).fields
    assert reached(hub, TOWN, child) == set()


def test_a_report_among_the_dead_letters_is_told_to_nobody_conflicted(
    hub: Program, child: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a view that fails on what names the child of a report, of whom another report names the
    station / then the station is shown nothing of it any more."""
    names_the_station(hub, child)
    number = second_report(hub)
    assert shown_to(hub, somebody(STATION), number) != []
    with monkeypatch.context() as broken:
        broken.setattr(Reach, "apply", failing(Reach.apply, ReportedChildNamed.TOPIC))
        send(hub, POLICE, "police.report_child", {**pupil(1), "report_id": number})
        hub.settle()
    assert hub.projector.views[Seat.POLICE_STATION].dead_letters()
    assert shown_to(hub, somebody(STATION), number) == []


def failing(apply: Callable[..., bool], topic: str) -> Callable[..., bool]:
    def applied(reach: Reach, seat: Seat, fact: Fact, **how: Any) -> bool:
        if fact.topic == topic:
            raise ValueError(topic)
        return apply(reach, seat, fact, **how)

    return applied


def test_no_view_says_who_is_told_nothing_because_of_whom(hub: Program, child: str) -> None:
    number = report(hub, child, suspect_relation="报告单位工作人员", suspect_unit=SCHOOL_NAME)
    hidden = {"conflicted_organisations", "guardian_is_suspect", "source", "instead_of"}
    for who in (reader(POLICE), reader(PROCURATORATE), somebody(SCHOOL, FILER)):
        for entry in hub.queries.timeline(who, number).items:
            assert not hidden & set(entry.clear)


# -- tasks that change hands, and other reports about the same child ------------------------------


def test_nobody_hands_a_report_on_to_a_conflicted_station(hub: Program, child: str) -> None:
    """Given a report that names the station, in the hands of the sub-bureau / when the sub-bureau
    asks the station to take it over / then that looks as it does with any other station, the named
    one is shown nothing and can accept nothing, and the sub-bureau has it until somebody does."""
    number = report(hub, child, suspect_unit=name(hub, STATION))
    (task,) = [e for e in hub.queries.inbox(reader(POLICE)).items if e.kind == "handle_report"]
    told = []
    for to in (STATION, OTHER_STATION):
        before = hub.store.position
        answer = hub.hub.command(OfferReferral(referral_id=UUID(task.id), to=to), actor(POLICE))
        hub.settle()
        (shown,) = [e for e in hub.queries.inbox(reader(POLICE)).items if e.id == task.id]
        told.append((answer.position - before, shown.state, shown.offered_to == to))
        if to == STATION:
            assert shown_to(hub, somebody(STATION), child, number) == []
            assert hub.queries.inbox(reader(STATION), open_only=False).items == ()
            with pytest.raises(Refused, match="REFERRAL_NOT_YOURS"):
                hub.hub.command(accept(task.id), actor(STATION))
            hub.hub.command(DeclineOffer(referral_id=UUID(task.id)), actor(POLICE))
    assert told[0] == told[1]
    hub.hub.command(accept(task.id), actor(OTHER_STATION))
    hub.settle()
    assert task.id in {e.id for e in hub.queries.inbox(reader(OTHER_STATION)).items}


def test_the_level_above_a_conflicted_organisation_is_told_of_it_and_of_nothing_else(
    hub: Program, child: str
) -> None:
    """Given a school whose own teacher is the suspect / when it reports / then the education bureau
    knows that the school is conflicted, nothing of the report or the child, and the school nothing
    of that."""
    number = report(hub, child, suspect_relation="报告单位工作人员")
    (task,) = hub.queries.inbox(reader(EDUCATION)).items
    assert (task.kind, task.concerns_name) == ("note_conflict", name(hub, SCHOOL))
    assert task.child is None
    hub.hub.command(accept(task.id), actor(EDUCATION))
    hub.settle()
    seen = hub.queries.timeline(reader(EDUCATION), number).items
    assert not any(entry.fields for entry in seen)
    assert {entry.topic.split(".")[0] for entry in seen} <= {"referral", "deadline"}
    for who in (SCHOOL, CIVIL_AFFAIRS, TOWN, VILLAGE, POLICE, PROCURATORATE):
        entries = hub.queries.timeline(somebody(who, FILER), number).items
        assert "concerns" not in {key for entry in entries for key in entry.clear}, who
        assert all(each.concerns_name is None for each in hub.queries.inbox(reader(who)).items)
    own = hub.queries.timeline(somebody(SCHOOL, FILER), number).items
    assert "note_conflict" not in str([entry.clear for entry in own])
    # Once for what is said of it, however often it is said.
    found(hub, number, finding="涉嫌", unit=name(hub, SCHOOL), account="（示例）")
    assert [e.kind for e in hub.queries.inbox(reader(EDUCATION)).items] == ["note_conflict"]


def test_a_conflict_that_no_report_says_tells_the_level_above_no_child_either(
    hub: Program, child: str
) -> None:
    """Given a record that is no report / when it says that a school is conflicted towards a pupil /
    then the education bureau, which knows the pupil, is told of the school and not of whom."""
    note = NoteSuspicion(
        child_ref=UUID(child),
        source=UUID(int=7),
        conflicted_organisations=(SCHOOL,),
    )
    hub.hub.command(note, SYSTEM)
    hub.settle()
    (task,) = hub.queries.inbox(reader(EDUCATION)).items
    assert (task.kind, task.concerns_name) == ("note_conflict", name(hub, SCHOOL))
    assert task.child is None
    assert child not in repr(task)
    hub.hub.command(accept(task.id), actor(EDUCATION))
    hub.settle()
    timeline = hub.queries.timeline(reader(EDUCATION), child)
    assert timeline is not None
    assert not any(entry.topic.startswith("referral.") for entry in timeline.items)


def test_a_childs_task_that_is_handed_to_a_conflicted_town_is_taken_over(
    hub: Program, child: str
) -> None:
    """Given a report that names another town / when the school hands the persuading to that town /
    then nothing is refused, that town hears of nothing, and civil affairs has the task: a refusal
    would tell the school, of all towns, which one is suspected."""
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    report(hub, child, suspect_unit=name(hub, OTHER_TOWN))
    (task,) = hub.queries.inbox(reader(TOWN)).items
    over = ReassignReferral(referral_id=UUID(task.id), addressee=OTHER_TOWN)
    hub.hub.command(over, actor(SCHOOL))
    hub.settle()
    assert hub.queries.inbox(reader(TOWN)).items == ()
    assert hub.queries.inbox(reader(OTHER_TOWN)).items == ()
    (taken,) = [e for e in hub.queries.inbox(reader(CIVIL_AFFAIRS)).items if e.id == task.id]
    assert taken.kind == "take_over"
    hub.hub.command(accept(task.id), actor(CIVIL_AFFAIRS))


def test_no_report_is_returned_and_civil_affairs_is_asked_for_nothing(hub: Program) -> None:
    """Given a report on a child whom nobody knows yet that names civil affairs / when the station
    returns it / then it is refused (首接负责), stays in its hand, and nobody else hears of it."""
    filer = Actor(SCHOOL, Post.HANDLER.value, FILER)
    told = {"seen": "（示例）瘀青", "place": VILLAGE_CODE, "suspect_unit": name(hub, CIVIL_AFFAIRS)}
    assert hub.intake.record(filer, "report.mandatory", told).answer is not None
    hub.settle()
    (task,) = hub.queries.inbox(reader(STATION)).items
    with pytest.raises(Refused) as refusal:
        hub.hub.command(
            ReturnReferral(referral_id=UUID(task.id), reason=ReturnReason.NOT_IN_JURISDICTION),
            actor(STATION),
        )
    assert refusal.value.code == "REFERRAL_FIRST_ANSWERS"
    hub.settle()
    assert [each.id for each in hub.queries.inbox(reader(STATION)).items] == [task.id]
    for other in (CIVIL_AFFAIRS, PROCURATORATE):
        assert hub.queries.inbox(reader(other)).items == ()


def second_report(hub: Program, **cells: str) -> str:
    """A report of the village that says nothing of who is suspected; gives its number."""
    told = {"seen": "（示例）第二次看到伤痕", "place": VILLAGE_CODE, **cells}
    filer = Actor(VILLAGE, Post.HANDLER.value, FILER)
    assert hub.intake.record(filer, "report.mandatory", told).answer is not None
    hub.settle()
    (mine,) = hub.queries.reports(somebody(VILLAGE, FILER)).items
    return mine.id


def names_the_station(hub: Program, child: str) -> str:
    return report(hub, child, suspect_relation="其他单位工作人员", suspect_unit=name(hub, STATION))


def the_sub_bureau_has(hub: Program, child: str, *numbers: str) -> None:
    """These reports, with the clock of their feedback, and the station nothing of any."""
    in_hand = {each.child_ref for each in hub.queries.inbox(reader(POLICE)).items}
    assert in_hand == set(numbers)
    for number in numbers:
        assert shown_to(hub, somebody(STATION, "u-colleague"), child, number) == []
        clock = hub.store.load(DEADLINE, deadline_id(UUID(number), FEEDBACK)).state.about
        assert clock["owner"] == POLICE
    assert hub.reactor.refused() == []


def test_another_report_about_the_child_passes_the_conflicted_station_by(
    hub: Program, child: str
) -> None:
    """Given a report that names the station / when the village reports the same child and says
    nothing of it / then that report is the sub-bureau's too."""
    first = names_the_station(hub, child)
    the_sub_bureau_has(hub, child, first, second_report(hub, child_ref=child))


def test_an_earlier_report_about_the_child_is_taken_from_the_conflicted_station(
    hub: Program, child: str
) -> None:
    second = second_report(hub, child_ref=child)
    (task,) = hub.queries.inbox(reader(STATION)).items
    hub.hub.command(accept(task.id), actor(STATION))
    hub.settle()
    assert hub.queries.report(reader(STATION), second) is not None
    first = names_the_station(hub, child)
    the_sub_bureau_has(hub, child, first, second)


def test_a_report_whose_child_is_found_later_is_taken_from_the_conflicted_station(
    hub: Program, child: str
) -> None:
    """The views shut with the naming itself, before the task is handed on."""
    first = names_the_station(hub, child)
    second = second_report(hub)
    assert hub.queries.report(reader(STATION), second) is not None
    hub.hub.command(NameReportedChild(report_id=UUID(second), child_ref=UUID(child)), actor(POLICE))
    hub.settle()
    the_sub_bureau_has(hub, child, first, second)


@pytest.mark.parametrize("names_it", ["before they are joined", "afterwards"])
def test_what_a_report_on_one_file_says_reaches_the_report_on_the_other(
    hub: Program, names_it: str
) -> None:
    """Given two files of one child, and a report on each / then the joined files (档案合并) keep
    both reports from the station that one of them names."""
    older, newer = two_files(hub)
    second = second_report(hub, child_ref=older)
    first = names_the_station(hub, newer) if names_it.startswith("before") else ""
    join(hub, older, newer)
    first = first or names_the_station(hub, newer)
    the_sub_bureau_has(hub, older, first, second)


def test_what_is_cleared_by_one_report_is_cleared_for_the_others(hub: Program, child: str) -> None:
    first = names_the_station(hub, child)
    second = second_report(hub, child_ref=child)
    found(hub, first, finding="排除", unit=name(hub, STATION), account="（示例）已核实")
    (task,) = [each for each in hub.queries.inbox(reader(POLICE)).items if each.child_ref == second]
    hub.hub.command(OfferReferral(referral_id=UUID(task.id), to=STATION), actor(POLICE))
    hub.hub.command(accept(task.id), actor(STATION))
    hub.settle()
    assert hub.queries.report(reader(STATION), second) is not None


def name(hub: Program, organisation: str) -> str:
    return hub.directory.organisation(organisation).name
