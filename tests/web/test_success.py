"""What each seat must be able to do in a minute: fields and taps counted by the test itself."""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

import pytest
from playwright.sync_api import Page

from domain.mandatory_report import (
    AcceptMandatoryReport,
    DecideMandatoryReport,
    PoliceDecision,
)
from domain.referral import AcceptReferral
from tests.program import (
    EDUCATION,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    VILLAGE_CODE,
    a_name,
    absent,
    actor,
    an_id_number,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    send,
)
from tests.web.browser import PHONE, Seat, Site


@dataclass
class Counted:
    """A person whose every field and tap is counted, with the seconds that server and page take
    for each; going to the first page is none, and what somebody thinks meanwhile neither."""

    seat: Seat
    fields: int = 0
    taps: int = 0
    seconds: float = 0

    @property
    def page(self) -> Page:
        return self.seat.page

    def tap(self, what: str) -> None:
        self.taps += 1
        begun = time.monotonic()
        self.page.locator(what).first.click()
        self.page.wait_for_load_state()
        self.seconds += time.monotonic() - begun

    def type(self, field: str, text: str) -> None:
        self.fields += 1
        self.page.fill(field, text)

    def choose(self, field: str, word: str) -> None:
        self.fields += 1
        self.page.select_option(field, label=word)

    def within(self, fields: int, taps: int, seconds: int) -> None:
        """As success-tests of the seat allow: the seconds are a person's whole time, of which
        server and page may take no more than a part."""
        assert self.fields <= fields
        assert self.taps <= taps
        assert self.seconds <= seconds


@pytest.fixture(scope="module")
def lived_in(site: Site) -> Site:
    program = site.program
    for number in (1, 2, 3):
        send(program, TOWN, "town.residence", resident(pupil(number)))
        send(program, EDUCATION, "education.roll", enrolled(pupil(number)))
    columns = program.intake.kind(TOWN, "civil_affairs.classification").columns
    row = {c.field: c.example for c in columns if c.required and c.example}
    send(program, TOWN, "civil_affairs.classification", {**row, **pupil(1)})
    send(program, SCHOOL, "education.absence", absent(pupil(3)))
    site.settle()
    return site


def accepted(site: Site, number: int) -> str:
    """The station has accepted the search for an absent pupil; gives the task's page."""
    program = site.program
    send(program, SCHOOL, "education.absence", absent(pupil(number)))
    site.settle()
    child = child_of(program, pupil(number))
    tasks = program.queries.inbox(reader(STATION)).items
    (task,) = (t for t in tasks if t.kind == "trace_dropout" and t.child_ref == child)
    if task.state == "requested":
        program.hub.command(AcceptReferral(referral_id=UUID(task.id)), actor(STATION))
    site.settle()
    return f"/referrals/{task.id}"


def not_filed(site: Site, number: int) -> None:
    """A report of which the station finds who it is about, and decides not to file."""
    program, station = site.program, actor(STATION)
    send(program, SCHOOL, "report.mandatory", {"seen": "（示例）瘀青", "place": VILLAGE_CODE})
    site.settle()
    report = UUID(program.queries.reports(reader(STATION)).items[0].id)
    program.hub.command(AcceptMandatoryReport(report_id=report), station)
    who = {name: pupil(number)[name] for name in ("name", "id_number")}
    send(program, STATION, "police.report_child", {**who, "report_id": str(report)})
    decided = DecideMandatoryReport(
        report_id=report, decision=PoliceDecision.NOT_FILED, reason="（示例）未发现违法事实"
    )
    program.hub.command(decided, station)
    site.settle()


def test_a_school_reports_absence_in_four_fields_and_seven_taps(lived_in: Site) -> None:
    """学校 · 报告缺课"""
    somebody = Counted(lived_in[SCHOOL])
    somebody.seat.open("/")
    somebody.tap("text=报告缺课")
    somebody.tap(f"a:has-text('{a_name(2)}')")
    somebody.type("#absent_since", "2025-02-24")
    somebody.type("#school_days", "5")
    somebody.choose("#reason_code", "原因不明")
    somebody.tap("main summary")
    somebody.choose("#family_contact", "联系不上")
    somebody.tap("main button.main")
    somebody.page.wait_for_selector(".done")
    assert "回执号" in somebody.seat.text()
    assert an_id_number(2) not in somebody.seat.text()
    somebody.within(4, 7, 60)


def test_whoever_sees_an_injury_reports_it_in_four_fields_and_five_taps(lived_in: Site) -> None:
    """学校 · 发现伤情: the number to call stands before every field."""
    somebody = Counted(lived_in[SCHOOL])
    somebody.seat.open("/")
    somebody.tap("a.danger >> text=孩子有危险")
    assert somebody.page.locator("a.call").first.is_visible()
    somebody.type("#seen", "手臂多处瘀青")
    somebody.type("#place", "医务室")
    somebody.fields += 1
    somebody.tap("#home-1")
    somebody.type("#call_back", "021-57000001")
    somebody.tap("main button.main")
    somebody.page.wait_for_selector(".done")
    assert "回执号" in somebody.seat.text()
    somebody.within(4, 5, 120)


