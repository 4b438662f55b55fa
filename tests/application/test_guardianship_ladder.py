"""One child's guardianship case on a whole program, from the admonition to the return home.

P10 (训诫), P14 (评估), P15 (可回归家庭的纳入重点关注对象), P16 (临时监护); 沪未保 77–79: who is
asked for what, and who sees how much of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.child_file import CHILD_FILE
from domain.guardianship_case import (
    GUARDIANSHIP_CASE,
    guardianship_case_id,
)
from domain.identity import IdentityClaim
from domain.organisations import Organisation
from domain.referral import AcceptReferral, CompleteReferral
from hub.answers import Entry
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_VILLAGE,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    VILLAGE_CODE,
    actor,
    admonished,
    approve,
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

CHILD = pupil(1)
NUMBER_ONLY = {name: CHILD[name] for name in ("name", "id_number")}
INSTITUTION = "welfare_institution:3101170001"
INSTITUTION_NAME = "示例儿童福利院"
NOTICE = "孩子已回归家庭，请保密并多关心"
SECRET = "监护人的情况不得外传"


def assessment(conclusion: str, day: str) -> dict[str, Any]:
    return {
        **NUMBER_ONLY,
        "assessed_on": day,
        "conclusion": conclusion,
        "grade": "较低",
        "account": SECRET,
    }


def placement(day: str = "2025-03-03", **changes: Any) -> dict[str, Any]:
    return {
        **NUMBER_ONLY,
        "placed_on": day,
        "situation": "监护人下落不明",
        "care": "机构照料",
        "place": INSTITUTION_NAME,
        "account": SECRET,
        **changes,
    }


class Story:
    """The program, and what each organisation finds in it."""

    def __init__(self, hub: Program) -> None:
        self.hub = hub
        hub.directory.add_organisations([Organisation(INSTITUTION, INSTITUTION_NAME)])
        send(hub, EDUCATION, "education.roll", enrolled(CHILD))
        send(hub, TOWN, "town.residence", resident(CHILD))
        self.child = UUID(child_of(hub, CHILD))

    def tell(self, by: str, kind: str, values: dict[str, Any]) -> None:
        send(self.hub, by, kind, values)
        assert self.hub.settle()
        if kind in ("civil_affairs.assessment", "civil_affairs.case_closing"):
            assert approve(self.hub, by) == 1
            assert self.hub.settle()
        assert self.hub.reactor.refused() == []

    def inbox(self, organisation: str) -> dict[str, str]:
        """Open referrals by kind."""
        items = self.hub.queries.inbox(reader(organisation)).items
        return {item.kind: item.id for item in items}

    def answer(self, organisation: str, kind: str, outcome: str) -> None:
        referral_id = UUID(self.inbox(organisation)[kind])
        who = actor(organisation)
        self.hub.hub.command(AcceptReferral(referral_id=referral_id), who)
        self.hub.hub.command(CompleteReferral(referral_id=referral_id, outcome=outcome), who)
        self.hub.settle()

    def accept(self, organisation: str, kind: str) -> None:
        referral_id = UUID(self.inbox(organisation)[kind])
        self.hub.hub.command(AcceptReferral(referral_id=referral_id), actor(organisation))
        self.hub.settle()

    def seen(self, organisation: str) -> list[Entry]:
        """What of the case the organisation reads in the child's timeline, oldest first."""
        page = self.hub.queries.timeline(reader(organisation), str(self.child), limit=200)
        return [e for e in reversed(page.items) if e.topic.startswith("guardianship.")]

    def titles(self, organisation: str) -> list[str]:
        return [entry.title for entry in self.seen(organisation)]

    def state(self) -> str:
        case = guardianship_case_id(self.child, 1)
        return str(self.hub.hub.store.load(GUARDIANSHIP_CASE, case).state.state)

    def shown_state(self, organisation: str) -> list[str]:
        claim = IdentityClaim("", id_number=CHILD["id_number"])
        found = self.hub.queries.case_status(reader(organisation), claim)
        return [each.state for each in found if each.kind == "guardianship"]

    @property
    def followed_up(self) -> bool:
        return bool(self.hub.hub.store.load(CHILD_FILE, self.child).state.followed_up)


