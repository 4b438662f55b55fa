"""The pages in Chromium: signing in by hand, a referral from its arrival to its answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.organisations import Post
from hub.policies import Policies, WorkspaceRules
from tests.program import (
    EDUCATION,
    SCHOOL,
    TOWN,
    absent,
    child_of,
    enrolled,
    pupil,
    resident,
    send,
)
from tests.web.browser import Seat, Site
from tests.web.people import PASSWORD, code_of


@pytest.fixture(scope="module")
def dropout(site: Site) -> Site:
    """A resident pupil whom the school reports absent."""
    program = site.program
    send(program, TOWN, "town.residence", resident(pupil(1)))
    send(program, EDUCATION, "education.roll", enrolled(pupil(1)))
    send(program, SCHOOL, "education.absence", absent(pupil(1)))
    site.settle()
    return site


def quiet(seat: Seat) -> None:
    """The page complained of nothing, asked nobody else, and axe finds nothing."""
    assert seat.faults() == []
    assert seat.complaints == []
    assert seat.beyond == []


def test_somebody_sets_up_and_signs_in_by_hand(site: Site) -> None:
    program = site.program
    user = program.directory.add_user("hand", SCHOOL, "", Post.HANDLER)
    token = program.entrance.accounts.invite(user, program.clock.now())
    context = site.chromium.new_context(locale="zh-CN")
    page = context.new_page()
    seat = Seat(program, user, context, page, site.address)
    seat.heed(page)
    seat.open(f"/welcome/{token}")
    quiet(seat)
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.fill("#code", code_of(program.entrance.accounts.new_secret(token), program))
    page.click("button.main")
    page.wait_for_url(f"{site.address}/")
    assert "示例第一小学" in seat.text()
    quiet(seat)
    context.close()


def test_who_leaves_the_page_of_danger_finds_no_way_back_to_it(site: Site) -> None:
    """Given somebody who opened the page to report on, when they leave it at once, then a calendar
    stands there, and going back leads to where they were before."""
    context = site.chromium.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{site.address}/sign-in")
    page.goto(f"{site.address}/danger")
    assert "拨打 110" in page.inner_text("body")
    page.click("text=离开此页")
    page.wait_for_url(f"{site.address}/calendar")
    said = page.inner_text("body") + page.title()
    assert "未成年人" not in said
    assert "110" not in said
    page.go_back()
    assert page.url == f"{site.address}/sign-in"
    context.close()


def test_in_wechat_it_is_said_what_works_there(site: Site) -> None:
    agent = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50"
    seat = site.sit(SCHOOL, user_agent=agent)
    seat.open("/")
    assert "在浏览器打开" in seat.text()
    quiet(seat)
    site[SCHOOL].open("/")
    assert "微信" not in site[SCHOOL].text()
    seat.context.close()


class Ruled:
    """The rules of pages as a district may set them, for as long as a test lasts."""

    def __init__(self, policies: Policies) -> None:
        self._policies, self._before = policies, policies.workspace

    def allowed(self, voice: bool) -> None:
        object.__setattr__(self._policies, "workspace", WorkspaceRules(voice_input=voice))

    def as_before(self) -> None:
        object.__setattr__(self._policies, "workspace", self._before)


@pytest.fixture
def ruled(site: Site) -> Iterator[Ruled]:
    made = Ruled(site.program.policies)
    yield made
    made.as_before()


_HEARS = """
window.SpeechRecognition = class {
  start() { this.onresult({ results: [[{ transcript: "脸上有伤" }]] }); this.onend(); }
};
"""


@pytest.mark.parametrize(("allowed", "hears"), [(True, True), (True, False), (False, True)])
def test_speaking_instead_of_typing_is_offered_where_rules_and_browser_have_it(
    site: Site, ruled: Ruled, allowed: bool, hears: bool
) -> None:
    """Given the rules as they are, nobody is offered it; where the district allows it, whoever has
    a browser that can is, and is told who hears what is said."""
    assert not site.program.policies.workspace.voice_input
    ruled.allowed(allowed)
    seat = site.sit(SCHOOL)
    # Chromium has it; what there is of it is taken away, or made to hear at once.
    none = "delete window.SpeechRecognition; delete window.webkitSpeechRecognition;"
    seat.page.add_init_script(none + (_HEARS if hears else ""))
    page = seat.open("/danger")
    offered = page.get_by_role("button", name="说话输入")
    assert offered.count() == int(allowed and hears)
    if offered.count():
        assert "由浏览器的厂商转成文字" in seat.text()
        offered.click()
        assert page.input_value("#seen") == "脸上有伤"
    quiet(seat)
    seat.context.close()


def test_a_town_accepts_and_completes_what_came_in(dropout: Site) -> None:
    seat = dropout[TOWN]
    page = seat.open("/")
    assert "现在要办的" in seat.text()
    quiet(seat)
    page.click("table a")
    quiet(seat)
    page.click("#act-accept button")
    page.wait_for_selector(".done")
    assert "已签收，回执号" in seat.text()
    page.select_option("#complete-outcome", index=1)
    page.click("button.main")
    page.wait_for_selector(".done")
    assert "已办结" in seat.text()
    quiet(seat)


def test_a_past_day_is_found_by_sliding_back(dropout: Site) -> None:
    """按日回看: the day follows the slider, and what could be seen then is shown."""
    child = child_of(dropout.program, pupil(1))
    seat = dropout[TOWN]
    page = seat.open(f"/children/{child}")
    assert page.locator("#back").is_visible()
    page.locator("#back").fill("1")
    page.locator("#back").dispatch_event("change")
    page.wait_for_url("**on=2025-03-02**")
    assert page.input_value("#on") == "2025-03-02"
    assert "2025年3月2日" in seat.text()
    quiet(seat)