def test_a_procurator_checks_a_case_in_two_fields_and_four_taps(lived_in: Site) -> None:
    """检察官 · 查案件状态"""
    somebody = Counted(lived_in[PROCURATORATE])
    somebody.seat.open("/")
    somebody.tap("main >> text=案件状态核查")
    somebody.type("#id_number", an_id_number(3))
    somebody.type("#document_number", "示检核〔2025〕0002号")
    somebody.tap("main button.main")
    somebody.page.wait_for_selector("#answer")
    assert "核查结果" in somebody.seat.text()
    somebody.within(2, 4, 30)


def test_police_record_an_admonition_in_five_fields_and_eight_taps(lived_in: Site) -> None:
    """派出所 · 登记训诫: of a child that the station has had to do with, found by its number."""
    accepted(lived_in, 3)
    somebody = Counted(lived_in[STATION])
    somebody.seat.open("/")
    somebody.tap("main >> text=登记训诫")
    somebody.tap("main >> text=找一找这个孩子")
    somebody.type("#id_number", an_id_number(3))
    somebody.tap("main form button.main")
    somebody.tap("main tbody th a")
    somebody.type("#document_number", "示训〔2025〕0009号")
    somebody.type("#served_on", "2025-03-03")
    somebody.page.select_option("#conduct", index=1)
    somebody.fields += 1
    somebody.choose("#guidance_ordered", "否")
    somebody.tap("main form button.main")
    somebody.page.wait_for_selector(".done")
    assert "回执号" in somebody.seat.text()
    somebody.within(5, 8, 60)


def test_police_answer_a_search_in_four_fields_and_six_taps(lived_in: Site) -> None:
    """派出所 · 协查辍学: who it is and whom to call stand on the screen of the task."""
    path = accepted(lived_in, 2)
    somebody = Counted(lived_in[STATION])
    somebody.seat.open("/inbox")
    somebody.tap(f"a[href='{path}']")
    for told in (a_name(2), str(pupil(2)["guardian_phone"])):
        assert told in somebody.seat.text()
    somebody.choose("#complete-outcome", "找到")
    somebody.type("#complete-happened_on", "2025-03-03")
    somebody.type("#complete-ask-WITH", "（示例）祖母")
    somebody.type("#complete-ask-SAFE", "安全")
    somebody.tap("#act-complete button")
    somebody.page.wait_for_selector(".done")
    assert "已办结" in somebody.seat.text()
    somebody.within(4, 6, 45)


def test_a_procurator_asks_for_the_papers_of_what_was_not_filed(lived_in: Site) -> None:
    """检察官 · 未立案清单 → 调阅, from the count on the first page."""
    not_filed(lived_in, 1)
    somebody = Counted(lived_in[PROCURATORATE])
    somebody.seat.open("/")
    somebody.tap("main >> text=未立案")
    somebody.tap("main tbody th a")
    somebody.tap("summary:has-text('调阅申请')")
    somebody.type("#request-document_number", "示检调〔2025〕0001号")
    somebody.type("#request-account", "（示例）核实不立案理由")
    somebody.tap("#act-request button")
    somebody.page.wait_for_selector(".done")
    somebody.within(2, 4, 45)


def test_a_child_director_says_that_nobody_was_met_in_one_field_and_three_taps(
    lived_in: Site,
) -> None:
    """儿童主任 · 没见到人, on a phone."""
    seat = lived_in.sit(VILLAGE, viewport=PHONE)
    somebody = Counted(seat)
    seat.open("/visits?all=true")
    somebody.tap("text=未见到人")
    somebody.fields += 1
    somebody.tap("main button:has-text('家中无人')")
    somebody.page.wait_for_selector(".done")
    assert "已登记，回执号" in seat.text()
    somebody.within(1, 3, 15)
    seat.context.close()


def test_110_is_one_tap_away_on_every_page_of_a_phone(lived_in: Site) -> None:
    """儿童主任 · 危险: no field, no search, no page in between."""
    seat = lived_in.sit(VILLAGE, viewport=PHONE)
    for path in ("/", "/visits", "/inbox", "/children", "/records"):
        page = seat.open(path)
        call = page.locator("header a[href='tel:110']")
        assert call.is_visible()
        box = call.bounding_box()
        assert box is not None
        assert box["height"] >= 48
    seat.context.close()


def test_what_is_touched_on_a_phone_is_large_and_what_is_read_is_not_small(
    lived_in: Site,
) -> None:
    """A person of 55: text of 18 px, targets of 48 px."""
    seat = lived_in.sit(STATION, viewport=PHONE)
    for path in ("/", "/inbox", "/danger", "/records/police/admonition"):
        page = seat.open(path)
        small = page.evaluate(
            """() => [...document.querySelectorAll('button, input, select, .menu a, a.button')]
              .filter(each => each.offsetParent && each.type !== 'hidden')
              .filter(each => !['checkbox', 'radio'].includes(each.type))
              .filter(each => each.getBoundingClientRect().height < 47.5)
              .map(each => each.outerHTML.slice(0, 90))"""
        )
        assert small == [], path
        tiny = page.evaluate(
            """() => [...document.querySelectorAll('main *, header *')]
              .filter(each => each.offsetParent && [...each.childNodes].some(n =>
                n.nodeType === 3 && n.textContent.trim()))
              .filter(each => parseFloat(getComputedStyle(each).fontSize) < 17.9)
              .map(each => each.outerHTML.slice(0, 90))"""
        )
        assert tiny == [], path
    seat.context.close()