@pytest.fixture
def story(tmp_path: Path) -> Any:
    with running(tmp_path / "data") as hub:
        yield Story(hub)


def admonish_twice(story: Story) -> None:
    for number in (1, 2):
        story.tell(STATION, "police.admonition", admonished(CHILD, number, guidance_ordered="否"))


def place(story: Story) -> None:
    story.tell(CIVIL_AFFAIRS, "civil_affairs.placement", placement())


def come_home(story: Story) -> None:
    story.tell(CIVIL_AFFAIRS, "civil_affairs.assessment", assessment("可以回归家庭", "2025-03-02"))
    story.tell(
        CIVIL_AFFAIRS,
        "civil_affairs.return_home",
        {**NUMBER_ONLY, "returned_on": "2025-03-03", "account": SECRET},
    )


def test_the_whole_ladder(story: Story) -> None:
    story.tell(STATION, "police.admonition", admonished(CHILD, 1, guidance_ordered="否"))
    assert "assess_guardianship" not in story.inbox(CIVIL_AFFAIRS)
    story.tell(STATION, "police.admonition", admonished(CHILD, 2, guidance_ordered="否"))
    assert "assess_guardianship" in story.inbox(CIVIL_AFFAIRS)
    assert story.state() == "ASSESSING"

    story.tell(CIVIL_AFFAIRS, "civil_affairs.assessment", assessment("需要临时监护", "2025-03-01"))
    story.answer(CIVIL_AFFAIRS, "assess_guardianship", "ASSESSED")
    place(story)
    assert story.state() == "TEMP_GUARDIANSHIP"
    assert set(story.inbox(INSTITUTION)) == {"care_for_placed_child"}
    assert set(story.inbox(POLICE)) == {"search_parents"}
    search = {**NUMBER_ONLY, "concluded_on": "2025-03-03", "found": "是", "whom": SECRET}
    story.tell(POLICE, "police.search_result", search)
    assert not story.followed_up

    come_home(story)
    assert story.followed_up
    assert story.state() == "RETURNED_FOLLOWUP"
    assert "follow_up_return" in story.inbox(VILLAGE)
    assert "note_return" in story.inbox(STATION)
    open_clocks = {
        (fact.clear["kind"], fact.topic.split(".")[1])
        for fact in story.hub.store.feed(0, 1000)
        if fact.clear.get("kind") in ("placement_review", "parent_search")
    }
    assert open_clocks == {
        ("placement_review", "set"),
        ("placement_review", "met"),
        ("parent_search", "set"),
        ("parent_search", "met"),
    }

    closing = {**NUMBER_ONLY, "closed_on": "2025-03-03", "reason": "随访期满"}
    story.tell(CIVIL_AFFAIRS, "civil_affairs.case_closing", closing)
    assert not story.followed_up
    assert story.state() == "CLOSED"


def test_the_village_sees_the_return_and_the_school_only_that_it_is_so(story: Story) -> None:
    """民政通知学校、公安、村居，应当保密 (沪未保 79)."""
    admonish_twice(story)
    place(story)
    come_home(story)
    of_return = {e.title: e for e in story.seen(VILLAGE)}["回归家庭"]
    assert (of_return.fields["account"], of_return.clear["returned_on"]) == (SECRET, "2025-03-03")
    for organisation in (SCHOOL, EDUCATION):
        (entry,) = story.seen(organisation)
        assert (entry.by, entry.title, entry.producer) == ("flag", "回归家庭", "")
        assert entry.fields == {"notice": NOTICE}
        assert set(entry.clear) == {"child_ref"}
        assert story.shown_state(organisation) == []
    for organisation in (OTHER_VILLAGE, OTHER_SCHOOL):
        assert story.seen(organisation) == []
        assert story.inbox(organisation) == {}


def test_the_village_knows_of_admonitions_and_orders_and_not_what_they_say(story: Story) -> None:
    admonish_twice(story)
    warning = {
        **CHILD,
        "document_number": "示公告诫〔2025〕1号",
        "served_on": "2025-03-02",
        "guardian_relation": "父亲",
        "requirements": SECRET,
    }
    story.tell(STATION, "police.written_warning", warning)
    told = [e for e in story.seen(VILLAGE) if e.category == "orders"]
    assert [set(entry.fields) for entry in told] == [{"notice"}] * 3
    assert told[-1].fields["notice"] == "公安机关已对监护人出具告诫书，请配合查访"
    assert SECRET not in str(told)
    assert {"follow_up_guidance"} <= set(story.inbox(TOWN))
    read = [e for e in story.seen(PROCURATORATE) if e.topic == "guardianship.guidance_ordered.v1"]
    assert [entry.fields["requirements"] for entry in read] == [SECRET]


def test_where_the_case_stands_reads_alike_as_far_as_it_may_be_read(story: Story) -> None:
    """The station reads orders only: to it the case stands where its orders brought it."""
    story.tell(STATION, "police.admonition", admonished(CHILD, 1, guidance_ordered="是"))
    for organisation in (STATION, VILLAGE, PROCURATORATE):
        assert story.shown_state(organisation) == ["GUIDANCE_ORDERED"], organisation
    place(story)
    for organisation in (VILLAGE, TOWN, CIVIL_AFFAIRS):
        assert story.shown_state(organisation) == ["TEMP_GUARDIANSHIP"], organisation
    for organisation in (STATION, PROCURATORATE):
        assert story.shown_state(organisation) == ["GUIDANCE_ORDERED"], organisation


def test_a_station_does_not_learn_that_another_admonished_before(story: Story) -> None:
    """Its second admonition calls for an assessment: neither its register nor what it sent tells
    that there was a first."""
    story.tell(STATION, "police.admonition", admonished(CHILD, 1))
    other = "police_station:310117002"
    story.tell(other, "police.admonition", admonished(CHILD, 2))
    assert "assess_guardianship" in story.inbox(CIVIL_AFFAIRS)
    assert story.titles(other) == ["训诫"]
    assert "ordinal" not in story.seen(other)[0].clear
    sent = {item.kind for item in story.hub.queries.sent(reader(other)).items}
    assert sent == {"follow_up_admonition", "coordinate_admonition", "give_guidance"}


def test_the_institution_sees_the_child_while_it_cares_for_it(story: Story) -> None:
    """未保法 93; what the task releases, until it closes."""
    assert story.hub.queries.child_file(reader(INSTITUTION), str(story.child)) is None
    place(story)
    child = story.hub.queries.child_file(reader(INSTITUTION), str(story.child))
    assert child is not None
    assert child.fields["name"] == CHILD["name"]
    assert story.titles(INSTITUTION) == ["临时监护安置"]
    come_home(story)
    assert story.inbox(INSTITUTION) == {}
    assert story.hub.queries.child_file(reader(INSTITUTION), str(story.child)) is None
    assert story.titles(INSTITUTION) == []


def test_what_only_clocks_and_routing_go_by_is_in_no_view(story: Story) -> None:
    """How often a child was placed before is nobody's to read from a result of one's own."""
    place(story)
    search = {**NUMBER_ONLY, "concluded_on": "2025-03-03", "found": "否"}
    story.tell(POLICE, "police.search_result", search)
    for organisation in (CIVIL_AFFAIRS, VILLAGE, POLICE, INSTITUTION):
        entries = story.seen(organisation)
        assert entries
        shown = {name for entry in entries for name in entry.clear}
        assert shown.isdisjoint({"placement", "begins", "arrives"}), organisation


def test_only_who_searches_says_what_the_search_came_to(story: Story) -> None:
    """A refusal must not tell that the child is placed: it reads the same before and after."""
    search = {**NUMBER_ONLY, "concluded_on": "2025-03-03", "found": "否"}
    before = take(story.hub, POLICE, "police.search_result", search)
    story.tell(CIVIL_AFFAIRS, "civil_affairs.placement", placement(situation="紧急安置"))
    after = take(story.hub, POLICE, "police.search_result", search)
    assert before.answer is after.answer is None
    assert [f.code for f in before.faults] == [f.code for f in after.faults]


def test_what_is_serious_reaches_the_police_of_the_beat(story: Story) -> None:
    """情节严重的，及时报告公安 (未保法 118(1)); the station sees what the village said of it."""
    dissuaded = {
        **CHILD,
        "village": VILLAGE_CODE,
        "dissuaded_on": "2025-03-03",
        "conduct": "虐待",
        "police_told": "是",
        "account": SECRET,
    }
    story.tell(VILLAGE, "town.dissuasion", dissuaded)
    assert set(story.inbox(STATION)) == {"consider_admonition"}
    assert story.titles(STATION) == [], "before acceptance"
    story.accept(STATION, "consider_admonition")
    assert story.titles(STATION) == ["劝诫", "报告公安"]
    assert story.seen(STATION)[0].fields["account"] == SECRET
    assert story.state() == "POLICE_REPORTED"


def test_a_corrected_sheet_reports_to_the_police_what_it_had_left_out(story: Story) -> None:
    row = {**CHILD, "dissuaded_on": "2025-03-03", "conduct": "虐待"}
    story.tell(VILLAGE, "town.dissuasion", row)
    assert story.inbox(STATION) == {}
    story.tell(VILLAGE, "town.dissuasion", {**row, "police_told": "是"})
    assert set(story.inbox(STATION)) == {"consider_admonition"}
    story.tell(VILLAGE, "town.dissuasion", {**row, "police_told": "是", "account": "补充"})
    sent = [item.kind for item in story.hub.queries.sent(reader(VILLAGE)).items]
    assert sent == ["consider_admonition"]


def case_of(story: Story, occurrence: int) -> Any:
    case = guardianship_case_id(story.child, occurrence)
    return story.hub.hub.store.load(GUARDIANSHIP_CASE, case)


CLOSING = {**NUMBER_ONLY, "closed_on": "2025-03-03", "reason": "随访期满"}


def test_a_correction_is_of_the_case_that_it_corrects(story: Story) -> None:
    """更正: neither a closed case's old rows nor its reason open, move or close another."""
    rows: list[tuple[str, str, dict[str, Any]]] = [
        (STATION, "police.admonition", admonished(CHILD, 1, guidance_ordered="否")),
        (CIVIL_AFFAIRS, "civil_affairs.assessment", assessment("需要临时监护", "2025-03-01")),
        (CIVIL_AFFAIRS, "civil_affairs.placement", placement("2025-03-01")),
        (CIVIL_AFFAIRS, "civil_affairs.case_closing", CLOSING),
    ]
    for by, kind, row in rows:
        story.tell(by, kind, row)
    said = "reason", "account", "account", "account"
    changed = [
        (by, kind, {**row, word: "更正"})
        for (by, kind, row), word in zip(reversed(rows), said, strict=True)
    ]
    for by, kind, row in changed:
        story.tell(by, kind, row)
        assert case_of(story, 2).version == 0, kind
    story.tell(CIVIL_AFFAIRS, "civil_affairs.placement", placement("2025-03-02"))
    before = case_of(story, 2)
    for by, kind, row in changed:
        story.tell(by, kind, {**row, "reason" if "reason" in row else "account": "再次更正"})
        assert case_of(story, 2) == before, kind
    assert story.state() == "CLOSED"
    assert story.shown_state(CIVIL_AFFAIRS).count("TEMP_GUARDIANSHIP") == 1
    assert set(story.inbox(INSTITUTION)) == {"care_for_placed_child"}


def test_a_row_corrected_in_its_own_sheet_is_of_the_same_case(story: Story) -> None:
    """What the next row puts right is not in the log yet."""
    story.tell(STATION, "police.admonition", admonished(CHILD, 1, guidance_ordered="否"))
    again = {**CLOSING, "reason": "更正"}
    lines = list(enumerate((CLOSING, again), 1))
    kind = "civil_affairs.case_closing"
    answers = story.hub.intake.records(actor(CIVIL_AFFAIRS), kind, lines).rows
    assert [each.faults for each in answers] == [(), ()]
    assert case_of(story, 1).version == 3
    assert case_of(story, 2).version == 0
